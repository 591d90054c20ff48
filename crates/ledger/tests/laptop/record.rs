//! Rule E3: what `record` acknowledged is there, whole; what it did not acknowledge left no trace. Rule E4: drafts.

use crate::bench::*;
use bangban_ledger::{DraftId, Ledger, document_row, person};
use bangban_model::body::{self, Body};
use bangban_model::entry::NewEntry;
use bangban_model::{Actor, Code, Digest, StreamId, SubjectId};
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use uuid::Uuid;

/// A record that touches everything a record can touch: entries, documents, the people's index, photos, a draft.
fn full_record(laptop: &mut Laptop) -> (Vec<NewEntry>, DraftId, SubjectId, SubjectId) {
    let (person, case) = (subject(), subject());
    let bytes = vec![7u8; 9000];
    let photo = laptop.ledger.put_photo(&bytes, clock()).unwrap();
    let draft = DraftId(Uuid::now_v7());
    laptop.ledger.save_draft(draft, case, "{}", &[photo], clock()).unwrap();
    let (path, field) = photo_field(photo, 9000, None);
    let long = "家里三口人。".repeat(5000);
    let entries = vec![
        about(person, None, resident(fields([("name", json!("周芷若")), ("note", json!(long))]))),
        about(case, None, opened(person, fields([("/data/why", json!(long)), (&path, field)]))),
        about(case, None, submit()),
    ];
    (entries, draft, person, case)
}

fn assert_whole(laptop: &Laptop, draft: DraftId, person: SubjectId, case: SubjectId) {
    let connection = laptop.ledger.entries();
    assert_eq!(laptop.own().len(), 5, "two of the enrolment, three of the record");
    assert!(laptop.document(case).unwrap().case.is_some());
    assert_eq!(person::find(connection, "zzr", 9).unwrap()[0].subject, person);
    assert_eq!(laptop.ledger.pending_photos().unwrap().len(), 1);
    assert_eq!(laptop.ledger.pending_entries().unwrap(), 5);
    assert_eq!(laptop.ledger.draft(draft).unwrap(), None);
    assert_eq!(laptop.findings(), []);
}

#[test]
fn e3_what_was_acknowledged_is_there_after_reopening() {
    let mut laptop = laptop();
    let (entries, draft, person, case) = full_record(&mut laptop);
    let author = laptop.author();
    let recorded = laptop.ledger.record(author, entries, Some(draft)).unwrap();
    assert_whole(&laptop, draft, person, case);
    let laptop = laptop.reopen();
    assert_whole(&laptop, draft, person, case);
    let ids: Vec<_> = laptop.own()[2..].iter().map(|entry| entry.header.id).collect();
    assert_eq!(ids, recorded.entries);
    let parts: Vec<_> = laptop.own()[2..].iter().map(|entry| entry.header.record).collect();
    assert!(
        parts
            .iter()
            .zip(0..)
            .all(|(part, index)| part.id == recorded.id && part.index == index && part.count == 3)
    );
}

#[test]
fn e3_what_was_acknowledged_is_in_the_files_at_that_moment() {
    let mut laptop = laptop();
    let (entries, draft, person, case) = full_record(&mut laptop);
    let author = laptop.author();
    laptop.ledger.record(author, entries, Some(draft)).unwrap();
    // The files as they are now, without the ledger ever being closed: what a power cut would leave.
    let copy = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(laptop.folder.path()).unwrap() {
        let file = file.unwrap();
        if !file.file_name().to_string_lossy().ends_with("-shm") {
            std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
        }
    }
    let ledger = Ledger::open(copy.path(), key()).unwrap();
    assert_whole(&Laptop { ledger, folder: copy, agent: laptop.agent }, draft, person, case);
}

#[test]
fn e3_both_files_are_flushed_before_anything_is_acknowledged() {
    let laptop = laptop();
    let connection = laptop.ledger.entries();
    let synchronous: i64 = connection.query_row("PRAGMA synchronous", [], |row| row.get(0)).unwrap();
    let journal: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
    let secure_delete: i64 = connection.query_row("PRAGMA secure_delete", [], |row| row.get(0)).unwrap();
    assert_eq!((synchronous, journal.as_str(), secure_delete), (2, "wal", 1), "2 is FULL");
}

