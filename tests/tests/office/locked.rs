//! Before somebody signs in, nothing of the ledger is told.

use crate::desk::{PIN, Window, programs};
use bangban_desk::command;
use bangban_tests::harness::{Browser, Center, Village};
use serde_json::{Value, json};

/// Asked before anybody is signed in.
const OPEN: &[&str] = &[
    "office_state",
    "make_ledger",
    "practise",
    "sign_in",
    "sign_out",
    "door_state",
    "recovery_agents",
    "recover",
    "preferences",
    "set_preferences",
    "restore_ledger",
    "restore_ledger_with_code",
    "repair_ledger",
    "cancel",
];

fn arguments_of(name: &str) -> Value {
    let id = "0192f0c1-2345-7abc-8def-0123456789ab";
    let digest = "0".repeat(64);
    let filter =
        json!({"text": "", "standing": null, "item": null, "village": null, "from": null, "to": null});
    let lines = json!({"text": "", "village": null, "from": null, "to": null, "open": false});
    let order = json!({"by": "opened_at", "descending": true});
    let head = json!({"title": "", "facts": "", "foot": ""});
    match name {
        "enrol" => json!({"code": "BB1-AAAAA"}),
        "change_pin" => json!({"present": "4927516380", "new": "8526039417"}),
        "add_agent" => json!({"name": "李小满", "pin": "8526039417"}),
        "remove_agent" => json!({"agent": id}),
        "handover_sheet" => json!({"agent": id}),
        "hand_over" => json!({"new": {
            "agent": id, "to_agent": null, "to_name": "李小满", "witness": "陈立", "papers": [], "note": "",
            "from_signature": "", "to_signature": "", "witness_signature": ""
        }}),
        "show_handover" => json!({"handover": id}),
        "find_people" => json!({"text": "王"}),
        "list_people" | "sync_rows" => json!({"offset": 0, "limit": 10}),
        "show_person" | "reveal_person" => json!({"person": id}),
        "list_households" => json!({"text": "", "offset": 0, "limit": 10}),
        "show_household" | "start_visit" => json!({"household": id}),
        "list_visits" => json!({"limit": 10}),
        "void_visit" => json!({"visit": id, "reason": "x"}),
        "show_visit" | "begin_need" => json!({"visit": id}),
        "save_visit_draft" | "record_visit" => json!({"visit": id, "notes": {}}),
        "list_lines" => json!({"register": "DJ_ZILIAO", "filter": lines, "offset": 0, "limit": 10}),
        "begin_line" => json!({"register": "DJ_ZILIAO"}),
        "bring_result" => json!({"case": id}),
        "show_line" | "record_line" | "discard_line" => json!({"line": id}),
        "answer_line" => json!({"line": id, "answers": {}}),
        "add_line_row" | "remove_line_row" => json!({"line": id, "path": "/data/partners"}),
        "picture_line" => json!({"line": id, "path": "/data/photo", "bytes": ""}),
        "add_signers" => json!({"order": {
            "register": "DJ_QIANZI", "case": id, "paper": "x", "by": null,
            "signers": [{"person": id, "relation": "子"}]
        }}),
        "send_to_sign" => json!({"case": id, "lines": [id], "place": "x", "day": null}),
        "mark_line" => json!({"line": id, "state": "called"}),
        "void_line" => json!({"line": id, "reason": "x"}),
        "export_lines" => json!({"file": id, "what": {
            "register": "DJ_ZILIAO", "filter": lines, "number": "", "by": "", "village": "", "remark": "",
            "late": "", "void": "", "sheet": "", "head": head
        }}),
        "export_line_sheet" => json!({"file": id, "what": {
            "form": "event", "filter": lines, "line": id, "headings": [], "words": {}, "sheet": "", "head": head
        }}),
        "write_visit" => {
            json!({"row": {"household": id, "round": id, "visit": null, "before": {}, "notes": {}}})
        }
        "case_lines" => json!({"case": id}),
        "show_roll" => json!({"line": id}),
        "list_of_pasted" => json!({"text": "", "name": "x", "headings": ["a", "b", "c"]}),
        "live_together" => json!({"household": id, "person": id, "relation": null}),
        "village_groups" => json!({"line": id}),
        "find_for_roll" => json!({"line": id, "source": {"from": "words", "text": ""}}),
        "put_on_roll" | "take_off_roll" => json!({"line": id, "subjects": [id]}),
        "mark_roll" => json!({"line": id, "subject": id, "state": "done", "note": ""}),
        "export_roll" => json!({"file": id, "what": {
            "line": id, "states": [], "headings": [], "words": {}, "sheet": ""
        }}),
        "household_groups" => json!({"village": null}),
        "bank_visits" => json!({"line": id, "whole": false}),
        "export_bank_visits" => json!({"file": id, "what": {
            "line": id, "whole": false, "headings": [], "sheet": "",
            "head": {"title": "", "facts": "", "foot": ""}
        }}),
        "certification_list" => json!({"filter": {"within_days": 30, "text": "", "roll": null}}),
        "certify" => json!({"person": id, "seen": {
            "method": "visit", "result": "passed", "met": true, "met_by": "agent", "met_by_name": "余老师",
            "day": "2026-11-28", "receipt": "", "exception": "", "paper_seen": true,
            "consent_text": "2026-11", "consent_sensitive_text": "2026-11"
        }}),
        "figures" => json!({"from": "2026-11-01", "to": "2026-11-30"}),
        "close_month" => json!({"village": "420704102201", "month": "2026-10"}),
        "handle_case" => json!({"case": id, "changes": {}}),
        "turn_need" => json!({"item": "SSC", "person": id, "visit": id, "again": false}),
        "open_case" => json!({"item": "SSC", "person": id, "visit": null, "again": false}),
        "doubled_people" => json!({"by": null, "offset": 0, "limit": 10}),
        "alike_people" => json!({"person": id}),
        "compare_people" => json!({"one": id, "same": id}),
        "join_people" => json!({"one": id, "same": id, "from_same": []}),
        "lose_photo" => json!({"case": id, "digest": digest, "reason": "x"}),
        "settle" => json!({"subject": id, "field": "name", "among": [id], "value": "kept"}),
        "reveal_value" => json!({"subject": id, "field": "phone", "entry": id}),
        "find_guides" => json!({"text": ""}),
        "show_guide" => json!({"code": "DIBAO"}),
        "radar" => json!({"item": null}),
        "due_list" => json!({"within_days": 30, "item": null}),
        "give_notice" => json!({"case": id, "complete_by": null, "reason": ""}),
        "note_whereabouts" => json!({"person": id, "whereabouts": {"state": "here", "place": ""}}),
        "add_person" => json!({"village": null, "fields": {}}),
        "record_person" => json!({"person": id, "fields": {}}),
        "show_case" | "submit_case" | "discard_draft" => json!({"case": id}),
        "withdraw_case" => json!({"case": id, "reason": "x"}),
        "answer_case" => json!({"case": id, "answers": {}}),
        "add_row" | "remove_row" => json!({"case": id, "path": "/data/x"}),
        "add_photo" => json!({"case": id, "slot": null, "bytes": ""}),
        "look_at_paper" => json!({"case": id, "material": "id_card", "seen": true, "issued": null}),
        "add_file" => json!({"case": id, "path": "/data/x", "file": id}),
        "drop_file" => json!({"case": id, "path": "/data/x", "name": "", "bytes": ""}),
        "save_file" => json!({"case": id, "digest": digest, "file": id}),
        "form_sound" => json!({"digest": digest}),
        "remove_photo" => json!({"case": id, "digest": digest}),
        "clean_text" => json!({"text": "", "kind": "line"}),
        "compare_revisions" => json!({"case": id, "before": id, "after": null}),
        "list_cases" => json!({"filter": filter, "order": order, "offset": 0, "limit": 10}),
        "export_cases" => {
            json!({"file": id, "what": {"filter": filter, "order": order, "columns": [], "standings": {}, "words": {}, "sheet": "", "head": head}})
        }
        "print_cases" => {
            json!({"what": {"filter": filter, "order": order, "columns": [], "standings": {}, "words": {}, "sheet": "", "head": head}})
        }
        "export_visits" => json!({"file": id, "what": {
            "from": "2026-01-01", "to": "2026-12-31", "headings": [], "words": {}, "sheet": "", "head": head
        }}),
        "set_second_copy" => json!({"file": id}),
        "export_batch" => json!({"file": id, "piece_mb": null}),
        "import_receipt" | "preview_roster" => json!({"file": id}),
        "import_roster" | "roster_doubles" => json!({"file": id, "village": null}),
        "preview_due_list" | "import_due_list" => json!({"file": id, "item": "PENSION_CERT"}),
        "event_figures" => json!({"line": id}),
        "offer_file" => json!({"name": "a.xlsx", "bytes": ""}),
        "read_form_sheet" => json!({"file": id, "sheet": null}),
        "find_who" => json!({"who": {"by": "pasted", "text": ""}}),
        "check_list" => json!({"file": id, "sheet": "", "columns": []}),
        "write_form_sheet" => json!({"file": id, "to_file": id, "order": {
            "sheet": "", "columns": [], "people": [], "complete": true, "annotate": null, "words": {}
        }}),
        "reconcile_list" => json!({"file": id, "from": "2026-01-01", "to": "2026-12-31"}),
        "export_reconciled" => json!({
            "file": id, "from": "2026-01-01", "to": "2026-12-31", "to_file": id,
            "what": {"headings": [], "words": {}, "kinds": [], "sheet": ""}
        }),
        _ => json!({}),
    }
}

