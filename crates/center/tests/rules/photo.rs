//! Photos (rule X4).

use crate::author::*;
use crate::real::RealLaptop;
use bangban_center::store::embedded::MIGRATIONS;
use bangban_ledger::database;
use bangban_ledger::photo_row::UnsentPhotos;
use bangban_model::body::{Body, PhotoLost};
use bangban_model::ids::AgentId;
use bangban_model::photo::photo_path;
use bangban_model::{Digest, SubjectId};
use bangban_sync::SyncError;
use uuid::Uuid;

fn picture(seed: u8, bytes: usize) -> Vec<u8> {
    (0..bytes).map(|at| (at as u8).wrapping_mul(31).wrapping_add(seed)).collect()
}

#[tokio::test]
async fn x4_a_photo_cut_in_the_middle_goes_on_from_its_durable_offset() {
    let mut town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let photo = picture(1, 150_000);
    alice.submitted_case("SSC", &[&photo]);
    let heard = alice.send_all(&town).await;
    assert_eq!((heard.wanted.len(), heard.wanted[0].offset), (1, 0));
    assert!(heard.receipt.photos.is_empty());
    let cut =
        vec![frame(&photo, 0, 60_000), frame(&photo, 60_000, 100_000), Err(SyncError::Cut("test".into()))];
    let (receipts, problem) = alice.send_frames(&town, cut).await;
    assert!(receipts.is_empty() && matches!(problem, Some(SyncError::Cut(_))));
    town.reopen();
    let heard = alice.ask(&town).await;
    assert_eq!(heard.wanted[0].offset, 100_000);
    // Overlap is skipped, a frame beyond a gap is not taken.
    let frames = vec![
        frame(&photo, 140_000, 150_000),
        frame(&photo, 90_000, 120_000),
        frame(&photo, 120_000, 150_000),
    ];
    let (receipts, problem) = alice.send_frames(&town, frames).await;
    assert!(problem.is_none(), "{problem:?}");
    assert_eq!(receipts, vec![Digest::of(&photo)]);
    let heard = alice.ask(&town).await;
    assert!(heard.wanted.is_empty());
    assert_eq!(heard.receipt.photos, vec![Digest::of(&photo)]);
    assert_eq!(std::fs::read(town.center.photos().place(Digest::of(&photo))).unwrap(), photo);
    town.assert_sound();
}

#[tokio::test]
async fn x4_a_photo_that_is_in_its_place_and_not_yet_in_the_store_gets_its_receipt() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let photo = picture(1, 30_000);
    alice.submitted_case("SSC", &[&photo]);
    alice.send_all(&town).await;
    // So far a connection came that was cut: it put the photo in its place and has not told the store.
    let place = town.center.photos().place(Digest::of(&photo));
    std::fs::create_dir_all(place.parent().unwrap()).unwrap();
    std::fs::write(&place, &photo).unwrap();
    // The next one goes on where that one was when it asked.
    let (receipts, problem) = alice.send_frames(&town, vec![frame(&photo, 30_000, 30_000)]).await;
    assert!(problem.is_none(), "{problem:?}");
    assert_eq!(receipts, vec![Digest::of(&photo)]);
    assert!(alice.ask(&town).await.wanted.is_empty());
    town.assert_sound();
}

#[tokio::test]
async fn x4_a_receipt_for_one_photo_comes_while_others_still_move() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let (one, other) = (picture(1, 40_000), picture(2, 40_000));
    alice.submitted_case("SSC", &[&one, &other]);
    alice.send_all(&town).await;
    let frames = vec![
        frame(&one, 0, 20_000),
        frame(&other, 0, 20_000),
        frame(&one, 20_000, 40_000),
        Err(SyncError::Cut("test".into())),
    ];
    let (receipts, _) = alice.send_frames(&town, frames).await;
    assert_eq!(receipts, vec![Digest::of(&one)], "though the connection was cut before the other");
    assert_eq!(alice.ask(&town).await.wanted[0].offset, 20_000);
}

