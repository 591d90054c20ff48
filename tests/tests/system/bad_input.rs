//! Bad input: each a clear error with its code and what to do next, and nothing is lost or changed.

use bangban_sheets::{Out, write_table};
use bangban_sync::enrolment_code::EnrolmentCode;
use bangban_tests::checks::DAHU;
use bangban_tests::harness::{Center, Laptop, Programs, ShiftedClock, Village, skip};
use serde_json::{Map, Value};
use std::net::TcpListener;

/// Runs something that must be refused and change nothing.
#[track_caller]
fn refused(laptop: &Laptop, arguments: &[&str], code: &str) -> Value {
    let before = laptop.status();
    let said = laptop.ask(arguments).refused(code);
    assert_eq!(laptop.status(), before, "{arguments:?} changed something");
    said
}

fn address_of_nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

#[test]
fn what_is_no_workbook_is_not_imported() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let village = Village::small(&programs);
    let alice = center.let_in("alice", DAHU);
    let whole = std::fs::read(village.roster()).unwrap();
    let headings = ["户号", "姓名", "身份证号"];
    let wrong = [Out::Text("1".into()), Out::Text("某某".into())];
    let lacking = write_table("花名册", &headings[..2], &[wrong.to_vec()]).unwrap();
    for (name, bytes, code) in [
        ("text.xlsx", &b"\xe6\x88\xb7\xe5\x8f\xb7 not a workbook at all\n"[..], "roster_headings"),
        ("binary.xlsx", &[0, 159, 146, 150, 7, 7, 7, 0, 0, 255][..], "not_a_workbook"),
        ("empty.xlsx", &[][..], "not_a_workbook"),
        ("half.xlsx", whole.get(..whole.len() / 2).unwrap(), "not_a_workbook"),
        ("end.xlsx", whole.get(..whole.len() - 40).unwrap(), "not_a_workbook"),
        ("picture.xlsx", Village::photograph_bytes(), "not_a_workbook"),
        ("lacking.xlsx", &lacking, "roster_headings"),
    ] {
        let file = alice.write(name, bytes);
        let before = alice.status();
        let answer = alice.ask(&["roster", "import", &file]);
        assert!(
            answer.code() == code || (name == "text.xlsx" && answer.code() == "not_a_workbook"),
            "{name}: {answer}"
        );
        assert_eq!(alice.status(), before, "{name} changed something");
    }
    refused(&alice, &["roster", "import", "/no/such/file.xlsx"], "file_unreadable");
    // The whole one still goes in.
    alice.import_roster(&village);
}

#[test]
fn each_wrong_row_of_a_roster_is_named_and_only_the_right_ones_are_taken() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let alice = center.let_in("alice", DAHU);
    let row = |number: Out| vec![Out::Text("1".into()), Out::Text("测试甲".into()), number];
    let text = |number: &str| Out::Text(number.into());
    let rows = [
        row(text("11010519491231002X")),
        row(text("110105194912310021")),
        row(text("110105194902310025")),
        row(text("11010519491231002X")),
        row(Out::Number(110_105_194_912_310_000.0)),
    ];
    let book = write_table("花名册", &["户号", "姓名", "身份证号"], &rows).unwrap();
    let file = alice.write("roster.xlsx", &book);
    let said = alice.run(&["roster", "import", &file]);
    let wrong: Vec<(u64, &str)> = said["wrong"]
        .as_array()
        .unwrap()
        .iter()
        .map(|issue| (issue["row"].as_u64().unwrap(), issue["problem"]["code"].as_str().unwrap()))
        .collect();
    assert_eq!(
        wrong,
        [(3, "check_digit"), (4, "impossible_date"), (5, "duplicate_number"), (6, "number_rounded")]
    );
    assert_eq!(alice.count("people"), 1);
}

