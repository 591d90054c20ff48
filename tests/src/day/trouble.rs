//! What can go wrong in the day.

use std::path::PathBuf;

/// What a program said instead of an answer.
#[derive(Debug, thiserror::Error)]
#[error("{program} {verb}: {what} {next} ({code}{at})")]
pub struct Refusal {
    /// Which program.
    pub program: &'static str,
    /// Which command.
    pub verb: String,
    /// Its code.
    pub code: String,
    /// The fields it names, with a blank before each; never what they hold.
    pub at: String,
    /// What happened, in its words.
    pub what: String,
    /// What to do next, in its words.
    pub next: String,
}

/// Why a step failed.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// A program said no, in its own words.
    #[error("{0}")]
    Refused(Box<Refusal>),
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
    #[error("{} is missing", .0.display())]
    NoProgram(PathBuf),
    /// Another day is going on in the same folder.
    #[error("{} is in use", .0.display())]
    Busy(PathBuf),
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
