//! A visit: noted as she types, recorded when she is done, and what was opened at the door stands with it.

use crate::desk::{Window, programs};
use bangban_tests::harness::{Center, Village};
use serde_json::json;

#[test]
fn a_visit_is_noted_recorded_and_stands_in_the_persons_timeline() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let elder = &village.household.elder;
    let person = window.person(&elder.number);
    let listed = window.call("list_households", json!({"text": elder.name, "offset": 0, "limit": 20}));
    let line = listed["rows"]
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["household_no"] == village.household.household_no.as_str())
        .cloned()
        .unwrap();
    assert!(line["last_visit"].is_null());
    let begun = window.call("start_visit", json!({"household": line["id"]}));
    let visit = begun["visit"]["id"].clone();
    let waiting = || window.call("sync_state", json!({}))["pending_entries"].as_u64().unwrap();
    let before = waiting();
    let noted = json!({"visit": visit, "met": [person], "note": "腿脚不便", "need": "想请银行上门"});
    let saved = window.call("save_visit_draft", noted.clone());
    assert_eq!((&saved["has_draft"], &saved["visit"]["note"]), (&json!(true), &json!("")));
    assert_eq!(waiting(), before, "a draft waits for nobody");
    let today = window.call("today", json!({}));
    assert_eq!((&today["rows"][0]["kind"], &today["rows"][0]["visit"]), (&json!("draft"), &visit));
    window.call("open_case", json!({"item": "SSC", "person": person, "visit": visit, "again": false}));
    let recorded = window.call("record_visit", noted.clone());
    assert_eq!((&recorded["has_draft"], &recorded["visit"]["note"]), (&json!(false), &json!("腿脚不便")));
    assert_eq!(recorded["visit"]["met"], json!([elder.name]));
    assert_eq!(recorded["cases"].as_array().unwrap().len(), 1);
    assert_eq!(waiting(), before + 1);
    window.call("record_visit", noted);
    assert_eq!(waiting(), before + 1, "the same again writes nothing");
    let nobody = json!({"visit": visit, "met": [], "note": "腿脚不便", "need": "想请银行上门"});
    assert_eq!(window.call("record_visit", nobody)["met"], json!([]));
    let shown = window.call("show_person", json!({"person": person}));
    assert_eq!(shown["visits"][0]["id"], visit);
    let timeline = shown["timeline"].as_array().unwrap();
    assert!(timeline.iter().any(|line| line["kind"] == "visit_recorded" && line["visit"] == visit));
    let listed = window
        .call("list_households", json!({"text": village.household.household_no, "offset": 0, "limit": 20}));
    assert!(listed["rows"].as_array().unwrap().iter().any(|line| line["last_visit"].is_string()));
    assert_eq!(window.refused("show_visit", json!({"visit": person})), "visit_unknown");
}
