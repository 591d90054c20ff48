//! What comes back from the center (rules X2, X3, S3): received is what a receipt names, and a page is taken whole or not.

use crate::bench::*;
use bangban_ledger::audit_row::AuditFact;
use bangban_ledger::case_list::{CaseQuery, count_cases};
use bangban_ledger::receive::{HeldRun, PageContent, PageItem, ReceiptFacts};
use bangban_ledger::{document_row, person};
use bangban_model::body::{self, Body};
use bangban_model::document::{Document, Stage};
use bangban_model::{Code, Digest, SubjectId};
use proptest::prelude::*;
use serde_json::json;

/// A laptop with ten entries of its own in no receipt.
fn ten_entries() -> Laptop {
    let mut laptop = laptop();
    for _ in 0..8 {
        laptop.write(vec![(subject(), resident(fields([("name", json!("周芷若"))])))]);
    }
    laptop
}

fn run(laptop: &Laptop, first: u64, last: u64) -> HeldRun {
    HeldRun { first, last, last_hash: laptop.own()[last as usize - 1].header_hash() }
}

fn receipt(runs: Vec<HeldRun>) -> ReceiptFacts {
    ReceiptFacts { runs, signed: "{}".into(), kind: "exchange", ..ReceiptFacts::default() }
}

#[test]
fn x2_only_the_runs_that_a_receipt_names_are_received() {
    let mut laptop = ten_entries();
    let facts = receipt(vec![run(&laptop, 1, 3), run(&laptop, 6, 7)]);
    laptop.ledger.apply_receipt(&facts, clock()).unwrap();
    let (p, r) = ("pending", "received");
    assert_eq!(laptop.standings(), [r, r, r, p, p, r, r, p, p, p]);
    assert_eq!(laptop.ledger.pending_entries().unwrap(), 5);
    assert_eq!(laptop.ledger.outgoing().unwrap().first_seq, 4, "the gap is sent again");
    let laptop = laptop.reopen();
    assert_eq!(laptop.standings(), [r, r, r, p, p, r, r, p, p, p]);
    assert_eq!(laptop.findings(), []);
}

#[test]
fn x2_a_receipt_with_another_hash_than_the_laptops_own_changes_nothing() {
    let mut laptop = ten_entries();
    let photo = laptop.ledger.put_photo(b"photo", clock()).unwrap();
    let (path, field) = photo_field(photo, 5, None);
    laptop.write(vec![(subject(), opened(subject(), fields([(&path, field)])))]);
    let good = run(&laptop, 1, 5);
    let wrong = HeldRun { last_hash: Digest::of(b"of another history"), ..run(&laptop, 7, 8) };
    let unknown = HeldRun { first: 9, last: 99, last_hash: good.last_hash };
    let absurd = HeldRun { first: 0, last: u64::MAX, last_hash: good.last_hash };
    let shifted = HeldRun { first: 1, last: 6, last_hash: good.last_hash };
    for wrong in [wrong, unknown, absurd, shifted] {
        let mut facts = receipt(vec![good, wrong]);
        facts.refused = vec![(2, "not_allowed".into())];
        facts.photos = vec![photo];
        let before = laptop.dump();
        assert_eq!(code(laptop.ledger.apply_receipt(&facts, clock())), Some(Code::HistoryDiffers));
        assert_eq!(laptop.dump(), before, "not even what was right in it");
    }
}

#[test]
fn x2_photos_are_received_when_a_receipt_names_them_and_not_before() {
    let mut laptop = laptop();
    let (one, other) = (
        laptop.ledger.put_photo(b"one", clock()).unwrap(),
        laptop.ledger.put_photo(b"two", clock()).unwrap(),
    );
    let case = subject();
    let set = [photo_field(one, 3, None), photo_field(other, 3, None)].into_iter().collect();
    laptop.write(vec![(case, opened(subject(), set))]);
    let mut facts = receipt(vec![run(&laptop, 1, 3)]);
    laptop.ledger.apply_receipt(&facts, clock()).unwrap();
    assert_eq!(laptop.ledger.pending_photos().unwrap().len(), 2, "the text came, the photos did not");
    facts.photos = vec![other, Digest::of(b"nobody's")];
    facts.runs.clear();
    facts.kind = "photos";
    laptop.ledger.apply_receipt(&facts, clock()).unwrap();
    let waiting: Vec<_> =
        laptop.ledger.pending_photos().unwrap().into_iter().map(|photo| photo.digest).collect();
    assert_eq!(waiting, [one]);
    let kept: i64 =
        laptop.ledger.entries().query_row("SELECT count(*) FROM receipt", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 2, "every receipt that brought news is kept as it came");
}

