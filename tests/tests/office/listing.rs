//! 台账: filtered, sorted, paged, and written into a workbook.

use crate::desk::{Window, programs};
use bangban_desk::fill::{Filling, fill};
use bangban_sheets::HEAD_ROWS;
use bangban_tests::harness::{Center, Village};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

fn filter(change: Value) -> Value {
    let mut filter =
        json!({"text": "", "standing": null, "item": null, "village": null, "from": null, "to": null});
    for (key, value) in change.as_object().unwrap() {
        filter[key] = value.clone();
    }
    filter
}

fn filled(cases: u64) -> (Center, Window) {
    let (programs, center) = (programs(), Center::start(&programs()));
    let window = Window::at_work(&center, &Village::small(&programs));
    let desk = window.office.desk().unwrap();
    fill(&desk, Filling { cases, photos: 0, photo_bytes: 0, seed: 3 }, |_| {}).unwrap();
    (center, window)
}

fn list(window: &Window, filter: Value, by: &str, descending: bool, offset: u64, limit: u32) -> Value {
    let order = json!({"by": by, "descending": descending});
    window.call("list_cases", json!({"filter": filter, "order": order, "offset": offset, "limit": limit}))
}

#[test]
fn every_case_stands_on_exactly_one_page_in_the_asked_order() {
    let (_center, window) = filled(420);
    let draft = list(&window, filter(json!({})), "opened_at", true, 0, 1)["rows"][0]["person"]["id"].clone();
    window.call("open_case", json!({"item": "SSC", "person": draft, "visit": null, "again": false}));
    for by in ["opened_at", "person", "item", "standing", "due"] {
        for descending in [false, true] {
            let mut seen = BTreeSet::new();
            let mut keys = Vec::new();
            for offset in (0..421).step_by(100) {
                let part = list(&window, filter(json!({})), by, descending, offset, 100);
                assert_eq!(part["total"], 421);
                for row in part["rows"].as_array().unwrap() {
                    seen.insert(row["id"].to_string());
                    let recorded = row["standing"] != "draft";
                    let key = if by == "person" { &row["person"]["name"] } else { &row[by] };
                    keys.extend(recorded.then(|| key.to_string()));
                }
            }
            assert_eq!(seen.len(), 421, "by {by}");
            let mut sorted = keys.clone();
            sorted.sort();
            if descending {
                sorted.reverse();
            }
            assert_eq!(keys, sorted, "by {by}, descending {descending}");
        }
    }
}

#[test]
fn filters_take_what_fits_and_nothing_else() {
    let (_center, window) = filled(200);
    let total = |change: Value| list(&window, filter(change), "opened_at", true, 0, 10)["total"].clone();
    let name = list(&window, filter(json!({})), "opened_at", true, 0, 1)["rows"][0]["person"]["name"].clone();
    let named = list(&window, filter(json!({"text": name})), "opened_at", true, 0, 100);
    assert!(named["total"].as_u64().unwrap() > 0);
    assert!(named["rows"].as_array().unwrap().iter().all(|row| row["person"]["name"] == name));
    assert_eq!(total(json!({"standing": "pending"})), 200);
    assert_eq!(total(json!({"standing": "received"})), 0);
    assert_eq!(total(json!({"standing": "draft"})), 0);
    assert_eq!(total(json!({"item": "DIBAO"})), 200);
    assert_eq!(total(json!({"item": "SSC"})), 0);
    assert_eq!(total(json!({"village": "420703200210"})), 0);
    let today = window.call("today", json!({}))["day"].clone();
    assert_eq!(total(json!({"from": today, "to": today})), 200);
    assert_eq!(total(json!({"to": "2020-01-01"})), 0);
    assert_eq!(total(json!({"text": "%"})), 0, "a percent sign is a percent sign");
    assert_eq!(window.report()["last_problem"], Value::Null);
    assert_eq!(total(json!({"standing": "received"})), 200);
}

