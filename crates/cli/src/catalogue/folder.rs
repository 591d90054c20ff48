//! Items on disk, read within bounds; links are not followed.

use bangban_catalogue::check::{CARD_FILE, Files, MAX_CARD_BYTES};
use bangban_desk::DeskError;
use bangban_forms::MAX_WORKBOOK_BYTES;
use bangban_model::Code;
use std::fs::{File, FileType};
use std::io::Read;
use std::path::{Path, PathBuf};

/// The most items that are read, the most files of one, and the most bytes of all.
const MAX_ITEMS: usize = 1_000;
const MAX_FILES: usize = 50;
const MAX_BYTES: usize = 512 * 1024 * 1024;

/// The files of an item's folder, without a folder in their paths; else those of the items in it, `DIBAO/item.toml`. A
/// file larger than allowed is read one byte too far, for which the check refuses it.
///
/// # Errors
/// The folder or a file cannot be read, or there is more than any catalogue has.
pub fn read_files(folder: &Path) -> Result<Files, DeskError> {
    let mut files = Files::new();
    let mut left = MAX_BYTES;
    let is_item = std::fs::symlink_metadata(folder.join(CARD_FILE)).is_ok_and(|facts| facts.is_file());
    if is_item {
        read_item(folder, "", &mut files, &mut left)?;
        return Ok(files);
    }
    let items = entries(folder, FileType::is_dir)?;
    if items.len() > MAX_ITEMS {
        return Err(too_much());
    }
    for (name, path) in items {
        read_item(&path, &format!("{name}/"), &mut files, &mut left)?;
    }
    Ok(files)
}

fn read_item(folder: &Path, before: &str, files: &mut Files, left: &mut usize) -> Result<(), DeskError> {
    let found = entries(folder, FileType::is_file)?;
    if found.len() > MAX_FILES {
        return Err(too_much());
    }
    for (name, path) in found {
        let limit = if name == CARD_FILE { MAX_CARD_BYTES } else { MAX_WORKBOOK_BYTES };
        let mut bytes = Vec::new();
        let most = u64::try_from(limit.min(*left)).unwrap_or(u64::MAX).saturating_add(1);
        File::open(&path)?.take(most).read_to_end(&mut bytes)?;
        *left = left.checked_sub(bytes.len()).ok_or_else(too_much)?;
        files.insert(format!("{before}{name}"), bytes);
    }
    Ok(())
}

/// What a folder holds of a kind, by name, hidden things left out.
fn entries(folder: &Path, is_wanted: fn(&FileType) -> bool) -> Result<Vec<(String, PathBuf)>, DeskError> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // The type is the entry's own, not that of what it links to.
        if is_wanted(&entry.file_type()?) && !name.starts_with('.') {
            found.push((name, entry.path()));
        }
    }
    found.sort();
    Ok(found)
}

fn too_much() -> DeskError {
    DeskError::new(Code::BadInput)
}
