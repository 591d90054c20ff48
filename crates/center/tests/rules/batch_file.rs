//! Batch files (rule X6).

use crate::author::*;
use bangban_center::store::embedded::MIGRATIONS;
use bangban_ledger::database;
use bangban_model::body::Body;
use bangban_model::photo::photo_path;
use bangban_model::{Code, Digest, SubjectId};
use bangban_sync::batch_file::{ReceiptReader, write_batch};
use bangban_sync::{AnswerLine, Cursor, Manifest, PhotoNote, Receipt, Signed};
use bytes::Bytes;
use std::path::PathBuf;
use uuid::Uuid;

fn export(town: &Town, alice: &Author, first: u64, last: u64, photos: &[&[u8]]) -> PathBuf {
    let path = town.folder.path().join(format!("{first}-{last}.bangban"));
    let notes = photos.iter().map(|bytes| PhotoNote::whole(Digest::of(bytes), bytes.len() as u64));
    let manifest = Manifest { photos: notes.collect(), ..alice.manifest(first, last) };
    let signed = Signed::sign(&manifest, &alice.signing).unwrap();
    let photos: Vec<_> = photos.iter().map(|bytes| Ok(Bytes::copy_from_slice(bytes))).collect();
    let file = std::fs::File::create(&path).unwrap();
    write_batch(file, &town.center.public().batch_key, &signed, alice.lines(first, last), photos).unwrap();
    path
}

#[tokio::test]
async fn x6_a_batch_by_stick_and_by_network_in_any_mix_is_one() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let photo = vec![5u8; 70_000];
    alice.submitted_case("SSC", &[&photo]);
    let last = alice.last_seq();
    let file = export(&town, &alice, 1, last, &[&photo]);
    let receipt = town.folder.path().join("receipt.bangban");
    alice.send(&town, 1, 3).await;
    let received = town.center.receive_batch_file(&file, &receipt).unwrap();
    assert_eq!((received.entries, received.new_entries, received.photos, received.wanted), (5, 2, 1, 0));
    let again = town.center.receive_batch_file(&file, &receipt).unwrap();
    assert_eq!(again.new_entries, 0);
    let heard = alice.send_all(&town).await;
    assert_eq!(heard.order_of(&alice, DAHU), (1..=last).collect::<Vec<_>>());
    assert_eq!(heard.receipt.photos, vec![Digest::of(&photo)]);
    let batches = town.center.store().batches("", 10).unwrap();
    assert_eq!(batches.len(), 2);
    let public = town.center.public();
    let reader = ReceiptReader::open(
        std::fs::File::open(&receipt).unwrap(),
        &alice.opening,
        public.id,
        &public.verifying_key,
        alice.life,
    );
    let lines: Vec<AnswerLine> = reader.unwrap().collect::<Result<_, _>>().unwrap();
    let AnswerLine::Receipt(signed) = &lines[0] else { panic!("the receipt comes first") };
    let told = signed.verify(&public.verifying_key).unwrap();
    assert_eq!(told.prefix.unwrap().header_hash, alice.hash_at(last));
    assert_eq!(told.photos, vec![Digest::of(&photo)]);
    town.assert_sound();
}

fn told_in(town: &Town, alice: &Author, receipt: &PathBuf) -> (Receipt, Vec<AnswerLine>) {
    let public = town.center.public();
    let from = std::fs::File::open(receipt).unwrap();
    let reader =
        ReceiptReader::open(from, &alice.opening, public.id, &public.verifying_key, alice.life).unwrap();
    let lines: Vec<AnswerLine> = reader.collect::<Result<_, _>>().unwrap();
    let AnswerLine::Receipt(signed) = &lines[0] else { panic!("the receipt comes first") };
    (signed.verify(&public.verifying_key).unwrap(), lines)
}

#[tokio::test]
async fn x6_what_was_taken_before_an_error_is_receipted() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let mut other = crate::exchange::forked_after_two(&alice);
    for _ in 0..200 {
        alice.resident("周大山");
        other.resident("周小山");
    }
    // Another history is held behind a gap: the file's own comes as far as that, when much of it is taken already.
    other.send(&town, 190, 190).await;
    let last = alice.last_seq();
    let file = export(&town, &alice, 1, last, &[]);
    let receipt = town.folder.path().join("receipt.bangban");
    let refused = town.center.receive_batch_file(&file, &receipt).unwrap_err();
    assert_eq!(refused.code(), Code::HistoryDiffers);
    let (told, lines) = told_in(&town, &alice, &receipt);
    let reach = told.prefix.unwrap();
    assert!(reach.seq > 10 && reach.seq < 190, "what came before is here for good: {}", reach.seq);
    assert_eq!(reach.header_hash, alice.hash_at(reach.seq));
    assert!(lines.iter().any(|line| matches!(line, AnswerLine::Mark(_))), "with their positions");
}

#[tokio::test]
async fn x6_a_photo_that_its_entry_calls_too_small_holds_up_nothing_else_of_its_file() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let (photo, good) = (vec![5u8; 70_000], vec![6u8; 70_000]);
    let resident = alice.resident("周大山");
    let Body::CaseOpened(mut opened) = alice.opened("SSC", resident, &[&photo, &good]) else { panic!() };
    opened.set.get_mut(&photo_path(Digest::of(&photo))).unwrap()["size_bytes"] = 10.into();
    alice.write(&[(SubjectId(Uuid::new_v4()), Body::CaseOpened(opened))]);
    let file = export(&town, &alice, 1, alice.last_seq(), &[&photo, &good]);
    let receipt = town.folder.path().join("receipt.bangban");
    let received = town.center.receive_batch_file(&file, &receipt).unwrap();
    assert_eq!(received.wanted, 1);
    assert_eq!(told_in(&town, &alice, &receipt).0.photos, vec![Digest::of(&good)]);
}

