//! 养老认证, one after the other: each person is written alone, with who met her, how, and what came of it.

use crate::at_work;
use crate::desk::{Window, programs};
use bangban_sheets::Out;
use bangban_tests::harness::{Center, Village};
use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

/// Takes in an official list on which these are due.
pub fn list_as_due(window: &Window, due: &[(&String, NaiveDate)]) {
    let rows: Vec<Vec<Out>> = due
        .iter()
        .map(|(number, day)| vec![Out::Text((*number).clone()), Out::Date(day.to_string())])
        .collect();
    let file = window.file("到期名单.xlsx");
    std::fs::write(&file, bangban_sheets::write_table("名单", &["身份证号", "到期日"], &rows).unwrap())
        .unwrap();
    let imported =
        window.call("import_due_list", json!({"file": window.offer(&file), "item": "PENSION_CERT"}));
    assert_eq!(imported["written"], due.len());
}

fn today(window: &Window) -> NaiveDate {
    window.call("today", json!({}))["day"].as_str().unwrap().parse().unwrap()
}

fn seen(window: &Window, change: &[(&str, Value)]) -> Value {
    let mut seen = json!({"method": "visit", "result": "pending", "met": true, "met_by": "agent",
        "met_by_name": "余老师", "day": today(window), "receipt": "", "exception": "", "paper_seen": true, "consent_text": "2026-11", "consent_sensitive_text": "2026-11"});
    for (name, value) in change {
        seen[name] = value.clone();
    }
    seen
}

fn list(window: &Window) -> Value {
    window.call("certification_list", json!({"filter": {"within_days": 30, "text": "", "roll": null}}))
}

#[test]
fn each_pensioner_is_written_alone_and_the_list_shows_who_is_left() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let elders: Vec<&String> = village.people.iter().take(4).map(|one| &one.number).collect();
    let due: Vec<_> = elders.iter().map(|number| (*number, today(&window) + Days::new(9))).collect();
    assert_eq!(list(&window)["rows"], json!([]));
    list_as_due(&window, &due);
    let people: Vec<String> = elders.iter().map(|number| window.person(number)).collect();
    assert_eq!((&list(&window)["open"], list(&window)["rows"].as_array().unwrap().len()), (&json!(4), 4));
    // On the day's list they are one row, that leads to their page.
    let day = window.call("today", json!({}));
    let rows: Vec<&Value> =
        day["rows"].as_array().unwrap().iter().filter(|row| row["kind"] == "due").collect();
    assert_eq!((rows.len(), &rows[0]["several"], &rows[0]["days_left"]), (1, &json!(4), &json!(9)));
    assert_eq!(day["counts"]["due"], 4);

    let certify = |at: usize, seen: Value| window.ask("certify", json!({"person": people[at], "seen": seen}));
    // Met at home, the card looked at.
    let written = certify(0, seen(&window, &[])).unwrap()["written"].clone();
    assert_eq!(
        (&written["result"], &written["method"], &written["done"]),
        (&json!("pending"), &json!("visit"), &json!(true))
    );
    let case = written["case"].clone();
    let shown = window.call("show_case", json!({"case": case}));
    assert_eq!((&shown["row"]["standing"], &shown["row"]["channel"]), (&json!("pending"), &json!("上门")));
    let month = json!({"from": today(&window), "to": today(&window)});
    assert_eq!(window.call("figures", month)["counts"]["proactive"], 1, "she was met at home");
    // Her own face check, with a receipt.
    let face = [("method", json!("face")), ("result", json!("passed")), ("receipt", json!("A-2026-0001"))];
    assert_eq!(certify(1, seen(&window, &face)).unwrap()["written"]["result"], "passed");
    // Not reached: what happened has to be said, and nobody was met.
    let away = [
        ("method", Value::Null),
        ("result", json!("unreachable")),
        ("met", json!(false)),
        ("met_by", json!("")),
        ("met_by_name", json!("")),
        ("paper_seen", json!(false)),
    ];
    let refused = certify(2, seen(&window, &away)).unwrap_err();
    assert_eq!(refused.code.as_str(), "case_incomplete");
    assert!(refused.facts["hindrances"].to_string().contains("/data/help/exception"), "{:?}", refused.facts);
    assert!(
        list(&window)["rows"]
            .as_array()
            .unwrap()
            .iter()
            .all(|row| row["person"]["id"] != people[2] || row["written"].is_null())
    );
    let away: Vec<_> = away.iter().cloned().chain([("exception", json!("电话打不通"))]).collect();
    let unreached = certify(2, seen(&window, &away)).unwrap()["written"].clone();
    assert_eq!((&unreached["result"], &unreached["done"]), (&json!("unreachable"), &json!(false)));

    let after = list(&window);
    assert_eq!(after["open"], 2, "{after}");
    let order: Vec<bool> =
        after["rows"].as_array().unwrap().iter().map(|row| row["written"]["done"] == true).collect();
    assert_eq!(order, [false, false, true, true], "who is left stands first");

    // Reached in the end: the same case, written anew.
    let met = certify(2, seen(&window, &[])).unwrap()["written"].clone();
    assert_eq!((&met["case"], &met["result"]), (&unreached["case"], &json!("pending")));
    assert_eq!(window.call("show_case", json!({"case": met["case"]}))["row"]["revision"], 2);
    let state = window.report();
    assert_eq!((&state["pending_entries"], &state["refused"]), (&json!(0), &json!(0)), "{state}");
    let received = window.call("show_case", json!({"case": case}))["row"].clone();
    assert_eq!(
        (&received["standing"], &received["assisted_words"]),
        (&json!("received"), &json!("已协助，待社保确认"))
    );
}

