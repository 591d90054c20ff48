//! The desk: an open ledger, the agent who signed in, the clock and the catalogue.

use crate::error::DeskError;
use bangban_catalogue::Catalogue;
use bangban_ledger::record::Author;
use bangban_ledger::{Ledger, LedgerError};
use bangban_model::clock::Clock;
use bangban_model::document::Document;
use bangban_model::ids::AgentId;
use bangban_model::{Actor, SubjectId};
use bangban_sync::exchange::SharedLedger;
use std::sync::{Arc, MutexGuard, PoisonError};

/// What every command works on.
pub struct Desk {
    pub(crate) ledger: SharedLedger,
    pub(crate) agent: AgentId,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) catalogue: Catalogue,
}

impl Desk {
    /// The agent who signed in.
    pub fn agent(&self) -> AgentId {
        self.agent
    }

    /// The ledger, for as long as the guard lives. Commands hold it for moments only.
    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The ledger as an exchange shares it.
    pub fn shared_ledger(&self) -> SharedLedger {
        self.ledger.clone()
    }

    /// The items of the catalogue.
    pub fn items(&self) -> impl Iterator<Item = &bangban_catalogue::Item> {
        self.catalogue.items()
    }

    /// Her name and the time, for what she writes now.
    pub(crate) fn author(&self) -> Author {
        Author { by: Actor::Agent(self.agent), at: self.clock.now() }
    }
}

/// The document of a subject, if the ledger has one; look-ups follow a `same-as`.
pub(crate) fn document(ledger: &Ledger, subject: SubjectId) -> Result<Option<Document>, LedgerError> {
    let mut found = bangban_ledger::document_row::get(ledger.entries(), subject)?;
    for _ in 0..8 {
        match found.as_ref().and_then(|document| document.same_as) {
            Some(other) => found = bangban_ledger::document_row::get(ledger.entries(), other)?,
            None => break,
        }
    }
    Ok(found)
}

/// A document that must be there.
pub(crate) fn document_of(
    ledger: &Ledger,
    subject: SubjectId,
    missing: bangban_model::Code,
) -> Result<Document, DeskError> {
    document(ledger, subject)?.ok_or_else(|| missing.into())
}
