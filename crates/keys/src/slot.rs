//! The slots of a laptop's data key: what `keys.json` holds. Any one slot opens it (K1).
//!
//! A slot (an agent's PIN, a recovery code) wraps an X25519 key; the data key is sealed to the public halves of all slots
//! and of the escrow, so that a rotation (K2) needs nobody's PIN. Three guards stand around this:
//!
//! - the wrapped key's AEAD covers version, holder, cost, salt, whether a keyring secret took part, and the public half;
//! - a MAC under the data key covers the whole file: who cannot open it cannot name another recipient for the next
//!   rotation, nor swap the escrow;
//! - a plain checksum covers the whole file, so that a bad disk is not taken for a wrong PIN.

mod one;
mod sealed;

use crate::digest::hmac_sha256_fits;
use crate::recovery::random_number;
use crate::{
    DataKey, KdfCost, KeyError, OpeningKey, Pin, RecoveryCode, SealingKey, encoding, hmac_sha256, sha256,
};
use one::{Secret, Slot};
pub use sealed::open_escrow;
use sealed::{open_data_keys, seal_data_keys, seal_escrow};
use serde::{Deserialize, Serialize};
use std::fmt;

/// 2 since there are recovery slots.
const VERSION: u32 = 2;
/// Of what a slot wraps; files of both versions have the same.
const WRAP_VERSION: u32 = 1;
const MAX_FILE_BYTES: usize = 256 * 1024;
const MAX_PIN_SLOTS: usize = 16;
/// The code that the township holds, and the one that is on its way there.
const MAX_RECOVERY_SLOTS: usize = 2;
const MAC_CONTEXT: &[u8] = b"bangban slot file mac 1";
/// Stands before the data keys in what is sealed: 32 bytes of the key in force, during a rotation 32 of the one before.
const SEALED_CONTEXT: &[u8] = b"bangban data keys 1\n";

/// What `keys.json` holds: the slots, versioned.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlotFile {
    version: u32,
    pins: Vec<Slot>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    recovery: Vec<RecoverySlot>,
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
struct RecoverySlot {
    slot: Slot,
    /// Whether the center has signed that it holds the escrow with this code.
    deposited: bool,
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
    /// Whose PIN it was; `None` if a recovery code or the escrow key opened it.
    pub agent: Option<String>,
}

/// What the township's offline key finds in a deposited escrow.
#[derive(Debug)]
pub struct Deposited {
    /// The data key in force.
    pub data_key: DataKey,
    /// During a rotation, the data key before it.
    pub previous: Option<DataKey>,
    /// The recovery code with its number.
    pub recovery: Option<(String, RecoveryCode)>,
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
        let slot = Slot::create(data_key, None, agent, Secret::Pin(pin, keyring_secret), cost)?;
        let mut file = Self {
            version: VERSION,
            pins: vec![slot],
            recovery: Vec::new(),
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
        for slot in self.pins.iter().filter(|slot| agent.is_none_or(|agent| slot.holder == agent)) {
            if slot.keyring && keyring_secret.is_none() {
                secret_missing = true;
                continue;
            }
            match slot.unwrap_opening_key(Secret::Pin(pin, keyring_secret)) {
                Ok(key) => return self.open_sealed(&slot.sealed, &key, Some(slot.holder.clone())),
                Err(KeyError::WrongPin) => {}
                Err(error) => return Err(error),
            }
        }
        Err(if secret_missing { KeyError::KeyringSecretMissing } else { KeyError::WrongPin })
    }

    /// Opens with a recovery code; [`SlotFile::spend_recovery`] is to follow, for a code opens once.
    pub fn open_with_recovery(&self, code: &RecoveryCode) -> Result<Opened, KeyError> {
        let (slot, key) = self.recovery_slot(code)?;
        self.open_sealed(&slot.sealed, &key, None)
    }

    /// Takes the slot of a used code away.
    pub fn spend_recovery(&mut self, data_key: &DataKey, code: &RecoveryCode) -> Result<(), KeyError> {
        self.require_own(data_key)?;
        let spent = self.recovery_slot(code)?.0.holder.clone();
        self.change(data_key, |file| {
            file.recovery.retain(|other| other.slot.holder != spent);
            Ok(())
        })
    }

    /// The numbers of the recovery codes that open this file, the one that the township holds first.
    pub fn recovery_numbers(&self) -> impl Iterator<Item = &str> {
        self.recovery.iter().map(|recovery| recovery.slot.holder.as_str())
    }

