//! A second copy of the center, made while it runs, read again before it counts (rule D3), and named in receipts (rules X2, X7).
//!
//! A place of copies holds a folder a copy (`backup.json`, written last and signed; `center.db`; `photos.txt`, the list of its
//! photos; `keys.age`, the center's keys sealed to the offline key) and one folder `photos` that all of them share.

mod plan;
mod restore;
mod sweep;

pub use plan::Plan;
pub use restore::{Restored, restore};

use self::plan::is_due;
use crate::center::Center;
use crate::error::CenterError;
use crate::identity::{DataFolder, Identity, make_private_folder, sync_folder, write_private};
use crate::photos::PhotoShelf;
use crate::store::backing_up::BackupNote;
use crate::store::embedded::EmbeddedStore;
use crate::store::{Now, Store as _};
use bangban_model::chain::received_at_text;
use bangban_model::{Code, Digest};
use bangban_sync::signed::Statement;
use bangban_sync::{PhotoNote, Signed};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Of the file `backup.json`.
const FORMAT: u32 = 1;
/// The folder that all copies of a place share.
const PHOTOS: &str = "photos";
/// Nobody else makes or removes copies in a place while this file is locked.
const LOCK: &str = "lock";

const DATABASE: &str = "center.db";
const KEYS: &str = "keys.age";
const PHOTO_LIST: &str = "photos.txt";
const MANIFEST: &str = "backup.json";

/// How far a copy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The database is copied: pages there, pages in all.
    Database(u64, u64),
    /// What was copied is read again.
    Checking,
    /// Photos are copied, or read again where they stand: photos done, photos in all.
    Photos(u64, u64),
}

/// What a copy says of itself; signed by the center.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Manifest {
    format: u32,
    id: Uuid,
    center: Uuid,
    /// The center's clock when it was begun: it holds whatever was receipted before.
    made_at: String,
    program: String,
    entries: u64,
    photos: u64,
    database: Digest,
    photo_list: Digest,
    keys: Digest,
}

impl Statement for Manifest {
    const CONTEXT: &'static str = "bangban/backup/1";
}

/// What the offline key opens.
#[derive(Serialize, Deserialize)]
struct SealedKeys {
    identity: Identity,
    database_key: String,
    divisions: Option<String>,
}

/// A copy's folder.
struct CopyFolder(PathBuf);

impl CopyFolder {
    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

/// What was put into a copy.
struct Contents {
    entries: u64,
    photos: u64,
    bytes: u64,
}

impl Center {
    /// Makes a copy in this place and reads it again; receipts name it from then on. Of older copies the newest stay, `keep` with
    /// this one.
    ///
    /// # Errors
    /// `BackupUnderWay`; `BackupUnverified`: the copy is not what it should be, and stays for whoever looks into it until the next
    /// try; `DiskFull`, `FileUnreadable`. Nothing at the center changes but that it remembers the failure.
    pub fn back_up(
        &self,
        place: &Path,
        keep: usize,
        told: &mut dyn FnMut(Step),
    ) -> Result<BackupNote, CenterError> {
        let (id, begun) = (Uuid::now_v7(), self.now());
        let made = self.try_back_up(place, id, begun, keep, told);
        let mut note = BackupNote {
            id,
            made_at: received_at_text(begun),
            ended_at: received_at_text(self.now()),
            place: place.to_owned(),
            problem: None,
            entries: 0,
            photos: 0,
            bytes: 0,
        };
        match made {
            Ok(contents) => {
                (note.entries, note.photos, note.bytes) = (contents.entries, contents.photos, contents.bytes);
                self.store().keep_backup(&note)?;
                tracing::info!(backup = %id, entries = note.entries, photos = note.photos, "backup made and verified");
                Ok(note)
            }
            Err(problem) => {
                note.problem = Some(problem.code());
                tracing::error!(backup = %id, %problem, "no backup was made");
                self.store().keep_backup(&note)?;
                Err(problem)
            }
        }
    }

    /// The copy of the day: only where a person made one before. A stick that is not plugged in leaves an empty folder behind, on
    /// the very disk that is to be saved.
    pub fn back_up_daily(&self, plan: &Plan) -> Result<Option<BackupNote>, CenterError> {
        let now = self.now();
        let (newest, last) = (self.store().newest_backup(now)?, self.store().last_backup(now)?);
        if !is_due(newest.as_ref(), last.as_ref(), plan.at, now) {
            return Ok(None);
        }
        self.back_up(&plan.place, plan.keep, &mut |_| {}).map(Some)
    }

