//! A full disk: the word for it, and everything acknowledged is still there when there is room again.

use bangban_tests::checks::{DAHU, both_sides_are_whole, both_sides_hold_the_same, received_means_held};
use bangban_tests::harness::{Center, Laptop, Programs, SmallDisk, Village, skip};

const NO_DISK: &str = "no small disk can be mounted here (that needs root)";

#[test]
fn a_laptop_whose_disk_is_full_says_so_and_loses_nothing_it_acknowledged() {
    let programs = Programs::normal();
    let Some(disk) = SmallDisk::of_kib(12 * 1024) else { return skip(NO_DISK) };
    let center = Center::start(&programs);
    let village = Village::small(&programs);
    let alice = Laptop::at(&programs, "alice", disk.path().join("ledger"));
    alice.make_ledger();
    alice.run(&["enrol", &center.code(DAHU)]);
    alice.import_roster(&village);
    let number = village.household.other.number.as_str();
    let photo = village.photograph().display().to_string();
    let (mut submitted, mut drafts, mut full) = (Vec::new(), Vec::new(), 0);
    for left_kib in [0, 4, 12, 24, 48, 80, 120, 180, 260, 400] {
        disk.fill_until_left(left_kib);
        for (submit, photos) in [(true, vec![]), (false, vec![]), (true, vec![photo.clone()])] {
            let answer = alice.open_case("SSC", number, &village.card(), &photos, submit);
            if !answer.is_good() {
                answer.refused("disk_full");
                full += 1;
                continue;
            }
            let id = answer.said["id"].as_str().unwrap().to_owned();
            if submit { submitted.push(id) } else { drafts.push(id) }
        }
    }
    assert!(full > 0, "the disk was never full");
    disk.empty();
    let cases = alice.cases();
    for id in &submitted {
        assert_eq!(cases[id]["standing"], "pending");
    }
    for id in &drafts {
        assert_eq!(cases[id]["standing"], "draft");
    }
    println!("{full} times full, {} submitted, {} drafts", submitted.len(), drafts.len());
    alice.sync();
    both_sides_hold_the_same(&[&alice], &center).unwrap();
    both_sides_are_whole(&[&alice], &center).unwrap();
}

#[test]
fn a_batch_that_does_not_fit_on_the_stick_is_not_half_there() {
    let programs = Programs::normal();
    let Some(stick) = SmallDisk::of_kib(256) else { return skip(NO_DISK) };
    let center = Center::start(&programs);
    let alice = center.let_in("alice", DAHU);
    alice.run(&["fill", "--cases", "2", "--photos", "2", "--photo-bytes", "150000"]);
    let before = alice.status();
    let batch = stick.path().join("batch.bangban");
    alice.ask(&["batch", "export", &batch.display().to_string()]).refused("disk_full");
    assert_eq!(std::fs::read_dir(stick.path()).unwrap().count(), 0, "half a batch stays on the stick");
    assert_eq!(alice.status(), before);
}

#[test]
fn a_center_whose_disk_is_full_receipts_nothing_it_does_not_hold() {
    let programs = Programs::normal();
    let Some(disk) = SmallDisk::of_kib(16 * 1024) else { return skip(NO_DISK) };
    let mut center = Center::made_at(&programs, disk.path().join("data"));
    center.serve();
    let alice = center.let_in("alice", DAHU);
    let batch = alice.file("batch.bangban");
    let mut full = 0;
    for (round, left_kib) in [0, 8, 40, 100, 200, 350].into_iter().enumerate() {
        let seed = round.to_string();
        alice.run(&["fill", "--cases", "10", "--photos", "1", "--photo-bytes", "20000", "--seed", &seed]);
        alice.run(&["batch", "export", &batch.display().to_string()]);
        disk.fill_until_left(left_kib);
        let answer = alice.ask(&["sync", "--tries", "1"]);
        if !answer.is_good() {
            assert!(matches!(answer.code(), "center_failed" | "center_unreachable"), "{answer}");
            full += 1;
        }
        let answer = center.receive(&batch, &center.file("receipt.bangban"));
        if !answer.is_good() {
            answer.refused("disk_full");
        }
        disk.empty();
        received_means_held(&alice, &center).unwrap();
    }
    assert!(full > 0, "the disk was never full");
    alice.sync();
    both_sides_hold_the_same(&[&alice], &center).unwrap();
    both_sides_are_whole(&[&alice], &center).unwrap();
}
