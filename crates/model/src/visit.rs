//! 走访: what a visit records beside who was met. Pure: the same on laptop and center.

use crate::SubjectId;
use crate::clock::shanghai_day;
use crate::document::Document;
use crate::line::day_of;
use crate::words::Language;
use chrono::{DateTime, NaiveDate};
use serde::{Deserialize, Serialize};

/// 同行走访人: who came with the agent.
pub const COMPANIONS: &str = "companions";
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
/// 又一诉求: of a further need that was found at a visit, the visit. What says so is no visit of its own.
pub const PART_OF: &str = "part_of";
/// 误录作废: why the visit counts as none; '' while it does.
pub const VOID: &str = "void";
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

/// Texts of which one alone makes a visit of what was begun.
const SAYING: [&str; 6] = ["result", "note", NEED, "need_answer", NEED_OUTCOME, "follow_up"];
/// Fields of a visit that begin so name a resident who was met.
pub const MET_PREFIX: &str = "met/";

/// 误录作废: whether a visit was written down by mistake: it counts nowhere, and stays to be read.
#[must_use]
pub fn is_void(visit: &Document) -> bool {
    !visit.text(VOID).is_empty()
}

/// Whether anything is recorded of a visit, beside that it was begun and who was to come along: that alone is no visit.
/// One that was recorded by a program without results says what was found; one that is void says nothing.
#[must_use]
pub fn says_something(visit: &Document) -> bool {
    let holds =
        |path: &str| visit.value(path).is_some_and(|value| value.as_u64().is_some_and(|count| count > 0));
    let is_true = |value: &serde_json::Value| value.as_bool() == Some(true);
    let says = SAYING.iter().any(|path| !visit.text(path).trim().is_empty())
        || ["leaflets", "consultations"].iter().any(|path| holds(path))
        || visit.value("cannot_apply").is_some_and(is_true)
        || visit.under(MET_PREFIX).any(|(_, value)| is_true(value));
    says && !is_void(visit)
}

/// The day on which a visit was begun here.
fn begun_on(visit: &Document) -> Option<NaiveDate> {
    DateTime::parse_from_rfc3339(visit.text("started_at")).ok().map(shanghai_day)
}

/// The day on which a visit took place: what it says of that, else the day on which it was begun here.
#[must_use]
pub fn visit_day(visit: &Document) -> Option<NaiveDate> {
    visit.text(VISITED_ON).parse().ok().or_else(|| begun_on(visit))
}

/// The day on which what was found at a visit was first written down; that on which it was begun here while it says nothing.
#[must_use]
pub fn noted_on(visit: &Document) -> Option<NaiveDate> {
    let entry = visit.said.and_then(|said| visit.history.iter().find(|line| line.entry == said));
    entry.and_then(day_of).max(begun_on(visit))
}

/// 补录: the day on which a visit took place, where it was written down on a later one. To have begun it that day is no record
/// of it.
#[must_use]
pub fn visited_before(visit: &Document) -> Option<NaiveDate> {
    let took_place = visit_day(visit)?;
    (took_place < noted_on(visit)?).then_some(took_place)
}

/// The visit of which this is a further need; none of a visit itself.
#[must_use]
pub fn part_of(visit: &Document) -> Option<SubjectId> {
    visit.text(PART_OF).parse().ok()
}

/// Whether it counts as a visit: it says something, and is no further need of another.
#[must_use]
pub fn is_visit(visit: &Document) -> bool {
    part_of(visit).is_none() && says_something(visit)
}

/// 缺同行走访人: somebody was met, and nobody came along. Where two are wanted that is no visit of two yet.
#[must_use]
pub fn lacks_second(visit: &Document) -> bool {
    result_of(visit) == Some(VisitResult::Met) && visit.text(COMPANIONS).trim().is_empty()
}

