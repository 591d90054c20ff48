//! A ledger from its second copy (rules D1, E2): it goes on as a new life; what no receipt covers is written again under the same
//! ids, drafts are there with their photos, and what the center holds comes with the next exchange.

use super::folder::{self, Damage};
use super::record::{CopiedEntry, Foundation, KeptReceipt, NamedPhoto, Record};
use super::segment::CopyKeys;
use super::sorted::Sorted;
use crate::draft::{Draft, DraftId};
use crate::enrolment::{self, Enrolment, NewLife};
use crate::entry_row::{self, EntryRow, EntryStanding};
use crate::error::LedgerError;
use crate::laptop::{Ledger, lock};
use crate::life::{self, Beginning};
use crate::record::Author;
use crate::{document_row, leaving, photo_row};
use bangban_keys::{DataKey, SlotFile};
use bangban_model::body::Fork;
use bangban_model::ids::AgentId;
use bangban_model::{Actor, Code, Digest, IncarnationId, SubjectId};
use chrono::{DateTime, FixedOffset};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// Where the ledger is built before it is put in its place.
const BUILT_IN: &str = "restoring";
/// So many photos are taken over in one transaction.
const PHOTOS_AT_ONCE: usize = 16;

/// What a ledger is restored from.
pub struct Source<'a> {
    /// The folder of the copy; see [`super::find`].
    pub copy: &'a Path,
    /// The slots that stand in it.
    pub slots: &'a SlotFile,
    /// What one of them opened.
    pub keys: CopyKeys<'a>,
}

/// What came back.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Restored {
    /// Entries that no receipt covers: written again, they wait to be sent.
    pub entries: u64,
    /// Drafts.
    pub drafts: u64,
    /// Photos whose bytes were there.
    pub photos: u64,
    /// Photos that are named and whose bytes were not there.
    pub photos_missing: u64,
    /// Entries of records of which parts are damaged: they stay in the copy.
    pub incomplete: u64,
    /// Whether a center is known: it gives back what it holds with the next exchange.
    pub enrolled: bool,
    /// What is wrong with the copy.
    pub damage: Damage,
}

/// Restores into this folder, in which no ledger may stand. What else stands there is set aside. Nothing of the copy is changed.
///
/// # Errors
/// `LedgerExists`, `NoCopy` where nothing in the folder can be read, `NewerFormat`.
pub fn restore(
    source: &Source<'_>,
    target: &Path,
    new: NewLife,
    at: DateTime<FixedOffset>,
) -> Result<Restored, LedgerError> {
    let (content, damage) = Content::read(source)?;
    crate::folder::make(target)?;
    let _lock = lock(target)?;
    if target.join("ledger.db").exists() {
        return Err(Code::LedgerExists.into());
    }
    let built = target.join(BUILT_IN);
    match fs::remove_dir_all(&built) {
        Err(problem) if problem.kind() != ErrorKind::NotFound => return Err(problem.into()),
        _ => {}
    }
    let mut restored = Restored { damage, ..Restored::default() };
    build(source, &built, content, (new, at), &mut restored)?;
    put_in_place(&built, target)?;
    Ok(restored)
}

/// What the copy says in the end.
#[derive(Default)]
struct Content {
    foundation: Option<Foundation>,
    receipts: BTreeMap<IncarnationId, KeptReceipt>,
    /// By header hash, with whether a receipt covers it.
    entries: BTreeMap<Digest, (CopiedEntry, bool)>,
    named: BTreeMap<Digest, NamedPhoto>,
    drafts: BTreeMap<DraftId, Draft>,
}

impl Content {
    fn read(source: &Source<'_>) -> Result<(Content, Damage), LedgerError> {
        let mut content = Content::default();
        let damage = folder::read(source.copy, source.keys, &mut |record| {
            content.take(record);
            Ok(())
        })?;
        if content.foundation.is_none() && content.drafts.is_empty() && content.entries.is_empty() {
            return Err(Code::NoCopy.into());
        }
        Ok((content, damage))
    }

    fn take(&mut self, record: Record) {
        match record {
            Record::Head(_) | Record::Photo(_) => {}
            Record::Foundation(foundation) => self.foundation = Some(*foundation),
            Record::Receipt(receipt) => {
                self.receipts.insert(receipt.life, receipt);
            }
            Record::Entry(copied) => {
                self.entries.insert(copied.entry.header_hash(), (*copied, false));
            }
            Record::Named(named) => {
                self.named.insert(named.digest, named);
            }
            Record::Draft(draft) => {
                self.drafts.insert(draft.id, draft);
            }
            Record::DraftGone(id) => {
                self.drafts.remove(&id);
            }
            Record::Covered(covered) => {
                for hash in &covered.entries {
                    if let Some((_, is_covered)) = self.entries.get_mut(hash) {
                        *is_covered = true;
                    }
                }
                for digest in &covered.photos {
                    self.named.remove(digest);
                }
            }
        }
    }

