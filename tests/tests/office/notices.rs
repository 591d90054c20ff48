//! 一次性告知 and 重复核查 at the door: told once, with the case to the township; a second case only if she wants it.

use crate::at_work;
use crate::desk::{Window, programs};
use crate::filling::{fill, open};
use crate::township::Township;
use bangban_tests::harness::{Center, Village};
use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};

/// The one row of a case on 今日.
fn on_today(window: &Window, case: &Value) -> Option<Value> {
    let rows = window.call("today", json!({}))["rows"].clone();
    let mut rows = rows.as_array().unwrap().iter().filter(|row| row["case"] == *case).cloned();
    let row = rows.next();
    assert!(rows.next().is_none(), "a case stands once");
    row
}

fn in_days(window: &Window, days: i64) -> String {
    let today: NaiveDate = window.call("today", json!({}))["day"].as_str().unwrap().parse().unwrap();
    (today + TimeDelta::days(days)).to_string()
}

#[test]
fn what_is_missing_is_told_once_and_goes_to_the_township_with_the_case() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let township = Township::of(&center);
    let window = Window::at_work(&center, &village);
    let elder = window.person(&village.household.elder.number);
    let view = open(&window, "GAOLING", &elder);
    let case = view["row"]["id"].clone();
    let paths: Vec<&Value> = view["missing"].as_array().unwrap().iter().map(|line| &line["path"]).collect();
    for path in ["material/id_card", "material/bank_card", "/data/person/hukou_place"] {
        assert!(paths.contains(&&json!(path)), "{path}: {paths:?}");
    }
    let until = in_days(&window, 10);
    let notice = |reason: &str| json!({"case": case, "complete_by": until, "reason": reason});
    let told = window.call("give_notice", notice(""));
    assert_eq!(told["notices"][0]["entry"], json!(null), "it waits in the draft");
    assert_eq!(told["notices"][0]["missing"].as_array().unwrap().len(), paths.len(), "everything, at once");
    assert_eq!(window.refused("give_notice", notice("  ")), "notice_needs_reason");
    let waits = on_today(&window, &case).unwrap();
    assert_eq!((&waits["kind"], &waits["due"]), (&json!("papers"), &json!(until)), "in the draft already");
    assert_eq!((&waits["several"], &waits["days_left"]), (&json!(paths.len()), &json!(10)));
    let window = window.killed_and_opened_again();
    window.call("sign_in", json!({"pin": crate::desk::PIN}));
    assert_eq!(window.refused("give_notice", notice("")), "notice_needs_reason", "also after a kill");

    fill(&window, &case, &[]);
    let submitted = window.call("submit_case", json!({"case": case}));
    assert!(submitted["notices"][0]["entry"].is_string(), "{}", submitted["notices"]);
    assert_eq!(on_today(&window, &case).unwrap()["kind"], "pending", "everything was brought");
    window.report();
    township.import();
    let at_center = township.show(&case);
    let line = &at_center["notices"][0];
    assert_eq!((&line["by"], &line["complete_by"]), (&json!("余老师"), &json!(until)));
    assert_eq!(line["missing"].as_array().unwrap().len(), paths.len());

    let missing = json!([{"path": "material/photo", "text": "近期照片"}]);
    let revision = &at_center["row"]["revision"];
    let again = |reason: &str| json!({"id": case, "revision": revision, "missing": missing, "complete_by": null, "reason": reason});
    let page = township.acceptor.post("case/notice", &again(""));
    assert_eq!(page.json()["code"], "notice_needs_reason");
    township.acceptor.ask("case/notice", &again("照片不清"));
    window.report();
    let shown = window.call("show_case", json!({"case": case}));
    let notices = shown["notices"].as_array().unwrap();
    assert_eq!((notices.len(), &notices[1]["reason"]), (2, &json!("照片不清")), "both see both");
    assert_eq!(notices[1]["missing"][0]["label"], json!("照片"));
}

#[test]
fn what_is_to_be_brought_stands_on_today_until_it_is_submitted_or_needed_no_more() {
    let day = at_work::begin();
    let case = open(&day.window, "GAOLING", &day.elder)["row"]["id"].clone();
    fill(&day.window, &case, &[]);
    day.window.call("submit_case", json!({"case": case}));
    day.window.report();
    day.township.import();
    assert!(on_today(&day.window, &case).is_none(), "it lies with the township");
    let revision = day.township.show(&case)["row"]["revision"].clone();
    let missing = json!([{"path": "material/photo", "text": "近期照片"}]);
    let tell = |until: &str, reason: &str| {
        let notice = json!({"id": case, "revision": revision, "missing": missing, "complete_by": until, "reason": reason});
        day.township.acceptor.ask("case/notice", &notice);
        day.window.report();
    };
    tell(&in_days(&day.window, 3), "");
    let row = on_today(&day.window, &case).unwrap();
    assert_eq!((&row["kind"], &row["days_left"], &row["several"]), (&json!("papers"), &json!(3), &json!(1)));
    let counts = day.window.call("today", json!({}))["counts"].clone();
    assert_eq!(counts["papers"], 1);
    // A later word moves the day; far ahead it is not of today.
    tell(&in_days(&day.window, 90), "延期");
    assert!(on_today(&day.window, &case).is_none());
    tell(&in_days(&day.window, -1), "更正日期");
    assert_eq!(on_today(&day.window, &case).unwrap()["days_left"], -1);

    // Returned, the one row of a returned case says the day.
    let returned = json!({"id": case, "revision": revision, "note": "照片不清", "remarks": []});
    day.township.acceptor.ask("case/return", &returned);
    day.window.report();
    let row = on_today(&day.window, &case).unwrap();
    assert_eq!(
        (&row["kind"], &row["days_left"], &row["words"]),
        (&json!("returned"), &json!(-1), &json!("照片不清"))
    );
    assert_eq!(day.window.call("today", json!({}))["counts"]["papers"], 0);
    // What was brought answers it.
    day.window.call("handle_case", json!({"case": case, "changes": {"team": "村医"}}));
    let view = day.window.call("show_case", json!({"case": case}));
    fill(&day.window, &case, &[]);
    day.window.call("submit_case", json!({"case": case}));
    day.window.report();
    assert!(on_today(&day.window, &case).is_none(), "{}", view["row"]["standing"]);
}

#[test]
fn a_second_case_of_the_same_period_names_the_first_and_is_opened_only_if_she_wants_it() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let elder = window.person(&village.household.elder.number);
    let first = open(&window, "GAOLING", &elder)["row"]["id"].clone();
    fill(&window, &first, &[]);
    window.call("submit_case", json!({"case": first}));
    let second = |again: bool| json!({"item": "GAOLING", "person": elder, "visit": null, "again": again});
    let refused = window.ask("open_case", second(false)).unwrap_err();
    assert_eq!((refused.code.as_str(), &refused.facts["case"]), ("case_doubled", &first));
    open(&window, "CANBU", &elder);
    let opened = window.call("open_case", second(true));
    assert_eq!(opened["doubles"][0]["id"], first, "she sees it all the time");
    let other = window.person(&village.household.head.number);
    open(&window, "GAOLING", &other);
}
