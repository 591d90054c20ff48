//! 练习村: everything can be tried in it, nothing of it goes anywhere, and her own ledger is as it was.

use crate::desk::{PIN, Window, programs};
use crate::filling;
use bangban_model::Digest;
use bangban_tests::harness::{Center, Village};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Folders of practice ledgers that are left.
fn left(window: &Window) -> usize {
    let place = window.file("ledger").join("practice");
    std::fs::read_dir(place).map_or(0, |found| found.count())
}

/// The digests of a ledger's files, without a practice village within, once it is closed: after she is out, what still
/// looks at it holds it for a moment, and the last one that closes a database folds its log in.
fn files_of(folder: &Path) -> BTreeMap<String, Digest> {
    let names = || {
        let found = std::fs::read_dir(folder).unwrap().map(|found| found.unwrap().path());
        found.filter(|path| path.is_file()).collect::<Vec<PathBuf>>()
    };
    let begun = Instant::now();
    let is_open = |path: &PathBuf| ["-wal", "-shm"].iter().any(|end| path.to_string_lossy().ends_with(end));
    while names().iter().any(is_open) {
        assert!(begun.elapsed() < Duration::from_secs(60), "somebody still has the ledger open");
        std::thread::yield_now();
    }
    let digest = |path: PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, Digest::of(&std::fs::read(&path).unwrap()))
    };
    names().into_iter().map(digest).collect()
}

#[test]
fn a_practice_village_is_made_up_never_leaves_and_is_gone_afterwards() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    window.report();
    let her_people = window.call("list_people", json!({"offset": 0, "limit": 1}))["total"].clone();
    window.call("sign_out", json!({}));
    let before = files_of(&window.file("ledger"));

    let state = window.call("practise", json!({}));
    assert_eq!(
        (&state["practice"], &state["ledger"], &state["enrolled"]),
        (&json!(true), &json!("open"), &json!(true))
    );
    let people = window.call("list_people", json!({"offset": 0, "limit": 200}));
    assert_eq!(people["total"], 130);
    // A child would need a guardian.
    let old = people["rows"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["age"].as_u64().is_some_and(|age| age >= 60));
    let person = old.unwrap()["id"].clone();
    let case =
        window.call("open_case", json!({"item": "SSC", "person": person, "visit": null, "again": false}));
    let case = case["row"]["id"].clone();
    window.call("answer_case", json!({"case": case, "answers": village.card()}));
    filling::consent(&window, &case);
    window.call("submit_case", json!({"case": case}));
    assert_eq!(window.call("show_case", json!({"case": case}))["row"]["standing"], "pending");

    let stick = tempfile::tempdir().unwrap();
    let ways = [
        ("start_sync", json!({})),
        ("send_everything", json!({})),
        ("export_batch", json!({"file": window.offer(&stick.path().join("out.bangban")), "piece_mb": null})),
        ("set_second_copy", json!({"file": window.offer(stick.path())})),
        ("enrol", json!({"code": center.code(bangban_tests::checks::DAHU)})),
    ];
    for (way, arguments) in ways {
        assert_eq!(window.refused(way, arguments), "practice_village", "{way}");
    }
    assert_eq!(std::fs::read_dir(stick.path()).unwrap().count(), 0, "nothing was written");

    // Another round begins anew; what the one before had is not there.
    window.call("practise", json!({}));
    assert_eq!(window.refused("show_case", json!({"case": case})), "case_unknown");
    assert_eq!(window.call("sign_out", json!({}))["ledger"], "locked");
    let begun = Instant::now();
    while left(&window) > 0 && begun.elapsed() < Duration::from_secs(60) {
        std::thread::yield_now();
    }
    assert_eq!(left(&window), 0, "what was practised is gone");
    assert_eq!(files_of(&window.file("ledger")), before, "her own ledger was not touched");
    let state = window.call("sign_in", json!({"pin": PIN}));
    assert_eq!(state["practice"], false);
    assert_eq!(window.call("list_people", json!({"offset": 0, "limit": 1}))["total"], her_people);
    assert_eq!(window.report()["code"], json!(null), "and reports as before");
}

#[test]
fn a_practice_village_needs_no_ledger_and_leaves_none() {
    let window = Window::new();
    assert_eq!(window.call("practise", json!({}))["practice"], true);
    let state = window.call("sign_out", json!({}));
    assert_eq!(state["ledger"], "missing", "she makes her own afterwards");
    window.call("make_ledger", json!({"name": "余老师", "pin": PIN}));
    assert_eq!(window.call("list_people", json!({"offset": 0, "limit": 1}))["total"], 0);
}
