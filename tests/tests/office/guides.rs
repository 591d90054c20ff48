//! The guide on a window: every built-in item, and what the township changed of one after the next exchange.

use crate::at_work::{Day, begin};
use crate::desk::Window;
use crate::filling::{fill, open};
use bangban_model::clock::{Clock, SystemClock};
use chrono::Days;
use serde_json::{Value, json};

fn in_days(days: u64) -> String {
    SystemClock.today().checked_add_days(Days::new(days)).unwrap().to_string()
}

#[test]
fn every_built_in_item_opens_by_its_form_or_says_why_not() {
    let Day { window, elder, .. } = begin();
    let guides = window.call("find_guides", json!({"text": ""}));
    let guides = guides.as_array().unwrap();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../catalogue");
    let registers = window.call("registers", json!({})).as_array().unwrap().len();
    assert_eq!(guides.len() + registers, std::fs::read_dir(folder).unwrap().count());
    let (mut opened, mut refused) = (0, Vec::new());
    for guide in guides {
        let code = guide["code"].as_str().unwrap();
        let shown = window.call("show_guide", json!({"code": code}));
        assert_eq!(shown["line"]["code"], json!(code));
        let arguments = json!({"item": code, "person": elder, "visit": null, "again": false});
        if guide["open"] == json!(true) && guide["has_form"] == json!(true) {
            let view = window.call("open_case", arguments);
            assert!(!view["form"].as_array().unwrap().is_empty(), "{code} asks nothing");
            assert_eq!(view["bundle"].is_object(), guide["bundle"] == json!(true), "{code}");
            opened += 1;
        } else {
            let expected = if guide["has_form"] == json!(true) { "item_closed" } else { "item_has_no_form" };
            assert_eq!(window.refused("open_case", arguments), expected, "{code}");
            refused.push((code, expected));
        }
    }
    assert!(opened >= 30, "{opened} items can be opened");
    let closed: Vec<_> = refused.iter().filter(|(_, why)| *why == "item_closed").collect();
    assert_eq!(closed, [&("LNZ", "item_closed")]);
    assert!(refused.len() > 1, "guides alone are among them");
}

#[test]
fn a_changed_card_comes_with_the_next_exchange_and_an_open_case_keeps_its_own() {
    let Day { center: _center, township, window, elder } = begin();
    let before = open(&window, "GAOLING", &elder)["row"]["id"].clone();
    fill(&window, &before, &[("hukou_place", "大湖村")]);
    let mut card = township.card("GAOLING");
    card["materials"].as_array_mut().unwrap().push(json!({
        "id": "door_photo", "name": "入户照片", "name_en": "Photo at the door",
        "required": true, "picture": true, "kind": "original"
    }));
    card["limits"] = json!({"promised": [
        {"name": "全程", "name_en": "The whole", "days": 20, "day_kind": "workday", "certainty": "local", "whole": true}
    ]});
    township.publish(&card);
    let has_it = |view: &Value| view["materials"].to_string().contains("door_photo");
    assert!(!has_it(&window.call("show_guide", json!({"code": "GAOLING"}))), "nothing comes by itself");
    window.report();
    assert!(has_it(&window.call("show_guide", json!({"code": "GAOLING"}))));

    let kept = window.call("show_case", json!({"case": before}));
    assert!(
        !has_it(&kept) && kept["hindrances"] == json!([]),
        "it asks for what it asked for: {}",
        kept["hindrances"]
    );
    window.call("submit_case", json!({"case": before}));
    let again = json!({"item": "GAOLING", "person": elder, "visit": null, "again": true});
    let after = window.call("open_case", again);
    assert!(has_it(&after) && after["hindrances"].to_string().contains("material/door_photo"));
    let after = after["row"]["id"].clone();
    fill(&window, &after, &[]);
    window.call("submit_case", json!({"case": after}));
    window.report();
    township.import();
    for (case, limits) in [(&before, 0), (&after, 1)] {
        let view = township.accept(case);
        assert_eq!(view["invalid"], json!([]), "the center finds nothing wrong");
        assert_eq!(view["clock"]["limits"].as_array().unwrap().len(), limits, "{}", view["clock"]);
    }
    window.report();
    for (case, limits) in [(&before, 0), (&after, 1)] {
        let view = window.call("show_case", json!({"case": case}));
        assert_eq!(view["row"]["standing"], "accepted");
        assert_eq!(view["clock"]["limits"].as_array().unwrap().len(), limits, "the window counts alike");
    }
}

