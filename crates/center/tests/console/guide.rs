//! An official changes a card and publishes it: for the whole center or for a township, taken back, brought back.

use crate::acting::{Staff, case_in, limits_of, resident};
use crate::author::{DAHU, FAR};
use crate::browser::{Browser, Office, TOWNSHIP};
use bangban_center::form::FormOrder;
use bangban_center::staff::Role;
use bangban_model::published_form::FormFiles;
use serde_json::{Value, json};

const FAR_TOWNSHIP: &str = "420703100";

/// 低保 with a whole way of so many working days, as the editor has it.
async fn allowance(browser: &Browser, days: u32) -> Value {
    let mut card = browser.ask("guide/edit", json!({"code": "DIBAO"})).await["card"].clone();
    let limits = card["limits"]["statutory"].as_array_mut().unwrap();
    let whole = limits.iter_mut().find(|limit| limit["whole"] == json!(true)).unwrap();
    whole["days"] = json!(days);
    card
}

/// The limit of the whole way that the guide tells.
async fn told(browser: &Browser) -> String {
    let guide = browser.ask("guide/show", json!({"code": "DIBAO"})).await;
    let limits = guide["limits"].as_array().unwrap().iter();
    limits.filter(|limit| limit["name"] == "全程").map(|limit| limit["text"].to_string()).collect()
}

#[tokio::test]
async fn a_changed_card_is_looked_at_published_and_brought_back_by_its_number() {
    let office = Office::open().await;
    let admin = office.at_work("何平", Role::Admin, "").await;
    let editor = admin.ask("guide/edit", json!({"code": "DIBAO"})).await;
    assert_eq!(
        (&editor["local"], &editor["may_publish"], &editor["differs"], &editor["published"]),
        (&json!(false), &json!(true), &json!(false), &json!([]))
    );
    let mut broken = allowance(&admin, 25).await;
    broken["limits"]["statutory"][1]["day_kind"] = json!("weekday");
    let looked_at = admin.ask("guide/check", json!({"card": broken})).await;
    assert_eq!(looked_at["errors"][0]["cell"], json!("limits.statutory[2].day_kind"));
    let mut other = allowance(&admin, 25).await;
    other["materials"][1]["id"] = other["materials"][0]["id"].clone();
    other["eligibility"][0]["rule"] = json!("${nothing_known} > 1");
    let found = admin.ask("guide/check", json!({"card": other})).await;
    let cells: Vec<&Value> = found["errors"].as_array().unwrap().iter().map(|one| &one["cell"]).collect();
    assert!(
        cells.contains(&&json!("materials[2].id")) && cells.contains(&&json!("eligibility[1].rule")),
        "all of them at once: {found}"
    );
    assert_eq!((&looked_at["ok"], &looked_at["preview"]), (&json!(false), &json!(null)));
    let message = looked_at["errors"][0]["message"].as_str().unwrap();
    assert!(!message.is_ascii(), "told in the reader's language: {message}");
    assert_eq!(admin.refusal("guide/publish", json!({"card": broken})).await, "card_broken");
    assert!(told(&admin).await.contains("30"), "nothing broken is published");

    let shorter = allowance(&admin, 25).await;
    let looked_at = admin.ask("guide/check", json!({"card": shorter})).await;
    assert_eq!(looked_at["errors"], json!([]));
    assert!(looked_at["preview"]["limits"].to_string().contains("25"), "the guide as it would be");
    assert!(told(&admin).await.contains("30"), "a look changes nothing");
    let first = admin.ask("guide/publish", json!({"card": shorter})).await;
    assert!(told(&admin).await.contains("25"));
    let line = &first["published"][0];
    assert_eq!(
        (&line["number"], &line["card"], &line["local"], &line["form"], &line["scope"]),
        (&json!(1), &json!(true), &json!(false), &json!(false), &json!(""))
    );
    assert_eq!((&line["published_by"], &line["again"]), (&json!("何平"), &json!(true)));
    assert_eq!(admin.refusal("guide/publish", json!({"card": shorter})).await, "form_unchanged");

    admin.ask("guide/publish", json!({"card": allowance(&admin, 20).await})).await;
    assert!(told(&admin).await.contains("20"));
    let again = admin.ask("guide/again", json!({"number": 1})).await;
    assert!(told(&admin).await.contains("25"), "the first holds again");
    assert_eq!(again["published"][0]["number"], json!(3), "as a publication of its own");
    assert_eq!(admin.refusal("guide/again", json!({"number": 9})).await, "item_unknown");
    assert_eq!(admin.refusal("guide/again", json!({"number": 0})).await, "item_unknown");

    let acceptor = office.at_work("李科员", Role::Acceptor, "").await;
    assert_eq!(acceptor.ask("guide/edit", json!({"code": "DIBAO"})).await["may_publish"], json!(false));
    assert_eq!(acceptor.refusal("guide/publish", json!({"card": shorter})).await, "not_allowed");
}

