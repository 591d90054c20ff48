//! The files that a form names: each is read once as a list, and one that is not there is told with its cell.

use crate::attachments::{Attachments, Unread};
use crate::error::FormErrorCode;
use crate::form::{ChoiceList, ChoiceSource};
use crate::parameters::Parameters;
use crate::report::{Cell, Report};

const ENDINGS: &[&str] = &[".csv", ".xml", ".geojson"];

/// The files named so far, with the list each was read into.
pub(crate) struct Files<'a> {
    attachments: Attachments<'a>,
    pub(crate) named: Vec<(String, usize)>,
}

/// The cells to name when a select's file is at fault.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Places {
    pub(crate) kind_cell: Cell,
    pub(crate) parameters_cell: Cell,
}

impl<'a> Files<'a> {
    pub(crate) fn new(attachments: Attachments<'a>) -> Self {
        Self { attachments, named: Vec::new() }
    }

    /// The list of a file's rows, called as the file without its ending.
    pub(crate) fn add(
        &mut self,
        file: &str,
        cell: Cell,
        lists: &mut Vec<ChoiceList>,
        report: &mut Report,
    ) -> usize {
        if let Some((_, list)) = self.named.iter().find(|(known, _)| known == file) {
            return *list;
        }
        let name = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let read = self.attachments.table(file, name);
        let list = read.unwrap_or_else(|unread| {
            tell_unread(file, unread, cell, report);
            ChoiceList { name: name.to_owned(), unread: true, ..ChoiceList::default() }
        });
        lists.push(list);
        self.named.push((file.to_owned(), lists.len() - 1));
        lists.len() - 1
    }

    /// The choices that a file's rows are, by the columns that the parameters name.
    pub(crate) fn choices(
        &mut self,
        file: &str,
        parameters: &Parameters,
        places: Places,
        lists: &mut Vec<ChoiceList>,
        report: &mut Report,
    ) -> Option<ChoiceSource> {
        let lower = file.to_ascii_lowercase();
        if !ENDINGS.iter().any(|ending| lower.ends_with(ending)) {
            report.error(
                crate::survey::SHEET,
                places.kind_cell,
                FormErrorCode::BadValue,
                &format!("“{file}”不是 .csv、.xml 或 .geojson 文件"),
                &format!("“{file}” is no .csv, .xml or .geojson file"),
            );
            return None;
        }
        let geo = lower.ends_with(".geojson");
        let list = self.add(file, places.kind_cell, lists, report);
        let wanted = |name: &str, otherwise: &'static str| {
            parameters.get(name).map_or(otherwise, String::as_str).to_owned()
        };
        let value = wanted("value", if geo { "id" } else { "name" });
        let label = wanted("label", if geo { "title" } else { "label" });
        let found = lists.get_mut(list)?;
        if found.unread {
            // What is not there has the columns that are asked for.
            for name in [&value, &label] {
                if found.column(name).is_none() {
                    found.columns.push(name.clone());
                }
            }
        }
        let Some(value_column) = found.column(&value) else {
            let named = parameters.contains_key("value");
            report.error(
                crate::survey::SHEET,
                if named { places.parameters_cell } else { places.kind_cell },
                FormErrorCode::UnknownName,
                &format!("文件“{file}”没有“{value}”这一列"),
                &format!("the file “{file}” has no column “{value}”"),
            );
            return None;
        };
        let label_column = found.column(&label).unwrap_or(value_column);
        Some(ChoiceSource::List { list, value: value_column, label: label_column })
    }
}

fn tell_unread(file: &str, unread: Unread, cell: Cell, report: &mut Report) {
    let sheet = crate::survey::SHEET;
    match unread {
        Unread::NotAsked => report.warning(
            sheet,
            cell,
            FormErrorCode::MissingFile,
            &format!("表单要用文件“{file}”，现在没有它的内容"),
            &format!("the form needs the file “{file}”, whose content is not here"),
        ),
        Unread::Missing => report.error(
            sheet,
            cell,
            FormErrorCode::MissingFile,
            &format!("找不到文件“{file}”，请放在工作簿旁边"),
            &format!("the file “{file}” is missing; put it beside the workbook"),
        ),
        Unread::TooLarge => report.error(
            sheet,
            cell,
            FormErrorCode::TooLarge,
            &format!("文件“{file}”太大"),
            &format!("the file “{file}” is too large"),
        ),
        Unread::NoTable if file.to_ascii_lowercase().ends_with(".csv") => report.error(
            sheet,
            cell,
            FormErrorCode::MissingFile,
            &format!("文件“{file}”不是可以读取的 CSV 表格"),
            &format!("the file “{file}” is no readable CSV table"),
        ),
        Unread::NoTable => report.warning(
            sheet,
            cell,
            FormErrorCode::MissingFile,
            &format!("文件“{file}”的内容不会读取，请改用 CSV"),
            &format!("the file “{file}” is not read; use CSV instead"),
        ),
    }
}
