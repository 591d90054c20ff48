//! Words for people: keys to text in Chinese and English, with places to fill in. The text itself stands in `i18n/`.

use crate::code::Code;
use std::collections::BTreeMap;

/// The languages there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// 中文, the default.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// From `BANGBAN_LANG`, else `LANG`; Chinese where neither says English.
    pub fn choose(bangban_lang: Option<&str>, lang: Option<&str>) -> Language {
        let said = bangban_lang.filter(|text| !text.is_empty()).or(lang).unwrap_or_default();
        if said.to_ascii_lowercase().starts_with("en") { Language::English } else { Language::Chinese }
    }
}

/// A list of words in one language.
#[derive(Clone, Debug, Default)]
pub struct Words {
    texts: BTreeMap<String, String>,
}

impl Words {
    /// Reads flat JSON lists, later ones over earlier ones. A list that cannot be read counts as empty: its keys show as they are.
    pub fn read(lists: &[&str]) -> Words {
        let mut texts = BTreeMap::new();
        for list in lists {
            let read: BTreeMap<String, serde_json::Value> = serde_json::from_str(list).unwrap_or_default();
            for (key, value) in read {
                flatten(&mut texts, key, value);
            }
        }
        Words { texts }
    }

    /// The words of a key with its places filled in: `{name}` by the value of that name.
    pub fn say(&self, key: &str, facts: &[(&str, &str)]) -> String {
        let Some(text) = self.texts.get(key) else { return key.to_owned() };
        let mut text = text.clone();
        for (name, value) in facts {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }

    /// Whether a key has words.
    pub fn has(&self, key: &str) -> bool {
        self.texts.contains_key(key)
    }

    /// Every key.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    /// What happened and what to do next, for a code.
    pub fn of_code(&self, code: Code, facts: &[(&str, &str)]) -> (String, String) {
        let key = |part| format!("{}.{part}", code.as_str());
        (self.say(&key("what"), facts), self.say(&key("next"), facts))
    }
}

fn flatten(texts: &mut BTreeMap<String, String>, key: String, value: serde_json::Value) {
    match value {
        serde_json::Value::String(text) => {
            texts.insert(key, text);
        }
        serde_json::Value::Object(parts) => {
            for (part, value) in parts {
                flatten(texts, format!("{key}.{part}"), value);
            }
        }
        _ => {}
    }
}
