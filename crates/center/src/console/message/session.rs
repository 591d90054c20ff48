//! Who is at the screen, how things stand, and what lists are asked for.

use super::RecoveryStage;
use crate::staff;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// No arguments.
#[derive(Debug, Deserialize, TS)]
#[ts(type = "Record<string, never>")]
pub struct Nothing {}

/// What a staff member may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 受理
    Acceptor,
    /// 审核
    Confirmer,
    /// 领导
    Leader,
    /// 管理员
    Admin,
}

impl From<staff::Role> for Role {
    fn from(role: staff::Role) -> Self {
        match role {
            staff::Role::Acceptor => Role::Acceptor,
            staff::Role::Confirmer => Role::Confirmer,
            staff::Role::Leader => Role::Leader,
            staff::Role::Admin => Role::Admin,
        }
    }
}

impl From<Role> for staff::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Acceptor => staff::Role::Acceptor,
            Role::Confirmer => staff::Role::Confirmer,
            Role::Leader => staff::Role::Leader,
            Role::Admin => staff::Role::Admin,
        }
    }
}

/// A village with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Village {
    /// 12-digit division code.
    pub code: String,
    /// Short name.
    pub name: String,
}

/// What the person at the screen may do.
#[derive(Clone, Copy, Debug, Serialize, TS)]
pub struct Rights {
    /// Import, accept, return.
    pub accept: bool,
    /// Confirm.
    pub confirm: bool,
    /// Settle quarantine and gaps; bring batch files in.
    pub settle: bool,
    /// Looking over what staff did.
    pub oversee: bool,
    /// Staff and laptops.
    pub administer: bool,
}

/// Who is at the screen.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Me {
    /// Staff id.
    pub id: String,
    /// As shown.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Division code prefix.
    pub scope: String,
    /// Its name; the center's where the scope is everything.
    pub scope_name: String,
    /// The center's name.
    pub center: String,
    /// Villages within her scope.
    pub villages: Vec<Village>,
    /// Version of the program.
    pub version: String,
    /// What she may do.
    pub can: Rights,
    /// Whether a new password has to be chosen before anything else.
    pub must_change_password: bool,
}

/// How things stand within her scope.
#[derive(Clone, Copy, Debug, Serialize, TS)]
pub struct Counts {
    /// Laptops that are served.
    pub laptops: u64,
    /// People.
    pub people: u64,
    /// Cases.
    pub cases: u64,
    /// Pictures verified.
    pub photos: u64,
    /// Pictures and thumbnails that are still to come.
    pub photos_wanted: u64,
    /// Entries in force.
    pub entries: u64,
    /// Lives of laptops of which something waits behind a gap.
    pub gaps: u64,
    /// Records in quarantine.
    pub quarantined: u64,
    /// Batches with cases that nobody imported yet.
    pub batches_waiting: u64,
    /// Submitted cases on the work list.
    pub cases_to_review: u64,
    /// Accepted cases that wait for their confirmation.
    pub cases_accepted: u64,
    /// People whose deaths were reported and wait for an answer.
    pub deaths: u64,
    /// Whether the center was put back from a backup, and how far it is since.
    pub recovery: RecoveryStage,
}

/// Name and password.
#[derive(Deserialize, TS)]
pub struct SignInArgs {
    /// A name, or a staff id.
    pub name: String,
    /// The password.
    pub password: String,
}

/// A password and its successor.
#[derive(Deserialize, TS)]
pub struct ChangePasswordArgs {
    /// The present one.
    pub old: String,
    /// The new one.
    pub new: String,
}

/// A list's length.
#[derive(Debug, Deserialize, TS)]
pub struct LimitArgs {
    /// At most so many.
    pub limit: u32,
}

/// An item.
#[derive(Debug, Serialize, TS)]
pub struct ItemLine {
    /// Item code.
    pub code: String,
    /// Official name.
    pub name: String,
    /// What people say.
    pub short_name: String,
}
