//! A copy of the laptop's ledger is put back (rules D1, E2, X5): it goes on as a new life, what it wrote after the copy
//! comes back from the center, what it wrote since goes out, and nothing is lost or doubled in any order.

use bangban_tests::checks::{DAHU, both_sides_are_whole, center_cases};
use bangban_tests::harness::{Center, Chance, Cut, Laptop, Line, Manner, Programs, Village, long};
use serde_json::json;

fn fill(laptop: &Laptop, seed: u64, cases: u32) {
    let (seed, cases) = (seed.to_string(), cases.to_string());
    laptop.run(&["fill", "--cases", &cases, "--photos", "1", "--photo-bytes", "20000", "--seed", &seed]);
}

fn new_life(synced: &serde_json::Value) -> bool {
    synced["synced"]["new_life"] == json!(true)
}

/// Nothing waits anywhere, and everybody has every case with its photos.
fn all_is_there(laptops: &[&Laptop], center: &Center) {
    both_sides_are_whole(laptops, center).unwrap();
    assert_eq!((center.count("photos_wanted"), center.count("quarantined"), center.count("held")), (0, 0, 0));
    let listed = center_cases(center);
    for laptop in laptops {
        let waiting = ["pending_entries", "pending_photos", "quarantined"].map(|name| laptop.count(name));
        assert_eq!(waiting, [0; 3], "{}", laptop.name);
        assert_eq!(laptop.count("people"), center.count("people"), "{}", laptop.name);
        let mut cases = laptop.cases();
        cases.retain(|_, case| case["standing"] != "draft");
        assert!(cases.keys().eq(listed.keys()), "{} lists other cases than the center", laptop.name);
    }
}

#[test]
fn d1_a_copy_that_is_put_back_loses_neither_what_came_after_it_nor_what_was_written_since() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let village = Village::small(&programs);
    let (alice, bob) = (center.let_in("alice", DAHU), center.let_in("bob", DAHU));
    for laptop in [&alice, &bob] {
        laptop.import_roster(&village);
        laptop.sync();
    }
    alice.sync();
    let number = village.household.other.number.as_str();
    fill(&alice, 1, 2); // Waits while the copy is made.
    let restored = alice.copy("alice");
    let photo = village.photograph().display().to_string();
    alice.open_case("SSC", number, &village.card(), std::slice::from_ref(&photo), true).good();
    alice.sync();
    // Bob works on the same person, and sees hers.
    bob.sync();
    bob.open_case("SSC", number, &village.card(), &[], true).good();
    bob.sync();
    // She goes on with the copy: a case with a photo, and a draft.
    restored.open_case("SSC", number, &village.card(), std::slice::from_ref(&photo), true).good();
    restored.open_case("SSC", number, &village.card(), &[photo], false).good();
    fill(&restored, 3, 2);
    let old = restored.desk().ledger().life().unwrap().id;
    assert!(new_life(&restored.sync()), "she is told");
    assert_ne!(restored.desk().ledger().life().unwrap().id, old);
    assert!(!new_life(&restored.sync()), "once");
    bob.sync();
    all_is_there(&[&restored, &bob], &center);
    assert_eq!(center_cases(&center).len(), 2 + 1 + 1 + 1 + 2, "every case once");
    assert_eq!((restored.count("drafts"), bob.count("drafts")), (1, 0), "the draft is hers as before");
    // Both sign alike, and go on.
    fill(&restored, 4, 1);
    restored.sync();
    bob.sync();
    all_is_there(&[&restored, &bob], &center);
}

#[test]
fn d1_the_same_copy_put_back_again_and_again_converges() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let alice = center.let_in("alice", DAHU);
    fill(&alice, 1, 1);
    alice.sync();
    fill(&alice, 2, 1);
    let copies = [alice.copy("alice"), alice.copy("alice")];
    fill(&alice, 3, 1);
    alice.sync();
    for (laptop, seed) in copies.iter().zip(4..) {
        fill(laptop, seed, 1);
        assert!(new_life(&laptop.sync()));
    }
    let last = &copies[1];
    last.sync();
    all_is_there(&[last], &center);
    assert_eq!(center_cases(&center).len(), 5);
}

#[test]
fn d1_a_line_that_is_cut_and_a_kill_anywhere_in_it_are_harmless() {
    let mut chance = Chance::seeded("a restored laptop on a bad line");
    let programs = Programs::normal();
    let mut center = Center::start(&programs);
    let rounds = if long() { 20 } else { 2 };
    for round in 0..rounds {
        let alice = center.let_in("alice", DAHU);
        fill(&alice, chance.number(), 1);
        let restored = alice.copy("alice");
        fill(&alice, chance.number(), 1);
        alice.sync();
        fill(&restored, chance.number(), 1);
        let line = Line::to(center.address());
        for attempt in 0.. {
            assert!(attempt < 40, "round {round} does not come to its end");
            let cut = match chance.between(0, 2) {
                0 => Cut::down(chance.between(0, 6_000), Manner::Close),
                _ => Cut::up(chance.between(0, 9_000), Manner::Reset),
            };
            line.set_cut(if attempt < 8 { cut } else { Cut::NEVER });
            let mut running = restored.start(&["sync", "--tries", "1", "--address", &line.address()]);
            if chance.between(0, 3) == 0 {
                line.wait_until_up(chance.between(0, 6_000), || running.has_ended());
                running.kill();
                continue;
            }
            let answer = running.answer();
            if answer.is_good() && restored.count("pending_photos") == 0 {
                break;
            }
            if chance.between(0, 5) == 0 {
                center.kill();
                center.serve();
            }
        }
        let listed = center_cases(&center);
        let here = restored.cases();
        for (id, case) in alice.cases() {
            assert!(here.contains_key(&id) && listed.contains_key(&id), "{case} is lost");
        }
        both_sides_are_whole(&[&restored], &center).unwrap();
        restored.sync();
        let lives = restored.desk().ledger().continuing_lives().unwrap().len();
        assert_eq!(lives, 1, "one copy put back is one new life, however often it was told");
    }
}

#[test]
fn d1_by_sticks_alone_the_receipt_shows_it_and_the_next_file_tells() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let alice = center.let_in("alice", DAHU);
    fill(&alice, 1, 1);
    let carry = |laptop: &Laptop, good: bool| {
        let batch = laptop.file("batch.bangban").display().to_string();
        let receipt = laptop.file("receipt.bangban").display().to_string();
        for file in [&batch, &receipt] {
            let _ = std::fs::remove_file(file);
        }
        laptop.run(&["batch", "export", &batch]);
        let taken = center.ask(&["import", &batch, "--receipt", &receipt]);
        assert_eq!(taken.is_good(), good, "{taken}");
        laptop.run(&["receipt", "import", &receipt]);
    };
    carry(&alice, true);
    let restored = alice.copy("alice");
    fill(&alice, 2, 1);
    carry(&alice, true);
    fill(&restored, 3, 1);
    let old = restored.desk().ledger().life().unwrap().id;
    carry(&restored, false);
    assert_ne!(restored.desk().ledger().life().unwrap().id, old, "the receipt showed it");
    carry(&restored, true);
    all_is_there(&[&restored], &center);
    assert_eq!(center_cases(&center).len(), 3);
}
