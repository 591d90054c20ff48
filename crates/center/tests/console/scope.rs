//! Every route: nobody without a sign-in, nobody with the wrong role, nothing from outside the scope.

use crate::author::{Author, DAHU, FAR};
use crate::browser::{Office, TOWNSHIP};
use bangban_center::console::{Right, shapes};
use bangban_center::staff::Role;
use bangban_ledger::line_list::LineQuery;
use bangban_model::body::{Body, Recorded};
use bangban_model::{Digest, SubjectId};
use serde_json::{Value, json};
use uuid::Uuid;

const BYTE_ROUTES: [&str; 6] = [
    "/api/photo/{}",
    "/api/case/file/0190a0a0-0000-7000-8000-000000000000/{}",
    "/api/batch/receipt/{}",
    "/api/form/media/{}",
    "/api/form/workbook/{}",
    "/api/event/stream",
];

/// Arguments that every route can read.
fn args_of(path: &str, case: &str, batch: &str, revision: &str) -> Value {
    match path {
        "session/sign_in" => json!({"name": "x", "password": "y"}),
        "session/change_password" => json!({"old": "x", "new": "y"}),
        "batch/list" => json!({"limit": 10}),
        "batch/show" | "batch/import" | "batch/undo" => json!({"id": batch}),
        "upload/begin" => json!({"name": "x.bangban", "size_bytes": 10, "mark": "0".repeat(64)}),
        "upload/take" | "upload/discard" => json!({"id": Uuid::new_v4()}),
        "case/list" => json!({
            "filter": {"stage": null, "item": null, "village": null, "text": "", "listed_only": false},
            "offset": 0, "limit": 10
        }),
        "case/show" => json!({"id": case}),
        "case/reveal" => json!({"id": case, "path": "person/id_number"}),
        "case/compare" => json!({"id": case, "before": revision, "after": revision}),
        "handover/show" => json!({"id": case}),
        "register/roll" => json!({"line": case}),
        "register/lines" => json!({"register": "DJ_ZILIAO", "offset": 0, "limit": 10}),
        "case/accept" => json!({"id": case, "revision": revision}),
        "case/return" => json!({"id": case, "revision": revision, "remarks": [], "note": "补"}),
        "case/confirm" => {
            json!({"id": case, "revision": revision, "outcome": "granted", "due": null, "note": ""})
        }
        "case/notice" => json!({
            "id": case, "revision": revision, "missing": [{"path": "material/id_card", "text": "身份证"}],
            "complete_by": null, "reason": ""
        }),
        "case/pause" => json!({"id": case, "reason": "public_notice", "note": ""}),
        "case/resume" => json!({"id": case}),
        "case/lose_photo" => json!({"id": case, "digest": "0".repeat(64), "reason": "x"}),
        "case/alike" => json!({"id": case}),
        "case/join" => json!({"id": case, "same": case, "from_same": []}),
        "case/settle" => json!({
            "id": case, "subject": case, "field": "/data/x", "among": [revision], "value": "kept", "reason": "核对过"
        }),
        "case/reveal_value" => json!({"id": case, "subject": case, "field": "/data/x", "entry": revision}),
        "case/benefit" => json!({"id": case, "item": "GAOLING", "state": "stopped", "reason": "迁出"}),
        "case/death" => json!({"id": case, "is_true": true}),
        "death/verify" => json!({"person": case, "is_true": true}),
        "due/list" => json!({"within_days": 60, "item": null}),
        "due/preview" | "due/import" => json!({"name": "名单.csv", "workbook": "", "item": "PENSION_CERT"}),
        "radar/list" => json!({"item": null, "village": null}),
        "guide/list" => json!({"text": ""}),
        "guide/show" | "guide/edit" | "guide/withdraw" => json!({"code": "DIBAO"}),
        "guide/begin" => json!({
            "code": "DIBAO", "name": "新事项", "department": "民政", "category": "aid", "bundle": false
        }),
        "guide/check" | "guide/publish" => json!({"card": {}}),
        "guide/again" | "calendar/again" => json!({"number": 1}),
        "calendar/publish" => json!({"text": "{}"}),
        "form/bring" => json!({"name": "x.xlsx", "workbook": "", "files": {}}),
        "form/try" => json!({"draft": Uuid::new_v4(), "given": null, "act": null}),
        "form/publish" => json!({"draft": Uuid::new_v4(), "item": "", "name": "", "department": ""}),
        "laptop/code" => json!({"villages": [FAR]}),
        "laptop/assign" => json!({"id": Uuid::new_v4(), "villages": [DAHU]}),
        "laptop/revoke" | "staff/close" => json!({"id": Uuid::new_v4()}),
        "staff/add" => json!({"name": "新人", "role": "leader", "scope": "", "password": "k7mq-x2pa-9fwc"}),
        "staff/set_password" => json!({"id": Uuid::new_v4(), "password": "k7mq-x2pa-9fwc"}),
        "person/erasure" => json!({"id": case, "whole_person": true}),
        "person/erase" => json!({"id": case, "whole_person": true, "reason": "requested", "note": ""}),
        "audit/list" => json!({"offset": 0, "limit": 100}),
        "quarantine/release" => json!({"record": Uuid::new_v4()}),
        "quarantine/settle" => json!({"record": Uuid::new_v4(), "how": "set_aside", "note": "不采用"}),
        "quarantine/release_gap" => json!({"incarnation": Uuid::new_v4()}),
        _ => json!({}),
    }
}

