//! Taking entries in: their place in the life's chain, the judgement over whole records, gaps (rules S1, S3, S4, X2, X5).

mod settling;

use super::position::{Origin, Positions};
use super::{life_row, refusal};
use crate::error::CenterError;
use crate::judge::{self, Writer};
use crate::staff::SignIn;
use crate::store::{Arrival, Laptop, Now, Taken};
use bangban_ledger::entry_row::{self, COLUMNS, EntryRow, EntryStanding};
use bangban_model::body::{Body, GapReleased};
use bangban_model::{Code, Digest, Entry, IncarnationId, RecordId, StreamId, SubjectId, planted};
use bangban_sync::RefusalReason;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use settling::IdState;
use std::collections::BTreeMap;

/// One transaction over one life: what is known of it, and what changes.
pub(super) struct Intake<'a> {
    connection: &'a Connection,
    life: IncarnationId,
    writer: Writer,
    prefix: (u64, Digest),
    gap_released: u64,
    /// Entries are stored beyond the prefix.
    beyond: bool,
    /// Entries of this life are held: the next ones go the long way.
    held: bool,
    /// Entries of this life stand in quarantine: later ones may need them.
    refused: bool,
    /// What the laptop hands in is kept, and nothing of it comes into force by itself (rule X8).
    pub(super) revoked: bool,
    stream_tails: BTreeMap<StreamId, Digest>,
    subject_streams: BTreeMap<SubjectId, StreamId>,
    positions: Positions<'a>,
}

/// What is to happen with a run of held entries.
enum Readiness {
    Ready,
    Waits,
    Broken,
}

/// Takes entries of one life in `seq` order; see [`crate::store::Store::take`].
pub(super) fn take(
    connection: &mut Connection,
    arrival: &Arrival,
    entries: &[Entry],
) -> Result<Taken, CenterError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let revoked = lock_laptop(&transaction, &arrival.laptop)?;
    let taken = {
        let mut intake = Intake::open(&transaction, &arrival.laptop, arrival.life, arrival.now)?;
        intake.revoked = revoked;
        let mut taken = Taken { new_entries: 0, history_differs: false };
        let mut range: Option<(u64, u64)> = None;
        for record in entries.chunk_by(|one, other| one.header.record.id == other.header.record.id) {
            let Some(fresh) = intake.new_of(record)? else {
                taken.history_differs = true;
                break;
            };
            if let (Some(first), Some(last)) = (fresh.first(), fresh.last()) {
                let begun = range.map_or(first.header.seq, |(begun, _)| begun);
                range = Some((begun, last.header.seq));
                taken.new_entries += fresh.len() as u64;
                intake.admit(&fresh, arrival.batch)?;
            }
        }
        intake.close()?;
        if let Some((first, last)) = range {
            keep_batch(&transaction, arrival, first, last)?;
        }
        taken
    };
    if planted::out("ack_before_commit") {
        transaction.rollback()?;
        return Ok(taken);
    }
    transaction.commit()?;
    Ok(taken)
}

/// Entries of life ?1 that wait, and those that were refused. The index is named: asked with every commit, a look through the
/// life's whole past would make a long report slower with each entry.
const HELD: &str = "entry INDEXED BY entry_waiting
    WHERE incarnation = ?1 AND standing = 'held' AND standing IN ('pending', 'held')";
const REFUSED: &str =
    "entry INDEXED BY entry_quarantined WHERE incarnation = ?1 AND standing = 'quarantined'";

/// Releases a gap of a life (rule S4): what waits behind it goes on. How many entries took positions.
pub(super) fn release_gap(
    connection: &mut Connection,
    sign_in: &SignIn,
    laptop: &Laptop,
    life: IncarnationId,
    now: Now,
) -> Result<u64, CenterError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let beyond_scope = transaction
        .prepare_cached(&format!("SELECT 1 FROM {HELD} AND substr(stream, 1, length(?2)) <> ?2"))?
        .exists(params![life.0, sign_in.staff.scope])?;
    if beyond_scope && !planted::out("no_scope") {
        return Err(Code::NotAllowed.into());
    }
    let last = entry_row::tail(&transaction, life)?.map_or(0, |(seq, _)| seq);
    let waits: Option<String> = transaction
        .prepare_cached(&format!("SELECT stream FROM {HELD} ORDER BY seq LIMIT 1"))?
        .query_row([life.0], |row| row.get(0))
        .optional()?;
    let Some(stream) = waits.as_deref().and_then(StreamId::parse) else {
        return Err(CenterError::About(Code::BadInput, "no_gap".into()));
    };
    let released = Body::GapReleased(GapReleased { incarnation: life, through: last });
    refusal::say(&transaction, sign_in, laptop, &stream, released, now)?;
    let mut intake = Intake::open(&transaction, laptop, life, now)?;
    intake.held = true;
    let given = intake.close()?;
    transaction.commit()?;
    Ok(given)
}

