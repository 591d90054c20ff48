//! A damaged ledger: said, set aside, built anew, and with the next exchange everything is where it was.

use bangban_tests::checks::{DAHU, both_sides_are_whole};
use bangban_tests::harness::{Center, Laptop, Programs, Village};
use std::fs;

fn fill(laptop: &Laptop, seed: u64, cases: u32) {
    let (seed, cases) = (seed.to_string(), cases.to_string());
    laptop.run(&["fill", "--cases", &cases, "--photos", "1", "--photo-bytes", "20000", "--seed", &seed]);
}

fn damage(laptop: &Laptop, file: &str, every: usize, from: usize) {
    let place = laptop.ledger().join(file);
    let mut bytes = fs::read(&place).unwrap();
    let pages = bytes.len() / 4096;
    for page in (from..=pages).step_by(every) {
        bytes[(page - 1) * 4096 + 700] ^= 0x40;
    }
    fs::write(place, bytes).unwrap();
}

#[test]
fn a_laptop_whose_disk_damaged_its_ledger_is_repaired_and_loses_nothing_that_was_reported() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let village = Village::small(&programs);
    let (alice, bob) = (center.let_in("alice", DAHU), center.let_in("bob", DAHU));
    alice.import_roster(&village);
    fill(&alice, 1, 4);
    alice.sync();
    fill(&bob, 2, 3);
    bob.sync();
    alice.sync();
    let (people, cases) = (alice.count("people"), alice.cases());

    damage(&alice, "ledger.db", 9, 4);
    let answer = alice.ask(&["status"]);
    assert_eq!(answer.code(), "ledger_damaged", "{answer}");
    let checked = alice.ask(&["check"]);
    assert!(
        !checked.status.success() && !checked.said["findings"].as_array().unwrap().is_empty(),
        "{checked}"
    );
    let repaired = alice.run(&["repair"]);
    let report = &repaired["report"];
    assert_eq!(repaired["repaired"], true, "{repaired}");
    assert_eq!(report["must_enrol"], false, "{repaired}");
    let aside = alice.ledger().join(report["set_aside"].as_str().unwrap());
    assert!(aside.join("ledger.db").is_file(), "what was damaged is kept");
    alice.run(&["check"]);
    alice.sync();
    assert_eq!((alice.count("people"), alice.cases()), (people, cases), "{repaired}");
    fill(&alice, 3, 1);
    alice.sync();
    bob.sync();
    both_sides_are_whole(&[&alice, &bob], &center).unwrap();
    assert_eq!((center.count("quarantined"), center.count("held")), (0, 0));

    // Pictures that were reported are at the center; the others are named.
    damage(&alice, "photos.db", 5, 3);
    let repaired = alice.run(&["repair"]);
    assert_eq!(repaired["repaired"], true, "{repaired}");
    let photos = repaired["report"]["kinds"].as_array().unwrap().iter().find(|kind| kind["kind"] == "photos");
    assert_eq!(photos.unwrap()["missing"], 0, "{repaired}");
    assert!(photos.unwrap()["at_center"].as_u64().unwrap() > 0, "{repaired}");
    alice.sync();
}
