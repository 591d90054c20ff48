//! The data key and its slots, signing and sealing, behind one small interface.
//!
//! Bytes in, bytes out: no files, no clock, no network. Only the types of this crate show in its signatures, so
//! that modules certified for SM2, SM3 and SM4 can be put in behind them. What each name uses today:
//!
//! | name | today |
//! |---|---|
//! | [`SigningKey`], [`VerifyingKey`], [`Signature`] | Ed25519, strict, over a context |
//! | [`OpeningKey`], [`SealingKey`] | age v1 with X25519 |
//! | [`SlotFile`] | Argon2id and XChaCha20-Poly1305 around an X25519 key |
//! | [`RecoveryCode`] | 93 random bits as digits, each group with a check digit |
//! | [`RecordKey`] | XChaCha20-Poly1305 under a subkey by HMAC-SHA-256 |
//! | [`sha256`], [`hmac_sha256`] | SHA-256 |
//!
//! No error, and no `Debug` output, carries a key, a PIN or a name.

mod cost;
mod data_key;
mod digest;
mod encoding;
mod error;
mod pin;
mod record;
mod recovery;
mod seal;
mod sign;
mod slot;

pub use cost::KdfCost;
pub use data_key::{DataKey, random_bytes, random_code};
pub use digest::{hmac_sha256, sha256, spki_pin};
pub use error::{KeyError, PinRefusal};
pub use pin::Pin;
pub use record::RecordKey;
pub use recovery::{RECOVERY_GROUPS, RecoveryCode};
pub use seal::{OpenReader, OpeningKey, SealWriter, SealingKey, open_from, seal_to};
pub use sign::{Signature, SigningKey, VerifyingKey};
pub use slot::{Deposited, Opened, SlotFile, open_escrow};
// Secrets leave this crate only in this wrapper, so callers need its name.
pub use zeroize::Zeroizing;
