//! 事项指南: looked for in the words people use, and read without a network.

use super::Seat;
use crate::error::DeskError;
use bangban_catalogue::guide_view::{GuideLine, GuideView, guide_line, guide_view};
use bangban_catalogue::search::search;

/// The guides that fit, the best first; every one for an empty text.
pub fn find_guides(seat: &Seat, text: &str) -> Vec<GuideLine> {
    let (catalogue, today) = (seat.desk.catalogue(), seat.desk.clock.today());
    let found = search(catalogue.items().map(|item| &item.card), text);
    let items = found.iter().filter_map(|code| catalogue.item(code).ok());
    items.map(|item| guide_line(&item, seat.language, today)).collect()
}

/// A guide whole.
pub fn show_guide(seat: &Seat, code: &str) -> Result<GuideView, DeskError> {
    let catalogue = seat.desk.catalogue();
    let item = catalogue.item(code)?;
    Ok(guide_view(&catalogue, &item, seat.language, seat.desk.clock.today()))
}
