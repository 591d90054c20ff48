//! A damaged ledger is set aside and built anew: what reads stays, and what is missing is said.

use crate::bench::*;
use crate::check::found;
use bangban_ledger::repair::{
    self, Foundation, Nothing, Repair, RepairReport, SavedEntry, SavedLife, Source,
};
use bangban_ledger::{Check, Draft, DraftId, Ledger, LedgerError};
use bangban_model::{Code, Digest, SubjectId};
use proptest::prelude::*;
use rusqlite::Connection;
use serde_json::Value;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use tempfile::TempDir;
use uuid::Uuid;

const PAGE: u64 = 4096;

pub fn page_count(file: &Path) -> u32 {
    (fs::metadata(file).unwrap().len() / PAGE) as u32
}

/// Flips a bit in the middle of a page; once more, and it is as it was.
pub fn flip(file: &Path, page: u32) {
    flip_bit(file, page, 2000, 5);
}

pub fn flip_bit(file: &Path, page: u32, at: usize, bit: u32) {
    let mut file = fs::File::options().read(true).write(true).open(file).unwrap();
    let place = SeekFrom::Start(u64::from(page - 1) * PAGE + at as u64);
    let mut byte = [0];
    file.seek(place).unwrap();
    file.read_exact(&mut byte).unwrap();
    file.seek(place).unwrap();
    file.write_all(&[byte[0] ^ 1 << bit]).unwrap();
}

/// A ledger with some of everything: 40 people, cases with long answers, photos, drafts, free pages; most of it received.
pub fn full() -> Laptop {
    let (mut laptop, mut center) = (laptop(), Center::new());
    let long = "长".repeat(3000);
    for at in 0..40 {
        let person = subject();
        laptop.write(vec![(person, resident(fields([("name", format!("周小琴{at}").into())])))]);
        let photo = laptop.ledger.put_photo(&vec![at as u8 + 1; 9000], clock()).unwrap();
        let field = photo_field(photo, 9000, None);
        let mut set = fields([("/data/reason", Value::from(if at % 4 == 0 { long.as_str() } else { "短" }))]);
        set.extend([field]);
        laptop.write(vec![(subject(), opened(person, set)), (subject(), resident(fields([])))]);
    }
    center.exchange(&mut laptop, &[]);
    let staff_note = subject();
    center.write(staff_note, None, resident(fields([("name", "李四".into())])));
    center.serve(&mut laptop);
    for at in 0..12 {
        let body = format!("{{\"at\":{at},\"text\":\"{}\"}}", "草".repeat(at * 200));
        let photo = laptop.ledger.put_photo(&vec![0xd0 + at as u8; 3000], clock()).unwrap();
        laptop.ledger.save_draft(DraftId(Uuid::now_v7()), subject(), &body, &[photo], clock()).unwrap();
    }
    // Some that waits.
    for at in 0..8 {
        laptop.write(vec![(
            subject(),
            resident(fields([("name", format!("吴{at}").into()), ("note", long.as_str().into())])),
        )]);
    }
    // Pages that are free again.
    let gone: Vec<DraftId> = (0..6).map(|_| DraftId(Uuid::now_v7())).collect();
    for id in &gone {
        laptop.ledger.save_draft(*id, subject(), &"x".repeat(12_000), &[], clock()).unwrap();
    }
    for id in gone {
        laptop.ledger.discard_draft(id).unwrap();
    }
    laptop
}

impl Laptop {
    /// Closes it; the folder stays.
    pub fn close(self) -> TempDir {
        let Laptop { ledger, folder, .. } = self;
        drop(ledger);
        folder
    }
}

/// What a ledger has of its own: every entry by id with its body, and drafts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    pub pending: BTreeSet<(Vec<u8>, Vec<u8>)>,
    pub received: BTreeSet<(Vec<u8>, Vec<u8>)>,
    pub drafts: BTreeSet<(Uuid, String)>,
}

