//! From untrusted bytes to a prepared picture.

use image::imageops::{self, FilterType};
use image::{DynamicImage, RgbImage};

use crate::capture::Capture;
use crate::quality::Quality;
use crate::{PhotoError, jpeg, outgoing, png};

/// Long edge of a thumbnail, in pixels.
const THUMBNAIL_EDGE: u32 = 200;

/// Thumbnails go ahead of everything over slow links; this is what they should stay below.
const THUMBNAIL_AIM_BYTES: usize = 8 * 1024;

/// Qualities tried for a thumbnail, best first.
const THUMBNAIL_QUALITIES: &[f32] = &[65.0, 50.0, 35.0, 20.0];

/// Longest edge that ThumbHash takes, in pixels.
const THUMB_HASH_EDGE: u32 = 100;

/// What a picture from outside may be at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Size of the file in bytes.
    pub max_input_bytes: usize,
    /// Width times height.
    pub max_pixels: u64,
    /// Width or height, whichever is longer, in pixels.
    pub max_edge: u32,
}

impl Default for Limits {
    /// What the phones of these years bring (up to 108 megapixels are sold, 12 to 50 are used), and scanners.
    fn default() -> Self {
        Limits { max_input_bytes: 40 * 1024 * 1024, max_pixels: 110_000_000, max_edge: 24_000 }
    }
}

/// What a picture is for; decides how much of it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Printed or written text that must stay legible: long edge 1600 pixels.
    Document,
    /// A house, a person, a visit: long edge 1280 pixels.
    Scene,
}

impl Purpose {
    /// The long edge of the prepared picture, in pixels; smaller pictures are left at their size.
    #[must_use]
    pub fn max_edge(self) -> u32 {
        match self {
            Purpose::Document => 1600,
            Purpose::Scene => 1280,
        }
    }

    /// WebP qualities (of 100), best first, and the size in bytes that ends the search. Photographs of papers fit at the
    /// first (100 to 130 kB). A page filled with letters of 7 pixels takes 330 kB at the last and is still legible.
    fn qualities(self) -> (&'static [f32], usize) {
        match self {
            Purpose::Document => (&[80.0, 72.0, 66.0, 60.0], 250 * 1024),
            Purpose::Scene => (&[75.0, 66.0, 58.0], 200 * 1024),
        }
    }
}

/// A small, upright, clean, checked picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// Lossy WebP without any metadata.
    pub bytes: Vec<u8>,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// A small WebP, long edge 200 pixels, at most a few kilobytes.
    pub thumbnail: Vec<u8>,
    /// ThumbHash of the picture, at most 32 bytes.
    pub thumb_hash: Vec<u8>,
    /// When the camera says it was taken: ISO 8601 local time, with an offset if the camera wrote one.
    pub captured_at: Option<String>,
    /// Whether it should be taken again while she still stands at the door.
    pub quality: Quality,
}

/// Makes a small, upright, clean, checked picture of a JPEG or PNG file.
///
/// # Errors
/// Every [`PhotoError`]; a picture that is cut off is `Truncated`, never half a picture.
pub fn prepare(input: &[u8], purpose: Purpose, limits: &Limits) -> Result<Prepared, PhotoError> {
    let (image, capture) = decode(input, limits)?;
    let mut upright = DynamicImage::ImageRgb8(shrink(image, purpose.max_edge()));
    // Turning comes after shrinking, when there is least to turn.
    upright.apply_orientation(capture.orientation);
    let upright = upright.into_rgb8();
    let small = shrink(upright.clone(), THUMBNAIL_EDGE);
    let (qualities, aim_bytes) = purpose.qualities();
    Ok(Prepared {
        bytes: outgoing::encode(&upright, qualities, aim_bytes)?,
        width: upright.width(),
        height: upright.height(),
        thumbnail: outgoing::encode(&small, THUMBNAIL_QUALITIES, THUMBNAIL_AIM_BYTES)?,
        thumb_hash: thumb_hash(small),
        captured_at: capture.captured_at,
        quality: Quality::judge(&upright),
    })
}

