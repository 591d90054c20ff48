//! What a person receives (待遇): fields of a resident that only the competent office writes. An agent reports a death as
//! suspected and proposes; she stops nothing.

use crate::body::{Body, FieldSet};
use crate::decided::DECIDED;
use crate::document::Document;
use crate::ids::SubjectId;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use ts_rs::TS;

/// Fields whose path begins so say how a benefit stands; the rest of the path is the item's code.
pub const BENEFIT_PREFIX: &str = "benefit/";
/// The field in which an office says whether a reported death was verified.
pub const DEATH_VERIFIED: &str = "death_verified";
/// The field in which an agent reports a death, suspected until it is verified: the day of death.
pub const DEATH_SUSPECTED: &str = "death_suspected";
/// Items that a person is listed with as receiving, blank-separated, as the roster brought them.
pub const RECEIVES: &str = "receives";

/// How a benefit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum BenefitState {
    /// 在享
    Running,
    /// 停发
    Stopped,
}

/// A benefit, as the competent office says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Benefit {
    /// How it stands.
    pub state: BenefitState,
    /// From which day on.
    pub since: NaiveDate,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// The case it follows from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<SubjectId>,
}

/// The path of a benefit's field.
#[must_use]
pub fn benefit_path(item: &str) -> String {
    format!("{BENEFIT_PREFIX}{item}")
}

/// Whether only an office may write this field.
#[must_use]
pub fn is_office_field(path: &str) -> bool {
    path.starts_with(BENEFIT_PREFIX) || path == DEATH_VERIFIED || path == DECIDED
}

/// Whether these fields say what only an office may say.
#[must_use]
pub fn decides_benefits(set: &FieldSet) -> bool {
    set.keys().any(|path| is_office_field(path))
}

/// Whether a body says what only an office may say: by its fields, or by settling one of them.
#[must_use]
pub fn body_decides_benefits(body: &Body) -> bool {
    match body {
        Body::ConflictSettled(settled) => is_office_field(&settled.field),
        _ => body.field_set().is_some_and(decides_benefits),
    }
}

/// How an office says a benefit of this person stands, if it said anything.
#[must_use]
pub fn benefit_of(resident: &Document, item: &str) -> Option<Benefit> {
    Benefit::deserialize(resident.value(&benefit_path(item))?).ok()
}

/// The items that a person receives: those listed and those granted to her, as far as no office stopped them.
#[must_use]
pub fn received_by<'a>(
    resident: &'a Document,
    granted: impl IntoIterator<Item = &'a str>,
) -> BTreeSet<String> {
    let listed = resident.text(RECEIVES).split_whitespace();
    let mut items: BTreeSet<String> = listed.chain(granted).map(str::to_owned).collect();
    for (item, value) in resident.under(BENEFIT_PREFIX) {
        match Benefit::deserialize(value).map(|benefit| benefit.state) {
            Ok(BenefitState::Running) => {
                items.insert(item.to_owned());
            }
            Ok(BenefitState::Stopped) => {
                items.remove(item);
            }
            Err(_) => {}
        }
    }
    items
}

/// Whether a person is dead, as far as is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Death {
    /// 疑似死亡待核实
    Suspected,
    /// 已核实
    Verified,
}

/// Whether this person is dead; a report that an office called false is none.
#[must_use]
pub fn death_of(resident: &Document) -> Option<Death> {
    match resident.value(DEATH_VERIFIED).and_then(serde_json::Value::as_bool) {
        Some(true) => Some(Death::Verified),
        Some(false) => None,
        None => (!resident.text(DEATH_SUSPECTED).is_empty()).then_some(Death::Suspected),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::document::{Contender, Field};
    use crate::ids::{Actor, EntryId, IncarnationId, StaffId, StreamId};
    use serde_json::{Value, json};
    use uuid::Uuid;

    fn resident(fields: &[(&str, Value)]) -> Document {
        let mut document =
            Document::new(SubjectId(Uuid::from_u128(1)), StreamId::parse("420703200209").unwrap());
        for (path, value) in fields {
            let held = Contender {
                value: value.clone(),
                entry: EntryId(Uuid::nil()),
                incarnation: IncarnationId(Uuid::nil()),
                seq: 1,
                by: Actor::Staff(StaffId(Uuid::nil())),
            };
            let field = Field { held, position: Some(1), written: Default::default(), agreeing: Vec::new() };
            document.fields.insert((*path).to_owned(), field);
        }
        document
    }

    #[test]
    fn an_office_has_the_last_word_on_what_is_received() {
        let stopped = json!({"state": "stopped", "since": "2026-11-26", "reason": "死亡"});
        let running = json!({"state": "running", "since": "2026-11-26"});
        let person = resident(&[
            (RECEIVES, json!("DIBAO GAOLING")),
            ("benefit/GAOLING", stopped),
            ("benefit/CANBU", running),
        ]);
        let received: Vec<_> = received_by(&person, ["TEKUN"]).into_iter().collect();
        assert_eq!(received, ["CANBU", "DIBAO", "TEKUN"]);
        assert_eq!(benefit_of(&person, "GAOLING").unwrap().state, BenefitState::Stopped);
    }

    #[test]
    fn a_reported_death_is_suspected_until_an_office_says() {
        let suspected = (DEATH_SUSPECTED, json!("2026-11-20"));
        for (fields, expected) in [
            (vec![], None),
            (vec![suspected.clone()], Some(Death::Suspected)),
            (vec![suspected.clone(), (DEATH_VERIFIED, json!(true))], Some(Death::Verified)),
            (vec![suspected, (DEATH_VERIFIED, json!(false))], None),
        ] {
            assert_eq!(death_of(&resident(&fields)), expected);
        }
    }

    #[test]
    fn an_agent_reports_and_an_office_decides() {
        let set = |path: &str| FieldSet::from([(path.to_owned(), json!(true))]);
        assert!(decides_benefits(&set("benefit/DIBAO")) && decides_benefits(&set(DEATH_VERIFIED)));
        assert!(!decides_benefits(&set(DEATH_SUSPECTED)) && !decides_benefits(&set(RECEIVES)));
    }
}
