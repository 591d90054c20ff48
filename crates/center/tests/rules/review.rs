//! Import, acceptance, return, confirmation (rules S2, F4, S5).

use crate::author::*;
use bangban_center::review::Confirmation;
use bangban_center::store::reading::CaseAsk;
use bangban_center::{Role, SignIn};
use bangban_model::body::{Body, CaseConfirmed, CaseSubmitted, Outcome};
use bangban_model::bundle::part_path;
use bangban_model::{Actor, Code, Document, EntryId, RecordId, Remark, Stage, SubjectId};
use chrono::NaiveDate;
use uuid::Uuid;

fn batch_of(town: &Town) -> RecordId {
    town.center.store().batches("", 1).unwrap()[0].id
}

fn stage_of(town: &Town, case: SubjectId) -> Stage {
    town.center.store().case("", case).unwrap().unwrap().document.case.unwrap().stage
}

fn revision_of(town: &Town, case: SubjectId) -> EntryId {
    let document = town.center.store().case("", case).unwrap().unwrap().document;
    document.case.unwrap().latest_revision().unwrap().entry
}

fn remark() -> Vec<Remark> {
    vec![Remark { path: "/data/method".into(), text: "请写明见面方式".into() }]
}

fn granted(due: Option<NaiveDate>) -> Confirmation {
    Confirmation { outcome: Outcome::Granted, due, note: String::new() }
}

async fn town_with_a_case(item: &str) -> (Town, Author, SubjectId, SignIn, SignIn) {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let case = alice.submitted_case(item, &[]);
    alice.send_all(&town).await;
    let acceptor = town.staff("李科员", Role::Acceptor);
    let confirmer = town.staff("王主任", Role::Confirmer);
    (town, alice, case, acceptor, confirmer)
}

#[tokio::test]
async fn f4_a_case_is_accepted_only_after_its_import_and_confirmed_by_another_person() {
    let (mut town, alice, case, acceptor, confirmer) = town_with_a_case("PENSION_CERT").await;
    let refused = town.center.accept_case(&acceptor, case, None).unwrap_err();
    assert_eq!(refused.code(), Code::CaseNotImported);
    let imported = town.center.import_batch(&acceptor, batch_of(&town)).unwrap();
    assert_eq!(imported.cases, vec![case]);
    town.reopen();
    assert_eq!(town.center.accept_case(&confirmer, case, None).unwrap_err().code(), Code::NotAllowed);
    town.center.accept_case(&acceptor, case, Some(revision_of(&town, case))).unwrap();
    assert_eq!(stage_of(&town, case), Stage::Accepted);
    let again = town.center.accept_case(&acceptor, case, None).unwrap_err();
    assert_eq!(again.code(), Code::CaseStage);
    let refused = town.center.confirm_case(&confirmer, case, None, &granted(None)).unwrap_err();
    assert_eq!(refused.code(), Code::BadInput, "the due date comes from the official list");
    let due = NaiveDate::from_ymd_opt(2027, 3, 1);
    town.center.confirm_case(&confirmer, case, None, &granted(due)).unwrap();
    assert_eq!(stage_of(&town, case), Stage::Confirmed);
    let heard = alice.ask(&town).await;
    let kinds: Vec<_> =
        heard.entries.iter().map(|line| line.entry.clone().into_entry().unwrap().header.kind).collect();
    assert_eq!(kinds, vec!["case_accepted", "case_confirmed"], "the import is for the center alone");
    town.assert_sound();
}

#[tokio::test]
async fn s5_one_person_never_both_accepts_and_confirms_a_case() {
    let (town, _alice, case, acceptor, _) = town_with_a_case("DIBAO").await;
    town.center.import_batch(&acceptor, batch_of(&town)).unwrap();
    town.center.accept_case(&acceptor, case, None).unwrap();
    let mut both = acceptor;
    both.staff.role = Role::Confirmer; // the same person in another role, as after a transfer
    let refused = town.center.confirm_case(&both, case, None, &granted(None)).unwrap_err();
    assert_eq!(refused.code(), Code::NotAllowed);
    assert_eq!(stage_of(&town, case), Stage::Accepted);
}

#[tokio::test]
async fn f4_an_outdated_revision_is_neither_accepted_nor_returned_nor_confirmed() {
    let (town, mut alice, case, acceptor, confirmer) = town_with_a_case("DIBAO").await;
    let shown = revision_of(&town, case);
    town.center.import_batch(&acceptor, batch_of(&town)).unwrap();
    alice.write(&[
        (case, case_recorded("/data/method", "again")),
        (case, Body::CaseSubmitted(CaseSubmitted {})),
    ]);
    alice.send_all(&town).await;
    let refused = town.center.accept_case(&acceptor, case, Some(shown)).unwrap_err();
    assert_eq!(refused.code(), Code::RevisionOutdated);
    let refused = town.center.return_case(&acceptor, case, Some(shown), &remark(), "").unwrap_err();
    assert_eq!(refused.code(), Code::RevisionOutdated);
    let latest = revision_of(&town, case);
    assert_ne!(shown, latest);
    town.center.accept_case(&acceptor, case, Some(latest)).unwrap();
    let refused = town.center.confirm_case(&confirmer, case, Some(shown), &granted(None)).unwrap_err();
    assert_eq!(refused.code(), Code::RevisionOutdated);
    town.assert_sound();
}

