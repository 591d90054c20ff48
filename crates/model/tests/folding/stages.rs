//! Rules F4–F6, S2 and S6, one sentence a test.

use crate::table::{held, late, open};
use crate::writing::{
    Story, accept, confirm, edit, opened, received_at, sealed_again, send_back, settle, submit, uuid,
    with_body,
};
use bangban_model::body::{self, Body};
use bangban_model::crossed::{Crossed, crossed_by, lost_withdrawal};
use bangban_model::document::{Document, Stage};
use bangban_model::{Audience, RecordId};
use serde_json::json;

#[test]
fn f4_an_edit_blind_to_the_acceptance_is_an_open_late_change() {
    let (mut story, birth) = Story::of_case();
    let value = story.tell("alice", Some(birth), edit("f", "checked"));
    let revision = story.tell("alice", Some(birth), submit());
    let accepted = story.tell("dora", Some(revision), accept(revision));
    let blind = story.tell("bob", Some(value), edit("f", "late"));
    let document = story.document();
    assert_eq!(held(&document, "f"), json!("checked"), "it never wins by itself");
    assert_eq!(late(&document, "f"), [json!("late")]);
    assert!(document.conflicts.is_empty());
    story.tell("dora", Some(accepted), settle("f", &[blind], "late"));
    let document = story.document();
    assert_eq!(held(&document, "f"), json!("late"));
    assert!(document.late_changes.is_empty(), "a person settled it");
}

#[test]
fn f4_an_edit_that_knows_the_acceptance_holds() {
    let (mut story, birth) = Story::of_case();
    let revision = story.tell("alice", Some(birth), submit());
    let accepted = story.tell("dora", Some(revision), accept(revision));
    story.tell("alice", Some(accepted), edit("f", "aware"));
    let document = story.document();
    assert_eq!(held(&document, "f"), json!("aware"));
    assert!(document.late_changes.is_empty());
}

#[test]
fn f4_settling_a_conflict_blind_to_the_acceptance_never_wins_either() {
    let (mut story, birth) = Story::of_case();
    let hers = story.tell("alice", Some(birth), edit("f", "a"));
    let his = story.tell("bob", Some(birth), edit("f", "b"));
    let revision = story.tell("alice", Some(his), submit());
    story.tell("dora", Some(revision), accept(revision));
    story.tell("carol", Some(his), settle("f", &[hers, his], "a"));
    let document = story.document();
    assert_eq!(held(&document, "f"), json!("b"), "what the township accepted stands");
    assert_eq!(late(&document, "f"), [json!("a")]);
    assert_eq!(open(&document, "f").len(), 2, "the conflict stays open");
}

#[test]
fn f4_a_late_value_equal_to_the_accepted_one_is_not_forgotten_by_whoever_changes_it_next() {
    let (mut story, birth) = Story::of_case();
    let value = story.tell("alice", Some(birth), edit("f", "x"));
    let revision = story.tell("alice", Some(value), submit());
    let accepted = story.tell("dora", Some(revision), accept(revision));
    story.tell("bob", Some(birth), edit("f", "x"));
    assert!(story.document().late_changes.is_empty(), "equal values never conflict");
    story.tell("alice", Some(accepted), edit("f", "z"));
    assert_eq!(
        open(&story.document(), "f"),
        [json!("x"), json!("z")],
        "bob wrote x, and alice never saw that"
    );
}

#[test]
fn f2_an_own_older_edit_stays_beaten_after_the_late_change_that_beats_it_was_settled() {
    let (mut story, birth) = Story::of_case();
    let older = story.write("bob", Some(birth), edit("f", "older"));
    let newer = story.write("bob", Some(birth), edit("f", "newer"));
    let revision = story.tell("alice", Some(birth), submit());
    story.tell("dora", Some(revision), accept(revision));
    let newer = story.position(newer);
    story.tell("dora", Some(newer), settle("f", &[newer], "settled"));
    story.position(older);
    let document = story.document();
    assert_eq!(held(&document, "f"), json!("settled"));
    assert!(late(&document, "f").is_empty() && document.conflicts.is_empty());
}

#[test]
fn f2_who_repeats_his_own_value_too_late_is_one_contender_not_two() {
    let (mut story, birth) = Story::of_case();
    let value = story.tell("alice", Some(birth), edit("f", "x"));
    let revision = story.tell("alice", Some(value), submit());
    let accepted = story.tell("dora", Some(revision), accept(revision));
    story.tell("alice", Some(revision), edit("f", "x"));
    story.tell("dora", Some(accepted), send_back(revision));
    story.tell("bob", Some(birth), edit("f", "y"));
    assert_eq!(open(&story.document(), "f"), [json!("x"), json!("y")]);
}

