//! `bangban catalogue check`: everything that is wrong with items on disk, by file and place. Needs no ledger and no PIN.

mod folder;

use crate::args::Catalogue;
use crate::print::Printer;
use bangban_catalogue::check::{Report, check_folder};
use bangban_catalogue::{Finding, ToldFinding};
use bangban_desk::DeskError;
use bangban_model::words::{Language, Words};
use serde::Serialize;
use std::path::Path;
use std::process::ExitCode;

/// What the check found.
#[derive(Serialize)]
struct Checked {
    /// Whether the items can be used.
    ok: bool,
    /// How many there are.
    items: usize,
    /// What works but deserves a look.
    warnings: Vec<ToldFinding>,
    /// What must be mended.
    errors: Vec<ToldFinding>,
}

/// Runs one of the catalogue commands.
pub fn run_catalogue(out: &Printer, verb: &Catalogue) -> Result<ExitCode, DeskError> {
    match verb {
        Catalogue::Check { folder } => check_catalogue(out, folder),
    }
}

/// Checks a folder; the exit code is 1 where something must be mended.
fn check_catalogue(out: &Printer, folder: &Path) -> Result<ExitCode, DeskError> {
    let checked = told(&check_folder(&folder::read_files(folder)?), out.language);
    out.show(&checked, |words| lines(words, folder, &checked));
    Ok(if checked.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn told(report: &Report, language: Language) -> Checked {
    let all = |findings: &[Finding]| findings.iter().map(|found| found.told(language)).collect();
    Checked {
        ok: report.ok,
        items: report.items,
        warnings: all(&report.warnings),
        errors: all(&report.errors),
    }
}

fn lines(words: &Words, folder: &Path, checked: &Checked) -> Vec<String> {
    let folder = folder.display().to_string();
    let counts = [checked.items, checked.errors.len(), checked.warnings.len()].map(|n| n.to_string());
    let key = match (checked.ok, checked.warnings.is_empty()) {
        (false, _) => "catalogue.broken",
        (true, true) => "catalogue.good",
        (true, false) => "catalogue.warned",
    };
    let facts = [
        ("folder", folder.as_str()),
        ("items", &counts[0]),
        ("errors", &counts[1]),
        ("warnings", &counts[2]),
    ];
    let mut lines = vec![words.say(key, &facts)];
    let line = |sign: &str, found: &ToldFinding| format!("  {sign} {found}");
    lines.extend(checked.errors.iter().map(|found| line("✗", found)));
    lines.extend(checked.warnings.iter().map(|found| line("!", found)));
    lines
}
