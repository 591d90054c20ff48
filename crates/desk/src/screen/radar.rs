//! 应享未享: who may be entitled and does not ask. A hint to visit, never a decision.

use super::Seat;
use super::person::{PersonCard, card_of};
use crate::error::DeskError;
use crate::hints::hints;
use bangban_ledger::document_row;
use bangban_model::SubjectId;
use bangban_model::words::Language;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::TS;

/// A list shows no more lines.
const MAX_LINES: usize = 500;

/// Somebody who may be entitled.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RadarLine {
    /// Who.
    pub person: PersonCard,
    /// Item code.
    pub item: String,
    /// What people call it.
    pub item_name: String,
    /// The rule's words.
    pub hint: String,
    /// 待当地确认
    pub unconfirmed: bool,
    /// Whether a case can be opened: the item has a form.
    pub can_open: bool,
}

/// How many may be entitled to an item.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RadarCount {
    /// Item code.
    pub item: String,
    /// What people call it.
    pub item_name: String,
    /// How many people.
    pub people: u64,
}

/// Who may be entitled.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RadarPart {
    /// How many there are of each item.
    pub counts: Vec<RadarCount>,
    /// Household by household; at most 500.
    pub lines: Vec<RadarLine>,
    /// How many fit.
    pub total: u64,
}

/// Who may be entitled, of one item or of all.
pub fn radar(seat: &Seat, item: Option<&str>) -> Result<RadarPart, DeskError> {
    let today = seat.desk.clock.today();
    let (counts, fitting, total) = {
        let hints = hints(&seat.desk)?;
        let mut people: BTreeMap<String, BTreeSet<SubjectId>> = BTreeMap::new();
        for one in hints.all() {
            people.entry(one.item.clone()).or_default().insert(one.person);
        }
        let fitting = || hints.all().filter(|one| item.is_none_or(|item| item == one.item));
        (people, fitting().take(MAX_LINES).cloned().collect::<Vec<_>>(), fitting().count() as u64)
    };
    let counts = counts.into_iter().map(|(item, people)| RadarCount {
        item_name: seat.item_name(&item),
        item,
        people: people.len() as u64,
    });
    let catalogue = seat.desk.catalogue();
    let ledger = seat.desk.ledger();
    let mut lines = Vec::new();
    for one in fitting {
        // Both may have gone meanwhile.
        let Some(person) = document_row::get(ledger.entries(), one.person)? else { continue };
        let Ok(asked) = catalogue.item(&one.item) else { continue };
        let Some(rule) = asked.card.eligibility.get(one.rule.saturating_sub(1)) else { continue };
        let english = rule.hint_en.as_ref().filter(|_| seat.language == Language::English);
        lines.push(RadarLine {
            person: card_of(&seat.desk, &person),
            item_name: seat.item_name(&one.item),
            can_open: asked.may_open(today).is_ok(),
            hint: english.unwrap_or(&rule.hint).clone(),
            unconfirmed: rule.certainty.needs_confirmation(),
            item: one.item,
        });
    }
    Ok(RadarPart { counts: counts.collect(), lines, total })
}
