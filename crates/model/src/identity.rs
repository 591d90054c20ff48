//! Identity numbers (公民身份号码, GB 11643-1999): reading, checking, and what can be derived from them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::mask::mask_identity;

/// The weights of GB 11643-1999 for the first seventeen digits.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// The check characters in the order of the remainder modulo 11.
const CHECK_CHARACTERS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
/// Nobody is taken to be older than this many years.
const OLDEST_AGE_YEARS: u32 = 130;
/// No written form of an identity number is longer than this, spaces and hyphens included.
const LONGEST_TEXT_CHARS: usize = 64;

/// The sex that the sequence number tells, with the codes of GB/T 2261.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// 男性, code 1.
    Male,
    /// 女性, code 2.
    Female,
}

impl Sex {
    /// The code of GB/T 2261.1: `"1"` or `"2"`.
    pub fn code(self) -> &'static str {
        match self {
            Sex::Male => "1",
            Sex::Female => "2",
        }
    }

    /// The word on the screen: 男 or 女.
    pub fn text(self) -> &'static str {
        match self {
            Sex::Male => "男",
            Sex::Female => "女",
        }
    }
}

/// Why a text is no identity number. Holds nothing of the number but the check character that would be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum IdentityProblem {
    /// Neither 18 nor 15 characters remain once spaces and hyphens are gone.
    #[error("an identity number has 18 characters, this has {found}")]
    WrongLength {
        /// How many characters were found.
        found: usize,
    },
    /// Something other than a digit (or an X at the very end) stands in it.
    #[error("an identity number consists of digits and possibly an X at its end")]
    NotDigits,
    /// The last character does not follow from the others.
    #[error("the check character is wrong, the other digits ask for {expected}")]
    CheckDigit {
        /// The check character that the first seventeen digits ask for.
        expected: char,
    },
    /// The eight digits of the birth date name no day of the calendar.
    #[error("the birth date in the number does not exist")]
    ImpossibleDate,
    /// The birth date lies after today.
    #[error("the birth date in the number lies in the future")]
    FutureBirth,
    /// The person would be older than 130 years.
    #[error("the birth date in the number lies more than 130 years back")]
    TooOld,
}

/// A checked identity number of 18 characters. `Debug` and `Display` are masked; [`IdentityNumber::reveal`] gives the text.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IdentityNumber {
    text: String,
    birth: NaiveDate,
}

/// What [`IdentityNumber::parse_noting`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedIdentity {
    /// The number in its form of 18 characters.
    pub number: IdentityNumber,
    /// Whether the text was the old form of 15 digits (no longer a valid document since 2013).
    pub upgraded_from_15: bool,
}

impl IdentityNumber {
    /// Reads an identity number as people write it: full-width digits, a small x, spaces and hyphens are accepted,
    /// the old form of 15 digits is upgraded. `today` is the calendar day in Asia/Shanghai.
    ///
    /// # Errors
    /// [`IdentityProblem`] names the first thing wrong. An unknown region is no error, see [`Self::region_known`].
    pub fn parse(text: &str, today: NaiveDate) -> Result<IdentityNumber, IdentityProblem> {
        Self::parse_noting(text, today).map(|parsed| parsed.number)
    }

