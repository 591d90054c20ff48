//! A new center's folder from a copy (rule D3): on another machine, with the offline key at hand.

use super::{
    CopyFolder, DATABASE, FORMAT, KEYS, MANIFEST, Manifest, PHOTO_LIST, PHOTOS, SealedKeys, copy_durably,
    digest_of, folder_of, listed, read_if_there,
};
use crate::center::Center;
use crate::error::CenterError;
use crate::identity::{DataFolder, make_private_folder, sync_folder};
use crate::photos::PhotoShelf;
use bangban_keys::OpeningKey;
use bangban_model::clock::Clock;
use bangban_model::{Code, Digest};
use bangban_sync::Signed;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// What came out of a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// When the copy was begun: what came later, laptops bring back.
    pub made_at: String,
    /// Entries in it.
    pub entries: u64,
    /// Photos in it.
    pub photos: u64,
    /// Photos whose bytes are missing or changed in the place of copies: laptops are asked for them.
    pub photos_missing: Vec<Digest>,
    /// The epoch that begins.
    pub epoch: u64,
}

/// Makes a center's folder of a copy, and begins the recovery: no laptop is served before an administrator looked through them.
///
/// # Errors
/// `CenterExists`: there is a center in the folder. `OfflineKeyWrong`: the key does not open the copy's keys. `BackupDamaged`: a
/// file of the copy is missing or changed. `FileExists`: something else is in the folder. Nothing is there before everything is.
pub fn restore(
    copy: &Path,
    offline: &OpeningKey,
    folder: DataFolder,
    clock: Arc<dyn Clock>,
) -> Result<(Center, Restored), CenterError> {
    let root = folder.root().to_owned();
    if folder.identity().exists() || folder.database().exists() {
        return Err(Code::CenterExists.into());
    }
    if root.is_dir() && fs::read_dir(&root)?.next().is_some() {
        return Err(CenterError::About(Code::FileExists, root.display().to_string()));
    }
    let copy = CopyFolder(copy.to_owned());
    let (manifest, keys) = open_copy(&copy, offline)?;
    // Beside its place: there is no center before everything of it is there.
    let name = root.file_name().unwrap_or_default().to_string_lossy();
    let beside = root.with_file_name(format!("{name}.restoring"));
    if beside.exists() {
        fs::remove_dir_all(&beside)?;
    }
    let (missing, epoch) = fill(&copy, &manifest, &keys, &DataFolder::new(&beside), &clock)?;
    if root.is_dir() {
        fs::remove_dir(&root)?;
    }
    fs::rename(&beside, &root)?;
    sync_folder(root.parent().unwrap_or(Path::new(".")))?;
    let restored = Restored {
        made_at: manifest.made_at,
        entries: manifest.entries,
        photos: manifest.photos,
        photos_missing: missing,
        epoch,
    };
    Ok((Center::open(folder, clock)?, restored))
}

/// A center's folder of a copy, its recovery begun. Photos that are missing, and the epoch.
fn fill(
    copy: &CopyFolder,
    manifest: &Manifest,
    keys: &SealedKeys,
    folder: &DataFolder,
    clock: &Arc<dyn Clock>,
) -> Result<(Vec<Digest>, u64), CenterError> {
    for part in [folder.root().to_owned(), folder.photos(), folder.offline(), folder.staging()] {
        make_private_folder(&part)?;
    }
    let missing = bring_photos(copy, &PhotoShelf::new(folder.photos()))?;
    if !copy_durably(&copy.file(DATABASE), &folder.database())?
        || digest_of(&folder.database())? != manifest.database
    {
        return Err(damaged(DATABASE));
    }
    folder_of(keys, folder)?;
    let center = Center::open(folder.clone(), clock.clone())?;
    let epoch = center.begin_recovery_anew()?.epoch;
    for digest in &missing {
        center.store().want_again(*digest)?;
    }
    Ok((missing, epoch))
}

/// What a copy is, if nothing of it was changed.
fn open_copy(copy: &CopyFolder, offline: &OpeningKey) -> Result<(Manifest, SealedKeys), CenterError> {
    let text = read_if_there(&copy.file(MANIFEST))?.ok_or_else(|| damaged(MANIFEST))?;
    let signed: Signed<Manifest> = serde_json::from_str(&text).map_err(|_| damaged(MANIFEST))?;
    let said = signed.unverified().map_err(|_| damaged(MANIFEST))?;
    if said.format > FORMAT {
        return Err(CenterError::About(Code::NewerFormat, MANIFEST.into()));
    }
    let sealed = fs::read(copy.file(KEYS)).map_err(|_| damaged(KEYS))?;
    if Digest::of(&sealed) != said.keys {
        return Err(damaged(KEYS));
    }
    let keys = offline.open(&sealed).map_err(|_| CenterError::Coded(Code::OfflineKeyWrong))?;
    let keys: SealedKeys = serde_json::from_slice(&keys).map_err(|_| damaged(KEYS))?;
    let manifest = signed.verify(&keys.identity.public()?.verifying_key).map_err(|_| damaged(MANIFEST))?;
    for (file, digest) in [(DATABASE, manifest.database), (PHOTO_LIST, manifest.photo_list)] {
        if !copy.file(file).is_file() || digest_of(&copy.file(file))? != digest {
            return Err(damaged(file));
        }
    }
    Ok((manifest, keys))
}

/// Copies the photos it lists; those that are not there, or not what they should be, are named.
fn bring_photos(copy: &CopyFolder, to: &PhotoShelf) -> Result<Vec<Digest>, CenterError> {
    let from = PhotoShelf::new(copy.0.join("..").join(PHOTOS));
    let mut missing = Vec::new();
    for photo in listed(&copy.0)? {
        let is_there = to.held_bytes(photo.digest)? == Some(photo.size_bytes)
            || (copy_durably(&from.place(photo.digest), &to.place(photo.digest))?
                && to.held_bytes(photo.digest)? == Some(photo.size_bytes));
        if !is_there {
            to.remove(photo.digest)?;
            missing.push(photo.digest);
        }
    }
    Ok(missing)
}

fn damaged(file: &str) -> CenterError {
    CenterError::About(Code::BackupDamaged, file.to_owned())
}
