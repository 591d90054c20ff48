//! The center's folder is put back from an old copy (rules D2, D3): what it lost comes back from the laptops, in the old
//! order and under the old times; what nobody has but the center is listed.

use bangban_tests::checks::{DAHU, both_sides_are_whole, center_cases, received_means_held};
use bangban_tests::harness::{ACCEPTOR, Answer, Browser, Center, Laptop, Programs};
use serde_json::{Value, json};
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

const ADMIN: &str = "陈管理员";
/// Another village of the same township.
const NEXT: &str = "420703200210";

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        let place = to.join(file.file_name());
        if file.file_type().unwrap().is_dir() {
            copy_folder(&file.path(), &place);
        } else {
            fs::copy(file.path(), place).unwrap();
        }
    }
}

/// A center with the copies that were made of it.
struct Town {
    center: Center,
}

impl Town {
    fn start() -> Self {
        Town { center: Center::start(&Programs::normal()) }
    }

    /// Copies its folder while it does not serve.
    fn back_up(&mut self, name: &str) {
        self.center.kill();
        copy_folder(self.center.data(), &self.center.file(name));
        self.center.serve();
    }

    /// Puts a copy back.
    fn restore(&mut self, name: &str) {
        self.center.kill();
        fs::remove_dir_all(self.center.data()).unwrap();
        copy_folder(&self.center.file(name), self.center.data());
        self.center.serve();
    }

    fn stage(&self) -> Value {
        self.center.run(&["recovery", "show"])["stage"].clone()
    }

    fn revoke(&self, laptop: &str) {
        let admin = Browser::of(&self.center, "钱立", "admin", "");
        admin.ask("laptop/revoke", &json!({ "id": laptop }));
    }

    fn confirm(&self) {
        self.center.run(&["recovery", "confirm", "--as", ADMIN]);
    }

    fn close(&self) {
        self.center.run(&["recovery", "close", "--as", ADMIN]);
    }
}

fn fill(laptop: &Laptop, seed: u64, cases: u32) {
    let (seed, cases) = (seed.to_string(), cases.to_string());
    laptop.run(&["fill", "--cases", &cases, "--photos", "2", "--photo-bytes", "20000", "--seed", &seed]);
}

/// Nothing waits anywhere, every side lists the same cases and counts the same people, and no photo is missing.
fn all_is_there(laptops: &[&Laptop], center: &Center) {
    assert_eq!((center.count("photos_wanted"), center.count("quarantined"), center.count("held")), (0, 0, 0));
    let listed = center_cases(center);
    for laptop in laptops {
        let waiting = ["pending_entries", "pending_photos", "quarantined"].map(|name| laptop.count(name));
        assert_eq!(waiting, [0; 3], "{}", laptop.name);
        assert_eq!(laptop.count("people"), center.count("people"), "{}", laptop.name);
        let cases = laptop.cases();
        assert!(cases.keys().eq(listed.keys()), "{} lists other cases than the center", laptop.name);
    }
}

fn life_of(laptop: &Laptop) -> String {
    laptop.desk().ledger().life().unwrap().id.to_string()
}

/// Imports the cases that wait; how many.
fn import_all(center: &Center) -> u64 {
    center.import_waiting(ACCEPTOR)
}

#[test]
fn d2_a_center_put_back_from_an_old_copy_gets_everything_back_from_two_laptops() {
    let mut town = Town::start();
    let alice = town.center.let_in("alice", DAHU);
    let bob = town.center.let_in("bob", DAHU);
    fill(&alice, 1, 3);
    alice.sync();
    bob.sync();
    town.back_up("old");
    // What the copy does not know: the work of both, and that staff imported it (which only the center writes down).
    fill(&alice, 2, 3);
    alice.sync();
    fill(&bob, 3, 2);
    bob.sync();
    assert!(import_all(&town.center) > 0);
    alice.sync();
    bob.sync();
    alice.sync();
    let before = town.center.totals();
    all_is_there(&[&alice, &bob], &town.center);

    town.restore("old");
    assert!(town.center.totals() != before, "the copy is older");
    // Written meanwhile and pending: it must not take the place of what was lost.
    fill(&alice, 4, 1);
    alice.ask(&["sync"]).refused("center_recovering");
    assert_eq!(town.stage(), "waiting");
    bob.ask(&["sync"]).refused("center_recovering");
    assert_eq!(alice.count("quarantined"), 0);
    town.confirm();
    let batches = town.center.run(&["batch", "list", "--as", ACCEPTOR]);
    let waiting = batches["batches"].as_array().cloned().unwrap_or_default();
    let batch = waiting[0]["id"].as_str().unwrap().to_owned();
    town.center.ask(&["batch", "import", &batch, "--as", ACCEPTOR]).refused("center_recovering");

    alice.sync();
    bob.sync();
    alice.sync();
    received_means_held(&alice, &town.center).unwrap();
    received_means_held(&bob, &town.center).unwrap();
    all_is_there(&[&alice, &bob], &town.center);
    both_sides_are_whole(&[&alice, &bob], &town.center).unwrap();
    let after = town.center.totals();
    // People, cases and photos of before, and those of the new case.
    assert!(after[1] >= before[1] && after[2] > before[2] && after[3] > before[3], "{before:?} {after:?}");
    let lost = town.center.run(&["recovery", "show"])["lost"].as_array().map_or(0, Vec::len);
    assert!(lost > 0, "that staff had imported is known to nobody else");

    town.close();
    assert!(import_all(&town.center) > 0, "what came back waits to be imported again");
    alice.sync();
    bob.sync();
    both_sides_are_whole(&[&alice, &bob], &town.center).unwrap();
}

