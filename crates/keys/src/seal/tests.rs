//! What sealing keeps: another key, a flip or a cut opens nothing.
#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;

fn header_len(sealed: &[u8]) -> usize {
    read_header(&mut &sealed[..]).unwrap().len()
}

#[test]
fn what_is_sealed_opens_with_its_key_only() {
    let (alice, bob) = (OpeningKey::random(), OpeningKey::random());
    for plain in [&b""[..], b"x", &[7; 64 * 1024], &[7; 150_000]] {
        let sealed = alice.sealing_key().seal(plain).unwrap();
        assert_eq!(alice.open(&sealed).unwrap(), plain);
        assert_eq!(bob.open(&sealed), Err(KeyError::NotForThisKey));
    }
    assert_eq!(alice.open(b""), Err(KeyError::Damaged));
    assert_eq!(alice.open(b"not sealed at all"), Err(KeyError::Damaged));
}

#[test]
fn a_sealed_batch_cut_anywhere_is_damaged() {
    let key = OpeningKey::random();
    let sealed = key.sealing_key().seal(b"a short batch").unwrap();
    for cut in 0..sealed.len() {
        assert_eq!(key.open(&sealed[..cut]), Err(KeyError::Damaged), "cut at {cut} of {}", sealed.len());
    }
    let mut longer = sealed.clone();
    longer.push(0);
    assert_eq!(key.open(&longer), Err(KeyError::Damaged), "a byte too many");
}

#[test]
fn a_long_sealed_stream_cut_at_its_chunk_borders_is_damaged() {
    let key = OpeningKey::random();
    let sealed = key.sealing_key().seal(&[9; 3 * 64 * 1024]).unwrap();
    let first_chunk = header_len(&sealed) + 16;
    for chunk in 0..3 {
        for cut in [0, 1, 65_551] {
            let cut = first_chunk + chunk * (64 * 1024 + 16) + cut;
            assert_eq!(key.open(&sealed[..cut]), Err(KeyError::Damaged), "cut at {cut}");
        }
    }
}

#[test]
fn a_flipped_byte_is_damage_and_in_the_header_at_most_another_key() {
    let key = OpeningKey::random();
    let sealed = key.sealing_key().seal(b"a short batch").unwrap();
    let header = header_len(&sealed);
    for at in 0..sealed.len() {
        for flip in [0x01, 0x20, 0xff] {
            let mut flipped = sealed.clone();
            flipped[at] ^= flip;
            let error = key.open(&flipped).unwrap_err();
            let named_another = error == KeyError::NotForThisKey && at < header;
            assert!(error == KeyError::Damaged || named_another, "byte {at}: {error}");
        }
    }
}

#[test]
fn a_stream_is_sealed_and_opened_in_pieces() {
    let key = OpeningKey::random();
    let mut writer = seal_to(&key.sealing_key(), Vec::new()).unwrap();
    for piece in 0..1000u32 {
        writer.write_all(&piece.to_le_bytes().repeat(64)).unwrap();
    }
    let sealed = writer.finish().unwrap();
    let mut reader = open_from(&key, &sealed[..]).unwrap();
    let mut piece = [0; 256];
    for expected in 0..1000u32 {
        reader.read_exact(&mut piece).unwrap();
        assert_eq!(piece[..4], expected.to_le_bytes());
    }
    assert_eq!(reader.read(&mut piece).unwrap(), 0);
}

#[test]
fn an_unfinished_stream_is_damaged() {
    let key = OpeningKey::random();
    let mut output = Vec::new();
    let mut writer = seal_to(&key.sealing_key(), &mut output).unwrap();
    writer.write_all(&[1; 200_000]).unwrap();
    drop(writer);
    assert_eq!(key.open(&output), Err(KeyError::Damaged));
}

