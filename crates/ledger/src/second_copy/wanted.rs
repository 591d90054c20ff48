//! What the copy still lacks: the ledger as it stands, beside what stands in the copy. Reads alone.

use super::inventory::{self, Inventory};
use super::record::{
    CopiedEntry, Covered, Foundation, KeptReceipt, LifeRow, MOST_COVERED, NamedPhoto, PhotoBytes, Record,
};
use crate::draft::{Draft, DraftId};
use crate::entry_row::{self, EntryRow, EntryStanding};
use crate::error::LedgerError;
use crate::laptop::Ledger;
use crate::life;
use bangban_model::{Digest, EntryId, IncarnationId, SubjectId};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// How far the ledger knows a copy to be: kept in the ledger, so that it can say what waits while the stick is away, and what
/// of the copy it knew.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// The life that was the present one,
    pub(super) life: Option<IncarnationId>,
    /// and its last entry in the copy.
    pub(super) seq: u64,
    /// The drafts in the copy, each with the print of its version.
    pub(super) drafts: BTreeMap<DraftId, Digest>,
    /// How many erasures there had been: what they took has left the copy.
    #[serde(default)]
    pub(super) erasures: u64,
    /// When all of it was there, by the raw wall clock.
    pub(super) at: Option<String>,
}

/// What to add.
pub(super) struct Plan {
    pub(super) records: Vec<Record>,
    /// Whether more is to be added than one step takes.
    pub(super) more: bool,
    /// How many erasures there have been: what they took goes from the copy too (rules S6, X8).
    pub(super) erasures: u64,
    /// The life and its last entry when this was planned.
    pub(super) tail: Option<(IncarnationId, u64)>,
    /// The drafts then.
    pub(super) drafts: BTreeMap<DraftId, Digest>,
    /// How many rows had been written until then.
    pub(super) writes: (i64, i64),
}

/// Records with their sizes, until the step is full.
struct Step {
    records: Vec<Record>,
    left: usize,
}

impl Step {
    fn has_room(&self) -> bool {
        self.left > 0
    }

    fn push(&mut self, bytes: usize, record: Record) {
        self.left = self.left.saturating_sub(bytes + 256);
        self.records.push(record);
    }
}

/// Plans the next step of about so many bytes: text first, photos last.
pub(super) fn plan(
    ledger: &Ledger,
    inventory: &Inventory,
    mark: &Mark,
    step_bytes: usize,
) -> Result<Plan, LedgerError> {
    let connection = ledger.entries();
    let mut step = Step { records: Vec::new(), left: step_bytes };
    push_foundation(ledger, inventory, &mut step)?;
    let drafts = ledger.drafts()?;
    push_drafts(&drafts, inventory, mark, &mut step);
    let entries = push_entries(ledger, inventory, &mut step)?;
    let named = push_named(connection, inventory, &mut step)?;
    // What ends comes after what takes its place, however far a step comes before the stick is pulled out.
    if step.has_room() {
        push_ended_drafts(&drafts, inventory, mark, &mut step);
        for covered in covered(connection, inventory, &entries, &named)? {
            step.push(64 * MOST_COVERED, Record::Covered(covered));
        }
    }
    push_photos(ledger, inventory, &drafts, &named, &mut step)?;
    let tail = match ledger.life() {
        Ok(life) => entry_row::tail(connection, life.id)?.map(|(seq, _)| (life.id, seq)),
        Err(_) => None,
    };
    let prints = drafts.iter().map(|draft| (draft.id, inventory::print_of_draft(draft))).collect();
    Ok(Plan {
        more: !step.has_room(),
        records: step.records,
        erasures: erasures(connection)?,
        tail,
        drafts: prints,
        writes: ledger.writes()?,
    })
}

fn erasures(connection: &Connection) -> Result<u64, LedgerError> {
    let count: i64 = connection
        .prepare_cached(
            "SELECT (SELECT count(*) FROM entry WHERE kind = 'subject_erased')
                  + (SELECT count(*) FROM left_stream WHERE erased_at IS NOT NULL)",
        )?
        .query_row([], |row| row.get(0))?;
    Ok(count as u64)
}

fn push_foundation(ledger: &Ledger, inventory: &Inventory, step: &mut Step) -> Result<(), LedgerError> {
    let foundation = foundation(ledger)?;
    let print = inventory::print_of_foundation(&foundation);
    if inventory.foundation.as_ref().is_none_or(|kept| kept.what != print) {
        step.push(1024, Record::Foundation(Box::new(foundation)));
    }
    for receipt in receipts(ledger.entries())? {
        let print = Digest::of(receipt.signed.as_bytes());
        if inventory.receipts.get(&receipt.life).is_none_or(|kept| kept.what != print) {
            step.push(receipt.signed.len(), Record::Receipt(receipt));
        }
    }
    Ok(())
}