#[test]
fn every_command_that_reads_the_ledger_waits_for_a_sign_in() {
    let window = Window::new();
    assert_eq!(window.call("office_state", json!({}))["ledger"], "missing");
    for name in command::NAMES.iter().filter(|name| !OPEN.contains(name)) {
        assert_eq!(window.refused(name, arguments_of(name)), "ledger_locked", "{name}");
    }
    assert_eq!(window.refused("no_such_command", json!({})), "bad_input");
    assert_eq!(window.refused("sign_in", json!({"pin": PIN, "more": 1})), "bad_input");
}

#[test]
fn a_ledger_is_made_locked_and_opened_by_its_pin_alone() {
    let window = Window::new();
    assert_eq!(window.refused("make_ledger", json!({"name": "余老师", "pin": "1234"})), "weak_pin");
    assert_eq!(window.refused("make_ledger", json!({"name": "  ", "pin": PIN})), "bad_input");
    let state = window.call("make_ledger", json!({"name": " 余老师 ", "pin": PIN}));
    assert_eq!((&state["ledger"], &state["agent"]["name"]), (&json!("open"), &json!("余老师")));
    assert_eq!(state["enrolled"], false);
    assert_eq!(window.call("sign_out", json!({}))["ledger"], "locked");
    assert_eq!(window.refused("today", json!({})), "ledger_locked");
    assert_eq!(window.refused("sign_in", json!({"pin": "88888888"})), "wrong_pin");
    assert_eq!(window.call("sign_in", json!({"pin": PIN}))["agent"]["name"], "余老师");
    assert_eq!(window.call("today", json!({}))["rows"], json!([]));
    assert_eq!(window.refused("start_sync", json!({})), "not_enrolled");
}

