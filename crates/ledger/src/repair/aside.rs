//! Moving what is damaged into a folder of its own, and what was built anew into its place.

use crate::check::files_of;
use crate::error::LedgerError;
use crate::folder as folders;
use crate::laptop::{ENTRIES_FILE, PHOTOS_FILE};
use crate::wal::beside;
use chrono::{DateTime, FixedOffset};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A file that is being built anew.
const BUILDING: &str = ".repair";
/// One that is whole and waits to take the damaged one's place.
const BUILT: &str = ".repaired";
/// What folders of set-aside files are called, with the day and a number behind it.
const ASIDE: &str = "damaged-";
/// No more on one day.
const MOST_ASIDE: u32 = 1000;

/// Where a file is built anew.
pub(super) fn building(folder: &Path, file: &str) -> PathBuf {
    beside(&folder.join(file), BUILDING)
}

fn built(folder: &Path, file: &str) -> PathBuf {
    beside(&folder.join(file), BUILT)
}

/// Whether a repair waits for its last step.
pub fn is_unsettled(folder: &Path) -> bool {
    [ENTRIES_FILE, PHOTOS_FILE].iter().any(|file| built(folder, file).exists())
}

/// Whether a damaged ledger was set aside here.
pub fn has_set_aside(folder: &Path) -> bool {
    asides(folder).iter().any(|aside| aside.join(ENTRIES_FILE).exists())
}

/// Removes what a repair left that was cut short before its new files were whole: nothing stands in them alone.
pub(super) fn clear_leftovers(folder: &Path) -> Result<(), LedgerError> {
    for file in [ENTRIES_FILE, PHOTOS_FILE] {
        for leftover in files_of(&building(folder, file)) {
            match fs::remove_file(&leftover) {
                Err(problem) if problem.kind() != ErrorKind::NotFound => return Err(problem.into()),
                _ => {}
            }
        }
    }
    Ok(())
}

/// Makes the folder into which damaged files go; answers its name.
pub(super) fn prepare(folder: &Path, at: DateTime<FixedOffset>) -> Result<String, LedgerError> {
    let day = at.format("%Y-%m-%d");
    for number in 1..=MOST_ASIDE {
        // Longer numbers sort behind shorter ones only with the same number of digits.
        let name = format!("{ASIDE}{day}-{number:03}");
        match fs::create_dir(folder.join(&name)) {
            Ok(()) => {
                folders::sync(folder)?;
                return Ok(name);
            }
            Err(problem) if problem.kind() == ErrorKind::AlreadyExists => {}
            Err(problem) => return Err(problem.into()),
        }
    }
    Err(LedgerError::Damaged("too many repairs on one day"))
}

/// A file that was built anew, if there is one, is whole from here on.
pub(super) fn finish(folder: &Path, file: &str) -> Result<(), LedgerError> {
    let building = building(folder, file);
    if building.exists() {
        fs::File::options().write(true).open(&building)?.sync_all()?;
        fs::rename(&building, built(folder, file))?;
        folders::sync(folder)?;
    }
    Ok(())
}

/// Brings a repair to its end whose new files are whole: the damaged ones go aside, the log before the database, so that no log
/// ever stands beside a database that it does not belong to.
pub fn settle(folder: &Path) -> Result<(), LedgerError> {
    for file in [ENTRIES_FILE, PHOTOS_FILE] {
        let built = built(folder, file);
        if !built.exists() {
            continue;
        }
        let aside = match asides(folder).pop() {
            Some(aside) => aside,
            None => return Err(LedgerError::Damaged("no folder for what is set aside")),
        };
        for damaged in files_of(&folder.join(file)) {
            move_aside(&damaged, &aside)?;
        }
        folders::sync(&aside)?;
        folders::sync(folder)?;
        fs::rename(&built, folder.join(file))?;
        folders::sync(folder)?;
    }
    Ok(())
}

/// Moves a file, if it is there; never over another one.
pub(crate) fn move_aside(file: &Path, aside: &Path) -> Result<(), LedgerError> {
    let name = file.file_name().unwrap_or_default();
    let mut place = aside.join(name);
    let mut number = 1;
    while place.exists() {
        number += 1;
        place = aside.join(format!("{}.{number}", name.to_string_lossy()));
    }
    match fs::rename(file, place) {
        Err(problem) if problem.kind() != ErrorKind::NotFound => Err(problem.into()),
        _ => Ok(()),
    }
}

/// The folders of set-aside files, the newest last.
fn asides(folder: &Path) -> Vec<PathBuf> {
    let Ok(list) = fs::read_dir(folder) else { return Vec::new() };
    let mut asides: Vec<PathBuf> = list
        .filter_map(|one| Some(one.ok()?.path()))
        .filter(|path| path.is_dir())
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(ASIDE)))
        .collect();
    asides.sort();
    asides
}
