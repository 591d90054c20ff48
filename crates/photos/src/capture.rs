//! What is kept of a picture's EXIF block: which way is up, and when it was taken. Nothing else leaves this file.

use exif::{In, Reader, Tag, Value};
use image::metadata::Orientation;

/// EXIF blocks above this size are not looked at. A JPEG's cannot be longer; a PNG's could claim anything.
const MAX_EXIF_BYTES: usize = 64 * 1024;

/// Which way is up, and when the picture was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Capture {
    pub orientation: Orientation,
    /// ISO 8601 local time; with an offset if the camera wrote one.
    pub captured_at: Option<String>,
}

impl Capture {
    /// Reads a raw EXIF (TIFF) block. A missing or broken block is no reason to refuse a picture: it then counts as
    /// upright and undated.
    pub(crate) fn read(raw_exif: Option<&[u8]>) -> Self {
        let unknown = Capture { orientation: Orientation::NoTransforms, captured_at: None };
        let Some(raw) = raw_exif.filter(|raw| raw.len() <= MAX_EXIF_BYTES) else { return unknown };
        let Ok(exif) = Reader::new().read_raw(raw.to_vec()) else { return unknown };
        let orientation = exif
            .get_field(Tag::Orientation, In::PRIMARY)
            .and_then(|field| field.value.get_uint(0))
            .and_then(|value| u8::try_from(value).ok())
            .and_then(Orientation::from_exif)
            .unwrap_or(Orientation::NoTransforms);
        let text = |tag: Tag| {
            exif.get_field(tag, In::PRIMARY).and_then(|field| match &field.value {
                Value::Ascii(lines) => lines.first().and_then(|line| std::str::from_utf8(line).ok()),
                _ => None,
            })
        };
        let captured_at = text(Tag::DateTimeOriginal).and_then(iso_time).map(|time| {
            let offset = text(Tag::OffsetTimeOriginal).map(str::trim).filter(|offset| is_offset(offset));
            format!("{time}{}", offset.unwrap_or_default())
        });
        Capture { orientation, captured_at }
    }
}

/// `2024:05:06 07:08:09` as `2024-05-06T07:08:09`; cameras whose clock was never set write zeros or blanks.
fn iso_time(exif: &str) -> Option<String> {
    let exif = exif.trim();
    let (date, time) = exif.split_once(' ')?;
    let [year, month, day] = three_numbers(date)?;
    let [hour, minute, second] = three_numbers(time)?;
    let sound = (1970..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    sound.then(|| format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"))
}

fn three_numbers(text: &str) -> Option<[u32; 3]> {
    let mut parts = text.split(':');
    let mut number = || {
        let part = parts.next()?;
        let plain = (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        if plain { part.parse().ok() } else { None }
    };
    let numbers = [number()?, number()?, number()?];
    parts.next().is_none().then_some(numbers)
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// `+08:00` and the like.
fn is_offset(text: &str) -> bool {
    matches!(text.as_bytes(), [b'+' | b'-', h1, h2, b':', m1, m2]
        if [h1, h2, m1, m2].iter().all(|b| b.is_ascii_digit()) && *h1 <= b'1' && *m1 <= b'5')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn camera_times_become_iso_and_nonsense_becomes_nothing() {
        for (exif, iso) in [
            ("2024:05:06 07:08:09", Some("2024-05-06T07:08:09")),
            ("2024:02:29 23:59:59", Some("2024-02-29T23:59:59")),
            ("2023:02:29 00:00:00", None),
            ("0000:00:00 00:00:00", None),
            ("    :  :     :  :  ", None),
            ("2024:13:01 00:00:00", None),
            ("2024:05:06 24:00:00", None),
            ("2024:05:06", None),
            ("2024:05:06:07 08:09:10", None),
            ("+024:05:06 07:08:09", None),
            ("", None),
        ] {
            assert_eq!(iso_time(exif).as_deref(), iso, "{exif}");
        }
    }

    #[test]
    fn only_a_written_out_offset_counts() {
        assert!(is_offset("+08:00") && is_offset("-03:30"));
        assert!(!is_offset("08:00") && !is_offset("+8:00") && !is_offset("+99:00") && !is_offset("Z"));
    }
}
