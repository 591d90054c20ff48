//! How far a batch file is, on a terminal: a bar a step, and what was taken of how much.

use super::print::Printer;
use bangban_center::batch_progress::{BatchProgress, BatchStage, BatchStanding};
use indicatif::{ProgressBar, ProgressStyle};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// The bar moves so often.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Does the work, and shows how far it is if anybody looks on.
pub(super) fn watched<T>(out: &Printer, work: impl FnOnce(&BatchProgress) -> T) -> T {
    let progress = BatchProgress::default();
    if !out.is_watched() {
        return work(&progress);
    }
    let (end, ended) = channel::<()>();
    let looked_at = &progress;
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let bar = new_bar();
            while let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(LOOK_EVERY) {
                let standing = looked_at.standing();
                bar.set_length(standing.bytes.all);
                bar.set_position(standing.bytes.done);
                bar.set_message(words(out, standing));
            }
            bar.finish_and_clear();
        });
        let outcome = work(&progress);
        drop(end);
        outcome
    })
}

fn new_bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("  {bar:28.cyan/blue} {bytes}/{total_bytes}  {msg}") {
        bar.set_style(style);
    }
    bar
}

fn words(out: &Printer, standing: BatchStanding) -> String {
    let key = match standing.stage {
        BatchStage::Waits => return String::new(),
        BatchStage::Copies => "import.copies",
        BatchStage::Checks => "import.checks",
        BatchStage::Takes => "import.takes",
        BatchStage::Answers => "import.answers",
    };
    let (entries, photos) = (standing.entries, standing.photos);
    let facts = [entries.done, entries.all, photos.done, photos.all].map(|count| count.to_string());
    let [entries, all_entries, photos, all_photos] = facts.each_ref().map(String::as_str);
    out.say(
        key,
        &[("entries", entries), ("all_entries", all_entries), ("photos", photos), ("all_photos", all_photos)],
    )
}
