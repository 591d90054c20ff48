//! Opening: the right key, one program at a time, nothing readable on the disk, nothing half made.

use crate::bench::*;
use bangban_keys::DataKey;
use bangban_ledger::{DraftId, Ledger, LedgerError, case_list, database, document_row, due_row};
use bangban_model::body::Recorded;
use bangban_model::document::FOLD_VERSION;
use bangban_model::ids::AgentId;
use bangban_model::{Body, Code, SubjectId};
use serde_json::json;
use std::fs;
use std::path::Path;
use std::process::Command;
use uuid::Uuid;

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap())
        .map(|file| (file.file_name().to_string_lossy().into_owned(), fs::read(file.path()).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn k1_a_wrong_key_does_not_open_and_changes_nothing() {
    let Laptop { ledger, folder, .. } = laptop();
    drop(ledger);
    let before = files(folder.path());
    let mut wrong = KEY;
    wrong[31] ^= 1;
    let opened = Ledger::open(folder.path(), DataKey::from_bytes(wrong));
    assert!(matches!(opened, Err(LedgerError::Damaged(_))));
    assert_eq!(files(folder.path()), before);
    Ledger::open(folder.path(), key()).unwrap();
}

#[test]
fn only_one_program_at_a_time_has_a_ledger() {
    let laptop = laptop();
    assert_eq!(code(Ledger::open(laptop.folder.path(), key())), Some(Code::LedgerInUse));
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "open::child_finds_the_ledger_in_use", "--ignored"])
        .env("LEDGER_IN_USE", laptop.folder.path())
        .output()
        .unwrap();
    assert!(child.status.success(), "another process: {}", String::from_utf8_lossy(&child.stdout));
    let folder = laptop.folder;
    drop(laptop.ledger);
    Ledger::open(folder.path(), key()).unwrap();
}

/// Runs in a process of its own.
#[test]
#[ignore = "run by the test above"]
fn child_finds_the_ledger_in_use() {
    let Ok(folder) = std::env::var("LEDGER_IN_USE") else { return };
    assert_eq!(code(Ledger::open(Path::new(&folder), key())), Some(Code::LedgerInUse));
}

#[test]
fn nothing_that_was_written_can_be_read_on_the_disk() {
    const NAME: &str = "欧阳金丝雀";
    const LATIN: &str = "CANARY-QZX-1948";
    let mut laptop = laptop();
    let text = format!("{NAME} {LATIN}");
    let photo = laptop.ledger.put_photo(text.repeat(50).as_bytes(), clock()).unwrap();
    let (path, field) = photo_field(photo, 10, None);
    let person = subject();
    laptop.write(vec![(person, resident(fields([("name", json!(NAME)), ("note", json!(text))])))]);
    laptop.write(vec![(subject(), opened(person, fields([("/data/who", json!(text)), (&path, field)])))]);
    laptop.ledger.save_draft(DraftId(Uuid::now_v7()), subject(), &text, &[], clock()).unwrap();
    let gone = DraftId(Uuid::now_v7());
    laptop.ledger.save_draft(gone, subject(), &text, &[], clock()).unwrap();
    laptop.ledger.discard_draft(gone).unwrap();

    let patterns: Vec<Vec<u8>> = [NAME, LATIN, "OUYANG", "ouyangjinsique", "张三丰"]
        .iter()
        .flat_map(|word| {
            let wide: Vec<u16> = word.encode_utf16().collect();
            [
                word.as_bytes().to_vec(),
                wide.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
                wide.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
            ]
        })
        .collect();
    let found = |bytes: &[u8]| {
        patterns.iter().any(|pattern| bytes.windows(pattern.len()).any(|window| window == pattern))
    };
    assert!(found(text.as_bytes()), "the search itself finds it");
    let open = files(laptop.folder.path());
    assert!(
        open.iter().any(|(name, bytes)| name == "ledger.db-wal" && bytes.len() > 10_000),
        "the log is looked at too"
    );
    assert!(open.iter().any(|(name, bytes)| name == "photos.db-wal" && !bytes.is_empty()));
    let folder = laptop.folder;
    drop(laptop.ledger);
    for (name, bytes) in open.into_iter().chain(files(folder.path())) {
        assert!(!found(&bytes), "{name} shows what was written");
        assert!(!bytes.starts_with(b"SQLite format 3"), "{name} is not encrypted");
    }
}

