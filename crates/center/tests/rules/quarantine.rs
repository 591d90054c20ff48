//! Judgement and quarantine (rules S3, S5).

use crate::author::*;
use bangban_center::Role;
use bangban_model::body::{AgentAdded, AgentRemoved, Body, CaseAccepted, CaseSubmitted, CaseWithdrawn};
use bangban_model::entry::{self, RecordPart};
use bangban_model::ids::{AgentId, StaffId};
use bangban_model::{Actor, Code, Digest, EntryId, RecordId, SubjectId};
use bangban_sync::{MAX_LINE_BYTES, RefusalReason};
use uuid::Uuid;

fn stranger() -> Actor {
    Actor::Agent(AgentId(Uuid::new_v4()))
}

#[tokio::test]
async fn s3_a_refused_record_is_told_to_its_author_and_blocks_nothing_behind_it() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let case = alice.submitted_case("SSC", &[]); // 3, 4, 5
    let revision = alice.entries[4].header.id;
    let decision = Body::CaseAccepted(CaseAccepted { revision });
    let refused = alice.write(&[(case, decision)]); // 6: an agent never decides
    alice.resident("周大河"); // 7
    alice.write(&[(case, Body::CaseWithdrawn(CaseWithdrawn { reason: "已迁出".into() }))]); // 8
    let heard = alice.send_all(&town).await;
    assert_eq!(heard.prefix(), 8, "its place is consumed");
    assert_eq!(heard.receipt.refused.len(), 1);
    let told = &heard.receipt.refused[0];
    assert_eq!(
        (told.record, told.seqs.as_slice(), told.reason),
        (refused, &[6][..], RefusalReason::NotAllowed)
    );
    assert_eq!(heard.order_of(&alice, DAHU), vec![1, 2, 3, 4, 5, 7, 8]);
    let staff = town.staff("李科员", Role::Acceptor);
    let release = town.center.release_record(&staff, refused);
    assert_eq!(release.unwrap_err().code(), Code::NotAllowed, "no person makes an agent's decision one");
    town.assert_sound();
}

#[tokio::test]
async fn x2_a_receipt_with_thousands_of_refusals_comes_in_lines_that_each_fit() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let (stream, stranger) = (village(DAHU), stranger());
    for _ in 0..12_000 {
        let person = new_entry(&stream, SubjectId(Uuid::new_v4()), &recorded("name", "周"));
        alice.write_as(stranger, &[person]);
    }
    let heard = alice.send_all(&town).await;
    let lengths = heard.receipt_lines.iter().map(|line| serde_json::to_vec(line).unwrap().len());
    let longest = lengths.max().unwrap();
    assert!(longest < MAX_LINE_BYTES - 100, "a line of {longest} bytes cannot be sent");
    let told: Vec<u64> = heard.receipt.refused.iter().flat_map(|told| told.seqs.clone()).collect();
    assert_eq!(told, (3..=alice.last_seq()).collect::<Vec<_>>(), "every refusal is told");
    assert_eq!(heard.prefix(), alice.last_seq());
}

#[tokio::test]
async fn s3_a_record_is_judged_whole() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let good = new_entry(&village(DAHU), SubjectId(Uuid::new_v4()), &recorded("name", "周大山"));
    let bad = new_entry(&village(FAR), SubjectId(Uuid::new_v4()), &recorded("name", "陈小河"));
    alice.write_as(Actor::Agent(alice.agent), &[good, bad]);
    let heard = alice.send_all(&town).await;
    assert_eq!(heard.receipt.refused[0].seqs, vec![3, 4], "the good part stays with the bad one");
    assert_eq!(heard.receipt.refused[0].reason, RefusalReason::VillageNotHers);
    assert_eq!(heard.order_of(&alice, DAHU), vec![1, 2]);
    town.assert_sound();
}

