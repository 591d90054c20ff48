//! Workbooks with mistakes: each mistake is found at its cell, and nothing is found elsewhere.

use crate::text::FormText;
use bangban_forms::{Form, FormError};
use std::collections::BTreeSet;

/// The form is refused for exactly the mistakes listed, by sheet, cell and code.
pub fn refuse(text: &FormText) {
    let errors = Form::read_with(&text.workbook(), &text.files).err();
    let errors = errors.unwrap_or_else(|| panic!("{}: the form is taken", text.name));
    let said = |key: &str, line: &serde_json::Value| line[key].as_str().unwrap().to_owned();
    let wanted: BTreeSet<(String, String, String)> =
        text.lines.iter().map(|line| (said("sheet", line), said("cell", line), said("code", line))).collect();
    let found: BTreeSet<(String, String, String)> = errors.iter().map(place).collect();
    assert_eq!(found, wanted, "{}: {errors:#?}", text.name);
    for error in &errors {
        assert!(error.message_zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{error:?}");
        assert!(error.message_en.chars().any(|c| c.is_ascii_lowercase()), "{error:?}");
        for line in text
            .lines
            .iter()
            .filter(|line| line["sheet"] == error.sheet.as_str() && line["cell"] == error.cell.as_str())
        {
            let names = line["names"].as_array().into_iter().flatten();
            for name in names.map(|name| name.as_str().unwrap()) {
                assert!(error.message_zh.contains(name) && error.message_en.contains(name), "{error:?}");
            }
        }
    }
}

fn place(error: &FormError) -> (String, String, String) {
    let code = serde_json::to_value(error.code).unwrap();
    (error.sheet.clone(), error.cell.clone(), code.as_str().unwrap().to_owned())
}
