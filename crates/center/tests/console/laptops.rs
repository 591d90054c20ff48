//! The page of laptops: what waits on each as it said, gaps with their release; and photos that staff declare lost (rule X4).

use crate::acting::Staff;
use crate::author::{DAHU, frame};
use crate::browser::Office;
use crate::case::pension_case;
use bangban_model::Digest;
use bangban_sync::Manifest;
use serde_json::json;

#[tokio::test]
async fn what_waits_on_a_laptop_is_told_as_it_said_and_a_gap_is_released_there() {
    let office = Office::open().await;
    let staff = Staff::of(&office).await;
    let mut alice = office.town.author(&[DAHU]).await;
    let lines = staff.admin.ask("laptop/list", json!({})).await;
    assert_eq!((&lines[0]["last_seen"], &lines[0]["pending_photos"]), (&json!(null), &json!(0)));
    for number in 0..4 {
        alice.resident(&format!("居民{number}"));
    }
    alice.send(&office.town, 1, 3).await;
    let manifest = Manifest { pending_entries: 2, pending_photos: Some(7), ..alice.manifest(5, 6) };
    let post = alice.post_with(manifest, alice.lines(5, 6), &[]);
    let answer = bangban_sync::SyncProtocol::exchange(&office.town.center, &alice.token, post).await;
    crate::author::Heard::out(&office.town, answer.unwrap()).await;

    let line = staff.acceptor.ask("laptop/list", json!({})).await[0].clone();
    assert_eq!((&line["pending_entries"], &line["pending_photos"]), (&json!(2), &json!(7)));
    let gap = &line["gaps"][0];
    assert_eq!((&gap["missing_from"], &gap["held"]), (&json!(4), &json!(2)));
    let released =
        staff.acceptor.ask("quarantine/release_gap", json!({"incarnation": gap["incarnation"]})).await;
    assert_eq!(released["positioned"], 2);
    assert_eq!(staff.acceptor.ask("laptop/list", json!({})).await[0]["gaps"], json!([]));
}

#[tokio::test]
async fn x4_staff_declare_a_photo_lost_that_never_came_and_nobody_asks_for_it_again() {
    let office = Office::open().await;
    let staff = Staff::of(&office).await;
    let mut alice = office.town.author(&[DAHU]).await;
    let case = pension_case(&mut alice, "余桂英");
    let heard = alice.send_all(&office.town).await;
    assert_eq!(heard.wanted.len(), 2, "the picture and its thumbnail");
    let view = staff.show(case).await;
    let digest = view["photos"][0]["digest"].clone();
    let lose = |reason: &str| json!({"id": case, "digest": digest, "reason": reason});
    assert_eq!(staff.acceptor.refusal("case/lose_photo", lose("  ")).await, "bad_input");
    let other = json!({"id": case, "digest": Digest::of(b"another"), "reason": "电脑坏了"});
    assert_eq!(staff.acceptor.refusal("case/lose_photo", other).await, "photo_unknown");
    let view = staff.acceptor.ask("case/lose_photo", lose("电脑坏了")).await;
    assert_eq!(view["photos"][0]["lost"], true);
    let heard = alice.ask(&office.town).await;
    assert!(heard.wanted.is_empty(), "nobody asks for it, nor for its thumbnail");
    office.town.assert_sound();

    // Should it turn up after all, it is taken.
    let bytes: &[u8] = b"\x89PNG a picture of a card";
    alice.send_frames(&office.town, vec![frame(bytes, 0, bytes.len())]).await;
    assert_eq!(staff.show(case).await["photos"][0]["verified"], true);
    assert_eq!(staff.acceptor.refusal("case/lose_photo", lose("电脑坏了")).await, "photo_here");
}
