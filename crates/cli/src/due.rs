//! `bangban due import`: the official list of who is due.

use crate::print::{self, Printer};
use crate::run::Done;
use bangban_desk::job::Job;
use bangban_desk::{Desk, due_list};
use bangban_model::due_list::DueColumn;
use bangban_model::roster::RowIssue;
use bangban_model::words::Words;
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;

/// At most so many warnings and missing rows are printed.
const MAX_SHOWN: usize = 20;

/// Previews a list and, unless only that was asked for, takes it in.
pub fn import_due_list(desk: &Desk, out: &Printer, file: &Path, item: &str, only_preview: bool) -> Done {
    let preview = due_list::preview_due_list(desk, &std::fs::read(file)?, item)?;
    let imported = match only_preview {
        true => None,
        false => Some(due_list::import_due_list(desk, &preview, &Job::quiet())?),
    };
    let list = &preview.list;
    let object = json!({
        "found": preview.found.len(), "missing": preview.missing, "wrong": list.wrong, "warnings": list.warnings,
        "imported": imported,
    });
    out.show(&object, |words| {
        let counts = [preview.found.len(), preview.missing.len(), list.wrong_rows()].map(|n| n.to_string());
        let facts = [("found", counts[0].as_str()), ("missing", &counts[1]), ("wrong", &counts[2])];
        let mut lines = vec![words.say("due.preview", &facts)];
        lines.extend(list.wrong.iter().map(|issue| format!("  ✗ {}", told(words, issue))));
        lines.extend(list.warnings.iter().take(MAX_SHOWN).map(|issue| format!("  ! {}", told(words, issue))));
        if !preview.missing.is_empty() {
            let rows: Vec<String> = preview.missing.iter().take(MAX_SHOWN).map(u32::to_string).collect();
            lines.push(format!("  ! {}", words.say("due.missing", &[("rows", &rows.join("、"))])));
        }
        lines.extend(imported.as_ref().map(|done| {
            let counts = [done.written, done.unchanged].map(|count| count.to_string());
            words.say("due.done", &[("written", counts[0].as_str()), ("unchanged", &counts[1])])
        }));
        lines
    });
    Ok(ExitCode::SUCCESS)
}

fn told(words: &Words, issue: &RowIssue<DueColumn>) -> String {
    let column = issue.column.map(DueColumn::heading).unwrap_or_default();
    print::row_problem(words, issue.row, column, issue.problem)
}
