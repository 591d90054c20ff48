//! What stands in a place by its names: copies, their slots and their segments.

use crate::error::LedgerError;
use bangban_keys::SlotFile;
use bangban_model::Code;
use std::fs;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// What a copy's folder is called, with the short id of the copy behind it.
const NAMED: &str = "bangban-copy-";
/// How a segment's name ends.
pub(super) const ENDING: &str = "seg";

/// The folder of the copy with this id in this place.
pub(super) fn path(place: &Path, copy: Uuid) -> PathBuf {
    let id = copy.simple().to_string();
    place.join(format!("{NAMED}{}", id.get(..8).unwrap_or(&id)))
}

/// The folders of copies in this place, or this very folder where it is one.
pub fn find(place: &Path) -> Result<Vec<PathBuf>, LedgerError> {
    if has_slots(place) && !segments(place)?.is_empty() {
        return Ok(vec![place.to_owned()]);
    }
    let mut found = Vec::new();
    for one in fs::read_dir(place)? {
        let path = one?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with(NAMED) && has_slots(&path) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The slots of a copy, and their spare.
pub(super) fn slot_files(folder: &Path) -> [PathBuf; 2] {
    [crate::slots::path(folder), folder.join("keys.spare.json")]
}

fn has_slots(folder: &Path) -> bool {
    slot_files(folder).iter().any(|file| file.is_file())
}

/// The slots that open a copy; where the one file is damaged, of the other.
pub fn slots_of(folder: &Path) -> Result<SlotFile, LedgerError> {
    let [first, spare] = slot_files(folder);
    let read = |file: &Path| Ok(SlotFile::from_json(&fs::read(file)?)?);
    read(&first).or_else(|problem: LedgerError| read(&spare).map_err(|_: LedgerError| problem))
}

/// The segments of a folder by number.
pub(super) fn segments(folder: &Path) -> Result<Vec<(u64, PathBuf)>, LedgerError> {
    let mut segments = Vec::new();
    for one in fs::read_dir(folder)? {
        let path = one?.path();
        let number = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok());
        if path.extension().is_some_and(|ending| ending == ENDING)
            && let Some(number) = number
        {
            segments.push((number, path));
        }
    }
    segments.sort();
    Ok(segments)
}

/// Gives a folder another name: nobody knows what is in it.
pub(super) fn set_aside(folder: &Path) -> Result<(), LedgerError> {
    for number in 1..1000 {
        let mut name = folder.file_name().unwrap_or_default().to_owned();
        name.push(format!("-aside-{number}"));
        let aside = folder.with_file_name(name);
        if !aside.exists() {
            fs::rename(folder, aside)?;
            return Ok(());
        }
    }
    Err(Code::FileExists.into())
}
