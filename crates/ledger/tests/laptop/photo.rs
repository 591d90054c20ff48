//! Photos: the order in which they go out, and what may be swept.

use crate::bench::*;
use bangban_ledger::DraftId;
use bangban_ledger::photo_row::MOST_SWEPT;
use bangban_model::Digest;
use serde_json::Value;
use uuid::Uuid;

#[test]
fn thumbnails_go_first_then_the_newest_case_then_the_smallest() {
    let mut laptop = laptop();
    let mut put = |bytes: &[u8]| laptop.ledger.put_photo(bytes, clock()).unwrap();
    let (old_small, old_large, old_thumb) = (put(b"os"), put(b"ol"), put(b"ot"));
    let (new_small, new_large, new_thumb) = (put(b"ns"), put(b"nl"), put(b"nt"));
    let older = [photo_field(old_large, 900, Some((old_thumb, 10))), photo_field(old_small, 100, None)];
    let newer = [photo_field(new_large, 800, Some((new_thumb, 20))), photo_field(new_small, 200, None)];
    laptop.write(vec![(subject(), opened(subject(), older.into_iter().collect()))]);
    laptop.write(vec![(subject(), opened(subject(), newer.into_iter().collect()))]);
    let order: Vec<Digest> =
        laptop.ledger.pending_photos().unwrap().into_iter().map(|photo| photo.digest).collect();
    assert_eq!(order, [new_thumb, old_thumb, new_small, new_large, old_small, old_large]);
    let sizes: Vec<u64> =
        laptop.ledger.pending_photos().unwrap().into_iter().map(|photo| photo.size_bytes).collect();
    assert_eq!(sizes, [20, 10, 200, 800, 100, 900]);
}

#[test]
fn e3_only_old_orphans_are_swept() {
    let mut laptop = laptop();
    let named = laptop.ledger.put_photo(b"named", clock()).unwrap();
    let thumb = laptop.ledger.put_photo(b"thumb", clock()).unwrap();
    let drafted = laptop.ledger.put_photo(b"drafted", clock()).unwrap();
    let orphan = laptop.ledger.put_photo(b"orphan", clock()).unwrap();
    let young = laptop.ledger.put_photo(b"young", later(30)).unwrap();
    let (path, field) = photo_field(named, 5, Some((thumb, 5)));
    let case = subject();
    laptop.write(vec![(case, opened(subject(), fields([(&path, field)])))]);
    // Taken off the case again: the history still names it.
    laptop.write(vec![(case, edit(fields([(&path, Value::Null)])))]);
    laptop.ledger.save_draft(DraftId(Uuid::now_v7()), subject(), "{}", &[drafted], clock()).unwrap();
    assert_eq!(laptop.ledger.sweep_photos(later(24)).unwrap(), 1);
    for (photo, stays) in [(named, true), (thumb, true), (drafted, true), (orphan, false), (young, true)] {
        assert_eq!(laptop.ledger.photo(photo).unwrap().is_some(), stays);
    }
}

#[test]
fn e3_one_sweep_takes_so_many_and_the_next_the_rest() {
    let mut laptop = laptop();
    let orphans: Vec<Vec<u8>> = (0..MOST_SWEPT + 7).map(|at| at.to_be_bytes().to_vec()).collect();
    laptop.ledger.put_photos(orphans.iter().map(Vec::as_slice), clock()).unwrap();
    assert_eq!(laptop.ledger.sweep_photos(later(24)).unwrap(), MOST_SWEPT as u64);
    assert_eq!(laptop.ledger.sweep_photos(later(24)).unwrap(), 7);
    assert_eq!(laptop.ledger.sweep_photos(later(24)).unwrap(), 0);
}

#[test]
fn e3_nothing_is_swept_where_a_newer_program_may_have_named_it() {
    let (mut laptop, mut center) = (laptop(), Center::new());
    laptop.ledger.put_photo(b"orphan", clock()).unwrap();
    let mut entry = from_elsewhere(subject(), edit(fields([])));
    entry.header.kind = "case_teleported".into();
    let header_bytes = serde_json::to_vec(&entry.header).unwrap();
    center.take([bangban_model::Entry::from_bytes(header_bytes, entry.body_bytes).unwrap()]);
    center.serve(&mut laptop);
    assert_eq!(laptop.ledger.sweep_photos(later(24)).unwrap(), 0);
}

#[test]
fn e3_a_photo_taken_in_again_is_young_again() {
    let mut laptop = laptop();
    let photo = laptop.ledger.put_photo(b"photo", clock()).unwrap();
    // Yesterday's draft was thrown away; today she picks the same file, and the sweep comes before the draft is saved.
    assert_eq!(laptop.ledger.put_photo(b"photo", later(30)).unwrap(), photo);
    assert_eq!(laptop.ledger.sweep_photos(later(24)).unwrap(), 0);
    laptop.ledger.put_photos([b"photo".as_slice()], later(60)).unwrap();
    assert_eq!(laptop.ledger.sweep_photos(later(50)).unwrap(), 0);
    assert_eq!(laptop.ledger.sweep_photos(later(61)).unwrap(), 1);
}

#[test]
fn a_photo_is_read_whole_and_in_parts_and_kept_once() {
    let mut laptop = not_enrolled();
    let bytes: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    let digests = laptop.ledger.put_photos([bytes.as_slice(), bytes.as_slice()], clock()).unwrap();
    assert_eq!(digests, [Digest::of(&bytes); 2]);
    let laptop = laptop.reopen();
    let digest = digests[0];
    assert_eq!(laptop.ledger.photo(digest).unwrap().as_deref(), Some(bytes.as_slice()));
    for (offset, length) in [(0, 10), (9_990, 10), (9_990, 500), (10_000, 5), (0, 20_000)] {
        let end = (offset + length).min(bytes.len());
        let part = laptop.ledger.photo_part(digest, offset as u64, length).unwrap().unwrap();
        assert_eq!(part, bytes[offset..end], "{offset} + {length}");
    }
    assert_eq!(laptop.ledger.photo(Digest::of(b"absent")).unwrap(), None);
    assert_eq!(laptop.ledger.verify(|_, _, _, _| true).unwrap().photos, 1);
}
