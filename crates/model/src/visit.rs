//! 走访: what a visit records beside who was met. Pure: the same on laptop and center.

use crate::clock::shanghai_day;
use crate::document::Document;
use crate::words::Language;
use chrono::{DateTime, NaiveDate};
use serde::{Deserialize, Serialize};

/// What is needed, in her words.
pub const NEED: &str = "need";
/// What came of the need; while it is empty the need is open.
pub const NEED_OUTCOME: &str = "need_outcome";
/// How urgent it is.
pub const NEED_URGENCY: &str = "need_urgency";
/// By when it is to be settled.
pub const NEED_DUE: &str = "need_due";
/// The day on which it took place, where that is not the day on which it was begun here: written down later.
pub const VISITED_ON: &str = "visited_on";
/// A text of a visit is no longer than this (characters).
pub const LONGEST_TEXT_CHARS: usize = 4000;
/// Nobody hands out more leaflets at a door, or answers more questions.
pub const MOST_AT_A_DOOR: u32 = 10_000;

/// How a visit ended. An empty house is a result too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum VisitResult {
    /// 见到人
    Met,
    /// 家中无人
    Nobody,
    /// 不愿接受走访
    Refused,
    /// 长期外出
    Away,
}

impl VisitResult {
    /// The words of the trade.
    #[must_use]
    pub fn say(self, language: Language) -> &'static str {
        let (chinese, english) = match self {
            VisitResult::Met => ("见到人", "met"),
            VisitResult::Nobody => ("家中无人", "nobody at home"),
            VisitResult::Refused => ("不愿接受走访", "refused"),
            VisitResult::Away => ("长期外出", "away"),
        };
        if language == Language::Chinese { chinese } else { english }
    }
}

/// How a visit ended, where it says so in a word that this program knows.
#[must_use]
pub fn result_of(visit: &Document) -> Option<VisitResult> {
    visit.value("result").and_then(|word| serde_json::from_value(word.clone()).ok())
}

/// 问题类别 of what is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum NeedKind {
    /// 生活困难
    Living,
    /// 医疗健康
    Health,
    /// 养老照料
    Care,
    /// 残疾
    Disability,
    /// 就业
    Work,
    /// 教育
    School,
    /// 住房
    Housing,
    /// 社保医保
    Insurance,
    /// 矛盾纠纷
    Dispute,
    /// 政策咨询
    Advice,
    /// 其他
    Other,
}

/// 紧急程度
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// 一般
    Usual,
    /// 较急
    Soon,
    /// 紧急
    Urgent,
}

/// A need that nobody has settled yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenNeed<'d> {
    /// In her words.
    pub words: &'d str,
    /// By when it is to be settled, if that was said.
    pub due: Option<NaiveDate>,
    /// 紧急
    pub is_urgent: bool,
}

/// 补录: the day on which a visit took place, where it was begun here on a later one.
#[must_use]
pub fn visited_before(visit: &Document) -> Option<NaiveDate> {
    let took_place: NaiveDate = visit.text(VISITED_ON).parse().ok()?;
    let begun = DateTime::parse_from_rfc3339(visit.text("started_at")).ok().map(shanghai_day)?;
    (took_place < begun).then_some(took_place)
}

/// The need of a visit, while it is open.
#[must_use]
pub fn open_need(visit: &Document) -> Option<OpenNeed<'_>> {
    let words = visit.text(NEED);
    let is_open = !words.is_empty() && visit.text(NEED_OUTCOME).is_empty();
    is_open.then(|| OpenNeed {
        words,
        due: visit.text(NEED_DUE).parse().ok(),
        is_urgent: visit.text(NEED_URGENCY) == "urgent",
    })
}
