//! 事项 at the command line: an item's folder, looked at as `bangban catalogue check` does and published.

use super::args::Item as Verb;
use super::print::Printer;
use bangban_catalogue::check::{CARD_FILE, Files, Report};
use bangban_catalogue::{Finding, ToldFinding};
use bangban_center::{Center, CenterError};
use bangban_model::Code;
use bangban_model::published_form::MAX_FORM_BYTES;
use serde_json::json;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

/// The most files that a folder of an item has.
const MAX_FILES: usize = 50;

pub(super) fn run_item(center: &Center, out: &Printer, verb: Verb) -> Result<ExitCode, CenterError> {
    let Verb::Publish { folder, staff } = verb;
    let sign_in = center.sign_in(&staff)?;
    let files = read_folder(&folder)?;
    let report = center.check_item(&sign_in, &files)?;
    if !report.ok {
        show_report(out, &report);
        return Ok(ExitCode::FAILURE);
    }
    let published = center.publish_item(&sign_in, &files)?;
    let warnings = told(out, &report.warnings);
    let object = json!({
        "ok": true, "number": published.number, "item": published.item, "version": published.version,
        "card": published.card.is_some(), "local": published.local.is_some(), "form": published.has_form(),
        "warnings": warnings,
    });
    out.show(&object, || {
        let mut lines = vec![out.say("item.published", &[("item", &published.item)])];
        lines.extend(self::lines("!", &warnings));
        lines
    });
    Ok(ExitCode::SUCCESS)
}

/// The files of the folder itself; hidden ones and links are left out, and one that is too large is read one byte too far,
/// for which the check refuses it.
fn read_folder(folder: &Path) -> Result<Files, CenterError> {
    let mut files = Files::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !entry.file_type()?.is_file() || name.starts_with('.') {
            continue;
        }
        if files.len() == MAX_FILES {
            return Err(CenterError::About(Code::BadInput, "files".into()));
        }
        let mut bytes = Vec::new();
        File::open(entry.path())?.take(MAX_FORM_BYTES as u64 + 1).read_to_end(&mut bytes)?;
        files.insert(name, bytes);
    }
    // Without it the check would look for items in folders below.
    if !files.contains_key(CARD_FILE) {
        return Err(CenterError::About(Code::ItemUnknown, CARD_FILE.into()));
    }
    Ok(files)
}

fn told(out: &Printer, found: &[Finding]) -> Vec<ToldFinding> {
    found.iter().map(|one| one.told(out.language())).collect()
}

fn lines<'a>(sign: &'a str, found: &'a [ToldFinding]) -> impl Iterator<Item = String> + 'a {
    found.iter().map(move |one| format!("  {sign} {one}"))
}

fn show_report(out: &Printer, report: &Report) {
    let (errors, warnings) = (told(out, &report.errors), told(out, &report.warnings));
    out.show(&json!({"ok": false, "errors": errors, "warnings": warnings}), || {
        let mut lines = vec![out.say("item.broken", &[("n", &report.errors.len().to_string())])];
        lines.extend(self::lines("✗", &errors));
        lines.extend(self::lines("!", &warnings));
        lines
    });
}
