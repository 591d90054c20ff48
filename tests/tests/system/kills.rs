//! The laptop's program killed at random moments: every acknowledged save is there afterwards, and nothing is half.

use bangban_tests::checks::{DAHU, both_sides_are_whole, both_sides_hold_the_same};
use bangban_tests::harness::{Center, Chance, Laptop, Programs, Village, long};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How long a command takes when nobody kills it.
fn measure(laptop: &Laptop, arguments: &[&str]) -> Duration {
    let begun = Instant::now();
    laptop.run(arguments);
    begun.elapsed()
}

/// A moment in the life of a command, most of them in its second half: the first is spent on the PIN.
fn any_moment(chance: &mut Chance, whole: Duration) -> Duration {
    whole.mul_f64(chance.between(30, 115) as f64 / 100.0)
}

fn kills() -> u64 {
    if long() { 300 } else { 12 }
}

#[test]
fn e3_a_program_killed_while_cases_are_submitted_keeps_what_it_acknowledged() {
    let mut chance = Chance::seeded("killed while cases are submitted");
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let village = Village::small(&programs);
    let alice = center.let_in("alice", DAHU);
    alice.import_roster(&village);
    let number = village.household.other.number.as_str();
    let answers = alice.write("card.json", json!(village.card()).to_string().as_bytes());
    let photo = village.photograph().display().to_string();
    let submit = [
        "case",
        "open",
        "--item",
        "SSC",
        "--person",
        number,
        "--answers",
        &answers,
        "--photo",
        &photo,
        "--consent",
        "--submit",
    ];
    let whole = measure(&alice, &submit);
    let before = alice.cases().len();
    let mut acknowledged = Vec::new();
    for _ in 0..kills() {
        let answer = alice.start(&submit).kill_after(any_moment(&mut chance, whole));
        if answer.said["id"].is_string() {
            acknowledged.push(answer.said["id"].as_str().unwrap().to_owned());
        }
    }
    let kept = alice.cases();
    for id in &acknowledged {
        let case = kept.get(id).unwrap_or_else(|| panic!("the acknowledged case {id} is gone"));
        assert_eq!(case["standing"], "pending", "{case}");
        assert_eq!(case["photos"], 1, "{case}");
    }
    println!("{} of {} were acknowledged, {} are there", acknowledged.len(), kills(), kept.len() - before);
    // What was not acknowledged is there whole, or as a draft, or not at all.
    for case in kept.values() {
        assert!(matches!(case["standing"].as_str(), Some("pending" | "draft")), "{case}");
    }
    alice.sync();
    both_sides_hold_the_same(&[&alice], &center).unwrap();
    both_sides_are_whole(&[&alice], &center).unwrap();
}

#[test]
fn a_draft_that_was_saved_survives_a_kill() {
    let mut chance = Chance::seeded("drafts survive a kill");
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let village = Village::small(&programs);
    let alice = center.let_in("alice", DAHU);
    alice.import_roster(&village);
    let number = &village.household.other.number;
    let photo = village.photograph().display().to_string();
    let opened = alice.open_case("SSC", number, &village.card(), &[photo], false).good();
    let id = opened["id"].as_str().unwrap();
    let path = "/data/card/bank";
    let mut acknowledged = opened["answers"][path].clone();
    let write = |bank: &str| alice.write("bank.json", json!({ path: bank }).to_string().as_bytes());
    let whole = measure(&alice, &["case", "correct", id, "--answers", &write("湖北农信")]);
    for round in 0..kills() {
        let bank = format!("银行{round}");
        let file = write(&bank);
        let answer = alice
            .start(&["case", "correct", id, "--answers", &file])
            .kill_after(any_moment(&mut chance, whole));
        let shown = alice.run(&["case", "show", id]);
        let kept = &shown["answers"][path];
        if answer.is_good() {
            acknowledged = json!(bank);
        }
        assert!(
            kept == &acknowledged || kept == &json!(bank),
            "{kept} is kept after {acknowledged} was saved"
        );
        acknowledged = kept.clone();
        assert_eq!(shown["pictures"].as_array().map(Vec::len), Some(1), "the draft lost its picture");
    }
    assert_eq!(alice.count("drafts"), 1);
    assert!(alice.findings().is_empty());
}

#[test]
fn e3_a_program_killed_in_the_middle_of_many_records_keeps_whole_records_only() {
    let mut chance = Chance::seeded("killed in the middle of many records");
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let alice = center.let_in("alice", DAHU);
    let fill = ["fill", "--cases", "250", "--photos", "1", "--photo-bytes", "2000"];
    let whole = measure(&alice, &fill);
    for _ in 0..kills() / 4 {
        alice.start(&fill).kill_after(any_moment(&mut chance, whole));
    }
    let listed = alice.cases();
    assert!(listed.values().all(|case| case["standing"] == "pending" && case["photos"] == 1));
    assert!(alice.findings().is_empty(), "{:?}", alice.findings());
    alice.sync();
    both_sides_hold_the_same(&[&alice], &center).unwrap();
    both_sides_are_whole(&[&alice], &center).unwrap();
}

#[test]
fn a_roster_import_that_is_killed_is_there_whole_or_not_at_all() {
    let mut chance = Chance::seeded("a roster import that is killed");
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let village = Village::dahu(&programs, 100, 330);
    let roster = village.roster().display().to_string();
    let bob = center.let_in("bob", DAHU);
    let whole = measure(&bob, &["roster", "import", &roster]);
    let everybody = bob.count("people");
    for _ in 0..kills() / 4 {
        let alice = center.let_in("alice", DAHU);
        let answer = alice.start(&["roster", "import", &roster]).kill_after(any_moment(&mut chance, whole));
        let people = alice.count("people");
        assert!(people == everybody || (people == 0 && !answer.is_good()), "{people} of {everybody} people");
        assert!(alice.findings().is_empty());
    }
}

#[test]
fn a_killed_init_or_enrolment_can_be_done_again() {
    let mut chance = Chance::seeded("a killed init or enrolment");
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let mut outcomes: BTreeMap<String, u64> = BTreeMap::new();
    for _ in 0..kills() {
        let alice = Laptop::bare(&programs, "alice");
        let init = ["init", "--agent", "alice", "--derivation-ms", "1"];
        let killed = alice.start(&init).kill_after(Duration::from_millis(chance.between(5, 300)));
        if !killed.is_good() {
            // Either nothing stands there yet, or the ledger is whole.
            let again = alice.ask(&init);
            assert!(again.is_good() || again.code() == "ledger_exists", "{again}");
        }
        let code = center.code(DAHU);
        let killed =
            alice.start(&["enrol", &code]).kill_after(Duration::from_millis(chance.between(50, 300)));
        let status: Value = alice.status();
        if status["enrolled"] == false {
            assert!(!killed.is_good());
            // The answer may have been lost on the way: staff issue another code.
            alice.run(&["enrol", &center.code(DAHU)]);
        }
        *outcomes.entry(format!("enrolled {}", status["enrolled"])).or_default() += 1;
        alice.run(&["fill", "--cases", "1"]);
        alice.sync();
        assert_eq!(alice.count("pending_entries"), 0);
        assert!(alice.findings().is_empty());
    }
    println!("{outcomes:?}");
}
