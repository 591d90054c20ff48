//! `keys.json`: the slots that open the ledger, written so that no moment leaves it half.

use crate::error::LedgerError;
use bangban_keys::SlotFile;
use bangban_model::Code;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Where the slots stand.
pub fn path(folder: &Path) -> PathBuf {
    folder.join("keys.json")
}

/// Reads the slots of the ledger in this folder.
pub fn read(folder: &Path) -> Result<SlotFile, LedgerError> {
    let text = match fs::read(path(folder)) {
        Ok(text) => text,
        Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => {
            return Err(Code::LedgerMissing.into());
        }
        Err(problem) => return Err(problem.into()),
    };
    Ok(SlotFile::from_json(&text)?)
}

/// Writes the slots: a new file beside the old one, fsynced, then renamed over it, then the folder fsynced.
pub fn write(folder: &Path, slots: &SlotFile) -> Result<(), LedgerError> {
    let text = slots.to_json()?;
    let fresh = folder.join("keys.json.new");
    let mut file = File::create(&fresh)?;
    restrict(&file)?;
    file.write_all(&text)?;
    file.sync_all()?;
    fs::rename(&fresh, path(folder))?;
    sync_folder(folder)
}

/// Makes renames in this folder durable, where the system can.
pub fn sync_folder(folder: &Path) -> Result<(), LedgerError> {
    Ok(crate::folder::sync(folder)?)
}

pub(crate) fn restrict(file: &File) -> Result<(), LedgerError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}
