//! The laptop's folder is gone; the second copy on a stick and the center give everything back (rules E4, D1, E2, X5).

use bangban_tests::checks::{DAHU, both_sides_are_whole, center_cases};
use bangban_tests::harness::{Center, Laptop, Programs, SmallDisk, Village, skip};
use serde_json::{Value, json};
use std::path::Path;
use tempfile::TempDir;

fn fill(laptop: &Laptop, seed: u64, cases: u32) {
    let (seed, cases) = (seed.to_string(), cases.to_string());
    laptop.run(&["fill", "--cases", &cases, "--photos", "1", "--photo-bytes", "20000", "--seed", &seed]);
}

fn set_copy(laptop: &Laptop, stick: &Path) -> Value {
    laptop.run(&["copy", "set", &stick.display().to_string()])
}

/// Her folder is gone, and she restores on a new laptop.
fn lose_and_restore(programs: &Programs, lost: &Laptop, stick: &Path) -> (Laptop, Value) {
    std::fs::remove_dir_all(lost.ledger()).unwrap();
    let new = Laptop::bare(programs, "alice");
    let said = new.run(&["copy", "restore", "--from", &stick.display().to_string()]);
    (new, said["restored"].clone())
}

#[test]
fn d1_a_ledger_that_is_gone_comes_back_from_the_stick_and_the_center_has_everything_once() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let village = Village::small(&programs);
    let stick = TempDir::with_prefix("bangban-stick-").unwrap();
    let (alice, bob) = (center.let_in("alice", DAHU), center.let_in("bob", DAHU));
    for laptop in [&alice, &bob] {
        laptop.import_roster(&village);
        laptop.sync();
    }
    alice.sync();
    let state = set_copy(&alice, stick.path());
    assert_eq!((&state["here"], &state["problem"]), (&json!(true), &Value::Null));
    let number = village.household.other.number.as_str();
    let photo = vec![village.photograph().display().to_string()];
    // Received before the loss; then some that waits, a draft, and some that only the center heard of.
    alice.open_case("SSC", number, &village.card(), &photo, true).good();
    alice.sync();
    fill(&alice, 1, 3);
    alice.open_case("SSC", number, &village.card(), &photo, true).good();
    let draft = alice.open_case("SSC", number, &village.card(), &photo, false).good()["id"].clone();
    let state = alice.run(&["copy", "status"]);
    assert_eq!((&state["entries_waiting"], &state["drafts_waiting"]), (&json!(0), &json!(0)), "by itself");
    let away = stick.path().with_extension("away");
    std::fs::rename(stick.path(), &away).unwrap();
    fill(&alice, 2, 2);
    let state = alice.run(&["copy", "status"]);
    assert_eq!((&state["here"], &state["problem"]), (&json!(false), &json!("copy_missing")));
    assert!(state["entries_waiting"].as_u64() > Some(0));
    alice.sync();
    std::fs::rename(&away, stick.path()).unwrap();
    bob.sync();
    bob.open_case("SSC", number, &village.card(), &[], true).good();
    bob.sync();

    let (alice, restored) = lose_and_restore(&programs, &alice, stick.path());
    assert_eq!((&restored["drafts"], &restored["damaged"]), (&json!(1), &json!(0)), "{restored}");
    assert!(alice.findings().is_empty());
    let waiting = alice.count("pending_entries");
    assert!(waiting > 0);
    alice.sync();
    bob.sync();
    both_sides_are_whole(&[&alice, &bob], &center).unwrap();
    assert_eq!((center.count("photos_wanted"), center.count("quarantined"), center.count("held")), (0, 0, 0));
    let listed = center_cases(&center);
    assert_eq!(listed.len(), 1 + 3 + 1 + 2 + 1, "every case once");
    for laptop in [&alice, &bob] {
        let waiting = ["pending_entries", "pending_photos", "quarantined"].map(|name| laptop.count(name));
        assert_eq!(waiting, [0; 3], "{}", laptop.name);
        assert_eq!(laptop.count("people"), center.count("people"));
        let mut cases = laptop.cases();
        cases.retain(|_, case| case["standing"] != "draft");
        assert!(cases.keys().eq(listed.keys()), "{} lists other cases than the center", laptop.name);
    }
    // The draft goes on with its photo.
    let id = draft.as_str().unwrap();
    assert_eq!(alice.run(&["case", "show", id])["pictures"].as_array().map(Vec::len), Some(1));
    alice.run(&["case", "submit", id]);
    fill(&alice, 3, 1);
    alice.sync();
    both_sides_are_whole(&[&alice], &center).unwrap();
    assert_eq!(center_cases(&center).len(), 8 + 2);
    assert_eq!(center.count("photos_wanted"), 0);
}

