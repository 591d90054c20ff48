//! A recovery code: what the township reads to an agent over the phone when her PIN is forgotten or the keyring is lost.
//!
//! Seven groups of five digits. Four digits of a group are random, 93 bits in all; the fifth checks its group and where
//! it stands, so that a misheard digit, two exchanged digits or exchanged groups are noticed while they are read.

use crate::{KeyError, random_bytes};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// So many groups.
pub const RECOVERY_GROUPS: usize = 7;
const RANDOM_IN_GROUP: usize = 4;
const GROUP: usize = RANDOM_IN_GROUP + 1;

/// Damm's table: a quasigroup that finds every wrong digit and every exchange of two neighbours.
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// A recovery code whose groups all fit; wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct RecoveryCode(String);

impl RecoveryCode {
    /// A new code from the system's randomness.
    pub fn random() -> Result<Self, KeyError> {
        let mut text = Zeroizing::new(String::with_capacity(RECOVERY_GROUPS * GROUP));
        for group in 0..RECOVERY_GROUPS {
            let mut digits = [0; RANDOM_IN_GROUP];
            for digit in &mut digits {
                *digit = random_digit()?;
            }
            for digit in digits.into_iter().chain([check_digit(group, &digits)]) {
                text.push(char::from(b'0' + digit));
            }
        }
        Ok(Self(std::mem::take(&mut *text)))
    }

    /// A code as somebody types it: blanks, hyphens and full-width digits are no matter.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let mut digits = Zeroizing::new(String::with_capacity(RECOVERY_GROUPS * GROUP));
        for sign in text.chars() {
            match sign {
                '0'..='9' => digits.push(sign),
                '０'..='９' => digits.push(char::from(b'0' + (sign as u32 - '０' as u32) as u8)),
                '-' | '－' | '–' | '—' => {}
                _ if sign.is_whitespace() => {}
                _ => return Err(KeyError::RecoveryLength),
            }
        }
        for (group, five) in digits.as_bytes().chunks(GROUP).enumerate() {
            // What is short is told as such, once the groups before it fit.
            let Ok(five) = <[u8; GROUP]>::try_from(five) else { return Err(KeyError::RecoveryLength) };
            let [random @ .., check] = five.map(|digit| digit - b'0');
            if check_digit(group, &random) != check {
                return Err(KeyError::RecoveryGroup { group: group + 1 });
            }
        }
        if digits.len() != RECOVERY_GROUPS * GROUP {
            return Err(KeyError::RecoveryLength);
        }
        Ok(Self(std::mem::take(&mut *digits)))
    }

    /// The groups, to be read out or printed.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        self.0.as_bytes().chunks(GROUP).filter_map(|group| str::from_utf8(group).ok())
    }

    pub(crate) fn digits(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

/// A number of five digits by which the township and the agent see that they speak of the same code. It says nothing of
/// the code.
pub(crate) fn random_number() -> Result<String, KeyError> {
    let mut number = String::new();
    for _ in 0..5 {
        number.push(char::from(b'0' + random_digit()?));
    }
    Ok(number)
}

fn random_digit() -> Result<u8, KeyError> {
    loop {
        let [byte] = random_bytes::<1>()?;
        if byte < 250 {
            return Ok(byte % 10);
        }
    }
}

/// The check covers the group's place too: groups that change places do not fit any more.
fn check_digit(group: usize, digits: &[u8]) -> u8 {
    let place = (group % 10) as u8;
    [place].iter().chain(digits).fold(0, |interim, digit| {
        DAMM.get(usize::from(interim)).and_then(|row| row.get(usize::from(*digit))).copied().unwrap_or(0)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn text(code: &RecoveryCode) -> String {
        code.groups().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn k1_a_recovery_code_has_more_than_eighty_bits() {
        let bits = (RECOVERY_GROUPS * RANDOM_IN_GROUP) as f64 * 10f64.log2();
        assert!(bits > 80.0, "{bits}");
    }

    #[test]
    fn a_code_is_read_back_however_it_is_typed() {
        let code = RecoveryCode::random().unwrap();
        let wide = |text: &str| {
            text.chars().map(|c| char::from_u32('０' as u32 + (c as u32 - 48)).unwrap()).collect()
        };
        let groups: Vec<&str> = code.groups().collect();
        assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [5; 7]);
        let wide: Vec<String> = groups.iter().map(|group| wide(group)).collect();
        for typed in [groups.concat(), groups.join(" "), groups.join("-"), format!("  {}\n", wide.join("　"))]
        {
            assert!(RecoveryCode::parse(&typed).unwrap() == code);
        }
    }

    #[test]
    fn what_is_short_long_or_no_number_is_refused() {
        let code = RecoveryCode::random().unwrap();
        let whole = text(&code);
        for typed in ["", "12", &whole[..whole.len() - 1], &format!("{whole} 12345"), &format!("{whole}x")] {
            let refused = RecoveryCode::parse(typed).unwrap_err();
            assert!(
                matches!(refused, KeyError::RecoveryLength | KeyError::RecoveryGroup { .. }),
                "{refused}"
            );
        }
        assert_eq!(format!("{code:?}"), "RecoveryCode(…)");
    }

    proptest! {
        #[test]
        fn every_misheard_digit_is_noticed_in_its_group(at in 0usize..35, other in 0u8..10) {
            let code = RecoveryCode::random().unwrap();
            let mut digits = code.0.clone().into_bytes();
            prop_assume!(digits[at] != b'0' + other);
            digits[at] = b'0' + other;
            let refused = RecoveryCode::parse(str::from_utf8(&digits).unwrap()).unwrap_err();
            prop_assert_eq!(refused, KeyError::RecoveryGroup { group: at / 5 + 1 });
        }

        #[test]
        fn two_exchanged_digits_and_two_exchanged_groups_are_noticed(at in 0usize..34, one in 0usize..7, other in 0usize..7) {
            let code = RecoveryCode::random().unwrap();
            let mut digits = code.0.clone().into_bytes();
            digits.swap(at, at + 1);
            if digits != code.0.as_bytes() && at % 5 != 4 {
                prop_assert!(RecoveryCode::parse(str::from_utf8(&digits).unwrap()).is_err());
            }
            let mut groups: Vec<&str> = code.groups().collect();
            groups.swap(one, other);
            if one != other {
                prop_assert!(RecoveryCode::parse(&groups.concat()).is_err());
            }
        }
    }
}
