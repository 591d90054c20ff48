//! Round trips, and every way in which a file can be wrong.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::messages::{AnswerLine, Brings, EntryLine, Manifest, Mark, PhotoRange, RecoverHead, StreamHead};
use crate::protocol::SyncError;
use crate::sample::{Sample, village};
use crate::signed::Signed;
use bangban_keys::{OpeningKey, SigningKey, VerifyingKey, seal_to};
use bangban_model::{Digest, IncarnationId};
use bytes::Bytes;
use proptest::prelude::*;
use std::io::{Read, Write};
use uuid::Uuid;

/// The head's last byte; the sealed part follows.
const HEAD_BYTES: usize = 45;

struct Batch {
    sample: Sample,
    entries: Vec<EntryLine>,
    photos: Vec<Vec<u8>>,
    manifest: Manifest,
}

impl Batch {
    fn small() -> Self {
        Self::of(3, vec![vec![7; 90], (0..200).collect()])
    }

    fn of(count: u64, photos: Vec<Vec<u8>>) -> Self {
        let sample = Sample::new();
        let entries = sample.entries(4, count);
        let manifest = sample.manifest(&entries, &photos);
        let entries = entries.iter().map(|entry| EntryLine::of(entry).unwrap()).collect();
        Batch { sample, entries, photos, manifest }
    }

    fn write(&self) -> Result<Vec<u8>, SyncError> {
        let signed = Signed::sign(&self.manifest, &self.sample.laptop).unwrap();
        let photos = self.photos.iter().map(|photo| Ok(Bytes::from(photo.clone())));
        let key = self.sample.center_box.sealing_key();
        write_batch(Vec::new(), &key, &signed, self.entries.iter().cloned().map(Ok), photos)
    }

    fn key_of(&self) -> impl Fn(IncarnationId) -> Option<VerifyingKey> {
        let (incarnation, key) = (self.sample.incarnation, self.sample.laptop.verifying_key());
        move |asked| (asked == incarnation).then_some(key)
    }

    fn verify(&self, file: &[u8]) -> Result<Manifest, BatchProblem> {
        verify_batch(file, &self.sample.center_box, self.sample.center_id, self.key_of())
    }
}

#[test]
fn x6_a_batch_comes_back_whole() {
    let batch = Batch::of(5, vec![vec![7; 90], vec![9; 600 * 1024], (0..200).collect()]);
    let file = batch.write().unwrap();
    assert_eq!(batch.verify(&file).unwrap(), batch.manifest);
    let (key, center) = (&batch.sample.center_box, batch.sample.center_id);
    let reader = BatchReader::open(file.as_slice(), key, center, batch.key_of()).unwrap();
    let (mut entries, mut photos) = (Vec::new(), std::collections::HashMap::<Digest, Vec<u8>>::new());
    for part in reader {
        match part.unwrap() {
            BatchPart::Brought(_) => panic!("nothing is brought back"),
            BatchPart::Entry(entry) => entries.push(entry),
            BatchPart::Photo(frame) => {
                let photo = photos.entry(frame.digest).or_default();
                assert_eq!(photo.len() as u64, frame.offset);
                photo.extend_from_slice(&frame.bytes);
            }
        }
    }
    assert_eq!(entries, batch.entries);
    assert_eq!(photos.len(), 3);
    assert!(batch.photos.iter().all(|photo| photos.get(&Digest::of(photo)) == Some(photo)));
}

#[test]
fn x6_a_part_of_a_photo_is_proven_without_the_rest() {
    let mut batch = Batch::of(2, vec![vec![7; 90], (0..200).collect()]);
    let part: Vec<u8> = (50..170).collect();
    let range = PhotoRange { offset: 50, length: 120, digest: Digest::of(&part) };
    batch.manifest.photos[1].range = Some(range);
    batch.photos[1] = part;
    let file = batch.write().unwrap();
    assert_eq!(batch.verify(&file).unwrap(), batch.manifest);
    let (key, center) = (&batch.sample.center_box, batch.sample.center_id);
    let last = BatchReader::open(file.as_slice(), key, center, batch.key_of()).unwrap().last();
    assert!(
        matches!(last, Some(Ok(BatchPart::Photo(frame))) if frame.offset == 50 && frame.bytes.len() == 120)
    );
    batch.photos[1][3] ^= 1;
    assert!(batch.write().is_err(), "another byte");
    for (offset, length) in [(190, 20), (u64::MAX, 2), (0, 0)] {
        batch.manifest.photos[1].range = Some(PhotoRange { offset, length, ..range });
        assert!(batch.write().is_err(), "{offset} {length}");
    }
}

