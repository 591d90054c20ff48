//! Whether a picture should be taken again: blurred, dark, or with a flash's glare on it.

use image::imageops::{self, FilterType};
use image::{GrayImage, RgbImage};

/// Pictures are judged at this long edge, in pixels, so that a verdict does not depend on the camera.
const JUDGED_EDGE: u32 = 800;

/// Side of the squares that sharpness is measured on, in pixels of the judged picture.
const TILE: u32 = 40;

/// Side of the squares that count as glare when burnt out as a whole; single bright points do no harm.
const SPOT: u32 = 8;

/// Below this variance of the Laplacian in the sharpest tenth of its tiles a picture is blurred. Measured on the three
/// photographs in `data/pictures` and both kinds of specimen, at 800 pixels: 1100 to 4700 as they are, 245 to 490 with a
/// Gaussian blur of 1 pixel, 51 to 148 with 1.5, 15 to 48 with 2, below 12 with 3. Small print is lost at about 2.
const BLURRED_BELOW: f32 = 60.0;

/// Below this mean brightness (of 255) a picture is dark. Measured on the same five pictures: 60 (a rocket at dusk) to
/// 187 as they are, 19 to 55 at 0.3 of their light …
const DARK_MEAN_BELOW: f32 = 58.0;

/// … unless its brightest twentieth is at least this bright: a lit paper on a dark table can be read. The five pictures
/// have 105 and more as they are, at most 64 at 0.3 of their light.
const DARK_BRIGHTEST_BELOW: f32 = 110.0;

/// From this brightness (of 255) a pixel counts as burnt out.
const BURNT_FROM: u8 = 252;

/// Above this share of burnt-out area a picture has glare. None of the five pictures has any; a flash in the middle of
/// a card that hides a line of it covers about two hundredths …
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
        let sum: f64 =
            self.counts.iter().zip(0_u32..).map(|(n, shade)| f64::from(*n) * f64::from(shade)).sum();
        (sum / f64::from(self.total.max(1))) as f32
    }

    /// The brightness that the given share of pixels does not exceed.
    fn below_share(&self, share: f32) -> f32 {
        let wanted = ((self.total as f32 * share) as u32).max(1);
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

    /// Blurs as a camera would, whatever its resolution: by a share of the picture's long edge.
    fn blurred(image: &RgbImage, pixels_of_800: f32) -> RgbImage {
        imageops::blur(image, pixels_of_800 * image.width().max(image.height()) as f32 / JUDGED_EDGE as f32)
    }

    fn darkened(image: &RgbImage, factor: f32) -> RgbImage {
        let mut image = image.clone();
        image.iter_mut().for_each(|channel| *channel = (f32::from(*channel) * factor) as u8);
        image
    }

    #[test]
    fn good_pictures_pass_and_the_same_pictures_spoilt_do_not() {
        for (name, image) in judged_pictures() {
            let good = Quality::judge(&image);
            assert!(!good.retake(), "{name}: {good:?}");
            assert!(!Quality::judge(&blurred(&image, 0.8)).blurred, "{name} slightly soft");
            assert!(Quality::judge(&blurred(&image, 2.5)).blurred, "{name} blurred");
            assert!(!Quality::judge(&darkened(&image, 0.8)).dark || name == "rocket", "{name} slightly dark");
            assert!(Quality::judge(&darkened(&image, 0.28)).dark, "{name} dark");
        }
    }

    #[test]
    fn a_flash_on_a_card_is_glare_and_a_scanned_white_page_is_not() {
        for (name, mut image) in judged_pictures() {
            let (width, height) = image.dimensions();
            let spot = |x: u32, y: u32| {
                let (dx, dy) = (x.abs_diff(width / 3) as f32, y.abs_diff(height / 3) as f32);
                dx.hypot(dy) < 0.1 * width.min(height) as f32
            };
            for (x, y, pixel) in image.enumerate_pixels_mut() {
                if spot(x, y) {
                    pixel.0 = [255; 3];
                }
            }
            assert!(Quality::judge(&image).glare, "{name}: {:?}", Quality::judge(&image));
        }
        let page = RgbImage::from_fn(600, 800, |x, y| {
            let ink = y % 40 < 20 && (x / 3 + y / 3) % 3 == 0;
            image::Rgb([if ink { 20 } else { 255 }; 3])
        });
        assert!(!Quality::judge(&page).retake(), "{:?}", Quality::judge(&page));
    }

    #[test]
    fn pictures_of_a_single_pixel_or_line_are_judged_too() {
        for (width, height) in [(1, 1), (1, 900), (2, 2), (1600, 1)] {
            assert!(Quality::judge(&RgbImage::new(width, height)).dark);
        }
    }
}