#[tokio::test]
async fn x4_bytes_that_do_not_fit_the_digest_are_dropped_and_wanted_again() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let photo = picture(1, 30_000);
    alice.submitted_case("SSC", &[&photo]);
    alice.send_all(&town).await;
    let mut wrong = frame(&picture(9, 30_000), 0, 30_000).unwrap();
    wrong.digest = Digest::of(&photo);
    let (receipts, problem) = alice.send_frames(&town, vec![Ok(wrong)]).await;
    assert!(receipts.is_empty() && problem.is_none());
    let heard = alice.ask(&town).await;
    assert_eq!(heard.wanted[0].offset, 0);
    assert!(heard.receipt.photos.is_empty());
    let (receipts, _) = alice.send_frames(&town, vec![frame(&photo, 0, 30_000)]).await;
    assert_eq!(receipts.len(), 1);
}

#[tokio::test]
async fn x4_what_nobody_named_is_not_kept_and_a_photo_never_outgrows_its_entry() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let (photo, stray) = (picture(1, 10_000), picture(2, 10_000));
    alice.submitted_case("SSC", &[&photo]);
    alice.send_all(&town).await;
    let (receipts, problem) = alice.send_frames(&town, vec![frame(&stray, 0, 10_000)]).await;
    assert!(receipts.is_empty() && problem.is_none());
    assert!(!town.center.photos().place(Digest::of(&stray)).exists());
    assert!(!town.folder.path().join("photos/partial").join(Digest::of(&stray).to_string()).exists());
    let mut long = frame(&picture(3, 20_000), 0, 20_000).unwrap();
    long.digest = Digest::of(&photo);
    let (receipts, problem) = alice.send_frames(&town, vec![Ok(long), frame(&photo, 0, 4_000)]).await;
    assert!(receipts.is_empty() && problem.is_none(), "no other photo waits for one that is named too small");
    assert_eq!(alice.ask(&town).await.wanted[0].offset, 4_000, "and nothing of it was taken");
}

/// Her photo again, with another size than it has.
fn named_with_size(author: &mut Author, photo: &[u8], size_bytes: u64) {
    let resident = author.resident("周大山");
    let Body::CaseOpened(mut opened) = author.opened("SSC", resident, &[photo]) else { panic!() };
    let field = opened.set.get_mut(&photo_path(Digest::of(photo))).unwrap();
    field["size_bytes"] = size_bytes.into();
    author.photos.pop();
    author.write(&[(SubjectId(Uuid::new_v4()), Body::CaseOpened(opened))]);
}

#[tokio::test]
async fn x4_a_photo_is_whole_at_the_named_size_at_which_its_digest_fits() {
    let mut town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let photo = picture(1, 30_000);
    alice.submitted_case("SSC", &[&photo]);
    named_with_size(&mut alice, &photo, 40_000);
    named_with_size(&mut alice, &photo, 10_000);
    alice.send_all(&town).await;
    let frames = vec![frame(&photo, 0, 12_000)];
    alice.send_frames(&town, frames).await;
    town.reopen();
    assert_eq!(alice.ask(&town).await.wanted[0].offset, 12_000);
    let (receipts, problem) = alice.send_frames(&town, vec![frame(&photo, 12_000, 30_000)]).await;
    assert!(problem.is_none(), "{problem:?}");
    assert_eq!(receipts, vec![Digest::of(&photo)], "another entry's wrong size does not keep it unfinished");
    assert!(alice.ask(&town).await.wanted.is_empty());
    town.assert_sound();
}

#[tokio::test]
async fn x4_a_smaller_size_that_another_laptop_names_cuts_nothing_away() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let mut bob = town.author(&[FAR]).await;
    let photo = picture(1, 30_000);
    alice.submitted_case("SSC", &[&photo]);
    alice.send_all(&town).await;
    alice.send_frames(&town, vec![frame(&photo, 0, 20_000)]).await;
    named_with_size(&mut bob, &photo, 5_000);
    bob.send_all(&town).await;
    bob.send_frames(&town, vec![frame(&photo, 0, 5_000)]).await;
    assert_eq!(alice.ask(&town).await.wanted[0].offset, 20_000);
    let (receipts, _) = alice.send_frames(&town, vec![frame(&photo, 20_000, 30_000)]).await;
    assert_eq!(receipts, vec![Digest::of(&photo)]);
}

