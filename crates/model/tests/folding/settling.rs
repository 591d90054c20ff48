//! Rules F3 and F4 where a person settles: what she is shown, what she may say, and what becomes of it.

use crate::writing::{BLIND, Story, accept, confirm, edit, received_at, refuse, resident, send_back, submit};
use bangban_model::body::{Body, Recorded};
use bangban_model::decided::{DECIDED, Decided};
use bangban_model::document::{Document, Stage};
use bangban_model::settling::{OpenKind, Settler, WhichHolds, open_at, open_fields, settlement};
use bangban_model::{Code, EntryId};
use serde_json::json;

/// Alice and bob gave a person different phones, neither having seen the other.
fn two_phones() -> (Story, EntryId, EntryId) {
    let mut story = Story::empty();
    let birth = story.tell("alice", BLIND, resident("name", "张三丰"));
    let hers = story.tell("alice", Some(birth), resident("phone", "13900000001"));
    let his = story.tell("bob", Some(birth), resident("phone", "13900000002"));
    (story, hers, his)
}

/// A case that was accepted, and an edit that did not know it.
fn late() -> (Story, EntryId, EntryId) {
    let (mut story, birth) = Story::of_case();
    let before = story.tell("alice", Some(birth), edit("/data/f", "accepted"));
    let revision = story.tell("alice", Some(birth), submit());
    story.tell("dora", Some(revision), accept(revision));
    let late = story.tell("bob", Some(revision), edit("/data/f", "late"));
    (story, before, late)
}

fn says(document: &Document, among: &[EntryId], choice: &WhichHolds, settler: Settler) -> Result<Body, Code> {
    let field = &open_fields(document)[0].field.to_owned();
    let settled = settlement(document, field, among, choice, "核对过户口簿", settler)?;
    Ok(Body::ConflictSettled(settled.into_iter().next().unwrap()))
}

#[test]
fn f3_everything_that_is_open_is_shown_with_both_values() {
    let (story, hers, his) = two_phones();
    let document = story.document();
    let open = open_fields(&document);
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].field, open[0].kind, open[0].holds), ("phone", OpenKind::Conflict, Some(his)));
    let shown: Vec<_> = open[0].contenders.iter().map(|one| (one.entry, &one.value)).collect();
    assert_eq!(shown, [(hers, &json!("13900000001")), (his, &json!("13900000002"))]);
    assert!(open_at(&document, "name").is_none(), "what agrees is not asked");
}

#[test]
fn f3_who_settles_must_have_been_shown_every_value() {
    let (story, hers, his) = two_phones();
    let document = story.document();
    let choice = WhichHolds::Of(hers);
    for among in [&[hers][..], &[], &[hers, his, document.history[0].entry]] {
        let refused = settlement(&document, "phone", among, &choice, "", Settler::Agent);
        assert_eq!(refused.unwrap_err(), Code::ConflictMoved, "{} were shown", among.len());
    }
    let elsewhere = settlement(&document, "name", &[hers, his], &choice, "", Settler::Agent);
    assert_eq!(elsewhere.unwrap_err(), Code::ConflictMoved, "nothing is open there");
    let unknown = WhichHolds::Of(document.history[0].entry);
    let refused = settlement(&document, "phone", &[hers, his], &unknown, "", Settler::Agent);
    assert_eq!(refused.unwrap_err(), Code::BadInput);
}

#[test]
fn f3_what_was_settled_names_the_values_that_went_and_none_is_lost() {
    let (mut story, hers, his) = two_phones();
    let body = says(&story.document(), &[hers, his], &WhichHolds::Of(hers), Settler::Agent).unwrap();
    let settling = story.tell("carol", Some(his), body);
    let document = story.document();
    assert!(open_fields(&document).is_empty());
    assert_eq!(document.text("phone"), "13900000001");
    let settled = &document.settled[0];
    assert_eq!((settled.by.entry, settled.reason.as_str(), settled.late), (settling, "核对过户口簿", false));
    let others: Vec<_> = settled.others.iter().map(|one| (one.entry, one.value.clone())).collect();
    assert_eq!(others, [(hers, json!("13900000001")), (his, json!("13900000002"))]);
}

#[test]
fn f3_a_value_that_nobody_had_seen_when_it_was_settled_stays_open() {
    let (mut story, hers, his) = two_phones();
    let body = says(&story.document(), &[hers, his], &WhichHolds::Kept, Settler::Agent).unwrap();
    let unseen = story.tell("carol", Some(hers), resident("phone", "13900000003"));
    story.tell("alice", Some(his), body);
    let document = story.document();
    let open = open_at(&document, "phone").unwrap();
    assert!(open.contenders.iter().any(|one| one.entry == unseen), "carol's number is still to be looked at");
}