#[tokio::test]
async fn x6_a_receipt_file_without_pages_says_why_there_are_none() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    alice.resident("周大山");
    let last = alice.last_seq();
    alice.send_all(&town).await;
    // A position that the stream's head promises and that is not there.
    let folder = town.center.folder();
    let store = database::open(&folder.database(), &folder.read_key().unwrap(), &MIGRATIONS).unwrap();
    store.execute("DELETE FROM stream_position WHERE position = 1", []).unwrap();
    store.execute("UPDATE entry SET position = NULL WHERE position = 1", []).unwrap();
    let manifest = alice.manifest(1, last);
    let signed = Signed::sign(&manifest, &alice.signing).unwrap();
    let path = town.folder.path().join("batch.bangban");
    let out = std::fs::File::create(&path).unwrap();
    write_batch(out, &town.center.public().batch_key, &signed, alice.lines(1, last), Vec::new()).unwrap();
    let receipt = town.folder.path().join("receipt.bangban");
    let received = town.center.receive_batch_file(&path, &receipt).unwrap();
    assert_eq!(received.pages_refused, Some(Code::LedgerDamaged));
    let (told, lines) = told_in(&town, &alice, &receipt);
    assert_eq!((told.prefix.unwrap().seq, told.pages_refused), (last, Some(Code::LedgerDamaged)));
    assert_eq!(lines.len(), 3, "receipt, what is wanted, end");
    assert!(!receipt.with_extension("part").exists());
}

#[tokio::test]
async fn d2_a_receipt_file_names_the_streams_that_the_center_lost() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    alice.resident("周大山");
    let last = alice.last_seq();
    let cursor = Cursor {
        stream: village(DAHU),
        position: 2,
        stream_hash: Digest::of(b"another history"),
        whole: false,
    };
    let manifest = Manifest { cursors: vec![cursor], ..alice.manifest(1, last) };
    let signed = Signed::sign(&manifest, &alice.signing).unwrap();
    let path = town.folder.path().join("batch.bangban");
    let out = std::fs::File::create(&path).unwrap();
    write_batch(out, &town.center.public().batch_key, &signed, alice.lines(1, last), Vec::new()).unwrap();
    let receipt = town.folder.path().join("receipt.bangban");
    let received = town.center.receive_batch_file(&path, &receipt).unwrap();
    assert_eq!(received.pages_refused, None);
    let (told, lines) = told_in(&town, &alice, &receipt);
    assert_eq!(told.prefix.unwrap().seq, last);
    assert_eq!(lines[2], AnswerLine::Lost(village(DAHU)));
}

#[tokio::test]
async fn x6_a_flipped_byte_or_a_cut_takes_nothing() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let photo: Vec<u8> = (0..70_000u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    alice.submitted_case("SSC", &[&photo]);
    let file = export(&town, &alice, 1, alice.last_seq(), &[&photo]);
    let whole = std::fs::read(&file).unwrap();
    let receipt = town.folder.path().join("receipt.bangban");
    for at in (whole.len() / 20..whole.len()).step_by(whole.len() / 12) {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x20;
        std::fs::write(&file, &flipped).unwrap();
        let refused = town.center.receive_batch_file(&file, &receipt).unwrap_err();
        assert!(matches!(refused.code(), Code::BatchDamaged | Code::BatchNotForUs), "byte {at}: {refused}");
    }
    std::fs::write(&file, &whole[..whole.len() - 10]).unwrap();
    assert_eq!(town.center.receive_batch_file(&file, &receipt).unwrap_err().code(), Code::BatchDamaged);
    let counts = town.center.store().counts().unwrap();
    assert_eq!(
        (counts.entries, counts.held, counts.photos, counts.photos_wanted),
        (0, 0, 0, 0),
        "nothing was taken"
    );
    assert!(!receipt.exists());
    assert_eq!(std::fs::read_dir(town.center.folder().staging()).unwrap().count(), 0, "no copy stays behind");
    std::fs::write(&file, &whole).unwrap();
    assert_eq!(town.center.receive_batch_file(&file, &receipt).unwrap().new_entries, alice.last_seq());
}

#[tokio::test]
async fn x6_a_batch_for_another_center_or_of_an_unknown_laptop_is_named_as_such() {
    let (town, other) = (Town::new(), Town::new());
    let mut alice = town.author(&[DAHU]).await;
    alice.resident("周大山");
    let file = export(&town, &alice, 1, 3, &[]);
    let receipt = town.folder.path().join("receipt.bangban");
    assert_eq!(other.center.receive_batch_file(&file, &receipt).unwrap_err().code(), Code::BatchNotForUs);
    let mut stranger = Author { center: town.center.identity().id, ..Author::new(&[DAHU]) };
    stranger.begin();
    let file = export(&town, &stranger, 1, 2, &[]);
    assert_eq!(town.center.receive_batch_file(&file, &receipt).unwrap_err().code(), Code::LaptopRefused);
    std::fs::write(&file, b"not a batch").unwrap();
    assert!(town.center.receive_batch_file(&file, &receipt).is_err());
    let missing = town.folder.path().join("missing.bangban");
    assert_eq!(town.center.receive_batch_file(&missing, &receipt).unwrap_err().code(), Code::FileUnreadable);
}