    /// Like [`Self::parse`], and tells whether the old form of 15 digits was upgraded.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn parse_noting(text: &str, today: NaiveDate) -> Result<ParsedIdentity, IdentityProblem> {
        let parsed = read_number(text)?;
        let birth = parsed.number.birth;
        if birth > today {
            return Err(IdentityProblem::FutureBirth);
        }
        if parsed.number.age_on(today) > OLDEST_AGE_YEARS {
            return Err(IdentityProblem::TooOld);
        }
        Ok(parsed)
    }

    /// Puts a number together from its parts; `sequence` is odd for men and even for women.
    ///
    /// Gives `None` where the parts do not make a number: a region that is not six digits, a year outside 1000–9999,
    /// a sequence above 999.
    pub fn compose(region: &str, birth: NaiveDate, sequence: u16) -> Option<IdentityNumber> {
        let region_holds = region.len() == 6 && region.bytes().all(|byte| byte.is_ascii_digit());
        if !region_holds || sequence > 999 || !(1000..=9999).contains(&birth.year()) {
            return None;
        }
        let first = format!("{region}{}{sequence:03}", birth.format("%Y%m%d"));
        let check = check_character(&first)?;
        Some(IdentityNumber { text: format!("{first}{check}"), birth })
    }

    /// The 18 characters themselves. For storing, and for showing to someone who asked.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// The number with its middle hidden: `4207**********002X`.
    pub fn masked(&self) -> String {
        mask_identity(&self.text)
    }

    /// The date of birth that the number states.
    pub fn birth_date(&self) -> NaiveDate {
        self.birth
    }

    /// The sex that the number states: the seventeenth digit is odd for men.
    pub fn sex(&self) -> Sex {
        let odd = self.text.as_bytes().get(16).is_some_and(|digit| digit % 2 == 1);
        if odd { Sex::Male } else { Sex::Female }
    }

    /// Full years of age (周岁) on a day; 0 before birth. Whoever was born on 29 February completes the year on 1 March.
    pub fn age_on(&self, date: NaiveDate) -> u32 {
        date.years_since(self.birth).unwrap_or(0)
    }

    /// The six digits of the region where the number was first given out.
    pub fn region(&self) -> &str {
        self.text.get(..6).unwrap_or_default()
    }

    /// Whether this is the number of a foreigner's permanent residence card (since 2023-12-01: first digit 9).
    pub fn is_foreign_residence(&self) -> bool {
        self.text.starts_with('9')
    }

    /// Whether the province is a known one. Regions are abolished over time, so an unknown one is only worth a warning.
    pub fn region_known(&self) -> bool {
        let province = if self.is_foreign_residence() { self.text.get(1..3) } else { self.text.get(..2) };
        province.is_some_and(|province| PROVINCES.contains_key(province))
    }
}

impl fmt::Debug for IdentityNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdentityNumber({})", self.masked())
    }
}

impl fmt::Display for IdentityNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// Reads a stored number: everything is checked but the birth date's relation to today.
impl TryFrom<String> for IdentityNumber {
    type Error = IdentityProblem;

    fn try_from(text: String) -> Result<Self, IdentityProblem> {
        read_number(&text).map(|parsed| parsed.number)
    }
}

impl From<IdentityNumber> for String {
    fn from(number: IdentityNumber) -> String {
        number.text
    }
}

/// The check character that the first seventeen digits ask for; `None` where they are not seventeen digits.
pub fn check_character(first_seventeen: &str) -> Option<char> {
    if first_seventeen.len() != WEIGHTS.len() {
        return None;
    }
    let mut sum = 0;
    for (character, weight) in first_seventeen.chars().zip(WEIGHTS) {
        sum += character.to_digit(10)? * weight;
    }
    CHECK_CHARACTERS.get((sum % 11) as usize).copied()
}

/// Brings a number as people write it to plain characters: full-width folded, letters upper-case,
/// spaces, hyphens, apostrophes and invisible characters removed. Checks nothing; long texts are cut.
pub fn normalise_number(text: &str) -> String {
    text.chars()
        .filter(|character| !is_number_filler(*character))
        .take(LONGEST_TEXT_CHARS)
        .map(|character| fold_full_width(character).to_ascii_uppercase())
        .collect()
}

/// Folds a full-width form of an ASCII character (U+FF01–U+FF5E) to the character itself.
pub(crate) fn fold_full_width(character: char) -> char {
    match character {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character),
        other => other,
    }
}

/// Characters that no one sees: zero-width ones, direction marks, byte order marks.
pub(crate) fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

fn is_number_filler(character: char) -> bool {
    // Spreadsheets put an apostrophe before numbers kept as text, and some programs export it.
    character.is_whitespace()
        || is_invisible(character)
        || matches!(
            character,
            '-' | '\'' | '’' | '‘' | '＇' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FF0D}'
        )
}

/// Reads either form; today plays no part.
fn read_number(text: &str) -> Result<ParsedIdentity, IdentityProblem> {
    let plain = normalise_number(text);
    match plain.chars().count() {
        18 => read_eighteen(&plain).map(|number| ParsedIdentity { number, upgraded_from_15: false }),
        15 => read_fifteen(&plain).map(|number| ParsedIdentity { number, upgraded_from_15: true }),
        found => Err(IdentityProblem::WrongLength { found }),
    }
}

