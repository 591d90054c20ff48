//! 一件事 on a window: asked once, split into cases of their own, decided one by one, closed with the last.

use crate::at_work::{Day, begin};
use crate::desk::Window;
use crate::filling::{add_paper, answer, fill, open, times_asked};
use serde_json::{Value, json};

const AID: &[(&str, &str)] = &[("near_relative", "no"), ("same_cause", "no"), ("helped_already", "0")];

/// The case of each item of a bundle.
fn part(view: &Value, item: &str) -> Value {
    let parts = view["bundle"]["parts"].as_array().unwrap();
    parts.iter().find(|part| part["item"] == json!(item)).unwrap()["case"].clone()
}

fn ticked(view: &Value) -> Vec<&str> {
    let parts = view["bundle"]["parts"].as_array().unwrap().iter();
    parts.filter(|part| part["ticked"] == json!(true)).map(|part| part["item"].as_str().unwrap()).collect()
}

/// 帮扶救助一件事 with temporary aid, water and electricity, submitted and on the township's list.
fn submitted(day: &Day) -> (Value, Value) {
    let Day { township, window, elder, .. } = day;
    let view = open(window, "BANGFU", elder);
    let case = view["row"]["id"].clone();
    assert_eq!((ticked(&view), &view["bundle"]["is_bundle"]), (vec!["DIBAO"], &json!(true)));
    let view = answer(window, &case, &[("/data/items", "LINSHI SHUI DIAN")]);
    assert_eq!(ticked(&view), ["LINSHI", "SHUI", "DIAN"]);
    for name in ["id_number", "hukou_place", "promise_true"] {
        assert_eq!(times_asked(&view, name), 1, "{name} is asked once");
    }
    let apart = |what: &str| {
        let saving = &view["bundle"][what];
        (saving["apart"].as_u64().unwrap(), saving["together"].as_u64().unwrap())
    };
    assert_eq!(apart("trips"), (3, 1));
    for what in ["fields", "papers"] {
        let (apart, together) = apart(what);
        assert!(apart > together && together > 0, "{what}: {apart} and {together}");
    }
    let view = fill(window, &case, AID);
    let slots: Vec<&Value> = view["photos"].as_array().unwrap().iter().map(|photo| &photo["slot"]).collect();
    let cards = slots.iter().filter(|slot| **slot == &json!("id_card")).count();
    assert_eq!(cards, 1, "one picture of the card for all: {slots:?}");
    window.call("submit_case", json!({"case": case}));
    window.report();
    township.import();
    let view = window.call("show_case", json!({"case": case}));
    (case, view)
}

#[test]
fn a_bundle_is_asked_once_and_its_parts_are_whole_cases_that_close_it_with_the_last() {
    let day = begin();
    let (case, view) = submitted(&day);
    let Day { township, window, .. } = &day;
    let mut parts = Vec::new();
    for item in ["LINSHI", "SHUI", "DIAN"] {
        let part = part(&view, item);
        assert_eq!((&part["item"], &part["standing"]), (&json!(item), &json!("received")));
        let shown = township.show(&part["id"]);
        assert_eq!(shown["invalid"], json!([]), "{item} is a whole application by its own form");
        assert_eq!(shown["row"]["photos_verified"], shown["row"]["photos"], "its pictures are there");
        assert!(shown["row"]["photos"].as_u64().unwrap() > 0);
        assert_eq!(shown["bundle"]["bundle"], case);
        let fields = shown["fields"].as_array().unwrap();
        assert!(fields.iter().any(|field| field["path"] == "/data/person/name" && field["value"] != ""));
        assert!(
            !fields.iter().any(|field| field["kind"] == "unknown"),
            "{item} has what it asks for, no more"
        );
        parts.push(part["id"].clone());
    }
    let shown = township.show(&case);
    assert_eq!(shown["bundle"]["parts"].as_array().unwrap().len(), 3);
    assert_eq!(shown["can"]["confirm"], json!(false));
    township.accept(&case);
    let by_hand = township.confirmer.post("case/confirm", &township.confirmation(&case, "granted"));
    assert_eq!(by_hand.json()["code"], "bundle_closes_itself");
    assert_eq!(by_hand.status, 409);
    for (decided, (part, outcome)) in parts.iter().zip(["granted", "refused", "granted"]).enumerate() {
        let shown = township.show(&case);
        assert_eq!(
            (&shown["row"]["stage"], &shown["bundle"]["decided"]),
            (&json!("accepted"), &json!(decided))
        );
        township.accept(part);
        township.confirm(part, outcome);
    }
    let shown = township.show(&case);
    assert_eq!((&shown["row"]["stage"], &shown["bundle"]["decided"]), (&json!("closed"), &json!(3)));
    window.report();
    let view = window.call("show_case", json!({"case": case}));
    assert_eq!((&view["row"]["standing"], &view["can_edit"]), (&json!("closed"), &json!(false)));
    assert_eq!(view["bundle"]["decided"], json!(3));
    let one = window.call("show_case", json!({"case": parts[0]}));
    assert_eq!((&one["bundle"]["bundle"], &one["bundle"]["is_bundle"]), (&case, &json!(false)));
}

