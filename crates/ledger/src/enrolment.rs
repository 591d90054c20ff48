//! Enrolment: what binds a ledger to its center, and begins its first life.

use crate::error::LedgerError;
use crate::laptop::{Ledger, Life, read_life};
use crate::leaving;
use crate::life;
use crate::record::{self, Author};
use bangban_model::body::{AgentAdded, AgentRemoved, LedgerBegun};
use bangban_model::entry::NewEntry;
use bangban_model::ids::{Actor, AgentId, DistrictKey};
use bangban_model::{Audience, Body, Code, Digest, IncarnationId, StreamId, SubjectId};
use chrono::{DateTime, FixedOffset};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use serde::{Deserialize, Serialize};

/// What a ledger knows of its center.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Enrolment {
    /// `host:port`.
    pub address: String,
    /// SHA-256 of the server keys that are trusted.
    pub pins: Vec<Digest>,
    /// The villages, the first being that of the laptop's own entries.
    pub villages: Vec<StreamId>,
    /// For deriving ids (rule E5).
    pub district_key: DistrictKey,
    /// The center's answer to the enrolment, kept as it came.
    pub reply: serde_json::Value,
}

/// The new life an enrolment begins.
pub struct NewLife {
    /// Its id and keys.
    pub life: Life,
    /// Name and version of the program.
    pub program: String,
}

pub(crate) fn read(connection: &Connection) -> Result<Option<Enrolment>, LedgerError> {
    let text: Option<String> =
        connection.query_row("SELECT reply FROM enrolment WHERE one = 1", [], |row| row.get(0)).optional()?;
    let Some(text) = text else { return Ok(None) };
    Ok(Some(serde_json::from_str(&text).map_err(|_| LedgerError::Damaged("the enrolment cannot be read"))?))
}

impl Ledger {
    /// Keeps the enrolment and begins the ledger's first life, in one transaction.
    pub fn enrol(
        &mut self,
        enrolment: Enrolment,
        new: NewLife,
        at: DateTime<FixedOffset>,
    ) -> Result<(), LedgerError> {
        if self.enrolment.is_some() {
            return Err(Code::AlreadyEnrolled.into());
        }
        let village = enrolment.villages.first().cloned().ok_or(LedgerError::Coded(Code::ProtocolBroken))?;
        let agents = self.agents()?;
        let first = agents.first().map(|(agent, _)| *agent).ok_or(LedgerError::Damaged("no agent"))?;
        let life = new.life.id;
        let begun = Body::LedgerBegun(LedgerBegun {
            program: new.program,
            villages: enrolment.villages.clone(),
            fork: None,
            again: Vec::new(),
        });
        let mut bodies = vec![begun];
        bodies.extend(agents.into_iter().map(|(agent, name)| Body::AgentAdded(AgentAdded { agent, name })));
        let entries = bodies.into_iter().map(|body| about_life(life, &village, body)).collect();

        let transaction = self.entries.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let reply = serde_json::to_string(&enrolment)
            .map_err(|_| LedgerError::Damaged("the enrolment cannot be written"))?;
        transaction.execute(
            "INSERT INTO enrolment (one, address, pins, reply, at) VALUES (1, ?1, ?2, ?3, ?4)",
            params![enrolment.address, format!("{:?}", enrolment.pins), reply, at.to_rfc3339()],
        )?;
        transaction.execute(
            "INSERT INTO life (id, begun_at, signing, opening, ancestor) VALUES (?1, ?2, ?3, ?4, NULL)",
            params![
                life.0,
                at.to_rfc3339(),
                new.life.signing.to_secret_bytes().as_slice(),
                new.life.opening.to_secret_text().as_str()
            ],
        )?;
        record::write(&transaction, life, Author { by: Actor::Agent(first), at }, vec![entries])?;
        life::take_in_unheard(&transaction, life)?;
        transaction.commit()?;
        self.life = read_life(&self.entries)?;
        self.enrolment = Some(enrolment);
        Ok(())
    }

    /// Keeps a new answer of the center that this ledger belongs to: ledger, life and entries go on (rule D3).
    pub fn enrol_again(
        &mut self,
        enrolment: Enrolment,
        at: DateTime<FixedOffset>,
    ) -> Result<(), LedgerError> {
        if self.enrolment()?.district_key.0 != enrolment.district_key.0 || enrolment.villages.is_empty() {
            return Err(Code::AlreadyEnrolled.into());
        }
        let reply = serde_json::to_string(&enrolment)
            .map_err(|_| LedgerError::Damaged("the enrolment cannot be written"))?;
        let transaction = self.entries.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute(
            "UPDATE enrolment SET address = ?1, pins = ?2, reply = ?3, at = ?4 WHERE one = 1",
            params![enrolment.address, format!("{:?}", enrolment.pins), reply, at.to_rfc3339()],
        )?;
        // The center may have lost the sealed data key as well: it is deposited again. It knows the present life by this very
        // enrolment; it would take no life before that from one that it did not know.
        transaction.execute("DELETE FROM note WHERE key = 'escrow_deposited'", [])?;
        transaction
            .execute("UPDATE life SET presented_at = ?1 WHERE presented_at IS NULL", [at.to_rfc3339()])?;
        transaction.commit()?;
        self.enrolment = Some(enrolment);
        Ok(())
    }

