//! Laptops, staff, quarantine.

use super::{CaseRow, Role, Village};
use bangban_model::body::Settling;
use bangban_model::handover::{PaperHeld, Signer};
use bangban_model::{IncarnationId, RecordId, SubjectId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

/// A laptop.
#[derive(Clone, Debug, Serialize, TS)]
pub struct LaptopLine {
    /// The laptop.
    pub id: String,
    /// Its agents.
    pub agents: Vec<String>,
    /// Its villages.
    pub villages: Vec<Village>,
    /// The center's clock.
    pub enrolled_at: String,
    /// Its latest exchange.
    pub last_seen: Option<String>,
    /// Its clock minus the center's.
    pub skew_seconds: Option<i64>,
    /// Name and version of its program.
    pub program: String,
    /// Entries still waiting on it, as it said last.
    pub pending_entries: u64,
    /// Pictures still waiting on it, as far as is known.
    pub pending_photos: u64,
    /// What waits behind entries of it that never came.
    pub gaps: Vec<Gap>,
    /// Since when it is no longer served.
    pub revoked_at: Option<String>,
}

/// Which hand-over.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct HandoverArgs {
    /// The record.
    pub id: SubjectId,
}

/// 离岗交接 in a list.
#[derive(Clone, Debug, Serialize, TS)]
pub struct HandoverLine {
    /// The record.
    pub id: SubjectId,
    /// 移交人
    pub from: String,
    /// 接收人
    pub to: String,
    /// When, by the laptop's raw clock.
    pub at: String,
    /// When the center received it.
    pub received_at: Option<String>,
    /// The village.
    pub village: Village,
    /// How many open cases.
    pub cases: u64,
    /// How many kinds of papers that she kept.
    pub papers: u64,
}

/// A signature on a hand-over.
#[derive(Clone, Debug, Serialize, TS)]
pub struct SignatureLine {
    /// Whose.
    pub signer: Signer,
    /// Its picture.
    pub digest: String,
    /// Whether the picture is here.
    pub here: bool,
}

/// A hand-over whole.
#[derive(Clone, Debug, Serialize, TS)]
pub struct HandoverView {
    /// Its line in lists.
    pub line: HandoverLine,
    /// 监交人
    pub witness: String,
    /// The cases, as they stand now.
    pub cases: Vec<CaseRow>,
    /// Drafts on the laptop then.
    pub drafts: u64,
    /// What was due within a year.
    pub due: u64,
    /// What of it was overdue.
    pub overdue: u64,
    /// Papers that she kept.
    pub papers: Vec<PaperHeld>,
    /// A word on it.
    pub note: String,
    /// Whether her access to the laptop ended with it.
    pub access_ended: bool,
    /// 移交人, 接收人, 监交人.
    pub signatures: Vec<SignatureLine>,
}

/// A staff member.
#[derive(Clone, Debug, Serialize, TS)]
pub struct StaffLine {
    /// Staff id.
    pub id: String,
    /// As shown.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Division code prefix.
    pub scope: String,
    /// Its name.
    pub scope_name: String,
    /// Since when.
    pub added_at: String,
    /// Since when they no longer work here.
    pub closed_at: Option<String>,
    /// Latest act at the console.
    pub last_seen: Option<String>,
    /// Whether they can sign in at the console.
    pub has_password: bool,
}

/// An entry of a record in quarantine.
#[derive(Clone, Debug, Serialize, TS)]
pub struct QuarantinedEntry {
    /// Its number.
    pub seq: u64,
    /// Entry kind.
    pub kind: String,
    /// What it is about.
    pub subject: SubjectId,
}

/// A record in quarantine.
#[derive(Clone, Debug, Serialize, TS)]
pub struct QuarantinedRecord {
    /// The record.
    pub record: RecordId,
    /// Its village.
    pub village: Village,
    /// Who is named as its writer; '' where the name is not known.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Whether a person can let it come into force; one that cannot is set aside.
    pub can_release: bool,
    /// Its entries.
    pub entries: Vec<QuarantinedEntry>,
}

/// Entries that wait behind missing ones.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Gap {
    /// Of which life of a laptop.
    pub incarnation: IncarnationId,
    /// Its agents.
    pub agents: Vec<String>,
    /// First missing entry.
    pub missing_from: u64,
    /// How many wait.
    pub held: u64,
}

/// Villages for a laptop.
#[derive(Debug, Deserialize, TS)]
pub struct CodeArgs {
    /// 12-digit codes.
    pub villages: Vec<String>,
}

/// A one-time code for enrolment.
#[derive(Serialize, TS)]
pub struct LaptopCode {
    /// To be typed or pasted.
    pub code: String,
    /// Where the laptop will dial.
    pub address: String,
    /// Until when it is good.
    pub expires_at: String,
    /// To be scanned: rows of '0' and '1' (dark), without a margin.
    pub qr: Vec<String>,
}

/// A laptop.
#[derive(Debug, Deserialize, TS)]
pub struct LaptopArgs {
    /// The laptop.
    #[ts(type = "string")]
    pub id: Uuid,
}

/// The villages that a laptop is responsible for.
#[derive(Debug, Deserialize, TS)]
pub struct AssignArgs {
    /// The laptop.
    #[ts(type = "string")]
    pub id: Uuid,
    /// 12-digit codes.
    pub villages: Vec<String>,
}

/// A new staff member.
#[derive(Deserialize, TS)]
pub struct NewStaffArgs {
    /// As shown; nobody else at work has it.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Division code prefix within the administrator's.
    pub scope: String,
    /// The first password; it has to be changed at the first sign-in.
    pub password: String,
}

/// A staff member's new password.
#[derive(Deserialize, TS)]
pub struct SetPasswordArgs {
    /// Who.
    #[ts(type = "string")]
    pub id: Uuid,
    /// It has to be changed at the next sign-in.
    pub password: String,
}

/// A staff member.
#[derive(Debug, Deserialize, TS)]
pub struct StaffArgs {
    /// Who.
    #[ts(type = "string")]
    pub id: Uuid,
}

/// What stands in quarantine, and what waits behind gaps.
#[derive(Debug, Serialize, TS)]
pub struct QuarantineView {
    /// Records.
    pub records: Vec<QuarantinedRecord>,
    /// Gaps.
    pub gaps: Vec<Gap>,
}

/// A record.
#[derive(Debug, Deserialize, TS)]
pub struct RecordArgs {
    /// The record.
    pub record: RecordId,
}

/// A record that is not to come into force.
#[derive(Debug, Deserialize, TS)]
pub struct SettleArgs {
    /// The record.
    pub record: RecordId,
    /// `set_aside`, or `erased` (an administrator).
    pub how: Settling,
    /// A word for its author.
    pub note: String,
}

/// A life of a laptop.
#[derive(Debug, Deserialize, TS)]
pub struct GapArgs {
    /// The life.
    pub incarnation: IncarnationId,
}

/// How many entries came into force.
#[derive(Debug, Serialize, TS)]
pub struct Positioned {
    /// Entries.
    pub positioned: u64,
}
