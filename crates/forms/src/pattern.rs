//! Regular expressions as forms write them, run by an engine whose time is bounded by the text's length.

use crate::error::EvalError;
use regex::{Regex, RegexBuilder};
use std::cell::RefCell;
use std::collections::HashMap;

const MAX_PATTERN_CHARS: usize = 1_000;
const MAX_PROGRAM_BYTES: usize = 262_144;

/// Compiles a pattern that the whole text must fit. `\d`, `\w` and `\s` mean the plain ASCII ones, as in Java and
/// JavaScript: a full-width digit is none.
pub(crate) fn compile_pattern(pattern: &str) -> Result<Regex, EvalError> {
    if pattern.chars().count() > MAX_PATTERN_CHARS {
        return Err(EvalError::BadRegex);
    }
    let whole = format!("^(?:{})$", to_ascii_classes(pattern));
    RegexBuilder::new(&whole)
        .size_limit(MAX_PROGRAM_BYTES)
        .dfa_size_limit(MAX_PROGRAM_BYTES)
        .nest_limit(50)
        .build()
        .map_err(|_| EvalError::BadRegex)
}

/// The most patterns that are kept.
const MAX_KEPT: usize = 200;

/// Patterns that were read once: reading one costs far more than running it.
#[derive(Debug, Default)]
pub(crate) struct Patterns(RefCell<HashMap<String, Regex>>);

impl Patterns {
    /// Whether the whole text fits the pattern.
    pub(crate) fn fits(&self, pattern: &str, text: &str) -> Result<bool, EvalError> {
        let known = self.0.borrow().get(pattern).cloned();
        let regex = match known {
            Some(regex) => regex,
            None => {
                let regex = compile_pattern(pattern)?;
                let mut kept = self.0.borrow_mut();
                if kept.len() >= MAX_KEPT {
                    kept.clear();
                }
                kept.insert(pattern.to_owned(), regex.clone());
                regex
            }
        };
        Ok(regex.is_match(text))
    }

    pub(crate) fn knows(&self, pattern: &str) -> bool {
        self.0.borrow().contains_key(pattern)
    }
}

fn to_ascii_classes(pattern: &str) -> String {
    let mut out = String::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        // Rust's classes may be nested, so the same text serves inside and outside of brackets.
        match characters.next() {
            Some('d') => out.push_str("[0-9]"),
            Some('D') => out.push_str("[^0-9]"),
            Some('w') => out.push_str("[A-Za-z0-9_]"),
            Some('W') => out.push_str("[^A-Za-z0-9_]"),
            Some('/') => out.push('/'),
            Some('u') => push_code(&mut out, &mut characters),
            Some(other) => {
                out.push('\\');
                out.push(other);
            }
            None => out.push('\\'),
        }
    }
    out
}

/// `\u4e00` becomes `\u{4e00}`.
fn push_code(out: &mut String, characters: &mut std::str::Chars<'_>) {
    let code: String = characters.clone().take(4).collect();
    if code.len() == 4 && code.bytes().all(|b| b.is_ascii_hexdigit()) {
        characters.nth(3);
        out.push_str("\\u{");
        out.push_str(&code);
        out.push('}');
    } else {
        out.push_str("\\u");
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_whole_text_must_fit_and_digits_are_plain_ones() {
        let cases = [
            (r"^1[3-9]\d{9}$", "13912340000", true),
            (r"1[3-9]\d{9}", "x13912340000", false),
            (r"\d+", "１２", false),
            (r"[\u4e00-\u9fa5·]{2,25}", "余桂英", true),
            (r"[\d-]+", "0711-123", true),
            ("a|b", "ab", false),
        ];
        for (pattern, text, fits) in cases {
            assert_eq!(compile_pattern(pattern).unwrap().is_match(text), fits, "{pattern} {text}");
        }
        assert!(compile_pattern("(").is_err());
        assert!(compile_pattern("(a{1000}){1000}").is_err());
    }
}
