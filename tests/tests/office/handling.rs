//! 办理方式: what a case says of how it is handled, from the door to the township.

use crate::at_work::{self, Day};
use crate::filling;
use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

fn open(day: &Day) -> Value {
    filling::open(&day.window, "SSC", &day.elder)["row"]["id"].clone()
}

fn handle(day: &Day, case: &Value, handling: Value) -> Value {
    day.window.call("handle_case", json!({"case": case, "changes": handling}))
}

fn hinders(view: &Value, path: &str) -> bool {
    view["hindrances"].as_array().unwrap().iter().any(|hindrance| hindrance["path"] == path)
}

#[test]
fn who_acts_for_somebody_needs_a_written_authority_with_its_signature() {
    let day = at_work::begin();
    let case = open(&day);
    let opened = day.window.call("show_case", json!({"case": case}));
    assert_eq!((&opened["handling"]["mode"], &opened["row"]["mode"]), (&json!("help"), &json!("帮办")));
    let ready = filling::fill(&day.window, &case, &[]);
    assert_eq!(ready["hindrances"], json!([]));
    let acting = handle(&day, &case, json!({"mode": "act"}));
    for path in ["authority_matters", "authority_power", "authority_until"] {
        assert!(hinders(&acting, &format!("handling/{path}")), "{path}: {}", acting["hindrances"]);
    }
    assert!(hinders(&acting, "material/authority"));
    assert!(acting["hindrances"].as_array().unwrap().iter().all(|one| one["label"] != ""), "{acting}");
    assert_eq!(day.window.refused("submit_case", json!({"case": case})), "case_incomplete");
    let said = json!({
        "mode": "act", "way": "door", "channel": "at_home", "green": true, "green_reason": "行动不便",
        "authority_matters": "代为申领社保卡", "authority_power": "递交材料、领取卡片", "authority_until": "2027-06-30",
        "outside": "省政务服务网", "outside_no": "HB2026112800017", "owner": "李小满",
        "team": "村医、网格员", "hard_points": "无手机，银行不上门",
        "consent_text": ready["handling"]["consent_text"],
        "consent_sensitive_text": ready["handling"]["consent_sensitive_text"],
    });
    let said = handle(&day, &case, said);
    assert!(!hinders(&said, "handling/authority_matters") && hinders(&said, "material/authority"));
    filling::add_paper(&day.window, &case, "authority");
    let found = |text: &str| {
        let filter =
            json!({"text": text, "standing": null, "item": null, "village": null, "from": null, "to": null});
        let order = json!({"by": "opened_at", "descending": false});
        let asked = json!({"filter": filter, "order": order, "offset": 0, "limit": 9});
        day.window.call("list_cases", asked)["total"].clone()
    };
    let elder = day.window.call("show_person", json!({"person": day.elder}))["person"]["name"].clone();
    let elder = elder.as_str().unwrap();
    let looked_for = ["hb20261128", "00017", "李小满", &format!("{elder} HB2026112800017")];
    assert!(looked_for.iter().all(|text| found(text) == 1), "a draft by its number and who follows it");
    day.window.call("submit_case", json!({"case": case}));
    assert!(looked_for.iter().all(|text| found(text) == 1), "and what was submitted");
    assert_eq!((found("HB2027"), found(&format!("{elder} HB2027"))), (json!(0), json!(0)));
    day.window.report();

    let shown = day.township.show(&case);
    let told: Vec<(&str, &str)> = shown["handling"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (line["label"].as_str().unwrap(), line["told"].as_str().unwrap()))
        .collect();
    for wanted in [
        ("服务方式", "代办"),
        ("绿色通道", "是"),
        ("代理期限", "2027-06-30"),
        ("跟进专员", "李小满"),
        ("专班成员", "村医、网格员"),
        ("难点问题", "无手机，银行不上门"),
        ("外部办件编号", "HB2026112800017"),
        ("受理渠道", "上门"),
        ("便民服务方式", "上门"),
    ] {
        assert!(told.contains(&wanted), "{wanted:?} of {told:?}");
    }
    assert_eq!(shown["row"]["green"], true);
    let papers = shown["materials"].as_array().unwrap();
    let authority = papers.iter().find(|paper| paper["id"] == "authority").unwrap();
    assert_eq!(authority["photos"].as_array().unwrap().len(), 1);
    assert!(!shown["missing"].to_string().contains("authority"), "{}", shown["missing"]);

    // Somebody who only helps needs none, and what is taken back is gone from the case.
    let helped = handle(&day, &case, json!({"mode": "help", "green": false}));
    assert!(!hinders(&helped, "material/authority"));
    day.window.call("submit_case", json!({"case": case}));
    day.window.report();
    assert_eq!(day.township.show(&case)["row"]["green"], false);
    let long = json!({"case": case, "changes": {"team": "长".repeat(501)}});
    assert_eq!(day.window.refused("handle_case", long), "bad_input");
}

