//! 重复核查: the same person, the same item, the same period.

use crate::ItemCard;
use bangban_model::deadline::clock_of;
use bangban_model::document::{Document, Stage};
use bangban_model::workday::add_months;
use chrono::NaiveDate;

/// Where an item has no cycle, its period is so many months.
const PERIOD_MONTHS: u32 = 12;

/// Whether another case of the same person and item stands in the way of one today: it is under way, or was decided within
/// the item's period.
#[must_use]
pub fn is_double(card: &ItemCard, case: &Document, today: NaiveDate) -> bool {
    let months = card.review_cycle.as_ref().and_then(|cycle| cycle.months).unwrap_or(PERIOD_MONTHS);
    match case.case.as_ref().map(|file| file.stage) {
        None | Some(Stage::Withdrawn) => false,
        Some(Stage::Confirmed | Stage::Closed) => {
            clock_of(case).end.is_some_and(|day| add_months(day, months) > today)
        }
        Some(_) => true,
    }
}
