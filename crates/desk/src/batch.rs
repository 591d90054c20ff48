//! The stick: what waits as a sealed file, and the receipt brought back.

use crate::desk::Desk;
use crate::error::DeskError;
use crate::file::write_through;
use crate::job::Job;
use crate::{enrol, sync};
use bangban_keys::SealingKey;
use bangban_ledger::LedgerError;
use bangban_model::{Code, StreamId};
use bangban_sync::batch_file::{BatchProblem, ReceiptReader, write_batch_bringing};
use bangban_sync::exchange::{AnswerReader, Outcome};
use bangban_sync::pieces::{self, LEAST_PIECE_BYTES};
use bangban_sync::recovery::{brings_of, brought_lines};
use bangban_sync::{EntryLine, Manifest, Signed, SyncError};
use bytes::Bytes;
use futures_util::StreamExt;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// What was written of what waits.
#[derive(Clone, Debug, Default, Serialize)]
pub struct BatchExported {
    /// The batches, one a file.
    pub batches: Vec<bangban_model::RecordId>,
    /// The files, by name, in the order in which they were written.
    pub files: Vec<String>,
    /// Entries in them.
    pub entries: u64,
    /// Photos and thumbnails in them.
    pub photos: u64,
    /// Their size in bytes.
    pub size_bytes: u64,
    /// Photos and thumbnails that wait and are not in them: their bytes are gone from this laptop.
    pub photos_left: u64,
    /// Positions of streams that the center lost and this file brings back.
    pub brought_back: u64,
}

/// Writes everything that waits into a sealed file, or into several of at most so many bytes, which may be brought in any
/// order. Nothing changes in the ledger: only a receipt makes it received. Where nothing waits, the file asks for what is
/// new: decisions come back by the stick alone too. What a restored center said it lost goes along in the first file.
///
/// The ledger is held for moments only: she goes on working meanwhile. One photo is in memory at a time.
///
/// # Errors
/// `BadInput` for pieces that are too small, `FileExists` where a second file would take another's place.
pub fn export_batch(
    desk: &Desk,
    file: &Path,
    piece_bytes: Option<u64>,
    job: &Job,
) -> Result<BatchExported, DeskError> {
    if piece_bytes.is_some_and(|bytes| bytes < LEAST_PIECE_BYTES) {
        return Err(DeskError::new(Code::BadInput));
    }
    let peer = sync::peer_of(desk)?;
    let batch_key = enrol::kept_reply(desk)?.center.batch_key;
    let plan = pieces::plan(&desk.ledger(), piece_bytes)?;
    let places: Vec<PathBuf> = (1..=plan.len()).map(|at| place_of(file, at, plan.len())).collect();
    if plan.len() > 1 && places.iter().any(|place| place.exists()) {
        // Asked for was one name; what stands under the others is not known to be worth nothing.
        return Err(DeskError::new(Code::FileExists));
    }
    let mut writing = Writing {
        desk,
        job,
        done: 0,
        total: plan
            .iter()
            .map(|piece| piece.last_seq + 1 - piece.first_seq + piece.photos.len() as u64)
            .sum(),
    };
    let mut exported = BatchExported::default();
    let mut photos = BTreeSet::new();
    let mut brings = brings_of(&desk.ledger())?;
    for (piece, place) in plan.iter().zip(&places) {
        let brings = std::mem::take(&mut brings);
        let (signed, manifest) =
            pieces::prepare_piece(&mut desk.ledger(), &peer, desk.clock.as_ref(), piece, brings)?;
        if let Err(problem) = writing.write(place, &batch_key, &signed, &manifest) {
            // Some of the pieces would look like all of them.
            for written in places.iter().take(exported.files.len()).filter(|_| plan.len() > 1) {
                let _ = fs::remove_file(written);
            }
            return Err(problem);
        }
        exported.batches.push(manifest.batch);
        exported.files.push(place.file_name().unwrap_or_default().to_string_lossy().into_owned());
        exported.entries += manifest.entry_count();
        exported.brought_back +=
            positions_of(&manifest).map(|(_, first, last)| last + 1 - first).sum::<u64>();
        photos.extend(manifest.photos.iter().map(|note| note.digest));
        exported.size_bytes += fs::metadata(place)?.len();
    }
    exported.photos = photos.len() as u64;
    let waiting = desk.ledger().pending_photos()?.len() as u64;
    exported.photos_left = waiting.saturating_sub(exported.photos);
    Ok(exported)
}