/// The need of a visit, while it is open.
#[must_use]
pub fn open_need(visit: &Document) -> Option<OpenNeed<'_>> {
    let words = visit.text(NEED);
    let is_open = !words.is_empty() && visit.text(NEED_OUTCOME).is_empty() && !is_void(visit);
    is_open.then(|| OpenNeed {
        words,
        due: visit.text(NEED_DUE).parse().ok(),
        is_urgent: visit.text(NEED_URGENCY) == "urgent",
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::document::{Contender, Field, HistoryLine};
    use crate::ids::{Actor, AgentId, EntryId};
    use crate::{IncarnationId, StreamId};
    use serde_json::{Value, json};
    use std::collections::BTreeMap;
    use uuid::Uuid;

    fn visit(fields: &[(&str, Value)]) -> Document {
        let mut visit = Document::new(SubjectId(Uuid::nil()), StreamId::parse("420704102201").unwrap());
        for (path, value) in fields {
            let held = Contender {
                value: value.clone(),
                entry: EntryId(Uuid::nil()),
                incarnation: IncarnationId(Uuid::nil()),
                seq: 1,
                by: Actor::Agent(AgentId(Uuid::nil())),
            };
            let field = Field { held, position: None, written: BTreeMap::new(), agreeing: Vec::new() };
            visit.fields.insert((*path).to_owned(), field);
        }
        visit
    }

    #[test]
    fn a_visit_is_what_says_something_beside_that_it_was_begun() {
        let met = format!("{MET_PREFIX}{}", Uuid::nil());
        let table = [
            ("household", json!("x"), false),
            ("round", json!("x"), false),
            ("companions", json!("陈立"), false),
            (VISITED_ON, json!("2026-11-28"), false),
            ("need_kind", json!("care"), false),
            ("result", json!(""), false),
            ("result", json!("nobody"), true),
            ("result", json!("a word of a newer program"), true),
            ("note", json!("  "), false),
            ("note", json!("身体好"), true),
            (NEED, json!("想要护理床"), true),
            (NEED_OUTCOME, json!("已办"), true),
            ("follow_up", json!("满意"), true),
            ("leaflets", json!(0), false),
            ("leaflets", json!(2), true),
            ("consultations", json!(1), true),
            ("cannot_apply", json!(false), false),
            ("cannot_apply", json!(true), true),
            (met.as_str(), json!(false), false),
            (met.as_str(), json!(true), true),
        ];
        for (path, value, says) in table {
            let begun = ("started_at", json!("2026-11-28T10:00:00+08:00"));
            assert_eq!(says_something(&visit(&[begun, (path, value.clone())])), says, "{path} {value}");
        }
    }

    #[test]
    fn a_further_need_is_no_visit_of_its_own() {
        let need = (NEED, json!("想要护理床"));
        assert!(is_visit(&visit(std::slice::from_ref(&need))));
        let whole = SubjectId(Uuid::from_u128(7));
        let further = visit(&[need, (PART_OF, json!(whole))]);
        assert_eq!((is_visit(&further), part_of(&further)), (false, Some(whole)));
        assert!(open_need(&further).is_some(), "it is to be settled all the same");
    }

    #[test]
    fn a_visit_of_two_lacks_its_second_where_somebody_was_met_and_nobody_came_along() {
        let table = [
            ("met", "", true),
            ("met", "  ", true),
            ("met", "王主任", false),
            ("nobody", "", false),
            ("refused", "", false),
            ("", "", false),
        ];
        for (result, companions, lacks) in table {
            let visit = visit(&[("result", json!(result)), (COMPANIONS, json!(companions))]);
            assert_eq!(lacks_second(&visit), lacks, "{result} {companions}");
        }
    }

    #[test]
    fn a_visit_that_is_void_says_nothing_and_leaves_no_need_until_that_is_taken_back() {
        let said = |reason: &str| {
            visit(&[("result", json!("met")), (NEED, json!("想要护理床")), (VOID, json!(reason))])
        };
        for (reason, counts) in [("走错了门", false), ("", true)] {
            let visit = said(reason);
            assert_eq!(says_something(&visit), counts, "{reason}");
            assert_eq!(open_need(&visit).is_some(), counts, "{reason}");
        }
    }

    #[test]
    fn a_visit_that_was_begun_and_written_down_later_is_added_later() {
        let entry = EntryId(Uuid::from_u128(7));
        let line = |entry: EntryId, at: &str, received: Option<&str>| HistoryLine {
            entry,
            kind: "visit.recorded".to_owned(),
            by: Actor::Agent(AgentId(Uuid::nil())),
            at: at.to_owned(),
            position: None,
            received_at: received.map(str::to_owned),
        };
        // The day that it says, when it was said, when the center heard of that; 补录 of which day.
        let table = [
            ("", "2026-11-30T18:00:00+08:00", None, None),
            ("", "2026-12-05T09:00:00+08:00", None, Some("2026-11-30")),
            ("2026-12-05", "2026-12-05T09:00:00+08:00", None, None),
            ("2026-11-29", "2026-11-30T18:00:00+08:00", None, Some("2026-11-29")),
            ("2026-12-03", "2026-12-05T09:00:00+08:00", None, Some("2026-12-03")),
            // A clock that runs ahead: the center had it before.
            ("", "2026-12-05T09:00:00+08:00", Some("2026-11-30T19:00:00+08:00"), None),
        ];
        for (said_day, at, received, late) in table {
            let begun = ("started_at", json!("2026-11-30T10:00:00+08:00"));
            let mut visit = visit(&[begun, (VISITED_ON, json!(said_day)), ("result", json!("met"))]);
            let born = EntryId(Uuid::from_u128(1));
            visit.history = vec![line(born, "2026-11-30T10:00:00+08:00", None), line(entry, at, received)];
            assert_eq!(
                visited_before(&visit),
                said_day.parse().ok().filter(|day| *day < begun_on(&visit).unwrap())
            );
            visit.said = Some(entry);
            let late = late.map(|day| day.parse().unwrap());
            assert_eq!(visited_before(&visit), late, "{said_day} {at}");
        }
    }

    #[test]
    fn a_visit_is_of_the_day_that_it_says_or_on_which_it_was_begun_here() {
        let table = [
            ("2026-11-30T23:30:00+08:00", "", Some("2026-11-30"), None),
            ("2026-11-30T17:00:00Z", "", Some("2026-12-01"), None),
            ("2026-12-01T20:00:00+08:00", "2026-11-30", Some("2026-11-30"), Some("2026-11-30")),
            ("2026-11-30T20:00:00+08:00", "2026-11-30", Some("2026-11-30"), None),
            ("2026-11-30T20:00:00+08:00", "昨天", Some("2026-11-30"), None),
            ("", "", None, None),
        ];
        for (begun, said, day, late) in table {
            let visit = visit(&[("started_at", json!(begun)), (VISITED_ON, json!(said))]);
            let parsed = |day: Option<&str>| day.map(|day| day.parse().unwrap());
            assert_eq!(visit_day(&visit), parsed(day), "{begun} {said}");
            assert_eq!(visited_before(&visit), parsed(late), "{begun} {said}");
        }
    }
}
