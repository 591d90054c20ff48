//! Cases as staff see them and decide on them.

use crate::author::{Author, DAHU, OTHER, case_recorded, frame, recorded};
use crate::browser::{Browser, Office, TOWNSHIP};
use bangban_center::staff::Role;
use bangban_model::body::{Body, CaseOpened, CaseSubmitted, FieldSet};
use bangban_model::photo::{PhotoField, photo_path};
use bangban_model::{Digest, SubjectId};
use serde_json::{Value, json};
use uuid::Uuid;

pub const NUMBER: &str = "42070419480315002X";
const PICTURE: &[u8] = b"\x89PNG a picture of a card";
const THUMB: &[u8] = b"RIFF....WEBP a thumbnail";

/// A pensioner's case as her agent submits it.
pub fn pension_case(alice: &mut Author, name: &str) -> SubjectId {
    let resident = SubjectId(Uuid::new_v4());
    let set = FieldSet::from([("name".into(), name.into()), ("id_number".into(), NUMBER.into())]);
    alice.write(&[(resident, Body::ResidentRecorded(bangban_model::body::Recorded { set }))]);
    let photo = PhotoField {
        slot: "id_or_card".into(),
        size_bytes: PICTURE.len() as u64,
        width: 1600,
        height: 1000,
        thumb: Some(Digest::of(THUMB)),
        thumb_size_bytes: THUMB.len() as u64,
        thumb_hash: String::new(),
        captured_at: Some("2026-03-02T08:20:00+08:00".into()),
        source: "camera".into(),
        ..Default::default()
    };
    let mut set = FieldSet::from([(photo_path(Digest::of(PICTURE)), serde_json::to_value(photo).unwrap())]);
    for (path, value) in [
        ("/data/person/name", name),
        ("/data/person/id_number", NUMBER),
        ("/data/person/phone", "13900001234"),
        ("/data/help/residence", "local"),
        ("/data/help/method", "visit"),
        ("/data/help/basis", "in_person comparison"),
        ("/data/unheard/of", "from a newer form"),
    ] {
        set.insert(path.into(), value.into());
    }
    let case = SubjectId(Uuid::new_v4());
    let opened = CaseOpened {
        item: "PENSION_CERT".into(),
        form_version: "1".into(),
        form_digest: Digest::of(b"form"),
        resident,
        household: None,
        visit: None,
        bundle: None,
        catalogue: None,
        set,
    };
    alice.write(&[(case, Body::CaseOpened(opened)), (case, Body::CaseSubmitted(CaseSubmitted {}))]);
    case
}

async fn import_everything(browser: &Browser) {
    for batch in browser.ask("batch/list", json!({"limit": 100})).await.as_array().unwrap() {
        browser.ask("batch/import", json!({"id": batch["id"]})).await;
    }
}

fn field<'a>(view: &'a Value, path: &str) -> &'a Value {
    let fields = view["fields"].as_array().unwrap();
    fields.iter().find(|field| field["path"] == path).unwrap_or_else(|| panic!("{path} is not shown"))
}

