//! Zipped workbooks: what is in them, and how much, known before a parser sees them.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::table::check;
use crate::{Limits, SheetError};

/// Below this unpacked size the ratio says nothing: an empty sheet of many formatted rows packs 100 : 1 and harms nobody.
const RATIO_FROM_BYTES: u64 = 8 << 20;

/// A zip file whose every part was found to unpack to just what its directory says, within the limits.
pub(crate) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
}

impl<'a> Archive<'a> {
    pub(crate) fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, SheetError> {
        let broken = || SheetError::Broken { part: "zip directory" };
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| broken())?;
        check("parts", zip.len() as u64, limits.max_parts)?;
        let mut unpacked_bytes = 0_u64;
        for index in 0..zip.len() {
            let part = zip.by_index_raw(index).map_err(|_| broken())?;
            if part.encrypted() {
                return Err(SheetError::Encrypted);
            }
            unpacked_bytes = unpacked_bytes.saturating_add(part.size());
        }
        check("unpacked size", unpacked_bytes, limits.max_unpacked_bytes)?;
        if unpacked_bytes > RATIO_FROM_BYTES {
            check(
                "unpacked over packed size",
                unpacked_bytes / (bytes.len() as u64).max(1),
                limits.max_ratio,
            )?;
        }
        for index in 0..zip.len() {
            let mut part = zip.by_index(index).map_err(|_| broken())?;
            let claimed = part.size();
            // The directory may lie, so each part is unpacked once into nothing; this also checks its checksum.
            let unpacked =
                std::io::copy(&mut part.by_ref().take(claimed.saturating_add(1)), &mut std::io::sink());
            if unpacked.ok() != Some(claimed) {
                return Err(SheetError::Broken { part: "a part of the zip file" });
            }
        }
        Ok(Archive { zip })
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// The names of its parts.
    pub(crate) fn names(&self) -> Vec<String> {
        self.zip.file_names().filter_map(Result::ok).map(|name| name.into_owned()).collect()
    }

    /// A part's bytes; its size was checked when the archive was opened.
    pub(crate) fn read(&mut self, name: &str) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut part = self.zip.by_name(name).ok()?;
        let claimed = part.size();
        part.by_ref().take(claimed).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }
}