#[test]
fn where_a_ledger_stands_none_is_made_and_where_none_stands_none_is_opened() {
    let Laptop { ledger, folder, .. } = laptop();
    let agent = AgentId(Uuid::now_v7());
    drop(ledger);
    let before = files(folder.path());
    let made = Ledger::create(folder.path(), key(), &slots(), agent, "李四");
    assert_eq!(code(made), Some(Code::LedgerExists));
    assert_eq!(files(folder.path()), before);
    // The slots alone were lost: the databases are not touched, and not taken for an empty folder.
    for slots in ["keys.json", "keys.json.bak"] {
        fs::remove_file(folder.path().join(slots)).unwrap();
    }
    assert_eq!(code(Ledger::create(folder.path(), key(), &slots(), agent, "李四")), Some(Code::LedgerExists));
    assert_eq!(code(Ledger::open(folder.path(), key())), Some(Code::LedgerMissing));
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(code(Ledger::open(empty.path(), key())), Some(Code::LedgerMissing));
    assert_eq!(code(Ledger::open(&empty.path().join("nowhere"), key())), Some(Code::LedgerMissing));
    assert!(files(empty.path()).is_empty());
}

#[test]
fn a_ledger_that_was_being_made_when_the_power_failed_can_be_made_again() {
    let finished = not_enrolled();
    let folder = finished.folder;
    drop(finished.ledger);
    let whole: Vec<_> = files(folder.path());
    let agent = AgentId(Uuid::now_v7());
    // Every set of files that making a ledger can leave behind, in the order in which it makes them.
    for left in [vec![], vec!["ledger.lock"], vec!["ledger.lock", "keys.json"]] {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in whole.iter().filter(|(name, _)| left.contains(&name.as_str())) {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        if left.contains(&"keys.json") {
            fs::write(folder.path().join("ledger.db.new"), b"half a database").unwrap();
            fs::write(folder.path().join("ledger.db.new-wal"), b"half a log").unwrap();
        }
        assert_eq!(code(Ledger::open(folder.path(), key())), Some(Code::LedgerMissing), "{left:?}");
        let ledger = Ledger::create(folder.path(), key(), &slots(), agent, "李四").unwrap();
        assert_eq!(ledger.agents().unwrap(), [(agent, "李四".to_owned())], "{left:?}");
        drop(ledger);
        Ledger::open(folder.path(), key()).unwrap();
    }
    // Only photos.db was still to come: then the ledger stands already.
    fs::remove_file(folder.path().join("photos.db")).unwrap();
    assert_eq!(Ledger::open(folder.path(), key()).unwrap().agents().unwrap().len(), 1);
}

#[test]
fn a_file_of_a_newer_program_is_refused_untouched() {
    let laptop = laptop();
    laptop.tamper("INSERT INTO migration (name) VALUES ('ledger/999_future')");
    let folder = laptop.folder;
    drop(laptop.ledger);
    assert_eq!(code(Ledger::open(folder.path(), key())), Some(Code::NewerFormat));
}

#[test]
fn photos_and_slots_of_a_newer_program_are_refused_untouched() {
    let folder = laptop().close();
    let photos = folder.path().join("photos.db");
    let opened =
        bangban_ledger::database::open(&photos, &key(), &[bangban_ledger::database::PHOTOS]).unwrap();
    opened.execute("INSERT INTO migration (name) VALUES ('ledger/photos_future')", []).unwrap();
    drop(opened);
    assert_eq!(code(Ledger::open(folder.path(), key())), Some(Code::NewerFormat));
    // The twin is not asked: what it says may be out of date.
    let slots = folder.path().join("keys.json");
    let text = fs::read_to_string(&slots)
        .unwrap()
        .replace("\"version\": 2", "\"version\": 9")
        .replace("\"version\":2", "\"version\":9");
    fs::write(&slots, &text).unwrap();
    assert_eq!(code(bangban_ledger::slots::read(folder.path())), Some(Code::NewerFormat));
    assert_eq!(fs::read_to_string(&slots).unwrap(), text);
}

#[test]
fn slots_that_are_damaged_or_gone_are_read_from_their_twin_and_written_anew() {
    use bangban_ledger::{repair, slots};
    let folder = laptop().close();
    let (file, twin) = (slots::path(folder.path()), slots::twin(folder.path()));
    let whole = fs::read(&file).unwrap();
    assert_eq!(fs::read(&twin).unwrap(), whole);
    assert_eq!(slots::damaged(folder.path()), None);
    for (hurt, named) in [(&file, "keys.json"), (&twin, "keys.json.bak")] {
        for at in (0..whole.len()).step_by(97) {
            let mut bad = whole.clone();
            bad[at] ^= 1;
            fs::write(hurt, &bad).unwrap();
            let read = match slots::read(folder.path()) {
                Ok(read) => read,
                // A flipped version number is that of a newer program: it is not ours to say that it is damage.
                Err(problem) => {
                    assert_eq!(problem.code(), Code::NewerFormat);
                    continue;
                }
            };
            assert_eq!(slots::damaged(folder.path()), Some(named), "byte {at}");
            repair::keep_slots(folder.path(), &read, clock()).unwrap();
            assert_eq!((fs::read(&file).unwrap(), fs::read(&twin).unwrap()), (whole.clone(), whole.clone()));
        }
        fs::write(hurt, &whole).unwrap();
        fs::remove_file(hurt).unwrap();
        let read = slots::read(folder.path()).unwrap();
        repair::keep_slots(folder.path(), &read, clock()).unwrap();
        assert_eq!(slots::damaged(folder.path()), None);
    }
    let kept = fs::read_dir(folder.path())
        .unwrap()
        .filter(|one| one.as_ref().unwrap().file_name().to_string_lossy().starts_with("damaged-"));
    assert!(kept.count() > 4, "what was damaged is kept");
}

#[test]
fn f5_documents_of_another_fold_version_are_folded_again_at_the_next_opening() {
    let mut laptop = laptop();
    let (person, case) = (subject(), subject());
    laptop.write(vec![(person, resident(fields([("name", json!("周芷若"))])))]);
    laptop.write(vec![(case, opened(person, fields([])))]);
    laptop.write(vec![(case, submit())]);
    let right = laptop.document(case);
    let before = laptop.dump();
    // An older program kept another shape, other list columns and other keys.
    laptop.tamper(&format!(
        "UPDATE document SET fold_version = {}, stage = 'open', body = CAST('{{\"old\":1}}' AS BLOB);
         UPDATE person SET keys = 'none';
         PRAGMA user_version = 0;",
        FOLD_VERSION - 1
    ));
    assert_eq!(laptop.document(case), right, "even before that, nobody is shown the old one");
    let laptop = laptop.reopen();
    assert_eq!(laptop.dump(), before);
    assert_eq!(
        document_row::list(laptop.ledger.entries(), bangban_model::SubjectKind::Case, None, 9).unwrap().len(),
        1
    );
}

#[test]
fn a_ledger_is_enrolled_once_and_its_life_begins_with_its_agents() {
    let mut laptop = laptop();
    assert_eq!(code(laptop.ledger.enrol(enrolment(), new_life(), clock())), Some(Code::AlreadyEnrolled));
    let kinds: Vec<String> = laptop.own().into_iter().map(|entry| entry.header.kind).collect();
    assert_eq!(kinds, ["ledger_begun", "agent_added"]);
    let author = laptop.author();
    laptop.ledger.add_agent(AgentId(Uuid::now_v7()), "李四", author).unwrap();
    let laptop = laptop.reopen();
    assert_eq!(laptop.own().len(), 3);
    assert_eq!(laptop.ledger.agents().unwrap().len(), 2);
    assert_eq!(laptop.ledger.enrolment().unwrap().villages, enrolment().villages);
    assert_eq!(laptop.findings(), []);
}

#[test]
fn a_further_connection_does_not_wait_for_whoever_writes() {
    let folder = tempfile::tempdir().unwrap();
    let (path, steps) = (folder.path().join("a.db"), [database::ENTRIES, database::FORM]);
    let writer = database::open(&path, &key(), &steps).unwrap();
    writer.execute_batch("BEGIN IMMEDIATE; UPDATE form SET item = 'X'").unwrap();
    let reader = database::open(&path, &key(), &steps).unwrap();
    let forms: i64 = reader.query_row("SELECT count(*) FROM form", [], |row| row.get(0)).unwrap();
    assert_eq!(forms, 0);
}

#[test]
fn needs_that_were_recorded_before_they_had_a_list_are_on_it_after_the_upgrade() {
    let mut laptop = laptop();
    let visit = subject();
    let said = fields([("household", json!(subject())), ("need", json!("想要护理床"))]);
    laptop.write(vec![(visit, Body::VisitRecorded(Recorded { set: said }))]);
    let listed = |ledger: &Ledger| due_row::open_until(ledger.entries(), "need", None, 9).unwrap();
    assert_eq!(listed(&laptop.ledger), [visit]);
    // As the program before left it.
    let before = "DELETE FROM due_day; DROP INDEX due_day_of_needs; DELETE FROM migration WHERE name = 'ledger/018_need'";
    laptop.ledger.entries().execute_batch(before).unwrap();
    let folder = laptop.folder;
    drop(laptop.ledger);
    let ledger = Ledger::open(folder.path(), key()).unwrap();
    assert_eq!(listed(&ledger), [visit]);
}

#[test]
fn visits_that_were_recorded_before_they_had_a_day_have_it_after_the_upgrade() {
    let mut laptop = laptop();
    let (visit, begun, further) = (subject(), subject(), subject());
    let house = subject();
    let at = ("started_at", json!("2026-12-01T20:00:00+08:00"));
    let household = ("household", json!(house));
    let mut write = |one, more: Vec<(&'static str, serde_json::Value)>| {
        let set = more.into_iter().chain([at.clone(), household.clone()]);
        let set = set.map(|(path, value)| (path.to_owned(), value)).collect();
        laptop.write(vec![(one, Body::VisitRecorded(Recorded { set }))]);
    };
    write(visit, vec![("result", json!("met")), ("visited_on", json!("2026-11-30"))]);
    write(begun, vec![]);
    write(further, vec![("need", json!("想要护理床")), ("part_of", json!(visit))]);
    let days = |ledger: &Ledger| -> Vec<(SubjectId, Option<String>)> {
        let sql = "SELECT subject, day FROM document WHERE kind = 'visit' ORDER BY subject";
        let mut rows = ledger.entries().prepare(sql).unwrap();
        rows.query_map([], |row| Ok((SubjectId(row.get(0)?), row.get(1)?)))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    };
    let right = days(&laptop.ledger);
    let day = |one| right.iter().find(|(subject, _)| *subject == one).unwrap().1.as_deref();
    assert_eq!((day(visit), day(begun), day(further)), (Some("2026-11-30"), None, None));
    assert_eq!(case_list::count_visits(laptop.ledger.entries()).unwrap(), 1);
    // As the program before left it.
    let before = "UPDATE document SET day = NULL WHERE kind = 'visit'; DROP INDEX visit_by_household;
        DELETE FROM migration WHERE name = 'ledger/022_visit_day'";
    laptop.ledger.entries().execute_batch(before).unwrap();
    let folder = laptop.folder;
    drop(laptop.ledger);
    let ledger = Ledger::open(folder.path(), key()).unwrap();
    assert_eq!(days(&ledger), right);
    assert_eq!(case_list::visits_to(ledger.entries(), house).unwrap().len(), 1);
}
