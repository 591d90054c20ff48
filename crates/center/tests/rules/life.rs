//! Ledgers that go on as a new life after a copy was put back (rules E2, D1, X5).

use crate::author::*;
use bangban_center::error::CenterError;
use bangban_model::body::{Body, CaseSubmitted, Fork, LedgerBegun};
use bangban_model::entry::{self, Entry};
use bangban_model::ids::AgentId;
use bangban_model::{Actor, Code, Digest, SubjectId};
use bangban_sync::batch_file::write_batch;
use bangban_sync::{Cursor, LifeBegun, Manifest, RefusalReason, Signed};
use uuid::Uuid;

/// What the earlier life says of the next one.
pub fn vouched(alice: &Author, next: &Author, seq: u64) -> LifeBegun {
    LifeBegun {
        center: alice.center,
        incarnation: next.life,
        verifying_key: next.signing.verifying_key(),
        sealing_key: next.opening.sealing_key(),
        ancestor: alice.life,
        fork_seq: seq,
        fork_hash: alice.hash_at(seq),
    }
}

/// A life that continues alice's after entry `seq` and has written its beginning; the center was not told of it yet.
pub fn untold(alice: &Author, seq: u64) -> Author {
    let mut next = Author::new(&[DAHU]);
    next.agent = alice.agent;
    (next.token, next.center) = (alice.token.clone(), alice.center);
    let fork = Fork { ancestor: alice.life, seq, header_hash: alice.hash_at(seq) };
    let begun = LedgerBegun {
        program: "test".into(),
        villages: vec![village(DAHU)],
        fork: Some(fork),
        again: Vec::new(),
    };
    next.write(&[(next.device, Body::LedgerBegun(begun))]);
    next
}

fn tell(town: &Town, alice: &Author, told: &LifeBegun) -> Result<(), CenterError> {
    let signed = Signed::sign(told, &alice.signing).unwrap();
    let kept = town.center.present_life(&alice.token, &signed)?;
    let kept = kept.verify(&town.center.public().verifying_key).unwrap();
    assert_eq!((kept.center, kept.incarnation), (alice.center, told.incarnation));
    Ok(())
}

/// A second life of alice's laptop, which continues the first after entry `seq`, as the center knows.
pub fn continued(town: &Town, alice: &Author, seq: u64) -> Author {
    let next = untold(alice, seq);
    tell(town, alice, &vouched(alice, &next, seq)).unwrap();
    next
}

/// Writes an entry of another life again under the same id.
pub fn write_again(author: &mut Author, old: &Entry) {
    let header = &old.header;
    let mut place = author.next_place(Actor::Agent(author.agent), header.record, header.id);
    place.at = header.at;
    let new = new_entry(&header.stream, header.subject, &old.body().unwrap().unwrap());
    author.append(entry::seal(&new, place).unwrap());
}

fn refused<T: std::fmt::Debug>(outcome: Result<T, CenterError>) -> Code {
    outcome.unwrap_err().code()
}

#[tokio::test]
async fn e2_a_life_is_known_once_the_life_before_vouched_for_it() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    alice.resident("周大山");
    alice.send_all(&town).await;
    let mut next = untold(&alice, 3);
    next.resident("陈小河");
    let post = next.post(1, 2);
    let unknown = bangban_sync::SyncProtocol::exchange(&town.center, &next.token, post).await;
    assert_eq!(unknown.err().map(|problem| problem.code()), Some(Code::LaptopRefused));
    let told = vouched(&alice, &next, 3);
    tell(&town, &alice, &told).unwrap();
    let heard = next.send_all(&town).await;
    assert_eq!((heard.prefix(), heard.receipt.refused.len()), (2, 0), "her agent may write in it too");
    // The answer was lost: it is told again, and nothing changes.
    tell(&town, &alice, &told).unwrap();
    assert_eq!(next.ask(&town).await.prefix(), 2);
    town.assert_sound();
}

#[tokio::test]
async fn e2_nobody_takes_another_ledgers_place() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    alice.resident("周大山");
    alice.send_all(&town).await;
    let bob = town.author(&[DAHU]).await;
    bob.send_all(&town).await;
    let next = untold(&alice, 3);
    let told = vouched(&alice, &next, 3);
    // Bob's laptop speaks of alice's life.
    let signed = Signed::sign(&told, &alice.signing).unwrap();
    assert_eq!(refused(town.center.present_life(&bob.token, &signed)), Code::LaptopRefused);
    // Not by the key of the life before.
    let forged = Signed::sign(&told, &next.signing).unwrap();
    assert!(town.center.present_life(&alice.token, &forged).is_err());
    let other_center = LifeBegun { center: Uuid::new_v4(), ..told.clone() };
    assert_eq!(refused(tell(&town, &alice, &other_center)), Code::BatchNotForUs);
    // A fork that is otherwise in the history here. One that is not here yet, the key of the life before vouches for.
    for wrong in
        [LifeBegun { fork_hash: Digest::of(b"x"), ..told.clone() }, LifeBegun { fork_seq: 0, ..told.clone() }]
    {
        assert_eq!(refused(tell(&town, &alice, &wrong)), Code::HistoryDiffers);
    }
    tell(&town, &alice, &told).unwrap();
    // The same life with another key or fork.
    let other = LifeBegun { verifying_key: bob.signing.verifying_key(), ..told.clone() };
    assert_eq!(refused(tell(&town, &alice, &other)), Code::HistoryDiffers);
    let other = LifeBegun { fork_seq: 2, fork_hash: alice.hash_at(2), ..told };
    assert_eq!(refused(tell(&town, &alice, &other)), Code::HistoryDiffers);
    town.assert_sound();
}