#[test]
fn a_picture_that_is_cut_or_none_is_not_kept() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let village = Village::small(&programs);
    let alice = center.let_in("alice", DAHU);
    alice.import_roster(&village);
    let number = village.household.other.number.as_str();
    let whole = Village::photograph_bytes();
    for (name, bytes, code) in [
        ("half.jpg", whole.get(..whole.len() / 2).unwrap(), "photo_truncated"),
        ("almost.jpg", whole.get(..whole.len() - 2000).unwrap(), "photo_truncated"),
        ("empty.jpg", &[][..], "photo_unreadable"),
        ("text.jpg", &b"this is no picture"[..], "photo_unreadable"),
    ] {
        let file = alice.write(name, bytes);
        let before = alice.status();
        let answer = alice.ask(&["case", "open", "--item", "SSC", "--person", number, "--photo", &file]);
        let truncated = name == "empty.jpg" && answer.code() == "photo_truncated";
        assert!(answer.code() == code || truncated, "{name}: {answer}");
        assert_eq!(alice.status(), before, "{name} changed something");
    }
    let missing = ["case", "open", "--item", "SSC", "--person", number, "--photo", "/no/such/picture.jpg"];
    refused(&alice, &missing, "file_unreadable");
    // A bad picture costs nothing of a draft that stands.
    let opened = alice.open_case("SSC", number, &village.card(), &[], false).good();
    let id = opened["id"].as_str().unwrap();
    let half = alice.file("half.jpg").display().to_string();
    refused(&alice, &["case", "correct", id, "--photo", &half], "photo_truncated");
    let shown = alice.run(&["case", "show", id]);
    assert_eq!(shown["answers"], opened["answers"]);
}

#[test]
fn answers_that_name_no_question_or_are_no_answers_are_refused() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let village = Village::small(&programs);
    let alice = center.let_in("alice", DAHU);
    alice.import_roster(&village);
    let number = village.household.other.number.as_str();
    for (bytes, code) in [
        (&b"{\"/data/no/such/question\": \"1\"}"[..], "answer_unknown"),
        (&b"[1, 2]"[..], "bad_input"),
        (&b"not json"[..], "bad_input"),
        (&b"\xff\xfe"[..], "bad_input"),
    ] {
        let file = alice.write("answers.json", bytes);
        refused(&alice, &["case", "open", "--item", "SSC", "--person", number, "--answers", &file], code);
    }
    // What is incomplete stays a draft and says what is missing.
    let answer = alice.open_case("SSC", number, &Map::new(), &[], true);
    let said = answer.refused("case_incomplete");
    assert!(!said["error"]["facts"]["hindrances"].as_array().unwrap().is_empty(), "{said}");
    assert_eq!(alice.count("drafts"), 1);
    assert_eq!(alice.count("cases"), 0);
}

#[test]
fn a_wrong_enrolment_code_changes_nothing_and_says_which_way_it_is_wrong() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let alice = Laptop::named(&programs, "alice");
    let text = center.code(DAHU);
    let enrol = |code: &str, wanted: &str| refused(&alice, &["enrol", code], wanted);

    let at = text.len() - 9;
    let other = if text.as_bytes()[at] == b'7' { '8' } else { '7' };
    let mistyped: String =
        text.char_indices().map(|(place, sign)| if place == at { other } else { sign }).collect();
    for wrong in [mistyped.as_str(), &text[..text.len() - 3], "", "BB1", "hello", "身份证"] {
        enrol(wrong, "code_malformed");
    }

    let code = EnrolmentCode::parse(&text).unwrap();
    let unknown = EnrolmentCode { code: code.code ^ 1, ..code.clone() };
    enrol(&unknown.encode().unwrap(), "code_unknown");

    let elsewhere = EnrolmentCode { address: address_of_nobody(), ..code.clone() };
    enrol(&elsewhere.encode().unwrap(), "center_unreachable");

    let mut other_key = code.clone();
    other_key.pins[0].0.0[0] ^= 1;
    enrol(&other_key.encode().unwrap(), "center_not_trusted");

    assert_eq!(center.count("laptops"), 0);
    // Typed as people type, the right one lets her in.
    let typed = text.to_lowercase().replace('-', " ");
    alice.run(&["enrol", &typed]);
    refused(&alice, &["enrol", &center.code(DAHU)], "already_enrolled");
}

#[test]
fn a_code_older_than_ten_minutes_lets_nobody_in() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let Some(clock) = ShiftedClock::ahead(-11 * 60) else { return skip("no clock can be put in place here") };
    let alice = Laptop::named(&programs, "alice");
    let address = center.address().to_string();
    let mut issue = center.command(&["code", "--village", DAHU, "--address", &address]);
    clock.set(&mut issue);
    let issued: Value = serde_json::from_slice(&issue.output().unwrap().stdout).unwrap();
    refused(&alice, &["enrol", issued["code"].as_str().unwrap()], "code_expired");
    assert_eq!(center.count("laptops"), 0);
}

#[test]
fn a_center_that_is_not_there_costs_nothing() {
    let programs = Programs::normal();
    let mut center = Center::start(&programs);
    let alice = center.let_in("alice", DAHU);
    alice.run(&["fill", "--cases", "1"]);
    center.kill();
    refused(&alice, &["sync", "--tries", "1"], "center_unreachable");
    refused(&alice, &["sync", "--tries", "1", "--address", &address_of_nobody()], "center_unreachable");
    refused(&alice, &["sync", "--tries", "1", "--address", "no-such-host.invalid:1"], "center_unreachable");
    center.serve();
    alice.sync();
    assert_eq!(alice.count("pending_entries"), 0);
}

