//! A disk that keeps what was synced, and of the rest whatever chance leaves: what a power cut does to one.

use super::log::Told;
use crate::harness::Chance;
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// What is written in one piece or not at all (bytes).
const SECTOR_BYTES: usize = 512;

/// What is left of what was not synced.
#[derive(Clone, Copy, Debug)]
enum Left {
    Nothing,
    Everything,
    /// Some writes whole, in any combination.
    SomeWrites,
    /// Some sectors of some writes.
    SomeSectors,
}

#[derive(Clone, Default)]
struct File {
    durable: Vec<u8>,
    pending: Vec<Told>,
}

/// The disk as it is after so much was told to it.
#[derive(Clone, Default)]
pub struct Disk {
    /// Numbers of files (inodes) as the system gives them, while they have a name: it gives one again, to a file or a folder, once
    /// it is free. What they stand for here is given once.
    numbers: BTreeMap<u64, usize>,
    files: Vec<File>,
    names: BTreeMap<PathBuf, usize>,
    folders: BTreeSet<PathBuf>,
    /// Names that changed and are not synced yet.
    pending: Vec<Change>,
    /// Names as the programs see them.
    seen: BTreeMap<PathBuf, usize>,
}

/// A change of names.
#[derive(Clone, Debug)]
enum Change {
    Made {
        folder: PathBuf,
    },
    /// A file appears under a name, and goes from another if it had one.
    Named {
        file: usize,
        from: Option<PathBuf>,
        to: PathBuf,
    },
    Gone {
        path: PathBuf,
    },
}

impl Change {
    /// The folder whose sync makes it durable: where the name appears, or went from.
    fn folder(&self) -> Option<&Path> {
        match self {
            Change::Made { folder: path } | Change::Named { to: path, .. } | Change::Gone { path } => {
                path.parent()
            }
        }
    }

    fn apply(&self, names: &mut BTreeMap<PathBuf, usize>, folders: &mut BTreeSet<PathBuf>) {
        match self {
            Change::Made { folder } => {
                folders.insert(folder.clone());
            }
            Change::Named { file, from, to } => {
                if let Some(from) = from {
                    names.remove(from);
                }
                names.insert(to.clone(), *file);
            }
            Change::Gone { path } => {
                names.remove(path);
            }
        }
    }
}

impl Disk {
    /// What lies in this folder, all of it durable.
    pub fn of(root: &Path) -> Self {
        let mut disk = Disk::default();
        disk.add(root);
        disk.seen.clone_from(&disk.names);
        disk
    }

    fn add(&mut self, folder: &Path) {
        self.folders.insert(folder.to_owned());
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                self.add(&path);
            } else if !is_rebuilt(&path) {
                let number = path.metadata().unwrap().ino();
                let durable = std::fs::read(&path).unwrap();
                let file = self.begin(number, File { durable, pending: Vec::new() });
                self.names.insert(path, file);
            }
        }
    }

    /// A file under this number from here on.
    fn begin(&mut self, number: u64, file: File) -> usize {
        self.files.push(file);
        self.numbers.insert(number, self.files.len() - 1);
        self.files.len() - 1
    }

    /// A file that lost its name gives its number back.
    fn give_back(&mut self, gone: Option<usize>) {
        self.numbers.retain(|_, file| Some(*file) != gone);
    }

    /// It is told one thing more.
    pub fn hear(&mut self, told: &Told) {
        match told {
            Told::Write { file, .. } | Told::Truncate { file, .. } => {
                // What is written to a file without a name is seen by nobody after a cut.
                if let Some(file) = self.numbers.get(file) {
                    self.files[*file].pending.push(told.clone());
                }
            }
            Told::Sync { file, path } => match self.numbers.get(file) {
                Some(file) => {
                    let file = &mut self.files[*file];
                    for told in std::mem::take(&mut file.pending) {
                        put(&mut file.durable, &told);
                    }
                }
                None => self.settle_names(path),
            },
            Told::Create { file, path } => {
                let file = self.begin(*file, File::default());
                self.seen.insert(path.clone(), file);
                self.pending.push(Change::Named { file, from: None, to: path.clone() });
            }
            Told::Rename { from, to } => {
                let Some(file) = self.seen.remove(from) else { return };
                let replaced = self.seen.insert(to.clone(), file);
                self.give_back(replaced);
                self.pending.push(Change::Named { file, from: Some(from.clone()), to: to.clone() });
            }
            Told::Unlink { path } => {
                let gone = self.seen.remove(path);
                self.give_back(gone);
                self.pending.push(Change::Gone { path: path.clone() });
            }
            Told::Mkdir { path } => self.pending.push(Change::Made { folder: path.clone() }),
        }
    }

    fn settle_names(&mut self, folder: &Path) {
        let mut moved = BTreeSet::new();
        for change in std::mem::take(&mut self.pending) {
            if change.folder() == Some(folder) {
                change.apply(&mut self.names, &mut self.folders);
                if let Change::Named { file, .. } = change {
                    moved.insert(file);
                }
            } else {
                self.pending.push(change);
            }
        }
        // A file whose later name is durable does not come back under an earlier one.
        self.pending.retain(
            |change| !matches!(change, Change::Named { file, from: None, .. } if moved.contains(file)),
        );
    }

    /// What a cut leaves is written below `to`, in place of `root`.
    pub fn cut(&self, chance: &mut Chance, root: &Path, to: &Path) {
        let left = chance.one_of(&[
            Left::Nothing,
            Left::Nothing,
            Left::Everything,
            Left::SomeWrites,
            Left::SomeSectors,
            Left::SomeSectors,
        ]);
        let (mut names, mut folders) = (self.names.clone(), self.folders.clone());
        // Names are journaled: of those that wait, the first so many.
        let kept = match left {
            Left::Nothing => 0,
            Left::Everything => self.pending.len(),
            _ => chance.between(0, self.pending.len() as u64 + 1) as usize,
        };
        self.pending.iter().take(kept).for_each(|change| change.apply(&mut names, &mut folders));
        for folder in &folders {
            std::fs::create_dir_all(to.join(folder.strip_prefix(root).unwrap())).unwrap();
        }
        for (path, file) in &names {
            if path.parent().is_none_or(|above| !folders.contains(above)) {
                continue;
            }
            let file = &self.files[*file];
            std::fs::write(to.join(path.strip_prefix(root).unwrap()), file.after(left, chance)).unwrap();
        }
    }
}

