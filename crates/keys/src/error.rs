//! What can go wrong with keys; no variant carries a secret or anything personal.

use std::io;

/// Why a key, a slot, a seal or a signature was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The PIN was not taken as a new PIN.
    #[error("PIN refused: {0}")]
    PinRefused(#[from] PinRefusal),
    /// No slot opens with this PIN. The same for every agent, whether she has a slot or not.
    #[error("no slot opens with this PIN")]
    WrongPin,
    /// The slot was made with a secret of the system's keyring, and none was given.
    #[error("the slot needs the keyring's secret")]
    KeyringSecretMissing,
    /// No recovery slot opens with this code: it was used, or another one took its place.
    #[error("no slot opens with this recovery code")]
    WrongRecoveryCode,
    /// A recovery code has too few or too many digits, or signs that are none.
    #[error("not the length of a recovery code")]
    RecoveryLength,
    /// A group of a recovery code does not fit its check digit.
    #[error("group {group} of the recovery code does not fit")]
    RecoveryGroup {
        /// Which, counted from one.
        group: usize,
    },
    /// The data key given is not the one this slot file holds.
    #[error("the data key does not belong to this slot file")]
    WrongDataKey,
    /// An agent's id is empty, longer than 64 bytes, or not plain ASCII.
    #[error("not a usable agent id")]
    BadAgentId,
    /// The slot file has as many PIN slots as it may have.
    #[error("no more than {limit} PIN slots")]
    TooManySlots {
        /// How many PIN slots a file may have.
        limit: usize,
    },
    /// The slot to be taken away is the last one that a PIN opens.
    #[error("the last PIN slot stays")]
    LastSlot,
    /// No such agent has a slot.
    #[error("no slot for this agent")]
    NoSuchSlot,
    /// A rotation of the data key was begun and is not finished.
    #[error("a rotation of the data key is not finished")]
    RotationUnfinished,
    /// No rotation of the data key was begun.
    #[error("no rotation of the data key was begun")]
    NoRotation,
    /// The file was written by a newer Bangban.
    #[error("format {found} is newer than {known}")]
    NewerFormat {
        /// The version the file names.
        found: u32,
        /// The newest version this program reads.
        known: u32,
    },
    /// The bytes are cut, changed, or never were what they should be.
    #[error("damaged or not what it should be")]
    Damaged,
    /// Sealed to another key (or the few bytes that name the key are damaged; age cannot tell them apart).
    #[error("not sealed for this key")]
    NotForThisKey,
    /// The signature does not fit the key, the context and the message.
    #[error("bad signature")]
    BadSignature,
    /// Text or bytes that are not a usable key.
    #[error("not a usable key")]
    BadKey,
    /// The cost of deriving is under the floor of [`crate::KdfCost::FLOOR`].
    #[error("derivation cost below the floor")]
    CostBelowFloor,
    /// The cost of deriving is over [`crate::KdfCost::CEILING`].
    #[error("derivation cost above the ceiling")]
    CostAboveCeiling,
    /// The memory that the derivation needs could not be had.
    #[error("not enough memory to derive the key: {needed_kib} KiB")]
    NotEnoughMemory {
        /// Memory needed, in KiB.
        needed_kib: u32,
    },
    /// The system gave no random bytes.
    #[error("the system gave no random bytes")]
    NoRandomness,
    /// Reading or writing the stream underneath failed.
    #[error("stream failed: {0}")]
    Io(io::ErrorKind),
}

/// Why a text was not taken as a new PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PinRefusal {
    /// Fewer than 8 digits.
    #[error("shorter than 8 digits")]
    TooShort,
    /// Fewer than 10 digits, and no keyring's secret takes part beside them.
    #[error("shorter than 10 digits, without a keyring")]
    TooShortAlone,
    /// More than 32 digits, or words of more than 128 characters.
    #[error("longer than 32 digits or 128 characters")]
    TooLong,
    /// Neither digits alone nor words.
    #[error("neither digits nor words")]
    NotDigits,
    /// Fewer than four words, or one of them too short or there twice.
    #[error("fewer than four different words")]
    FewWords,
    /// Fewer than four different digits.
    #[error("too few different digits")]
    FewDigits,
    /// The same few digits over and over.
    #[error("a repeated group")]
    Repeated,
    /// A straight run up or down makes up most of it.
    #[error("a straight run")]
    Run,
    /// A calendar date.
    #[error("a date")]
    Date,
    /// A Chinese mobile number.
    #[error("a mobile number")]
    MobileNumber,
    /// One of the PINs everybody thinks of.
    #[error("a common PIN")]
    Common,
}

/// A stream gives its errors as [`io::Error`]; this takes the [`KeyError`] out of it again.
impl From<io::Error> for KeyError {
    fn from(error: io::Error) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<KeyError>()) {
            Some(key_error) => *key_error,
            None => KeyError::Io(error.kind()),
        }
    }
}

impl From<KeyError> for io::Error {
    fn from(error: KeyError) -> Self {
        io::Error::new(io::ErrorKind::InvalidData, error)
    }
}
