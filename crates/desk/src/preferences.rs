//! What she prefers, known before she signs in: a small file beside the ledger, with nothing personal in it.

use crate::error::DeskError;
use crate::file::write_in_place;
use crate::thrift::Thrift;
use bangban_model::Code;
use bangban_model::words::Language;
use serde::{Deserialize, Serialize};
use std::path::Path;
use ts_rs::TS;

const FILE: &str = "preferences.json";
/// No address is longer (characters).
const LONGEST_ADDRESS_CHARS: usize = 255;

/// What she prefers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Preferences {
    /// `zh-CN` or `en`.
    #[ts(type = "'zh-CN' | 'en'")]
    pub language: String,
    /// Size of everything, in percent: 100, 125 or 150.
    #[ts(type = "100 | 125 | 150")]
    pub zoom: u32,
    /// Another address of the center, for another network; '' for the one it was enrolled with.
    pub address: String,
    /// What goes over which connection.
    pub thrift: Thrift,
    /// The ledger locks itself after so many minutes without a key or a click: 5 to 60.
    pub idle_minutes: u32,
}

impl Default for Preferences {
    fn default() -> Self {
        Preferences {
            language: "zh-CN".to_owned(),
            zoom: 100,
            address: String::new(),
            thrift: Thrift::default(),
            idle_minutes: 10,
        }
    }
}

impl Preferences {
    /// Reads them; the defaults where there are none or the file cannot be read.
    pub fn read(folder: &Path) -> Preferences {
        let text = std::fs::read_to_string(folder.join(FILE)).unwrap_or_default();
        let read = serde_json::from_str::<Preferences>(&text).ok();
        read.filter(|preferences| preferences.check().is_ok()).unwrap_or_default()
    }

    /// Keeps them.
    pub fn write(&self, folder: &Path) -> Result<(), DeskError> {
        self.check()?;
        std::fs::create_dir_all(folder)?;
        write_in_place(&folder.join(FILE), &serde_json::to_vec_pretty(self).map_err(|_| Code::Internal)?)
    }

    /// Her language.
    pub fn language(&self) -> Language {
        if self.language == "en" { Language::English } else { Language::Chinese }
    }

    /// The address to use instead of the usual one, if she gave one.
    pub fn address(&self) -> Option<String> {
        Some(self.address.trim().to_owned()).filter(|address| !address.is_empty())
    }

    fn check(&self) -> Result<(), DeskError> {
        let wrong = |path: &str| Err(DeskError::new(Code::BadInput).with("path", path));
        if !matches!(self.language.as_str(), "zh-CN" | "en") {
            return wrong("language");
        }
        if !matches!(self.zoom, 100 | 125 | 150) {
            return wrong("zoom");
        }
        if !(5..=60).contains(&self.idle_minutes) {
            return wrong("idle_minutes");
        }
        let port = self.address.trim().rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
        if self.address.chars().count() > LONGEST_ADDRESS_CHARS
            || (self.address().is_some() && port.is_none())
        {
            return wrong("address");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_come_back_and_wrong_ones_are_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(Preferences::read(folder.path()), Preferences::default());
        let hers = Preferences {
            language: "en".into(),
            zoom: 125,
            address: " 10.1.2.3:8443 ".into(),
            thrift: Thrift::TextOnSlow,
            idle_minutes: 30,
        };
        hers.write(folder.path()).expect("kept");
        assert_eq!(Preferences::read(folder.path()), hers);
        assert_eq!(hers.address().as_deref(), Some("10.1.2.3:8443"));
        for wrong in [
            Preferences { language: "fr".into(), ..hers.clone() },
            Preferences { zoom: 10, ..hers.clone() },
            Preferences { address: "no port".into(), ..hers.clone() },
            Preferences { idle_minutes: 0, ..hers.clone() },
        ] {
            assert_eq!(wrong.write(folder.path()).expect_err("refused").code, Code::BadInput);
        }
        std::fs::write(folder.path().join(FILE), "{").expect("written");
        assert_eq!(
            Preferences::read(folder.path()),
            Preferences::default(),
            "a broken file loses only preferences"
        );
    }
}