#[test]
fn a_photo_that_two_cases_share_keeps_both_waiting() {
    let mut laptop = laptop();
    let photo = laptop.ledger.put_photo(b"one", clock()).unwrap();
    let cases = [subject(), subject()];
    for case in cases {
        laptop.write(vec![(case, opened(subject(), [photo_field(photo, 3, None)].into_iter().collect()))]);
    }
    let mut facts = receipt(vec![run(&laptop, 1, 4)]);
    laptop.ledger.apply_receipt(&facts, clock()).unwrap();
    let standing = |laptop: &Laptop, pending| {
        let query = CaseQuery { pending: Some(pending), ..CaseQuery::default() };
        count_cases(laptop.ledger.entries(), &query).unwrap()
    };
    assert_eq!((standing(&laptop, true), standing(&laptop, false)), (2, 0));
    facts.photos = vec![photo];
    facts.runs.clear();
    facts.kind = "photos";
    laptop.ledger.apply_receipt(&facts, clock()).unwrap();
    assert_eq!((standing(&laptop, true), standing(&laptop, false)), (0, 2));
}

#[test]
fn x2_the_same_receipt_again_changes_nothing() {
    let mut laptop = ten_entries();
    let mut facts = receipt(vec![run(&laptop, 1, 8)]);
    facts.refused = vec![(5, "not_allowed".into())];
    laptop.ledger.apply_receipt(&facts, clock()).unwrap();
    let before = laptop.dump();
    laptop.ledger.apply_receipt(&facts, clock()).unwrap();
    assert_eq!(laptop.dump(), before);
    let earlier = receipt(vec![run(&laptop, 1, 4)]);
    laptop.ledger.apply_receipt(&earlier, clock()).unwrap();
    assert_eq!(laptop.dump(), before, "an older one that comes late takes nothing back");
}

