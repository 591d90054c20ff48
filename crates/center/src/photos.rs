//! Photos on the center's disk: partial ones grow at their durable offset, whole ones stand under their digest (rule X4).

use crate::center::Center;
use crate::error::CenterError;
use crate::identity::{make_private_folder, sync_folder};
use crate::store::{Laptop, PhotoStanding, WantedPhoto};
use bangban_model::{Code, Digest, planted};
use bangban_sync::protocol::{PhotoFrames, PhotoLines};
use bangban_sync::{PhotoFrame, PhotoLine, PhotoReceipt, Signed, SyncError};
use futures_util::{StreamExt, stream};
use sha2::{Digest as _, Sha256};
use std::collections::{HashMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// So many different photos are remembered on one connection; after that they are looked up again.
const MOST_REMEMBERED: usize = 4096;
/// A connection that sends more than this of what brings nothing is closed (bytes): what nobody asked for, what is known, what
/// lies beyond a photo's size or its durable offset, what does not fit its digest.
const MOST_USELESS_BYTES: u64 = 64 * 1024 * 1024;

/// One sweep looks at so many partial photos.
const MOST_LOOKED_AT: usize = 4096;

/// The folder of photos.
#[derive(Clone, Debug)]
pub struct PhotoShelf {
    root: PathBuf,
    /// Folders in it that this process made durable. One that is there may yet be lost: whoever made it may have ended
    /// before its name was on the disk.
    settled: Arc<Mutex<HashSet<PathBuf>>>,
}

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// Nothing new at the durable offset: known bytes, bytes beyond a gap, or beyond the largest size that was named.
    Skipped,
    /// The photo grew.
    Grown,
    /// The photo is whole, verified, durable and in its place.
    Whole {
        /// Its size.
        size_bytes: u64,
    },
    /// Its bytes are not what the digest says: it begins again from 0.
    WrongDigest,
}