    fn try_back_up(
        &self,
        place: &Path,
        id: Uuid,
        begun: Now,
        keep: usize,
        told: &mut dyn FnMut(Step),
    ) -> Result<Contents, CenterError> {
        let place = self.place_of_copies(place)?;
        let _lock = locked(&place)?;
        sweep::remove_unfinished(&place)?;
        let copy = CopyFolder(place.join(format!("{}-{}", begun.format("%Y%m%d-%H%M%S"), short(id))));
        let contents = self.fill(&copy, &place, id, &received_at_text(begun), told)?;
        if let Err(problem) = sweep::keep_newest(&place, &copy.0, keep) {
            tracing::warn!(%problem, "older backups were not removed");
        }
        Ok(contents)
    }

    /// The place of copies that a person chose, made where it is not there.
    pub fn choose_place(&self, place: &Path) -> Result<(), CenterError> {
        make_private_folder(place)?;
        make_private_folder(&place.join(PHOTOS))
    }

    /// The place, if it is one. A copy within the center's own folder would be lost with it.
    fn place_of_copies(&self, place: &Path) -> Result<PathBuf, CenterError> {
        if !place.join(PHOTOS).is_dir() {
            return Err(CenterError::About(Code::BackupPlaceMissing, place.display().to_string()));
        }
        let (place, own) = (place.canonicalize()?, self.folder().root().canonicalize()?);
        if place.starts_with(&own) {
            return Err(CenterError::About(Code::BadInput, "to".into()));
        }
        Ok(place)
    }

    fn fill(
        &self,
        copy: &CopyFolder,
        place: &Path,
        id: Uuid,
        made_at: &str,
        told: &mut dyn FnMut(Step),
    ) -> Result<Contents, CenterError> {
        make_private_folder(&copy.0)?;
        let database = copy.file(DATABASE);
        self.store().copy_to(&database, &mut |there, all| told(Step::Database(there, all)))?;
        told(Step::Checking);
        let (entries, photos) = self.check_copy(copy)?;
        let photos = self.copy_photos(&PhotoShelf::new(place.join(PHOTOS)), photos, told)?;
        let list: String =
            photos.iter().map(|photo| format!("{} {}\n", photo.digest, photo.size_bytes)).collect();
        write_private(&copy.file(PHOTO_LIST), list.as_bytes())?;
        let keys = SealedKeys {
            identity: self.identity().clone(),
            database_key: self.folder().read_key()?.raw_hex().to_string(),
            divisions: read_if_there(&self.folder().divisions())?,
        };
        let keys = serde_json::to_vec(&keys).map_err(|_| CenterError::Coded(Code::Internal))?;
        write_private(&copy.file(KEYS), &self.identity().escrow_key.seal(&keys)?)?;
        File::options().write(true).open(&database)?.sync_all()?;
        let manifest = Manifest {
            format: FORMAT,
            id,
            center: self.identity().id,
            made_at: made_at.to_owned(),
            program: concat!("bangban-center ", env!("CARGO_PKG_VERSION")).to_owned(),
            entries,
            photos: photos.len() as u64,
            database: digest_of(&database)?,
            photo_list: Digest::of(list.as_bytes()),
            keys: digest_of(&copy.file(KEYS))?,
        };
        let signed = Signed::sign(&manifest, self.signing())?;
        let text = serde_json::to_vec(&signed).map_err(|_| CenterError::Coded(Code::Internal))?;
        write_private(&copy.file(MANIFEST), &text)?;
        sync_folder(place)?;
        let pictures: u64 = photos.iter().map(|photo| photo.size_bytes).sum();
        Ok(Contents { entries, photos: manifest.photos, bytes: fs::metadata(&database)?.len() + pictures })
    }

    /// Reads the copied database as `verify` reads the center's own: every hash, chain, document and list.
    fn check_copy(&self, copy: &CopyFolder) -> Result<(u64, Vec<PhotoNote>), CenterError> {
        let store = EmbeddedStore::open_file(copy.file(DATABASE), self.folder().read_key()?)?;
        if let Some(finding) = store.check_copy(&self.public().verifying_key)?.first() {
            let about = format!("{}: {}", finding.place, finding.problem);
            return Err(CenterError::About(Code::BackupUnverified, about));
        }
        let counts = store.counts()?;
        Ok((counts.entries + counts.held + counts.quarantined, store.verified_photos()?))
    }

