//! Of the day's list: promises that run out while an office has the case, and results until the person has them.

use crate::at_work::{self, Day};
use crate::filling;
use data_encoding::BASE64;
use serde_json::{Value, json};

const PHOTOGRAPH: &[u8] = include_bytes!("../../../data/pictures/coffee.jpg");

fn rows(day: &Day, kind: &str) -> Vec<Value> {
    let today = day.window.call("today", json!({}));
    let rows: Vec<Value> =
        today["rows"].as_array().unwrap().iter().filter(|row| row["kind"] == kind).cloned().collect();
    let count = if kind == "promise" { "promises" } else { "results" };
    assert_eq!(today["counts"][count], rows.len(), "{kind}");
    rows
}

fn accepted(day: &Day, item: &str) -> Value {
    let case = filling::submitted(&day.window, item, &day.elder);
    day.window.report();
    day.township.import();
    day.township.accept(&case);
    day.window.report();
    case
}

fn promise(day: &Day, item: &str, days: u32) {
    let mut card = day.township.card(item);
    card["limits"] = json!({"promised": [
        {"name": "承诺办结", "days": days, "day_kind": "workday", "whole": true, "certainty": "local"},
    ]});
    day.township.publish(&card);
}

#[test]
fn a_promise_that_runs_out_stands_on_the_days_list_until_the_case_is_decided() {
    let day = at_work::begin();
    promise(&day, "SSC", 3);
    promise(&day, "GAOLING", 20);
    day.window.report();
    let (soon, later) = (accepted(&day, "SSC"), accepted(&day, "GAOLING"));
    let promised = rows(&day, "promise");
    assert_eq!(promised.len(), 1, "{later} has twenty days left: {promised:?}");
    let row = &promised[0];
    assert_eq!((&row["case"], &row["words"], &row["in_workdays"]), (&soon, &json!("承诺办结"), &json!(true)));
    assert_eq!((&row["days_left"], row["due"].is_string()), (&json!(3), true));

    // While the clock stands still nothing runs out.
    let revision = day.township.show(&soon)["row"]["revision"].clone();
    let pause = json!({"id": soon, "revision": revision, "reason": "verification", "note": ""});
    day.township.acceptor.ask("case/pause", &pause);
    day.window.report();
    assert_eq!(rows(&day, "promise"), Vec::<Value>::new());
    day.township.acceptor.ask("case/resume", &json!({"id": soon, "revision": revision}));
    day.window.report();
    assert_eq!(rows(&day, "promise").len(), 1);
    let shares = || {
        let today = day.window.call("today", json!({}))["day"].clone();
        let told = day.window.call("figures", json!({"from": today, "to": today}))["counts"].clone();
        ["decided", "granted", "timed", "on_time"].map(|name| told[name].as_u64().unwrap())
    };
    assert_eq!(shares(), [0, 0, 0, 0], "of what is not decided nobody knows whether it was on time");
    day.township.confirm(&soon, "granted");
    day.window.report();
    assert_eq!(rows(&day, "promise"), Vec::<Value>::new());
    assert_eq!(shares(), [1, 1, 1, 1], "按时办结: decided within its promise");
}

fn said(line: &Value, name: &str) -> Value {
    let fields = line["form"].as_array().unwrap();
    fields.iter().find(|field| field["path"] == format!("/data/{name}")).unwrap()["value"].clone()
}

fn decided(day: &Day, outcome: &str) -> Value {
    let case = accepted(day, "SSC");
    assert_eq!(rows(day, "result"), Vec::<Value>::new());
    day.township.confirm(&case, outcome);
    day.window.report();
    case
}

/// Notes that the papers passed from hand to hand.
fn hand(day: &Day, case: &Value, step: &str, from: &str, to: &str) -> Value {
    let begun = day.window.call("begin_line", json!({"register": "DJ_JIAOJIE", "case": case}));
    let id = begun["row"]["id"].clone();
    let mut answers = json!({"/data/step": step, "/data/handed_by": from, "/data/received_by": to});
    if step != "tell" {
        answers["/data/paper[1]/paper_title"] = json!("社会保障卡");
        answers["/data/state"] = json!("done");
        answers["/data/signed_on_paper"] = json!("OK");
    }
    day.window.call("answer_line", json!({"line": id, "answers": answers}));
    day.window.call("record_line", json!({"line": id}));
    id
}

#[test]
fn of_a_result_the_person_is_told_and_one_click_begins_that() {
    let day = at_work::begin();
    let case = decided(&day, "refused");
    let row = rows(&day, "result")[0].clone();
    assert_eq!((&row["case"], &row["fetched"]), (&case, &json!(false)));
    assert_eq!(row["outcome"], "refused", "who is refused is told as well");
    let line = day.window.call("bring_result", json!({"case": case}));
    assert_eq!((said(&line, "step"), said(&line, "handed_by")), (json!("tell"), json!("余老师")));
    assert_eq!(said(&line, "received_by"), line["person"]["name"]);
    let again = day.window.call("bring_result", json!({"case": case}));
    assert_eq!(again["row"]["id"], line["row"]["id"], "a second press goes on with it");
    assert_eq!(rows(&day, "result").len(), 1, "nobody is told by a draft");
    let id = line["row"]["id"].clone();
    day.window.call("record_line", json!({"line": id}));
    assert_eq!(rows(&day, "result"), Vec::<Value>::new());

    // What was written by mistake and taken back told nobody.
    day.window.call("void_line", json!({"line": id, "reason": "记错了人"}));
    assert_eq!(rows(&day, "result").len(), 1);
}

#[test]
fn a_result_that_was_fetched_stands_on_the_days_list_until_the_person_has_signed_for_it() {
    let day = at_work::begin();
    let case = decided(&day, "granted");
    hand(&day, &case, "tell", "余老师", "王秀兰");
    assert_eq!(rows(&day, "result"), Vec::<Value>::new());
    let fetched = hand(&day, &case, "bring_back", "区政务中心", "余老师");
    assert_eq!(rows(&day, "result")[0]["fetched"], true, "the paper is there: it is to be handed out");
    let line = day.window.call("bring_result", json!({"case": case}));
    assert_eq!(said(&line, "step"), "hand_out");
    let id = line["row"]["id"].clone();
    day.window.call("answer_line", json!({"line": id, "answers": {"/data/result_title": "社会保障卡一张"}}));
    assert!(day.window.ask("record_line", json!({"line": id})).is_err(), "without a signature");
    let signed = json!({"line": id, "path": "/data/receiver_signature", "bytes": BASE64.encode(PHOTOGRAPH)});
    day.window.call("picture_line", signed);
    day.window.call("record_line", json!({"line": id}));
    assert_eq!(rows(&day, "result"), Vec::<Value>::new());

    // The next hand is the one that has it now.
    let like = json!({"register": "DJ_JIAOJIE", "case": case, "like": fetched});
    assert_eq!(said(&day.window.call("begin_line", like), "handed_by"), "余老师");
}

#[test]
fn a_certification_leaves_nothing_to_be_brought() {
    let day = at_work::begin();
    let case = accepted(&day, "PENSION_CERT");
    let mut confirmation = day.township.confirmation(&case, "granted");
    confirmation["due"] = json!("2027-11-20");
    day.township.confirmer.ask("case/confirm", &confirmation);
    day.window.report();
    assert_eq!(rows(&day, "result"), Vec::<Value>::new());
}
