//! A form that the center published, on the window: picture questions, and where a case keeps them.

use crate::desk::{Window, programs};
use bangban_tests::harness::{Center, Official, Village};
use data_encoding::BASE64;
use serde_json::{Value, json};

const PHOTOGRAPH: &[u8] = include_bytes!("../../../data/pictures/chelsea.jpg");
const OTHER: &[u8] = include_bytes!("../../../data/pictures/coffee.jpg");
const ADMIN: &str = "何平";

fn village_road() -> Official {
    let survey: &[&[&str]] = &[
        &["type", "name", "label", "required", "relevant", "appearance"],
        &["text", "place", "地点", "yes", "", ""],
        &["image", "scene", "现场照片", "yes", "${place} != ''", ""],
        &["image", "sign", "报告人签名", "", "", "signature"],
    ];
    let settings: &[&[&str]] = &[&["form_title", "form_id", "version"], &["道路隐患上报", "ROAD", "1"]];
    Official::write(&[("survey", survey), ("settings", settings)])
}

#[test]
fn a_picture_answers_its_question_and_goes_with_it() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    center.add_staff(ADMIN, "admin", "");
    let road = village_road();
    center.run(&["form", "publish", &road.path(), "--department", "镇交通办", "--as", ADMIN]);
    window.report();
    let items = window.call("items", json!({}));
    assert!(items.as_array().unwrap().iter().any(|item| item["code"] == "ROAD"), "{items}");

    let person = window.person(&village.household.elder.number);
    let opened = window.call("open_case", json!({"item": "ROAD", "person": person, "visit": null}));
    let case = opened["row"]["id"].clone();
    let picture =
        |slot: &str, bytes: &[u8]| json!({"case": case, "slot": slot, "bytes": BASE64.encode(bytes)});
    assert_eq!(
        window.refused("add_photo", picture("/data/scene", PHOTOGRAPH)),
        "answer_unknown",
        "it is not asked yet"
    );
    assert_eq!(
        window.refused("add_photo", picture("/data/place", PHOTOGRAPH)),
        "answer_unknown",
        "it takes a text"
    );
    window.call("answer_case", json!({"case": case, "answers": {"/data/place": "村口"}}));
    let value = |shown: &Value, path: &str| {
        let form = shown["form"].as_array().unwrap().iter().find(|field| field["path"] == path).cloned();
        form.unwrap()["value"].clone()
    };
    let first = window.call("add_photo", picture("/data/scene", PHOTOGRAPH));
    let digest = value(&first, "/data/scene");
    assert_eq!(first["photos"][0]["digest"], digest);
    assert_eq!(first["hindrances"], json!([]));
    let second = window.call("add_photo", picture("/data/scene", OTHER));
    assert_ne!(value(&second, "/data/scene"), digest);
    assert_eq!(second["photos"].as_array().unwrap().len(), 1, "another picture takes the place of the first");
    let signed = window.call("add_photo", picture("/data/sign", PHOTOGRAPH));
    assert_eq!(signed["photos"].as_array().unwrap().len(), 2);
    let taken_back =
        window.call("remove_photo", json!({"case": case, "digest": value(&signed, "/data/sign")}));
    assert_eq!(
        (value(&taken_back, "/data/sign"), taken_back["photos"].as_array().unwrap().len()),
        (json!(""), 1)
    );

    let submitted = window.call("submit_case", json!({"case": case}));
    assert_eq!(submitted["row"]["standing"], "pending");
    assert_eq!(window.report()["pending_photos"], 0);
    let shown = center.run(&["case", "show", case.as_str().unwrap()]);
    assert_eq!(shown["answers"]["/data/scene"], value(&second, "/data/scene"));
    assert_eq!((&shown["photos"], &shown["photos_verified"]), (&json!(1), &json!(1)));
}
