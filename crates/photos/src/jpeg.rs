//! JPEG files: where they end, what they claim, and their pixels.

use image::RgbImage;
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;

use crate::{Limits, PhotoError};

/// More scans than any camera writes (a progressive picture has about ten). Every scan costs a pass over all pixels, so
/// a small file with thousands of them would keep a laptop busy for minutes.
const MAX_SCANS: usize = 64;

/// A JPEG spends at least one bit on the mean of each block of 8×8 pixels, so one byte holds at most 512 pixels.
/// A header that claims more is lying or the rest is missing; known before a pixel is allocated.
const MAX_PIXELS_PER_BYTE: u64 = 512;

/// Bytes laid behind a baseline picture's last scan in place of its end marker, see [`decode`]. The decoder reads up to
/// eight bytes ahead; more than that is only missed if the picture was cut.
const PADDING: [u8; 16] = [0; 16];

/// What a walk over the segments finds, without decoding.
#[derive(Debug)]
pub(crate) struct Outline<'a> {
    pub width: u32,
    pub height: u32,
    pub exif: Option<&'a [u8]>,
    /// Length of the picture proper, without its end marker; phones append films and maps after it.
    len: usize,
    /// Coded in passes over the whole picture instead of from top to bottom.
    progressive: bool,
}

/// Walks from segment to segment to the true end of the picture. A search for the end marker would be fooled by the
/// thumbnail inside the EXIF block, which is a JPEG of its own.
pub(crate) fn outline(bytes: &[u8]) -> Result<Outline<'_>, PhotoError> {
    let mut walk = Walk { bytes, at: 2 };
    let mut size = None;
    let mut exif = None;
    let mut scans = 0;
    let mut progressive = false;
    loop {
        match walk.next_marker()? {
            0xD9 => break,
            // Markers without a length: restarts, TEM, and a stray second start.
            0x01 | 0xD0..=0xD8 => {}
            marker => {
                let body = walk.segment()?;
                match marker {
                    0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
                        size = size.or(frame_size(body));
                        progressive = marker == 0xC2;
                    }
                    0xE1 => exif = exif.or(body.strip_prefix(b"Exif\0\0")),
                    0xDA => {
                        scans += 1;
                        walk.skip_scan()?;
                    }
                    _ => {}
                }
            }
        }
    }
    let Some((width, height)) = size else { return Err(PhotoError::damaged("no frame header")) };
    if width == 0 || height == 0 || scans == 0 {
        return Err(PhotoError::damaged("no pixels"));
    }
    if scans > MAX_SCANS {
        return Err(PhotoError::damaged("too many scans"));
    }
    Ok(Outline { width, height, exif, len: walk.at - 2, progressive })
}

/// Decodes the pixels, after [`outline`] has been checked against the limits.
pub(crate) fn decode(bytes: &[u8], outline: &Outline<'_>, limits: &Limits) -> Result<RgbImage, PhotoError> {
    let pixels = u64::from(outline.width) * u64::from(outline.height);
    if pixels / MAX_PIXELS_PER_BYTE > outline.len as u64 {
        return Err(PhotoError::Truncated);
    }
    // A program that mends a cut picture writes an end marker behind what is left, and the decoder then makes up the
    // rest. Without the marker it notices that data is missing. (A progressive picture it refuses without a marker.)
    let data = bytes.get(..outline.len).unwrap_or(bytes);
    let end: &[u8] = if outline.progressive { &[0xFF, 0xD9] } else { &PADDING };
    let picture = [data, end].concat();
    // The lenient decoder paints what is missing in grey and says nothing, so the strict one is asked first. It also
    // objects to harmless oddities between headers; only those are let through to the lenient one.
    match decode_once(&picture, limits, true) {
        Err(DecodeErrors::FormatStatic(text)) if text.starts_with("[strict-mode]") => {
            decode_once(&picture, limits, false).map_err(refuse)
        }
        other => other.map_err(refuse),
    }
    .and_then(|(width, height, rgb)| {
        let agreed = (width, height) == (outline.width, outline.height);
        let image = agreed.then(|| RgbImage::from_raw(width, height, rgb)).flatten();
        image.ok_or_else(|| PhotoError::damaged("frame headers contradict each other"))
    })
}

fn decode_once(bytes: &[u8], limits: &Limits, strict: bool) -> Result<(u32, u32, Vec<u8>), DecodeErrors> {
    let options = DecoderOptions::default()
        .set_strict_mode(strict)
        .set_max_width(limits.max_edge as usize)
        .set_max_height(limits.max_edge as usize)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let rgb = decoder.decode()?;
    let (width, height) = decoder.dimensions().unwrap_or((0, 0));
    Ok((u32::try_from(width).unwrap_or(0), u32::try_from(height).unwrap_or(0), rgb))
}

fn refuse(error: DecodeErrors) -> PhotoError {
    match error {
        DecodeErrors::ExhaustedData | DecodeErrors::FormatStatic("Premature end of buffer") => {
            PhotoError::Truncated
        }
        DecodeErrors::Unsupported(_) => PhotoError::UnsupportedFormat { format: "this kind of JPEG" },
        other => PhotoError::damaged(other),
    }
}

/// Width and height from a frame header's body.
fn frame_size(body: &[u8]) -> Option<(u32, u32)> {
    let [_, h1, h2, w1, w2, ..] = body else { return None };
    Some((u32::from(u16::from_be_bytes([*w1, *w2])), u32::from(u16::from_be_bytes([*h1, *h2]))))
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Walk<'a> {
    fn byte(&mut self) -> Result<u8, PhotoError> {
        let byte = self.bytes.get(self.at).copied().ok_or(PhotoError::Truncated)?;
        self.at += 1;
        Ok(byte)
    }

    /// The next marker; stray bytes and fill bytes before it are skipped, as all decoders do.
    fn next_marker(&mut self) -> Result<u8, PhotoError> {
        loop {
            while self.byte()? != 0xFF {}
            let mut marker = self.byte()?;
            while marker == 0xFF {
                marker = self.byte()?;
            }
            if marker != 0 {
                return Ok(marker);
            }
        }
    }

    fn segment(&mut self) -> Result<&'a [u8], PhotoError> {
        let len = usize::from(u16::from_be_bytes([self.byte()?, self.byte()?]));
        let len = len.checked_sub(2).ok_or_else(|| PhotoError::damaged("segment without length"))?;
        let body = self.bytes.get(self.at..self.at + len).ok_or(PhotoError::Truncated)?;
        self.at += len;
        Ok(body)
    }

    /// Skips coded pixels up to the next marker that ends them; in them 0xFF is followed by 0 or a restart number.
    fn skip_scan(&mut self) -> Result<(), PhotoError> {
        loop {
            if self.byte()? == 0xFF {
                match self.bytes.get(self.at) {
                    None => return Err(PhotoError::Truncated),
                    Some(0 | 0xD0..=0xD7 | 0xFF) => {}
                    Some(_) => {
                        self.at -= 1;
                        return Ok(());
                    }
                }
            }
        }
    }
}