    /// Opens with the township's offline key.
    pub fn open_with_escrow(&self, key: &OpeningKey) -> Result<Opened, KeyError> {
        let escrow = self.escrow.as_ref().ok_or(KeyError::NoSuchSlot)?;
        let Deposited { data_key, previous, .. } = open_escrow(&escrow.sealed, key)?;
        self.require_own(&data_key).map_err(|_| KeyError::Damaged)?;
        // What was sealed during a rotation keeps both keys; only one of them is of use once it is over.
        Ok(Opened { data_key, previous: previous.filter(|_| self.rotating), agent: None })
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
        self.put_pin(data_key, None, agent, pin, keyring_secret, cost)
    }

    /// The same, also while the data key is being changed: the slot then holds both keys.
    pub fn put_pin(
        &mut self,
        data_key: &DataKey,
        previous: Option<&DataKey>,
        agent: &str,
        pin: &Pin,
        keyring_secret: Option<&[u8]>,
        cost: KdfCost,
    ) -> Result<(), KeyError> {
        self.require_both(data_key, previous)?;
        let others = self.pins.iter().filter(|slot| slot.holder != agent).count();
        if others >= MAX_PIN_SLOTS {
            return Err(KeyError::TooManySlots { limit: MAX_PIN_SLOTS });
        }
        let slot = Slot::create(data_key, previous, agent, Secret::Pin(pin, keyring_secret), cost)?;
        self.change(data_key, |file| {
            match file.pins.iter_mut().find(|old| old.holder == agent) {
                Some(old) => *old = slot,
                None => file.pins.push(slot),
            }
            Ok(())
        })
    }

    /// Seals the data key to the township's offline key together with a new recovery code, in place of an earlier escrow.
    /// The code that the township holds so far goes on opening until [`SlotFile::confirm_escrow`].
    pub fn add_escrow(
        &mut self,
        data_key: &DataKey,
        previous: Option<&DataKey>,
        recipient: &SealingKey,
    ) -> Result<(), KeyError> {
        self.require_both(data_key, previous)?;
        let recipient = recipient.clone();
        self.change(data_key, |file| file.renew_escrow(data_key, previous, recipient))
    }

    /// Whether the escrow is sealed to this key and its code is on its way to the township.
    pub fn escrow_waits_for(&self, recipient: &SealingKey) -> bool {
        self.escrow.as_ref().is_some_and(|escrow| escrow.recipient == *recipient)
            && self.recovery.iter().any(|recovery| !recovery.deposited)
    }

    /// The center has signed that it holds the escrow as it now stands: codes from before open no more. Whether it was this
    /// escrow.
    pub fn confirm_escrow(&mut self, data_key: &DataKey, digest: &[u8; 32]) -> Result<bool, KeyError> {
        self.require_own(data_key)?;
        if self.escrow_sealed().map(sha256) != Some(*digest) {
            return Ok(false);
        }
        self.change(data_key, |file| {
            if file.recovery.iter().any(|recovery| !recovery.deposited) {
                file.recovery.retain(|recovery| !recovery.deposited);
            }
            for recovery in &mut file.recovery {
                recovery.deposited = true;
            }
            Ok(())
        })?;
        Ok(true)
    }

    /// The escrow as the laptop deposits it at enrolment; [`open_escrow`] opens it.
    pub fn escrow_sealed(&self) -> Option<&[u8]> {
        self.escrow.as_ref().map(|escrow| escrow.sealed.as_slice())
    }

    /// Whose PINs open this file, in the order they were added.
    pub fn agents(&self) -> impl Iterator<Item = &str> {
        self.pins.iter().map(|slot| slot.holder.as_str())
    }

    /// Whether this agent's slot needs the keyring's secret beside her PIN; `None` if she has no slot.
    pub fn needs_keyring(&self, agent: &str) -> Option<bool> {
        self.pins.iter().find(|slot| slot.holder == agent).map(|slot| slot.keyring)
    }

    /// What deriving costs here: as much as the dearest slot.
    pub fn cost(&self) -> KdfCost {
        let dearest = self.pins.iter().map(|slot| slot.cost);
        dearest
            .max_by_key(|cost| u64::from(cost.memory_kib) * u64::from(cost.passes))
            .unwrap_or(KdfCost::FLOOR)
    }

    /// Whether a rotation was begun and not finished.
    pub fn is_rotating(&self) -> bool {
        self.rotating
    }

