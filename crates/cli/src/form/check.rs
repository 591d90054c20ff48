//! `form check`: everything that is wrong with a workbook, by sheet and cell.

use crate::form::workbook::read_form;
use crate::print::Printer;
use bangban_catalogue::form_screen::message_of;
use bangban_desk::DeskError;
use bangban_forms::{Form, FormError};
use bangban_model::words::{Language, Words};
use serde::Serialize;
use std::path::Path;
use std::process::ExitCode;

/// What the check found.
#[derive(Serialize)]
struct Checked {
    /// Whether the form can be used.
    ok: bool,
    /// The form's title; empty where the form cannot be used.
    title: String,
    /// How many items a person answers: no groups, no notes, nothing computed or hidden.
    questions: usize,
    /// What works but deserves a look.
    warnings: Vec<Finding>,
    /// What must be mended.
    errors: Vec<Finding>,
}

/// One finding and where it is.
#[derive(Serialize)]
struct Finding {
    sheet: String,
    cell: String,
    code: String,
    message: String,
}

impl Finding {
    fn of(found: &FormError, language: Language) -> Self {
        let code = serde_json::to_value(found.code).unwrap_or_default();
        Self {
            sheet: found.sheet.clone(),
            cell: found.cell.clone(),
            code: code.as_str().unwrap_or_default().to_owned(),
            message: message_of(found, language).to_owned(),
        }
    }

    /// `survey!C5`, or the sheet alone, or nothing where the whole workbook is meant.
    fn place(&self) -> String {
        match (self.sheet.as_str(), self.cell.as_str()) {
            (sheet, "") => sheet.to_owned(),
            (sheet, cell) => format!("{sheet}!{cell}"),
        }
    }
}

/// Checks a workbook; the exit code is 1 where it cannot be used.
pub fn check_form(out: &Printer, file: &Path) -> Result<ExitCode, DeskError> {
    let checked = match read_form(file)? {
        Ok(form) => usable(&form, out.language),
        Err(errors) => unusable(&errors, out.language),
    };
    out.show(&checked, |words| lines(words, file, &checked));
    Ok(if checked.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints why a workbook cannot be used, as the check would, for commands that need it to be.
pub fn refuse_form(out: &Printer, file: &Path, errors: &[FormError]) -> ExitCode {
    let checked = unusable(errors, out.language);
    out.show(&checked, |words| lines(words, file, &checked));
    ExitCode::FAILURE
}

fn usable(form: &Form, language: Language) -> Checked {
    Checked {
        ok: true,
        title: form.title().to_owned(),
        questions: form.questions(),
        warnings: form.warnings().iter().map(|found| Finding::of(found, language)).collect(),
        errors: Vec::new(),
    }
}

fn unusable(errors: &[FormError], language: Language) -> Checked {
    Checked {
        ok: false,
        title: String::new(),
        questions: 0,
        warnings: Vec::new(),
        errors: errors.iter().map(|found| Finding::of(found, language)).collect(),
    }
}

fn lines(words: &Words, file: &Path, checked: &Checked) -> Vec<String> {
    let file = file.display().to_string();
    let counts = [checked.questions, checked.errors.len(), checked.warnings.len()].map(|n| n.to_string());
    let key = match (checked.ok, checked.warnings.is_empty()) {
        (false, _) => "form.broken",
        (true, true) => "form.good",
        (true, false) => "form.warned",
    };
    let facts = [
        ("file", file.as_str()),
        ("title", checked.title.as_str()),
        ("questions", &counts[0]),
        ("errors", &counts[1]),
        ("warnings", &counts[2]),
    ];
    let mut lines = vec![words.say(key, &facts)];
    let told = |sign: &str, found: &Finding| {
        format!("  {sign} {}", [found.place(), found.message.clone()].join("  ").trim())
    };
    lines.extend(checked.errors.iter().map(|found| told("✗", found)));
    lines.extend(checked.warnings.iter().map(|found| told("!", found)));
    lines
}
