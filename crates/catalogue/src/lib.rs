//! The service items: a guide, a form and its materials each. The laptop opens cases by them, the center reads cases by them.

pub mod masked;

use bangban_forms::{Form, FormError};
use bangban_model::words::Language;
use bangban_model::{Code, Digest};
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

/// An item, ready to open cases.
pub struct Item {
    /// Its card.
    pub card: ItemCard,
    /// Digest of its form's workbook.
    pub form_digest: Digest,
    workbook: &'static [u8],
    form: OnceLock<Result<Form, Vec<FormError>>>,
}

impl Item {
    /// Its form, compiled when first asked for.
    pub fn form(&self) -> Result<&Form, CatalogueError> {
        self.form
            .get_or_init(|| Form::read(self.workbook))
            .as_ref()
            .map_err(|problems| CatalogueError::FormBroken(problems.clone()))
    }
}

/// The items of this program.
#[derive(Clone)]
pub struct Catalogue {
    items: Arc<BTreeMap<String, Item>>,
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
            let card: ItemCard =
                toml::from_str(card).map_err(|problem| CatalogueError::CardBroken(problem.to_string()))?;
            let item = Item { form_digest: Digest::of(workbook), workbook, form: OnceLock::new(), card };
            items.insert(item.card.code.clone(), item);
        }
        Ok(Catalogue { items: Arc::new(items) })
    }

    /// The item with this code.
    pub fn item(&self, code: &str) -> Result<&Item, CatalogueError> {
        self.items.get(&code.trim().to_uppercase()).ok_or(CatalogueError::Unknown)
    }

    /// All items.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.values()
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
