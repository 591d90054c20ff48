//! Folders that are there for good: what stands in one is found again after a power cut only when its name, and the names
//! of the folders above it, are on the disk too.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Makes names and renames in this folder durable, where the system can.
pub fn sync(folder: &Path) -> io::Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    #[cfg(test)]
    tests::SYNCED.with_borrow_mut(|synced| synced.push(folder.to_owned()));
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = (folder, File::open);
    Ok(())
}

/// Of this folder and those above it, the ones that are not there, the outermost first.
pub fn missing(folder: &Path) -> Vec<PathBuf> {
    let missing = folder.ancestors().take_while(|above| !above.as_os_str().is_empty() && !above.is_dir());
    let mut missing: Vec<PathBuf> = missing.map(Path::to_owned).collect();
    missing.reverse();
    missing
}

/// Makes a folder with those above it; their names are on the disk when this returns.
pub fn make(folder: &Path) -> io::Result<()> {
    let missing = missing(folder);
    fs::create_dir_all(folder)?;
    for made in missing {
        sync(made.parent().unwrap_or(Path::new(".")))?;
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    thread_local! {
        /// The folders that were made durable, in order.
        pub(super) static SYNCED: RefCell<Vec<PathBuf>> = const { RefCell::new(Vec::new()) };
    }

    #[test]
    fn a_new_folder_is_durable_with_every_new_one_above_it() {
        let place = tempfile::tempdir().unwrap();
        let inner = place.path().join("a/b");
        make(&inner).unwrap();
        assert_eq!(SYNCED.take(), [place.path().to_owned(), place.path().join("a")]);
        make(&inner).unwrap();
        assert_eq!(SYNCED.take(), Vec::<PathBuf>::new(), "what was there stays as it is");
    }

    #[test]
    fn a_new_ledger_stands_in_a_folder_that_is_durable() {
        use bangban_keys::{DataKey, KdfCost, Pin, SlotFile};
        let place = tempfile::tempdir().unwrap();
        let key = || DataKey::from_bytes([1; 32]);
        let floor = KdfCost { passes: 1, ..KdfCost::FLOOR };
        let slots = SlotFile::create(&key(), "agent", &Pin::parse("73918462").unwrap(), None, floor).unwrap();
        let agent = bangban_model::ids::AgentId(uuid::Uuid::nil());
        let folder = place.path().join("ledger");
        crate::Ledger::create(&folder, key(), &slots, agent, "周小琴").unwrap();
        assert_eq!(SYNCED.take().first(), Some(&place.path().to_owned()));
    }
}
