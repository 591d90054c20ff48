//! A workbook on disk with the files that lie beside it, read within bounds.

use bangban_desk::DeskError;
use bangban_forms::{Form, FormError, FormErrorCode, MAX_WORKBOOK_BYTES};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The most files that are looked at beside a workbook.
const MAX_FILES: usize = 100;
/// The largest of them that is read, and all together, in bytes.
const MAX_FILE_BYTES: u64 = 8 * 1024 * 1024;
const MAX_FILES_BYTES: u64 = 32 * 1024 * 1024;
/// What a form may look values up in, and what it may show or play.
const ATTACHED: &[&str] = &[
    "csv", "xml", "geojson", "png", "jpg", "jpeg", "webp", "gif", "mp3", "m4a", "ogg", "oga", "opus", "wav",
    "flac", "mp4", "webm",
];

/// Compiles the workbook at a path, with the files of its folder and of `NAME-media` beside it. A file that the form
/// needs and that is not there is a warning here: without it the form can be read, not published.
///
/// # Errors
/// The workbook cannot be read from the disk. Mistakes in the form are the inner result.
pub fn read_form(file: &Path) -> Result<Result<Form, Vec<FormError>>, DeskError> {
    // One byte more than the bound is enough to be refused for it.
    let bytes = read_at_most(file, MAX_WORKBOOK_BYTES as u64 + 1)?;
    let files = read_attachments(file);
    let read = Form::read_with(&bytes, &files);
    let only_files =
        |errors: &Vec<FormError>| errors.iter().all(|error| error.code == FormErrorCode::MissingFile);
    if read.as_ref().is_err_and(only_files)
        && let Ok(form) = Form::read(&bytes)
        && form.attachments().iter().any(|name| is_missing(name, &files))
    {
        return Ok(Ok(form));
    }
    Ok(read)
}

fn is_missing(name: &str, files: &BTreeMap<String, Vec<u8>>) -> bool {
    !files.keys().any(|known| known.eq_ignore_ascii_case(name))
}

fn read_at_most(file: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The files beside a workbook by name; what is too large or cannot be read counts as not there.
fn read_attachments(workbook: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut left = MAX_FILES_BYTES;
    for path in attachment_paths(workbook).into_iter().take(MAX_FILES) {
        let Some(name) = path.file_name().and_then(OsStr::to_str) else { continue };
        let size = std::fs::metadata(&path).map_or(u64::MAX, |facts| facts.len());
        if size > MAX_FILE_BYTES || size > left || files.contains_key(name) {
            continue;
        }
        if let Ok(bytes) = read_at_most(&path, size) {
            left -= size;
            files.insert(name.to_owned(), bytes);
        }
    }
    files
}

/// Where such files lie, those of the form's own folder `NAME-media` first, then by name.
fn attachment_paths(workbook: &Path) -> Vec<PathBuf> {
    let beside = workbook.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let media = workbook.file_stem().map(|stem| {
        let mut name = stem.to_owned();
        name.push("-media");
        beside.join(name)
    });
    let mut paths = Vec::new();
    for folder in media.into_iter().chain([beside.to_owned()]) {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        let files = entries.filter_map(Result::ok).map(|entry| entry.path());
        let mut found: Vec<PathBuf> = files.filter(|path| is_attachment(path) && path.is_file()).collect();
        found.sort();
        paths.extend(found);
    }
    paths
}

fn is_attachment(path: &Path) -> bool {
    let kind = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    ATTACHED.iter().any(|known| kind.eq_ignore_ascii_case(known))
}
