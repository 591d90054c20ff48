//! PNG files: where they end, what they claim, and their pixels.

use std::io::Cursor;

use image::codecs::png::PngDecoder;
use image::{DynamicImage, ImageDecoder, ImageError, Rgb, RgbImage};

use crate::{Limits, PhotoError};

/// What every PNG begins with.
pub(crate) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Deflate makes at most 1032 bytes of one. A header that claims more is lying or the rest is missing.
const MAX_INFLATION: u64 = 1032;

/// What a walk over the chunks finds, without decoding.
#[derive(Debug)]
pub(crate) struct Outline<'a> {
    pub width: u32,
    pub height: u32,
    pub exif: Option<&'a [u8]>,
    bits_per_pixel: u64,
    data_bytes: u64,
    /// The chunks that make pixels, copied as they are. All else (texts, colour profiles, animation), which may be
    /// compressed and of any size when unpacked, is never shown to the decoder.
    bare: Vec<u8>,
}

/// Walks from chunk to chunk to the end chunk.
pub(crate) fn outline(bytes: &[u8]) -> Result<Outline<'_>, PhotoError> {
    let mut rest = bytes.strip_prefix(SIGNATURE).ok_or(PhotoError::NotAPicture)?;
    let mut outline = Outline {
        width: 0,
        height: 0,
        exif: None,
        bits_per_pixel: 0,
        data_bytes: 0,
        bare: SIGNATURE.to_vec(),
    };
    loop {
        let (head, _) = rest.split_first_chunk::<8>().ok_or(PhotoError::Truncated)?;
        let [l1, l2, l3, l4, kind @ ..] = *head;
        let len = u32::from_be_bytes([l1, l2, l3, l4]) as usize;
        // Four bytes of length, four of kind, four of checksum.
        let whole = len.checked_add(12).ok_or(PhotoError::Truncated)?;
        let chunk = rest.get(..whole).ok_or(PhotoError::Truncated)?;
        let body = chunk.get(8..8 + len).unwrap_or_default();
        match &kind {
            b"IHDR" => outline.read_header(body)?,
            b"IDAT" => outline.data_bytes += len as u64,
            b"eXIf" => outline.exif = outline.exif.or(Some(body)),
            _ => {}
        }
        if matches!(&kind, b"IHDR" | b"PLTE" | b"tRNS" | b"IDAT" | b"IEND") {
            outline.bare.extend_from_slice(chunk);
        }
        if &kind == b"IEND" {
            break;
        }
        rest = rest.get(whole..).unwrap_or_default();
    }
    if outline.width == 0 || outline.height == 0 {
        return Err(PhotoError::damaged("no pixels"));
    }
    Ok(outline)
}

impl Outline<'_> {
    fn read_header(&mut self, body: &[u8]) -> Result<(), PhotoError> {
        let [w1, w2, w3, w4, h1, h2, h3, h4, depth, color, _, _, _] = *body else {
            return Err(PhotoError::damaged("header of wrong length"));
        };
        let channels = match color {
            0 | 3 => 1,
            4 => 2,
            2 => 3,
            6 => 4,
            _ => return Err(PhotoError::damaged("unknown colour type")),
        };
        self.width = u32::from_be_bytes([w1, w2, w3, w4]);
        self.height = u32::from_be_bytes([h1, h2, h3, h4]);
        self.bits_per_pixel = channels * u64::from(depth);
        Ok(())
    }
}

/// Decodes the pixels, after [`outline`] has been checked against the limits; transparency is laid on white.
pub(crate) fn decode(outline: &Outline<'_>, limits: &Limits) -> Result<RgbImage, PhotoError> {
    let Outline { width, height, .. } = *outline;
    let raw_bytes = (u64::from(width) * outline.bits_per_pixel).div_ceil(8).saturating_mul(u64::from(height));
    if raw_bytes / MAX_INFLATION > outline.data_bytes {
        return Err(PhotoError::Truncated);
    }
    // Four bytes a pixel at the allowed number of pixels; a deeper picture has to be smaller.
    let max_alloc = limits.max_pixels.saturating_mul(4);
    let mut decode_limits = image::Limits::default();
    decode_limits.max_alloc = Some(max_alloc.saturating_add(1 << 20));
    let decoder = PngDecoder::with_limits(Cursor::new(&outline.bare), decode_limits).map_err(refuse)?;
    if decoder.total_bytes() > max_alloc {
        return Err(PhotoError::TooManyPixels { width, height });
    }
    let image = DynamicImage::from_decoder(decoder).map_err(refuse)?;
    Ok(lay_on_white(image))
}

fn refuse(error: ImageError) -> PhotoError {
    match error {
        ImageError::IoError(cause) if cause.kind() == std::io::ErrorKind::UnexpectedEof => {
            PhotoError::Truncated
        }
        other => PhotoError::damaged(other),
    }
}

fn lay_on_white(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let rgba = image.into_rgba8();
    let mut flat = RgbImage::new(rgba.width(), rgba.height());
    for (from, to) in rgba.pixels().zip(flat.pixels_mut()) {
        let [r, g, b, a] = from.0.map(u32::from);
        // The result is at most 255 because both weights add up to 255.
        let mix = |c: u32| u8::try_from((c * a + 255 * (255 - a) + 127) / 255).unwrap_or(255);
        *to = Rgb([mix(r), mix(g), mix(b)]);
    }
    flat
}
