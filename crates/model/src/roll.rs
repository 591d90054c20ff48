//! 名单: the people or households that a line of a register goes through. Pure: the same on laptop and center.
//!
//! Each stands under three plain fields, so that two laptops that work on different people never contradict each other, and two
//! that put the same people on say the same. A roll has no order of its own: a screen shows it as the village goes, by 户号.

use crate::SubjectId;
use crate::body::FieldSet;
use crate::document::Document;
use crate::visit::VisitResult;
use crate::words::Language;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// `roll/<subject>`: true while she stands on the roll.
pub const ROLL_PREFIX: &str = "roll/";
/// `roll_state/<subject>`: a [`RollState`].
pub const ROLL_STATE_PREFIX: &str = "roll_state/";
/// `roll_note/<subject>`: in her words.
pub const ROLL_NOTE_PREFIX: &str = "roll_note/";
/// Of a line: the line that it follows from.
pub const AFTER: &str = "after";
/// Of a visit: the line on whose roll its household stands.
pub const ROUND: &str = "round";
/// A roll is no longer than this.
pub const MOST_ON_A_ROLL: usize = 3000;
/// A note is no longer than this (characters).
pub const LONGEST_NOTE_CHARS: usize = 200;

/// How it stands with somebody on a roll.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum RollState {
    /// 待办: nothing happened yet.
    #[default]
    Waiting,
    /// 已通知
    Told,
    /// 已到场
    Arrived,
    /// 已办
    Done,
    /// 外出
    Away,
    /// 未到场，家中无人
    Absent,
    /// 不愿办理
    Refused,
    /// 不符合
    Unfit,
    /// 疑似去世，待核实
    MaybeDead,
}

impl RollState {
    /// How it stands with a household after a visit that ended so.
    #[must_use]
    pub fn of_visit(result: VisitResult) -> Self {
        match result {
            VisitResult::Met => RollState::Done,
            VisitResult::Nobody => RollState::Absent,
            VisitResult::Refused => RollState::Refused,
            VisitResult::Away => RollState::Away,
        }
    }

    /// The word of the trade.
    #[must_use]
    pub fn say(self, language: Language) -> &'static str {
        let (chinese, english) = match self {
            RollState::Waiting => ("待办", "waiting"),
            RollState::Told => ("已通知", "told"),
            RollState::Arrived => ("已到场", "came"),
            RollState::Done => ("已办", "done"),
            RollState::Away => ("外出", "away"),
            RollState::Absent => ("未到", "did not come"),
            RollState::Refused => ("不愿办理", "refused"),
            RollState::Unfit => ("不符合", "does not fit"),
            RollState::MaybeDead => ("疑似去世，待核实", "possibly dead"),
        };
        if language == Language::Chinese { chinese } else { english }
    }

    /// Whether nobody has to come back for it.
    #[must_use]
    pub fn is_settled(self) -> bool {
        !matches!(self, RollState::Waiting | RollState::Told | RollState::Arrived | RollState::Absent)
    }

    /// As it is recorded; '' while nothing happened.
    #[must_use]
    pub fn recorded(self) -> Value {
        match self {
            RollState::Waiting => json!(""),
            other => json!(other),
        }
    }
}

/// A place on a roll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollPlace {
    /// Who, or which household.
    pub subject: SubjectId,
    /// How it stands.
    pub state: RollState,
    /// In her words.
    pub note: String,
}

/// By what a roll is put in order, as the village goes: by 户号, those without one last; then by name.
#[must_use]
pub fn village_order(household_no: &str, name: &str) -> (bool, usize, String, String) {
    // 户号 are digits as a rule: the shorter is the smaller.
    (household_no.is_empty(), household_no.chars().count(), household_no.to_owned(), name.to_owned())
}

/// Who stands on a line's roll, in the order of ids.
#[must_use]
pub fn roll_of(line: &Document) -> Vec<RollPlace> {
    line.under(ROLL_PREFIX)
        .filter(|(_, stands)| stands.as_bool() == Some(true))
        .filter_map(|(subject, _)| {
            let state = line.value(&format!("{ROLL_STATE_PREFIX}{subject}"));
            let state = state.and_then(|state| serde_json::from_value(state.clone()).ok());
            let note = line.text(&format!("{ROLL_NOTE_PREFIX}{subject}")).to_owned();
            Some(RollPlace { subject: subject.parse().ok()?, state: state.unwrap_or_default(), note })
        })
        .collect()
}

/// The fields that put these on a line's roll, those that stand on it already left out.
#[must_use]
pub fn put_on(line: &Document, subjects: &[SubjectId]) -> FieldSet {
    let path = |subject: &SubjectId| format!("{ROLL_PREFIX}{subject}");
    let stands = |path: &String| line.value(path).and_then(Value::as_bool) == Some(true);
    let new = subjects.iter().map(path).filter(|path| !stands(path));
    new.map(|path| (path, json!(true))).collect()
}