#[tokio::test]
async fn a_returned_case_comes_back_as_a_new_revision_and_goes_on() {
    let (town, mut alice, case, acceptor, _) = town_with_a_case("SSC").await;
    town.center.import_batch(&acceptor, batch_of(&town)).unwrap();
    for wrong in [vec![Remark { path: "method".into(), text: "x".into() }], vec![]] {
        let refused = town.center.return_case(&acceptor, case, None, &wrong, "").unwrap_err();
        assert_eq!(refused.code(), Code::BadInput);
    }
    let written = town.center.return_case(&acceptor, case, None, &remark(), "其余无误").unwrap();
    assert_eq!(stage_of(&town, case), Stage::Returned);
    let heard = alice.ask(&town).await;
    let returned = heard.entries[0].entry.clone().into_entry().unwrap();
    assert_eq!(returned.header.id, written.entries[0]);
    town.pass_minutes(1);
    alice.write(&[
        (case, case_recorded("/data/method", "当面")),
        (case, Body::CaseSubmitted(CaseSubmitted {})),
    ]);
    alice.send_all(&town).await;
    assert_eq!(stage_of(&town, case), Stage::Submitted);
    let imported = town.center.import_batch(&acceptor, batch_of(&town)).unwrap();
    assert_eq!(imported.cases, vec![case], "the new revision is put on the list anew");
    town.center.accept_case(&acceptor, case, None).unwrap();
    assert_eq!(stage_of(&town, case), Stage::Accepted);
    town.assert_sound();
}

#[tokio::test]
async fn undoing_an_import_skips_and_names_cases_with_later_staff_acts() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let (one, other) = (alice.submitted_case("SSC", &[]), alice.submitted_case("DIBAO", &[]));
    alice.send_all(&town).await;
    let acceptor = town.staff("李科员", Role::Acceptor);
    let batch = batch_of(&town);
    let imported = town.center.import_batch(&acceptor, batch).unwrap();
    assert_eq!(imported.cases.len(), 2);
    assert!(
        town.center.import_batch(&acceptor, batch).unwrap().cases.is_empty(),
        "a second import lists nothing twice"
    );
    town.center.accept_case(&acceptor, one, None).unwrap();
    let undone = town.center.undo_import(&acceptor, batch).unwrap();
    assert_eq!((undone.cases, undone.skipped), (vec![other], vec![one]));
    assert_eq!(town.center.accept_case(&acceptor, other, None).unwrap_err().code(), Code::CaseNotImported);
    assert_eq!(stage_of(&town, one), Stage::Accepted);
    assert_eq!(town.center.import_batch(&acceptor, batch).unwrap().cases, vec![other]);
    town.assert_sound();
}

#[tokio::test]
async fn s5_what_lies_outside_the_scope_is_not_there() {
    let town = Town::new();
    let mut alice = town.author(&[FAR]).await;
    let case = alice.submitted_case("SSC", &[]);
    alice.send_all(&town).await;
    let acceptor = town.staff("李科员", Role::Acceptor); // of 420703200; the case is of 420703100
    let scope = &acceptor.staff.scope;
    let everything = CaseAsk { limit: 10, ..CaseAsk::default() };
    assert_eq!(town.center.store().case_page(scope, &everything).unwrap().total, 0);
    assert!(town.center.store().case(scope, case).unwrap().is_none());
    assert!(town.center.store().batches(scope, 10).unwrap().is_empty());
    assert_eq!(town.center.import_batch(&acceptor, batch_of(&town)).unwrap_err().code(), Code::BatchUnknown);
    assert_eq!(town.center.accept_case(&acceptor, case, None).unwrap_err().code(), Code::CaseUnknown);
    let unknown = RecordId(Uuid::new_v4());
    assert_eq!(town.center.import_batch(&acceptor, unknown).unwrap_err().code(), Code::BatchUnknown);
}

#[tokio::test]
async fn s2_each_sign_in_writes_its_own_chain_and_names_what_its_screen_showed() {
    let (town, mut alice, case, acceptor, confirmer) = town_with_a_case("DIBAO").await;
    town.center.import_batch(&acceptor, batch_of(&town)).unwrap();
    let shown = revision_of(&town, case);
    // An edit that is not submitted was on no screen.
    alice.write(&[(case, case_recorded("/data/method", "later"))]);
    alice.send_all(&town).await;
    let second = town.center.sign_in("李科员").unwrap();
    assert_ne!(second.life, acceptor.life);
    town.center.accept_case(&second, case, None).unwrap();
    town.center.confirm_case(&confirmer, case, None, &granted(None)).unwrap();
    let heard = alice.ask(&town).await;
    let headers: Vec<_> =
        heard.entries.iter().map(|line| line.entry.clone().into_entry().unwrap().header).collect();
    assert_eq!(headers[0].saw, Some(shown));
    assert_eq!(headers[1].saw, Some(headers[0].id), "and what staff did since");
    assert_eq!((headers[0].seq, headers[1].seq), (1, 1), "two sign-ins, two chains");
    town.assert_sound();
}