fn some_args(path: &str) -> Value {
    let id = Uuid::new_v4().to_string();
    args_of(path, &id, &id, &id)
}

#[tokio::test]
async fn every_route_refuses_whoever_has_not_signed_in() {
    let office = Office::open().await;
    let browser = office.browser();
    for shape in shapes() {
        let refused = browser.post(shape.path, some_args(shape.path)).await;
        let expected =
            if shape.right == Right::Anyone { (403, "wrong_password") } else { (401, "not_signed_in") };
        assert_eq!((refused.status.as_u16(), refused.code().as_str()), expected, "{}", shape.path);
    }
    for path in BYTE_ROUTES {
        let refused = browser.get(&path.replace("{}", &Digest::of(b"x").to_string())).await;
        assert_eq!((refused.status.as_u16(), refused.code().as_str()), (401, "not_signed_in"), "{path}");
    }
    assert_eq!(browser.upload("x").await.code(), "not_signed_in");
    let piece = browser.send_piece(&json!(Uuid::new_v4()), 0, "x".into()).await;
    assert_eq!((piece.status.as_u16(), piece.code().as_str()), (401, "not_signed_in"));
}

#[tokio::test]
async fn every_route_refuses_a_role_that_has_no_right_to_it() {
    let office = Office::open().await;
    for role in Role::ALL {
        let browser = office.at_work(role.as_str(), role, TOWNSHIP).await;
        for shape in shapes() {
            let may = match shape.right {
                Right::Anyone | Right::SignedIn | Right::Staff => true,
                Right::Accept => role == Role::Acceptor,
                Right::Confirm => role == Role::Confirmer,
                Right::Tend => matches!(role, Role::Acceptor | Role::Confirmer),
                Right::Settle => matches!(role, Role::Acceptor | Role::Admin),
                Right::Oversee => matches!(role, Role::Leader | Role::Admin),
                Right::Administer => role == Role::Admin,
            };
            if !may {
                let refused = browser.post(shape.path, some_args(shape.path)).await;
                let told = (refused.status.as_u16(), refused.json());
                assert_eq!(
                    told,
                    (403, json!({"code": "not_allowed", "detail": role.as_str()})),
                    "{}",
                    shape.path
                );
            }
        }
        let uploads = matches!(role, Role::Acceptor | Role::Admin);
        assert_eq!(browser.upload("x").await.code() != "not_allowed", uploads, "{}", role.as_str());
        let piece = browser.send_piece(&json!(Uuid::new_v4()), 0, "x".into()).await;
        let expected = if uploads { "batch_unknown" } else { "not_allowed" };
        assert_eq!(piece.code(), expected, "{}", role.as_str());
    }
}

/// A center with a case, a photo, a laptop, quarantine and a gap outside the township's scope.
async fn with_things_elsewhere(office: &Office) -> (Author, SubjectId, String, String) {
    let photo = b"\xff\xd8\xffa picture".as_slice();
    let mut alice = office.town.author(&[FAR]).await;
    let case = alice.submitted_case("SSC", &[photo]);
    let handed = json!({"from": {"name": "周大山"}, "to": {"name": "李小满"}, "witness": "陈立", "at": "", "cases": []});
    let set = serde_json::from_value(handed).unwrap();
    alice.write(&[(SubjectId(Uuid::new_v4()), Body::HandoverRecorded(Recorded { set }))]);
    let said = [
        ("register", json!("DJ_ZILIAO")),
        ("form", json!("0".repeat(64))),
        ("day", json!("2026-11-20")),
        ("/data/title", json!("周大山的明白纸")),
    ];
    let set = said.map(|(path, value)| (path.to_owned(), value)).into();
    alice.write(&[(SubjectId(Uuid::new_v4()), Body::LineRecorded(Recorded { set }))]);
    let died = [("name", json!("周大山")), ("death_suspected", json!("2026-02-20"))];
    let set = died.map(|(path, value)| (path.to_owned(), value)).into();
    alice.write(&[(SubjectId(Uuid::new_v4()), Body::ResidentRecorded(Recorded { set }))]);
    // Not her village: quarantined there.
    let last = alice.last_seq();
    alice.send(&office.town, 1, last).await;
    alice.send_frames(&office.town, vec![crate::author::frame(photo, 0, photo.len())]).await;
    for name in ["王一", "王二", "王三"] {
        alice.resident(name);
    }
    // The middle one is missing: what follows waits.
    alice.send(&office.town, last + 2, last + 3).await;
    let store = office.town.center.store();
    let batches = store.batches("", 10).unwrap();
    let batch = batches.iter().find(|batch| batch.first_seq == 1).unwrap().id.to_string();
    let document = store.case("", case).unwrap().unwrap().document;
    let revision = document.case.unwrap().latest_revision().unwrap().entry.to_string();
    (alice, case, batch, revision)
}