#[tokio::test]
async fn what_a_township_changes_holds_there_alone_and_goes_when_it_is_withdrawn() {
    let office = Office::open().await;
    let everywhere = office.at_work("何平", Role::Admin, "").await;
    let here = office.at_work("陈站长", Role::Admin, TOWNSHIP).await;
    let there = office.at_work("刘站长", Role::Admin, FAR_TOWNSHIP).await;
    let editor = here.ask("guide/publish", json!({"card": allowance(&here, 18).await})).await;
    assert_eq!((&editor["local"], &editor["differs"]), (&json!(true), &json!(true)));
    let line = &editor["published"][0];
    assert_eq!(
        (&line["card"], &line["local"], &line["scope"]),
        (&json!(false), &json!(true), &json!(TOWNSHIP)),
        "only what differs is published"
    );
    assert!(told(&here).await.contains("18"));
    assert!(told(&there).await.contains("30") && told(&everywhere).await.contains("30"));
    let other = there.ask("guide/edit", json!({"code": "DIBAO"})).await;
    assert_eq!((&other["differs"], &other["published"][0]["again"]), (&json!(false), &json!(false)));
    assert_eq!(there.refusal("guide/again", json!({"number": 1})).await, "item_unknown", "not theirs");

    let mut card = allowance(&everywhere, 28).await;
    card["agent_does"] = json!("帮助填表，陪同入户");
    everywhere.ask("guide/publish", json!({"card": card})).await;
    assert!(told(&here).await.contains("18"), "what differs stays over what everybody has");
    assert!(told(&there).await.contains("28"));
    let guide = here.ask("guide/show", json!({"code": "DIBAO"})).await;
    assert_eq!(guide["agent_does"], json!("帮助填表，陪同入户"), "the rest is everybody's");

    let editor = here.ask("guide/withdraw", json!({"code": "DIBAO"})).await;
    assert_eq!(editor["differs"], json!(false));
    assert!(told(&here).await.contains("28"));
    assert_eq!(here.refusal("guide/withdraw", json!({"code": "DIBAO"})).await, "form_unchanged");
}

#[tokio::test]
async fn a_case_keeps_the_card_it_was_opened_with_and_a_new_one_has_the_new() {
    let office = Office::open().await;
    let staff = Staff::of(&office).await;
    let admin = &staff.admin;
    let mut alice = office.town.author(&[DAHU]).await;
    let person = resident(&mut alice, DAHU, &[("name", json!("周大山"))]);
    let before = case_in(&mut alice, DAHU, "DIBAO", person, 0, &[]);
    let mut card = allowance(admin, 20).await;
    card["materials"].as_array_mut().unwrap().push(json!({
        "id": "village_letter", "name": "村委会意见", "name_en": "Letter of the village",
        "required": true, "kind": "original"
    }));
    admin.ask("guide/publish", json!({"card": card})).await;
    let after = case_in(&mut alice, DAHU, "DIBAO", person, 1, &[]);
    alice.send_all(&office.town).await;
    staff.import().await;
    let (before, after) = (staff.accept(before).await, staff.accept(after).await);
    assert_eq!(limits_of(&before), [("statutory".to_owned(), 30)]);
    assert_eq!(limits_of(&after), [("statutory".to_owned(), 20)]);
    let asks = |view: &Value, list: &str, key: &str, id: &str| {
        view[list].as_array().unwrap().iter().any(|material| material[key] == json!(id))
    };
    assert!(!asks(&before, "materials", "id", "village_letter"), "{}", before["materials"]);
    assert!(asks(&after, "materials", "id", "village_letter"));
    assert!(!asks(&before, "missing", "path", "material/village_letter"));
    assert!(asks(&after, "missing", "path", "material/village_letter"));
}

