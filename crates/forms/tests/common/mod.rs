//! Small workbooks made in a test, and the context they are filled in.
#![allow(dead_code, clippy::unwrap_used)]

use bangban_forms::{Context, Form, FormError, Session};
use chrono::DateTime;
use rust_xlsxwriter::Workbook;
use std::collections::BTreeMap;

/// A workbook with these sheets, each a table of rows.
pub fn workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (row, cells) in rows.iter().enumerate() {
            for (column, text) in cells.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
                let (row, column) = (u32::try_from(row).unwrap(), u16::try_from(column).unwrap());
                sheet.write_string(row, column, *text).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

/// A form of a survey and choices.
pub fn read(survey: &[&[&str]], choices: &[&[&str]]) -> Result<Form, Vec<FormError>> {
    Form::read(&workbook(&[("survey", survey), ("choices", choices)]))
}

/// A form that must compile.
pub fn form(survey: &[&[&str]], choices: &[&[&str]]) -> Form {
    read(survey, choices).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

/// The morning of 22 November 2026 in China.
pub fn context() -> Context {
    Context::at(DateTime::parse_from_rfc3339("2026-11-22T10:00:00+08:00").unwrap())
}

/// A fresh session without prefill.
pub fn session(form: &Form) -> Session {
    Session::new(form, &context(), &BTreeMap::new())
}

/// Values by path.
pub fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())).collect()
}