#[tokio::test]
async fn what_lies_outside_the_scope_is_not_there_on_any_route() {
    let office = Office::open().await;
    let (alice, case, batch, revision) = with_things_elsewhere(&office).await;
    let elsewhere = office.engage("外乡人", Role::Leader, "420703100");
    let laptop = office.town.center.store().laptops_in("").unwrap()[0].laptop.id;
    let handover = office.town.center.store().handovers_in("").unwrap()[0].subject;
    let register = LineQuery { register: "DJ_ZILIAO".into(), limit: 1, ..LineQuery::default() };
    let line = office.town.center.store().lines_in(&register).unwrap().0[0].subject;
    for role in Role::ALL {
        let browser = office.at_work(role.as_str(), role, TOWNSHIP).await;
        for shape in shapes() {
            let mut args = args_of(shape.path, &case.to_string(), &batch, &revision);
            match shape.path {
                // Items, their forms and calendars tell of no person.
                path if ["session/", "form/", "guide/", "calendar/"]
                    .iter()
                    .any(|noun| path.starts_with(noun))
                    || path == "item/list" =>
                {
                    continue;
                }
                "laptop/revoke" | "laptop/assign" => args["id"] = json!(laptop),
                "handover/show" => args["id"] = json!(handover),
                "register/roll" => args["line"] = json!(line),
                "staff/close" | "staff/set_password" => args["id"] = json!(elsewhere),
                "quarantine/release_gap" => args["incarnation"] = json!(alice.life),
                _ => {}
            }
            let answer = browser.post(shape.path, args).await;
            let told = answer.json().to_string();
            if answer.status.is_success() {
                assert!(
                    !told.contains(&case.to_string())
                        && !told.contains(&alice.life.to_string())
                        && !told.contains(&laptop.to_string())
                        && !told.contains(&elsewhere)
                        && !told.contains("周大山")
                        && !told.contains("外乡人"),
                    "{} tells of what lies elsewhere: {told}",
                    shape.path
                );
                let empty = [
                    "batch/list",
                    "case/list",
                    "handover/list",
                    "register/list",
                    "register/lines",
                    "laptop/list",
                    "staff/list",
                    "status/show",
                    "quarantine/list",
                    "audit/list",
                    // Her own, whatever scope she has.
                    "upload/list",
                    "upload/begin",
                    "due/list",
                    "radar/list",
                    "death/list",
                    // Of the whole center, and there is none.
                    "recovery/show",
                    "recovery/confirm",
                    "recovery/close",
                ];
                assert!(empty.contains(&shape.path), "{} succeeds outside the scope: {told}", shape.path);
                if shape.path == "status/show" {
                    let counts: Vec<u64> =
                        answer.json().as_object().unwrap().values().filter_map(Value::as_u64).collect();
                    assert!(counts.iter().all(|count| *count == 0), "{told}");
                }
            } else {
                let known = [
                    "case_unknown",
                    "handover_unknown",
                    "line_unknown",
                    "batch_unknown",
                    "laptop_unknown",
                    "staff_unknown",
                    "village_unknown",
                    "not_allowed",
                    "bad_input",
                    "item_unknown",
                    "person_unknown",
                    "item_known",
                    "card_broken",
                    "calendar_broken",
                    "not_a_workbook",
                ];
                assert!(known.contains(&answer.code().as_str()), "{}: {told}", shape.path);
            }
        }
        let photo = browser.get(&format!("/api/photo/{}", Digest::of(b"\xff\xd8\xffa picture"))).await;
        assert_eq!((photo.status.as_u16(), photo.code().as_str()), (404, "case_unknown"));
    }
    let staff = office.town.center.store().staff().unwrap();
    assert!(staff.iter().any(|member| member.name == "外乡人"), "nobody was closed from another township");
    assert!(!office.town.center.store().laptops_in("").unwrap()[0].laptop.is_revoked());
    assert_eq!(office.town.center.store().gaps("").unwrap().len(), 1, "the gap was not released");
}

