//! Files that a person asked for: they appear whole, durable, or not at all.

use crate::error::DeskError;
use bangban_ledger::slots::sync_folder;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// A file's name without folders: what a screen may say of it.
pub(crate) fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Writes a file beside its place, makes it durable, and puts it in its place. What stood there before stays until then.
pub fn write_through(
    file: &Path,
    write: impl FnOnce(BufWriter<File>) -> Result<BufWriter<File>, DeskError>,
) -> Result<(), DeskError> {
    let fresh = beside(file);
    let written = write_durably(&fresh, write).and_then(|()| put_in_place(&fresh, file));
    if written.is_err() {
        // Half a file is worth nothing; the ledger still has everything.
        let _ = fs::remove_file(&fresh);
    }
    written
}

/// [`write_through`] for bytes that are there already.
pub fn write_in_place(file: &Path, bytes: &[u8]) -> Result<(), DeskError> {
    write_through(file, |mut out| {
        out.write_all(bytes)?;
        Ok(out)
    })
}

fn write_durably(
    path: &Path,
    write: impl FnOnce(BufWriter<File>) -> Result<BufWriter<File>, DeskError>,
) -> Result<(), DeskError> {
    let mut out = write(BufWriter::new(File::create(path)?))?;
    out.flush()?;
    out.get_ref().sync_all()?;
    Ok(())
}

fn put_in_place(fresh: &Path, file: &Path) -> Result<(), DeskError> {
    fs::rename(fresh, file)?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(sync_folder(folder)?)
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    file.with_file_name(name)
}
