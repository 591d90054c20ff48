//! What can go wrong with a ledger's files.

use bangban_keys::KeyError;
use bangban_model::Code;
use rusqlite::ErrorCode;

/// Why a ledger did not do what it was asked. Whatever was acknowledged before is still there.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// An outcome the screen has words for.
    #[error("{}", .0.as_str())]
    Coded(Code),
    /// SQLite said no.
    #[error("the ledger's database refused: {0}")]
    Database(#[from] rusqlite::Error),
    /// A file could not be read or written.
    #[error("a file of the ledger could not be used: {0}")]
    File(#[from] std::io::Error),
    /// A key or seal does not hold.
    #[error("a key or seal does not hold: {0}")]
    Key(#[from] bangban_keys::KeyError),
    /// What stands in the database is not what this program wrote.
    #[error("the ledger is damaged: {0}")]
    Damaged(&'static str),
}

impl From<Code> for LedgerError {
    fn from(code: Code) -> Self {
        LedgerError::Coded(code)
    }
}

impl LedgerError {
    /// The code for the screen.
    pub fn code(&self) -> Code {
        match self {
            LedgerError::Coded(code) => *code,
            LedgerError::Damaged(_) => Code::LedgerDamaged,
            LedgerError::Key(problem) => code_of_key_problem(*problem),
            LedgerError::File(problem) => code_of_file_problem(problem),
            LedgerError::Database(problem) => match problem.sqlite_error_code() {
                Some(ErrorCode::DiskFull) => Code::DiskFull,
                // The index of the log finds no room: SQLite names that a failure of the disk.
                Some(ErrorCode::SystemIoFailure) if is_no_room(problem) => Code::DiskFull,
                Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Code::LedgerDamaged,
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Code::LedgerInUse,
                Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
                    Code::FileUnreadable
                }
                _ => Code::Internal,
            },
        }
    }
}

/// `SQLITE_IOERR_SHMSIZE`: the shared index of the log could not be enlarged.
const NO_ROOM_FOR_INDEX: i32 = 10 | (19 << 8);

fn is_no_room(problem: &rusqlite::Error) -> bool {
    problem.sqlite_error().is_some_and(|error| error.extended_code == NO_ROOM_FOR_INDEX)
}

/// The code for a key, slot, seal or signature that does not hold.
pub fn code_of_key_problem(problem: KeyError) -> Code {
    match problem {
        KeyError::WrongPin => Code::WrongPin,
        KeyError::PinRefused(_) => Code::WeakPin,
        KeyError::KeyringSecretMissing => Code::KeyringLost,
        KeyError::WrongRecoveryCode => Code::RecoveryUnknown,
        KeyError::RecoveryLength | KeyError::RecoveryGroup { .. } => Code::RecoveryMistyped,
        KeyError::TooManySlots { .. } => Code::TooManyAgents,
        KeyError::NewerFormat { .. } => Code::NewerFormat,
        KeyError::NotForThisKey => Code::BatchNotForUs,
        KeyError::Damaged | KeyError::BadKey | KeyError::WrongDataKey => Code::LedgerDamaged,
        KeyError::Io(std::io::ErrorKind::StorageFull) => Code::DiskFull,
        KeyError::Io(_) => Code::FileUnreadable,
        _ => Code::Internal,
    }
}

/// The code for a file that could not be used.
pub fn code_of_file_problem(problem: &std::io::Error) -> Code {
    match problem.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Code::DiskFull,
        _ => Code::FileUnreadable,
    }
}
