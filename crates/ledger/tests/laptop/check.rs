//! What a start finds: a flipped bit in any page, a log that is damaged, and what is no damage.

use crate::bench::*;
use crate::repair::{flip, flip_bit, full, page_count};
use bangban_ledger::{Check, Ledger, Opened, check, repair};
use bangban_model::Code;
use std::fs;
use std::path::Path;

/// What opening answers: what was found, nothing where the ledger opened.
pub fn found(folder: &Path) -> Check {
    match Ledger::open_checked(folder, key()).unwrap() {
        Opened::Whole(_) => Check::default(),
        Opened::Damaged(check) => check,
    }
}

/// Every page in the long form; in the short one the first, the last, and every so many.
fn sample(count: u32) -> Vec<u32> {
    match std::env::var_os("BANGBAN_LONG") {
        Some(_) => (1..=count).collect(),
        None => (1..=count).filter(|page| [1, 2, count].contains(page) || page % 5 == 0).collect(),
    }
}

#[test]
fn a_bit_flipped_in_any_page_of_the_ledger_is_found() {
    let laptop = full();
    let folder = laptop.close();
    assert_eq!(found(folder.path()), Check::default(), "it is whole");
    let file = folder.path().join("ledger.db");
    let count = page_count(&file);
    assert!(count > 60, "{count} pages: trees of more than one page, indexes, chains of pages, free ones");
    for page in sample(count) {
        // Another place in each page, the vector and the HMAC behind its content too.
        let at = (page as usize * 509) % 4096;
        flip_bit(&file, page, at, page % 8);
        let told = found(folder.path());
        let places: Vec<&str> = told.findings.iter().map(|finding| finding.place.as_str()).collect();
        // A flipped bit of the salt, which the first page begins with, changes the key of every HMAC.
        if page != 1 || at >= 16 {
            assert_eq!(places, [format!("ledger.db/{page}")], "byte {at}");
        }
        assert!(!places.is_empty(), "page {page}, byte {at}");
        flip_bit(&file, page, at, page % 8);
    }
    for at in [0, 15, 16, 99, 100, 4015, 4016, 4032, 4095] {
        flip_bit(&file, 1, at, 3);
        assert!(!found(folder.path()).findings.is_empty(), "byte {at} of the first page");
        flip_bit(&file, 1, at, 3);
    }
    assert_eq!(found(folder.path()), Check::default());
}

/// What SQL does to a ledger while its pages stay whole, and what is found of it then.
fn found_within(harm: &str) -> Vec<&'static str> {
    let laptop = full();
    let agent = laptop.agent;
    let folder = laptop.close();
    let look = |ledger: &Ledger| {
        let mut looking = check::Looking::begin(ledger.folder(), ledger.data_key()).unwrap();
        while looking.go_on().unwrap() {}
        looking.findings()
    };
    let Opened::Whole(ledger) = Ledger::open_checked(folder.path(), key()).unwrap() else { panic!("whole") };
    assert_eq!(look(&ledger), []);
    ledger.entries().execute_batch(harm).unwrap();
    let findings = look(&ledger);
    drop(ledger);
    let Opened::Whole(ledger) = Ledger::open_checked(folder.path(), key()).unwrap() else {
        panic!("a page shows it")
    };
    assert_eq!(ledger.check_within().unwrap(), findings, "as well as while she works");
    drop(ledger);
    let own = key();
    let work = repair::Repair {
        folder: folder.path(),
        keys: &[&own],
        agent,
        found: &findings,
        at: later(2),
        program: "bangban test",
        watch: &|_, _| Ok(()),
    };
    repair::repair(&work, &mut repair::Nothing).unwrap().expect("it is damaged");
    let Opened::Whole(ledger) = Ledger::open_checked(folder.path(), key()).unwrap() else { panic!("{harm}") };
    assert_eq!(look(&ledger), [], "{harm}");
    findings.into_iter().map(|finding| finding.what).collect()
}

#[test]
fn what_no_page_shows_is_found_while_she_works_and_repaired() {
    let early = "WHERE seq = 3 AND incarnation IN (SELECT id FROM life)";
    assert_eq!(found_within(&format!("UPDATE entry SET kind = 'visit_recorded' {early}")), ["columns"]);
    let hash = format!("UPDATE entry SET header_hash = zeroblob(32) {early}");
    assert!(found_within(&hash).contains(&"header"));
    // The pages of an index that nothing names any more.
    let index =
        "PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE type = 'index' AND tbl_name = 'entry'
        AND sql IS NOT NULL; PRAGMA writable_schema = OFF";
    assert!(found_within(index).contains(&"order"));
}