#[test]
fn e4_a_ledger_that_was_never_enrolled_and_one_restored_twice_come_back() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let stick = TempDir::with_prefix("bangban-stick-").unwrap();
    let alice = Laptop::named(&programs, "alice");
    set_copy(&alice, stick.path());
    let (alice, restored) = lose_and_restore(&programs, &alice, stick.path());
    assert_eq!((&restored["entries"], &restored["enrolled"]), (&json!(0), &json!(false)));
    // She enrols, works, and loses the second laptop too, before anything was sent.
    alice.run(&["enrol", &center.code(DAHU)]);
    let (first, second) =
        (TempDir::with_prefix("bangban-stick-").unwrap(), TempDir::with_prefix("bangban-stick-").unwrap());
    set_copy(&alice, first.path());
    fill(&alice, 1, 2);
    let (alice, _) = lose_and_restore(&programs, &alice, first.path());
    set_copy(&alice, second.path());
    fill(&alice, 2, 2);
    let (alice, _) = lose_and_restore(&programs, &alice, second.path());
    alice.sync();
    both_sides_are_whole(&[&alice], &center).unwrap();
    assert_eq!(center_cases(&center).len(), 4);
    assert_eq!((alice.count("pending_entries"), center.count("photos_wanted")), (0, 0));
}

#[test]
fn only_a_pin_of_the_ledger_opens_its_copy_and_only_a_copy_is_restored() {
    let programs = Programs::normal();
    let stick = TempDir::with_prefix("bangban-stick-").unwrap();
    let (alice, bob) = (Laptop::named(&programs, "alice"), Laptop::named(&programs, "bob"));
    let from = stick.path().display().to_string();
    let new = Laptop::bare(&programs, "alice");
    let restore = ["copy", "restore", "--from", from.as_str()];
    new.ask(&restore).refused("no_copy");
    set_copy(&alice, stick.path());
    new.ask_with_pin("83619402", &restore).refused("wrong_pin");
    bob.ask(&restore).refused("ledger_exists");
    alice.run(&["copy", "off"]);
    assert_eq!(alice.run(&["copy", "status"])["place"], Value::Null);
    set_copy(&bob, stick.path());
    let refused = new.ask(&restore);
    assert_eq!(refused.said["error"]["facts"]["names"].as_array().map(Vec::len), Some(2));
    refused.refused("copies_several");
}

#[test]
fn e4_a_full_stick_is_told_and_catches_up_and_nothing_is_lost() {
    let programs = Programs::normal();
    let Some(stick) = SmallDisk::of_kib(512) else {
        return skip("no small disk can be mounted here (that needs root)");
    };
    let center = Center::start(&programs);
    let alice = center.let_in("alice", DAHU);
    set_copy(&alice, stick.path());
    for (round, left_kib) in [0, 4, 8, 20, 40, 70].into_iter().enumerate() {
        stick.fill_until_left(left_kib);
        fill(&alice, round as u64 + 1, 1);
        alice.ask(&["copy", "now"]).refused("copy_full");
        let state = alice.run(&["copy", "status"]);
        assert_eq!((&state["here"], &state["problem"]), (&json!(true), &json!("copy_full")), "{left_kib}");
    }
    stick.empty();
    let state = alice.run(&["copy", "now"]);
    assert_eq!((&state["entries_waiting"], &state["problem"]), (&json!(0), &Value::Null));
    let (alice, restored) = lose_and_restore(&programs, &alice, stick.path());
    assert_eq!((&restored["damaged"], &restored["photos_missing"]), (&json!(0), &json!(0)), "{restored}");
    alice.sync();
    both_sides_are_whole(&[&alice], &center).unwrap();
    assert_eq!(center_cases(&center).len(), 6);
}
