//! Rules F1–F3 and E5, one sentence a test.

use crate::writing::{
    BLIND, Story, Writer, accept, begun, confirm, edit, fields, opened, resident, send_back, settle, submit,
    uuid, village, with_body,
};
use bangban_model::body::{self, Body};
use bangban_model::document::{Document, SubjectKind};
use bangban_model::entry::Entry;
use bangban_model::fold::{Standing, apply};
use bangban_model::{Audience, EntryId, IncarnationId, Lineage, StreamId, SubjectId};
use serde_json::{Value, json};

pub fn held(document: &Document, field: &str) -> Value {
    document.fields.get(field).map(|field| field.held.value.clone()).unwrap_or(json!("(nothing)"))
}

/// The values of the open conflict on a field, oldest first.
pub fn open(document: &Document, field: &str) -> Vec<Value> {
    let conflict = document.conflicts.iter().find(|conflict| conflict.field == field);
    conflict
        .map(|conflict| conflict.contenders.iter().map(|one| one.value.clone()).collect())
        .unwrap_or_default()
}

pub fn late(document: &Document, field: &str) -> Vec<Value> {
    let late = document.late_changes.iter().filter(|late| late.field == field);
    late.map(|late| late.contender.value.clone()).collect()
}

// F1

#[test]
fn f1_a_misfit_is_a_noted_no_op() {
    let (mut story, birth) = Story::of_case();
    let before = story.document();
    let misfits = [
        story.write("alice", Some(birth), resident("name", "张三丰")),
        story.write("dora", Some(birth), accept(EntryId(uuid(9, 9)))),
        story.write("dora", Some(birth), send_back(EntryId(uuid(9, 9)))),
        story.write("dora", Some(birth), confirm(EntryId(uuid(9, 9)))),
        story.write("bob", Some(birth), Body::SameAs(body::SameAs { other: before.subject })),
    ];
    let names: Vec<EntryId> = misfits.iter().map(|entry| entry.header.id).collect();
    for entry in misfits {
        story.position(entry);
    }
    let mut after = story.document();
    assert_eq!(after.noted, names, "what does not fit is noted");
    assert_eq!(after.history.len(), 6, "and stands in the history");
    after.noted.clear();
    after.history.truncate(1);
    assert_eq!(after, before, "and has no effect");
}

#[test]
fn f1_a_misfit_does_not_say_what_a_subject_is() {
    let mut story = Story::empty();
    story.tell("bob", BLIND, edit("name", "no case was opened here"));
    assert_eq!(story.document().kind, None);
    let birth = story.tell("alice", BLIND, resident("name", "张三丰"));
    let document = story.document();
    assert_eq!(
        document.kind,
        Some(SubjectKind::Resident),
        "a stray entry cannot keep a person out of the ledger"
    );
    assert_eq!(held(&document, "name"), json!("张三丰"));
    assert!(!document.noted.contains(&birth));
}