#[test]
fn a_bit_flipped_in_any_page_of_the_photos_is_found() {
    let laptop = full();
    let file = laptop.folder.path().join("photos.db");
    let folder = laptop.close();
    let count = page_count(&file);
    assert!(count > 20, "{count}");
    let Opened::Whole(ledger) = Ledger::open_checked(folder.path(), key()).unwrap() else { panic!("whole") };
    assert!(Ledger::suspect_photo_pages(folder.path(), &key()).unwrap().is_empty());
    for page in sample(count).into_iter().filter(|page| *page > 1) {
        flip(&file, page);
        let suspected = Ledger::suspect_photo_pages(folder.path(), &key()).unwrap();
        assert_eq!(suspected, [page]);
        assert_eq!(ledger.confirm_photo_pages(&suspected).unwrap().len(), 1);
        flip(&file, page);
        assert_eq!(ledger.confirm_photo_pages(&suspected).unwrap(), [], "it was being written");
    }
    drop(ledger);
    flip(&file, 1);
    assert!(found(folder.path()).names("photos.db"), "the first page is looked at before anything is opened");
}

#[test]
fn a_file_that_was_cut_short_or_emptied_is_found() {
    let folder = full().close();
    let file = folder.path().join("ledger.db");
    let whole = fs::read(&file).unwrap();
    for length in [0, 100, 4096, whole.len() - 4096, whole.len() - 1] {
        fs::write(&file, &whole[..length]).unwrap();
        assert!(found(folder.path()).names("ledger.db"), "{length} bytes");
    }
    fs::write(&file, &whole).unwrap();
    assert_eq!(found(folder.path()), Check::default());
}

/// A ledger that was killed: its log holds what was saved last.
fn killed() -> (tempfile::TempDir, Vec<u8>, Vec<u8>) {
    // Opened anew its log is empty: whatever stands in it afterwards is of one round.
    let mut laptop = full().reopen();
    for round in 0..6 {
        laptop.write(vec![(subject(), resident(fields([("name", format!("周{round}").into())])))]);
    }
    let copy = tempfile::tempdir().unwrap();
    for name in ["ledger.db", "ledger.db-wal", "photos.db", "keys.json"] {
        fs::copy(laptop.folder.path().join(name), copy.path().join(name)).unwrap();
    }
    let log = fs::read(copy.path().join("ledger.db-wal")).unwrap();
    let file = fs::read(copy.path().join("ledger.db")).unwrap();
    assert!(log.len() > 10 * 4120, "{}", log.len());
    (copy, log, file)
}

#[test]
fn a_log_in_which_something_committed_is_damaged_is_found_before_it_is_thrown_away() {
    let (folder, log, file) = killed();
    let place = folder.path().join("ledger.db-wal");
    let put = |log: &[u8]| {
        fs::write(&place, log).unwrap();
        fs::write(folder.path().join("ledger.db"), &file).unwrap();
    };
    let frames = (log.len() - 32) / 4120;
    // A head, a frame's own words, its page, in an early one and in the middle.
    for at in [0, 9, 17, 20, 31, 32, 40, 50, 300, 32 + frames / 2 * 4120 + 5, 32 + frames / 2 * 4120 + 2000] {
        let mut bad = log.clone();
        bad[at] ^= 4;
        put(&bad);
        let told = found(folder.path());
        assert!(told.findings.iter().any(|finding| finding.what == "log"), "byte {at}: {told:?}");
        assert!(fs::read(&place).unwrap() == bad, "it stays as it was");
    }
    put(&log);
    assert_eq!(found(folder.path()), Check::default());
}

#[test]
fn a_log_that_a_power_cut_tore_is_no_damage() {
    let (folder, log, file) = killed();
    let place = folder.path().join("ledger.db-wal");
    let cuts = (1..log.len()).step_by(if std::env::var_os("BANGBAN_LONG").is_some() { 97 } else { 4999 });
    for cut in cuts {
        fs::write(&place, &log[..cut]).unwrap();
        fs::write(folder.path().join("ledger.db"), &file).unwrap();
        assert_eq!(found(folder.path()), Check::default(), "cut at {cut}");
    }
}

#[test]
fn damage_and_a_wrong_key_are_told_apart() {
    let folder = full().close();
    let file = folder.path().join("ledger.db");
    flip(&file, 1);
    let damaged = found(folder.path());
    assert_eq!(damaged.findings.len(), 1, "the other pages fit this key");
    assert_eq!(code(Ledger::open(folder.path(), key())), Some(Code::LedgerDamaged));
    flip(&file, 1);
    let other = bangban_keys::DataKey::from_bytes([1; 32]);
    let Opened::Damaged(told) = Ledger::open_checked(folder.path(), other).unwrap() else { panic!("opened") };
    assert_eq!(told.findings.len() as u32, page_count(&file) + 1, "no page of either file fits another key");
}

#[test]
fn an_entry_that_contradicts_the_chain_is_found_at_the_start() {
    let laptop = full();
    laptop.tamper("UPDATE entry SET header_hash = zeroblob(32) WHERE rowid = (SELECT max(rowid) FROM entry)");
    let folder = laptop.close();
    assert!(found(folder.path()).names("ledger.db"));
}