#[test]
fn a_batch_of_photos_alone_and_one_of_nothing_are_batches() {
    for photos in [vec![vec![1; 10]], Vec::new()] {
        let batch = Batch::of(0, photos);
        assert_eq!(batch.manifest.entry_count(), 0);
        assert_eq!(batch.verify(&batch.write().unwrap()).unwrap(), batch.manifest);
    }
}

#[test]
fn a_bomb_in_a_batch_is_found_and_never_unpacked_whole() {
    // Signed and well-formed, but it is out of all proportion.
    let batch = Batch::of(1, (0..3).map(|more| vec![0; 15 << 20 | more]).collect());
    let file = batch.write().unwrap();
    assert!(file.len() < 100_000, "{}", file.len());
    assert_eq!(batch.verify(&file).unwrap_err(), BatchProblem::Damaged("unpacks to more than allowed"));
    let (key, center) = (&batch.sample.center_box, batch.sample.center_id);
    let reader = BatchReader::open(file.as_slice(), key, center, batch.key_of()).unwrap();
    let photo_bytes: usize = reader
        .flatten()
        .map(|part| if let BatchPart::Photo(frame) = part { frame.bytes.len() } else { 0 })
        .sum();
    assert!(photo_bytes < 25 << 20, "{photo_bytes}");
}

#[test]
fn x6_every_flipped_byte_is_found() {
    let batch = Batch::small();
    let file = batch.write().unwrap();
    for at in 0..file.len() {
        for flip in [0x01, 0x80, 0xff] {
            let mut damaged = file.clone();
            damaged[at] ^= flip;
            let problem = batch.verify(&damaged).expect_err(&format!("byte {at} of {}", file.len()));
            match at {
                0..7 => assert_eq!(problem, BatchProblem::NotABatch),
                7 => assert!(matches!(problem, BatchProblem::NotABatch | BatchProblem::NewerFormat)),
                _ => assert!(matches!(problem, BatchProblem::Damaged(_)), "byte {at}: {problem}"),
            }
        }
    }
}

#[test]
fn x6_every_cut_is_found() {
    let batch = Batch::small();
    let file = batch.write().unwrap();
    for length in 0..file.len() {
        let problem = batch.verify(&file[..length]).expect_err(&format!("cut at {length} of {}", file.len()));
        match length {
            0..8 => assert_eq!(problem, BatchProblem::NotABatch),
            _ => assert!(matches!(problem, BatchProblem::Damaged(_)), "cut at {length}: {problem}"),
        }
    }
}

#[test]
fn a_photo_s_part_holds_a_whole_frame_and_not_a_byte_more() {
    let most = vec![0; 32 + 8 + crate::messages::MAX_FRAME_BYTES];
    let (mut out, mut payload) = (Vec::new(), Vec::new());
    part::write_part(&mut out, part::Kind::Photo, &[&most]).unwrap();
    assert_eq!(part::read_part(out.as_slice(), &mut payload).unwrap(), part::Kind::Photo);
    assert_eq!(payload.len(), most.len());
    assert!(part::write_part(Vec::new(), part::Kind::Photo, &[&most, &[0]]).is_err());
    let length = (most.len() as u32 + 1).to_be_bytes();
    let longer = [b"P".as_slice(), &length, &most, &[0]].concat();
    assert!(matches!(part::read_part(longer.as_slice(), &mut payload), Err(BatchProblem::Damaged(_))));
}

