//! When a full-size photo leaves the laptop (rule X7): by the center's clock and words alone.

use crate::bench::*;
use bangban_ledger::DraftId;
use bangban_ledger::receive::ReceiptFacts;
use bangban_model::Digest;
use uuid::Uuid;

const RECEIVED: &str = "2026-03-02T09:40:00.000+08:00";
const AFTER: &str = "2026-03-02T12:30:00.000+08:00";
const DAY_90: &str = "2026-05-31T09:40:00.000+08:00";

/// A case with a picture and its thumbnail, both received at that moment.
struct Kept {
    laptop: Laptop,
    photo: Digest,
    thumb: Digest,
    epoch: u64,
}

fn kept(backup_then: Option<&str>) -> Kept {
    let mut laptop = laptop();
    let photo = laptop.ledger.put_photo(b"a picture", clock()).unwrap();
    let thumb = laptop.ledger.put_photo(b"thumb", clock()).unwrap();
    let (path, field) = photo_field(photo, 9, Some((thumb, 5)));
    laptop.write(vec![(subject(), opened(subject(), fields([(&path, field)])))]);
    let mut kept = Kept { laptop, photo, thumb, epoch: 1 };
    kept.hear(vec![photo, thumb], RECEIVED, backup_then);
    kept
}

impl Kept {
    fn hear(&mut self, photos: Vec<Digest>, given_at: &str, backup: Option<&str>) {
        let facts = ReceiptFacts {
            photos,
            epoch: Some(self.epoch),
            given_at: Some(given_at.to_owned()),
            backup: backup.map(str::to_owned),
            signed: "{}".into(),
            kind: "exchange",
            present: true,
            ..ReceiptFacts::default()
        };
        self.laptop.ledger.apply_receipt(&facts, clock()).unwrap();
    }

    fn thinned(&mut self) -> u64 {
        self.laptop.ledger.thin_photos().unwrap().photos
    }

    fn is_here(&self) -> bool {
        self.laptop.ledger.photo(self.photo).unwrap().is_some()
    }
}

#[test]
fn x7_a_full_size_photo_leaves_90_days_after_its_receipt_once_a_later_backup_was_named() {
    let cases = [
        ("no backup at all", None, DAY_90, None, false),
        ("the 90th day", None, DAY_90, Some(AFTER), true),
        ("a moment before", None, "2026-05-31T09:39:59.999+08:00", Some(AFTER), false),
        (
            "a backup that was begun before the receipt",
            None,
            DAY_90,
            Some("2026-03-02T09:39:59.000+08:00"),
            false,
        ),
        ("the backup that was named with the receipt", Some(AFTER), DAY_90, Some(AFTER), false),
        ("what is no time", None, DAY_90, Some("yesterday"), false),
    ];
    for (what, backup_then, now, backup, leaves) in cases {
        let mut kept = kept(backup_then);
        kept.hear(Vec::new(), now, backup);
        assert_eq!(kept.thinned(), u64::from(leaves), "{what}");
        assert_eq!(kept.is_here(), !leaves, "{what}");
        assert_eq!(kept.laptop.ledger.is_thinned(kept.photo).unwrap(), leaves, "{what}");
        assert!(kept.laptop.ledger.photo(kept.thumb).unwrap().is_some(), "{what}: the small one stays");
        assert_eq!(kept.laptop.findings(), Vec::new(), "{what}");
    }
}

#[test]
fn x7_a_center_that_was_put_back_and_names_no_backup_any_more_lets_nothing_go() {
    let mut kept = kept(None);
    kept.hear(Vec::new(), DAY_90, Some(AFTER));
    kept.hear(Vec::new(), "2026-05-31T10:00:00.000+08:00", None);
    assert_eq!((kept.thinned(), kept.is_here()), (0, true));
}

#[test]
fn x7_neither_a_draft_s_photo_nor_a_pending_one_leaves() {
    let mut kept = kept(None);
    kept.laptop.ledger.save_draft(DraftId(Uuid::now_v7()), subject(), "{}", &[kept.photo], clock()).unwrap();
    let pending = kept.laptop.ledger.put_photo(b"pending", clock()).unwrap();
    let (path, field) = photo_field(pending, 7, None);
    kept.laptop.write(vec![(subject(), opened(subject(), fields([(&path, field)])))]);
    kept.hear(Vec::new(), DAY_90, Some(AFTER));
    assert_eq!(kept.thinned(), 0);
    assert!(kept.is_here() && kept.laptop.ledger.photo(pending).unwrap().is_some());
}

#[test]
fn x7_a_photo_that_left_and_is_asked_for_again_waits_for_a_person() {
    let mut kept = kept(None);
    kept.hear(Vec::new(), DAY_90, Some(AFTER));
    assert_eq!(kept.thinned(), 1);
    kept.laptop.ledger.pend_wanted(&[kept.photo]).unwrap();
    assert!(!kept.laptop.ledger.is_thinned(kept.photo).unwrap());
    assert!(kept.laptop.ledger.photos_gone([kept.photo]).unwrap().contains(&kept.photo));
}

#[test]
fn x7_no_receipt_from_before_a_restore_lets_anything_go() {
    let mut kept = kept(None);
    kept.epoch = 2;
    // A backup that the restored center made need not hold what it lost.
    kept.hear(Vec::new(), DAY_90, Some(AFTER));
    assert_eq!((kept.thinned(), kept.is_here()), (0, true));
}

#[test]
fn x7_a_photo_that_left_and_is_put_into_a_draft_again_stays_with_it() {
    let mut kept = kept(None);
    kept.hear(Vec::new(), DAY_90, Some(AFTER));
    assert_eq!(kept.thinned(), 1);
    kept.laptop.ledger.put_photo(b"a picture", clock()).unwrap();
    kept.laptop.ledger.save_draft(DraftId(Uuid::now_v7()), subject(), "{}", &[kept.photo], clock()).unwrap();
    assert_eq!((kept.thinned(), kept.is_here()), (0, true));
}
