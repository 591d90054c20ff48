//! The desk: an open ledger, the agent who signed in, the clock and the catalogue.

use crate::error::DeskError;
use crate::hints::KeptHints;
use crate::joining::Doubles;
use crate::keyring::Keyring;
use crate::second_copy::SecondCopy;
use bangban_catalogue::Catalogue;
use bangban_ledger::record::Author;
use bangban_ledger::{Ledger, LedgerError};
use bangban_model::clock::Clock;
use bangban_model::document::Document;
use bangban_model::ids::AgentId;
use bangban_model::{Actor, SubjectId};
use bangban_sync::exchange::SharedLedger;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

/// What every command works on.
pub struct Desk {
    pub(crate) ledger: SharedLedger,
    pub(crate) agent: AgentId,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) keyring: Arc<dyn Keyring>,
    pub(crate) catalogue: RwLock<Catalogue>,
    /// The agent's name, for forms that ask who filled them in.
    pub(crate) agent_name: String,
    /// What forms know this laptop by: its first life here, once it is enrolled.
    pub(crate) device: OnceLock<String>,
    /// The number of the newest published form that the catalogue has.
    pub(crate) newest_form: AtomicU64,
    /// Made up, to practise on: nothing of it leaves this laptop.
    pub(crate) practice: bool,
    /// Its second copy.
    pub(crate) second_copy: SecondCopy,
    /// How many pages of the pictures' file are damaged; none while that is being looked at.
    pub(crate) damaged_photo_pages: OnceLock<u64>,
    /// How much is wrong within the ledger though its pages are whole; none while that is being looked at.
    pub(crate) damaged_within: OnceLock<u64>,
    /// 应享未享, as far as it was looked for.
    pub(crate) hints: KeptHints,
    /// 疑似重复, as they were found.
    pub(crate) doubles: Mutex<Doubles>,
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

    /// The catalogue as it now stands: what came with the program, and the forms that the center published.
    pub fn catalogue(&self) -> Catalogue {
        self.catalogue.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the published forms anew where an exchange brought some; how many are new.
    pub(crate) fn renew_catalogue(&self) -> Result<u64, DeskError> {
        let (newest, published) = {
            let ledger = self.ledger();
            let newest = ledger.newest_form()?;
            if newest == self.newest_form.load(Ordering::Relaxed) {
                return Ok(0);
            }
            let villages = ledger.enrolment().map(|enrolment| enrolment.villages.clone()).unwrap_or_default();
            let mut published = ledger.published_forms()?;
            published.retain(|form| villages.iter().any(|village| form.holds_in(village.as_str())));
            (newest, published)
        };
        let renewed = Catalogue::built_in()?.with(published);
        *self.catalogue.write().unwrap_or_else(PoisonError::into_inner) = renewed;
        Ok(newest.saturating_sub(self.newest_form.swap(newest, Ordering::Relaxed)))
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