#[tokio::test]
async fn a_card_that_is_published_is_the_card_of_far_villages_too_and_a_local_one_is_not() {
    let office = Office::open().await;
    let here = office.at_work("陈站长", Role::Admin, TOWNSHIP).await;
    here.ask("guide/publish", json!({"card": allowance(&here, 18).await})).await;
    let acceptor = office.at_work("全县", Role::Acceptor, "").await;
    let mut alice = office.town.author(&[DAHU, FAR]).await;
    let mut cases = Vec::new();
    for village in [DAHU, FAR] {
        let person = resident(&mut alice, village, &[("name", json!("周大山"))]);
        cases.push(case_in(&mut alice, village, "DIBAO", person, 1, &[]));
    }
    alice.send_all(&office.town).await;
    for batch in acceptor.ask("batch/list", json!({"limit": 100})).await.as_array().unwrap() {
        acceptor.ask("batch/import", json!({"id": batch["id"]})).await;
    }
    let mut limits = Vec::new();
    for case in cases {
        let shown = acceptor.ask("case/show", json!({"id": case})).await;
        let revision = &shown["row"]["revision"];
        let accepted = acceptor.ask("case/accept", json!({"id": case, "revision": revision})).await;
        limits.push(limits_of(&accepted));
    }
    assert_eq!(limits, [[("statutory".to_owned(), 18)], [("statutory".to_owned(), 30)]]);
}

#[tokio::test]
async fn what_is_missing_depends_on_the_household_as_it_does_on_the_laptop() {
    let office = Office::open().await;
    let staff = Staff::of(&office).await;
    let mut alice = office.town.author(&[DAHU]).await;
    let house = json!("0193d1f0-0000-7000-8000-0000000000aa");
    let member = |name: &str| [("name", json!(name)), ("household", house.clone())];
    let person = resident(&mut alice, DAHU, &member("周大山"));
    resident(&mut alice, DAHU, &member("周小山"));
    let alone = resident(&mut alice, DAHU, &[("name", json!("独居"))]);
    let mut card = allowance(&staff.admin, 30).await;
    card["materials"].as_array_mut().unwrap().push(json!({
        "id": "members_letter", "name": "成员声明", "name_en": "Declaration of the members",
        "required": true, "kind": "original", "when": "${household_size} > 1"
    }));
    staff.admin.ask("guide/publish", json!({"card": card})).await;
    let [together, alone] = [person, alone].map(|person| case_in(&mut alice, DAHU, "DIBAO", person, 1, &[]));
    alice.send_all(&office.town).await;
    staff.import().await;
    let asks = |view: &Value| {
        let (missing, materials) =
            (view["missing"].as_array().unwrap(), view["materials"].as_array().unwrap());
        (
            missing.iter().any(|line| line["path"] == json!("material/members_letter")),
            materials.iter().any(|material| material["id"] == json!("members_letter")),
        )
    };
    assert_eq!(asks(&staff.show(together).await), (true, true));
    assert_eq!(asks(&staff.show(alone).await), (false, false), "nobody has to declare with her");
}

fn new_item(code: &str, bundle: bool) -> Value {
    json!({"code": code, "name": "村庄便民车", "department": "交通", "category": "life", "bundle": bundle})
}

#[tokio::test]
async fn a_new_item_begins_with_an_empty_card_and_is_a_guide_once_it_is_published() {
    let office = Office::open().await;
    let admin = office.at_work("何平", Role::Admin, "").await;
    for code in ["dibao", "A", "2A", "A B", "村", &"A".repeat(25)] {
        assert_eq!(admin.refusal("guide/begin", new_item(code, false)).await, "bad_input", "{code}");
    }
    assert_eq!(admin.refusal("guide/begin", new_item("DIBAO", false)).await, "item_known");
    let mut nameless = new_item("BIANMINCHE", false);
    nameless["name"] = json!(" ");
    assert_eq!(admin.refusal("guide/begin", nameless).await, "new_item_incomplete");
    let acceptor = office.at_work("李科员", Role::Acceptor, "").await;
    assert_eq!(acceptor.refusal("guide/begin", new_item("BIANMINCHE", false)).await, "not_allowed");

    let editor = admin.ask("guide/begin", new_item("BIANMINCHE", false)).await;
    assert_eq!((&editor["is_new"], &editor["published"]), (&json!(true), &json!([])));
    assert_eq!(admin.refusal("guide/show", json!({"code": "BIANMINCHE"})).await, "item_unknown");
    let mut card = editor["card"].clone();
    card["agent_does"] = json!("帮助预约");
    let looked_at = admin.ask("guide/check", json!({"card": card})).await;
    assert_eq!(looked_at["errors"], json!([]), "a begun card can be published: {looked_at}");
    assert_eq!(looked_at["preview"]["line"]["name"], json!("村庄便民车"));
    let editor = admin.ask("guide/publish", json!({"card": card})).await;
    assert_eq!((&editor["is_new"], &editor["published"][0]["number"]), (&json!(false), &json!(1)));
    let guide = admin.ask("guide/show", json!({"code": "BIANMINCHE"})).await;
    assert_eq!((&guide["agent_does"], &guide["line"]["open"]), (&json!("帮助预约"), &json!(false)));
    assert_eq!(admin.refusal("guide/begin", new_item("BIANMINCHE", false)).await, "item_known");
}

