//! A forgotten PIN, a lost keyring, an agent who comes and one who leaves (rules K1, K2, K3), with the real programs.

use bangban_model::Code;
use bangban_tests::checks::{DAHU, both_sides_are_whole};
use bangban_tests::harness::{Answer, Center, Chance, Laptop, PIN, Programs, Village, long};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Duration;

const NEW_PIN: &str = "8526039417";
const BEAS_PIN: &str = "6180357942";

/// What the township finds with its offline key: number and code.
struct Found {
    number: String,
    code: String,
}

fn offline_key(center: &Center) -> String {
    center.data().join("offline/escrow.key").display().to_string()
}

fn found(answer: &Value) -> Found {
    let groups: Vec<&str> =
        answer["code"].as_array().unwrap().iter().map(|group| group.as_str().unwrap()).collect();
    Found { number: answer["number"].as_str().unwrap().to_owned(), code: groups.join(" ") }
}

/// The township takes the sealed data key out and opens it with the offline key.
fn recovery_code(center: &Center) -> Found {
    let laptops = center.run(&["laptop", "list"]);
    let laptop = laptops["laptops"][0]["id"].as_str().unwrap().to_owned();
    let file = center.file("escrow.json").display().to_string();
    center.run(&["escrow", "take", &laptop, "--to", &file, "--as", "陈管理员"]);
    found(&center.run(&["escrow", "open", &file, "--key", &offline_key(center)]))
}

fn with_new_pin(laptop: &Laptop, pin: &str, new: &str, arguments: &[&str]) -> Answer {
    let mut command = laptop.command(arguments);
    command.env("BANGBAN_PIN", pin).env("BANGBAN_NEW_PIN", new);
    Answer::read(arguments.first().unwrap_or(&""), &command.output().unwrap())
}

fn agents(laptop: &Laptop, pin: &str) -> Value {
    laptop.ask_with_pin(pin, &["agent", "list"]).good()
}

fn numbers(state: &Value) -> Vec<String> {
    state["recovery_numbers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|number| number.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn k1_a_forgotten_pin_is_replaced_over_the_phone_and_nothing_is_lost() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let village = Village::small(&programs);
    let alice = center.let_in("alice", DAHU);
    alice.import_roster(&village);
    alice.run(&["fill", "--cases", "3", "--photos", "1", "--photo-bytes", "20000"]);
    let before = alice.status();

    for left in (1..10).rev() {
        let refused = alice.ask_with_pin("5938271640", &["status"]).refused("wrong_pin");
        assert_eq!(refused["error"]["facts"]["left"], json!(left));
    }
    alice.ask_with_pin("5938271640", &["status"]).refused("pin_locked");
    // The right one opens no more either: only the township's code does.
    alice.ask(&["status"]).refused("pin_locked");

    let told = recovery_code(&center);
    let wrong = told.code.replacen(|digit: char| digit.is_ascii_digit(), "x", 1);
    with_new_pin(&alice, PIN, NEW_PIN, &["recover", &wrong]).refused("recovery_mistyped");
    with_new_pin(&alice, PIN, "12345678", &["recover", &told.code]).refused("weak_pin");
    with_new_pin(&alice, PIN, NEW_PIN, &["recover", &told.code]).good();
    alice.ask(&["status"]).refused("wrong_pin");
    let after = alice.ask_with_pin(NEW_PIN, &["status"]).good();
    assert_eq!(after["cases"], before["cases"]);
    assert_eq!(after["pending_entries"], before["pending_entries"]);

    // The code opens once. The next one reaches the township with the next report.
    with_new_pin(&alice, PIN, BEAS_PIN, &["recover", &told.code]).refused("recovery_unknown");
    assert_eq!(recovery_code(&center).number, told.number, "the township still has the old one");
    assert_eq!(agents(&alice, NEW_PIN)["escrow_deposited"], json!(false));
    alice.ask_with_pin(NEW_PIN, &["sync", "--tries", "5"]).good();
    let next = recovery_code(&center);
    assert_ne!((&next.number, &next.code), (&told.number, &told.code));
    assert_eq!(numbers(&agents(&alice, NEW_PIN)), [next.number.as_str()]);
    with_new_pin(&alice, PIN, PIN, &["recover", &next.code]).good();
    both_sides_are_whole(&[&alice], &center).unwrap();
}

#[test]
fn k1_a_laptop_that_could_not_report_is_opened_by_its_own_keys_file() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let alice = center.let_in("alice", DAHU);
    let used = recovery_code(&center);
    with_new_pin(&alice, PIN, NEW_PIN, &["recover", &used.code]).good();
    // Offline since: the township's copy is used up. Her own file is not, once an escrow was made.
    alice.ask_with_pin(NEW_PIN, &["sync", "--tries", "5"]).good();
    let file = alice.ledger().join("keys.json").display().to_string();
    let own = found(&center.run(&["escrow", "open", &file, "--key", &offline_key(&center)]));
    assert_eq!(own.code, recovery_code(&center).code);
    // Another key finds nothing, and no other file is taken for one.
    let other = center.file("other.key");
    std::fs::write(&other, bangban_keys::OpeningKey::random().to_secret_text().as_bytes()).unwrap();
    center
        .ask(&["escrow", "open", &file, "--key", &other.display().to_string()])
        .refused("offline_key_wrong");
    let roster = alice.write("roster.csv", b"no keys");
    center.ask(&["escrow", "open", &roster, "--key", &offline_key(&center)]).refused("not_an_escrow");
}

