//! One slot: a secret that somebody has in her head or hears over the phone, around an X25519 key.

use super::WRAP_VERSION;
use crate::{DataKey, KdfCost, KeyError, OpeningKey, Pin, RecoveryCode, SealingKey, encoding, random_bytes};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

const MAX_HOLDER_BYTES: usize = 64;
const PIN_CONTEXT: &[u8] = b"bangban pin slot 1";
const RECOVERY_CONTEXT: &[u8] = b"bangban recovery slot 1";

/// What opens a slot.
#[derive(Clone, Copy)]
pub(super) enum Secret<'a> {
    /// An agent's PIN, with the secret of the system's keyring where there is one.
    Pin(&'a Pin, Option<&'a [u8]>),
    /// A recovery code.
    Recovery(&'a RecoveryCode),
}

impl Secret<'_> {
    fn context(self) -> &'static [u8] {
        match self {
            Secret::Pin(..) => PIN_CONTEXT,
            Secret::Recovery(_) => RECOVERY_CONTEXT,
        }
    }

    fn wrong(self) -> KeyError {
        match self {
            Secret::Pin(..) => KeyError::WrongPin,
            Secret::Recovery(_) => KeyError::WrongRecoveryCode,
        }
    }
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Slot {
    /// Whose it is: an agent's id, or a recovery code's number.
    #[serde(rename = "agent")]
    pub(super) holder: String,
    pub(super) cost: KdfCost,
    #[serde(with = "encoding::hex")]
    pub(super) salt: [u8; 16],
    /// Whether a secret of the system's keyring took part beside the PIN.
    pub(super) keyring: bool,
    pub(super) recipient: SealingKey,
    #[serde(with = "encoding::hex")]
    pub(super) nonce: [u8; 24],
    #[serde(with = "encoding::base64")]
    pub(super) wrapped: Vec<u8>,
    #[serde(with = "encoding::base64")]
    pub(super) sealed: Vec<u8>,
}

impl Slot {
    pub(super) fn create(
        data_key: &DataKey,
        previous: Option<&DataKey>,
        holder: &str,
        secret: Secret<'_>,
        cost: KdfCost,
    ) -> Result<Self, KeyError> {
        check_holder(holder)?;
        cost.check()?;
        let opening_key = OpeningKey::random();
        let recipient = opening_key.sealing_key();
        let sealed = super::seal_data_keys(&recipient, data_key, previous)?;
        let mut slot = Self {
            holder: holder.to_owned(),
            cost,
            salt: random_bytes()?,
            keyring: matches!(secret, Secret::Pin(_, Some(_))),
            recipient,
            nonce: random_bytes()?,
            wrapped: Vec::new(),
            sealed,
        };
        let cipher = slot.derive_cipher(secret)?;
        let text = opening_key.to_secret_text();
        let payload = Payload { msg: text.as_bytes(), aad: &slot.associated_data(secret.context()) };
        slot.wrapped =
            cipher.encrypt(XNonce::from_slice(&slot.nonce), payload).map_err(|_| KeyError::Damaged)?;
        Ok(slot)
    }

    pub(super) fn unwrap_opening_key(&self, secret: Secret<'_>) -> Result<OpeningKey, KeyError> {
        let cipher = self.derive_cipher(secret)?;
        let payload = Payload { msg: &self.wrapped, aad: &self.associated_data(secret.context()) };
        let text = cipher
            .decrypt(XNonce::from_slice(&self.nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| secret.wrong())?;
        OpeningKey::from_secret_text(str::from_utf8(&text).map_err(|_| KeyError::Damaged)?)
            .map_err(|_| KeyError::Damaged)
    }

    pub(super) fn check(&self) -> Result<(), KeyError> {
        check_holder(&self.holder)?;
        self.cost.check()
    }

    fn derive_cipher(&self, secret: Secret<'_>) -> Result<XChaCha20Poly1305, KeyError> {
        let (known, keyring) = match secret {
            // A slot made before there was a keyring goes on opening with the PIN alone.
            Secret::Pin(pin, keyring) => (pin.bytes(), keyring.filter(|_| self.keyring)),
            Secret::Recovery(code) => (code.digits(), None),
        };
        let key = self.cost.derive_slot_key(known, keyring, &self.salt)?;
        XChaCha20Poly1305::new_from_slice(key.as_slice()).map_err(|_| KeyError::BadKey)
    }

    /// Every part with its length before it, so that no two different slots have the same associated data.
    fn associated_data(&self, context: &[u8]) -> Vec<u8> {
        let KdfCost { memory_kib, passes, lanes } = self.cost;
        let numbers =
            [WRAP_VERSION, memory_kib, passes, lanes, u32::from(self.keyring)].map(u32::to_le_bytes);
        let parts: [&[u8]; 5] = [
            context,
            self.holder.as_bytes(),
            numbers.as_flattened(),
            &self.salt,
            self.recipient.as_str().as_bytes(),
        ];
        let mut data = Vec::new();
        for part in parts {
            data.extend_from_slice(&(part.len() as u64).to_le_bytes());
            data.extend_from_slice(part);
        }
        data
    }
}

fn check_holder(holder: &str) -> Result<(), KeyError> {
    let usable = !holder.is_empty()
        && holder.len() <= MAX_HOLDER_BYTES
        && holder.bytes().all(|sign| sign.is_ascii_graphic());
    if usable { Ok(()) } else { Err(KeyError::BadAgentId) }
}
