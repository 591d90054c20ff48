//! Erasure through the real programs (rule S6): the center erases a person, and every laptop follows at its next exchange,
//! the restored one and the one that comes later too.

use bangban_tests::checks::DAHU;
use bangban_tests::harness::{Center, Programs};
use serde_json::json;

const ADMIN: &str = "何平";

#[test]
fn s6_an_erased_person_is_gone_from_every_laptop_and_both_sides_verify() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    center.add_staff(ADMIN, "admin", "");
    let alice = center.let_in("alice", DAHU);
    let bob = center.let_in("bob", DAHU);
    alice.run(&["fill", "--cases", "2", "--photos", "1", "--photo-bytes", "5000", "--seed", "6"]);
    alice.sync();
    bob.sync();
    let restored = alice.copy("restored");
    let case = bob.cases().keys().next().unwrap().clone();
    let arguments = ["erase", &case, "--as", ADMIN, "--whole-person", "--reason", "requested"];
    let would = center.run(&arguments);
    assert_eq!((&would["erased"], &would["cases"]), (&json!(false), &json!(1)));
    assert!(center.ask(&["case", "show", &case]).is_good(), "told, not done");
    let erased = center.run(&[&arguments[..], &["--yes"]].concat());
    assert_eq!(erased["entries"], would["entries"]);
    center.ask(&["case", "show", &case]).refused("case_unknown");
    let late = center.let_in("late", DAHU);
    for laptop in [&alice, &bob, &restored, &late] {
        laptop.sync();
        assert!(!laptop.cases().contains_key(&case), "it is still listed");
        assert_eq!(laptop.cases().len(), 1, "the other case stays");
        assert_eq!(laptop.findings(), Vec::<serde_json::Value>::new());
    }
    assert_eq!(center.findings(), Vec::<serde_json::Value>::new());
}