#[test]
fn the_list_goes_into_a_workbook_whole_or_not_at_all() {
    let (_center, window) = filled(700);
    let path = window.file("ledger.xlsx");
    let columns = json!([{"key": "number", "heading": "序号"}, {"key": "name", "heading": "姓名"},
        {"key": "id_masked", "heading": "身份证号"}, {"key": "standing", "heading": "状态"}]);
    let what = json!({"filter": filter(json!({})), "order": {"by": "opened_at", "descending": false},
        "columns": columns, "standings": {"pending": "待报送"}, "words": {}, "sheet": "台账",
        "head": {"title": "台账", "facts": "填报人：余老师", "foot": "第 {page} 页"}});
    let order = |what: &Value| json!({"file": window.offer(&path), "what": what});
    let job = Uuid::now_v7();
    let written = window.ask_as_job(job, "export_cases", order(&what)).unwrap();
    assert_eq!(written["rows"], 700);
    let told: Vec<Value> =
        window.heard.lock().unwrap().try_iter().filter(|event| event["kind"] == "progress").collect();
    assert!(
        told.iter().all(|event| event["job"] == job.to_string() && event["total"] == 700) && told.len() > 1,
        "{told:?}"
    );
    let tables =
        bangban_sheets::read_tables(&std::fs::read(&path).unwrap(), &bangban_sheets::Limits::default())
            .unwrap();
    let texts: Vec<String> =
        tables[0].rows[HEAD_ROWS].cells.iter().map(|cell| cell.as_plain_text()).collect();
    assert_eq!((texts[0].as_str(), texts[3].as_str()), ("1", "待报送"));
    assert!(texts[2].contains("********"), "numbers are masked in the workbook too");
    assert_eq!(tables[0].rows.len(), HEAD_ROWS + 700);

    // On paper as far as one print may reach: the same cells, and how many there are in all.
    let paper = window.call("print_cases", json!({"what": what}));
    assert_eq!((&paper["total"], paper["rows"].as_array().unwrap().len()), (&json!(700), 500));
    assert_eq!(paper["rows"][0], json!(texts));

    let before = std::fs::read(&path).unwrap();
    let mut none = what.clone();
    none["columns"] = json!([]);
    assert_eq!(window.refused("export_cases", order(&none)), "bad_input");
    assert_eq!(window.refused("print_cases", json!({"what": none})), "bad_input");
    assert_eq!(std::fs::read(&path).unwrap(), before, "what stood there before stays");
    let nowhere = json!({"file": window.offer(&window.file("no such folder/ledger.xlsx")), "what": what});
    assert_eq!(window.refused("export_cases", nowhere), "file_unreadable");
}

#[test]
fn long_work_that_is_stopped_leaves_nothing_half_done() {
    let (_center, window) = filled(300);
    let job = Uuid::now_v7();
    let stopped = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    let quiet = std::sync::Arc::new(|_, _| {});
    let batch = window.file("batch.bangban");
    let desk = window.office.desk().unwrap();
    let refused =
        bangban_desk::batch::export_batch(&desk, &batch, None, &bangban_desk::job::Job::new(quiet, stopped));
    assert_eq!(refused.unwrap_err().code.as_str(), "cancelled");
    assert!(!batch.exists() && !window.file("batch.bangban.new").exists(), "half a batch lies about");
    let stopped = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    let job_stopped = bangban_desk::job::Job::new(std::sync::Arc::new(|_, _| {}), stopped);
    let refused = bangban_desk::status::verify(&desk, &job_stopped);
    assert_eq!(refused.unwrap_err().code.as_str(), "cancelled");
    window.call("cancel", json!({"job": job}));
    let file = window.offer(&batch);
    let written = window.ask_as_job(job, "export_batch", json!({"file": file, "piece_mb": null})).unwrap();
    assert!(
        written["entries"].as_u64().unwrap() >= 600,
        "stopping what is not under way stops nothing later"
    );
}
