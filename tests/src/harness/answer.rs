//! What a command answered: one JSON object, an exit status, and what it said on its error output.

use serde_json::Value;
use std::process::{ExitStatus, Output};

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What was asked, for messages; no names and no numbers in it.
    pub verb: String,
    /// The JSON object, null where there is none.
    pub said: Value,
    /// How it ended.
    pub status: ExitStatus,
    /// Its output as it came.
    pub stdout: String,
    /// Its error output.
    pub stderr: String,
}

impl Answer {
    /// Reads what a command put out.
    pub fn read(verb: &str, output: &Output) -> Self {
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        Answer {
            verb: verb.to_owned(),
            said: serde_json::from_str(&stdout).unwrap_or_default(),
            status: output.status,
            stdout,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The code of its error; "" where it is none.
    pub fn code(&self) -> &str {
        self.said["error"]["code"].as_str().unwrap_or_default()
    }

    /// Whether it did what it was asked.
    pub fn is_good(&self) -> bool {
        self.status.success() && self.said.is_object() && self.said["error"].is_null()
    }

    /// The object, of a command that must not fail here.
    #[track_caller]
    pub fn good(self) -> Value {
        assert!(self.is_good(), "{} was to succeed and did not: {self}", self.verb);
        self.said
    }

    /// The same, of a command that must be refused with this code and tell what to do next.
    #[track_caller]
    pub fn refused(self, code: &str) -> Value {
        assert_eq!(self.code(), code, "{} was to be refused with {code}: {self}", self.verb);
        assert_eq!(self.status.code(), Some(1), "{self}");
        for word in ["what", "next"] {
            assert!(
                !self.said["error"][word].as_str().unwrap_or_default().is_empty(),
                "{word} is missing: {self}"
            );
        }
        self.said
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} gave {}", self.verb, self.status)?;
        // The beginning says enough.
        let begin = |text: &str| text.trim().chars().take(600).collect::<String>();
        write!(f, "\n  out: {}\n  err: {}", begin(&self.stdout), begin(&self.stderr))
    }
}
