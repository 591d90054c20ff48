//! What waits, in files of a chosen size: in any order, mixed with the network (rule X6).

use crate::author::*;
use crate::real::RealLaptop;
use bangban_model::{Code, Digest, SubjectId};
use bangban_sync::batch_file::write_batch;
use bangban_sync::exchange::entry_stream;
use bangban_sync::pieces::{LEAST_PIECE_BYTES, Piece, plan, prepare_piece};
use bangban_sync::{PhotoFrame, PhotoLine};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use std::fs::File;
use std::path::PathBuf;
use uuid::Uuid;

/// Bytes that do not shrink.
fn noise(seed: u64, bytes: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let words = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    });
    words.flat_map(u64::to_le_bytes).take(bytes).collect()
}

struct Cut {
    town: Town,
    laptop: RealLaptop,
    files: Vec<PathBuf>,
    pieces: Vec<Piece>,
    photos: Vec<Vec<u8>>,
}

impl Cut {
    /// Much text, photos, and one photo that is larger than a piece.
    async fn begin() -> Self {
        let town = Town::new();
        let laptop = RealLaptop::of(&town, &[DAHU]).await;
        let photos: Vec<Vec<u8>> =
            [(1, 400_000), (2, 2_300_000), (3, 500_000)].map(|(seed, bytes)| noise(seed, bytes)).to_vec();
        for photo in &photos {
            laptop.ledger.lock().unwrap().put_photo(photo, laptop.clock.now()).unwrap();
        }
        for at in 0..8 {
            let resident = SubjectId(Uuid::new_v4());
            let long = format!("周大山{}", "山".repeat(60_000));
            laptop.write(laptop.agent, &[(resident, recorded("name", &long))]);
            if let Some(photo) = photos.get(at) {
                let opened = Author::new(&[DAHU]).opened("SSC", resident, &[photo]);
                laptop.write(laptop.agent, &[(SubjectId(Uuid::new_v4()), opened)]);
            }
        }
        let mut cut = Cut { town, laptop, files: Vec::new(), pieces: Vec::new(), photos };
        cut.pieces = plan(&cut.laptop.ledger.lock().unwrap(), Some(LEAST_PIECE_BYTES)).unwrap();
        for at in 0..cut.pieces.len() {
            let file = cut.write(at).await;
            let size = std::fs::metadata(&file).unwrap().len();
            assert!(size <= LEAST_PIECE_BYTES, "piece {at} has {size} bytes");
            cut.files.push(file);
        }
        cut
    }

    async fn write(&self, at: usize) -> PathBuf {
        let piece = &self.pieces[at];
        let (signed, manifest) = {
            let mut ledger = self.laptop.ledger.lock().unwrap();
            prepare_piece(&mut ledger, &self.laptop.peer, self.laptop.clock.as_ref(), piece, Vec::new())
                .unwrap()
        };
        let entries: Vec<_> =
            entry_stream(self.laptop.ledger.clone(), manifest.first_seq, manifest.last_seq).collect().await;
        let photos: Vec<_> = manifest
            .photos
            .iter()
            .map(|note| {
                let photo = self.photos.iter().find(|photo| Digest::of(photo) == note.digest).unwrap();
                let (offset, length) = note.extent();
                Ok(Bytes::copy_from_slice(&photo[offset as usize..(offset + length) as usize]))
            })
            .collect();
        let path = self.town.folder.path().join(format!("piece-{at}.bangban"));
        let key = self.town.center.public().batch_key.clone();
        write_batch(File::create(&path).unwrap(), &key, &signed, entries, photos).unwrap();
        path
    }

    fn bring(&self, at: usize) -> u64 {
        let receipt = self.town.folder.path().join("receipt.bangban");
        self.town.center.receive_batch_file(&self.files[at], &receipt).unwrap().wanted
    }

    fn held(&self) -> usize {
        let place = |photo: &Vec<u8>| self.town.center.photos().place(Digest::of(photo));
        self.photos
            .iter()
            .filter(|photo| std::fs::read(place(photo)).is_ok_and(|held| held == **photo))
            .count()
    }

    /// By network: nothing is left to send.
    async fn assert_complete(&self) {
        assert_eq!(self.held(), self.photos.len());
        let outcome = self.laptop.sync(&self.town.center).await.unwrap();
        assert_eq!(outcome.photos_received, 0, "the receipt names them all");
        assert_eq!(self.laptop.ledger.lock().unwrap().pending_photos().unwrap().len(), 0);
        assert!(self.laptop.standings().iter().all(|standing| standing == "positioned"));
        let early = self.town.folder.path().join("photos/early");
        assert!(!early.exists() || early.read_dir().unwrap().next().is_none(), "nothing is left over");
        self.town.assert_sound();
    }
}