    /// K2: from now on every slot and the escrow hold the new data key and the old one; an agent who leaves has no slot any
    /// more, for she may have kept the old key. Store the file durably before the first database moves to the new key.
    pub fn begin_rotation(
        &mut self,
        old: &DataKey,
        new: &DataKey,
        leaving: Option<&str>,
    ) -> Result<(), KeyError> {
        self.require_both(old, None)?;
        if let Some(agent) = leaving {
            if !self.pins.iter().any(|slot| slot.holder == agent) {
                return Err(KeyError::NoSuchSlot);
            }
            if self.pins.len() == 1 {
                return Err(KeyError::LastSlot);
            }
        }
        self.change(new, |file| {
            file.rotating = true;
            file.pins.retain(|slot| leaving != Some(slot.holder.as_str()));
            file.seal_slots(new, Some(old))?;
            match file.escrow.take() {
                Some(escrow) => file.renew_escrow(new, Some(old), escrow.recipient),
                None => Ok(()),
            }
        })
    }

    /// K2: the old data key goes. Call it when both databases, the second copy and the deposited escrow have moved. The
    /// escrow keeps it: the township could read what was written under it anyhow.
    pub fn finish_rotation(&mut self, new: &DataKey) -> Result<(), KeyError> {
        self.require_own(new)?;
        if !self.rotating {
            return Err(KeyError::NoRotation);
        }
        self.change(new, |file| {
            file.rotating = false;
            file.seal_slots(new, None)
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
        if file.version == 0 || file.checksum != file.compute_checksum()? {
            return Err(KeyError::Damaged);
        }
        file.check_shape()?;
        Ok(file)
    }

    fn check_shape(&self) -> Result<(), KeyError> {
        let counts_fit = (1..=MAX_PIN_SLOTS).contains(&self.pins.len())
            && self.recovery.len() <= MAX_RECOVERY_SLOTS
            && (self.version > 1 || self.recovery.is_empty());
        if !counts_fit {
            return Err(KeyError::Damaged);
        }
        self.recovery.iter().try_for_each(|recovery| recovery.slot.check())?;
        for (index, slot) in self.pins.iter().enumerate() {
            slot.check()?;
            if self.pins.iter().skip(index + 1).any(|other| other.holder == slot.holder) {
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
        if self.require_own(&data_key).is_err() || previous.is_some() != self.rotating {
            return Err(KeyError::Damaged);
        }
        Ok(Opened { data_key, previous, agent })
    }

    fn recovery_slot(&self, code: &RecoveryCode) -> Result<(&Slot, OpeningKey), KeyError> {
        for RecoverySlot { slot, .. } in &self.recovery {
            match slot.unwrap_opening_key(Secret::Recovery(code)) {
                Ok(key) => return Ok((slot, key)),
                Err(KeyError::WrongRecoveryCode) => {}
                Err(error) => return Err(error),
            }
        }
        Err(KeyError::WrongRecoveryCode)
    }

    /// A new code with its slot, and the escrow with both. Of older codes only the one that the township holds stays.
    fn renew_escrow(
        &mut self,
        data_key: &DataKey,
        previous: Option<&DataKey>,
        recipient: SealingKey,
    ) -> Result<(), KeyError> {
        let code = RecoveryCode::random()?;
        let number = self.fresh_number()?;
        // The code has more bits than anybody can try: stretching it would only slow the agent down.
        let slot = Slot::create(data_key, previous, &number, Secret::Recovery(&code), KdfCost::FLOOR)?;
        self.recovery.retain(|recovery| recovery.deposited);
        self.recovery.push(RecoverySlot { slot, deposited: false });
        let sealed = seal_escrow(&recipient, &number, &code, data_key, previous)?;
        self.escrow = Some(EscrowSlot { recipient, sealed });
        Ok(())
    }

    fn fresh_number(&self) -> Result<String, KeyError> {
        loop {
            let number = random_number()?;
            if self.recovery_numbers().all(|known| known != number) {
                return Ok(number);
            }
        }
    }

    fn seal_slots(&mut self, data_key: &DataKey, previous: Option<&DataKey>) -> Result<(), KeyError> {
        let recovery = self.recovery.iter_mut().map(|recovery| &mut recovery.slot);
        for slot in self.pins.iter_mut().chain(recovery) {
            slot.sealed = seal_data_keys(&slot.recipient, data_key, previous)?;
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
        changed.version = VERSION;
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

    /// Whoever changes slots knows the key in force and, during a rotation, the one before it.
    fn require_both(&self, data_key: &DataKey, previous: Option<&DataKey>) -> Result<(), KeyError> {
        self.require_own(data_key)?;
        match (self.rotating, previous) {
            (false, Some(_)) => Err(KeyError::NoRotation),
            (true, None) => Err(KeyError::RotationUnfinished),
            _ => Ok(()),
        }
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
        let (pins, recovery, escrow) = (self.pins.len(), self.recovery.len(), self.escrow.is_some());
        write!(
            f,
            "SlotFile(pins: {pins}, recovery: {recovery}, escrow: {escrow}, rotating: {})",
            self.rotating
        )
    }
}

#[cfg(test)]
mod tests;
