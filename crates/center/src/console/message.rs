//! What passes between browser and center. The TypeScript types come from these declarations.

use crate::staff;
use bangban_model::body::Outcome;
use bangban_model::{EntryId, IncarnationId, RecordId, Remark, Stage, SubjectId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

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
    /// Entries waiting behind a gap.
    pub held: u64,
    /// Entries in quarantine.
    pub quarantined: u64,
    /// Batches nobody imported yet.
    pub batches_waiting: u64,
    /// Submitted cases on the work list.
    pub cases_to_review: u64,
    /// Accepted cases that wait for their confirmation.
    pub cases_accepted: u64,
}

/// The way a batch came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum BatchChannel {
    /// Over the network.
    Network,
    /// As a file.
    File,
}

/// A batch in the inbox.
#[derive(Clone, Debug, Serialize, TS)]
pub struct BatchLine {
    /// The batch.
    pub id: RecordId,
    /// The way it came.
    pub channel: BatchChannel,
    /// The center's clock.
    pub received_at: String,
    /// When staff last put its cases on the work list.
    pub imported_at: Option<String>,
    /// Agents of the laptop.
    pub agents: Vec<String>,
    /// Its villages within her scope.
    pub villages: Vec<Village>,
    /// Entries within her scope.
    pub entries: u64,
    /// Cases within her scope.
    pub cases: u64,
    /// Entries in quarantine.
    pub quarantined: u64,
    /// Pictures of its cases.
    pub photos: u64,
    /// How many of them are here.
    pub photos_verified: u64,
}

/// A person in a list; the number is masked.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PersonCard {
    /// The resident.
    pub id: SubjectId,
    /// As written.
    pub name: String,
    /// Masked identity number; '' where unknown.
    pub id_masked: String,
    /// By the number.
    #[ts(type = "'男' | '女' | null")]
    pub sex: Option<&'static str>,
    /// By the number, today.
    pub age: Option<u32>,
}

/// A case in a list.
#[derive(Clone, Debug, Serialize, TS)]
pub struct CaseRow {
    /// The case.
    pub id: SubjectId,
    /// Item code.
    pub item: String,
    /// The item's short name; the code where the item is unknown.
    pub item_name: String,
    /// The village's name.
    pub village: String,
    /// Where it stands.
    pub stage: Stage,
    /// What the screen says instead of the stage, where the item asks for it (已协助，待社保确认).
    pub assisted_words: Option<String>,
    /// For whom.
    pub person: PersonCard,
    /// The newest revision.
    pub revision: Option<EntryId>,
    /// Its number; 0 where there is none.
    pub revision_number: u32,
    /// Whether an import put it on the work list.
    pub imported: bool,
    /// When the center received the newest revision.
    pub submitted_at: Option<String>,
    /// Pictures.
    pub photos: u64,
    /// How many of them are here.
    pub photos_verified: u64,
    /// Open conflicts.
    pub conflicts: u32,
    /// Open late changes.
    pub late_changes: u32,
    /// Working days since the newest revision was received; none once it is decided, returned or withdrawn.
    pub days_waiting: Option<i32>,
}

/// A case in a batch's preview.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PreviewRow {
    /// The case.
    #[serde(flatten)]
    pub row: CaseRow,
    /// Whether the import will put it on the work list.
    pub will_import: bool,
}

/// How many entries of a kind.
#[derive(Clone, Debug, Serialize, TS)]
pub struct KindCount {
    /// Entry kind.
    pub kind: String,
    /// How many.
    pub count: u64,
}

/// A batch before its import.
#[derive(Clone, Debug, Serialize, TS)]
pub struct BatchPreview {
    /// The batch.
    pub line: BatchLine,
    /// Its cases.
    pub cases: Vec<PreviewRow>,
    /// What it brought.
    pub kinds: Vec<KindCount>,
}

/// One line of the form as it was filled in: a group's heading, a row's heading, or an answer.
#[derive(Clone, Debug, Serialize, TS)]
pub struct FieldLine {
    /// Path of the answer.
    pub path: String,
    /// Path of the group or row that holds it.
    pub parent: String,
    /// What kind of question it is; `unknown` where the form does not have it.
    pub kind: String,
    /// The question.
    pub label: String,
    /// The answer as people read it; masked where it is a number of a person.
    pub value: String,
    /// Whether `case/reveal` gives more.
    pub masked: bool,
    /// Whether it is a heading.
    pub group: bool,
    /// Which row of its repeat, from 1.
    pub row: Option<u32>,
    /// The answer in the revision before, where it differs; '' where there was none.
    pub was: Option<String>,
}

