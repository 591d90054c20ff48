//! A revoked laptop (rule X8): it hands in what it has, all of it waits for a person, and it gets nothing more.

use crate::author::*;
use bangban_center::Role;
use bangban_model::{Code, Digest};
use bangban_sync::RefusalReason;

async fn revoke(town: &Town) {
    let laptop = town.center.store().laptops_in("").unwrap()[0].laptop.id;
    let admin = town.center.add_staff("何管理", Role::Admin, "").unwrap();
    let admin = town.center.sign_in(&admin.id.to_string()).unwrap();
    town.center.store().revoke_laptop(&admin, laptop, town.center.now()).unwrap();
}

#[tokio::test]
async fn x8_a_revoked_laptop_pushes_into_quarantine_and_gets_no_pages() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    alice.resident("周大河"); // 3
    alice.send_all(&town).await;
    revoke(&town).await;
    let bob = town.author(&[DAHU]).await;
    bob.send_all(&town).await;
    let case = alice.submitted_case("SSC", &[]); // 4, 5, 6
    let heard = alice.send(&town, 4, 6).await;
    assert_eq!(heard.prefix(), 6, "all of it is held");
    let reasons: Vec<_> = heard.receipt.refused.iter().map(|told| (told.seqs.clone(), told.reason)).collect();
    assert_eq!(reasons, vec![(vec![4], RefusalReason::Revoked), (vec![5, 6], RefusalReason::Revoked)]);
    assert!(heard.receipt.revoked_at.is_some(), "it is told");
    assert!(
        heard.entries.is_empty() && heard.marks.is_empty() && heard.heads.is_empty(),
        "nothing goes down"
    );
    assert!(heard.receipt.stream_heads.is_empty());
    assert!(heard.ended && heard.published == 0);
    assert!(town.center.store().case("", case).unwrap().is_none(), "nothing of it is in force");
    assert_eq!(town.center.store().quarantined("420703200").unwrap().len(), 2);
    town.assert_sound();
}

#[tokio::test]
async fn x8_its_photos_are_wanted_and_kept_and_staff_release_what_is_true() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    alice.send_all(&town).await;
    revoke(&town).await;
    let photo = vec![7u8; 5000];
    let case = alice.submitted_case("SSC", &[&photo]); // 3, 4, 5
    let heard = alice.send(&town, 3, 5).await;
    assert_eq!(heard.wanted.iter().map(|wanted| wanted.digest).collect::<Vec<_>>(), [Digest::of(&photo)]);
    let (received, problem) = alice.send_frames(&town, vec![frame(&photo, 0, 5000)]).await;
    assert_eq!((received, problem.is_none()), (vec![Digest::of(&photo)], true));
    assert!(!town.center.store().may_see_photo("", Digest::of(&photo)).unwrap(), "no case shows it yet");
    let staff = town.staff("李科员", Role::Acceptor);
    let mut given = 0;
    for record in town.center.store().quarantined("").unwrap() {
        given += town.center.release_record(&staff, record.record).unwrap();
    }
    assert_eq!(given, 3);
    let line = town.center.store().case("", case).unwrap().unwrap();
    assert_eq!((line.photos.named, line.photos.verified), (1, 1));
    assert!(town.center.store().may_see_photo("", Digest::of(&photo)).unwrap());
    town.assert_sound();
}

#[tokio::test]
async fn x8_what_came_before_stays_in_force_and_a_repetition_changes_nothing() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    alice.resident("周大河");
    alice.send_all(&town).await;
    revoke(&town).await;
    let heard = alice.send_all(&town).await;
    assert!(heard.receipt.refused.is_empty(), "what is in force already is not refused");
    assert_eq!(town.center.store().counts().unwrap().entries, 3);
    town.assert_sound();
}

#[tokio::test]
async fn x8_a_revoked_laptop_is_not_enrolled_again() {
    let town = Town::new();
    let alice = town.author(&[DAHU]).await;
    revoke(&town).await;
    let refused = town.center.enrol_laptop(&alice.request(town.code(&[DAHU]))).unwrap_err();
    assert_eq!(refused.code(), Code::LaptopRefused);
}
