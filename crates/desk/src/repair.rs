//! A damaged ledger: said at the sign-in, set aside and built anew when she asks for it, and told what came of it.

use crate::desk::Desk;
use crate::enrol::PROGRAM;
use crate::error::DeskError;
use crate::job::Job;
use crate::second_copy;
use crate::sign_in::Door;
use bangban_keys::{DataKey, SlotFile};
use bangban_ledger::check::{self, Looking};
use bangban_ledger::repair::{CopySource, Nothing, Origins, Repair, RepairReport, Source};
use bangban_ledger::rotation::Keys;
use bangban_ledger::{Check, Ledger, LedgerError, Opened, repair, slots};
use bangban_model::Code;
use chrono::{DateTime, FixedOffset};
use serde::Serialize;
use std::path::Path;
use std::sync::{OnceLock, Weak};
use ts_rs::TS;

/// What a repair did, as a screen shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "RepairReport")]
pub struct RepairView {
    /// When, by the laptop's raw clock.
    pub at: String,
    /// Whether she has read it.
    pub seen: bool,
    /// The folder with what was damaged, within the ledger's.
    pub set_aside: Option<String>,
    /// Damaged pages of the ledger.
    pub ledger_pages: u64,
    /// Damaged pages of the pictures' file.
    pub photo_pages: u64,
    /// What was saved last may be missing without a trace.
    pub log_damaged: bool,
    /// What is there, by kind: own and others' entries, drafts, photos, forms.
    pub kinds: Vec<RepairedKind>,
    /// Entries of this laptop that are nowhere, at most 500.
    pub missing_entries: Vec<MissingEntryView>,
    /// More may be missing than is counted.
    pub may_be_more: bool,
    /// The ledger goes on as a new life.
    pub new_life: bool,
    /// This laptop has to be enrolled again.
    pub must_enrol: bool,
    /// The next exchange with the center brings more.
    pub awaits_center: bool,
}

/// One kind of thing and where it came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct RepairedKind {
    /// `own_entries`, `others_entries`, `drafts`, `photos`, `forms`, `other_rows`.
    #[ts(type = "'own_entries' | 'others_entries' | 'drafts' | 'photos' | 'forms' | 'other_rows'")]
    pub kind: &'static str,
    /// Read from the damaged file.
    pub from_file: u64,
    /// From the second copy.
    pub from_copy: u64,
    /// At the center.
    pub at_center: u64,
    /// Nowhere.
    pub missing: u64,
}

/// An entry that is nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "MissingEntry")]
pub struct MissingEntryView {
    /// resident, household, visit, case, device; '' where that is not known.
    pub subject_kind: String,
    /// When it was written (UTC); '' where that is not known.
    pub at: String,
}

/// How the ledger's files are, as far as is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
pub struct LedgerHealth {
    /// Damaged pages of the pictures' file; none while they are being looked at.
    pub damaged_photo_pages: Option<u64>,
    /// Places within the ledger that do not fit though its pages are whole; none while they are being looked at.
    pub damaged_within: Option<u64>,
}

fn view(report: RepairReport) -> RepairView {
    let kind = |kind, origins: Origins| RepairedKind {
        kind,
        from_file: origins.from_file,
        from_copy: origins.from_copy,
        at_center: origins.at_center,
        missing: origins.missing,
    };
    let missing = report.missing_entries.into_iter();
    RepairView {
        at: report.at,
        seen: report.seen,
        set_aside: report.set_aside,
        ledger_pages: report.ledger_pages,
        photo_pages: report.photo_pages,
        log_damaged: report.log_damaged,
        kinds: vec![
            kind("own_entries", report.own_entries),
            kind("others_entries", report.others_entries),
            kind("drafts", report.drafts),
            kind("photos", report.photos),
            kind("forms", report.forms),
            kind("other_rows", report.other_rows),
        ],
        missing_entries: missing
            .map(|entry| MissingEntryView { subject_kind: entry.subject_kind, at: entry.at })
            .collect(),
        may_be_more: report.may_be_more,
        new_life: report.new_life,
        must_enrol: report.must_enrol,
        awaits_center: report.awaits_center,
    }
}

