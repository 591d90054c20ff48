//! A form that the center published, on the window: picture questions, and where a case keeps them.

use crate::desk::{Window, programs};
use crate::filling;
use bangban_model::Digest;
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
    let opened =
        window.call("open_case", json!({"item": "ROAD", "person": person, "visit": null, "again": false}));
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
    assert_eq!(filling::consent(&window, &case)["hindrances"], json!([]));
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

#[test]
fn a_file_is_chosen_dropped_saved_again_and_taken_away() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    center.add_staff(ADMIN, "admin", "");
    let survey: &[&[&str]] = &[
        &["type", "name", "label", "media::image"],
        &["file", "proof", "残疾证明", "card.jpg"],
        &["select_one seen", "seen", "见到原件", ""],
    ];
    let choices: &[&[&str]] =
        &[&["list_name", "name", "label", "media::image"], &["seen", "yes", "见到", "card.jpg"]];
    let settings: &[&[&str]] = &[&["form_title", "form_id", "version"], &["残疾人补贴", "CANJI", "1"]];
    let form = Official::write(&[("survey", survey), ("choices", choices), ("settings", settings)]);
    std::fs::write(form.file().with_file_name("card.jpg"), PHOTOGRAPH).unwrap();
    center.run(&["form", "publish", &form.path(), "--department", "区残联", "--as", ADMIN]);
    window.report();
    let person = window.person(&village.household.elder.number);
    let opened =
        window.call("open_case", json!({"item": "CANJI", "person": person, "visit": null, "again": false}));
    let case = opened["row"]["id"].clone();

    let shown = &opened["form"][0]["media"]["image"];
    assert_eq!(shown, &json!(Digest::of(PHOTOGRAPH).to_string()));
    assert_eq!(&opened["form"][1]["choices"][0]["media"]["image"], shown);
    let (bytes, kind) = window.office.photo(Digest::of(PHOTOGRAPH)).unwrap();
    assert_eq!((bytes.as_slice(), kind), (PHOTOGRAPH, "image/jpeg"), "what the form shows is here");

    let paper = window.file("证明.pdf");
    std::fs::write(&paper, b"%PDF-1.7 one").unwrap();
    let add = json!({"case": case, "path": "/data/proof", "file": window.offer(&paper)});
    let added = window.call("add_file", add);
    let first = added["form"][0]["value"].clone();
    let kept = &added["photos"][0];
    assert_eq!((&kept["digest"], &kept["name"]), (&first, &json!("证明.pdf")));
    assert_eq!((&kept["media"], &kept["size_bytes"]), (&json!("application/pdf"), &json!(12)));
    assert_eq!(added["row"]["photos"], 0, "it is no picture");
    assert!(!added.to_string().contains(&*window.file("").to_string_lossy()), "no path of it");

    let drop = |name: &str, bytes: &[u8]| json!({"case": case, "path": "/data/proof", "name": name, "bytes": BASE64.encode(bytes)});
    assert_eq!(window.refused("drop_file", drop("a.sh", b"#!/bin/sh\n")), "file_not_taken");
    let dropped = window.call("drop_file", drop("..\\二.txt", "第二份\n".as_bytes()));
    assert_ne!(dropped["form"][0]["value"], first);
    assert_eq!(dropped["photos"].as_array().unwrap().len(), 1, "the second took the place of the first");
    assert_eq!(dropped["photos"][0]["name"], "二.txt");

    let to = window.file("out.txt");
    let save = |digest: &Value| json!({"case": case, "digest": digest, "file": window.offer(&to)});
    window.call("save_file", save(&dropped["form"][0]["value"]));
    assert_eq!(std::fs::read(&to).unwrap(), "第二份\n".as_bytes());
    assert_eq!(window.refused("save_file", save(&first)), "photo_unknown", "the case holds it no more");

    let bare = window.call("remove_photo", json!({"case": case, "digest": dropped["form"][0]["value"]}));
    assert_eq!((&bare["form"][0]["value"], &bare["photos"]), (&json!(""), &json!([])));
}
