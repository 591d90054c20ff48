//! The items' cards in the language of the screen.

use super::Seat;
use bangban_catalogue::ItemCard;
use serde::Serialize;
use ts_rs::TS;

/// A material that an item asks for.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(rename = "Material")]
pub struct MaterialCard {
    /// Its slot.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether the office asks for it.
    pub required: bool,
    /// Whether a case goes nowhere without a picture of it.
    pub picture: bool,
    /// Whether such a paper expires some months after it was issued.
    pub expires: bool,
}

/// An item as its guide shows it.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(rename = "ItemCard")]
pub struct ItemView {
    /// Item code.
    pub code: String,
    /// Official name.
    pub name: String,
    /// What people say.
    pub short_name: String,
    /// Which department decides.
    pub department: String,
    /// What the agent does.
    pub agent_does: String,
    /// What the agent must not do.
    pub agent_must_not: Vec<String>,
    /// Its materials.
    pub materials: Vec<MaterialCard>,
}

/// A sound or film that a form plays beside a question.
#[derive(Serialize, TS)]
pub struct FormSound {
    /// Its media type.
    pub media: &'static str,
    /// Its bytes in base64.
    pub bytes: String,
}

impl Seat {
    /// An item's card in her language, if the catalogue has it.
    pub(crate) fn card(&self, item: &str) -> Option<ItemCard> {
        Some(self.desk.catalogue().item(item).ok()?.card.in_language(self.language))
    }

    /// What people call an item; its code where the catalogue does not have it.
    pub(crate) fn item_name(&self, item: &str) -> String {
        self.card(item).map_or_else(|| item.to_owned(), |card| card.short_name)
    }
}

pub(crate) fn materials_of(card: &ItemCard) -> Vec<MaterialCard> {
    let materials = card.materials.iter().map(|material| MaterialCard {
        id: material.id.clone(),
        name: material.name.clone(),
        required: material.required,
        picture: material.picture,
        expires: material.valid_months.is_some(),
    });
    materials.collect()
}

/// Every item.
pub fn list_items(seat: &Seat) -> Vec<ItemView> {
    let catalogue = seat.desk.catalogue();
    let cards = catalogue.items().map(|item| item.card.in_language(seat.language));
    let views = cards.map(|card| ItemView {
        materials: materials_of(&card),
        code: card.code,
        name: card.name,
        short_name: card.short_name,
        department: card.department,
        agent_does: card.agent_does,
        agent_must_not: card.agent_must_not,
    });
    views.collect()
}
