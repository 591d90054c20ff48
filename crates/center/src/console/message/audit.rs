//! 操作留痕.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which part of what was done.
#[derive(Debug, Deserialize, TS)]
pub struct AuditArgs {
    /// So many lines are passed over.
    pub offset: u64,
    /// At most so many; 200 at the most.
    pub limit: u32,
}

/// A part of what was done.
#[derive(Debug, Serialize, TS)]
pub struct AuditPart {
    /// How many lines there are.
    pub total: u64,
    /// This part, the newest first.
    pub rows: Vec<AuditRow>,
}

/// Something that was done.
#[derive(Debug, Serialize, TS)]
pub struct AuditRow {
    /// The village by name; null for what concerns the whole center.
    pub village: Option<String>,
    /// Its place in that chain.
    pub number: u64,
    /// When.
    pub at: String,
    /// Who; '' for whoever sat at the machine.
    pub staff: String,
    /// What: an entry's kind, or a word of the console.
    pub act: String,
    /// To what, by id.
    pub about: String,
}