#[test]
fn nobody_is_certified_unseen_twice_or_on_a_day_to_come() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let person = window.person(&village.household.elder.number);
    let certify = |change: &[(&str, Value)]| {
        let refused = window.ask("certify", json!({"person": person, "seen": seen(&window, change)}));
        refused.map_err(|refused| refused.code.as_str().to_owned())
    };
    let unseen = [("met", json!(false)), ("met_by", json!(""))];
    assert_eq!(certify(&unseen).unwrap_err(), "bad_input", "a home visit where nobody was met");
    assert_eq!(certify(&[("met_by", json!(""))]).unwrap_err(), "bad_input", "met by nobody");
    assert_eq!(certify(&[("met_by_name", json!(""))]).unwrap_err(), "case_incomplete");
    assert_eq!(certify(&[("method", Value::Null)]).unwrap_err(), "case_incomplete", "passed in no way");
    let tomorrow = today(&window) + Days::new(1);
    assert_eq!(certify(&[("day", json!(tomorrow))]).unwrap_err(), "case_incomplete");
    let drafts = window.call("today", json!({}))["rows"].clone();
    assert!(drafts.as_array().unwrap().iter().all(|row| row["kind"] != "draft"), "nothing is left behind");
    certify(&[]).unwrap();
    assert_eq!(certify(&[]).unwrap_err(), "case_doubled");
}

#[test]
fn what_she_is_correcting_on_the_case_is_hers_to_finish_first() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let person = window.person(&village.household.elder.number);
    let certify = |seen: Value| window.ask("certify", json!({"person": person, "seen": seen}));
    let away = [
        ("method", Value::Null),
        ("result", json!("unreachable")),
        ("met", json!(false)),
        ("met_by", json!("")),
        ("met_by_name", json!("")),
        ("exception", json!("电话打不通")),
    ];
    let case = certify(seen(&window, &away)).unwrap()["written"]["case"].clone();
    // Where she lives was not asked; she says so on the case, and does not submit it yet.
    let answers = json!({"/data/help/residence": "elsewhere", "/data/help/residence_place": "深圳"});
    window.call("answer_case", json!({"case": case, "answers": answers}));
    let refused = certify(seen(&window, &[])).unwrap_err();
    assert_eq!((refused.code.as_str(), &refused.facts["case"]), ("case_doubled", &case));
    let view = window.call("show_case", json!({"case": case}));
    assert!(view["draft_saved_at"].is_string(), "her correction is still there");
    window.call("submit_case", json!({"case": case}));
    certify(seen(&window, &[])).unwrap();
    let view = window.call("show_case", json!({"case": case}));
    let answer = |name: &str| {
        let nodes = view["form"].as_array().unwrap();
        nodes.iter().find(|node| node["name"] == name).map(|node| node["value"].clone())
    };
    assert_eq!(answer("residence"), Some(json!("elsewhere")), "what was asked before stays");
    assert_eq!(answer("residence_place"), Some(json!("深圳")));
}