impl PhotoShelf {
    /// The photos in this folder.
    pub fn new(root: PathBuf) -> Self {
        PhotoShelf { root, settled: Arc::default() }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// How many bytes of a photo are here, durable or not.
    pub(crate) fn partial_bytes(&self, digest: Digest) -> Result<u64, CenterError> {
        match fs::metadata(self.partial(digest)) {
            Ok(data) => Ok(data.len()),
            Err(problem) if problem.kind() == ErrorKind::NotFound => Ok(0),
            Err(problem) => Err(problem.into()),
        }
    }

    fn partial(&self, digest: Digest) -> PathBuf {
        self.root.join("partial").join(digest.to_string())
    }

    /// Where a whole photo stands: a folder by its first two characters.
    pub fn place(&self, digest: Digest) -> PathBuf {
        let name = digest.to_string();
        self.root.join(name.get(..2).unwrap_or("00")).join(name)
    }

    /// How many bytes of a photo are on the disk for good.
    pub fn durable_offset(&self, photo: &WantedPhoto) -> Result<u64, CenterError> {
        let file = match OpenOptions::new().write(true).open(self.partial(photo.digest)) {
            Ok(file) => file,
            Err(problem) if problem.kind() == ErrorKind::NotFound => return Ok(0),
            Err(problem) => return Err(problem.into()),
        };
        // Under the lock: bytes that another connection is writing now are not durable yet.
        file.lock()?;
        let length = file.metadata()?.len();
        file.sync_data()?;
        if length > 0 {
            // Bytes are no good under a name that a power cut takes away.
            let folder = self.root.join("partial");
            self.settle(&folder)?;
            sync_folder(&folder)?;
        }
        Ok(length.min(photo.largest()))
    }

    /// The size of a whole photo that stands in its place and is what its digest says.
    pub fn held_bytes(&self, digest: Digest) -> Result<Option<u64>, CenterError> {
        let mut file = match File::open(self.place(digest)) {
            Ok(file) => file,
            Err(problem) if problem.kind() == ErrorKind::NotFound => return Ok(None),
            Err(problem) => return Err(problem.into()),
        };
        let size_bytes = file.metadata()?.len();
        Ok((digest_of(&mut file, u64::MAX)? == digest).then_some(size_bytes))
    }

    /// As [`PhotoShelf::held_bytes`], made durable: whoever put it there may not have come so far.
    pub(crate) fn settled_bytes(&self, digest: Digest) -> Result<Option<u64>, CenterError> {
        let Some(size_bytes) = self.held_bytes(digest)? else { return Ok(None) };
        let place = self.place(digest);
        OpenOptions::new().write(true).open(&place)?.sync_all()?;
        let folder = place.parent().unwrap_or(&self.root);
        self.settle(folder)?;
        sync_folder(folder)?;
        Ok(Some(size_bytes))
    }

    /// Removes what is here of a photo, whole or in part; when this returns, its name is gone from the disk.
    pub fn remove(&self, digest: Digest) -> Result<(), CenterError> {
        let place = self.place(digest);
        match fs::remove_file(&place) {
            Ok(()) => sync_folder(place.parent().unwrap_or(&self.root))?,
            Err(problem) if problem.kind() == ErrorKind::NotFound => {}
            Err(problem) => return Err(problem.into()),
        }
        self.drop_partial(digest)?;
        self.forget_early(digest)
    }

    /// Partial photos, at most so many.
    fn partials(&self, most: usize) -> Result<Vec<Digest>, CenterError> {
        let files = match fs::read_dir(self.root.join("partial")) {
            Ok(files) => files,
            Err(problem) if problem.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(problem) => return Err(problem.into()),
        };
        let mut partials = Vec::new();
        for file in files {
            let name = file?.file_name();
            partials.extend(name.to_str().and_then(Digest::parse));
            if partials.len() >= most {
                break;
            }
        }
        Ok(partials)
    }

    /// Drops a partial photo, unless somebody is writing to it.
    fn drop_partial(&self, digest: Digest) -> Result<bool, CenterError> {
        let path = self.partial(digest);
        let file = match OpenOptions::new().write(true).open(&path) {
            Ok(file) => file,
            Err(problem) if problem.kind() == ErrorKind::NotFound => return Ok(false),
            Err(problem) => return Err(problem.into()),
        };
        if file.try_lock().is_err() || !is_still_at(&file, &path)? {
            return Ok(false);
        }
        fs::remove_file(path)?;
        Ok(true)
    }

    /// Appends what is new of a frame. Several connections and processes may do so at once: the file's lock orders them.
    pub fn append(&self, photo: &WantedPhoto, offset: u64, bytes: &[u8]) -> Result<Appended, CenterError> {
        let path = self.partial(photo.digest);
        let mut file = self.open_partial(&path)?;
        file.lock()?;
        if !is_still_at(&file, &path)? {
            // Somebody else finished it between opening and locking.
            return Ok(Appended::Skipped);
        }
        let mut length = file.metadata()?.len();
        if length > photo.largest() {
            file.set_len(0)?;
            length = 0;
        }
        let end = offset.saturating_add(bytes.len() as u64);
        if end > photo.largest() {
            // Whoever named it too small has one photo that never becomes whole; the others must not wait for it.
            return Ok(Appended::Skipped);
        }
        let known = length.saturating_sub(offset);
        let new = bytes.get(usize::try_from(known).unwrap_or(usize::MAX)..).unwrap_or_default();
        if offset > length || (new.is_empty() && !photo.sizes.contains(&length)) {
            return Ok(Appended::Skipped);
        }
        file.seek(SeekFrom::Start(length))?;
        file.write_all(new)?;
        let grown = length + new.len() as u64;
        for size_bytes in photo.sizes.iter().copied().filter(|size| (length..=grown).contains(size)) {
            file.seek(SeekFrom::Start(0))?;
            let fits = digest_of(&mut file, size_bytes)? == photo.digest;
            if fits || (size_bytes == photo.largest() && planted::out("photo_unchecked")) {
                file.set_len(size_bytes)?;
                return self.finish(photo.digest, &file, &path, size_bytes);
            }
        }
        if grown < photo.largest() {
            return Ok(Appended::Grown);
        }
        fs::remove_file(path)?;
        Ok(Appended::WrongDigest)
    }

    /// Makes a folder of the shelf where it is not there, and its name durable, once for this process.
    fn settle(&self, folder: &Path) -> Result<(), CenterError> {
        let mut settled = self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        if settled.contains(folder) && folder.is_dir() {
            return Ok(());
        }
        make_private_folder(folder)?;
        sync_folder(&self.root)?;
        settled.insert(folder.to_owned());
        Ok(())
    }

    fn open_partial(&self, path: &Path) -> Result<File, CenterError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        match options.open(path) {
            Err(problem) if problem.kind() == ErrorKind::NotFound => {
                self.settle(&self.root.join("partial"))?;
                Ok(options.open(path)?)
            }
            other => Ok(other?),
        }
    }

    /// The last byte has come and was verified: made durable, and put in its place.
    fn finish(
        &self,
        digest: Digest,
        file: &File,
        path: &Path,
        size_bytes: u64,
    ) -> Result<Appended, CenterError> {
        if !planted::out("no_photo_fsync") {
            file.sync_all()?;
        }
        let place = self.place(digest);
        let folder = place.parent().unwrap_or(&self.root);
        self.settle(folder)?;
        fs::rename(path, &place)?;
        sync_folder(folder)?;
        Ok(Appended::Whole { size_bytes })
    }
}

