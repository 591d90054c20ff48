//! `keys.json`: the slots that open the ledger, written so that no moment leaves it half, with a twin beside it.

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

/// Where their twin stands: the same bytes, should one of the two be damaged.
pub fn twin(folder: &Path) -> PathBuf {
    folder.join("keys.json.bak")
}

/// Reads the slots of the ledger in this folder; where the file is damaged or gone, its twin.
pub fn read(folder: &Path) -> Result<SlotFile, LedgerError> {
    match read_file(&path(folder)) {
        Ok(slots) => Ok(slots),
        // A file of a newer program is no damage: what the twin says may be out of date.
        Err(problem) if problem.code() == Code::NewerFormat => Err(problem),
        Err(problem) => match read_file(&twin(folder)) {
            Err(newer) if newer.code() == Code::NewerFormat => Err(newer),
            twin => twin.map_err(|_| problem),
        },
    }
}

/// Which of the two files is damaged or gone; none where both read and say the same.
pub fn damaged(folder: &Path) -> Option<&'static str> {
    match (read_file(&path(folder)), read_file(&twin(folder))) {
        (Err(_), _) => Some("keys.json"),
        (Ok(_), Err(_)) => Some("keys.json.bak"),
        // The twin is written first: after a power cut in between it is the newer one, and the next change writes both.
        (Ok(_), Ok(_)) => None,
    }
}

fn read_file(path: &Path) -> Result<SlotFile, LedgerError> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => {
            return Err(Code::LedgerMissing.into());
        }
        Err(problem) => return Err(problem.into()),
    };
    Ok(SlotFile::from_json(&text)?)
}

/// Writes the slots, the twin first: at every moment one of the two is whole.
pub fn write(folder: &Path, slots: &SlotFile) -> Result<(), LedgerError> {
    let text = slots.to_json()?;
    write_file(folder, &twin(folder), &text)?;
    write_file(folder, &path(folder), &text)
}

/// Writes one of them: a new file beside the old one, fsynced, then renamed over it, then the folder fsynced.
fn write_file(folder: &Path, path: &Path, text: &[u8]) -> Result<(), LedgerError> {
    let fresh = folder.join("keys.json.new");
    let mut file = File::create(&fresh)?;
    restrict(&file)?;
    file.write_all(text)?;
    file.sync_all()?;
    fs::rename(&fresh, path)?;
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
