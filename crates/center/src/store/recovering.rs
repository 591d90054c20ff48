//! What the store does after it was put back from a copy (rule D2).

use crate::error::CenterError;
use crate::store::Now;
use bangban_model::ids::StaffId;
use bangban_model::{Digest, Entry, StreamId};
use serde::Serialize;
use ts_rs::TS;
use uuid::Uuid;

/// A recovery: from the moment the center learned that it had been put back, until staff end it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoveryState {
    /// The epoch it began.
    pub epoch: u64,
    /// When.
    pub begun_at: String,
    /// When staff said which laptops are served; until then none is.
    pub confirmed_at: Option<String>,
    /// When staff ended it; until then nothing is decided.
    pub closed_at: Option<String>,
}

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

impl RecoveryStage {
    /// The word for it in the lists of words.
    pub fn as_str(self) -> &'static str {
        match self {
            RecoveryStage::Never => "never",
            RecoveryStage::Waiting => "waiting",
            RecoveryStage::Serving => "serving",
            RecoveryStage::Closed => "closed",
        }
    }

    /// How far the newest recovery is.
    pub fn of(state: Option<&RecoveryState>) -> Self {
        match state {
            None => RecoveryStage::Never,
            Some(state) if state.closed_at.is_some() => RecoveryStage::Closed,
            Some(state) if state.confirmed_at.is_some() => RecoveryStage::Serving,
            Some(_) => RecoveryStage::Waiting,
        }
    }
}

/// A position of a stream as a laptop brings it back.
#[derive(Clone, Debug)]
pub struct OldPosition {
    /// Where it stood.
    pub position: u64,
    /// The stream hash there.
    pub hash: Digest,
    /// When the center received it the first time.
    pub received_at: String,
    /// Hash of the header.
    pub header_hash: Digest,
    /// The entry; none where the laptop was never allowed to see it.
    pub entry: Option<Entry>,
}

/// One bringing back, of one stream by one laptop. What proves one run says nothing of the lines of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BringingRun {
    /// The run.
    pub id: Uuid,
    /// Who brings.
    pub laptop: Uuid,
    /// Of which village.
    pub stream: StreamId,
}

/// How far a putting back is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PutBack {
    /// The old position that was looked at last, and the old stream hash there.
    pub before: (u64, Digest),
    /// The newest position where the old stream and the present one are the same.
    pub common: u64,
    /// Entries that took positions.
    pub entries: u64,
    /// Whether nothing is left to put back.
    pub done: bool,
}

/// An entry of which only the hash is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostEntry {
    /// Its village.
    pub stream: StreamId,
    /// Hash of its header.
    pub header_hash: Digest,
    /// When the center received or wrote it.
    pub received_at: String,
}

/// Recovery after a restore. Every method is one act and blocks.
pub trait Recovering {
    /// The newest recovery, if there ever was one.
    fn recovery(&self) -> Result<Option<RecoveryState>, CenterError>;
    /// Begins an epoch: no laptop is served and nothing is decided until staff say so. Nothing changes where it began before.
    fn begin_recovery(&self, epoch: u64, now: Now) -> Result<(), CenterError>;
    /// Staff looked at the list of laptops: those not revoked are served from here on.
    fn confirm_laptops(&self, staff: StaffId, now: Now) -> Result<(), CenterError>;
    /// Staff end the recovery: decisions are taken again.
    fn close_recovery(&self, staff: StaffId, now: Now) -> Result<(), CenterError>;
    /// Every sign-in goes on under a new incarnation: a copy that was put back must not write twice at one place.
    fn renew_sign_ins(&self) -> Result<(), CenterError>;

    /// Begins a run: what an earlier one of this laptop and stream kept and did not put back is forgotten.
    fn begin_bringing(&self, run: &BringingRun) -> Result<(), CenterError>;
    /// Forgets what a run kept.
    fn drop_brought(&self, run: &BringingRun) -> Result<(), CenterError>;
    /// Keeps what a run brings, until the whole of it is proven.
    fn keep_brought(&self, run: &BringingRun, brought: &[OldPosition]) -> Result<(), CenterError>;
    /// Puts the next of a proven run back, from behind `before` on: at its old place where the stream went on just as before,
    /// else at the end; with its old time in either case.
    fn put_back(&self, run: &BringingRun, before: (u64, Digest), now: Now) -> Result<PutBack, CenterError>;
    /// Entries of this scope of which only the hash is left, oldest first.
    fn lost_entries(&self, scope: &str) -> Result<Vec<LostEntry>, CenterError>;
}
