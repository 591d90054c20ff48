//! Citizen identity numbers (GB 11643-1999) and the Luhn digit of bank cards. Kept private to this crate so that a
//! form evaluates the same wherever it runs; `model` holds the same rules for entries.

use chrono::{Datelike, NaiveDate};

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
const MAX_AGE_YEARS: i32 = 130;

/// What an identity number says of its holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Holder {
    pub(crate) birth: NaiveDate,
    pub(crate) male: bool,
}

/// Reads an 18- or 15-character number; `None` when it is wrong or its holder not yet born or over 130.
pub(crate) fn read_citizen_id(text: &str, today: NaiveDate) -> Option<Holder> {
    let mut characters: Vec<char> = text.trim().chars().map(upper_x).collect();
    if characters.len() == 15 {
        characters.splice(6..6, ['1', '9']);
        let digits: Option<Vec<u32>> = characters.iter().map(|c| c.to_digit(10)).collect();
        characters.push(check_character(&digits?)?);
    }
    if characters.len() != 18 {
        return None;
    }
    let digits: Option<Vec<u32>> = characters.iter().take(17).map(|c| c.to_digit(10)).collect();
    let digits = digits?;
    if check_character(&digits)? != *characters.last()? {
        return None;
    }
    let number = |from: usize, to: usize| -> Option<u32> {
        Some(digits.get(from..to)?.iter().fold(0, |sum, digit| sum * 10 + digit))
    };
    let year = i32::try_from(number(6, 10)?).ok()?;
    let birth = NaiveDate::from_ymd_opt(year, number(10, 12)?, number(12, 14)?)?;
    if birth > today || age_years(birth, today) > MAX_AGE_YEARS {
        return None;
    }
    Some(Holder { birth, male: digits.get(16)? % 2 == 1 })
}

fn upper_x(character: char) -> char {
    if matches!(character, 'x' | 'Ｘ' | 'ｘ') { 'X' } else { character }
}

fn check_character(digits: &[u32]) -> Option<char> {
    if digits.len() != WEIGHTS.len() {
        return None;
    }
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    CHECKS.get(usize::try_from(sum % 11).ok()?).copied()
}

/// Completed years of life; someone born on 29 February completes a year on 1 March of a common year.
pub(crate) fn age_years(birth: NaiveDate, today: NaiveDate) -> i32 {
    let before_birthday = (today.month(), today.day()) < (birth.month(), birth.day());
    today.year() - birth.year() - i32::from(before_birthday)
}

/// Whether a card number passes Luhn's check (12 to 19 digits; spaces and hyphens do not count).
pub(crate) fn passes_luhn(text: &str) -> bool {
    let mut sum = 0;
    let mut count = 0;
    for character in text.chars().rev().filter(|c| !matches!(c, ' ' | '-')) {
        let Some(digit) = character.to_digit(10) else { return false };
        let doubled = if count % 2 == 1 { digit * 2 } else { digit };
        sum += if doubled > 9 { doubled - 9 } else { doubled };
        count += 1;
        if count > 19 {
            return false;
        }
    }
    count >= 12 && sum % 10 == 0
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Fictitious numbers, agreed with the domain brief's vectors.
    const NUMBERS: &[(&str, bool)] = &[
        ("361102195001010010", true),
        ("42070419480315002X", true),
        ("42070419480315002x", true),
        ("42070419480315002Ｘ", true),
        ("830000196002290016", true),
        ("810000197508080033", true),
        ("820000199912310022", true),
        ("91184019850101001X", true),
        ("420704480315002", true),
        ("360102195002300019", false),
        ("360102195001010010", false),
        ("360102209912310018", false),
        ("360102195001010", false),
        ("", false),
        ("４２０７０４１９４８０３１５００２Ｘ", false),
    ];

    #[test]
    fn identity_numbers_are_judged_as_the_standard_says() {
        let today = "2026-11-22".parse().unwrap();
        for (number, valid) in NUMBERS {
            assert_eq!(read_citizen_id(number, today).is_some(), *valid, "{number}");
        }
    }

    #[test]
    fn the_old_form_gives_the_same_holder_as_the_new() {
        let today = "2026-11-22".parse().unwrap();
        let old = read_citizen_id("420704480315002", today).unwrap();
        assert_eq!(Some(old), read_citizen_id("42070419480315002X", today));
        assert!(!old.male);
        assert_eq!(age_years(old.birth, today), 78);
        assert_eq!(age_years(old.birth, "2026-03-14".parse().unwrap()), 77);
    }

    #[test]
    fn bank_cards_follow_luhn() {
        assert!(passes_luhn("6217991234567890124"));
        assert!(passes_luhn("6228480012345678903"));
        assert!(!passes_luhn("6217991234567890120"));
        assert!(!passes_luhn("0000") && !passes_luhn("") && !passes_luhn("62179912345678901a4"));
    }
}
