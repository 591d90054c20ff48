//! What becomes of a whole record: judged, given positions, known already, or kept in quarantine (rules S3, S5, X5).

use super::super::position::{self, Origin};
use super::super::{life_row, refusal};
use super::Intake;
use crate::error::CenterError;
use crate::judge;
use bangban_ledger::entry_row::{self, EntryStanding};
use bangban_ledger::erasure;
use bangban_ledger::settled_row;
use bangban_model::body::Body;
use bangban_model::{Entry, EntryId, IncarnationId, StreamId};
use bangban_sync::RefusalReason;
use rusqlite::{OptionalExtension, params};
use std::collections::BTreeSet;

impl Intake<'_> {
    /// Judges a whole record and gives it positions, or keeps it in quarantine.
    pub(in crate::store::embedded) fn settle(
        &mut self,
        run: &[Entry],
        origin: Origin,
    ) -> Result<(), CenterError> {
        if self.is_known_already(run)? {
            // In force under another life of the same ledger: nothing is judged twice.
            for entry in run {
                self.keep_alias(entry, origin)?;
                if let Ok(Some(body)) = entry.body() {
                    self.learn(entry, &body)?;
                }
            }
            return Ok(());
        }
        match self.verdict(run)? {
            Err(RefusalReason::AgentUnknown) if self.may_still_learn(run, origin) => Ok(()),
            Err(reason) => self.refuse(run, reason, origin),
            Ok(bodies) => self.put_in_force(run, &bodies, origin),
        }
    }

    /// She may be added in what is still missing: the record goes on waiting instead of being refused for good.
    fn may_still_learn(&self, run: &[Entry], origin: Origin) -> bool {
        let beyond_gap = run.first().is_some_and(|first| first.header.seq > self.prefix.0 + 1);
        let released = run.last().is_some_and(|last| last.header.seq <= self.gap_released);
        beyond_gap && !released && matches!(origin, Origin::Stored)
    }

    /// The judgement over a whole record.
    pub(in crate::store::embedded) fn verdict(
        &mut self,
        run: &[Entry],
    ) -> Result<Result<judge::Bodies, RefusalReason>, CenterError> {
        if self.revoked && !self.is_known_already(run)? {
            return Ok(Err(RefusalReason::Revoked));
        }
        let bodies = match judge::judge(run, &self.writer, &self.erased_among(run)?) {
            Ok(bodies) => bodies,
            Err(reason) => return Ok(Err(reason)),
        };
        Ok(match self.refusal_by_what_stands(run)? {
            Some(reason) => Err(reason),
            None => Ok(bodies),
        })
    }

    /// Whether a life that continues another writes nothing here that is not in force already.
    fn is_known_already(&self, run: &[Entry]) -> Result<bool, CenterError> {
        for entry in run {
            if !matches!(self.id_state(entry)?, IdState::Same) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Of a record, the entries without a body that an erasure names.
    pub(in crate::store::embedded) fn erased_among(
        &self,
        run: &[Entry],
    ) -> Result<BTreeSet<EntryId>, CenterError> {
        let mut erased = BTreeSet::new();
        for entry in run.iter().filter(|entry| entry.body_bytes.is_none()) {
            erased.extend(erasure::erased_of(self.connection, entry.header.subject)?);
        }
        Ok(erased)
    }

    /// A record whose bodies an erasure took already, brought once more by a ledger from before it: without them.
    pub(super) fn without_erased(&self, record: &[Entry]) -> Result<Option<Vec<Entry>>, CenterError> {
        let mut named = BTreeSet::new();
        for entry in record {
            if erasure::newest_erasure(self.connection, entry.header.subject)?.is_some() {
                named.extend(erasure::erased_of(self.connection, entry.header.subject)?);
            }
        }
        if !record.iter().any(|entry| named.contains(&entry.header.id)) {
            return Ok(None);
        }
        let mut record = record.to_vec();
        for entry in record.iter_mut().filter(|entry| named.contains(&entry.header.id)) {
            entry.body_bytes = None;
        }
        Ok(Some(record))
    }

    /// Rule S6: whether an entry with a body was written without knowing that its subject was erased.
    fn knows_no_erasure(&self, entry: &Entry) -> Result<bool, CenterError> {
        let header = &entry.header;
        if entry.body_bytes.is_none() {
            return Ok(false);
        }
        let Some(erasure) = erasure::newest_erasure(self.connection, header.subject)? else {
            return Ok(false);
        };
        let saw = match header.saw {
            Some(saw) => entry_row::by_id(self.connection, saw)?,
            None => None,
        };
        let seen = saw.filter(|row| row.entry.header.subject == header.subject).and_then(|row| row.position);
        Ok(seen.is_none_or(|position| position < erasure))
    }

    /// What only the store knows: ids that are taken, subjects of another village, earlier entries that are refused.
    pub(in crate::store::embedded) fn refusal_by_what_stands(
        &mut self,
        run: &[Entry],
    ) -> Result<Option<RefusalReason>, CenterError> {
        let mut ids = BTreeSet::new();
        for entry in run {
            if !ids.insert(entry.header.id) {
                return Ok(Some(RefusalReason::Malformed));
            }
            if matches!(self.id_state(entry)?, IdState::Taken) {
                return Ok(Some(RefusalReason::IdTaken));
            }
            if !self.is_in_its_village(entry)? {
                return Ok(Some(RefusalReason::Malformed));
            }
            if self.knows_no_erasure(entry)? && !matches!(self.id_state(entry)?, IdState::Same) {
                return Ok(Some(RefusalReason::SubjectErased));
            }
        }
        for entry in run {
            if self.refused && self.waits_for_earlier(entry, run)? {
                return Ok(Some(RefusalReason::WaitsForEarlier));
            }
        }
        Ok(None)
    }

    /// A subject stays in the village of its birth.
    fn is_in_its_village(&mut self, entry: &Entry) -> Result<bool, CenterError> {
        let header = &entry.header;
        if !self.subject_streams.contains_key(&header.subject) {
            let stands: Option<String> = self
                .connection
                .prepare_cached("SELECT stream FROM document WHERE subject = ?1")?
                .query_row([header.subject.0], |row| row.get(0))
                .optional()?;
            let stream =
                stands.and_then(|code| StreamId::parse(&code)).unwrap_or_else(|| header.stream.clone());
            self.subject_streams.insert(header.subject, stream);
        }
        Ok(self.subject_streams.get(&header.subject) == Some(&header.stream))
    }

    fn waits_for_earlier(&self, entry: &Entry, run: &[Entry]) -> Result<bool, CenterError> {
        let header = &entry.header;
        let first = run.first().map_or(header.seq, |first| first.header.seq);
        let mut statement = self.connection.prepare_cached(
            "SELECT DISTINCT kind FROM entry
             WHERE incarnation = ?1 AND subject = ?2 AND seq < ?3 AND standing = 'quarantined'
               AND body IS NOT NULL AND coalesce(reason, '') <> 'subject_erased'",
        )?;
        let earlier = statement
            .query_map(params![self.life.0, header.subject.0, first as i64], |row| row.get::<_, String>(0))?
            .collect::<Result<Vec<_>, _>>()?;
        if earlier.is_empty() {
            return Ok(false);
        }
        let stands = self
            .connection
            .prepare_cached("SELECT 1 FROM document WHERE subject = ?1 AND kind <> ''")?
            .exists([header.subject.0])?;
        Ok(earlier.iter().any(|kind| judge::needs(kind, &header.kind, stands)))
    }

    /// Gives a judged record its positions, except where it is known under another life already (X5).
    pub(in crate::store::embedded) fn put_in_force(
        &mut self,
        run: &[Entry],
        bodies: &[Option<Body>],
        origin: Origin,
    ) -> Result<(), CenterError> {
        for (entry, body) in run.iter().zip(bodies) {
            match self.id_state(entry)? {
                IdState::Same => self.keep_alias(entry, origin)?,
                state => {
                    if let IdState::Waits(other) = state {
                        self.make_alias(other)?;
                    }
                    self.positions.give(entry, body.as_ref(), origin)?;
                }
            }
            if let Some(body) = body {
                self.learn(entry, body)?;
            }
        }
        Ok(())
    }

    pub(super) fn learn(&mut self, entry: &Entry, body: &Body) -> Result<(), CenterError> {
        self.writer.learn(&entry.header, body);
        life_row::learn(self.connection, entry, body)
    }

    fn keep_alias(&mut self, entry: &Entry, origin: Origin) -> Result<(), CenterError> {
        match origin {
            Origin::Fresh { batch } => self.insert(entry, EntryStanding::Alias, None, batch),
            Origin::Stored => self.make_alias((self.life, entry.header.seq)),
        }
    }

    /// Keeps a record in quarantine; its places in the chain are consumed.
    pub(in crate::store::embedded) fn refuse(
        &mut self,
        run: &[Entry],
        reason: RefusalReason,
        origin: Origin,
    ) -> Result<(), CenterError> {
        self.refused = true;
        let Some(first) = run.first() else { return Ok(()) };
        // What staff erased in quarantine does not come back under another life, nor after a restore (rule S6).
        let erased = settled_row::goes_on(self.connection, self.life, first.header.record.id)?;
        for entry in run {
            let entry = &match erased {
                true => Entry { body_bytes: None, ..entry.clone() },
                false => entry.clone(),
            };
            if reason == RefusalReason::Revoked
                && let Ok(Some(body)) = entry.body()
            {
                position::name_photos(self.connection, entry, &body, false)?;
            }
            match origin {
                Origin::Fresh { batch } => {
                    self.insert(entry, EntryStanding::Quarantined, Some(reason), batch)?
                }
                Origin::Stored => {
                    let (life, seq) = (self.life, entry.header.seq);
                    let why = Some(refusal::text(reason));
                    entry_row::set_standing(self.connection, life, seq, EntryStanding::Quarantined, why)?;
                    if erased {
                        entry_row::forget_body(self.connection, life, seq)?;
                    }
                }
            }
        }
        Ok(())
    }

    pub(super) fn id_state(&self, entry: &Entry) -> Result<IdState, CenterError> {
        let header = &entry.header;
        let Some(other) = entry_row::by_id(self.connection, header.id)? else { return Ok(IdState::Free) };
        let (standing, other) = (other.standing, &other.entry.header);
        if (other.incarnation, other.seq) == (header.incarnation, header.seq) {
            return Ok(IdState::Free);
        }
        let same = other.incarnation != header.incarnation
            && other.tells_the_same(header)
            && life_row::related(self.connection, other.incarnation, header.incarnation)?;
        Ok(match same {
            false => IdState::Taken,
            // What waits behind a gap of a life that goes on as another may wait for ever: it gives way to the one that
            // can come into force.
            true if standing == EntryStanding::Held => IdState::Waits((other.incarnation, other.seq)),
            true => IdState::Same,
        })
    }

    /// A place of another life becomes a second header of what this one brings.
    pub(super) fn make_alias(&self, (life, seq): (IncarnationId, u64)) -> Result<(), CenterError> {
        Ok(entry_row::make_alias(self.connection, life, seq)?)
    }
}

/// Whether an id is known already.
pub(super) enum IdState {
    Free,
    /// The same entry, written again by another life of the same ledger.
    Same,
    /// The same, and what is known of it waits at this place behind a gap.
    Waits((IncarnationId, u64)),
    Taken,
}
