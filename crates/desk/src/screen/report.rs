//! 报送 on the screen: what waits and what was received, case by case and photo by photo; the stick; the check of the ledger.

use super::Seat;
use super::case_row::{CaseRow, row_of};
use super::person::MAX_ROWS;
use crate::batch;
use crate::case_draft::photos_of;
use crate::desk::Desk;
use crate::error::DeskError;
use crate::job::Job;
use crate::status;
use bangban_ledger::case_list::{CaseQuery, count_cases, find_cases};
use bangban_ledger::photo_row;
use bangban_model::Digest;
use bangban_sync::exchange::Outcome;
use serde::Serialize;
use std::path::Path;
use ts_rs::TS;

/// A photo on its way.
#[derive(Clone, Debug, Serialize, TS)]
pub struct SyncPhoto {
    /// Its digest.
    pub digest: Digest,
    /// Its thumbnail.
    pub thumb: Option<Digest>,
    /// When a receipt named it ('' where that was not kept); none while none did.
    pub received_at: Option<String>,
    /// What it is called, where it is a file and no picture.
    pub file: Option<String>,
}

/// A case on its way.
#[derive(Clone, Debug, Serialize, TS)]
pub struct SyncRow {
    /// The case.
    pub case: CaseRow,
    /// Its photos.
    pub photos: Vec<SyncPhoto>,
}

/// A part of the list.
#[derive(Clone, Debug, Serialize, TS)]
pub struct SyncPart {
    /// How many cases there are.
    pub total: u64,
    /// This part of them.
    pub rows: Vec<SyncRow>,
}

/// What a batch file holds.
#[derive(Clone, Debug, Serialize, TS)]
pub struct BatchWritten {
    /// Entries in it.
    pub entries: u64,
    /// Photos and thumbnails in it.
    pub photos: u64,
    /// Its size.
    pub size_bytes: u64,
    /// Photos and thumbnails that wait and are not in it.
    pub photos_left: u64,
    /// How many files it is.
    pub files: u64,
    /// Whether it brings back what the center lost when it was put back from a copy.
    pub brings_back: bool,
}

/// What a receipt file brought.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ReceiptTaken {
    /// Entries received now that were not before.
    pub entries_received: u64,
    /// Photos received now that were not before.
    pub photos_received: u64,
    /// Subjects that others wrote about.
    pub from_others: u64,
    /// Published forms that came.
    pub forms: u64,
    /// Whether the center made this laptop responsible for other villages.
    pub assigned: bool,
}

impl From<Outcome> for ReceiptTaken {
    fn from(outcome: Outcome) -> Self {
        ReceiptTaken {
            entries_received: outcome.entries_received,
            photos_received: outcome.photos_received,
            from_others: outcome.from_others.len() as u64,
            forms: outcome.forms,
            assigned: outcome.assigned,
        }
    }
}

/// Whether the ledger is whole.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(rename = "Verified")]
pub struct VerifiedView {
    /// Entries looked at.
    pub entries: u64,
    /// Documents folded again.
    pub documents: u64,
    /// Photos hashed again.
    pub photos: u64,
    /// What does not fit.
    pub findings: Vec<FindingView>,
}

/// One thing that does not fit.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(rename = "Finding")]
pub struct FindingView {
    /// Where.
    pub place: String,
    /// What, by a fixed word.
    pub problem: String,
}

/// A part of the list: cases that wait first, then the others, the newest first.
pub fn sync_rows(seat: &Seat, offset: u64, limit: u32) -> Result<SyncPart, DeskError> {
    let villages = seat.village_names();
    let ledger = seat.desk.ledger();
    let limit = limit.min(MAX_ROWS);
    let waiting = CaseQuery { pending: Some(true), descending: true, ..Default::default() };
    let others = CaseQuery { pending: Some(false), descending: true, ..Default::default() };
    let waiting_total = count_cases(ledger.entries(), &waiting)?;
    let mut cases = find_cases(ledger.entries(), &CaseQuery { offset, limit, ..waiting })?;
    let (left, passed) = (limit - cases.len() as u32, offset.saturating_sub(waiting_total));
    if left > 0 {
        cases.extend(find_cases(
            ledger.entries(),
            &CaseQuery { offset: passed, limit: left, ..others.clone() },
        )?);
    }
    let mut rows = Vec::with_capacity(cases.len());
    for case in &cases {
        let photos = photos_of(case);
        let received = photo_row::received_among(ledger.entries(), photos.keys().copied())?;
        let photos = photos.into_iter().map(|(digest, field)| SyncPhoto {
            digest,
            thumb: field.thumb,
            received_at: received.get(&digest).cloned(),
            file: if field.is_picture() { None } else { field.name },
        });
        rows.push(SyncRow { photos: photos.collect(), case: row_of(seat, &ledger, &villages, case)? });
    }
    Ok(SyncPart { total: waiting_total + count_cases(ledger.entries(), &others)?, rows })
}

/// Everything that waits into a batch file, or into several of at most so many megabytes.
pub fn export_batch(
    desk: &Desk,
    file: &Path,
    piece_mb: Option<u32>,
    job: &Job,
) -> Result<BatchWritten, DeskError> {
    let piece_bytes = piece_mb.map(|mb| u64::from(mb) * 1_000_000);
    let written = batch::export_batch(desk, file, piece_bytes, job)?;
    Ok(BatchWritten {
        entries: written.entries,
        photos: written.photos,
        size_bytes: written.size_bytes,
        photos_left: written.photos_left,
        files: written.files.len() as u64,
        brings_back: written.brought_back > 0,
    })
}

/// Checks the ledger against itself.
pub fn verify(desk: &Desk, job: &Job) -> Result<VerifiedView, DeskError> {
    let verified = status::verify(desk, job)?;
    let findings = verified
        .findings
        .iter()
        .map(|finding| FindingView { place: finding.place.clone(), problem: finding.what.to_string() });
    Ok(VerifiedView {
        entries: verified.entries,
        documents: verified.documents,
        photos: verified.photos,
        findings: findings.collect(),
    })
}
