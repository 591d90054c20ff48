//! What she types is kept at once, and what she submits is compared with what the township has.

use crate::desk::{PIN, Window, programs};
use crate::filling;
use bangban_photos::specimen::{SpecimenKind, paint_specimen};
use bangban_tests::harness::{ACCEPTOR, Center, Village};
use data_encoding::BASE64;
use serde_json::{Value, json};
use std::thread;

fn value_at(view: &Value, path: &str) -> String {
    let field = view["form"].as_array().unwrap().iter().find(|field| field["path"] == path).cloned();
    field.unwrap_or_else(|| panic!("{path} is not asked"))["value"].as_str().unwrap().to_owned()
}

#[test]
fn an_answer_that_came_back_survives_a_kill() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let person = window.person(&village.household.elder.number);
    let case = filling::open(&window, "DIBAO", &person)["row"]["id"].clone();
    let address = "/data/person/hukou_place";
    let answered = window.call("answer_case", json!({"case": case, "answers": {address: "大湖村3组"}}));
    assert!(answered["draft_saved_at"].is_string());
    let added = window.call("add_row", json!({"case": case, "path": "/data/household/member"}));
    let rows = added["repeats"][0]["rows"].as_u64().unwrap();
    let window = window.killed_and_opened_again();
    assert_eq!(window.refused("show_case", json!({"case": case})), "ledger_locked");
    window.call("sign_in", json!({"pin": PIN}));
    let shown = window.call("show_case", json!({"case": case}));
    assert_eq!(value_at(&shown, address), "大湖村3组");
    assert_eq!(shown["repeats"][0]["rows"].as_u64().unwrap(), rows);
    let today = window.call("today", json!({}));
    assert_eq!((&today["rows"][0]["kind"], &today["rows"][0]["case"]), (&json!("draft"), &case));
    let removed =
        window.call("remove_row", json!({"case": case, "path": format!("/data/household/member[{rows}]")}));
    assert_eq!(removed["repeats"][0]["rows"].as_u64().unwrap(), rows - 1);
    assert_eq!(window.refused("submit_case", json!({"case": case})), "case_incomplete");
    assert!(shown["hindrances"].as_array().unwrap().iter().all(|hindrance| hindrance["label"] != ""));
    window.call("discard_draft", json!({"case": case}));
    assert_eq!(window.refused("show_case", json!({"case": case})), "case_unknown");
}

#[test]
fn the_form_speaks_the_language_she_prefers() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let person = window.person(&village.household.elder.number);
    let opened =
        window.call("open_case", json!({"item": "SSC", "person": person, "visit": null, "again": false}));
    assert_eq!(opened["form"][0]["label"], "持卡人");
    let english = json!({"language": "en", "zoom": 125, "address": ""});
    window.call("set_preferences", json!({"preferences": english}));
    let shown = window.call("show_case", json!({"case": opened["row"]["id"]}));
    assert_eq!(shown["form"][0]["label"], "The card holder");
    assert_eq!(shown["row"]["item_name"], "Social-security card");
    assert!(shown["agent_must_not"].to_string().is_ascii(), "what she must not do is said in English too");
}

#[test]
fn what_the_township_returns_stands_at_its_field_and_the_correction_beside_what_was() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let person = window.person(&village.household.elder.number);
    let opened =
        window.call("open_case", json!({"item": "SSC", "person": person, "visit": null, "again": false}));
    let case = opened["row"]["id"].clone();
    let answers = json!({"/data/card/matter": "book_bank", "/data/card/bank": "农业银行",
        "/data/card/card_type": "gen3", "/data/card/card_number": "A12345678", "/data/visit/immobile": "no"});
    window.call("answer_case", json!({"case": case, "answers": answers}));
    let consented = crate::filling::consent(&window, &case);
    assert_eq!(consented["hindrances"], json!([]), "nothing hinders it");
    let submitted = window.call("submit_case", json!({"case": case}));
    assert_eq!(submitted["row"]["standing"], "pending");
    assert_eq!(window.report()["last_problem"], Value::Null);
    assert_eq!(window.call("show_case", json!({"case": case}))["row"]["standing"], "received");

    center.import_waiting(ACCEPTOR);
    let id = case.as_str().unwrap();
    center.run(&["case", "return", id, "--as", ACCEPTOR, "--remark", "/data/card/bank=银行写全称"]);
    window.report();
    let today = window.call("today", json!({}));
    assert_eq!(
        (&today["rows"][0]["kind"], &today["rows"][0]["words"]),
        (&json!("returned"), &json!("银行写全称"))
    );
    let returned = window.call("show_case", json!({"case": case}));
    let bank = |view: &Value| -> Value {
        let form = view["form"].as_array().unwrap().clone();
        form.into_iter().find(|field| field["path"] == "/data/card/bank").unwrap()
    };
    assert_eq!(
        (&returned["row"]["standing"], &bank(&returned)["remark"]),
        (&json!("returned"), &json!("银行写全称"))
    );
    assert_eq!(returned["returns"][0]["remarks"][0]["label"], "合作银行");
    let corrected = window
        .call("answer_case", json!({"case": case, "answers": {"/data/card/bank": "中国农业银行临江支行"}}));
    assert_eq!(
        (&bank(&corrected)["was"], &corrected["row"]["has_draft"]),
        (&json!("农业银行"), &json!(true))
    );
    let before = corrected["revisions"][0]["entry"].clone();
    let expected = json!([{"path": "/data/card/bank", "label": "合作银行",
        "before": "农业银行", "after": "中国农业银行临江支行"}]);
    let drafted = window.call("compare_revisions", json!({"case": case, "before": before, "after": null}));
    assert_eq!(drafted, expected);
    let again = window.call("submit_case", json!({"case": case}));
    let after = again["revisions"][1]["entry"].clone();
    assert_eq!(
        window.call("compare_revisions", json!({"case": case, "before": before, "after": after})),
        expected
    );
    assert_eq!(
        window.refused("compare_revisions", json!({"case": case, "before": before, "after": null})),
        "case_stage"
    );
}