#[tokio::test]
async fn x4_a_size_that_comes_right_later_finishes_what_is_here() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let photo = picture(1, 30_000);
    named_with_size(&mut alice, &photo, 40_000);
    alice.send_all(&town).await;
    let (receipts, _) = alice.send_frames(&town, vec![frame(&photo, 0, 30_000)]).await;
    assert!(receipts.is_empty(), "nobody says yet that it ends here");
    alice.submitted_case("SSC", &[&photo]);
    let heard = alice.send_all(&town).await;
    assert!(heard.wanted.is_empty());
    assert_eq!(heard.receipt.photos, vec![Digest::of(&photo)]);
}

#[tokio::test]
async fn x4_what_the_laptop_says_it_has_is_asked_for_before_thousands_that_are_gone() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let gone: Vec<Vec<u8>> = (0..4_200u32).map(|at| at.to_be_bytes().to_vec()).collect();
    for some in gone.chunks(300) {
        alice.submitted_case("SSC", &some.iter().map(Vec::as_slice).collect::<Vec<_>>());
    }
    // The one that would come last of all.
    alice.photos.sort_by_key(|note| note.digest);
    alice.photos.drain(..gone.len() - 1);
    let heard = alice.send_all(&town).await;
    assert_eq!(heard.wanted.len(), 4_000, "one answer names no more");
    assert!(heard.wanted.iter().any(|wanted| wanted.digest == alice.photos[0].digest));
}

#[tokio::test]
async fn x4_a_sweep_takes_only_parts_that_nothing_waits_for() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let (wanted, whole) = (picture(1, 30_000), picture(2, 30_000));
    let lost = picture(3, 30_000);
    let case = alice.submitted_case("SSC", &[&wanted, &whole, &lost]);
    alice.send_all(&town).await;
    let frames = vec![frame(&wanted, 0, 9_000), frame(&lost, 0, 9_000), frame(&whole, 0, 30_000)];
    alice.send_frames(&town, frames).await;
    let reason = "存储卡损坏".into();
    alice.write(&[(case, Body::PhotoLost(PhotoLost { digest: Digest::of(&lost), reason }))]);
    alice.send_all(&town).await;
    let partial = |digest: Digest| town.folder.path().join("photos/partial").join(digest.to_string());
    let stray = Digest::of(b"nothing names it");
    std::fs::write(partial(Digest::of(&whole)), b"left by a crash").unwrap();
    std::fs::write(partial(stray), b"left by a crash").unwrap();
    assert_eq!(town.center.sweep_partials().unwrap(), 2);
    assert!(!partial(stray).exists() && !partial(Digest::of(&whole)).exists());
    assert!(partial(Digest::of(&lost)).exists(), "it may turn up after all");
    assert_eq!(alice.ask(&town).await.wanted[0].offset, 9_000);
    town.assert_sound();
}

#[tokio::test]
async fn x4_what_is_asked_for_is_what_is_taken() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU, OTHER]).await;
    let photo = picture(1, 5_000);
    let resident = alice.resident("周大山");
    let opened = alice.opened("SSC", resident, &[&photo]);
    alice.write_in(OTHER, &[(SubjectId(Uuid::new_v4()), opened)]);
    assert_eq!(alice.send_all(&town).await.wanted.len(), 1);
    take_village_away(&town, OTHER);
    let heard = alice.ask(&town).await;
    assert!(heard.wanted.is_empty(), "its frames would be dropped");
    let (receipts, problem) = alice.send_frames(&town, vec![frame(&photo, 0, 5_000)]).await;
    assert!(receipts.is_empty() && problem.is_none());
}

/// No laptop serves it from now on.
fn take_village_away(town: &Town, code: &str) {
    let folder = town.center.folder();
    let key = folder.read_key().unwrap();
    let store = database::open(&folder.database(), &key, &MIGRATIONS).unwrap();
    store.execute("DELETE FROM laptop_village WHERE stream = ?1", [code]).unwrap();
}