#[test]
fn a_pin_is_changed_by_whoever_knows_the_present_one() {
    let programs = Programs::normal();
    let alice = Laptop::named(&programs, "alice");
    with_new_pin(&alice, PIN, "11112222", &["pin"]).refused("weak_pin");
    // Without a keyring eight digits are too few.
    with_new_pin(&alice, PIN, "73918462", &["pin"]).refused("weak_pin");
    alice.status();
    with_new_pin(&alice, PIN, NEW_PIN, &["pin"]).good();
    alice.ask(&["status"]).refused("wrong_pin");
    with_new_pin(&alice, NEW_PIN, "水牛 码头 早稻 蒲扇", &["pin"]).good();
    alice.ask_with_pin("水牛　码头 早稻  蒲扇", &["status"]).good();
    with_new_pin(&alice, "水牛 码头 早稻 蒲扇", PIN, &["pin"]).good();
    alice.status();
}

#[test]
fn k2_an_agent_who_leaves_gets_in_no_more_and_the_data_key_is_changed() {
    let programs = Programs::normal();
    let mut center = Center::start(&programs);
    let alice = center.let_in("alice", DAHU);
    with_new_pin(&alice, PIN, PIN, &["agent", "add", "李小满"]).refused("pin_taken");
    with_new_pin(&alice, PIN, BEAS_PIN, &["agent", "add", "李小满"]).good();
    assert_eq!(agents(&alice, BEAS_PIN)["agents"].as_array().unwrap().len(), 2);
    // Both write, each under her own name.
    let fill = |pin: &str, seed: &str| {
        alice
            .ask_with_pin(
                pin,
                &["fill", "--cases", "2", "--photos", "1", "--photo-bytes", "20000", "--seed", seed],
            )
            .good()
    };
    fill(PIN, "1");
    fill(BEAS_PIN, "2");
    alice.sync();
    assert_eq!(center.count("quarantined"), 0, "she may write from the entry on that names her");
    let kept = key_bytes(&alice);

    // Without a network she is out at once; the key changes once the township holds the new one.
    center.kill();
    alice.ask_with_pin(BEAS_PIN, &["agent", "remove", "李小满"]).refused("not_allowed");
    alice.ask(&["agent", "remove", "李小满"]).good();
    alice.ask_with_pin(BEAS_PIN, &["status"]).refused("wrong_pin");
    assert_eq!(agents(&alice, PIN)["is_rotating"], json!(true));
    assert!(opens_with(&alice, &kept), "the files still have the old key");
    fill(PIN, "3");
    center.serve();
    alice.sync();
    let state = agents(&alice, PIN);
    assert_eq!((&state["is_rotating"], &state["escrow_deposited"]), (&json!(false), &json!(true)));
    assert!(!opens_with(&alice, &kept), "what she may have kept opens nothing any more");
    alice.ask_with_pin(BEAS_PIN, &["status"]).refused("wrong_pin");
    // The township's code belongs to the new key.
    with_new_pin(&alice, PIN, NEW_PIN, &["recover", &recovery_code(&center).code]).good();
    alice.ask_with_pin(NEW_PIN, &["sync", "--tries", "5"]).good();
    with_new_pin(&alice, NEW_PIN, PIN, &["pin"]).good();
    both_sides_are_whole(&[&alice], &center).unwrap();
    assert_eq!(center.count("cases"), 6);
}

/// The data key as somebody who was signed in may have kept it.
fn key_bytes(laptop: &Laptop) -> [u8; 32] {
    *laptop.desk().ledger().data_key().expose()
}