    /// Keeps which keys of the server are to be trusted from now on, as the center signed. Whether it is news.
    pub fn trust_pins(&mut self, pins: Vec<Digest>, given_at: &str) -> Result<bool, LedgerError> {
        let kept = self.enrolment()?;
        if pins.is_empty() || kept.pins == pins || !is_newer(&self.entries, "pins_given_at", given_at)? {
            return Ok(false);
        }
        let enrolment = Enrolment { pins, ..kept.clone() };
        let text = serde_json::to_string(&enrolment)
            .map_err(|_| LedgerError::Damaged("the enrolment cannot be written"))?;
        let transaction = self.entries.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute(
            "UPDATE enrolment SET pins = ?1, reply = ?2 WHERE one = 1",
            params![format!("{:?}", enrolment.pins), text],
        )?;
        note_given(&transaction, "pins_given_at", given_at)?;
        transaction.commit()?;
        self.enrolment = Some(enrolment);
        Ok(true)
    }

    /// Keeps that the center made this laptop responsible for other villages, with its answer to the enrolment as it would
    /// be now. What is here of a village that it no longer has is on its way out ([`Ledger::leaving`]); nothing more is written there. Whether it is news.
    pub fn assign(
        &mut self,
        villages: Vec<StreamId>,
        given_at: &str,
        reply: impl FnOnce(serde_json::Value) -> Option<serde_json::Value>,
    ) -> Result<bool, LedgerError> {
        let kept = self.enrolment()?;
        if villages.is_empty()
            || kept.villages == villages
            || !is_newer(&self.entries, "assigned_at", given_at)?
        {
            return Ok(false);
        }
        let reply = reply(kept.reply.clone()).ok_or(LedgerError::Damaged("the enrolment cannot be read"))?;
        let before = kept.villages.clone();
        let enrolment = Enrolment { villages, reply, ..kept.clone() };
        let text = serde_json::to_string(&enrolment)
            .map_err(|_| LedgerError::Damaged("the enrolment cannot be written"))?;
        let transaction = self.entries.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute("UPDATE enrolment SET reply = ?1 WHERE one = 1", [text])?;
        note_given(&transaction, "assigned_at", given_at)?;
        leaving::note_taken(&transaction, &before, &enrolment.villages)?;
        transaction.commit()?;
        self.enrolment = Some(enrolment);
        Ok(true)
    }

    /// Adds an agent to an enrolled laptop: from this entry on she may write (rule S5).
    pub fn add_agent(&mut self, agent: AgentId, name: &str, author: Author) -> Result<(), LedgerError> {
        let life = self.life()?.id;
        let village =
            self.enrolment()?.villages.first().cloned().ok_or(LedgerError::Damaged("no village"))?;
        let body = Body::AgentAdded(AgentAdded { agent, name: name.to_owned() });
        let transaction = self.entries.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute("INSERT INTO agent (id, name) VALUES (?1, ?2)", params![agent.0, name])?;
        record::write(&transaction, life, author, vec![vec![about_life(life, &village, body)]])?;
        transaction.commit()?;
        Ok(())
    }

    /// An agent leaves the laptop: from this entry on she writes nothing more here (rule S5). Before an enrolment she leaves
    /// no entry.
    pub fn remove_agent(&mut self, agent: AgentId, author: Author) -> Result<(), LedgerError> {
        self.hand_over(Vec::new(), agent, author)
    }

    /// The same with what she hands over: both are in the ledger, or neither.
    pub fn hand_over(
        &mut self,
        handovers: Vec<NewEntry>,
        agent: AgentId,
        author: Author,
    ) -> Result<(), LedgerError> {
        let begun = match (&self.life, &self.enrolment) {
            (Some(life), Some(enrolment)) => {
                let village =
                    enrolment.villages.first().cloned().ok_or(LedgerError::Damaged("no village"))?;
                Some((life.id, village))
            }
            _ => None,
        };
        let at = author.at.to_rfc3339();
        let transaction = self.entries.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let left = transaction.execute(
            "UPDATE agent SET left_at = ?2 WHERE id = ?1 AND left_at IS NULL",
            params![agent.0, at],
        )?;
        if left == 0 {
            return Ok(());
        }
        if let Some((life, village)) = begun {
            let body = Body::AgentRemoved(AgentRemoved { agent });
            let mut records: Vec<Vec<NewEntry>> = handovers.into_iter().map(|one| vec![one]).collect();
            records.push(vec![about_life(life, &village, body)]);
            record::write(&transaction, life, author, records)?;
        }
        transaction.commit()?;
        Ok(())
    }
}

/// Whether what a receipt of this time tells is newer than what was taken from one last: a file may be older than what the
/// network told since. What has no time is never newer.
fn is_newer(connection: &Connection, key: &str, given_at: &str) -> Result<bool, LedgerError> {
    let known: Option<String> =
        connection.query_row("SELECT value FROM note WHERE key = ?1", [key], |row| row.get(0)).optional()?;
    let known = known.and_then(|at| DateTime::parse_from_rfc3339(&at).ok());
    let given_at = DateTime::parse_from_rfc3339(given_at).ok();
    Ok(given_at.is_some_and(|given_at| known.is_none_or(|known| given_at > known)))
}

fn note_given(connection: &Connection, key: &str, given_at: &str) -> Result<(), LedgerError> {
    connection.execute(
        "INSERT INTO note (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [key, given_at],
    )?;
    Ok(())
}

fn about_life(life: IncarnationId, village: &StreamId, body: Body) -> NewEntry {
    NewEntry { stream: village.clone(), subject: SubjectId(life.0), audience: Audience::All, saw: None, body }
}
