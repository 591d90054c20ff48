//! What can be wrong with a roster or with one of its rows. Nothing here holds a name or a number of a person.

use serde::Serialize;

use super::RosterColumn;
use crate::identity::IdentityProblem;

/// Why a sheet is no roster at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum RosterProblem {
    /// None of the first ten rows holds headings.
    #[error("no headings were found in the first ten rows")]
    NoHeadings,
    /// The headings lack columns that a roster must have.
    #[error("columns are missing: {}", headings(missing))]
    MissingColumns {
        /// The columns that are missing.
        missing: Vec<RosterColumn>,
    },
    /// There are more rows than a roster may have.
    #[error("the roster has more than {limit} rows")]
    TooManyRows {
        /// The most rows it may have.
        limit: usize,
    },
    /// No row follows the headings.
    #[error("no person stands below the headings")]
    Empty,
}

/// What is wrong or odd in one place of a sheet with these columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RowIssue<C = RosterColumn> {
    /// The row in the sheet.
    pub row: u32,
    /// The column, where one is to blame.
    pub column: Option<C>,
    /// What it is.
    pub problem: RowProblem,
}

/// What is wrong (the row is not taken) or odd (it is) about a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum RowProblem {
    /// Wrong: the check character does not fit; the right one is named.
    #[error("the check character of the number is wrong, it should be {expected}")]
    CheckDigit {
        /// The check character that the other digits ask for.
        expected: char,
    },
    /// Wrong: the number has neither 18 nor 15 characters.
    #[error("the number has {found} characters, not 18")]
    NumberLength {
        /// How many characters it has.
        found: usize,
    },
    /// Wrong: the number holds something other than digits.
    #[error("the number holds something other than digits")]
    NumberNotDigits,
    /// Wrong: the date of birth in the number does not exist.
    #[error("the birth date in the number does not exist")]
    ImpossibleDate,
    /// Wrong: the date of birth in the number lies in the future.
    #[error("the birth date in the number lies in the future")]
    FutureBirth,
    /// Wrong: the person would be older than 130 years.
    #[error("the birth date in the number lies more than 130 years back")]
    TooOld,
    /// Wrong: the number stands in an earlier row already.
    #[error("the number stands in row {first_row} already")]
    DuplicateNumber {
        /// The row that has it first.
        first_row: u32,
    },
    /// Wrong: the sheet kept the number as a number and lost its last digits.
    #[error("the sheet has rounded the number")]
    NumberRounded,
    /// Wrong: the name is missing.
    #[error("the name is missing")]
    NameMissing,
    /// Wrong: the household number is missing.
    #[error("the household number is missing")]
    HouseholdMissing,
    /// Wrong: the text is longer than the column allows.
    #[error("the text is longer than {limit_chars} characters")]
    TextTooLong {
        /// The longest it may be, in characters.
        limit_chars: usize,
    },
    /// Wrong: the number is missing where it must be.
    #[error("the identity number is missing")]
    NumberRequired,
    /// Wrong: the date is missing.
    #[error("the date is missing")]
    DateMissing,
    /// Wrong: the date cannot be read as one.
    #[error("the date cannot be read")]
    DateUnreadable,
    /// Wrong: the date lies more than twenty years away.
    #[error("the date lies more than {limit_years} years away")]
    DateFar {
        /// How far it may lie away, in years.
        limit_years: u32,
    },
    /// Wrong: the state is missing where it must be.
    #[error("the state is missing")]
    StatusMissing,
    /// Wrong: the state is none of the known words.
    #[error("the state is not known")]
    StatusUnknown,
    /// Wrong: no item goes by this name.
    #[error("no item goes by this name")]
    ItemUnknown,
    /// Odd: the person has no number (a baby).
    #[error("the person has no identity number")]
    NumberMissing,
    /// Odd: the number was the old one of 15 digits and has been upgraded.
    #[error("the old number of 15 digits was upgraded")]
    UpgradedFrom15,
    /// Odd: the region of the number is not known.
    #[error("the region of the number is not known")]
    RegionUnknown,
    /// Odd: the name holds digits or no letter.
    #[error("the name does not look like one")]
    NameOdd,
    /// Odd: the name holds a character of the private use area, which other computers show differently.
    #[error("the name holds a character that other computers cannot show")]
    NameUnreadable,
    /// Odd: the telephone number is none; it is kept as written.
    #[error("the telephone number looks odd")]
    PhoneOdd,
    /// Odd: the relation to the head is missing or not known; it is kept as written.
    #[error("the relation to the head of the household is not known")]
    RelationUnknown,
    /// Odd: a category is not known; it is kept in the note.
    #[error("a category is not known")]
    CategoryUnknown,
    /// Odd: the words on a disability are not understood; they are kept in the note.
    #[error("the words on a disability are not understood")]
    DisabilityUnknown,
    /// Odd: of a disability only the category or only the level is told.
    #[error("the category or the level of the disability is missing")]
    DisabilityIncomplete,
    /// Odd: certificate and words name different disabilities; the certificate holds.
    #[error("the certificate and the words beside it name different disabilities")]
    DisabilityDiffers,
    /// Odd: the certificate's number is none; it is not taken.
    #[error("the number is not that of a disability certificate")]
    CertificateOdd,
    /// Odd: the certificate's number begins with another identity number.
    #[error("the disability certificate names another identity number")]
    CertificateOther,
    /// Odd: a benefit is not known; it is kept in the note.
    #[error("a benefit is not known")]
    BenefitUnknown,
    /// Odd: the ledger knows the person of this number by another name.
    #[error("the ledger has another name for this number")]
    NameDiffers,
    /// Odd: the household has a head already.
    #[error("the household has a head in row {first_row} already")]
    TwoHeads {
        /// The row of the first head.
        first_row: u32,
    },
    /// Odd: no row of the household is its head.
    #[error("the household has no head")]
    NoHead,
    /// Odd: the row is blank and was skipped.
    #[error("the row is blank")]
    BlankRow,
    /// Odd: the row repeats the headings and was skipped.
    #[error("the row repeats the headings")]
    RepeatedHeading,
}

