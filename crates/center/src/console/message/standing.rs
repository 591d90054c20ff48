//! What stands around a case and a person: the clock, notices, other cases of the same, a bundle, benefits; and the lists of
//! what falls due and who may be entitled.

use super::{CaseRow, PersonCard, RemarkLine};
use bangban_model::benefit::{BenefitState, Death};
use bangban_model::deadline::PauseReason;
use bangban_model::standing::DueKind;
use bangban_model::{EntryId, Remark, SubjectId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// 一次性告知
#[derive(Debug, Serialize, Clone, TS)]
pub struct NoticeLine {
    /// The entry that gave it.
    pub entry: EntryId,
    /// When.
    pub at: String,
    /// By whom.
    pub by: String,
    /// What was missing.
    pub missing: Vec<RemarkLine>,
    /// Until when it is to be completed.
    pub complete_by: Option<String>,
    /// Why there was another one; '' for the first.
    pub reason: String,
}

/// A notice to be given.
#[derive(Debug, Deserialize, TS)]
pub struct NoticeArgs {
    /// The case.
    pub id: SubjectId,
    /// The revision on the screen.
    pub revision: EntryId,
    /// What is missing.
    pub missing: Vec<Remark>,
    /// `YYYY-MM-DD`: until when it is to be completed.
    pub complete_by: Option<String>,
    /// Why there is another one.
    pub reason: String,
}

/// The clock is to stand still.
#[derive(Debug, Deserialize, TS)]
pub struct PauseArgs {
    /// The case.
    pub id: SubjectId,
    /// Why.
    pub reason: PauseReason,
    /// A word on it.
    pub note: String,
}

/// What a case of a bundle is part of, or what a bundle is made of.
#[derive(Debug, Serialize, Clone, TS)]
pub struct BundleLine {
    /// The bundle's case.
    pub bundle: SubjectId,
    /// What the bundle is called.
    pub name: String,
    /// Its cases.
    pub parts: Vec<BundlePart>,
    /// How many of them are decided.
    pub decided: usize,
}

/// A case of a bundle.
#[derive(Debug, Serialize, Clone, TS)]
pub struct BundlePart {
    /// The case.
    #[serde(flatten)]
    pub row: CaseRow,
    /// Which department decides it; '' where the item is unknown.
    pub department: String,
}

/// What a person receives, as far as is known.
#[derive(Debug, Serialize, Clone, TS)]
pub struct BenefitLine {
    /// Item code.
    pub item: String,
    /// Its name.
    pub name: String,
    /// How it stands.
    pub state: BenefitState,
    /// Since when, where an office said so.
    pub since: Option<String>,
    /// Why, where an office said so.
    pub reason: String,
    /// Whether stopping it is proposed: a death was reported and it still runs.
    pub stop_proposed: bool,
}

/// An office's word on a benefit.
#[derive(Debug, Deserialize, TS)]
pub struct BenefitArgs {
    /// The case on the screen: its resident is meant.
    pub id: SubjectId,
    /// Item code.
    pub item: String,
    /// How it stands from today on.
    pub state: BenefitState,
    /// Why.
    pub reason: String,
}

/// An office's word on a reported death.
#[derive(Debug, Deserialize, TS)]
pub struct DeathArgs {
    /// The case on the screen: its resident is meant.
    pub id: SubjectId,
    /// Whether it is true.
    pub is_true: bool,
}

/// An office's word on a reported death, from the list.
#[derive(Debug, Deserialize, TS)]
pub struct VerifyDeathArgs {
    /// Whose.
    pub person: SubjectId,
    /// Whether it is true.
    pub is_true: bool,
}

/// A death that was reported and waits for an answer.
#[derive(Debug, Serialize, TS)]
pub struct DeathLine {
    /// Whose.
    pub person: PersonCard,
    /// The village's name.
    pub village: String,
    /// The day of death, as reported.
    pub died_on: String,
    /// Who reported it; '' where that is not known.
    pub noted_by: String,
    /// On which day.
    pub noted_on: String,
    /// On which day it came here.
    pub received_on: String,
    /// Since so many days it waits here.
    pub days_open: i64,
    /// Her newest case that was sent in.
    pub case: Option<SubjectId>,
}

/// Deaths that wait for an answer.
#[derive(Debug, Serialize, TS)]
pub struct DeathPart {
    /// Whoever waits longest first; at most 500.
    pub lines: Vec<DeathLine>,
    /// Whether there are more.
    pub more: bool,
}

/// What is known around a case's person.
#[derive(Debug, Serialize, Clone, TS)]
pub struct PersonStanding {
    /// Whether a death was reported or verified.
    pub death: Option<Death>,
    /// The day of death, as reported; '' for none.
    pub died_on: String,
    /// What is received.
    pub benefits: Vec<BenefitLine>,
    /// Whether this staff member may say how they stand.
    pub may_decide: bool,
}

/// What is due up to a day.
#[derive(Debug, Deserialize, TS)]
pub struct DueArgs {
    /// Within so many days from today; overdue ones come first.
    pub within_days: u32,
    /// Only of this item.
    pub item: Option<String>,
}

/// Something that is due.
#[derive(Debug, Serialize, TS)]
pub struct DueLine {
    /// Why.
    pub kind: DueKind,
    /// Whom it concerns.
    pub person: PersonCard,
    /// The village's name.
    pub village: String,
    /// Item code.
    pub item: String,
    /// Its name.
    pub item_name: String,
    /// The case that says so.
    pub case: Option<SubjectId>,
    /// The last day.
    pub due: String,
    /// Days left; negative once it is overdue.
    pub days_left: i64,
}

/// What is due.
#[derive(Debug, Serialize, TS)]
pub struct DuePart {
    /// The most urgent first; at most 500.
    pub lines: Vec<DueLine>,
    /// Whether there are more.
    pub more: bool,
}

/// Who may be entitled.
#[derive(Debug, Deserialize, TS)]
pub struct RadarArgs {
    /// Only of this item.
    pub item: Option<String>,
    /// Only of this village.
    pub village: Option<String>,
}

/// Somebody who may be entitled and does not ask: a hint to visit, never a decision.
#[derive(Debug, Serialize, TS)]
pub struct RadarLine {
    /// Who.
    pub person: PersonCard,
    /// The village's name.
    pub village: String,
    /// Item code.
    pub item: String,
    /// Its name.
    pub item_name: String,
    /// The rule's words.
    pub hint: String,
    /// 待当地确认
    pub unconfirmed: bool,
}

/// How many may be entitled to an item.
#[derive(Debug, Serialize, TS)]
pub struct RadarCount {
    /// Item code.
    pub item: String,
    /// Its name.
    pub item_name: String,
    /// How many people.
    pub people: u64,
}

/// Who may be entitled.
#[derive(Debug, Serialize, TS)]
pub struct RadarPart {
    /// How many there are of each item.
    pub counts: Vec<RadarCount>,
    /// At most 500.
    pub lines: Vec<RadarLine>,
    /// How many fit.
    pub total: u64,
}