pub fn own(entries: &Connection) -> Own {
    let read = |which: &str| {
        let sql = format!(
            "SELECT id, body FROM entry WHERE incarnation IN (SELECT id FROM life) AND body IS NOT NULL
             AND kind <> 'ledger_begun' AND {which}"
        );
        let mut statement = entries.prepare(&sql).unwrap();
        statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap()
    };
    let mut drafts = entries.prepare("SELECT id, body FROM draft").unwrap();
    let drafts = drafts.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    Own {
        pending: read("standing = 'pending'"),
        received: read("standing IN ('received', 'positioned')"),
        drafts: drafts.collect::<Result<_, _>>().unwrap(),
    }
}

pub fn repair_with(
    folder: &Path,
    agent: bangban_model::ids::AgentId,
    source: &mut dyn Source,
    watch: repair::Watch<'_>,
) -> Result<Option<RepairReport>, LedgerError> {
    let key = key();
    let work =
        Repair { folder, keys: &[&key], agent, found: &[], at: later(2), program: "bangban test", watch };
    repair::repair(&work, source)
}

fn repaired(folder: &Path, agent: bangban_model::ids::AgentId) -> RepairReport {
    repair_with(folder, agent, &mut Nothing, &|_, _| Ok(())).unwrap().expect("something is damaged")
}

/// The second copy of a ledger, as it stood at some moment.
pub struct Copied {
    foundation: Foundation,
    entries: Vec<SavedEntry>,
    drafts: Vec<Draft>,
    photos: Vec<Vec<u8>>,
}

impl Copied {
    pub fn of(laptop: &Laptop) -> Copied {
        let entries = laptop.ledger.entries();
        let reply = serde_json::to_string(laptop.ledger.enrolment().unwrap()).unwrap();
        let life = laptop.ledger.life().unwrap();
        let first = laptop.ledger.outgoing().unwrap();
        let saved = laptop.ledger.own_entries(first.first_seq, first.last_seq).unwrap();
        let drafts = laptop.ledger.drafts().unwrap();
        let photos = drafts.iter().flat_map(|draft| draft.photos.clone()).collect::<Vec<_>>();
        let _ = entries;
        Copied {
            foundation: Foundation {
                agents: laptop.ledger.agents().unwrap(),
                enrolment: Some((reply, clock().to_rfc3339())),
                lives: vec![SavedLife {
                    id: life.id,
                    begun_at: clock().to_rfc3339(),
                    signing: *life.signing.to_secret_bytes(),
                    opening: life.opening.to_secret_text().to_string(),
                    ancestor: None,
                    fork_seq: None,
                    presented_at: None,
                }],
            },
            entries: saved
                .into_iter()
                .map(|entry| SavedEntry {
                    entry,
                    standing: bangban_ledger::entry_row::EntryStanding::Pending,
                    reason: None,
                })
                .collect(),
            drafts,
            photos: photos
                .into_iter()
                .chain(laptop.ledger.pending_photos().unwrap().into_iter().map(|photo| photo.digest))
                .filter_map(|digest| laptop.ledger.photo(digest).unwrap())
                .collect(),
        }
    }
}

impl Source for Copied {
    fn foundation(&mut self) -> Result<Option<Foundation>, LedgerError> {
        Ok(Some(self.foundation.clone()))
    }
    fn entries(&mut self) -> Result<Vec<SavedEntry>, LedgerError> {
        Ok(self.entries.clone())
    }
    fn drafts(&mut self) -> Result<Vec<Draft>, LedgerError> {
        Ok(self.drafts.clone())
    }
    fn photo(&mut self, digest: Digest) -> Result<Option<Vec<u8>>, LedgerError> {
        Ok(self.photos.iter().find(|bytes| Digest::of(bytes) == digest).cloned())
    }
}

#[test]
fn a_ledger_that_is_whole_is_left_alone() {
    let laptop = full();
    let agent = laptop.agent;
    let folder = laptop.close();
    let before = fs::read(folder.path().join("ledger.db")).unwrap();
    assert_eq!(repair_with(folder.path(), agent, &mut Nothing, &|_, _| Ok(())).unwrap(), None);
    assert_eq!(fs::read(folder.path().join("ledger.db")).unwrap(), before);
}

