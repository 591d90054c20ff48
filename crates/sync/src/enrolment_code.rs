//! The enrolment code as text: where the center is, whose key it holds, and the one-time code, to be copied,
//! scanned or typed. `BB1-` and groups of five characters (Crockford's base 32).
//!
//! Tolerant where people are: case, blanks, line ends, kinds of dashes, full-width letters, O for 0, I and L for 1.
//! Strict otherwise: a CRC-32 at its end finds every change of up to 32 neighbouring bits, so every mistyped
//! character and every two neighbours exchanged.

use crate::tls::SpkiPin;
use bangban_model::{Code, Digest};
use data_encoding::{Encoding, Specification};
use std::fmt;
use std::sync::OnceLock;

const PREFIX: &str = "BB1";
const GROUP_CHARS: usize = 5;
/// The address is no longer than a domain name and a port (bytes).
const MAX_ADDRESS_BYTES: usize = 255;
/// The present key and the next ones.
const MAX_PINS: usize = 4;
/// No text longer than this is looked at (bytes): several times the longest code.
const MAX_TEXT_BYTES: usize = 4096;

/// What staff give to an agent so that her laptop can enrol. The code in it is a secret until it is used.
#[derive(Clone, PartialEq, Eq)]
pub struct EnrolmentCode {
    /// Host and port of the center, such as "10.1.2.3:8443".
    pub address: String,
    /// The center's TLS keys: the present one first.
    pub pins: Vec<SpkiPin>,
    /// Good once, for a few minutes.
    pub code: u64,
}

impl fmt::Debug for EnrolmentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnrolmentCode").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Why an enrolment code cannot be written or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeProblem {
    /// Does not begin as an enrolment code does.
    #[error("not an enrolment code")]
    NotACode,
    /// An enrolment code of a newer program.
    #[error("an enrolment code of a newer program")]
    NewerFormat,
    /// A character is wrong, missing or too many.
    #[error("an enrolment code with a mistake in it")]
    Mistyped,
    /// The address is empty or too long, or there are no pins or too many.
    #[error("nothing that fits into an enrolment code")]
    Unfit,
}

impl CodeProblem {
    /// The code for the screen.
    pub fn code(self) -> Code {
        match self {
            CodeProblem::NewerFormat => Code::NewerFormat,
            _ => Code::CodeMalformed,
        }
    }
}

impl EnrolmentCode {
    /// The text.
    pub fn encode(&self) -> Result<String, CodeProblem> {
        let address = self.address.as_bytes();
        let length = u8::try_from(address.len()).map_err(|_| CodeProblem::Unfit)?;
        if !is_address(&self.address) || !(1..=MAX_PINS).contains(&self.pins.len()) {
            return Err(CodeProblem::Unfit);
        }
        let mut bytes = self.code.to_be_bytes().to_vec();
        bytes.push(u8::try_from(self.pins.len()).map_err(|_| CodeProblem::Unfit)?);
        self.pins.iter().for_each(|pin| bytes.extend_from_slice(&pin.0.0));
        bytes.push(length);
        bytes.extend_from_slice(address);
        bytes.extend_from_slice(&crc32(&bytes).to_be_bytes());
        let mut text = PREFIX.to_owned();
        for (at, character) in base32()?.encode(&bytes).chars().enumerate() {
            if at % GROUP_CHARS == 0 {
                text.push('-');
            }
            text.push(character);
        }
        Ok(text)
    }

    /// Reads the text.
    pub fn parse(text: &str) -> Result<Self, CodeProblem> {
        if text.len() > MAX_TEXT_BYTES {
            return Err(CodeProblem::NotACode);
        }
        let plain: String = text.chars().filter_map(plain_character).collect();
        let Some(symbols) = plain.strip_prefix(PREFIX) else {
            let newer =
                plain.strip_prefix("BB").is_some_and(|rest| rest.starts_with(|c| ('2'..='9').contains(&c)));
            return Err(if newer { CodeProblem::NewerFormat } else { CodeProblem::NotACode });
        };
        let bytes = base32()?.decode(symbols.as_bytes()).map_err(|_| CodeProblem::Mistyped)?;
        let (bytes, check) = bytes.split_last_chunk::<4>().ok_or(CodeProblem::Mistyped)?;
        if crc32(bytes).to_be_bytes() != *check {
            return Err(CodeProblem::Mistyped);
        }
        read_fields(bytes).ok_or(CodeProblem::Mistyped)
    }
}

fn read_fields(bytes: &[u8]) -> Option<EnrolmentCode> {
    let (code, bytes) = bytes.split_first_chunk::<8>()?;
    let (count, bytes) = bytes.split_first()?;
    let (pins, bytes) = bytes.split_at_checked(usize::from(*count) * 32)?;
    let (length, address) = bytes.split_first()?;
    let address = std::str::from_utf8(address).ok().filter(|text| text.len() == usize::from(*length))?;
    let pins: Vec<_> = pins.chunks_exact(32).filter_map(Digest::from_slice).map(SpkiPin).collect();
    if !is_address(address) || !(1..=MAX_PINS).contains(&pins.len()) {
        return None;
    }
    Some(EnrolmentCode { address: address.to_owned(), pins, code: u64::from_be_bytes(*code) })
}

fn is_address(text: &str) -> bool {
    (1..=MAX_ADDRESS_BYTES).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The character as it counts; none where it only separates.
fn plain_character(character: char) -> Option<char> {
    let half_width = match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character),
        other => other,
    };
    match half_width.to_ascii_uppercase() {
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' => None,
        '\u{200b}'..='\u{200d}' | '\u{feff}' => None,
        blank if blank.is_whitespace() => None,
        'O' => Some('0'),
        'I' | 'L' => Some('1'),
        other => Some(other),
    }
}