#[tokio::test]
async fn a_new_bundle_is_made_of_items_that_are_there_also_of_published_ones() {
    let office = Office::open().await;
    let admin = office.at_work("何平", Role::Admin, "").await;
    let alone = admin.ask("guide/begin", new_item("BIANMINCHE", false)).await["card"].clone();
    admin.ask("guide/publish", json!({"card": alone})).await;
    let mut card = admin.ask("guide/begin", new_item("CHUXING", true)).await["card"].clone();
    card["name"] = json!("出行一件事");
    card["bundle"]["items"] = json!([{"code": "BIANMINCHE"}]);
    let found = admin.ask("guide/check", json!({"card": card})).await;
    assert_eq!(found["errors"][0]["cell"], json!("bundle.items"), "nothing is asked for it: {found}");
    assert!(found.to_string().contains("没有表单"), "the item itself is known: {found}");
    card["bundle"]["items"] = json!([{"code": "BIANMINCHE"}, {"code": "SSC", "ticked": true}]);
    admin.ask("guide/publish", json!({"card": card})).await;
    let guide = admin.ask("guide/show", json!({"code": "CHUXING"})).await;
    assert_eq!((&guide["line"]["bundle"], &guide["line"]["open"]), (&json!(true), &json!(true)));
}

#[tokio::test]
async fn an_item_that_began_as_a_form_can_be_changed_in_the_editor() {
    let office = Office::open().await;
    let admin = office.at_work("何平", Role::Admin, "").await;
    let workbook = include_bytes!("../../../../catalogue/SSC/form.xlsx").to_vec();
    let order = FormOrder { item: "DEMO_CARD".into(), name: "样卡".into(), department: "人社".into() };
    let center = &office.town.center;
    center.publish_form(&center.sign_in("何平").unwrap(), &order, FormFiles::alone(workbook)).unwrap();
    let mut card = admin.ask("guide/edit", json!({"code": "DEMO_CARD"})).await["card"].clone();
    card["valid_from"] = json!("2026-11-20");
    let found = admin.ask("guide/check", json!({"card": card})).await;
    assert_eq!(found["errors"], json!([]), "the card need not name the form that is there: {found}");
    admin.ask("guide/publish", json!({"card": card})).await;
}

#[tokio::test]
async fn what_would_not_fit_a_line_to_the_laptops_is_not_published() {
    let office = Office::open().await;
    office.at_work("何平", Role::Admin, "").await;
    let center = &office.town.center;
    let sign_in = center.sign_in("何平").unwrap();
    let card = include_str!("../../../../catalogue/SSC/item.toml");
    let renamed = card.replacen("name = \"", "name = \"新", 1);
    // A comment of quotes: each takes four bytes by the time it is on the wire.
    let padded = |quotes: usize| format!("{renamed}\n# {}\n", "\"".repeat(quotes));
    let refused = center.publish_card(&sign_in, &padded(130 * 1024)).unwrap_err();
    assert_eq!(refused.code().as_str(), "form_too_large");
    center.publish_card(&sign_in, &padded(100 * 1024)).unwrap();
    let heard = office.town.author(&[DAHU]).await.ask(&office.town).await;
    assert!(heard.ended, "every laptop still hears its answer to the end");
}

#[tokio::test]
async fn how_a_register_stands_on_the_days_list_is_said_in_the_editor() {
    let office = Office::open().await;
    let admin = office.at_work("何平", Role::Admin, "").await;
    let editor = admin.ask("guide/edit", json!({"code": "DJ_GUANZHU"})).await;
    let lists = editor["words"].as_array().unwrap();
    let words = &lists.iter().find(|words| words["key"] == "open_as").unwrap()["words"];
    let words: Vec<_> = words.as_array().unwrap().iter().map(|word| word["word"].clone()).collect();
    assert_eq!(words, ["appointment", "signature", "watch"]);
    let mut card = editor["card"].clone();
    assert_eq!(card["register"]["open"]["as"], "watch");
    card["register"]["open"]["as"] = json!("signature");
    admin.ask("guide/publish", json!({"card": card})).await;
    let again = admin.ask("guide/edit", json!({"code": "DJ_GUANZHU"})).await;
    assert_eq!(again["card"]["register"]["open"]["as"], "signature");
}