fn foundation(ledger: &Ledger) -> Result<Foundation, LedgerError> {
    let connection = ledger.entries();
    let enrolment = connection
        .prepare_cached("SELECT reply, at FROM enrolment WHERE one = 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let mut statement = connection.prepare_cached(
        "SELECT id, begun_at, signing, opening, ancestor, fork_seq, presented_at FROM life ORDER BY rowid",
    )?;
    let lives = statement.query_map([], |row| {
        Ok(LifeRow {
            id: IncarnationId(row.get(0)?),
            begun_at: row.get(1)?,
            signing: row.get(2)?,
            opening: row.get(3)?,
            ancestor: row.get::<_, Option<Uuid>>(4)?.map(IncarnationId),
            fork_seq: row.get::<_, Option<i64>>(5)?.map(|seq| seq as u64),
            fork_hash: None,
            presented_at: row.get(6)?,
        })
    })?;
    let mut lives = lives.collect::<Result<Vec<LifeRow>, _>>()?;
    for one in &mut lives {
        if let (Some(ancestor), Some(seq)) = (one.ancestor, one.fork_seq) {
            one.fork_hash = life::hash_at(connection, ancestor, seq).ok();
        }
    }
    Ok(Foundation { agents: ledger.agents()?, enrolment, lives })
}

/// The newest receipt of each life: it says how far everything is held.
fn receipts(connection: &Connection) -> Result<Vec<KeptReceipt>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT incarnation, signed, at FROM receipt
         WHERE id IN (SELECT max(id) FROM receipt WHERE kind = 'exchange' GROUP BY incarnation)",
    )?;
    let receipts = statement.query_map([], |row| {
        Ok(KeptReceipt { life: IncarnationId(row.get(0)?), signed: row.get(1)?, at: row.get(2)? })
    })?;
    Ok(receipts.collect::<Result<_, _>>()?)
}

/// Drafts that changed since they were copied.
fn push_drafts(drafts: &[Draft], inventory: &Inventory, mark: &Mark, step: &mut Step) {
    for draft in drafts {
        let print = inventory::print_of_draft(draft);
        let there = inventory.drafts.get(&draft.id).map(|kept| kept.what.print);
        let is_news = there.is_none() || mark.drafts.get(&draft.id) != Some(&print);
        if there != Some(print) && is_news && step.has_room() {
            step.push(draft.body.len(), Record::Draft(draft.clone()));
        }
    }
}

/// The ends of drafts that went. What the copy has of a draft that this ledger does not know stays: an older copy of the ledger
/// may have been put back.
fn push_ended_drafts(drafts: &[Draft], inventory: &Inventory, mark: &Mark, step: &mut Step) {
    let here: BTreeSet<DraftId> = drafts.iter().map(|draft| draft.id).collect();
    for id in mark.drafts.keys().filter(|id| !here.contains(id) && inventory.drafts.contains_key(id)) {
        step.push(64, Record::DraftGone(*id));
    }
}

/// Own entries that no receipt covers, those that stand in quarantine, and the last that one covers: there a new life begins.
/// Answers the hashes of all that are to be in the copy.
fn push_entries(
    ledger: &Ledger,
    inventory: &Inventory,
    step: &mut Step,
) -> Result<BTreeSet<Digest>, LedgerError> {
    let mut wanted = BTreeSet::new();
    let Ok(life) = ledger.life() else { return Ok(wanted) };
    let fork = ledger.outgoing_within(1)?.first_seq.saturating_sub(1);
    let columns = "SELECT incarnation, seq, standing, header_hash, body IS NULL FROM entry";
    let sql = format!(
        "{columns} WHERE standing IN ('pending', 'held')
         UNION {columns} WHERE standing = 'quarantined'
         UNION {columns} WHERE incarnation = ?1 AND seq >= ?2"
    );
    let mut statement = ledger.entries().prepare_cached(&sql)?;
    let mut rows = statement.query(params![life.id.0, fork as i64])?;
    while let Some(row) = rows.next()? {
        let (writer, seq) = (IncarnationId(row.get(0)?), row.get::<_, i64>(1)? as u64);
        let standing: String = row.get(2)?;
        let hash = Digest(row.get(3)?);
        if standing == EntryStanding::Alias.as_str() {
            // Its body stands under another life; the header of that one says all that it says.
            continue;
        }
        wanted.insert(hash);
        let there = inventory.entries.get(&hash).filter(|kept| !kept.what.covered).map(|kept| &kept.what);
        let is_erased: bool = row.get(4)?;
        let keeps_body = is_erased && there.is_some_and(|there| there.whole);
        let is_there = there.is_some_and(|there| there.standing.as_str() == standing) && !keeps_body;
        if is_there || !step.has_room() {
            continue;
        }
        let Some(EntryRow { entry, standing, reason, .. }) = entry_row::at(ledger.entries(), writer, seq)?
        else {
            continue;
        };
        let bytes = entry.header_bytes.len() + entry.body_bytes.as_ref().map_or(0, Vec::len);
        step.push(bytes, Record::Entry(Box::new(CopiedEntry { entry, standing, reason })));
    }
    Ok(wanted)
}

