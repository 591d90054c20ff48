//! Digests and base64 for expressions. MD5 and SHA-1 are here because forms name them; neither protects anything.

use sha2::{Digest, Sha256, Sha384, Sha512};

/// The digest of a text by the name that forms give the algorithm.
pub(crate) fn digest(text: &str, algorithm: &str) -> Option<Vec<u8>> {
    let bytes = text.as_bytes();
    Some(match algorithm {
        "MD5" => md5(bytes),
        "SHA-1" => sha1(bytes),
        "SHA-256" => Sha256::digest(bytes).to_vec(),
        "SHA-384" => Sha384::digest(bytes).to_vec(),
        "SHA-512" => Sha512::digest(bytes).to_vec(),
        _ => return None,
    })
}

/// The bytes filled up to whole blocks of 64, the length in bits at the end.
fn blocks(bytes: &[u8], length: [u8; 8]) -> Vec<u8> {
    let mut filled = bytes.to_vec();
    filled.push(0x80);
    while filled.len() % 64 != 56 {
        filled.push(0);
    }
    filled.extend(length);
    filled
}

fn words(block: &[u8], read: fn([u8; 4]) -> u32) -> Vec<u32> {
    let four = |chunk: &[u8]| chunk.try_into().map_or(0, read);
    block.chunks_exact(4).map(four).collect()
}

/// RFC 1321.
fn md5(bytes: &[u8]) -> Vec<u8> {
    const TURNS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    let mut state = [0x6745_2301_u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    let bits = (bytes.len() as u64).wrapping_mul(8);
    for block in blocks(bytes, bits.to_le_bytes()).chunks_exact(64) {
        let message = words(block, u32::from_le_bytes);
        let [mut a, mut b, mut c, mut d] = state;
        for round in 0..64_usize {
            let (mixed, at) = match round / 16 {
                0 => ((b & c) | (!b & d), round),
                1 => ((d & b) | (!d & c), (5 * round + 1) % 16),
                2 => (b ^ c ^ d, (3 * round + 5) % 16),
                _ => (c ^ (b | !d), 7 * round % 16),
            };
            let turn = TURNS.get(round / 16).and_then(|turns| turns.get(round % 4)).copied().unwrap_or(0);
            let word = message.get(at).copied().unwrap_or(0);
            let sum = a.wrapping_add(mixed).wrapping_add(sine(round)).wrapping_add(word);
            (a, d, c, b) = (d, c, b, b.wrapping_add(sum.rotate_left(turn)));
        }
        for (whole, part) in state.iter_mut().zip([a, b, c, d]) {
            *whole = whole.wrapping_add(part);
        }
    }
    state.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// The whole part of 2³² times the sine of a round's number.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn sine(round: usize) -> u32 {
    (((round + 1) as f64).sin().abs() * 4_294_967_296.0) as u32
}

/// RFC 3174.
fn sha1(bytes: &[u8]) -> Vec<u8> {
    let mut state = [0x6745_2301_u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    let bits = (bytes.len() as u64).wrapping_mul(8);
    for block in blocks(bytes, bits.to_be_bytes()).chunks_exact(64) {
        let mut message = words(block, u32::from_be_bytes);
        for at in 16..80 {
            let word = |back: usize| message.get(at - back).copied().unwrap_or(0);
            message.push((word(3) ^ word(8) ^ word(14) ^ word(16)).rotate_left(1));
        }
        let [mut a, mut b, mut c, mut d, mut e] = state;
        for (round, word) in message.into_iter().enumerate() {
            let (mixed, constant) = match round / 20 {
                0 => ((b & c) | (!b & d), 0x5a82_7999),
                1 => (b ^ c ^ d, 0x6ed9_eba1),
                2 => ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc),
                _ => (b ^ c ^ d, 0xca62_c1d6_u32),
            };
            let sum = a.rotate_left(5).wrapping_add(mixed).wrapping_add(e).wrapping_add(constant);
            (a, b, c, d, e) = (sum.wrapping_add(word), a, b.rotate_left(30), c, d);
        }
        for (whole, part) in state.iter_mut().zip([a, b, c, d, e]) {
            *whole = whole.wrapping_add(part);
        }
    }
    state.iter().flat_map(|word| word.to_be_bytes()).collect()
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(crate) fn to_base64(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let at = |place: usize| u32::from(chunk.get(place).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            let letter = usize::try_from(bits >> (18 - 6 * place) & 63).unwrap_or(0);
            let filled = place <= chunk.len();
            out.push(if filled { LETTERS.get(letter).copied().map_or('=', char::from) } else { '=' });
        }
    }
    out
}

/// The bytes that base64 stands for; what is no letter of it is passed over.
pub(crate) fn from_base64(text: &str) -> Vec<u8> {
    let (mut out, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes() {
        let Some(value) = LETTERS.iter().position(|known| *known == letter) else { continue };
        bits = (bits << 6 | u32::try_from(value).unwrap_or(0)) & 0xffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from(bits >> held & 0xff).unwrap_or(0));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn hex(text: &str, algorithm: &str) -> String {
        digest(text, algorithm).unwrap().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn digests_are_those_of_their_specifications() {
        assert_eq!(hex("abc", "MD5"), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(hex("", "MD5"), "d41d8cd98f00b204e9800998ecf8427e");
        let long = "12345678901234567890123456789012345678901234567890123456789012345678901234567890";
        assert_eq!(hex(long, "MD5"), "57edf4a22be3c955ac49da2e2107b67a");
        assert_eq!(hex("abc", "SHA-1"), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(hex("", "SHA-1"), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
        assert_eq!(digest("abc", "MD4"), None);
    }

    #[test]
    fn base64_goes_both_ways() {
        for (text, wanted) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(to_base64(text.as_bytes()), wanted);
            assert_eq!(from_base64(wanted), text.as_bytes());
        }
    }
}