#[test]
fn x6_a_batch_for_another_center_is_refused_untouched() {
    let programs = Programs::normal();
    let (one, other) = (Center::start(&programs), Center::start(&programs));
    let (alice, bob) = (one.let_in("alice", DAHU), other.let_in("bob", DAHU));
    alice.run(&["fill", "--cases", "1"]);
    bob.run(&["fill", "--cases", "1"]);
    let (batch, receipt) = (alice.file("batch.bangban"), alice.file("receipt.bangban"));
    alice.run(&["batch", "export", &batch.display().to_string()]);
    let before = other.totals();
    other.receive(&batch, &receipt).refused("batch_not_for_us");
    assert_eq!(other.totals(), before);
    assert!(!receipt.exists());
    // Nor is anything else a batch.
    for bytes in [&b"not a batch"[..], &[][..], Village::photograph_bytes()] {
        let file = alice.file("no.bangban");
        std::fs::write(&file, bytes).unwrap();
        one.receive(&file, &receipt).refused("not_a_batch");
    }
    one.receive(&alice.file("no such file"), &receipt).refused("file_unreadable");
    one.receive(&batch, &receipt).good();
}

#[test]
fn x6_a_receipt_for_another_laptop_or_damaged_marks_nothing_received() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let (alice, bob) = (center.let_in("alice", DAHU), center.let_in("bob", DAHU));
    for laptop in [&alice, &bob] {
        laptop.run(&["fill", "--cases", "1"]);
    }
    let (batch, receipt) = (alice.file("batch.bangban"), alice.file("receipt.bangban"));
    alice.run(&["batch", "export", &batch.display().to_string()]);
    center.receive(&batch, &receipt).good();
    let text = receipt.display().to_string();
    refused(&bob, &["receipt", "import", &text], "batch_not_for_us");
    refused(&alice, &["receipt", "import", &batch.display().to_string()], "not_a_batch");
    let whole = std::fs::read(&receipt).unwrap();
    for at in [whole.len() / 2, whole.len() - 2] {
        let mut bytes = whole.clone();
        bytes[at] ^= 4;
        let damaged = alice.write("damaged.bangban", &bytes);
        refused(&alice, &["receipt", "import", &damaged], "batch_damaged");
        let cut = alice.write("cut.bangban", &whole[..at]);
        refused(&alice, &["receipt", "import", &cut], "batch_damaged");
    }
    alice.run(&["receipt", "import", &text]);
    assert_eq!(alice.count("pending_entries"), 0);
    // Brought twice, it says the same.
    alice.run(&["receipt", "import", &text]);
    assert_eq!(alice.count("pending_entries"), 0);
}

#[test]
fn a_wrong_or_weak_pin_opens_and_makes_nothing() {
    let programs = Programs::normal();
    let alice = Laptop::named(&programs, "alice");
    for wrong in ["4927516381", "1234", "", "letters!", "4927516349275163492751634927516349275163"] {
        alice.ask_with_pin(wrong, &["status"]).refused("wrong_pin");
    }
    alice.status();
    let bob = Laptop::bare(&programs, "bob");
    for weak in ["1234567", "12345678", "11111111", "19800101", "abcdefgh"] {
        bob.ask_with_pin(weak, &["init", "--agent", "bob", "--derivation-ms", "1"]).refused("weak_pin");
        assert!(!bob.ledger().join("keys.json").exists(), "{weak} made a ledger");
    }
    bob.ask(&["status"]).refused("ledger_missing");
    bob.make_ledger();
    refused(&bob, &["init", "--agent", "bob", "--derivation-ms", "1"], "ledger_exists");
}

#[test]
fn a_ledger_whose_file_was_damaged_is_left_as_it_is() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let alice = center.let_in("alice", DAHU);
    alice.run(&["fill", "--cases", "20"]);
    let file = alice.ledger().join("ledger.db");
    let whole = std::fs::read(&file).unwrap();
    let mut damaged = whole.clone();
    damaged[20] ^= 1;
    std::fs::write(&file, &damaged).unwrap();
    alice.ask(&["status"]).refused("ledger_damaged");
    assert_eq!(std::fs::read(&file).unwrap(), damaged, "a damaged ledger was written to");
    std::fs::write(&file, &whole).unwrap();
    assert_eq!(alice.count("cases"), 20);
}
