//! The second copy is made by itself while she works, and a lost ledger is restored at the door.

use crate::desk::{PIN, Window, programs};
use crate::filling::open;
use bangban_tests::harness::{Center, Village};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Asks until the copy stands so: the office copies when it comes to it.
fn copied(window: &Window, holds: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let state = window.call("second_copy", json!({}));
        if holds(&state) {
            return state;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{state}");
        std::thread::yield_now();
    }
}

fn nothing_waits(state: &Value) -> bool {
    state["entries_waiting"] == 0 && state["drafts_waiting"] == 0
}

#[test]
fn e4_what_she_saves_is_copied_by_itself_and_restored_at_the_door() {
    let (center, village) = (Center::start(&programs()), Village::small(&programs()));
    let stick = TempDir::with_prefix("bangban-stick-").unwrap();
    let window = Window::at_work(&center, &village);
    let off = window.call("second_copy", json!({}));
    assert_eq!((&off["place"], &off["problem"]), (&Value::Null, &Value::Null));
    let state = window.call("set_second_copy", json!({"file": window.offer(stick.path())}));
    assert!(nothing_waits(&state) && state["here"] == true && state["copied_at"].is_string(), "{state}");

    let person = window.person(&village.household.elder.number);
    let case = open(&window, "GAOLING", &person)["row"]["id"].clone();
    copied(&window, nothing_waits);
    // The stick is pulled out while she goes on; nothing holds her up.
    let away = stick.path().with_extension("away");
    std::fs::rename(stick.path(), &away).unwrap();
    let households = window.call("list_households", json!({"text": "", "offset": 0, "limit": 1}));
    window.call("start_visit", json!({"household": households["rows"][0]["id"]}));
    let state = copied(&window, |state| state["problem"] == "copy_missing");
    assert_eq!((&state["here"], &state["entries_waiting"]), (&json!(false), &json!(1)));
    assert_eq!(window.refused("copy_now", json!({})), "copy_missing");
    std::fs::rename(&away, stick.path()).unwrap();
    let state = window.call("copy_now", json!({}));
    assert!(nothing_waits(&state) && state["problem"] == Value::Null, "{state}");
    // She saves and locks at once: that goes along.
    let picture = data_encoding::BASE64.encode(&std::fs::read(village.photograph()).unwrap());
    window.call("add_photo", json!({"case": case, "slot": null, "bytes": picture}));
    window.call("sign_out", json!({}));
    assert_eq!(
        window.refused("restore_ledger", json!({"file": window.offer(stick.path()), "pin": PIN})),
        "ledger_exists"
    );
    window.call("sign_in", json!({"pin": PIN}));
    copied(&window, nothing_waits);
    drop(window);

    let window = Window::new();
    let chosen = window.offer(stick.path());
    assert_eq!(window.refused("restore_ledger", json!({"file": chosen, "pin": "83619402"})), "wrong_pin");
    assert_eq!(window.call("office_state", json!({}))["ledger"], "missing");
    let restored = window.call("restore_ledger", json!({"file": chosen, "pin": PIN}));
    assert_eq!(
        (&restored["drafts"], &restored["enrolled"], &restored["damaged"]),
        (&json!(1), &json!(true), &json!(0))
    );
    assert_eq!(window.call("office_state", json!({}))["agent"]["name"], "余老师", "she is signed in");
    assert_eq!(window.call("second_copy", json!({}))["place"], Value::Null, "the new laptop has none yet");
    let state = window.report();
    assert_eq!((&state["pending_entries"], &state["put_back_at"]), (&json!(0), &Value::Null), "{state}");
    let shown = window.call("show_case", json!({"case": case}));
    assert_eq!(shown["row"]["standing"], "draft");
    assert_eq!(window.person(&village.household.elder.number), person, "the roster came back");
}
