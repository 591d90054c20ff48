//! Sealed records of the second copy: each segment of it has a subkey of the data key, and each record stands at its number
//! in that segment or does not open at all.

use crate::{DataKey, KeyError, hmac_sha256, random_bytes};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use std::fmt;
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// Names what the subkey is for; another format gets another context.
const CONTEXT: &[u8] = b"bangban second copy 1";
const NONCE_BYTES: usize = 24;

/// The subkey of one segment; wiped from memory when dropped.
#[derive(ZeroizeOnDrop)]
pub struct RecordKey {
    key: [u8; 32],
    #[zeroize(skip)]
    segment: [u8; 16],
}

impl RecordKey {
    /// So many bytes a sealed record is longer than what it seals.
    pub const OVERHEAD_BYTES: usize = NONCE_BYTES + 16;

    /// The subkey of the data key for the segment with this random id.
    pub fn of(data_key: &DataKey, segment: [u8; 16]) -> Self {
        Self { key: hmac_sha256(data_key.expose(), &[CONTEXT, b"record", &segment]), segment }
    }

    /// Tells whether a segment was sealed under this key, without opening a record. Says nothing about the key.
    pub fn check(&self) -> [u8; 16] {
        self.tag(&[CONTEXT, b"check"])
    }

    /// What stands before the record of this number: nobody without the key can make one up, and a reader finds the next
    /// record by it behind damage.
    pub fn marker(&self, number: u64) -> [u8; 16] {
        self.tag(&[CONTEXT, b"marker", &number.to_le_bytes()])
    }

    /// Seals the record of this number; the result is [`RecordKey::OVERHEAD_BYTES`] longer.
    pub fn seal(&self, number: u64, plain: &[u8]) -> Result<Vec<u8>, KeyError> {
        let nonce: [u8; NONCE_BYTES] = random_bytes()?;
        let place = self.place(number);
        let sealed = self
            .cipher()
            .encrypt(XNonce::from_slice(&nonce), Payload { msg: plain, aad: &place })
            .map_err(|_| KeyError::Damaged)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens the record of this number; [`KeyError::Damaged`] for any other, and for one that was changed.
    pub fn open(&self, number: u64, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_BYTES).ok_or(KeyError::Damaged)?;
        let place = self.place(number);
        let plain = self
            .cipher()
            .decrypt(XNonce::from_slice(nonce), Payload { msg: sealed, aad: &place })
            .map_err(|_| KeyError::Damaged)?;
        Ok(Zeroizing::new(plain))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&self.key).into())
    }

    /// What the seal covers beside the record: its segment and its number there.
    fn place(&self, number: u64) -> Vec<u8> {
        [CONTEXT, self.segment.as_slice(), &number.to_le_bytes()].concat()
    }

    fn tag(&self, parts: &[&[u8]]) -> [u8; 16] {
        let mut tag = [0; 16];
        tag.copy_from_slice(&hmac_sha256(&self.key, parts)[..16]);
        tag
    }
}

impl fmt::Debug for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordKey(…)")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn key(data: u8, segment: u8) -> RecordKey {
        RecordKey::of(&DataKey::from_bytes([data; 32]), [segment; 16])
    }

    #[test]
    fn a_record_opens_at_its_own_place_under_its_own_key_alone() {
        let sealed = key(1, 1).seal(7, b"a record").unwrap();
        assert_eq!(sealed.len(), b"a record".len() + RecordKey::OVERHEAD_BYTES);
        assert_eq!(key(1, 1).open(7, &sealed).unwrap().as_slice(), b"a record");
        for (other, number) in [(key(1, 1), 8), (key(1, 2), 7), (key(2, 1), 7)] {
            assert_eq!(other.open(number, &sealed), Err(KeyError::Damaged));
        }
    }

    #[test]
    fn a_changed_or_cut_record_does_not_open() {
        let sealed = key(1, 1).seal(0, b"").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(key(1, 1).open(0, &changed), Err(KeyError::Damaged));
            assert_eq!(key(1, 1).open(0, &sealed[..at]), Err(KeyError::Damaged));
        }
    }

    #[test]
    fn markers_and_checks_differ_by_key_segment_and_number() {
        assert_ne!(key(1, 1).marker(0), key(1, 1).marker(1));
        assert_ne!(key(1, 1).marker(0), key(1, 2).marker(0));
        assert_ne!(key(1, 1).check(), key(2, 1).check());
        assert_ne!(key(1, 1).check(), key(1, 2).check());
        assert!(!format!("{:?}", key(1, 1)).contains('1'));
    }
}
