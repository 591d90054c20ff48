//! What is wrong with an item: where it stands and what it means, in both languages.

use bangban_forms::FormError;
use bangban_model::words::Language;
use serde::Serialize;
use std::fmt;

/// What kind of mistake or warning an item holds, besides those of its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingCode {
    /// No TOML.
    BadToml,
    /// A key that every item needs, or one that is blank.
    MissingKey,
    /// A key that is not known (a warning in a card, a mistake in a local change).
    UnknownKey,
    /// A value that the key does not take.
    BadValue,
    /// Two of a list have the same id, name or code.
    DoubledId,
    /// An id that nothing has.
    UnknownId,
    /// A rule that cannot be read.
    BadRule,
    /// A rule that names no fact and no question.
    UnknownName,
    /// The folder is not called as the item's code.
    WrongFolder,
    /// Two items with one code.
    DoubledItem,
    /// Two items with one name.
    DoubledName,
    /// An item that is not there.
    UnknownItem,
    /// An item without a form where one is needed.
    ItemWithoutForm,
    /// A file that is not there.
    MissingFile,
    /// A text without its English (a warning).
    MissingEnglish,
    /// Larger than allowed.
    TooLarge,
    /// Nothing to check.
    NoItems,
}

/// One mistake or warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file, as it was given.
    pub file: String,
    /// Where: `line:column` of a text that is no TOML, a key such as `materials[2].id` (the second material), a cell of the
    /// form such as `survey!C5`; empty where the whole file is meant.
    pub cell: String,
    /// The kind: a [`FindingCode`], or the form's own, in small letters.
    pub code: String,
    /// What is wrong and what to do, in Chinese.
    pub message_zh: String,
    /// The same in English.
    pub message_en: String,
}

/// A finding in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ToldFinding {
    /// The file, as it was given.
    pub file: String,
    /// Where.
    pub cell: String,
    /// The kind.
    pub code: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for ToldFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [&self.file, &self.cell, &self.message].into_iter().filter(|part| !part.is_empty());
        f.write_str(&parts.map(String::as_str).collect::<Vec<_>>().join("  "))
    }
}

impl Finding {
    /// The finding in one language, as a program says it.
    #[must_use]
    pub fn told(&self, language: Language) -> ToldFinding {
        ToldFinding {
            file: self.file.clone(),
            cell: self.cell.clone(),
            code: self.code.clone(),
            message: self.message(language).to_owned(),
        }
    }

    pub(crate) fn new(
        cell: impl Into<String>,
        code: FindingCode,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Finding {
            file: String::new(),
            cell: cell.into(),
            code: word_of(&code),
            message_zh: zh.into(),
            message_en: en.into(),
        }
    }

    /// A mistake or warning of a workbook.
    pub(crate) fn of_form(error: &FormError) -> Self {
        let cell = match (error.sheet.as_str(), error.cell.as_str()) {
            (sheet, "") => sheet.to_owned(),
            (sheet, cell) => format!("{sheet}!{cell}"),
        };
        Finding {
            file: String::new(),
            cell,
            code: word_of(&error.code),
            message_zh: error.message_zh.clone(),
            message_en: error.message_en.clone(),
        }
    }

    pub(crate) fn in_file(mut self, file: &str) -> Self {
        file.clone_into(&mut self.file);
        self
    }

    /// The message in a language.
    #[must_use]
    pub fn message(&self, language: Language) -> &str {
        match language {
            Language::Chinese => &self.message_zh,
            Language::English => &self.message_en,
        }
    }
}

fn word_of(code: &impl Serialize) -> String {
    let word = toml::Value::try_from(code).ok();
    word.and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The findings of one card while it is looked at.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) errors: Vec<Finding>,
    pub(crate) warnings: Vec<Finding>,
    /// What can be read at the cells that cannot, so that the rest of the card can be looked at.
    pub(crate) stand_ins: Vec<(String, toml::Value)>,
}

impl Findings {
    pub(crate) fn error(
        &mut self,
        cell: impl Into<String>,
        code: FindingCode,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) {
        self.errors.push(Finding::new(cell, code, zh, en));
    }

    pub(crate) fn warning(
        &mut self,
        cell: impl Into<String>,
        code: FindingCode,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) {
        self.warnings.push(Finding::new(cell, code, zh, en));
    }
}

/// Reads TOML; a mistake is told by line and column.
pub(crate) fn read_table(text: &str) -> Result<toml::Table, Finding> {
    text.parse::<toml::Table>().map_err(|problem| {
        let at = problem.span().map_or(0, |span| span.start).min(text.len());
        let before = text.get(..at).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let why = problem.message();
        Finding::new(
            format!("{line}:{column}"),
            FindingCode::BadToml,
            format!("第 {line} 行第 {column} 个字符处不符合 TOML 写法，请检查引号、等号和括号（{why}）"),
            format!("no TOML at line {line}, character {column}: {why}"),
        )
    })
}
