//! The service items: a guide, a form and its materials each. The laptop opens cases by them, the center reads cases by them.

pub mod check;
pub mod eligibility;
pub mod facts;
pub mod finding;
pub mod form_screen;
mod item_card;
mod item_parts;
pub mod item_words;
pub mod limits;
pub mod local;
pub mod masked;
pub mod materials_asked;
mod schema;
pub mod search;

pub use finding::{Finding, FindingCode};
pub use item_card::{EnglishTexts, ItemCard};
pub use item_parts::{
    Basis, Bundle, BundleItem, Closed, Eligibility, Limits, Material, NamedLimit, ReviewCycle, Stage,
};

use bangban_forms::{Calendar, Context, Form, FormError};
use bangban_model::published_form::{FormFiles, PublishedForm};
use bangban_model::{Code, Digest, workday};
use chrono::{DateTime, FixedOffset, NaiveDate};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

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
    let days = workday::Calendar::builtin();
    let calendar = Calendar { days_off: days.days_off().clone(), make_up_days: days.makeup_days().clone() };
    Context { calendar, ..Context::at(now) }
}

/// A form of an item, as one of its versions has it.
pub struct FormVersion {
    /// Digest of its files: what a case keeps of the form it was opened with.
    pub digest: Digest,
    files: FormFiles,
    form: OnceLock<Result<Form, Vec<FormError>>>,
}

impl FormVersion {
    fn new(files: FormFiles) -> Self {
        FormVersion { digest: files.digest(), files, form: OnceLock::new() }
    }

    /// Its workbook.
    #[must_use]
    pub fn workbook(&self) -> &[u8] {
        &self.files.workbook
    }

    /// The form, compiled when first asked for.
    pub fn form(&self) -> Result<&Form, CatalogueError> {
        self.form
            .get_or_init(|| Form::read_with(&self.files.workbook, &self.files.attachments))
            .as_ref()
            .map_err(|problems| CatalogueError::FormBroken(problems.clone()))
    }
}

/// An item, ready to open cases.
#[derive(Clone)]
pub struct Item {
    /// Its card.
    pub card: ItemCard,
    /// Its form as it was when the program was made, and as it was published since; the newest last.
    versions: Vec<Arc<FormVersion>>,
}

impl Item {
    /// The version by which new cases are opened.
    ///
    /// # Errors
    /// `NoForm`: the item is a guide alone.
    pub fn newest(&self) -> Result<&FormVersion, CatalogueError> {
        self.versions.last().map(Arc::as_ref).ok_or(CatalogueError::NoForm)
    }

    /// Whether a case can be opened: there is a form, and the item is in force on this day and not switched off.
    ///
    /// # Errors
    /// `NoForm` and `Closed`.
    pub fn may_open(&self, today: NaiveDate) -> Result<(), CatalogueError> {
        self.newest()?;
        if self.card.open_on(today) { Ok(()) } else { Err(CatalogueError::Closed) }
    }

    /// The newest form: new cases are opened by it.
    pub fn form(&self) -> Result<&Form, CatalogueError> {
        self.newest()?.form()
    }

    /// The version with this digest, if it is here.
    pub fn version(&self, digest: Digest) -> Option<&FormVersion> {
        self.versions.iter().rev().find(|version| version.digest == digest).map(Arc::as_ref)
    }

    /// The version that a case was opened with; the newest where that one is not here (yet).
    pub fn version_of(&self, digest: Digest) -> Result<&FormVersion, CatalogueError> {
        self.version(digest).map_or_else(|| self.newest(), Ok)
    }

    /// The form that a case was opened with; the newest where that one is not here (yet).
    pub fn form_of(&self, digest: Digest) -> Result<&Form, CatalogueError> {
        self.version_of(digest)?.form()
    }
}

/// The items of this program, and the forms that the center published since. Copies share them.
#[derive(Clone)]
pub struct Catalogue {
    items: Arc<BTreeMap<String, Arc<Item>>>,
}

/// An item as the program carries it.
struct BuiltIn {
    card: &'static str,
    workbook: Option<&'static [u8]>,
    attachments: &'static [(&'static str, &'static [u8])],
}

/// Every folder under `catalogue/`, as the build found them.
const BUILT_IN: &[BuiltIn] = include!(concat!(env!("OUT_DIR"), "/built_in.rs"));

impl BuiltIn {
    fn files(&self) -> Option<FormFiles> {
        let own = |(name, bytes): &(&str, &[u8])| ((*name).to_owned(), bytes.to_vec());
        let attachments = self.attachments.iter().map(own).collect();
        Some(FormFiles { workbook: self.workbook?.to_vec(), attachments })
    }
}

impl Catalogue {
    /// The items that came with the program, read once: further copies share cards and compiled forms.
    pub fn built_in() -> Result<Self, CatalogueError> {
        static READ: OnceLock<Result<Catalogue, CatalogueError>> = OnceLock::new();
        READ.get_or_init(|| Catalogue::of(BUILT_IN.iter().map(|item| (item.card, item.files())))).clone()
    }

    /// A catalogue of these items: a card each, and the form's files where it has one. No form is compiled before it is
    /// asked for.
    ///
    /// # Errors
    /// `CardBroken`: one of the cards.
    pub fn of<'a>(
        items: impl IntoIterator<Item = (&'a str, Option<FormFiles>)>,
    ) -> Result<Self, CatalogueError> {
        let mut known = BTreeMap::new();
        for (card, files) in items {
            let versions = files.into_iter().map(|files| Arc::new(FormVersion::new(files))).collect();
            let item = Item { card: ItemCard::read(card)?, versions };
            known.insert(item.card.code.clone(), Arc::new(item));
        }
        Ok(Catalogue { items: Arc::new(known) })
    }

    /// This catalogue with forms that were published, in the order of their numbers. One whose card cannot be read, or that
    /// has none and belongs to no item, is left out: a newer program may know it.
    #[must_use]
    pub fn with(&self, published: impl IntoIterator<Item = PublishedForm>) -> Self {
        let mut items = BTreeMap::clone(&self.items);
        for form in published {
            let known = items.get(&form.item).map(|item| Item::clone(item));
            let card = form.card.as_deref().and_then(|card| ItemCard::read(card).ok());
            let mut item = match (known, card) {
                (Some(item), None) => item,
                (Some(item), Some(card)) => Item { card, ..item },
                (None, Some(card)) => Item { card, versions: Vec::new() },
                (None, None) => continue,
            };
            item.card.code.clone_from(&form.item);
            item.versions.push(Arc::new(FormVersion::new(form.files)));
            items.insert(form.item, Arc::new(item));
        }
        Catalogue { items: Arc::new(items) }
    }

    /// The item with this code.
    pub fn item(&self, code: &str) -> Result<Arc<Item>, CatalogueError> {
        self.items.get(&code.trim().to_uppercase()).cloned().ok_or(CatalogueError::Unknown)
    }

    /// All items.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.values().map(Arc::as_ref)
    }
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
        let form = || BUILT_IN.iter().find_map(BuiltIn::files);
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
            let has_han = |text: &str| text.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter));
            for (zh, en) in chinese.iter().zip(&english).filter(|(zh, en)| !zh.is_empty() || !en.is_empty()) {
                assert!(has_han(zh) && !en.is_empty() && !has_han(en), "{}: {zh} / {en}", item.card.code);
            }
        }
    }
}
