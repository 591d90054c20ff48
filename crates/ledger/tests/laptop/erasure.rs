//! Erasure on a laptop (rule S6): what a page erases is gone from every table, and nothing else is.

use crate::bench::*;
use bangban_ledger::{DraftId, person};
use bangban_model::body::{self, Body};
use bangban_model::ids::StaffId;
use bangban_model::{Actor, Digest, EntryId, IncarnationId, SubjectId};
use serde_json::json;
use uuid::Uuid;

/// A laptop whose center knows a person, a case of hers with a photo of its own and one that another case shares.
struct Known {
    laptop: Laptop,
    center: Center,
    person: SubjectId,
    case: SubjectId,
    other: SubjectId,
    own: Digest,
    shared: Digest,
}

fn known() -> Known {
    let (mut laptop, center) = (laptop(), Center::new());
    let (person, case, other) = (subject(), subject(), subject());
    let own = laptop.ledger.put_photo(b"hers alone", clock()).unwrap();
    let shared = laptop.ledger.put_photo(b"of the household", clock()).unwrap();
    laptop.write(vec![(
        person,
        resident(fields([("name", json!("周芷若")), ("phone", json!("13900000000"))])),
    )]);
    let photos = [photo_field(own, 10, None), photo_field(shared, 16, None)].into_iter().collect();
    laptop.write(vec![(case, opened(person, photos))]);
    laptop.write(vec![(other, opened(subject(), [photo_field(shared, 16, None)].into_iter().collect()))]);
    let mut known = Known { laptop, center, person, case, other, own, shared };
    known.center.exchange(&mut known.laptop, &[]);
    known
}

impl Known {
    fn entries_of(&self, subject: SubjectId) -> Vec<EntryId> {
        let of = |entry: &&(bangban_model::Entry, String)| entry.0.header.subject == subject;
        self.center.stream.iter().filter(of).map(|(entry, _)| entry.header.id).collect()
    }

    /// Staff erase a subject: the entry, and what the center keeps of the others from then on.
    fn erase(&mut self, subject: SubjectId) -> EntryId {
        let entries = self.entries_of(subject);
        for (entry, _) in &mut self.center.stream {
            if entries.contains(&entry.header.id) {
                entry.body_bytes = None;
            }
        }
        let (reason, note) = (body::ErasureReason::Requested, String::new());
        let saw = entries.last().copied();
        let erased = Body::SubjectErased(body::SubjectErased { entries, reason, note });
        let staff = Actor::Staff(StaffId(Uuid::nil()));
        let entry = foreign(IncarnationId(Uuid::now_v7()), 1, staff, about(subject, saw, erased));
        let id = entry.header.id;
        self.center.take([entry]);
        id
    }

    fn holds(&self, text: &str) -> bool {
        let hexed: String = text.bytes().map(|byte| format!("{byte}, ")).collect();
        self.laptop
            .dump()
            .iter()
            .any(|line| line.contains(text) || line.contains(hexed.trim_end_matches(", ")))
    }
}

#[test]
fn s6_a_page_that_erases_takes_bodies_documents_index_drafts_and_photos() {
    let mut known = known();
    let draft = DraftId(Uuid::now_v7());
    let body = json!({"resident": known.person, "answers": {"/data/name": "周芷若"}}).to_string();
    known.laptop.ledger.save_draft(draft, subject(), &body, &[known.own], clock()).unwrap();
    known.laptop.ledger.save_draft(DraftId(Uuid::now_v7()), known.other, "{}", &[], clock()).unwrap();
    assert!(known.holds("周芷若") && known.holds("13900000000"));
    known.erase(known.person);
    known.erase(known.case);
    known.center.serve(&mut known.laptop);
    assert!(!known.holds("周芷若") && !known.holds("13900000000"), "gone everywhere");
    assert!(person::find(known.laptop.ledger.entries(), "周芷若", 9).unwrap().is_empty());
    assert_eq!(known.laptop.ledger.drafts().unwrap().len(), 1, "another's draft stays");
    let document = known.laptop.document(known.person).unwrap();
    assert_eq!((document.kind, document.fields.len(), document.erasures.len()), (None, 0, 1));
    assert_eq!(document.history.len(), 2, "the headers stay");
    assert_eq!(known.laptop.ledger.photo(known.own).unwrap(), None);
    assert!(known.laptop.ledger.photo(known.shared).unwrap().is_some(), "the other case still names it");
    let named: i64 = known
        .laptop
        .ledger
        .entries()
        .query_row("SELECT count(*) FROM photo_name WHERE subject = ?1", [known.case.0], |row| row.get(0))
        .unwrap();
    assert_eq!(named, 0);
    assert_eq!(known.laptop.findings(), []);
    let laptop = known.laptop.reopen();
    assert_eq!(laptop.findings(), [], "the chain verifies without the bodies");
}

