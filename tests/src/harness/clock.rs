//! A clock that is wrong: the program sees another wall clock than the machine has.

use std::process::Command;
use std::sync::Arc;
use tempfile::TempDir;

const SOURCE: &str = include_str!("shifted_clock.c");

/// A wall clock that is wrong by so many seconds.
#[derive(Clone)]
pub struct ShiftedClock {
    library: Arc<TempDir>,
    /// How much it is ahead; negative where it is behind.
    pub seconds: i64,
    /// Jumps about by up to ten years, by chance from this number.
    jumps: Option<u64>,
}

impl ShiftedClock {
    /// A clock that is ahead by so many seconds; none where there is no C compiler or no way to put it in place.
    pub fn ahead(seconds: i64) -> Option<Self> {
        if !cfg!(target_os = "linux") {
            return None;
        }
        let library = TempDir::with_prefix("bangban-clock-").unwrap();
        let source = library.path().join("clock.c");
        std::fs::write(&source, SOURCE).unwrap();
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(library.path().join("clock.so"))
            .arg(&source)
            .arg("-ldl")
            .status();
        built.is_ok_and(|status| status.success()).then(|| ShiftedClock {
            library: Arc::new(library),
            seconds,
            jumps: None,
        })
    }

    /// A clock that jumps about by up to ten years while a program runs.
    pub fn jumping(seed: u64) -> Option<Self> {
        Some(ShiftedClock { jumps: Some(seed), ..ShiftedClock::ahead(0)? })
    }

    /// Puts it in place for a command.
    pub fn set(&self, command: &mut Command) {
        command.env("LD_PRELOAD", self.library.path().join("clock.so"));
        command.env("BANGBAN_TEST_CLOCK_SHIFT_SECONDS", self.seconds.to_string());
        if let Some(seed) = self.jumps {
            command.env("BANGBAN_TEST_CLOCK_JUMPS", seed.to_string());
        }
    }
}
