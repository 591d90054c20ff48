//! The service items: a guide, a form and its materials each. The laptop opens cases by them, the center reads cases by them.

pub mod form_media;
pub mod form_screen;
pub mod masked;

use bangban_forms::{Calendar, Context, Form, FormError};
use bangban_model::published_form::{FormFiles, PublishedForm};
use bangban_model::words::Language;
use bangban_model::{Code, Digest, workday};
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
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

/// A material that an item asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Material {
    /// Its slot: what a photo names.
    pub id: String,
    /// As the screen shows it.
    pub name: String,
    /// The same in English, where the item has it.
    #[serde(default, skip_serializing)]
    pub name_en: Option<String>,
    /// Whether the office asks for it.
    #[serde(default)]
    pub required: bool,
    /// Whether a case goes nowhere without a picture of it.
    #[serde(default)]
    pub picture: bool,
}

/// What screens need of an item's `item.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemCard {
    /// Item code.
    pub code: String,
    /// Official name.
    pub name: String,
    /// What people say.
    pub short_name: String,
    /// Which department decides.
    pub department: String,
    /// What the agent does.
    #[serde(default)]
    pub agent_does: String,
    /// What the agent must not do: shown beside the form.
    #[serde(default)]
    pub agent_must_not: Vec<String>,
    /// Its materials.
    #[serde(default)]
    pub materials: Vec<Material>,
    /// What the screen says of a case the township has but has not decided, where the item asks for other words.
    #[serde(default)]
    pub assisted_words: Option<String>,
    /// The English texts, where the item has them.
    #[serde(flatten, default, skip_serializing)]
    pub english: EnglishTexts,
}

/// What an item says in English.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnglishTexts {
    name_en: Option<String>,
    short_name_en: Option<String>,
    department_en: Option<String>,
    agent_does_en: Option<String>,
    agent_must_not_en: Option<Vec<String>>,
    assisted_words_en: Option<String>,
}

impl ItemCard {
    /// Reads a card.
    ///
    /// # Errors
    /// `CardBroken`: no TOML, or not that of a card.
    pub fn read(text: &str) -> Result<Self, CatalogueError> {
        toml::from_str(text).map_err(|problem| CatalogueError::CardBroken(problem.to_string()))
    }

    /// The card of an item that is published with nothing but its form: what its official adds later, a newer card says.
    #[must_use]
    pub fn of_form(code: &str, name: &str, department: &str) -> Self {
        ItemCard {
            code: code.to_owned(),
            name: name.to_owned(),
            short_name: name.to_owned(),
            department: department.to_owned(),
            agent_does: String::new(),
            agent_must_not: Vec::new(),
            materials: Vec::new(),
            assisted_words: None,
            english: EnglishTexts::default(),
        }
    }

    /// The card as TOML.
    pub fn to_toml(&self) -> Result<String, CatalogueError> {
        toml::to_string(self).map_err(|problem| CatalogueError::CardBroken(problem.to_string()))
    }

    /// The card in a language; what has no translation stays as it is.
    pub fn in_language(&self, language: Language) -> ItemCard {
        let mut card = self.clone();
        if language == Language::Chinese {
            return card;
        }
        let english = &self.english;
        let over = |text: &mut String, other: &Option<String>| {
            if let Some(other) = other {
                other.clone_into(text);
            }
        };
        over(&mut card.name, &english.name_en);
        over(&mut card.short_name, &english.short_name_en);
        over(&mut card.department, &english.department_en);
        over(&mut card.agent_does, &english.agent_does_en);
        if let Some(must_not) = &english.agent_must_not_en {
            must_not.clone_into(&mut card.agent_must_not);
        }
        if english.assisted_words_en.is_some() {
            card.assisted_words.clone_from(&english.assisted_words_en);
        }
        for material in &mut card.materials {
            over(&mut material.name, &material.name_en.clone());
        }
        card
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
    shown: OnceLock<BTreeMap<String, Digest>>,
}

impl FormVersion {
    fn new(files: FormFiles) -> Self {
        FormVersion { digest: files.digest(), files, form: OnceLock::new(), shown: OnceLock::new() }
    }

    /// Its workbook.
    #[must_use]
    pub fn workbook(&self) -> &[u8] {
        &self.files.workbook
    }

    /// By which digest screens show a file that the form names.
    #[must_use]
    pub fn shown(&self, name: &str) -> Option<Digest> {
        self.shown.get_or_init(|| form_media::shown_by_name(&self.files)).get(&name.to_lowercase()).copied()
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

    /// A picture, sound or film that comes with some form, with its media type.
    #[must_use]
    pub fn shown(&self, digest: Digest) -> Option<(Vec<u8>, &'static str)> {
        let mut versions = self.items.values().flat_map(|item| &item.versions);
        let found = versions.find_map(|version| form_media::find_shown(&version.files, digest));
        found.map(|(bytes, kind)| (bytes.to_vec(), kind))
    }

    /// All items.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.values().map(Arc::as_ref)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
