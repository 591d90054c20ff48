//! The pictures and sounds that a form shows beside its questions and choices: files that come with it, told by cell
//! where they are not there.

use crate::attachments::{Attachments, Unread};
use crate::columns::{Columns, MEDIA};
use crate::error::FormErrorCode;
use crate::report::{Cell, Report};
use crate::survey::is_switched_off;
use crate::workbook::Sheet;

/// The largest of them, in bytes: together with the workbook they go down every laptop's line.
const MAX_SHOWN_BYTES: usize = 256 * 1024;
/// What every screen can show or play.
const ENDINGS: &[&str] =
    &["png", "jpg", "jpeg", "webp", "gif", "mp3", "m4a", "ogg", "oga", "opus", "wav", "flac", "mp4", "webm"];

/// Looks through a sheet's columns for them; a name made of answers cannot be known beforehand.
pub(crate) fn find_shown(
    name: &str,
    sheet: &Sheet,
    columns: &Columns,
    attachments: &Attachments<'_>,
    found: &mut Vec<String>,
    report: &mut Report,
) {
    let shown = MEDIA.iter().filter(|(_, kind)| *kind != "image-description");
    let mut places: Vec<u32> =
        shown.flat_map(|(column, _)| columns.translations(*column)).map(|(_, place)| place).collect();
    places.sort_unstable();
    // Rows that are switched off show nothing.
    for (row, cells) in sheet.rows.iter().filter(|(_, cells)| !is_switched_off(cells, columns)) {
        for place in &places {
            let Some(file) = cells.get(place).filter(|text| !text.contains("${")) else { continue };
            let cell = Cell { row: *row, column: *place };
            let ending = file.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
            if !ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str())) {
                report.warning(
                    name,
                    cell,
                    FormErrorCode::BadValue,
                    &format!("“{file}”不是能显示或播放的文件（{}）", ENDINGS.join("、")),
                    &format!("“{file}” is no file that can be shown or played ({})", ENDINGS.join(", ")),
                );
                continue;
            }
            if !found.contains(file) {
                found.push(file.clone());
            }
            match attachments.size_of(file) {
                Err(Unread::Missing) => report.warning(
                    name,
                    cell,
                    FormErrorCode::MissingFile,
                    &format!("找不到“{file}”，这里将没有配图或配音；请和工作簿一起放上来"),
                    &format!("“{file}” is missing, nothing will be shown here; bring it with the workbook"),
                ),
                Ok(size) if size > MAX_SHOWN_BYTES => report.error(
                    name,
                    cell,
                    FormErrorCode::TooLarge,
                    &format!("“{file}”太大（最多 {} KB），请压缩", MAX_SHOWN_BYTES / 1024),
                    &format!("“{file}” is too large (at most {} KB): compress it", MAX_SHOWN_BYTES / 1024),
                ),
                _ => {}
            }
        }
    }
}