#[test]
fn f3_two_notes_may_be_put_together_but_a_number_is_one_of_those_shown() {
    let mut story = Story::empty();
    let birth = story.tell("alice", BLIND, resident("name", "张三丰"));
    let hers = story.tell("alice", Some(birth), resident("note", "腿脚不便"));
    let his = story.tell("bob", Some(birth), resident("note", "听力不好"));
    let both = WhichHolds::Text("  腿脚不便；听力不好 ".into());
    let body = says(&story.document(), &[hers, his], &both, Settler::Agent).unwrap();
    story.tell("alice", Some(his), body);
    assert_eq!(story.document().text("note"), "腿脚不便；听力不好");

    let (story, hers, his) = two_phones();
    assert_eq!(says(&story.document(), &[hers, his], &both, Settler::Agent).unwrap_err(), Code::BadInput);
}

#[test]
fn f3_the_household_and_its_number_are_one_question() {
    let mut story = Story::empty();
    let birth = story.tell("alice", BLIND, resident("name", "张三丰"));
    let moves = |number: &str, household: &str| {
        let set = [("household_no", number), ("household", household)];
        Body::ResidentRecorded(Recorded {
            set: set.map(|(path, value)| (path.to_owned(), json!(value))).into(),
        })
    };
    let hers = story.tell("alice", Some(birth), moves("001", "first"));
    let his = story.tell("bob", Some(birth), moves("002", "second"));
    let document = story.document();
    assert_eq!(open_fields(&document).iter().map(|open| open.field).collect::<Vec<_>>(), ["household_no"]);
    let settled =
        settlement(&document, "household_no", &[hers, his], &WhichHolds::Of(hers), "", Settler::Agent)
            .unwrap();
    for body in settled {
        story.tell("alice", Some(his), Body::ConflictSettled(body));
    }
    let document = story.document();
    assert!(open_fields(&document).is_empty() && document.conflicts.is_empty());
    assert_eq!((document.text("household_no"), document.text("household")), ("001", "first"));
}

#[test]
fn f4_a_late_change_is_taken_over_or_set_aside_by_staff_who_say_why() {
    for (choice, held) in [(true, "late"), (false, "accepted")] {
        let (mut story, before, late) = late();
        let document = story.document();
        let open = open_at(&document, "/data/f").unwrap();
        assert_eq!((open.kind, open.holds), (OpenKind::Late, Some(before)));
        let choice = if choice { WhichHolds::Of(late) } else { WhichHolds::Kept };
        let refused = settlement(&document, "/data/f", &[before, late], &choice, " ", Settler::Staff);
        assert_eq!(refused.unwrap_err(), Code::BadInput, "a reason is asked for");
        let agent = settlement(&document, "/data/f", &[before, late], &choice, "", Settler::Agent);
        assert_eq!(agent.unwrap_err(), Code::NotAllowed, "what was accepted is the township's");
        let body = says(&document, &[before, late], &choice, Settler::Staff).unwrap();
        story.tell("dora", document.newest_seen().map(|saw| saw.entry), body);
        let document = story.document();
        assert_eq!(document.text("/data/f"), held);
        assert!(document.late_changes.is_empty() && document.conflicts.is_empty());
        assert!(document.settled[0].late && document.settled[0].others.len() == 2, "both stay readable");
    }
}

#[test]
fn f4_what_is_decided_is_not_altered_by_settling() {
    let (mut story, before, late) = late();
    let revision = story.document().case.unwrap().revisions[0].entry;
    let newest = story.document().newest_seen().map(|saw| saw.entry);
    story.tell("emil", newest, confirm(revision));
    let document = story.document();
    let among = [before, late];
    assert_eq!(
        says(&document, &among, &WhichHolds::Of(late), Settler::Staff).unwrap_err(),
        Code::CaseStage,
        "the decision stands on what was accepted"
    );
    assert!(says(&document, &among, &WhichHolds::Kept, Settler::Staff).is_ok());
}

#[test]
fn s5_an_agent_settles_nothing_that_is_an_offices_word() {
    let mut story = Story::empty();
    let birth = story.tell("alice", BLIND, resident("name", "张三丰"));
    let hers = story.tell("alice", Some(birth), resident("benefit/DIBAO", json!({"state": "running"})));
    let his = story.tell("bob", Some(birth), resident("benefit/DIBAO", json!({"state": "stopped"})));
    let document = story.document();
    let refused =
        settlement(&document, "benefit/DIBAO", &[hers, his], &WhichHolds::Of(hers), "", Settler::Agent);
    assert_eq!(refused.unwrap_err(), Code::NotAllowed);
}

/// Staff decided, the center was put back from a copy, and others decided anew before what was lost came back: dora's
/// decisions stand first, emil's come behind them and knew nothing of hers.
fn decided_twice(hers: &[fn(EntryId) -> Body], his: &[fn(EntryId) -> Body]) -> (Story, Vec<EntryId>) {
    let (mut story, birth) = Story::of_case();
    let revision = story.tell("alice", Some(birth), submit());
    let mut entries = Vec::new();
    for (who, decisions) in [("dora", hers), ("emil", his)] {
        let mut saw = revision;
        for (decision, place) in decisions.iter().zip(2..) {
            // What emil saw stood elsewhere for him: he had not seen what dora did.
            saw = story.tell_of(who, saw, place, decision(revision));
            entries.push(saw);
        }
    }
    (story, entries)
}