#[tokio::test]
async fn s3_what_needs_a_refused_entry_waits_with_it_and_follows_its_release_in_order() {
    let mut town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let resident = alice.resident("周大山"); // 3
    let case = SubjectId(Uuid::new_v4());
    let opened = alice.opened("SSC", resident, &[]);
    let opened = new_entry(&village(DAHU), case, &opened);
    let refused = alice.write_as(stranger(), &[opened]); // 4
    alice.write(&[(case, case_recorded("/data/method", "at the door"))]); // 5 needs 4
    alice.resident("周大河"); // 6 needs nothing
    alice.write(&[(case, Body::CaseSubmitted(CaseSubmitted {}))]); // 7 needs 4
    let heard = alice.send_all(&town).await;
    let reasons: Vec<_> = heard.receipt.refused.iter().map(|told| (told.seqs.clone(), told.reason)).collect();
    assert_eq!(
        reasons,
        vec![
            (vec![4], RefusalReason::AgentUnknown),
            (vec![5], RefusalReason::WaitsForEarlier),
            (vec![7], RefusalReason::WaitsForEarlier)
        ]
    );
    assert_eq!(heard.order_of(&alice, DAHU), vec![1, 2, 3, 6]);
    town.assert_sound();
    town.reopen();
    let staff = town.staff("李科员", Role::Acceptor);
    assert_eq!(town.center.release_record(&staff, refused).unwrap(), 3);
    let heard = alice.ask(&town).await;
    assert_eq!(heard.order_of(&alice, DAHU), vec![1, 2, 3, 6, 4, 5, 7], "at the end, in seq order");
    assert!(heard.receipt.refused.is_empty());
    let document = town.center.store().case("", case).unwrap().unwrap().document;
    assert_eq!(document.text("/data/method"), "at the door");
    assert_eq!(document.case.unwrap().revisions.len(), 1);
    town.assert_sound();
}

#[tokio::test]
async fn s3_a_submission_does_not_go_without_an_edit_it_speaks_for() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let case = alice.submitted_case("SSC", &[]); // 3, 4, 5
    let edit = new_entry(&village(DAHU), case, &case_recorded("/data/method", "another hand"));
    alice.write_as(stranger(), &[edit]); // 6
    alice.write(&[(case, Body::CaseSubmitted(CaseSubmitted {}))]); // 7
    let heard = alice.send_all(&town).await;
    assert_eq!(heard.receipt.refused[1].reason, RefusalReason::WaitsForEarlier);
    let document = town.center.store().case("", case).unwrap().unwrap().document;
    assert_eq!(document.case.unwrap().revisions.len(), 1);
}

#[tokio::test]
async fn s5_agents_may_write_from_their_coming_to_their_going_by_seq() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let second = AgentId(Uuid::new_v4());
    let (device, stream) = (alice.device, village(DAHU));
    let person = || new_entry(&stream, SubjectId(Uuid::new_v4()), &recorded("name", "周大山"));
    alice.write_as(Actor::Agent(second), &[person()]); // 3: not yet
    alice.write(&[(device, Body::AgentAdded(AgentAdded { agent: second, name: "李小满".into() }))]); // 4
    alice.write_as(Actor::Agent(second), &[person()]); // 5
    alice.write(&[(device, Body::AgentRemoved(AgentRemoved { agent: second }))]); // 6
    alice.write_as(Actor::Agent(second), &[person()]); // 7: no more
    let heard = alice.send_all(&town).await;
    let refused: Vec<_> = heard.receipt.refused.iter().map(|told| (told.seqs[0], told.reason)).collect();
    assert_eq!(refused, vec![(3, RefusalReason::AgentUnknown), (7, RefusalReason::AgentUnknown)]);
}