/// Runs in a process of its own, which dies in the middle of its work.
#[test]
#[ignore = "run by the test below"]
fn child_records_and_dies() {
    let Ok(folder) = std::env::var("LEDGER_TO_DIE_IN") else { return };
    let ledger = Ledger::open(std::path::Path::new(&folder), key()).unwrap();
    let agent = ledger.agents().unwrap()[0].0;
    let mut laptop = Laptop { ledger, folder: tempfile::tempdir().unwrap(), agent };
    for number in 0.. {
        let ids = laptop.write(vec![(subject(), resident(fields([("name", json!("周芷若"))])))]);
        println!("acknowledged {}", ids[0]);
        if number == 20 {
            std::process::abort();
        }
    }
}

#[test]
fn e3_what_was_acknowledged_survives_the_death_of_the_program() {
    let Laptop { ledger, folder, .. } = laptop();
    drop(ledger);
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "record::child_records_and_dies", "--ignored", "--nocapture"])
        .env("LEDGER_TO_DIE_IN", folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines: Vec<String> =
        BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap).collect();
    assert!(!child.wait().unwrap().success(), "it died");
    let acknowledged: Vec<&str> =
        lines.iter().filter_map(|line| line.split_once("acknowledged ").map(|(_, id)| id)).collect();
    assert_eq!(acknowledged.len(), 21);
    let ledger = Ledger::open(folder.path(), key()).unwrap();
    let there: Vec<String> =
        ledger.own_entries(3, 100).unwrap().iter().map(|entry| entry.header.id.to_string()).collect();
    assert_eq!(there, acknowledged);
    assert_eq!(ledger.verify(|_, _, _, _| true).unwrap().findings, []);
}

#[test]
fn e3_a_failure_at_any_table_leaves_nothing_of_a_record() {
    let mut laptop = laptop();
    let (entries, draft, person, case) = full_record(&mut laptop);
    let author = laptop.author();
    for (table, event) in [
        ("entry", "BEFORE INSERT ON entry WHEN NEW.record_index = 2"),
        ("document", "BEFORE INSERT ON document WHEN NEW.kind = 'case'"),
        ("document again", "BEFORE UPDATE ON document"),
        ("person", "BEFORE INSERT ON person"),
        ("photo", "BEFORE INSERT ON photo"),
        ("draft", "BEFORE DELETE ON draft"),
        ("draft_photo", "BEFORE DELETE ON draft_photo"),
    ] {
        laptop.tamper(&format!("CREATE TRIGGER poison {event} BEGIN SELECT RAISE(ABORT, 'poison'); END"));
        let before = laptop.dump();
        assert!(laptop.ledger.record(author, entries.clone(), Some(draft)).is_err(), "{table}");
        assert_eq!(laptop.dump(), before, "{table}");
        laptop.tamper("DROP TRIGGER poison");
    }
    laptop.ledger.record(author, entries, Some(draft)).unwrap();
    assert_whole(&laptop, draft, person, case);
}

#[test]
fn e3_a_disk_that_fills_up_at_any_page_leaves_nothing_of_a_record_and_the_next_try_succeeds() {
    let mut laptop = laptop();
    let (entries, draft, person, case) = full_record(&mut laptop);
    let author = laptop.author();
    let before = laptop.dump();
    let pages = |laptop: &Laptop| -> i64 {
        laptop.ledger.entries().query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap()
    };
    let (start, mut failures) = (pages(&laptop), 0);
    for room in 0..500 {
        laptop
            .ledger
            .entries()
            .query_row(&format!("PRAGMA max_page_count = {}", start + room), [], |_| Ok(()))
            .unwrap();
        match laptop.ledger.record(author, entries.clone(), Some(draft)) {
            Ok(_) => break,
            Err(problem) => assert_eq!(problem.code(), Code::DiskFull, "{room} pages"),
        }
        assert_eq!(laptop.dump(), before, "{room} pages");
        failures += 1;
    }
    assert!(failures > 20, "the record needs many pages, and each was once the last: {failures}");
    assert_whole(&laptop, draft, person, case);
    assert_whole(&laptop.reopen(), draft, person, case);
}

