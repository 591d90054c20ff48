//! After the center was put back from a backup.

use super::Village;
use serde::Serialize;
use ts_rs::TS;

/// How far a recovery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RecoveryStage {
    /// There never was one.
    Never,
    /// No laptop is served until an administrator looked through them.
    Waiting,
    /// Laptops bring back what was lost; nothing is decided.
    Serving,
    /// It is closed.
    Closed,
}

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
    /// What nobody could bring back, oldest first.
    pub lost: Vec<LostEntry>,
}