/// What the sign-in answers where something is damaged.
pub(crate) fn damaged(check: &Check) -> DeskError {
    let pages = check.findings.iter().filter(|finding| finding.what == "page").count();
    DeskError::new(Code::LedgerDamaged).with("pages", pages as u64).with("repair", true)
}

/// Looks at every page of the ledger, the pictures too. Nothing is changed.
pub fn check_ledger(door: &Door, pin: &str) -> Result<Check, DeskError> {
    let (folder, key) = (&door.folder, door.open_own_slots(pin)?);
    let mut check = check::look_through(folder, &key.keys.all())?;
    if check.findings.is_empty() {
        check.findings.extend(match Ledger::open_checked(folder, key.keys)? {
            Opened::Damaged(found) => found.findings,
            Opened::Whole(ledger) => ledger.check_within()?,
        });
    }
    Ok(check)
}

/// Sets aside what is damaged and builds it anew, from what reads and, later, from the center. None where nothing is damaged.
///
/// # Errors
/// `WrongPin`, `LedgerInUse`, `NewerFormat`, `DiskFull`, `Cancelled`. Everything then stands as it was.
pub fn repair_ledger(door: &Door, pin: &str, job: &Job) -> Result<Option<RepairView>, DeskError> {
    repair_from(door, pin, job, &mut Nothing)
}

/// The same with the second copy in a place: what does not read any more is taken from there.
pub fn repair_with_copy(
    door: &Door,
    pin: &str,
    place: &Path,
    job: &Job,
) -> Result<Option<RepairView>, DeskError> {
    let copy = second_copy::the_copy(place)?;
    let key = door.open_own_slots(pin)?;
    // A copy that was not written since the data key changed opens with its own slots.
    let own = |keys: Keys| CopySource::read(&copy, keys.data_key, keys.previous);
    let mut source = match own(key.keys) {
        Ok(source) if !source.is_empty() => source,
        _ => {
            let opened = door.open_slots(&bangban_ledger::second_copy::slots_of(&copy)?, pin)?;
            own(Keys { data_key: opened.data_key, previous: opened.previous })?
        }
    };
    repair_from(door, pin, job, &mut source)
}

/// The same with a second copy, or another place that keeps a ledger's own work.
pub fn repair_from(
    door: &Door,
    pin: &str,
    job: &Job,
    source: &mut dyn Source,
) -> Result<Option<RepairView>, DeskError> {
    let (folder, clock) = (&*door.folder, &*door.clock);
    let key = door.open_own_slots(pin)?;
    let keys = key.keys.all();
    // Damage that no page shows: what SQLite and the chains say.
    let found = match Ledger::open_checked(folder, key.keys.copied()) {
        Ok(Opened::Damaged(check)) => check.findings,
        Ok(Opened::Whole(ledger)) => ledger.check_within()?,
        // Every page may be whole, and yet it does not open.
        Err(problem) if problem.code() == Code::LedgerDamaged => {
            match check::look_through(folder, &keys)?.findings.is_empty() {
                true => vec![check::disorder()],
                false => Vec::new(),
            }
        }
        Err(LedgerError::Damaged(_) | LedgerError::Database(_)) => Vec::new(),
        Err(problem) => return Err(problem.into()),
    };
    let watch = |done, total| job.step(done, total).map_err(|_| LedgerError::Coded(Code::Cancelled));
    let work = Repair {
        folder,
        keys: &keys,
        agent: key.agent,
        found: &found,
        at: clock.now(),
        program: PROGRAM,
        watch: &watch,
    };
    let report = repair::repair(&work, source)?;
    keep_slots(folder, &key.slots, clock.now());
    if let Some(report) = &report {
        tracing::warn!(
            ledger_pages = report.ledger_pages,
            photo_pages = report.photo_pages,
            missing = report.own_entries.missing,
            "a damaged ledger was set aside and built anew"
        );
    }
    Ok(report.map(view))
}