    /// Photos that drafts and unsent entries hold on to.
    fn photos(&self) -> BTreeSet<Digest> {
        let drafted = self.drafts.values().flat_map(|draft| draft.photos.iter().copied());
        drafted.chain(self.named.keys().copied()).collect()
    }
}

fn build(
    source: &Source<'_>,
    built: &Path,
    content: Content,
    (new, at): (NewLife, DateTime<FixedOffset>),
    restored: &mut Restored,
) -> Result<(), LedgerError> {
    let agents = content.foundation.as_ref().map(|foundation| foundation.agents.clone()).unwrap_or_default();
    let from_slots = || source.slots.agents().find_map(|agent| agent.parse::<AgentId>().ok());
    let (agent, name) = match agents.first() {
        Some((agent, name)) => (*agent, name.clone()),
        // The foundation is damaged: who has a slot is known all the same.
        None => (from_slots().ok_or(LedgerError::Coded(Code::NoCopy))?, String::new()),
    };
    let key = DataKey::from_bytes(*source.keys.data_key.expose());
    let mut ledger = Ledger::create(built, key, source.slots, agent, &name)?;
    for (agent, name) in &agents {
        ledger.put_agent(*agent, name)?;
    }
    let wanted = content.photos();
    restored.photos = take_photos(source, &mut ledger, &wanted)?;
    restored.photos_missing = wanted.len() as u64 - restored.photos;
    restored.drafts = content.drafts.len() as u64;
    let transaction = ledger.entries.transaction_with_behavior(TransactionBehavior::Immediate)?;
    put_drafts(&transaction, content.drafts.values())?;
    if let Some(foundation) = content.foundation
        && let Some((reply, since)) = &foundation.enrolment
        && !foundation.lives.is_empty()
    {
        put_foundation(&transaction, &foundation, (reply, since), content.receipts.into_values())?;
        let enrolment =
            enrolment::read(&transaction)?.ok_or(LedgerError::Damaged("the enrolment cannot be read"))?;
        restored.enrolled = true;
        let lives = &foundation.lives;
        let present = lives.last().map(|life| life.id).ok_or(LedgerError::Damaged("no life"))?;
        let sorted = Sorted::of(content.entries, present);
        restored.incomplete = sorted.incomplete;
        restored.entries = sorted.unsent.len() as u64;
        let first_agent = Actor::Agent(agent);
        go_on(&transaction, &enrolment, &sorted, (new, first_agent, at))?;
        put_names(&transaction, content.named.values())?;
        leaving::begin_refill(&transaction, &enrolment.villages, &at.to_rfc3339())?;
        // She restored it herself: nobody has to tell her.
        transaction.execute("UPDATE life SET told_at = ?1", [at.to_rfc3339()])?;
    }
    transaction.commit()?;
    ledger.close()
}

fn take_photos(
    source: &Source<'_>,
    ledger: &mut Ledger,
    wanted: &BTreeSet<Digest>,
) -> Result<u64, LedgerError> {
    let mut gathered = Vec::new();
    let mut taken = BTreeSet::new();
    folder::read(source.copy, source.keys, &mut |record| {
        if let Record::Photo(photo) = record
            && wanted.contains(&photo.digest)
            && taken.insert(photo.digest)
        {
            gathered.push(photo);
            if gathered.len() >= PHOTOS_AT_ONCE {
                put_photos(ledger, &std::mem::take(&mut gathered))?;
            }
        }
        Ok(())
    })?;
    put_photos(ledger, &gathered)?;
    Ok(taken.len() as u64)
}

