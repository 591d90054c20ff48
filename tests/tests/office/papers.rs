//! Papers: the original looked at where no picture is kept, the day on which one expires, what the place answers itself.

use crate::at_work::{Day, begin};
use crate::filling::{answer, fill, open};
use serde_json::{Value, json};

fn misses(view: &Value, material: &str) -> bool {
    let path = json!(format!("material/{material}"));
    view["missing"].as_array().unwrap().iter().any(|line| line["path"] == path)
}

fn material<'v>(view: &'v Value, id: &str) -> &'v Value {
    view["materials"].as_array().unwrap().iter().find(|material| material["id"] == id).unwrap()
}

#[test]
fn an_original_that_was_looked_at_is_not_missing_and_its_last_day_is_on_the_due_list() {
    let Day { township, window, elder, .. } = &begin();
    let mut card = township.card("GAOLING");
    let materials = card["materials"].as_array_mut().unwrap().iter_mut();
    for material in materials.filter(|material| material["id"] == "bank_card") {
        material["valid_months"] = json!(1);
    }
    township.publish(&card);
    window.report();
    let view = open(window, "GAOLING", elder);
    let case = view["row"]["id"].clone();
    assert_eq!(material(&view, "bank_card")["expires"], json!(true));
    assert!(misses(&view, "bank_card"), "{}", view["missing"]);
    let look = |material: &str, issued: Value| json!({"case": case, "material": material, "seen": true, "issued": issued});
    assert_eq!(window.refused("look_at_paper", look("no_such_paper", json!(null))), "bad_input");
    assert_eq!(window.refused("look_at_paper", look("bank_card", json!("2099-01-01"))), "bad_input");
    let today = window.call("today", json!({}))["day"].clone();
    let view = window.call("look_at_paper", look("bank_card", today));
    assert!(!misses(&view, "bank_card"), "{}", view["missing"]);
    assert!(view["missing"].to_string().contains("material/id_card"), "a picture is asked for of others");
    let view = window.call("look_at_paper", look("id_card", json!(null)));
    assert!(misses(&view, "id_card"), "looking is not enough where a picture is asked for");
    fill(window, &case, &[]);
    window.call("submit_case", json!({"case": case}));
    window.report();
    township.import();
    let view = township.show(&case);
    assert!(!misses(&view, "bank_card"), "the township sees the same: {}", view["missing"]);
    assert!(material(&view, "bank_card")["paper"].as_str().unwrap().starts_with("已查验原件，开具日期"));
    let due = window.call("due_list", json!({"within_days": 40, "item": "GAOLING"}));
    let lines = due["lines"].as_array().unwrap();
    assert!(lines.iter().any(|line| line["kind"] == "paper" && line["case"] == case), "{due}");
}

#[test]
fn what_the_bundle_spares_no_part_asks_again_not_even_after_a_return() {
    let Day { township, window, elder, .. } = &begin();
    let case = open(window, "BANGFU", elder)["row"]["id"].clone();
    let view = answer(window, &case, &[("/data/items", "DIBAO YILIAO")]);
    let papers = &view["bundle"]["papers"];
    // Each asks for four papers apart; what of them only one asks for, other offices have.
    assert_eq!((&papers["apart"], &papers["together"]), (&json!(8), &json!(3)), "{papers}");
    fill(window, &case, &[("near_relative", "no"), ("items", "DIBAO YILIAO"), ("applied_by", "self")]);
    window.call(
        "look_at_paper",
        json!({"case": case, "material": "application", "seen": true, "issued": null}),
    );
    window.call("submit_case", json!({"case": case}));
    window.report();
    township.import();
    let view = window.call("show_case", json!({"case": case}));
    for part in
        view["bundle"]["parts"].as_array().unwrap().iter().filter(|part| part["ticked"] == json!(true))
    {
        let (item, part) = (&part["item"], &part["case"]["id"]);
        let at_center = township.show(part);
        assert_eq!(at_center["missing"], json!([]), "{item} has everything");
        let remark = json!([{"path": "/data/person/phone", "text": "请核对电话"}]);
        let revision = &at_center["row"]["revision"];
        township
            .acceptor
            .ask("case/return", &json!({"id": part, "revision": revision, "remarks": remark, "note": ""}));
        window.report();
        answer(window, part, &[("/data/person/phone", "13900000002")]);
        let view = window.call("show_case", json!({"case": part}));
        assert_eq!((&view["missing"], &view["hindrances"]), (&json!([]), &json!([])), "{item}");
        window.call("submit_case", json!({"case": part}));
    }
}

#[test]
fn whether_she_counts_as_an_investigator_the_place_says_and_nobody_at_the_door() {
    let Day { township, window, elder, .. } = &begin();
    let counts = |view: &Value| {
        let fields = view["form"].as_array().unwrap();
        let field = fields.iter().find(|field| field["name"] == "agent_counts").unwrap();
        (field["value"].clone(), field["read_only"].clone())
    };
    let view = open(window, "RUHU", elder);
    assert_eq!(counts(&view), (json!("no"), json!(true)));
    let mut card = township.card("RUHU");
    card["fixed_answers"] = json!([{"name": "agent_counts", "value": "yes"}]);
    township.publish(&card);
    window.report();
    let again = json!({"item": "RUHU", "person": elder, "visit": null, "again": true});
    assert_eq!(counts(&window.call("open_case", again)), (json!("yes"), json!(true)));
    let path = "/data/survey/agent_counts";
    let refused = window.ask("answer_case", json!({"case": view["row"]["id"], "answers": {path: "yes"}}));
    assert_eq!(refused.unwrap_err().code.as_str(), "answer_unknown");
}

#[test]
fn a_draft_of_the_same_item_and_person_is_gone_on_with() {
    let Day { window, elder, .. } = &begin();
    let first = open(window, "GAOLING", elder)["row"]["id"].clone();
    let second = json!({"item": "GAOLING", "person": elder, "visit": null, "again": false});
    let refused = window.ask("open_case", second).unwrap_err();
    assert_eq!((refused.code.as_str(), &refused.facts["case"]), ("case_doubled", &first));
}