    /// Brings every photo into the shared folder, and reads those again that stand there. Those whose erasure came meanwhile are
    /// left out.
    fn copy_photos(
        &self,
        shelf: &PhotoShelf,
        photos: Vec<PhotoNote>,
        told: &mut dyn FnMut(Step),
    ) -> Result<Vec<PhotoNote>, CenterError> {
        let all = photos.len() as u64;
        let (mut copied, mut absent) = (Vec::new(), Vec::new());
        for (done, photo) in (0..).zip(photos) {
            told(Step::Photos(done, all));
            if shelf.held_bytes(photo.digest)? == Some(photo.size_bytes) || self.copy_photo(shelf, &photo)? {
                copied.push(photo);
            } else {
                absent.push(photo);
            }
        }
        told(Step::Photos(all, all));
        if !absent.is_empty() {
            let still = self.store().verified_photos()?;
            absent.retain(|photo| still.contains(photo));
        }
        match absent.len() {
            0 => Ok(copied),
            bad => Err(CenterError::About(Code::BackupUnverified, format!("photos: {bad}"))),
        }
    }

    fn copy_photo(&self, shelf: &PhotoShelf, photo: &PhotoNote) -> Result<bool, CenterError> {
        copy_durably(&self.photos().place(photo.digest), &shelf.place(photo.digest))?;
        Ok(shelf.held_bytes(photo.digest)? == Some(photo.size_bytes))
    }
}

/// Copies a file so that it is there for good, or not at all; false where there is none to copy.
fn copy_durably(from: &Path, to: &Path) -> Result<bool, CenterError> {
    let mut source = match File::open(from) {
        Ok(source) => source,
        Err(problem) if problem.kind() == ErrorKind::NotFound => return Ok(false),
        Err(problem) => return Err(problem.into()),
    };
    let folder = to.parent().unwrap_or(Path::new("."));
    make_private_folder(folder)?;
    let beside = to.with_extension("new");
    let mut copy = File::create(&beside)?;
    io::copy(&mut source, &mut copy)?;
    copy.sync_all()?;
    drop(copy);
    fs::rename(&beside, to)?;
    sync_folder(folder)?;
    Ok(true)
}

fn locked(place: &Path) -> Result<File, CenterError> {
    let lock = File::create(place.join(LOCK))?;
    lock.try_lock().map_err(|_| CenterError::Coded(Code::BackupUnderWay))?;
    Ok(lock)
}

fn digest_of(file: &Path) -> Result<Digest, CenterError> {
    let mut file = File::open(file)?;
    let mut hash = Sha256::new();
    let mut part = vec![0; 64 * 1024];
    loop {
        match file.read(&mut part)? {
            0 => return Ok(Digest(hash.finalize().into())),
            read => hash.update(part.get(..read).unwrap_or_default()),
        }
    }
}

fn read_if_there(file: &Path) -> Result<Option<String>, CenterError> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(problem) if problem.kind() == ErrorKind::NotFound => Ok(None),
        Err(problem) => Err(problem.into()),
    }
}

fn short(id: Uuid) -> String {
    id.simple().to_string().chars().rev().take(6).collect()
}

/// The copies of a place that were finished, the oldest first, by the order of their names.
fn finished(place: &Path) -> Result<Vec<PathBuf>, CenterError> {
    let mut copies = Vec::new();
    for entry in fs::read_dir(place)? {
        let path = entry?.path();
        if path.join(MANIFEST).is_file() {
            copies.push(path);
        }
    }
    copies.sort();
    Ok(copies)
}

/// The photos that a copy lists, with their sizes (bytes).
fn listed(copy: &Path) -> Result<Vec<PhotoNote>, CenterError> {
    let text = fs::read_to_string(copy.join(PHOTO_LIST))?;
    let photo = |line: &str| {
        let (digest, size) = line.split_once(' ')?;
        Some(PhotoNote::whole(Digest::parse(digest)?, size.parse().ok()?))
    };
    let photos: Option<Vec<PhotoNote>> = text.lines().map(photo).collect();
    photos.ok_or_else(|| CenterError::About(Code::BackupDamaged, PHOTO_LIST.into()))
}

/// The keys and whatever else a folder of a center needs, from a copy.
fn folder_of(keys: &SealedKeys, folder: &DataFolder) -> Result<(), CenterError> {
    write_private(&folder.key(), keys.database_key.as_bytes())?;
    if let Some(divisions) = &keys.divisions {
        write_private(&folder.divisions(), divisions.as_bytes())?;
    }
    // Last: a folder with an identity is a whole center.
    keys.identity.write(folder)
}
