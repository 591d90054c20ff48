//! What comes back from the center: receipts turn pending into received, pages give positions (rules X2, X3).

use crate::audit_row::{self, AuditFact};
use crate::entry_row::{self, EntryRow, EntryStanding};
use crate::error::LedgerError;
use crate::laptop::Ledger;
use crate::{document_row, erasure, leaving, life, photo_row, rewind, settled_row, thin};
use bangban_model::body::Body;
use bangban_model::chain::stream_hash;
use bangban_model::entry::Entry;
use bangban_model::{Code, Digest, IncarnationId, StreamId, SubjectId, planted};
use chrono::{DateTime, FixedOffset};
use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A run of entries that the center holds, with the hash of its last header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldRun {
    /// First `seq`.
    pub first: u64,
    /// Last `seq`.
    pub last: u64,
    /// Hash of the last entry's header, as the center has it.
    pub last_hash: Digest,
}

/// What a verified receipt says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceiptFacts {
    /// Runs of entries held: the prefix from 1, and those beyond gaps.
    pub runs: Vec<HeldRun>,
    /// Refused entries and why.
    pub refused: Vec<(u64, String)>,
    /// Photos verified.
    pub photos: Vec<Digest>,
    /// The center's epoch, where it is told.
    pub epoch: Option<u64>,
    /// The center's clock.
    pub given_at: Option<String>,
    /// Its newest verified backup: the time when that was begun.
    pub backup: Option<String>,
    /// Heads of the center's audit chains.
    pub audit_heads: Vec<AuditFact>,
    /// The signed text, kept as it came; its last line where it has several.
    pub signed: String,
    /// The lines before it.
    pub earlier: Vec<String>,
    /// `exchange` or `photos`.
    pub kind: &'static str,
    /// Whether it was given just now: then what it does not cover waits again, whatever an earlier one said (rule D2).
    pub present: bool,
}

/// One position of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageItem {
    /// The position.
    pub position: u64,
    /// When the center received it.
    pub received_at: String,
    /// The entry, or only the hash of its header where the laptop has it itself or may not see it.
    pub content: PageContent,
}

/// What a page says at a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageContent {
    /// Somebody else's entry.
    Entry(Box<Entry>),
    /// The laptop's own, or one it may not see.
    Mark(Digest),
}

/// What a page changed, for telling the agent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageChanges {
    /// Subjects that others wrote about.
    pub from_others: BTreeSet<SubjectId>,
}

/// What erasures in a page took.
#[derive(Default)]
struct Gone {
    /// Whether there were any.
    erased: bool,
    /// Photos that nothing names any more.
    photos: Vec<Digest>,
}

