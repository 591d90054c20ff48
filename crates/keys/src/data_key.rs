//! The data key: 32 random bytes that open both databases of a laptop.

use crate::KeyError;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The key of a laptop's databases; wiped from memory when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct DataKey([u8; 32]);

impl DataKey {
    /// A new key from the system's randomness.
    pub fn random() -> Result<Self, KeyError> {
        Ok(Self(random_bytes()?))
    }

    /// A key read from a key file (the center's) or a slot.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bare 32 bytes.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 hex digits, for SQLCipher's `PRAGMA key = "x'…'"`.
    pub fn raw_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(…)")
    }
}

/// `N` bytes from the system's randomness.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], KeyError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| KeyError::NoRandomness)?;
    Ok(bytes)
}

/// 64 random bits for a one-time enrolment code.
pub fn random_code() -> Result<u64, KeyError> {
    random_bytes().map(u64::from_le_bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_data_key_gives_its_hex_and_hides_in_debug() {
        let key = DataKey::from_bytes([0xab; 32]);
        assert_eq!(key.raw_hex().as_str(), "ab".repeat(32));
        let shown = format!("{key:?}");
        assert!(!shown.contains("ab") && !shown.contains("171"), "{shown}");
    }

    #[test]
    fn random_things_differ() {
        assert_ne!(DataKey::random().unwrap().expose(), DataKey::random().unwrap().expose());
        assert_ne!(random_code().unwrap(), random_code().unwrap());
    }
}