fn decode(input: &[u8], limits: &Limits) -> Result<(RgbImage, Capture), PhotoError> {
    if input.is_empty() {
        return Err(PhotoError::Empty);
    }
    if input.len() > limits.max_input_bytes {
        return Err(PhotoError::TooManyBytes {
            size_bytes: input.len(),
            limit_bytes: limits.max_input_bytes,
        });
    }
    let format = Format::sniff(input);
    match format {
        Format::Jpeg => {
            let outline = jpeg::outline(input)?;
            check_size(outline.width, outline.height, limits)?;
            Ok((jpeg::decode(input, &outline, limits)?, Capture::read(outline.exif)))
        }
        Format::Png => {
            let outline = png::outline(input)?;
            check_size(outline.width, outline.height, limits)?;
            Ok((png::decode(&outline, limits)?, Capture::read(outline.exif)))
        }
        Format::Heic => Err(PhotoError::Heic),
        Format::Other(format) => Err(PhotoError::UnsupportedFormat { format }),
        Format::StartOfOne => Err(PhotoError::Truncated),
        Format::Unknown => Err(PhotoError::NotAPicture),
    }
}

fn check_size(width: u32, height: u32, limits: &Limits) -> Result<(), PhotoError> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels > limits.max_pixels || width.max(height) > limits.max_edge {
        return Err(PhotoError::TooManyPixels { width, height });
    }
    Ok(())
}

/// Formats told apart by their first bytes; names of files are not asked.
#[derive(Debug, PartialEq, Eq)]
enum Format {
    Jpeg,
    Png,
    Heic,
    Other(&'static str),
    /// Fewer bytes than tell formats apart, but those there are begin a JPEG or PNG.
    StartOfOne,
    Unknown,
}

impl Format {
    fn sniff(input: &[u8]) -> Format {
        const JPEG: &[u8] = &[0xFF, 0xD8, 0xFF];
        if input.starts_with(JPEG) {
            return Format::Jpeg;
        }
        if input.starts_with(png::SIGNATURE) {
            return Format::Png;
        }
        if JPEG.starts_with(input) || png::SIGNATURE.starts_with(input) {
            return Format::StartOfOne;
        }
        let at = |from: usize, len: usize| input.get(from..from + len).unwrap_or_default();
        if at(4, 4) == b"ftyp" {
            return match at(8, 4) {
                b"avif" | b"avis" => Format::Other("AVIF"),
                b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => Format::Heic,
                _ => Format::Unknown,
            };
        }
        match at(0, 4) {
            b"GIF8" => Format::Other("GIF"),
            b"RIFF" if at(8, 4) == b"WEBP" => Format::Other("WebP"),
            b"II*\0" | b"MM\0*" => Format::Other("TIFF"),
            b"%PDF" => Format::Other("PDF"),
            [b'B', b'M', ..] if input.len() > 26 && at(6, 4) == [0; 4] => Format::Other("BMP"),
            _ => Format::Unknown,
        }
    }
}

/// Shrinks to the given long edge, never enlarges.
fn shrink(image: RgbImage, edge: u32) -> RgbImage {
    let Some((width, height)) = shrunk(image.width(), image.height(), edge) else { return image };
    // Far too large pictures are first averaged down to twice the size: the careful filter holds floats for a whole
    // picture's width and would need more memory than the picture itself.
    if let (Some(_), Some((w, h))) = (
        shrunk(image.width(), image.height(), edge.saturating_mul(3)),
        shrunk(image.width(), image.height(), edge.saturating_mul(2)),
    ) {
        let between = imageops::thumbnail(&image, w, h);
        drop(image);
        return imageops::resize(&between, width, height, FilterType::CatmullRom);
    }
    imageops::resize(&image, width, height, FilterType::Lanczos3)
}

/// The size with the given long edge, or nothing if it is that small already.
fn shrunk(width: u32, height: u32, edge: u32) -> Option<(u32, u32)> {
    let long = width.max(height);
    if long <= edge {
        return None;
    }
    let scale = |side: u32| {
        let scaled = (u64::from(side) * u64::from(edge) + u64::from(long) / 2) / u64::from(long);
        u32::try_from(scaled).unwrap_or(edge).clamp(1, edge)
    };
    Some((scale(width), scale(height)))
}

fn thumb_hash(small: RgbImage) -> Vec<u8> {
    let tiny = DynamicImage::ImageRgb8(shrink(small, THUMB_HASH_EDGE)).into_rgba8();
    thumbhash::rgba_to_thumb_hash(tiny.width() as usize, tiny.height() as usize, tiny.as_raw())
}

#[cfg(test)]
mod tests;
