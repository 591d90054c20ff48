//! Reporting without being told to: when a connection appears and after each record; thrifty where she chose so.

use crate::desk::{PIN, Window, programs};
use crate::filling::{fill, open};
use crate::township::Township;
use bangban_desk::link::Link;
use bangban_tests::checks::DAHU;
use bangban_tests::harness::{Center, Village};
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A connection that is there or not, and metered or not, as the test says.
#[derive(Default)]
struct Line {
    there: AtomicBool,
    metered: AtomicBool,
}

impl Link for Line {
    fn way_out(&self, _: &str) -> Option<IpAddr> {
        self.there.load(Ordering::Relaxed).then_some(IpAddr::V4(Ipv4Addr::LOCALHOST))
    }

    fn metered(&self) -> Option<bool> {
        Some(self.metered.load(Ordering::Relaxed))
    }
}

/// A window at work whose office watches this line; the roster waits to be sent.
fn at_work(center: &Center, village: &Village, line: &Arc<Line>) -> Window {
    let window = Window::watching(line.clone());
    window.call("make_ledger", json!({"name": "余老师", "pin": PIN}));
    window.call("enrol", json!({"code": center.code(DAHU)}));
    let roster = window.offer(&village.roster());
    window.call("import_roster", json!({"file": roster, "village": null}));
    window
}

fn start_visit(window: &Window) -> Value {
    let households = window.call("list_households", json!({"text": "", "offset": 0, "limit": 1}));
    window.call("start_visit", json!({"household": households["rows"][0]["id"]}))
}

/// Waits for the end of a run after which this holds; the office may have begun another by itself meanwhile.
fn ended_with(window: &Window, holds: impl Fn(&Value) -> bool) -> Value {
    loop {
        let state = window.await_end_of_run();
        if holds(&state) {
            return state;
        }
    }
}

#[test]
fn what_is_recorded_goes_by_itself_once_a_connection_appears() {
    let (center, village) = (Center::start(&programs()), Village::small(&programs()));
    let line = Arc::new(Line::default());
    let window = at_work(&center, &village, &line);
    let state = window.call("sync_state", json!({}));
    assert_eq!((&state["by_itself"], &state["running"]), (&json!(true), &json!(false)));
    assert!(state["pending_entries"].as_u64() > Some(0), "without a way to the center nothing is begun");
    assert_eq!(state["last_problem"], Value::Null, "and nobody is told of a failure");

    // A connection appears; the record is what makes the office look before its ten seconds are over.
    line.there.store(true, Ordering::Relaxed);
    start_visit(&window);
    let state = ended_with(&window, |state| state["pending_entries"] == 0);
    assert_eq!((&state["pending_entries"], &state["last_problem"]), (&json!(0), &Value::Null));
    assert!(center.count("people") > 0);

    let entries = center.count("entries");
    start_visit(&window);
    ended_with(&window, |state| state["pending_entries"] == 0);
    assert_eq!(center.count("entries"), entries + 1, "each record goes by itself");
}

#[test]
fn photos_wait_for_another_connection_where_she_chose_so_and_the_page_says_why() {
    let (center, village) = (Center::start(&programs()), Village::small(&programs()));
    let line = Arc::new(Line::default());
    line.metered.store(true, Ordering::Relaxed);
    let window = at_work(&center, &village, &line);
    let mut preferences = window.call("preferences", json!({}));
    assert_eq!(preferences["thrift"], "everything", "nothing is withheld unless she says so");
    preferences["thrift"] = json!("text_on_metered");
    window.call("set_preferences", json!({"preferences": preferences}));

    let person = window.person(&village.household.elder.number);
    let case = open(&window, "GAOLING", &person)["row"]["id"].clone();
    fill(&window, &case, &[]);
    let picture = data_encoding::BASE64.encode(&std::fs::read(village.photograph()).unwrap());
    window.call("add_photo", json!({"case": case, "slot": null, "bytes": picture}));
    window.call("submit_case", json!({"case": case}));
    line.there.store(true, Ordering::Relaxed);
    window.call("start_sync", json!({}));
    let state = ended_with(&window, |state| state["pending_entries"] == 0);
    assert_eq!((&state["pending_entries"], &state["photos_wait"]), (&json!(0), &json!("metered")));
    assert!(state["pending_photos"].as_u64() > Some(0));
    assert_eq!(state["unsent"], Value::Null, "they wait: that is no trouble");
    assert_eq!(center.count("cases"), 1);

    window.call("send_everything", json!({}));
    let state = ended_with(&window, |state| state["pending_photos"] == 0);
    assert_eq!((&state["pending_photos"], &state["photos_wait"]), (&json!(0), &Value::Null));
}

#[test]
fn the_desktop_is_told_of_returned_work_by_number_alone_and_the_last_success_outlives_the_program() {
    let (center, village) = (Center::start(&programs()), Village::small(&programs()));
    let township = Township::of(&center);
    let window = Window::at_work(&center, &village);
    let person = window.person(&village.household.elder.number);
    let case = open(&window, "GAOLING", &person)["row"]["id"].clone();
    fill(&window, &case, &[]);
    window.call("submit_case", json!({"case": case}));
    window.report();
    township.import();
    let revision = &township.show(&case)["row"]["revision"];
    let back = json!({"id": case, "revision": revision, "remarks": [], "note": "请补一张照片"});
    township.acceptor.ask("case/return", &back);
    window.call("start_sync", json!({}));
    let told = {
        let heard = window.heard.lock().unwrap();
        let mut events = std::iter::from_fn(|| heard.recv_timeout(std::time::Duration::from_secs(60)).ok());
        events.find(|event| event["kind"] == "returned").expect("the shell is told")
    };
    assert_eq!(told, json!({"kind": "returned", "cases": 1}), "how much came back, and nothing of whom");

    let before = window.call("sync_state", json!({}))["last_success_at"].clone();
    assert!(before.is_string());
    let window = window.killed_and_opened_again();
    window.call("sign_in", json!({"pin": PIN}));
    assert_eq!(window.call("sync_state", json!({}))["last_success_at"], before);
}
