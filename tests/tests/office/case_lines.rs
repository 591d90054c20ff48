//! What belongs to a case beside its form: follow-ups, papers handed on, who has to sign.

use crate::desk::{Window, programs};
use crate::filling;
use bangban_tests::harness::{Center, Village};
use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

fn on_today(window: &Window, line: &Value) -> bool {
    let rows = window.call("today", json!({}))["rows"].clone();
    rows.as_array().unwrap().iter().any(|row| row["line"] == *line)
}

#[test]
fn follow_ups_papers_and_signatures_stand_with_their_case_and_are_reminded_of() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let elder = &village.household.elder;
    let person = window.person(&elder.number);
    let opened = filling::open(&window, "DIBAO", &person);
    let case = opened["row"]["id"].clone();
    let none = window.call("case_lines", json!({"case": case}));
    assert_eq!(none, json!({"lines": [], "may_begin": [], "signers": null}), "a draft has no lines yet");
    filling::fill(&window, &case, &[]);
    window.call("submit_case", json!({"case": case}));

    let offered = window.call("case_lines", json!({"case": case}))["may_begin"].clone();
    let codes: Vec<&str> =
        offered.as_array().unwrap().iter().map(|one| one["register"].as_str().unwrap()).collect();
    assert_eq!(codes, ["DJ_GENJIN", "DJ_JIAOJIE", "DJ_NANDIAN", "DJ_PINGJIA", "DJ_QIANZI"]);
    let begin = |register: &str| {
        let begun = window.call("begin_line", json!({"register": register, "case": case}));
        assert_eq!((&begun["case"], &begun["person"]["id"]), (&case, &json!(person)), "{register}");
        begun
    };
    let answer_of = |view: &Value, name: &str| {
        let nodes = view["form"].as_array().unwrap();
        nodes.iter().find(|node| node["name"] == name).unwrap()["value"].clone()
    };
    let begun = begin("DJ_GENJIN");
    assert_eq!(answer_of(&begun, "name"), json!(elder.name));
    assert_eq!(answer_of(&begun, "matter"), opened["row"]["item_name"]);
    let line = begun["row"]["id"].clone();
    assert_eq!(window.call("case_lines", json!({"case": case}))["lines"][0]["row"]["is_recorded"], false);
    let today: NaiveDate = window.call("today", json!({}))["day"].as_str().unwrap().parse().unwrap();
    let record = |line: &Value, answers: Value| {
        window.call("answer_line", json!({"line": line, "answers": answers}));
        window.call("record_line", json!({"line": line}))
    };
    let asked = json!({"/data/way": "phone", "/data/asked": "镇民政办", "/data/told": "已入户调查",
        "/data/told_person": "yes", "/data/again_by": today.to_string()});
    record(&line, asked);
    assert!(on_today(&window, &line), "today she asks again");
    record(&line, json!({"/data/again_by": (today + Days::new(60)).to_string()}));
    assert!(!on_today(&window, &line));

    // 难点: each is followed by an officer until it is solved, and then how is said.
    let hard = begin("DJ_NANDIAN")["row"]["id"].clone();
    let asked = json!({"/data/kind": "records", "/data/problem": "户口簿与身份证姓名不一致",
        "/data/officer": "李小满", "/data/by": today.to_string()});
    record(&hard, asked);
    assert!(on_today(&window, &hard), "it is to be solved today");
    record(
        &hard,
        json!({"/data/state": "solved", "/data/solved_day": today.to_string(),
        "/data/solution": "派出所出具证明"}),
    );
    assert!(!on_today(&window, &hard));

    // Who has to sign stands on a line each, until every one has.
    for name in ["余小明", "余小红"] {
        let signer = begin("DJ_QIANZI")["row"]["id"].clone();
        let answers = json!({"/data/name": name, "/data/relation": "子女", "/data/paper": "核对授权书",
            "/data/by": today.to_string()});
        record(&signer, answers);
        assert!(on_today(&window, &signer));
        if name == "余小明" {
            let signed = json!({"/data/state": "signed", "/data/signed_day": today.to_string()});
            record(&signer, signed);
            assert!(!on_today(&window, &signer), "who signed is not waited for");
        }
    }
    let lines = window.call("case_lines", json!({"case": case}))["lines"].clone();
    let open: Vec<bool> =
        lines.as_array().unwrap().iter().map(|line| line["row"]["open"].as_bool().unwrap()).collect();
    assert_eq!(open, [true, false, false, true], "the newest first");
    let state = window.report();
    assert_eq!((&state["pending_entries"], &state["refused"]), (&json!(0), &json!(0)), "{state}");
}

#[test]
fn several_signers_are_added_and_sent_in_one_act_and_reach_the_township() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let person = window.person(&village.household.elder.number);
    let case = filling::open(&window, "DIBAO", &person)["row"]["id"].clone();
    filling::fill(&window, &case, &[]);
    window.call("submit_case", json!({"case": case}));
    let offer = window.call("case_lines", json!({"case": case}))["signers"].clone();
    let people = offer["people"].as_array().unwrap();
    assert!(people.len() >= 2, "{offer}");
    assert_eq!(people.iter().filter(|one| one["relation"] == "本人").count(), 1);
    let signers: Vec<Value> =
        people.iter().map(|one| json!({"person": one["person"], "relation": one["relation"]})).collect();
    let order = json!({"register": offer["register"], "case": case, "paper": "核对授权书", "by": null,
        "signers": signers});
    let added = window.call("add_signers", json!({"order": order}));
    let lines: Vec<Value> =
        added["lines"].as_array().unwrap().iter().map(|line| line["row"]["id"].clone()).collect();
    assert_eq!(lines.len(), people.len(), "a line each");
    let sent =
        window.call("send_to_sign", json!({"case": case, "lines": lines, "place": "武汉", "day": null}));
    let sendable = sent["lines"].as_array().unwrap().iter().filter(|line| line["row"]["may_send"] == true);
    assert_eq!(sendable.count(), 0);
    let state = window.report();
    assert_eq!((&state["pending_entries"], &state["refused"]), (&json!(0), &json!(0)), "{state}");
}
