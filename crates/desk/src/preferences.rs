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
/// Of that file.
const FORMAT: u32 = 1;
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
    /// She was shown around, or did not want to be.
    pub toured: bool,
}

/// The file: without a format it is of before there was one, and the same.
#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(default)]
    format: u32,
    #[serde(flatten)]
    preferences: Preferences,
}

/// Of any format.
#[derive(Deserialize)]
struct Marked {
    #[serde(default)]
    format: u32,
}

impl Default for Preferences {
    fn default() -> Self {
        Preferences {
            language: "zh-CN".to_owned(),
            zoom: 100,
            address: String::new(),
            thrift: Thrift::default(),
            idle_minutes: 10,
            toured: false,
        }
    }
}

impl Preferences {
    /// Reads them; the defaults where there are none or the file cannot be read.
    pub fn read(folder: &Path) -> Preferences {
        let text = std::fs::read_to_string(folder.join(FILE)).unwrap_or_default();
        let read = serde_json::from_str::<Kept>(&text).ok().filter(|kept| kept.format <= FORMAT);
        read.map(|kept| kept.preferences)
            .filter(|preferences| preferences.check().is_ok())
            .unwrap_or_default()
    }

    /// Keeps them. Those of a newer program are left as they are.
    pub fn write(&self, folder: &Path) -> Result<(), DeskError> {
        self.check()?;
        let path = folder.join(FILE);
        let there = std::fs::read(&path).ok().and_then(|text| serde_json::from_slice::<Marked>(&text).ok());
        if there.is_some_and(|marked| marked.format > FORMAT) {
            return Err(Code::NewerFormat.into());
        }
        std::fs::create_dir_all(folder)?;
        let kept = Kept { format: FORMAT, preferences: self.clone() };
        write_in_place(&path, &serde_json::to_vec_pretty(&kept).map_err(|_| Code::Internal)?)
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
            toured: true,
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
        // Of before there was a format, and of a program that is newer than this.
        std::fs::write(folder.path().join(FILE), r#"{"language":"en","zoom":150}"#).expect("written");
        assert_eq!(Preferences::read(folder.path()).zoom, 150);
        let newer = r#"{"format":2,"language":"en","zoom":150,"voice":"loud"}"#;
        std::fs::write(folder.path().join(FILE), newer).expect("written");
        assert_eq!(Preferences::read(folder.path()), Preferences::default());
        assert_eq!(hers.write(folder.path()).expect_err("left alone").code, Code::NewerFormat);
        assert_eq!(std::fs::read_to_string(folder.path().join(FILE)).expect("there"), newer);
        std::fs::write(folder.path().join(FILE), "{").expect("written");
        assert_eq!(
            Preferences::read(folder.path()),
            Preferences::default(),
            "a broken file loses only preferences"
        );
    }
}
