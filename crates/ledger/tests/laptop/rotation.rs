//! The data key is changed (rule K2): each file opens with the old or the new key at every moment, and nothing of it is lost.

use crate::bench::*;
use bangban_keys::{DataKey, Pin, SlotFile};
use bangban_ledger::rotation::Keys;
use bangban_ledger::{Ledger, slots};
use bangban_model::Code;
use serde_json::json;
use std::fs;
use std::path::Path;

/// What the slots give to whoever opens them.
fn keys(folder: &Path) -> Keys {
    let opened =
        slots::read(folder).unwrap().open_with_pin(None, &Pin::parse("73918462").unwrap(), None).unwrap();
    Keys { data_key: opened.data_key, previous: opened.previous }
}

fn key_of(key: &DataKey) -> DataKey {
    DataKey::from_bytes(*key.expose())
}

fn worked() -> Laptop {
    let mut laptop = laptop();
    let person = subject();
    laptop.write(vec![(person, resident(fields([("name", json!("周大山"))])))]);
    for seed in 0..20u8 {
        laptop.ledger.put_photo(&vec![seed; 50_000], clock()).unwrap();
    }
    laptop
}

fn photos(ledger: &Ledger) -> i64 {
    let path = ledger.folder().join("photos.db");
    let key = ledger.data_key();
    let photos = bangban_ledger::database::open(&path, key, &[bangban_ledger::database::PHOTOS]).unwrap();
    photos.query_row("SELECT count(*) FROM photo_bytes", [], |row| row.get(0)).unwrap()
}

#[test]
fn k2_files_move_one_after_the_other_and_the_old_key_goes_last() {
    let mut laptop = worked();
    let before = laptop.dump();
    laptop.ledger.begin_rotation(None).unwrap();
    assert!(laptop.ledger.is_rotating() && !laptop.ledger.files_have_moved());
    assert_eq!(
        code(laptop.ledger.finish_rotation()),
        Some(Code::Internal),
        "not while a file has the old key"
    );
    let Laptop { ledger, folder, agent } = laptop;
    let old = key_of(ledger.previous_key().unwrap());
    drop(ledger);

    // Cut before anything moved: the old key still opens, and the slots hold both.
    Ledger::open(folder.path(), key_of(&old)).unwrap();
    let mut ledger = Ledger::open(folder.path(), keys(folder.path())).unwrap();
    assert!(ledger.is_rotating());
    ledger.move_files().unwrap();
    drop(ledger);
    // Cut after they moved: the new key opens both files.
    assert_eq!(code(Ledger::open(folder.path(), key_of(&old))), Some(Code::LedgerDamaged));
    let mut ledger = Ledger::open(folder.path(), keys(folder.path())).unwrap();
    assert!(ledger.files_have_moved());
    ledger.finish_rotation().unwrap();
    assert!(!ledger.is_rotating());
    assert_eq!(photos(&ledger), 20);
    drop(ledger);
    let Keys { data_key, previous } = keys(folder.path());
    assert!(previous.is_none());
    let laptop = Laptop { ledger: Ledger::open(folder.path(), data_key).unwrap(), folder, agent };
    assert_eq!(laptop.dump(), before);
    assert_eq!(laptop.findings(), []);
}

#[test]
fn k2_only_one_file_moved_when_it_was_cut() {
    let mut laptop = worked();
    let before = laptop.dump();
    laptop.ledger.begin_rotation(None).unwrap();
    let Laptop { ledger, folder, agent } = laptop;
    drop(ledger);
    // The photos as they were before the files moved: as if the cut had come between the two.
    let kept = folder.path().join("kept");
    fs::copy(folder.path().join("photos.db"), &kept).unwrap();
    let mut ledger = Ledger::open(folder.path(), keys(folder.path())).unwrap();
    ledger.move_files().unwrap();
    drop(ledger);
    fs::rename(&kept, folder.path().join("photos.db")).unwrap();
    let mut ledger = Ledger::open(folder.path(), keys(folder.path())).unwrap();
    assert!(!ledger.files_have_moved());
    // She works on with one file under each key.
    ledger.put_photo(b"one more", clock()).unwrap();
    ledger.move_files().unwrap();
    ledger.finish_rotation().unwrap();
    assert_eq!(photos(&ledger), 21);
    let laptop = Laptop { ledger, folder, agent };
    assert!(laptop.findings().is_empty());
    assert!(laptop.dump().len() >= before.len());
}

#[test]
fn k2_slots_that_are_read_in_the_middle_are_whole_or_the_old_ones() {
    let mut laptop = worked();
    let before = SlotFile::from_json(&fs::read(slots::path(laptop.folder.path())).unwrap()).unwrap();
    assert!(!before.is_rotating());
    laptop.ledger.begin_rotation(None).unwrap();
    let file = slots::read(laptop.folder.path()).unwrap();
    assert!(file.is_rotating());
    // A file that was being written when the power went is never in the place of the slots.
    fs::write(laptop.folder.path().join("keys.json.new"), b"{\"version\":2,\"pi").unwrap();
    assert!(slots::read(laptop.folder.path()).unwrap() == file);
}
