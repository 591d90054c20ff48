//! `bangban copy`: the second copy, and a ledger restored from it.

use crate::args::Copy;
use crate::print::Printer;
use crate::run::{Done, ask_pin};
use bangban_desk::Desk;
use bangban_desk::second_copy::{self, SecondCopyState};
use bangban_desk::sign_in::Door;
use bangban_model::words::Words;
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;

/// Chooses the place, turns the copy off, brings it up to date, or tells how it stands.
pub fn run_copy(desk: &Desk, out: &Printer, verb: Copy) -> Done {
    let state = match verb {
        Copy::Set { folder } => second_copy::set_place(desk, &folder)?,
        Copy::Off => second_copy::turn_off(desk)?,
        Copy::Now => {
            second_copy::copy_now(desk)?;
            second_copy::state(desk)?
        }
        Copy::Status | Copy::Restore { .. } => second_copy::state(desk)?,
    };
    out.show(&state, |words| lines_of(words, &state));
    Ok(ExitCode::SUCCESS)
}

fn lines_of(words: &Words, state: &SecondCopyState) -> Vec<String> {
    let Some(place) = &state.place else { return vec![words.say("copy.off", &[])] };
    let mut lines = vec![words.say("copy.place", &[("place", place)])];
    lines.push(match &state.copied_at {
        Some(at) => words.say("copy.copied", &[("at", at)]),
        None => words.say("copy.never", &[]),
    });
    if state.entries_waiting + state.drafts_waiting > 0 {
        let [entries, drafts] = [state.entries_waiting, state.drafts_waiting].map(|count| count.to_string());
        lines.push(words.say("copy.waits", &[("entries", &entries), ("drafts", &drafts)]));
    }
    if let Some(problem) = state.problem {
        let (what, next) = words.of_code(problem, &[]);
        lines.extend([format!("✗ {what}"), format!("  → {next}")]);
    }
    lines
}

/// Restores the ledger from the copy in `from` into `folder`.
pub fn restore(out: &Printer, door: &Door, from: &Path, code: Option<&str>) -> Done {
    let restored = match code {
        Some(code) => second_copy::restore_with_code(door, from, code)?,
        None => second_copy::restore(door, from, &ask_pin(out, "pin.ask")?)?,
    };
    out.show(&json!({"ledger": door.folder, "restored": restored}), |words| {
        let [entries, drafts, photos] =
            [restored.entries, restored.drafts, restored.photos].map(|count| count.to_string());
        let facts = [("entries", entries.as_str()), ("drafts", drafts.as_str()), ("photos", photos.as_str())];
        let mut lines = vec![words.say("copy.restored", &facts)];
        if restored.damaged + restored.incomplete + restored.photos_missing > 0 || restored.torn {
            let [damaged, incomplete, missing] =
                [restored.damaged, restored.incomplete, restored.photos_missing]
                    .map(|count| count.to_string());
            let facts = [
                ("damaged", damaged.as_str()),
                ("incomplete", incomplete.as_str()),
                ("missing", missing.as_str()),
            ];
            lines.push(words.say(if restored.torn { "copy.torn" } else { "copy.damaged" }, &facts));
        }
        if restored.enrolled {
            lines.push(words.say("copy.sync_next", &[]));
        }
        lines
    });
    Ok(ExitCode::SUCCESS)
}
