//! What a command answers when it cannot do what it was asked.

use bangban_catalogue::CatalogueError;
use bangban_forms::FormError;
use bangban_keys::{KeyError, PinRefusal};
use bangban_ledger::LedgerError;
use bangban_ledger::error::{code_of_file_problem, code_of_key_problem};
use bangban_model::Code;
use bangban_photos::PhotoError;
use bangban_sheets::SheetError;
use bangban_sync::SyncError;
use serde_json::{Map, Value};

/// A code for the screen, facts that its words may name (never a person's), and the cause for the log.
#[derive(Debug, thiserror::Error)]
#[error("{}: {cause}", .code.as_str())]
pub struct DeskError {
    /// Which outcome it is.
    pub code: Code,
    /// What the words may name: rows, cells, paths, slots.
    pub facts: Map<String, Value>,
    /// For the log.
    pub cause: String,
}

impl DeskError {
    /// An outcome without facts.
    pub fn new(code: Code) -> Self {
        DeskError { code, facts: Map::new(), cause: String::new() }
    }

    /// The same, with one fact more.
    #[must_use]
    pub fn with(mut self, fact: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(fact.to_owned(), value.into());
        self
    }

    fn because(code: Code, cause: impl ToString) -> Self {
        DeskError { code, facts: Map::new(), cause: cause.to_string() }
    }
}

impl From<Code> for DeskError {
    fn from(code: Code) -> Self {
        DeskError::new(code)
    }
}

impl From<LedgerError> for DeskError {
    fn from(problem: LedgerError) -> Self {
        DeskError::because(problem.code(), problem)
    }
}

impl From<SyncError> for DeskError {
    fn from(problem: SyncError) -> Self {
        DeskError::because(problem.code(), problem)
    }
}

impl From<bangban_keys::KeyError> for DeskError {
    fn from(problem: bangban_keys::KeyError) -> Self {
        let refused = DeskError::because(code_of_key_problem(problem), problem);
        match problem {
            KeyError::RecoveryGroup { group } => refused.with("group", group),
            KeyError::PinRefused(PinRefusal::TooShortAlone) => refused.with("alone", true),
            _ => refused,
        }
    }
}

impl From<std::io::Error> for DeskError {
    fn from(problem: std::io::Error) -> Self {
        DeskError::because(code_of_file_problem(&problem), problem)
    }
}

impl From<PhotoError> for DeskError {
    fn from(problem: PhotoError) -> Self {
        let code = match &problem {
            PhotoError::Truncated => Code::PhotoTruncated,
            PhotoError::TooManyBytes { .. } | PhotoError::TooManyPixels { .. } => Code::PhotoTooLarge,
            _ => Code::PhotoUnreadable,
        };
        DeskError::because(code, &problem).with("problem", problem.code())
    }
}

impl From<SheetError> for DeskError {
    fn from(problem: SheetError) -> Self {
        DeskError::because(Code::NotAWorkbook, &problem).with("problem", problem.code())
    }
}

impl From<CatalogueError> for DeskError {
    fn from(problem: CatalogueError) -> Self {
        match problem {
            CatalogueError::FormBroken(problems) => problems.into(),
            other => DeskError::because(other.code(), other),
        }
    }
}

impl From<Vec<FormError>> for DeskError {
    fn from(problems: Vec<FormError>) -> Self {
        let places: Vec<String> =
            problems.iter().map(|problem| format!("{}!{}", problem.sheet, problem.cell)).collect();
        DeskError::new(Code::FormBroken).with("cells", places)
    }
}
