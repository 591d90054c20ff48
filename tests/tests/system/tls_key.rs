//! The server's TLS key is replaced by the one that lay offline: laptops go on without enrolling again (design §4, rule D3).

use bangban_tests::checks::{DAHU, both_sides_are_whole};
use bangban_tests::harness::{Center, Programs};
use std::path::PathBuf;

/// The next key, where it was made.
fn next_key(center: &Center) -> PathBuf {
    let mut found: Vec<(std::time::SystemTime, PathBuf)> = std::fs::read_dir(center.data().join("offline"))
        .unwrap()
        .map(|file| file.unwrap())
        .filter(|file| file.file_name().to_string_lossy().starts_with("next-tls-"))
        .map(|file| (file.metadata().unwrap().modified().unwrap(), file.path()))
        .collect();
    found.sort();
    found.pop().unwrap().1
}

fn replace(center: &mut Center) {
    let key = next_key(center).display().to_string();
    center.run(&["tls", "replace", "--key", &key, "--as", "陈管理员"]);
    std::fs::remove_file(key).unwrap();
    let address = center.address().to_string();
    center.kill();
    center.serve_at(&address);
}

#[test]
fn d3_laptops_go_on_with_the_next_tls_key_and_learn_the_one_after_it() {
    let programs = Programs::normal();
    let mut center = Center::start(&programs);
    let (alice, bob) = (center.let_in("alice", DAHU), center.let_in("bob", DAHU));
    alice.run(&["fill", "--cases", "2", "--photos", "1", "--photo-bytes", "2000", "--seed", "1"]);
    alice.sync();

    replace(&mut center);
    alice.run(&["fill", "--cases", "1", "--photos", "0", "--photo-bytes", "1", "--seed", "2"]);
    alice.sync();

    // With that exchange she learned the key after it; he did not.
    replace(&mut center);
    alice.run(&["fill", "--cases", "1", "--photos", "0", "--photo-bytes", "1", "--seed", "3"]);
    alice.sync();
    let refused = bob.ask(&["sync", "--tries", "1"]);
    assert_eq!(refused.code(), "center_not_trusted", "{refused}");
    // A receipt on a stick is the center's signed word too.
    let (batch, receipt) = (bob.file("batch.bangban"), bob.file("receipt.bangban"));
    bob.run(&["batch", "export", &batch.display().to_string()]);
    assert!(center.receive(&batch, &receipt).status.success());
    bob.run(&["receipt", "import", &receipt.display().to_string()]);
    bob.sync();
    both_sides_are_whole(&[&alice, &bob], &center).unwrap();
}

#[test]
fn only_the_key_that_was_promised_takes_the_place_of_the_present_one() {
    let programs = Programs::normal();
    let (center, other) = (Center::made(&programs), Center::made(&programs));
    let identity = || std::fs::read(center.data().join("identity.json")).unwrap();
    let before = identity();
    let strange = next_key(&other).display().to_string();
    center.ask(&["tls", "replace", "--key", &strange, "--as", "陈管理员"]).refused("offline_key_wrong");
    let escrow = center.data().join("offline/escrow.key").display().to_string();
    center.ask(&["tls", "replace", "--key", &escrow, "--as", "陈管理员"]).refused("offline_key_wrong");
    let own = next_key(&center).display().to_string();
    center.ask(&["tls", "replace", "--key", &own, "--as", "李科员"]).refused("not_allowed");
    assert_eq!(identity(), before);
    center.run(&["tls", "replace", "--key", &own, "--as", "陈管理员"]);
    // The same one once more is the present key by now.
    center.ask(&["tls", "replace", "--key", &own, "--as", "陈管理员"]).refused("offline_key_wrong");
}
