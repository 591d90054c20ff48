//! Limits of accepted cases: the calendar they are counted by, and the clock that stands still for a reason.

use crate::acting::{Staff, case_in, everything, resident};
use crate::author::DAHU;
use crate::browser::{Browser, Office, TOWNSHIP};
use bangban_center::staff::Role;
use bangban_model::SubjectId;
use bangban_model::body::{Body, CaseSubmitted};
use serde_json::{Value, json};

struct Accepted {
    office: Office,
    staff: Staff,
    alice: crate::author::Author,
    case: SubjectId,
}

/// A case of 低保 that is accepted on Monday, 2026-03-02: thirty working days by law, and 25 as the place promises.
async fn accepted() -> Accepted {
    let office = Office::open().await;
    let staff = Staff::of(&office).await;
    let admin = &staff.admin;
    let mut card = admin.ask("guide/edit", json!({"code": "DIBAO"})).await["card"].clone();
    card["limits"]["promised"] = json!([
        {"name": "全程", "name_en": "The whole", "days": 25, "day_kind": "workday", "certainty": "local", "whole": true}
    ]);
    admin.ask("guide/publish", json!({"card": card})).await;
    let mut alice = office.town.author(&[DAHU]).await;
    let person = resident(&mut alice, DAHU, &[("name", json!("周大山"))]);
    let case = case_in(&mut alice, DAHU, "DIBAO", person, 1, &[]);
    alice.send_all(&office.town).await;
    staff.import().await;
    assert_eq!(staff.show(case).await["clock"], json!(null), "no limit runs before the acceptance");
    staff.accept(case).await;
    Accepted { office, staff, alice, case }
}

/// Of the limit that somebody set: the last day, days used and left, and whether it may still move.
fn limit(view: &Value, source: &str) -> (String, u64, i64, bool) {
    let limits = view["clock"]["limits"].as_array().unwrap();
    let one = &limits.iter().find(|limit| limit["source"] == json!(source)).unwrap()["reckoning"];
    (
        one["due"].as_str().unwrap().to_owned(),
        one["used"].as_u64().unwrap(),
        one["left"].as_i64().unwrap(),
        one["provisional"].as_bool().unwrap(),
    )
}

fn due(view: &Value) -> String {
    limit(view, "statutory").0
}

#[tokio::test]
async fn statutory_promised_and_actual_are_told_apart_and_the_list_shows_the_nearest() {
    let Accepted { office, mut staff, case, .. } = accepted().await;
    staff.days_later(&office, 7).await;
    let view = staff.show(case).await;
    assert_eq!(limit(&view, "promised"), ("2026-04-07".to_owned(), 5, 20, false), "清明 is no working day");
    assert_eq!(limit(&view, "statutory"), ("2026-04-14".to_owned(), 5, 25, false));
    assert_eq!((&view["clock"]["workdays_used"], &view["clock"]["ended"]), (&json!(5), &json!(null)));
    let row = staff.row(case).await;
    assert_eq!(
        (&row["limit_due"], &row["limit_left"], &row["paused"]),
        (&json!("2026-04-07"), &json!(20), &json!(false))
    );
    staff.confirm(case, "granted").await;
    staff.days_later(&office, 60).await;
    let view = staff.show(case).await;
    assert_eq!((&view["clock"]["ended"], &view["clock"]["workdays_used"]), (&json!("2026-03-09"), &json!(5)));
    assert_eq!(limit(&view, "statutory").2, 25, "a decided case runs no further");
    assert_eq!(staff.row(case).await["limit_left"], json!(null));
}