fn words(document: &Document) -> Vec<&'static str> {
    let open = open_at(document, DECIDED).map(|open| open.contenders).unwrap_or_default();
    open.iter().map(|one| Decided::read(&one.value).unwrap().word()).collect()
}

#[test]
fn d2_decisions_that_contradict_each_other_stay_open_and_the_newer_stands_meanwhile() {
    type Case =
        (&'static [fn(EntryId) -> Body], &'static [fn(EntryId) -> Body], &'static [&'static str], Stage);
    let table: [Case; 8] = [
        (&[send_back], &[accept], &["returned", "accepted"], Stage::Returned),
        (&[accept], &[send_back], &["accepted", "returned"], Stage::Accepted),
        (&[accept, confirm], &[send_back], &["granted", "returned"], Stage::Confirmed),
        (&[accept, confirm], &[accept, refuse], &["granted", "refused"], Stage::Confirmed),
        (&[accept, confirm], &[accept, confirm], &[], Stage::Confirmed),
        (&[accept], &[accept], &[], Stage::Accepted),
        (&[accept, confirm], &[accept], &[], Stage::Confirmed),
        (&[send_back], &[send_back], &[], Stage::Returned),
    ];
    for (hers, his, open, stage) in table {
        let (story, _) = decided_twice(hers, his);
        let document = story.document();
        assert_eq!((words(&document), document.case.as_ref().unwrap().stage), (open.to_vec(), stage));
        let kind = open_at(&document, DECIDED).map(|open| open.kind);
        assert!(kind.is_none_or(|kind| kind == OpenKind::Decided));
    }
}

#[test]
fn d2_who_knew_of_a_decision_takes_its_place_and_contradicts_nothing() {
    let (mut story, birth) = Story::of_case();
    let revision = story.tell("alice", Some(birth), submit());
    let accepted = story.tell("dora", Some(revision), accept(revision));
    story.tell("emil", Some(accepted), send_back(revision));
    let document = story.document();
    assert_eq!((words(&document), document.case.unwrap().stage), (vec![], Stage::Returned));
}

#[test]
fn d2_a_person_says_which_decision_holds_and_why() {
    for (choice, stage) in [(0, Stage::Returned), (1, Stage::Accepted)] {
        let (mut story, entries) = decided_twice(&[send_back], &[accept]);
        let document = story.document();
        let choice = WhichHolds::Of(entries[choice]);
        let settle = |reason, settler| settlement(&document, DECIDED, &entries, &choice, reason, settler);
        assert_eq!(settle("核对过", Settler::Agent).unwrap_err(), Code::NotAllowed, "she never decides");
        assert_eq!(settle("", Settler::Staff).unwrap_err(), Code::BadInput, "a reason is asked for");
        let body = says(&document, &entries, &choice, Settler::Staff).unwrap();
        story.tell("dora", document.newest_seen().map(|saw| saw.entry), body);
        let document = story.document();
        let case = document.case.as_ref().unwrap();
        assert_eq!((case.stage, case.acceptance.is_some()), (stage, stage == Stage::Accepted));
        assert_eq!(words(&document), Vec::<&str>::new());
        assert_eq!(document.settled[0].others.len(), 2, "both stay readable");
        // The case goes on from there.
        let revision = case.revisions[0].entry;
        if stage == Stage::Accepted {
            story.tell("dora", document.newest_seen().map(|saw| saw.entry), confirm(revision));
            assert_eq!(story.document().case.unwrap().stage, Stage::Confirmed);
        }
    }
}

#[test]
fn d2_what_was_decided_since_by_somebody_who_knew_of_both_is_not_taken_back_by_settling() {
    let (mut story, entries) = decided_twice(&[accept], &[send_back]);
    let document = story.document();
    let revision = document.case.as_ref().unwrap().revisions[0].entry;
    story.tell("dora", document.newest_seen().map(|saw| saw.entry), confirm(revision));
    let document = story.document();
    assert_eq!(document.case.as_ref().unwrap().stage, Stage::Confirmed);
    let other = says(&document, &entries, &WhichHolds::Of(entries[1]), Settler::Staff);
    assert_eq!(other.unwrap_err(), Code::CaseStage);
    let body = says(&document, &entries, &WhichHolds::Kept, Settler::Staff).unwrap();
    story.tell("dora", document.newest_seen().map(|saw| saw.entry), body);
    let document = story.document();
    assert_eq!((words(&document), document.case.unwrap().stage), (vec![], Stage::Confirmed));
}

#[test]
fn d2_a_confirmation_that_a_person_chooses_brings_its_acceptance_and_so_its_clock() {
    let (mut story, entries) = decided_twice(&[send_back], &[accept, confirm]);
    let document = story.document();
    assert_eq!(words(&document), ["returned", "accepted", "granted"]);
    let body = says(&document, &entries, &WhichHolds::Of(entries[2]), Settler::Staff).unwrap();
    story.tell("dora", document.newest_seen().map(|saw| saw.entry), body);
    let case = story.document().case.unwrap();
    assert_eq!(case.stage, Stage::Confirmed);
    let acceptance = case.acceptance.unwrap();
    assert_eq!((acceptance.entry, acceptance.received_at), (entries[1], Some(received_at(4))));
}
