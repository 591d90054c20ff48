//! Whether a picture should be taken again: blurred, dark, or with a flash's glare on it.

use image::imageops::{self, FilterType};
use image::{GrayImage, RgbImage};

/// Pictures are judged at this long edge, in pixels, so that a verdict does not depend on the camera.
const JUDGED_EDGE: u32 = 800;

/// Side of the squares that sharpness is measured on, in pixels of the judged picture.
const TILE: u32 = 40;

/// Side of the squares that count as glare when burnt out as a whole; single bright points do no harm.
const SPOT: u32 = 8;

/// Below this variance of the Laplacian in the sharpest tenth of its tiles a picture is blurred.
const BLURRED_BELOW: f32 = 100.0;

/// Below this mean brightness (of 255) a picture is dark …
const DARK_MEAN_BELOW: f32 = 60.0;

/// … unless its brightest twentieth is at least this bright: a lit paper on a dark table can be read.
const DARK_BRIGHTEST_BELOW: f32 = 150.0;

/// From this brightness (of 255) a pixel counts as burnt out.
const BURNT_FROM: u8 = 252;

/// Above this share of burnt-out area a picture has glare …
const GLARE_ABOVE: f32 = 0.01;

/// … unless half of it is at least this bright (of 255): then it is a scanned white page, not a reflection.
const WHITE_PAGE_FROM: f32 = 225.0;

/// Verdicts on a picture, with the measures behind them.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Quality {
    /// Too blurred to read.
    pub blurred: bool,
    /// Too dark to read.
    pub dark: bool,
    /// A reflection hides part of it.
    pub glare: bool,
    /// Variance of the Laplacian in the sharpest tenth of the picture; higher is sharper.
    pub sharpness: f32,
    /// Mean brightness, 0 to 255.
    pub brightness: f32,
    /// Share of burnt-out area, 0 to 1.
    pub burnt_share: f32,
}

impl Quality {
    /// Whether the picture should be taken again.
    #[must_use]
    pub fn retake(&self) -> bool {
        self.blurred || self.dark || self.glare
    }

    pub(crate) fn judge(image: &RgbImage) -> Quality {
        let luma = judged_luma(image);
        let sharpness = sharpness(&luma);
        let shades = Shades::count(&luma);
        let brightness = shades.mean();
        let burnt_share = burnt_share(&luma);
        Quality {
            blurred: sharpness < BLURRED_BELOW,
            dark: brightness < DARK_MEAN_BELOW && shades.below_share(0.95) < DARK_BRIGHTEST_BELOW,
            glare: burnt_share > GLARE_ABOVE && shades.below_share(0.5) < WHITE_PAGE_FROM,
            sharpness,
            brightness,
            burnt_share,
        }
    }
}

fn judged_luma(image: &RgbImage) -> GrayImage {
    let luma = imageops::grayscale(image);
    let long = luma.width().max(luma.height());
    if long <= JUDGED_EDGE {
        return luma;
    }
    let side = |side: u32| (side * JUDGED_EDGE / long).max(1);
    imageops::resize(&luma, side(luma.width()), side(luma.height()), FilterType::Triangle)
}

/// Variance of the Laplacian per tile; the value that a tenth of the tiles exceed. The whole picture's variance would
/// call a sharp page with little on it blurred.
fn sharpness(luma: &GrayImage) -> f32 {
    let (width, height) = luma.dimensions();
    let mut tiles = Vec::new();
    let mut top = 0;
    while top < height {
        let mut left = 0;
        while left < width {
            let right = (left + TILE).min(width);
            let bottom = (top + TILE).min(height);
            tiles.extend(tile_variance(luma, left..right, top..bottom));
            left = right;
        }
        top = (top + TILE).min(height);
    }
    tiles.sort_by(f32::total_cmp);
    tiles.get(tiles.len() * 9 / 10).or(tiles.last()).copied().unwrap_or(0.0)
}

