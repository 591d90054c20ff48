//! One workbook of a bundle: its model, and where its languages, lists and items have gone in the merged form.

use super::{Bundle, Part};
use crate::columns::{Column, Columns};
use crate::compile::Compiled;
use crate::error::FormError;
use crate::form::{Item, Model, Parts, Piece, Texts, find_language, split_language};
use crate::report::Cell;
use std::collections::BTreeMap;

/// What a workbook is called when something is told of it.
#[derive(Debug)]
pub(super) struct Called {
    pub(super) zh: String,
    pub(super) en: String,
}

impl Called {
    pub(super) fn new(bundle: &Bundle<'_>, part: Option<&Part<'_>>) -> Self {
        let Some(part) = part else {
            let title = if bundle.title.is_empty() { bundle.code } else { bundle.title };
            return Self { zh: title.to_owned(), en: title.to_owned() };
        };
        let wanted = |code: &str| {
            let name = |key: &String| split_language(key).1 == code || key == code;
            part.label.iter().find(|(key, _)| name(key)).map(|(_, label)| label)
        };
        let told = |code: &str| wanted(code).unwrap_or(&part.code).clone();
        Self { zh: told("zh"), en: told("en") }
    }

    /// A mistake or warning of the workbook, with its name.
    pub(super) fn tell(&self, error: FormError) -> FormError {
        FormError {
            message_zh: format!("“{}”：{}", self.zh, error.message_zh),
            message_en: format!("“{}”: {}", self.en, error.message_en),
            ..error
        }
    }
}

#[derive(Debug)]
pub(super) struct Source {
    pub(super) called: Called,
    /// What the tick-list calls the item, by language.
    pub(super) label: BTreeMap<String, String>,
    /// The bundle's own workbook, which is always asked.
    pub(super) is_own: bool,
    pub(super) part: Parts,
    pub(super) model: Model,
    told: Vec<FormError>,
    rows: Vec<(u32, Column)>,
    columns: Columns,
    /// The number in the merged form of each language, list and item.
    pub(super) languages: Vec<usize>,
    pub(super) lists: Vec<usize>,
    pub(super) items: Vec<usize>,
}

impl Source {
    pub(super) fn new(called: Called, item: Option<&Part<'_>>, part: Parts, compiled: Compiled) -> Self {
        let label = item.map(|item| item.label.clone()).unwrap_or_default();
        let is_own = item.is_none();
        let Compiled { model, warnings, rows, columns } = compiled;
        let (languages, lists, items) = (Vec::new(), Vec::new(), Vec::new());
        Self { called, label, is_own, part, model, told: warnings, rows, columns, languages, lists, items }
    }

    pub(super) fn warnings(&self) -> impl Iterator<Item = FormError> {
        self.told.iter().map(|warning| self.called.tell(warning.clone()))
    }

    pub(super) fn item(&self, number: usize) -> Option<&Item> {
        self.model.items.get(number)
    }

    /// The cell of an item's column.
    pub(super) fn cell(&self, item: usize, column: Column) -> Cell {
        let (row, formula) = self.rows.get(item).copied().unwrap_or((0, Column::Calculation));
        let column = if column == Column::Calculation { formula } else { column };
        Cell { row, column: self.columns.place(column).unwrap_or(0) }
    }
}

/// What an item is called, in the form's languages; in the first, whatever its label has, else its code.
pub(super) fn told_label(label: &BTreeMap<String, String>, code: &str, languages: &[String]) -> Texts {
    let mut texts = Texts::default();
    let plain = |text: &str| vec![Piece::Plain(text.to_owned())];
    for (language, text) in label {
        if let Some(number) = find_language(languages, language) {
            texts.by_language.insert(number, plain(text));
        }
    }
    let other = label.get("zh").or_else(|| label.values().next()).map_or(code, String::as_str);
    texts.by_language.entry(0).or_insert_with(|| plain(other));
    texts
}

/// Brings the languages of all workbooks together; gives their headings. A workbook without any is in the first.
pub(super) fn merge_languages(sources: &mut [Source]) -> Vec<String> {
    let mut merged: Vec<String> = Vec::new();
    let named = |language: &&String| language.as_str() != UNNAMED;
    let firsts = sources.iter().filter_map(|source| source.model.languages.first());
    if let Some(first) = firsts.clone().find(named).or_else(|| firsts.clone().next()).cloned() {
        merged.push(first);
    }
    for source in sources {
        for language in &source.model.languages {
            let known = if language == UNNAMED {
                Some(0)
            } else {
                merged.iter().position(|other| is_same_language(other, language))
            };
            source.languages.push(known.unwrap_or(merged.len()));
            if known.is_none() {
                merged.push(language.clone());
            }
        }
    }
    merged
}

/// What a language without a heading is called.
const UNNAMED: &str = "default";

/// Headings with codes are told apart by them, others by their names.
fn is_same_language(one: &str, other: &str) -> bool {
    let ((name, code), (other_name, other_code)) = (split_language(one), split_language(other));
    if code.is_empty() || other_code.is_empty() { name == other_name } else { code == other_code }
}
