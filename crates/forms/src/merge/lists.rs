//! The choice lists of all workbooks: those of the same name and content are one, others are kept apart.

use super::Part;
use super::source::{Source, told_label};
use crate::form::{ALL_PARTS, Choice, ChoiceList, Piece, Texts};
use std::collections::BTreeMap;

/// Brings the lists together; each workbook learns their numbers.
pub(super) fn merge_lists(sources: &mut [Source]) -> Vec<ChoiceList> {
    let mut merged: Vec<ChoiceList> = Vec::new();
    for source in sources {
        let mut numbers = Vec::new();
        for list in &source.model.lists {
            let carried = carry(source, list);
            let like = merged.iter().position(|other| is_same_list(other, &carried));
            numbers.push(like.unwrap_or(merged.len()));
            match like.and_then(|at| merged.get_mut(at)) {
                Some(known) => unite(known, &carried),
                None => merged.push(carried),
            }
        }
        source.lists = numbers;
    }
    merged
}

/// A list as the merged form has it; only its own workbook finds it by its name.
fn carry(source: &Source, list: &ChoiceList) -> ChoiceList {
    let choices = list.choices.iter().map(|choice| Choice {
        cells: choice.cells.clone(),
        label: source.carry_texts(&choice.label),
        media: choice.media.iter().map(|(kind, texts)| (*kind, source.carry_texts(texts))).collect(),
    });
    ChoiceList {
        name: list.name.clone(),
        columns: list.columns.clone(),
        choices: choices.collect(),
        label_column: list.label_column,
        unread: list.unread,
        absent: !source.part,
    }
}

/// Whether two lists offer the same: the same rows in the same order, called the same in each language of both.
fn is_same_list(one: &ChoiceList, other: &ChoiceList) -> bool {
    let heads = (&one.name, one.unread, one.label_column.is_some(), one.choices.len());
    if heads != (&other.name, other.unread, other.label_column.is_some(), other.choices.len()) {
        return false;
    }
    let alike = one.columns == other.columns;
    one.choices.iter().zip(&other.choices).all(|(first, second)| {
        let cells =
            if alike { first.cells == second.cells } else { filled(one, first) == filled(other, second) };
        cells && is_same_label(&first.label, &second.label)
    })
}

/// The cells that hold anything, by column: a sheet's columns are those of all its lists.
fn filled<'a>(list: &'a ChoiceList, choice: &'a Choice) -> BTreeMap<&'a str, &'a str> {
    let cells = list.columns.iter().map(String::as_str).zip(choice.cells.iter().map(String::as_str));
    cells.filter(|(_, text)| !text.is_empty()).collect()
}

fn is_same_label(one: &Texts, other: &Texts) -> bool {
    let differs = |(language, pieces): (&usize, &Vec<Piece>)| {
        other.by_language.get(language).is_some_and(|wanted| !super::build::is_same(pieces, wanted))
    };
    !one.by_language.iter().any(differs)
}

/// Adds to a list what its like has besides: languages, and columns that are empty in it.
fn unite(known: &mut ChoiceList, like: &ChoiceList) {
    known.absent &= like.absent;
    for column in &like.columns {
        if known.column(column).is_none() {
            known.columns.push(column.clone());
        }
    }
    for (choice, other) in known.choices.iter_mut().zip(&like.choices) {
        for (language, pieces) in &other.label.by_language {
            choice.label.by_language.entry(*language).or_insert_with(|| pieces.clone());
        }
    }
}

/// The choices of the tick-list. No formula finds it by a name.
pub(super) fn tick_list(parts: &[Part<'_>], languages: &[String]) -> ChoiceList {
    let choices = parts.iter().map(|part| {
        let label = told_label(&part.label, &part.code, languages);
        Choice { cells: vec![part.code.clone(), String::new()], label, media: Vec::new() }
    });
    ChoiceList {
        name: "items".to_owned(),
        columns: vec!["name".to_owned(), "label".to_owned()],
        choices: choices.collect(),
        label_column: Some(1),
        unread: false,
        absent: ALL_PARTS,
    }
}