#[test]
fn f4_acceptance_return_and_confirmation_name_the_newest_revision_or_do_nothing() {
    let (mut story, birth) = Story::of_case();
    let first = story.tell("alice", Some(birth), submit());
    let second = story.tell("alice", Some(first), submit());
    for outdated in [accept(first), send_back(first)] {
        let mut told = story.clone();
        let id = told.tell("dora", Some(first), outdated);
        let document = told.document();
        assert_eq!(document.case.as_ref().unwrap().stage, Stage::Submitted);
        assert_eq!(document.noted, [id]);
    }
    let accepted = story.tell("dora", Some(second), accept(second));
    let id = story.tell("emil", Some(accepted), confirm(first));
    let document = story.document();
    assert_eq!(document.case.as_ref().unwrap().stage, Stage::Accepted);
    assert_eq!(document.noted, [id]);
    story.tell("emil", Some(accepted), confirm(second));
    assert_eq!(story.document().case.unwrap().stage, Stage::Confirmed);
}

#[test]
fn f4_a_case_goes_there_and_back_and_each_revision_keeps_its_number() {
    let (mut story, birth) = Story::of_case();
    let first = story.tell("alice", Some(birth), submit());
    let returned = story.tell("dora", Some(first), send_back(first));
    let document = story.document();
    let case = document.case.as_ref().unwrap();
    assert_eq!(case.stage, Stage::Returned);
    assert_eq!(case.open_return().unwrap().remarks[0].path, "/data/f");
    let corrected = story.tell("alice", Some(returned), edit("/data/f", "corrected"));
    let second = story.tell("alice", Some(corrected), submit());
    let accepted = story.tell("dora", Some(second), accept(second));
    let document = story.document();
    let case = document.case.as_ref().unwrap();
    assert_eq!((case.stage, case.revisions.len(), case.revisions[1].number), (Stage::Accepted, 2, 2));
    assert!(case.open_return().is_none());
    let acceptance = case.acceptance.as_ref().unwrap();
    assert_eq!(acceptance.entry, accepted);
    assert_eq!(acceptance.received_at, Some(received_at(6)), "the legal clock runs from the time of receipt");
}

#[test]
fn f4_nothing_is_accepted_returned_or_confirmed_after_the_applicant_took_it_back() {
    let (mut story, birth) = Story::of_case();
    let revision = story.tell("alice", Some(birth), submit());
    story.tell("alice", Some(revision), Body::CaseWithdrawn(body::CaseWithdrawn { reason: "不办了".into() }));
    for too_late in [accept(revision), send_back(revision), confirm(revision)] {
        let mut told = story.clone();
        let id = told.tell("dora", Some(revision), too_late);
        let document = told.document();
        assert_eq!(document.case.as_ref().unwrap().stage, Stage::Withdrawn);
        assert_eq!(document.noted, [id]);
    }
}

#[test]
fn f4_a_withdrawal_that_crosses_an_acceptance_or_decision_has_no_effect_and_says_what_stood() {
    let taken_back = || Body::CaseWithdrawn(body::CaseWithdrawn { reason: "不办了".into() });
    let (mut story, birth) = Story::of_case();
    let revision = story.tell("alice", Some(birth), submit());
    let accepted = story.tell("dora", Some(revision), accept(revision));
    let mut too_late = story.clone();
    too_late.tell("alice", Some(revision), taken_back());
    let document = too_late.document();
    assert_eq!(document.case.as_ref().unwrap().stage, Stage::Accepted);
    assert_eq!(lost_withdrawal(&document).map(|(_, crossed)| crossed), Some(Crossed::Accepted));
    // What was decided afterwards is not what the withdrawal met.
    too_late.tell("emil", Some(accepted), confirm(revision));
    let document = too_late.document();
    assert_eq!(document.case.as_ref().unwrap().stage, Stage::Confirmed);
    assert_eq!(lost_withdrawal(&document).map(|(_, crossed)| crossed), Some(Crossed::Accepted));
    // Who knows of the acceptance may still take it back: then nothing is lost.
    let mut again = story.clone();
    again.tell("alice", Some(revision), taken_back());
    again.tell("alice", Some(accepted), taken_back());
    let document = again.document();
    assert_eq!(document.case.as_ref().unwrap().stage, Stage::Withdrawn);
    assert!(lost_withdrawal(&document).is_none(), "the newer one holds");
    let lines: Vec<_> = document.history.iter().filter_map(|line| crossed_by(&document, line)).collect();
    assert_eq!(lines, [Crossed::Accepted], "and the line of the first says so still");

    story.tell("emil", Some(accepted), confirm(revision));
    story.tell("alice", Some(accepted), taken_back());
    let document = story.document();
    assert_eq!(document.case.as_ref().unwrap().stage, Stage::Confirmed);
    assert_eq!(lost_withdrawal(&document).map(|(_, crossed)| crossed), Some(Crossed::Decided));
}

