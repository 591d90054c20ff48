//! An item's card, `item.toml`: everything that the guide, the lists and the clocks know of an item.

use crate::CatalogueError;
use crate::item_parts::{
    Basis, Bundle, Closed, Eligibility, FixedAnswer, Limits, Material, ReviewCycle, Stage,
    read_optional_date, write_optional_date,
};
use crate::item_register::Register;
use crate::item_words::{Authority, Category, Level, ServiceWay, Tag};
use bangban_model::words::Language;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// An item's `item.toml`. Simple values stand before lists and tables, as TOML is read best.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemCard {
    /// Item code.
    pub code: String,
    /// Official name.
    pub name: String,
    /// What people say.
    pub short_name: String,
    /// Which department decides.
    pub department: String,
    /// What it is about.
    #[serde(default)]
    pub category: Category,
    /// Words that people use.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// The day the facts were checked, or the rule begins.
    #[serde(
        default,
        deserialize_with = "read_optional_date",
        serialize_with = "write_optional_date",
        skip_serializing_if = "Option::is_none"
    )]
    pub valid_from: Option<NaiveDate>,
    /// The last day on which a new case can be opened.
    #[serde(
        default,
        deserialize_with = "read_optional_date",
        serialize_with = "write_optional_date",
        skip_serializing_if = "Option::is_none"
    )]
    pub valid_to: Option<NaiveDate>,
    /// What the office must watch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watch: Option<String>,
    /// The workbook's name; none: a guide, or a bundle without questions of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// Who may ask.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub applicant: String,
    /// 受理地点.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub receiving_place: String,
    /// 责任地.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub responsible_place: String,
    /// 决定机关.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub deciding_body: String,
    /// Where it can be asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub level: Vec<Level>,
    /// By which right the lower level handles it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<Authority>,
    /// How it can be handled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// When and where the office serves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub service_ways: Vec<ServiceWay>,
    /// Outside channels by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<String>,
    /// The guide's steps, one a line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<String>,
    /// What the agent does.
    #[serde(default)]
    pub agent_does: String,
    /// What the agent must not do: shown beside the form.
    #[serde(default)]
    pub agent_must_not: Vec<String>,
    /// What the screen says of a case the township has but has not decided, where the item asks for other words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assisted_words: Option<String>,
    /// What happens when it is late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consequence: Option<String>,
    /// Items to think of as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<String>,
    /// Whether a case of it ends with nothing that is brought to the person: a survey, a certification.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_result: bool,
    /// The English texts, where the item has them.
    #[serde(flatten, default)]
    pub english: EnglishTexts,
    /// Switched off by a local notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Closed>,
    /// When what was granted is looked at again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_cycle: Option<ReviewCycle>,
    /// The laws and notices it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub basis: Vec<Basis>,
    /// Its limits.
    #[serde(default, skip_serializing_if = "Limits::none")]
    pub limits: Limits,
    /// Its flow, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<Stage>,
    /// Who may be entitled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub eligibility: Vec<Eligibility>,
    /// Its materials.
    #[serde(default)]
    pub materials: Vec<Material>,
    /// What the place answers itself of the form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixed_answers: Vec<FixedAnswer>,
    /// 登记簿: it is a register, whose lines are its form filled in; no case is opened for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register: Option<Register>,
    /// The items it asks for at once, where it is a bundle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bundle: Option<Bundle>,
}

/// Every top-level text that a card may also have in English, by one list.
macro_rules! english_texts {
    (texts { $($text:ident, $text_en:ident;)+ } options { $($option:ident, $option_en:ident;)+ } lists { $($list:ident, $list_en:ident;)+ }) => {
        /// What an item says in English.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct EnglishTexts {
            $(#[doc = stringify!($text)] #[serde(default, skip_serializing_if = "Option::is_none")]
            pub $text_en: Option<String>,)+
            $(#[doc = stringify!($option)] #[serde(default, skip_serializing_if = "Option::is_none")]
            pub $option_en: Option<String>,)+
            $(#[doc = stringify!($list)] #[serde(default, skip_serializing_if = "Option::is_none")]
            pub $list_en: Option<Vec<String>>,)+
        }

        impl EnglishTexts {
            /// Puts the English texts over the card's.
            fn over(&self, card: &mut ItemCard) {
                $(over(&mut card.$text, &self.$text_en);)+
                $(if self.$option_en.is_some() { card.$option.clone_from(&self.$option_en); })+
                $(if let Some(list) = &self.$list_en { list.clone_into(&mut card.$list); })+
            }
        }
    };
}

