//! The system's keyring: it keeps a secret beside each agent's PIN, so that whoever has the disk alone cannot even try PINs.
//!
//! Where there is none (no desktop session, no service for secrets) a PIN has to be longer, and she is told.

use bangban_keys::Zeroizing;
use std::sync::LazyLock;

/// Under this name the secrets stand in the keyring.
const SERVICE: &str = "bangban";
const SECRET_BYTES: usize = 32;

/// Where secrets beside PINs are kept, each under an agent's id.
pub trait Keyring: Send + Sync {
    /// Whether secrets can be kept here.
    fn is_there(&self) -> bool;
    /// The secret under this name; `None` where there is none or it cannot be had.
    fn get(&self, name: &str) -> Option<Zeroizing<Vec<u8>>>;
    /// Keeps a secret; whether it can be read again.
    fn keep(&self, name: &str, secret: &[u8]) -> bool;
}

/// No keyring.
pub struct NoKeyring;

impl Keyring for NoKeyring {
    fn is_there(&self) -> bool {
        false
    }
    fn get(&self, _: &str) -> Option<Zeroizing<Vec<u8>>> {
        None
    }
    fn keep(&self, _: &str, _: &[u8]) -> bool {
        false
    }
}

/// The keyring of this user's session: the Secret Service on Linux, the Credential Manager on Windows.
pub struct SystemKeyring;

/// Found out once: on a machine without the service each question would wait for it again.
static IS_THERE: LazyLock<bool> = LazyLock::new(|| match keyring::v1::Entry::store_status() {
    Ok(()) => true,
    Err(problem) => {
        tracing::info!(%problem, "no keyring here");
        false
    }
});

impl SystemKeyring {
    fn entry(&self, name: &str) -> Option<keyring::v1::Entry> {
        if !*IS_THERE {
            return None;
        }
        keyring::v1::Entry::new(SERVICE, name).ok()
    }
}

impl Keyring for SystemKeyring {
    fn is_there(&self) -> bool {
        *IS_THERE
    }

    fn get(&self, name: &str) -> Option<Zeroizing<Vec<u8>>> {
        let secret = Zeroizing::new(self.entry(name)?.get_secret().ok()?);
        (secret.len() == SECRET_BYTES).then_some(secret)
    }

    fn keep(&self, name: &str, secret: &[u8]) -> bool {
        let Some(entry) = self.entry(name) else { return false };
        if let Err(problem) = entry.set_secret(secret) {
            tracing::warn!(%problem, "the keyring kept nothing");
            return false;
        }
        self.get(name).is_some_and(|kept| kept.as_slice() == secret)
    }
}

/// The keyring of this machine, unless `BANGBAN_KEYRING=none` says to do without; tests leave the developer's alone.
pub fn of_this_machine() -> std::sync::Arc<dyn Keyring> {
    if cfg!(test) || std::env::var_os("BANGBAN_KEYRING").is_some_and(|said| said == "none") {
        std::sync::Arc::new(NoKeyring)
    } else {
        std::sync::Arc::new(SystemKeyring)
    }
}

/// The agent's secret as it is kept, or a new one; `None` where there is no keyring that keeps it.
pub(crate) fn fresh_secret(
    keyring: &dyn Keyring,
    agent: &str,
) -> Result<Option<Zeroizing<Vec<u8>>>, bangban_keys::KeyError> {
    if !keyring.is_there() {
        return Ok(None);
    }
    if let Some(kept) = keyring.get(agent) {
        return Ok(Some(kept));
    }
    let secret = Zeroizing::new(bangban_keys::random_bytes::<SECRET_BYTES>()?.to_vec());
    Ok(keyring.keep(agent, &secret).then_some(secret))
}
