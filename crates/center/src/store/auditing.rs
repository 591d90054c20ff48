//! What the store keeps of what staff did and looked at: chains that nobody shortens unseen.

use crate::error::CenterError;
use crate::store::Now;
use bangban_model::ids::StaffId;
use bangban_model::{Digest, StreamId};

/// Something that was done.
#[derive(Clone, Copy, Debug)]
pub struct ActNote<'a> {
    /// In which villages; empty where it concerns the whole center.
    pub streams: &'a [StreamId],
    /// Who; none for whoever sits at the machine.
    pub staff: Option<StaffId>,
    /// What: an entry's kind, or a word of the console.
    pub act: &'a str,
    /// An id of what it was done to; never a name or a number of a person.
    pub about: &'a str,
    /// Over the headers of the entries it wrote; zero where it wrote none.
    pub digest: Digest,
}

/// A line as a person reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditLine {
    /// The village; empty for the whole center.
    pub stream: String,
    /// Its place in that chain.
    pub number: u64,
    /// When.
    pub at: String,
    /// Who, by name; empty for whoever sat at the machine.
    pub staff: String,
    /// What.
    pub act: String,
    /// To what, by id.
    pub about: String,
}

/// A part of what was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditPage {
    /// How many lines there are.
    pub total: u64,
    /// This part, the newest first.
    pub lines: Vec<AuditLine>,
}

/// The audit chains. Every method is one act and blocks.
pub trait Auditing {
    /// Keeps an act that changes nothing else: something was looked at, or taken away.
    fn note_act(&self, act: &ActNote<'_>, now: Now) -> Result<(), CenterError>;
    /// What was done within a scope.
    fn audit_page(&self, scope: &str, offset: u64, limit: u32) -> Result<AuditPage, CenterError>;
}
