//! Files that are no photo: what they are is told by their bytes, never by their names.

use infer::MatcherType;
use std::fmt;

/// The most that a paper or a sound may have, in bytes.
pub const MAX_PAPER_BYTES: u64 = 8 * 1024 * 1024;
/// The most that a film may have, in bytes.
pub const MAX_FILM_BYTES: u64 = 16 * 1024 * 1024;
/// The longest name that is kept, in characters.
const MAX_NAME_CHARS: usize = 100;

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// To read: a document, a sheet, a text.
    Paper,
    /// To hear.
    Sound,
    /// To see and hear.
    Film,
}

/// A kind of file that is taken in as it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FileKind {
    /// Its media type.
    pub media: &'static str,
    /// What it is for.
    pub used: Use,
    /// The endings that fit it, the usual one first.
    endings: &'static [&'static str],
}

impl fmt::Debug for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.media)
    }
}

impl FileKind {
    /// The most that such a file may have, in bytes.
    #[must_use]
    pub fn most_bytes(&self) -> u64 {
        if self.used == Use::Film { MAX_FILM_BYTES } else { MAX_PAPER_BYTES }
    }
}

/// What bytes from outside are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attached {
    /// A picture: it goes the way of all pictures.
    Picture,
    /// Something that is kept as it is.
    File(FileKind),
}

const fn kind(media: &'static str, used: Use, endings: &'static [&'static str]) -> FileKind {
    FileKind { media, used, endings }
}

const KINDS: &[FileKind] = &[
    kind("application/pdf", Use::Paper, &["pdf"]),
    kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", Use::Paper, &["docx"]),
    kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Use::Paper, &["xlsx"]),
    kind("application/vnd.openxmlformats-officedocument.presentationml.presentation", Use::Paper, &["pptx"]),
    kind("application/msword", Use::Paper, &["doc", "wps"]),
    kind("application/vnd.ms-excel", Use::Paper, &["xls", "et"]),
    kind("application/vnd.ms-powerpoint", Use::Paper, &["ppt", "dps"]),
    kind("text/plain", Use::Paper, &["txt", "csv"]),
    kind("audio/mpeg", Use::Sound, &["mp3"]),
    kind("audio/m4a", Use::Sound, &["m4a"]),
    kind("audio/aac", Use::Sound, &["aac"]),
    kind("audio/amr", Use::Sound, &["amr"]),
    kind("audio/ogg", Use::Sound, &["ogg", "oga"]),
    kind("audio/opus", Use::Sound, &["opus", "ogg"]),
    kind("audio/x-wav", Use::Sound, &["wav"]),
    kind("audio/x-flac", Use::Sound, &["flac"]),
    kind("video/mp4", Use::Film, &["mp4", "m4v"]),
    kind("video/3gpp", Use::Film, &["3gp", "3g2"]),
    kind("video/webm", Use::Film, &["webm"]),
    kind("video/quicktime", Use::Film, &["mov"]),
];

/// What these bytes are; none where it is nothing that is taken in: programs, archives, pages with scripts, the unknown.
#[must_use]
pub fn kind_of(bytes: &[u8]) -> Option<Attached> {
    const OLE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    let told = infer::get(bytes);
    let media = match bytes {
        _ if bytes.starts_with(OLE) => older_document(bytes),
        [b'P', b'K', ..] => newer_document(bytes),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => {
            film_or_sound(bytes).or(told.map(|told| told.mime_type()))
        }
        _ => told.map(|told| told.mime_type()),
    };
    if let Some(known) = media.and_then(known) {
        return Some(Attached::File(known));
    }
    match told.map(|told| told.matcher_type()) {
        // A page, a script: text that a program would run.
        Some(MatcherType::Text) => None,
        // Short marks such as `BM` begin words too.
        _ if is_text(bytes) => known("text/plain").map(Attached::File),
        Some(MatcherType::Image) => Some(Attached::Picture),
        _ => None,
    }
}

fn known(media: &str) -> Option<FileKind> {
    KINDS.iter().find(|kind| kind.media == media).copied()
}

/// A container of offices, as they saved until 2007 and WPS does still: by the stream in it that is the document.
fn older_document(bytes: &[u8]) -> Option<&'static str> {
    // Names stand there in two bytes a letter, with their end.
    let wide =
        |name: &str| -> Vec<u8> { name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect() };
    let streams = [
        ("WordDocument", "application/msword"),
        ("Workbook", "application/vnd.ms-excel"),
        ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ];
    streams.into_iter().find(|(stream, _)| holds(bytes, &wide(stream))).map(|(_, media)| media)
}

/// An archive that is a document, by the part that makes it one. One that carries a program is none: Word itself opens no
/// such document under these endings.
fn newer_document(bytes: &[u8]) -> Option<&'static str> {
    let parts = [
        ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("ppt/presentation.xml", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ];
    let (_, media) = parts.into_iter().find(|(part, _)| holds(bytes, part.as_bytes()))?;
    Some(media).filter(|_| holds(bytes, b"[Content_Types].xml") && !holds(bytes, b"vbaProject.bin"))
}

/// The MP4 family, by its brand.
fn film_or_sound(bytes: &[u8]) -> Option<&'static str> {
    match bytes.get(8..11)? {
        b"M4A" | b"M4B" => Some("audio/m4a"),
        b"M4V" => Some("video/mp4"),
        b"3gp" | b"3g2" => Some("video/3gpp"),
        b"qt " => Some("video/quicktime"),
        _ => None,
    }
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Text as offices save it: UTF-8 or GB18030, and nothing in it that no keyboard types.
fn is_text(bytes: &[u8]) -> bool {
    let typed = |byte: &u8| *byte >= 0x20 && *byte != 0x7f || matches!(byte, b'\t' | b'\n' | b'\r');
    !bytes.is_empty()
        && bytes.iter().all(typed)
        && (std::str::from_utf8(bytes).is_ok()
            || encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes).is_some())
}

/// A file's name without folders and without what no system takes, with an ending that fits what it is.
#[must_use]
pub fn fitting_name(name: &str, kind: &FileKind) -> String {
    name_ending_in(name, kind.endings)
}

/// The same for a picture that was drawn anew.
#[must_use]
pub fn fitting_picture_name(name: &str, bytes: &[u8]) -> String {
    let ending = if bytes.starts_with(&[0xff, 0xd8]) { "jpg" } else { "webp" };
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    name_ending_in(stem, &[ending])
}

fn name_ending_in(name: &str, endings: &[&str]) -> String {
    let name = clean(name);
    let fits = |ending: &&str| name.to_lowercase().ends_with(&format!(".{ending}"));
    if endings.iter().any(fits) {
        return name;
    }
    format!("{name}.{}", endings.first().copied().unwrap_or("bin"))
}

fn clean(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    // Marks that turn the direction of writing make `exe` look like something else.
    let hidden = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let plain =
        |c: &char| !c.is_control() && !hidden(*c) && !matches!(c, ':' | '*' | '?' | '"' | '<' | '>' | '|');
    let kept: Vec<char> = last.chars().filter(plain).collect();
    // The ending says what it is: of a long name the middle goes.
    let from = kept.len().saturating_sub(MAX_NAME_CHARS);
    let kept: String = kept.into_iter().skip(from).collect();
    let trimmed = kept.trim_matches(|c: char| c == '.' || c.is_whitespace());
    if trimmed.is_empty() { "file".to_owned() } else { trimmed.to_owned() }
}

#[cfg(test)]
mod tests;
