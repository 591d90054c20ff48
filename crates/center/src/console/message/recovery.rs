//! After the center was put back from a backup.

use super::Village;
pub use crate::store::recovering::RecoveryStage;
use bangban_model::Code;
use serde::Serialize;
use ts_rs::TS;

/// An entry of which only the hash is left.
#[derive(Clone, Debug, Serialize, TS)]
pub struct LostEntry {
    /// Its village.
    pub village: Village,
    /// When the center received or wrote it.
    pub received_at: String,
    /// Hash of its header, hexadecimal.
    pub header_hash: String,
}

/// A copy of the center.
#[derive(Clone, Debug, Serialize, TS)]
pub struct BackupLine {
    /// When it was begun: it holds whatever was received before.
    pub made_at: String,
    /// The folder of copies.
    pub place: String,
    /// Entries in it.
    #[ts(type = "number")]
    pub entries: u64,
    /// Photos in it, thumbnails too.
    #[ts(type = "number")]
    pub photos: u64,
}

/// A copy that is none.
#[derive(Clone, Debug, Serialize, TS)]
pub struct BackupFailure {
    /// When it was given up.
    pub at: String,
    /// Why.
    pub code: Code,
}

/// How a recovery stands.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RecoveryView {
    /// How far it is.
    pub stage: RecoveryStage,
    /// When the center learned that it had been put back.
    pub begun_at: Option<String>,
    /// When laptops were served again.
    pub confirmed_at: Option<String>,
    /// When it was closed.
    pub closed_at: Option<String>,
    /// The newest copy that was read again and found whole.
    pub backup: Option<BackupLine>,
    /// Where the newest one that was tried is none: when it was given up, and why (a code).
    pub backup_failed: Option<BackupFailure>,
    /// What nobody could bring back, oldest first.
    pub lost: Vec<LostEntry>,
}
