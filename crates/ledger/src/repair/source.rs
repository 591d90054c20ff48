//! Where a repair finds what does not read any more: the second copy, or whatever else keeps a ledger's own work.

use crate::draft::Draft;
use crate::entry_row::EntryStanding;
use crate::error::LedgerError;
use bangban_model::entry::Entry;
use bangban_model::ids::AgentId;
use bangban_model::{Digest, IncarnationId};

/// What binds a ledger to its center.
#[derive(Clone, Default)]
pub struct Foundation {
    /// The agents.
    pub agents: Vec<(AgentId, String)>,
    /// The enrolment as table `enrolment` keeps it (`reply`), with the time; none before it.
    pub enrolment: Option<(String, String)>,
    /// The lives, the present one last.
    pub lives: Vec<SavedLife>,
}

/// A life as its row has it.
#[derive(Clone)]
pub struct SavedLife {
    /// The life.
    pub id: IncarnationId,
    /// Raw wall clock.
    pub begun_at: String,
    /// The secret of its signing key.
    pub signing: [u8; 32],
    /// The secret of its opening key.
    pub opening: String,
    /// The life it continues.
    pub ancestor: Option<IncarnationId>,
    /// The last place both share.
    pub fork_seq: Option<u64>,
    /// When the center took it.
    pub presented_at: Option<String>,
}

/// An own entry.
#[derive(Clone)]
pub struct SavedEntry {
    /// Its exact bytes.
    pub entry: Entry,
    /// How it stood.
    pub standing: EntryStanding,
    /// Why it stood in quarantine.
    pub reason: Option<String>,
}

/// One method for each kind of thing. What is not there is no error.
pub trait Source {
    /// Agents, enrolment and lives.
    fn foundation(&mut self) -> Result<Option<Foundation>, LedgerError>;
    /// Own entries that no receipt covered when they were kept.
    fn entries(&mut self) -> Result<Vec<SavedEntry>, LedgerError>;
    /// Drafts.
    fn drafts(&mut self) -> Result<Vec<Draft>, LedgerError>;
    /// The bytes of a photo.
    fn photo(&mut self, digest: Digest) -> Result<Option<Vec<u8>>, LedgerError>;
}

/// There is no second copy.
pub struct Nothing;

impl Source for Nothing {
    fn foundation(&mut self) -> Result<Option<Foundation>, LedgerError> {
        Ok(None)
    }

    fn entries(&mut self) -> Result<Vec<SavedEntry>, LedgerError> {
        Ok(Vec::new())
    }

    fn drafts(&mut self) -> Result<Vec<Draft>, LedgerError> {
        Ok(Vec::new())
    }

    fn photo(&mut self, _digest: Digest) -> Result<Option<Vec<u8>>, LedgerError> {
        Ok(None)
    }
}