impl RowProblem {
    /// Whether the row is left out because of it; otherwise it is only a warning.
    pub fn refuses_row(self) -> bool {
        match self {
            RowProblem::CheckDigit { .. }
            | RowProblem::NumberLength { .. }
            | RowProblem::NumberNotDigits
            | RowProblem::ImpossibleDate
            | RowProblem::FutureBirth
            | RowProblem::TooOld
            | RowProblem::DuplicateNumber { .. }
            | RowProblem::NumberRounded
            | RowProblem::NameMissing
            | RowProblem::HouseholdMissing
            | RowProblem::TextTooLong { .. }
            | RowProblem::NumberRequired
            | RowProblem::DateMissing
            | RowProblem::DateUnreadable
            | RowProblem::DateFar { .. }
            | RowProblem::StatusMissing
            | RowProblem::StatusUnknown
            | RowProblem::ItemUnknown => true,
            RowProblem::NumberMissing
            | RowProblem::UpgradedFrom15
            | RowProblem::RegionUnknown
            | RowProblem::NameOdd
            | RowProblem::NameUnreadable
            | RowProblem::PhoneOdd
            | RowProblem::RelationUnknown
            | RowProblem::CategoryUnknown
            | RowProblem::DisabilityUnknown
            | RowProblem::DisabilityIncomplete
            | RowProblem::DisabilityDiffers
            | RowProblem::CertificateOdd
            | RowProblem::CertificateOther
            | RowProblem::BenefitUnknown
            | RowProblem::NameDiffers
            | RowProblem::TwoHeads { .. }
            | RowProblem::NoHead
            | RowProblem::BlankRow
            | RowProblem::RepeatedHeading => false,
        }
    }
}

impl From<IdentityProblem> for RowProblem {
    fn from(problem: IdentityProblem) -> RowProblem {
        match problem {
            IdentityProblem::WrongLength { found } => RowProblem::NumberLength { found },
            IdentityProblem::NotDigits => RowProblem::NumberNotDigits,
            IdentityProblem::CheckDigit { expected } => RowProblem::CheckDigit { expected },
            IdentityProblem::ImpossibleDate => RowProblem::ImpossibleDate,
            IdentityProblem::FutureBirth => RowProblem::FutureBirth,
            IdentityProblem::TooOld => RowProblem::TooOld,
        }
    }
}

fn headings(columns: &[RosterColumn]) -> String {
    let names: Vec<&str> = columns.iter().map(|column| column.heading()).collect();
    names.join("、")
}
