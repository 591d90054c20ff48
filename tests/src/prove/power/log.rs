//! What a disk was told, read back: every write, truncation, fsync and change of a name, in order.

use std::path::{Path, PathBuf};

/// One thing that a disk was told.
#[derive(Clone, Debug)]
pub enum Told {
    /// Bytes at an offset of a file.
    Write { file: u64, offset: u64, bytes: Vec<u8> },
    /// A file's new length.
    Truncate { file: u64, length: u64 },
    /// A file, or the names in a folder, are to be on the disk from here on.
    Sync { file: u64, path: PathBuf },
    /// A new file.
    Create { file: u64, path: PathBuf },
    /// A new name.
    Rename { from: PathBuf, to: PathBuf },
    /// A name that goes.
    Unlink { path: PathBuf },
    /// A new folder.
    Mkdir { path: PathBuf },
}

/// Reads what the faulty disk wrote down (`struct line` in faulty_disk.c). An unfinished last line is none.
pub fn read(log: &Path) -> Vec<Told> {
    let bytes = std::fs::read(log).unwrap();
    let mut rest = bytes.as_slice();
    let mut told = Vec::new();
    while let Some((head, behind)) = rest.split_at_checked(24) {
        let word = |at: usize| u32::from_le_bytes(head[at..at + 4].try_into().unwrap());
        let long = |at: usize| u64::from_le_bytes(head[at..at + 8].try_into().unwrap());
        let Some((content, behind)) = behind.split_at_checked(word(4) as usize) else { break };
        told.push(one(word(0) as u8, long(8), long(16), content));
        rest = behind;
    }
    told
}

fn one(kind: u8, file: u64, offset: u64, content: &[u8]) -> Told {
    let path = || PathBuf::from(std::str::from_utf8(content).unwrap());
    match kind {
        b'w' => Told::Write { file, offset, bytes: content.to_vec() },
        b't' => Told::Truncate { file, length: offset },
        b's' => Told::Sync { file, path: path() },
        b'c' => Told::Create { file, path: path() },
        b'u' => Told::Unlink { path: path() },
        b'm' => Told::Mkdir { path: path() },
        b'r' => {
            let both = std::str::from_utf8(content).unwrap();
            let (from, to) = both.split_once('\n').unwrap();
            Told::Rename { from: from.into(), to: to.into() }
        }
        other => panic!("the log has a line of kind {other}"),
    }
}