#[test]
fn nothing_may_stand_behind_the_end() {
    let batch = Batch::small();
    let mut file = batch.write().unwrap();
    file.push(0);
    assert!(matches!(batch.verify(&file), Err(BatchProblem::Damaged(_))));
    file.pop();
    file.extend(batch.write().unwrap());
    assert!(matches!(batch.verify(&file), Err(BatchProblem::Damaged(_))), "two batches in one file");
}

/// What is inside the seal, and a way to seal it again, changed: what a stranger can do, who knows the center's public
/// key but cannot sign.
fn unsealed(batch: &Batch) -> (Vec<u8>, impl Fn(&[u8]) -> Vec<u8>) {
    let file = batch.write().unwrap();
    let packed = batch.sample.center_box.open(&file[HEAD_BYTES..]).unwrap();
    let key = batch.sample.center_box.sealing_key();
    let reseal = move |plain: &[u8]| {
        let sealed = key.seal(&zstd::encode_all(plain, 1).unwrap()).unwrap();
        [&file[..HEAD_BYTES], &sealed].concat()
    };
    (zstd::decode_all(packed.as_slice()).unwrap(), reseal)
}

#[test]
fn changes_inside_the_seal_are_found() {
    let batch = Batch::small();
    let (plain, reseal) = unsealed(&batch);
    assert!(batch.verify(&reseal(&plain)).is_ok());
    // Every third byte, because each takes two public-key operations.
    for at in (0..plain.len()).step_by(3) {
        let mut changed = plain.clone();
        changed[at] ^= 1;
        let problem = batch.verify(&reseal(&changed)).err();
        assert!(matches!(problem, Some(BatchProblem::Damaged(_))), "byte {at} of {}", plain.len());
    }
}

#[test]
fn more_sealed_or_packed_bytes_behind_the_end_are_found() {
    let batch = Batch::small();
    let (plain, reseal) = unsealed(&batch);
    assert!(batch.verify(&reseal(&[plain, vec![0]].concat())).is_err());
    let packed = batch.sample.center_box.open(&batch.write().unwrap()[HEAD_BYTES..]).unwrap();
    let mut file = batch.write().unwrap()[..HEAD_BYTES].to_vec();
    file.extend(batch.sample.center_box.sealing_key().seal(&[packed, vec![0]].concat()).unwrap());
    assert!(matches!(batch.verify(&file), Err(BatchProblem::Damaged(_))));
}

#[test]
fn a_stick_in_the_wrong_office_is_named_before_anything_is_opened() {
    let batch = Batch::small();
    let file = batch.write().unwrap();
    let (stranger, other) = (OpeningKey::random(), Uuid::from_u128(99));
    assert_eq!(verify_batch(&file[..], &stranger, other, |_| None), Err(BatchProblem::OtherCenter));
    let center = batch.sample.center_id;
    let wrong_key = verify_batch(&file[..], &stranger, center, batch.key_of());
    assert!(matches!(wrong_key, Err(BatchProblem::Damaged(_))));
    let unknown = verify_batch(&file[..], &batch.sample.center_box, center, |_| None);
    assert_eq!(unknown, Err(BatchProblem::UnknownLaptop));
    let impostor = SigningKey::from_secret_bytes(&[3; 32]).verifying_key();
    let forged = verify_batch(&file[..], &batch.sample.center_box, center, |_| Some(impostor));
    assert!(matches!(forged, Err(BatchProblem::Damaged(_))));
}

#[test]
fn a_newer_file_is_named_as_such() {
    let mut batch = Batch::small();
    let mut file = batch.write().unwrap();
    file[7] = b'2';
    assert_eq!(batch.verify(&file), Err(BatchProblem::NewerFormat));
    batch.manifest.protocol += 1;
    assert!(batch.write().is_err(), "this program does not write what it does not know");
}

#[test]
fn a_file_of_another_sort_is_no_batch() {
    let batch = Batch::small();
    for file in [&b""[..], b"PK\x03\x04", b"BANGBAN", &[0xff; 500]] {
        assert_eq!(batch.verify(file), Err(BatchProblem::NotABatch));
    }
    assert_eq!(batch.verify(&receipt_file(&batch.sample)), Err(BatchProblem::NotABatch));
}

