//! A second copy of the center (rule D3): read again before it counts, named in receipts, and enough to go on from.

use crate::author::*;
use bangban_center::backup::{Step, restore};
use bangban_center::staff::Role;
use bangban_center::{CenterError, DataFolder};
use bangban_keys::OpeningKey;
use bangban_model::{Code, Digest};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const PICTURE: &[u8] = b"\xff\xd8\xffa picture";

struct Copied {
    town: Town,
    alice: Author,
    place: TempDir,
}

impl Copied {
    /// A center with a case and its picture, and a copy of it.
    async fn new() -> Self {
        let town = Town::new();
        let mut alice = town.author(&[DAHU]).await;
        alice.submitted_case("SSC", &[PICTURE]);
        alice.send_all(&town).await;
        let (received, problem) = alice.send_frames(&town, vec![frame(PICTURE, 0, PICTURE.len())]).await;
        assert_eq!((received, problem.is_none()), (vec![Digest::of(PICTURE)], true));
        let copied = Copied { town, alice, place: tempfile::tempdir().unwrap() };
        copied.town.center.choose_place(copied.place.path()).unwrap();
        copied.back_up().unwrap();
        copied
    }

    fn back_up(&self) -> Result<(), CenterError> {
        self.town.pass_minutes(1);
        self.town.center.back_up(self.place.path(), 30, &mut |_| {}).map(|_| ())
    }

    fn copies(&self) -> Vec<PathBuf> {
        let mut copies: Vec<PathBuf> = fs::read_dir(self.place.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.join("backup.json").is_file())
            .collect();
        copies.sort();
        copies
    }

    fn offline_key(&self) -> OpeningKey {
        let text = fs::read_to_string(self.town.center.folder().offline().join("escrow.key")).unwrap();
        OpeningKey::from_secret_text(text.trim()).unwrap()
    }

    /// Of the newest copy.
    fn restore(&self, folder: &Path) -> Result<bangban_center::backup::Restored, Code> {
        let copy = self.copies().pop().unwrap();
        restore(&copy, &self.offline_key(), DataFolder::new(folder), self.town.clock.clone())
            .map(|(_, restored)| restored)
            .map_err(|problem| problem.code())
    }

    fn photo_in_place(&self) -> PathBuf {
        let name = Digest::of(PICTURE).to_string();
        self.place.path().join("photos").join(&name[..2]).join(name)
    }
}