#[test]
fn whom_the_office_refused_is_still_to_be_certified() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let elder = &village.household.elder;
    list_as_due(&window, &[(&elder.number, today(&window) + Days::new(9))]);
    let person = window.person(&elder.number);
    let certify = || window.ask("certify", json!({"person": person, "seen": seen(&window, &[])}));
    let case = certify().unwrap()["written"]["case"].clone();
    assert_eq!(list(&window)["open"], 0);
    window.report();
    let township = crate::township::Township::of(&center);
    township.import();
    township.accept(&case);
    township.confirm(&case, "refused");
    window.report();
    let row = list(&window)["rows"][0].clone();
    assert_eq!((&row["written"]["done"], &row["written"]["locked"]), (&json!(false), &json!(false)), "{row}");
    let next = certify().unwrap()["written"]["case"].clone();
    assert_ne!(next, case, "a case of its own");
}

#[test]
fn whoever_is_certified_agreed_to_both_texts_and_each_reaches_the_township_apart() {
    let day = crate::at_work::begin();
    let certify = |seen: Value| day.window.ask("certify", json!({"person": day.elder, "seen": seen}));
    // The office's program refuses it where either is not said: neither stands for the other.
    for (name, lacks) in [
        ("consent_text", "handling/consent_text"),
        ("consent_sensitive_text", "handling/consent_sensitive_text"),
    ] {
        let refused = certify(seen(&day.window, &[(name, json!(""))])).unwrap_err();
        assert_eq!(refused.code.as_str(), "case_incomplete");
        let told = refused.facts["hindrances"].as_array().unwrap().clone();
        assert_eq!(told.iter().map(|one| &one["path"]).collect::<Vec<_>>(), [&json!(lacks)]);
    }
    let forged = certify(seen(&day.window, &[("consent_text", json!("2019-01"))])).unwrap_err();
    assert_eq!(forged.code.as_str(), "bad_input", "no such text was ever read");
    // Who was not reached agreed to nothing.
    let away = [
        ("method", Value::Null),
        ("result", json!("unreachable")),
        ("met", json!(false)),
        ("met_by", json!("")),
        ("met_by_name", json!("")),
        ("paper_seen", json!(false)),
        ("exception", json!("电话打不通")),
        ("consent_text", json!("")),
        ("consent_sensitive_text", json!("")),
    ];
    let case = certify(seen(&day.window, &away)).unwrap()["written"]["case"].clone();
    let how = |name: &str| day.window.call("show_case", json!({"case": case}))["handling"][name].clone();
    assert_eq!((how("consent_text"), how("consent_sensitive_text")), (json!(""), json!("")));
    // Reached in the end, she is asked.
    let unasked = certify(seen(&day.window, &[("consent_text", json!(""))])).unwrap_err();
    assert!(unasked.facts["hindrances"].to_string().contains("handling/consent_text"), "{:?}", unasked.facts);
    certify(seen(&day.window, &[])).unwrap();
    assert_eq!((how("consent_text"), how("consent_sensitive_text")), (json!("2026-11"), json!("2026-11")));
    day.window.report();
    let shown = day.township.show(&case);
    let told: Vec<(&str, &str)> = shown["handling"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (line["label"].as_str().unwrap(), line["told"].as_str().unwrap()))
        .collect();
    for label in ["个人信息处理同意", "敏感个人信息单独同意"] {
        assert!(told.contains(&(label, "已同意（文本版本 2026-11）")), "{label} of {told:?}");
    }
}

#[test]
fn what_was_recorded_in_a_slip_is_taken_back_whole_and_written_anew() {
    let day = at_work::begin();
    let number = day.window.call("reveal_person", json!({"person": day.elder}))["id_number"].clone();
    let number = number.as_str().unwrap().to_owned();
    list_as_due(&day.window, &[(&number, today(&day.window) + Days::new(9))]);
    let certify = || {
        let told = json!({"person": day.elder, "seen": seen(&day.window, &[])});
        day.window.call("certify", told)["written"]["case"].clone()
    };
    let slip = certify();
    assert_eq!(list(&day.window)["open"], 0);
    day.window.call("withdraw_case", json!({"case": slip, "reason": "录入有误，当场撤销"}));
    let left = list(&day.window);
    assert_eq!((&left["open"], &left["rows"][0]["written"]), (&json!(1), &Value::Null), "due as before");
    let month = json!({"from": today(&day.window), "to": today(&day.window), "village": null});
    assert_eq!(day.window.call("figures", month)["counts"]["cases"], 0, "what was taken back counts nothing");
    let anew = certify();
    assert_ne!(anew, slip);
    day.window.report();
    let standing = |case: &Value| day.township.show(case)["row"]["stage"].clone();
    assert_eq!((standing(&slip), standing(&anew)), (json!("withdrawn"), json!("submitted")));
}
