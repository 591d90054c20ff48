//! Photos from files: upright, freed of metadata, shrunk, with a thumbnail, and kept before anything names them.

use crate::desk::Desk;
use crate::error::DeskError;
use bangban_model::Digest;
use bangban_model::photo::PhotoField;
use bangban_photos::{Limits, Purpose, Quality, prepare};
use serde::Serialize;

/// A picture from outside.
#[derive(Clone, Debug)]
pub struct NewPhoto {
    /// The material slot it fills; the first open one where none is named.
    pub slot: Option<String>,
    /// The file's bytes.
    pub bytes: Vec<u8>,
    /// The file's name; kept where it answers a question for a file.
    pub name: String,
}

/// A picture that was kept, and what was seen on it.
#[derive(Clone, Debug, Serialize)]
pub struct KeptPhoto {
    /// Its digest.
    pub digest: Digest,
    /// What an entry will say of it.
    pub field: PhotoField,
    /// Retake now: blurred, dark or glaring.
    pub retake: bool,
}

/// Prepares a picture and keeps it, durable, with its thumbnail.
pub fn keep_photo(desk: &Desk, slot: &str, bytes: &[u8]) -> Result<KeptPhoto, DeskError> {
    let purpose = if slot.starts_with("scene") { Purpose::Scene } else { Purpose::Document };
    let prepared = prepare(bytes, purpose, &Limits::default())?;
    let quality: Quality = prepared.quality;
    let kept = desk
        .ledger()
        .put_photos([prepared.bytes.as_slice(), prepared.thumbnail.as_slice()], desk.clock.now())?;
    let &[digest, thumb] = kept.as_slice() else { return Err(bangban_model::Code::Internal.into()) };
    let field = PhotoField {
        slot: slot.to_owned(),
        size_bytes: prepared.bytes.len() as u64,
        width: prepared.width,
        height: prepared.height,
        thumb: Some(thumb),
        thumb_size_bytes: prepared.thumbnail.len() as u64,
        thumb_hash: data_encoding::HEXLOWER.encode(&prepared.thumb_hash),
        captured_at: prepared.captured_at,
        source: "file".to_owned(),
        ..PhotoField::default()
    };
    Ok(KeptPhoto { digest, field, retake: quality.retake() })
}
