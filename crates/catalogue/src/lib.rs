//! The service items: a guide, a form and its materials each. The laptop opens cases by them, the center reads cases by them.

pub mod card_json;
pub mod case_clock;
pub mod check;
mod difference;
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
pub mod item_words;
pub mod limits;
pub mod local;
pub mod masked;
pub mod materials_asked;
mod schema;
pub mod search;
mod shelf;

pub use finding::{Finding, FindingCode};
pub use item::{FormVersion, Item};
pub use item_card::{EnglishTexts, ItemCard};
pub use item_parts::{
    Basis, Bundle, BundleItem, Closed, Eligibility, Limits, Material, NamedLimit, ReviewCycle, Stage,
};
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

#[cfg(test)]
mod tests {
    use super::*;
    use bangban_model::words::Language;

    #[test]
    fn every_folder_of_the_catalogue_is_an_item_with_the_form_that_its_card_names() {
        let catalogue = Catalogue::built_in().expect("the catalogue");
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalogue");
        let mut codes: Vec<String> = std::fs::read_dir(folder)
            .expect("the folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        codes.sort();
        assert_eq!(catalogue.items().map(|item| item.card.code.clone()).collect::<Vec<_>>(), codes);
        for item in catalogue.items() {
            assert_eq!(item.card.form.is_some(), item.newest().is_ok(), "{}", item.card.code);
        }
    }

    #[test]
    fn a_guide_without_a_form_says_so_and_a_closed_item_opens_nothing() {
        let card = |closed: &str| {
            format!(
                "code = \"GUIDE\"\nname = \"指南\"\nshort_name = \"指南\"\ndepartment = \"民政\"\n{closed}"
            )
        };
        let (open, closed) = (card(""), card("[closed]\nfrom = 2026-11-01\nreason = \"停办\""));
        let of =
            |card: &str, files| Catalogue::of([(card, files)]).expect("a card").item("guide").expect("it");
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day");
        let guide = of(&open, None);
        assert_eq!(guide.form().map(|_| ()).map_err(|problem| problem.code()), Err(Code::ItemHasNoForm));
        assert_eq!(guide.may_open(today).map_err(|problem| problem.code()), Err(Code::ItemHasNoForm));
        let form = || Some(FormFiles::alone(BUILT_IN[0].workbook.expect("a form").to_vec()));
        assert!(of(&open, form()).may_open(today).is_ok());
        assert_eq!(
            of(&closed, form()).may_open(today).map_err(|problem| problem.code()),
            Err(Code::ItemClosed)
        );
        assert!(of(&open, form()).form_of(Digest::of(b"gone")).is_ok());
    }

    #[test]
    fn copies_of_the_built_in_catalogue_share_what_was_compiled() {
        let form = |code: &str| {
            let item = Catalogue::built_in().expect("the catalogue").item(code).expect("an item");
            std::ptr::from_ref(item.form().expect("a form"))
        };
        assert_eq!(form("SSC"), form("SSC"));
    }

    #[test]
    fn every_built_in_item_has_a_form_and_texts_in_both_languages() {
        let catalogue = Catalogue::built_in().expect("the catalogue");
        for item in catalogue.items() {
            if item.card.form.is_some() {
                item.form().expect("a form");
            }
            let (chinese, english) = (&item.card, item.card.in_language(Language::English));
            let texts = |card: &ItemCard| {
                let mut texts = vec![card.name.clone(), card.short_name.clone(), card.department.clone()];
                texts.push(card.agent_does.clone());
                texts.extend(card.agent_must_not.clone());
                texts.extend(card.assisted_words.clone());
                texts.extend(card.materials.iter().map(|material| material.name.clone()));
                texts
            };
            let (chinese, english) = (texts(chinese), texts(&english));
            assert_eq!(chinese.len(), english.len(), "{}", item.card.code);
            for (zh, en) in chinese.iter().zip(&english) {
                assert!(!zh.is_ascii() && en.is_ascii(), "{}: {zh} / {en}", item.card.code);
            }
        }
    }
}