#[test]
fn d2_laptops_that_know_different_ends_of_a_stream_bring_back_both() {
    let mut town = Town::start();
    let alice = town.center.let_in("alice", DAHU);
    let bob = town.center.let_in("bob", DAHU);
    town.back_up("old");
    fill(&alice, 11, 2);
    alice.sync();
    fill(&bob, 12, 2);
    bob.sync();
    fill(&bob, 13, 2);
    bob.sync();
    // Alice has not heard of bob's last work: she comes first, and new work of hers takes positions before it comes back.
    town.restore("old");
    alice.ask(&["sync"]).refused("center_recovering");
    town.confirm();
    alice.sync();
    fill(&alice, 14, 1);
    alice.sync();
    town.close();
    bob.sync();
    alice.sync();
    bob.sync();
    all_is_there(&[&alice, &bob], &town.center);
    both_sides_are_whole(&[&alice, &bob], &town.center).unwrap();
}

#[test]
fn d3_a_laptop_that_the_copy_does_not_know_enrols_again_and_keeps_its_ledger() {
    let mut town = Town::start();
    let alice = town.center.let_in("alice", DAHU);
    town.back_up("old");
    let bob = town.center.let_in("bob", DAHU);
    fill(&bob, 21, 2);
    bob.sync();
    fill(&alice, 22, 1);
    alice.sync();
    let life = life_of(&bob);
    town.restore("old");
    alice.ask(&["sync"]).refused("center_recovering");
    town.confirm();
    // Bob's entries come back with alice before he does.
    alice.sync();
    both_sides_are_whole(&[&alice], &town.center).unwrap();
    bob.ask(&["sync"]).refused("laptop_refused");
    bob.run(&["enrol", &town.center.code(DAHU)]);
    assert_eq!(life_of(&bob), life);
    bob.sync();
    alice.sync();
    all_is_there(&[&alice, &bob], &town.center);
    both_sides_are_whole(&[&alice, &bob], &town.center).unwrap();
    town.close();
    assert!(import_all(&town.center) > 0);
    // One that is served has nothing to enrol again for.
    bob.ask(&["enrol", &town.center.code(DAHU)]).refused("already_enrolled");
}

#[test]
fn d2_a_center_put_back_twice_and_a_receipt_that_no_longer_holds_lose_nothing() {
    let mut town = Town::start();
    let alice = town.center.let_in("alice", DAHU);
    fill(&alice, 31, 1);
    alice.sync();
    town.back_up("old");
    fill(&alice, 32, 1);
    alice.sync();
    for round in 0..2 {
        town.restore("old");
        alice.ask(&["sync"]).refused("center_recovering");
        town.confirm();
        alice.sync();
        fill(&alice, 33 + round, 1);
        alice.sync();
        let shown = town.center.run(&["recovery", "show"]);
        assert_eq!(shown["epoch"], 2 + round, "every restore begins an epoch of its own");
    }
    town.close();
    all_is_there(&[&alice], &town.center);
    both_sides_are_whole(&[&alice], &town.center).unwrap();
}