/// The fields that take these off.
#[must_use]
pub fn take_off(line: &Document, subjects: &[SubjectId]) -> FieldSet {
    let path = |subject: &SubjectId| format!("{ROLL_PREFIX}{subject}");
    let stands = |path: &String| line.value(path).and_then(Value::as_bool) == Some(true);
    let known = subjects.iter().map(path).filter(stands);
    known.map(|path| (path, json!(false))).collect()
}

/// The fields that say of one how it stands: what was changed alone.
#[must_use]
pub fn stands(subject: SubjectId, state: Option<RollState>, note: Option<&str>) -> FieldSet {
    let state = state.map(|state| (format!("{ROLL_STATE_PREFIX}{subject}"), state.recorded()));
    let note = note.map(|note| (format!("{ROLL_NOTE_PREFIX}{subject}"), json!(note.trim())));
    state.into_iter().chain(note).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::document::{Contender, Field};
    use crate::ids::{Actor, AgentId, EntryId};
    use crate::{IncarnationId, StreamId};
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use uuid::Uuid;

    fn line() -> Document {
        Document::new(SubjectId(Uuid::nil()), StreamId::parse("420704102201").unwrap())
    }

    fn write(document: &mut Document, set: FieldSet) {
        let by = Actor::Agent(AgentId(Uuid::nil()));
        for (path, value) in set {
            let held = Contender {
                value,
                entry: EntryId(Uuid::nil()),
                incarnation: IncarnationId(Uuid::nil()),
                seq: 1,
                by,
            };
            let field = Field { held, position: None, written: BTreeMap::new(), agreeing: Vec::new() };
            document.fields.insert(path, field);
        }
    }

    fn subject(at: u8) -> SubjectId {
        SubjectId(Uuid::from_bytes([at; 16]))
    }

    #[test]
    fn who_is_put_on_stands_there_once_and_who_is_taken_off_is_gone() {
        let mut line = line();
        let set = put_on(&line, &[subject(3), subject(1), subject(3)]);
        assert_eq!(set.len(), 2);
        write(&mut line, set);
        let set = put_on(&line, &[subject(1), subject(2)]);
        assert_eq!(set.len(), 1, "who stands there is not written again");
        write(&mut line, set);
        let who = |line: &Document| roll_of(line).iter().map(|place| place.subject).collect::<Vec<_>>();
        assert_eq!(who(&line), [subject(1), subject(2), subject(3)]);
        let set = take_off(&line, &[subject(1), subject(9)]);
        assert_eq!(set.len(), 1, "who never stood there is not written");
        write(&mut line, set);
        assert_eq!(who(&line), [subject(2), subject(3)]);
        let set = put_on(&line, &[subject(1)]);
        write(&mut line, set);
        assert_eq!(who(&line), [subject(1), subject(2), subject(3)]);
    }

    /// Two laptops that never met and put the same people on write the same values: nothing is left to settle.
    #[test]
    fn two_laptops_with_the_same_list_say_the_same() {
        let mut first = line();
        let set = put_on(&first, &[subject(7)]);
        write(&mut first, set);
        let list = [subject(1), subject(2)];
        assert_eq!(put_on(&first, &list), put_on(&line(), &list));
    }

    #[test]
    fn a_state_comes_back_as_it_was_said_and_one_of_a_newer_program_counts_as_waiting() {
        let mut line = line();
        let set = put_on(&line, &[subject(1), subject(2)]);
        write(&mut line, set);
        write(&mut line, stands(subject(1), Some(RollState::MaybeDead), Some(" 邻居说 ")));
        write(&mut line, [(format!("{ROLL_STATE_PREFIX}{}", subject(2)), json!("moved"))].into());
        let roll = roll_of(&line);
        assert_eq!((roll[0].state, roll[0].note.as_str()), (RollState::MaybeDead, "邻居说"));
        assert_eq!(roll[1].state, RollState::Waiting);
        assert!(roll[0].state.is_settled() && !roll[1].state.is_settled());
        assert_eq!(stands(subject(1), None, Some("")).len(), 1, "what was not changed is not written");
    }

    proptest! {
        /// Whatever is put on and taken off in whatever order: who stands there is who was put on last.
        #[test]
        fn who_was_put_on_last_stands_there(steps in proptest::collection::vec((any::<bool>(), 0u8..12), 0..60)) {
            let mut line = line();
            let mut expected = std::collections::BTreeSet::new();
            for (on, at) in steps {
                let one = subject(at);
                let set = if on { put_on(&line, &[one]) } else { take_off(&line, &[one]) };
                write(&mut line, set);
                if on { expected.insert(one); } else { expected.remove(&one); }
            }
            let who: Vec<SubjectId> = roll_of(&line).iter().map(|place| place.subject).collect();
            prop_assert_eq!(who, expected.into_iter().collect::<Vec<_>>());
        }
    }
}
