//! Drafts: mutable, encrypted, never synced (rule E4). Each save is durable when it returns.

use crate::error::LedgerError;
use crate::laptop::Ledger;
use bangban_model::{Digest, SubjectId};
use chrono::{DateTime, FixedOffset};
use rusqlite::{OptionalExtension, Row, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// A draft's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DraftId(pub Uuid);

impl fmt::Display for DraftId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A draft as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Its id.
    pub id: DraftId,
    /// What it will be recorded on.
    pub subject: SubjectId,
    /// Its content; desk knows the shape.
    pub body: String,
    /// The photos it holds on to.
    pub photos: Vec<Digest>,
    /// When it was saved last, by the raw wall clock.
    pub updated_at: String,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Draft> {
    Ok(Draft {
        id: DraftId(row.get(0)?),
        subject: SubjectId(row.get(1)?),
        body: row.get(2)?,
        photos: Vec::new(),
        updated_at: row.get(3)?,
    })
}

impl Ledger {
    /// Saves a draft with the photos it holds on to.
    pub fn save_draft(
        &mut self,
        id: DraftId,
        subject: SubjectId,
        body: &str,
        photos: &[Digest],
        at: DateTime<FixedOffset>,
    ) -> Result<(), LedgerError> {
        let transaction = self.entries.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction
            .prepare_cached(
                "INSERT INTO draft (id, subject, body, updated_at) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (id) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at",
            )?
            .execute(params![id.0, subject.0, body, at.to_rfc3339()])?;
        transaction.prepare_cached("DELETE FROM draft_photo WHERE draft = ?1")?.execute([id.0])?;
        for digest in photos {
            transaction
                .prepare_cached("INSERT OR IGNORE INTO draft_photo (draft, digest) VALUES (?1, ?2)")?
                .execute(params![id.0, digest.0])?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// A draft by its id.
    pub fn draft(&self, id: DraftId) -> Result<Option<Draft>, LedgerError> {
        let draft = self
            .entries
            .prepare_cached("SELECT id, subject, body, updated_at FROM draft WHERE id = ?1")?
            .query_row([id.0], read)
            .optional()?;
        draft.map(|draft| self.with_photos(draft)).transpose()
    }

    /// All drafts, the newest first.
    pub fn drafts(&self) -> Result<Vec<Draft>, LedgerError> {
        let mut statement = self
            .entries
            .prepare_cached("SELECT id, subject, body, updated_at FROM draft ORDER BY updated_at DESC, id")?;
        let drafts = statement.query_map([], read)?.collect::<Result<Vec<_>, _>>()?;
        drafts.into_iter().map(|draft| self.with_photos(draft)).collect()
    }

    /// Throws a draft away. Its photos are swept later.
    pub fn discard_draft(&mut self, id: DraftId) -> Result<(), LedgerError> {
        self.entries.prepare_cached("DELETE FROM draft WHERE id = ?1")?.execute([id.0])?;
        Ok(())
    }

    fn with_photos(&self, mut draft: Draft) -> Result<Draft, LedgerError> {
        let mut statement =
            self.entries.prepare_cached("SELECT digest FROM draft_photo WHERE draft = ?1 ORDER BY digest")?;
        draft.photos =
            statement.query_map([draft.id.0], |row| row.get(0).map(Digest))?.collect::<Result<_, _>>()?;
        Ok(draft)
    }
}
