//! A register's lines as people read them: the questions that can be columns, and answers in words with numbers masked.

use crate::form_screen::readable;
use crate::item_register::Named;
use crate::masked;
use bangban_forms::{Form, Kind, Session};
use bangban_model::words::Language;
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// A column of a register's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct LineColumn {
    /// The question's name.
    pub name: String,
    /// Its words.
    pub label: String,
    /// Whether it holds numbers.
    pub is_number: bool,
}

/// The answers of one line in words, by the names of their questions; those of a repeat's rows one after the other.
pub type Told = BTreeMap<String, String>;

/// A question's name: the last part of its path.
#[must_use]
pub fn name_at(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// Answers by the names of their questions; of a question in rows, that of its first row.
#[must_use]
pub fn named(answers: &BTreeMap<String, String>) -> Named<'_> {
    answers.iter().rev().map(|(path, value)| (name_at(path), value.as_str())).collect()
}

/// The questions that a list or workbook can show, in the order of the form.
#[must_use]
pub fn questions_of(form: &Form, language: Language) -> Vec<LineColumn> {
    let code = if language == Language::English { "en" } else { "zh" };
    // A form names its languages `中文 (zh)`, or has one without a name.
    let speaks = |name: &str| name == code || name.ends_with(&format!("({code})"));
    let asked = form
        .view()
        .items
        .into_iter()
        .filter(|item| item.kind.has_value() && !item.kind.is_kept_apart() && !item.label.is_empty());
    let columns = asked.map(|item| LineColumn {
        label: item
            .label
            .iter()
            .find_map(|(name, label)| speaks(name).then_some(label))
            .or(item.label.values().next())
            .cloned()
            .unwrap_or_default(),
        is_number: matches!(item.kind, Kind::Integer | Kind::Decimal),
        name: item.name,
    });
    columns.collect()
}

/// Those of them with these names, in the order of the names.
#[must_use]
pub fn columns_of(questions: &[LineColumn], names: &[String]) -> Vec<LineColumn> {
    let found = names.iter().filter_map(|name| questions.iter().find(|column| column.name == *name));
    found.cloned().collect()
}

/// What a line says, in the language of its session.
#[must_use]
pub fn told_of(session: &Session) -> Told {
    let mut told = Told::new();
    let asked = session.nodes().into_iter();
    for node in asked.filter(|node| node.relevant && !node.value.is_empty() && !node.kind.is_kept_apart()) {
        let words = match node.choices.as_deref() {
            Some(choices) => readable(node.kind, &node.value, choices),
            None => masked::shown_of(&node, &node.value),
        };
        let before = told.entry(name_at(&node.path).to_owned()).or_default();
        if !before.is_empty() {
            before.push('；');
        }
        before.push_str(&words);
    }
    told
}

/// By what a line is called.
#[must_use]
pub fn title_of(names: &[String], told: &Told) -> String {
    let parts = names.iter().filter_map(|name| told.get(name)).filter(|part| !part.is_empty());
    parts.cloned().collect::<Vec<_>>().join(" · ")
}