#[test]
fn s3_a_refused_entry_leaves_the_fold_and_comes_back_when_a_page_gives_it_a_position() {
    let (mut laptop, mut center) = (laptop(), Center::new());
    let (person, case) = (subject(), subject());
    laptop.write(vec![(person, resident(fields([("name", json!("周芷若"))])))]);
    laptop.write(vec![(case, opened(person, fields([("/data/a", json!(1))])))]);
    laptop.write(vec![(case, edit(fields([("/data/a", json!(2))])))]);
    let whole = laptop.document(case).unwrap();
    center.exchange(&mut laptop, &[3, 5]);
    assert_eq!(laptop.value(case, "/data/a"), json!(1), "the refused edit is left out");
    assert_eq!(laptop.document(person), None, "a refused birth leaves nobody");
    assert!(person::find(laptop.ledger.entries(), "周芷若", 9).unwrap().is_empty(), "not even in the index");
    let reasons: Vec<Option<String>> = {
        let mut statement = laptop
            .ledger
            .entries()
            .prepare("SELECT reason FROM entry WHERE standing = 'quarantined'")
            .unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    assert_eq!(reasons, vec![Some("not_allowed".to_owned()); 2], "with its reason");
    assert_eq!(laptop.ledger.pending_entries().unwrap(), 0, "its number is consumed, it blocks nothing");
    assert_eq!(laptop.findings(), []);
    // A later edit goes on; then staff release both, and they stand at the end, in `seq` order.
    laptop.write(vec![(case, edit(fields([("/data/b", json!(3))])))]);
    center.exchange(&mut laptop, &[]);
    let own = laptop.own();
    center.take([own[2].clone(), own[4].clone()]);
    center.serve(&mut laptop);
    assert_eq!(laptop.value(case, "/data/a"), json!(2));
    assert_eq!(laptop.value(case, "/data/b"), json!(3));
    assert_eq!(laptop.document(case).unwrap().history.len(), whole.history.len() + 1);
    assert_eq!(person::find(laptop.ledger.entries(), "周芷若", 9).unwrap().len(), 1);
    assert!(laptop.standings().iter().all(|standing| standing == "positioned"));
    assert_eq!(laptop.findings(), []);
}

#[test]
fn s3_a_person_whose_birth_was_refused_is_not_found_though_something_else_stands_on_her() {
    let mut laptop = laptop();
    let person = subject();
    laptop.write(vec![(person, resident(fields([("name", json!("周芷若"))])))]);
    laptop.write(vec![(person, Body::SameAs(body::SameAs { other: subject() }))]);
    let mut facts = receipt(vec![run(&laptop, 1, 4)]);
    facts.refused = vec![(3, "not_allowed".into())];
    laptop.ledger.apply_receipt(&facts, clock()).unwrap();
    let rows: i64 =
        laptop.ledger.entries().query_row("SELECT count(*) FROM person", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 0);
}

#[test]
fn x2_an_audit_chain_that_goes_back_does_not_stop_the_exchange_and_is_found() {
    let mut laptop = ten_entries();
    let fact = |epoch, number, text: &str| AuditFact {
        stream: village().to_string(),
        epoch,
        number,
        hash: Digest::of(text.as_bytes()),
    };
    let take = |laptop: &mut Laptop, fact: AuditFact| {
        let facts = ReceiptFacts { audit_heads: vec![fact], ..receipt(Vec::new()) };
        laptop.ledger.apply_receipt(&facts, clock()).unwrap();
        let found = laptop.ledger.verify_receipts(|_, _| None).unwrap();
        found.into_iter().any(|finding| finding.what == "audit")
    };
    assert!(!take(&mut laptop, fact(1, 5, "five")));
    assert!(!take(&mut laptop, fact(1, 5, "five")), "the same again");
    assert!(!take(&mut laptop, fact(1, 9, "nine")));
    assert!(!take(&mut laptop, fact(2, 3, "three anew")), "a restored center begins a new epoch");
    assert!(take(&mut laptop, fact(2, 2, "two")), "it never shrinks");
    let mut other = ten_entries();
    assert!(!take(&mut other, fact(1, 5, "five")));
    assert!(take(&mut other, fact(1, 5, "another five")), "what was done is not another thing later");
}

/// Two entries of others, one mark that the laptop may not see, one of its own: a page of everything.
fn a_page() -> (Laptop, Center, SubjectId) {
    let (mut laptop, mut center) = (laptop(), Center::new());
    let case = subject();
    laptop.write(vec![(case, opened(subject(), fields([("/data/a", json!(1))])))]);
    let revision = laptop.write(vec![(case, submit())])[0];
    center.exchange(&mut laptop, &[]);
    laptop.write(vec![(case, edit(fields([("/data/a", json!(2))])))]);
    let batch = bangban_model::RecordId(uuid::Uuid::now_v7());
    center.write(case, Some(revision), Body::CaseImported(body::CaseImported { batch, revision }));
    center.take([from_elsewhere(subject(), resident(fields([("name", json!("李莫愁"))])))]);
    let own = laptop.own();
    center.take([own.last().unwrap().clone()]);
    center.write(case, Some(revision), Body::CaseAccepted(body::CaseAccepted { revision }));
    (laptop, center, case)
}

#[test]
fn x3_a_page_is_stored_with_its_cursor_and_head() {
    let (mut laptop, center, case) = a_page();
    let (items, head) = center.page(&laptop);
    assert_eq!(items.len(), 4);
    let changes = laptop.ledger.apply_page(&village(), items, head, "signed head").unwrap();
    assert_eq!(changes.from_others.len(), 2, "the new resident and the accepted case");
    assert_eq!(laptop.document(case).unwrap().case.unwrap().stage, Stage::Accepted);
    let known = &laptop.ledger.cursors().unwrap()[0];
    assert_eq!((known.position, known.stream_hash), head);
    assert_eq!(person::find(laptop.ledger.entries(), "lmc", 9).unwrap().len(), 1);
    let laptop = laptop.reopen();
    assert_eq!(laptop.findings(), []);
    assert!(laptop.standings().iter().all(|standing| standing == "positioned"));
}

#[test]
fn x3_a_page_with_anything_wrong_in_it_changes_nothing_at_all() {
    let (mut laptop, center, case) = a_page();
    let (items, head) = center.page(&laptop);
    type Change = Box<dyn Fn(&mut Vec<PageItem>, &mut (u64, Digest))>;
    let own_but_unknown = {
        let agent = bangban_model::Actor::Agent(laptop.agent);
        foreign(laptop.life(), 99, agent, about(case, None, edit(fields([]))))
    };
    let elsewhere = {
        let mut new = about(subject(), None, resident(fields([])));
        new.stream = other_village();
        foreign(
            bangban_model::IncarnationId(uuid::Uuid::now_v7()),
            1,
            bangban_model::Actor::Agent(laptop.agent),
            new,
        )
    };
    let wrongs: Vec<(&str, Code, Change)> = vec![
        ("a gap at the start", Code::ProtocolBroken, Box::new(|items, _| drop(items.remove(0)))),
        ("a gap in the middle", Code::ProtocolBroken, Box::new(|items, _| drop(items.remove(2)))),
        ("the end missing", Code::HistoryDiffers, Box::new(|items, _| drop(items.pop()))),
        ("two exchanged", Code::ProtocolBroken, Box::new(|items, _| items.swap(1, 2))),
        ("one twice", Code::ProtocolBroken, Box::new(|items, _| items.insert(2, items[1].clone()))),
        (
            "another time of receipt",
            Code::HistoryDiffers,
            Box::new(|items, _| items[1].received_at.push(' ')),
        ),
        ("another position at the head", Code::HistoryDiffers, Box::new(|_, head| head.0 += 1)),
        ("another hash at the head", Code::HistoryDiffers, Box::new(|_, head| head.1.0[5] ^= 1)),
        (
            "another mark",
            Code::HistoryDiffers,
            Box::new(|items, _| items[0].content = PageContent::Mark(Digest::of(b"x"))),
        ),
        ("nothing but a head", Code::HistoryDiffers, Box::new(|items, _| items.clear())),
        (
            "an entry of this laptop that it never wrote",
            Code::ProtocolBroken,
            Box::new(move |items, _| {
                items[1].content = PageContent::Entry(Box::new(own_but_unknown.clone()))
            }),
        ),
        (
            "an entry of another village",
            Code::ProtocolBroken,
            Box::new(move |items, _| items[1].content = PageContent::Entry(Box::new(elsewhere.clone()))),
        ),
    ];
    for (what, expected, wrong) in wrongs {
        let (mut items, mut head) = (items.clone(), head);
        wrong(&mut items, &mut head);
        let before = laptop.dump();
        assert_eq!(code(laptop.ledger.apply_page(&village(), items, head, "head")), Some(expected), "{what}");
        assert_eq!(laptop.dump(), before, "{what}");
    }
    let nowhere = bangban_model::StreamId::parse("110101001001").unwrap();
    let before = laptop.dump();
    assert_eq!(
        code(laptop.ledger.apply_page(&nowhere, items.clone(), head, "head")),
        Some(Code::ProtocolBroken)
    );
    assert_eq!(laptop.dump(), before);
    laptop.ledger.apply_page(&village(), items.clone(), head, "head").unwrap();
    let before = laptop.dump();
    // A page may come a second time, by stick after the network: nothing of it is new, and nothing is wrong with it.
    assert_eq!(code(laptop.ledger.apply_page(&village(), items, head, "head")), None, "a replay");
    assert_eq!(laptop.dump(), before);
}

#[test]
fn x3_a_page_that_fails_in_the_middle_of_storing_leaves_nothing() {
    let (mut laptop, center, _) = a_page();
    let (items, head) = center.page(&laptop);
    for event in [
        "BEFORE INSERT ON entry",
        "BEFORE UPDATE ON entry",
        "BEFORE INSERT ON mark",
        "BEFORE UPDATE ON document",
        "BEFORE INSERT ON person",
        "BEFORE UPDATE ON cursor",
    ] {
        laptop.tamper(&format!("CREATE TRIGGER poison {event} BEGIN SELECT RAISE(ABORT, 'poison'); END"));
        let before = laptop.dump();
        assert!(laptop.ledger.apply_page(&village(), items.clone(), head, "head").is_err(), "{event}");
        assert_eq!(laptop.dump(), before, "{event}");
        laptop.tamper("DROP TRIGGER poison");
    }
    laptop.ledger.apply_page(&village(), items, head, "head").unwrap();
    assert_eq!(laptop.findings(), []);
}

#[test]
fn e1_a_stray_entry_of_another_village_cannot_take_a_subject_over() {
    // Positions of two streams say nothing about each other: the first to be received is the subject's village.
    let (mut laptop, mut center) = (laptop(), Center::new());
    center.take((0..3).map(|_| from_elsewhere(subject(), resident(fields([])))));
    let person = subject();
    laptop.write(vec![(person, resident(fields([("name", json!("周芷若"))])))]);
    center.exchange(&mut laptop, &[]);
    let right = laptop.document(person).unwrap();
    let mut new = about(person, None, resident(fields([("name", json!("别人"))])));
    new.stream = other_village();
    let stray = foreign(
        bangban_model::IncarnationId(uuid::Uuid::now_v7()),
        1,
        bangban_model::Actor::Agent(laptop.agent),
        new,
    );
    let received_at = "2026-03-03T08:00:00.000+08:00".to_owned();
    let hash = bangban_model::chain::stream_hash(Digest::ZERO, 1, stray.header_hash(), &received_at);
    let item = PageItem { position: 1, received_at, content: PageContent::Entry(Box::new(stray)) };
    laptop.ledger.apply_page(&other_village(), vec![item], (1, hash), "head").unwrap();
    assert_eq!(laptop.document(person), Some(right));
    assert_eq!(laptop.findings(), []);
}

#[derive(Clone, Debug)]
enum Step {
    Edit(usize, usize, u8),
    Exchange(usize, Option<u64>),
    Release,
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..2usize, 0..2usize, 0..3u8).prop_map(|(who, field, value)| Step::Edit(who, field, value)),
        3 => (0..2usize, prop::option::weighted(0.3, 4..12u64)).prop_map(|(who, refused)| Step::Exchange(who, refused)),
        1 => Just(Step::Release),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(12) })]

    /// The model's histories once more, through the real files: alice and bob end with the same document, and at every
    /// step what was kept is what folding from scratch says (`verify` folds again).
    #[test]
    fn f6_two_real_ledgers_agree_and_verify_after_any_history(steps in prop::collection::vec(any_step(), 1..25)) {
        let (mut both, mut center) = ([laptop(), laptop()], Center::new());
        let case = subject();
        both[0].write(vec![(case, opened(subject(), fields([])))]);
        for who in [0, 1] {
            center.exchange(&mut both[who], &[]);
        }
        let mut refused = [Vec::new(), Vec::new()];
        for step in steps {
            match step {
                Step::Edit(who, field, value) => {
                    both[who].write(vec![(case, edit(fields([(["/data/a", "/data/b"][field], json!(value))])))]);
                }
                Step::Exchange(who, seq) => {
                    let outgoing = both[who].ledger.outgoing().unwrap();
                    refused[who].extend(seq.filter(|seq| (outgoing.first_seq..=outgoing.last_seq).contains(seq)));
                    let held_back = refused[who].clone();
                    center.exchange(&mut both[who], &held_back);
                }
                Step::Release => {
                    for who in [0, 1] {
                        let own = both[who].own();
                        center.take(std::mem::take(&mut refused[who]).into_iter().map(|seq: u64| own[seq as usize - 1].clone()));
                    }
                }
            }
            for laptop in &both {
                prop_assert_eq!(laptop.findings(), []);
            }
        }
        for who in [0, 1, 0, 1] {
            let held_back = refused[who].clone();
            center.exchange(&mut both[who], &held_back);
        }
        let documents: Vec<Document> = both.iter().map(|laptop| laptop.document(case).unwrap()).collect();
        prop_assert_eq!(documents[0].to_bytes().unwrap(), documents[1].to_bytes().unwrap());
        prop_assert_eq!(both[0].ledger.pending_entries().unwrap(), 0);
        prop_assert_eq!(document_row::folded(both[1].ledger.entries(), case).unwrap().unwrap(), documents[1].clone());
    }
}