/// Whether any of the ledger's files opens with it.
fn opens_with(laptop: &Laptop, key: &[u8; 32]) -> bool {
    ["ledger.db", "photos.db"].iter().any(|name| {
        let copy: PathBuf = laptop.file(&format!("copy-of-{name}"));
        std::fs::copy(laptop.ledger().join(name), &copy).unwrap();
        let key = bangban_keys::DataKey::from_bytes(*key);
        // Without its schema a file that opens looks like one of a newer program.
        let opened = bangban_ledger::database::open(&copy, &key, &[]);
        opened.map_or_else(|problem| problem.code() != Code::LedgerDamaged, |_| true)
    })
}

#[test]
fn k2_killed_at_any_moment_of_moving_to_the_new_key_it_opens_and_nothing_is_missing() {
    let programs = Programs::quick();
    let center = Center::start(&programs);
    let alice = center.let_in("alice", DAHU);
    with_new_pin(&alice, PIN, BEAS_PIN, &["agent", "add", "李小满"]).good();
    alice.run(&["fill", "--cases", "6", "--photos", "4", "--photo-bytes", "900000"]);
    alice.run(&["agent", "remove", "李小满"]);
    alice.sync();
    // From here on whoever signs in moves the files. Each kill has a copy of its own.
    let mut chance = Chance::seeded("k2_moving");
    let before = alice.copy("alice").status();
    let mut was_between = 0;
    for _ in 0..if long() { 200 } else { 8 } {
        let copy = alice.copy("alice");
        copy.start(&["status"]).kill_after(Duration::from_millis(chance.between(0, 700)));
        let state = agents(&copy, PIN);
        was_between += u32::from(state["is_rotating"] == json!(true));
        let after = copy.status();
        for name in ["cases", "people", "entries", "pending_entries", "pending_photos"] {
            assert_eq!(after[name], before[name], "{name}");
        }
        assert!(copy.findings().is_empty());
    }
    println!("still moving when it was opened again: {was_between}");
}

#[test]
fn k2_the_second_copy_moves_too_before_the_old_key_goes() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let alice = center.let_in("alice", DAHU);
    let stick = alice.file("stick");
    let away = alice.file("away");
    std::fs::create_dir(&stick).unwrap();
    with_new_pin(&alice, PIN, BEAS_PIN, &["agent", "add", "李小满"]).good();
    alice.run(&["copy", "set", &stick.display().to_string()]);
    alice.run(&["fill", "--cases", "2", "--photos", "1", "--photo-bytes", "20000"]);
    alice.run(&["agent", "remove", "李小满"]);
    std::fs::rename(&stick, &away).unwrap();
    alice.sync();
    alice.run(&["fill", "--cases", "3", "--photos", "1", "--photo-bytes", "20000", "--seed", "2"]);
    assert_eq!(
        agents(&alice, PIN)["is_rotating"],
        json!(true),
        "the stick is away: the old key is still needed"
    );
    std::fs::rename(&away, &stick).unwrap();
    assert_eq!(agents(&alice, PIN)["is_rotating"], json!(false));

    let pending = alice.count("pending_entries");
    assert!(pending > 0);
    let from = stick.display().to_string();
    let bob = Laptop::bare(&programs, "bob");
    bob.ask_with_pin(BEAS_PIN, &["copy", "restore", "--from", &from]).refused("wrong_pin");
    bob.run(&["copy", "restore", "--from", &from]);
    assert_eq!(agents(&bob, PIN)["is_rotating"], json!(false));
    std::fs::remove_dir_all(alice.ledger()).unwrap();
    bob.sync();
    bob.sync();
    assert_eq!((bob.count("pending_entries"), center.count("cases")), (0, 5));
}

#[test]
fn k1_a_lost_laptop_and_a_forgotten_pin_are_mended_from_stick_and_code() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let alice = center.let_in("alice", DAHU);
    let stick = alice.file("stick");
    std::fs::create_dir(&stick).unwrap();
    alice.run(&["copy", "set", &stick.display().to_string()]);
    alice.run(&["fill", "--cases", "3"]);
    let code = recovery_code(&center).code;
    let bob = Laptop::bare(&programs, "bob");
    bob.run(&["copy", "restore", "--from", &stick.display().to_string(), "--code", &code]);
    with_new_pin(&bob, "", NEW_PIN, &["recover", &code]).good();
    bob.ask_with_pin(NEW_PIN, &["sync", "--tries", "5"]).good();
    assert_eq!(center.count("cases"), 3);
}