fn read_eighteen(plain: &str) -> Result<IdentityNumber, IdentityProblem> {
    let (Some(first), Some(last)) = (plain.get(..17), plain.chars().last()) else {
        return Err(IdentityProblem::NotDigits);
    };
    let expected = check_character(first).ok_or(IdentityProblem::NotDigits)?;
    if !last.is_ascii_digit() && last != 'X' {
        return Err(IdentityProblem::NotDigits);
    }
    // The date comes before the check: with an impossible date, "the check digit should be 7" would mislead.
    let birth = read_date(first.get(6..14))?;
    if last != expected {
        return Err(IdentityProblem::CheckDigit { expected });
    }
    Ok(IdentityNumber { text: plain.to_owned(), birth })
}

/// The old form has a year of two digits and no check character; everyone in it was born in the twentieth century.
fn read_fifteen(plain: &str) -> Result<IdentityNumber, IdentityProblem> {
    if !plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(IdentityProblem::NotDigits);
    }
    let (region, rest) = plain.split_at_checked(6).ok_or(IdentityProblem::NotDigits)?;
    let first = format!("{region}19{rest}");
    let birth = read_date(first.get(6..14))?;
    let check = check_character(&first).ok_or(IdentityProblem::NotDigits)?;
    Ok(IdentityNumber { text: format!("{first}{check}"), birth })
}

fn read_date(digits: Option<&str>) -> Result<NaiveDate, IdentityProblem> {
    let part = |from: usize, to: usize| digits.and_then(|digits| digits.get(from..to)?.parse::<u32>().ok());
    let (Some(year), Some(month), Some(day)) = (part(0, 4), part(4, 6), part(6, 8)) else {
        return Err(IdentityProblem::NotDigits);
    };
    let year = i32::try_from(year).map_err(|_| IdentityProblem::ImpossibleDate)?;
    if year < 1000 {
        return Err(IdentityProblem::ImpossibleDate);
    }
    NaiveDate::from_ymd_opt(year, month, day).ok_or(IdentityProblem::ImpossibleDate)
}

/// What is odd about a bank number. Passbook accounts fail the card check, so this is never more than a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum BankNumberWarning {
    /// Something other than digits stands in it.
    #[error("a bank number consists of digits")]
    NotDigits,
    /// Cards have 16 to 19 digits.
    #[error("a bank card has 16 to 19 digits, this has {found}")]
    OddLength {
        /// How many digits were found.
        found: usize,
    },
    /// The last digit does not follow from the others by the Luhn rule.
    #[error("the check digit of the card is wrong (a passbook account has none)")]
    CheckDigit,
}

/// What is odd about a bank number as typed, if anything. Spaces and hyphens are ignored.
pub fn bank_number_warning(text: &str) -> Option<BankNumberWarning> {
    let plain = normalise_number(text);
    if !plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(BankNumberWarning::NotDigits);
    }
    if !(16..=19).contains(&plain.len()) {
        return Some(BankNumberWarning::OddLength { found: plain.len() });
    }
    if luhn_holds(&plain) { None } else { Some(BankNumberWarning::CheckDigit) }
}

/// Whether a text of digits satisfies the Luhn rule.
pub fn luhn_holds(digits: &str) -> bool {
    let mut sum = 0;
    for (at, character) in digits.chars().rev().enumerate() {
        let Some(digit) = character.to_digit(10) else { return false };
        let doubled = if at % 2 == 1 { digit * 2 } else { digit };
        sum += if doubled > 9 { doubled - 9 } else { doubled };
    }
    !digits.is_empty() && sum % 10 == 0
}

/// The province prefixes of GB/T 2260 with the residence permits.
static PROVINCES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    #[derive(Deserialize, Default)]
    struct Codes {
        province_prefix: BTreeMap<String, String>,
    }
    let codes: Codes = serde_json::from_str(include_str!("../../../data/codes.json")).unwrap_or_default();
    codes.province_prefix
});

#[cfg(test)]
mod tests;