#[tokio::test]
async fn d3_a_backup_is_made_while_the_center_works_and_named_in_receipts() {
    let copied = Copied::new().await;
    let newest = copied.town.center.store().newest_backup(copied.town.center.now()).unwrap().unwrap();
    assert_eq!((newest.photos, newest.problem), (1, None));
    let heard = copied.alice.ask(&copied.town).await;
    assert_eq!(heard.receipt.backup, Some(newest.made_at));
    let verified = copied.town.center.verify().unwrap();
    assert_eq!(verified.findings, Vec::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn d3_entries_that_come_in_while_it_is_copied_are_not_in_it_and_nobody_waits() {
    let mut copied = Copied::new().await;
    copied.alice.resident("周大河");
    let (town, alice) = (&copied.town, &copied.alice);
    let before = town.center.store().counts().unwrap().entries;
    let runtime = tokio::runtime::Handle::current();
    let mut sent = false;
    let note = tokio::task::block_in_place(|| {
        town.center.back_up(copied.place.path(), 30, &mut |step| {
            if matches!(step, Step::Checking) && !sent {
                sent = true;
                runtime.block_on(alice.send_all(town));
            }
        })
    });
    assert_eq!(note.unwrap().entries, before);
    assert_eq!(town.center.store().counts().unwrap().entries, before + 1);
}

#[tokio::test]
async fn d3_a_center_is_made_anew_of_a_copy_with_the_offline_key_and_laptops_bring_back_what_came_later() {
    let mut copied = Copied::new().await;
    copied.alice.resident("周大河");
    copied.alice.send_all(&copied.town).await;
    let entries = copied.town.center.store().counts().unwrap().entries;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("new");
    let restored = copied.restore(&data).unwrap();
    assert_eq!((restored.entries, restored.photos, restored.epoch), (entries - 1, 1, 2));
    assert_eq!(restored.photos_missing, Vec::new());
    // The very same center: its laptops trust it, once an administrator looked through them.
    copied.town.center =
        bangban_center::Center::open(DataFolder::new(&data), copied.town.clock.clone()).unwrap();
    let admin = copied.town.staff("管理员", Role::Admin);
    copied.town.center.confirm_laptops(&admin).unwrap();
    copied.alice.send_all(&copied.town).await;
    assert_eq!(copied.town.center.store().counts().unwrap().entries, entries);
    copied.town.assert_sound();
}

#[tokio::test]
async fn d3_a_copy_of_which_a_bit_is_changed_is_refused_and_the_folder_stays_free() {
    let copied = Copied::new().await;
    let copy = copied.copies().pop().unwrap();
    for file in ["center.db", "keys.age", "photos.txt", "backup.json"] {
        let path = copy.join(file);
        let whole = fs::read(&path).unwrap();
        let mut bytes = whole.clone();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&path, bytes).unwrap();
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(copied.restore(folder.path()), Err(Code::BackupDamaged), "{file}");
        fs::write(&path, whole).unwrap();
        assert!(copied.restore(folder.path()).is_ok(), "{file}: the next try");
    }
}

#[tokio::test]
async fn d3_another_key_opens_nothing() {
    let copied = Copied::new().await;
    let folder = tempfile::tempdir().unwrap();
    let copy = copied.copies().pop().unwrap();
    let outcome =
        restore(&copy, &OpeningKey::random(), DataFolder::new(folder.path()), copied.town.clock.clone());
    assert_eq!(outcome.err().map(|problem| problem.code()), Some(Code::OfflineKeyWrong));
    let outcome =
        restore(&copy, &copied.offline_key(), copied.town.center.folder().clone(), copied.town.clock.clone());
    assert_eq!(outcome.err().map(|problem| problem.code()), Some(Code::CenterExists));
}

#[tokio::test]
async fn d3_a_photo_that_rotted_in_the_place_of_copies_is_copied_again_and_one_that_is_lost_is_asked_for() {
    let copied = Copied::new().await;
    fs::write(copied.photo_in_place(), b"rotten").unwrap();
    copied.back_up().unwrap();
    assert_eq!(fs::read(copied.photo_in_place()).unwrap(), PICTURE);
    fs::remove_file(copied.photo_in_place()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let restored = copied.restore(folder.path()).unwrap();
    assert_eq!(restored.photos_missing, [Digest::of(PICTURE)]);
    let center =
        bangban_center::Center::open(DataFolder::new(folder.path()), copied.town.clock.clone()).unwrap();
    assert_eq!(center.store().counts().unwrap().photos_wanted, 1);
}

#[tokio::test]
async fn x7_a_copy_that_is_not_what_it_should_be_is_never_named() {
    let copied = Copied::new().await;
    let before = copied.town.center.store().newest_backup(copied.town.center.now()).unwrap();
    // The center's own picture is damaged, and so is the one in the place of copies.
    fs::write(copied.town.center.photos().place(Digest::of(PICTURE)), b"rotten").unwrap();
    fs::write(copied.photo_in_place(), b"rotten").unwrap();
    assert_eq!(copied.back_up().unwrap_err().code(), Code::BackupUnverified);
    assert_eq!(copied.town.center.store().newest_backup(copied.town.center.now()).unwrap(), before);
    let last = copied.town.center.store().last_backup(copied.town.center.now()).unwrap().unwrap();
    assert_eq!(last.problem, Some(Code::BackupUnverified));
    assert_eq!(copied.copies().len(), 1, "what is not whole does not look like a copy");
}

#[tokio::test]
async fn d3_older_copies_go_and_their_photos_with_them_once_nothing_lists_them() {
    let copied = Copied::new().await;
    for _ in 0..3 {
        copied.back_up().unwrap();
    }
    assert_eq!(copied.copies().len(), 4);
    copied.town.pass_minutes(1);
    copied.town.center.back_up(copied.place.path(), 2, &mut |_| {}).unwrap();
    assert_eq!(copied.copies().len(), 2);
    assert!(copied.photo_in_place().is_file());
    for copy in copied.copies() {
        fs::write(copy.join("photos.txt"), "").unwrap();
    }
    copied.town.pass_minutes(1);
    let place = copied.place.path();
    // A picture that no copy lists.
    let stray = place.join("photos/00").join(Digest([0; 32]).to_string());
    fs::create_dir_all(stray.parent().unwrap()).unwrap();
    fs::write(&stray, b"stray").unwrap();
    fs::create_dir(place.join("20260302-090100-abcdef")).unwrap();
    fs::create_dir(place.join("20990302-090100-abcdef")).unwrap();
    fs::write(place.join("20990302-090100-abcdef/backup.json"), b"a clock that was ahead").unwrap();
    copied.town.center.back_up(place, 1, &mut |_| {}).unwrap();
    assert!(!stray.is_file() && copied.photo_in_place().is_file());
    assert_eq!(copied.copies().len(), 1, "the one made just now");
    assert!(!place.join("20260302-090100-abcdef").exists(), "what was never finished");
}

#[tokio::test]
async fn d3_a_place_in_the_center_s_own_folder_or_in_use_is_refused() {
    let copied = Copied::new().await;
    let own = copied.town.center.folder().root().join("copies");
    copied.town.center.choose_place(&own).unwrap();
    let refused = copied.town.center.back_up(&own, 30, &mut |_| {});
    assert_eq!(refused.unwrap_err().code(), Code::BadInput);
    let lock = fs::File::create(copied.place.path().join("lock")).unwrap();
    lock.lock().unwrap();
    assert_eq!(copied.back_up().unwrap_err().code(), Code::BackupUnderWay);
}

#[tokio::test]
async fn x7_a_damaged_entry_of_the_center_makes_no_backup() {
    let copied = Copied::new().await;
    let key = copied.town.center.folder().read_key().unwrap();
    let database = rusqlite::Connection::open(copied.town.center.folder().database()).unwrap();
    database.pragma_update(None, "key", format!("x'{}'", key.raw_hex().as_str())).unwrap();
    database
        .execute("UPDATE entry SET body = CAST(body || 'x' AS BLOB) WHERE kind = 'case_opened'", [])
        .unwrap();
    drop(database);
    assert_eq!(copied.back_up().unwrap_err().code(), Code::BackupUnverified);
    assert_eq!(copied.copies().len(), 1);
}

#[tokio::test]
async fn d3_where_the_disk_of_copies_is_not_plugged_in_nothing_is_written_and_the_console_says_so() {
    let copied = Copied::new().await;
    let empty = tempfile::tempdir().unwrap();
    let plan = bangban_center::backup::Plan {
        place: empty.path().to_owned(),
        at: chrono::NaiveTime::from_hms_opt(12, 30, 0).unwrap(),
        keep: 30,
    };
    copied.town.pass_minutes(24 * 60);
    let refused = copied.town.center.back_up_daily(&plan);
    assert_eq!(refused.unwrap_err().code(), Code::BackupPlaceMissing);
    assert_eq!(fs::read_dir(empty.path()).unwrap().count(), 0);
    let last = copied.town.center.store().last_backup(copied.town.center.now()).unwrap().unwrap();
    assert_eq!(last.problem, Some(Code::BackupPlaceMissing));
    copied.town.pass_minutes(61);
    let plan = bangban_center::backup::Plan { place: copied.place.path().to_owned(), ..plan };
    assert!(copied.town.center.back_up_daily(&plan).unwrap().is_some());
    assert!(copied.town.center.back_up_daily(&plan).unwrap().is_none(), "once a day");
}