#[tokio::test]
async fn a_case_reads_in_the_words_of_its_form_with_numbers_masked() {
    let office = Office::open().await;
    let mut alice = office.town.author(&[DAHU]).await;
    let case = pension_case(&mut alice, "余桂英");
    alice.send_all(&office.town).await;
    let mut browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    let view = browser.ask("case/show", json!({"id": case})).await;
    let row = &view["row"];
    assert_eq!(
        (&row["item_name"], &row["village"], &row["stage"]),
        (&json!("养老认证"), &json!("大湖村"), &json!("submitted"))
    );
    assert_eq!(
        row["person"],
        json!({"id": row["person"]["id"], "name": "余桂英", "id_masked": "4207**********002X", "sex": "女", "age": 77})
    );
    assert_eq!(
        (&row["photos"], &row["photos_verified"], &row["revision_number"]),
        (&json!(1), &json!(0), &json!(1))
    );
    assert_eq!(row["assisted_words"], json!("已协助，待社保确认"));
    let number = field(&view, "/data/person/id_number");
    assert_eq!(
        (&number["label"], &number["value"], &number["masked"]),
        (&json!("身份证号"), &json!("4207**********002X"), &json!(true))
    );
    assert_eq!(field(&view, "/data/person/phone")["value"], json!("139****1234"));
    assert_eq!(field(&view, "/data/person")["label"], json!("领取待遇人员"));
    let method = field(&view, "/data/help/method");
    assert_eq!(method["label"], json!("认证方式"));
    assert_eq!(method["value"], json!("上门"), "a choice reads as its label");
    assert_eq!(field(&view, "/data/help/basis")["value"], json!("当面见到本人、部门信息比对"));
    let derived = field(&view, "/data/person/derived");
    assert!(
        derived["value"].as_str().unwrap().contains("77"),
        "what the form says of the answers: {derived}"
    );
    assert!(!view["fields"].to_string().contains("不得凭照片"), "what it says to agents is left out");
    let unknown = field(&view, "/data/unheard/of");
    assert_eq!((&unknown["kind"], &unknown["value"]), (&json!("unknown"), &json!("from a newer form")));
    assert!(
        !view.to_string().contains(NUMBER) && !view.to_string().contains("13900001234"),
        "no number whole"
    );
    assert_eq!(view["history"][1]["by"], json!("周小琴"));
    let card = view["materials"].as_array().unwrap().iter().find(|slot| slot["id"] == "id_or_card").unwrap();
    assert_eq!(card["photos"], json!([Digest::of(PICTURE).to_string()]));
    assert!(!view["agent_must_not"].as_array().unwrap().is_empty() && view["needs_due"] == json!(true));
    browser.english = true;
    let view = browser.ask("case/show", json!({"id": case})).await;
    let label = field(&view, "/data/person/id_number")["label"].as_str().unwrap().to_owned();
    assert!(label.is_ascii() && view["row"]["item_name"].as_str().unwrap().is_ascii(), "{label}");
}

