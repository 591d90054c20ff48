//! 名单: the people or households that a line of a register goes through, one after the other. Pure: the same on laptop and
//! center.
//!
//! Each stands under three plain fields, so that two laptops that work on different people never contradict each other.

use crate::SubjectId;
use crate::body::FieldSet;
use crate::document::Document;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// `roll/<subject>`: the place on the roll, counted from 1; 0 or null once it was taken off.
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
    /// Its place, counted from 1.
    pub no: u64,
    /// How it stands.
    pub state: RollState,
    /// In her words.
    pub note: String,
}

/// A line's roll in its order.
#[must_use]
pub fn roll_of(line: &Document) -> Vec<RollPlace> {
    let mut places: Vec<RollPlace> = line
        .under(ROLL_PREFIX)
        .filter_map(|(subject, no)| {
            let no = no.as_u64().filter(|no| *no > 0)?;
            let state = line.value(&format!("{ROLL_STATE_PREFIX}{subject}"));
            let state = state.and_then(|state| serde_json::from_value(state.clone()).ok());
            let note = line.text(&format!("{ROLL_NOTE_PREFIX}{subject}")).to_owned();
            Some(RollPlace { subject: subject.parse().ok()?, no, state: state.unwrap_or_default(), note })
        })
        .collect();
    places.sort_by_key(|place| (place.no, place.subject));
    places
}

/// The fields that put these at the end of a line's roll, those that stand on it already left out.
#[must_use]
pub fn put_on(line: &Document, subjects: &[SubjectId]) -> FieldSet {
    let known = roll_of(line);
    let mut last = known.last().map_or(0, |place| place.no);
    let mut set = FieldSet::new();
    for subject in subjects {
        let path = format!("{ROLL_PREFIX}{subject}");
        if known.iter().any(|place| place.subject == *subject) || set.contains_key(&path) {
            continue;
        }
        last += 1;
        set.insert(path, json!(last));
    }
    set
}

/// The fields that take these off.
#[must_use]
pub fn take_off(line: &Document, subjects: &[SubjectId]) -> FieldSet {
    let known = roll_of(line);
    let gone = subjects.iter().filter(|subject| known.iter().any(|place| place.subject == **subject));
    gone.map(|subject| (format!("{ROLL_PREFIX}{subject}"), json!(0))).collect()
}

/// The fields that say of one how it stands.
#[must_use]
pub fn stands(subject: SubjectId, state: RollState, note: &str) -> FieldSet {
    [
        (format!("{ROLL_STATE_PREFIX}{subject}"), state.recorded()),
        (format!("{ROLL_NOTE_PREFIX}{subject}"), json!(note.trim())),
    ]
    .into()
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
    fn who_is_put_on_stands_at_the_end_once_and_who_is_taken_off_is_gone() {
        let mut line = line();
        let set = put_on(&line, &[subject(3), subject(1), subject(3)]);
        write(&mut line, set);
        let set = put_on(&line, &[subject(1), subject(2)]);
        assert_eq!(set.len(), 1, "who stands there is not written again");
        write(&mut line, set);
        let order = |line: &Document| roll_of(line).iter().map(|place| place.subject).collect::<Vec<_>>();
        assert_eq!(order(&line), [subject(3), subject(1), subject(2)]);
        let set = take_off(&line, &[subject(1), subject(9)]);
        assert_eq!(set.len(), 1, "who never stood there is not written");
        write(&mut line, set);
        assert_eq!(order(&line), [subject(3), subject(2)]);
        let set = put_on(&line, &[subject(1)]);
        write(&mut line, set);
        assert_eq!(order(&line), [subject(3), subject(2), subject(1)], "and comes back at the end");
    }

    #[test]
    fn a_state_comes_back_as_it_was_said_and_one_of_a_newer_program_counts_as_waiting() {
        let mut line = line();
        let set = put_on(&line, &[subject(1), subject(2)]);
        write(&mut line, set);
        write(&mut line, stands(subject(1), RollState::MaybeDead, " 邻居说 "));
        write(&mut line, [(format!("{ROLL_STATE_PREFIX}{}", subject(2)), json!("moved"))].into());
        let roll = roll_of(&line);
        assert_eq!((roll[0].state, roll[0].note.as_str()), (RollState::MaybeDead, "邻居说"));
        assert_eq!(roll[1].state, RollState::Waiting);
        assert!(roll[0].state.is_settled() && !roll[1].state.is_settled());
    }

    proptest! {
        /// Whatever is put on and taken off in whatever order: nobody stands twice, and places never repeat.
        #[test]
        fn places_stay_apart(steps in proptest::collection::vec((any::<bool>(), 0u8..12), 0..60)) {
            let mut line = line();
            let mut expected: Vec<SubjectId> = Vec::new();
            for (on, at) in steps {
                let one = subject(at);
                let set = if on { put_on(&line, &[one]) } else { take_off(&line, &[one]) };
                write(&mut line, set);
                if !on {
                    expected.retain(|known| *known != one);
                } else if !expected.contains(&one) {
                    expected.push(one);
                }
            }
            let roll = roll_of(&line);
            let mut places: Vec<u64> = roll.iter().map(|place| place.no).collect();
            places.dedup();
            prop_assert_eq!(places.len(), roll.len());
            prop_assert_eq!(roll.iter().map(|place| place.subject).collect::<Vec<_>>(), expected);
        }
    }
}