#[test]
fn d3_what_a_laptop_had_reported_comes_back_though_it_is_revoked_again_or_has_another_village() {
    for revoke in [true, false] {
        let mut town = Town::start();
        let alice = town.center.let_in("alice", DAHU);
        town.back_up("old");
        fill(&alice, 41, 2);
        alice.sync();
        let (cases, photos) = (town.center.count("cases"), town.center.count("photos"));
        town.restore("old");
        alice.ask(&["sync"]).refused("center_recovering");
        // Before laptops are served, staff say once more what the copy does not know.
        let listed = town.center.run(&["laptop", "list"]);
        let laptop = listed["laptops"][0]["id"].as_str().unwrap();
        match revoke {
            true => town.revoke(laptop),
            false => drop(town.center.run(&["laptop", "assign", laptop, "--village", NEXT, "--as", ADMIN])),
        }
        town.confirm();
        let told = alice.ask(&["sync"]);
        assert!(told.is_good() || told.code() == "laptop_revoked", "{told}");
        // It is no longer hers to bring back: what she had reported stands in quarantine, and a person lets it in.
        assert_eq!(alice.count("pending_entries"), 0, "revoked: {revoke}");
        let status = town.center.status();
        assert!(status["quarantined"].as_u64() > Some(0), "revoked: {revoke}, {status}");
        let records =
            town.center.run(&["quarantine", "list"])["records"].as_array().cloned().unwrap_or_default();
        town.close();
        for record in records {
            town.center.ask(&["quarantine", "release", record["record"].as_str().unwrap(), "--as", ACCEPTOR]);
        }
        assert_eq!(town.center.count("cases"), cases, "revoked: {revoke}");
        if revoke {
            alice.ask(&["sync"]);
            assert_eq!(town.center.count("photos"), photos);
        }
    }
}

#[test]
fn d3_a_laptop_that_had_gone_on_as_a_new_life_is_known_again_after_a_restore() {
    let mut town = Town::start();
    let alice = town.center.let_in("alice", DAHU);
    fill(&alice, 51, 1);
    alice.sync();
    town.back_up("old");
    fill(&alice, 54, 1);
    alice.sync();
    let copy = alice.copy("alice");
    // Without photos: those would be nowhere any more.
    alice.run(&["fill", "--cases", "1", "--photos", "0", "--seed", "52"]);
    alice.sync();
    // An old copy of her ledger is put back: it goes on as a new life, of which the center's copy knows nothing.
    fill(&copy, 53, 1);
    copy.sync();
    copy.sync();
    town.restore("old");
    copy.ask(&["sync"]).refused("center_recovering");
    town.confirm();
    copy.sync();
    copy.sync();
    town.close();
    all_is_there(&[&copy], &town.center);
    both_sides_are_whole(&[&copy], &town.center).unwrap();
}

/// What waits goes to the center on a stick; what it says of the file, and what comes of its receipt.
fn by_stick(laptop: &Laptop, center: &Center) -> (Value, Answer) {
    let [file, receipt] = ["stick.bangban", "receipt.bangban"].map(|name| center.file(name));
    let _ = fs::remove_file(&file);
    laptop.run(&[OsStr::new("batch"), OsStr::new("export"), file.as_os_str()]);
    let brought = center.receive(&file, &receipt).good();
    (brought, laptop.ask(&[OsStr::new("receipt"), OsStr::new("import"), receipt.as_os_str()]))
}

#[test]
fn d2_a_laptop_without_any_network_brings_back_by_stick_what_the_center_lost() {
    let mut town = Town::start();
    let alice = town.center.let_in("alice", DAHU);
    let bob = town.center.let_in("bob", DAHU);
    fill(&alice, 71, 2);
    by_stick(&alice, &town.center).1.good();
    bob.sync();
    town.back_up("old");
    // What the copy does not know: her work, another's, what staff did. The other laptop is never seen again.
    bob.run(&["fill", "--cases", "2", "--photos", "0", "--seed", "72"]);
    bob.sync();
    fill(&alice, 73, 2);
    by_stick(&alice, &town.center).1.good();
    assert!(import_all(&town.center) > 0);
    by_stick(&alice, &town.center).1.good();
    let before = town.center.totals();
    all_is_there(&[&alice], &town.center);

    town.restore("old");
    // Written meanwhile and pending: it must not take the place of what was lost.
    alice.run(&["fill", "--cases", "1", "--photos", "0", "--seed", "74"]);
    let [file, receipt] = ["early.bangban", "early.receipt"].map(|name| town.center.file(name));
    alice.run(&[OsStr::new("batch"), OsStr::new("export"), file.as_os_str()]);
    town.center.receive(&file, &receipt).refused("center_recovering");
    assert_eq!(town.stage(), "waiting", "the file told the center that it was put back from a copy");
    town.confirm();
    let (first, told) = by_stick(&alice, &town.center);
    assert_eq!((&first["lost"], &first["new_entries"]), (&json!([DAHU]), &json!(0)), "{first}");
    told.refused("center_lost_records");
    let silent = town.center.run(&["recovery", "show"])["silent"].as_array().map_or(0, Vec::len);
    assert_eq!(silent, 2, "she has been here and brought nothing back yet");

    let (second, told) = by_stick(&alice, &town.center);
    assert_eq!((&second["lost"], &second["brought_back"]), (&json!([]), &json!([DAHU])), "{second}");
    told.good();
    by_stick(&alice, &town.center).1.good();
    let silent = town.center.run(&["recovery", "show"])["silent"].as_array().map_or(0, Vec::len);
    assert_eq!(silent, 1, "only the one that is gone");
    received_means_held(&alice, &town.center).unwrap();
    all_is_there(&[&alice], &town.center);
    both_sides_are_whole(&[&alice], &town.center).unwrap();
    let after = town.center.totals();
    assert!(after[1] >= before[1] && after[2] > before[2] && after[3] >= before[3], "{before:?} {after:?}");
    town.close();
    assert!(import_all(&town.center) > 0, "what came back waits to be imported again");
}

