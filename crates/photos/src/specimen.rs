//! Painted stand-ins for papers, for demos and tests: clearly marked 样本 / SPECIMEN, of nobody, the same for the same seed.

use image::{Rgb, RgbImage};

use crate::outgoing;

/// Longest edge of a specimen, in pixels; larger wishes are cut down to it.
const MAX_EDGE: u32 = 4096;

/// Shortest edge of a specimen, in pixels: below it the mark could not be read.
const MIN_EDGE: u32 = 160;

/// Quality of the JPEG (of 100), as cameras use.
const JPEG_QUALITY: u8 = 88;

/// What a specimen looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpecimenKind {
    /// Like an identity card: bands of colour, lines of writing on the left, a portrait on the right.
    IdentityCard,
    /// Like a page of a household book: a ruled table on tinted paper, with a seal.
    HouseholdBook,
}

/// Paints a specimen and encodes it as JPEG. Sizes are in pixels and kept between 160 and 4096.
#[must_use]
pub fn paint_specimen(seed: u64, kind: SpecimenKind, width: u32, height: u32) -> Vec<u8> {
    let mut sheet = Sheet::new(seed, width.clamp(MIN_EDGE, MAX_EDGE), height.clamp(MIN_EDGE, MAX_EDGE));
    match kind {
        SpecimenKind::IdentityCard => sheet.paint_card(),
        SpecimenKind::HouseholdBook => sheet.paint_book(),
    }
    sheet.mark();
    sheet.grain();
    // Encoding a picture in memory whose size was clamped has no way to fail.
    outgoing::encode_jpeg(&sheet.image, JPEG_QUALITY).unwrap_or_default()
}

const INK: Rgb<u8> = Rgb([38, 40, 46]);
const RED: Rgb<u8> = Rgb([196, 30, 36]);

struct Sheet {
    image: RgbImage,
    seed: u64,
}

impl Sheet {
    fn new(seed: u64, width: u32, height: u32) -> Sheet {
        Sheet { image: RgbImage::new(width, height), seed }
    }

    /// SplitMix64: the same numbers on every machine for the same seed.
    fn next(&mut self) -> u64 {
        self.seed = self.seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.seed;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 to 1.
    fn chance(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1_u64 << 24) as f32
    }

    fn size(&self) -> (f32, f32) {
        (self.image.width() as f32, self.image.height() as f32)
    }

    /// Fills a rectangle given in shares of the sheet (left, top, right, bottom).
    fn fill(&mut self, area: [f32; 4], color: Rgb<u8>) {
        let (width, height) = self.size();
        let [left, top, right, bottom] = area;
        for y in (top * height) as u32..((bottom * height).ceil() as u32).min(self.image.height()) {
            for x in (left * width) as u32..((right * width).ceil() as u32).min(self.image.width()) {
                self.image.put_pixel(x, y, color);
            }
        }
    }

    /// Fills an ellipse given by its centre and half axes in shares of the sheet.
    fn ellipse(&mut self, center: (f32, f32), half: (f32, f32), color: Rgb<u8>) {
        let (width, height) = self.size();
        for (x, y, pixel) in self.image.enumerate_pixels_mut() {
            let dx = (x as f32 / width - center.0) / half.0;
            let dy = (y as f32 / height - center.1) / half.1;
            if dx * dx + dy * dy <= 1.0 {
                *pixel = color;
            }
        }
    }

    /// A line of writing: bars as wide as characters, some left out.
    fn writing(&mut self, left: f32, top: f32, right: f32, height: f32) {
        let step = height * self.size().1 / self.size().0 * 1.15;
        let mut x = left;
        while x + step < right {
            if self.chance() > 0.12 {
                for stroke in 0..4_u8 {
                    let y = top + height * (f32::from(stroke) + self.chance() * 0.5) / 4.2;
                    let inset = step * self.chance() * 0.25;
                    self.fill([x + inset, y, x + step * 0.82, y + height * 0.07], INK);
                }
                let post = x + step * (0.2 + 0.4 * self.chance());
                self.fill([post, top, post + step * 0.09, top + height], INK);
            }
            x += step;
        }
    }

