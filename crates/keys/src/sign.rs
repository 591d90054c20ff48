//! Signing: who said this, and as what. Every signature is over a context, so that none can be taken for another.

use crate::{KeyError, encoding, random_bytes};
use ed25519_dalek::Signer;
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroizing;

/// Stands before every signed message, then the context's length and the context.
const DOMAIN: &[u8] = b"bangban signature 1\0";

/// A secret key that signs; wiped from memory when dropped.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// A new key from the system's randomness.
    pub fn random() -> Result<Self, KeyError> {
        let secret = Zeroizing::new(random_bytes()?);
        Ok(Self::from_secret_bytes(&secret))
    }

    /// The key that [`SigningKey::to_secret_bytes`] gave.
    pub fn from_secret_bytes(secret: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(secret))
    }

    /// The 32 secret bytes, to be kept in an encrypted place.
    pub fn to_secret_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// The public half.
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(self.0.verifying_key().to_bytes())
    }

    /// Signs `message` as a `context` (such as "receipt"): a signature made in one context fits no other.
    pub fn sign(&self, context: &'static str, message: &[u8]) -> Signature {
        Signature(self.0.sign(&in_context(context, message)).to_bytes())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

/// A public key that tells whether a signature is good; 64 hex digits in JSON.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VerifyingKey(#[serde(with = "encoding::hex")] [u8; 32]);

impl VerifyingKey {
    /// A key as it came over the wire; one that is no point of the curve verifies nothing.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether `signature` was made by this key over `message` in this `context`; strict (no malleable signature, no
    /// key of small order).
    pub fn verify(
        &self,
        context: &'static str,
        message: &[u8],
        signature: &Signature,
    ) -> Result<(), KeyError> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(&self.0).map_err(|_| KeyError::BadSignature)?;
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        key.verify_strict(&in_context(context, message), &signature).map_err(|_| KeyError::BadSignature)
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({self})")
    }
}

impl std::str::FromStr for VerifyingKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).map_err(|_| KeyError::BadKey)?;
        bytes.try_into().map(Self).map_err(|_| KeyError::BadKey)
    }
}

/// A signature, 64 bytes; base64 in JSON.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Signature(#[serde(with = "encoding::base64_array")] [u8; 64]);

impl Signature {
    /// A signature as it came over the wire.
    pub fn from_bytes(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// The 64 bytes.
    pub fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({})", data_encoding::BASE64.encode(&self.0))
    }
}

fn in_context(context: &str, message: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(DOMAIN.len() + 8 + context.len() + message.len());
    whole.extend_from_slice(DOMAIN);
    whole.extend_from_slice(&(context.len() as u64).to_le_bytes());
    whole.extend_from_slice(context.as_bytes());
    whole.extend_from_slice(message);
    whole
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_signature_fits_only_its_key_context_and_message() {
        let alice = SigningKey::random().unwrap();
        let bob = SigningKey::random().unwrap();
        let signature = alice.sign("receipt", b"14 of 14");
        let key = alice.verifying_key();
        assert_eq!(key.verify("receipt", b"14 of 14", &signature), Ok(()));
        assert_eq!(key.verify("batch", b"14 of 14", &signature), Err(KeyError::BadSignature));
        assert_eq!(
            key.verify("recoils", b"14 of 14", &signature),
            Err(KeyError::BadSignature),
            "same length"
        );
        assert_eq!(key.verify("receipt1", b"4 of 14", &signature), Err(KeyError::BadSignature));
        assert_eq!(key.verify("receip", b"t14 of 14", &signature), Err(KeyError::BadSignature));
        assert_eq!(key.verify("receipt", b"15 of 14", &signature), Err(KeyError::BadSignature));
        assert_eq!(
            bob.verifying_key().verify("receipt", b"14 of 14", &signature),
            Err(KeyError::BadSignature)
        );
        for at in 0..64 {
            let mut bytes = *signature.as_bytes();
            bytes[at] ^= 1;
            assert!(key.verify("receipt", b"14 of 14", &Signature::from_bytes(bytes)).is_err(), "byte {at}");
        }
    }

    #[test]
    fn a_key_of_small_order_verifies_nothing() {
        // The identity point with an all-zero scalar satisfies the plain equation for every message.
        let mut identity = [0; 32];
        identity[0] = 1;
        let mut forged = [0; 64];
        forged[0] = 1;
        let key = VerifyingKey::from_bytes(identity);
        assert_eq!(
            key.verify("receipt", b"anything", &Signature::from_bytes(forged)),
            Err(KeyError::BadSignature)
        );
        let no_point = VerifyingKey::from_bytes([2; 32]);
        assert_eq!(
            no_point.verify("receipt", b"x", &Signature::from_bytes(forged)),
            Err(KeyError::BadSignature)
        );
    }

    #[test]
    fn keys_and_signatures_survive_storage_and_json() {
        let key = SigningKey::random().unwrap();
        let again = SigningKey::from_secret_bytes(&key.to_secret_bytes());
        assert_eq!(again.verifying_key(), key.verifying_key());
        let public: VerifyingKey =
            serde_json::from_str(&serde_json::to_string(&key.verifying_key()).unwrap()).unwrap();
        assert_eq!(public, key.verifying_key());
        assert_eq!(public.to_string().parse::<VerifyingKey>(), Ok(public));
        assert_eq!("zz".parse::<VerifyingKey>(), Err(KeyError::BadKey));
        let signature = key.sign("entry", b"");
        let text = serde_json::to_string(&signature).unwrap();
        assert_eq!(serde_json::from_str::<Signature>(&text).unwrap(), signature);
        assert!(serde_json::from_str::<Signature>("\"AAAA\"").is_err());
        assert!(serde_json::from_str::<VerifyingKey>("\"00\"").is_err());
    }

    #[test]
    fn debug_hides_the_secret_half() {
        let shown = format!("{:?}", SigningKey::from_secret_bytes(&[0xab; 32]));
        assert_eq!(shown, "SigningKey(…)");
    }
}
