//! Digests: what names a photo, an entry or a certificate, and a keyed one.

use hmac::Mac;
use sha2::{Digest, Sha256};

/// SHA-256 of these bytes.
pub fn sha256(bytes: impl AsRef<[u8]>) -> [u8; 32] {
    Sha256::digest(bytes.as_ref()).into()
}

/// The pin of a TLS key: SHA-256 of its certificate's SubjectPublicKeyInfo in DER.
pub fn spki_pin(spki_der: &[u8]) -> [u8; 32] {
    sha256(spki_der)
}

/// HMAC-SHA-256 over several parts, each with its length (8 bytes, little-endian) before it, so that
/// `["ab", "c"]` and `["a", "bc"]` give different results.
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = keyed(key);
    for part in parts {
        mac.update(&(part.len() as u64).to_le_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Whether `tag` is [`hmac_sha256`] of the same, compared in constant time.
pub(crate) fn hmac_sha256_fits(key: &[u8], parts: &[&[u8]], tag: &[u8; 32]) -> bool {
    let mut mac = keyed(key);
    for part in parts {
        mac.update(&(part.len() as u64).to_le_bytes());
        mac.update(part);
    }
    mac.verify_slice(tag).is_ok()
}

fn keyed(key: &[u8]) -> hmac::Hmac<Sha256> {
    // HMAC takes a key of any length: a long one is hashed, a short one is padded with zeros.
    match hmac::Hmac::new_from_slice(key) {
        Ok(mac) => mac,
        Err(_) => hmac::Hmac::new(&Default::default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::HEXLOWER;

    #[test]
    fn sha256_is_the_standard_one() {
        assert_eq!(
            HEXLOWER.encode(&sha256(b"abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(spki_pin(b"abc"), sha256("abc"));
    }

    #[test]
    fn hmac_is_the_standard_one_over_framed_parts() {
        // RFC 4231, test case 2, reached through the unframed inner function.
        let mut mac = keyed(b"Jefe");
        mac.update(b"what do ya want for nothing?");
        assert_eq!(
            HEXLOWER.encode(&mac.finalize().into_bytes()),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_ne!(hmac_sha256(b"k", &[b"ab", b"c"]), hmac_sha256(b"k", &[b"a", b"bc"]));
        assert_ne!(hmac_sha256(b"k", &[b"ab"]), hmac_sha256(b"l", &[b"ab"]));
        assert!(hmac_sha256_fits(b"k", &[b"ab"], &hmac_sha256(b"k", &[b"ab"])));
        assert!(!hmac_sha256_fits(b"k", &[b"ab"], &hmac_sha256(b"k", &[b"ac"])));
    }
}
