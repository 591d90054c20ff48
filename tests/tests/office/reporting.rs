//! 报送 from the window: in the background, told as it goes, stopped when she says so, and a problem in words.

use crate::desk::{PIN, Window, programs};
use crate::township::Township;
use bangban_tests::harness::{Center, Village};
use data_encoding::BASE64;
use serde_json::{Value, json};
use uuid::Uuid;

const PHOTOGRAPH: &[u8] = include_bytes!("../../../data/pictures/chelsea.jpg");

/// A submitted case with a photo.
fn submitted(window: &Window, village: &Village) -> Value {
    let person = window.person(&village.household.elder.number);
    let opened =
        window.call("open_case", json!({"item": "SSC", "person": person, "visit": null, "again": true}));
    let case = opened["row"]["id"].clone();
    window.call("answer_case", json!({"case": case, "answers": village.card()}));
    let consented = crate::filling::consent(window, &case);
    assert_eq!(consented["hindrances"], json!([]), "nothing hinders it");
    let bytes = BASE64.encode(PHOTOGRAPH);
    let shown = window.call("add_photo", json!({"case": case, "slot": "id_card", "bytes": bytes}));
    assert_eq!(shown["photos"].as_array().unwrap().len(), 1);
    assert!(shown["photos"][0]["received_at"].is_null());
    window.call("submit_case", json!({"case": case}));
    case
}

#[test]
fn a_report_is_told_as_it_goes_and_every_photo_by_itself() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let case = submitted(&window, &village);
    let waits = window.call("sync_state", json!({}));
    assert_eq!((&waits["pending_cases"], &waits["pending_photos"]), (&json!(1), &json!(1)));
    let rows = window.call("sync_rows", json!({"offset": 0, "limit": 10}));
    assert_eq!(
        (&rows["rows"][0]["case"]["id"], &rows["rows"][0]["photos"][0]["received_at"]),
        (&case, &Value::Null)
    );
    let done = window.report();
    assert_eq!(
        (&done["running"], &done["pending_entries"], &done["pending_photos"]),
        (&json!(false), &json!(0), &json!(0))
    );
    assert!(done["last_success_at"].is_string() && done["last_problem"].is_null());
    assert!(done["clock_ahead_seconds"].as_i64().unwrap().abs() < 60);
    let rows = window.call("sync_rows", json!({"offset": 0, "limit": 10}));
    assert!(rows["rows"][0]["photos"][0]["received_at"].is_string(), "the photo's own receipt is shown");
    assert_eq!(rows["rows"][0]["case"]["standing"], "received");
    let digest = rows["rows"][0]["photos"][0]["digest"].as_str().unwrap();
    let (bytes, kind) = window.office.photo(bangban_model::Digest::parse(digest).unwrap()).unwrap();
    assert!(kind == "image/webp" && !bytes.is_empty());
}

#[test]
fn without_a_center_she_hears_why_and_loses_nothing() {
    let (programs, mut center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    submitted(&window, &village);
    center.kill();
    let done = window.report();
    assert_eq!(done["last_problem"]["code"], "center_unreachable");
    assert!(done["pending_entries"].as_u64().unwrap() > 0);
    center.serve();
    // Nobody asks again: it goes on by itself.
    let mut done = window.await_end_of_run();
    while done["last_problem"] != Value::Null {
        done = window.await_end_of_run();
    }
    assert_eq!(done["pending_entries"], 0);
}

#[test]
fn a_report_can_be_stopped_and_the_ledger_locked_meanwhile() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    submitted(&window, &village);
    window.call("start_sync", json!({}));
    assert_eq!(window.call("stop_sync", json!({}))["running"], false);
    window.call("start_sync", json!({}));
    assert_eq!(window.call("sign_out", json!({}))["ledger"], "locked");
    window.call("sign_in", json!({"pin": PIN}));
    assert_eq!(window.call("verify_ledger", json!({}))["findings"], json!([]));
    assert_eq!(window.report()["pending_entries"], 0);
}

#[test]
fn the_stick_goes_out_and_its_receipt_comes_back() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let case = submitted(&window, &village);
    let (batch, receipt) = (window.file("batch.bangban"), window.file("receipt.bangban"));
    let written = window.call("export_batch", json!({"file": window.offer(&batch), "piece_mb": null}));
    assert!(written["entries"].as_u64().unwrap() > 0 && written["photos"] == 2);
    assert_eq!(
        window.call("show_case", json!({"case": case}))["row"]["standing"],
        "pending",
        "an export receives nothing"
    );
    center.receive(&batch, &receipt).good();
    let stopped = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    let stopped = bangban_desk::job::Job::new(std::sync::Arc::new(|_, _| {}), stopped);
    let desk = window.office.desk().unwrap();
    let refused =
        window.office.runtime().block_on(bangban_desk::batch::import_receipt(&desk, &receipt, &stopped));
    assert_eq!(refused.unwrap_err().code.as_str(), "cancelled");
    drop(desk);
    assert_eq!(window.call("show_case", json!({"case": case}))["row"]["standing"], "pending");
    window.heard.lock().unwrap().try_iter().for_each(drop);
    let job = Uuid::now_v7();
    let taken = window.ask_as_job(job, "import_receipt", json!({"file": window.offer(&receipt)})).unwrap();
    let told = |event: &Value| event["kind"] == "progress" && event["job"] == job.to_string();
    assert!(window.heard.lock().unwrap().try_iter().any(|event| told(&event)));
    assert_eq!(taken["entries_received"], written["entries"]);
    assert_eq!(window.call("show_case", json!({"case": case}))["row"]["standing"], "received");
    assert_eq!(window.refused("import_receipt", json!({"file": window.offer(&batch)})), "not_a_batch");
}

#[test]
fn x6_a_village_without_any_network_has_its_decision_by_the_stick() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let township = Township::of(&center);
    let window = Window::at_work(&center, &village);
    let case = submitted(&window, &village);
    let (batch, receipt) = (window.file("batch.bangban"), window.file("receipt.bangban"));
    let by_stick = || {
        let written = window.call("export_batch", json!({"file": window.offer(&batch), "piece_mb": null}));
        center.receive(&batch, &receipt).good();
        window.call("import_receipt", json!({"file": window.offer(&receipt)}));
        written
    };
    by_stick();
    township.import();
    township.accept(&case);
    let written = by_stick();
    assert_eq!((&written["entries"], &written["photos"]), (&json!(0), &json!(0)), "nothing of hers waited");
    assert_eq!(window.call("show_case", json!({"case": case}))["row"]["standing"], "accepted");
}

#[test]
fn a_photo_that_two_cases_share_stands_alike_in_both() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let cases = [submitted(&window, &village), submitted(&window, &village)];
    let standing = |case: &Value| window.call("show_case", json!({"case": case}))["row"]["standing"].clone();
    let received = |case: &Value| {
        window.call("show_case", json!({"case": case}))["photos"][0]["received_at"].is_string()
    };
    assert!(cases.iter().all(|case| standing(case) == "pending" && !received(case)));
    window.report();
    assert!(cases.iter().all(|case| standing(case) == "received" && received(case)));
    let rows = window.call("sync_rows", json!({"offset": 0, "limit": 10}));
    for row in rows["rows"].as_array().unwrap() {
        assert!(row["photos"][0]["received_at"].is_string(), "the shared photo is received in every case");
    }
}