/// The digest of at most so many bytes from here on.
fn digest_of(file: &mut File, bytes: u64) -> Result<Digest, CenterError> {
    let mut file = file.take(bytes);
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(Digest(hasher.finalize().into()));
        }
        hasher.update(buffer.get(..read).unwrap_or_default());
    }
}

impl Center {
    /// Drops parts of photos that are whole already or that nothing names; a part of one that is wanted, or was declared
    /// lost and may turn up, stays. How many went.
    pub fn sweep_partials(&self) -> Result<u64, CenterError> {
        let mut swept = 0;
        for digest in self.photos().partials(MOST_LOOKED_AT)? {
            // The entry that names a photo is always there before its first byte.
            if !self.store().is_photo_awaited(digest)? && self.photos().drop_partial(digest)? {
                swept += 1;
            }
        }
        Ok(swept)
    }
}

#[cfg(unix)]
fn is_still_at(file: &File, path: &Path) -> Result<bool, CenterError> {
    use std::os::unix::fs::MetadataExt;
    let own = file.metadata()?;
    match fs::metadata(path) {
        Ok(there) => Ok((own.dev(), own.ino()) == (there.dev(), there.ino())),
        Err(problem) if problem.kind() == ErrorKind::NotFound => Ok(false),
        Err(problem) => Err(problem.into()),
    }
}

#[cfg(not(unix))]
fn is_still_at(_file: &File, path: &Path) -> Result<bool, CenterError> {
    // An open file cannot be renamed away there.
    Ok(path.exists())
}

/// The photos of one connection, or of one batch file, on their way in.
pub(crate) struct PhotoIntake {
    center: Center,
    laptop: Laptop,
    known: HashMap<Digest, PhotoStanding>,
    useless_bytes: u64,
}

impl PhotoIntake {
    pub(crate) fn new(center: Center, laptop: Laptop) -> Self {
        PhotoIntake { center, laptop, known: HashMap::new(), useless_bytes: 0 }
    }

    /// Takes frames in; gives a signed receipt as soon as a photo is whole, while others still move, and says of every frame
    /// that it was taken.
    pub(crate) fn receive(self, frames: PhotoFrames) -> PhotoLines {
        stream::unfold(Some((self, frames, 0)), |state| async move {
            let (intake, mut frames, got) = state?;
            let frame = match frames.next().await? {
                Ok(frame) => frame,
                Err(problem) => return Some((vec![Err(problem)], None)),
            };
            let got = got + frame.bytes.len() as u64;
            match intake.take_away(frame).await {
                Ok((intake, receipt)) => {
                    let lines = receipt.map(PhotoLine::Receipt).into_iter().chain([PhotoLine::Got(got)]);
                    Some((lines.map(Ok).collect(), Some((intake, frames, got))))
                }
                Err(problem) => Some((vec![Err(problem)], None)),
            }
        })
        .flat_map(stream::iter)
        .boxed()
    }

    async fn take_away(
        mut self,
        frame: PhotoFrame,
    ) -> Result<(Self, Option<Signed<PhotoReceipt>>), SyncError> {
        let center = self.center.clone();
        Ok(center
            .blocking(move |_| {
                let receipt = self.take(&frame)?;
                Ok((self, receipt))
            })
            .await?)
    }

    /// Takes one frame in; a receipt when its photo is whole or was here before.
    pub(crate) fn take(&mut self, frame: &PhotoFrame) -> Result<Option<Signed<PhotoReceipt>>, CenterError> {
        let (standing, is_first) = self.standing_of(frame.digest)?;
        let photo = match standing {
            PhotoStanding::Wanted(photo) => photo,
            PhotoStanding::Verified if is_first => return self.sign_for(frame.digest).map(Some),
            PhotoStanding::Verified | PhotoStanding::NotAsked => {
                return self.was_useless(frame.bytes.len() as u64).map(|()| None);
            }
        };
        match self.center.photos().append(&photo, frame.offset, &frame.bytes)? {
            Appended::Whole { size_bytes } => {
                self.keep_whole(photo.digest, size_bytes)?;
                self.sign_for(photo.digest).map(Some)
            }
            Appended::WrongDigest => {
                tracing::warn!(photo = %photo.digest, "a photo's bytes do not fit its digest; wanted again");
                self.was_useless(photo.largest()).map(|()| None)
            }
            Appended::Grown if planted::out("ack_before_photo") => {
                self.known.insert(photo.digest, PhotoStanding::Verified);
                self.sign_for(photo.digest).map(Some)
            }
            Appended::Grown => Ok(None),
            Appended::Skipped => {
                self.was_useless(frame.bytes.len() as u64)?;
                // Perhaps it came another way meanwhile.
                self.known.remove(&photo.digest);
                let mut is_here = self.standing_of(photo.digest)?.0 == PhotoStanding::Verified;
                if !is_here && let Some(size_bytes) = self.center.photos().settled_bytes(photo.digest)? {
                    // Whoever put it in its place, a connection that was cut for one, has yet to tell the store.
                    self.keep_whole(photo.digest, size_bytes)?;
                    is_here = true;
                }
                if is_here { self.sign_for(photo.digest).map(Some) } else { Ok(None) }
            }
        }
    }

