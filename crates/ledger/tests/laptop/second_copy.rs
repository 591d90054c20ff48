//! The second copy (rule E4): what no receipt covers, and drafts, survive the loss of the ledger (rules D1, E2, X5).

use crate::bench::*;
use bangban_keys::{DataKey, SlotFile};
use bangban_ledger::second_copy::{self, Copied, Copier, CopyKeys, Damage, Record, Restored, Source};
use bangban_ledger::{DraftId, Ledger, LedgerError};
use bangban_model::body::{self, Body};
use bangban_model::ids::AgentId;
use bangban_model::{Code, Digest, EntryId, SubjectId};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};
use tempfile::TempDir;
use uuid::Uuid;

/// Deriving a key takes its time: once is enough.
pub fn shared_slots() -> &'static SlotFile {
    static SLOTS: OnceLock<SlotFile> = OnceLock::new();
    SLOTS.get_or_init(slots)
}

/// Alice with a stick in her laptop.
pub struct Scene {
    pub alice: Option<Laptop>,
    pub stick: TempDir,
    pub copier: Copier,
}

impl Scene {
    pub fn not_enrolled() -> Scene {
        let folder = tempfile::tempdir().unwrap();
        let agent = AgentId(Uuid::now_v7());
        let mut ledger = Ledger::create(folder.path(), key(), shared_slots(), agent, "张三丰").unwrap();
        let stick = tempfile::tempdir().unwrap();
        ledger.set_second_copy(stick.path()).unwrap();
        let alice = Some(Laptop { ledger, folder, agent });
        Scene { alice, stick, copier: Copier::default() }
    }

    pub fn new() -> Scene {
        let mut scene = Scene::not_enrolled();
        scene.alice().ledger.enrol(enrolment(), new_life(), clock()).unwrap();
        scene
    }

    pub fn alice(&mut self) -> &mut Laptop {
        self.alice.as_mut().unwrap()
    }

    pub fn try_copy(&mut self) -> Result<Copied, LedgerError> {
        self.try_copy_until(&|| false)
    }

    pub fn try_copy_until(&mut self, stop: &dyn Fn() -> bool) -> Result<Copied, LedgerError> {
        let Laptop { ledger, folder, agent } = self.alice.take().unwrap();
        let shared = Mutex::new(ledger);
        let copied = self.copier.run(&shared, None, clock(), stop);
        self.alice = Some(Laptop { ledger: shared.into_inner().unwrap(), folder, agent });
        copied
    }

    pub fn copy(&mut self) -> Copied {
        self.try_copy().unwrap()
    }

    /// The program ends and begins again: nothing is remembered but what is written.
    pub fn begin_again(&mut self) {
        self.copier = Copier::default();
    }

    /// The one folder of the copy.
    pub fn folder(&self) -> PathBuf {
        second_copy::find(self.stick.path()).unwrap().pop().unwrap()
    }

    pub fn segments(&self) -> Vec<PathBuf> {
        segments_in(&self.folder())
    }

    /// The laptop is gone. What the copy gives back.
    pub fn destroy(&mut self) -> (Laptop, Restored) {
        let agent = self.alice.take().unwrap().agent;
        restored(&self.folder(), agent).unwrap()
    }

    /// Saves a draft with a photo.
    pub fn draft(&mut self, id: DraftId, text: &str) -> Digest {
        let photo = self.alice().ledger.put_photo(text.as_bytes(), clock()).unwrap();
        let subject = SubjectId(id.0);
        self.alice().ledger.save_draft(id, subject, text, &[photo], clock()).unwrap();
        photo
    }
}

pub fn segments_in(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut segments: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|it| it == "seg")).collect();
    segments.sort();
    segments
}

/// A new laptop with what this copy gives back.
pub fn restored(copy: &Path, agent: AgentId) -> Result<(Laptop, Restored), LedgerError> {
    let folder = tempfile::tempdir().unwrap();
    let (data_key, slots) = (key(), second_copy::slots_of(copy)?);
    let keys = CopyKeys { data_key: &data_key, previous: None };
    let back =
        second_copy::restore(&Source { copy, slots: &slots, keys }, folder.path(), new_life(), later(1))?;
    let ledger = Ledger::open(folder.path(), key())?;
    Ok((Laptop { ledger, folder, agent }, back))
}

pub fn draft_id() -> DraftId {
    DraftId(Uuid::now_v7())
}

