//! The choices sheet: lists, their choices, and the further columns that filters look at.

use crate::columns::{Column, Columns};
use crate::error::FormErrorCode;
use crate::form::{Choice, ChoiceList, Model};
use crate::report::{Cell, Report};
use crate::survey::read_texts;
use crate::workbook::Sheet;
use std::collections::{BTreeMap, BTreeSet};

const SHEET: &str = "choices";

/// Reads all choice lists into the model.
pub(crate) fn read_choices(
    sheet: &Sheet,
    columns: &Columns,
    languages: &[String],
    doubled_allowed: bool,
    model: &mut Model,
    report: &mut Report,
) {
    model.choice_columns = columns.others.iter().map(|(_, heading)| heading.clone()).collect();
    if sheet.headings.is_empty() {
        return;
    }
    let (Some(list_place), Some(name_place)) = (columns.place(Column::ListName), columns.place(Column::Name))
    else {
        report.error(
            SHEET,
            Cell { row: sheet.heading_row, column: 0 },
            FormErrorCode::MissingColumn,
            "“choices”工作表必须有 list_name 和 name 两列",
            "the sheet “choices” needs the columns list_name and name",
        );
        return;
    };
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut seen: BTreeSet<(usize, String)> = BTreeSet::new();
    for (row, cells) in &sheet.rows {
        let list_cell = Cell { row: *row, column: list_place };
        let name_cell = Cell { row: *row, column: name_place };
        let (list, name) = (cells.get(&list_place), cells.get(&name_place));
        let (Some(list), Some(name)) = (list, name) else {
            let cell = if list.is_none() { list_cell } else { name_cell };
            report.error(
                SHEET,
                cell,
                FormErrorCode::MissingName,
                "这一行缺少 list_name 或 name",
                "this row lacks its list_name or name",
            );
            continue;
        };
        let number = *numbers.entry(list.clone()).or_insert_with(|| {
            model.lists.push(ChoiceList { name: list.clone(), choices: Vec::new() });
            model.lists.len() - 1
        });
        check_name(name, name_cell, report);
        if !seen.insert((number, name.clone())) && !doubled_allowed {
            report.error(
                SHEET,
                name_cell,
                FormErrorCode::DoubledChoice,
                &format!("选项列表“{list}”里有两个“{name}”"),
                &format!("the list “{list}” has “{name}” twice"),
            );
        }
        let mut label = read_texts(cells, columns, Column::Label, languages, *row, SHEET, report);
        if label.is_empty() {
            report.warning(
                SHEET,
                name_cell,
                FormErrorCode::MissingLabel,
                &format!("选项“{name}”没有文字（label），将显示其名称"),
                &format!("the choice “{name}” has no label; its name is shown"),
            );
            label.by_language.insert(0, vec![crate::form::Piece::Plain(name.clone())]);
        }
        if label.values().next().is_some() {
            let cell = Cell { row: *row, column: columns.place(Column::Label).unwrap_or(name_place) };
            let zh = "选项文字里的 ${…} 不会替换，将照原样显示";
            report.warning(
                SHEET,
                cell,
                FormErrorCode::BadValue,
                zh,
                "${…} is not filled in within a choice label",
            );
            label.make_plain();
        }
        let further = columns.others.iter().map(|(place, _)| cells.get(place).cloned().unwrap_or_default());
        let choice = Choice { name: name.clone(), label, columns: further.collect() };
        if let Some(list) = model.lists.get_mut(number) {
            list.choices.push(choice);
        }
    }
}

fn check_name(name: &str, cell: Cell, report: &mut Report) {
    if name.chars().any(char::is_whitespace) {
        report.error(
            SHEET,
            cell,
            FormErrorCode::BadName,
            &format!("选项名称“{name}”不能含有空格"),
            &format!("the choice name “{name}” may not hold a space"),
        );
    }
}
