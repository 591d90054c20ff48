//! A disk that does what a test says: kills the program at its n-th write, refuses to write, or writes everything down.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use tempfile::TempDir;

const SOURCE: &str = include_str!("faulty_disk.c");
/// No space left on the device.
pub const ENOSPC: i32 = 28;
/// An error of the device.
pub const EIO: i32 = 5;

/// What happens when the countdown is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// Nothing.
    Nothing,
    /// The program is killed before it writes.
    KillBefore,
    /// It writes half and is killed.
    KillTorn,
    /// It writes and is killed.
    KillAfter,
    /// This operation fails with this errno.
    FailOnce(i32),
    /// This one and all after it.
    FailOn(i32),
}

/// The library that stands between programs and their disk; none where it cannot be built or put in place.
fn library() -> Option<&'static Path> {
    static BUILT: OnceLock<Option<(TempDir, PathBuf)>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        if !cfg!(target_os = "linux") {
            return None;
        }
        let folder = TempDir::with_prefix("bangban-disk-").unwrap();
        let (source, library) = (folder.path().join("disk.c"), folder.path().join("disk.so"));
        std::fs::write(&source, SOURCE).unwrap();
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(&source).args(["-ldl", "-lpthread"]);
        cc.status().is_ok_and(|status| status.success()).then_some((folder, library))
    });
    built.as_ref().map(|(_, library)| library.as_path())
}

/// Such a disk, for the programs started with it.
pub struct FaultyDisk {
    root: PathBuf,
    dial: File,
    dial_path: PathBuf,
    log: Option<PathBuf>,
    // The dial lies in it.
    _folder: TempDir,
}

impl FaultyDisk {
    /// For files below this folder.
    pub fn below(root: &Path) -> Option<Self> {
        library()?;
        let folder = TempDir::with_prefix("bangban-dial-").unwrap();
        let dial_path = folder.path().join("dial");
        let dial = File::options().create_new(true).read(true).write(true).open(&dial_path).unwrap();
        dial.set_len(32).unwrap();
        Some(FaultyDisk { root: root.to_owned(), dial, dial_path, log: None, _folder: folder })
    }

    /// From now on every write and fsync is written down there.
    pub fn write_down(&mut self, log: PathBuf) {
        self.log = Some(log);
    }

    /// Puts it in place for a command.
    pub fn set(&self, command: &mut Command) {
        let Some(library) = library() else { return };
        command.env("LD_PRELOAD", library).env("BANGBAN_DISK_ROOT", &self.root);
        command.env("BANGBAN_DISK_DIAL", &self.dial_path);
        match &self.log {
            Some(log) => command.env("BANGBAN_DISK_LOG", log),
            None => command.env_remove("BANGBAN_DISK_LOG"),
        };
    }

    /// At the n-th operation from now on this happens; also to a program that runs already.
    pub fn plan(&self, mishap: Mishap, countdown: u64) {
        let (what, error) = match mishap {
            Mishap::Nothing => (0, 0),
            Mishap::KillBefore => (1, 0),
            Mishap::KillTorn => (2, 0),
            Mishap::KillAfter => (3, 0),
            Mishap::FailOnce(error) => (4, error),
            Mishap::FailOn(error) => (5, error),
        };
        // The countdown goes last: until then nothing happens.
        self.dial.write_all_at(&0_i64.to_le_bytes(), 0).unwrap();
        self.dial.write_all_at(&i32::to_le_bytes(what), 16).unwrap();
        self.dial.write_all_at(&i32::to_le_bytes(error), 20).unwrap();
        self.dial.write_all_at(&0_i64.to_le_bytes(), 24).unwrap();
        self.dial.write_all_at(&(countdown as i64).to_le_bytes(), 0).unwrap();
    }

    /// Nothing is planned any more; whether it has happened by then.
    pub fn cancel(&self) -> bool {
        self.dial.write_all_at(&0_i64.to_le_bytes(), 0).unwrap();
        self.dial.write_all_at(&0_i32.to_le_bytes(), 16).unwrap();
        self.happened() > 0
    }

    /// How many operations there were so far.
    pub fn operations(&self) -> u64 {
        self.number_at(8)
    }

    /// How often what was planned last has happened.
    pub fn happened(&self) -> u64 {
        self.number_at(24)
    }

    fn number_at(&self, offset: u64) -> u64 {
        let mut bytes = [0; 8];
        self.dial.read_exact_at(&mut bytes, offset).unwrap();
        u64::from_le_bytes(bytes)
    }
}