#[test]
fn what_does_not_fit_the_manifest_is_neither_written_nor_read() {
    type Change = (&'static str, fn(&mut Batch));
    let changes: &[Change] = &[
        ("an entry is missing", |batch| drop(batch.entries.pop())),
        ("an entry in the middle is missing", |batch| drop(batch.entries.remove(1))),
        ("an entry twice", |batch| batch.entries.push(batch.entries[2].clone())),
        ("two exchanged", |batch| batch.entries.swap(0, 1)),
        ("another head", |batch| batch.manifest.head = Digest::of(b"other")),
        ("a photo is missing", |batch| drop(batch.photos.pop())),
        ("photos exchanged", |batch| batch.photos.swap(0, 1)),
        ("a photo's byte", |batch| batch.photos[0][3] ^= 1),
        ("a photo's size", |batch| batch.photos[0].push(7)),
        ("a size in the manifest", |batch| batch.manifest.photos[1].size_bytes += 1),
        ("a photo of no bytes", |batch| batch.manifest.photos[1].size_bytes = 0),
        ("a photo named twice", |batch| batch.manifest.photos[1] = batch.manifest.photos[0]),
        ("another ledger", |batch| batch.manifest.incarnation = IncarnationId(Uuid::from_u128(1))),
        ("numbers from 0", |batch| batch.manifest.first_seq = 0),
        ("numbers without end", |batch| batch.manifest.last_seq = u64::MAX),
        ("numbers backwards", |batch| batch.manifest.last_seq = 2),
    ];
    for (what, change) in changes {
        let mut batch = Batch::small();
        change(&mut batch);
        assert!(batch.write().is_err(), "{what}");
        let file = write_unchecked(&batch);
        assert!(batch.verify(&file).is_err(), "{what}");
    }
    let sane = Batch::small();
    assert!(sane.verify(&write_unchecked(&sane)).is_ok(), "the unchecked writer writes what the other does");
}

#[test]
fn a_batch_for_another_center_under_a_changed_head_is_found() {
    let mut batch = Batch::small();
    batch.manifest.center = Uuid::from_u128(99);
    let mut file = batch.write().unwrap();
    assert_eq!(batch.verify(&file), Err(BatchProblem::OtherCenter));
    let mut head = Vec::new();
    let (center, incarnation) = (batch.sample.center_id, batch.sample.incarnation);
    super::head::Head { kind: FileKind::Batch, center, incarnation }.write(&mut head).unwrap();
    file[..HEAD_BYTES].copy_from_slice(&head);
    assert_eq!(batch.verify(&file), Err(BatchProblem::Damaged("head and manifest differ")));
}

/// Writes a batch as it is, without the writer's own check.
fn write_unchecked(batch: &Batch) -> Vec<u8> {
    use super::head::Head;
    use super::part::{Kind, write_part};
    let mut plain = Vec::new();
    let signed = Signed::sign(&batch.manifest, &batch.sample.laptop).unwrap();
    write_part(&mut plain, Kind::Manifest, &[&serde_json::to_vec(&signed).unwrap()]).unwrap();
    for entry in &batch.entries {
        write_part(&mut plain, Kind::Entry, &[&serde_json::to_vec(entry).unwrap()]).unwrap();
    }
    for (photo, note) in batch.photos.iter().zip(&batch.manifest.photos) {
        write_part(&mut plain, Kind::Photo, &[&note.digest.0, &[0; 8], photo]).unwrap();
    }
    let parts = 1 + batch.entries.len() + batch.photos.len().min(batch.manifest.photos.len());
    write_part(&mut plain, Kind::End, &[&(parts as u64).to_be_bytes()]).unwrap();
    let head = Head {
        kind: FileKind::Batch,
        center: batch.manifest.center,
        incarnation: batch.manifest.incarnation,
    };
    let mut out = Vec::new();
    head.write(&mut out).unwrap();
    let mut sealed = seal_to(&batch.sample.center_box.sealing_key(), out).unwrap();
    sealed.write_all(&zstd::encode_all(plain.as_slice(), 3).unwrap()).unwrap();
    sealed.finish().unwrap()
}

#[test]
fn a_source_that_fails_and_a_full_disk_are_told_as_what_they_are() {
    struct FullDisk(usize);
    impl Write for FullDisk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let batch = Batch::small();
    let signed = Signed::sign(&batch.manifest, &batch.sample.laptop).unwrap();
    let key = batch.sample.center_box.sealing_key();
    let whole = batch.write().unwrap().len();
    // A sealed file's length varies by some hundred bytes: age adds noise to its header.
    for room in (0..whole.saturating_sub(600)).step_by(50) {
        let photos = batch.photos.iter().map(|photo| Ok(Bytes::from(photo.clone())));
        let written =
            write_batch(FullDisk(room), &key, &signed, batch.entries.iter().cloned().map(Ok), photos);
        assert!(matches!(written, Err(SyncError::Local(Code::DiskFull, _))), "{room}");
    }
    let failing = [Err(SyncError::Local(Code::LedgerDamaged, "page".into()))];
    let written = write_batch(Vec::new(), &key, &signed, failing, []);
    assert!(matches!(written, Err(SyncError::Local(Code::LedgerDamaged, _))));
}

#[test]
fn a_stick_that_cannot_be_read_is_not_called_damaged() {
    struct Failing<'a>(&'a [u8]);
    impl Read for Failing<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            match self.0.read(into)? {
                0 => Err(io::ErrorKind::ResourceBusy.into()),
                read => Ok(read),
            }
        }
    }
    let batch = Batch::small();
    let file = batch.write().unwrap();
    for length in [0, 3, 30, HEAD_BYTES, 400, file.len() - 20] {
        let from = Failing(&file[..length]);
        let problem = verify_batch(from, &batch.sample.center_box, batch.sample.center_id, batch.key_of());
        assert_eq!(problem, Err(BatchProblem::Unreadable(io::ErrorKind::ResourceBusy)), "{length}");
    }
}