/// Everything that a copy says, and what is wrong with it.
pub fn read(folder: &Path) -> Result<(Vec<Record>, Damage), LedgerError> {
    let data_key = key();
    let mut records = Vec::new();
    let damage =
        second_copy::read(folder, CopyKeys { data_key: &data_key, previous: None }, &mut |record| {
            records.push(record);
            Ok(())
        })?;
    Ok((records, damage))
}

fn note(text: &str) -> Body {
    edit(fields([("/data/note", json!(text))]))
}

fn pending(laptop: &Laptop) -> BTreeSet<EntryId> {
    let standings = laptop.standings();
    let own = laptop.own().into_iter().zip(standings);
    own.filter(|(_, standing)| standing == "pending").map(|(entry, _)| entry.header.id).collect()
}

#[test]
fn e4_a_ledger_that_was_never_enrolled_comes_back_with_its_drafts_and_their_photos() {
    let mut scene = Scene::not_enrolled();
    let (kept, gone) = (draft_id(), draft_id());
    scene.draft(kept, "older");
    scene.draft(gone, "thrown away");
    scene.copy();
    let photo = scene.draft(kept, "newer");
    scene.alice().ledger.discard_draft(gone).unwrap();
    assert_eq!(scene.alice().ledger.second_copy_waits().unwrap().drafts, 1);
    scene.copy();
    let (alice, back) = scene.destroy();
    let drafts = alice.ledger.drafts().unwrap();
    assert_eq!(drafts.len(), 1, "the latest version, and none that was thrown away");
    assert_eq!((drafts[0].id, drafts[0].body.as_str(), &drafts[0].photos), (kept, "newer", &vec![photo]));
    assert_eq!(alice.ledger.photo(photo).unwrap().unwrap(), b"newer");
    assert_eq!((back.drafts, back.photos, back.entries, back.enrolled), (1, 1, 0, false));
    assert_eq!(alice.ledger.agents().unwrap()[0].1, "张三丰");
    assert_eq!(alice.findings(), []);
}

#[test]
fn d1_what_no_receipt_covers_is_written_again_and_the_rest_comes_from_the_center() {
    let (mut scene, mut center) = (Scene::new(), Center::new());
    let case = subject();
    scene.alice().write(vec![(case, opened(subject(), fields([("/data/a", json!("received"))])))]);
    center.exchange(scene.alice(), &[]);
    let waiting = scene.alice().write(vec![(case, note("waits"))]);
    scene.copy();
    let old = scene.alice().life();
    // After the copy: received, so that the center gives it back.
    scene.alice().write(vec![(case, edit(fields([("/data/b", json!("after the copy"))])))]);
    center.exchange(scene.alice(), &[]);
    let (mut alice, back) = scene.destroy();
    assert_ne!(alice.life(), old, "a new life");
    assert_eq!(back.entries, 1);
    assert!(pending(&alice).contains(&waiting[0]), "under its own id");
    assert_eq!(alice.findings(), []);
    center.exchange(&mut alice, &[]);
    alice.ledger.end_refill().unwrap();
    for (path, value) in [("/data/a", "received"), ("/data/note", "waits"), ("/data/b", "after the copy")] {
        assert_eq!(alice.value(case, path), json!(value), "{path}");
    }
    assert!(alice.document(case).unwrap().conflicts.is_empty());
    assert_eq!((alice.ledger.pending_entries().unwrap(), alice.findings()), (0, vec![]));
    let ids: Vec<EntryId> = center.stream.iter().map(|(entry, _)| entry.header.id).collect();
    assert_eq!(ids.iter().filter(|id| **id == waiting[0]).count(), 1, "once (X5)");
    // And the work goes on.
    alice.write(vec![(case, note("and on"))]);
    center.exchange(&mut alice, &[]);
    assert_eq!((alice.value(case, "/data/note"), alice.findings()), (json!("and on"), vec![]));
}

#[test]
fn x4_a_photo_whose_entry_was_received_before_it_still_waits_in_a_restored_ledger() {
    let (mut scene, mut center) = (Scene::new(), Center::new());
    let photo = scene.alice().ledger.put_photo(b"a picture", clock()).unwrap();
    scene.alice().write(vec![(subject(), opened(subject(), [photo_field(photo, 9, None)].into()))]);
    scene.copy();
    center.exchange(scene.alice(), &[]);
    scene.copy();
    let (alice, back) = scene.destroy();
    assert_eq!((back.entries, back.photos), (0, 1));
    let waits: Vec<Digest> =
        alice.ledger.sendable_photos(9).unwrap().iter().map(|photo| photo.digest).collect();
    assert_eq!(waits, [photo]);
    assert_eq!(alice.findings(), []);
}

