//! 删除个人信息 at the console: first told, then done, and nothing of the person is shown any more.

use crate::acting::everything;
use crate::author::DAHU;
use crate::browser::{Office, TOWNSHIP};
use bangban_center::staff::Role;
use serde_json::json;

#[tokio::test]
async fn s6_an_administrator_is_told_what_would_go_and_erases_it() {
    let office = Office::open().await;
    let mut alice = office.town.author(&[DAHU]).await;
    let photo = b"\xff\xd8\xffa picture".as_slice();
    let case = alice.submitted_case("SSC", &[photo]);
    alice.send_all(&office.town).await;
    alice.send_frames(&office.town, vec![crate::author::frame(photo, 0, photo.len())]).await;
    let admin = office.at_work("陈管理员", Role::Admin, TOWNSHIP).await;
    let told = json!({"cases": 1, "entries": 3, "photos": 1});
    assert_eq!(admin.ask("person/erasure", json!({"id": case, "whole_person": true})).await, told);
    assert!(admin.ask("case/list", everything()).await["rows"].to_string().contains("周大山"));
    let args = |note: &str| json!({"id": case, "whole_person": true, "reason": "requested", "note": note});
    assert_eq!(admin.refusal("person/erase", args(&"长".repeat(201))).await, "bad_input");
    assert_eq!(admin.ask("person/erase", args("")).await, told);
    assert_eq!(admin.refusal("case/show", json!({"id": case})).await, "case_unknown");
    assert_eq!(admin.ask("case/list", everything()).await["rows"], json!([]));
    assert_eq!(admin.refusal("person/erase", args("")).await, "person_unknown");
    let photo = admin.get(&format!("/api/photo/{}", bangban_model::Digest::of(photo))).await;
    assert_eq!(photo.code(), "case_unknown");
    office.town.assert_sound();
}
