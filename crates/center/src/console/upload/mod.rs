//! Batch files by the browser, of any size and over any connection: begun, sent in pieces, gone on with after a cut,
//! verified and taken in as from a stick, and the receipt file back.

mod shelf;
mod taking;

pub(super) use taking::Takings;

use super::api::{Call, Right, refuse};
use super::audit::note_seen;
use super::gate::{self, Gate, session_of};
use super::message::{Nothing, UploadArgs, UploadBeginArgs, UploadLine, UploadState, UploadWork};
use crate::batch_progress::{BatchStage, BatchStanding};
use crate::error::CenterError;
use crate::session::Session;
use axum::Json;
use axum::body::{Body, BodyDataStream};
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bangban_model::Code;
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt, stream};
use shelf::{Kept, Outcome, Shelf, sweep};
use tokio::io::AsyncReadExt;
use uuid::Uuid;

/// A receipt file leaves in pieces of this size (bytes).
const PIECE_BYTES: usize = 64 * 1024;
/// What comes up is written so much at a time (bytes).
const WRITE_BYTES: usize = 256 * 1024;

/// POST /api/upload/list: her files on their way up, and what came of those that ended lately.
pub(super) fn list(call: &mut Call, _: Nothing) -> Result<Vec<UploadLine>, CenterError> {
    // Looked at first: what ends in between shows as under way once more, never as not begun.
    let standings = call.console.takings().standings();
    let kept = shelf_of(call)?.all()?;
    Ok(kept.into_iter().map(|kept| line_of(standings.get(&kept.id).copied(), kept)).collect())
}

/// POST /api/upload/begin: a file, as far as it is here already.
pub(super) fn begin(call: &mut Call, args: UploadBeginArgs) -> Result<UploadLine, CenterError> {
    if args.size_bytes == 0 {
        return Err(Code::NotABatch.into());
    }
    sweep(&call.center().folder().uploads());
    let standings = call.console.takings().standings();
    let under_way = |id| standings.contains_key(&id);
    let kept = shelf_of(call)?.begin(&args.name, args.size_bytes, args.mark, under_way)?;
    Ok(line_of(standings.get(&kept.id).copied(), kept))
}

/// POST /api/upload/take: all bytes are here; the file is checked and taken in. Answers at once.
pub(super) fn take(call: &mut Call, args: UploadArgs) -> Result<UploadLine, CenterError> {
    let shelf = shelf_of(call)?;
    let kept = shelf.one(args.id)?;
    let is_done = matches!(kept.record.outcome, Some(Outcome::Brought(_)));
    if !is_done {
        if !kept.is_whole() {
            return Err(CenterError::About(Code::BadInput, "cut".into()));
        }
        if kept.record.outcome.is_some() {
            shelf.take_up(&kept)?;
        }
        call.console.takings().begin(call.center(), call.sign_in()?, &shelf, args.id)?;
    }
    let standings = call.console.takings().standings();
    Ok(line_of(standings.get(&args.id).copied(), shelf.one(args.id)?))
}

/// POST /api/upload/discard: forgets a file. One that is being taken in stays: what is begun is done whole.
pub(super) fn discard(call: &mut Call, args: UploadArgs) -> Result<Vec<UploadLine>, CenterError> {
    let shelf = shelf_of(call)?;
    shelf.one(args.id)?;
    if call.console.takings().stop(args.id) {
        shelf.discard(args.id)?;
    }
    list(call, Nothing {})
}

fn shelf_of(call: &Call) -> Result<Shelf, CenterError> {
    Ok(Shelf::new(&call.console, call.sign_in()?.staff.id))
}

fn line_of(standing: Option<BatchStanding>, kept: Kept) -> UploadLine {
    let whole = kept.is_whole();
    let (mut brought, mut failure) = (None, None);
    let state = match (standing, kept.record.outcome) {
        (Some(standing), _) => state_of(standing.stage),
        (None, Some(Outcome::Brought(what))) => {
            brought = Some(what);
            UploadState::Done
        }
        (None, Some(Outcome::Failed(why))) => {
            failure = Some(why);
            UploadState::Failed
        }
        (None, None) if whole => UploadState::Whole,
        (None, None) => UploadState::Coming,
    };
    UploadLine {
        id: kept.id,
        name: kept.record.name,
        size_bytes: kept.record.size_bytes,
        mark: kept.record.mark,
        held_bytes: kept.held_bytes,
        state,
        work: standing.map(work_of),
        brought,
        failure,
    }
}

fn state_of(stage: BatchStage) -> UploadState {
    match stage {
        BatchStage::Waits => UploadState::Queued,
        BatchStage::Copies | BatchStage::Checks => UploadState::Checking,
        BatchStage::Takes | BatchStage::Answers => UploadState::Taking,
    }
}