#[tokio::test]
async fn f2_a_beginning_that_claims_another_life_than_was_vouched_for_stands_in_quarantine() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    alice.send_all(&town).await;
    let mut bob = town.author(&[DAHU]).await;
    let fork = Fork { ancestor: alice.life, seq: 2, header_hash: alice.hash_at(2) };
    let claim =
        LedgerBegun { program: "x".into(), villages: vec![village(DAHU)], fork: Some(fork), again: vec![] };
    bob.write(&[(bob.device, Body::LedgerBegun(claim))]);
    let heard = bob.send_all(&town).await;
    assert_eq!(
        heard.receipt.refused[0].reason,
        RefusalReason::NotAllowed,
        "his edits would beat hers unseen"
    );
    alice.resident("周大山");
    alice.send_all(&town).await;
    town.assert_sound();
}

#[tokio::test]
async fn d1_what_the_old_life_wrote_after_the_fork_comes_back_whole() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    alice.resident("周大山");
    alice.resident("陈小河");
    alice.send_all(&town).await;
    let next = continued(&town, &alice, 3);
    next.send_all(&town).await;
    let heard = next.ask_from(&town, &[]).await;
    let marked: Vec<Digest> = heard.marks.iter().map(|mark| mark.header_hash).collect();
    assert_eq!(
        marked,
        [alice.hash_at(1), alice.hash_at(2), alice.hash_at(3), next.hash_at(1)],
        "what it has"
    );
    assert_eq!(heard.entries.len(), 1);
    let back = heard.entries[0].entry.clone().into_entry().unwrap();
    assert_eq!((back.header_hash(), back.body_bytes.is_some()), (alice.hash_at(4), true));
    town.assert_sound();
}

#[tokio::test]
async fn d1_the_old_life_may_still_bring_what_lay_in_a_drawer() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    alice.resident("周大山");
    alice.send_all(&town).await;
    alice.resident("在抽屉里");
    let mut next = continued(&town, &alice, 3);
    next.resident("陈小河");
    next.send_all(&town).await;
    let heard = alice.send(&town, 4, 4).await;
    assert_eq!((heard.prefix(), heard.receipt.refused.len()), (4, 0));
    assert_eq!(town.center.store().counts().unwrap().people, 3);
    town.assert_sound();
}

#[tokio::test]
async fn x5_two_lives_that_continue_the_same_one_write_one_entry() {
    // The same copy was put back twice: neither life descends from the other, and both are one ledger's.
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    alice.send_all(&town).await;
    let case = alice.submitted_case("DIBAO", &[]);
    let mut lives = [continued(&town, &alice, 2), continued(&town, &alice, 2)];
    for next in &mut lives {
        for old in &alice.entries[2..] {
            write_again(next, old);
        }
        let heard = next.send_all(&town).await;
        assert_eq!(heard.prefix(), next.last_seq());
        assert!(heard.receipt.refused.is_empty(), "{:?}", heard.receipt.refused);
    }
    // And what follows in the second does not wait for an entry that is in force.
    lives[1].write(&[
        (case, case_recorded("/data/method", "again")),
        (case, Body::CaseSubmitted(CaseSubmitted {})),
    ]);
    assert!(lives[1].send_all(&town).await.receipt.refused.is_empty());
    let document = town.center.store().case("", case).unwrap().unwrap().document;
    assert_eq!(document.case.unwrap().revisions.len(), 2);
    assert_eq!(town.center.store().counts().unwrap().people, 1, "one person, written three times");
    town.assert_sound();
}