/// Device row first (rule S1): a laptop's own posts follow each other. Whether it is revoked by now.
fn lock_laptop(transaction: &Transaction<'_>, laptop: &Laptop) -> Result<bool, CenterError> {
    let revoked: Option<Option<String>> = transaction
        .prepare_cached("SELECT revoked_at FROM laptop WHERE id = ?1")?
        .query_row([laptop.id], |row| row.get(0))
        .optional()?;
    Ok(revoked.ok_or(Code::LaptopRefused)?.is_some())
}

fn keep_batch(connection: &Connection, arrival: &Arrival, first: u64, last: u64) -> Result<(), CenterError> {
    connection
        .prepare_cached(
            "INSERT INTO batch (id, life, first_seq, last_seq, channel, received_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (id) DO UPDATE SET first_seq = min(first_seq, excluded.first_seq),
                last_seq = max(last_seq, excluded.last_seq)",
        )?
        .execute(params![
            arrival.batch.0,
            arrival.life.0,
            first as i64,
            last as i64,
            arrival.channel.as_str(),
            bangban_model::chain::received_at_text(arrival.now),
        ])?;
    Ok(())
}

impl<'a> Intake<'a> {
    /// Begins on a life of this laptop.
    pub(super) fn open(
        connection: &'a Connection,
        laptop: &Laptop,
        life: IncarnationId,
        now: Now,
    ) -> Result<Self, CenterError> {
        let extent = life_row::extent(connection, life)?.ok_or(Code::LaptopRefused)?;
        let exists = |sql: &str, from: u64| -> Result<bool, CenterError> {
            Ok(connection.prepare_cached(sql)?.exists(params![life.0, from as i64])?)
        };
        let any_of = |which: &str| exists(&format!("SELECT 1 FROM {which} AND seq > ?2 LIMIT 1"), 0);
        Ok(Intake {
            connection,
            life,
            writer: life_row::writer(connection, laptop, life)?,
            prefix: (extent.prefix_seq, extent.prefix_hash),
            gap_released: extent.gap_released,
            beyond: exists(
                "SELECT 1 FROM entry WHERE incarnation = ?1 AND seq > ?2 LIMIT 1",
                extent.prefix_seq,
            )?,
            held: any_of(HELD)?,
            refused: any_of(REFUSED)?,
            revoked: false,
            stream_tails: BTreeMap::new(),
            subject_streams: BTreeMap::new(),
            positions: Positions::new(connection, now),
        })
    }

    /// The life that this one continues, and the last place both share.
    pub(super) fn fork(&self) -> Option<(IncarnationId, u64)> {
        self.writer.fork
    }

    /// Ends: what was held goes on as far as it can, and everything is kept. How many positions were given.
    pub(super) fn close(mut self) -> Result<u64, CenterError> {
        if self.held {
            self.prefix = life_row::stored_from(self.connection, self.life, self.prefix)?;
            self.advance_held()?;
        }
        life_row::set_prefix(self.connection, self.life, self.prefix.0, self.prefix.1)?;
        self.positions.close()
    }

    /// The entries of a record that are not here yet; `None` where one contradicts the chain (X5, D1).
    fn new_of(&self, record: &[Entry]) -> Result<Option<Vec<Entry>>, CenterError> {
        let mut fresh = Vec::with_capacity(record.len());
        let mut before: Option<(u64, Digest)> = None;
        for entry in record {
            let header = &entry.header;
            let hash = entry.header_hash();
            let known = if header.seq <= self.prefix.0 || self.beyond {
                entry_row::header_hash_at(self.connection, self.life, header.seq)?
            } else {
                None
            };
            match known {
                Some(known) if known == hash => {}
                Some(_) if planted::out("trust_seq") => {}
                Some(_) => return Ok(None),
                None if self.fits_its_neighbours(entry, hash, before)? => fresh.push(entry.clone()),
                None => return Ok(None),
            }
            before = Some((header.seq, hash));
        }
        Ok(Some(fresh))
    }