fn receipt_file(sample: &Sample) -> Vec<u8> {
    let lines = sample.answer().into_iter().map(Ok);
    let key = sample.laptop_box.sealing_key();
    write_receipt(Vec::new(), &key, sample.center_id, sample.incarnation, lines).unwrap()
}

fn read_receipt(sample: &Sample, file: &[u8]) -> Result<Vec<AnswerLine>, BatchProblem> {
    let key = sample.center.verifying_key();
    ReceiptReader::open(file, &sample.laptop_box, sample.center_id, &key, sample.incarnation)?.collect()
}

#[test]
fn x6_a_receipt_file_comes_back_whole_and_every_change_is_found() {
    let sample = Sample::new();
    let file = receipt_file(&sample);
    assert_eq!(read_receipt(&sample, &file).unwrap(), sample.answer());
    for at in 0..file.len() {
        let mut damaged = file.clone();
        damaged[at] ^= 1;
        assert!(read_receipt(&sample, &damaged).is_err(), "byte {at}");
        assert!(read_receipt(&sample, &file[..at]).is_err(), "cut at {at}");
    }
}

#[test]
fn a_receipt_for_another_laptop_or_by_another_center_is_not_taken() {
    let mut sample = Sample::new();
    let file = receipt_file(&sample);
    let key = sample.center.verifying_key();
    let open =
        |center, incarnation| ReceiptReader::open(&file[..], &sample.laptop_box, center, &key, incarnation);
    let other = IncarnationId(Uuid::from_u128(55));
    assert_eq!(open(Uuid::nil(), sample.incarnation).err(), Some(BatchProblem::OtherCenter));
    assert_eq!(open(sample.center_id, other).err(), Some(BatchProblem::OtherLaptop));
    sample.center = SigningKey::from_secret_bytes(&[4; 32]);
    assert!(matches!(read_receipt(&sample, &file), Err(BatchProblem::Damaged(_))), "a forged signature");
}