#[tokio::test]
async fn within_the_scope_the_very_same_things_are_there() {
    let office = Office::open().await;
    let (alice, case, batch, revision) = with_things_elsewhere(&office).await;
    let browser = office.at_work("邻乡", Role::Acceptor, "420703100").await;
    for path in ["batch/show", "case/show", "case/reveal", "case/compare"] {
        browser.ask(path, args_of(path, &case.to_string(), &batch, &revision)).await;
    }
    let lines = browser.ask("register/lines", args_of("register/lines", "", "", "")).await;
    assert_eq!((&lines["total"], &lines["lines"][0]["title"]), (&json!(1), &json!("周大山的明白纸")));
    let registers = browser.ask("register/list", json!({})).await;
    assert_eq!((&registers[0]["code"], &registers[0]["lines"]), (&json!("DJ_ZILIAO"), &json!(1)));
    let handed = browser.ask("handover/list", json!({})).await;
    assert_eq!(browser.ask("handover/show", json!({"id": handed[0]["id"]})).await["line"]["from"], "周大山");
    let deaths = browser.ask("death/list", json!({})).await;
    assert_eq!(deaths["lines"][0]["person"]["name"], "周大山");
    let counts = browser.ask("status/show", json!({})).await;
    assert_eq!(counts["deaths"], json!(1));
    assert_eq!(
        (&counts["cases"], &counts["photos"], &counts["gaps"], &counts["laptops"]),
        (&json!(1), &json!(1), &json!(1), &json!(1))
    );
    let photo = browser.get(&format!("/api/photo/{}", Digest::of(b"\xff\xd8\xffa picture"))).await;
    assert_eq!(
        (photo.status.as_u16(), &photo.headers["content-type"]),
        (200, &"image/jpeg".parse().unwrap())
    );
    let list = browser.ask("quarantine/list", json!({})).await;
    assert_eq!(list["gaps"][0]["incarnation"], json!(alice.life));
    assert_eq!(list["gaps"][0]["agents"], json!(["周小琴"]));
    let released = browser.ask("quarantine/release_gap", json!({"incarnation": alice.life})).await;
    assert_eq!(released["positioned"], json!(2));
}

#[tokio::test]
async fn an_administrator_gives_rights_within_her_own_scope_alone() {
    let office = Office::open().await;
    let admin = office.at_work("陈管理员", Role::Admin, TOWNSHIP).await;
    let new = |scope: &str, name: &str| json!({"name": name, "role": "leader", "scope": scope, "password": "k7mq-x2pa-9fwc"});
    for scope in ["", "4207", "420703100", "420703201"] {
        assert_eq!(admin.refusal("staff/add", new(scope, "甲")).await, "not_allowed", "{scope}");
    }
    for scope in ["420703200999", "42070320x"] {
        assert!(
            ["bad_input", "not_allowed"]
                .contains(&admin.refusal("staff/add", new(scope, "甲")).await.as_str())
        );
    }
    let lines = admin.ask("staff/add", new(DAHU, "甲")).await;
    let line = lines.as_array().unwrap().iter().find(|line| line["name"] == "甲").unwrap();
    assert_eq!((&line["scope_name"], &line["has_password"]), (&json!("大湖村委会"), &json!(true)));
    assert_eq!(admin.refusal("staff/add", new(DAHU, "甲")).await, "name_taken");
    let weak = json!({"name": "乙", "role": "leader", "scope": DAHU, "password": "12345"});
    assert_eq!(admin.refusal("staff/add", weak).await, "weak_password");
}

#[tokio::test]
async fn a_laptop_with_a_village_elsewhere_is_revoked_by_nobody_of_one_township() {
    let office = Office::open().await;
    let mut both = office.town.author(&[DAHU, FAR]).await;
    both.resident("周大山");
    let admin = office.at_work("陈管理员", Role::Admin, TOWNSHIP).await;
    let lines = admin.ask("laptop/list", json!({})).await;
    let id = lines[0]["id"].clone();
    assert_eq!(admin.refusal("laptop/revoke", json!({"id": id})).await, "not_allowed");
    let district = office.at_work("区管理员", Role::Admin, "420703").await;
    let lines = district.ask("laptop/revoke", json!({"id": id})).await;
    assert!(lines[0]["revoked_at"].is_string());
    let heard = both.send_all(&office.town).await;
    assert!(heard.receipt.revoked_at.is_some() && heard.heads.is_empty(), "it may hand in, and gets nothing");
}
