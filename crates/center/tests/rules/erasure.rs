//! Erasure (rule S6): gone from every table and file of the center, headers stay, chains hold, a restore replays it.

use crate::author::*;
use bangban_center::Role;
use bangban_center::staff::SignIn;
use bangban_center::store::ErasureAsk;
use bangban_center::store::embedded::MIGRATIONS;
use bangban_ledger::database;
use bangban_model::body::{Body, CaseSubmitted, ErasureReason};
use bangban_model::entry::NewEntry;
use bangban_model::{Actor, Code, Digest, EntryId, Saw, SubjectId};
use bangban_sync::RefusalReason;

const HERS: &[u8] = b"a picture of hers alone";
const SHARED: &[u8] = b"a picture of the whole household";

/// A resident with a case of two pictures, and somebody else's case that shares one of them.
struct Known {
    town: Town,
    alice: Author,
    admin: SignIn,
    resident: SubjectId,
    case: SubjectId,
    other: SubjectId,
}

async fn known() -> Known {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let resident = alice.resident("周大山"); // 3
    let case = SubjectId(uuid::Uuid::new_v4());
    let opened = alice.opened("SSC", resident, &[HERS, SHARED]);
    alice.write(&[(case, opened), (case, Body::CaseSubmitted(CaseSubmitted {}))]); // 4, 5
    let neighbour = alice.resident("李小满"); // 6
    let other = SubjectId(uuid::Uuid::new_v4());
    let opened = alice.opened("SSC", neighbour, &[SHARED]);
    alice.write(&[(other, opened)]); // 7
    alice.send_all(&town).await;
    let frames = vec![frame(HERS, 0, HERS.len()), frame(SHARED, 0, SHARED.len())];
    alice.send_frames(&town, frames).await;
    let admin = town.staff("何管理", Role::Admin);
    Known { town, alice, admin, resident, case, other }
}

fn ask(subject: SubjectId) -> ErasureAsk<'static> {
    ErasureAsk { subject, whole_person: true, reason: ErasureReason::Requested, note: "" }
}

impl Known {
    /// How many rows and files of the center hold this text.
    fn traces_of(&self, text: &str) -> usize {
        let folder = self.town.center.folder();
        let connection =
            database::open(&folder.database(), &folder.read_key().unwrap(), &MIGRATIONS).unwrap();
        let mut tables = connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").unwrap();
        let names: Vec<String> =
            tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let mut traces = 0;
        for name in names {
            let mut rows = connection.prepare(&format!("SELECT * FROM {name}")).unwrap();
            let width = rows.column_count();
            let mut rows = rows.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                traces += (0..width)
                    .filter(|at| match row.get_ref(*at).unwrap() {
                        rusqlite::types::ValueRef::Text(bytes) | rusqlite::types::ValueRef::Blob(bytes) => {
                            bytes.windows(text.len()).any(|part| part == text.as_bytes())
                        }
                        _ => false,
                    })
                    .count();
            }
        }
        traces
    }
}

#[tokio::test]
async fn s6_an_erased_person_is_gone_from_every_table_and_file_and_everything_verifies() {
    let known = known().await;
    assert!(known.traces_of("周大山") > 0);
    let place = |photo: &[u8]| known.town.center.photos().place(Digest::of(photo));
    assert!(place(HERS).exists() && place(SHARED).exists());
    let would = known.town.center.erasure_of(&known.admin, known.case, true).unwrap();
    let erased = known.town.center.erase(&known.admin, &ask(known.case)).unwrap();
    assert_eq!(would, erased);
    assert_eq!((erased.cases, erased.entries, erased.photos), (1, 3, 2));
    assert_eq!(known.traces_of("周大山"), 0, "gone everywhere");
    assert!(!place(HERS).exists(), "nothing refers to it any more");
    assert!(place(SHARED).exists(), "somebody else's case does");
    let store = known.town.center.store();
    assert!(store.case("", known.case).unwrap().is_none());
    assert!(store.resident("", known.resident).unwrap().is_none());
    assert_eq!(store.case("", known.other).unwrap().unwrap().photos.verified, 1);
    let heard = known.alice.ask(&known.town).await;
    assert!(heard.wanted.is_empty(), "nothing of hers is asked for again");
    known.town.assert_sound();
}

