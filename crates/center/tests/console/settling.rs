//! Rules F3 and F4 at the console: staff say which of two values holds, and take over or set aside what came too late.

use crate::acting::{Staff, resident};
use crate::author::{Author, DAHU, case_recorded, recorded};
use crate::browser::{Office, TOWNSHIP};
use crate::case::pension_case;
use bangban_center::staff::Role;
use bangban_model::SubjectId;
use bangban_model::body::{Body, ConflictSettled};
use bangban_sync::RefusalReason;
use serde_json::{Value, json};

const PHONE: &str = "/data/person/phone";

/// Alice's case, and bob's other telephone that did not see hers.
async fn two_phones(office: &Office) -> (Author, Author, SubjectId) {
    let mut alice = office.town.author(&[DAHU]).await;
    let case = pension_case(&mut alice, "余桂英");
    alice.send_all(&office.town).await;
    let mut bob = office.town.author(&[DAHU]).await;
    bob.write(&[(case, case_recorded(PHONE, "13600009999"))]);
    bob.send_all(&office.town).await;
    (alice, bob, case)
}

fn among(open: &Value) -> Value {
    open["values"].as_array().unwrap().iter().map(|value| value["entry"].clone()).collect()
}

fn args(case: SubjectId, open: &Value, value: &Value, reason: &str) -> Value {
    json!({
        "id": case, "subject": open["subject"], "field": open["field"], "among": among(open), "value": value,
        "reason": reason
    })
}

#[tokio::test]
async fn f3_staff_settle_between_two_values_and_both_stay_readable() {
    let office = Office::open().await;
    let (_, _, case) = two_phones(&office).await;
    let staff = Staff::of(&office).await;
    let open = staff.show(case).await["conflicts"][0].clone();
    let values = open["values"].as_array().unwrap();
    assert_eq!(open["may_settle"], true);
    for value in values {
        assert_eq!(value["whence"], "laptop");
        assert!(value["at"].is_string() && value["received_at"].is_string(), "when it was written and came");
        assert_eq!(value["masked"], true, "numbers are masked until somebody asks");
    }
    assert_ne!(values[0]["by"], json!(""), "who wrote it");
    let whole = json!({"id": case, "subject": case, "field": PHONE, "entry": values[0]["entry"]});
    assert_eq!(staff.confirmer.ask("case/reveal_value", whole).await["value"], "13900001234");

    let first = json!({"of": values[0]["entry"]});
    let settled = staff.acceptor.ask("case/settle", args(case, &open, &first, "")).await;
    assert_eq!((&settled["conflicts"], &settled["row"]["conflicts"]), (&json!([]), &json!(0)));
    let line = &settled["settled"][0];
    assert_eq!(line["value"], "139****1234");
    assert_eq!((&line["others"], &line["by"]), (&json!(["136****9999"]), &json!("李科员")));
    assert_eq!(
        staff.confirmer.refusal("case/settle", args(case, &open, &first, "")).await,
        "conflict_moved",
        "somebody was faster"
    );
    office.town.assert_sound();
}

