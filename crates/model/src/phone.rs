//! Telephone numbers: mobile and landline, brought to one form and checked.

use std::fmt;

use serde::Serialize;

use crate::identity::{fold_full_width, is_invisible};
use crate::mask::mask_phone;

/// No written form of a telephone number is longer than this.
const LONGEST_TEXT_CHARS: usize = 40;

/// What kind of telephone a number belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneKind {
    /// 11 digits beginning with 13–19.
    Mobile,
    /// Area code, number, and possibly an extension.
    Landline,
}

/// Why a text is no telephone number. Holds nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum PhoneProblem {
    /// Nothing was written.
    #[error("no telephone number was written")]
    Empty,
    /// Something other than digits and the usual signs stands in it.
    #[error("a telephone number consists of digits")]
    NotDigits,
    /// A number that begins like a mobile has not 11 digits.
    #[error("a mobile number has 11 digits, this has {found}")]
    WrongLength {
        /// How many digits were found.
        found: usize,
    },
    /// Neither a mobile nor a landline looks like this.
    #[error("neither a mobile nor a landline number looks like this")]
    Odd,
    /// Seven or eight digits, but no area code is known to put in front.
    #[error("the area code is missing")]
    AreaCodeMissing,
}

/// A checked telephone number: `13900000000`, `0711-3380000` or `0711-3380000-12`. `Debug` and `Display` are masked.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(into = "String")]
pub struct Phone {
    text: String,
    kind: PhoneKind,
}

impl Phone {
    /// Reads a number as people write it. A landline without area code gets `area_code` (such as `0711`) if there is one.
    ///
    /// # Errors
    /// [`PhoneProblem`] says what is odd.
    pub fn parse(text: &str, area_code: Option<&str>) -> Result<Phone, PhoneProblem> {
        let plain = strip_signs(text);
        if plain.is_empty() {
            return Err(PhoneProblem::Empty);
        }
        if !plain.chars().all(|character| character.is_ascii_digit() || character == '-') {
            return Err(PhoneProblem::NotDigits);
        }
        let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
        if digits.starts_with('0') {
            return read_landline(&plain, &digits);
        }
        if is_mobile(&digits) {
            return Ok(Phone { text: digits, kind: PhoneKind::Mobile });
        }
        if matches!(digits.len(), 7 | 8) && !digits.starts_with('1') {
            let area_code = area_code.ok_or(PhoneProblem::AreaCodeMissing)?;
            let whole = format!("{area_code}-{digits}");
            let whole_digits = format!("{area_code}{digits}");
            return read_landline(&whole, &whole_digits);
        }
        if digits.starts_with('1') && digits.len() != 11 {
            return Err(PhoneProblem::WrongLength { found: digits.len() });
        }
        Err(PhoneProblem::Odd)
    }

    /// The number itself. For storing, dialling, and for showing to someone who asked.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// The number with its middle hidden: `139****0000`.
    pub fn masked(&self) -> String {
        mask_phone(&self.text)
    }

