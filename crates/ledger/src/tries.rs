//! How often a wrong PIN was given since somebody last got in. After ten only a recovery code or the offline key opens the
//! ledger; nothing is ever wiped.
//!
//! The count stands in a file that whoever has the disk can change: it stops a colleague at the keyboard, not a thief. What
//! stops him is the cost of each try.

use crate::error::LedgerError;
use crate::folder;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// So many wrong tries in a row, and PINs open no more.
pub const MOST_TRIES: u32 = 10;
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Tries {
    version: u32,
    wrong: u32,
}

fn path(ledger: &Path) -> PathBuf {
    ledger.join("tries.json")
}

/// Wrong tries since somebody last got in. A file that cannot be read counts nothing: a torn page must not lock anybody out.
pub fn wrong(ledger: &Path) -> u32 {
    let tries = fs::read(path(ledger)).ok().and_then(|text| serde_json::from_slice::<Tries>(&text).ok());
    tries.map_or(0, |tries| tries.wrong)
}

/// Counts one more; on the disk before this returns. How many are left.
pub fn count(ledger: &Path) -> Result<u32, LedgerError> {
    let wrong = wrong(ledger).saturating_add(1);
    let text = serde_json::to_vec(&Tries { version: VERSION, wrong })
        .map_err(|_| LedgerError::Damaged("the count of tries cannot be written"))?;
    let fresh = ledger.join("tries.json.new");
    let mut file = File::create(&fresh)?;
    file.write_all(&text)?;
    file.sync_all()?;
    fs::rename(&fresh, path(ledger))?;
    folder::sync(ledger)?;
    Ok(MOST_TRIES.saturating_sub(wrong))
}

/// Somebody got in.
pub fn forget(ledger: &Path) -> Result<(), LedgerError> {
    match fs::remove_file(path(ledger)) {
        Err(problem) if problem.kind() != ErrorKind::NotFound => Err(problem.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn k1_wrong_tries_are_counted_until_somebody_gets_in() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(wrong(folder.path()), 0);
        let left: Vec<u32> = (0..12).map(|_| count(folder.path()).unwrap()).collect();
        assert_eq!(left, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0]);
        assert_eq!(wrong(folder.path()), 12);
        forget(folder.path()).unwrap();
        forget(folder.path()).unwrap();
        assert_eq!(wrong(folder.path()), 0);
    }

    #[test]
    fn a_count_that_cannot_be_read_locks_nobody_out() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(path(folder.path()), b"{\"version\":1,\"wr").unwrap();
        assert_eq!(wrong(folder.path()), 0);
        assert_eq!(count(folder.path()).unwrap(), 9);
    }
}