#[test]
fn x2_a_receipt_of_several_lines_comes_back_and_none_stands_later() {
    let sample = Sample::new();
    let whole = sample.answer();
    let several = [vec![whole[0].clone(); 2], whole.clone()].concat();
    let key = sample.laptop_box.sealing_key();
    let write = |lines: Vec<AnswerLine>| {
        let lines = lines.into_iter().map(Ok);
        write_receipt(Vec::new(), &key, sample.center_id, sample.incarnation, lines)
    };
    let file = write(several.clone()).unwrap();
    assert_eq!(read_receipt(&sample, &file).unwrap(), several);
    let late = [whole[..2].to_vec(), vec![whole[0].clone()], whole[2..].to_vec()].concat();
    assert!(write(late).is_err());
}

#[test]
fn a_receipt_file_without_receipt_or_end_is_neither_written_nor_read() {
    let sample = Sample::new();
    let whole = sample.answer();
    let orders = [vec![], whole[..3].to_vec(), whole[1..].to_vec(), [whole.clone(), whole.clone()].concat()];
    for lines in orders {
        let lines = lines.into_iter().map(Ok);
        let key = sample.laptop_box.sealing_key();
        assert!(write_receipt(Vec::new(), &key, sample.center_id, sample.incarnation, lines).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let batch = Batch::of(0, Vec::new());
        prop_assert!(batch.verify(&bytes).is_err());
        let mut file = batch.write().unwrap()[..HEAD_BYTES].to_vec();
        file.extend(batch.sample.center_box.sealing_key().seal(&bytes).unwrap());
        prop_assert!(batch.verify(&file).is_err());
        file.truncate(HEAD_BYTES);
        let packed = zstd::encode_all(bytes.as_slice(), 1).unwrap();
        file.extend(batch.sample.center_box.sealing_key().seal(&packed).unwrap());
        prop_assert!(batch.verify(&file).is_err());
    }
}

#[test]
fn d2_what_is_brought_back_comes_before_the_entries_whole_and_in_its_order() {
    let mut batch = Batch::small();
    let head = StreamHead { stream: village(), position: 3, hash: Digest::of(b"three"), epoch: 1 };
    let head = Signed::sign(&head, &batch.sample.center).unwrap();
    let claim = RecoverHead { protocol: 1, head, marks: Vec::new() };
    batch.manifest.brings = vec![Brings { claim, first: 2 }];
    let mark = |position| {
        let received_at = "2026-05-09T08:00:01.250+08:00".to_owned();
        AnswerLine::Mark(Mark { stream: village(), position, header_hash: Digest::of(b"h"), received_at })
    };
    let write = |lines: &[AnswerLine]| {
        let signed = Signed::sign(&batch.manifest, &batch.sample.laptop).unwrap();
        let photos = batch.photos.iter().map(|photo| Ok(Bytes::from(photo.clone())));
        let (key, lines) = (batch.sample.center_box.sealing_key(), lines.iter().cloned().map(Ok));
        write_batch_bringing(Vec::new(), &key, &signed, lines, batch.entries.iter().cloned().map(Ok), photos)
    };
    let file = write(&[mark(2), mark(3)]).unwrap();
    assert_eq!(batch.verify(&file).unwrap(), batch.manifest);
    let (key, center) = (&batch.sample.center_box, batch.sample.center_id);
    let reader = BatchReader::open(file.as_slice(), key, center, batch.key_of()).unwrap();
    let first: Vec<BatchPart> = reader.take(2).collect::<Result<_, _>>().unwrap();
    assert_eq!(first, [mark(2), mark(3)].map(|line| BatchPart::Brought(Box::new(line))));
    for wrong in [
        &[][..],
        &[mark(2)],
        &[mark(3)],
        &[mark(2), mark(2)],
        &[mark(2), mark(3), mark(4)],
        &[AnswerLine::End],
    ] {
        assert!(write(wrong).is_err(), "{wrong:?}");
    }
}