#[test]
fn every_page_may_be_the_damaged_one_and_the_repaired_ledger_is_sound() {
    let laptop = full();
    let (agent, before) = (laptop.agent, own(laptop.ledger.entries()));
    let documents = laptop.dump().into_iter().filter(|line| line.starts_with("document")).count();
    let folder = laptop.close();
    let file = folder.path().join("ledger.db");
    let whole = fs::read(&file).unwrap();
    let count = page_count(&file);
    let every = if std::env::var_os("BANGBAN_LONG").is_some() { 1 } else { 11 };
    let (mut unharmed, mut looked_at) = (0, 0);
    for page in (1..=count).filter(|page| page % every == 1 % every) {
        looked_at += 1;
        fs::write(&file, &whole).unwrap();
        flip(&file, page);
        let report = repaired(folder.path(), agent);
        assert_eq!(found(folder.path()), Check::default(), "page {page}");
        let aside = folder.path().join(report.set_aside.as_deref().unwrap());
        let mut damaged = whole.clone();
        damaged[(page as usize - 1) * 4096 + 2000] ^= 1 << 5;
        assert!(fs::read(aside.join("ledger.db")).unwrap() == damaged, "what was damaged is kept as it was");
        let ledger = Ledger::open(folder.path(), key()).unwrap();
        let after = own(ledger.entries());
        let lost = before.pending.difference(&after.pending).count() as u64;
        assert!(
            lost <= report.own_entries.missing || report.may_be_more,
            "page {page}: {lost} of {report:?}"
        );
        assert!(lost <= 30, "page {page}: one page takes its own rows alone, not {lost}");
        let drafts = before.drafts.difference(&after.drafts).count() as u64;
        assert!(drafts <= report.drafts.missing || report.may_be_more, "page {page}: {drafts} drafts");
        unharmed += usize::from(lost == 0 && drafts == 0);
        if !report.must_enrol {
            let findings = ledger.verify(|_, _, _, _| true).unwrap().findings;
            assert_eq!(findings, [], "page {page}: {report:?}");
        }
        fs::remove_dir_all(&aside).unwrap();
    }
    assert!(
        unharmed * 10 >= looked_at * 7,
        "most pages cost nothing that is nowhere else: {unharmed} of {looked_at}"
    );
    assert!(documents > 80);
}