/// Photos that wait to be sent, by their names. Answers all of them.
fn push_named(
    connection: &Connection,
    inventory: &Inventory,
    step: &mut Step,
) -> Result<BTreeSet<Digest>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT digest, size_bytes, subject, thumbnail, named_by FROM photo WHERE standing = 'pending'",
    )?;
    let mut rows = statement.query([])?;
    let mut wanted = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let named = NamedPhoto {
            digest: Digest(row.get(0)?),
            size_bytes: row.get::<_, i64>(1)? as u64,
            subject: SubjectId(row.get(2)?),
            thumbnail: row.get(3)?,
            named_by: EntryId(row.get(4)?),
        };
        wanted.insert(named.digest);
        if !inventory::has_named(inventory, &named) && step.has_room() {
            step.push(128, Record::Named(named));
        }
    }
    Ok(wanted)
}

/// What the copy need not keep, because this ledger knows how it ended: by a receipt, an erasure, another life. What this
/// ledger does not know stays.
fn covered(
    connection: &Connection,
    inventory: &Inventory,
    entries: &BTreeSet<Digest>,
    named: &BTreeSet<Digest>,
) -> Result<Vec<Covered>, LedgerError> {
    let mut ended = Vec::new();
    let open = inventory.entries.iter().filter(|(_, kept)| !kept.what.covered);
    for (hash, kept) in open.filter(|(hash, _)| !entries.contains(hash)) {
        if entry_row::header_hash_at(connection, kept.what.life, kept.what.seq)? == Some(*hash) {
            ended.push(*hash);
        }
    }
    let mut photos = Vec::new();
    for (digest, kept) in
        inventory.named.iter().filter(|(digest, kept)| !kept.what.covered && !named.contains(digest))
    {
        let is_known = crate::photo_row::is_known(connection, *digest)?
            || connection
                .prepare_cached(
                    "SELECT 1 FROM entry WHERE id = ?1 AND standing NOT IN ('quarantined', 'alias')",
                )?
                .exists([kept.what.named_by.0])?;
        if is_known {
            photos.push(*digest);
        }
    }
    let mut covered: Vec<Covered> = ended
        .chunks(MOST_COVERED)
        .map(|entries| Covered { entries: entries.to_vec(), photos: Vec::new() })
        .collect();
    covered.extend(
        photos.chunks(MOST_COVERED).map(|photos| Covered { entries: Vec::new(), photos: photos.to_vec() }),
    );
    Ok(covered)
}

/// The bytes of photos that drafts, and entries that no receipt covers, name: as far as they are here.
fn push_photos(
    ledger: &Ledger,
    inventory: &Inventory,
    drafts: &[Draft],
    named: &BTreeSet<Digest>,
    step: &mut Step,
) -> Result<(), LedgerError> {
    let drafted = drafts.iter().flat_map(|draft| draft.photos.iter().copied());
    let wanted: BTreeSet<Digest> = drafted.chain(named.iter().copied()).collect();
    for digest in wanted.into_iter().filter(|digest| !inventory.photos.contains_key(digest)) {
        if !step.has_room() {
            break;
        }
        let found: Option<(String, Vec<u8>)> = ledger
            .photos
            .prepare_cached("SELECT added_at, bytes FROM photo_bytes WHERE digest = ?1")?
            .query_row([digest.0], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        if let Some((added_at, bytes)) = found.filter(|(_, bytes)| Digest::of(bytes) == digest) {
            step.push(bytes.len(), Record::Photo(PhotoBytes { digest, added_at, bytes }));
        }
    }
    Ok(())
}