    fn fits_its_neighbours(
        &self,
        entry: &Entry,
        hash: Digest,
        before: Option<(u64, Digest)>,
    ) -> Result<bool, CenterError> {
        let header = &entry.header;
        let below = header.seq - 1;
        let below_hash = match before {
            _ if below == 0 => Some(Digest::ZERO),
            Some((seq, hash)) if seq == below => Some(hash),
            _ if below == self.prefix.0 => Some(self.prefix.1),
            _ if self.beyond => entry_row::header_hash_at(self.connection, self.life, below)?,
            _ => None,
        };
        if below_hash.is_some_and(|below| below != header.prev) {
            return Ok(false);
        }
        if self.beyond
            && let Some(above) = entry_row::at(self.connection, self.life, header.seq + 1)?
        {
            return Ok(above.entry.header.prev == hash);
        }
        Ok(true)
    }

    /// Takes the new entries of a record in: at once where nothing is missing before them, else they are held first.
    fn admit(&mut self, fresh: &[Entry], batch: RecordId) -> Result<(), CenterError> {
        let bare = self.without_erased(fresh)?;
        let fresh = bare.as_deref().unwrap_or(fresh);
        let follows = fresh.first().is_some_and(|entry| entry.header.seq == self.prefix.0 + 1);
        if follows && !self.beyond && !self.held && judge::is_whole_record(fresh) {
            if let Some(last) = fresh.last() {
                self.prefix = (last.header.seq, last.header_hash());
            }
            let origin = Origin::Fresh { batch: Some(batch) };
            return if self.chains_in_its_streams(fresh)? {
                self.settle(fresh, origin)
            } else {
                self.refuse(fresh, RefusalReason::Malformed, origin)
            };
        }
        for entry in fresh {
            self.hold(entry, batch)?;
        }
        self.held = true;
        self.beyond = true;
        Ok(())
    }

    /// Whether each entry names the one before it in its stream, where nothing is missing in between.
    fn chains_in_its_streams(&mut self, run: &[Entry]) -> Result<bool, CenterError> {
        let mut chains = true;
        for entry in run {
            let header = &entry.header;
            let tail = match self.stream_tails.get(&header.stream) {
                Some(tail) => *tail,
                None => entry_row::stream_tail(self.connection, self.life, &header.stream)?,
            };
            chains &= tail == header.stream_prev;
            self.stream_tails.insert(header.stream.clone(), entry.header_hash());
        }
        Ok(chains)
    }

    /// Stores an entry without a position. One whose id is taken cannot wait: it is an alias or refused at once (X5).
    fn hold(&mut self, entry: &Entry, batch: RecordId) -> Result<(), CenterError> {
        self.stream_tails.clear();
        let (standing, reason) = match self.id_state(entry)? {
            IdState::Free => (EntryStanding::Held, None),
            IdState::Waits(other) => {
                self.make_alias(other)?;
                (EntryStanding::Held, None)
            }
            IdState::Same => {
                if let Ok(Some(body)) = entry.body() {
                    self.learn(entry, &body)?;
                }
                (EntryStanding::Alias, None)
            }
            IdState::Taken => {
                self.refused = true;
                (EntryStanding::Quarantined, Some(RefusalReason::IdTaken))
            }
        };
        self.insert(entry, standing, reason, Some(batch))
    }

    fn insert(
        &self,
        entry: &Entry,
        standing: EntryStanding,
        reason: Option<RefusalReason>,
        batch: Option<RecordId>,
    ) -> Result<(), CenterError> {
        let mut entry = entry.clone();
        if standing == EntryStanding::Alias {
            entry.body_bytes = None;
        }
        let row = EntryRow {
            entry,
            standing,
            reason: reason.map(|reason| refusal::text(reason).to_owned()),
            position: None,
            received_at: Some(self.positions.received_at().to_owned()),
            batch,
        };
        Ok(entry_row::insert(self.connection, &row)?)
    }

