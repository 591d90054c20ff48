//! `form new`: a workbook to begin from, with an example of each common kind of question and notes in its headings.

use crate::print::Printer;
use bangban_desk::DeskError;
use bangban_model::Code;
use rust_xlsxwriter::{Format, FormatAlign, Note, Workbook, Worksheet, XlsxError};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

/// The sheets, as tables that can be read and reviewed as they are.
const SHEETS: [(&str, &str); 3] = [
    ("survey", include_str!("template/survey.csv")),
    ("choices", include_str!("template/choices.csv")),
    ("settings", include_str!("template/settings.csv")),
];
/// What is said in the heading of each column.
const NOTES: &str = include_str!("template/notes.csv");
/// How wide columns are, in characters; other columns are of the usual width.
const WIDTHS: [(&str, f64); 10] = [
    ("type", 24.0),
    ("name", 16.0),
    ("label", 36.0),
    ("hint", 20.0),
    ("relevant", 22.0),
    ("constraint", 28.0),
    ("constraint_message", 28.0),
    ("calculation", 26.0),
    ("form_title", 28.0),
    ("备注", 56.0),
];

/// Writes the template where no file is yet.
pub fn write_template(out: &Printer, file: &Path) -> Result<ExitCode, DeskError> {
    let bytes = template().map_err(|_| DeskError::new(Code::Internal))?;
    let mut made = OpenOptions::new().write(true).create_new(true).open(file).map_err(|problem| {
        if problem.kind() == ErrorKind::AlreadyExists {
            DeskError::new(Code::FileExists)
        } else {
            problem.into()
        }
    })?;
    made.write_all(&bytes)?;
    made.sync_all()?;
    out.show(&json!({"file": file}), |words| {
        vec![words.say("form.written", &[("file", &file.display().to_string())])]
    });
    Ok(ExitCode::SUCCESS)
}

fn template() -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let notes = notes();
    for (name, table) in SHEETS {
        let sheet = book.add_worksheet();
        sheet.set_name(name)?.set_freeze_panes(1, 0)?;
        write_sheet(sheet, name, table, &notes)?;
    }
    book.save_to_buffer()
}

fn write_sheet(
    sheet: &mut Worksheet,
    name: &str,
    table: &str,
    notes: &BTreeMap<(String, String), String>,
) -> Result<(), XlsxError> {
    let heading = Format::new().set_bold().set_background_color("#E8EEF7");
    let plain = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (row, cells) in (0_u32..).zip(rows(table)) {
        for (column, text) in (0_u16..).zip(&cells) {
            if row > 0 {
                if !text.is_empty() {
                    sheet.write_string_with_format(row, column, text, &plain)?;
                }
                continue;
            }
            sheet.write_string_with_format(row, column, text, &heading)?;
            if let Some((_, width)) = WIDTHS.iter().find(|(known, _)| known == text) {
                sheet.set_column_width(column, *width)?;
            }
            if let Some(note) = notes.get(&(name.to_owned(), text.clone())) {
                sheet.insert_note(row, column, &Note::new(note).add_author_prefix(false).set_width(260))?;
            }
        }
    }
    Ok(())
}

/// What stands in the notes, by sheet and column.
fn notes() -> BTreeMap<(String, String), String> {
    let told = rows(NOTES).skip(1).filter_map(|cells| match cells.as_slice() {
        [sheet, column, note] => Some(((sheet.clone(), column.clone()), note.clone())),
        _ => None,
    });
    told.collect()
}

fn rows(table: &str) -> impl Iterator<Item = Vec<String>> {
    let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(table.as_bytes());
    reader.into_records().map_while(Result::ok).map(|row| row.iter().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use bangban_forms::Form;

    #[test]
    fn the_template_is_a_form_without_a_warning() {
        let form = Form::read(&template().unwrap()).unwrap();
        assert_eq!(form.warnings(), []);
        assert_eq!(form.form_id(), "ELDERLY_ALLOWANCE_SAMPLE");
    }

    #[test]
    fn every_row_is_whole_and_every_column_of_the_template_has_a_note() {
        let notes = notes();
        let mut told = 0;
        for (name, table) in SHEETS {
            let lengths: Vec<usize> = rows(table).map(|row| row.len()).collect();
            assert_eq!(lengths.len(), table.lines().count(), "{name}: every line is a row");
            assert!(lengths.iter().all(|length| *length == lengths[0]), "{name}: {lengths:?}");
            for heading in rows(table).next().unwrap() {
                assert!(notes.contains_key(&(name.to_owned(), heading.clone())), "{name} {heading}");
                told += 1;
            }
        }
        assert_eq!(told, notes.len(), "a note for a column that is not there");
    }
}