/// What the last repair did, if there was one.
pub fn report(folder: &Path) -> Result<Option<RepairView>, DeskError> {
    Ok(RepairReport::read(folder)?.map(view))
}

/// Somebody has read it.
pub fn set_seen(folder: &Path) -> Result<(), DeskError> {
    if let Some(mut report) = RepairReport::read(folder)? {
        report.seen = true;
        report.write(folder)?;
    }
    Ok(())
}

/// A slot file that is damaged or lacks its twin is written anew from the one that reads. What hinders that hinders nobody.
pub(crate) fn keep_slots(folder: &Path, read: &SlotFile, at: DateTime<FixedOffset>) {
    if slots::damaged(folder).is_none() {
        return;
    }
    match repair::keep_slots(folder, read, at) {
        Ok(()) => tracing::info!("the slots were written anew from the file that reads"),
        Err(problem) => tracing::warn!(code = problem.code().as_str(), "the slots stay as they are"),
    }
}

/// How the ledger's files are, as far as is known.
pub fn health(desk: &Desk) -> LedgerHealth {
    LedgerHealth {
        damaged_photo_pages: desk.damaged_photo_pages.get().copied(),
        damaged_within: desk.damaged_within.get().copied(),
    }
}

/// Looks at every page of the pictures' file, while the ledger is worked on. Whether something is damaged.
pub(crate) fn look_at_photos(desk: &Weak<Desk>) -> bool {
    note(desk, "the pictures", damaged_pages(desk), |desk| &desk.damaged_photo_pages)
}

/// Looks at what no page of the ledger shows, while it is worked on. Whether something is damaged.
pub(crate) fn look_within(desk: &Weak<Desk>) -> bool {
    note(desk, "the ledger", places_within(desk), |desk| &desk.damaged_within)
}

/// Keeps what a look found; none where she signed out meanwhile: the next start looks.
fn note(
    desk: &Weak<Desk>,
    what: &str,
    found: Result<Option<u64>, LedgerError>,
    place: fn(&Desk) -> &OnceLock<u64>,
) -> bool {
    match found {
        Ok(Some(damaged)) => {
            if let Some(desk) = desk.upgrade() {
                let _ = place(&desk).set(damaged);
            }
            if damaged > 0 {
                tracing::warn!(what, damaged, "damage was found while the ledger is worked on");
            }
            damaged > 0
        }
        Ok(None) => false,
        Err(problem) => {
            tracing::warn!(what, code = problem.code().as_str(), "not looked at");
            false
        }
    }
}

/// How many pages of the pictures' file are damaged.
fn damaged_pages(desk: &Weak<Desk>) -> Result<Option<u64>, LedgerError> {
    let Some((folder, key)) = desk.upgrade().map(|desk| {
        let ledger = desk.ledger();
        (ledger.folder().to_owned(), DataKey::from_bytes(*ledger.photos_key().expose()))
    }) else {
        return Ok(None);
    };
    let suspected = Ledger::suspect_photo_pages(&folder, &key)?;
    let Some(desk) = desk.upgrade() else { return Ok(None) };
    let found = desk.ledger().confirm_photo_pages(&suspected)?;
    Ok(Some(found.len() as u64))
}