impl File {
    fn after(&self, left: Left, chance: &mut Chance) -> Vec<u8> {
        let mut bytes = self.durable.clone();
        for told in &self.pending {
            match left {
                Left::Nothing => {}
                Left::Everything => put(&mut bytes, told),
                Left::SomeWrites if chance.between(0, 2) == 0 => put(&mut bytes, told),
                Left::SomeWrites => {}
                Left::SomeSectors => match told {
                    Told::Write { file, offset, bytes: written } => {
                        for (at, sector) in sectors(*offset, written) {
                            if chance.between(0, 2) == 0 {
                                let sector = sector.to_vec();
                                put(&mut bytes, &Told::Write { file: *file, offset: at, bytes: sector });
                            }
                        }
                    }
                    other if chance.between(0, 2) == 0 => put(&mut bytes, other),
                    _ => {}
                },
            }
        }
        bytes
    }
}

/// What is written down anew after every crash is no part of what a disk keeps.
fn is_rebuilt(path: &Path) -> bool {
    path.to_string_lossy().ends_with("-shm")
}

/// The parts of a write that lie in one sector each.
fn sectors(offset: u64, bytes: &[u8]) -> Vec<(u64, &[u8])> {
    let mut parts = Vec::new();
    let (mut at, mut rest) = (offset, bytes);
    while !rest.is_empty() {
        let room = SECTOR_BYTES - at as usize % SECTOR_BYTES;
        let (sector, behind) = rest.split_at(room.min(rest.len()));
        parts.push((at, sector));
        at += sector.len() as u64;
        rest = behind;
    }
    parts
}

fn put(bytes: &mut Vec<u8>, told: &Told) {
    match told {
        Told::Write { offset, bytes: written, .. } => {
            let (from, to) = (*offset as usize, *offset as usize + written.len());
            if bytes.len() < to {
                bytes.resize(to, 0);
            }
            bytes[from..to].copy_from_slice(written);
        }
        Told::Truncate { length, .. } => bytes.resize(*length as usize, 0),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "/r";

    fn left(disk: &Disk, seed: u64) -> BTreeMap<String, Vec<u8>> {
        let place = tempfile::tempdir().unwrap();
        disk.cut(&mut Chance::from_seed(seed), Path::new(ROOT), place.path());
        let files = std::fs::read_dir(place.path()).unwrap().map(|file| file.unwrap().path());
        files
            .map(|path| {
                (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap())
            })
            .collect()
    }

    fn of(told: &[Told]) -> Disk {
        let mut disk = Disk { folders: [PathBuf::from(ROOT)].into(), ..Disk::default() };
        told.iter().for_each(|told| disk.hear(told));
        disk
    }

    fn created() -> [Told; 2] {
        let path = PathBuf::from("/r/a");
        [Told::Create { file: 1, path }, Told::Write { file: 1, offset: 0, bytes: vec![7; 1500] }]
    }

    #[test]
    fn what_was_synced_is_there_after_every_cut() {
        let [create, write] = created();
        let sync = Told::Sync { file: 1, path: "/r/a".into() };
        let folder = Told::Sync { file: 9, path: ROOT.into() };
        let disk = of(&[create, write, sync, folder]);
        for seed in 0..50 {
            assert_eq!(left(&disk, seed)["a"], vec![7; 1500]);
        }
    }

    #[test]
    fn what_was_not_synced_is_lost_torn_or_there() {
        let [create, write] = created();
        let disk = of(&[create, Told::Sync { file: 9, path: ROOT.into() }, write]);
        let seen: BTreeSet<Vec<u8>> = (0..200).map(|seed| left(&disk, seed)["a"].clone()).collect();
        assert!(seen.contains(&Vec::new()) && seen.contains(&vec![7; 1500]));
        assert!(seen.iter().any(|bytes| bytes.contains(&0) && bytes.contains(&7)), "a torn one");
    }

    /// The system gives the number of a file that is gone to a folder: what lies in that is there once the folder was synced.
    #[test]
    fn a_number_that_is_given_again_is_another_s() {
        let [create, write] = created();
        let (photos, photo) = (PathBuf::from("/r/photos"), PathBuf::from("/r/photos/b"));
        let disk = of(&[
            create,
            write,
            Told::Sync { file: 9, path: ROOT.into() },
            Told::Unlink { path: "/r/a".into() },
            Told::Mkdir { path: photos.clone() },
            Told::Sync { file: 9, path: ROOT.into() },
            Told::Create { file: 2, path: photo.clone() },
            Told::Sync { file: 2, path: photo.clone() },
            Told::Sync { file: 1, path: photos },
        ]);
        assert!(disk.names.contains_key(&photo));
    }

    #[test]
    fn a_name_may_go_though_its_bytes_were_synced() {
        let [create, write] = created();
        let disk = of(&[create, write, Told::Sync { file: 1, path: "/r/a".into() }]);
        let seen: BTreeSet<bool> = (0..50).map(|seed| left(&disk, seed).is_empty()).collect();
        assert_eq!(seen.len(), 2);
    }
}