fn work_of(standing: BatchStanding) -> UploadWork {
    UploadWork {
        done_bytes: standing.bytes.done,
        all_bytes: standing.bytes.all,
        entries: standing.entries.done,
        all_entries: standing.entries.all,
        photos: standing.photos.done,
        all_photos: standing.photos.all,
    }
}

/// POST /api/upload/piece/<upload>/<offset>: bytes of the file from there on, as many as come. What came before a cut
/// stays.
pub(super) async fn piece(
    State(gate): State<Gate>,
    Path((upload, at)): Path<(String, u64)>,
    request: Request,
) -> Response {
    match take_piece(gate, &upload, at, request).await {
        Ok(line) => Json(line).into_response(),
        Err(problem) => refuse("upload/piece", &problem),
    }
}

async fn take_piece(gate: Gate, upload: &str, at: u64, request: Request) -> Result<UploadLine, CenterError> {
    let (parts, body) = request.into_parts();
    gate::check_same_origin(&gate, &parts.headers)?;
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if kind != Some("application/octet-stream") {
        return Err(CenterError::About(Code::BadInput, "content-type".into()));
    }
    let id: Uuid = upload.parse().map_err(|_| CenterError::About(Code::BatchUnknown, "upload".into()))?;
    let console = gate.console.clone();
    let center = console.center().clone();
    let session = allowed(gate, parts.headers).await?;
    let staff = session.sign_in.staff.id;
    let shelf = Shelf::new(&console, staff);
    let of_hers = shelf.clone();
    let kept = center.blocking(move |_| of_hers.one(id)).await?;
    let (came, whole) = write_down(&center, &shelf, &kept, at, body.into_data_stream()).await;
    let settled = center.blocking(move |_| {
        shelf.settle(id)?;
        let standings = console.takings().standings();
        Ok(line_of(standings.get(&id).copied(), shelf.one(id)?))
    });
    let line = settled.await;
    came?;
    if whole { line } else { Err(CenterError::About(Code::BadInput, "cut".into())) }
}

/// Writes down what comes, and whether it came to its end.
async fn write_down(
    center: &crate::center::Center,
    shelf: &Shelf,
    kept: &Kept,
    mut at: u64,
    mut body: BodyDataStream,
) -> (Result<(), CenterError>, bool) {
    let mut waiting = BytesMut::new();
    loop {
        let next = body.next().await;
        let ended = !matches!(next, Some(Ok(_)));
        let whole = next.is_none();
        if let Some(Ok(piece)) = next {
            waiting.extend_from_slice(&piece);
        }
        if waiting.len() >= WRITE_BYTES || (ended && !waiting.is_empty()) {
            let (bytes, shelf, kept, from) = (waiting.split().freeze(), shelf.clone(), kept.clone(), at);
            at += bytes.len() as u64;
            let written = center.blocking(move |_| shelf.grow(&kept, from, &bytes).map(|_| ())).await;
            if written.is_err() {
                return (written, false);
            }
        }
        if ended {
            return (Ok(()), whole);
        }
    }
}

async fn allowed(gate: Gate, headers: HeaderMap) -> Result<Session, CenterError> {
    let center = gate.console.center().clone();
    center
        .blocking(move |_| {
            let session = session_of(&gate, &headers)?;
            Right::Settle.check(&session)?;
            Ok(session)
        })
        .await
}

/// GET /api/batch/receipt/<receipt>: to whoever uploaded the batch.
pub(super) async fn receipt(
    State(gate): State<Gate>,
    Path(receipt): Path<String>,
    headers: HeaderMap,
) -> Response {
    let center = gate.console.center().clone();
    let found = async {
        let session = allowed(gate, headers).await?;
        center
            .blocking(move |center| {
                let unknown = || CenterError::About(Code::BatchUnknown, "receipt".into());
                let receipt: Uuid = receipt.parse().map_err(|_| unknown())?;
                let place = center.folder().receipt(session.sign_in.staff.id, receipt);
                let file = std::fs::File::open(place).map_err(|_| unknown())?;
                note_seen(center, &session.sign_in, &[], "receipt_taken", &receipt.to_string())?;
                Ok(file)
            })
            .await
    };
    match found.await {
        Ok(file) => {
            let headers = [
                (CONTENT_TYPE, "application/octet-stream"),
                (CONTENT_DISPOSITION, "attachment; filename=\"receipt.bangban\""),
            ];
            (headers, Body::from_stream(pieces(file))).into_response()
        }
        Err(problem) => refuse("batch/receipt", &problem),
    }
}

/// A file, a piece at a time as the connection takes it.
fn pieces(file: std::fs::File) -> impl Stream<Item = std::io::Result<Bytes>> {
    stream::try_unfold(tokio::fs::File::from_std(file), |mut file| async move {
        let mut piece = Vec::with_capacity(PIECE_BYTES);
        let read = (&mut file).take(PIECE_BYTES as u64).read_to_end(&mut piece).await?;
        Ok((read > 0).then(|| (Bytes::from(piece), file)))
    })
}
