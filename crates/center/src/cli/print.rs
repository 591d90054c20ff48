//! What a command prints: one JSON object, or lines for a person with numbers masked.

use bangban_center::CenterError;
use bangban_model::words::{Language, Words};
use serde_json::{Value, json};
use std::io::{IsTerminal, Write};

/// Prints in the one form or the other.
pub struct Printer {
    json: bool,
    language: Language,
    words: Words,
}

impl Printer {
    /// JSON where the user asked for it; words by `BANGBAN_LANG`, else `LANG`, else Chinese.
    pub fn new(json: bool) -> Self {
        let said = |name| std::env::var(name).ok();
        let language = Language::choose(said("BANGBAN_LANG").as_deref(), said("LANG").as_deref());
        let words = match language {
            Language::Chinese => Words::read(&[
                include_str!("../../../../i18n/codes.zh-CN.json"),
                include_str!("../../../../i18n/center.zh-CN.json"),
            ]),
            Language::English => Words::read(&[
                include_str!("../../../../i18n/codes.en.json"),
                include_str!("../../../../i18n/center.en.json"),
            ]),
        };
        Printer { json, language, words }
    }

    /// The language it speaks.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The words of a key.
    pub fn say(&self, key: &str, facts: &[(&str, &str)]) -> String {
        self.words.say(key, facts)
    }

    /// Prints one line; a reader who went away is no failure.
    pub fn line(&self, text: &str) {
        let mut out = std::io::stdout();
        let _ = writeln!(out, "{text}");
        let _ = out.flush();
    }

    /// Prints a result: the object whole, or lines for a person.
    pub fn show(&self, object: &Value, lines: impl FnOnce() -> Vec<String>) {
        if self.json {
            self.line(&object.to_string());
        } else {
            for line in lines() {
                self.line(&line);
            }
        }
    }

    /// Whether somebody looks on at a terminal: only then long work shows how far it is.
    pub fn is_watched(&self) -> bool {
        !self.json && std::io::stderr().is_terminal()
    }

    /// Prints why not: what happened, what to do next.
    pub fn refuse(&self, problem: &CenterError) {
        let detail = problem.detail().unwrap_or_default();
        let (what, next) = self.words.of_code(problem.code(), &[("detail", detail)]);
        if self.json {
            let error =
                json!({"code": problem.code().as_str(), "what": what, "next": next, "detail": detail});
            self.line(&json!({"error": error}).to_string());
            return;
        }
        eprintln!("✗ {what}");
        if !detail.is_empty() {
            eprintln!("  · {detail}");
        }
        eprintln!("  → {next}");
        tracing::debug!(cause = %problem, "refused");
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use bangban_model::Code;
    use bangban_model::words::Words;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn both_languages_say_the_same_keys_with_the_same_places() {
        let places = |list: &str| {
            let words = Words::read(&[list]);
            let keys = words.keys().map(|key| {
                let text = words.say(key, &[]);
                let named = text.split('{').skip(1).filter_map(|part| part.split('}').next());
                let named: BTreeSet<String> = named.map(str::to_owned).collect();
                (key.to_owned(), named)
            });
            keys.collect::<BTreeMap<_, _>>()
        };
        let zh = places(include_str!("../../../../i18n/center.zh-CN.json"));
        assert_eq!(zh, places(include_str!("../../../../i18n/center.en.json")));
        assert!(!zh.is_empty());
    }

    #[test]
    fn every_code_says_what_happened_and_what_to_do_next_and_nothing_else_is_said() {
        let known: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        for list in [
            include_str!("../../../../i18n/codes.zh-CN.json"),
            include_str!("../../../../i18n/codes.en.json"),
        ] {
            let read: BTreeMap<String, serde_json::Value> = serde_json::from_str(list).unwrap();
            assert_eq!(read.keys().map(String::as_str).collect::<BTreeSet<_>>(), known);
            let words = Words::read(&[list]);
            for code in &known {
                for part in ["what", "next"] {
                    assert!(words.say(&format!("{code}.{part}"), &[]).chars().count() >= 5, "{code}.{part}");
                }
            }
        }
    }
}