fn tile_variance(luma: &GrayImage, columns: std::ops::Range<u32>, rows: std::ops::Range<u32>) -> Option<f32> {
    let (width, height) = luma.dimensions();
    let at = |x: u32, y: u32| f32::from(luma.get_pixel(x, y).0[0]);
    let (mut count, mut sum, mut squares) = (0.0_f32, 0.0_f32, 0.0_f32);
    for y in rows.start.max(1)..rows.end.min(height.saturating_sub(1)) {
        for x in columns.start.max(1)..columns.end.min(width.saturating_sub(1)) {
            let bend = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1) - 4.0 * at(x, y);
            count += 1.0;
            sum += bend;
            squares += bend * bend;
        }
    }
    (count > 0.0).then(|| (squares / count - (sum / count).powi(2)).max(0.0))
}

/// How many pixels have each brightness.
struct Shades {
    counts: [u32; 256],
    total: u32,
}

impl Shades {
    fn count(luma: &GrayImage) -> Shades {
        let mut counts = [0_u32; 256];
        for pixel in luma.pixels() {
            counts[usize::from(pixel.0[0])] += 1;
        }
        Shades { counts, total: luma.width() * luma.height() }
    }

    fn mean(&self) -> f32 {
        let sum: f64 = self.counts.iter().zip(0_u32..).map(|(n, shade)| f64::from(*n) * f64::from(shade)).sum();
        (sum / f64::from(self.total.max(1))) as f32
    }

    /// The brightness that the given share of pixels does not exceed.
    fn below_share(&self, share: f32) -> f32 {
        let wanted = (self.total as f32 * share) as u32;
        let mut seen = 0;
        for (count, shade) in self.counts.iter().zip(0_u16..) {
            seen += count;
            if seen >= wanted {
                return f32::from(shade);
            }
        }
        255.0
    }
}

fn burnt_share(luma: &GrayImage) -> f32 {
    let (mut spots, mut burnt) = (0_u32, 0_u32);
    for top in (0..luma.height()).step_by(SPOT as usize) {
        for left in (0..luma.width()).step_by(SPOT as usize) {
            let rows = top..(top + SPOT).min(luma.height());
            let mut pixels = rows.flat_map(|y| (left..(left + SPOT).min(luma.width())).map(move |x| (x, y)));
            spots += 1;
            burnt += u32::from(pixels.all(|(x, y)| luma.get_pixel(x, y).0[0] >= BURNT_FROM));
        }
    }
    burnt as f32 / spots.max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::PHOTOGRAPHS;
    use crate::specimen::{SpecimenKind, paint_specimen};

    fn judged_pictures() -> Vec<(&'static str, RgbImage)> {
        let card = paint_specimen(1, SpecimenKind::IdentityCard, 1600, 1000);
        let book = paint_specimen(2, SpecimenKind::HouseholdBook, 1200, 1600);
        PHOTOGRAPHS
            .into_iter()
            .chain([("card", card.as_slice()), ("book", book.as_slice())])
            .map(|(name, bytes)| (name, image::load_from_memory(bytes).unwrap().into_rgb8()))
            .collect()
    }

    #[test]
    fn measures() {
        for (name, image) in judged_pictures() {
            println!("{name} {:?}", Quality::judge(&image));
            let scale = image.width().max(image.height()) as f32 / 800.0;
            for blur in [1.0, 1.5, 2.0, 3.0, 4.0, 6.0] {
                println!("  blur {blur} {:?}", Quality::judge(&imageops::blur(&image, blur * scale)).sharpness);
            }
            for dark in [0.6, 0.5, 0.4, 0.3, 0.2] {
                let mut image = image.clone();
                image.iter_mut().for_each(|c| *c = (f32::from(*c) * dark) as u8);
                let q = Quality::judge(&image);
                println!("  dark {dark} {} {} sharp {}", q.brightness, Shades::count(&judged_luma(&image)).below_share(0.95), q.sharpness);
            }
        }
    }
}
