//! The service items: a guide, a form and its materials each. The laptop opens cases by them, the center reads cases by them.

pub mod form_screen;
mod item_card;
mod item_parts;
pub mod item_words;
pub mod masked;

pub use item_card::{EnglishTexts, ItemCard};
pub use item_parts::{
    Basis, Bundle, BundleItem, Closed, Eligibility, Limits, Material, NamedLimit, ReviewCycle, Stage,
};

use bangban_forms::{Calendar, Context, Form, FormError};
use bangban_model::published_form::{FormFiles, PublishedForm};
use bangban_model::{Code, Digest, workday};
use chrono::{DateTime, FixedOffset};
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
}

impl CatalogueError {
    /// The code for the screen.
    pub fn code(&self) -> Code {
        match self {
            CatalogueError::Unknown => Code::ItemUnknown,
            CatalogueError::FormBroken(_) | CatalogueError::CardBroken(_) => Code::FormBroken,
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
    pub fn newest(&self) -> Result<&FormVersion, CatalogueError> {
        self.versions.last().map(Arc::as_ref).ok_or(CatalogueError::Unknown)
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

const BUILT_IN: &[(&str, &[u8])] = &[
    (
        include_str!("../../../catalogue/PENSION_CERT/item.toml"),
        include_bytes!("../../../catalogue/PENSION_CERT/form.xlsx"),
    ),
    (include_str!("../../../catalogue/SSC/item.toml"), include_bytes!("../../../catalogue/SSC/form.xlsx")),
    (
        include_str!("../../../catalogue/DIBAO/item.toml"),
        include_bytes!("../../../catalogue/DIBAO/form.xlsx"),
    ),
];

impl Catalogue {
    /// The items that came with the program.
    pub fn built_in() -> Result<Self, CatalogueError> {
        let mut items = BTreeMap::new();
        for (card, workbook) in BUILT_IN {
            let version = Arc::new(FormVersion::new(FormFiles::alone(workbook.to_vec())));
            let item = Item { card: ItemCard::read(card)?, versions: vec![version] };
            items.insert(item.card.code.clone(), Arc::new(item));
        }
        Ok(Catalogue { items: Arc::new(items) })
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
    fn every_built_in_item_has_a_form_and_texts_in_both_languages() {
        let catalogue = Catalogue::built_in().expect("the catalogue");
        for item in catalogue.items() {
            item.form().expect("a form");
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