#[tokio::test]
async fn x4_a_laptop_hears_which_photos_cannot_be_sent_yet_and_why() {
    let town = Town::new();
    let laptop = RealLaptop::of(&town, &[DAHU]).await;
    let photos = [picture(1, 5_000), picture(2, 5_000), picture(3, 5_000)];
    for photo in &photos {
        laptop.ledger.lock().unwrap().put_photo(photo, laptop.clock.now()).unwrap();
    }
    let stranger = AgentId(Uuid::new_v4());
    for (photo, by) in photos.iter().zip([laptop.agent, stranger, laptop.agent]) {
        let resident = SubjectId(Uuid::new_v4());
        laptop.write(laptop.agent, &[(resident, recorded("name", "周大山"))]);
        let opened = Author::new(&[DAHU]).opened("SSC", resident, &[photo]);
        laptop.write(by, &[(SubjectId(Uuid::new_v4()), opened)]);
    }
    laptop.lose(&photos[2]);
    let outcome = laptop.sync(&town.center).await.unwrap();
    assert_eq!(outcome.photos_received, 1);
    assert_eq!(outcome.unsent, UnsentPhotos { gone: 1, refused: 1, not_asked: 0 });
    let again = laptop.sync(&town.center).await.unwrap();
    assert_eq!((again.photos_received, again.unsent), (0, outcome.unsent));
}

#[tokio::test]
async fn x4_a_photo_of_a_village_that_was_taken_away_is_not_sent_in_vain() {
    let town = Town::new();
    let laptop = RealLaptop::of(&town, &[DAHU]).await;
    let photo = picture(1, 5_000);
    laptop.ledger.lock().unwrap().put_photo(&photo, laptop.clock.now()).unwrap();
    let resident = SubjectId(Uuid::new_v4());
    laptop.write(laptop.agent, &[(resident, recorded("name", "周大山"))]);
    let opened = Author::new(&[DAHU]).opened("SSC", resident, &[&photo]);
    laptop.write(laptop.agent, &[(SubjectId(Uuid::new_v4()), opened)]);
    laptop.lose(&photo);
    laptop.sync(&town.center).await.unwrap();
    laptop.ledger.lock().unwrap().put_photo(&photo, laptop.clock.now()).unwrap();
    take_village_away(&town, DAHU);
    let outcome = laptop.sync(&town.center).await.unwrap();
    assert_eq!(outcome.unsent, UnsentPhotos { gone: 0, refused: 0, not_asked: 1 });
}

#[tokio::test]
async fn x4_that_a_photo_is_held_is_told_only_where_it_lies_in_scope() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let mut bob = town.author(&[FAR]).await;
    let photo = picture(1, 5_000);
    alice.submitted_case("SSC", &[&photo]);
    alice.send_all(&town).await;
    alice.send_frames(&town, vec![frame(&photo, 0, 5_000)]).await;
    bob.photos = alice.photos.clone();
    let heard = bob.send_all(&town).await;
    assert!(heard.receipt.photos.is_empty(), "his village names no such photo");
    let (receipts, _) = bob.send_frames(&town, vec![frame(&photo, 0, 5_000)]).await;
    assert!(receipts.is_empty());
    let mut carol = town.author(&[DAHU]).await;
    carol.photos = alice.photos.clone();
    assert_eq!(carol.send_all(&town).await.receipt.photos.len(), 1, "hers does");
}

#[tokio::test]
async fn x4_a_photo_declared_lost_is_not_asked_for_any_more() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let photo = picture(1, 5_000);
    let case = alice.submitted_case("SSC", &[&photo]);
    assert_eq!(alice.send_all(&town).await.wanted.len(), 1);
    assert_eq!(alice.ask(&town).await.wanted.len(), 1, "asked for in every answer");
    let lost = PhotoLost { digest: Digest::of(&photo), reason: "存储卡损坏".into() };
    alice.write(&[(case, Body::PhotoLost(lost))]);
    assert!(alice.send_all(&town).await.wanted.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x4_two_connections_with_the_same_photo_leave_it_whole() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let photo = picture(1, 200_000);
    alice.submitted_case("SSC", &[&photo]);
    alice.send_all(&town).await;
    let frames = || (0..20).map(|part| frame(&photo, part * 10_000, (part + 1) * 10_000)).collect::<Vec<_>>();
    let (one, two) = tokio::join!(alice.send_frames(&town, frames()), alice.send_frames(&town, frames()));
    assert!(one.1.is_none() && two.1.is_none(), "{one:?} {two:?}");
    assert!(!one.0.is_empty() || !two.0.is_empty());
    assert_eq!(std::fs::read(town.center.photos().place(Digest::of(&photo))).unwrap(), photo);
    town.assert_sound();
}
