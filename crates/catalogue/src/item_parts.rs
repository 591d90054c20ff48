//! The parts of an item's card: materials, limits, stages, who may be entitled, what belongs to a bundle.

use crate::item_words::{Actor, Certainty, CycleKind, DayKind, LimitFrom, Obtained, PaperKind};
use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A material that an item asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Material {
    /// Its slot: what a photo names.
    pub id: String,
    /// As the screen shows it.
    pub name: String,
    /// The same in English, where the item has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
    /// Whether the office asks for it.
    #[serde(default)]
    pub required: bool,
    /// Whether a case goes nowhere without a picture of it.
    #[serde(default)]
    pub picture: bool,
    /// What of it is handed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<PaperKind>,
    /// Asked for only when this holds: over the form's questions and the facts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// How the office comes by it.
    #[serde(default)]
    pub obtained: Obtained,
    /// What else to know of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The same in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note_en: Option<String>,
    /// After how many months such a paper expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_months: Option<u32>,
}

/// What the place answers itself: a question of the form that nobody else may answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixedAnswer {
    /// The question's name.
    pub name: String,
    /// The answer, as the form takes it.
    pub value: String,
}

/// Switched off by a local notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// The first day without it.
    #[serde(deserialize_with = "read_date", serialize_with = "write_date")]
    pub from: NaiveDate,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// The same in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_en: Option<String>,
    /// Which notice says so.
    #[serde(default)]
    pub source: String,
}

/// When what was granted is looked at again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewCycle {
    /// From when it is counted.
    pub kind: CycleKind,
    /// How many months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<u32>,
    /// In words.
    #[serde(default)]
    pub text: String,
    /// The same in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_en: Option<String>,
    /// How well it is known.
    #[serde(default)]
    pub certainty: Certainty,
}

/// A law or notice the item rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// Its name and article.
    pub text: String,
    /// How well it is known.
    #[serde(default)]
    pub certainty: Certainty,
}

/// The two lists of limits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// 法定时限.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statutory: Vec<NamedLimit>,
    /// 承诺时限.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promised: Vec<NamedLimit>,
}

impl Limits {
    fn is_empty(&self) -> bool {
        self.statutory.is_empty() && self.promised.is_empty()
    }

    pub(crate) fn none(limits: &Limits) -> bool {
        limits.is_empty()
    }
}

/// One limit as the card writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedLimit {
    /// What is limited.
    pub name: String,
    /// The same in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
    /// How many.
    pub days: u32,
    /// Of what.
    pub day_kind: DayKind,
    /// How well it is known.
    #[serde(default)]
    pub certainty: Certainty,
    /// Whether it bounds the whole way, from acceptance.
    #[serde(default)]
    pub whole: bool,
    /// The stage it bounds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// What a stage's limit runs from, where the case itself tells; none where it runs from the stage before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<LimitFrom>,
    /// Whether it holds for 绿色通道 and 优先办 alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub first: bool,
}

impl NamedLimit {
    /// Whether it says how long the public notice hangs out.
    #[must_use]
    pub fn is_of_notice(&self, stages: &[Stage]) -> bool {
        stages.iter().any(|stage| self.stage.as_ref() == Some(&stage.id) && stage.is_public_notice())
    }
}

/// The id of the stage in which a proposal hangs out for everybody to see (公示).
pub const NOTICE_STAGE: &str = "notice";

impl Stage {
    /// Whether it is the public notice.
    #[must_use]
    pub fn is_public_notice(&self) -> bool {
        self.id == NOTICE_STAGE
    }
}

/// One stage of the item's flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// How limits name it.
    pub id: String,
    /// As the screen shows it.
    pub name: String,
    /// The same in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
    /// Who acts.
    pub by: Actor,
    /// What else to know of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The same in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note_en: Option<String>,
    /// Whether it goes on beside the stage before.
    #[serde(default)]
    pub parallel: bool,
    /// Whether limits stand still meanwhile.
    #[serde(default)]
    pub pauses_clock: bool,
}

/// Who may be entitled and does not ask: a hint to visit, never a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Eligibility {
    /// An expression over the facts.
    pub rule: String,
    /// What the agent reads.
    pub hint: String,
    /// The same in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint_en: Option<String>,
    /// How well it is known.
    #[serde(default)]
    pub certainty: Certainty,
}

/// 一件事: several items asked for at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bundle {
    /// What must have happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// Its items.
    #[serde(default)]
    pub items: Vec<BundleItem>,
}

/// An item of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleItem {
    /// Its code.
    pub code: String,
    /// Whether it is ticked to begin with.
    #[serde(default)]
    pub ticked: bool,
    /// What else to know of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The same in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note_en: Option<String>,
}

/// A day as TOML writes it, or the text of one.
pub(crate) fn read_date<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveDate, D::Error> {
    let value = toml::Value::deserialize(from)?;
    date_of(&value).ok_or_else(|| serde::de::Error::custom("not a date such as 2026-11-22"))
}

/// The day of a TOML value; a time of day beside it is none of a card.
pub(crate) fn date_of(value: &toml::Value) -> Option<NaiveDate> {
    match value {
        toml::Value::Datetime(moment) if moment.time.is_none() => {
            let date = moment.date?;
            NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
        }
        toml::Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

pub(crate) fn read_optional_date<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NaiveDate>, D::Error> {
    read_date(from).map(Some)
}

/// As TOML's own date.
pub(crate) fn write_date<S: Serializer>(date: &NaiveDate, to: S) -> Result<S::Ok, S::Error> {
    let moment: toml::value::Datetime = date.to_string().parse().map_err(serde::ser::Error::custom)?;
    moment.serialize(to)
}

pub(crate) fn write_optional_date<S: Serializer>(date: &Option<NaiveDate>, to: S) -> Result<S::Ok, S::Error> {
    match date {
        Some(date) => write_date(date, to),
        None => to.serialize_none(),
    }
}
