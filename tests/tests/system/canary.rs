//! Nothing of a person stands in plain anywhere after a day: not in the ledger's files, its logs of the database, temporary
//! files, the program's own log at its finest, the batch file, or where the center keeps its data.

use bangban_tests::checks::DAHU;
use bangban_tests::harness::canary::{Canaries, Seen};
use bangban_tests::harness::{Center, Laptop, PIN, Programs, Village};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Mutex;
use tempfile::TempDir;

/// What she writes down at the door: an illness and a bank card of nobody.
const ILLNESS: &str = "尿毒症血液透析";
const BANK_CARD: &str = "6217002870004417326";

/// Runs a command with its finest log, keeps what it wrote there, and gives what it answered.
struct Talkative<'a> {
    laptop: &'a Laptop,
    temporary: &'a Path,
    said: Mutex<Vec<u8>>,
}

impl Talkative<'_> {
    fn run(&self, arguments: &[&str]) -> Value {
        let mut command = self.laptop.command(arguments);
        command.env("BANGBAN_LOG", "trace").env("TMPDIR", self.temporary).env("RUST_BACKTRACE", "full");
        let output = command.output().unwrap();
        // What goes to the screen may name people; what goes to the log may not.
        self.said.lock().unwrap().extend(&output.stderr);
        serde_json::from_slice(&output.stdout).unwrap_or_default()
    }
}

/// A day with every way that data take: a roster, a visit, cases with papers, a draft, wrong files, a report, a stick.
fn day(programs: &Programs) -> (u64, Vec<Seen>) {
    let center = Center::start(programs);
    let village = Village::small(programs);
    let temporary = TempDir::with_prefix("bangban-canary-").unwrap();
    let alice = Laptop::named(programs, "alice");
    let talk = Talkative { laptop: &alice, temporary: temporary.path(), said: Mutex::default() };
    talk.run(&["enrol", &center.code(DAHU)]);
    talk.run(&["roster", "import", &village.roster().display().to_string()]);
    let number = village.household.other.number.clone();
    let mut answers = village.card();
    answers.insert("/data/visit/immobile_reason".into(), json!(format!("{ILLNESS}，卡号{BANK_CARD}")));
    let answers = alice.write("answers.json", Value::Object(answers).to_string().as_bytes());
    let photo = village.photograph().display().to_string();
    let case = ["case", "open", "--again", "--item", "SSC", "--person", &number, "--answers", &answers];
    let submitted = talk.run(&[&case[..], &["--photo", &photo, "--consent", "--submit"]].concat());
    assert!(submitted["error"].is_null(), "{}", submitted["error"]);
    talk.run(&case);
    talk.run(&["person", "find", &number]);
    talk.run(&["visit", "start", "--household", &village.household.household_no, "--note", ILLNESS]);
    // What goes wrong is told without saying of whom.
    talk.run(&[
        "case",
        "open",
        "--item",
        "SSC",
        "--person",
        &number,
        "--answers",
        &village.roster().display().to_string(),
    ]);
    talk.run(&["roster", "import", &answers]);
    talk.run(&["case", "open", "--item", "NONE", "--person", &number]);
    talk.run(&["person", "find", BANK_CARD]);
    let batch = alice.file("batch.bangban").display().to_string();
    talk.run(&["batch", "export", &batch]);
    talk.run(&["sync", "--tries", "3"]);
    talk.run(&["verify"]);
    assert!(alice.count("cases") >= 1 && center.count("cases") >= 1, "the day took place");

    let people = village.people.iter().flat_map(|villager| [villager.name.as_str(), &villager.number]);
    // A name of two characters is six bytes: enough.
    let texts: Vec<&str> = people.chain([ILLNESS, BANK_CARD, PIN]).collect();
    let canaries = Canaries::new(&texts);
    let mut seen = Vec::new();
    // What the person herself gave or asked for is hers: the roster and the answers.
    let mut bytes = canaries.in_folder(alice.ledger(), &mut seen);
    bytes += canaries.in_folder(temporary.path(), &mut seen);
    bytes += canaries.in_folder(center.data(), &mut seen);
    let batch = std::fs::read(&batch).unwrap();
    let log = talk.said.into_inner().unwrap();
    for (name, content) in [("batch", &batch), ("log", &log), ("center's log", &center.log().into_bytes())] {
        bytes += content.len() as u64;
        seen.extend(canaries.in_bytes(Path::new(name), content));
    }
    assert!(!log.is_empty(), "the finest log says something");
    (bytes, seen)
}

#[test]
fn nothing_of_a_person_stands_in_plain_anywhere() {
    let (bytes, seen) = day(&Programs::normal());
    println!("{bytes} bytes were looked at");
    assert_eq!(seen, []);
}

#[test]
fn a_ledger_without_encryption_is_found_out() {
    let (_, seen) = day(&Programs::without("no_cipher"));
    assert!(seen.iter().any(|seen| seen.place.ends_with("ledger.db")), "{seen:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn what_is_in_memory_goes_into_no_core_dump() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let alice = center.let_in("alice", DAHU);
    let limit = |pid: u32| {
        let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
        limits.lines().find(|line| line.starts_with("Max core file size")).unwrap().to_owned()
    };
    let of_center = limit(center.pid());
    assert_eq!(of_center.split_whitespace().nth(4), Some("0"), "{of_center}");
    // It waits for the network while it is looked at.
    let alone = alice.start(&["sync", "--address", "192.0.2.1:9", "--tries", "1"]);
    let mut of_laptop = limit(alone.pid());
    while of_laptop.split_whitespace().nth(4) != Some("0")
        && std::path::Path::new(&format!("/proc/{}", alone.pid())).exists()
    {
        std::thread::yield_now();
        of_laptop = limit(alone.pid());
    }
    assert_eq!(of_laptop.split_whitespace().nth(4), Some("0"), "{of_laptop}");
    alone.kill();
}
