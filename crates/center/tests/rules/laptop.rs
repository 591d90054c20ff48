//! Enrolment: one-time codes, tokens, escrow.

use crate::author::*;
use bangban_keys::SigningKey;
use bangban_model::{Code, Digest, StreamId};
use bangban_sync::{EscrowDeposit, SyncProtocol, Token};

async fn refusal(town: &Town, author: &Author, code: u64) -> Code {
    town.center.enrol(author.request(code)).await.unwrap_err().code()
}

#[tokio::test]
async fn a_code_enrols_one_laptop_within_ten_minutes() {
    let town = Town::new();
    let (alice, bob) = (Author::new(&[DAHU]), Author::new(&[DAHU]));
    let code = town.code(&[DAHU, OTHER]);
    assert_eq!(refusal(&town, &alice, code ^ 1).await, Code::CodeUnknown);
    let reply = town.center.enrol(alice.request(code)).await.unwrap();
    let villages: Vec<_> = reply.villages.iter().map(|village| village.name.as_str()).collect();
    assert_eq!(villages.len(), 2);
    assert!(villages.contains(&"大湖村"), "{villages:?}");
    assert_eq!(refusal(&town, &bob, code).await, Code::CodeUsed);
    let late = town.code(&[DAHU]);
    town.pass_minutes(11);
    assert_eq!(refusal(&town, &bob, late).await, Code::CodeExpired);
    let unknown = StreamId::parse("999999999999").unwrap();
    assert_eq!(town.center.issue_code(&[unknown]).unwrap_err().code(), Code::VillageUnknown);
}

#[tokio::test]
async fn a_laptop_whose_answer_was_lost_asks_again_and_is_the_same_laptop() {
    let town = Town::new();
    let alice = Author::new(&[DAHU]);
    let code = town.code(&[DAHU]);
    let first = town.center.enrol(alice.request(code)).await.unwrap();
    let second = town.center.enrol(alice.request(code)).await.unwrap();
    assert_eq!(first.laptop, second.laptop);
    assert_ne!(first.token, second.token);
    assert!(town.center.authenticate(&Token(second.token)).is_ok());
    assert_eq!(town.center.authenticate(&Token(first.token)).unwrap_err().code(), Code::LaptopRefused);
    let mut impostor = alice.request(town.code(&[DAHU]));
    impostor.verifying_key = SigningKey::random().unwrap().verifying_key();
    assert_eq!(town.center.enrol(impostor).await.unwrap_err().code(), Code::HistoryDiffers);
    assert_eq!(town.center.store().counts().unwrap().laptops, 1);
}

#[tokio::test]
async fn k3_the_center_signs_the_digest_of_the_escrow_it_stored() {
    let town = Town::new();
    let alice = town.author(&[DAHU]).await;
    let bob = town.author(&[DAHU]).await;
    let sealed = data_encoding::BASE64.encode(b"sealed to the offline key");
    let deposit = EscrowDeposit { incarnation: alice.life, sealed };
    let signed = town.center.deposit_escrow(&alice.token, deposit.clone()).await.unwrap();
    let stored = signed.verify(&town.center.public().verifying_key).unwrap();
    assert_eq!(stored.digest, Digest::of(b"sealed to the offline key"));
    let refused = town.center.deposit_escrow(&bob.token, deposit).await.unwrap_err();
    assert_eq!(refused.code(), Code::LaptopRefused, "nobody deposits for another laptop");
}

#[test]
fn the_folder_keeps_its_secrets_for_its_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let town = Town::new();
    for name in ["center.key", "identity.json", "offline/escrow.key"] {
        let mode = std::fs::metadata(town.folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}");
    }
    let start = std::fs::read(town.folder.path().join("center.db")).unwrap();
    assert!(!start.starts_with(b"SQLite format 3"), "the database is encrypted");
}
