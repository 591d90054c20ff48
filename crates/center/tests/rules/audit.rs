//! The audit chain: what staff did is written in the act itself, told in receipts, and cannot be shortened unseen (rule X2).

use crate::author::*;
use bangban_center::Role;
use bangban_center::store::auditing::ActNote;
use bangban_center::store::embedded::MIGRATIONS;
use bangban_ledger::database;
use bangban_model::Digest;
use bangban_model::ids::AgentId;
use bangban_model::{Actor, SubjectId};
use uuid::Uuid;

fn acts(town: &Town, scope: &str) -> Vec<(String, String)> {
    let page = town.center.store().audit_page(scope, 0, 100).unwrap();
    assert_eq!(page.total, page.lines.len() as u64);
    let mut lines: Vec<_> = page.lines.into_iter().map(|line| (line.stream, line.act)).collect();
    lines.reverse();
    lines
}

async fn busy() -> (Town, Author) {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let case = alice.submitted_case("SSC", &[]);
    let stranger = Actor::Agent(AgentId(Uuid::new_v4()));
    let new = new_entry(&village(DAHU), SubjectId(Uuid::new_v4()), &recorded("name", "周二"));
    let refused = alice.write_as(stranger, &[new]);
    alice.send_all(&town).await;
    let acceptor = town.staff("李科员", Role::Acceptor);
    let batch = town.center.store().batches("", 9).unwrap()[0].id;
    town.pass_minutes(1);
    town.center.import_batch(&acceptor, batch).unwrap();
    town.pass_minutes(1);
    town.center.accept_case(&acceptor, case, None).unwrap();
    town.pass_minutes(1);
    town.center.release_record(&acceptor, refused).unwrap();
    (town, alice)
}

#[tokio::test]
async fn x2_every_act_of_staff_is_in_the_chain_of_its_village_and_receipts_tell_the_heads() {
    let (town, alice) = busy().await;
    let in_village: Vec<_> = acts(&town, DAHU).into_iter().map(|(_, act)| act).collect();
    assert_eq!(in_village, ["code_issued", "case_imported", "case_accepted", "refusal_settled"]);
    assert!(acts(&town, "").contains(&(String::new(), "staff_added".to_owned())));
    let heads = alice.ask(&town).await.receipt.audit_heads;
    let told: Vec<_> = heads.iter().map(|head| (head.stream.as_str(), head.number)).collect();
    assert_eq!(told, [("", 1), (DAHU, 4)]);
    let villages = [village(DAHU)];
    let note =
        ActNote { streams: &villages, staff: None, act: "photo_shown", about: "x", digest: Digest::ZERO };
    town.center.store().note_act(&note, town.center.now()).unwrap();
    let later = alice.ask(&town).await.receipt.audit_heads;
    assert_eq!((later[1].number, later[1].hash == heads[1].hash), (5, false));
    town.assert_sound();
}

#[tokio::test]
async fn x2_an_audit_line_that_was_changed_taken_out_or_cut_off_is_found() {
    for change in [
        "UPDATE audit SET act = 'signed_in' WHERE act = 'case_accepted'",
        "UPDATE audit SET staff = NULL WHERE act = 'case_accepted'",
        "UPDATE audit SET at = '2026-03-02T09:00:00.000+08:00' WHERE act = 'case_accepted'",
        "DELETE FROM audit WHERE act = 'case_imported'",
        "DELETE FROM audit WHERE act = 'refusal_settled'",
        "DELETE FROM audit",
    ] {
        let (town, alice) = busy().await;
        alice.ask(&town).await;
        town.assert_sound();
        let folder = town.center.folder();
        let connection =
            database::open(&folder.database(), &folder.read_key().unwrap(), &MIGRATIONS).unwrap();
        assert!(connection.execute(change, []).unwrap() > 0, "{change}");
        drop(connection);
        assert!(!town.center.verify().unwrap().findings.is_empty(), "not found: {change}");
    }
}

#[tokio::test]
async fn x2_an_act_that_fails_leaves_no_line_in_the_audit_chain() {
    let (town, _) = busy().await;
    let before = acts(&town, "").len();
    let confirmer = town.staff("王主任", Role::Confirmer);
    let case = SubjectId(Uuid::new_v4());
    assert!(town.center.accept_case(&confirmer, case, None).is_err());
    let acceptor = town.staff("赵科员", Role::Acceptor);
    assert!(town.center.accept_case(&acceptor, case, None).is_err());
    assert_eq!(acts(&town, "").len(), before + 2, "two members came, nothing else was done");
}
