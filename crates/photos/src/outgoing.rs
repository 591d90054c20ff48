//! The way out: lossy WebP for keeping and sending, JPEG for export.

use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;
use webp::{BitstreamFeatures, Decoder, Encoder};

use crate::PhotoError;

/// Quality of exported JPEGs (of 100): high, because the picture was already compressed once.
const EXPORT_QUALITY: u8 = 90;

/// Longest edge of a WebP that [`to_jpeg`] unpacks, in pixels; twice what `prepare` ever makes.
const MAX_EXPORT_EDGE: u32 = 4096;

/// Encodes at the first quality whose result fits `aim_bytes`, or at the last one.
pub(crate) fn encode(image: &RgbImage, qualities: &[f32], aim_bytes: usize) -> Result<Vec<u8>, PhotoError> {
    let encoder = Encoder::from_rgb(image.as_raw(), image.width(), image.height());
    let mut smallest = None;
    for quality in qualities {
        let encoded =
            encoder.encode_simple(false, *quality).map_err(|_| PhotoError::NotEncoded { format: "WebP" })?;
        let fits = encoded.len() <= aim_bytes;
        smallest = Some(encoded.to_vec());
        if fits {
            break;
        }
    }
    smallest.filter(|bytes| !bytes.is_empty()).ok_or(PhotoError::NotEncoded { format: "WebP" })
}

/// Turns a prepared WebP into a JPEG, for export to programs and offices that know no WebP. The JPEG holds no metadata.
///
/// # Errors
/// `Empty`, `NotAPicture` for anything but a still WebP, `TooManyPixels`, `Damaged`, `NotEncoded`.
pub fn to_jpeg(webp: &[u8]) -> Result<Vec<u8>, PhotoError> {
    if webp.is_empty() {
        return Err(PhotoError::Empty);
    }
    let features = BitstreamFeatures::new(webp).ok_or(PhotoError::NotAPicture)?;
    let (width, height) = (features.width(), features.height());
    if width > MAX_EXPORT_EDGE || height > MAX_EXPORT_EDGE {
        return Err(PhotoError::TooManyPixels { width, height });
    }
    if features.has_alpha() || features.has_animation() {
        return Err(PhotoError::UnsupportedFormat { format: "transparent or animated WebP" });
    }
    let decoded = Decoder::new(webp).decode().ok_or_else(|| PhotoError::damaged("WebP does not decode"))?;
    let image = RgbImage::from_raw(width, height, decoded.to_vec())
        .ok_or_else(|| PhotoError::damaged("WebP of another size than it claims"))?;
    encode_jpeg(&image, EXPORT_QUALITY)
}

pub(crate) fn encode_jpeg(image: &RgbImage, quality: u8) -> Result<Vec<u8>, PhotoError> {
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, quality)
        .encode_image(image)
        .map_err(|_| PhotoError::NotEncoded { format: "JPEG" })?;
    Ok(jpeg)
}
