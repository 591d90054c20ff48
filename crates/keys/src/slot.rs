//! The slots of a laptop's data key: what `keys.json` holds. Any one slot opens it (K1).
//!
//! A PIN slot wraps an X25519 key; the data key is sealed to the public halves of all slots and of the escrow, so that
//! a rotation (K2) needs nobody's PIN. Three guards stand around this:
//!
//! - the wrapped key's AEAD covers version, agent, cost, salt, whether a keyring secret took part, and the public half;
//! - a MAC under the data key covers the whole file: who cannot open it cannot name another recipient for the next
//!   rotation, nor swap the escrow;
//! - a plain checksum covers the whole file, so that a bad disk is not taken for a wrong PIN.

use crate::digest::hmac_sha256_fits;
use crate::{
    DataKey, KdfCost, KeyError, OpeningKey, Pin, SealingKey, encoding, hmac_sha256, random_bytes, sha256,
};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroizing;

const VERSION: u32 = 1;
const MAX_FILE_BYTES: usize = 256 * 1024;
const MAX_PIN_SLOTS: usize = 16;
const MAX_AGENT_BYTES: usize = 64;
const MAC_CONTEXT: &[u8] = b"bangban slot file mac 1";
const WRAP_CONTEXT: &[u8] = b"bangban pin slot 1";
/// Stands before the data keys in what is sealed: 32 bytes of the key in force, during a rotation 32 of the one before.
const SEALED_CONTEXT: &[u8] = b"bangban data keys 1\n";

