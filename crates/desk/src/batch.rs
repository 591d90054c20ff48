//! The stick: what waits as a sealed file, and the receipt brought back.

use crate::desk::Desk;
use crate::error::DeskError;
use crate::file::write_through;
use crate::job::Job;
use crate::{enrol, sync};
use bangban_ledger::LedgerError;
use bangban_model::Code;
use bangban_sync::batch_file::{BatchProblem, ReceiptReader, write_batch};
use bangban_sync::exchange::{self, AnswerReader, Outcome};
use bangban_sync::{EntryLine, SyncError};
use bytes::Bytes;
use futures_util::StreamExt;
use serde::Serialize;
use std::fs::{self, File};
use std::path::Path;

/// What a batch file holds.
#[derive(Clone, Debug, Serialize)]
pub struct BatchExported {
    /// The batch.
    pub batch: bangban_model::RecordId,
    /// Entries in it.
    pub entries: u64,
    /// Photos and thumbnails in it.
    pub photos: u64,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// Entries that wait and are not in it.
    pub entries_left: u64,
    /// Photos and thumbnails that wait and are not in it: their bytes are gone from this laptop, or there are too many.
    pub photos_left: u64,
}

/// Writes everything that waits into one sealed file. Nothing changes in the ledger: only a receipt makes it received.
/// Where nothing waits, the file asks for what is new: decisions come back by the stick alone too.
///
/// The ledger is held for moments only: she goes on working meanwhile.
pub fn export_batch(desk: &Desk, file: &Path, job: &Job) -> Result<BatchExported, DeskError> {
    let peer = sync::peer_of(desk)?;
    let batch_key = enrol::kept_reply(desk)?.center.batch_key;
    let (signed, manifest) = exchange::prepare_file(&mut desk.ledger(), &peer, desk.clock.as_ref())?;
    let waiting = desk.ledger().pending_photos()?.len() as u64;
    let total = manifest.entry_count() + manifest.photos.len() as u64;
    let step = |done: u64| job.step(done, total).map_err(|_| stopped());
    let entries = (manifest.first_seq..=manifest.last_seq).step_by(256).flat_map(|first| {
        let last = manifest.last_seq.min(first + 255);
        if let Err(stopped) = step(first - manifest.first_seq) {
            return vec![Err(stopped)];
        }
        match desk.ledger().own_entries(first, last) {
            Ok(entries) => entries
                .iter()
                .map(|entry| {
                    EntryLine::of(entry).map_err(|_| SyncError::Local(Code::LedgerDamaged, "an entry".into()))
                })
                .collect(),
            Err(problem) => vec![Err(local(&problem))],
        }
    });
    let photos = manifest.photos.iter().enumerate().map(|(at, note)| {
        step(manifest.entry_count() + at as u64)?;
        match desk.ledger().photo(note.digest) {
            Ok(Some(bytes)) => Ok(Bytes::from(bytes)),
            Ok(None) => Err(SyncError::Local(Code::LedgerDamaged, "a photo is gone".into())),
            Err(problem) => Err(local(&problem)),
        }
    });
    write_through(file, |out| Ok(write_batch(out, &batch_key, &signed, entries, photos)?))?;
    Ok(BatchExported {
        batch: manifest.batch,
        entries: manifest.entry_count(),
        photos: manifest.photos.len() as u64,
        size_bytes: fs::metadata(file)?.len(),
        entries_left: manifest.pending_entries,
        photos_left: waiting.saturating_sub(manifest.photos.len() as u64),
    })
}

fn stopped() -> SyncError {
    SyncError::Local(Code::Cancelled, String::new())
}

fn local(problem: &LedgerError) -> SyncError {
    SyncError::Local(problem.code(), problem.to_string())
}

/// Takes in a receipt file: the whole file is checked before anything of it counts. Stopped, it can be taken in again.
pub async fn import_receipt(desk: &Desk, file: &Path, job: &Job) -> Result<Outcome, DeskError> {
    let peer = sync::peer_of(desk)?;
    let (life, opening) = {
        let ledger = desk.ledger();
        let life = ledger.life()?;
        (life.id, life.opening.clone())
    };
    let open = || -> Result<ReceiptReader<File>, DeskError> {
        ReceiptReader::open(File::open(file)?, &opening, peer.center, &peer.verifying_key, life)
            .map_err(refused)
    };
    // Looked through once to its end, then taken in line by line: the ledger is held for moments, memory for one page.
    let mut total = 0;
    for line in open()? {
        line.map_err(refused)?;
        total += 1;
        job.step(0, total)?;
    }
    let before = desk.ledger().pending_entries()?;
    let job = job.clone();
    let lines = (0..).zip(open()?);
    let lines = lines.map(move |(done, line)| {
        job.step(done, total).map_err(|_| stopped())?;
        // A stick may fail between two readings.
        line.map_err(|problem| SyncError::Local(problem.code(), problem.to_string()))
    });
    let answer = futures_util::stream::iter(lines).boxed();
    let ledger = desk.shared_ledger();
    let mut reader = AnswerReader::new(&ledger, &peer, &desk.clock, life);
    let photos_before = desk.ledger().pending_photos()?.len();
    let read = reader.read(answer).await;
    let lost = !reader.lost.is_empty();
    let mut outcome = reader.outcome;
    // What came before the end is here, whether the end came or not.
    desk.renew_catalogue()?;
    read?;
    if lost {
        // What such a center lost is brought back over the network; the rest of the file was taken.
        return Err(Code::CenterRecovering.into());
    }
    outcome.entries_received = before.saturating_sub(desk.ledger().pending_entries()?);
    outcome.photos_received = photos_before.saturating_sub(desk.ledger().pending_photos()?.len()) as u64;
    Ok(outcome)
}

fn refused(problem: BatchProblem) -> DeskError {
    let mut refusal = DeskError::new(problem.code());
    refusal.cause = problem.to_string();
    refusal
}