    /// Whether this is a mobile or a landline.
    pub fn kind(&self) -> PhoneKind {
        self.kind
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({})", self.masked())
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> String {
        phone.text
    }
}

/// Folds full-width characters, drops spaces, brackets and the country code, and makes every dash a hyphen.
fn strip_signs(text: &str) -> String {
    let plain: String = text
        .chars()
        .filter(|character| !character.is_whitespace() && !is_invisible(*character))
        .take(LONGEST_TEXT_CHARS)
        .map(fold_full_width)
        .map(|character| match character {
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '转' => '-',
            // A closing bracket ends the area code: (0711)3380000.
            ')' => '-',
            other => other,
        })
        .filter(|character| *character != '(' && *character != '\'')
        .collect();
    let without_country = plain.strip_prefix("+86").or_else(|| plain.strip_prefix("0086")).unwrap_or(&plain);
    let without_country = without_country.trim_start_matches('-');
    // 86 without a plus is the country code only in front of a whole mobile number.
    let digits_only: String = without_country.chars().filter(char::is_ascii_digit).collect();
    match digits_only.strip_prefix("86") {
        Some(mobile) if is_mobile(mobile) => mobile.to_owned(),
        _ => without_country.to_owned(),
    }
}

fn is_mobile(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    bytes.len() == 11
        && bytes.first() == Some(&b'1')
        && bytes.get(1).is_some_and(|second| (b'3'..=b'9').contains(second))
        && bytes.iter().all(u8::is_ascii_digit)
}

/// Area code of 3 or 4 digits, number of 7 or 8, extension of 1 to 6.
fn read_landline(plain: &str, digits: &str) -> Result<Phone, PhoneProblem> {
    // Area codes of three digits are 010 and 020–029; all others have four.
    let second = digits.as_bytes().get(1).copied();
    let area_length = if matches!(second, Some(b'1' | b'2')) { 3 } else { 4 };
    let mut parts = plain.split('-').filter(|part| !part.is_empty());
    let first = parts.next().unwrap_or_default();
    let (area, number) = match first.split_at_checked(area_length) {
        Some((area, "")) => (area, parts.next().unwrap_or_default()),
        Some((area, number)) => (area, number),
        None => return Err(PhoneProblem::Odd),
    };
    let extension = parts.next();
    let number_holds = matches!(number.len(), 7 | 8) && !number.starts_with('0');
    let extension_holds = extension.is_none_or(|extension| extension.len() <= 6);
    if second == Some(b'0') || !number_holds || !extension_holds || parts.next().is_some() {
        return Err(PhoneProblem::Odd);
    }
    let text = match extension {
        Some(extension) => format!("{area}-{number}-{extension}"),
        None => format!("{area}-{number}"),
    };
    Ok(Phone { text, kind: PhoneKind::Landline })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_brought_to_one_form() {
        let cases = [
            ("13900000000", "13900000000"),
            ("139 0000 0000", "13900000000"),
            ("139-0000-0000", "13900000000"),
            ("１３９００００００００", "13900000000"),
            ("+86 13900000000", "13900000000"),
            ("+86-139 0000 0000", "13900000000"),
            ("008613900000000", "13900000000"),
            ("8613900000000", "13900000000"),
            ("07113380000", "0711-3380000"),
            ("0711-3380000", "0711-3380000"),
            ("0711－3380000", "0711-3380000"),
            ("(0711)3380000", "0711-3380000"),
            ("（0711）3380000转12", "0711-3380000-12"),
            ("010-88880000", "010-88880000"),
            ("02788880000", "027-88880000"),
            ("3380000", "0711-3380000"),
        ];
        for (text, expected) in cases {
            assert_eq!(Phone::parse(text, Some("0711")).unwrap().reveal(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_odd_is_named() {
        let cases = [
            ("", PhoneProblem::Empty),
            ("  ", PhoneProblem::Empty),
            ("无", PhoneProblem::NotDigits),
            ("13900000000/13900000001", PhoneProblem::NotDigits),
            ("1390000000", PhoneProblem::WrongLength { found: 10 }),
            ("139000000000", PhoneProblem::WrongLength { found: 12 }),
            ("12900000000", PhoneProblem::Odd),
            ("3380000", PhoneProblem::AreaCodeMissing),
            ("0711", PhoneProblem::Odd),
            ("0711-338", PhoneProblem::Odd),
            ("0711-3380000-1234567", PhoneProblem::Odd),
            ("00000000000", PhoneProblem::Odd),
        ];
        for (text, problem) in cases {
            assert_eq!(Phone::parse(text, None).map(String::from), Err(problem), "{text}");
        }
    }

    #[test]
    fn debug_and_display_hide_the_middle() {
        let phone = Phone::parse("13900000000", None).unwrap();
        assert_eq!(phone.kind(), PhoneKind::Mobile);
        assert_eq!(phone.to_string(), "139****0000");
        assert_eq!(format!("{phone:?}"), "Phone(139****0000)");
        assert_eq!(serde_json::to_string(&phone).unwrap(), "\"13900000000\"");
    }

    proptest! {
        #[test]
        fn reading_arbitrary_text_never_panics(text in "\\PC{0,60}", area in "\\PC{0,6}") {
            let _ = Phone::parse(&text, None);
            let _ = Phone::parse(&text, Some(&area));
        }

        #[test]
        fn a_normalised_number_stays_as_it_is(text in "[+0-9（）() -]{5,20}") {
            if let Ok(phone) = Phone::parse(&text, Some("0711")) {
                prop_assert_eq!(Phone::parse(phone.reveal(), None).map(String::from), Ok(phone.reveal().to_owned()));
            }
        }
    }
}