/// What `keys.json` holds: the slots, versioned.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlotFile {
    version: u32,
    pins: Vec<PinSlot>,
    escrow: Option<EscrowSlot>,
    /// Between the start of a rotation and its end every slot holds two data keys.
    rotating: bool,
    #[serde(with = "encoding::hex")]
    mac: [u8; 32],
    #[serde(with = "encoding::hex")]
    checksum: [u8; 32],
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PinSlot {
    agent: String,
    cost: KdfCost,
    #[serde(with = "encoding::hex")]
    salt: [u8; 16],
    /// Whether a secret of the system's keyring took part beside the PIN.
    keyring: bool,
    recipient: SealingKey,
    #[serde(with = "encoding::hex")]
    nonce: [u8; 24],
    #[serde(with = "encoding::base64")]
    wrapped: Vec<u8>,
    #[serde(with = "encoding::base64")]
    sealed: Vec<u8>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EscrowSlot {
    recipient: SealingKey,
    #[serde(with = "encoding::base64")]
    sealed: Vec<u8>,
}

/// What a slot opened.
#[derive(Debug)]
pub struct Opened {
    /// The data key in force.
    pub data_key: DataKey,
    /// During a rotation, the data key before it: a database that the new key does not open is opened by this one.
    pub previous: Option<DataKey>,
    /// Whose PIN it was; `None` if the escrow key opened it.
    pub agent: Option<String>,
}

impl SlotFile {
    /// A new file with one PIN slot. `keyring_secret` is the secret kept in the system's keyring, where there is one;
    /// the slot then needs both.
    pub fn create(
        data_key: &DataKey,
        agent: &str,
        pin: &Pin,
        keyring_secret: Option<&[u8]>,
        cost: KdfCost,
    ) -> Result<Self, KeyError> {
        let slot = PinSlot::create(data_key, agent, pin, keyring_secret, cost)?;
        let mut file = Self {
            version: VERSION,
            pins: vec![slot],
            escrow: None,
            rotating: false,
            mac: [0; 32],
            checksum: [0; 32],
        };
        file.stamp(data_key)?;
        Ok(file)
    }

    /// Opens the agent's slot, or with `None` whichever PIN slot fits. [`KeyError::WrongPin`] also for an agent without
    /// a slot. Counting wrong tries is the caller's.
    pub fn open_with_pin(
        &self,
        agent: Option<&str>,
        pin: &Pin,
        keyring_secret: Option<&[u8]>,
    ) -> Result<Opened, KeyError> {
        let mut secret_missing = false;
        for slot in self.pins.iter().filter(|slot| agent.is_none_or(|agent| slot.agent == agent)) {
            if slot.keyring && keyring_secret.is_none() {
                secret_missing = true;
                continue;
            }
            match slot.unwrap_opening_key(pin, keyring_secret) {
                Ok(key) => return self.open_sealed(&slot.sealed, &key, Some(slot.agent.clone())),
                Err(KeyError::WrongPin) => {}
                Err(error) => return Err(error),
            }
        }
        Err(if secret_missing { KeyError::KeyringSecretMissing } else { KeyError::WrongPin })
    }

    /// Opens with the township's offline key.
    pub fn open_with_escrow(&self, key: &OpeningKey) -> Result<Opened, KeyError> {
        let escrow = self.escrow.as_ref().ok_or(KeyError::NoSuchSlot)?;
        self.open_sealed(&escrow.sealed, key, None)
    }

    /// Adds a slot for this agent, or gives her a new PIN in place of the old one.
    pub fn add_pin(
        &mut self,
        data_key: &DataKey,
        agent: &str,
        pin: &Pin,
        keyring_secret: Option<&[u8]>,
        cost: KdfCost,
    ) -> Result<(), KeyError> {
        self.require_settled(data_key)?;
        let others = self.pins.iter().filter(|slot| slot.agent != agent).count();
        if others >= MAX_PIN_SLOTS {
            return Err(KeyError::TooManySlots { limit: MAX_PIN_SLOTS });
        }
        let slot = PinSlot::create(data_key, agent, pin, keyring_secret, cost)?;
        self.change(data_key, |file| {
            match file.pins.iter_mut().find(|old| old.agent == agent) {
                Some(old) => *old = slot,
                None => file.pins.push(slot),
            }
            Ok(())
        })
    }

    /// Takes an agent's slot away; the last one stays. She may have kept the data key: rotate afterwards.
    pub fn remove_pin(&mut self, data_key: &DataKey, agent: &str) -> Result<(), KeyError> {
        self.require_settled(data_key)?;
        if !self.pins.iter().any(|slot| slot.agent == agent) {
            return Err(KeyError::NoSuchSlot);
        }
        if self.pins.len() == 1 {
            return Err(KeyError::LastSlot);
        }
        self.change(data_key, |file| {
            file.pins.retain(|slot| slot.agent != agent);
            Ok(())
        })
    }

    /// Seals the data key to the township's offline key, in place of an earlier escrow.
    pub fn add_escrow(&mut self, data_key: &DataKey, recipient: &SealingKey) -> Result<(), KeyError> {
        self.require_settled(data_key)?;
        let sealed = seal_data_keys(recipient, data_key, None)?;
        let recipient = recipient.clone();
        self.change(data_key, |file| {
            file.escrow = Some(EscrowSlot { recipient, sealed });
            Ok(())
        })
    }

    /// The escrow as the laptop deposits it at enrolment; [`open_escrow`] opens it.
    pub fn escrow_sealed(&self) -> Option<&[u8]> {
        self.escrow.as_ref().map(|escrow| escrow.sealed.as_slice())
    }

    /// Whose PINs open this file, in the order they were added.
    pub fn agents(&self) -> impl Iterator<Item = &str> {
        self.pins.iter().map(|slot| slot.agent.as_str())
    }

    /// Whether a rotation was begun and not finished.
    pub fn is_rotating(&self) -> bool {
        self.rotating
    }

    /// K2: from now on every slot and the escrow hold the new data key and the old one. Store the file durably before
    /// the first database moves to the new key.
    pub fn begin_rotation(&mut self, old: &DataKey, new: &DataKey) -> Result<(), KeyError> {
        self.require_settled(old)?;
        self.change(new, |file| {
            file.rotating = true;
            file.seal_everywhere(new, Some(old))
        })
    }

    /// K2: the old data key goes. Call it when both databases, the second copy and the deposited escrow have moved.
    pub fn finish_rotation(&mut self, new: &DataKey) -> Result<(), KeyError> {
        self.require_own(new)?;
        if !self.rotating {
            return Err(KeyError::NoRotation);
        }
        self.change(new, |file| {
            file.rotating = false;
            file.seal_everywhere(new, None)
        })
    }

    /// The file's bytes.
    pub fn to_json(&self) -> Result<Vec<u8>, KeyError> {
        serde_json::to_vec(self).map_err(|_| KeyError::Damaged)
    }

    /// Reads the file's bytes. Sizes and costs are checked here, before anything is derived.
    pub fn from_json(bytes: &[u8]) -> Result<Self, KeyError> {
        #[derive(Deserialize)]
        struct AnyVersion {
            version: u32,
        }
        if bytes.len() > MAX_FILE_BYTES {
            return Err(KeyError::Damaged);
        }
        let AnyVersion { version } = serde_json::from_slice(bytes).map_err(|_| KeyError::Damaged)?;
        if version > VERSION {
            return Err(KeyError::NewerFormat { found: version, known: VERSION });
        }
        let file: Self = serde_json::from_slice(bytes).map_err(|_| KeyError::Damaged)?;
        if file.version != VERSION || file.checksum != file.compute_checksum()? {
            return Err(KeyError::Damaged);
        }
        file.check_shape()?;
        Ok(file)
    }

    fn check_shape(&self) -> Result<(), KeyError> {
        if self.pins.is_empty() || self.pins.len() > MAX_PIN_SLOTS {
            return Err(KeyError::Damaged);
        }
        for (index, slot) in self.pins.iter().enumerate() {
            check_agent(&slot.agent)?;
            slot.cost.check()?;
            if self.pins.iter().skip(index + 1).any(|other| other.agent == slot.agent) {
                return Err(KeyError::Damaged);
            }
        }
        Ok(())
    }

    fn open_sealed(
        &self,
        sealed: &[u8],
        key: &OpeningKey,
        agent: Option<String>,
    ) -> Result<Opened, KeyError> {
        let (data_key, previous) = open_data_keys(sealed, key)?;
        if !hmac_sha256_fits(data_key.expose(), &[MAC_CONTEXT, &self.bytes_under_mac()?], &self.mac)
            || previous.is_some() != self.rotating
        {
            return Err(KeyError::Damaged);
        }
        Ok(Opened { data_key, previous, agent })
    }

    fn seal_everywhere(&mut self, data_key: &DataKey, previous: Option<&DataKey>) -> Result<(), KeyError> {
        for slot in &mut self.pins {
            slot.sealed = seal_data_keys(&slot.recipient, data_key, previous)?;
        }
        if let Some(escrow) = &mut self.escrow {
            escrow.sealed = seal_data_keys(&escrow.recipient, data_key, previous)?;
        }
        Ok(())
    }

    /// All changes go through here: they happen as a whole or not at all, and are stamped.
    fn change(
        &mut self,
        data_key: &DataKey,
        apply: impl FnOnce(&mut Self) -> Result<(), KeyError>,
    ) -> Result<(), KeyError> {
        let mut changed = self.clone();
        apply(&mut changed)?;
        changed.stamp(data_key)?;
        *self = changed;
        Ok(())
    }

    fn require_own(&self, data_key: &DataKey) -> Result<(), KeyError> {
        if hmac_sha256_fits(data_key.expose(), &[MAC_CONTEXT, &self.bytes_under_mac()?], &self.mac) {
            Ok(())
        } else {
            Err(KeyError::WrongDataKey)
        }
    }

    fn require_settled(&self, data_key: &DataKey) -> Result<(), KeyError> {
        self.require_own(data_key)?;
        if self.rotating { Err(KeyError::RotationUnfinished) } else { Ok(()) }
    }

    fn stamp(&mut self, data_key: &DataKey) -> Result<(), KeyError> {
        self.mac = hmac_sha256(data_key.expose(), &[MAC_CONTEXT, &self.bytes_under_mac()?]);
        self.checksum = self.compute_checksum()?;
        Ok(())
    }

    fn bytes_under_mac(&self) -> Result<Vec<u8>, KeyError> {
        Self { mac: [0; 32], checksum: [0; 32], ..self.clone() }.to_json()
    }

    fn compute_checksum(&self) -> Result<[u8; 32], KeyError> {
        Ok(sha256(Self { checksum: [0; 32], ..self.clone() }.to_json()?))
    }
}

impl fmt::Debug for SlotFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (pins, escrow) = (self.pins.len(), self.escrow.is_some());
        write!(f, "SlotFile(pins: {pins}, escrow: {escrow}, rotating: {})", self.rotating)
    }
}

