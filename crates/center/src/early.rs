//! Bytes of photos that came in a file before their turn (rule X6): a range whose beginning is not here yet, or a photo whose
//! entry is not. They wait beside the partial photos, and go on from there once they can; nobody was told that they are held.

use crate::center::Center;
use crate::error::CenterError;
use crate::identity::make_private_folder;
use crate::photos::{Appended, PhotoIntake, PhotoShelf};
use crate::store::{PhotoStanding, WantedPhoto};
use bangban_model::Digest;
use bangban_sync::{MAX_PHOTO_BYTES, PhotoFrame};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// A range is read back in pieces of this size (bytes).
const PIECE_BYTES: usize = 64 * 1024;
/// What nobody came to want within this is dropped.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Ranges that wait: of each photo where they begin, in order.
type Waiting = BTreeMap<Digest, Vec<u64>>;

impl PhotoShelf {
    fn early_place(&self, digest: Digest, start: u64) -> PathBuf {
        self.early_folder().join(format!("{digest}-{start:08x}"))
    }

    fn early_folder(&self) -> PathBuf {
        self.root().join("early")
    }

    /// Keeps a frame of a range that began at `start`.
    pub(crate) fn keep_early(&self, start: u64, frame: &PhotoFrame) -> Result<(), CenterError> {
        let Some(at) = frame.offset.checked_sub(start) else { return Ok(()) };
        if frame.offset.saturating_add(frame.bytes.len() as u64) > MAX_PHOTO_BYTES {
            return Ok(());
        }
        make_private_folder(&self.early_folder())?;
        let path = self.early_place(frame.digest, start);
        let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        if file.metadata()?.len() < at {
            // A frame before it is not here: what lies beyond is of no use.
            return Ok(());
        }
        file.seek(SeekFrom::Start(at))?;
        Ok(file.write_all(&frame.bytes)?)
    }

    fn early(&self) -> Result<Waiting, CenterError> {
        let files = match fs::read_dir(self.early_folder()) {
            Ok(files) => files,
            Err(problem) if problem.kind() == ErrorKind::NotFound => return Ok(Waiting::new()),
            Err(problem) => return Err(problem.into()),
        };
        let mut waiting = Waiting::new();
        for file in files {
            let name = file?.file_name();
            let Some((digest, start)) = name.to_str().and_then(|name| name.split_once('-')) else { continue };
            if let (Some(digest), Ok(start)) = (Digest::parse(digest), u64::from_str_radix(start, 16)) {
                waiting.entry(digest).or_default().push(start);
            }
        }
        waiting.values_mut().for_each(|starts| starts.sort_unstable());
        Ok(waiting)
    }

    /// Removes every range of a photo that came before its beginning.
    pub(crate) fn forget_early(&self, digest: Digest) -> Result<(), CenterError> {
        for start in self.early()?.remove(&digest).unwrap_or_default() {
            self.drop_early(digest, start)?;
        }
        Ok(())
    }

    fn drop_early(&self, digest: Digest, start: u64) -> Result<(), CenterError> {
        match fs::remove_file(self.early_place(digest, start)) {
            Err(problem) if problem.kind() != ErrorKind::NotFound => Err(problem.into()),
            _ => Ok(()),
        }
    }

    /// Appends the ranges of a photo that follow on what is here; whether it is whole now.
    fn bring_in(&self, photo: &WantedPhoto, starts: &[u64]) -> Result<Option<u64>, CenterError> {
        for start in starts {
            let durable = self.durable_offset(photo)?;
            if *start > durable {
                return Ok(None);
            }
            let mut file = File::open(self.early_place(photo.digest, *start))?;
            let (mut offset, mut piece) = (*start, Vec::with_capacity(PIECE_BYTES));
            loop {
                piece.clear();
                (&mut file).take(PIECE_BYTES as u64).read_to_end(&mut piece)?;
                if piece.is_empty() {
                    break;
                }
                if let Appended::Whole { size_bytes } = self.append(photo, offset, &piece)? {
                    return Ok(Some(size_bytes));
                }
                offset += piece.len() as u64;
            }
            // Durable in its place before its copy goes.
            self.durable_offset(photo)?;
            self.drop_early(photo.digest, *start)?;
        }
        Ok(None)
    }
}

impl PhotoIntake {
    /// Takes one frame of a file in. `start` is where its range begins; `entries_missing` says that an entry before those of
    /// this file did not come yet: it may be the one that names the photo.
    pub(crate) fn take_of_file(
        &mut self,
        start: u64,
        frame: &PhotoFrame,
        entries_missing: bool,
    ) -> Result<(), CenterError> {
        match self.standing(frame.digest)? {
            PhotoStanding::Wanted(photo) if frame.offset <= self.shelf().partial_bytes(photo.digest)? => {
                self.take(frame)?;
                // A file is bounded by itself: what of it brings nothing is not held against it.
                self.forgive();
                Ok(())
            }
            PhotoStanding::Wanted(_) => self.shelf().keep_early(start, frame),
            PhotoStanding::NotAsked if entries_missing => self.shelf().keep_early(start, frame),
            PhotoStanding::NotAsked | PhotoStanding::Verified => Ok(()),
        }
    }

    /// Goes on with photos of which ranges came too early, where that is possible now.
    pub(crate) fn bring_in_early(&mut self) -> Result<(), CenterError> {
        for (digest, starts) in self.shelf().early()? {
            self.forget(digest);
            match self.standing(digest)? {
                PhotoStanding::NotAsked => continue,
                PhotoStanding::Verified => {}
                PhotoStanding::Wanted(photo) => match self.shelf().bring_in(&photo, &starts)? {
                    Some(size_bytes) => self.keep_whole(digest, size_bytes)?,
                    None => continue,
                },
            }
            for start in starts {
                self.shelf().drop_early(digest, start)?;
            }
        }
        Ok(())
    }
}

impl Center {
    /// Drops what came early and was not wanted for weeks. How many ranges went.
    pub fn sweep_early(&self) -> Result<u64, CenterError> {
        let mut swept = 0;
        for (digest, starts) in self.photos().early()? {
            for start in starts {
                let path = self.photos().early_place(digest, start);
                let age = fs::metadata(&path)?
                    .modified()
                    .ok()
                    .and_then(|at| SystemTime::now().duration_since(at).ok());
                if age.is_some_and(|age| age > KEPT) {
                    self.photos().drop_early(digest, start)?;
                    swept += 1;
                }
            }
        }
        Ok(swept)
    }
}
