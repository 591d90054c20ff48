//! The stick: what waits as a sealed file, and the receipt brought back.

use crate::desk::Desk;
use crate::error::DeskError;
use crate::{enrol, sync};
use bangban_ledger::LedgerError;
use bangban_ledger::slots::sync_folder;
use bangban_model::Code;
use bangban_sync::batch_file::{BatchProblem, ReceiptReader, write_batch};
use bangban_sync::exchange::{self, AnswerReader, Outcome};
use bangban_sync::{EntryLine, SyncError};
use bytes::Bytes;
use futures_util::StreamExt;
use serde::Serialize;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

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
}

/// Writes everything that waits into one sealed file. Nothing changes in the ledger: only a receipt makes it received.
pub fn export_batch(desk: &Desk, file: &Path) -> Result<BatchExported, DeskError> {
    let peer = sync::peer_of(desk)?;
    let batch_key = enrol::kept_reply(desk)?.center.batch_key;
    let mut ledger = desk.ledger();
    let (signed, manifest) = exchange::prepare_file(&mut ledger, &peer, desk.clock.as_ref())?;
    if manifest.entry_count() == 0 && manifest.photos.is_empty() {
        return Err(Code::NothingToSend.into());
    }
    let fresh = beside(file, "new");
    let entries = (manifest.first_seq..=manifest.last_seq).step_by(256).flat_map(|first| {
        let last = manifest.last_seq.min(first + 255);
        match ledger.own_entries(first, last) {
            Ok(entries) => entries
                .iter()
                .map(|entry| {
                    EntryLine::of(entry).map_err(|_| SyncError::Local(Code::LedgerDamaged, "an entry".into()))
                })
                .collect(),
            Err(problem) => vec![Err(local(&problem))],
        }
    });
    let photos = manifest.photos.iter().map(|note| match ledger.photo(note.digest) {
        Ok(Some(bytes)) => Ok(Bytes::from(bytes)),
        Ok(None) => Err(SyncError::Local(Code::LedgerDamaged, "a photo is gone".into())),
        Err(problem) => Err(local(&problem)),
    });
    let written = write_durably(&fresh, |out| write_batch(out, &batch_key, &signed, entries, photos));
    if let Err(problem) = written.and_then(|()| put_in_place(&fresh, file)) {
        // Half a batch is worth nothing; the ledger still has everything.
        let _ = fs::remove_file(&fresh);
        return Err(problem);
    }
    Ok(BatchExported {
        batch: manifest.batch,
        entries: manifest.entry_count(),
        photos: manifest.photos.len() as u64,
        size_bytes: fs::metadata(file)?.len(),
    })
}

fn write_durably(
    path: &Path,
    write: impl FnOnce(BufWriter<File>) -> Result<BufWriter<File>, SyncError>,
) -> Result<(), DeskError> {
    let mut out = write(BufWriter::new(File::create(path)?))?;
    out.flush()?;
    out.get_ref().sync_all()?;
    Ok(())
}

fn put_in_place(fresh: &Path, file: &Path) -> Result<(), DeskError> {
    fs::rename(fresh, file)?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(sync_folder(folder)?)
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ending);
    file.with_file_name(name)
}

fn local(problem: &LedgerError) -> SyncError {
    SyncError::Local(problem.code(), problem.to_string())
}

/// Takes in a receipt file: the whole file is checked before anything of it counts.
pub async fn import_receipt(desk: &Desk, file: &Path) -> Result<Outcome, DeskError> {
    let peer = sync::peer_of(desk)?;
    let (life, lines) = {
        let ledger = desk.ledger();
        let life = ledger.life()?;
        let from = BufReader::new(File::open(file)?);
        let reader = ReceiptReader::open(from, &life.opening, peer.center, &peer.verifying_key, life.id)
            .map_err(refused)?;
        (life.id, reader.collect::<Result<Vec<_>, _>>().map_err(refused)?)
    };
    let before = desk.ledger().pending_entries()?;
    let answer = futures_util::stream::iter(lines.into_iter().map(Ok)).boxed();
    let ledger = desk.shared_ledger();
    let mut reader =
        AnswerReader { ledger: &ledger, peer: &peer, clock: &desk.clock, life, outcome: Outcome::default() };
    let photos_before = desk.ledger().pending_photos()?.len();
    reader.read(answer).await?;
    let mut outcome = reader.outcome;
    outcome.entries_received = before.saturating_sub(desk.ledger().pending_entries()?);
    outcome.photos_received = photos_before.saturating_sub(desk.ledger().pending_photos()?.len()) as u64;
    Ok(outcome)
}

fn refused(problem: BatchProblem) -> DeskError {
    let mut refusal = DeskError::new(problem.code());
    refusal.cause = problem.to_string();
    refusal
}