impl Ledger {
    /// Takes in a receipt whose signature was verified. Nothing counts as received unless the center's hash is this ledger's own.
    pub fn apply_receipt(
        &mut self,
        facts: &ReceiptFacts,
        at: DateTime<FixedOffset>,
    ) -> Result<(), LedgerError> {
        let life = self.life()?.id;
        let transaction = self.entries.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut news = false;
        for run in &facts.runs {
            let is_own = entry_row::header_hash_at(&transaction, life, run.last)? == Some(run.last_hash);
            if !is_own && !planted::out("trust_receipt_hash") && !planted::out("trust_seq") {
                return Err(Code::HistoryDiffers.into());
            }
            let changed = transaction
                .prepare_cached(
                    "UPDATE entry SET standing = 'received'
                     WHERE incarnation = ?1 AND seq BETWEEN ?2 AND ?3 AND standing IN ('pending', 'held')",
                )?
                .execute(params![life.0, run.first as i64, run.last as i64])?;
            news |= changed > 0;
        }
        for (seq, reason) in &facts.refused {
            news |= put_into_quarantine(&transaction, life, *seq, reason)?;
        }
        if facts.present {
            rewind::pend_uncovered(&transaction, life, &facts.runs)?;
        }
        thin::note_center(&transaction, facts)?;
        for fact in &facts.audit_heads {
            audit_row::take(&transaction, fact)?;
        }
        news |= !facts.photos.is_empty();
        photo_row::set_received(&transaction, facts, at)?;
        if news {
            for signed in facts.earlier.iter().chain([&facts.signed]) {
                transaction
                    .prepare_cached(
                        "INSERT INTO receipt (incarnation, kind, signed, at) VALUES (?1, ?2, ?3, ?4)",
                    )?
                    .execute(params![life.0, facts.kind, signed, at.to_rfc3339()])?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// Takes in a page of one stream, together with its verified head and the cursor, in one transaction.
    ///
    /// The page must lead from the cursor to the head without a gap, or nothing of it is taken.
    pub fn apply_page(
        &mut self,
        stream: &StreamId,
        items: Vec<PageItem>,
        head: (u64, Digest),
        signed_head: &str,
    ) -> Result<PageChanges, LedgerError> {
        let known = self.cursors()?.into_iter().find(|known| known.stream == *stream);
        let known = known.ok_or(LedgerError::Coded(Code::ProtocolBroken))?;
        if head.0 <= known.position {
            return Ok(PageChanges::default());
        }
        if known.whole {
            for item in &items {
                if let PageContent::Mark(hash) = &item.content
                    && leaving::is_emptied(&self.entries, stream, *hash)?
                {
                    // An answer that nobody asked for whole: the next one comes so.
                    return Ok(PageChanges::default());
                }
            }
            if items.first().is_some_and(|item| item.position > known.position + 1) {
                // Of the same answer, behind a page that was left out.
                return Ok(PageChanges::default());
            }
        }
        let life = self.life()?.id;
        let transaction = self.entries.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (mut position, mut hash) = (known.position, known.stream_hash);
        let mut touched: BTreeSet<SubjectId> = BTreeSet::new();
        let mut changes = PageChanges::default();
        let mut gone = Gone::default();
        // What came by stick may be older than what came by network meanwhile: nothing of it is new.
        for item in items.into_iter().filter(|item| item.position > known.position) {
            position += 1;
            let header_hash = match &item.content {
                PageContent::Entry(entry) => entry.header_hash(),
                PageContent::Mark(hash) => *hash,
            };
            hash = stream_hash(hash, position, header_hash, &item.received_at);
            if item.position != position {
                return Err(Code::ProtocolBroken.into());
            }
            let (subject, others) = place(&transaction, life, stream, item, header_hash, &mut gone)?;
            touched.extend(subject);
            if others {
                changes.from_others.extend(subject);
            }
        }
        if (position, hash) != head {
            return Err(Code::HistoryDiffers.into());
        }
        for subject in touched {
            document_row::refold(&transaction, subject)?;
        }
        transaction
            .prepare_cached(
                "INSERT INTO cursor (stream, position, stream_hash, head) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (stream) DO UPDATE SET position = excluded.position, stream_hash = excluded.stream_hash,
                    head = excluded.head",
            )?
            .execute(params![stream.as_str(), position as i64, hash.0, signed_head])?;
        if known.whole {
            leaving::end_return(&transaction, stream)?;
        }
        transaction.commit()?;
        if gone.erased {
            self.drop_photos(&gone.photos)?;
            // What was erased stands in the write-ahead log too, until that is emptied.
            for connection in [&self.entries, &self.photos] {
                let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
            }
        }
        Ok(changes)
    }
}

fn put_into_quarantine(
    transaction: &Transaction<'_>,
    life: IncarnationId,
    seq: u64,
    reason: &str,
) -> Result<bool, LedgerError> {
    let Some(row) = entry_row::at(transaction, life, seq)? else { return Ok(false) };
    if !matches!(row.standing, EntryStanding::Pending | EntryStanding::Received) {
        return Ok(false);
    }
    entry_row::set_standing(transaction, life, seq, EntryStanding::Quarantined, Some(reason))?;
    document_row::refold(transaction, row.entry.header.subject)?;
    Ok(true)
}

/// Puts one item at its position. Answers whose document changes, and whether somebody else wrote it; what an
/// erasure took goes to `gone`.
fn place(
    transaction: &Transaction<'_>,
    life: IncarnationId,
    stream: &StreamId,
    item: PageItem,
    header_hash: Digest,
    gone: &mut Gone,
) -> Result<(Option<SubjectId>, bool), LedgerError> {
    let known: Option<(Uuid, i64, Uuid, bool)> = transaction
        .prepare_cached(
            "SELECT incarnation, seq, subject, standing = 'alias' FROM entry
             WHERE header_hash = ?1 AND position IS NULL AND stream = ?2",
        )?
        .query_row(params![header_hash.0, stream.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .optional()?;
    if let Some((writer, seq, subject, is_alias)) = known {
        let (writer, seq) = (IncarnationId(writer), seq as u64);
        if is_alias {
            give_body_back(transaction, writer, seq)?;
        }
        entry_row::set_position(transaction, writer, seq, item.position, &item.received_at)?;
        if let PageContent::Entry(entry) = &item.content
            && leaving::comes_whole(transaction, stream)?
        {
            // Its header hash is this ledger's own, and its body is the one that the header names.
            entry_row::set_body(transaction, writer, seq, entry.body_bytes.as_deref())?;
            // A restored ledger has no receipt that tells of its earlier photos; others' photos are never this laptop's to send.
            if !leaving::is_refilling(transaction, stream)? && life::is_own(transaction, writer)? {
                photo_row::put_received(transaction, entry)?;
            }
        }
        return Ok((Some(SubjectId(subject)), false));
    }
    match item.content {
        PageContent::Entry(entry) => {
            if entry.header.stream != *stream || entry.header.incarnation == life {
                return Err(Code::ProtocolBroken.into());
            }
            let subject = entry.header.subject;
            make_room(transaction, life, &entry)?;
            let row = EntryRow {
                entry: *entry,
                standing: EntryStanding::Positioned,
                reason: None,
                position: Some(item.position),
                received_at: Some(item.received_at),
                batch: None,
            };
            entry_row::insert(transaction, &row)?;
            if leaving::comes_whole(transaction, stream)?
                && !leaving::is_refilling(transaction, stream)?
                && life::is_own(transaction, row.entry.header.incarnation)?
            {
                // This ledger wrote it, and lost it to damage: what it names is its own again.
                photo_row::put_received(transaction, &row.entry)?;
            }
            match row.entry.body() {
                Ok(Some(Body::SubjectErased(erased))) => {
                    gone.erased = true;
                    gone.photos.extend(erasure::carry_out(transaction, &row.entry.header, &erased)?);
                }
                Ok(Some(Body::RefusalSettled(settled))) => {
                    for subject in settled_row::keep(transaction, row.entry.header.id, &settled)? {
                        gone.erased = true;
                        gone.photos.extend(photo_row::forget_names(transaction, subject)?);
                    }
                }
                _ => {}
            }
            Ok((Some(subject), true))
        }
        PageContent::Mark(hash) => {
            transaction
                .prepare_cached(
                    "INSERT INTO mark (stream, position, header_hash, received_at) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![stream.as_str(), item.position as i64, hash.0, item.received_at])?;
            Ok((None, false))
        }
    }
}

/// Rule X5: the center knew the entry under its older header, which keeps the position; the one that this ledger wrote
/// again becomes the alias.
fn give_body_back(transaction: &Transaction<'_>, life: IncarnationId, seq: u64) -> Result<(), LedgerError> {
    let Some(old) = entry_row::at(transaction, life, seq)? else { return Ok(()) };
    let twin = match entry_row::by_id(transaction, old.entry.header.id)? {
        Some(twin) => Some(twin),
        None => entry_row::refused_by_id(transaction, old.entry.header.id)?,
    };
    let Some(twin) = twin else { return Err(LedgerError::Damaged("an alias without its entry")) };
    if twin.position.is_some() {
        return Err(Code::ProtocolBroken.into());
    }
    let header = &twin.entry.header;
    entry_row::make_alias(transaction, header.incarnation, header.seq)?;
    entry_row::set_body(transaction, life, seq, twin.entry.body_bytes.as_deref())
}

/// The center and the ledger that wrote this were both put back to before it, and that ledger wrote another entry in its
/// place: the center cannot take it back there, and it may be nowhere else. It is written again, with what that life wrote after it,
/// as the present life's own, whole records under the same ids. The center does not take it from this laptop as a matter of course; staff see it.
fn take_over(
    transaction: &Transaction<'_>,
    life: IncarnationId,
    there: &EntryRow,
) -> Result<(), LedgerError> {
    let header = &there.entry.header;
    let record = entry_row::of_record(transaction, header.incarnation, header.record.id)?;
    let waits = |row: &EntryRow| row.standing == EntryStanding::Received && row.position.is_none();
    if header.incarnation == life || !record.iter().all(waits) {
        return Err(Code::HistoryDiffers.into());
    }
    // What follows in that branch of its life goes the same way: the center can put none of it back.
    let from = record.first().map_or(header.seq, |row| row.entry.header.seq);
    let mut branch = entry_row::in_range(transaction, header.incarnation, from, i64::MAX as u64)?;
    branch.retain(waits);
    let (told, erased): (Vec<EntryRow>, Vec<EntryRow>) =
        branch.into_iter().partition(|row| row.entry.body_bytes.is_some());
    life::write_again(transaction, life, &told, true)?;
    for row in &erased {
        entry_row::make_alias(transaction, header.incarnation, row.entry.header.seq)?;
    }
    Ok(())
}

/// Before somebody's entry is stored: what stands at its place, or under its id, gives way.
fn make_room(transaction: &Transaction<'_>, life: IncarnationId, entry: &Entry) -> Result<(), LedgerError> {
    let header = &entry.header;
    if let Some(there) = entry_row::at(transaction, header.incarnation, header.seq)? {
        // Written here after a copy of the ledger was put back: its entry stands under the present life, and this place
        // in the old one belongs to what the center holds.
        if there.standing != EntryStanding::Alias {
            take_over(transaction, life, &there)?;
        }
        entry_row::remove_alias(transaction, header.incarnation, header.seq)?;
    }
    let Some(twin) = entry_row::by_id(transaction, header.id)? else { return Ok(()) };
    if twin.position.is_some() {
        return Err(Code::ProtocolBroken.into());
    }
    let own = &twin.entry.header;
    if own.tells_the_same(header) {
        // Another life of this ledger wrote it again, and the center had that one first.
        return entry_row::make_alias(transaction, own.incarnation, own.seq);
    }
    // Another entry has the id at the center: this one stands in quarantine there, and is kept here with the reason.
    let standing = EntryStanding::Quarantined;
    entry_row::set_standing(transaction, own.incarnation, own.seq, standing, Some("id_taken"))?;
    document_row::refold(transaction, own.subject)
}
