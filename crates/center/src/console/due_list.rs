//! The official list of who is due: looked at, then taken in. The browser brings the file for both; nothing of it is kept.

use super::api::Call;
use super::due::item_name;
use super::message::{DueListArgs, DueListImported, DueListLine, DueListPreview, DueRowProblem};
use crate::error::CenterError;
use bangban_model::Code;
use bangban_model::due_list::DueColumn;
use bangban_model::mask::mask_identity;
use bangban_model::roster::RowIssue;
use data_encoding::BASE64;
use serde_json::Value;

/// So many rows are shown of each kind.
const MAX_SHOWN: usize = 100;
/// The longest file name that is shown, in characters.
const MAX_NAME_CHARS: usize = 120;

/// What a list says, row by row.
pub(super) fn preview(call: &mut Call, args: DueListArgs) -> Result<DueListPreview, CenterError> {
    let preview = call.center().preview_due_list(call.sign_in()?, &workbook_of(&args)?, &args.item)?;
    let catalogue = call.center().catalogue_in(call.scope()?)?;
    let wrong = preview.list.wrong.iter().map(|issue| problem_of(*issue, false));
    let odd = preview.list.warnings.iter().map(|issue| problem_of(*issue, true));
    let lines = preview.found.iter().filter_map(|found| {
        let person = found.people.first()?;
        Some(DueListLine {
            row: found.line.row,
            person: person.subject,
            name: person.text("name").to_owned(),
            id_masked: mask_identity(person.text("id_number")),
            item_name: item_name(call, &catalogue, &found.line.item),
            before: found.before.map(|day| day.to_string()),
            due: found.line.due.to_string(),
            changes: found.changes,
        })
    });
    let (found, missing) = (preview.found.len() as u64, preview.missing.len() as u64);
    let wrong_rows = preview.list.wrong_rows() as u64;
    Ok(DueListPreview {
        file_name: args.name.chars().take(MAX_NAME_CHARS).collect(),
        rows: found + missing + wrong_rows,
        wrong: wrong_rows,
        found,
        changes: preview.found.iter().filter(|found| found.changes).count() as u64,
        missing,
        missing_rows: preview.missing.iter().copied().take(MAX_SHOWN).collect(),
        problems: wrong.chain(odd).take(MAX_SHOWN).collect(),
        lines: lines.take(MAX_SHOWN).collect(),
    })
}

/// Takes in the lines whose people are in the scope.
pub(super) fn import(call: &mut Call, args: DueListArgs) -> Result<DueListImported, CenterError> {
    let done = call.center().import_due_list(call.sign_in()?, &workbook_of(&args)?, &args.item)?;
    Ok(DueListImported {
        written: done.written,
        unchanged: done.unchanged,
        missing: done.missing,
        wrong_rows: done.wrong_rows,
    })
}

fn workbook_of(args: &DueListArgs) -> Result<Vec<u8>, CenterError> {
    let bytes = BASE64.decode(args.workbook.as_bytes());
    bytes.map_err(|_| CenterError::About(Code::BadInput, "workbook".into()))
}

fn problem_of(issue: RowIssue<DueColumn>, warning: bool) -> DueRowProblem {
    let mut facts = serde_json::to_value(issue.problem).unwrap_or_default();
    let problem = facts.get("code").and_then(Value::as_str).unwrap_or_default().to_owned();
    if let Some(facts) = facts.as_object_mut() {
        facts.remove("code");
    }
    let column = issue.column.map(DueColumn::heading).unwrap_or_default().to_owned();
    DueRowProblem { row: issue.row, column, problem, facts, warning }
}
