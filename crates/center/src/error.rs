//! What can go wrong at the center.

use crate::tls::TlsProblem;
use bangban_ledger::LedgerError;
use bangban_ledger::error::code_of_file_problem;
use bangban_model::Code;
use bangban_sync::SyncError;
use bangban_sync::protocol::is_failure;
use bangban_sync::signed::StatementProblem;

/// Why the center did not do what it was asked. Whatever was acknowledged before is still there.
#[derive(Debug, thiserror::Error)]
pub enum CenterError {
    /// An outcome the screen has words for.
    #[error("{}", .0.as_str())]
    Coded(Code),
    /// An outcome the screen has words for, with what it was about (an id, a path of a field; nothing personal).
    #[error("{code}: {1}", code = .0.as_str())]
    About(Code, String),
    /// The embedded store said no.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A file could not be read or written.
    #[error("a file of the center could not be used: {0}")]
    File(#[from] std::io::Error),
    /// A key or seal does not hold.
    #[error("a key or seal does not hold: {0}")]
    Key(#[from] bangban_keys::KeyError),
    /// A statement could not be signed or is not believed.
    #[error("a statement is not believed: {0}")]
    Statement(#[from] StatementProblem),
    /// A part of the center stopped in the middle; nothing half-done was kept.
    #[error("a task of the center stopped")]
    Stopped,
}

impl From<Code> for CenterError {
    fn from(code: Code) -> Self {
        CenterError::Coded(code)
    }
}

impl From<TlsProblem> for CenterError {
    fn from(problem: TlsProblem) -> Self {
        CenterError::About(Code::LedgerDamaged, problem.to_string())
    }
}

impl From<rusqlite::Error> for CenterError {
    fn from(problem: rusqlite::Error) -> Self {
        CenterError::Ledger(problem.into())
    }
}

impl CenterError {
    /// The code for the screen and the wire.
    pub fn code(&self) -> Code {
        match self {
            CenterError::Coded(code) | CenterError::About(code, _) => *code,
            CenterError::Ledger(problem) => problem.code(),
            CenterError::File(problem) => code_of_file_problem(problem),
            CenterError::Key(problem) => LedgerError::Key(*problem).code(),
            CenterError::Statement(_) => Code::ProtocolBroken,
            CenterError::Stopped => Code::Internal,
        }
    }

    /// What it was about, where that is known.
    pub fn detail(&self) -> Option<&str> {
        match self {
            CenterError::About(_, detail) => Some(detail),
            _ => None,
        }
    }
}

impl From<CenterError> for SyncError {
    fn from(problem: CenterError) -> Self {
        // A fault of this end is no refusal: whoever asked shall try again.
        if is_failure(problem.code()) {
            tracing::error!(problem = %problem, "the center failed");
            return SyncError::Local(problem.code(), problem.to_string());
        }
        SyncError::Refused(problem.code())
    }
}
