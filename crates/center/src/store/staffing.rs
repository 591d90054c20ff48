//! What the store keeps of staff: who they are, their passwords, and their sign-ins at the console.

use crate::error::CenterError;
use crate::staff::StaffMember;
use crate::store::Now;
use bangban_model::ids::StaffId;
use bangban_model::{Digest, IncarnationId};

/// A staff member as the list shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffLine {
    /// Who.
    pub member: StaffMember,
    /// Since when.
    pub added_at: String,
    /// Since when they no longer work here.
    pub closed_at: Option<String>,
    /// Their latest act at the console, to the minute.
    pub last_seen: Option<String>,
    /// Whether they can sign in at the console.
    pub has_password: bool,
}

/// A password as it is kept.
#[derive(Clone)]
pub struct KeptPassword {
    /// Argon2id as a PHC string.
    pub phc: String,
    /// Whether somebody else gave it.
    pub must_change: bool,
}

/// Somebody who may sign in with a password.
pub struct Candidate {
    /// Who.
    pub member: StaffMember,
    /// Their password; none for who has no way in at the console.
    pub phc: Option<String>,
}

/// How many wrong tries a name stands, and for how long it is closed then.
#[derive(Clone, Copy, Debug)]
pub struct TryLimit {
    /// Wrong tries.
    pub tries: u32,
    /// Minutes.
    pub minutes: i64,
}

/// A sign-in at the console, as it begins.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// SHA-256 of the token.
    pub token_hash: Digest,
    /// Who signed in.
    pub staff: StaffId,
    /// The incarnation this sign-in writes under (rule S2).
    pub life: IncarnationId,
    /// When.
    pub now: Now,
}

/// A sign-in at the console, as it stands.
#[derive(Clone, Debug)]
pub struct KeptSession {
    /// Who signed in; somebody who still works here.
    pub member: StaffMember,
    /// The incarnation this sign-in writes under.
    pub life: IncarnationId,
    /// When it began.
    pub begun_at: Now,
    /// When it was used last, to the minute.
    pub seen_at: Now,
    /// Whether a new password has to be chosen first.
    pub must_change: bool,
}

/// Staff, their passwords and sign-ins. Every method is one act and blocks; `by` is who did it, none for whoever sits at
/// the machine.
pub trait Staffing {
    /// Adds a staff member, with a password where they may sign in at the console.
    fn add_staff(
        &self,
        member: &StaffMember,
        password: Option<&KeptPassword>,
        by: Option<StaffId>,
        now: Now,
    ) -> Result<(), CenterError>;
    /// Every staff member at work.
    fn staff(&self) -> Result<Vec<StaffMember>, CenterError>;
    /// Staff whose scope lies in this scope, those who left included.
    fn staff_lines(&self, scope: &str) -> Result<Vec<StaffLine>, CenterError>;
    /// Gives a staff member at work a new password; their sign-ins end, but for `keep`.
    fn set_password(
        &self,
        staff: StaffId,
        password: &KeptPassword,
        keep: Option<Digest>,
        by: Option<StaffId>,
        now: Now,
    ) -> Result<(), CenterError>;
    /// A staff member leaves: their sign-ins end, their name stays in the history.
    fn close_staff(&self, staff: StaffId, by: Option<StaffId>, now: Now) -> Result<(), CenterError>;

    /// Whoever at work could mean this, a name or an id.
    fn candidates(&self, named: &str) -> Result<Vec<Candidate>, CenterError>;
    /// Counts a try for this name before it is looked at; the minutes to wait where no more are taken.
    fn count_try(&self, name: &str, limit: TryLimit, now: Now) -> Result<Option<i64>, CenterError>;
    /// The tries for this name are forgotten.
    fn forget_tries(&self, name: &str) -> Result<(), CenterError>;

    /// Keeps a sign-in; those begun before `oldest` go.
    fn begin_session(&self, session: &NewSession, oldest: Now) -> Result<(), CenterError>;
    /// The sign-in with this token, if its person still works here.
    fn session(&self, token_hash: Digest) -> Result<Option<KeptSession>, CenterError>;
    /// Keeps that a sign-in was used just now.
    fn touch_session(&self, token_hash: Digest, now: Now) -> Result<(), CenterError>;
    /// A sign-in ends.
    fn end_session(&self, token_hash: Digest) -> Result<(), CenterError>;
}