#[test]
fn an_item_is_switched_off_by_its_date_after_the_exchange() {
    let Day { center: _center, township, window, elder } = begin();
    let mut card = township.card("GAOLING");
    let closed = |from: String| json!({"from": from, "reason": "停办，转线上", "reason_en": "Online only"});
    card["closed"] = closed(in_days(1));
    township.publish(&card);
    window.report();
    let opened = open(&window, "GAOLING", &elder);
    card["closed"] = closed(in_days(0));
    township.publish(&card);
    let still = json!({"item": "GAOLING", "person": elder, "visit": null, "again": true});
    window.call("open_case", still.clone());
    window.report();
    assert_eq!(window.refused("open_case", still.clone()), "item_closed");
    let guide = window.call("show_guide", json!({"code": "GAOLING"}));
    assert_eq!(
        (&guide["line"]["open"], &guide["line"]["closed"]["reason"]),
        (&json!(false), &json!("停办，转线上"))
    );
    let case = &opened["row"]["id"];
    fill(&window, case, &[]);
    let submitted = window.call("submit_case", json!({"case": case}));
    assert_eq!(submitted["row"]["standing"], "pending", "what was begun before is finished");
    township.admin.ask("guide/again", &json!({"number": 1}));
    window.report();
    open(&window, "CANBU", &elder);
    window.call("open_case", json!({"item": "GAOLING", "person": elder, "visit": null, "again": true}));
}

#[test]
fn a_card_comes_by_receipt_file_too() {
    let Day { center, township, window, .. } = begin();
    let mut card = township.card("GAOLING");
    card["agent_does"] = json!("上门看望，帮助填表");
    township.publish(&card);
    let (batch, receipt) = (window.file("out.bangban"), window.file("back.bangban"));
    window.call("export_batch", json!({"file": window.offer(&batch), "piece_mb": null}));
    center.receive(&batch, &receipt).good();
    window.call("import_receipt", json!({"file": window.offer(&receipt)}));
    let guide = window.call("show_guide", json!({"code": "GAOLING"}));
    assert_eq!(guide["agent_does"], json!("上门看望，帮助填表"));
}

#[test]
fn limits_on_the_window_follow_the_calendar_that_was_published() {
    let Day { center: _center, township, window, elder } = begin();
    let mut card = township.card("GAOLING");
    card["limits"] = json!({"promised": [
        {"name": "全程", "name_en": "The whole", "days": 5, "day_kind": "workday", "certainty": "local", "whole": true}
    ]});
    township.publish(&card);
    window.report();
    let case = open(&window, "GAOLING", &elder)["row"]["id"].clone();
    fill(&window, &case, &[]);
    window.call("submit_case", json!({"case": case}));
    window.report();
    township.import();
    let due = |view: &Value| view["clock"]["limits"][0]["reckoning"]["due"].as_str().unwrap().to_owned();
    let at_center = due(&township.accept(&case));
    window.report();
    let here = |window: &Window| due(&window.call("show_case", json!({"case": case})));
    assert_eq!(here(&window), at_center);
    let days: Vec<String> = (1..=40).map(in_days).collect();
    township.publish_days_off(&days);
    let later = due(&township.show(&case));
    assert!(later > days[39], "{later}: forty days off lie between");
    assert_eq!(here(&window), at_center, "not before the exchange");
    window.report();
    assert_eq!(here(&window), later);
}
