//! The connection cut at random, in every manner, with either side killed in between: it converges, nothing is doubled,
//! and nothing ever reads received that the center does not hold.

use bangban_tests::checks::{DAHU, both_sides_are_whole, both_sides_hold_the_same, received_means_held};
use bangban_tests::harness::{Center, Chance, Cut, Laptop, Line, Manner, Programs, long};

/// What waits is about so large (bytes on the wire).
const PHOTOS: u64 = 8;
const PHOTO_BYTES: u64 = 60_000;

fn fill(laptop: &Laptop, seed: u64) {
    let photos = (PHOTOS / 4).to_string();
    let bytes = PHOTO_BYTES.to_string();
    let seed = seed.to_string();
    laptop.run(&["fill", "--cases", "4", "--photos", &photos, "--photo-bytes", &bytes, "--seed", &seed]);
}

/// A cut anywhere in what goes up or comes down.
fn any_cut(chance: &mut Chance) -> Cut {
    // Silence is found out by its own clock only, so it is rare.
    let manner = if chance.between(0, 2) == 0 { Manner::Reset } else { Manner::Close };
    match chance.between(0, 5) {
        0 => Cut::down(chance.between(0, 6_000), manner),
        1 => Cut::up(chance.between(0, 6_000), manner),
        _ => Cut::up(chance.between(0, PHOTOS * PHOTO_BYTES / 3), manner),
    }
}

#[test]
fn on_a_line_that_holds_text_and_photos_take_one_connection() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let alice = center.let_in("alice", DAHU);
    fill(&alice, 1);
    let line = Line::to(center.address());
    alice.run(&["sync", "--address", &line.address()]);
    assert_eq!((alice.count("pending_entries"), alice.count("pending_photos")), (0, 0));
    assert_eq!(line.connections(), 1, "what answered is asked again");
}

#[test]
fn x2_a_line_that_is_cut_again_and_again_loses_and_doubles_nothing() {
    let mut chance = Chance::seeded("a line that is cut again and again");
    let programs = Programs::normal();
    let mut center = Center::start(&programs);
    let alice = center.let_in("alice", DAHU);
    let rounds = if long() { 40 } else { 4 };
    let mut cuts = 0;
    for round in 0..rounds {
        fill(&alice, chance.number());
        let line = Line::to(center.address());
        for attempt in 0.. {
            assert!(attempt < 60, "round {round} does not come to its end");
            // So many connections are bad; then the line gets better.
            line.set_cut(if attempt < 8 { any_cut(&mut chance) } else { Cut::NEVER });
            let answer = alice.ask(&["sync", "--tries", "1", "--address", &line.address()]);
            // Lines for photos are dialled again within one try.
            cuts += answer.said["synced"]["cuts"].as_u64().unwrap_or_default();
            if answer.is_good() && alice.count("pending_photos") == 0 {
                break;
            }
            if !answer.is_good() {
                answer.refused("center_unreachable");
                cuts += 1;
            }
            if chance.between(0, 6) == 0 {
                center.kill();
                received_means_held(&alice, &center).unwrap();
                center.serve();
            }
        }
        received_means_held(&alice, &center).unwrap();
        both_sides_hold_the_same(&[&alice], &center).unwrap();
    }
    println!("{cuts} connections were cut");
    assert!(cuts > rounds, "the line was to be bad, it was cut {cuts} times only");
    both_sides_are_whole(&[&alice], &center).unwrap();
}

#[test]
fn x2_a_center_killed_in_the_middle_of_exchanges_loses_nothing_it_receipted() {
    let mut chance = Chance::seeded("a center killed in the middle");
    let programs = Programs::normal();
    let mut center = Center::start(&programs);
    let alice = center.let_in("alice", DAHU);
    let kills = if long() { 60 } else { 8 };
    for _ in 0..kills {
        fill(&alice, chance.number());
        let line = Line::to(center.address());
        // Slow enough that the kill comes in the middle.
        line.set_up_pace(1_500_000);
        let until = chance.between(2_000, PHOTOS * PHOTO_BYTES);
        let mut running = alice.start(&["sync", "--tries", "1", "--address", &line.address()]);
        line.wait_until_up(until, || running.has_ended());
        center.kill();
        running.answer();
        received_means_held(&alice, &center).unwrap();
        center.serve();
    }
    alice.sync();
    both_sides_hold_the_same(&[&alice], &center).unwrap();
    both_sides_are_whole(&[&alice], &center).unwrap();
}

#[test]
fn a_laptop_killed_in_the_middle_of_exchanges_goes_on() {
    let mut chance = Chance::seeded("a laptop killed in the middle of exchanges");
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let alice = center.let_in("alice", DAHU);
    let kills = if long() { 60 } else { 8 };
    for _ in 0..kills {
        fill(&alice, chance.number());
        let line = Line::to(center.address());
        line.set_up_pace(1_500_000);
        let until = chance.between(0, PHOTOS * PHOTO_BYTES);
        let mut running = alice.start(&["sync", "--tries", "1", "--address", &line.address()]);
        line.wait_until_up(until, || running.has_ended());
        running.kill();
        received_means_held(&alice, &center).unwrap();
    }
    alice.sync();
    both_sides_hold_the_same(&[&alice], &center).unwrap();
    both_sides_are_whole(&[&alice], &center).unwrap();
}

#[test]
fn two_laptops_over_bad_lines_end_up_with_the_same() {
    let mut chance = Chance::seeded("two laptops over bad lines");
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let (alice, bob) = (center.let_in("alice", DAHU), center.let_in("bob", DAHU));
    for laptop in [&alice, &bob] {
        fill(laptop, chance.number());
    }
    let line = Line::to(center.address());
    for attempt in 0..12 {
        for laptop in [&alice, &bob] {
            line.set_cut(if attempt < 9 { any_cut(&mut chance) } else { Cut::NEVER });
            let _ = laptop.ask(&["sync", "--tries", "1", "--address", &line.address()]);
        }
    }
    for laptop in [&alice, &bob] {
        laptop.sync();
        assert_eq!(laptop.count("pending_entries") + laptop.count("pending_photos"), 0);
    }
    alice.sync();
    both_sides_are_whole(&[&alice, &bob], &center).unwrap();
    let there = center.status();
    for laptop in [&alice, &bob] {
        let here = laptop.status();
        assert_eq!((&here["people"], &here["cases"]), (&there["people"], &there["cases"]), "{}", laptop.name);
    }
}
