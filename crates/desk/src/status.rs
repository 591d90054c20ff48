//! How things stand on this laptop, and whether the ledger is whole.

use crate::desk::Desk;
use crate::enrol;
use crate::error::DeskError;
use crate::job::Job;
use bangban_ledger::entry_row::{self, EntryStanding};
use bangban_ledger::verify::Verified;
use bangban_ledger::{case_list, document_row, person, photo_row, settled_row};
use bangban_model::document::{Stage, SubjectKind};
use bangban_model::ids::StreamId;
use bangban_model::{Code, Digest};
use bangban_sync::{Signed, StreamHead, exchange};
use serde::Serialize;

/// How things stand.
#[derive(Clone, Debug, Serialize)]
pub struct Status {
    /// Whether a center is known.
    pub enrolled: bool,
    /// The center's name, once enrolled.
    pub center: Option<String>,
    /// People in the ledger.
    pub people: u64,
    /// Households.
    pub households: u64,
    /// Visits.
    pub visits: u64,
    /// Recorded cases.
    pub cases: u64,
    /// Cases the township returned.
    pub returned: u64,
    /// Entries of this laptop and of others.
    pub entries: u64,
    /// Pictures; thumbnails do not count.
    pub photos: u64,
    /// Entries in no receipt yet.
    pub pending_entries: u64,
    /// Pictures in no receipt yet; thumbnails do not count.
    pub pending_photos: u64,
    /// Entries the center put into quarantine.
    pub quarantined: u64,
    /// Since when the center has revoked this laptop, as its newest receipt said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<String>,
    /// Drafts.
    pub drafts: u64,
}

/// How things stand now.
pub fn status(desk: &Desk) -> Result<Status, DeskError> {
    let reply = enrol::kept_reply(desk).ok();
    let ledger = desk.ledger();
    let entries = ledger.entries();
    let pending_photos = photo_row::count(entries, "pending")?;
    let counted = |standing| entry_row::count(entries, standing);
    let quarantined = counted(EntryStanding::Quarantined)?;
    Ok(Status {
        enrolled: reply.is_some(),
        center: reply.map(|reply| reply.center.name),
        people: person::count(entries)?,
        households: document_row::count(entries, SubjectKind::Household)?,
        visits: case_list::count_visits(entries)?,
        cases: document_row::count(entries, SubjectKind::Case)?,
        returned: document_row::count_stage(entries, Stage::Returned)?,
        entries: counted(EntryStanding::Pending)?
            + counted(EntryStanding::Received)?
            + counted(EntryStanding::Positioned)?
            + quarantined,
        photos: photo_row::count(entries, "received")? + pending_photos,
        pending_entries: ledger.pending_entries()?,
        pending_photos,
        quarantined,
        revoked_at: ledger.revoked_at()?,
        drafts: ledger.drafts()?.len() as u64,
    })
}

/// An entry that the center did not take: kept there and here with its reason (rule S3).
#[derive(Clone, Debug, Serialize)]
pub struct RefusedEntry {
    /// Its record: what staff release.
    pub record: bangban_model::RecordId,
    /// What was to happen.
    pub kind: String,
    /// On what.
    pub subject: bangban_model::SubjectId,
    /// Why it was not taken, by a fixed word.
    pub reason: String,
    /// When it was written, by the laptop's raw clock.
    pub at: String,
    /// How staff settled it, where they did: `set_aside` or `erased`.
    pub settled: Option<&'static str>,
    /// Their word on it.
    pub note: String,
}

/// At most so many refused entries are shown.
pub(crate) const MAX_REFUSED: u32 = 1000;

/// What stands in quarantine at the center, of this laptop's own entries.
pub fn refused_entries(desk: &Desk) -> Result<Vec<RefusedEntry>, DeskError> {
    let ledger = desk.ledger();
    let rows = entry_row::standing_so(ledger.entries(), EntryStanding::Quarantined, MAX_REFUSED)?;
    let entry = |row: entry_row::EntryRow| -> Result<RefusedEntry, DeskError> {
        let header = &row.entry.header;
        let settled = settled_row::of(ledger.entries(), header.incarnation, header.record.id)?;
        Ok(RefusedEntry {
            record: header.record.id,
            kind: header.kind.clone(),
            subject: header.subject,
            reason: row.reason.clone().unwrap_or_default(),
            at: header.at.to_rfc3339(),
            settled: settled.as_ref().map(|settled| settled_row::text(settled.how)),
            note: settled.map(|settled| settled.note).unwrap_or_default(),
        })
    };
    rows.into_iter().map(entry).collect()
}

/// Checks the ledger against itself: every hash, chain, signed head, receipt, fold and photo.
pub fn verify(desk: &Desk, job: &Job) -> Result<Verified, DeskError> {
    let key = enrol::kept_reply(desk).ok().map(|reply| reply.center.verifying_key);
    let head_holds = |stream: &StreamId, position: u64, hash: Digest, text: &str| {
        let Some(key) = &key else { return false };
        let Ok(signed) = serde_json::from_str::<Signed<StreamHead>>(text) else { return false };
        signed
            .verify(key)
            .is_ok_and(|head| head.stream == *stream && head.position == position && head.hash == hash)
    };
    let step = |done, total| job.step(done, total).map_err(|_| Code::Cancelled.into());
    let ledger = desk.ledger();
    let mut verified = ledger.verify_watched(head_holds, &step)?;
    verified
        .findings
        .extend(ledger.verify_receipts(|kind, text| exchange::kept_receipt(key.as_ref()?, kind, text).ok())?);
    Ok(verified)
}
