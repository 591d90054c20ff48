//! Why a table could not be read or written.

use thiserror::Error;

/// Why a table could not be read or written; never holds anything that stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SheetError {
    /// Neither Excel nor OpenDocument nor CSV.
    #[error("the file is not a table: neither Excel, OpenDocument nor CSV")]
    NotAWorkbook,
    /// A table format that is known but not read here.
    #[error("{format} is not read here: save it as .xlsx")]
    UnsupportedFormat {
        /// The format's usual name.
        format: &'static str,
    },
    /// The workbook is protected with a password.
    #[error("the workbook is protected with a password")]
    Encrypted,
    /// Something in the workbook is larger than allowed.
    #[error("too large: {what}, at most {limit} allowed")]
    TooLarge {
        /// What is too large: file, unpacked size, parts, sheets, rows, columns, cells, text.
        what: &'static str,
        /// What is allowed, in the unit of what is counted (bytes for sizes).
        limit: u64,
    },
    /// The workbook is damaged, or was cut off in copying.
    #[error("the workbook is damaged: {part}")]
    Broken {
        /// The part that could not be read.
        part: &'static str,
    },
    /// No sheet has anything in it.
    #[error("the workbook has no rows")]
    NoRows,
    /// A workbook could not be written.
    #[error("the workbook could not be written: {part}")]
    NotWritten {
        /// The part that could not be written.
        part: &'static str,
    },
}

impl SheetError {
    /// A stable code that screens map to words.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            SheetError::NotAWorkbook => "sheet-not-a-workbook",
            SheetError::UnsupportedFormat { .. } => "sheet-unsupported-format",
            SheetError::Encrypted => "sheet-encrypted",
            SheetError::TooLarge { .. } => "sheet-too-large",
            SheetError::Broken { .. } => "sheet-broken",
            SheetError::NoRows => "sheet-no-rows",
            SheetError::NotWritten { .. } => "sheet-not-written",
        }
    }
}