fn put_photos(ledger: &mut Ledger, photos: &[super::PhotoBytes]) -> Result<(), LedgerError> {
    let transaction = ledger.photos.transaction()?;
    for photo in photos {
        transaction
            .prepare_cached(
                "INSERT OR IGNORE INTO photo_bytes (digest, added_at, bytes) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![photo.digest.0, photo.added_at, photo.bytes])?;
    }
    Ok(transaction.commit()?)
}

fn put_drafts<'a>(
    connection: &Connection,
    drafts: impl Iterator<Item = &'a Draft>,
) -> Result<(), LedgerError> {
    for draft in drafts {
        connection
            .prepare_cached("INSERT INTO draft (id, subject, body, updated_at) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![draft.id.0, draft.subject.0, draft.body, draft.updated_at])?;
        for digest in &draft.photos {
            connection
                .prepare_cached("INSERT OR IGNORE INTO draft_photo (draft, digest) VALUES (?1, ?2)")?
                .execute(params![draft.id.0, digest.0])?;
        }
    }
    Ok(())
}

fn put_foundation(
    connection: &Connection,
    foundation: &Foundation,
    (reply, since): (&str, &str),
    receipts: impl Iterator<Item = KeptReceipt>,
) -> Result<(), LedgerError> {
    let enrolment: Enrolment =
        serde_json::from_str(reply).map_err(|_| LedgerError::Damaged("the enrolment cannot be read"))?;
    connection.execute(
        "INSERT INTO enrolment (one, address, pins, reply, at) VALUES (1, ?1, ?2, ?3, ?4)",
        params![enrolment.address, format!("{:?}", enrolment.pins), reply, since],
    )?;
    for one in &foundation.lives {
        connection.execute(
            "INSERT INTO life (id, begun_at, signing, opening, ancestor, fork_seq, presented_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                one.id.0,
                one.begun_at,
                one.signing.as_slice(),
                one.opening,
                one.ancestor.map(|ancestor| ancestor.0),
                one.fork_seq.map(|seq| seq as i64),
                one.presented_at
            ],
        )?;
        if let (Some(ancestor), Some(seq), Some(header_hash)) = (one.ancestor, one.fork_seq, one.fork_hash) {
            life::note_fork(connection, &Fork { ancestor, seq, header_hash })?;
        }
    }
    for receipt in receipts {
        connection.execute(
            "INSERT INTO receipt (incarnation, kind, signed, at) VALUES (?1, 'exchange', ?2, ?3)",
            params![receipt.life.0, receipt.signed, receipt.at],
        )?;
    }
    Ok(())
}

/// Puts the entries in and begins the new life.
fn go_on(
    transaction: &Transaction<'_>,
    enrolment: &Enrolment,
    sorted: &Sorted,
    (new, agent, at): (NewLife, Actor, DateTime<FixedOffset>),
) -> Result<(), LedgerError> {
    let mut subjects: BTreeSet<SubjectId> = BTreeSet::new();
    let settled = sorted.settled.iter().map(|row| (row, false));
    for (row, is_written_again) in settled.chain(sorted.unsent.iter().map(|row| (row, true))) {
        let header = &row.entry.header;
        // Another one may stand at this place: it is written again all the same.
        let is_free = entry_row::header_hash_at(transaction, header.incarnation, header.seq)?.is_none();
        if is_free && entry_row::by_id(transaction, header.id)?.is_none() {
            let standing = if is_written_again { EntryStanding::Pending } else { row.standing };
            entry_row::insert(transaction, &EntryRow { standing, ..row.clone() })?;
        }
        if is_written_again {
            photo_row::put_named(transaction, &row.entry)?;
        }
        subjects.insert(header.subject);
    }
    let fork = sorted.fork.clone();
    life::note_fork(transaction, &fork)?;
    let author = Author { by: sorted.writer().unwrap_or(agent), at };
    let villages = enrolment.villages.clone();
    life::begin(transaction, &new, Beginning { fork, villages, author }, &sorted.unsent)?;
    for subject in subjects {
        document_row::refold(transaction, subject)?;
    }
    Ok(())
}

/// Photos that wait though the entry that names them is at the center already.
fn put_names<'a>(
    connection: &Connection,
    named: impl Iterator<Item = &'a NamedPhoto>,
) -> Result<(), LedgerError> {
    for named in named {
        connection
            .prepare_cached(
                "INSERT INTO photo (digest, size_bytes, subject, thumbnail, standing, named_by)
                 VALUES (?1, ?2, ?3, ?4, 'pending', ?5) ON CONFLICT (digest) DO NOTHING",
            )?
            .execute(params![
                named.digest.0,
                named.size_bytes as i64,
                named.subject.0,
                named.thumbnail,
                named.named_by.0
            ])?;
        connection
            .prepare_cached(
                "INSERT INTO photo_name (subject, digest) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            )?
            .execute(params![named.subject.0, named.digest.0])?;
    }
    Ok(())
}

/// Puts what was built in its place. The database comes last: before it, there is no ledger in the folder.
fn put_in_place(built: &Path, target: &Path) -> Result<(), LedgerError> {
    // A log beside another database would be taken for its own.
    for name in ["keys.json", "photos.db", "photos.db-wal", "photos.db-shm", "ledger.db-wal", "ledger.db-shm"]
    {
        set_aside(target, name)?;
    }
    crate::folder::sync(built)?;
    for name in ["keys.json", "photos.db", "ledger.db"] {
        fs::rename(built.join(name), target.join(name))?;
        crate::folder::sync(target)?;
    }
    let _ = fs::remove_dir_all(built);
    Ok(())
}

fn set_aside(folder: &Path, name: &str) -> Result<(), LedgerError> {
    if !folder.join(name).exists() {
        return Ok(());
    }
    let aside =
        (1..1000).map(|number| folder.join(format!("{name}.aside-{number}"))).find(|aside| !aside.exists());
    let aside = aside.ok_or(LedgerError::Coded(Code::FileExists))?;
    Ok(fs::rename(folder.join(name), aside)?)
}