// S6

#[test]
fn s6_what_was_erased_folds_as_nothing_and_the_subject_may_begin_anew() {
    let (mut story, birth) = Story::of_case();
    let edited = story.tell("alice", Some(birth), edit("/data/f", "a"));
    story.tell(
        "dora",
        Some(edited),
        Body::InternalRemark(body::InternalRemark { text: "已电话核实".into() }),
    );
    let entries = story.told.iter().map(|(entry, _)| entry.header.id).collect();
    let erased = body::SubjectErased { entries, reason: body::ErasureReason::Expired, note: String::new() };
    let erasure = story.tell("dora", Some(edited), Body::SubjectErased(erased));
    let headers = story.told.len();
    for (entry, _) in &mut story.told[..headers - 1] {
        entry.body_bytes = None;
    }
    let document = story.document();
    assert_eq!((document.kind, document.fields.len(), document.case.is_some()), (None, 0, false));
    assert_eq!(document.center.as_ref().unwrap().remarks, Vec::<String>::new());
    assert_eq!(document.erasures, [erasure]);
    assert_eq!(document.history.len(), 3, "every header of audience all stays");
    story.tell("alice", Some(erasure), opened());
    story.tell("alice", Some(erasure), edit("/data/f", "b"));
    let document = story.document();
    assert_eq!(held(&document, "/data/f"), json!("b"));
    assert!(open(&document, "/data/f").is_empty(), "what was erased contends with nothing");
    assert!(!document.newer);
}

// F6

#[test]
fn f6_a_number_is_read_again_as_exactly_what_was_kept() {
    // Without serde_json's `float_roundtrip` this one comes back with another last digit.
    let (mut story, birth) = Story::of_case();
    story.tell("alice", Some(birth), edit("f", 8.946678448665523e-10));
    let kept = story.document().to_bytes().unwrap();
    assert_eq!(Document::from_bytes(&kept).unwrap().to_bytes().unwrap(), kept);
}

// F5, S2

#[test]
fn f5_a_kind_from_a_newer_program_makes_its_subject_read_only_and_is_never_guessed() {
    let (mut story, birth) = Story::of_case();
    let known = story.write("alice", Some(birth), edit("f", "x"));
    let newer = with_body(&known, "case_teleported", br#"{"set":{"f":"x"}}"#);
    assert!(!story.document().newer);
    story.position(newer);
    let document = story.document();
    assert!(document.newer);
    assert!(document.fields.is_empty());
    assert_eq!(document.noted.len(), 1);
}

#[test]
fn f5_an_unknown_kind_for_the_center_alone_does_not_lock_what_laptops_see() {
    let (mut story, birth) = Story::of_case();
    let mut header = story.write("alice", Some(birth), edit("f", "x")).header;
    header.kind = "audited".into();
    header.audience = Audience::Center;
    let entry = sealed_again(header, b"{}");
    let before = story.document();
    story.position(entry);
    assert_eq!(Document { center: None, ..story.document() }, before);
}

#[test]
fn s2_center_only_entries_set_nothing_that_laptops_see() {
    let (mut story, birth) = Story::of_case();
    let revision = story.tell("alice", Some(birth), submit());
    let before = story.document();
    let batch = RecordId(uuid(6, 1));
    story.tell("dora", Some(revision), Body::CaseImported(body::CaseImported { batch, revision }));
    story.tell(
        "dora",
        Some(revision),
        Body::InternalRemark(body::InternalRemark { text: "电话核实".into() }),
    );
    let document = story.document();
    let center = document.center.clone().unwrap();
    assert_eq!((center.imported, center.remarks.len(), center.history.len()), (Some(batch), 1, 2));
    assert_eq!(Document { center: None, ..document }, before);
    assert_eq!(
        before.newest_seen().map(|saw| saw.entry),
        Some(revision),
        "what a writer saw is of audience all"
    );
    story.tell("dora", Some(revision), Body::CaseImportUndone(body::CaseImportUndone { batch }));
    assert_eq!(story.document().center.unwrap().imported, None);
}

#[test]
fn s2_what_would_change_a_case_changes_nothing_when_it_is_for_the_center_alone() {
    let (mut story, birth) = Story::of_case();
    let revision = story.tell("alice", Some(birth), submit());
    let before = story.document();
    let mut header = story.write("dora", Some(revision), accept(revision)).header;
    header.audience = Audience::Center;
    let Body::CaseAccepted(content) = accept(revision) else { unreachable!() };
    story.position(sealed_again(header, &serde_json::to_vec(&content).unwrap()));
    assert_eq!(Document { center: None, ..story.document() }, before);
}