#[tokio::test]
async fn a_clock_stands_still_for_a_reason_and_goes_on() {
    let Accepted { office, mut staff, case, .. } = accepted().await;
    let pause = |reason: &str, note: &str| json!({"id": case, "reason": reason, "note": note});
    let leader = office.at_work("领导", Role::Leader, TOWNSHIP).await;
    for looks_on in [&leader, &staff.admin] {
        assert_eq!(looks_on.refusal("case/pause", pause("public_notice", "")).await, "not_allowed");
        assert_eq!(looks_on.refusal("case/resume", json!({"id": case})).await, "not_allowed");
    }
    assert_eq!(staff.acceptor.refusal("case/resume", json!({"id": case})).await, "case_stage", "it runs");
    assert_eq!(staff.acceptor.refusal("case/pause", pause("other", "  ")).await, "bad_input");
    staff.days_later(&office, 2).await;
    let view = staff.confirmer.ask("case/pause", pause("public_notice", "公示七天")).await;
    let clock = &view["clock"];
    assert_eq!(
        (&clock["paused"], &clock["pause"], &clock["pause_note"]),
        (&json!(true), &json!("public_notice"), &json!("公示七天"))
    );
    // Stopped on Wednesday, 2026-03-04: the day does not count, the seventh one after it is a Wednesday.
    assert_eq!(
        (&clock["notice"]["due"], &clock["notice"]["limit"]),
        (&json!("2026-03-11"), &json!({"days": 7, "kind": "natural"}))
    );
    assert_eq!(
        (&clock["stages"][0]["name"], &clock["stages"][0]["due"], &clock["stages"][0]["unconfirmed"]),
        (&json!("受理后启动调查"), &json!("2026-03-05"), &json!(true)),
        "three working days from Monday's acceptance; the fact is from memory"
    );
    assert_eq!((&view["can"]["pause"], &view["can"]["resume"]), (&json!(false), &json!(true)));
    assert_eq!(
        staff.acceptor.refusal("case/pause", pause("appraisal", "")).await,
        "case_stage",
        "once at a time"
    );

    staff.days_later(&office, 7).await;
    let view = staff.show(case).await;
    assert_eq!(view["clock"]["workdays_used"], json!(2), "what stood still is not used");
    assert_eq!(limit(&view, "statutory").2, 28);
    assert_eq!(
        (&staff.row(case).await["paused"], &staff.row(case).await["limit_left"]),
        (&json!(true), &json!(23))
    );
    let view = staff.acceptor.ask("case/resume", json!({"id": case})).await;
    assert_eq!((&view["clock"]["paused"], &view["clock"]["pause"]), (&json!(false), &json!(null)));
    assert_eq!(view["clock"]["notice"], json!(null), "it is taken down");
    assert_eq!(due(&view), "2026-04-21", "five working days later");
    staff.days_later(&office, 1).await;
    assert_eq!(staff.show(case).await["clock"]["workdays_used"], json!(3), "it runs on");
    staff.acceptor.ask("case/pause", pause("other", "等候外省回函")).await;
}

#[tokio::test]
async fn a_returned_case_stands_still_until_it_is_submitted_again() {
    let Accepted { office, mut staff, mut alice, case, .. } = accepted().await;
    staff.days_later(&office, 1).await;
    let revision = staff.revision(case).await;
    let back = json!({"id": case, "revision": revision, "remarks": [], "note": "请补房屋面积"});
    let view = staff.acceptor.ask("case/return", back).await;
    assert_eq!((&view["clock"]["paused"], &view["clock"]["pause"]), (&json!(true), &json!(null)));
    staff.days_later(&office, 14).await;
    let first = alice.last_seq() + 1;
    alice.write(&[
        (case, crate::author::case_recorded("/data/area", "86")),
        (case, Body::CaseSubmitted(CaseSubmitted {})),
    ]);
    alice.send(&office.town, first, alice.last_seq()).await;
    let view = staff.show(case).await;
    assert_eq!((&view["clock"]["paused"], &view["clock"]["workdays_used"]), (&json!(false), &json!(1)));
    assert_eq!(due(&view), "2026-04-28", "ten working days later");
}

#[tokio::test]
async fn limits_are_counted_by_the_calendar_that_was_published() {
    let Accepted { office: _office, staff, case, .. } = accepted().await;
    let admin = &staff.admin;
    for broken in [
        "no json",
        "{\"years\":{}}",
        "{\"years\":{\"2026\":{\"holidays\":[{\"date\":\"2025-01-01\"}],\"workdays\":[]}}}",
    ] {
        let refused = admin.post("calendar/publish", json!({"text": broken})).await;
        assert_eq!(refused.code(), "calendar_broken");
        let why = refused.json()["detail"].as_str().unwrap().to_owned();
        assert!(why.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter)), "in Chinese: {why}");
    }
    let english = Browser {
        english: true,
        address: admin.address,
        origin: admin.origin.clone(),
        cookie: admin.cookie.clone(),
    };
    let refused = english.post("calendar/publish", json!({"text": "{\"years\":{}}"})).await;
    assert_eq!(refused.json()["detail"], json!("the calendar holds no year"));
    let shown = admin.ask("calendar/show", json!({})).await;
    assert_eq!((&shown["published"], &shown["local_days_off"]), (&json!([]), &json!([])));
    assert_eq!(due(&staff.show(case).await), "2026-04-14");
    let mut calendar: Value = serde_json::from_str(shown["text"].as_str().unwrap()).unwrap();
    calendar["local_days_off"] = json!(["2026-03-04", "2026-03-05"]);
    let shown = admin.ask("calendar/publish", json!({"text": calendar.to_string()})).await;
    assert_eq!(shown["local_days_off"], json!(["2026-03-04", "2026-03-05"]));
    assert_eq!(due(&staff.show(case).await), "2026-04-16", "two working days later");
    assert_eq!(staff.row(case).await["limit_due"], json!("2026-04-09"));

    let without = json!({"years": {"2025": {"holidays": [], "workdays": []}}});
    admin.ask("calendar/publish", json!({"text": without.to_string()})).await;
    let (day, _, _, provisional) = limit(&staff.show(case).await, "statutory");
    assert!(provisional, "2026 is not in it: {day} may still move");
    assert_eq!(day, "2026-04-13", "weekends and fixed days alone");
    let back = admin.ask("calendar/again", json!({"number": shown["published"][0]["number"]})).await;
    assert_eq!(back["local_days_off"], shown["local_days_off"]);
    assert_eq!(
        (due(&staff.show(case).await), limit(&staff.show(case).await, "statutory").3),
        ("2026-04-16".into(), false)
    );
    assert_eq!(staff.acceptor.refusal("calendar/publish", json!({"text": "{}"})).await, "not_allowed");
}