#[test]
fn staff_are_named_by_id_or_by_a_name_that_only_one_has() {
    let town = Town::new();
    let one = town.center.add_staff("李科员", Role::Acceptor, "420703200").unwrap();
    assert_eq!(town.center.sign_in("李科员").unwrap().staff, one);
    let two = town.center.add_staff("李科员", Role::Confirmer, "420703200").unwrap();
    assert_eq!(town.center.sign_in("李科员").unwrap_err().code(), Code::StaffUnknown);
    assert_eq!(town.center.sign_in(&two.id.to_string()).unwrap().staff, two);
    assert_eq!(town.center.sign_in("").unwrap_err().code(), Code::StaffUnknown);
}

/// The form is asked within the act that holds the store for writing: it must not ask the store again, which would wait for
/// that very act. Opened anew, the center has no reading connection at hand yet, as when all are in use.
#[tokio::test]
async fn an_import_asks_the_form_without_asking_the_store_again() {
    let mut town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let catalogue = bangban_catalogue::Catalogue::built_in().unwrap();
    let resident = alice.resident("周大山");
    let mut opened = alice.opened("SSC", resident, &[]);
    if let Body::CaseOpened(opened) = &mut opened {
        opened.form_digest = catalogue.item("SSC").unwrap().newest().unwrap().digest;
    }
    let case = SubjectId(Uuid::new_v4());
    alice.write(&[(case, opened), (case, Body::CaseSubmitted(CaseSubmitted {}))]);
    alice.send_all(&town).await;
    let acceptor = town.staff("李科员", Role::Acceptor);
    let batch = batch_of(&town);
    town.reopen();
    assert_eq!(town.center.import_batch(&acceptor, batch).unwrap().cases, vec![case]);
    let document = town.center.store().case("", case).unwrap().unwrap().document;
    let check = document.center.unwrap().check.expect("the form was asked");
    assert_eq!(check.irrelevant, ["/data/method"], "no question of this form");
    assert!(!check.invalid.is_empty());
}

#[tokio::test]
async fn a_bundle_whose_last_decision_the_program_did_not_outlive_is_closed_when_the_center_begins_to_serve()
{
    let mut town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let parts = ["DIBAO", "TEKUN"].map(|item| alice.submitted_case(item, &[]));
    let bundle = alice.submitted_case("BANGFU", &[]);
    let fields: Vec<_> = parts
        .iter()
        .zip(["DIBAO", "TEKUN"])
        .map(|(part, item)| (bundle, case_recorded(&part_path(*part), item)))
        .collect();
    alice.write(&fields);
    alice.write(&[(bundle, Body::CaseSubmitted(CaseSubmitted {}))]);
    alice.send_all(&town).await;
    let acceptor = town.staff("李科员", Role::Acceptor);
    let confirmer = town.staff("王主任", Role::Confirmer);
    town.center.import_batch(&acceptor, batch_of(&town)).unwrap();
    for case in parts {
        town.center.accept_case(&acceptor, case, None).unwrap();
    }
    town.center.confirm_case(&confirmer, parts[0], None, &granted(None)).unwrap();
    town.reopen();
    town.center.tidy_up();
    assert_eq!(stage_of(&town, bundle), Stage::Submitted, "one part is still to be decided");

    // The last decision as the store has it where the program ended right after.
    let revision = revision_of(&town, parts[1]);
    let decide = &mut |document: &Document| {
        let confirmed = CaseConfirmed { revision, outcome: Outcome::Refused, due: None, note: String::new() };
        let mut entry = new_entry(&document.stream, document.subject, &Body::CaseConfirmed(confirmed));
        entry.saw = document.newest_seen();
        Ok(vec![entry])
    };
    town.center.store().write_on_case(&confirmer, parts[1], town.center.now(), decide).unwrap();
    assert_eq!(stage_of(&town, bundle), Stage::Submitted);
    town.reopen();
    town.center.tidy_up();
    assert_eq!(stage_of(&town, bundle), Stage::Closed);
    let document = town.center.store().case("", bundle).unwrap().unwrap().document;
    let closing = document.history.iter().filter(|line| line.kind == "bundle_closed");
    assert_eq!(closing.map(|line| line.by).collect::<Vec<_>>(), [Actor::Staff(confirmer.staff.id)]);
    town.reopen();
    town.center.tidy_up();
    let again = town.center.store().case("", bundle).unwrap().unwrap().document;
    assert_eq!(again.history.len(), document.history.len(), "it is closed once");
    town.assert_sound();
}