#[test]
fn f1_a_body_that_cannot_be_read_is_noted_and_one_that_was_erased_folds_as_nothing() {
    let (mut story, birth) = Story::of_case();
    let good = story.write("alice", Some(birth), edit("f", "x"));
    let broken = with_body(&good, &good.header.kind, br#"{"set":7}"#);
    let erased = Entry { body_bytes: None, ..good };
    for entry in [broken, erased] {
        let mut told = story.told.clone();
        let id = entry.header.id;
        told.push((entry, Some(2)));
        let document = crate::writing::fold_all(story.subject, &told);
        assert_eq!(document.noted, [id]);
        assert!(document.fields.is_empty() && !document.newer);
    }
}

#[test]
fn f1_a_value_nested_so_deeply_that_no_document_could_hold_it_is_a_misfit() {
    let (mut story, birth) = Story::of_case();
    let good = story.write("alice", Some(birth), edit("f", "x"));
    // serde_json reads 127 levels: the body would pass, the document that wraps it could never be read again.
    for depth in [33, 100, 123, 124, 125, 126] {
        let text = format!("{{\"set\":{{\"f\":{}1{}}}}}", "[".repeat(depth), "]".repeat(depth));
        let deep = with_body(&good, &good.header.kind, text.as_bytes());
        let mut told = story.told.clone();
        told.push((deep, Some(2)));
        let document = crate::writing::fold_all(story.subject, &told);
        let again = Document::from_bytes(&document.to_bytes().unwrap());
        assert_eq!(again.unwrap(), document, "depth {depth}");
        assert_eq!(document.noted.len(), 1, "depth {depth}");
    }
    // What forms write is flat; brackets within a text do not nest.
    let text = format!("{{\"set\":{{\"f\":\"\\\"{}\"}}}}", "[{".repeat(300));
    let flat = with_body(&good, &good.header.kind, text.as_bytes());
    story.position(flat);
    assert!(story.document().noted.is_empty());
}

#[test]
fn f1_an_entry_of_another_subject_or_village_changes_nothing() {
    let (mut story, birth) = Story::of_case();
    let entry = story.write("alice", Some(birth), edit("f", "x"));
    let there = Standing { entry: &entry, position: Some(2), received_at: None };
    let mut elsewhere = Document::new(SubjectId(uuid(4, 77)), village());
    apply(&mut elsewhere, there, &Lineage::default());
    assert_eq!(elsewhere, Document::new(SubjectId(uuid(4, 77)), village()));
    let other = StreamId::parse("420703200210").unwrap();
    let mut in_other_village = Document::new(story.subject, other.clone());
    apply(&mut in_other_village, there, &Lineage::default());
    assert_eq!(in_other_village, Document::new(story.subject, other));
}

#[test]
fn e5_a_second_birth_of_the_same_subject_folds_as_an_edit() {
    let mut story = Story::empty();
    story.tell("alice", BLIND, resident("name", "张三丰"));
    let second = story.tell("bob", BLIND, resident("phone", "13900000000"));
    let document = story.document();
    assert_eq!((held(&document, "name"), held(&document, "phone")), (json!("张三丰"), json!("13900000000")));
    assert!(document.conflicts.is_empty(), "different fields do not conflict");
    assert!(!document.noted.contains(&second));

    let (mut story, birth) = Story::of_case();
    let Body::CaseOpened(mut again) = opened() else { unreachable!() };
    again.set = fields("f", "x");
    let again = story.tell("alice", Some(birth), Body::CaseOpened(again));
    let document = story.document();
    assert_eq!(held(&document, "f"), json!("x"), "what was written with it is not lost");
    assert!(!document.noted.contains(&again));
}

// F2

#[test]
fn f2_of_two_edits_of_one_incarnation_the_later_seq_wins_whatever_the_positions() {
    let (mut story, birth) = Story::of_case();
    let first = story.write("alice", Some(birth), edit("f", "first"));
    let second = story.write("alice", Some(birth), edit("f", "second"));
    story.position(second);
    story.position(first);
    let document = story.document();
    assert_eq!(held(&document, "f"), json!("second"));
    assert!(document.conflicts.is_empty(), "one's own edits never conflict");
}

#[test]
fn f2_an_own_older_edit_stays_beaten_when_somebody_else_holds_the_field_meanwhile() {
    let (mut story, birth) = Story::of_case();
    let first = story.write("alice", Some(birth), edit("f", "first"));
    let second = story.tell("alice", Some(birth), edit("f", "second"));
    story.tell("bob", Some(second), edit("f", "bob's"));
    story.position(first);
    let document = story.document();
    assert_eq!(held(&document, "f"), json!("bob's"));
    assert!(document.conflicts.is_empty());
}

#[test]
fn f2_pending_entries_follow_the_positioned_ones() {
    let (mut story, birth) = Story::of_case();
    let pending = story.write("alice", Some(birth), edit("f", "hers"));
    story.tell("bob", Some(birth), edit("f", "bob's"));
    story.told.push((pending, None));
    let document = story.document();
    assert_eq!(held(&document, "f"), json!("hers"));
    assert_eq!(
        open(&document, "f"),
        [json!("bob's"), json!("hers")],
        "she sees at once what nobody else can see yet"
    );
}

#[test]
fn f2_an_own_later_edit_beats_an_own_late_change_in_either_order() {
    for reversed in [false, true] {
        let (mut story, birth) = Story::of_case();
        let revision = story.tell("alice", Some(birth), submit());
        let blind = story.write("bob", Some(birth), edit("f", "blind"));
        let accepted = story.tell("dora", Some(revision), accept(revision));
        let aware = story.write("bob", Some(accepted), edit("f", "aware"));
        let order = if reversed { [aware, blind] } else { [blind, aware] };
        for entry in order {
            story.position(entry);
        }
        let document = story.document();
        assert_eq!(held(&document, "f"), json!("aware"), "reversed: {reversed}");
        assert!(late(&document, "f").is_empty(), "reversed: {reversed}");
    }
}

#[test]
fn f2_an_own_older_late_change_does_not_return_after_the_case_was_sent_back() {
    let (mut story, birth) = Story::of_case();
    let older = story.write("bob", Some(birth), edit("f", "older"));
    let newer = story.write("bob", Some(birth), edit("f", "newer"));
    let revision = story.tell("alice", Some(birth), submit());
    let accepted = story.tell("dora", Some(revision), accept(revision));
    story.position(newer);
    story.tell("dora", Some(accepted), send_back(revision));
    story.position(older);
    let document = story.document();
    assert_eq!(late(&document, "f"), [json!("newer")]);
    assert_eq!(
        held(&document, "f"),
        json!("(nothing)"),
        "the older one is beaten, though the newer one does not hold"
    );
}

/// Alice's ledger goes on as another life after its entry `seq`, and writes these entries again.
fn restored(story: &mut Story, ancestor: IncarnationId, seq: u64, again: &[&Entry]) -> (Writer, Vec<Entry>) {
    let mut writer = Writer::agent(1);
    writer.incarnation = IncarnationId(uuid(1, u128::from(seq) + 100));
    let named = (2..).zip(again.iter().map(|entry| entry.header.id)).collect();
    let device = SubjectId(writer.incarnation.0);
    story.position(writer.write(device, None, Audience::All, begun(ancestor, seq, named)));
    let written = again.iter().map(|entry| writer.write_again(entry)).collect();
    (writer, written)
}

#[test]
fn f2_what_a_restored_ledger_writes_beats_what_it_wrote_before_the_fork_whatever_the_positions() {
    for reversed in [false, true] {
        let (mut story, birth) = Story::of_case();
        let before = story.write("alice", Some(birth), edit("f", "before"));
        let (mut after, _) = restored(&mut story, before.header.incarnation, before.header.seq, &[]);
        let newer = after.write(story.subject, Some(birth), Audience::All, edit("f", "after"));
        for entry in if reversed { [newer, before] } else { [before, newer] } {
            story.position(entry);
        }
        let document = story.document();
        assert_eq!(held(&document, "f"), json!("after"), "reversed: {reversed}");
        assert!(document.conflicts.is_empty(), "one ledger's own edits never conflict, reversed: {reversed}");
    }
}

#[test]
fn f2_what_the_old_life_wrote_after_the_fork_is_anothers_edit_to_the_restored_ledger() {
    let (mut story, birth) = Story::of_case();
    let lost = story.write("alice", Some(birth), edit("f", "lost with the copy"));
    let (mut after, _) = restored(&mut story, lost.header.incarnation, lost.header.seq - 1, &[]);
    let newer = after.write(story.subject, Some(birth), Audience::All, edit("f", "after"));
    story.position(lost);
    story.position(newer);
    let values = [json!("lost with the copy"), json!("after")];
    assert_eq!(open(&story.document(), "f"), values, "neither saw the other: nothing is lost");
}

#[test]
fn f2_an_entry_written_again_counts_in_both_lives_whichever_header_has_the_position() {
    for keeps_old_header in [false, true] {
        let (mut story, birth) = Story::of_case();
        let old = story.write("alice", Some(birth), edit("f", "written twice"));
        let lost = story.write("alice", Some(birth), edit("f", "lost with the copy"));
        let ancestor = old.header.incarnation;
        let (mut after, again) = restored(&mut story, ancestor, old.header.seq - 1, &[&old]);
        let newer = after.write(story.subject, Some(birth), Audience::All, edit("f", "after"));
        let placed = if keeps_old_header { old.clone() } else { again[0].clone() };
        for reversed in [false, true] {
            let mut only = story.clone();
            let order = if reversed { [&newer, &placed] } else { [&placed, &newer] };
            for entry in order {
                only.position(entry.clone());
            }
            assert_eq!(held(&only.document(), "f"), json!("after"), "reversed: {reversed}");
            assert!(only.document().conflicts.is_empty(), "old header: {keeps_old_header}");
        }
        if keeps_old_header {
            story.position(placed);
            story.position(lost.clone());
            assert_eq!(
                held(&story.document(), "f"),
                json!("lost with the copy"),
                "in the old life it was replaced"
            );
            story.position(newer);
            let values = [json!("lost with the copy"), json!("after")];
            assert_eq!(open(&story.document(), "f"), values, "but not by the restored one");
        }
    }
}

#[test]
fn f2_an_own_late_change_gives_way_to_the_restored_ledgers_later_edit() {
    let (mut story, birth) = Story::of_case();
    let revision = story.tell("alice", Some(birth), submit());
    let blind = story.write("bob", Some(birth), edit("f", "blind"));
    let accepted = story.tell("dora", Some(revision), accept(revision));
    let (mut after, _) = restored(&mut story, blind.header.incarnation, blind.header.seq, &[]);
    let aware = after.write(story.subject, Some(accepted), Audience::All, edit("f", "aware"));
    story.position(blind);
    story.position(aware);
    let document = story.document();
    assert_eq!(held(&document, "f"), json!("aware"));
    assert!(late(&document, "f").is_empty(), "the older one is answered by its own writer");
}

// F3

#[test]
fn f3_two_blind_edits_leave_an_open_conflict_with_both_values() {
    let (mut story, birth) = Story::of_case();
    story.tell("alice", Some(birth), edit("f", "hers"));
    story.tell("bob", Some(birth), edit("f", "his"));
    let document = story.document();
    assert_eq!(held(&document, "f"), json!("his"), "the later position holds the field");
    assert_eq!(open(&document, "f"), [json!("hers"), json!("his")]);
}

#[test]
fn f3_an_edit_that_saw_the_other_replaces_it() {
    let (mut story, birth) = Story::of_case();
    let hers = story.tell("alice", Some(birth), edit("f", "hers"));
    story.tell("bob", Some(hers), edit("f", "his"));
    let document = story.document();
    assert_eq!(held(&document, "f"), json!("his"));
    assert!(document.conflicts.is_empty());
}

#[test]
fn f3_d2_who_saw_an_entry_that_a_restore_moved_did_not_see_what_stands_before_it_now() {
    let after_a_restore = |saw_at: u64| {
        let (mut story, birth) = Story::of_case();
        // Written after the center was put back: it took the place that alice's entry had had.
        story.tell("bob", Some(birth), edit("f", "his"));
        let moved = story.tell("alice", Some(birth), edit("g", "hers"));
        story.tell_of("carol", moved, saw_at, edit("f", "carol's"));
        story.tell_of("carol", moved, saw_at, edit("g", "carol's"));
        story.document()
    };
    let document = after_a_restore(2);
    assert_eq!(open(&document, "f"), [json!("his"), json!("carol's")], "she never saw his");
    assert_eq!(open(&document, "g"), Vec::<serde_json::Value>::new(), "the one that she names she saw");
    assert!(
        after_a_restore(3).conflicts.is_empty(),
        "where it stands as it stood, she saw what is before it"
    );
}

#[test]
fn f3_equal_values_never_conflict() {
    let (mut story, birth) = Story::of_case();
    story.tell("alice", Some(birth), edit("f", "same"));
    story.tell("bob", Some(birth), edit("f", "same"));
    story.tell("carol", Some(birth), edit("f", "same"));
    assert!(story.document().conflicts.is_empty());
}

#[test]
fn f3_who_agreed_blindly_and_then_changes_his_mind_conflicts_with_whom_he_never_saw() {
    let (mut story, birth) = Story::of_case();
    story.tell("alice", Some(birth), edit("f", "x"));
    story.tell("bob", Some(birth), edit("f", "x"));
    story.tell("bob", Some(birth), edit("f", "z"));
    assert_eq!(open(&story.document(), "f"), [json!("x"), json!("z")], "alice's x was never seen by bob");
}

#[test]
fn f3_an_edit_that_saw_one_of_two_that_agree_conflicts_with_the_other() {
    let (mut story, birth) = Story::of_case();
    let hers = story.tell("alice", Some(birth), edit("f", "x"));
    let his = story.tell("bob", Some(birth), edit("f", "x"));
    let mut knows_one = story.clone();
    knows_one.tell("carol", Some(hers), edit("f", "z"));
    assert_eq!(open(&knows_one.document(), "f"), [json!("x"), json!("z")]);
    story.tell("carol", Some(his), edit("f", "z"));
    assert!(story.document().conflicts.is_empty(), "who saw both replaces both");
}

#[test]
fn f3_who_settles_on_an_unseen_equal_value_and_changes_his_mind_conflicts_with_it() {
    let (mut story, birth) = Story::of_case();
    let hers = story.tell("alice", Some(birth), edit("f", "x"));
    let his = story.tell("bob", Some(birth), edit("f", "y"));
    story.tell("carol", Some(birth), edit("f", "x"));
    story.tell("dora", Some(his), settle("f", &[hers, his], "x"));
    assert!(story.document().conflicts.is_empty(), "carol's unseen value is the settled one");
    story.tell("dora", Some(his), edit_by_settling("z"));
    assert_eq!(open(&story.document(), "f"), [json!("x"), json!("z")], "but nobody has seen and replaced it");
}

fn edit_by_settling(value: &str) -> Body {
    settle("f", &[], value)
}

#[test]
fn f3_settling_names_what_was_seen_and_leaves_what_was_not() {
    let (mut story, birth) = Story::of_case();
    let hers = story.tell("alice", Some(birth), edit("f", "a"));
    let his = story.tell("bob", Some(birth), edit("f", "b"));
    story.tell("carol", Some(birth), edit("f", "c"));
    story.tell("dora", Some(his), settle("f", &[hers, his], "a"));
    let document = story.document();
    assert_eq!(held(&document, "f"), json!("a"));
    assert_eq!(open(&document, "f"), [json!("c"), json!("a")], "carol's value came later than the screen");
}

#[test]
fn f3_settling_everything_ends_the_conflict() {
    let (mut story, birth) = Story::of_case();
    let hers = story.tell("alice", Some(birth), edit("f", "a"));
    let his = story.tell("bob", Some(birth), edit("f", "b"));
    story.tell("dora", Some(his), settle("f", &[hers, his], "c"));
    let document = story.document();
    assert_eq!(held(&document, "f"), json!("c"));
    assert!(document.conflicts.is_empty());
}

#[test]
fn f3_an_edit_that_saw_a_conflict_does_not_settle_it() {
    let (mut story, birth) = Story::of_case();
    story.tell("alice", Some(birth), edit("f", "a"));
    let his = story.tell("bob", Some(birth), edit("f", "b"));
    story.tell("carol", Some(his), edit("f", "c"));
    assert_eq!(open(&story.document(), "f"), [json!("a"), json!("b"), json!("c")]);
}

#[test]
fn f3_who_settles_as_one_of_the_contenders_gives_up_his_own_value() {
    let (mut story, birth) = Story::of_case();
    story.tell("alice", Some(birth), edit("f", "a"));
    let his = story.tell("bob", Some(birth), edit("f", "b"));
    story.tell("alice", Some(his), settle("f", &[his], "c"));
    assert!(story.document().conflicts.is_empty(), "her own older value gives way, named or not (F2)");
}

#[test]
fn f3_two_people_settling_differently_conflict_again() {
    let (mut story, birth) = Story::of_case();
    let hers = story.tell("alice", Some(birth), edit("f", "a"));
    let his = story.tell("bob", Some(birth), edit("f", "b"));
    story.tell("dora", Some(his), settle("f", &[hers, his], "a"));
    story.tell("emil", Some(his), settle("f", &[hers, his], "b"));
    let document = story.document();
    assert_eq!(held(&document, "f"), json!("b"));
    assert_eq!(open(&document, "f"), [json!("a"), json!("b")]);
}

#[test]
fn f3_taking_a_photo_off_conflicts_with_a_blind_change_of_it() {
    let (mut story, birth) = Story::of_case();
    let taken = story.tell("alice", Some(birth), edit("photo/1", json!({"slot": "户口簿"})));
    story.tell("alice", Some(taken), edit("photo/1", Value::Null));
    story.tell("bob", Some(taken), edit("photo/1", json!({"slot": "身份证"})));
    assert_eq!(open(&story.document(), "photo/1"), [Value::Null, json!({"slot": "身份证"})]);
}

// F4
