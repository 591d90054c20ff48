//! The service items: a guide, a form and its materials each. The laptop opens cases by them, the center reads cases by them.

pub mod card_json;
pub mod case_clock;
pub mod check;
mod difference;
pub mod doubled;
pub mod eligibility;
pub mod entitled;
pub mod facts;
pub mod finding;
pub mod form_media;
pub mod form_screen;
pub mod guide_view;
mod item;
mod item_card;
mod item_parts;
mod item_register;
pub mod item_words;
pub mod local;
pub mod masked;
pub mod materials_asked;
pub mod register_view;
mod schema;
pub mod search;
mod shelf;

pub use finding::{Finding, FindingCode, ToldFinding};
pub use item::{FormVersion, Item};
pub use item_card::{EnglishTexts, ItemCard};
pub use item_parts::{
    Basis, Bundle, BundleItem, Closed, Eligibility, Limits, Material, NamedLimit, ReviewCycle, Stage,
};
pub use item_register::{Chain, Count, Delivery, Named, Open, Recognised, Register, Roll, When};
pub use shelf::Catalogue;

use bangban_forms::{Calendar, Context, FormError};
use bangban_model::{Code, workday};
use chrono::{DateTime, FixedOffset};

/// Why an item cannot be had.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CatalogueError {
    /// No item has this code.
    #[error("no such item")]
    Unknown,
    /// Its form does not compile.
    #[error("the form has {} errors", .0.len())]
    FormBroken(Vec<FormError>),
    /// Its card cannot be read.
    #[error("an item card: {0}")]
    CardBroken(String),
    /// It is a guide, or a bundle without questions of its own.
    #[error("the item has no form")]
    NoForm,
    /// It is switched off, or its rule is not in force.
    #[error("the item is closed")]
    Closed,
}

impl CatalogueError {
    /// The code for the screen.
    pub fn code(&self) -> Code {
        match self {
            CatalogueError::Unknown => Code::ItemUnknown,
            CatalogueError::FormBroken(_) | CatalogueError::CardBroken(_) => Code::FormBroken,
            CatalogueError::NoForm => Code::ItemHasNoForm,
            CatalogueError::Closed => Code::ItemClosed,
        }
    }
}

/// A form's clock and the working days of this program.
#[must_use]
pub fn context_at(now: DateTime<FixedOffset>) -> Context {
    context_with(workday::Calendar::builtin(), now)
}

/// A form's clock with these working days.
#[must_use]
pub fn context_with(days: &workday::Calendar, now: DateTime<FixedOffset>) -> Context {
    let calendar = Calendar { days_off: days.days_off().clone(), make_up_days: days.makeup_days().clone() };
    Context { calendar, ..Context::at(now) }
}
