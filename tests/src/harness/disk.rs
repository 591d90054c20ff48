//! A disk that is nearly full: a small file system in memory.

use std::io::Write;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// A small disk; gone when dropped.
pub struct SmallDisk {
    folder: TempDir,
    kib: u64,
}

impl SmallDisk {
    /// A disk of this size, where this user may mount one.
    pub fn of_kib(kib: u64) -> Option<Self> {
        let folder = TempDir::with_prefix("bangban-disk-").unwrap();
        let options = format!("size={kib}k");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(folder.path()).output();
        mounted.is_ok_and(|output| output.status.success()).then_some(SmallDisk { folder, kib })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Fills it until this many KiB are left.
    pub fn fill_until_left(&self, kib: u64) {
        self.empty();
        let mut filler = std::fs::File::create(self.path().join("filler")).unwrap();
        // Bounded: should this ever be another disk than the small one, it is not filled up.
        let most = self.kib + 1024;
        while filler.write_all(&[0; 1024]).is_ok() {
            assert!(filler.metadata().unwrap().len() < most * 1024, "this is not the small disk");
        }
        let length = filler.metadata().unwrap().len();
        filler.set_len(length.saturating_sub(kib * 1024)).unwrap();
    }

    /// Takes away what filled it.
    pub fn empty(&self) {
        let _ = std::fs::remove_file(self.path().join("filler"));
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.folder.path()).output();
    }
}