#[tokio::test]
async fn s6_x3_a_later_laptop_gets_headers_where_bodies_were_erased() {
    let known = known().await;
    known.town.center.erase(&known.admin, &ask(known.case)).unwrap();
    let bob = known.town.author(&[DAHU]).await;
    let heard = bob.ask(&known.town).await;
    let bare: Vec<EntryId> = heard
        .entries
        .iter()
        .filter(|line| line.entry.body.is_none() && line.entry.salt.is_none())
        .map(|line| line.entry.clone().into_entry().unwrap().header.id)
        .collect();
    let erased: Vec<EntryId> = [2, 3, 4].iter().map(|at| known.alice.entries[*at].header.id).collect();
    assert_eq!(bare, erased);
    assert_eq!(heard.positions(DAHU).len(), 9, "no position is missing: 7 of hers, two of staff");
}

#[tokio::test]
async fn s6_what_was_written_without_knowing_waits_for_a_person_and_begins_anew_when_released() {
    let mut known = known().await;
    known.town.center.erase(&known.admin, &ask(known.resident)).unwrap();
    known.alice.write(&[(known.resident, recorded("phone", "13700000000"))]); // 8
    let unknowing = known.alice.write(&[(known.resident, recorded("name", "周大山"))]); // 9
    let heard = known.alice.send(&known.town, 8, 9).await;
    let reasons: Vec<_> = heard.receipt.refused.iter().map(|told| (told.seqs[0], told.reason)).collect();
    assert_eq!(reasons, vec![(8, RefusalReason::SubjectErased), (9, RefusalReason::SubjectErased)]);
    assert!(known.town.center.store().resident("", known.resident).unwrap().is_none());
    assert_eq!(known.town.center.release_record(&known.admin, unknowing).unwrap(), 1);
    let document = known.town.center.store().resident("", known.resident).unwrap().unwrap();
    assert_eq!((document.text("name"), document.text("phone")), ("周大山", ""));
    known.town.assert_sound();
}

#[tokio::test]
async fn s6_whoever_knows_of_the_erasure_may_record_the_person_anew() {
    let mut known = known().await;
    known.town.center.erase(&known.admin, &ask(known.resident)).unwrap();
    known.alice.write(&[(known.resident, recorded("name", "周大山"))]); // 8: does not know
    let bob = known.town.author(&[DAHU]).await;
    let heard = bob.ask(&known.town).await;
    let told = heard.entries.iter().map(|line| line.entry.clone().into_entry().unwrap().header);
    let erasure = told.filter(|header| header.kind == "subject_erased" && header.subject == known.resident);
    let saw = erasure.map(|header| header.id).next_back();
    assert!(saw.is_some());
    let new = new_entry(&village(DAHU), known.resident, &recorded("name", "周大山"));
    known.alice.write_as(Actor::Agent(known.alice.agent), &[NewEntry { saw: saw.map(Saw::from), ..new }]); // 9
    let heard = known.alice.send(&known.town, 8, 9).await;
    assert_eq!(heard.receipt.refused.len(), 1, "what was refused before does not hold it back");
    assert!(known.town.center.store().resident("", known.resident).unwrap().is_some());
    known.town.assert_sound();
}