#[test]
fn a_failing_disk_is_not_called_damage() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }
    let key = OpeningKey::random();
    let sealed = key.sealing_key().seal(&[1; 100_000]).unwrap();
    let mut reader = open_from(&key, sealed[..70_000].chain(Failing)).unwrap();
    let error = reader.read_to_end(&mut Vec::new()).unwrap_err();
    assert_eq!(KeyError::from(error), KeyError::Io(io::ErrorKind::PermissionDenied));
}

#[test]
fn a_genuine_header_stays_far_below_its_limit() {
    let key = OpeningKey::random().sealing_key();
    let sizes = (0..300).map(|_| header_len(&key.seal(b"").unwrap()));
    let (least, most) = (sizes.clone().min().unwrap(), sizes.max().unwrap());
    assert!(least > 150 && most < MAX_HEADER_BYTES as usize / 4, "{least} to {most}");
}

#[test]
fn an_endless_header_is_refused_early() {
    let key = OpeningKey::random();
    let mut read_bytes = 0;
    struct Endless<'a>(&'a mut usize);
    impl Read for Endless<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            into.fill(b'a');
            *self.0 += into.len();
            Ok(into.len())
        }
    }
    let hostile = b"age-encryption.org/v1\n-> ".chain(Endless(&mut read_bytes));
    assert_eq!(open_from(&key, hostile).err(), Some(KeyError::Damaged));
    assert!(read_bytes <= 32 * 1024, "{read_bytes} bytes read");
    let many_lines = [FIRST_LINE, &b"-> a\n\n".repeat(100_000)].concat();
    assert_eq!(key.open(&many_lines), Err(KeyError::Damaged));
}

#[test]
fn a_key_that_everybody_opens_is_refused() {
    for point in SMALL_ORDER {
        for sign_bit in [0, 0x80] {
            let mut bytes = point;
            bytes[31] |= sign_bit;
            let text = bech32::encode::<bech32::Bech32>(bech32::Hrp::parse("age").unwrap(), &bytes).unwrap();
            assert_eq!(SealingKey::parse(&text).unwrap_err(), KeyError::BadKey, "{bytes:02x?}");
        }
    }
}

#[test]
fn every_small_order_point_in_the_list_is_one() {
    // age itself seals to none of them (it panics): a typing error in the list would show here.
    for point in SMALL_ORDER {
        let text = bech32::encode::<bech32::Bech32>(bech32::Hrp::parse("age").unwrap(), &point).unwrap();
        let sealed = std::panic::catch_unwind(|| SealingKey(text).seal(b"x"));
        assert!(!matches!(sealed, Ok(Ok(_))), "{point:02x?}");
    }
}

#[test]
fn keys_survive_text_and_json_and_hide_their_secret() {
    let key = OpeningKey::random();
    let text = key.to_secret_text();
    assert!(text.starts_with("AGE-SECRET-KEY-1"));
    let again = OpeningKey::from_secret_text(&format!(" {}\r\n", *text)).unwrap();
    assert_eq!(again.sealing_key(), key.sealing_key());
    assert_eq!(format!("{key:?}"), "OpeningKey(…)");
    assert!(OpeningKey::from_secret_text("AGE-SECRET-KEY-1").is_err());
    let public = key.sealing_key();
    assert!(public.as_str().starts_with("age1"));
    let json = serde_json::to_string(&public).unwrap();
    assert_eq!(serde_json::from_str::<SealingKey>(&json).unwrap(), public);
    assert!(serde_json::from_str::<SealingKey>("\"age1qqq\"").is_err());
    assert_eq!(SealingKey::parse(&text).unwrap_err(), KeyError::BadKey);
}

proptest! {
    #[test]
    fn no_bytes_make_opening_panic(tail in prop::collection::vec(any::<u8>(), 0..600), lines in "(-> [ -~]{0,20}\n|[A-Za-z0-9+/]{0,64}\n){0,4}(--- [A-Za-z0-9+/]{43}\n)?") {
        let key = OpeningKey::random();
        let bytes = [FIRST_LINE, lines.as_bytes(), &tail].concat();
        prop_assert!(key.open(&bytes).is_err());
    }
}
