//! The two command lines: one JSON object each time, and options where people put them.

use bangban_tests::checks::DAHU;
use bangban_tests::harness::{ACCEPTOR, Answer, Center, Laptop, Programs, Village};
use serde_json::Value;
use std::process::Command;

/// Whether the output is exactly one JSON object on one line.
fn is_one_object(answer: &Answer) -> bool {
    let lines: Vec<&str> = answer.stdout.lines().collect();
    lines.len() == 1 && serde_json::from_str::<Value>(lines[0]).is_ok_and(|value| value.is_object())
}

#[test]
fn the_ledger_and_the_data_folder_stand_before_or_after_the_verb() {
    let programs = Programs::normal();
    let (center, laptop) = (Center::made(&programs), Laptop::named(&programs, "alice"));
    let run = |mut command: Command, arguments: &[&str]| {
        let output = command.args(arguments).env("BANGBAN_PIN", "4927516380").output().unwrap();
        Answer::read(&arguments.join(" "), &output).good()
    };
    let ledger = laptop.ledger().display().to_string();
    let before = run(programs.laptop(), &["--ledger", &ledger, "--json", "status"]);
    assert_eq!(before, run(programs.laptop(), &["status", "--json", "--ledger", &ledger]));
    assert_eq!(before, run(programs.laptop(), &["status", "--ledger", &ledger, "--json"]));
    let deep = run(programs.laptop(), &["case", "list", "--ledger", &ledger, "--json"]);
    assert_eq!(deep, run(programs.laptop(), &["--json", "case", "--ledger", &ledger, "list"]));

    let data = center.data().display().to_string();
    let before = run(programs.center(), &["--data", &data, "--json", "status"]);
    assert_eq!(before, run(programs.center(), &["status", "--json", "--data", &data]));
    let deep = run(programs.center(), &["batch", "list", "--data", &data, "--json"]);
    assert_eq!(deep, run(programs.center(), &["--json", "batch", "--data", &data, "list"]));
}

#[test]
fn every_verb_of_the_laptop_prints_exactly_one_json_object() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let village = Village::small(&programs);
    let alice = center.let_in("alice", DAHU);
    let said = |arguments: &[&str], code: &str| {
        let answer = alice.ask(arguments);
        assert!(is_one_object(&answer), "{arguments:?}: {answer}");
        assert_eq!(answer.code(), code, "{answer}");
        assert_eq!(answer.status.success(), code.is_empty(), "{answer}");
        answer.said
    };
    let roster = village.roster().display().to_string();
    let number = village.household.other.number.as_str();
    let household = village.household.household_no.as_str();
    said(&["init"], "ledger_exists");
    said(&["enrol", &center.code(DAHU)], "already_enrolled");
    said(&["roster", "demo", &alice.file("demo.xlsx").display().to_string()], "");
    said(&["roster", "import", &roster, "--preview"], "");
    said(&["roster", "import", &roster], "");
    said(&["person", "find", "zhang"], "");
    said(&["household", "show", household], "");
    said(&["household", "show", "no such household"], "household_unknown");
    said(&["household", "living", household, "--person", number, "--relation", "10"], "");
    said(&["visit", "start", "--household", household], "");
    said(&["visit", "list"], "");
    said(&["conflict", "list"], "");
    said(&["conflict", "settle", "not an id", "name", "--keep"], "bad_input");
    said(&["conflict", "settle", "00000000-0000-4000-8000-000000000000", "name", "--keep"], "conflict_moved");
    said(&["item", "list"], "");
    let opened = said(&["case", "open", "--item", "SSC", "--person", number], "");
    let id = opened["id"].as_str().unwrap();
    said(&["case", "open", "--item", "NO_SUCH_ITEM", "--person", number], "item_unknown");
    said(&["case", "open", "--item", "SSC", "--person", "11010519491231002X"], "person_unknown");
    said(&["case", "list"], "");
    said(&["case", "list", "--stage", "nowhere"], "bad_input");
    said(&["case", "show", id], "");
    said(&["case", "show", "no case"], "case_unknown");
    said(&["case", "submit", id], "case_incomplete");
    said(&["case", "correct", id], "");
    said(&["case", "correct", id, "--file", &format!("/data/no/such/question={roster}")], "answer_unknown");
    said(&["case", "discard", id], "");
    said(&["fill", "--cases", "2"], "");
    said(&["batch", "export", &alice.file("batch.bangban").display().to_string()], "");
    said(&["receipt", "import", &alice.file("no such file").display().to_string()], "file_unreadable");
    said(&["sync"], "");
    said(&["batch", "export", &alice.file("batch.bangban").display().to_string()], "");
    let stick = alice.file("stick").display().to_string();
    std::fs::create_dir(&stick).unwrap();
    said(&["copy", "status"], "");
    said(&["copy", "set", "no such folder"], "copy_missing");
    said(&["copy", "set", &alice.ledger().display().to_string()], "copy_beside_ledger");
    said(&["copy", "set", &stick], "");
    said(&["copy", "now"], "");
    said(&["copy", "restore", "--from", &stick], "ledger_exists");
    said(&["copy", "off"], "");
    said(&["status"], "");
    said(&["verify"], "");
    said(&["check"], "");
    said(&["repair"], "");
}

