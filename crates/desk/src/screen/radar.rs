//! 应享未享: who may be entitled and does not ask. A hint to visit, never a decision.

use super::Seat;
use super::person::{PersonCard, card_of};
use crate::error::DeskError;
use bangban_catalogue::eligibility::Radar;
use bangban_catalogue::entitled::{Roll, people_by_item};
use bangban_ledger::due_row;
use serde::Serialize;
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
    let (residents, cases) = {
        let ledger = seat.desk.ledger();
        (due_row::residents(ledger.entries(), "")?, due_row::case_stands(ledger.entries(), "")?)
    };
    let catalogue = seat.desk.catalogue();
    let radar = Radar::on(catalogue.items().map(|item| &item.card), today, seat.language);
    let found = Roll::of(&residents, &cases, today).entitled(&radar);
    let counts = people_by_item(&found).into_iter().map(|(item, people)| RadarCount {
        item_name: seat.item_name(item),
        item: item.to_owned(),
        people,
    });
    let fitting: Vec<_> = found.iter().filter(|one| item.is_none_or(|item| item == one.hint.item)).collect();
    let lines = fitting.iter().take(MAX_LINES).map(|one| RadarLine {
        person: card_of(&seat.desk, one.resident),
        item_name: seat.item_name(&one.hint.item),
        can_open: catalogue.item(&one.hint.item).is_ok_and(|item| item.may_open(today).is_ok()),
        item: one.hint.item.clone(),
        hint: one.hint.text.clone(),
        unconfirmed: one.hint.certainty.needs_confirmation(),
    });
    Ok(RadarPart { counts: counts.collect(), lines: lines.collect(), total: fitting.len() as u64 })
}
