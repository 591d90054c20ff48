//! What goes from a place of copies: all but the newest, what was never finished, and photos that none of the rest lists.

use super::{MANIFEST, PHOTOS, finished, listed};
use crate::error::CenterError;
use crate::photos::PhotoShelf;
use bangban_model::Digest;
use std::collections::HashSet;
use std::fs;
use std::path::Path;

/// What a copy that was given up left behind, so that a disk does not fill with them.
pub(super) fn remove_unfinished(place: &Path) -> Result<(), CenterError> {
    for entry in fs::read_dir(place)? {
        let path = entry?.path();
        let is_copy = path.file_name().and_then(|name| name.to_str()).is_some_and(is_copy_name);
        if is_copy && path.is_dir() && !path.join(MANIFEST).exists() {
            fs::remove_dir_all(path)?;
        }
    }
    Ok(())
}

/// A folder of ours: the time in fourteen digits, and six characters of its id.
fn is_copy_name(name: &str) -> bool {
    let parts: Vec<&str> = name.split('-').collect();
    let is = |part: &str, long: usize| part.len() == long && part.chars().all(|one| one.is_ascii_hexdigit());
    matches!(parts.as_slice(), [day, time, id] if is(day, 8) && is(time, 6) && is(id, 6))
}

/// Keeps this one, which was made just now, and the newest before it, so many in all. Those of a time to come, when the clock was
/// wrong, are the first to go.
pub(super) fn keep_newest(place: &Path, made: &Path, keep: usize) -> Result<(), CenterError> {
    let mut copies = finished(place)?;
    copies.retain(|copy| copy != made);
    copies.sort_by_key(|copy| (copy.as_path() < made, copy.clone()));
    let (old, kept) = copies.split_at(copies.len().saturating_sub(keep.saturating_sub(1)));
    for copy in old {
        // Whoever restores from it now finds no whole copy, rather than half of one.
        fs::remove_file(copy.join(MANIFEST))?;
        fs::remove_dir_all(copy)?;
    }
    let mut wanted: HashSet<Digest> = HashSet::new();
    for copy in kept.iter().map(|copy| copy.as_path()).chain([made]) {
        // A list that cannot be read says nothing of what may go.
        wanted.extend(listed(copy)?.into_iter().map(|photo| photo.digest));
    }
    let shelf = PhotoShelf::new(place.join(PHOTOS));
    for folder in fs::read_dir(shelf.root())? {
        let folder = folder?.path();
        if !folder.is_dir() {
            continue;
        }
        for photo in fs::read_dir(folder)? {
            let photo = photo?;
            let digest = photo.file_name().to_str().and_then(Digest::parse);
            if digest.is_some_and(|digest| !wanted.contains(&digest)) {
                fs::remove_file(photo.path())?;
            }
        }
    }
    Ok(())
}
