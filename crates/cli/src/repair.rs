//! `bangban check` and `bangban repair`: of a ledger that may be damaged, without signing in.

use crate::print::Printer;
use crate::run::{Done, ask_pin};
use bangban_desk::job::Job;
use bangban_desk::repair::{self, RepairView};
use bangban_desk::sign_in::Door;
use bangban_model::words::Words;
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;

/// Looks at every page; what the last repair did is told too.
pub(crate) fn check_ledger(out: &Printer, door: &Door) -> Done {
    let check = repair::check_ledger(door, &ask_pin(out, "pin.ask")?)?;
    let report = repair::report(&door.folder)?;
    let object = json!({"pages": check.pages, "findings": check.findings, "last_repair": report});
    out.show(&object, |words| {
        let pages = check.pages.to_string();
        let said = if check.findings.is_empty() { "check.whole" } else { "check.wrong" };
        let mut lines = vec![words.say(said, &[("pages", &pages)])];
        lines.extend(check.findings.iter().map(|finding| format!("  ✗ {} {}", finding.what, finding.place)));
        lines
    });
    Ok(if check.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Sets aside what is damaged and builds it anew.
pub(crate) fn repair_ledger(out: &Printer, door: &Door, from: Option<&Path>) -> Done {
    let pin = ask_pin(out, "pin.ask")?;
    let report = match from {
        Some(place) => repair::repair_with_copy(door, &pin, place, &Job::quiet())?,
        None => repair::repair_ledger(door, &pin, &Job::quiet())?,
    };
    out.show(&json!({"repaired": report.is_some(), "report": report}), |words| match &report {
        None => vec![words.say("repair.none", &[])],
        Some(report) => lines_of(words, report),
    });
    Ok(ExitCode::SUCCESS)
}

fn lines_of(words: &Words, report: &RepairView) -> Vec<String> {
    let folder = report.set_aside.as_deref().unwrap_or_default();
    let mut lines = vec![words.say("repair.done", &[("folder", folder)])];
    for kind in &report.kinds {
        let counts = [kind.from_file, kind.from_copy, kind.at_center, kind.missing];
        if counts == [0; 4] {
            continue;
        }
        let counts = counts.map(|count| count.to_string());
        lines.push(words.say(
            "repair.kind",
            &[
                ("kind", &words.say(&format!("repair.{}", kind.kind), &[])),
                ("from_file", &counts[0]),
                ("from_copy", &counts[1]),
                ("at_center", &counts[2]),
                ("missing", &counts[3]),
            ],
        ));
    }
    for entry in &report.missing_entries {
        let kind = if entry.subject_kind.is_empty() { "unknown" } else { &entry.subject_kind };
        let kind = words.say(&format!("repair.subject.{kind}"), &[]);
        lines.push(words.say("repair.missing", &[("kind", &kind), ("at", &entry.at)]));
    }
    for (holds, said) in [
        (report.may_be_more, "repair.may_be_more"),
        (report.log_damaged, "repair.log_damaged"),
        (report.new_life, "repair.new_life"),
        (report.must_enrol, "repair.must_enrol"),
        (report.awaits_center, "repair.awaits_center"),
    ] {
        if holds {
            lines.push(words.say(said, &[]));
        }
    }
    lines
}
