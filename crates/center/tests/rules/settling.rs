//! Settling what was refused (rules S3, S4, F5): whatever staff decide is an entry, kept by every laptop of the village.

use crate::author::*;
use bangban_center::Role;
use bangban_center::store::SettleAsk;
use bangban_center::store::embedded::MIGRATIONS;
use bangban_ledger::database;
use bangban_model::body::{Body, CaseAccepted, Settling};
use bangban_model::ids::AgentId;
use bangban_model::{Actor, Code, RecordId, SubjectId};
use bangban_sync::RefusalReason;
use uuid::Uuid;

/// What a laptop of the village hears staff have decided on refused records and gaps.
async fn told(town: &Town) -> Vec<Body> {
    let bob = town.author(&[DAHU]).await;
    let heard = bob.ask(town).await;
    let entries = heard.entries.into_iter().map(|line| line.entry.into_entry().unwrap());
    let of_staff = entries.filter(|entry| matches!(entry.header.by, Actor::Staff(_)));
    of_staff.filter_map(|entry| entry.body().unwrap()).collect()
}

/// A laptop with a record that an agent may not write.
async fn refused(town: &Town) -> (Author, RecordId) {
    let mut alice = town.author(&[DAHU]).await;
    let case = alice.submitted_case("SSC", &[]); // 3, 4, 5
    let revision = alice.entries[4].header.id;
    let record = alice.write(&[(case, Body::CaseAccepted(CaseAccepted { revision }))]); // 6
    alice.send_all(town).await;
    (alice, record)
}

#[tokio::test]
async fn s3_a_record_that_nobody_can_release_is_set_aside_with_a_word_for_its_author() {
    let mut town = Town::new();
    let (alice, record) = refused(&town).await;
    let staff = town.staff("李科员", Role::Acceptor);
    assert_eq!(town.center.release_record(&staff, record).unwrap_err().code(), Code::NotAllowed);
    assert!(told(&town).await.is_empty(), "a refused release says nothing");
    let ask = SettleAsk { record, how: Settling::SetAside, note: "受理由乡镇办理" };
    let silent = SettleAsk { note: " ", ..ask };
    assert_eq!(town.center.settle_record(&staff, &silent).unwrap_err().code(), Code::BadInput);
    town.center.settle_record(&staff, &ask).unwrap();
    town.reopen();
    assert!(town.center.store().quarantined("").unwrap().is_empty(), "nobody is asked again");
    assert_eq!(town.center.store().counts().unwrap().quarantined, 0);
    let heard = alice.ask(&town).await;
    assert_eq!(heard.receipt.refused[0].reason, RefusalReason::NotAllowed, "it is not in force");
    match told(&town).await.as_slice() {
        [Body::RefusalSettled(settled)] => {
            assert_eq!((settled.incarnation, settled.records.as_slice()), (alice.life, &[record][..]));
            assert_eq!((settled.how, settled.note.as_str()), (Settling::SetAside, "受理由乡镇办理"));
        }
        other => panic!("{other:?}"),
    }
    town.assert_sound();
}

#[tokio::test]
async fn s3_s6_the_content_of_a_refused_record_is_erased_by_an_administrator_alone() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let stranger = Actor::Agent(AgentId(Uuid::new_v4()));
    let new = new_entry(&village(DAHU), SubjectId(Uuid::new_v4()), &recorded("name", "不该登记的人"));
    let record = alice.write_as(stranger, &[new]); // 3
    alice.send_all(&town).await;
    let ask = SettleAsk { record, how: Settling::Erased, note: "不应收集" };
    let acceptor = town.staff("李科员", Role::Acceptor);
    assert_eq!(town.center.settle_record(&acceptor, &ask).unwrap_err().code(), Code::NotAllowed);
    let admin = town.staff("何管理", Role::Admin);
    town.center.settle_record(&admin, &ask).unwrap();
    let folder = town.center.folder();
    let connection = database::open(&folder.database(), &folder.read_key().unwrap(), &MIGRATIONS).unwrap();
    let kept: bool = connection
        .query_row("SELECT body IS NOT NULL FROM entry WHERE record = ?1", [record.0], |row| row.get(0))
        .unwrap();
    assert!(!kept);
    assert_eq!(alice.ask(&town).await.prefix(), 3, "its header stays in the chain");
    town.assert_sound();
}

#[tokio::test]
async fn s3_s4_a_release_and_the_release_of_a_gap_are_entries_that_a_restore_brings_back() {
    let mut town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let stranger = Actor::Agent(AgentId(Uuid::new_v4()));
    let new = new_entry(&village(DAHU), SubjectId(Uuid::new_v4()), &recorded("name", "周大山"));
    let record = alice.write_as(stranger, &[new]); // 3
    alice.resident("周二"); // 4: missing
    alice.resident("周三"); // 5
    alice.send(&town, 1, 3).await;
    alice.send(&town, 5, 5).await;
    let staff = town.staff("李科员", Role::Acceptor);
    assert_eq!(town.center.release_record(&staff, record).unwrap(), 1);
    assert_eq!(town.center.release_gap(&staff, alice.life).unwrap(), 1);
    let told = told(&town).await;
    assert!(
        matches!(&told[..], [Body::RefusalSettled(settled), Body::GapReleased(released)]
            if settled.how == Settling::Released && released.through == 5 && released.incarnation == alice.life),
        "{told:?}"
    );
    assert_eq!(alice.ask(&town).await.order_of(&alice, DAHU), vec![1, 2, 3, 5]);
    town.reopen();
    town.assert_sound();
    let again = town.center.release_gap(&staff, alice.life).unwrap_err();
    assert_eq!(again.code(), Code::BadInput, "nothing waits any more");
}

#[tokio::test]
async fn f5_what_a_newer_program_wrote_is_judged_again_when_the_center_knows_it() {
    let mut town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let person = alice.resident("周大山"); // 3
    alice.write(&[(person, recorded("phone", "13900000000"))]); // 4
    alice.send(&town, 1, 2).await;
    let folder = bangban_center::DataFolder::new(town.folder.path());
    let tamper = |sql: &str| {
        let key = folder.read_key().unwrap();
        database::open(&folder.database(), &key, &MIGRATIONS).unwrap().execute_batch(sql).unwrap();
    };
    // What an older program kept of kinds that this one knows.
    tamper("UPDATE laptop SET revoked_at = '2026-03-02T09:00:00+08:00'");
    alice.send(&town, 3, 4).await;
    tamper(
        "UPDATE laptop SET revoked_at = NULL; UPDATE entry SET reason = 'newer_kind' WHERE seq = 3;
         UPDATE entry SET reason = 'waits_for_earlier' WHERE seq = 4",
    );
    assert_eq!(town.center.store().counts().unwrap().quarantined, 2);
    town.reopen();
    assert_eq!(town.center.store().counts().unwrap().quarantined, 0);
    let document = town.center.store().resident("", person).unwrap().unwrap();
    assert_eq!(document.text("phone"), "13900000000");
    assert_eq!(alice.ask(&town).await.order_of(&alice, DAHU), vec![1, 2, 3, 4]);
    town.assert_sound();
}
