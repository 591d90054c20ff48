//! 去向: where a person is who is not at home. An agent notes it as she learns it; a death she only reports.

use crate::benefit::{DEATH_SUSPECTED, Death, death_of};
use crate::body::FieldSet;
use crate::document::Document;
use crate::words::Language;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use ts_rs::TS;

/// The field that says where a person is; none while she lives here.
pub const RESIDENCE: &str = "residence";
/// The longest place, in characters.
pub const LONGEST_PLACE_CHARS: usize = 100;

/// Where a person is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WhereState {
    /// 在村
    #[default]
    Here,
    /// 外出: away for a time, registered here.
    Away,
    /// 迁出: moved away for good. Nothing is due of her here any more.
    Moved,
    /// 疑似死亡待核实
    Suspected,
    /// 死亡已核实
    Dead,
}

impl WhereState {
    /// As people say it.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        let (zh, en) = match self {
            WhereState::Here => ("在村", "At home"),
            WhereState::Away => ("外出", "Away"),
            WhereState::Moved => ("迁出", "Moved away"),
            WhereState::Suspected => ("疑似死亡待核实", "Death to be verified"),
            WhereState::Dead => ("死亡已核实", "Death verified"),
        };
        if language == Language::English { en } else { zh }
    }
}

/// Where a person is, since when, and which place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Whereabouts {
    /// Where.
    pub state: WhereState,
    /// Since which day; the day of death.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<NaiveDate>,
    /// The place; '' at home and of the dead.
    #[serde(default)]
    pub place: String,
}

/// Where a person is, as far as is known. A death stands before everything else.
#[must_use]
pub fn whereabouts_of(resident: &Document) -> Whereabouts {
    let state = match death_of(resident) {
        Some(Death::Verified) => Some(WhereState::Dead),
        Some(Death::Suspected) => Some(WhereState::Suspected),
        None => None,
    };
    if let Some(state) = state {
        return Whereabouts {
            state,
            since: resident.text(DEATH_SUSPECTED).parse().ok(),
            place: String::new(),
        };
    }
    let told = resident.value(RESIDENCE).and_then(|value| Whereabouts::deserialize(value).ok());
    told.filter(|told| matches!(told.state, WhereState::Away | WhereState::Moved)).unwrap_or_default()
}

/// Whether a person moved away for good.
#[must_use]
pub fn has_moved(resident: &Document) -> bool {
    whereabouts_of(resident).state == WhereState::Moved
}

/// Whether nobody looks for a person here any more: she moved away for good, or an office has verified her death.
#[must_use]
pub fn has_left(resident: &Document) -> bool {
    matches!(whereabouts_of(resident).state, WhereState::Moved | WhereState::Dead)
}

/// What an agent writes to say so. Of what stands already nothing is written.
#[must_use]
pub fn fields_of(resident: &Document, told: &Whereabouts) -> FieldSet {
    let since = told.since.map(|day| day.to_string());
    let (residence, death) = match told.state {
        WhereState::Here => (Value::Null, Value::Null),
        WhereState::Away | WhereState::Moved => (json!(told), Value::Null),
        WhereState::Suspected | WhereState::Dead => {
            (resident.value(RESIDENCE).cloned().unwrap_or(Value::Null), json!(since))
        }
    };
    let said = [(RESIDENCE, residence), (DEATH_SUSPECTED, death)];
    let stands = |path: &str| resident.value(path).cloned().unwrap_or(Value::Null);
    said.into_iter()
        .filter(|(path, value)| stands(path) != *value)
        .map(|(path, value)| (path.to_owned(), value))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::benefit::DEATH_VERIFIED;
    use crate::document::{Contender, Field};
    use crate::ids::{Actor, EntryId, IncarnationId, StaffId, StreamId, SubjectId};
    use uuid::Uuid;

    fn write(document: &mut Document, set: FieldSet) {
        for (path, value) in set {
            let held = Contender {
                value,
                entry: EntryId(Uuid::nil()),
                incarnation: IncarnationId(Uuid::nil()),
                seq: 1,
                by: Actor::Staff(StaffId(Uuid::nil())),
            };
            let field = Field { held, position: Some(1), written: Default::default(), agreeing: Vec::new() };
            document.fields.insert(path, field);
        }
    }

    #[test]
    fn where_somebody_is_holds_until_other_is_told_and_a_death_stands_before_it() {
        let mut one = Document::new(SubjectId(Uuid::from_u128(1)), StreamId::parse("420703200209").unwrap());
        let day = NaiveDate::from_ymd_opt(2026, 11, 3);
        let told = |state, place: &str| Whereabouts {
            state,
            since: day,
            place: if state == WhereState::Here { String::new() } else { place.to_owned() },
        };
        assert_eq!(whereabouts_of(&one), Whereabouts::default());
        for state in [WhereState::Away, WhereState::Moved] {
            let said = told(state, "武汉市");
            let set = fields_of(&one, &said);
            write(&mut one, set);
            assert_eq!(whereabouts_of(&one), said);
            assert_eq!(has_moved(&one), state == WhereState::Moved);
            assert!(fields_of(&one, &said).is_empty(), "nothing is written twice");
        }
        let set = fields_of(&one, &told(WhereState::Suspected, ""));
        write(&mut one, set);
        assert_eq!((whereabouts_of(&one).state, whereabouts_of(&one).since), (WhereState::Suspected, day));
        assert!(!has_moved(&one));
        write(&mut one, [(DEATH_VERIFIED.to_owned(), json!(true))].into());
        assert_eq!(whereabouts_of(&one).state, WhereState::Dead);
        write(&mut one, [(DEATH_VERIFIED.to_owned(), json!(false))].into());
        assert_eq!(whereabouts_of(&one).state, WhereState::Moved, "what was told before stands again");
        let set = fields_of(&one, &Whereabouts::default());
        assert_eq!(set.len(), 2);
        write(&mut one, set);
        assert_eq!(whereabouts_of(&one), Whereabouts::default());
    }
}