#[test]
fn what_the_second_copy_has_is_never_lost_whatever_pages_are_damaged() {
    let laptop = full();
    let (agent, before, mut copy) = (laptop.agent, own(laptop.ledger.entries()), Copied::of(&laptop));
    let folder = laptop.close();
    let file = folder.path().join("ledger.db");
    let whole = fs::read(&file).unwrap();
    let count = page_count(&file);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: if std::env::var_os("BANGBAN_LONG").is_some() { 200 } else { 12 },
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let pages = prop::collection::btree_set(1..=count, 1..12);
    let copy = std::cell::RefCell::new(&mut copy);
    runner
        .run(&pages, |pages| {
            fs::write(&file, &whole).unwrap();
            pages.iter().for_each(|page| flip(&file, *page));
            let report =
                repair_with(folder.path(), agent, *copy.borrow_mut(), &|_, _| Ok(())).unwrap().unwrap();
            let ledger = Ledger::open(folder.path(), key()).unwrap();
            let after = own(ledger.entries());
            prop_assert!(
                before.pending.is_subset(&after.pending),
                "an entry that waited is gone: {report:?}"
            );
            prop_assert!(before.drafts.is_subset(&after.drafts), "a draft is gone: {report:?}");
            prop_assert_eq!(ledger.verify(|_, _, _, _| true).unwrap().findings, vec![]);
            prop_assert!(!report.must_enrol, "{report:?}");
            // What no receipt here covers any more, and no copy has, may be at the center: it is missing until that has spoken.
            let to_come = before.received.difference(&after.received).count() as u64;
            prop_assert!(report.own_entries.missing <= to_come, "{report:?}");
            prop_assert_eq!(report.drafts.missing, 0, "{:?}", report);
            drop(ledger);
            fs::remove_dir_all(folder.path().join(report.set_aside.unwrap())).unwrap();
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_repair_that_is_cut_short_at_any_step_is_made_again_and_loses_nothing() {
    let laptop = full();
    let (agent, before, mut copy) = (laptop.agent, own(laptop.ledger.entries()), Copied::of(&laptop));
    let folder = laptop.close();
    let file = folder.path().join("ledger.db");
    let whole = fs::read(&file).unwrap();
    for stop in 0..9 {
        fs::write(&file, &whole).unwrap();
        flip(&file, 1);
        flip(&file, page_count(&file) / 2);
        let told = Cell::new(0);
        let watch = |_, _| {
            told.set(told.get() + 1);
            if told.get() == stop + 1 { Err(LedgerError::Coded(Code::Cancelled)) } else { Ok(()) }
        };
        let cut = repair_with(folder.path(), agent, &mut copy, &watch);
        assert_eq!(cut.is_err(), stop < 8, "step {stop}");
        // Whatever stands there now: nobody makes a new ledger over it, and the next start repairs or opens.
        assert!(bangban_ledger::laptop::is_there(folder.path()));
        let made = Ledger::create(folder.path(), key(), &slots(), agent, "余老师");
        assert_eq!(code(made), Some(Code::LedgerExists));
        if !found(folder.path()).findings.is_empty() {
            repair_with(folder.path(), agent, &mut copy, &|_, _| Ok(())).unwrap().unwrap();
        }
        assert_eq!(found(folder.path()), Check::default());
        let ledger = Ledger::open(folder.path(), key()).unwrap();
        let after = own(ledger.entries());
        assert!(before.pending.is_subset(&after.pending) && before.drafts.is_subset(&after.drafts));
        assert!(RepairReport::read(folder.path()).unwrap().is_some());
        drop(ledger);
        let leftovers: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|one| one.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| name.contains(".repair") && !name.ends_with(".json"))
            .collect();
        assert_eq!(leftovers, Vec::<String>::new());
    }
}

#[test]
fn damaged_photos_are_set_aside_those_that_read_are_kept_and_the_others_named() {
    let laptop = full();
    let (agent, mut copy) = (laptop.agent, Copied::of(&laptop));
    let drafted: Vec<Digest> =
        laptop.ledger.drafts().unwrap().into_iter().flat_map(|draft| draft.photos).collect();
    let folder = laptop.close();
    let file = folder.path().join("photos.db");
    let whole = fs::read(&file).unwrap();
    let mut missed = 0;
    for page in (1..=page_count(&file)).step_by(3) {
        fs::write(&file, &whole).unwrap();
        flip(&file, page);
        let report = repaired(folder.path(), agent);
        let ledger = Ledger::open(folder.path(), key()).unwrap();
        let gone = drafted.iter().filter(|digest| ledger.photo(**digest).unwrap().is_none()).count() as u64;
        let pending =
            ledger.photos_gone(ledger.pending_photos().unwrap().into_iter().map(|one| one.digest)).unwrap();
        assert_eq!(report.photos.missing, gone + pending.len() as u64, "page {page}: {report:?}");
        assert!(gone <= 12, "page {page}");
        missed += report.photos.missing;
        drop(ledger);
        // The second copy has them all.
        fs::write(&file, &whole).unwrap();
        flip(&file, page);
        let report = repair_with(folder.path(), agent, &mut copy, &|_, _| Ok(())).unwrap().unwrap();
        assert_eq!(report.photos.missing, 0, "page {page}");
        let ledger = Ledger::open(folder.path(), key()).unwrap();
        assert!(drafted.iter().all(|digest| ledger.photo(*digest).unwrap().is_some()));
    }
    assert!(missed > 0, "some page held one");
}

#[test]
fn e2_where_the_life_does_not_read_and_no_copy_has_it_what_waited_is_written_again_after_a_new_enrolment() {
    let laptop = full();
    let (agent, before) = (laptop.agent, own(laptop.ledger.entries()));
    let old = laptop.life();
    let root: i64 = laptop
        .ledger
        .entries()
        .query_row("SELECT rootpage FROM sqlite_master WHERE name = 'life'", [], |row| row.get(0))
        .unwrap();
    let folder = laptop.close();
    flip(&folder.path().join("ledger.db"), root as u32);
    let report = repaired(folder.path(), agent);
    assert!(report.must_enrol, "{report:?}");
    let mut ledger = Ledger::open(folder.path(), key()).unwrap();
    assert_eq!(code(ledger.enrolment()), Some(Code::NotEnrolled));
    ledger.enrol(enrolment(), new_life(), later(3)).unwrap();
    let after = own(ledger.entries());
    assert_ne!(ledger.life().unwrap().id, old);
    assert!(before.pending.is_subset(&after.pending), "all that no receipt covers is the new life's");
    assert_eq!(ledger.outgoing().unwrap().first_seq, 1);
    assert_eq!(ledger.verify(|_, _, _, _| true).unwrap().findings, []);
}

#[test]
fn a_life_of_which_every_entry_reads_goes_on() {
    let laptop = full();
    let (agent, life, before) = (laptop.agent, laptop.life(), own(laptop.ledger.entries()));
    let root: i64 = laptop
        .ledger
        .entries()
        .query_row("SELECT rootpage FROM sqlite_master WHERE name = 'person_by_number'", [], |row| row.get(0))
        .unwrap();
    let folder = laptop.close();
    flip(&folder.path().join("ledger.db"), root as u32);
    let report = repaired(folder.path(), agent);
    let ledger = Ledger::open(folder.path(), key()).unwrap();
    assert_eq!((ledger.life().unwrap().id, report.new_life, report.awaits_center), (life, false, false));
    assert_eq!(own(ledger.entries()), before);
    assert!(!report.misses() && !report.may_be_more, "{report:?}");
}

#[test]
fn a_ledger_before_its_enrolment_is_repaired_with_its_drafts() {
    let mut laptop = not_enrolled();
    for at in 0..30 {
        let body = format!("{{\"text\":\"{}\"}}", "草".repeat(at * 50));
        laptop
            .ledger
            .save_draft(DraftId(Uuid::now_v7()), SubjectId(Uuid::now_v7()), &body, &[], clock())
            .unwrap();
    }
    let (agent, before) = (laptop.agent, own(laptop.ledger.entries()));
    let folder = laptop.close();
    flip(&folder.path().join("ledger.db"), 1);
    let report = repaired(folder.path(), agent);
    let ledger = Ledger::open(folder.path(), key()).unwrap();
    assert_eq!(own(ledger.entries()).drafts, before.drafts, "the first page holds no row of theirs");
    assert!(!report.must_enrol && !report.new_life);
    assert_eq!(ledger.agents().unwrap(), [(agent, "张三丰".to_owned())]);
}

#[test]
fn a_report_of_a_newer_program_is_refused_politely() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("repair-report.json"), r#"{"version":2,"what":"ever"}"#).unwrap();
    assert_eq!(code(RepairReport::read(folder.path())), Some(Code::NewerFormat));
}

#[test]
fn a_damaged_ledger_of_a_newer_program_is_left_alone() {
    let laptop = full();
    laptop.tamper("INSERT INTO migration (name) VALUES ('ledger/999_later')");
    let agent = laptop.agent;
    let folder = laptop.close();
    let file = folder.path().join("ledger.db");
    flip(&file, page_count(&file));
    let before = fs::read(&file).unwrap();
    let refused = repair_with(folder.path(), agent, &mut Nothing, &|_, _| Ok(()));
    assert_eq!(code(refused), Some(Code::NewerFormat));
    assert!(fs::read(&file).unwrap() == before);
}
