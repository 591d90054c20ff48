//! What can be wrong: with a workbook (named by sheet and cell), with an expression, with a request to a session.

use serde::Serialize;

/// What kind of mistake or warning a workbook holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FormErrorCode {
    /// The bytes are no readable .xlsx workbook.
    NotAWorkbook,
    /// The workbook, or a cell of it, is larger than the bounds allow.
    TooLarge,
    /// A sheet that every form needs is missing.
    MissingSheet,
    /// A column that the sheet needs is missing.
    MissingColumn,
    /// A sheet that this program has no use for (a warning).
    IgnoredSheet,
    /// A file that the form looks at is not there (a warning where nothing was said of files).
    MissingFile,
    /// A column that is not known; its content is ignored (a warning).
    UnknownColumn,
    /// An appearance that is not known; it is passed on (a warning).
    UnknownAppearance,
    /// A question type that is not known or not supported.
    UnknownType,
    /// A row without the name it needs.
    MissingName,
    /// A row without a type.
    MissingType,
    /// A name that may not be used as one.
    BadName,
    /// Two siblings have the same name.
    DoubledName,
    /// Two choices of one list have the same name.
    DoubledChoice,
    /// A choice list that the choices sheet does not hold.
    UnknownList,
    /// Two columns that say the same.
    DoubledColumn,
    /// A question without a label, or a choice without one (a warning there: its name is shown).
    MissingLabel,
    /// A group or repeat that is never closed.
    UnclosedGroup,
    /// An end without a begin, or of another kind.
    UnmatchedEnd,
    /// An expression that cannot be read.
    BadExpression,
    /// A full-width symbol where an expression needs the plain one.
    FullWidthSymbol,
    /// `${name}` or a path that no question has.
    UnknownName,
    /// `${name}` that several questions have.
    AmbiguousName,
    /// A function that does not exist.
    UnknownFunction,
    /// A function with too few or too many arguments.
    ArgumentCount,
    /// A regular expression that cannot be read.
    BadRegex,
    /// Questions that depend on themselves.
    Cycle,
    /// A value that the column does not take.
    BadValue,
    /// Two items of a bundle say different things of the same question.
    Conflict,
}

/// One mistake (or warning) in a workbook: where it is and what it means, in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormError {
    /// The sheet's name, empty when the whole workbook is meant.
    pub sheet: String,
    /// The cell as Excel names it (`C5`), empty when the whole sheet is meant.
    pub cell: String,
    /// The kind of mistake.
    pub code: FormErrorCode,
    /// What is wrong and what to do, in Chinese.
    pub message_zh: String,
    /// The same in English.
    pub message_en: String,
}

impl std::fmt::Display for FormError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}!{}: {}", self.sheet, self.cell, self.message_en)
    }
}

impl std::error::Error for FormError {}

/// Why an expression could not be read or has no value; never holds an answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EvalError {
    /// The text is not an expression.
    #[error("the expression cannot be read at character {at}: {what}")]
    Syntax {
        /// The character, counted from 1.
        at: usize,
        /// What was expected or found.
        what: &'static str,
    },
    /// A full-width symbol such as （ or ， stands where an expression needs the plain one.
    #[error("full-width symbol {symbol} at character {at}")]
    FullWidthSymbol {
        /// The character, counted from 1.
        at: usize,
        /// The symbol found.
        symbol: char,
    },
    /// No function has this name.
    #[error("there is no function {name}")]
    UnknownFunction {
        /// The name as written.
        name: String,
    },
    /// A function was given the wrong number of arguments.
    #[error("{name} does not take {given} arguments")]
    ArgumentCount {
        /// The function.
        name: &'static str,
        /// How many arguments it was given.
        given: usize,
    },
    /// A reference that no question answers to.
    #[error("there is no question {name}")]
    UnknownName {
        /// The name as written.
        name: String,
    },
    /// An argument is not of the kind that the function needs.
    #[error("{function} cannot use this argument")]
    BadArgument {
        /// The function.
        function: &'static str,
    },
    /// A date or time that does not exist.
    #[error("this date or time does not exist")]
    NoSuchDate,
    /// A regular expression that cannot be read or is too large.
    #[error("the regular expression cannot be used")]
    BadRegex,
    /// Nested too deep or too long.
    #[error("the expression is too large")]
    TooLarge,
    /// The evaluation took more steps than allowed.
    #[error("the evaluation takes too many steps")]
    TooManySteps,
}

/// Why a session refused a request; the session is unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Refusal {
    /// The form has no such question or no such repeat.
    #[error("the form has nothing at this path")]
    UnknownPath,
    /// The question is read-only or calculated.
    #[error("this question cannot be answered by hand")]
    ReadOnly,
    /// The question is not relevant at present.
    #[error("this question is not asked at present")]
    NotRelevant,
    /// The value is longer than the bounds allow.
    #[error("the value is too long")]
    TooLong,
    /// The repeat has as many rows as it may have, or its number is computed.
    #[error("the number of rows cannot be changed")]
    RowsFixed,
    /// The form has no such language.
    #[error("the form has no such language")]
    UnknownLanguage,
}