impl PinSlot {
    fn create(
        data_key: &DataKey,
        agent: &str,
        pin: &Pin,
        keyring_secret: Option<&[u8]>,
        cost: KdfCost,
    ) -> Result<Self, KeyError> {
        check_agent(agent)?;
        cost.check()?;
        let opening_key = OpeningKey::random();
        let recipient = opening_key.sealing_key();
        let sealed = seal_data_keys(&recipient, data_key, None)?;
        let mut slot = Self {
            agent: agent.to_owned(),
            cost,
            salt: random_bytes()?,
            keyring: keyring_secret.is_some(),
            recipient,
            nonce: random_bytes()?,
            wrapped: Vec::new(),
            sealed,
        };
        let cipher = slot.derive_cipher(pin, keyring_secret)?;
        let secret = opening_key.to_secret_text();
        let payload = Payload { msg: secret.as_bytes(), aad: &slot.associated_data() };
        slot.wrapped =
            cipher.encrypt(XNonce::from_slice(&slot.nonce), payload).map_err(|_| KeyError::Damaged)?;
        Ok(slot)
    }

    fn unwrap_opening_key(&self, pin: &Pin, keyring_secret: Option<&[u8]>) -> Result<OpeningKey, KeyError> {
        let cipher = self.derive_cipher(pin, keyring_secret)?;
        let payload = Payload { msg: &self.wrapped, aad: &self.associated_data() };
        let secret = cipher
            .decrypt(XNonce::from_slice(&self.nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| KeyError::WrongPin)?;
        OpeningKey::from_secret_text(str::from_utf8(&secret).map_err(|_| KeyError::Damaged)?)
            .map_err(|_| KeyError::Damaged)
    }

    fn derive_cipher(&self, pin: &Pin, keyring_secret: Option<&[u8]>) -> Result<XChaCha20Poly1305, KeyError> {
        // A slot made before there was a keyring goes on opening with the PIN alone.
        let secret = keyring_secret.filter(|_| self.keyring);
        let key = self.cost.derive_slot_key(pin, secret, &self.salt)?;
        XChaCha20Poly1305::new_from_slice(key.as_slice()).map_err(|_| KeyError::BadKey)
    }

    /// Every part with its length before it, so that no two different slots have the same associated data.
    fn associated_data(&self) -> Vec<u8> {
        let KdfCost { memory_kib, passes, lanes } = self.cost;
        let numbers = [VERSION, memory_kib, passes, lanes, u32::from(self.keyring)].map(u32::to_le_bytes);
        let parts: [&[u8]; 5] = [
            WRAP_CONTEXT,
            self.agent.as_bytes(),
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

/// Opens a deposited escrow ([`SlotFile::escrow_sealed`]) with the township's offline key: the data key in force and,
/// during a rotation, the one before it.
pub fn open_escrow(sealed: &[u8], key: &OpeningKey) -> Result<(DataKey, Option<DataKey>), KeyError> {
    open_data_keys(sealed, key)
}

fn seal_data_keys(
    recipient: &SealingKey,
    data_key: &DataKey,
    previous: Option<&DataKey>,
) -> Result<Vec<u8>, KeyError> {
    let mut plain = Zeroizing::new(Vec::with_capacity(SEALED_CONTEXT.len() + 64));
    plain.extend_from_slice(SEALED_CONTEXT);
    plain.extend_from_slice(data_key.expose());
    if let Some(previous) = previous {
        plain.extend_from_slice(previous.expose());
    }
    recipient.seal(&plain)
}

fn open_data_keys(sealed: &[u8], key: &OpeningKey) -> Result<(DataKey, Option<DataKey>), KeyError> {
    let plain = Zeroizing::new(key.open(sealed)?);
    let keys = plain.strip_prefix(SEALED_CONTEXT).ok_or(KeyError::Damaged)?;
    let (keys, rest) = keys.as_chunks::<32>();
    match (keys, rest) {
        ([current], []) => Ok((DataKey::from_bytes(*current), None)),
        ([current, previous], []) => {
            Ok((DataKey::from_bytes(*current), Some(DataKey::from_bytes(*previous))))
        }
        _ => Err(KeyError::Damaged),
    }
}

fn check_agent(agent: &str) -> Result<(), KeyError> {
    let usable =
        !agent.is_empty() && agent.len() <= MAX_AGENT_BYTES && agent.bytes().all(|b| b.is_ascii_graphic());
    if usable { Ok(()) } else { Err(KeyError::BadAgentId) }
}

#[cfg(test)]
mod tests;