english_texts! {
    texts {
        name, name_en; short_name, short_name_en; department, department_en; agent_does, agent_does_en;
        applicant, applicant_en; receiving_place, receiving_place_en; responsible_place, responsible_place_en;
        deciding_body, deciding_body_en;
    }
    options { assisted_words, assisted_words_en; consequence, consequence_en; watch, watch_en; }
    lists { agent_must_not, agent_must_not_en; steps, steps_en; channels, channels_en; }
}

fn over(text: &mut String, english: &Option<String>) {
    if let Some(english) = english {
        english.clone_into(text);
    }
}

fn over_option(text: &mut Option<String>, english: &Option<String>) {
    if english.is_some() {
        text.clone_from(english);
    }
}

impl ItemCard {
    /// Reads a card.
    ///
    /// # Errors
    /// `CardBroken`: no TOML, or not that of a card.
    pub fn read(text: &str) -> Result<Self, CatalogueError> {
        toml::from_str(text).map_err(|problem| CatalogueError::CardBroken(problem.message().to_owned()))
    }

    /// The card of an item that is published with nothing but its form: what its official adds later, a newer card says.
    #[must_use]
    pub fn of_form(code: &str, name: &str, department: &str) -> Self {
        ItemCard {
            code: code.to_owned(),
            name: name.to_owned(),
            short_name: name.to_owned(),
            department: department.to_owned(),
            ..ItemCard::default()
        }
    }

    /// The card as TOML; read again it is the same card, in both languages.
    pub fn to_toml(&self) -> Result<String, CatalogueError> {
        toml::to_string(self).map_err(|problem| CatalogueError::CardBroken(problem.to_string()))
    }

    /// The local notice that switches the item off, where it does on this day.
    #[must_use]
    pub fn closed_on(&self, today: NaiveDate) -> Option<&Closed> {
        self.closed.as_ref().filter(|closed| closed.from <= today)
    }

    /// Whether the rule is in force on this day: it has begun, and has not ended.
    #[must_use]
    pub fn valid_on(&self, today: NaiveDate) -> bool {
        self.valid_from.is_none_or(|from| from <= today) && self.valid_to.is_none_or(|to| today <= to)
    }

    /// Whether a new case can be opened on this day: it is not over and not switched off. A day before the rule begins
    /// hinders nothing, because a laptop's clock may be years behind.
    #[must_use]
    pub fn open_on(&self, today: NaiveDate) -> bool {
        self.valid_to.is_none_or(|to| today <= to) && self.closed_on(today).is_none()
    }

    /// The card in a language; what has no translation stays as it is.
    #[must_use]
    pub fn in_language(&self, language: Language) -> ItemCard {
        let mut card = self.clone();
        if language == Language::Chinese {
            return card;
        }
        self.english.over(&mut card);
        for material in &mut card.materials {
            over(&mut material.name, &material.name_en);
            over_option(&mut material.note, &material.note_en);
        }
        for stage in &mut card.stages {
            over(&mut stage.name, &stage.name_en);
            over_option(&mut stage.note, &stage.note_en);
        }
        for limit in card.limits.statutory.iter_mut().chain(&mut card.limits.promised) {
            over(&mut limit.name, &limit.name_en);
        }
        for rule in &mut card.eligibility {
            over(&mut rule.hint, &rule.hint_en);
        }
        for item in card.bundle.iter_mut().flat_map(|bundle| &mut bundle.items) {
            over_option(&mut item.note, &item.note_en);
        }
        if let Some(closed) = &mut card.closed {
            over(&mut closed.reason, &closed.reason_en);
        }
        if let Some(cycle) = &mut card.review_cycle {
            over(&mut cycle.text, &cycle.text_en);
        }
        card
    }
}

#[cfg(test)]
pub(crate) mod tests;