    /// Bytes that brought nothing: some are usual, an endless row of them is not.
    fn was_useless(&mut self, bytes: u64) -> Result<(), CenterError> {
        self.useless_bytes += bytes;
        if self.useless_bytes > MOST_USELESS_BYTES { Err(Code::ProtocolBroken.into()) } else { Ok(()) }
    }

    pub(crate) fn shelf(&self) -> &PhotoShelf {
        self.center.photos()
    }

    /// How a photo stands for this laptop.
    pub(crate) fn standing(&mut self, digest: Digest) -> Result<PhotoStanding, CenterError> {
        Ok(self.standing_of(digest)?.0)
    }

    /// What brought nothing so far does not count.
    pub(crate) fn forgive(&mut self) {
        self.useless_bytes = 0;
    }

    /// What is remembered of a photo is asked for anew.
    pub(crate) fn forget(&mut self, digest: Digest) {
        self.known.remove(&digest);
    }

    /// A photo is whole and in its place.
    pub(crate) fn keep_whole(&mut self, digest: Digest, size_bytes: u64) -> Result<(), CenterError> {
        self.center.store().keep_photo(digest, size_bytes, self.center.now())?;
        self.known.insert(digest, PhotoStanding::Verified);
        Ok(())
    }

    /// How a photo stands for this laptop, and whether this connection asks for the first time.
    fn standing_of(&mut self, digest: Digest) -> Result<(PhotoStanding, bool), CenterError> {
        if let Some(standing) = self.known.get(&digest) {
            return Ok((standing.clone(), false));
        }
        if self.known.len() >= MOST_REMEMBERED {
            self.known.clear();
        }
        let standing = self.center.store().photo_standing(self.laptop.id, digest)?;
        self.known.insert(digest, standing.clone());
        Ok((standing, true))
    }

    fn sign_for(&self, digest: Digest) -> Result<Signed<PhotoReceipt>, CenterError> {
        self.center.photo_receipt(self.laptop.present_life, vec![digest])
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::identity::synced;

    fn shelf() -> (tempfile::TempDir, PhotoShelf, WantedPhoto) {
        let folder = tempfile::tempdir().unwrap();
        let shelf = PhotoShelf::new(folder.path().to_owned());
        let photo = WantedPhoto { digest: Digest::of(&[7; 1000]), sizes: vec![1000] };
        (folder, shelf, photo)
    }

    #[test]
    fn x4_the_name_of_a_partial_photo_is_durable_before_its_offset_is_told() {
        let (folder, shelf, photo) = shelf();
        shelf.append(&photo, 0, &[7; 400]).unwrap();
        synced::take();
        assert_eq!(shelf.durable_offset(&photo).unwrap(), 400);
        assert!(synced::take().contains(&folder.path().join("partial")));
        let restarted = PhotoShelf::new(folder.path().to_owned());
        assert_eq!(restarted.durable_offset(&photo).unwrap(), 400);
        assert!(synced::take().contains(&folder.path().to_owned()), "the folder itself may be new");
    }

    #[test]
    fn x4_a_photo_that_another_put_in_its_place_is_durable_before_it_counts() {
        let (folder, shelf, photo) = shelf();
        assert_eq!(shelf.settled_bytes(photo.digest).unwrap(), None);
        let place = shelf.place(photo.digest);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(&place, [7; 1000]).unwrap();
        synced::take();
        assert_eq!(shelf.settled_bytes(photo.digest).unwrap(), Some(1000));
        assert_eq!(synced::take(), [folder.path(), place.parent().unwrap()]);
    }

    #[test]
    fn x4_a_photos_folder_that_a_crash_left_is_made_durable_before_the_photo_counts() {
        let (folder, shelf, photo) = shelf();
        // Made by a process that ended before it could make the name durable.
        let place = shelf.place(photo.digest).parent().unwrap().to_owned();
        fs::create_dir_all(&place).unwrap();
        synced::take();
        assert_eq!(shelf.append(&photo, 0, &[7; 1000]).unwrap(), Appended::Whole { size_bytes: 1000 });
        let synced = synced::take();
        let at = |wanted: &Path| synced.iter().rposition(|folder| folder == wanted);
        assert!(at(folder.path()).is_some() && at(folder.path()) < at(&place), "{synced:?}");
    }
}