#[tokio::test]
async fn s5_staff_never_write_through_a_laptop() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let staff = Actor::Staff(StaffId(Uuid::new_v4()));
    let person = new_entry(&village(DAHU), SubjectId(Uuid::new_v4()), &recorded("name", "周大山"));
    alice.write_as(staff, &[person]);
    let heard = alice.send_all(&town).await;
    assert_eq!(heard.receipt.refused[0].reason, RefusalReason::NotAllowed);
}

#[tokio::test]
async fn s3_newer_kinds_and_unreadable_bodies_wait_for_a_person() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let subject = SubjectId(Uuid::new_v4());
    let new = new_entry(&village(DAHU), subject, &recorded("name", "周大山"));
    let part = || RecordPart { id: RecordId(Uuid::now_v7()), index: 0, count: 1 };
    let by = Actor::Agent(alice.agent);
    let mut newer = entry::seal(&new, alice.next_place(by, part(), EntryId(Uuid::now_v7()))).unwrap();
    newer.header.kind = "resident_teleported".into();
    alice.append(newer); // 3
    let mut unreadable = entry::seal(&new, alice.next_place(by, part(), EntryId(Uuid::now_v7()))).unwrap();
    let body = [&[7u8; 16][..], b"{\"set\": 1}"].concat();
    unreadable.header.body_digest = Digest::of(&body);
    unreadable.body_bytes = Some(body);
    unreadable.header.subject = SubjectId(Uuid::new_v4());
    alice.append(unreadable); // 4
    alice.write(&[(subject, recorded("phone", "13900000000"))]); // 5: nobody knows what 3 means to it
    let heard = alice.send_all(&town).await;
    let reasons: Vec<_> = heard.receipt.refused.iter().map(|told| told.reason).collect();
    assert_eq!(
        reasons,
        vec![RefusalReason::NewerKind, RefusalReason::Malformed, RefusalReason::WaitsForEarlier]
    );
    town.assert_sound();
}

#[tokio::test]
async fn s3_a_subject_stays_in_the_village_of_its_birth() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU, OTHER]).await;
    let resident = alice.resident("周大山");
    alice.write_in(OTHER, &[(resident, recorded("phone", "13900000000"))]);
    let heard = alice.send_all(&town).await;
    assert_eq!(heard.receipt.refused[0].reason, RefusalReason::Malformed);
    town.assert_sound();
}

#[tokio::test]
async fn s3_one_id_twice_in_one_record_is_refused_and_stops_no_post() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let one = new_entry(&village(DAHU), SubjectId(Uuid::new_v4()), &recorded("name", "周大山"));
    let (id, record) = (EntryId(Uuid::now_v7()), RecordId(Uuid::now_v7()));
    for index in 0..2 {
        let place =
            alice.next_place(Actor::Agent(alice.agent), RecordPart { id: record, index, count: 2 }, id);
        let sealed = entry::seal(&one, place).unwrap();
        alice.append(sealed);
    }
    let heard = alice.send_all(&town).await;
    assert_eq!(heard.prefix(), 4);
    assert_eq!(heard.receipt.refused[0].reason, RefusalReason::Malformed);
}

#[tokio::test]
async fn s5_only_those_who_settle_release_and_only_within_their_scope() {
    let town = Town::new();
    let mut alice = town.author(&[FAR]).await;
    let person = new_entry(&village(FAR), SubjectId(Uuid::new_v4()), &recorded("name", "周大山"));
    let refused = alice.write_as(stranger(), &[person]);
    alice.send_all(&town).await;
    let (acceptor, confirmer) = (town.staff("李科员", Role::Acceptor), town.staff("王主任", Role::Confirmer));
    assert_eq!(town.center.release_record(&confirmer, refused).unwrap_err().code(), Code::NotAllowed);
    assert_eq!(
        town.center.release_record(&acceptor, refused).unwrap_err().code(),
        Code::NotAllowed,
        "another town's"
    );
    assert!(town.center.store().quarantined("420703200").unwrap().is_empty());
    assert_eq!(town.center.store().quarantined("420703").unwrap().len(), 1);
}
