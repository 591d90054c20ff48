//! Pictures for tests, and the metadata that cameras put into them.

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

/// Text hidden in every place of a sample's metadata; none of it may come out.
pub(crate) const SECRETS: [&str; 4] = ["FicticiousCam", "WGS-84", "ProfileSecret", "CommentSecret"];

/// The photographs that ship with the repository.
pub(crate) const PHOTOGRAPHS: [(&str, &[u8]); 3] = [
    ("coffee", include_bytes!("../../../data/pictures/coffee.jpg")),
    ("chelsea", include_bytes!("../../../data/pictures/chelsea.jpg")),
    ("rocket", include_bytes!("../../../data/pictures/rocket.jpg")),
];

pub(crate) fn jpeg(image: &RgbImage) -> Vec<u8> {
    crate::outgoing::encode_jpeg(image, 92).unwrap()
}

pub(crate) fn png(image: impl Into<DynamicImage>) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// Noise, so that every byte of the file matters.
pub(crate) fn noise(width: u32, height: u32) -> RgbImage {
    let mut state = 1_u32;
    RgbImage::from_fn(width, height, |x, y| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let grey = (state >> 24) as u8 / 2;
        Rgb([grey, (x % 256) as u8 / 2, (y % 256) as u8 / 2])
    })
}

/// Tag, type, count, value.
type TiffField = (u16, u16, u32, Vec<u8>);

/// A TIFF block with orientation, capture time, camera and GPS position (of a point in the open sea).
pub(crate) fn exif_block(orientation: u16) -> Vec<u8> {
    let mut entries: [Vec<TiffField>; 3] = [
        vec![
            (0x010F, 2, 14, b"FicticiousCam\0".to_vec()),
            (0x0112, 3, 1, orientation.to_le_bytes().to_vec()),
            (0x8769, 4, 1, Vec::new()),
            (0x8825, 4, 1, Vec::new()),
        ],
        vec![(0x9003, 2, 20, b"2026:03:04 05:06:07\0".to_vec()), (0x9011, 2, 7, b"+08:00\0".to_vec())],
        vec![(0x0001, 2, 2, b"N\0".to_vec()), (0x0012, 2, 7, b"WGS-84\0".to_vec())],
    ];
    let start_of = |n: usize| 8 + [0, 54, 54 + 30][n];
    entries[0][2].3 = (start_of(1) as u32).to_le_bytes().to_vec();
    entries[0][3].3 = (start_of(2) as u32).to_le_bytes().to_vec();
    let mut block = b"II*\0\x08\0\0\0".to_vec();
    let mut tail: Vec<u8> = Vec::new();
    let tail_at = start_of(2) + 30;
    for directory in &entries {
        block.extend((directory.len() as u16).to_le_bytes());
        for (tag, kind, count, value) in directory {
            block.extend(tag.to_le_bytes());
            block.extend(kind.to_le_bytes());
            block.extend(count.to_le_bytes());
            if value.len() <= 4 {
                let mut inline = value.clone();
                inline.resize(4, 0);
                block.extend(inline);
            } else {
                block.extend(((tail_at + tail.len()) as u32).to_le_bytes());
                tail.extend(value);
            }
        }
        block.extend([0; 4]);
    }
    assert_eq!(block.len(), tail_at);
    block.extend(tail);
    block
}

/// Puts EXIF, a colour profile and a comment into a JPEG.
pub(crate) fn with_metadata(jpeg: &[u8], orientation: u16) -> Vec<u8> {
    let mut out = jpeg[..2].to_vec();
    let mut segment = |marker: u8, body: &[u8]| {
        out.extend([0xFF, marker]);
        out.extend((body.len() as u16 + 2).to_be_bytes());
        out.extend(body);
    };
    segment(0xE1, &[b"Exif\0\0".as_slice(), &exif_block(orientation)].concat());
    segment(0xE2, b"ICC_PROFILE\0\x01\x01ProfileSecret");
    segment(0xFE, b"CommentSecret");
    out.extend(&jpeg[2..]);
    out
}

/// A PNG chunk with its checksum.
pub(crate) fn png_chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let covered = [kind.as_slice(), body].concat();
    let mut crc = u32::MAX;
    for byte in &covered {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    [&(body.len() as u32).to_be_bytes()[..], &covered, &(!crc).to_be_bytes()].concat()
}