#[test]
fn e3_an_entry_never_names_a_photo_that_is_not_here() {
    let mut laptop = laptop();
    let (case, absent, thumb) = (subject(), Digest::of(b"absent"), Digest::of(b"thumb"));
    let here = laptop.ledger.put_photo(b"here", clock()).unwrap();
    let author = laptop.author();
    for (photo, thumb) in [(absent, None), (here, Some((thumb, 5)))] {
        let (path, field) = photo_field(photo, 4, thumb);
        let before = laptop.dump();
        let entries = vec![about(case, None, opened(subject(), fields([(&path, field)])))];
        assert_eq!(code(laptop.ledger.record(author, entries, None)), Some(Code::PhotoUnreadable));
        assert_eq!(laptop.dump(), before);
    }
}

#[test]
fn e3_of_several_records_all_are_written_or_none() {
    let mut laptop = laptop();
    let author = laptop.author();
    let good = || vec![about(subject(), None, resident(fields([("name", json!("周芷若"))])))];
    let decided = Body::CaseAccepted(body::CaseAccepted { revision: laptop.own()[0].header.id });
    let too_long = resident(fields([("note", json!("长".repeat(100_000)))]));
    let too_deep = resident(fields([("note", (0..40).fold(json!(1), |inner, _| json!([inner])))]));
    for (poison, expected) in
        [(decided, Code::NotAllowed), (too_long, Code::BadInput), (too_deep, Code::BadInput)]
    {
        let before = laptop.dump();
        let records = vec![good(), vec![about(subject(), None, poison)]];
        assert_eq!(code(laptop.ledger.record_many(author, records, None)), Some(expected));
        assert_eq!(laptop.dump(), before);
    }
    assert_eq!(
        code(laptop.ledger.record(author, Vec::new(), None)),
        Some(Code::BadInput),
        "a record of nothing"
    );
    laptop.ledger.record_many(author, vec![good(), good()], None).unwrap();
    assert_eq!(laptop.findings(), []);
    assert_eq!(
        document_row::count(laptop.ledger.entries(), bangban_model::SubjectKind::Resident).unwrap(),
        2
    );
}

#[test]
fn s5_an_agent_cannot_write_for_staff_nor_for_the_center_alone() {
    let mut laptop = laptop();
    let case = subject();
    laptop.write(vec![(case, opened(subject(), fields([])))]);
    let remark = Body::InternalRemark(body::InternalRemark { text: "备注".into() });
    let mut hidden = about(case, None, edit(fields([])));
    hidden.audience = bangban_model::Audience::Center;
    let author = laptop.author();
    for entry in [about(case, None, remark), hidden] {
        assert_eq!(code(laptop.ledger.record(author, vec![entry], None)), Some(Code::NotAllowed));
    }
    let mut as_staff = author;
    as_staff.by = Actor::Staff(bangban_model::ids::StaffId(Uuid::nil()));
    let entry = about(case, None, edit(fields([])));
    assert_eq!(code(laptop.ledger.record(as_staff, vec![entry], None)), Some(Code::NotAllowed));
}

#[test]
fn e1_a_subject_stays_in_the_village_of_its_birth() {
    let mut laptop = laptop();
    let person = subject();
    laptop.write(vec![(person, resident(fields([("name", json!("周芷若"))])))]);
    let author = laptop.author();
    // Another village of hers; and one that is not hers, where she writes nothing at all.
    let elsewhere = StreamId::parse("110101001001").unwrap();
    for (stream, refusal) in [(other_village(), Code::BadInput), (elsewhere, Code::VillageTaken)] {
        let mut entry = about(person, None, resident(fields([("phone", json!("13900000000"))])));
        entry.stream = stream;
        let before = laptop.dump();
        assert_eq!(code(laptop.ledger.record(author, vec![entry], None)), Some(refusal));
        assert_eq!(laptop.dump(), before);
    }
}

