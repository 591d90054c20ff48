//! What comes out of [`prepare`], and what does not.

use ::webp::Decoder;
use image::{Rgb, RgbImage, Rgba, RgbaImage};
use proptest::prelude::*;

use super::*;
use crate::samples::{self, PHOTOGRAPHS, SECRETS};
use crate::specimen::{SpecimenKind, paint_specimen};

const RED: [u8; 3] = [220, 20, 20];
const GREEN: [u8; 3] = [20, 200, 20];
const BLUE: [u8; 3] = [20, 20, 220];
const GOLD: [u8; 3] = [230, 200, 20];

fn prepare_default(input: &[u8], purpose: Purpose) -> Result<Prepared, PhotoError> {
    prepare(input, purpose, &Limits::default())
}

fn pixels(webp: &[u8]) -> RgbImage {
    let image = Decoder::new(webp).decode().unwrap();
    RgbImage::from_raw(image.width(), image.height(), image.to_vec()).unwrap()
}

/// Red, green, blue and gold, clockwise from top left.
fn corners(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb(match (x < width / 2, y < height / 2) {
            (true, true) => RED,
            (false, true) => GREEN,
            (false, false) => BLUE,
            (true, false) => GOLD,
        })
    })
}

fn clockwise(image: &RgbImage) -> [[u8; 3]; 4] {
    let (right, bottom) = (image.width() - 9, image.height() - 9);
    [(8, 8), (right, 8), (right, bottom), (8, bottom)].map(|(x, y)| {
        let seen = image.get_pixel(x, y).0.map(i32::from);
        *[RED, GREEN, BLUE, GOLD]
            .iter()
            .min_by_key(|color| color.iter().zip(seen).map(|(a, b)| (i32::from(*a) - b).abs()).sum::<i32>())
            .unwrap()
    })
}

#[test]
fn all_eight_orientations_come_out_upright() {
    let upright = [RED, GREEN, BLUE, GOLD];
    // How a camera stores an upright scene for each value of the tag, by the standard's table.
    type Store = fn(&RgbImage) -> RgbImage;
    let stored: [(u16, Store); 8] = [
        (1, Clone::clone),
        (2, |i| imageops::flip_horizontal(i)),
        (3, |i| imageops::rotate180(i)),
        (4, |i| imageops::flip_vertical(i)),
        (5, |i| imageops::flip_horizontal(&imageops::rotate90(i))),
        (6, |i| imageops::rotate270(i)),
        (7, |i| imageops::flip_horizontal(&imageops::rotate270(i))),
        (8, |i| imageops::rotate90(i)),
    ];
    for (tag, store) in stored {
        let jpeg = samples::with_metadata(&samples::jpeg(&store(&corners(96, 64))), tag);
        let prepared = prepare_default(&jpeg, Purpose::Scene).unwrap();
        assert_eq!((prepared.width, prepared.height), (96, 64), "orientation {tag}");
        assert_eq!(clockwise(&pixels(&prepared.bytes)), upright, "orientation {tag}");
        assert_eq!(clockwise(&pixels(&prepared.thumbnail)), upright, "thumbnail, orientation {tag}");
    }
}