#[test]
fn e4_only_what_is_new_is_added_and_nothing_where_nothing_is() {
    let mut scene = Scene::new();
    scene.alice().write(vec![(subject(), opened(subject(), fields([("/data/a", json!("x".repeat(2000)))])))]);
    assert!(scene.copy().records > 0);
    assert_eq!(scene.copy(), Copied::default());
    let before: u64 = scene.segments().iter().map(|path| fs::metadata(path).unwrap().len()).sum();
    scene.alice().write(vec![(subject(), opened(subject(), fields([("/data/a", json!(1))])))]);
    assert_eq!(scene.copy().records, 1);
    scene.begin_again();
    assert_eq!(scene.copy().records, 0, "a new program reads what is there");
    let after: u64 = scene.segments().iter().map(|path| fs::metadata(path).unwrap().len()).sum();
    assert!(after - before < 2000, "{before} {after}");
    let waits = scene.alice().ledger.second_copy_waits().unwrap();
    assert_eq!((waits.entries, waits.drafts, waits.copied_at.is_some()), (0, 0, true));
}

#[test]
fn e4_a_place_that_is_away_is_told_and_catches_up() {
    let mut scene = Scene::new();
    scene.copy();
    let away = scene.stick.path().with_extension("away");
    fs::rename(scene.stick.path(), &away).unwrap();
    scene.alice().write(vec![(subject(), opened(subject(), fields([])))]);
    scene.draft(draft_id(), "on the road");
    assert_eq!(code(scene.try_copy()), Some(Code::CopyMissing));
    let waits = scene.alice().ledger.second_copy_waits().unwrap();
    assert_eq!((waits.entries, waits.drafts), (1, 1));
    fs::rename(&away, scene.stick.path()).unwrap();
    scene.copy();
    let waits = scene.alice().ledger.second_copy_waits().unwrap();
    assert_eq!((waits.entries, waits.drafts), (0, 0));
    assert_eq!(scene.destroy().1.drafts, 1);
}

#[test]
fn e4_a_draft_ends_in_the_copy_only_after_what_was_recorded_from_it() {
    let mut scene = Scene::new();
    let draft = draft_id();
    scene.draft(draft, "becomes a record");
    scene.copy();
    let long = "x".repeat(200_000);
    for _ in 0..22 {
        scene.alice().write(vec![(subject(), opened(subject(), fields([("/data/a", json!(long))])))]);
    }
    let (author, entry) = (scene.alice().author(), about(subject(), None, opened(subject(), fields([]))));
    let recorded = scene.alice().ledger.record(author, vec![entry], Some(draft)).unwrap().entries;
    // The program is ended after the first step, and the laptop is gone.
    scene.try_copy_until(&|| true).unwrap();
    let agent = scene.alice().agent;
    let (half, back) = restored(&scene.folder(), agent).unwrap();
    assert!(back.entries > 10 && !pending(&half).contains(&recorded[0]), "{back:?}");
    assert_eq!(back.drafts, 1, "the draft is still there");
    scene.copy();
    let (whole, back) = scene.destroy();
    assert!(pending(&whole).contains(&recorded[0]) && back.drafts == 0);
}

#[test]
fn e4_the_copy_is_written_anew_once_that_halves_it_and_says_the_same() {
    let (mut scene, mut center) = (Scene::new(), Center::new());
    for _ in 0..60 {
        scene
            .alice()
            .write(vec![(subject(), opened(subject(), fields([("/data/a", json!("x".repeat(3000)))])))]);
    }
    let draft = draft_id();
    scene.draft(draft, "stays");
    scene.copy();
    let old: Vec<(PathBuf, Vec<u8>)> =
        scene.segments().into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect();
    center.exchange(scene.alice(), &[]);
    assert!(scene.copy().renewed);
    let after: u64 = scene.segments().iter().map(|path| fs::metadata(path).unwrap().len()).sum();
    assert!(after < 20_000, "{after}");
    // A crash before the old segments went leaves both: the same comes back.
    for (path, bytes) in old {
        fs::write(path, bytes).unwrap();
    }
    let (alice, back) = scene.destroy();
    assert_eq!((back.drafts, back.damage), (1, Damage::default()));
    assert_eq!(alice.ledger.drafts().unwrap()[0].body, "stays");
    let mut alice = alice;
    center.exchange(&mut alice, &[]);
    assert_eq!((alice.ledger.pending_entries().unwrap(), center.stream.len()), (0, 2 + 60 + 1));
}

