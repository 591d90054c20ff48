//! 删除个人信息.

use bangban_model::SubjectId;
use bangban_model::body::ErasureReason;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is to be erased.
#[derive(Debug, Deserialize, TS)]
pub struct ErasureArgs {
    /// A case, or a resident.
    pub id: SubjectId,
    /// Everything of the case's person, not this case alone.
    pub whole_person: bool,
}

/// What is to be erased, and why.
#[derive(Debug, Deserialize, TS)]
pub struct EraseArgs {
    /// A case, or a resident.
    pub id: SubjectId,
    /// Everything of the case's person, not this case alone.
    pub whole_person: bool,
    /// Why.
    pub reason: ErasureReason,
    /// A word on it; nothing personal.
    pub note: String,
}

/// What an erasure takes.
#[derive(Debug, Serialize, TS)]
pub struct ErasureView {
    /// Cases.
    pub cases: u64,
    /// Entries.
    pub entries: u64,
    /// Pictures.
    pub photos: u64,
}