/// How many places within the ledger do not fit. Whoever signs in next waits while the desk is held.
fn places_within(desk: &Weak<Desk>) -> Result<Option<u64>, LedgerError> {
    let mut looking = {
        let Some(desk) = desk.upgrade() else { return Ok(None) };
        let ledger = desk.ledger();
        // While it takes its new key it is left alone.
        if ledger.is_rotating() {
            return Ok(None);
        }
        Looking::begin(ledger.folder(), ledger.data_key())?
    };
    loop {
        let Some(desk) = desk.upgrade() else { return Ok(None) };
        if !looking.go_on()? {
            break;
        }
        drop(desk);
    }
    if looking.findings().is_empty() {
        return Ok(Some(0));
    }
    let Some(desk) = desk.upgrade() else { return Ok(None) };
    let found = desk.ledger().check_within()?;
    Ok(Some(found.len() as u64))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::bench::bench;
    use crate::sign_in::{make_ledger, sign_in};
    use bangban_keys::KdfCost;
    use bangban_ledger::DraftId;
    use bangban_model::SubjectId;
    use std::fs;
    use std::sync::Arc;
    use uuid::Uuid;

    const PIN: &str = "4927516380";

    fn with_draft(clock: &Arc<dyn bangban_model::clock::Clock>) -> (tempfile::TempDir, DraftId) {
        let folder = tempfile::tempdir().unwrap();
        let cost = KdfCost { passes: 1, ..KdfCost::FLOOR };
        let desk = make_ledger(folder.path(), "余老师", PIN, cost, clock.clone()).unwrap();
        let (draft, subject) = (DraftId(Uuid::now_v7()), SubjectId(Uuid::now_v7()));
        desk.ledger().save_draft(draft, subject, "{}", &[], clock.now()).unwrap();
        (folder, draft)
    }

    fn flip(folder: &Path, file: &str, page: usize) {
        let place = folder.join(file);
        let mut bytes = fs::read(&place).unwrap();
        bytes[(page - 1) * 4096 + 1000] ^= 1;
        fs::write(place, bytes).unwrap();
    }

    #[test]
    fn a_damaged_first_page_is_no_wrong_pin_and_is_repaired_when_she_asks() {
        let clock = bench().desk.clock.clone();
        let (folder, draft) = with_draft(&clock);
        flip(folder.path(), "ledger.db", 1);
        let refused = sign_in(folder.path(), PIN, clock.clone()).err().unwrap();
        assert_eq!((refused.code, refused.facts["pages"].as_u64()), (Code::LedgerDamaged, Some(1)));
        let wrong = sign_in(folder.path(), "11112222", clock.clone()).err().unwrap();
        assert_eq!(wrong.code, Code::WrongPin);
        let check = check_ledger(&Door::of(folder.path(), clock.clone()), PIN).unwrap();
        assert_eq!(check.findings.len(), 1);
        let wrong = repair_ledger(&Door::of(folder.path(), clock.clone()), "11112222", &Job::quiet());
        assert_eq!(wrong.unwrap_err().code, Code::WrongPin);
        let done =
            repair_ledger(&Door::of(folder.path(), clock.clone()), PIN, &Job::quiet()).unwrap().unwrap();
        assert!(!done.seen && done.ledger_pages == 1 && done.missing_entries.is_empty());
        let desk = sign_in(folder.path(), PIN, clock.clone()).unwrap();
        assert!(desk.ledger().draft(draft).unwrap().is_some());
        set_seen(folder.path()).unwrap();
        assert!(report(folder.path()).unwrap().unwrap().seen);
        drop(desk);
        assert_eq!(repair_ledger(&Door::of(folder.path(), clock.clone()), PIN, &Job::quiet()).unwrap(), None);
    }

    #[test]
    fn a_ledger_that_does_not_open_for_its_pictures_is_repaired_too() {
        let clock = bench().desk.clock.clone();
        let (folder, draft) = with_draft(&clock);
        let pages = fs::metadata(folder.path().join("photos.db")).unwrap().len() / 4096;
        (2..=pages).for_each(|page| flip(folder.path(), "photos.db", page as usize));
        let refused = sign_in(folder.path(), PIN, clock.clone()).err().unwrap();
        assert_eq!((refused.code, &refused.facts["repair"]), (Code::LedgerDamaged, &true.into()));
        let door = Door::of(folder.path(), clock.clone());
        assert!(repair_ledger(&door, PIN, &Job::quiet()).unwrap().unwrap().photo_pages > 0);
        let desk = sign_in(folder.path(), PIN, clock).unwrap();
        assert!(desk.ledger().draft(draft).unwrap().is_some());
    }

    #[test]
    fn a_repair_that_she_stops_changes_nothing() {
        let clock = bench().desk.clock.clone();
        let (folder, _) = with_draft(&clock);
        flip(folder.path(), "ledger.db", 2);
        let before = fs::read(folder.path().join("ledger.db")).unwrap();
        let stopped = Arc::new(std::sync::atomic::AtomicBool::new(true));
        let job = Job::new(Arc::new(|_, _| {}), stopped);
        let refused = repair_ledger(&Door::of(folder.path(), clock.clone()), PIN, &job).unwrap_err();
        assert_eq!(refused.code, Code::Cancelled);
        assert_eq!(fs::read(folder.path().join("ledger.db")).unwrap(), before);
    }

    #[test]
    fn damaged_slots_keep_nobody_out_and_are_written_anew() {
        let clock = bench().desk.clock.clone();
        let (folder, _) = with_draft(&clock);
        fs::write(folder.path().join("keys.json"), "{").unwrap();
        drop(sign_in(folder.path(), PIN, clock.clone()).unwrap());
        assert_eq!(slots::damaged(folder.path()), None);
        // A ledger of an earlier program has no twin yet.
        fs::remove_file(slots::twin(folder.path())).unwrap();
        drop(sign_in(folder.path(), PIN, clock).unwrap());
        assert!(slots::twin(folder.path()).exists());
    }

    #[test]
    fn a_ledger_that_does_not_open_though_its_pages_are_whole_is_repaired() {
        let clock = bench().desk.clock.clone();
        let (folder, draft) = with_draft(&clock);
        let desk = sign_in(folder.path(), PIN, clock.clone()).unwrap();
        let harm = "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = 'x' WHERE name = 'draft'";
        desk.ledger().entries().execute_batch(harm).unwrap();
        drop(desk);
        let refused = sign_in(folder.path(), PIN, clock.clone()).err().unwrap();
        assert_eq!((refused.code, &refused.facts["repair"]), (Code::LedgerDamaged, &true.into()));
        let door = Door::of(folder.path(), clock.clone());
        assert!(repair_ledger(&door, PIN, &Job::quiet()).unwrap().is_some());
        let desk = sign_in(folder.path(), PIN, clock).unwrap();
        assert!(desk.ledger().draft(draft).unwrap().is_some());
    }

    #[test]
    fn what_no_page_shows_is_found_while_she_works_and_mended_at_the_door() {
        let clock = bench().desk.clock.clone();
        let (folder, draft) = with_draft(&clock);
        let desk = Arc::new(sign_in(folder.path(), PIN, clock.clone()).unwrap());
        assert!(!look_within(&Arc::downgrade(&desk)));
        assert_eq!(health(&desk).damaged_within, Some(0));
        // The pages of an index that nothing names any more.
        let harm = "PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE type = 'index' AND tbl_name = 'entry'
            AND sql IS NOT NULL";
        desk.ledger().entries().execute_batch(harm).unwrap();
        drop(desk);
        let desk = Arc::new(sign_in(folder.path(), PIN, clock.clone()).unwrap());
        let weak = Arc::downgrade(&desk);
        assert!(look_within(&weak) && health(&desk).damaged_within > Some(0));
        drop(desk);
        assert!(!look_within(&weak), "nobody is signed in any more");
        let door = Door::of(folder.path(), clock.clone());
        assert!(repair_ledger(&door, PIN, &Job::quiet()).unwrap().is_some());
        let desk = Arc::new(sign_in(folder.path(), PIN, clock).unwrap());
        assert!(!look_within(&Arc::downgrade(&desk)) && desk.ledger().draft(draft).unwrap().is_some());
    }

    #[test]
    fn damaged_pictures_are_found_while_she_works() {
        let bench = bench();
        let desk = Arc::new(bench.desk);
        let folder = {
            let mut ledger = desk.ledger();
            for at in 0..20u8 {
                ledger.put_photo(&vec![at; 9000], desk.clock.now()).unwrap();
            }
            bangban_ledger::check::checkpoint(&mut ledger).unwrap();
            ledger.folder().to_owned()
        };
        assert_eq!(health(&desk).damaged_photo_pages, None, "not known yet");
        flip(&folder, "photos.db", 12);
        assert!(look_at_photos(&Arc::downgrade(&desk)));
        assert_eq!(health(&desk).damaged_photo_pages, Some(1));
    }
}
