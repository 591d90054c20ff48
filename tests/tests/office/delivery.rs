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
    day.township.confirm(&soon, "granted");
    day.window.report();
    assert_eq!(rows(&day, "promise"), Vec::<Value>::new());
}

#[test]
fn a_result_stands_on_the_days_list_until_the_person_has_signed_for_it() {
    let day = at_work::begin();
    let case = accepted(&day, "SSC");
    assert_eq!(rows(&day, "result"), Vec::<Value>::new());
    day.township.confirm(&case, "granted");
    day.window.report();
    let row = rows(&day, "result")[0].clone();
    assert_eq!((&row["case"], &row["outcome"], &row["fetched"]), (&case, &json!("granted"), &json!(false)));

    // One click begins the line that hands it out, a second one goes on with it.
    let line = day.window.call("hand_out", json!({"case": case}));
    let answers: Vec<(String, Value)> = line["form"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|field| Some((field["path"].as_str()?.to_owned(), field["value"].clone())))
        .collect();
    let said =
        |name: &str| answers.iter().find(|(path, _)| path == &format!("/data/{name}")).unwrap().1.clone();
    assert_eq!(said("step"), "hand_out");
    assert_eq!((said("handed_by"), said("received_by")), (json!("余老师"), line["person"]["name"].clone()));
    assert_eq!(day.window.call("hand_out", json!({"case": case}))["row"]["id"], line["row"]["id"]);
    let id = line["row"]["id"].clone();
    assert_eq!(rows(&day, "result").len(), 1, "nothing is handed out by a draft");
    day.window.call("answer_line", json!({"line": id, "answers": {"/data/result_title": "社会保障卡一张"}}));
    let signed = json!({"line": id, "path": "/data/receiver_signature", "bytes": BASE64.encode(PHOTOGRAPH)});
    day.window.call("picture_line", signed);
    day.window.call("record_line", json!({"line": id}));
    assert_eq!(rows(&day, "result"), Vec::<Value>::new());

    // What was written by mistake and taken back handed nothing out.
    day.window.call("void_line", json!({"line": id, "reason": "记错了人"}));
    assert_eq!(rows(&day, "result").len(), 1);
}

#[test]
fn a_result_that_was_told_is_done_unless_it_lies_with_the_agent() {
    let day = at_work::begin();
    let case = accepted(&day, "SSC");
    day.township.confirm(&case, "refused");
    day.window.report();
    assert_eq!(rows(&day, "result")[0]["outcome"], "refused", "who is refused is told as well");
    let hand = |step: &str, from: &str, to: &str| {
        let begun = day.window.call("begin_line", json!({"register": "DJ_JIAOJIE", "case": case}));
        let id = begun["row"]["id"].clone();
        let mut answers = json!({"/data/step": step, "/data/handed_by": from, "/data/received_by": to});
        if step != "tell" {
            answers["/data/paper[1]/paper_title"] = json!("社会保障卡");
            answers["/data/state"] = json!("done");
        }
        day.window.call("answer_line", json!({"line": id, "answers": answers}));
        day.window.call("record_line", json!({"line": id}));
        id
    };
    hand("tell", "余老师", "王秀兰");
    assert_eq!(rows(&day, "result"), Vec::<Value>::new());
    let fetched = hand("bring_back", "区政务中心", "余老师");
    assert_eq!(rows(&day, "result")[0]["fetched"], true, "the paper is there: it is to be handed out");
    // The next hand is the one that has it now.
    let like = json!({"register": "DJ_JIAOJIE", "case": case, "like": fetched});
    let next = day.window.call("begin_line", like);
    let fields = next["form"].as_array().unwrap();
    let gives = fields.iter().find(|field| field["path"] == "/data/handed_by").unwrap();
    assert_eq!(gives["value"], "余老师");
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