    fn paint_card(&mut self) {
        let bands = [[214, 226, 238], [226, 232, 222], [240, 226, 220], [222, 230, 240]];
        let (width, height) = self.size();
        let phase = self.chance() * 6.0;
        for (x, y, pixel) in self.image.enumerate_pixels_mut() {
            // Wavy bands, as the guilloche of a card.
            let wave = (x as f32 / width * 9.0 + phase).sin() * 0.06;
            let band = ((y as f32 / height + wave).max(0.0) * 6.0) as usize % bands.len();
            *pixel = Rgb(bands.get(band).copied().unwrap_or([225; 3]));
        }
        for line in 0..5_u8 {
            let top = 0.12 + 0.13 * f32::from(line);
            let right = 0.34 + 0.22 * self.chance();
            self.writing(0.07, top, 0.17, 0.055);
            self.writing(0.20, top, right, 0.06);
        }
        self.writing(0.07, 0.84, 0.24, 0.055);
        self.fill([0.66, 0.12, 0.93, 0.74], Rgb([236, 240, 244]));
        self.ellipse((0.795, 0.72), (0.12, 0.16), Rgb([70, 86, 116]));
        self.ellipse((0.795, 0.38), (0.066, 0.15), Rgb([224, 186, 160]));
        self.fill([0.66, 0.74, 0.93, 0.90], Rgb([222, 230, 240]));
        self.writing(0.30, 0.83, 0.90, 0.07);
    }

    fn paint_book(&mut self) {
        self.fill([0.0, 0.0, 1.0, 1.0], Rgb([238, 230, 206]));
        self.fill([0.0, 0.0, 1.0, 0.05], Rgb([146, 44, 48]));
        self.writing(0.30, 0.08, 0.70, 0.045);
        for row in 0..=8_u8 {
            let y = 0.16 + 0.085 * f32::from(row);
            self.fill([0.06, y, 0.94, y + 0.004], INK);
            if row < 8 {
                let (first, second) = (0.15 + 0.08 * self.chance(), 0.25 + 0.2 * self.chance());
                self.writing(0.08, y + 0.025, 0.08 + first, 0.036);
                self.writing(0.30, y + 0.025, 0.30 + second, 0.036);
            }
        }
        for x in [0.06, 0.28, 0.60, 0.94] {
            self.fill([x, 0.16, x + 0.003, 0.844], INK);
        }
        self.ellipse((0.78, 0.90), (0.10, 0.075), RED);
        self.ellipse((0.78, 0.90), (0.088, 0.065), Rgb([238, 218, 198]));
        self.ellipse((0.78, 0.90), (0.028, 0.02), RED);
    }

    /// Writes 样本 and SPECIMEN across the middle, in red, half transparent.
    fn mark(&mut self) {
        let (width, height) = self.size();
        let unit = (width / 62.0).min(height / 40.0);
        let left = (width - unit * 52.0) / 2.0;
        let top = (height - unit * 30.0) / 2.0;
        for (glyph, at) in HAN.iter().zip([8.0, 28.0]) {
            for [x1, y1, x2, y2] in *glyph {
                self.stroke(
                    [left + (at + x1) * unit, top + y1 * unit],
                    [left + (at + x2) * unit, top + y2 * unit],
                    unit,
                );
            }
        }
        for (letter, index) in LATIN.iter().zip(0_u8..) {
            let x0 = left + f32::from(index) * 6.6 * unit;
            for (row, dy) in letter.iter().zip(0_u8..) {
                for dx in (0..5_u8).filter(|dx| row >> (4 - dx) & 1 == 1) {
                    let from = [x0 + f32::from(dx) * unit, top + (20.0 + f32::from(dy)) * unit];
                    self.blend(from, [from[0] + unit, from[1] + unit]);
                }
            }
        }
    }

    fn stroke(&mut self, from: [f32; 2], to: [f32; 2], thick: f32) {
        let steps = ((to[0] - from[0]).hypot(to[1] - from[1]) / thick).ceil().max(1.0) as u16;
        for step in 0..=steps {
            let share = f32::from(step) / f32::from(steps);
            let (x, y) = (from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share);
            self.blend([x, y], [x + thick, y + thick]);
        }
    }