#[test]
fn d2_what_comes_back_by_stick_after_others_went_on_takes_new_places_and_the_laptop_follows() {
    let mut town = Town::start();
    let alice = town.center.let_in("alice", DAHU);
    let bob = town.center.let_in("bob", DAHU);
    fill(&alice, 81, 1);
    by_stick(&alice, &town.center).1.good();
    bob.sync();
    town.back_up("old");
    fill(&alice, 82, 2);
    by_stick(&alice, &town.center).1.good();
    town.restore("old");
    town.center.run(&["recovery", "begin"]);
    town.confirm();
    // Another laptop, that knows nothing of what was lost, reports first: the old places are taken.
    fill(&bob, 83, 1);
    bob.sync();
    by_stick(&alice, &town.center).1.refused("center_lost_records");
    let (brought, told) = by_stick(&alice, &town.center);
    assert_eq!(brought["brought_back"], json!([DAHU]), "{brought}");
    told.good();
    by_stick(&alice, &town.center).1.good();
    bob.sync();
    all_is_there(&[&alice, &bob], &town.center);
    both_sides_are_whole(&[&alice, &bob], &town.center).unwrap();
}

#[test]
fn d3_a_center_of_which_only_a_copy_on_a_stick_is_left_goes_on_with_every_laptop() {
    let mut town = Town::start();
    let (alice, bob) = (town.center.let_in("alice", DAHU), town.center.let_in("bob", DAHU));
    fill(&alice, 1, 3);
    alice.sync();
    bob.sync();
    // Made while it serves; the offline key was carried away when the center was made.
    let stick = town.center.file("stick");
    let to = stick.display().to_string();
    let made = town.center.run(&["backup", "make", "--to", &to]);
    assert!(made["backup"]["photos"].as_u64() > Some(0), "{made}");
    let key = town.center.file("escrow.key");
    fs::copy(town.center.data().join("offline/escrow.key"), &key).unwrap();
    fill(&alice, 2, 2);
    alice.sync();
    // The machine is gone, with all of its disk.
    town.center.kill();
    fs::remove_dir_all(town.center.data()).unwrap();
    let copy = fs::read_dir(&stick)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.join("backup.json").is_file());
    let (copy, key) = (copy.unwrap().display().to_string(), key.display().to_string());
    let other = bangban_keys::OpeningKey::random();
    let wrong = town.center.file("wrong.key");
    fs::write(&wrong, other.to_secret_text().as_bytes()).unwrap();
    let wrong = wrong.display().to_string();
    town.center.ask(&["backup", "restore", &copy, "--key", &wrong]).refused("offline_key_wrong");
    let restored = town.center.run(&["backup", "restore", &copy, "--key", &key]);
    assert_eq!(restored["photos_missing"], json!([]), "{restored}");
    town.center.ask(&["backup", "restore", &copy, "--key", &key]).refused("center_exists");
    town.center.serve();
    assert_eq!(
        town.stage(),
        "waiting",
        "whoever restores says so: nobody is served before the list was looked through"
    );
    alice.ask(&["sync"]).refused("center_recovering");
    town.confirm();
    alice.sync();
    bob.sync();
    alice.sync();
    town.close();
    all_is_there(&[&alice, &bob], &town.center);
    both_sides_are_whole(&[&alice, &bob], &town.center).unwrap();
}
