//! The lives of a ledger that is built anew: whether the present one may go on, or another begins (rules E2, D1).

use super::entries::Evidence;
use super::source::Foundation;
use super::{Repair, RepairReport};
use crate::enrolment::{self, NewLife};
use crate::entry_row;
use crate::error::LedgerError;
use crate::laptop::{Life, read_life};
use crate::life;
use crate::record::Author;
use bangban_keys::{OpeningKey, SigningKey};
use bangban_model::ids::Actor;
use bangban_model::{Digest, IncarnationId};
use rusqlite::{Connection, Transaction, params};
use serde::Deserialize;
use uuid::Uuid;

/// The lives that are this ledger's own.
#[derive(Default)]
pub(super) struct OwnLives {
    /// The oldest first.
    pub(super) ids: Vec<IncarnationId>,
}

impl OwnLives {
    pub(super) fn has(&self, life: Uuid) -> bool {
        self.ids.iter().any(|own| own.0 == life)
    }
}

pub(super) fn read(connection: &Connection) -> Result<OwnLives, LedgerError> {
    let mut statement = connection.prepare_cached("SELECT id FROM life ORDER BY rowid")?;
    let ids = statement.query_map([], |row| row.get::<_, Uuid>(0).map(IncarnationId))?;
    Ok(OwnLives { ids: ids.collect::<Result<_, _>>()? })
}

/// What a kept receipt tells; it was verified when it came.
#[derive(Default)]
pub(super) struct Told {
    pub(super) prefix: Option<(u64, Digest)>,
    pub(super) photos: Vec<Digest>,
}

/// Reads a kept receipt; nothing where it does not read.
pub(super) fn told_by(signed: &str) -> Told {
    #[derive(Deserialize)]
    struct Envelope {
        text: String,
    }
    #[derive(Deserialize)]
    struct Prefix {
        seq: u64,
        header_hash: Digest,
    }
    #[derive(Deserialize)]
    struct Text {
        #[serde(default)]
        prefix: Option<Prefix>,
        #[serde(default)]
        photos: Vec<Digest>,
    }
    let text = serde_json::from_str::<Envelope>(signed).ok();
    match text.and_then(|envelope| serde_json::from_str::<Text>(&envelope.text).ok()) {
        Some(told) => {
            Told { prefix: told.prefix.map(|prefix| (prefix.seq, prefix.header_hash)), photos: told.photos }
        }
        None => Told::default(),
    }
}

/// The place up to which a kept receipt covers a life.
pub(super) fn received_to(connection: &Connection, life: IncarnationId) -> Result<u64, LedgerError> {
    Ok(newest_prefix(connection, life)?.map_or(0, |(seq, _)| seq))
}

/// The prefix of the newest kept receipt of a life.
fn newest_prefix(connection: &Connection, life: IncarnationId) -> Result<Option<(u64, Digest)>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT signed FROM receipt WHERE incarnation = ?1 AND kind = 'exchange' ORDER BY id DESC",
    )?;
    let mut rows = statement.query([life.0])?;
    while let Some(row) = rows.next()? {
        if let Some(prefix) = told_by(&row.get::<_, String>(0)?).prefix {
            return Ok(Some(prefix));
        }
    }
    Ok(None)
}

/// Enrolment and lives of the second copy, where those of the damaged file do not read.
pub(super) fn take_foundation(fresh: &Connection, foundation: &Foundation) -> Result<(), LedgerError> {
    if enrolment::read(fresh).ok().flatten().is_none()
        && let Some((reply, at)) = &foundation.enrolment
        && let Ok(kept) = serde_json::from_str::<crate::Enrolment>(reply)
    {
        fresh.execute("DELETE FROM enrolment", [])?;
        fresh.execute(
            "INSERT INTO enrolment (one, address, pins, reply, at) VALUES (1, ?1, ?2, ?3, ?4)",
            params![kept.address, format!("{:?}", kept.pins), reply, at],
        )?;
    }
    let here = read(fresh)?;
    let lacks = foundation.lives.iter().any(|saved| !here.has(saved.id.0));
    // The newest row is the present life: they are put in the order of the copy, and what the copy does not know is newer.
    if !lacks {
        return Ok(());
    }
    let offset: i64 = fresh.query_row("SELECT coalesce(max(rowid), 0) FROM life", [], |row| row.get(0))?;
    let newer: Vec<Uuid> = here
        .ids
        .iter()
        .map(|life| life.0)
        .filter(|life| !foundation.lives.iter().any(|saved| saved.id.0 == *life))
        .collect();
    for (saved, number) in foundation.lives.iter().zip(offset + 1..) {
        fresh.execute(
            "INSERT OR IGNORE INTO life (id, begun_at, signing, opening, ancestor, fork_seq, presented_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                saved.id.0,
                saved.begun_at,
                saved.signing.as_slice(),
                saved.opening,
                saved.ancestor.map(|life| life.0),
                saved.fork_seq.map(|seq| seq as i64),
                saved.presented_at
            ],
        )?;
        fresh.execute("UPDATE life SET rowid = ?2 WHERE id = ?1", params![saved.id.0, number])?;
    }
    let offset = offset + foundation.lives.len() as i64;
    for (life, number) in newer.into_iter().zip(offset + 1..) {
        fresh.execute("UPDATE life SET rowid = ?2 WHERE id = ?1", params![life, number])?;
    }
    Ok(())
}

