//! What the store does so that there is a second copy of it (rule D3).

use crate::error::CenterError;
use crate::store::Now;
use bangban_model::{Code, Digest};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// A copy that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupNote {
    /// The copy.
    pub id: Uuid,
    /// The center's clock when it was begun: it holds whatever was receipted before.
    pub made_at: String,
    /// When it was verified, or given up.
    pub ended_at: String,
    /// The folder of copies.
    pub place: PathBuf,
    /// Why there is none; nothing for one that was read again and found whole.
    pub problem: Option<Code>,
    /// Entries in it.
    pub entries: u64,
    /// Photos in it.
    pub photos: u64,
    /// What it weighs (bytes), with the photos that it shares with others.
    pub bytes: u64,
}

/// Copies. Every method is one act and blocks.
pub trait BackingUp {
    /// Writes a copy of the database, as it stands at one moment, to a new file; whoever works at the center goes on. `moved`
    /// hears how many pages of how many are there.
    fn copy_to(&self, file: &Path, moved: &mut dyn FnMut(u64, u64)) -> Result<(), CenterError>;
    /// Keeps what became of a copy.
    fn keep_backup(&self, note: &BackupNote) -> Result<(), CenterError>;
    /// A photo that was here is not any more: it is asked for again.
    fn want_again(&self, digest: Digest) -> Result<(), CenterError>;
    /// The newest copy that was found whole; one of a time to come, when the clock was wrong, is none.
    fn newest_backup(&self, now: Now) -> Result<Option<BackupNote>, CenterError>;
    /// The newest copy that was tried, whatever became of it.
    fn last_backup(&self, now: Now) -> Result<Option<BackupNote>, CenterError>;
}