#[tokio::test]
async fn f3_what_was_not_on_the_screen_is_not_settled() {
    let office = Office::open().await;
    let (_, _, case) = two_phones(&office).await;
    let staff = Staff::of(&office).await;
    let open = staff.show(case).await["conflicts"][0].clone();
    let mut carol = office.town.author(&[DAHU]).await;
    carol.write(&[(case, case_recorded(PHONE, "13700008888"))]);
    carol.send_all(&office.town).await;
    let first = json!({"of": open["values"][0]["entry"]});
    assert_eq!(staff.acceptor.refusal("case/settle", args(case, &open, &first, "")).await, "conflict_moved");
    assert_eq!(staff.show(case).await["conflicts"][0]["values"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn f4_a_late_change_is_taken_over_or_set_aside_with_a_reason() {
    for (takes_over, phone) in [(true, "136****9999"), (false, "139****1234")] {
        let office = Office::open().await;
        let mut alice = office.town.author(&[DAHU]).await;
        let case = pension_case(&mut alice, "余桂英");
        alice.send_all(&office.town).await;
        let staff = Staff::of(&office).await;
        staff.import().await;
        staff.accept(case).await;
        let mut bob = office.town.author(&[DAHU]).await;
        bob.write(&[(case, case_recorded(PHONE, "13600009999"))]);
        bob.send_all(&office.town).await;

        let open = staff.show(case).await["late_changes"][0].clone();
        assert_eq!((&open["kind"], open["values"].as_array().unwrap().len()), (&json!("late"), 2));
        assert_eq!(open["values"][0]["holds"], true, "what was accepted stands first");
        let value = match takes_over {
            true => json!({"of": open["values"][1]["entry"]}),
            false => json!("kept"),
        };
        assert_eq!(staff.acceptor.refusal("case/settle", args(case, &open, &value, " ")).await, "bad_input");
        let view = staff.acceptor.ask("case/settle", args(case, &open, &value, "已电话核实")).await;
        assert_eq!(view["late_changes"], json!([]));
        assert_eq!(view["row"]["stage"], "accepted", "the acceptance stands");
        let mut fields = view["fields"].as_array().unwrap().iter();
        assert_eq!(fields.find(|field| field["path"] == PHONE).unwrap()["value"], phone);
        let line = &view["settled"][0];
        assert_eq!((&line["kind"], &line["reason"]), (&json!("late"), &json!("已电话核实")));
        let told = alice.ask(&office.town).await;
        let last = told.entries.last().unwrap().entry.clone().into_entry().unwrap();
        assert_eq!(last.header.kind, "conflict_settled", "the village is told");
        office.town.assert_sound();
    }
}

#[tokio::test]
async fn f3_the_persons_own_data_are_settled_on_the_page_of_her_case() {
    let office = Office::open().await;
    let mut alice = office.town.author(&[DAHU]).await;
    let case = pension_case(&mut alice, "余桂英");
    alice.send_all(&office.town).await;
    let staff = Staff::of(&office).await;
    let person = staff.show(case).await["row"]["person"]["id"].clone();
    let subject: SubjectId = person.as_str().unwrap().parse().unwrap();
    let mut bob = office.town.author(&[DAHU]).await;
    bob.write(&[(subject, recorded("name", "余桂瑛"))]);
    bob.send_all(&office.town).await;
    let around = staff.show(case).await["around"][0].clone();
    assert_eq!((&around["kind"], &around["subject"]), (&json!("resident"), &person));
    let open = around["fields"][0].clone();
    assert_eq!(open["field"], "name");
    let hers = json!({"of": open["values"][0]["entry"]});
    let view = staff.acceptor.ask("case/settle", args(case, &open, &hers, "与身份证一致")).await;
    assert_eq!(view["row"]["person"]["name"], "余桂英");
    assert_eq!(view["around"][0]["settled"][0]["others"], json!(["余桂瑛"]));

    let elsewhere = resident(&mut alice, DAHU, &[("name", json!("别人"))]);
    let mut outside = args(case, &open, &hers, "");
    outside["subject"] = json!(elsewhere);
    assert_eq!(staff.acceptor.refusal("case/settle", outside).await, "bad_input", "not on this page");
}

#[tokio::test]
async fn s5_who_only_leads_looks_at_open_values_and_settles_none() {
    let office = Office::open().await;
    let (_, _, case) = two_phones(&office).await;
    let leader = office.at_work("周书记", Role::Leader, TOWNSHIP).await;
    let open = leader.ask("case/show", json!({"id": case})).await["conflicts"][0].clone();
    assert_eq!(open["may_settle"], false);
    assert_eq!(leader.refusal("case/settle", args(case, &open, &json!("kept"), "")).await, "not_allowed");
}

#[tokio::test]
async fn s5_no_agent_says_an_offices_word_by_settling() {
    let office = Office::open().await;
    let mut alice = office.town.author(&[DAHU]).await;
    let person = alice.resident("周大山");
    let settled = ConflictSettled {
        field: "benefit/DIBAO".into(),
        among: Vec::new(),
        value: json!({"state": "running", "since": "2026-03-01"}),
        reason: String::new(),
    };
    alice.write(&[(person, Body::ConflictSettled(settled))]);
    let heard = alice.send_all(&office.town).await;
    assert_eq!(heard.receipt.refused[0].reason, RefusalReason::NotAllowed);
}