#[tokio::test]
async fn s6_what_stands_in_quarantine_or_behind_a_gap_is_erased_with_the_rest() {
    let mut known = known().await;
    let stranger = Actor::Agent(bangban_model::ids::AgentId(uuid::Uuid::new_v4()));
    let refused = new_entry(&village(DAHU), known.case, &case_recorded("/data/method", "秘密之一"));
    known.alice.write_as(stranger, &[refused]); // 8
    known.alice.resident("王五"); // 9: missing
    known.alice.write(&[(known.case, case_recorded("/data/method", "秘密之二"))]); // 10: held
    known.alice.send(&known.town, 8, 8).await;
    known.alice.send(&known.town, 10, 10).await;
    assert!(known.traces_of("秘密之一") > 0 && known.traces_of("秘密之二") > 0);
    known.town.center.erase(&known.admin, &ask(known.case)).unwrap();
    assert_eq!(known.traces_of("秘密之一") + known.traces_of("秘密之二"), 0);
    assert!(known.town.center.store().quarantined("").unwrap().is_empty(), "nothing is left to settle");
    known.town.assert_sound();
    let heard = known.alice.send(&known.town, 9, 9).await;
    assert_eq!(heard.prefix(), 10);
    assert_eq!(known.alice.ask(&known.town).await.order_of(&known.alice, DAHU).last(), Some(&10));
    known.town.assert_sound();
}

#[tokio::test]
async fn s6_a_crash_between_the_act_and_the_files_is_made_good() {
    let mut known = known().await;
    let place = known.town.center.photos().place(Digest::of(HERS));
    known.town.center.store().erase(&known.admin, &ask(known.case), known.town.center.now()).unwrap();
    assert!(place.exists(), "the program ended before it came to the files");
    known.town.reopen();
    known.town.center.tidy_up();
    assert!(!place.exists());
    known.town.assert_sound();
}

#[tokio::test]
async fn s6_only_an_administrator_within_her_scope_erases_and_never_while_a_legal_clock_runs() {
    let known = known().await;
    for role in [Role::Acceptor, Role::Confirmer, Role::Leader] {
        let staff = known.town.staff("某人", role);
        let refused = known.town.center.erase(&staff, &ask(known.case)).unwrap_err();
        assert_eq!(refused.code(), Code::NotAllowed);
    }
    let elsewhere = known.town.center.add_staff("外乡管理员", Role::Admin, "420703100").unwrap();
    let elsewhere = known.town.center.sign_in(&elsewhere.id.to_string()).unwrap();
    let refused = known.town.center.erase(&elsewhere, &ask(known.case)).unwrap_err();
    assert_eq!(refused.code(), Code::PersonUnknown);
    let acceptor = known.town.staff("李科员", Role::Acceptor);
    let batch = known.town.center.store().batches("", 9).unwrap()[0].id;
    known.town.center.import_batch(&acceptor, batch).unwrap();
    known.town.center.accept_case(&acceptor, known.case, None).unwrap();
    let refused = known.town.center.erase(&known.admin, &ask(known.resident)).unwrap_err();
    assert_eq!(refused.code(), Code::CaseStage);
    assert!(known.traces_of("周大山") > 0);
    let twice = known.town.center.erase(&known.admin, &ask(known.other)).unwrap();
    assert_eq!(twice.cases, 1);
    let again = known.town.center.erase(&known.admin, &ask(known.other)).unwrap_err();
    assert_eq!(again.code(), Code::PersonUnknown, "what is erased is not there any more");
}

#[tokio::test]
async fn s6_what_an_old_ledger_brings_once_more_is_kept_without_its_body() {
    let mut known = known().await;
    known.alice.write(&[(known.resident, recorded("phone", "13700000000"))]); // 8, not sent
    let late = known.alice.entries[7].clone();
    // The erasure names an entry that this center was put back without.
    let mut entries: Vec<EntryId> = [2].iter().map(|at| known.alice.entries[*at].header.id).collect();
    entries.push(late.header.id);
    let erased =
        bangban_model::body::SubjectErased { entries, reason: ErasureReason::Requested, note: String::new() };
    let now = known.town.center.now();
    known
        .town
        .center
        .store()
        .write_on_resident(&known.admin, known.resident, now, &mut |document| {
            let saw = document.newest_seen();
            let body = Body::SubjectErased(erased.clone());
            Ok(vec![NewEntry { saw, ..new_entry(&village(DAHU), known.resident, &body) }])
        })
        .unwrap();
    let heard = known.alice.send(&known.town, 8, 8).await;
    assert!(heard.receipt.refused.is_empty(), "it is held, as a header");
    assert_eq!(known.traces_of("13700000000"), 0);
    known.town.assert_sound();
}