    /// Judges what is held, in `seq` order, as far as nothing it needs is missing.
    fn advance_held(&mut self) -> Result<(), CenterError> {
        let rows = self.rows_held()?;
        let follows = |one: &Entry, other: &Entry| {
            one.header.record.id == other.header.record.id && one.header.seq + 1 == other.header.seq
        };
        for run in rows.chunk_by(follows) {
            match self.readiness(run)? {
                Readiness::Waits => {}
                Readiness::Ready => self.settle(run, Origin::Stored)?,
                Readiness::Broken => self.refuse(run, RefusalReason::Malformed, Origin::Stored)?,
            }
        }
        Ok(())
    }

    /// The entries of this life that wait, in `seq` order.
    fn rows_held(&self) -> Result<Vec<Entry>, CenterError> {
        let sql = format!("SELECT {COLUMNS} FROM {HELD} ORDER BY seq");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map([self.life.0], entry_row::read)?;
        rows.map(|row| Ok(row?.entry)).collect()
    }

    /// Rule S4: a record waits only while a part of it or the entry before it in its stream is missing.
    fn readiness(&self, run: &[Entry]) -> Result<Readiness, CenterError> {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { return Ok(Readiness::Waits) };
        if !judge::is_whole_record(run) {
            let goes_on = run.windows(2).all(|pair| match pair {
                [one, other] => one.header.record.index + 1 == other.header.record.index,
                _ => true,
            });
            let below = first.header.seq - 1;
            let above = last.header.seq + 1;
            let lacks_front = first.header.record.index > 0 && below > 0 && !self.is_stored(below)?;
            let lacks_back =
                last.header.record.index + 1 < last.header.record.count && !self.is_stored(above)?;
            return Ok(if goes_on && (lacks_front || lacks_back) {
                Readiness::Waits
            } else {
                Readiness::Broken
            });
        }
        let gap_below = first.header.seq > self.prefix.0 + 1;
        let released = last.header.seq <= self.gap_released;
        let mut tails: BTreeMap<&StreamId, Digest> = BTreeMap::new();
        for entry in run {
            let header = &entry.header;
            let (expected, standing) = match tails.get(&header.stream) {
                Some(hash) => (*hash, None),
                None => self.before_in_stream(&header.stream, first.header.seq)?,
            };
            if expected != header.stream_prev {
                let waits = gap_below && !released;
                if waits {
                    return Ok(Readiness::Waits);
                }
                if !gap_below {
                    return Ok(Readiness::Broken);
                }
            }
            if standing == Some(EntryStanding::Held) && !released {
                return Ok(Readiness::Waits);
            }
            tails.insert(&header.stream, entry.header_hash());
        }
        for (stream, hash) in tails {
            if self.after_in_stream(stream, last.header.seq)?.is_some_and(|above| above != hash) && !released
            {
                return Ok(Readiness::Broken);
            }
        }
        Ok(Readiness::Ready)
    }

    fn is_stored(&self, seq: u64) -> Result<bool, CenterError> {
        Ok(entry_row::header_hash_at(self.connection, self.life, seq)?.is_some())
    }

    fn before_in_stream(
        &self,
        stream: &StreamId,
        seq: u64,
    ) -> Result<(Digest, Option<EntryStanding>), CenterError> {
        let found: Option<([u8; 32], String)> = self
            .connection
            .prepare_cached(
                "SELECT header_hash, standing FROM entry WHERE incarnation = ?1 AND stream = ?2 AND seq < ?3
                 ORDER BY seq DESC LIMIT 1",
            )?
            .query_row(params![self.life.0, stream.as_str(), seq as i64], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        Ok(found
            .map_or((Digest::ZERO, None), |(hash, standing)| (Digest(hash), EntryStanding::parse(&standing))))
    }

    /// What the next stored entry of the stream names as the one before it, if it is in force already.
    fn after_in_stream(&self, stream: &StreamId, seq: u64) -> Result<Option<Digest>, CenterError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM entry WHERE incarnation = ?1 AND stream = ?2 AND seq > ?3 ORDER BY seq LIMIT 1"
        );
        let row = self
            .connection
            .prepare_cached(&sql)?
            .query_row(params![self.life.0, stream.as_str(), seq as i64], entry_row::read)
            .optional()?;
        Ok(row
            .filter(|row| row.standing == EntryStanding::Positioned)
            .map(|row| row.entry.header.stream_prev))
    }
}