#[tokio::test]
async fn x5_what_waits_behind_a_gap_gives_way_to_the_new_life_that_brings_it_without_one() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    alice.resident("周大山");
    alice.resident("陈小河");
    alice.send(&town, 1, 2).await;
    let heard = alice.send(&town, 4, 4).await;
    assert_eq!(heard.receipt.ranges.len(), 1, "it waits for the third");
    let mut next = continued(&town, &alice, 2);
    for old in &alice.entries[2..] {
        write_again(&mut next, old);
    }
    let heard = next.send_all(&town).await;
    assert_eq!((heard.prefix(), heard.receipt.refused.len()), (3, 0));
    let counts = town.center.store().counts().unwrap();
    assert_eq!((counts.people, counts.held), (2, 0), "nothing waits for ever");
    assert!(town.center.store().gaps("").unwrap().is_empty());
    // The piece that closes the old gap comes after all.
    assert_eq!(alice.send(&town, 3, 3).await.prefix(), 4);
    assert_eq!(town.center.store().counts().unwrap().people, 2);
    town.assert_sound();
}

#[tokio::test]
async fn s5_who_was_removed_before_the_fork_may_not_write_in_the_new_life() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let bea = AgentId(Uuid::new_v4());
    let device = alice.device;
    let name = "李秀兰".to_owned();
    alice.write(&[(device, Body::AgentAdded(bangban_model::body::AgentAdded { agent: bea, name }))]);
    alice.write(&[(device, Body::AgentRemoved(bangban_model::body::AgentRemoved { agent: bea }))]);
    alice.send_all(&town).await;
    for (seq, may) in [(3, true), (4, false)] {
        let mut next = continued(&town, &alice, seq);
        let body = recorded("name", "周大山");
        next.write_as(Actor::Agent(bea), &[new_entry(&village(DAHU), SubjectId(Uuid::new_v4()), &body)]);
        let heard = next.send_all(&town).await;
        assert_eq!(heard.receipt.refused.is_empty(), may, "after entry {seq}");
    }
    town.assert_sound();
}

#[tokio::test]
async fn d1_a_village_with_sticks_alone_tells_of_its_new_life_in_the_file() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    alice.resident("周大山");
    alice.send_all(&town).await;
    let mut next = untold(&alice, 3);
    next.resident("陈小河");
    let mut third = untold(&next, 2);
    third.resident("王小燕");
    let lives = vec![
        Signed::sign(&vouched(&alice, &next, 3), &alice.signing).unwrap(),
        Signed::sign(&vouched(&next, &third, 2), &next.signing).unwrap(),
    ];
    let receipt = town.folder.path().join("receipt.bangban");
    let bring = |author: &Author, lives: Vec<Signed<LifeBegun>>| {
        let path = town.folder.path().join("batch.bangban");
        let manifest = Manifest { lives, photos: Vec::new(), ..author.manifest(1, 2) };
        let signed = Signed::sign(&manifest, &author.signing).unwrap();
        let file = std::fs::File::create(&path).unwrap();
        let key = &town.center.public().batch_key;
        write_batch(file, key, &signed, author.lines(1, 2), Vec::<Result<bytes::Bytes, _>>::new()).unwrap();
        town.center.receive_batch_file(&path, &receipt)
    };
    assert_eq!(refused(bring(&next, Vec::new())), Code::LaptopRefused, "nobody vouched for it");
    assert_eq!(refused(bring(&third, lives[1..].to_vec())), Code::LaptopRefused, "nor for the one before");
    let mut forged = lives.clone();
    forged[1] = Signed::sign(&vouched(&next, &third, 2), &third.signing).unwrap();
    assert_eq!(refused(bring(&third, forged)), Code::LaptopRefused);
    assert_eq!(bring(&next, lives[..1].to_vec()).unwrap().new_entries, 2);
    assert_eq!(bring(&third, lives).unwrap().new_entries, 2, "the first life it names is known already");
    assert_eq!(town.center.store().counts().unwrap().people, 3);
    town.assert_sound();
}

#[tokio::test]
async fn d1_a_cursor_of_the_copy_goes_on_where_it_stood() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    alice.resident("周大山");
    alice.send_all(&town).await;
    let stream_hash = town.center.store().stream_hash_at(&village(DAHU), 3).unwrap().unwrap();
    alice.resident("陈小河");
    alice.send_all(&town).await;
    let next = continued(&town, &alice, 3);
    let heard = next
        .ask_from(&town, &[Cursor { stream: village(DAHU), position: 3, stream_hash, whole: false }])
        .await;
    assert_eq!((heard.entries.len(), heard.marks.len(), heard.ended), (1, 0, true));
    town.assert_sound();
}

#[tokio::test]
async fn x5_what_is_in_force_is_not_judged_again_under_the_new_life() {
    // Nothing of the old life was receipted when the copy was made: its beginning is written again too.
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    alice.resident("周大山");
    alice.send_all(&town).await;
    let mut next = continued(&town, &alice, 0);
    let first = alice.entries[..2].to_vec();
    for old in first.iter().chain(&alice.entries[2..]) {
        write_again(&mut next, old);
    }
    next.resident("陈小河");
    let heard = next.send_all(&town).await;
    assert_eq!((heard.prefix(), heard.receipt.refused.len()), (5, 0));
    assert_eq!(town.center.store().counts().unwrap().people, 2);
    town.assert_sound();
}