#[test]
fn e4_an_older_copy_of_the_ledger_that_is_put_back_destroys_nothing_in_the_second_copy() {
    let mut scene = Scene::new();
    let (draft, other) = (draft_id(), draft_id());
    scene.draft(draft, "as it was");
    scene.copy();
    let (alice, old) = scene.alice.take().unwrap().copy();
    scene.alice = Some(alice);
    let lost = scene.alice().write(vec![(subject(), opened(subject(), fields([])))]);
    scene.draft(draft, "as it became");
    scene.draft(other, "a new one");
    scene.copy();
    // The folder of last week is put back, and she works on with it.
    scene.alice = Some(scene.alice.take().unwrap().put_back(&old));
    scene.begin_again();
    let new = scene.alice().write(vec![(subject(), opened(subject(), fields([])))]);
    scene.copy();
    let (alice, back) = scene.destroy();
    let again = pending(&alice);
    assert!(
        again.contains(&lost[0]) && again.contains(&new[0]),
        "both that stood at the same place of a life"
    );
    let texts: BTreeSet<String> =
        alice.ledger.drafts().unwrap().into_iter().map(|draft| draft.body).collect();
    assert_eq!(texts, BTreeSet::from(["as it became".to_owned(), "a new one".to_owned()]));
    assert_eq!((back.incomplete, alice.findings()), (0, vec![]));
}

#[test]
fn e4_two_sticks_in_turn_each_hold_the_newest_drafts() {
    let mut scene = Scene::new();
    let (one, other) = (draft_id(), draft_id());
    let plug = |scene: &Scene, from: &TempDir, to: &TempDir| {
        fs::rename(scene.stick.path(), from.path().join("out")).unwrap();
        fs::rename(to.path().join("out"), scene.stick.path()).unwrap();
    };
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::create_dir(second.path().join("out")).unwrap();
    scene.draft(one, "version 1");
    scene.draft(other, "goes");
    scene.copy();
    plug(&scene, &first, &second);
    scene.draft(one, "version 2");
    scene.copy();
    plug(&scene, &second, &first);
    scene.alice().ledger.discard_draft(other).unwrap();
    scene.copy();
    plug(&scene, &first, &second);
    scene.copy();
    let agent = scene.alice().agent;
    for copy in [scene.folder(), second_copy::find(&first.path().join("out")).unwrap().remove(0)] {
        let (alice, _) = restored(&copy, agent).unwrap();
        let drafts: BTreeMap<DraftId, String> =
            alice.ledger.drafts().unwrap().into_iter().map(|draft| (draft.id, draft.body)).collect();
        assert_eq!(drafts, BTreeMap::from([(one, "version 2".to_owned())]), "{}", copy.display());
    }
}

#[test]
fn e4_what_no_key_opens_is_set_aside_and_never_removed() {
    let mut scene = Scene::new();
    scene.copy();
    let folder = scene.folder();
    let data_key = DataKey::from_bytes([9; 32]);
    let stranger = CopyKeys { data_key: &data_key, previous: None };
    let damage = second_copy::read(&folder, stranger, &mut |_| panic!("nothing opens")).unwrap();
    assert_eq!(damage.unreadable_segments, 1);
    // Both headers of the only segment are overwritten.
    let segment = scene.segments().remove(0);
    let mut bytes = fs::read(&segment).unwrap();
    bytes[..96].fill(0);
    fs::write(&segment, &bytes).unwrap();
    scene.begin_again();
    scene.copy();
    let copies = second_copy::find(scene.stick.path()).unwrap();
    assert_eq!(copies.len(), 2);
    assert_eq!(fs::read(copies[1].join(segment.file_name().unwrap())).unwrap(), bytes);
    assert_eq!(read(&copies[0]).unwrap().1, Damage::default());
}

#[test]
fn k2_a_copy_under_the_key_before_is_written_anew_under_the_key_in_force() {
    let mut scene = Scene::new();
    let draft = draft_id();
    scene.draft(draft, "moves");
    scene.copy();
    // As a rotation leaves it: the ledger has another key, and the slots still hold the one before.
    let old = key();
    let newer = DataKey::from_bytes([7; 32]);
    let keys = CopyKeys { data_key: &newer, previous: Some(&old) };
    let mut drafts = 0;
    let damage = second_copy::read(&scene.folder(), keys, &mut |record| {
        drafts += u32::from(matches!(record, Record::Draft(_)));
        Ok(())
    });
    assert_eq!((damage.unwrap(), drafts), (Damage::default(), 1));
}