/// A picture of a case.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PhotoLine {
    /// Names it: GET /api/photo/<digest>.
    pub digest: String,
    /// The material it shows.
    pub slot: String,
    /// Its name.
    pub slot_name: String,
    /// Pixels; 0 where unknown.
    pub width: u32,
    /// Pixels; 0 where unknown.
    pub height: u32,
    /// By its own metadata.
    pub captured_at: Option<String>,
    /// Digest of its thumbnail, where that is here.
    pub thumb: Option<String>,
    /// Whether it is here.
    pub verified: bool,
}

/// A material that the item asks for.
#[derive(Clone, Debug, Serialize, TS)]
pub struct MaterialLine {
    /// Slot.
    pub id: String,
    /// As shown.
    pub name: String,
    /// Whether the office asks for it.
    pub required: bool,
    /// Digests of its pictures.
    pub photos: Vec<String>,
}

/// A submission.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RevisionLine {
    /// Names it.
    pub entry: EntryId,
    /// 1, 2, 3 …
    pub number: u32,
    /// When the center received it.
    pub at: String,
}

/// A remark at a field, with the field's label.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RemarkLine {
    /// The field.
    pub path: String,
    /// Its label.
    pub label: String,
    /// What was said.
    pub text: String,
}

/// A return.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ReturnLine {
    /// The revision it returned.
    pub revision: EntryId,
    /// When.
    pub at: String,
    /// By whom.
    pub by: String,
    /// At fields.
    pub remarks: Vec<RemarkLine>,
    /// On the whole.
    pub note: String,
}

/// An acceptance.
#[derive(Clone, Debug, Serialize, TS)]
pub struct AcceptanceLine {
    /// When.
    pub at: Option<String>,
    /// By whom.
    pub by: String,
}

/// A decision.
#[derive(Clone, Debug, Serialize, TS)]
pub struct DecisionLine {
    /// How.
    pub outcome: Outcome,
    /// Next due date.
    pub due: Option<String>,
    /// A word for the village.
    pub note: String,
    /// When.
    pub at: Option<String>,
    /// By whom.
    pub by: String,
}

/// One line of a case's history.
#[derive(Clone, Debug, Serialize, TS)]
pub struct HistoryLine {
    /// The writer's clock, raw.
    pub at: String,
    /// The center's clock.
    pub received_at: Option<String>,
    /// Entry kind.
    pub kind: String,
    /// A name; '' where it is not known.
    pub by: String,
}

/// A value and who wrote it.
#[derive(Clone, Debug, Serialize, TS)]
pub struct WrittenValue {
    /// As people read it; masked where it is a number of a person.
    pub value: String,
    /// A name.
    pub by: String,
}

/// Values of a field that did not see each other, or that came too late.
#[derive(Clone, Debug, Serialize, TS)]
pub struct OpenValues {
    /// The field.
    pub field: String,
    /// Its label.
    pub label: String,
    /// The values, oldest first.
    pub values: Vec<WrittenValue>,
}

/// What the person at the screen may do with a case as it stands.
#[derive(Clone, Copy, Debug, Serialize, TS)]
pub struct CaseRights {
    /// 受理
    pub accept: bool,
    /// 退回补正
    #[serde(rename = "return")]
    pub send_back: bool,
    /// 审核确认
    pub confirm: bool,
}

/// A case whole.
#[derive(Clone, Debug, Serialize, TS)]
pub struct CaseView {
    /// As in the list.
    pub row: CaseRow,
    /// The form as filled in, in document order.
    pub fields: Vec<FieldLine>,
    /// Pictures.
    pub photos: Vec<PhotoLine>,
    /// Materials.
    pub materials: Vec<MaterialLine>,
    /// Submissions, oldest first.
    pub revisions: Vec<RevisionLine>,
    /// Returns, oldest first.
    pub returns: Vec<ReturnLine>,
    /// The acceptance in force.
    pub acceptance: Option<AcceptanceLine>,
    /// The decision.
    pub decision: Option<DecisionLine>,
    /// What happened, oldest first; what staff did at the center alone included.
    pub history: Vec<HistoryLine>,
    /// Open conflicts.
    pub conflicts: Vec<OpenValues>,
    /// Open late changes.
    pub late_changes: Vec<OpenValues>,
    /// What the agent must not do.
    pub agent_must_not: Vec<String>,
    /// What may be done now.
    pub can: CaseRights,
    /// Whether a granting confirmation needs a due date from the official list.
    pub needs_due: bool,
}

