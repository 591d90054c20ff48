//! 一次性告知 and 重复核查: everything that is missing is told once, and a second case of the same person is seen.

use crate::acting::{Staff, case_in, opening, resident};
use crate::author::{Author, DAHU, OTHER};
use crate::browser::{Browser, Office};
use bangban_center::staff::Role;
use bangban_model::SubjectId;
use bangban_model::body::{Body, CaseSubmitted, CaseWithdrawn, NoticeGiven, Remark};
use serde_json::{Value, json};
use uuid::Uuid;

const NUMBER: &str = "42070419480315002X";

async fn notice(staff: &Staff, case: SubjectId, missing: &Value, reason: &str) -> Value {
    let revision = staff.revision(case).await;
    json!({"id": case, "revision": revision, "missing": missing, "complete_by": "2026-03-12", "reason": reason})
}

/// What is missing now, as a notice takes it.
fn missing_of(view: &Value) -> Value {
    let lines = view["missing"].as_array().unwrap().iter();
    lines.map(|line| json!({"path": line["path"], "text": line["label"]})).collect()
}

#[tokio::test]
async fn everything_missing_is_told_once_and_a_second_time_only_for_a_reason() {
    let office = Office::open().await;
    let staff = Staff::of(&office).await;
    let mut alice = office.town.author(&[DAHU]).await;
    let person = resident(&mut alice, DAHU, &[("name", json!("周大山"))]);
    let case = case_in(&mut alice, DAHU, "GAOLING", person, 0, &[]);
    alice.send_all(&office.town).await;
    let not_listed = notice(&staff, case, &json!([{"path": "material/id_card", "text": "x"}]), "").await;
    assert_eq!(staff.acceptor.refusal("case/notice", not_listed).await, "case_not_imported");
    staff.import().await;
    let view = staff.show(case).await;
    let missing = missing_of(&view);
    let paths: Vec<&str> =
        missing.as_array().unwrap().iter().map(|line| line["path"].as_str().unwrap()).collect();
    for material in ["material/id_card", "material/household_book", "material/bank_card"] {
        assert!(paths.contains(&material), "{paths:?}");
    }
    assert!(!paths.contains(&"material/proxy_id_card"), "nobody applies for her: {paths:?}");
    assert_eq!(
        staff.acceptor.refusal("case/notice", notice(&staff, case, &json!([]), "").await).await,
        "nothing_missing"
    );
    assert_eq!(
        staff.confirmer.refusal("case/notice", notice(&staff, case, &missing, "").await).await,
        "not_allowed"
    );
    let told = staff.acceptor.ask("case/notice", notice(&staff, case, &missing, "").await).await;
    let line = &told["notices"][0];
    assert_eq!(
        (&line["by"], &line["complete_by"], &line["reason"]),
        (&json!("李科员"), &json!("2026-03-12"), &json!(""))
    );
    assert_eq!(line["missing"].as_array().unwrap().len(), paths.len());
    assert_eq!(line["missing"][0]["label"], view["missing"][0]["label"]);
    for unsaid in ["", "   "] {
        let again = notice(&staff, case, &missing, unsaid).await;
        assert_eq!(staff.acceptor.refusal("case/notice", again).await, "notice_needs_reason");
    }
    let told = staff.acceptor.ask("case/notice", notice(&staff, case, &missing, "银行卡已注销").await).await;
    let notices = told["notices"].as_array().unwrap();
    assert_eq!((notices.len(), &notices[1]["reason"]), (2, &json!("银行卡已注销")));
}

#[tokio::test]
async fn the_agents_notice_counts_as_the_first() {
    let office = Office::open().await;
    let staff = Staff::of(&office).await;
    let mut alice = office.town.author(&[DAHU]).await;
    let person = resident(&mut alice, DAHU, &[("name", json!("周大山"))]);
    let case = SubjectId(Uuid::now_v7());
    let remark = Remark { path: "material/bank_card".into(), text: "本人账户".into() };
    let given = NoticeGiven { missing: vec![remark], complete_by: None, reason: String::new() };
    alice.write(&[
        (case, opening("GAOLING", person, 0, &[])),
        (case, Body::NoticeGiven(given)),
        (case, Body::CaseSubmitted(CaseSubmitted {})),
    ]);
    alice.send_all(&office.town).await;
    staff.import().await;
    let view = staff.show(case).await;
    let line = &view["notices"][0];
    assert_eq!((&line["by"], &line["missing"][0]["label"]), (&json!("周小琴"), &json!("银行卡或社保卡")));
    let second = notice(&staff, case, &missing_of(&view), "").await;
    assert_eq!(staff.acceptor.refusal("case/notice", second).await, "notice_needs_reason");
}

async fn doubles(browser: &Browser, case: SubjectId) -> Vec<Value> {
    let view = browser.ask("case/show", json!({"id": case})).await;
    view["doubles"].as_array().unwrap().iter().map(|row| row["id"].clone()).collect()
}

fn of_number(alice: &mut Author, village: &str) -> SubjectId {
    resident(alice, village, &[("name", json!("余桂英")), ("id_number", json!(NUMBER))])
}

#[tokio::test]
async fn another_case_of_the_same_number_item_and_period_is_seen_across_villages() {
    let office = Office::open().await;
    let mut staff = Staff::of(&office).await;
    let mut alice = office.town.author(&[DAHU, OTHER]).await;
    let (here, there) = (of_number(&mut alice, DAHU), of_number(&mut alice, OTHER));
    let one = case_in(&mut alice, DAHU, "GAOLING", here, 0, &[]);
    let other = case_in(&mut alice, OTHER, "GAOLING", there, 0, &[]);
    let another_item = case_in(&mut alice, DAHU, "CANBU", here, 0, &[]);
    let stranger = resident(&mut alice, DAHU, &[("name", json!("余桂英"))]);
    let of_stranger = case_in(&mut alice, DAHU, "GAOLING", stranger, 0, &[]);
    let taken_back = case_in(&mut alice, OTHER, "GAOLING", there, 0, &[]);
    let withdrawn = CaseWithdrawn { reason: "填错".into() };
    alice.write_in(OTHER, &[(taken_back, Body::CaseWithdrawn(withdrawn))]);
    alice.send_all(&office.town).await;
    staff.import().await;
    assert_eq!(doubles(&staff.acceptor, one).await, [json!(other)]);
    assert_eq!(doubles(&staff.acceptor, other).await, [json!(one)]);
    for alone in [another_item, of_stranger] {
        assert_eq!(doubles(&staff.acceptor, alone).await, [] as [Value; 0]);
    }
    let village = office.at_work("村窗口", Role::Acceptor, DAHU).await;
    assert_eq!(doubles(&village, one).await, [] as [Value; 0], "nothing from outside the scope");

    staff.accept(one).await;
    staff.confirm(one, "granted").await;
    assert_eq!(doubles(&staff.acceptor, other).await, [json!(one)], "granted, and not yet to be renewed");
    staff.days_later(&office, 366).await;
    assert_eq!(doubles(&staff.acceptor, other).await, [] as [Value; 0], "another year");
}