#[test]
fn whoever_cannot_apply_is_acted_for_from_the_door_on() {
    let day = at_work::begin();
    let households = day.window.call("list_households", json!({"text": "", "offset": 0, "limit": 1}));
    let begun = day.window.call("start_visit", json!({"household": households["rows"][0]["id"]}));
    let visit = begun["visit"]["id"].clone();
    let notes = json!({"met": [day.elder], "need": "想办社保卡", "cannot_apply": true});
    let noted = day.window.call("save_visit_draft", json!({"visit": visit, "notes": notes}));
    assert_eq!(noted["notes"]["cannot_apply"], true);
    let turned = json!({"item": "SSC", "person": day.elder, "visit": visit, "again": false});
    let case = day.window.call("turn_need", turned);
    let how = &case["handling"];
    assert_eq!(
        (&how["mode"], &how["cannot_apply"], &how["way"], &how["channel"]),
        (&json!("act"), &json!(true), &json!("door"), &json!("at_home"))
    );
    assert!(hinders(&case, "material/authority"), "{}", case["hindrances"]);
}

#[test]
fn a_case_whose_form_asks_no_consent_is_not_submitted_before_both_are_recorded() {
    let day = at_work::begin();
    let case = open(&day);
    let view = filling::fill(&day.window, &case, &[]);
    let mut how = view["handling"].clone();
    assert_eq!(how["consent_text"], view["consent_texts"]["version"]);
    how["consent_text"] = json!("");
    let without = handle(&day, &case, how.clone());
    assert!(
        hinders(&without, "handling/consent_text") && !hinders(&without, "handling/consent_sensitive_text")
    );
    assert_eq!(day.window.refused("submit_case", json!({"case": case})), "case_incomplete");
    how["consent_text"] = json!("never-read");
    assert_eq!(day.window.refused("handle_case", json!({"case": case, "changes": how})), "bad_input");
    how["consent_text"] = view["consent_texts"]["version"].clone();
    handle(&day, &case, how);
    day.window.call("submit_case", json!({"case": case}));
    day.window.report();
    let shown = day.township.show(&case)["handling"].clone();
    for path in ["handling/consent_text", "handling/consent_sensitive_text"] {
        let line = shown.as_array().unwrap().iter().find(|line| line["path"] == path);
        assert_eq!(line.unwrap()["told"], "已同意（文本版本 2026-11）", "{path}");
    }
    // What a form asks for itself is not asked beside it: here for sensitive data. Leave to check the means is no consent.
    for item in ["GAOLING", "DIBAO"] {
        let asks = filling::open(&day.window, item, &day.elder);
        assert_eq!(asks["consents"], json!({"text": true, "sensitive_text": false}), "{item}");
    }
}

#[test]
fn what_was_taken_on_paper_on_an_earlier_day_says_so_everywhere_and_moves_no_limit() {
    let day = at_work::begin();
    let today: NaiveDate = day.window.call("today", json!({}))["day"].as_str().unwrap().parse().unwrap();
    let (earlier, tomorrow) = (today - Days::new(3), today + Days::new(1));
    let case = filling::open(&day.window, "DIBAO", &day.elder)["row"]["id"].clone();
    let ready = filling::fill(&day.window, &case, &[]);
    let with = |taken_on: NaiveDate| {
        let mut how = ready["handling"].clone();
        how["taken_on"] = json!(taken_on);
        json!({"case": case, "changes": how})
    };
    for wrong in [tomorrow, today - Days::new(367)] {
        assert_eq!(day.window.refused("handle_case", with(wrong)), "bad_input", "{wrong}");
    }
    day.window.call("handle_case", with(earlier));
    let sent = day.window.call("submit_case", json!({"case": case}));
    assert_eq!(sent["row"]["late"], json!(earlier));
    day.window.report();
    let shown = day.township.show(&case);
    assert_eq!(shown["row"]["late"], json!(earlier));
    let line = shown["handling"].as_array().unwrap().iter().find(|line| line["path"] == "handling/taken_on");
    assert_eq!(line.unwrap()["told"], earlier.to_string());

    // The clock runs from the acceptance, as that of a case beside it that was taken today.
    let again = json!({"item": "DIBAO", "person": day.elder, "visit": null, "again": true});
    let beside = day.window.call("open_case", again)["row"]["id"].clone();
    filling::fill(&day.window, &beside, &[]);
    day.window.call("submit_case", json!({"case": beside}));
    day.window.report();
    day.township.import();
    let limits = [&case, &beside].map(|case| day.township.accept(case)["clock"]["limits"].clone());
    assert!(limits[0].as_array().is_some_and(|limits| !limits.is_empty()));
    assert_eq!(limits[0], limits[1]);

    // Counted on the day on which it was typed in, as one that came later.
    let span = |from: NaiveDate, to: NaiveDate| {
        day.window.call("figures", json!({"from": from, "to": to, "village": null}))["counts"].clone()
    };
    assert_eq!((&span(today, today)["cases"], &span(today, today)["late"]), (&json!(2), &json!(1)));
    assert_eq!(span(earlier, earlier)["cases"], json!(0));
}
