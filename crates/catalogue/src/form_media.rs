//! The pictures, sounds and films that come with a form: named by digest where a screen shows them, and nothing else of
//! the form's files.

use bangban_model::Digest;
use bangban_model::published_form::FormFiles;
use std::collections::BTreeMap;

/// What such a file is, by its bytes; none where no screen shows or plays it.
#[must_use]
pub fn media_type(bytes: &[u8]) -> Option<&'static str> {
    Some(match infer::get(bytes)?.mime_type() {
        "image/jpeg" => "image/jpeg",
        "image/png" => "image/png",
        "image/webp" => "image/webp",
        "image/gif" => "image/gif",
        "audio/mpeg" => "audio/mpeg",
        "audio/m4a" => "audio/mp4",
        "audio/ogg" | "audio/opus" => "audio/ogg",
        "audio/x-wav" => "audio/wav",
        "audio/x-flac" => "audio/flac",
        "video/mp4" => "video/mp4",
        "video/webm" => "video/webm",
        _ => return None,
    })
}

/// The files of a form that screens show, by name in small letters.
pub(crate) fn shown_by_name(files: &FormFiles) -> BTreeMap<String, Digest> {
    let shown = files.attachments.iter().filter(|(_, bytes)| media_type(bytes).is_some());
    shown.map(|(name, bytes)| (name.to_lowercase(), Digest::of(bytes))).collect()
}

/// The file with this digest among those that screens show.
pub(crate) fn find_shown(files: &FormFiles, digest: Digest) -> Option<(&[u8], &'static str)> {
    let mut shown =
        files.attachments.values().filter_map(|bytes| Some((bytes.as_slice(), media_type(bytes)?)));
    shown.find(|(bytes, _)| Digest::of(bytes) == digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_screens_show_is_found_and_by_its_digest_alone() {
        let picture = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR".to_vec();
        let mut files = FormFiles::alone(b"workbook".to_vec());
        files.attachments.insert("Card.PNG".into(), picture.clone());
        files.attachments.insert("groups.csv".into(), b"name,label\n".to_vec());
        files.attachments.insert("page.png".into(), b"<html><script>".to_vec());
        assert_eq!(shown_by_name(&files), BTreeMap::from([("card.png".to_owned(), Digest::of(&picture))]));
        let found = find_shown(&files, Digest::of(&picture));
        assert_eq!(found, Some((picture.as_slice(), "image/png")));
        for other in [b"name,label\n".as_slice(), b"workbook", b"<html><script>"] {
            assert_eq!(find_shown(&files, Digest::of(other)), None);
        }
    }
}