#[test]
fn e1_the_chains_of_life_and_stream_have_no_gap_over_villages_and_reopenings() {
    let mut laptop = laptop();
    let author = laptop.author();
    for stream in [village(), other_village(), village(), other_village()] {
        let mut entry = about(subject(), None, resident(fields([("name", json!("周芷若"))])));
        entry.stream = stream;
        laptop
            .ledger
            .record(author, vec![entry.clone(), NewEntry { subject: subject(), ..entry }], None)
            .unwrap();
        laptop = laptop.reopen();
    }
    let own = laptop.own();
    assert_eq!(own.len(), 10);
    for (index, entry) in own.iter().enumerate() {
        assert_eq!(entry.header.seq, index as u64 + 1);
        let prev = index.checked_sub(1).map_or(Digest::ZERO, |before| own[before].header_hash());
        assert_eq!(entry.header.prev, prev);
        let in_stream = own[..index].iter().rev().find(|other| other.header.stream == entry.header.stream);
        assert_eq!(entry.header.stream_prev, in_stream.map_or(Digest::ZERO, |before| before.header_hash()));
    }
}

#[test]
fn f5_a_record_on_a_subject_that_a_newer_program_wrote_about_is_refused() {
    let (mut laptop, mut center) = (laptop(), Center::new());
    let case = subject();
    laptop.write(vec![(case, opened(subject(), fields([])))]);
    center.exchange(&mut laptop, &[]);
    let mut entry = from_elsewhere(case, edit(fields([])));
    entry.header.kind = "case_teleported".into();
    let header_bytes = serde_json::to_vec(&entry.header).unwrap();
    center.take([bangban_model::Entry::from_bytes(header_bytes, entry.body_bytes).unwrap()]);
    center.serve(&mut laptop);
    let before = laptop.dump();
    let author = laptop.author();
    let more = vec![about(subject(), None, resident(fields([]))), about(case, None, edit(fields([])))];
    assert_eq!(code(laptop.ledger.record(author, more, None)), Some(Code::NewerRecord), "never a guess");
    assert_eq!(laptop.dump(), before);
    assert_eq!(laptop.findings(), []);
}

#[test]
fn e4_before_enrolment_nothing_is_recorded_while_drafts_work_and_survive_reopening() {
    let mut laptop = not_enrolled();
    let author = laptop.author();
    let entry = about(subject(), None, resident(fields([("name", json!("周芷若"))])));
    let (draft, about_case) = (DraftId(Uuid::now_v7()), subject());
    let photo = laptop.ledger.put_photo(b"photo", clock()).unwrap();
    laptop.ledger.save_draft(draft, about_case, "first", &[], clock()).unwrap();
    laptop.ledger.save_draft(draft, about_case, "second", &[photo], later(1)).unwrap();
    let before = laptop.dump();
    assert_eq!(code(laptop.ledger.record(author, vec![entry], Some(draft))), Some(Code::NotEnrolled));
    assert_eq!(code(laptop.ledger.outgoing()), Some(Code::NotEnrolled));
    assert_eq!(laptop.dump(), before, "the draft is still there");
    let mut laptop = laptop.reopen();
    let kept = laptop.ledger.draft(draft).unwrap().unwrap();
    assert_eq!((kept.body.as_str(), kept.photos.as_slice()), ("second", [photo].as_slice()));
    assert_eq!(laptop.ledger.drafts().unwrap(), [kept]);
    // What was drafted before the enrolment is recorded after it.
    laptop.ledger.enrol(enrolment(), new_life(), clock()).unwrap();
    let entry = about(about_case, None, opened(subject(), fields([])));
    laptop.ledger.record(author, vec![entry], Some(draft)).unwrap();
    assert_eq!(laptop.ledger.drafts().unwrap(), []);
}

#[test]
fn e4_a_discarded_draft_is_gone_with_its_hold_on_photos() {
    let mut laptop = not_enrolled();
    let photo = laptop.ledger.put_photo(b"photo", clock()).unwrap();
    let (one, other) = (DraftId(Uuid::now_v7()), DraftId(Uuid::now_v7()));
    for draft in [one, other] {
        laptop.ledger.save_draft(draft, subject(), "{}", &[photo, photo], clock()).unwrap();
    }
    laptop.ledger.discard_draft(one).unwrap();
    assert_eq!(laptop.ledger.drafts().unwrap().len(), 1);
    assert_eq!(laptop.ledger.sweep_photos(later(48)).unwrap(), 0);
    laptop.ledger.discard_draft(other).unwrap();
    assert_eq!(laptop.ledger.sweep_photos(later(48)).unwrap(), 1);
}
