//! What can go wrong in the day.

use std::path::PathBuf;

/// Why a step failed.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// A program said no, in its own words.
    #[error("{program} {verb}: {what} {next} ({code}{at})")]
    Refused {
        /// Which program.
        program: &'static str,
        /// Which command.
        verb: String,
        /// Its code.
        code: String,
        /// The fields it names, with a blank before each; never what they hold.
        at: String,
        /// What happened, in its words.
        what: String,
        /// What to do next, in its words.
        next: String,
    },
    /// A program ended without an answer.
    #[error("{program} {verb}: {said}")]
    Mute {
        /// Which program.
        program: &'static str,
        /// Which command.
        verb: String,
        /// The last it said on its error output.
        said: String,
    },
    /// A program is not where it should be.
    #[error("{} is missing: build it with ./run, or name its folder in BANGBAN_BIN_DIR", .0.display())]
    NoProgram(PathBuf),
    /// Something came out otherwise than it must.
    #[error("{0}")]
    Unexpected(String),
    /// A file or a process.
    #[error("{what}: {cause}")]
    Io {
        /// Of what.
        what: String,
        /// Why.
        cause: std::io::Error,
    },
}

impl Trouble {
    /// A file or process trouble, for `map_err`.
    pub fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Trouble {
        let what = what.into();
        move |cause| Trouble::Io { what, cause }
    }
}

/// Says what had to be so and was not.
pub fn require(holds: bool, what: impl FnOnce() -> String) -> Result<(), Trouble> {
    if holds { Ok(()) } else { Err(Trouble::Unexpected(what())) }
}
