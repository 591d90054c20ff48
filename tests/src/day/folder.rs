//! The demo's folder: the PIN, the port, the roster. Only its owner can read it.

use crate::day::serving::Ports;
use crate::day::trouble::Trouble;
use serde::{Deserialize, Serialize};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// What the demo remembers from day to day. Everything else stands in the ledger and at the center.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Notes {
    /// Where the center listened last: the laptop was enrolled with that address.
    pub port: u16,
    /// Where the console stood last, so that it stays where a browser remembers it.
    #[serde(default)]
    pub console_port: u16,
}

impl Notes {
    /// Both ports.
    pub fn ports(&self) -> Ports {
        Ports { laptops: self.port, console: self.console_port }
    }
}

/// The folder.
pub struct DemoFolder {
    path: PathBuf,
    /// Held for as long as the day goes on: two at once would be at the same ledger.
    _lock: File,
}

impl DemoFolder {
    /// The folder of `BANGBAN_DEMO`, else in the user's share; made where it is missing.
    pub fn open() -> Result<Self, Trouble> {
        let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_else(|| "/tmp".into()));
        let path = std::env::var_os("BANGBAN_DEMO")
            .filter(|said| !said.is_empty())
            .map_or_else(|| home().join(".local/share/bangban-demo"), PathBuf::from);
        let told = path.display().to_string();
        DirBuilder::new().recursive(true).mode(0o700).create(&path).map_err(Trouble::io(&told))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).map_err(Trouble::io(&told))?;
        let lock = File::options().create(true).truncate(false).write(true).open(path.join("lock"));
        let lock = lock.map_err(Trouble::io(&told))?;
        lock.try_lock().map_err(|_| Trouble::Busy(path.clone()))?;
        Ok(DemoFolder { path, _lock: lock })
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A file in it as a person would name it: `~/…` at home.
    pub fn shown(&self, name: &str) -> String {
        let file = if name.is_empty() { self.path.clone() } else { self.file(name) };
        let home = std::env::var_os("HOME").map(PathBuf::from).filter(|home| home.parent().is_some());
        match home.and_then(|home| file.strip_prefix(home).ok().map(Path::to_owned)) {
            Some(rest) => format!("~/{}", rest.display()),
            None => file.display().to_string(),
        }
    }

    /// A file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The demo's PIN: made by chance the first time, the same from then on.
    pub fn pin(&self) -> Result<String, Trouble> {
        let file = self.file("pin");
        match fs::read_to_string(&file) {
            Ok(pin) if !pin.trim().is_empty() => return Ok(pin.trim().to_owned()),
            Ok(_) => {}
            Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => {}
            Err(problem) => return Err(Trouble::io("pin")(problem)),
        }
        let pin = chance_pin()?;
        self.write("pin", pin.as_bytes())?;
        Ok(pin)
    }

    /// What it remembers.
    pub fn notes(&self) -> Notes {
        fs::read(self.file("day.json"))
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    /// Remembers.
    pub fn remember(&self, notes: &Notes) -> Result<(), Trouble> {
        let text =
            serde_json::to_vec_pretty(notes).map_err(|problem| Trouble::Unexpected(problem.to_string()))?;
        self.write("day.json", &text)
    }

    /// Writes a file that only the owner reads, whole or not at all.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Trouble> {
        let fresh = self.file(&format!("{name}.new"));
        let written = (|| {
            let mut file =
                OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&fresh, self.file(name))
        })();
        written.map_err(Trouble::io(name))
    }
}

/// Ten digits, no two neighbours alike, so that it is neither a run nor easily misread.
fn chance_pin() -> Result<String, Trouble> {
    let mut pin = String::new();
    while pin.len() < 10 {
        let mut byte = [0];
        getrandom::fill(&mut byte).map_err(|problem| Trouble::Unexpected(problem.to_string()))?;
        // 250 is a multiple of ten: every digit is as likely.
        let digit = char::from(b'0' + byte[0] % 10);
        if byte[0] < 250 && !pin.ends_with(digit) {
            pin.push(digit);
        }
    }
    Ok(pin)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_pin_has_ten_digits_and_no_neighbours_alike() {
        for _ in 0..200 {
            let pin = chance_pin().unwrap();
            assert_eq!(pin.len(), 10);
            assert!(pin.bytes().all(|digit| digit.is_ascii_digit()));
            assert!(pin.as_bytes().windows(2).all(|pair| pair.first() != pair.last()), "{pin}");
        }
    }
}