/// The present life goes on where every one of its entries is here; else another begins where the center stands.
pub(super) fn go_on(
    fresh: &Transaction<'_>,
    work: &Repair<'_>,
    evidence: &Evidence,
    report: &mut RepairReport,
) -> Result<(), LedgerError> {
    let enrolment = enrolment::read(fresh).ok().flatten();
    let present = read_life(fresh).ok().flatten();
    let (Some(enrolment), Some(present)) = (enrolment, present) else {
        report.must_enrol = has_entries(fresh)?;
        // One without the other is of no use, and a new enrolment brings both.
        fresh.execute("DELETE FROM enrolment", [])?;
        fresh.execute("DELETE FROM life", [])?;
        return Ok(());
    };
    if is_unbroken(fresh, present.id, evidence)? {
        return Ok(());
    }
    let fork = fork_of(fresh, present.id)?;
    let life = Life {
        id: IncarnationId(Uuid::now_v7()),
        signing: SigningKey::random()?,
        opening: OpeningKey::random(),
    };
    let writer = match fork.0 {
        0 => None,
        seq => entry_row::at(fresh, present.id, seq)?.map(|row| row.entry.header.by),
    };
    let author = Author { by: writer.unwrap_or(Actor::Agent(work.agent)), at: work.at };
    let new = NewLife { life, program: work.program.to_owned() };
    life::fork_off(fresh, present.id, &enrolment.villages, &new, fork, author)?;
    report.new_life = true;
    Ok(())
}

fn has_entries(fresh: &Connection) -> Result<bool, LedgerError> {
    Ok(fresh.query_row("SELECT EXISTS (SELECT 1 FROM entry)", [], |row| row.get(0))?)
}

/// Whether every entry of a life is here up to its head, and whatever waits can be sent.
fn is_unbroken(fresh: &Connection, life: IncarnationId, evidence: &Evidence) -> Result<bool, LedgerError> {
    if !evidence.is_certain {
        return Ok(false);
    }
    let mut statement = fresh.prepare("SELECT seq, header FROM entry WHERE incarnation = ?1 ORDER BY seq")?;
    let mut rows = statement.query([life.0])?;
    let (mut at, mut before) = (0u64, Digest::ZERO);
    while let Some(row) = rows.next()? {
        let header: Vec<u8> = row.get(1)?;
        let hash = Digest::of(&header);
        let chained = bangban_model::entry::Entry::from_bytes(header, None)
            .is_ok_and(|entry| entry.header.prev == before);
        if row.get::<_, i64>(0)? as u64 != at + 1 || !chained {
            return Ok(false);
        }
        (at, before) = (at + 1, hash);
    }
    let last = evidence.places.keys().filter(|(of, _)| *of == life.0).map(|(_, seq)| *seq).max();
    Ok(at > 0 && last.is_none_or(|last| last == at))
}

/// The last place that the new life shares with this one, with the hash of its header: before the first entry that waits, or as far
/// as a receipt or an entry tells.
fn fork_of(fresh: &Connection, life: IncarnationId) -> Result<(u64, Digest), LedgerError> {
    let mut statement = fresh.prepare(&format!(
        "SELECT {} FROM entry WHERE incarnation = ?1 AND standing IN ('pending', 'held') ORDER BY seq LIMIT 1",
        entry_row::COLUMNS
    ))?;
    let waiting = statement.query_map([life.0], entry_row::read)?.next().transpose()?;
    if let Some(row) = waiting {
        // What stands before it is named by it.
        return Ok((row.entry.header.seq - 1, row.entry.header.prev));
    }
    let tail = entry_row::tail(fresh, life)?.unwrap_or((0, Digest::ZERO));
    let told = newest_prefix(fresh, life)?.unwrap_or((0, Digest::ZERO));
    Ok(if told.0 > tail.0 { told } else { tail })
}