/// Crockford's alphabet; bits left over at the end must be zero.
fn base32() -> Result<&'static Encoding, CodeProblem> {
    static ENCODING: OnceLock<Option<Encoding>> = OnceLock::new();
    let made = ENCODING.get_or_init(|| {
        let mut specification = Specification::new();
        specification.symbols.push_str("0123456789ABCDEFGHJKMNPQRSTVWXYZ");
        specification.encoding().ok()
    });
    made.as_ref().ok_or(CodeProblem::Unfit)
}

/// CRC-32 (IEEE 802.3), bit by bit: the code is short.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn any_code() -> impl Strategy<Value = EnrolmentCode> {
        let pin = any::<[u8; 32]>().prop_map(|bytes| SpkiPin(Digest(bytes)));
        (any::<u64>(), proptest::collection::vec(pin, 1..=3), "[a-z0-9.]{1,40}:[0-9]{1,5}")
            .prop_map(|(code, pins, address)| EnrolmentCode { address, pins, code })
    }

    fn example() -> EnrolmentCode {
        let pins = vec![SpkiPin(Digest::of(b"now")), SpkiPin(Digest::of(b"next"))];
        EnrolmentCode { address: "10.1.2.3:8443".into(), pins, code: 0x0123_4567_89ab_cdef }
    }

    #[test]
    fn the_check_is_the_standard_crc() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn what_people_do_to_a_code_does_no_harm() {
        let code = example();
        let text = code.encode().unwrap();
        let wide: String = text
            .chars()
            .map(|c| char::from_u32(u32::from(c) + 0xfee0).filter(|_| c.is_ascii_graphic()).unwrap_or(c))
            .collect();
        let spellings = [
            text.to_lowercase(),
            text.replace('-', " "),
            text.replace('-', ""),
            text.replace('-', "—\r\n"),
            text.replace('0', "o").replace('1', "l"),
            text.replace('0', "O").replace('1', "I"),
            format!("  {text}\u{feff}\n"),
            wide,
        ];
        for spelling in spellings {
            assert_eq!(EnrolmentCode::parse(&spelling).unwrap(), code, "{spelling}");
        }
    }

    #[test]
    fn what_is_no_code_is_called_so() {
        for text in ["", "BB", "http://example.invalid", "BB0-AAAAA", "42070320020912345X", "帮办"] {
            assert_eq!(EnrolmentCode::parse(text), Err(CodeProblem::NotACode), "{text}");
        }
        assert_eq!(EnrolmentCode::parse("BB2-AAAAA"), Err(CodeProblem::NewerFormat));
        for text in ["BB1", "BB1-", "BB1-00000", "BB1-UUUUU", "BB1-帮帮帮帮帮"] {
            assert_eq!(EnrolmentCode::parse(text), Err(CodeProblem::Mistyped), "{text}");
        }
        let long = example().encode().unwrap().repeat(100);
        assert_eq!(EnrolmentCode::parse(&long), Err(CodeProblem::NotACode));
    }

    #[test]
    fn a_code_without_address_or_pins_is_not_written() {
        assert_eq!(EnrolmentCode { address: String::new(), ..example() }.encode(), Err(CodeProblem::Unfit));
        assert_eq!(EnrolmentCode { pins: Vec::new(), ..example() }.encode(), Err(CodeProblem::Unfit));
        assert_eq!(EnrolmentCode { address: "a".repeat(256), ..example() }.encode(), Err(CodeProblem::Unfit));
    }

    #[test]
    fn debug_output_keeps_the_code_secret() {
        let code = EnrolmentCode { code: 1_234_567_890_123, ..example() };
        assert!(!format!("{code:?}").contains("1234567890123"));
    }

    proptest! {
        #[test]
        fn a_code_comes_back_as_it_was(code in any_code()) {
            prop_assert_eq!(EnrolmentCode::parse(&code.encode().unwrap()), Ok(code));
        }

        #[test]
        fn any_text_is_read_without_panic(text in ".{0,200}", tail in "[0-9A-Z]{0,200}") {
            let _ = EnrolmentCode::parse(&text);
            let _ = EnrolmentCode::parse(&format!("BB1-{tail}"));
        }

        #[test]
        fn two_neighbours_exchanged_are_refused(code in any_code(), at in any::<proptest::sample::Index>()) {
            let mut characters: Vec<char> = code.encode().unwrap().chars().filter(|c| *c != '-').collect();
            let at = at.index(characters.len() - 1);
            prop_assume!(characters[at] != characters[at + 1]);
            characters.swap(at, at + 1);
            prop_assert!(EnrolmentCode::parse(&characters.iter().collect::<String>()).is_err());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4))]
        #[test]
        fn any_single_character_changed_added_or_left_out_is_refused(code in any_code()) {
            let text: Vec<char> = code.encode().unwrap().chars().collect();
            for at in 0..text.len() {
                for new in "0123456789ABCDEFGHJKMNPQRSTUVWXYZ?帮".chars() {
                    if new != text[at] {
                        let mut changed = text.clone();
                        changed[at] = new;
                        let changed: String = changed.iter().collect();
                        prop_assert!(EnrolmentCode::parse(&changed).is_err(), "{new} at {at}");
                    }
                    let mut longer = text.clone();
                    longer.insert(at, new);
                    let longer: String = longer.iter().collect();
                    prop_assert!(EnrolmentCode::parse(&longer).is_err(), "{new} added at {at}");
                }
                if text[at] != '-' {
                    let mut shorter = text.clone();
                    shorter.remove(at);
                    let shorter: String = shorter.iter().collect();
                    prop_assert!(EnrolmentCode::parse(&shorter).is_err(), "{at} left out");
                }
            }
        }
    }
}