#[test]
fn every_verb_of_the_center_prints_exactly_one_json_object() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let alice = center.let_in("alice", DAHU);
    alice.run(&["fill", "--cases", "2"]);
    let batch = alice.file("batch.bangban").display().to_string();
    alice.run(&["batch", "export", &batch]);
    let said = |arguments: &[&str], code: &str| {
        let answer = center.ask(arguments);
        assert!(is_one_object(&answer), "{arguments:?}: {answer}");
        assert_eq!(answer.code(), code, "{answer}");
        assert_eq!(answer.status.success(), code.is_empty(), "{answer}");
        answer.said
    };
    let receipt = center.file("receipt.bangban").display().to_string();
    said(&["init", "--demo"], "center_exists");
    said(&["code", "--village", DAHU], "");
    said(&["code", "--village", "420703299999"], "village_unknown");
    said(&["import", &batch, "--receipt", &receipt], "");
    said(
        &["import", &alice.file("no such file").display().to_string(), "--receipt", &receipt],
        "file_unreadable",
    );
    let listed = said(&["batch", "list", "--as", ACCEPTOR], "");
    let id = listed["batches"][0]["id"].as_str().unwrap();
    said(&["batch", "preview", id, "--as", ACCEPTOR], "");
    said(&["batch", "import", id, "--as", ACCEPTOR], "");
    said(&["batch", "undo", id, "--as", ACCEPTOR], "");
    said(&["batch", "import", id, "--as", ACCEPTOR], "");
    said(&["batch", "import", "00000000-0000-4000-8000-000000000000", "--as", ACCEPTOR], "batch_unknown");
    said(&["batch", "list", "--as", "nobody"], "staff_unknown");
    let cases = said(&["case", "list"], "");
    let case = cases["cases"][0]["id"].as_str().unwrap();
    said(&["case", "show", case], "");
    // What `fill` writes answers no form: the center says so.
    said(&["case", "accept", case, "--as", ACCEPTOR], "answers_invalid");
    said(&["case", "return", case, "--as", ACCEPTOR], "bad_input");
    said(&["case", "return", case, "--as", ACCEPTOR, "--note", "请补充"], "");
    said(&["case", "show", "00000000-0000-4000-8000-000000000000"], "case_unknown");
    said(&["quarantine", "list"], "");
    said(&["staff", "list"], "");
    said(&["staff", "add", "--name", "新人", "--role", "leader", "--scope", "42070"], "bad_input");
    said(&["laptop", "list"], "");
    said(&["form", "list"], "");
    said(&["form", "publish", "no such file", "--as", ACCEPTOR], "file_unreadable");
    said(&["status"], "");
    said(&["verify"], "");
}

#[test]
fn a_command_that_cannot_be_read_is_an_error_object_too() {
    let programs = Programs::normal();
    let (center, laptop) = (Center::made(&programs), Laptop::named(&programs, "alice"));
    for answer in [
        laptop.ask(&["no-such-verb"]),
        laptop.ask(&["case", "open"]),
        laptop.ask(&["fill", "--cases", "many"]),
        center.ask(&["no-such-verb"]),
        center.ask(&["case", "list", "--limit", "many"]),
        center.ask(&["staff", "add", "--name", "x", "--role", "king"]),
    ] {
        assert!(is_one_object(&answer), "{answer}");
        assert_eq!(answer.code(), "bad_input", "{answer}");
    }
}
