//! The `.bangban` file: a batch on a stick, and the receipt that comes back the same way (rule X6).
//!
//! A head in the clear says what it is, for which center and of which ledger, so that a stick in the wrong office is
//! named as such. Behind it everything is zstd inside age: a signed manifest, its entries, its photos and an end
//! mark; or the lines of an answer and an end mark. Reading is a stream that checks as it goes: run it once to the
//! end to know that the file is whole ([`verify_batch`]), then once more to take it in.

mod check;
mod head;
mod part;
mod read;
mod write;

pub use head::FileKind;
pub use part::MAX_ANSWER_PART_BYTES;
pub use read::{BatchPart, BatchReader, ReceiptReader, verify_batch};
pub use write::{write_batch, write_batch_bringing, write_receipt};

use bangban_keys::KeyError;
use bangban_model::Code;
use std::io;

/// Why a file is not taken. Nothing in it counts then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchProblem {
    /// Not a `.bangban` file, or of the other kind (a receipt where a batch should be).
    #[error("not a batch file")]
    NotABatch,
    /// Sealed for another center.
    #[error("for another center")]
    OtherCenter,
    /// A receipt for another laptop.
    #[error("for another laptop")]
    OtherLaptop,
    /// The center knows no laptop with this ledger.
    #[error("of a laptop that is not enrolled here")]
    UnknownLaptop,
    /// Written by a newer program.
    #[error("written by a newer program")]
    NewerFormat,
    /// Cut, changed, or never right.
    #[error("damaged: {0}")]
    Damaged(&'static str),
    /// The stick or disk cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(io::ErrorKind),
}

impl BatchProblem {
    /// The code for the screen.
    pub fn code(self) -> Code {
        match self {
            BatchProblem::NotABatch => Code::NotABatch,
            BatchProblem::OtherCenter | BatchProblem::OtherLaptop => Code::BatchNotForUs,
            BatchProblem::UnknownLaptop => Code::LaptopRefused,
            BatchProblem::NewerFormat => Code::NewerFormat,
            BatchProblem::Damaged(_) => Code::BatchDamaged,
            BatchProblem::Unreadable(_) => Code::FileUnreadable,
        }
    }
}

impl From<KeyError> for BatchProblem {
    fn from(error: KeyError) -> Self {
        match error {
            // zstd reports damage as "other"; a failing stick has a kind of its own.
            KeyError::Io(kind)
                if !matches!(
                    kind,
                    io::ErrorKind::Other | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
                ) =>
            {
                BatchProblem::Unreadable(kind)
            }
            KeyError::NotForThisKey => BatchProblem::Damaged("the seal does not open"),
            _ => BatchProblem::Damaged("the sealed part"),
        }
    }
}

impl From<io::Error> for BatchProblem {
    fn from(error: io::Error) -> Self {
        KeyError::from(error).into()
    }
}

#[cfg(test)]
mod tests;