#[tokio::test]
async fn x6_pieces_are_complete_files_and_may_come_in_any_order() {
    for order in [[0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0], [2, 4, 0, 5, 3, 1], [3, 0, 5, 1, 4, 2]] {
        let cut = Cut::begin().await;
        assert_eq!(cut.pieces.len(), order.len(), "{:?}", cut.pieces);
        assert!(cut.pieces.iter().any(|piece| piece.photos.iter().any(|note| note.range.is_some())));
        for at in order {
            cut.bring(at);
            // A file brought twice changes nothing.
            cut.bring(at);
        }
        assert_eq!(cut.bring(order[0]), 0, "{order:?}: everything came");
        cut.assert_complete().await;
    }
}

#[tokio::test]
async fn x6_pieces_mix_with_the_network() {
    let cut = Cut::begin().await;
    let last = cut.pieces.len() - 1;
    cut.bring(last);
    assert_eq!(cut.held(), 0, "nothing names them here yet");
    // The text by network, and the beginning of the long photo on a line that is cut.
    let post = {
        let mut ledger = cut.laptop.ledger.lock().unwrap();
        bangban_sync::exchange::prepare_post(&mut ledger, &cut.laptop.peer, cut.laptop.clock.as_ref(), false)
            .unwrap()
    };
    let entries = entry_stream(cut.laptop.ledger.clone(), post.1.first_seq, post.1.last_seq);
    let post = bangban_sync::Post { head: post.0, entries };
    use bangban_sync::SyncProtocol;
    cut.town.center.exchange(&cut.laptop.peer.token, post).await.unwrap().collect::<Vec<_>>().await;
    let long = &cut.photos[1];
    let frame =
        PhotoFrame { digest: Digest::of(long), offset: 0, bytes: Bytes::copy_from_slice(&long[..100_000]) };
    let lines =
        cut.town.center.send_photos(&cut.laptop.peer.token, None, stream::iter([Ok(frame)]).boxed()).await;
    let lines: Vec<_> = lines.unwrap().collect().await;
    assert!(matches!(lines.as_slice(), [Ok(PhotoLine::Got(100_000))]));
    for at in 0..last {
        cut.bring(at);
    }
    cut.assert_complete().await;
}

#[tokio::test]
async fn x6_photos_that_no_entry_names_are_not_kept() {
    let cut = Cut::begin().await;
    for at in 0..cut.pieces.len() {
        cut.bring(at);
    }
    // A stranger's photo in a file whose entries are all here: nothing will come to name it.
    let stray = noise(9, 50_000);
    let mut piece = plan(&cut.laptop.ledger.lock().unwrap(), None).unwrap().remove(0);
    piece.photos.push(bangban_sync::PhotoNote::whole(Digest::of(&stray), 50_000));
    let mut cut = cut;
    cut.photos.push(stray.clone());
    cut.pieces.push(piece);
    let file = cut.write(cut.pieces.len() - 1).await;
    cut.files.push(file);
    cut.bring(cut.files.len() - 1);
    assert!(!cut.town.center.photos().place(Digest::of(&stray)).exists());
    let early = cut.town.folder.path().join("photos/early");
    assert!(!early.exists() || early.read_dir().unwrap().next().is_none());
}

#[tokio::test]
async fn x6_decisions_and_receipts_come_as_a_file_that_nobody_asked_for() {
    let cut = Cut::begin().await;
    for at in 0..cut.pieces.len() {
        cut.bring(at);
    }
    let laptop = cut.town.center.store().laptops_in("").unwrap().remove(0);
    let file = cut.town.folder.path().join("answer.bangban");
    assert_eq!(cut.town.center.write_answer_file(laptop.laptop.id, &file).unwrap(), 0);
    let seen = cut.town.center.store().laptops_in("").unwrap().remove(0);
    assert_eq!(seen.last_seen, laptop.last_seen, "she did not ask");
    let reader = {
        let ledger = cut.laptop.ledger.lock().unwrap();
        let life = ledger.life().unwrap();
        let public = cut.town.center.public();
        bangban_sync::batch_file::ReceiptReader::open(
            File::open(&file).unwrap(),
            &life.opening,
            public.id,
            &public.verifying_key,
            life.id,
        )
        .unwrap()
    };
    let lines: Vec<_> = reader.map(|line| Ok(line.unwrap())).collect();
    let life = cut.laptop.ledger.lock().unwrap().life().unwrap().id;
    let (ledger, peer, clock) = (&cut.laptop.ledger, &cut.laptop.peer, &cut.laptop.clock);
    let mut taker = bangban_sync::exchange::AnswerReader::new(ledger, peer, clock, life);
    taker.read(stream::iter(lines).boxed()).await.unwrap();
    assert!(cut.laptop.standings().iter().all(|standing| standing == "positioned"));
    let unknown = cut.town.center.write_answer_file(Uuid::new_v4(), &file).unwrap_err();
    assert_eq!(unknown.code(), Code::LaptopUnknown);
}