#[tokio::test]
async fn a_number_is_given_whole_only_where_it_was_masked() {
    let office = Office::open().await;
    let mut alice = office.town.author(&[DAHU]).await;
    let case = pension_case(&mut alice, "余桂英");
    alice.send_all(&office.town).await;
    let browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    for (path, whole) in [
        ("person/id_number", NUMBER),
        ("/data/person/id_number", NUMBER),
        ("/data/person/phone", "13900001234"),
    ] {
        let revealed = browser.ask("case/reveal", json!({"id": case, "path": path})).await;
        assert_eq!(revealed["value"], json!(whole), "{path}");
    }
    for path in ["/data/person/name", "/data/person/bank_account", "id_number", "", "center"] {
        assert_eq!(
            browser.refusal("case/reveal", json!({"id": case, "path": path})).await,
            "bad_input",
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_case_is_accepted_returned_corrected_compared_and_confirmed_from_the_browser() {
    let office = Office::open().await;
    let mut alice = office.town.author(&[DAHU]).await;
    let case = pension_case(&mut alice, "余桂英");
    alice.send_all(&office.town).await;
    let acceptor = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    let confirmer = office.at_work("王主任", Role::Confirmer, TOWNSHIP).await;
    let first = acceptor.ask("case/show", json!({"id": case})).await;
    let nothing = first["can"].as_object().unwrap().values().all(|may| *may == json!(false));
    assert!(nothing, "it is not imported yet");
    let revision = first["row"]["revision"].clone();
    assert_eq!(
        acceptor.refusal("case/accept", json!({"id": case, "revision": revision})).await,
        "case_not_imported"
    );
    import_everything(&acceptor).await;
    let remark = json!({"path": "/data/person/phone", "text": "请核对电话"});
    let slot = json!({"path": "material/id_or_card", "text": "照片不清"});
    let returned = acceptor
        .ask(
            "case/return",
            json!({"id": case, "revision": revision, "remarks": [remark, slot], "note": "其余无误"}),
        )
        .await;
    assert_eq!(returned["row"]["stage"], json!("returned"));
    let sent = &returned["returns"][0];
    assert_eq!(
        (&sent["by"], &sent["note"], &sent["remarks"][0]["label"]),
        (&json!("李科员"), &json!("其余无误"), &json!("联系电话"))
    );
    assert!(sent["remarks"][1]["label"].as_str().unwrap().contains("身份证"), "{sent}");
    alice.ask(&office.town).await;
    alice.write(&[
        (case, case_recorded("/data/person/phone", "13700005678")),
        (case, case_recorded("/data/help/residence", "elsewhere")),
        (case, Body::CaseSubmitted(CaseSubmitted {})),
    ]);
    alice.send_all(&office.town).await;
    import_everything(&acceptor).await;
    assert_eq!(
        acceptor.refusal("case/accept", json!({"id": case, "revision": revision})).await,
        "revision_outdated"
    );
    let second = acceptor.ask("case/show", json!({"id": case})).await;
    let can = &second["can"];
    assert_eq!(
        (&can["accept"], &can["return"], &can["confirm"]),
        (&json!(true), &json!(true), &json!(false))
    );
    let phone = field(&second, "/data/person/phone");
    assert_eq!((&phone["value"], &phone["was"]), (&json!("137****5678"), &json!("139****1234")));
    assert_eq!(field(&second, "/data/person/name")["was"], Value::Null);
    let revisions = &second["revisions"];
    let compared = acceptor
        .ask(
            "case/compare",
            json!({"id": case, "before": revisions[0]["entry"], "after": revisions[1]["entry"]}),
        )
        .await;
    let paths: Vec<_> =
        compared.as_array().unwrap().iter().map(|line| line["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["/data/help/residence", "/data/person/phone"]);
    assert_eq!(
        (&compared[1]["before"], &compared[1]["after"]),
        (&json!("139****1234"), &json!("137****5678"))
    );
    let revision = second["row"]["revision"].clone();
    let accepted = acceptor.ask("case/accept", json!({"id": case, "revision": revision})).await;
    assert_eq!(
        (&accepted["row"]["stage"], &accepted["acceptance"]["by"]),
        (&json!("accepted"), &json!("李科员"))
    );
    let decide =
        |due: Value| json!({"id": case, "revision": revision, "outcome": "granted", "due": due, "note": ""});
    assert_eq!(confirmer.refusal("case/confirm", decide(Value::Null)).await, "bad_input");
    assert_eq!(confirmer.refusal("case/confirm", decide(json!("soon"))).await, "bad_input");
    let confirmed = confirmer.ask("case/confirm", decide(json!("2027-03-01"))).await;
    assert_eq!(
        (&confirmed["decision"]["due"], &confirmed["decision"]["by"]),
        (&json!("2027-03-01"), &json!("王主任"))
    );
    assert_eq!(confirmed["row"]["days_waiting"], Value::Null);
    let kinds: Vec<_> =
        confirmed["history"].as_array().unwrap().iter().map(|line| line["kind"].as_str().unwrap()).collect();
    assert!(
        kinds.contains(&"case_imported") && kinds.ends_with(&["case_accepted", "case_confirmed"]),
        "{kinds:?}"
    );
    office.town.assert_sound();
}

#[tokio::test]
async fn edits_that_did_not_see_each_other_stand_side_by_side_with_their_writers() {
    let office = Office::open().await;
    let mut alice = office.town.author(&[DAHU]).await;
    let case = pension_case(&mut alice, "余桂英");
    alice.send_all(&office.town).await;
    let mut bob = office.town.author(&[DAHU]).await;
    bob.write(&[(case, case_recorded("/data/person/phone", "13600009999"))]);
    bob.send_all(&office.town).await;
    let browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    let view = browser.ask("case/show", json!({"id": case})).await;
    let conflict = &view["conflicts"][0];
    assert_eq!((&conflict["label"], view["row"]["conflicts"].as_u64()), (&json!("联系电话"), Some(1)));
    let values: Vec<_> =
        conflict["values"].as_array().unwrap().iter().map(|value| value["value"].clone()).collect();
    assert_eq!(values, [json!("139****1234"), json!("136****9999")]);
}

#[tokio::test]
async fn the_list_is_filtered_sorted_and_paged() {
    let office = Office::open().await;
    let mut alice = office.town.author(&[DAHU, OTHER]).await;
    let mut cases = Vec::new();
    for name in ["余桂英", "曾大山", "余小妹"] {
        cases.push(pension_case(&mut alice, name));
        alice.send_all(&office.town).await;
        office.town.pass_minutes(1);
    }
    let other = alice.submitted_case("SSC", &[]);
    alice.send_all(&office.town).await;
    let browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    let list = async |filter: Value, offset: u64, limit: u32| {
        let mut whole =
            json!({"stage": null, "item": null, "village": null, "text": "", "listed_only": false});
        for (key, value) in filter.as_object().unwrap() {
            whole[key] = value.clone();
        }
        let part = browser.ask("case/list", json!({"filter": whole, "offset": offset, "limit": limit})).await;
        let ids: Vec<SubjectId> = part["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["id"].as_str().unwrap().parse().unwrap())
            .collect();
        (part["total"].as_u64().unwrap(), ids)
    };
    let newest_first = vec![other, cases[2], cases[1], cases[0]];
    assert_eq!(list(json!({}), 0, 10).await, (4, newest_first.clone()));
    assert_eq!(list(json!({}), 1, 2).await, (4, newest_first[1..3].to_vec()));
    assert_eq!(list(json!({}), 9, 2).await, (4, vec![]));
    let waiting_longest_first: Vec<_> = newest_first.iter().rev().copied().collect();
    assert_eq!(list(json!({"stage": "submitted"}), 0, 10).await, (4, waiting_longest_first));
    assert_eq!(list(json!({"stage": "accepted"}), 0, 10).await, (0, vec![]));
    // 绿色通道 and 优先办 stand before those that came earlier, on every page of the list; the other lists keep their order.
    let handled = |path: &str, value: Value| {
        let set = FieldSet::from([(path.to_owned(), value)]);
        Body::CaseRecorded(bangban_model::body::Recorded { set })
    };
    let again = || Body::CaseSubmitted(bangban_model::body::CaseSubmitted {});
    alice.write(&[(cases[2], handled("handling/green", json!(true))), (cases[2], again())]);
    alice.write(&[(other, handled("handling/mode", json!("priority"))), (other, again())]);
    alice.send_all(&office.town).await;
    let in_turn = list(json!({"stage": "submitted"}), 0, 10).await.1;
    assert!(in_turn[..2].contains(&cases[2]) && in_turn[..2].contains(&other), "{in_turn:?}");
    assert_eq!(in_turn[2..], [cases[0], cases[1]]);
    assert_eq!(list(json!({"stage": "submitted"}), 3, 2).await, (4, vec![cases[1]]), "read from behind");
    let set = FieldSet::from([("handling/green".to_owned(), json!(false))]);
    let body = Body::CaseRecorded(bangban_model::body::Recorded { set });
    alice.write(&[(cases[2], body), (cases[2], again())]);
    alice.send_all(&office.town).await;
    assert_eq!(
        list(json!({"stage": "submitted"}), 0, 1).await.1,
        [other],
        "what was taken back goes in turn"
    );
    assert_eq!(list(json!({"item": "SSC"}), 0, 10).await, (1, vec![other]));
    assert_eq!(list(json!({"village": DAHU}), 0, 10).await.0, 4);
    assert_eq!(list(json!({"village": OTHER}), 0, 10).await.0, 0);
    assert_eq!(
        list(json!({"village": "420703100001"}), 0, 10).await.0,
        0,
        "a village outside the scope is empty"
    );
    assert_eq!(list(json!({"text": "余"}), 0, 10).await, (2, vec![cases[2], cases[0]]));
    assert_eq!(list(json!({"text": "zeng dashan"}), 0, 10).await, (1, vec![cases[1]]));
    assert_eq!(list(json!({"text": "yx"}), 0, 10).await, (1, vec![cases[2]]));
    assert_eq!(list(json!({"text": "002x"}), 0, 10).await.0, 3);
    assert_eq!(list(json!({"text": "%"}), 0, 10).await.0, 0);
    assert_eq!(list(json!({"listed_only": true}), 0, 10).await.0, 0);
    import_everything(&browser).await;
    assert_eq!(list(json!({"listed_only": true}), 0, 10).await.0, 4);
    let counts = browser.ask("status/show", json!({})).await;
    assert_eq!((&counts["cases_to_review"], &counts["batches_waiting"]), (&json!(4), &json!(0)));
}

#[tokio::test]
async fn waiting_is_counted_in_working_days_of_the_center_s_clock() {
    let office = Office::open().await;
    let mut alice = office.town.author(&[DAHU]).await;
    let case = pension_case(&mut alice, "余桂英");
    alice.send_all(&office.town).await; // Monday 2026-03-02
    let days = async || {
        let mut browser = office.browser();
        browser.sign_in("李科员", crate::browser::PASSWORD).await.unwrap();
        browser.ask("case/show", json!({"id": case})).await["row"]["days_waiting"].clone()
    };
    office.engage("李科员", Role::Acceptor, TOWNSHIP);
    assert_eq!(days().await, json!(0));
    office.town.pass_minutes(4 * 24 * 60); // Friday
    assert_eq!(days().await, json!(4));
    office.town.pass_minutes(2 * 24 * 60); // Sunday
    assert_eq!(days().await, json!(4));
    office.town.pass_minutes(24 * 60);
    assert_eq!(days().await, json!(5));
}

#[tokio::test]
async fn a_picture_is_shown_as_a_picture_once_it_is_here() {
    let office = Office::open().await;
    let mut alice = office.town.author(&[DAHU]).await;
    let case = pension_case(&mut alice, "余桂英");
    alice.send_all(&office.town).await;
    let browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    let place = format!("/api/photo/{}", Digest::of(PICTURE));
    assert_eq!(browser.get(&place).await.status.as_u16(), 404, "it is not here yet");
    let view = browser.ask("case/show", json!({"id": case})).await;
    assert_eq!((&view["photos"][0]["verified"], &view["photos"][0]["thumb"]), (&json!(false), &Value::Null));
    for photo in [PICTURE, THUMB] {
        alice.send_frames(&office.town, vec![frame(photo, 0, photo.len())]).await;
    }
    let view = browser.ask("case/show", json!({"id": case})).await;
    let photo = &view["photos"][0];
    assert_eq!((&photo["verified"], &photo["thumb"]), (&json!(true), &json!(Digest::of(THUMB).to_string())));
    assert_eq!(photo["slot_name"], json!("身份证或社保卡"));
    let answer = browser.get(&place).await;
    assert_eq!(
        (answer.bytes.as_ref(), &answer.headers["content-type"]),
        (PICTURE, &"image/png".parse().unwrap())
    );
    assert_eq!(browser.get("/api/photo/../center.key").await.status.as_u16(), 400);
}

#[tokio::test]
async fn a_case_of_an_item_that_is_not_known_shows_what_it_has() {
    let office = Office::open().await;
    let mut alice = office.town.author(&[DAHU]).await;
    let resident = alice.resident("周大山");
    alice.write(&[(resident, recorded("id_number", NUMBER))]);
    let case = SubjectId(Uuid::new_v4());
    let opened = alice.opened("FROM_TOMORROW", resident, &[b"x"]);
    alice.write(&[(case, opened), (case, Body::CaseSubmitted(CaseSubmitted {}))]);
    alice.send_all(&office.town).await;
    let browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    let view = browser.ask("case/show", json!({"id": case})).await;
    assert_eq!(view["row"]["item_name"], json!("FROM_TOMORROW"));
    let method = field(&view, "/data/method");
    assert_eq!((&method["label"], &method["value"]), (&json!("/data/method"), &json!("seen")));
    assert_eq!(view["photos"][0]["slot_name"], json!("id_card"));
}
