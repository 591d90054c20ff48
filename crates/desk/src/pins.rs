//! PINs against the slots of a ledger, with the keyring's secrets beside them: the one place where a PIN is tried, counted,
//! chosen and set.

use crate::error::DeskError;
use crate::keyring::{Keyring, fresh_secret};
use bangban_keys::{DataKey, KeyError, Opened, Pin, SlotFile};
use bangban_ledger::tries::{self, MOST_TRIES};
use bangban_model::Code;
use std::path::Path;

/// What PINs are tried with.
#[derive(Clone, Copy)]
pub(crate) struct Pins<'a> {
    /// The ledger's folder, where wrong tries are counted.
    pub(crate) folder: &'a Path,
    /// Keeps the secrets beside PINs.
    pub(crate) keyring: &'a dyn Keyring,
}

impl Pins<'_> {
    /// A PIN that somebody chooses: longer where there is no keyring.
    pub(crate) fn chosen(&self, pin: &str) -> Result<Pin, DeskError> {
        let pin = if self.keyring.is_there() { Pin::parse(pin) } else { Pin::parse_alone(pin) };
        pin.map_err(DeskError::from)
    }

    /// Opens one agent's slot, or whichever fits. After ten wrong tries in a row none opens any more; what can be nobody's PIN
    /// is no try.
    pub(crate) fn try_pin(
        &self,
        slots: &SlotFile,
        agent: Option<&str>,
        pin: &str,
    ) -> Result<Opened, DeskError> {
        let before = tries::wrong(self.folder);
        if before >= MOST_TRIES {
            return Err(Code::PinLocked.into());
        }
        let pin = Pin::entered(pin).map_err(|_| DeskError::new(Code::WrongPin))?;
        match self.open(slots, agent, &pin) {
            Err(KeyError::WrongPin) => Err(match tries::count(self.folder)? {
                0 => Code::PinLocked.into(),
                left => DeskError::new(Code::WrongPin).with("left", left),
            }),
            Ok(opened) => {
                if before > 0 {
                    tries::forget(self.folder)?;
                }
                Ok(opened)
            }
            Err(problem) => Err(problem.into()),
        }
    }

    /// The same without counting: slots that stand elsewhere, or a PIN that is looked for among others.
    pub(crate) fn open(&self, slots: &SlotFile, agent: Option<&str>, pin: &Pin) -> Result<Opened, KeyError> {
        let mut outcome = KeyError::WrongPin;
        for holder in slots.agents().filter(|holder| agent.is_none_or(|agent| agent == *holder)) {
            let secret = match slots.needs_keyring(holder) {
                Some(true) => self.keyring.get(holder),
                _ => None,
            };
            match slots.open_with_pin(Some(holder), pin, secret.as_ref().map(|secret| secret.as_slice())) {
                Err(KeyError::WrongPin) => {}
                // Another agent's slot may open; else it is told that no PIN of hers can.
                Err(KeyError::KeyringSecretMissing) => outcome = KeyError::KeyringSecretMissing,
                opened => return opened,
            }
        }
        Err(outcome)
    }

    /// Sets an agent's PIN. The PIN tells who signs in: it must not be that of somebody else.
    pub(crate) fn put(
        &self,
        slots: &mut SlotFile,
        keys: (&DataKey, Option<&DataKey>),
        agent: &str,
        pin: &Pin,
    ) -> Result<(), DeskError> {
        let is_hers = |holder: &str| holder != agent && self.open(slots, Some(holder), pin).is_ok();
        if slots.agents().any(is_hers) {
            return Err(Code::PinTaken.into());
        }
        let secret = fresh_secret(self.keyring, agent)?;
        let secret = secret.as_ref().map(|secret| secret.as_slice());
        let cost = slots.cost();
        Ok(slots.put_pin(keys.0, keys.1, agent, pin, secret, cost)?)
    }
}