#[test]
fn what_is_ticked_no_longer_is_taken_back_while_nobody_decided_it() {
    let day = begin();
    let (case, view) = submitted(&day);
    let Day { township, window, .. } = &day;
    let (aid, water, power) = (part(&view, "LINSHI"), part(&view, "SHUI"), part(&view, "DIAN"));
    township.accept(&water["id"]);
    township.confirm(&water["id"], "granted");
    window.report();
    answer(window, &case, &[("/data/items", "LINSHI DIANSHI")]);
    fill(window, &case, AID);
    window.call("submit_case", json!({"case": case}));
    window.report();
    township.import();
    let stage = |case: &Value| township.show(case)["row"]["stage"].clone();
    assert_eq!(stage(&power["id"]), json!("withdrawn"));
    assert_eq!(stage(&water["id"]), json!("confirmed"), "what was decided stays decided");
    assert_eq!(stage(&aid["id"]), json!("submitted"));
    let view = window.call("show_case", json!({"case": case}));
    assert_eq!(ticked(&view), ["LINSHI", "DIANSHI"]);
    assert_eq!(part(&view, "DIAN"), json!(null), "it belongs to the bundle no more");
    let television = part(&view, "DIANSHI");
    assert_eq!(township.show(&television["id"])["invalid"], json!([]), "what came later is a case too");
    for part in [&aid["id"], &television["id"]] {
        township.accept(part);
        township.confirm(part, "granted");
    }
    assert_eq!(stage(&case), json!("closed"));
}

#[test]
fn what_was_corrected_on_a_part_itself_stays_when_the_bundle_changes_elsewhere() {
    let day = begin();
    let (case, view) = submitted(&day);
    let Day { township, window, .. } = &day;
    let aid = part(&view, "LINSHI")["id"].clone();
    let revision = &township.show(&aid)["row"]["revision"];
    let back = json!({"id": aid, "revision": revision, "remarks": [], "note": "写明经过，补事由照片"});
    township.acceptor.ask("case/return", &back);
    window.report();
    answer(window, &aid, &[("/data/linshi/event_detail", "屋顶被大风掀开")]);
    add_paper(window, &aid, "event_proof");
    window.call("submit_case", json!({"case": aid}));
    answer(window, &case, &[("/data/water/water_user_number", "88990011")]);
    window.call("submit_case", json!({"case": case}));
    window.report();
    township.import();
    let value = |case: &Value, path: &str| {
        let fields = township.show(case)["fields"].clone();
        let field = fields.as_array().unwrap().iter().find(|field| field["path"] == path).cloned();
        field.unwrap()["value"].clone()
    };
    assert_eq!(value(&aid, "/data/linshi/event_detail"), json!("屋顶被大风掀开"));
    let slots: Vec<Value> =
        township.show(&aid)["photos"].as_array().unwrap().iter().map(|photo| photo["slot"].clone()).collect();
    assert!(slots.contains(&json!("event_proof")), "{slots:?}");
    let water = part(&window.call("show_case", json!({"case": case})), "SHUI")["id"].clone();
    assert_eq!(
        value(&water, "/data/water/water_user_number"),
        json!("******11"),
        "what changed is told on, masked as ever"
    );
}

#[test]
fn a_bundle_whose_last_open_part_is_taken_back_is_closed_when_that_arrives() {
    let day = begin();
    let (case, view) = submitted(&day);
    let Day { township, window, .. } = &day;
    for item in ["LINSHI", "SHUI"] {
        let part = part(&view, item);
        township.accept(&part["id"]);
        township.confirm(&part["id"], "granted");
    }
    window.report();
    answer(window, &case, &[("/data/items", "LINSHI SHUI")]);
    fill(window, &case, AID);
    window.call("submit_case", json!({"case": case}));
    window.report();
    township.import();
    assert_eq!(township.show(&case)["row"]["stage"], json!("closed"));
}

const DEATH: &[(&str, &str)] = &[
    ("applicant_relation", "10"),
    ("death_kind", "normal"),
    ("disposal", "cremated"),
    ("verify_state", "suspected"),
    ("running_benefits", "NONE"),
];

#[test]
fn after_a_death_the_person_is_suspected_dead_and_an_office_says_whether_it_is_true() {
    let Day { township, window, elder, .. } = &begin();
    let view = open(window, "SHENHOU", elder);
    let case = view["row"]["id"].clone();
    assert!(ticked(&view).contains(&"SH_SIWANG"));
    answer(window, &case, &[("/data/items", "SH_SIWANG SH_HUKOU")]);
    fill(window, &case, DEATH);
    let standing = |case: &Value| township.show(case)["standing"].clone();
    window.call("submit_case", json!({"case": case}));
    window.report();
    township.import();
    let view = window.call("show_case", json!({"case": case}));
    let parts = [part(&view, "SH_SIWANG")["id"].clone(), part(&view, "SH_HUKOU")["id"].clone()];
    for part in &parts {
        assert_eq!(township.show(part)["invalid"], json!([]));
    }
    assert_eq!(standing(&case)["death"], json!("suspected"), "as the form reports it");
    let hinted = |window: &Window| {
        let found = window.call("radar", json!({"item": null}));
        found["lines"].as_array().unwrap().iter().any(|line| line["person"]["id"] == json!(elder))
    };
    assert!(!hinted(window), "nothing is asked of who may be dead");
    township.confirmer.ask("case/death", &json!({"id": case, "is_true": false}));
    window.report();
    assert_eq!(standing(&case)["death"], json!(null));
    assert!(hinted(window), "a false report leaves everything as it was");
    for part in &parts {
        township.accept(part);
        township.confirm(part, "refused");
    }
    assert_eq!(township.show(&case)["row"]["stage"], json!("closed"));
}