#[test]
fn nonsense_orientations_leave_the_picture_as_it_is() {
    for tag in [0, 9, 255, 65535] {
        let jpeg = samples::with_metadata(&samples::jpeg(&corners(96, 64)), tag);
        let prepared = prepare_default(&jpeg, Purpose::Scene).unwrap();
        assert_eq!(clockwise(&pixels(&prepared.bytes)), [RED, GREEN, BLUE, GOLD], "orientation {tag}");
    }
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

fn assert_clean(bytes: &[u8], what: &str) {
    for secret in
        SECRETS.iter().map(|s| s.as_bytes()).chain([&b"Exif"[..], b"EXIF", b"ICCP", b"XMP ", b"II*\0"])
    {
        assert!(!holds(bytes, secret), "{what} still holds {:?}", String::from_utf8_lossy(secret));
    }
    // A WebP that is one picture chunk and nothing else has nowhere to hide metadata.
    assert_eq!(&bytes[..4], b"RIFF");
    assert_eq!(&bytes[8..16], b"WEBPVP8 ");
    let chunk = u32::from_le_bytes(bytes[16..20].try_into().unwrap()) as usize;
    assert_eq!(bytes.len(), 20 + chunk + chunk % 2, "{what} has more than its picture chunk");
}

#[test]
fn no_metadata_survives_and_the_capture_time_is_kept_as_a_field() {
    let jpeg = samples::with_metadata(&samples::jpeg(&samples::noise(300, 200)), 6);
    let mut png = samples::png(samples::noise(300, 200));
    let text = [
        samples::png_chunk(b"eXIf", &samples::exif_block(6)),
        samples::png_chunk(b"tEXt", b"Comment\0CommentSecret"),
        samples::png_chunk(b"iCCP", b"ProfileSecret\0\0broken"),
    ];
    png.splice(33..33, text.concat());
    for (input, what) in [(jpeg, "JPEG"), (png, "PNG")] {
        assert!(
            SECRETS.iter().all(|secret| holds(&input, secret.as_bytes())),
            "the {what} sample is not clean"
        );
        let prepared = prepare_default(&input, Purpose::Scene).unwrap();
        assert_clean(&prepared.bytes, what);
        assert_clean(&prepared.thumbnail, what);
        assert_eq!(prepared.captured_at.as_deref(), Some("2026-03-04T05:06:07+08:00"), "{what}");
        assert_eq!((prepared.width, prepared.height), (200, 300), "{what} is turned");
        let exported = crate::to_jpeg(&prepared.bytes).unwrap();
        assert!(
            !SECRETS.iter().any(|secret| holds(&exported, secret.as_bytes())) && !holds(&exported, b"Exif")
        );
    }
}

#[test]
fn the_turned_photograph_with_a_position_comes_out_upright_and_without_it() {
    let (_, chelsea) = PHOTOGRAPHS[1];
    assert!(holds(chelsea, b"WGS-84"), "the sample was meant to carry a position");
    let prepared = prepare_default(chelsea, Purpose::Scene).unwrap();
    assert_eq!((prepared.width, prepared.height), (451, 300));
    assert_eq!(prepared.captured_at.as_deref(), Some("2026-03-04T10:11:12+08:00"));
    assert_clean(&prepared.bytes, "chelsea");
}

#[test]
fn pictures_are_shrunk_to_their_purpose_and_never_enlarged() {
    let small = samples::jpeg(&samples::noise(300, 100));
    let large = samples::jpeg(&corners(2000, 3000));
    let huge = samples::jpeg(&corners(7000, 70));
    for (input, purpose, size) in [
        (&small, Purpose::Document, (300, 100)),
        (&large, Purpose::Document, (1067, 1600)),
        (&large, Purpose::Scene, (853, 1280)),
        (&huge, Purpose::Scene, (1280, 13)),
    ] {
        let prepared = prepare_default(input, purpose).unwrap();
        assert_eq!((prepared.width, prepared.height), size);
        let decoded = pixels(&prepared.bytes);
        assert_eq!((decoded.width(), decoded.height()), size);
    }
}

#[test]
fn sizes_stay_within_what_a_slow_link_can_carry() {
    let card = paint_specimen(1, SpecimenKind::IdentityCard, 3200, 2000);
    let book = paint_specimen(2, SpecimenKind::HouseholdBook, 2400, 3200);
    for (what, input) in [("card", card.as_slice()), ("book", book.as_slice())].into_iter().chain(PHOTOGRAPHS)
    {
        let prepared = prepare_default(input, Purpose::Document).unwrap();
        assert!(prepared.bytes.len() <= 300 * 1024, "{what}: {} bytes", prepared.bytes.len());
        assert!(
            prepared.thumbnail.len() <= 8 * 1024,
            "{what}: thumbnail of {} bytes",
            prepared.thumbnail.len()
        );
        assert!((5..=32).contains(&prepared.thumb_hash.len()), "{what}");
        let thumbnail = pixels(&prepared.thumbnail);
        assert!(thumbnail.width().max(thumbnail.height()) <= 200, "{what}");
    }
}

#[test]
fn even_a_thumbnail_of_pure_noise_is_small() {
    let prepared = prepare_default(&samples::png(samples::noise(900, 900)), Purpose::Scene).unwrap();
    assert!(prepared.thumbnail.len() <= 12 * 1024, "{} bytes", prepared.thumbnail.len());
}

#[test]
fn transparency_is_laid_on_white() {
    let clear = RgbaImage::from_pixel(40, 40, Rgba([0, 0, 0, 0]));
    let half = RgbaImage::from_pixel(40, 40, Rgba([0, 0, 0, 128]));
    for (image, grey) in [(clear, 255_i16), (half, 127)] {
        let prepared = prepare_default(&samples::png(image), Purpose::Document).unwrap();
        let seen = i16::from(pixels(&prepared.bytes).get_pixel(20, 20).0[0]);
        assert!((seen - grey).abs() <= 4, "{seen} instead of {grey}");
    }
}

#[test]
fn other_kinds_of_png_are_read_too() {
    let grey = image::GrayImage::from_pixel(64, 64, image::Luma([90]));
    let deep = image::ImageBuffer::from_pixel(64, 64, Rgb([90_u16 << 8; 3]));
    for input in [samples::png(grey), samples::png(deep)] {
        let prepared = prepare_default(&input, Purpose::Document).unwrap();
        assert!((i16::from(pixels(&prepared.bytes).get_pixel(9, 9).0[1]) - 90).abs() < 5);
    }
}

#[test]
fn a_bomb_is_refused_by_its_header() {
    let mut header = 60_000_u32.to_be_bytes().to_vec();
    header.extend(60_000_u32.to_be_bytes());
    header.extend([8, 6, 0, 0, 0]);
    let bomb = |header: &[u8]| {
        [
            png::SIGNATURE,
            &samples::png_chunk(b"IHDR", header),
            &samples::png_chunk(b"IDAT", &[0; 64]),
            &samples::png_chunk(b"IEND", b""),
        ]
        .concat()
    };
    let error = prepare_default(&bomb(&header), Purpose::Scene).unwrap_err();
    assert_eq!(error, PhotoError::TooManyPixels { width: 60_000, height: 60_000 });
    // Within the limits, but 64 bytes of data can never be so many pixels.
    header.splice(0..8, [0, 0, 0x27, 0x10, 0, 0, 0x27, 0x10]);
    assert_eq!(prepare_default(&bomb(&header), Purpose::Scene).unwrap_err(), PhotoError::Truncated);
    // The same lie in a JPEG's frame header.
    let mut jpeg = samples::jpeg(&corners(64, 64));
    let frame = jpeg.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    jpeg.splice(frame + 5..frame + 9, [0x27, 0x10, 0x27, 0x10]);
    assert_eq!(prepare_default(&jpeg, Purpose::Scene).unwrap_err(), PhotoError::Truncated);
}

#[test]
fn too_large_files_and_pictures_are_refused() {
    let jpeg = samples::jpeg(&corners(64, 64));
    let limits = |max_input_bytes, max_pixels, max_edge| Limits { max_input_bytes, max_pixels, max_edge };
    for (limits, code) in [
        (limits(100, 1_000_000, 1000), "photo-too-many-bytes"),
        (limits(1_000_000, 64 * 64 - 1, 1000), "photo-too-many-pixels"),
        (limits(1_000_000, 1_000_000, 63), "photo-too-many-pixels"),
    ] {
        assert_eq!(prepare(&jpeg, Purpose::Scene, &limits).unwrap_err().code(), code);
    }
}

#[test]
fn what_is_no_picture_is_called_what_it_is() {
    for (input, code) in [
        (&b""[..], "photo-empty"),
        (b"\xFF\xD8", "photo-truncated"),
        (b"\x89PNG\r", "photo-truncated"),
        (b"hello, this is a letter", "photo-not-a-picture"),
        (b"PK\x03\x04 and so on", "photo-not-a-picture"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "photo-heic"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "photo-not-a-picture"),
        (b"\0\0\0\x18ftypavif\0\0\0\0", "photo-unsupported-format"),
        (b"GIF89a and so on", "photo-unsupported-format"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "photo-unsupported-format"),
        (b"%PDF-1.7", "photo-unsupported-format"),
    ] {
        assert_eq!(prepare_default(input, Purpose::Scene).unwrap_err().code(), code, "{input:?}");
    }
}

#[test]
fn a_picture_cut_anywhere_is_refused_as_cut() {
    let jpeg = samples::with_metadata(&samples::jpeg(&samples::noise(90, 70)), 1);
    let png = samples::png(samples::noise(40, 30));
    for picture in [jpeg, png] {
        assert!(prepare_default(&picture, Purpose::Scene).is_ok());
        for len in 1..picture.len() {
            let error = prepare_default(&picture[..len], Purpose::Scene).unwrap_err();
            assert_eq!(error, PhotoError::Truncated, "cut at {len} of {}", picture.len());
        }
    }
}

#[test]
fn a_photograph_cut_and_then_closed_by_a_mending_program_is_refused() {
    for (name, photograph) in PHOTOGRAPHS {
        for share in [3, 5, 8] {
            let mut mended = photograph[..photograph.len() * share / 10].to_vec();
            mended.extend([0xFF, 0xD9]);
            assert!(prepare_default(&mended, Purpose::Scene).is_err(), "{name} cut at {share}0 %");
        }
    }
}

#[test]
fn a_film_appended_to_a_picture_does_no_harm() {
    let mut live = samples::jpeg(&corners(64, 64));
    live.extend(b"\0\0\0\x18ftypmp42 a film \xFF\xD8\xFF\xD9");
    assert!(prepare_default(&live, Purpose::Scene).is_ok());
}

#[test]
fn jpeg_export_refuses_what_is_no_prepared_picture() {
    assert_eq!(crate::to_jpeg(b"").unwrap_err(), PhotoError::Empty);
    assert_eq!(crate::to_jpeg(b"no picture").unwrap_err(), PhotoError::NotAPicture);
    let prepared = prepare_default(&samples::jpeg(&corners(200, 100)), Purpose::Scene).unwrap();
    let exported = image::load_from_memory(&crate::to_jpeg(&prepared.bytes).unwrap()).unwrap().into_rgb8();
    assert_eq!(clockwise(&exported), [RED, GREEN, BLUE, GOLD]);
    for len in 0..prepared.bytes.len() {
        assert!(crate::to_jpeg(&prepared.bytes[..len]).is_err(), "cut at {len}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_photograph_cut_at_any_byte_never_succeeds(which in 0..3_usize, share in 0.0..1.0_f64) {
        let (_, photograph) = PHOTOGRAPHS[which];
        let len = (photograph.len() as f64 * share) as usize;
        prop_assert!(prepare_default(&photograph[..len], Purpose::Scene).is_err());
    }

    #[test]
    fn flipped_bytes_never_panic(
        flips in prop::collection::vec((any::<prop::sample::Index>(), 1..=255_u8), 1..12),
        as_png in any::<bool>(),
    ) {
        let image = samples::noise(64, 48);
        let mut bytes =
            if as_png { samples::png(image) } else { samples::with_metadata(&samples::jpeg(&image), 5) };
        for (at, flip) in flips {
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
        }
        let _ = prepare(&bytes, Purpose::Document, &Limits { max_pixels: 4_000_000, ..Limits::default() });
    }

    #[test]
    fn arbitrary_bytes_behind_a_signature_never_panic(
        tail in prop::collection::vec(any::<u8>(), 0..600), start in 0..3_usize,
    ) {
        let bytes = [[&[0xFF, 0xD8, 0xFF][..], png::SIGNATURE, b""][start], &tail].concat();
        let limits = Limits { max_pixels: 4_000_000, ..Limits::default() };
        let _ = prepare(&bytes, Purpose::Document, &limits);
        let _ = crate::to_jpeg(&bytes);
    }
}
