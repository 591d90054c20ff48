//! Cases: rows, the whole, and what is done with them.

use super::{BundleLine, NoticeLine, PersonStanding};
use bangban_catalogue::case_clock::ClockView;
use bangban_model::body::Outcome;
use bangban_model::certification::Pace;
use bangban_model::crossed::Crossed;
use bangban_model::joining::ComparedField;
use bangban_model::settling::{OpenField, SettledLine, WhichHolds};
use bangban_model::{Digest, EntryId, Remark, Stage, SubjectId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

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
    /// The nearest last day of its limits, while it is accepted and not decided.
    pub limit_due: Option<String>,
    /// Days left until then, in the limit's kind of days; negative once it is late.
    pub limit_left: Option<i32>,
    /// Whether the clock stands still.
    pub paused: bool,
    /// 绿色通道、优先办: it goes before others.
    pub green: bool,
    /// 补录: the day on which it was certified or taken on paper, where it was written down on a later one.
    pub late: Option<NaiveDate>,
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
    /// The file that is the answer.
    pub file: Option<FileLine>,
    /// What the form shows beside the question, by kind: GET /api/form/media/<digest>.
    pub media: BTreeMap<String, String>,
}

/// A file, sound or film that answers a question.
#[derive(Clone, Debug, Serialize, TS)]
pub struct FileLine {
    /// Names it: GET /api/case/file/<case>/<digest>.
    pub digest: String,
    /// What it is called.
    pub name: String,
    /// Bytes.
    pub size_bytes: u64,
    /// Whether it is here.
    pub verified: bool,
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
    /// Whether a person declared it lost.
    pub lost: bool,
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
    /// Whether a picture of it is asked for.
    pub picture: bool,
    /// Whether the original was looked at.
    pub seen: bool,
    /// What the laptop said of the original: looked at, issued, valid to; '' where nothing.
    pub paper: String,
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

/// 撤回: taken back by the applicant.
#[derive(Clone, Debug, Serialize, TS)]
pub struct WithdrawnLine {
    /// Why.
    pub reason: String,
    /// When the center received it.
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
    /// 撤回未生效: what stood here before, where it is a withdrawal without effect.
    pub crossed: Option<Crossed>,
    /// A name; '' where it is not known.
    pub by: String,
}

/// Somebody who may be the same person as a case's, with what both records say.
#[derive(Clone, Debug, Serialize, TS)]
pub struct AlikePerson {
    /// Who.
    pub person: PersonCard,
    /// Field by field: `one` is the case's person, `same` this one.
    pub fields: Vec<ComparedField>,
}

/// Two records that are one person.
#[derive(Debug, Deserialize, TS)]
pub struct JoinArgs {
    /// The case on the screen: its person is the one.
    pub id: SubjectId,
    /// The other.
    pub same: SubjectId,
    /// Fields whose value is taken from the other.
    pub from_same: Vec<String>,
}

/// A photo that will never come.
#[derive(Debug, Deserialize, TS)]
pub struct LostArgs {
    /// The case.
    pub id: SubjectId,
    /// The photo.
    pub digest: Digest,
    /// Why.
    pub reason: String,
}

/// Values of the person or the household of a case that wait for somebody.
#[derive(Clone, Debug, Serialize, TS)]
pub struct OpenAround {
    /// Whose they are.
    pub subject: SubjectId,
    /// What that is: `resident` or `household`.
    #[ts(type = "'resident' | 'household'")]
    pub kind: &'static str,
    /// The fields.
    pub fields: Vec<OpenField>,
    /// What was settled on it, the newest first.
    pub settled: Vec<SettledLine>,
}

/// What is said of open values.
#[derive(Debug, Deserialize, TS)]
pub struct SettleValueArgs {
    /// The case on the screen.
    pub id: SubjectId,
    /// Whose values they are: the case's, its person's or its household's.
    pub subject: SubjectId,
    /// The field.
    pub field: String,
    /// The entries whose values were on the screen.
    pub among: Vec<EntryId>,
    /// What holds from here on.
    pub value: WhichHolds,
    /// Why.
    pub reason: String,
}

/// One of the open values, whole.
#[derive(Debug, Deserialize, TS)]
pub struct RevealValueArgs {
    /// The case on the screen.
    pub id: SubjectId,
    /// Whose value it is.
    pub subject: SubjectId,
    /// The field.
    pub field: String,
    /// The entry that wrote it.
    pub entry: EntryId,
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
    /// 一次性告知
    pub notice: bool,
    /// Letting the clock stand still.
    pub pause: bool,
    /// Letting it go on.
    pub resume: bool,
}

/// One thing that was said of how a case is handled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct HandlingLine {
    /// `handling/…`
    pub path: String,
    /// What it is called.
    pub label: String,
    /// What was said.
    pub told: String,
}

/// A case whole.
#[derive(Clone, Debug, Serialize, TS)]
pub struct CaseView {
    /// As in the list.
    pub row: CaseRow,
    /// How it is handled: what was said of it, in words.
    pub handling: Vec<HandlingLine>,
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
    /// 撤回: why and when the applicant took it back.
    pub withdrawn: Option<WithdrawnLine>,
    /// What happened, oldest first; what staff did at the center alone included.
    pub history: Vec<HistoryLine>,
    /// Open conflicts.
    pub conflicts: Vec<OpenField>,
    /// Open late changes.
    pub late_changes: Vec<OpenField>,
    /// What was settled, the newest first.
    pub settled: Vec<SettledLine>,
    /// What is open on its person and household.
    pub around: Vec<OpenAround>,
    /// Answers of the newest submission that the form itself says cannot stand: accepted only once they are returned and
    /// corrected.
    pub invalid: Vec<InvalidAnswer>,
    /// What the agent must not do.
    pub agent_must_not: Vec<String>,
    /// What may be done now.
    pub can: CaseRights,
    /// Whether a granting confirmation needs a due date from the official list.
    pub needs_due: bool,
    /// The due date that a granting confirmation writes where none is given: the item's review cycle from today.
    pub next_review: Option<String>,
    /// Its limits; none before the acceptance.
    pub clock: Option<ClockView>,
    /// Notices of what was missing, oldest first.
    pub notices: Vec<NoticeLine>,
    /// Materials and answers that are missing now: what a notice begins with.
    pub missing: Vec<RemarkLine>,
    /// Other cases of the same person and item in the same period.
    pub doubles: Vec<CaseRow>,
    /// The bundle it belongs to, or is.
    pub bundle: Option<BundleLine>,
    /// What is known around the person.
    pub standing: PersonStanding,
    /// 养老认证: how many the same person met at home on that day, where that is out of the ordinary.
    pub pace: Option<Pace>,
}

/// An answer that the form says cannot stand.
#[derive(Clone, Debug, Serialize, TS)]
pub struct InvalidAnswer {
    /// The question.
    pub path: String,
    /// What it is called.
    pub label: String,
    /// In the form's words.
    pub reason: String,
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
