//! The service items, for filters.

use super::api::Call;
use super::message::{ItemLine, Nothing};
use crate::error::CenterError;

/// Every item, in the language of the screen.
pub(super) fn list(call: &mut Call, _: Nothing) -> Result<Vec<ItemLine>, CenterError> {
    let catalogue = call.center().catalogue_in(call.scope()?)?;
    let cards = catalogue.items().map(|item| item.card.in_language(call.language));
    Ok(cards.map(|card| ItemLine { code: card.code, name: card.name, short_name: card.short_name }).collect())
}
