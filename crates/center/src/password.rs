//! Staff passwords: Argon2id, kept as PHC strings; what is too weak, and what a first password looks like.

use crate::error::CenterError;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use bangban_keys::{Zeroizing, random_bytes};
use bangban_model::Code;
use std::sync::OnceLock;

/// A password has at least so many characters.
pub const SHORTEST_CHARS: usize = 10;
/// And no more, so that nobody makes the center hash a novel.
const LONGEST_CHARS: usize = 200;
/// Memory of one hash, KiB.
const MEMORY_KIB: u32 = 32 * 1024;
/// Passes over it.
const PASSES: u32 = 2;
/// Letters and digits of first passwords: none that are taken for another.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789w";

fn argon2() -> Result<Argon2<'static>, CenterError> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|_| CenterError::Coded(Code::Internal))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The PHC string of a password that may be chosen; `WeakPassword` for one that may not.
pub fn hash(password: &str, name: &str) -> Result<String, CenterError> {
    if is_weak(password, name) {
        return Err(Code::WeakPassword.into());
    }
    let salt =
        SaltString::encode_b64(&random_bytes::<16>()?).map_err(|_| CenterError::Coded(Code::Internal))?;
    let hashed = argon2()?.hash_password(password.as_bytes(), &salt);
    Ok(hashed.map_err(|_| CenterError::Coded(Code::Internal))?.to_string())
}

/// Whether a password is the one that was kept. Without one it costs the same time and says no.
pub fn fits(password: &str, kept: Option<&str>) -> Result<bool, CenterError> {
    static NOBODYS: OnceLock<String> = OnceLock::new();
    if password.chars().count() > LONGEST_CHARS {
        return Ok(false);
    }
    let against = match kept {
        Some(kept) => kept,
        None => match NOBODYS.get() {
            Some(nobodys) => nobodys,
            None => {
                let made = hash("nobody-has-this-1", "")?;
                NOBODYS.get_or_init(|| made)
            }
        },
    };
    let parsed = PasswordHash::new(against).map_err(|_| CenterError::Coded(Code::LedgerDamaged))?;
    let right = argon2()?.verify_password(password.as_bytes(), &parsed).is_ok();
    Ok(right && kept.is_some())
}

/// Too short, of one kind of character, a run or a repetition, or nothing but the name with digits.
pub fn is_weak(password: &str, name: &str) -> bool {
    let characters: Vec<char> = password.chars().collect();
    let distinct: std::collections::BTreeSet<char> =
        characters.iter().flat_map(|c| c.to_lowercase()).collect();
    let length = characters.len();
    if !(SHORTEST_CHARS..=LONGEST_CHARS).contains(&length) || distinct.len() < 5 {
        return true;
    }
    let all = |is: fn(&char) -> bool| characters.iter().all(is);
    let one_kind = all(char::is_ascii_digit) || (all(|c| c.is_ascii_alphabetic()) && length < 16);
    let steps = characters.windows(2).filter(|pair| {
        let [one, other] = pair else { return false };
        (u32::from(*other)).abs_diff(u32::from(*one)) <= 1
    });
    let mostly_a_run = steps.count() * 4 >= length * 3;
    let without_name = password.to_lowercase().replace(&name.trim().to_lowercase(), "");
    let only_name = !name.trim().is_empty()
        && without_name.chars().filter(|c| !c.is_ascii_digit()).count() < 3
        && without_name.chars().count() < length;
    one_kind || mostly_a_run || only_name
}

/// A first password, to be told once and changed at the first sign-in: `k7mq-x2pa-9fwc`.
pub fn random() -> Result<Zeroizing<String>, CenterError> {
    let mut bytes = Zeroizing::new(random_bytes::<12>()?);
    // Bytes that happen to name letters alone are drawn again: a password has a digit.
    let letter = |byte: u8| char::from(LETTERS[usize::from(byte % 32)]);
    while !bytes.iter().any(|byte| letter(*byte).is_ascii_digit()) {
        bytes = Zeroizing::new(random_bytes::<12>()?);
    }
    let mut text = Zeroizing::new(String::with_capacity(14));
    for (index, byte) in bytes.iter().enumerate() {
        if index > 0 && index % 4 == 0 {
            text.push('-');
        }
        text.push(letter(*byte));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn weak_passwords_are_refused_and_first_passwords_are_not_weak() {
        let weak = [
            "",
            "短",
            "abc",
            "12345678901",
            "aaaaaaaaaaaa",
            "abcdefghijkl",
            "1234567890ab",
            "lin2026lin20",
            "password",
        ];
        for password in weak {
            assert!(is_weak(password, "lin"), "{password}");
        }
        for good in ["correct horse battery", "临江乡的冬天很冷a7", "k7mq-x2pa-9fwc", "Tr4ctor!field"]
        {
            assert!(!is_weak(good, "李科员"), "{good}");
        }
        assert!(is_weak("李科员2026123456", "李科员"));
        for _ in 0..200 {
            let first = random().unwrap();
            assert!(!is_weak(&first, "李科员"), "{}", first.as_str());
        }
    }

    #[test]
    fn a_password_fits_itself_alone_and_nobody_has_one_without_a_hash() {
        let kept = hash("k7mq-x2pa-9fwc", "x").unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=32768,t=2,p=1$"), "{kept}");
        assert!(fits("k7mq-x2pa-9fwc", Some(&kept)).unwrap());
        assert!(!fits("k7mq-x2pa-9fwd", Some(&kept)).unwrap());
        assert!(!fits("nobody-has-this-1", None).unwrap());
    }
}