#[test]
fn what_was_typed_or_filled_in_comes_back_with_its_question_and_leaves_the_draft_only_with_it() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let person = window.person(&village.household.elder.number);
    let opened =
        window.call("open_case", json!({"item": "SSC", "person": person, "visit": null, "again": false}));
    let case = opened["row"]["id"].clone();
    let answer =
        |path: &str, value: &str| window.call("answer_case", json!({"case": case, "answers": {path: value}}));
    answer("/data/card/matter", "book_bank");
    answer("/data/visit/immobile", "yes");
    let asked = answer("/data/visit/wants_home_visit", "yes");
    let address = value_at(&asked, "/data/visit/visit_address");
    assert!(!address.is_empty(), "the address is filled in from what is known of the person");
    answer("/data/visit/visit_address", "大湖村卫生室");
    let hidden = answer("/data/visit/immobile", "no");
    assert!(
        hidden["form"].as_array().unwrap().iter().all(|field| field["path"] != "/data/visit/visit_address")
    );
    let back = answer("/data/visit/immobile", "yes");
    assert_eq!(value_at(&back, "/data/visit/visit_address"), "大湖村卫生室");
}

/// Says one thing after another until a picture is taken in, each time that the thing before is still there.
fn while_a_picture_comes(take: impl FnOnce(String) + Send, say: impl Fn(&str), said: impl Fn() -> String) {
    let picture = BASE64.encode(&paint_specimen(7, SpecimenKind::IdentityCard, 3424, 2160));
    thread::scope(|scope| {
        let taking = scope.spawn(move || take(picture));
        let mut last = String::new();
        for turn in 0.. {
            let came = taking.is_finished();
            assert_eq!(said(), last, "what was said before turn {turn} is gone");
            if came {
                assert!(turn > 2, "nothing was said meanwhile");
                break;
            }
            last = format!("第{turn}句");
            say(&last);
        }
    });
}

#[test]
fn what_is_said_of_a_case_or_a_line_while_a_picture_is_taken_in_stays() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let person = window.person(&village.household.elder.number);
    let case = filling::open(&window, "DIBAO", &person)["row"]["id"].clone();
    let show = || window.call("show_case", json!({"case": case}));

    let add =
        |bytes: String| drop(window.call("add_photo", json!({"case": case, "slot": null, "bytes": bytes})));
    let handle =
        |owner: &str| drop(window.call("handle_case", json!({"case": case, "changes": {"owner": owner}})));
    while_a_picture_comes(add, handle, || show()["handling"]["owner"].as_str().unwrap().to_owned());
    let address = "/data/person/hukou_place";
    let answer =
        |told: &str| drop(window.call("answer_case", json!({"case": case, "answers": {address: told}})));
    while_a_picture_comes(add, answer, || value_at(&show(), address));
    assert_eq!(show()["photos"].as_array().unwrap().len(), 1, "the same picture twice is one");

    let line = window.call("begin_line", json!({"register": "DJ_HUODONG"}))["row"]["id"].clone();
    window.call("answer_line", json!({"line": line, "answers": {"/data/state": "held"}}));
    let picture = |bytes: String| {
        drop(window.call("picture_line", json!({"line": line, "path": "/data/photo", "bytes": bytes})));
    };
    let place = "/data/place";
    let tell = |told: &str| drop(window.call("answer_line", json!({"line": line, "answers": {place: told}})));
    let shown = || window.call("show_line", json!({"line": line}));
    while_a_picture_comes(picture, tell, || value_at(&shown(), place));
    assert_ne!(value_at(&shown(), "/data/photo"), "");
}