    fn blend(&mut self, from: [f32; 2], to: [f32; 2]) {
        let clamp = |value: f32, max: u32| (value.max(0.0) as u32).min(max);
        let (width, height) = self.image.dimensions();
        for y in clamp(from[1], height)..clamp(to[1], height) {
            for x in clamp(from[0], width)..clamp(to[0], width) {
                let pixel = self.image.get_pixel_mut(x, y);
                for (channel, red) in pixel.0.iter_mut().zip(RED.0) {
                    *channel = ((u16::from(*channel) * 2 + u16::from(red) * 3) / 5) as u8;
                }
            }
        }
    }

    /// The grain of paper and sensor, and light that falls off to one side: without them a picture is unlike any photo.
    fn grain(&mut self) {
        let (width, height) = self.image.dimensions();
        for y in 0..height {
            for x in 0..width {
                let light = 0.97 - 0.12 * (x + y) as f32 / (width + height) as f32;
                let noise = (self.chance() + self.chance() - 1.0) * 9.0;
                for channel in &mut self.image.get_pixel_mut(x, y).0 {
                    // The cast saturates at 0 and 255.
                    *channel = (f32::from(*channel) * light + noise) as u8;
                }
            }
        }
    }
}

/// 样 and 本 as strokes on a grid of 16×16.
const HAN: [&[[f32; 4]]; 2] = [
    &[
        [0.0, 5.0, 6.0, 5.0],
        [3.0, 0.0, 3.0, 15.0],
        [3.0, 6.0, 0.0, 11.0],
        [3.0, 6.0, 6.0, 9.0],
        [8.0, 0.0, 9.5, 2.5],
        [14.0, 0.0, 12.5, 2.5],
        [7.5, 4.0, 15.0, 4.0],
        [8.0, 7.5, 14.5, 7.5],
        [7.0, 11.0, 15.5, 11.0],
        [11.25, 4.0, 11.25, 15.5],
    ],
    &[
        [0.5, 4.0, 15.0, 4.0],
        [7.75, 0.0, 7.75, 15.5],
        [7.0, 4.5, 0.5, 12.0],
        [8.5, 4.5, 15.0, 12.0],
        [4.5, 12.0, 11.0, 12.0],
    ],
];

/// S P E C I M E N, five by seven dots each.
const LATIN: [[u8; 7]; 8] = [
    [0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110],
    [0b11110, 0b10001, 0b10001, 0b11110, 0b10000, 0b10000, 0b10000],
    [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111],
    [0b01111, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b01111],
    [0b01110, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
    [0b10001, 0b11011, 0b10101, 0b10101, 0b10001, 0b10001, 0b10001],
    [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111],
    [0b10001, 0b11001, 0b10101, 0b10011, 0b10001, 0b10001, 0b10001],
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, Purpose, prepare};

    #[test]
    fn a_specimen_is_the_same_for_the_same_seed_and_another_for_another() {
        for kind in [SpecimenKind::IdentityCard, SpecimenKind::HouseholdBook] {
            let first = paint_specimen(7, kind, 640, 404);
            assert_eq!(first, paint_specimen(7, kind, 640, 404));
            assert_ne!(first, paint_specimen(8, kind, 640, 404));
        }
    }

    #[test]
    fn a_specimen_is_taken_in_like_any_photo_and_found_good() {
        for kind in [SpecimenKind::IdentityCard, SpecimenKind::HouseholdBook] {
            let prepared =
                prepare(&paint_specimen(3, kind, 1200, 800), Purpose::Document, &Limits::default()).unwrap();
            assert_eq!((prepared.width, prepared.height), (1200, 800));
            assert!(!prepared.quality.retake(), "{:?}", prepared.quality);
        }
    }

    #[test]
    fn sizes_beyond_reason_are_brought_within_it() {
        let tiny = paint_specimen(1, SpecimenKind::IdentityCard, 0, u32::MAX);
        let tiny = image::load_from_memory(&tiny).unwrap();
        assert_eq!((tiny.width(), tiny.height()), (MIN_EDGE, MAX_EDGE));
    }
}
