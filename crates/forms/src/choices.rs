//! The choices sheet: lists, their choices, and the further columns that filters look at.

use crate::columns::{Column, Columns, MEDIA};
use crate::error::FormErrorCode;
use crate::form::{Choice, ChoiceList, Model, Piece};
use crate::report::{Cell, Report};
use crate::survey::read_texts;
use crate::workbook::Sheet;
use std::collections::{BTreeMap, BTreeSet};

/// Where the texts of a list's choices stand, so that mistakes in them can name their cell.
#[derive(Debug, Default)]
pub(crate) struct ChoiceCells {
    /// Whether names with blanks were found, and where: several of them could not be told apart in one answer.
    pub(crate) blank_names: BTreeMap<String, Cell>,
    /// The row of each choice by the list's number and the choice's.
    pub(crate) rows: BTreeMap<(usize, usize), u32>,
}

/// Reads all choice lists of a sheet into the model.
pub(crate) fn read_choices(
    sheet_name: &str,
    sheet: &Sheet,
    columns: &Columns,
    languages: &[String],
    doubled_allowed: bool,
    model: &mut Model,
    report: &mut Report,
) -> ChoiceCells {
    let mut found = ChoiceCells::default();
    if sheet.headings.is_empty() {
        return found;
    }
    let (Some(list_place), Some(name_place)) = (columns.place(Column::ListName), columns.place(Column::Name))
    else {
        if !sheet.rows.is_empty() {
            report.error(
                sheet_name,
                Cell { row: sheet.heading_row, column: 0 },
                FormErrorCode::MissingColumn,
                &format!("“{sheet_name}”工作表必须有 list_name 和 name 两列"),
                &format!("the sheet “{sheet_name}” needs the columns list_name and name"),
            );
        }
        return found;
    };
    let headings: Vec<String> = ["name", "label"]
        .into_iter()
        .map(str::to_owned)
        .chain(columns.others.iter().map(|(_, heading)| heading.clone()))
        .collect();
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut seen: BTreeSet<(usize, String)> = BTreeSet::new();
    for (row, cells) in &sheet.rows {
        let list_cell = Cell { row: *row, column: list_place };
        let name_cell = Cell { row: *row, column: name_place };
        let Some(list) = cells.get(&list_place) else {
            // Authors leave notes below their lists.
            report.warning(
                sheet_name,
                list_cell,
                FormErrorCode::MissingName,
                "这一行没有 list_name，不起作用",
                "this row lacks its list_name and has no effect",
            );
            continue;
        };
        let Some(name) = cells.get(&name_place) else {
            report.error(
                sheet_name,
                name_cell,
                FormErrorCode::MissingName,
                "这一行缺少 name",
                "this row lacks its name",
            );
            continue;
        };
        let number = *numbers.entry(list.clone()).or_insert_with(|| {
            model.lists.push(ChoiceList {
                name: list.clone(),
                columns: headings.clone(),
                label_column: Some(1),
                ..ChoiceList::default()
            });
            model.lists.len() - 1
        });
        if name.chars().any(char::is_whitespace) {
            found.blank_names.entry(list.clone()).or_insert(name_cell);
        }
        if !seen.insert((number, name.clone())) && !doubled_allowed {
            report.error(
                sheet_name,
                name_cell,
                FormErrorCode::DoubledChoice,
                &format!("选项列表“{list}”里有两个“{name}”"),
                &format!("the list “{list}” has “{name}” twice"),
            );
        }
        let mut label = read_texts(cells, columns, Column::Label, languages, *row, sheet_name, report);
        if label.is_empty() {
            let pictured = columns.translations(Column::Image).any(|(_, place)| cells.contains_key(&place));
            if !pictured && sheet_name == "choices" {
                report.warning(
                    sheet_name,
                    name_cell,
                    FormErrorCode::MissingLabel,
                    &format!("选项“{name}”没有文字（label），将显示其名称"),
                    &format!("the choice “{name}” has no label; its name is shown"),
                );
            }
            label.by_language.insert(0, vec![Piece::Plain(name.clone())]);
        }
        let media = MEDIA.iter().map(|(column, kind)| {
            (*kind, read_texts(cells, columns, *column, languages, *row, sheet_name, report))
        });
        let media = media.filter(|(_, texts)| !texts.is_empty()).collect();
        let further = columns.others.iter().map(|(place, _)| cells.get(place).cloned().unwrap_or_default());
        let cells = [name.clone(), String::new()].into_iter().chain(further).collect();
        if let Some(list) = model.lists.get_mut(number) {
            found.rows.insert((number, list.choices.len()), *row);
            list.choices.push(Choice { cells, label, media });
        }
    }
    found
}

/// A list gets the choice `other`, for what it lacks; all questions with that list get it.
pub(crate) fn add_other(list: &mut ChoiceList, chinese: bool) {
    let has_other =
        list.choices.iter().any(|choice| choice.cells.first().is_some_and(|name| name == "other"));
    if has_other {
        return;
    }
    let mut cells = vec![String::new(); list.columns.len()];
    if let Some(name) = cells.first_mut() {
        "other".clone_into(name);
    }
    let mut choice = Choice { cells, ..Choice::default() };
    let text = if chinese { "其他" } else { "Other" };
    choice.label.by_language.insert(0, vec![Piece::Plain(text.to_owned())]);
    list.choices.push(choice);
}
