//! Batch files by the browser: streamed to the disk, received as from a stick, and the receipt file back.

use super::api::{Right, refuse};
use super::audit::note_seen;
use super::gate::{self, Gate, session_of};
use super::message::Uploaded;
use crate::error::CenterError;
use crate::session::Session;
use axum::Json;
use axum::body::{Body, BodyDataStream};
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bangban_model::Code;
use bangban_sync::link::Watch;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use uuid::Uuid;

/// A receipt file leaves in pieces of this size (bytes).
const PIECE_BYTES: usize = 64 * 1024;
/// Receipt files are kept so long for whoever uploaded the batch.
const RECEIPTS_KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// POST /api/batch/upload: the bytes of a `.bangban` file.
pub(super) async fn receive(State(gate): State<Gate>, request: Request) -> Response {
    match take(gate, request).await {
        Ok(uploaded) => Json(uploaded).into_response(),
        Err(problem) => refuse("batch/upload", &problem),
    }
}

async fn take(gate: Gate, request: Request) -> Result<Uploaded, CenterError> {
    let (parts, body) = request.into_parts();
    gate::check_same_origin(&gate, &parts.headers)?;
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if kind != Some("application/octet-stream") {
        return Err(CenterError::About(Code::BadInput, "content-type".into()));
    }
    let limit = gate.console.inner.settings.upload_bytes;
    let said = parts.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if said.is_some_and(|bytes| bytes > limit) {
        return Err(Code::BatchTooLarge.into());
    }
    let center = gate.console.center().clone();
    let session = allowed(gate, parts.headers.clone()).await?;
    let staged = center.blocking(|center| center.staging_place()).await?;
    write_to(&staged.0, body.into_data_stream(), limit).await?;
    let (staff, sign_in) = (session.sign_in.staff.id, session.sign_in);
    let _patience = parts.extensions.get::<Watch>().map(Patience::begin);
    center
        .blocking(move |center| {
            sweep_receipts(&center.folder().receipts());
            let receipt = Uuid::new_v4();
            let place = center.new_receipt_place(staff, receipt)?;
            let received =
                center.receive_staged(&staged, &place).map_err(|problem| match place.exists() {
                    // What was taken before is receipted all the same: the file can be had under this name.
                    true => CenterError::About(problem.code(), receipt.to_string()),
                    false => problem,
                })?;
            let line = center.store().batch_line("", received.batch)?;
            let villages = line.map(|line| line.villages).unwrap_or_default();
            note_seen(center, &sign_in, &villages, "batch_brought", &received.batch.to_string())?;
            tracing::info!(staff = %staff, batch = %received.batch, "batch file uploaded");
            Ok(Uploaded {
                batch: (received.new_entries > 0).then_some(received.batch),
                entries: received.entries,
                new_entries: received.new_entries,
                photos: received.photos,
                wanted: received.wanted,
                receipt: receipt.to_string(),
            })
        })
        .await
}

/// While a large file is looked through, nothing moves on the connection, and that is no fault.
struct Patience(Watch);

impl Patience {
    fn begin(watch: &Watch) -> Self {
        watch.set(false);
        Patience(watch.clone())
    }
}

impl Drop for Patience {
    fn drop(&mut self) {
        self.0.set(true);
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

async fn write_to(place: &PathBuf, mut body: BodyDataStream, limit: u64) -> Result<(), CenterError> {
    let mut file = tokio::fs::OpenOptions::new().write(true).create_new(true).open(place).await?;
    let mut written = 0;
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|_| CenterError::About(Code::BadInput, "cut".into()))?;
        written += piece.len() as u64;
        if written > limit {
            return Err(Code::BatchTooLarge.into());
        }
        file.write_all(&piece).await?;
    }
    file.flush().await?;
    Ok(())
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

/// Old receipts go; they can be had again by bringing the same file again.
fn sweep_receipts(folder: &PathBuf) {
    let Ok(files) = std::fs::read_dir(folder) else { return };
    for file in files.flatten() {
        let written = file.metadata().and_then(|data| data.modified());
        let age = written.ok().and_then(|at| SystemTime::now().duration_since(at).ok());
        if age.is_some_and(|age| age > RECEIPTS_KEPT) {
            let _ = std::fs::remove_file(file.path());
        }
    }
}