#[test]
fn a_newer_format_is_refused_politely() {
    let mut scene = Scene::new();
    scene.copy();
    let segment = scene.segments().remove(0);
    let mut bytes = fs::read(&segment).unwrap();
    for at in [12, 60] {
        bytes[at] = 2;
    }
    fs::write(&segment, &bytes).unwrap();
    let agent = scene.alice().agent;
    assert_eq!(code(restored(&scene.folder(), agent)), Some(Code::NewerFormat));
    scene.begin_again();
    assert_eq!(code(scene.try_copy()), Some(Code::NewerFormat));
    assert_eq!(fs::read(&segment).unwrap(), bytes, "and not touched");
}

#[test]
fn a_ledger_is_restored_only_where_there_is_none_and_what_is_left_of_one_is_set_aside() {
    let mut scene = Scene::new();
    scene.draft(draft_id(), "kept");
    scene.copy();
    let copy = scene.folder();
    let (data_key, slots) = (key(), second_copy::slots_of(&copy).unwrap());
    let source =
        || Source { copy: &copy, slots: &slots, keys: CopyKeys { data_key: &data_key, previous: None } };
    let Laptop { ledger, folder, .. } = scene.alice.take().unwrap();
    drop(ledger);
    let tried = second_copy::restore(&source(), folder.path(), new_life(), later(1));
    assert_eq!(code(tried), Some(Code::LedgerExists));
    fs::remove_file(folder.path().join("ledger.db")).unwrap();
    fs::write(folder.path().join("ledger.db-wal"), b"of the lost ledger").unwrap();
    fs::create_dir(folder.path().join("restoring")).unwrap();
    second_copy::restore(&source(), folder.path(), new_life(), later(1)).unwrap();
    assert_eq!(fs::read(folder.path().join("ledger.db-wal.aside-1")).unwrap(), b"of the lost ledger");
    assert!(folder.path().join("photos.db.aside-1").exists() && !folder.path().join("restoring").exists());
    let ledger = Ledger::open(folder.path(), key()).unwrap();
    assert_eq!(ledger.drafts().unwrap()[0].body, "kept");
}

#[test]
fn e4_the_ledgers_own_folder_is_no_second_place() {
    let mut scene = Scene::new();
    let own = scene.alice().folder.path().to_owned();
    assert_eq!(code(scene.alice().ledger.set_second_copy(&own)), Some(Code::CopyBesideLedger));
    assert_eq!(code(scene.alice().ledger.set_second_copy(&own.join("nowhere"))), Some(Code::CopyMissing));
    scene.alice().ledger.second_copy_off().unwrap();
    assert_eq!(scene.copy(), Copied::default());
}

#[test]
fn s6_what_was_erased_leaves_the_copy_at_once() {
    let (mut scene, mut center) = (Scene::new(), Center::new());
    let person = subject();
    let told = scene.alice().write(vec![(
        person,
        resident(fields([("name", json!("李四光")), ("phone", json!("13800000000"))])),
    )]);
    scene.copy();
    center.exchange(scene.alice(), &[]);
    let erased = Body::SubjectErased(body::SubjectErased {
        entries: told,
        reason: body::ErasureReason::Requested,
        note: String::new(),
    });
    center.write(person, None, erased);
    center.serve(scene.alice());
    assert!(scene.copy().renewed, "however little there was");
    let (records, _) = read(&scene.folder()).unwrap();
    let holds = records.iter().any(|record| matches!(record, Record::Entry(copied) if copied.entry.header.subject == person && copied.entry.body_bytes.is_some()));
    assert!(!holds);
}

#[test]
fn nothing_personal_stands_in_the_copy_in_plain() {
    let mut scene = Scene::new();
    let canary = "110105194912310021";
    scene
        .alice()
        .write(vec![(subject(), resident(fields([("name", json!("赵六")), ("id_number", json!(canary))])))]);
    scene.draft(draft_id(), canary);
    scene.copy();
    for file in fs::read_dir(scene.folder()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        for plain in [canary.as_bytes(), "赵六".as_bytes(), b"ledger_begun"] {
            assert!(!bytes.windows(plain.len()).any(|window| window == plain));
        }
    }
    let (records, _) = read(&scene.folder()).unwrap();
    assert!(!format!("{records:?}").contains(canary), "nor in a log");
}
