//! Programs that are started ten thousand times derive keys at next to no cost. The ones that are handed out never do.

use bangban_tests::harness::{Laptop, Programs};
use std::path::Path;

#[test]
fn k1_the_programs_that_are_handed_out_derive_keys_at_their_full_cost() {
    let alice = Laptop::bare(&Programs::normal(), "alice");
    let made = alice.run(&["init", "--agent", "alice", "--derivation-ms", "1"]);
    assert!(made["derivation_memory_kib"].as_u64().unwrap() >= 64 * 1024, "{made}");
}

#[test]
fn k1_a_ledger_of_the_quick_programs_is_opened_by_no_other() {
    let quick = Laptop::named(&Programs::quick(), "alice");
    quick.status();
    let same = Laptop::at(&Programs::normal(), "alice", quick.ledger().to_owned());
    let answer = same.ask(&["status"]);
    assert!(!answer.is_good(), "a key that anybody can guess was taken: {answer}");
}

/// It is asked for on the command line of a test build alone: what a Cargo.toml asks for could reach a release, where it does
/// not compile.
#[test]
fn no_part_of_the_program_asks_for_cheap_keys() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let mut manifests =
        vec![root.join("Cargo.toml"), root.join("tests/Cargo.toml"), root.join("src-tauri/Cargo.toml")];
    let crates = std::fs::read_dir(root.join("crates")).unwrap();
    manifests.extend(crates.map(|one| one.unwrap().path().join("Cargo.toml")).filter(|path| path.exists()));
    for manifest in manifests {
        let text = std::fs::read_to_string(&manifest).unwrap();
        let naming: Vec<_> = text.lines().filter(|line| line.contains("cheap-kdf")).collect();
        let is_keys = manifest.ends_with("crates/keys/Cargo.toml");
        let expected: &[&str] = if is_keys { &["cheap-kdf = []"] } else { &[] };
        assert_eq!(naming, expected, "{}", manifest.display());
    }
}