#[test]
fn who_signed_in_stands_in_what_she_writes() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let window = Window::at_work(&center, &Village::small(&programs));
    window.call("sign_out", json!({}));
    assert_eq!(window.refused("begin_line", json!({"register": "DJ_ZILIAO"})), "ledger_locked");
    let agent = window.call("sign_in", json!({"pin": PIN}))["agent"].clone();
    let line = window.call("begin_line", json!({"register": "DJ_ZILIAO"}))["row"]["id"].clone();
    let answers = json!({"/data/title": "低保问答", "/data/copies": "3", "/data/to_kind": "group",
        "/data/to_whom": "三组", "/data/way": "door"});
    window.call("answer_line", json!({"line": line, "answers": answers}));
    window.call("record_line", json!({"line": line}));
    window.report();
    let by = window.call("show_line", json!({"line": line}))["row"]["by"].clone();
    assert_eq!((&by, &agent["name"]), (&json!("余老师"), &json!("余老师")));
    // The township reads it out of the entry that she signed.
    let township = Browser::of(&center, "何平", "acceptor", "");
    let told = township.ask("register/lines", &json!({"register": "DJ_ZILIAO", "offset": 0, "limit": 10}));
    assert_eq!((&told["lines"][0]["id"], &told["lines"][0]["by"]), (&line, &by));
}

#[test]
fn numbers_are_whole_only_where_they_were_asked_for() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let elder = &village.household.elder;
    let person = window.person(&elder.number);
    window.call("open_case", json!({"item": "SSC", "person": person, "visit": null, "again": false}));
    let views = [
        window.call("find_people", json!({"text": elder.name})),
        window.call("show_person", json!({"person": person})),
        window.call("list_people", json!({"offset": 0, "limit": 500})),
        window.call("show_household", json!({"household": village.household.household_no})),
        window.call("today", json!({})),
    ];
    for view in &views {
        let text = view.to_string();
        for somebody in &village.people {
            assert!(!text.contains(&somebody.number), "a whole number stands in a list");
        }
        assert!(text.contains("********"), "masked numbers stand there");
    }
    let revealed = window.call("reveal_person", json!({"person": person}));
    assert_eq!(revealed["id_number"], elder.number.as_str());
}

#[test]
fn a_file_that_was_not_chosen_is_not_opened() {
    let window = Window::new();
    window.call("make_ledger", json!({"name": "余老师", "pin": PIN}));
    let file = "0192f0c1-2345-7abc-8def-0123456789ab";
    assert_eq!(window.refused("preview_roster", json!({"file": file})), "file_unknown");
    let broken = window.file("broken.xlsx");
    std::fs::write(&broken, b"PK\x03\x04 no workbook").unwrap();
    let token = window.offer(&broken);
    assert_eq!(window.refused("preview_roster", json!({"file": token})), "not_a_workbook");
}
