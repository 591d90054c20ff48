//! 离岗交接: an agent leaves, another goes on with what she had open, three people sign, the township reads it.

use crate::at_work::{Day, begin};
use crate::desk::{PIN, Window};
use crate::filling::{fill, open};
use bangban_photos::specimen::{SpecimenKind, paint_specimen};
use data_encoding::BASE64;
use serde_json::{Value, json};

const SHE: &str = "李小满";
const HER_PIN: &str = "6180357942";
const THIRD: &str = "王兰";
const THIRD_PIN: &str = "5293847106";

fn signature(seed: u64) -> String {
    BASE64.encode(&paint_specimen(seed, SpecimenKind::IdentityCard, 600, 200))
}

fn agent(window: &Window, name: &str) -> Value {
    let state = window.call("key_state", json!({}));
    let lines = state["agents"].as_array().unwrap();
    lines.iter().find(|line| line["agent"]["name"] == name).unwrap()["agent"]["id"].clone()
}

fn new(from: &Value, to: &Value, to_name: &str) -> Value {
    json!({"new": {
        "agent": from, "to_agent": to, "to_name": to_name, "witness": "陈立", "note": "",
        "papers": [{"name": "陈桂芳的残疾证", "copies": 1, "original": true}],
        "from_signature": signature(1), "to_signature": signature(2), "witness_signature": signature(3),
    }})
}

fn sign_in(window: &Window, pin: &str) {
    window.call("sign_out", json!({}));
    window.call("sign_in", json!({"pin": pin}));
}

/// A case of the elder, submitted.
fn case_of(Day { window, elder, .. }: &Day, item: &str) -> Value {
    let case = open(window, item, elder)["row"]["id"].clone();
    fill(window, &case, &[]);
    window.call("submit_case", json!({"case": case}));
    case
}

#[test]
fn who_leaves_hands_over_what_is_open_and_her_pin_opens_nothing_any_more() {
    let day = begin();
    let Day { window, township, .. } = &day;
    let me = agent(window, "余老师");
    window.call("add_agent", json!({"name": SHE, "pin": HER_PIN}));
    let she = agent(window, SHE);
    let case = case_of(&day, "SSC");
    window.report();

    // Another agent does it; nothing is hers before.
    sign_in(window, HER_PIN);
    let sheet = window.call("handover_sheet", json!({"agent": me}));
    assert_eq!((&sheet["is_me"], &sheet["cases"][0]["id"]), (&json!(false), &case));
    assert_eq!(window.call("handover_sheet", json!({"agent": she}))["cases"], json!([]));
    let mut twice = new(&me, &she, SHE);
    twice["new"]["to_signature"] = twice["new"]["from_signature"].clone();
    assert_eq!(window.refused("hand_over", twice), "bad_input", "one picture is not two signatures");
    let mut unsigned = new(&me, &she, SHE);
    unsigned["new"]["witness_signature"] = json!("");
    assert_eq!(window.refused("hand_over", unsigned), "photo_unreadable");
    assert_eq!(window.refused("hand_over", new(&me, &me, "余老师")), "bad_input");
    assert_eq!(window.call("handovers", json!({})), json!([]), "nothing of these was kept");

    let made = window.call("hand_over", new(&me, &she, SHE));
    let view = window.call("show_handover", json!({"handover": made[0]["id"]}));
    assert_eq!((&view["line"]["from"], &view["line"]["to"]), (&json!("余老师"), &json!(SHE)));
    assert_eq!((&view["cases"][0]["id"], &view["access_ended"]), (&case, &json!(true)));
    assert_eq!(view["stages"], json!(["submitted"]));
    assert_eq!(view["signatures"].as_array().unwrap().len(), 3);
    window.call("sign_out", json!({}));
    assert_eq!(window.refused("sign_in", json!({"pin": PIN})), "wrong_pin");
    window.call("sign_in", json!({"pin": HER_PIN}));

    // The case is hers now, and the next one takes it over from her.
    assert_eq!(window.call("handover_sheet", json!({"agent": she}))["cases"][0]["id"], case);
    window.report();
    window.call("add_agent", json!({"name": THIRD, "pin": THIRD_PIN}));
    sign_in(window, THIRD_PIN);
    assert_eq!(window.call("handover_sheet", json!({"agent": she}))["cases"][0]["id"], case);

    // The township reads it, with its pictures.
    let listed = township.acceptor.ask("handover/list", &json!({}));
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["from"]), (1, &json!("余老师")));
    let shown = township.acceptor.ask("handover/show", &json!({"id": listed[0]["id"]}));
    assert_eq!((&shown["cases"][0]["id"], &shown["witness"]), (&case, &json!("陈立")), "{shown}");
    assert_eq!(shown["papers"][0]["name"], "陈桂芳的残疾证");
    for signature in shown["signatures"].as_array().unwrap() {
        assert_eq!(signature["here"], true, "{shown}");
        let page = township.acceptor.get(&format!("/api/photo/{}", signature["digest"].as_str().unwrap()));
        assert_eq!(page.status, 200);
    }
}

#[test]
fn who_works_alone_hands_over_to_somebody_elsewhere_and_the_township_ends_her_access() {
    let day = begin();
    let Day { window, .. } = &day;
    let me = agent(window, "余老师");
    let case = case_of(&day, "SSC");
    let made = window.call("hand_over", new(&me, &Value::Null, "周敏"));
    let view = window.call("show_handover", json!({"handover": made[0]["id"]}));
    assert_eq!((&view["line"]["to"], &view["access_ended"]), (&json!("周敏"), &json!(false)));
    assert_eq!(view["cases"][0]["id"], case);
    assert_eq!(window.call("handover_sheet", json!({"agent": me}))["cases"], json!([]));
    sign_in(window, PIN);
    window.report();
    assert_eq!(window.call("sync_state", json!({}))["pending_entries"], 0);
}

#[test]
fn a_hand_over_is_refused_while_the_key_still_moves_and_leaves_nothing_behind() {
    let day = begin();
    let Day { window, .. } = &day;
    let me = agent(window, "余老师");
    for (name, pin) in [(SHE, HER_PIN), (THIRD, THIRD_PIN)] {
        window.call("add_agent", json!({"name": name, "pin": pin}));
    }
    window.report();
    let (she, third) = (agent(window, SHE), agent(window, THIRD));
    window.call("hand_over", new(&third, &she, SHE));
    let waiting = || window.call("sync_state", json!({}))["pending_entries"].clone();
    let before = waiting();
    assert_eq!(window.refused("hand_over", new(&she, &me, "余老师")), "key_changing");
    assert_eq!(waiting(), before);
    assert_eq!(window.call("handovers", json!({})).as_array().unwrap().len(), 1);
}
