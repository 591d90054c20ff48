//! 表单 at the command line: publishing a workbook, and what was published.

use super::args::Form as Verb;
use super::print::Printer;
use bangban_catalogue::form_screen::message_of;
use bangban_center::form::FormOrder;
use bangban_center::{Center, CenterError};
use bangban_forms::{Form, FormError};
use bangban_model::Code;
use bangban_model::published_form::{FormFiles, MAX_FORM_BYTES};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run_form(center: &Center, out: &Printer, verb: Verb) -> Result<ExitCode, CenterError> {
    match verb {
        Verb::Publish { file, staff, item, name, department } => {
            let sign_in = center.sign_in(&staff)?;
            let files = match read_files(&file)? {
                Ok(files) => files,
                Err(problems) => return Ok(show_problems(out, &problems)),
            };
            if let Err(problems) = Form::read_with(&files.workbook, &files.attachments) {
                return Ok(show_problems(out, &problems));
            }
            let form = center.publish_form(&sign_in, &FormOrder { item, name, department }, files)?;
            let object = json!({
                "ok": true, "number": form.number, "item": form.item, "version": form.version,
                "digest": form.files.digest(),
            });
            out.show(&object, || {
                let facts = [("item", form.item.as_str()), ("version", form.version.as_str())];
                vec![out.say("form.published", &facts)]
            });
        }
        Verb::List => {
            let lines = center.store().form_lines()?;
            let object = json!({"forms": lines.iter().map(|line| json!({
                "number": line.number, "item": line.item, "version": line.version,
                "published_at": line.published_at, "published_by": line.published_by,
            })).collect::<Vec<_>>()});
            out.show(&object, || match lines.is_empty() {
                true => vec![out.say("form.none", &[])],
                false => lines
                    .iter()
                    .map(|line| {
                        format!(
                            "{}  {}  {}  {}  {}",
                            line.number, line.item, line.version, line.published_at, line.published_by
                        )
                    })
                    .collect(),
            });
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The workbook with the files it reads, which lie beside it.
fn read_files(file: &Path) -> Result<Result<FormFiles, Vec<FormError>>, CenterError> {
    let workbook = read_bounded(file)?;
    let needed = match Form::read(&workbook) {
        Ok(form) => form.attachments().iter().chain(form.shown()).cloned().collect::<Vec<_>>(),
        Err(problems) => return Ok(Err(problems)),
    };
    let folder = file.parent().unwrap_or(Path::new(""));
    let mut attachments = BTreeMap::new();
    for name in needed {
        // A file that is not there is named by the form's own check, with its cell.
        let beside = folder.join(&name);
        if Path::new(&name).file_name().is_some_and(|plain| plain == name.as_str()) && beside.is_file() {
            attachments.insert(name, read_bounded(&beside)?);
        }
    }
    Ok(Ok(FormFiles { workbook, attachments }))
}

fn read_bounded(file: &Path) -> Result<Vec<u8>, CenterError> {
    let mut bytes = Vec::new();
    File::open(file)?.take(MAX_FORM_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > MAX_FORM_BYTES { Err(Code::FormTooLarge.into()) } else { Ok(bytes) }
}

fn show_problems(out: &Printer, problems: &[FormError]) -> ExitCode {
    let message = |problem| message_of(problem, out.language());
    let errors: Vec<Value> = problems
        .iter()
        .map(|problem| {
            json!({"sheet": problem.sheet, "cell": problem.cell, "code": problem.code, "message": message(problem)})
        })
        .collect();
    out.show(&json!({"ok": false, "errors": errors}), || {
        let count = problems.len().to_string();
        let told = problems.iter().map(|problem| match problem.sheet.as_str() {
            // The whole workbook is meant.
            "" => format!("  {}", message(problem)),
            sheet => format!("  {sheet}!{}  {}", problem.cell, message(problem)),
        });
        std::iter::once(out.say("form.broken", &[("n", &count)])).chain(told).collect()
    });
    ExitCode::FAILURE
}
