//! Copies of the center.

use super::args::Backup;
use super::offline::read_escrow_key;
use super::print::Printer;
use bangban_center::backup::{Step, restore};
use bangban_center::store::backing_up::BackupNote;
use bangban_center::{Center, CenterError, DataFolder};
use bangban_model::clock::Clock;
use serde_json::{Value, json};
use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A person hears of progress so often.
const TOLD_EVERY: Duration = Duration::from_millis(500);

pub(super) fn run_backup(center: &Center, out: &Printer, verb: &Backup) -> Result<(), CenterError> {
    match verb {
        Backup::Make { to, keep } => {
            center.choose_place(to)?;
            let note = center.back_up(to, usize::from(*keep), &mut told(out))?;
            show(out, Some(&note), "backup.made");
        }
        Backup::Show => {
            let newest = center.store().newest_backup(center.now())?;
            show(out, newest.as_ref(), "backup.newest");
        }
        // Before there is a center: see `restore_backup`.
        Backup::Restore { .. } => {}
    }
    Ok(())
}

/// Makes a center of a copy.
pub(super) fn restore_backup(
    out: &Printer,
    folder: DataFolder,
    clock: Arc<dyn Clock>,
    copy: &Path,
    key: &Path,
) -> Result<(), CenterError> {
    let offline = read_escrow_key(key)?;
    let (center, restored) = restore(copy, &offline, folder, clock)?;
    let root = center.folder().root().display().to_string();
    let missing: Vec<String> = restored.photos_missing.iter().map(ToString::to_string).collect();
    let object = json!({
        "data": root, "made_at": restored.made_at, "entries": restored.entries, "photos": restored.photos,
        "photos_missing": missing, "epoch": restored.epoch,
    });
    out.show(&object, || {
        let facts = [restored.entries, restored.photos].map(|count| count.to_string());
        let mut lines = vec![out.say(
            "backup.restored",
            &[("data", &root), ("made_at", &restored.made_at), ("entries", &facts[0]), ("photos", &facts[1])],
        )];
        if !missing.is_empty() {
            lines.push(out.say("backup.photos_missing", &[("n", &missing.len().to_string())]));
        }
        lines.push(out.say("backup.then", &[]));
        lines
    });
    Ok(())
}

fn show(out: &Printer, note: Option<&BackupNote>, key: &str) {
    let object = note.map_or(Value::Null, |note| {
        json!({
            "id": note.id, "made_at": note.made_at, "ended_at": note.ended_at, "place": note.place,
            "entries": note.entries, "photos": note.photos, "bytes": note.bytes,
        })
    });
    out.show(&json!({"backup": object}), || match note {
        None => vec![out.say("backup.none", &[])],
        Some(note) => {
            let counts = [note.entries, note.photos].map(|count| count.to_string());
            let place = note.place.display().to_string();
            let facts = [
                ("made_at", note.made_at.as_str()),
                ("place", &place),
                ("entries", &counts[0]),
                ("photos", &counts[1]),
            ];
            vec![out.say(key, &facts)]
        }
    });
}

/// Progress for a person who watches.
fn told(out: &Printer) -> impl FnMut(Step) + '_ {
    let watched = std::io::stderr().is_terminal();
    let mut last: Option<Instant> = None;
    move |step| {
        let is_soon = last.is_some_and(|last| last.elapsed() < TOLD_EVERY);
        if !watched || (is_soon && step != Step::Checking) {
            return;
        }
        last = Some(Instant::now());
        let (key, done, all) = match step {
            Step::Database(done, all) => ("backup.database", done, all),
            Step::Checking => ("backup.checking", 0, 0),
            Step::Photos(done, all) => ("backup.pictures", done, all),
        };
        let percent = (100 * done).checked_div(all).unwrap_or(100).to_string();
        eprintln!("{}", out.say(key, &[("percent", &percent)]));
    }
}
