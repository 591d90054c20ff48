//! Batch files on their way up, on the disk: the bytes that came, and beside them what is known of the file. Both outlive
//! a cut, a reloaded page and the program itself. A name begins with its staff member: nobody reaches another's.

use super::super::Console;
use super::super::message::{BroughtByUpload, UploadFailure};
use crate::batch::age_of;
use crate::error::CenterError;
use crate::identity::{make_private_folder, sync_folder, write_private};
use bangban_model::ids::StaffId;
use bangban_model::{Code, Digest};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use uuid::Uuid;

/// A file whose bytes stopped coming is kept so long.
const UNFINISHED_KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// What came of a file is kept so long, as its receipt is.
pub(super) const ENDED_KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// Nobody has more of them at once.
const MOST_FILES: usize = 100;
const LONGEST_NAME: usize = 200;

/// What is known of a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Record {
    /// As the browser calls it.
    pub(super) name: String,
    pub(super) size_bytes: u64,
    /// By which the browser knows it again: a digest of its beginning, its end and its size. Nobody trusts it.
    pub(super) mark: Digest,
    pub(super) outcome: Option<Outcome>,
}

/// What came of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Outcome {
    Brought(BroughtByUpload),
    Failed(UploadFailure),
}

/// A file of which some bytes are here.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) id: Uuid,
    pub(super) record: Record,
    pub(super) held_bytes: u64,
}

impl Kept {
    pub(super) fn is_whole(&self) -> bool {
        self.held_bytes == self.record.size_bytes
    }
}

/// One staff member's files.
#[derive(Clone)]
pub(super) struct Shelf {
    folder: PathBuf,
    staff: StaffId,
    /// See [`super::super::Settings`].
    upload_bytes: u64,
    spare_bytes: u64,
}

fn unknown() -> CenterError {
    CenterError::About(Code::BatchUnknown, "upload".into())
}

impl Shelf {
    pub(super) fn new(console: &Console, staff: StaffId) -> Self {
        let (folder, settings) = (console.center().folder().uploads(), &console.inner.settings);
        let (upload_bytes, spare_bytes) = (settings.upload_bytes, settings.spare_bytes);
        Shelf { folder, staff, upload_bytes, spare_bytes }
    }

    /// Where the bytes stand.
    pub(super) fn bytes_of(&self, id: Uuid) -> PathBuf {
        self.folder.join(format!("{}-{}.bangban", self.staff.0.simple(), id.simple()))
    }

    fn record_of(&self, id: Uuid) -> PathBuf {
        self.bytes_of(id).with_extension("json")
    }

    /// All of hers, in the order in which they were begun.
    pub(super) fn all(&self) -> Result<Vec<Kept>, CenterError> {
        let files = match fs::read_dir(&self.folder) {
            Ok(files) => files,
            Err(problem) if problem.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(problem) => return Err(problem.into()),
        };
        let own = format!("{}-", self.staff.0.simple());
        let mut all = Vec::new();
        for file in files.flatten() {
            let name = file.file_name();
            let id = name.to_str().and_then(|name| name.strip_prefix(&own)?.strip_suffix(".json"));
            let Some(id) = id.and_then(|id| id.parse().ok()) else { continue };
            match self.one(id) {
                Ok(kept) => all.push(kept),
                // Put away just now, or cut by a power cut before it held anything.
                Err(problem) if problem.code() == Code::BatchUnknown => {}
                Err(problem) => return Err(problem),
            }
        }
        // Ids are UUIDv7: they sort by time.
        all.sort_by_key(|kept| kept.id);
        Ok(all)
    }

    /// One of hers; `BatchUnknown` for anything else.
    pub(super) fn one(&self, id: Uuid) -> Result<Kept, CenterError> {
        let text = match fs::read(self.record_of(id)) {
            Ok(text) => text,
            Err(problem) if problem.kind() == ErrorKind::NotFound => return Err(unknown()),
            Err(problem) => return Err(problem.into()),
        };
        let record: Record = serde_json::from_slice(&text).map_err(|_| unknown())?;
        let held_bytes = fs::metadata(self.bytes_of(id)).map_or(0, |data| data.len());
        Ok(Kept { id, record, held_bytes })
    }

