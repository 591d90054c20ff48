//! A second copy that was cut, changed or put together otherwise: every record that is whole is read, nothing else is.

use crate::bench::*;
use crate::second_copy::*;
use bangban_ledger::second_copy::{self, Damage, Record};
use serde_json::json;
use std::fs;

/// A copy with several segments' worth of everything, and what its records say.
fn full_scene() -> (Scene, Vec<Record>) {
    let mut scene = Scene::new();
    for text in ["one", "two", "three"] {
        scene.alice().write(vec![(subject(), opened(subject(), fields([("/data/a", json!(text))])))]);
        scene.draft(draft_id(), text);
        scene.copy();
    }
    let (records, damage) = read(&scene.folder()).unwrap();
    assert_eq!(damage, Damage::default());
    (scene, records)
}

/// Every n-th place in the short form, every one with BANGBAN_LONG.
fn stride(short: usize) -> usize {
    if std::env::var_os("BANGBAN_LONG").is_some() { 1 } else { short }
}

#[test]
fn e4_a_copy_cut_at_any_byte_gives_every_record_before_the_cut() {
    let (scene, whole) = full_scene();
    let (folder, segment) = (scene.folder(), scene.segments().remove(0));
    let bytes = fs::read(&segment).unwrap();
    let mut last = 0;
    for cut in (0..bytes.len()).step_by(stride(97)) {
        fs::write(&segment, &bytes[..cut]).unwrap();
        let (records, damage) = read(&folder).unwrap();
        assert_eq!(records, whole[..records.len()], "cut at {cut}");
        assert!(records.len() >= last, "a longer part says no less");
        last = records.len();
        let is_clean = damage == Damage::default();
        assert!(is_clean || damage.torn_bytes > 0, "cut at {cut}: {damage:?}");
    }
    assert_eq!(last + 1, whole.len(), "all but the one that was cut");
}

#[test]
fn e4_a_copy_goes_on_behind_a_torn_record_and_a_restored_ledger_has_both() {
    let (mut scene, whole) = full_scene();
    let segment = scene.segments().remove(0);
    let bytes = fs::read(&segment).unwrap();
    fs::write(&segment, &bytes[..bytes.len() - 5]).unwrap();
    scene.begin_again();
    assert_eq!(scene.copy().records, 1, "what was torn is written once more");
    assert_eq!(scene.segments().len(), 2, "never behind a torn end");
    let (alice, back) = scene.destroy();
    assert_eq!((back.entries, back.drafts, back.photos), (5, 3, 3));
    assert!(back.damage.torn_bytes > 0 && back.damage.lost_records == 0, "{:?}", back.damage);
    assert_eq!(alice.findings(), []);
    assert!(whole.len() > 8);
}

#[test]
fn e4_a_bit_flipped_anywhere_is_found_and_costs_one_record_at_the_most() {
    let (scene, whole) = full_scene();
    let (folder, segment) = (scene.folder(), scene.segments().remove(0));
    let bytes = fs::read(&segment).unwrap();
    for at in (0..bytes.len()).step_by(stride(97)) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        fs::write(&segment, &flipped).unwrap();
        let (records, damage) = read(&folder).unwrap();
        // The header stands twice; in it nothing is lost.
        let lost = usize::from(at >= 96);
        assert_eq!(records.len() + lost, whole.len(), "flipped at {at}: {damage:?}");
        assert!(records.iter().all(|record| whole.contains(record)), "never wrong data");
        let is_said = damage.lost_records + u64::from(damage.torn_bytes > 0) == lost as u64;
        assert!(is_said, "flipped at {at}: {damage:?}");
    }
}

#[test]
fn e4_records_that_are_swapped_left_out_or_put_into_another_segment_do_not_open() {
    let (mut scene, whole) = full_scene();
    let (folder, segment) = (scene.folder(), scene.segments().remove(0));
    let bytes = fs::read(&segment).unwrap();
    let frames = frames_of(&bytes);
    let (first, second) = (&bytes[frames[2].clone()], &bytes[frames[3].clone()]);
    let with = |middle: &[&[u8]]| {
        let parts = [&[&bytes[..frames[2].start]], middle, &[&bytes[frames[3].end..]]].concat();
        parts.concat()
    };
    for (changed, lost) in
        [(with(&[second, first]), 1), (with(&[second]), 1), (with(&[first, first, second]), 0)]
    {
        fs::write(&segment, changed).unwrap();
        let (records, damage) = read(&folder).unwrap();
        assert!(records.len() + lost <= whole.len() && records.iter().all(|record| whole.contains(record)));
        assert!(damage.lost_records >= lost as u64, "{damage:?}");
    }
    // From another segment of the very same copy.
    fs::write(&segment, &bytes[..bytes.len() - 1]).unwrap();
    scene.begin_again();
    scene.copy();
    let other = scene.segments().pop().unwrap();
    let foreign = fs::read(&other).unwrap();
    let frame = frames_of(&foreign).pop().unwrap();
    fs::write(&segment, [&bytes[..], &foreign[frame]].concat()).unwrap();
    let (records, damage) = read(&folder).unwrap();
    assert_eq!(
        records.len(),
        whole.len() + 2,
        "a head and the one written anew stand in their own segment alone"
    );
    assert!(damage.torn_bytes > 0);
    // A whole segment that is gone is missed.
    fs::remove_file(&segment).unwrap();
    assert_eq!(read(&folder).unwrap().1.missing_segments, 1);
}

/// Where the records of a segment stand.
fn frames_of(bytes: &[u8]) -> Vec<std::ops::Range<usize>> {
    let mut at = 96;
    let mut frames = Vec::new();
    while at < bytes.len() {
        let length = u32::from_le_bytes(bytes[at + 16..at + 20].try_into().unwrap()) as usize;
        frames.push(at..at + 20 + length);
        at += 20 + length;
    }
    frames
}

#[test]
fn a_bit_flipped_in_the_slots_keeps_nobody_out_of_the_copy() {
    let mut scene = Scene::new();
    scene.copy();
    let (folder, whole) = (scene.folder(), shared_slots().to_json().unwrap());
    for at in (0..whole.len()).step_by(stride(53)) {
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (at % 8);
        fs::write(folder.join("keys.json"), &flipped).unwrap();
        assert!(second_copy::slots_of(&folder).unwrap() == *shared_slots(), "flipped at {at}");
    }
    scene.begin_again();
    scene.copy();
    assert_eq!(fs::read(folder.join("keys.json")).unwrap(), whole, "and it is written whole again");
    assert_eq!(second_copy::find(scene.stick.path()).unwrap(), [folder]);
}
