//! Clocks that are wrong by years: nothing is refused for it, the skew is told, and nothing is out of order.

use bangban_tests::checks::{DAHU, both_sides_are_whole, both_sides_hold_the_same};
use bangban_tests::harness::{Center, Laptop, Programs, ShiftedClock, skip};

const TEN_YEARS_SECONDS: i64 = 10 * 365 * 86_400;

#[test]
fn a_laptop_whose_clock_is_ten_years_off_syncs_and_is_told() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    for (name, seconds) in [("alice", TEN_YEARS_SECONDS), ("bob", -TEN_YEARS_SECONDS)] {
        let Some(clock) = ShiftedClock::ahead(seconds) else {
            return skip("no clock can be put in place here");
        };
        let mut laptop = center.let_in(name, DAHU);
        laptop.run(&["fill", "--cases", "1", "--seed", "1"]);
        laptop.set_clock(clock);
        laptop.run(&["fill", "--cases", "2", "--photos", "1", "--photo-bytes", "5000", "--seed", "2"]);
        let synced = laptop.sync();
        let told = synced["synced"]["clock_ahead_seconds"].as_i64().unwrap();
        assert!((told - seconds).abs() < 300, "ahead by {seconds}, told {told}");
        let listed = center.run(&["laptop", "list"]);
        let skews: Vec<i64> =
            listed["laptops"].as_array().unwrap().iter().filter_map(|one| one["skew_ms"].as_i64()).collect();
        assert!(skews.iter().any(|skew| (skew / 1000 - seconds).abs() < 300), "{skews:?}");
        both_sides_hold_the_same(&[&laptop], &center).unwrap();
        both_sides_are_whole(&[&laptop], &center).unwrap();
    }
}

#[test]
fn a_laptop_enrolled_with_a_wrong_clock_is_let_in() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let Some(clock) = ShiftedClock::ahead(-TEN_YEARS_SECONDS) else {
        return skip("no clock can be put in place here");
    };
    let mut alice = Laptop::bare(&programs, "alice");
    alice.set_clock(clock);
    alice.make_ledger();
    alice.run(&["enrol", &center.code(DAHU)]);
    alice.run(&["fill", "--cases", "2"]);
    alice.sync();
    both_sides_hold_the_same(&[&alice], &center).unwrap();
}