#[test]
fn s6_what_she_wrote_meanwhile_stays_hers_until_staff_decide() {
    let mut known = known();
    known.laptop.write(vec![(known.person, resident(fields([("phone", json!("13700000000"))])))]);
    known.erase(known.person);
    known.center.serve(&mut known.laptop);
    assert_eq!(known.laptop.ledger.pending_entries().unwrap(), 1, "no center has it yet: it is not lost");
    let sent = known.laptop.own().pop().unwrap();
    assert!(sent.body_bytes.is_some());
    let mut facts = known.center.receipt(&known.laptop, &[sent.header.seq]);
    facts.refused = vec![(sent.header.seq, "subject_erased".into())];
    known.laptop.ledger.apply_receipt(&facts, clock()).unwrap();
    assert_eq!(known.laptop.value(known.person, "phone"), json!(null), "it is not in force");
    assert_eq!(known.laptop.findings(), []);
}

#[test]
fn s6_a_laptop_that_comes_later_gets_headers_and_a_person_may_begin_anew() {
    let mut known = known();
    let erasure = known.erase(known.person);
    let mut late = laptop();
    known.center.serve(&mut late);
    assert_eq!(late.findings(), []);
    let document = late.document(known.person).unwrap();
    assert_eq!((document.kind, document.newest_seen().map(|saw| saw.entry)), (None, Some(erasure)));
    known.center.serve(&mut known.laptop);
    known.laptop.write(vec![(known.person, resident(fields([("name", json!("周芷若"))])))]);
    known.center.exchange(&mut known.laptop, &[]);
    assert_eq!(known.laptop.value(known.person, "name"), json!("周芷若"));
    assert_eq!(
        known.laptop.value(known.person, "phone"),
        json!(null),
        "nothing of what was erased is there again"
    );
    assert_eq!(known.laptop.findings(), []);
}

#[test]
fn s6_a_ledger_restored_from_before_the_erasure_erases_again() {
    let mut known = known();
    let copy = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(known.laptop.folder.path()).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
    }
    known.erase(known.person);
    known.center.serve(&mut known.laptop);
    let ledger = bangban_ledger::Ledger::open(copy.path(), key()).unwrap();
    known.laptop = Laptop { ledger, folder: copy, agent: known.laptop.agent };
    assert!(known.holds("13900000000"), "it is as it was");
    known.center.serve(&mut known.laptop);
    assert!(!known.holds("13900000000"));
    assert_eq!(known.laptop.findings(), []);
}

#[test]
fn s6_a_body_that_is_missing_or_that_should_be_gone_is_found() {
    let mut known = known();
    let entry = known.entries_of(known.other)[0];
    let kept: Vec<u8> = known
        .laptop
        .ledger
        .entries()
        .query_row("SELECT body FROM entry WHERE id = ?1", [entry.0], |row| row.get(0))
        .unwrap();
    known.laptop.tamper(&format!("UPDATE entry SET body = NULL WHERE hex(id) = '{}'", hex(entry)));
    assert!(known.laptop.findings().iter().any(|finding| finding.what == "body"), "nobody erased it");
    known.erase(known.other);
    known.center.serve(&mut known.laptop);
    assert_eq!(known.laptop.findings(), []);
    let back: String = kept.iter().map(|byte| format!("{byte:02X}")).collect();
    known.laptop.tamper(&format!("UPDATE entry SET body = x'{back}' WHERE hex(id) = '{}'", hex(entry)));
    assert!(known.laptop.findings().iter().any(|finding| finding.what == "body"), "it was erased");
}

fn hex(id: EntryId) -> String {
    id.0.simple().to_string().to_uppercase()
}

#[test]
fn s3_what_staff_settled_is_told_to_the_author_and_an_erased_record_loses_its_content() {
    let (mut laptop, mut center) = (laptop(), Center::new());
    let person = subject();
    laptop.write(vec![(person, resident(fields([("name", json!("不该登记"))])))]);
    center.exchange(&mut laptop, &[3]);
    let own = laptop.own();
    let record = own[2].header.record.id;
    let settle = |how, note: &str| {
        let (incarnation, note) = (own[2].header.incarnation, note.to_owned());
        Body::RefusalSettled(body::RefusalSettled { incarnation, records: vec![record], how, note })
    };
    center.write(SubjectId(record.0), None, settle(body::Settling::SetAside, "请重新填写"));
    center.serve(&mut laptop);
    let told =
        bangban_ledger::settled_row::of(laptop.ledger.entries(), laptop.life(), record).unwrap().unwrap();
    assert_eq!((told.how, told.note.as_str()), (body::Settling::SetAside, "请重新填写"));
    assert!(laptop.own()[2].body_bytes.is_some());
    let staff = Actor::Staff(StaffId(Uuid::nil()));
    let erased = settle(body::Settling::Erased, "不应收集");
    center.take([foreign(IncarnationId(Uuid::now_v7()), 1, staff, about(SubjectId(record.0), None, erased))]);
    center.serve(&mut laptop);
    assert!(laptop.own()[2].body_bytes.is_none());
    assert_eq!(laptop.findings(), []);
}
