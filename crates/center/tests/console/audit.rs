//! 操作留痕 at the console: what somebody looked at is there too, for leaders and administrators of that place.

use crate::author::{DAHU, frame};
use crate::browser::{Office, TOWNSHIP};
use bangban_center::staff::Role;
use bangban_model::Digest;
use serde_json::{Value, json};

fn acts(list: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let rows = list["rows"].as_array().unwrap();
    rows.iter().map(|row| (text(&row["staff"]), text(&row["act"]))).collect()
}

#[tokio::test]
async fn x2_what_somebody_looked_at_is_in_the_chain_and_leaders_of_that_place_read_it() {
    let office = Office::open().await;
    let mut alice = office.town.author(&[DAHU]).await;
    let photo = b"\xff\xd8\xffa picture".as_slice();
    let case = alice.submitted_case("SSC", &[photo]);
    alice.send_all(&office.town).await;
    alice.send_frames(&office.town, vec![frame(photo, 0, photo.len())]).await;
    let acceptor = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    for _ in 0..2 {
        assert!(acceptor.get(&format!("/api/photo/{}", Digest::of(photo))).await.status.is_success());
        acceptor.ask("case/reveal", json!({"id": case, "path": "person/id_number"})).await;
    }
    let leader = office.at_work("周书记", Role::Leader, TOWNSHIP).await;
    let seen = acts(&leader.ask("audit/list", json!({"offset": 0, "limit": 100})).await);
    let of = |act: &str| seen.iter().filter(|line| **line == ("李科员".to_owned(), act.to_owned())).count();
    assert_eq!((of("photo_shown"), of("number_shown")), (1, 2), "a picture once a sign-in: {seen:?}");
    assert!(!seen.iter().any(|(_, act)| act == "signed_in"), "what concerns the whole center is not hers");
    let admin = office.at_work("何平", Role::Admin, "").await;
    let all = acts(&admin.ask("audit/list", json!({"offset": 0, "limit": 100})).await);
    assert!(all.contains(&("李科员".to_owned(), "signed_in".to_owned())));
    let elsewhere = office.at_work("外乡书记", Role::Leader, "420703100").await;
    assert!(acts(&elsewhere.ask("audit/list", json!({"offset": 0, "limit": 100})).await).is_empty());
    assert_eq!(acceptor.refusal("audit/list", json!({"offset": 0, "limit": 1})).await, "not_allowed");
    office.town.assert_sound();
}