    /// The file with this size and mark, as far as it is here; else a new one. One that came to its end, or is being looked
    /// through, is not gone on with: what is brought now may be a better copy.
    pub(super) fn begin(
        &self,
        name: &str,
        size_bytes: u64,
        mark: Digest,
        is_under_way: impl Fn(Uuid) -> bool,
    ) -> Result<Kept, CenterError> {
        make_private_folder(&self.folder)?;
        let all = self.all()?;
        let name: String = name.chars().filter(|letter| !letter.is_control()).take(LONGEST_NAME).collect();
        let known = all.iter().find(|kept| {
            (kept.record.size_bytes, kept.record.mark) == (size_bytes, mark)
                && self.bytes_of(kept.id).exists()
                && !is_under_way(kept.id)
        });
        if known.is_none() && all.len() >= MOST_FILES {
            return Err(CenterError::About(Code::BadInput, "uploads".into()));
        }
        let id = known.map_or_else(Uuid::now_v7, |kept| kept.id);
        let others = all.iter().filter(|kept| kept.id != id && self.bytes_of(kept.id).exists());
        self.check_share(others, size_bytes, known.map_or(0, |kept| kept.held_bytes))?;
        let place = self.bytes_of(id);
        let mut options = OpenOptions::new();
        // Not truncated: what is here is what it goes on from.
        options.create(true).append(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        options.open(&place)?;
        let record = Record { name, size_bytes, mark, outcome: None };
        self.write(id, &record)?;
        self.one(id)
    }

    /// Appends what is new of these bytes, which stand at `at` in the file. Several connections may bring the same ones:
    /// the one that a cut left behind, and the one that took its place. Gives how far the file reaches now.
    pub(super) fn grow(&self, kept: &Kept, at: u64, bytes: &[u8]) -> Result<u64, CenterError> {
        let mut file = match OpenOptions::new().write(true).open(self.bytes_of(kept.id)) {
            Ok(file) => file,
            Err(problem) if problem.kind() == ErrorKind::NotFound => return Err(unknown()),
            Err(problem) => return Err(problem.into()),
        };
        file.lock()?;
        let held = file.metadata()?.len();
        let Some(known) = held.checked_sub(at) else {
            return Err(CenterError::About(Code::BadInput, "offset".into()));
        };
        let known = usize::try_from(known).unwrap_or(usize::MAX).min(bytes.len());
        let fresh = bytes.get(known..).unwrap_or_default();
        if fresh.len() as u64 > kept.record.size_bytes.saturating_sub(held) {
            return Err(Code::BatchTooLarge.into());
        }
        self.check_room(fresh.len() as u64)?;
        file.seek(SeekFrom::Start(held))?;
        file.write_all(fresh)?;
        Ok(held + fresh.len() as u64)
    }

    /// Whether a file of this size, of which so much is here, fits in beside her others.
    fn check_share<'a>(
        &self,
        others: impl Iterator<Item = &'a Kept>,
        size_bytes: u64,
        held_bytes: u64,
    ) -> Result<(), CenterError> {
        let (mut begun, mut to_come) = (size_bytes, size_bytes.saturating_sub(held_bytes));
        for kept in others {
            begun = begun.saturating_add(kept.record.size_bytes);
            to_come = to_come.saturating_add(kept.record.size_bytes.saturating_sub(kept.held_bytes));
        }
        if begun > self.upload_bytes {
            return Err(Code::BatchTooLarge.into());
        }
        self.check_room(to_come)
    }

    /// Whether so much more leaves room on the disk for what the center itself has to keep.
    fn check_room(&self, bytes: u64) -> Result<(), CenterError> {
        let room = fs4::available_space(&self.folder)?;
        if room.saturating_sub(self.spare_bytes) < bytes {
            return Err(Code::DiskFull.into());
        }
        Ok(())
    }

    /// What came stays also over a power cut.
    pub(super) fn settle(&self, id: Uuid) -> Result<(), CenterError> {
        File::open(self.bytes_of(id)).map_err(|_| unknown())?.sync_data()?;
        sync_folder(&self.folder)
    }

    /// Writes down what came of it. Its bytes go, unless they may be wanted once more.
    pub(super) fn end(&self, id: Uuid, outcome: Outcome, keep_bytes: bool) -> Result<(), CenterError> {
        let record = Record { outcome: Some(outcome), ..self.one(id)?.record };
        self.write(id, &record)?;
        if !keep_bytes {
            remove(&self.bytes_of(id))?;
        }
        Ok(())
    }

    /// Takes up a failed file again: its bytes are all here.
    pub(super) fn take_up(&self, kept: &Kept) -> Result<(), CenterError> {
        self.write(kept.id, &Record { outcome: None, ..kept.record.clone() })
    }

    /// Forgets it.
    pub(super) fn discard(&self, id: Uuid) -> Result<(), CenterError> {
        remove(&self.bytes_of(id))?;
        remove(&self.record_of(id))
    }

    fn write(&self, id: Uuid, record: &Record) -> Result<(), CenterError> {
        let text = serde_json::to_vec(record).map_err(|_| CenterError::Coded(Code::Internal))?;
        write_private(&self.record_of(id), &text)
    }
}

fn remove(path: &Path) -> Result<(), CenterError> {
    match fs::remove_file(path) {
        Err(problem) if problem.kind() != ErrorKind::NotFound => Err(problem.into()),
        _ => Ok(()),
    }
}

/// Everybody's old files go: those whose bytes stopped coming, and what is known of those that ended.
pub(super) fn sweep(folder: &Path) {
    let Ok(files) = fs::read_dir(folder) else { return };
    for file in files.flatten() {
        let (record, bytes) = (file.path().with_extension("json"), file.path().with_extension("bangban"));
        let newest = [age_of(&record), age_of(&bytes)].into_iter().flatten().min();
        let kept = if bytes.exists() { UNFINISHED_KEPT } else { ENDED_KEPT };
        if newest.is_some_and(|age| age > kept) {
            let _ = fs::remove_file(bytes);
            let _ = fs::remove_file(record);
            // A half-written record has a name of its own.
            let _ = fs::remove_file(file.path());
        }
    }
}
