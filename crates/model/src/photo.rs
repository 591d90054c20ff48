//! A photo as an entry names it: by digest and size, with a tiny preview; the bytes travel apart. A file, a sound or a film
//! that answers a question goes the same way, with its name and what it is.

use crate::Digest;
use crate::body::FieldSet;
use serde::{Deserialize, Serialize};

/// Fields whose path begins so are photos; the rest of the path is the digest.
pub const PHOTO_PREFIX: &str = "photo/";

/// What an entry says of a photo.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoField {
    /// The material slot it fills, or the path of the question it answers.
    pub slot: String,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// Its width in pixels; 0 where it is opaque.
    pub width: u32,
    /// Its height in pixels; 0 where it is opaque.
    pub height: u32,
    /// Digest of its thumbnail, a small photo of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumb: Option<Digest>,
    /// Size of the thumbnail in bytes.
    #[serde(default)]
    pub thumb_size_bytes: u64,
    /// ThumbHash, hexadecimal, at most 32 bytes.
    #[serde(default)]
    pub thumb_hash: String,
    /// When it was taken, by its own metadata.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured_at: Option<String>,
    /// Where it came from: file, camera, phone …
    pub source: String,
    /// What it is called, without folders, where it came as a file that answers a question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its media type, where it is no picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<String>,
}

impl PhotoField {
    /// Whether it can be looked at beside others.
    #[must_use]
    pub fn is_picture(&self) -> bool {
        self.media.is_none()
    }
}

/// The path of a photo's field.
pub fn photo_path(digest: Digest) -> String {
    format!("{PHOTO_PREFIX}{digest}")
}

/// A photo that an entry names: a picture, or the thumbnail of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedPhoto {
    /// Its digest.
    pub digest: Digest,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// Whether it is the thumbnail of another.
    pub thumbnail: bool,
}

/// The photos that a field set names: pictures and thumbnails.
pub fn photos_named(set: &FieldSet) -> Vec<NamedPhoto> {
    let mut named = Vec::new();
    for (path, value) in set.range(PHOTO_PREFIX.to_owned()..) {
        let Some(rest) = path.strip_prefix(PHOTO_PREFIX) else { break };
        let (Some(digest), Ok(field)) = (Digest::parse(rest), PhotoField::deserialize(value)) else {
            continue;
        };
        if let Some(thumb) = field.thumb {
            named.push(NamedPhoto { digest: thumb, size_bytes: field.thumb_size_bytes, thumbnail: true });
        }
        named.push(NamedPhoto { digest, size_bytes: field.size_bytes, thumbnail: false });
    }
    named
}
