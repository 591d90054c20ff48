//! The built-in service items: what an agent may open, with its form and its materials.

use crate::error::DeskError;
use bangban_forms::Form;
use bangban_model::{Code, Digest};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// A material that an item asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Material {
    /// Its slot: what a photo names.
    pub id: String,
    /// As the screen shows it.
    pub name: String,
    /// Whether the office asks for it.
    #[serde(default)]
    pub required: bool,
    /// Whether a case goes nowhere without a picture of it.
    #[serde(default)]
    pub picture: bool,
}

/// What desk reads of an item's `item.toml`.
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
}

/// An item, ready to open cases.
pub struct Item {
    /// Its card.
    pub card: ItemCard,
    /// Digest of its form's workbook.
    pub form_digest: Digest,
    workbook: &'static [u8],
    form: OnceLock<Result<Form, Vec<bangban_forms::FormError>>>,
}

impl Item {
    /// Its form, compiled when first asked for.
    pub fn form(&self) -> Result<&Form, DeskError> {
        self.form
            .get_or_init(|| Form::read(self.workbook))
            .as_ref()
            .map_err(|problems| problems.clone().into())
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
    pub fn built_in() -> Result<Self, DeskError> {
        let mut items = BTreeMap::new();
        for (card, workbook) in BUILT_IN {
            let card: ItemCard = toml::from_str(card)
                .map_err(|problem| DeskError::new(Code::FormBroken).with("item", problem.to_string()))?;
            let item = Item { form_digest: Digest::of(workbook), workbook, form: OnceLock::new(), card };
            items.insert(item.card.code.clone(), item);
        }
        Ok(Catalogue { items: Arc::new(items) })
    }

    /// The item with this code.
    pub fn item(&self, code: &str) -> Result<&Item, DeskError> {
        self.items.get(&code.trim().to_uppercase()).ok_or_else(|| Code::ItemUnknown.into())
    }

    /// All items.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.values()
    }
}