/// A field that differs between two revisions.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Difference {
    /// The field.
    pub path: String,
    /// Its label.
    pub label: String,
    /// What it was; '' where it was not there.
    pub before: String,
    /// What it is; '' where it is gone.
    pub after: String,
}

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
    /// Since when it is no longer served.
    pub revoked_at: Option<String>,
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

/// What a batch file brought.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Uploaded {
    /// The batch; none where nothing in it was new.
    pub batch: Option<RecordId>,
    /// Entries in the file.
    pub entries: u64,
    /// How many were new.
    pub new_entries: u64,
    /// Photos in the file.
    pub photos: u64,
    /// Photos still wanted from this laptop.
    pub wanted: u64,
    /// GET /api/batch/receipt/<receipt> gives the receipt file.
    pub receipt: String,
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

/// A batch.
#[derive(Debug, Deserialize, TS)]
pub struct BatchArgs {
    /// The batch.
    pub id: RecordId,
}

/// What an import did.
#[derive(Debug, Serialize, TS)]
pub struct Imported {
    /// Cases put on the work list.
    pub imported: u32,
    /// Cases left as they are.
    pub left: u32,
}

/// What an undo did.
#[derive(Debug, Serialize, TS)]
pub struct Undone {
    /// Cases off the work list again.
    pub taken_off: u32,
    /// Cases that stay, because staff acted on them since.
    pub skipped: Vec<CaseRow>,
}

/// Which cases.
#[derive(Debug, Deserialize, TS)]
pub struct CaseFilter {
    /// Only at this stage.
    pub stage: Option<Stage>,
    /// Only of this item.
    pub item: Option<String>,
    /// Only of this village.
    pub village: Option<String>,
    /// Name, pinyin or number.
    pub text: String,
    /// Only those on the work list.
    pub listed_only: bool,
}

/// Which part of which cases.
#[derive(Debug, Deserialize, TS)]
pub struct CaseListArgs {
    /// Which cases.
    pub filter: CaseFilter,
    /// So many are passed over.
    pub offset: u64,
    /// At most so many; 500 at the most.
    pub limit: u32,
}

/// A part of a list of cases.
#[derive(Debug, Serialize, TS)]
pub struct CasePart {
    /// How many there are; of a text that more than a thousand people fit, no more than a thousand are counted.
    pub total: u64,
    /// This part.
    pub rows: Vec<CaseRow>,
}

/// A case.
#[derive(Debug, Deserialize, TS)]
pub struct CaseArgs {
    /// The case.
    pub id: SubjectId,
}

/// A masked number of a case.
#[derive(Debug, Deserialize, TS)]
pub struct RevealArgs {
    /// The case.
    pub id: SubjectId,
    /// A masked field's path, or `person/id_number`.
    pub path: String,
}

/// A number whole.
#[derive(Serialize, TS)]
pub struct Revealed {
    /// The number.
    pub value: String,
}

/// Two revisions of a case.
#[derive(Debug, Deserialize, TS)]
pub struct CompareArgs {
    /// The case.
    pub id: SubjectId,
    /// The earlier one.
    pub before: EntryId,
    /// The later one.
    pub after: EntryId,
}

/// A case at the revision on the screen.
#[derive(Debug, Deserialize, TS)]
pub struct RevisionArgs {
    /// The case.
    pub id: SubjectId,
    /// The revision on the screen.
    pub revision: EntryId,
}

/// A return.
#[derive(Debug, Deserialize, TS)]
pub struct ReturnArgs {
    /// The case.
    pub id: SubjectId,
    /// The revision on the screen.
    pub revision: EntryId,
    /// At fields.
    pub remarks: Vec<Remark>,
    /// On the whole.
    pub note: String,
}

/// A decision.
#[derive(Debug, Deserialize, TS)]
pub struct ConfirmArgs {
    /// The case.
    pub id: SubjectId,
    /// The revision on the screen.
    pub revision: EntryId,
    /// How.
    pub outcome: Outcome,
    /// `YYYY-MM-DD`, from the official list.
    pub due: Option<String>,
    /// A word for the village.
    pub note: String,
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