#[tokio::test]
async fn what_waits_is_counted_by_the_calendar_that_was_published() {
    let office = Office::open().await;
    let mut staff = Staff::of(&office).await;
    let mut alice = office.town.author(&[DAHU]).await;
    let person = resident(&mut alice, DAHU, &[("name", json!("周大山"))]);
    case_in(&mut alice, DAHU, "DIBAO", person, 0, &[]);
    alice.send_all(&office.town).await;
    staff.days_later(&office, 4).await;
    let waits =
        async || staff.acceptor.ask("case/list", everything()).await["rows"][0]["days_waiting"].clone();
    assert_eq!(waits().await, json!(4));
    let text = staff.admin.ask("calendar/show", json!({})).await["text"].clone();
    let mut calendar: Value = serde_json::from_str(text.as_str().unwrap()).unwrap();
    calendar["local_days_off"] = json!(["2026-03-04"]);
    staff.admin.ask("calendar/publish", json!({"text": calendar.to_string()})).await;
    assert_eq!(waits().await, json!(3));
}

#[tokio::test]
async fn a_shorter_promise_holds_for_the_green_channel_alone() {
    let office = Office::open().await;
    let staff = Staff::of(&office).await;
    let admin = &staff.admin;
    let mut card = admin.ask("guide/edit", json!({"code": "DIBAO"})).await["card"].clone();
    let promise = |days: u32, first: bool| {
        let name = if first { "快办" } else { "全程" };
        json!({"name": name, "name_en": "The whole", "days": days, "day_kind": "workday", "certainty": "local",
            "whole": true, "first": first})
    };
    card["limits"]["promised"] = json!([promise(25, false), promise(12, true)]);
    admin.ask("guide/publish", json!({"card": card})).await;
    let mut alice = office.town.author(&[DAHU]).await;
    let mut promised = Vec::new();
    for green in [false, true] {
        let person = resident(&mut alice, DAHU, &[("name", json!("周大山"))]);
        let case = case_in(&mut alice, DAHU, "DIBAO", person, 1, &[]);
        let set = [("handling/green".to_owned(), json!(green))].into();
        let body = Body::CaseRecorded(bangban_model::body::Recorded { set });
        alice.write(&[(case, body), (case, Body::CaseSubmitted(CaseSubmitted {}))]);
        alice.send_all(&office.town).await;
        staff.import().await;
        staff.accept(case).await;
        let view = staff.show(case).await;
        promised.push(limit(&view, "promised").2);
    }
    assert_eq!(promised, [25, 12]);
    let guide = admin.ask("guide/show", json!({"code": "DIBAO"})).await;
    assert!(guide.to_string().contains("快办（绿色通道、优先办）"), "{guide}");
}

#[tokio::test]
async fn more_elders_met_at_home_than_anybody_can_go_to_are_shown_to_the_township() {
    let office = Office::open().await;
    let staff = Staff::of(&office).await;
    let mut alice = office.town.author(&[DAHU]).await;
    let mut certify = |name: &str, day: &str, method: &str| {
        let person = resident(&mut alice, DAHU, &[("name", json!("周大山"))]);
        let answers = [("method", method), ("met_by_name", name), ("cert_date", day), ("result", "pending")];
        let paths: Vec<String> = answers.iter().map(|(name, _)| format!("/data/help/{name}")).collect();
        let answers: Vec<(&str, &str)> =
            paths.iter().zip(answers).map(|(path, (_, value))| (path.as_str(), value)).collect();
        case_in(&mut alice, DAHU, "PENSION_CERT", person, 1, &answers)
    };
    let first = certify("余老师", "2026-03-01", "visit");
    let alone = certify("陈立", "2026-03-01", "visit");
    let face = certify("余老师", "2026-03-01", "face");
    certify("余老师", "2026-02-28", "visit");
    for _ in 0..60 {
        certify("余老师", "2026-03-01", "visit");
    }
    alice.send_all(&office.town).await;
    let pace = staff.show(first).await["pace"].clone();
    assert_eq!(pace, json!({"homes": 61, "quick": 60, "implausible": true}));
    assert_eq!(staff.show(alone).await["pace"], json!(null), "one alone is nothing out of the ordinary");
    assert_eq!(staff.show(face).await["pace"], json!(null), "nobody was met at home for it");
    // Before they are imported the batch says so once, not at each case.
    let batch = staff.acceptor.ask("batch/list", json!({"limit": 1})).await[0]["id"].clone();
    let told = staff.acceptor.ask("batch/show", json!({"id": batch})).await["paces"].clone();
    let met = json!({"village": "大湖村", "day": "2026-03-01", "met_by": "余老师", "pace": pace});
    assert_eq!(told, json!([met]));
}
