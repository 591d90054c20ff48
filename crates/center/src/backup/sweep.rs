//! What goes from a place of copies: all but the newest, what was never finished, and photos that none of the rest lists.

use super::{PHOTOS, finished, listed};
use crate::error::CenterError;
use crate::photos::PhotoShelf;
use bangban_model::Digest;
use std::collections::HashSet;
use std::fs;
use std::path::Path;

/// Keeps the newest of them. To be called where the newest is whole.
pub(super) fn keep_newest(place: &Path, keep: usize) -> Result<(), CenterError> {
    let copies = finished(place)?;
    let (old, kept) = copies.split_at(copies.len().saturating_sub(keep.max(1)));
    for copy in old {
        fs::remove_dir_all(copy)?;
    }
    let mut wanted: HashSet<Digest> = HashSet::new();
    for copy in kept {
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
