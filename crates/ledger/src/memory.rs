//! What a program has in its memory stays there.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::{self, PanicHookInfo};

/// From now on this process leaves no core dump, and says of a panic only where it was: keys and people would stand in both.
/// Asked for first of all by every program.
///
/// Answers whether core dumps could be switched off.
pub fn keep_to_itself() -> bool {
    panic::set_hook(Box::new(|info| eprintln!("{}", told_of(info))));
    #[cfg(unix)]
    return rlimit::setrlimit(rlimit::Resource::CORE, 0, 0).is_ok();
    #[cfg(not(unix))]
    true
}

/// The place of a panic. Its message may quote what the program worked on, such as the text that was cut at a wrong place.
fn told_of(info: &PanicHookInfo<'_>) -> String {
    let place = info.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    let trace = Backtrace::capture();
    match trace.status() {
        BacktraceStatus::Captured => format!("panicked at {place}\n{trace}"),
        _ => format!("panicked at {place}"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn a_panic_tells_its_place_and_nothing_of_what_it_worked_on() {
        static TOLD: Mutex<String> = Mutex::new(String::new());
        panic::set_hook(Box::new(|info| *TOLD.lock().unwrap() = told_of(info)));
        let illness = "尿毒症血液透析".to_owned();
        let cut = panic::catch_unwind(|| illness[..1].len());
        // The message itself would have quoted it.
        let message = cut.unwrap_err().downcast_ref::<String>().cloned().unwrap_or_default();
        assert!(message.contains(&illness), "{message}");
        let told = TOLD.lock().unwrap();
        assert!(told.contains("memory.rs:") && !told.contains("尿毒"), "{told}");
    }
}