/// The name that was asked for; of several files `name-1.bangban`, `name-2.bangban` …
fn place_of(file: &Path, at: usize, of: usize) -> PathBuf {
    if of <= 1 {
        return file.to_owned();
    }
    let digits = of.to_string().len();
    let mut name = file.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{at:0digits$}"));
    if let Some(extension) = file.extension() {
        name.push(".");
        name.push(extension);
    }
    file.with_file_name(name)
}

/// Files being written, one after the other.
struct Writing<'a> {
    desk: &'a Desk,
    job: &'a Job,
    done: u64,
    total: u64,
}

impl Writing<'_> {
    fn write(
        &mut self,
        file: &Path,
        batch_key: &SealingKey,
        signed: &Signed<Manifest>,
        manifest: &Manifest,
    ) -> Result<(), DeskError> {
        let (desk, job, done, total) = (self.desk, self.job, self.done, self.total);
        let step = |more: u64| job.step(done + more, total).map_err(|_| stopped());
        let entries = (manifest.first_seq..=manifest.last_seq).step_by(256).flat_map(|first| {
            let last = manifest.last_seq.min(first + 255);
            if let Err(stopped) = step(first - manifest.first_seq) {
                return vec![Err(stopped)];
            }
            match desk.ledger().own_entries(first, last) {
                Ok(entries) => entries
                    .iter()
                    .map(|entry| {
                        EntryLine::of(entry)
                            .map_err(|_| SyncError::Local(Code::LedgerDamaged, "an entry".into()))
                    })
                    .collect(),
                Err(problem) => vec![Err(local(&problem))],
            }
        });
        let photos = manifest.photos.iter().enumerate().map(|(at, note)| {
            step(manifest.entry_count() + at as u64)?;
            let (offset, length) = note.extent();
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            match desk.ledger().photo_part(note.digest, offset, length) {
                Ok(Some(bytes)) => Ok(Bytes::from(bytes)),
                Ok(None) => Err(SyncError::Local(Code::LedgerDamaged, "a photo is gone".into())),
                Err(problem) => Err(local(&problem)),
            }
        });
        let brought = positions_of(manifest).flat_map(|(stream, first, last)| {
            let of = stream.clone();
            brought_lines(
                move |first, last| desk.ledger().positions_in(&of, first, last),
                stream,
                first,
                last,
            )
        });
        write_through(file, |out| {
            Ok(write_batch_bringing(out, batch_key, signed, brought, entries, photos)?)
        })?;
        self.done += manifest.entry_count() + manifest.photos.len() as u64;
        Ok(())
    }
}

/// What a batch brings back of streams: from which position to which.
fn positions_of(manifest: &Manifest) -> impl Iterator<Item = (StreamId, u64, u64)> {
    manifest.brings.iter().filter_map(|brings| {
        let head = brings.claim.head.unverified().ok()?;
        Some((head.stream, brings.first, head.position))
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
    if let Err(SyncError::OtherHistory) = read {
        // The receipt shows that an old copy of the ledger was put back. The next file tells the center of the new life.
        bangban_sync::life::renew(&mut desk.ledger(), desk.clock.as_ref())?;
        outcome.new_life = true;
        return Ok(outcome);
    }
    read?;
    if lost {
        // The rest of the file was taken. The next one brings back what the center lost.
        return Err(Code::CenterLostRecords.into());
    }
    desk.ledger().end_repair()?;
    outcome.entries_received = before.saturating_sub(desk.ledger().pending_entries()?);
    outcome.photos_received = photos_before.saturating_sub(desk.ledger().pending_photos()?.len()) as u64;
    if let Some(at) = outcome.revoked_at {
        return Err(DeskError::new(Code::LaptopRevoked).with("at", at));
    }
    Ok(outcome)
}

fn refused(problem: BatchProblem) -> DeskError {
    let mut refusal = DeskError::new(problem.code());
    refusal.cause = problem.to_string();
    refusal
}
