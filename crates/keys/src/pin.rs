//! An agent's PIN: at least eight digits and not one that a neighbour would try first, or four words of her own.

use crate::{KeyError, PinRefusal};
use std::collections::BTreeSet;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

const MIN_DIGITS: usize = 8;
const MAX_DIGITS: usize = 32;
/// Where no keyring's secret takes part, the PIN alone keeps a thief out who has the disk.
const MIN_DIGITS_ALONE: usize = 10;
const MIN_WORDS: usize = 4;
const MAX_WORD_SIGNS: usize = 128;

/// Straight runs of this many digits are counted; shorter ones happen by chance.
const RUN_DIGITS: usize = 4;

/// Wherever one of these stands in a PIN of eight or nine digits, little is left to guess: lines and shapes on the
/// keypad, and numbers that are words when read aloud in Chinese.
const COMMON: [&str; 14] = [
    "5201314", "1314520", "147258", "258369", "147896", "159357", "357159", "963852", "369258", "852741",
    "741852", "789456", "456123", "314159",
];

/// A PIN: its digits folded to 0–9, or its words in lower case with one blank between; wiped from memory when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Pin(String);

impl Pin {
    /// A PIN somebody chooses now. Full-width digits are folded and blanks around it dropped; a weak one is refused.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let pin = Self::entered(text)?;
        let refusal = if pin.is_digits() { find_weakness(&pin.0) } else { find_weak_words(&pin.0) };
        match refusal {
            Some(refusal) => Err(refusal.into()),
            None => Ok(pin),
        }
    }

    /// The same where no secret of the system's keyring takes part beside it: then it has to be longer.
    pub fn parse_alone(text: &str) -> Result<Self, KeyError> {
        let pin = Self::parse(text)?;
        if pin.is_digits() && pin.0.len() < MIN_DIGITS_ALONE {
            return Err(PinRefusal::TooShortAlone.into());
        }
        Ok(pin)
    }

    /// A PIN somebody enters to open her ledger: only its form is checked, so that a PIN chosen when the rules were
    /// milder still opens.
    pub fn entered(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        if !text.chars().all(|sign| sign.is_ascii_digit() || ('０'..='９').contains(&sign)) {
            return Self::of_words(text);
        }
        let mut digits = Zeroizing::new(String::with_capacity(MAX_DIGITS));
        for sign in text.chars() {
            if digits.len() == MAX_DIGITS {
                return Err(PinRefusal::TooLong.into());
            }
            digits.push(if sign.is_ascii_digit() {
                sign
            } else {
                char::from(b'0' + (sign as u32 - '０' as u32) as u8)
            });
        }
        if digits.len() < MIN_DIGITS {
            return Err(PinRefusal::TooShort.into());
        }
        Ok(Self(std::mem::take(&mut *digits)))
    }

    /// Words: in lower case, however many blanks stand between them. One word alone is a mistyped number.
    fn of_words(text: &str) -> Result<Self, KeyError> {
        if text.chars().count() > MAX_WORD_SIGNS {
            return Err(PinRefusal::TooLong.into());
        }
        let mut words = Zeroizing::new(String::with_capacity(text.len() * 2));
        for word in text.split_whitespace() {
            if !word.chars().all(char::is_alphabetic) {
                return Err(PinRefusal::NotDigits.into());
            }
            if !words.is_empty() {
                words.push(' ');
            }
            words.extend(word.chars().flat_map(char::to_lowercase));
        }
        if !words.contains(' ') {
            return Err(PinRefusal::NotDigits.into());
        }
        Ok(Self(std::mem::take(&mut *words)))
    }

    fn is_digits(&self) -> bool {
        self.0.bytes().all(|sign| sign.is_ascii_digit())
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

/// Four words, all different; in Latin letters three letters at least, in Chinese two characters.
fn find_weak_words(pin: &str) -> Option<PinRefusal> {
    let words: BTreeSet<&str> =
        pin.split(' ').filter(|word| word.chars().count() >= if word.is_ascii() { 3 } else { 2 }).collect();
    (words.len() < MIN_WORDS).then_some(PinRefusal::FewWords)
}

fn find_weakness(pin: &str) -> Option<PinRefusal> {
    let digits = pin.as_bytes();
    if count_different(digits) < 4 {
        return Some(PinRefusal::FewDigits);
    }
    if is_repeated(digits) {
        return Some(PinRefusal::Repeated);
    }
    if is_mostly_runs(digits) || is_mostly_runs(&without_doubles(digits)) {
        return Some(PinRefusal::Run);
    }
    if is_date(digits) {
        return Some(PinRefusal::Date);
    }
    if digits.len() == 11 && digits.starts_with(b"1") && digits.get(1).is_some_and(|second| *second >= b'3') {
        return Some(PinRefusal::MobileNumber);
    }
    if digits.len() <= 9 && COMMON.iter().any(|common| pin.contains(common)) {
        return Some(PinRefusal::Common);
    }
    None
}

fn count_different(digits: &[u8]) -> usize {
    (b'0'..=b'9').filter(|digit| digits.contains(digit)).count()
}

/// The whole is a group of at most half its length over and over (the last time perhaps cut short): 12341234.
fn is_repeated(digits: &[u8]) -> bool {
    (1..=digits.len() / 2).any(|period| digits.iter().zip(digits.iter().skip(period)).all(|(a, b)| a == b))
}

/// Straight runs up or down (9 and 0 are neighbours) leave fewer than three digits to guess: 12345678, 98765430,
/// 12346789.
fn is_mostly_runs(digits: &[u8]) -> bool {
    let steps: Vec<u8> = digits.windows(2).map(step).collect();
    let mut in_runs = 0;
    for run in steps.chunk_by(|a, b| a == b) {
        if matches!(run.first(), Some(1 | 9)) && run.len() + 1 >= RUN_DIGITS {
            in_runs += run.len() + 1;
        }
    }
    in_runs > 0 && in_runs + 3 > digits.len()
}

/// The difference of two neighbouring digits, 0 to 9 (9 means one down).
fn step(pair: &[u8]) -> u8 {
    match pair {
        [a, b] => (10 + b - a) % 10,
        _ => 0,
    }
}

/// Every second digit, if each stands twice: 11223344 is 1234.
fn without_doubles(digits: &[u8]) -> Vec<u8> {
    let pairs = || digits.chunks(2);
    if pairs().all(|pair| matches!(pair, [a, b] if a == b)) {
        pairs().filter_map(|pair| pair.first().copied()).collect()
    } else {
        Vec::new()
    }
}

/// Eight digits that are a date, year first or last; the years are those in which people alive were born, and the
/// next few.
fn is_date(digits: &[u8]) -> bool {
    let &[a, b, c, d, e, f, g, h] = digits else { return false };
    let two = |x: u8, y: u8| u32::from(x - b'0') * 10 + u32::from(y - b'0');
    let plausible = |year: u32, month: u32, day: u32| {
        (1900..=2099).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
    };
    let year_first = two(a, b) * 100 + two(c, d);
    let year_last = two(e, f) * 100 + two(g, h);
    plausible(year_first, two(e, f), two(g, h))
        || plausible(year_last, two(a, b), two(c, d))
        || plausible(year_last, two(c, d), two(a, b))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn weak_pins_are_refused_with_their_reason() {
        let table = [
            ("", PinRefusal::TooShort),
            ("7391846", PinRefusal::TooShort),
            ("739184620573918462057391846205731", PinRefusal::TooLong),
            ("7391a462", PinRefusal::NotDigits),
            ("7391 462", PinRefusal::NotDigits),
            ("٧٣٩١٨٤٦٢", PinRefusal::NotDigits),
            ("88888888", PinRefusal::FewDigits),
            ("88888889", PinRefusal::FewDigits),
            ("12121212", PinRefusal::FewDigits),
            ("66668888", PinRefusal::FewDigits),
            ("12341234", PinRefusal::Repeated),
            ("739173917", PinRefusal::Repeated),
            ("12345678", PinRefusal::Run),
            ("1234567890", PinRefusal::Run),
            ("01234567", PinRefusal::Run),
            ("87654321", PinRefusal::Run),
            ("78901234", PinRefusal::Run),
            ("12345679", PinRefusal::Run),
            ("91234560", PinRefusal::Run),
            ("12346789", PinRefusal::Run),
            ("１２３４５６７８", PinRefusal::Run),
            ("11223344", PinRefusal::Run),
            ("99887766", PinRefusal::Run),
            ("19580412", PinRefusal::Date),
            ("20240229", PinRefusal::Date),
            ("04121958", PinRefusal::Date),
            ("30041958", PinRefusal::Date),
            ("13900139042", PinRefusal::MobileNumber),
            ("52013148", PinRefusal::Common),
            ("14725836", PinRefusal::Common),
            ("水牛", PinRefusal::NotDigits),
            ("水牛 码头 早稻", PinRefusal::FewWords),
            ("水牛 码头 早稻 水牛", PinRefusal::FewWords),
            ("水牛 码头 早稻 船", PinRefusal::FewWords),
            ("boat ox rice river", PinRefusal::FewWords),
            ("boat river rice 1234", PinRefusal::NotDigits),
        ];
        for (text, reason) in table {
            assert_eq!(Pin::parse(text).unwrap_err(), KeyError::PinRefused(reason), "{text}");
        }
    }

    #[test]
    fn good_pins_are_taken_and_full_width_digits_folded() {
        for text in ["73918462", "  73918462\n", "７３９１８４６２", "\u{3000}7391８462"] {
            assert_eq!(Pin::parse(text).unwrap().bytes(), b"73918462", "{text}");
        }
        assert!(Pin::parse("19581342").is_ok(), "month 13 is no date");
        assert!(Pin::parse("73918462059318402657413908275146").is_ok(), "32 digits are still taken");
    }

    #[test]
    fn four_words_are_taken_however_they_are_written() {
        for text in ["水牛 码头 早稻 蒲扇", "  水牛　码头   早稻 蒲扇 "] {
            assert_eq!(Pin::parse(text).unwrap().bytes(), "水牛 码头 早稻 蒲扇".as_bytes(), "{text}");
        }
        assert_eq!(Pin::parse("River boat RICE fan").unwrap().bytes(), b"river boat rice fan");
    }

    #[test]
    fn k1_a_pin_without_a_keyring_is_longer() {
        let short = KeyError::PinRefused(PinRefusal::TooShortAlone);
        for (text, refused) in
            [("73918462", true), ("739184620", true), ("7391846205", false), ("水牛 码头 早稻 蒲扇", false)]
        {
            assert_eq!(Pin::parse_alone(text).err(), refused.then_some(short), "{text}");
            assert!(Pin::parse(text).is_ok());
        }
    }

    #[test]
    fn a_weak_pin_can_still_be_entered_to_open() {
        assert_eq!(Pin::entered("１２345678").unwrap().bytes(), b"12345678");
    }

    #[test]
    fn debug_hides_the_pin() {
        assert_eq!(format!("{:?}", Pin::parse("73918462").unwrap()), "Pin(…)");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_and_errors_never_quote_it(text in "\\PC{0,40}|[0-9]{6,34}") {
            if let Err(error) = Pin::parse(&text) {
                let shown = format!("{error} {error:?}");
                let digits = text.len() > 2 && text.bytes().all(|b| b.is_ascii_digit());
                prop_assert!(!(digits && shown.contains(&text)), "{}", shown);
            }
        }

        #[test]
        fn few_random_pins_are_refused(seed in prop::array::uniform32(0u8..10)) {
            // Of ten-digit random PINs hardly any is weak: this fails if a rule grows too greedy.
            let refused = seed.windows(10)
                .filter(|window| Pin::parse(&window.iter().map(|d| char::from(b'0' + d)).collect::<String>()).is_err())
                .count();
            prop_assert!(refused <= 12, "{refused} of 23");
        }
    }
}
