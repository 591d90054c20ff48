//! What waits, cut into files of a chosen size (rule X6): each is a complete batch of its own, and they may be brought in any
//! order. Text comes first, in whole records; then photos, of which one goes over several files where much room would be lost.

use crate::exchange::{Peer, cursors_of, sign_manifest};
use crate::life;
use crate::messages::{Brings, Manifest, PROTOCOL_VERSION, PhotoNote, PhotoRange};
use crate::recovery::heads_of;
use crate::signed::Signed;
use bangban_ledger::photo_row::PendingPhoto;
use bangban_ledger::{Ledger, LedgerError};
use bangban_model::clock::Clock;
use bangban_model::entry::Entry;
use bangban_model::{Digest, RecordId};
use uuid::Uuid;

/// No file holds more photos: its manifest stays within what a center reads.
pub const MAX_FILE_PHOTOS: usize = 100_000;
/// No piece may be asked to be smaller (bytes): a record and a manifest must find room.
pub const LEAST_PIECE_BYTES: u64 = 1_000_000;
/// So many entries are read from the ledger at a time.
const ENTRIES_AT_ONCE: u64 = 256;
/// What a file takes besides its contents: head, seal, manifest, cursors (bytes).
const AROUND_BYTES: u64 = 48 * 1024;
/// What a photo takes besides its bytes: its place in the manifest, and what its parts begin with (bytes).
const NOTE_BYTES: u64 = 320;
const PART_BYTES: u64 = 256 * 1024;
const PART_HEAD_BYTES: u64 = 45;
/// What an entry takes besides its text (bytes).
const LINE_BYTES: u64 = 64;
/// A photo is cut only where so much of a piece would stay empty otherwise: one part in so many.
const WORTH_CUTTING: u64 = 8;

/// One file of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// First entry; for none, one more than the last.
    pub first_seq: u64,
    /// Last entry: the end of a record.
    pub last_seq: u64,
    /// Hash of the header of entry `last_seq`.
    pub head: Digest,
    /// Entries that come in later pieces.
    pub left: u64,
    /// Photos, and parts of photos: the range's digest is still to be made.
    pub photos: Vec<PhotoNote>,
}

/// Everything that waits, in pieces of at most so many bytes; in as few as can be where no size is asked for. Where nothing
/// waits, one piece that asks for what is new.
pub fn plan(ledger: &Ledger, piece_bytes: Option<u64>) -> Result<Vec<Piece>, LedgerError> {
    let outgoing = ledger.outgoing_within(u64::MAX)?;
    let photos = ledger.sendable_photos(usize::MAX)?;
    let none = Piece {
        first_seq: outgoing.first_seq,
        last_seq: outgoing.first_seq.saturating_sub(1),
        head: outgoing.head,
        left: 0,
        photos: Vec::new(),
    };
    let mut cutter = Cutter::new(none, outgoing.last_seq, piece_bytes);
    let mut first = outgoing.first_seq;
    let mut record_bytes = 0;
    while piece_bytes.is_some() && first <= outgoing.last_seq {
        let last = outgoing.last_seq.min(first + ENTRIES_AT_ONCE - 1);
        let entries = ledger.own_entries(first, last)?;
        if entries.len() as u64 != last + 1 - first {
            return Err(LedgerError::Damaged("a gap among this ledger's own entries"));
        }
        for entry in &entries {
            record_bytes += line_bytes(entry);
            let record = entry.header.record;
            if record.index + 1 == record.count {
                cutter.add_record(entry.header.seq, entry.header_hash(), record_bytes);
                record_bytes = 0;
            }
        }
        first = last + 1;
    }
    if piece_bytes.is_none() && outgoing.last_seq >= outgoing.first_seq {
        cutter.add_record(outgoing.last_seq, outgoing.head, 0);
    }
    for photo in photos {
        cutter.add_photo(photo);
    }
    Ok(cutter.end())
}

/// No entry's line is longer than this.
fn line_bytes(entry: &Entry) -> u64 {
    let body = entry.body_bytes.as_deref().unwrap_or_default();
    LINE_BYTES + escaped_bytes(&entry.header_bytes) + escaped_bytes(body)
}

/// How long a text is as a string in JSON.
fn escaped_bytes(text: &[u8]) -> u64 {
    let one = |byte: &u8| match byte {
        b'"' | b'\\' => 2,
        0..0x20 => 6,
        _ => 1,
    };
    text.iter().map(one).sum()
}

struct Cutter {
    /// What goes into a piece (bytes).
    room: u64,
    used: u64,
    last_of_all: u64,
    open: Piece,
    done: Vec<Piece>,
}

impl Cutter {
    fn new(open: Piece, last_of_all: u64, piece_bytes: Option<u64>) -> Self {
        // The seal and the packing add one part in some thousands to what does not shrink.
        let room = piece_bytes.map_or(u64::MAX, |bytes| {
            let bytes = bytes.max(LEAST_PIECE_BYTES);
            bytes - bytes / 500 - AROUND_BYTES
        });
        let left = (last_of_all + 1).saturating_sub(open.first_seq);
        Cutter { room, used: 0, last_of_all, open: Piece { left, ..open }, done: Vec::new() }
    }

    fn next_piece(&mut self) {
        let next = Piece {
            first_seq: self.open.last_seq + 1,
            last_seq: self.open.last_seq,
            head: self.open.head,
            left: self.open.left,
            photos: Vec::new(),
        };
        self.done.push(std::mem::replace(&mut self.open, next));
        self.used = 0;
    }

    /// Records come in order and are never cut: one that is larger than a piece has a piece of its own.
    fn add_record(&mut self, last_seq: u64, head: Digest, bytes: u64) {
        if self.used > 0 && self.used.saturating_add(bytes) > self.room {
            self.next_piece();
        }
        self.used = self.used.saturating_add(bytes);
        self.open.last_seq = last_seq;
        self.open.head = head;
        self.open.left = self.last_of_all - last_seq;
    }

    fn add_photo(&mut self, photo: PendingPhoto) {
        let mut offset = 0;
        while offset < photo.size_bytes {
            if self.open.photos.len() >= MAX_FILE_PHOTOS {
                self.next_piece();
            }
            let left = photo.size_bytes - offset;
            let length = self.fitting(left);
            let free = self.room.saturating_sub(self.used);
            if length < left && free < self.room / WORTH_CUTTING && self.used > 0 {
                self.next_piece();
                continue;
            }
            if length == 0 {
                self.next_piece();
                continue;
            }
            let range =
                (length < photo.size_bytes).then_some(PhotoRange { offset, length, digest: Digest::ZERO });
            self.open.photos.push(PhotoNote { digest: photo.digest, size_bytes: photo.size_bytes, range });
            self.used = self.used.saturating_add(cost_of(length));
            offset += length;
        }
    }

    /// How much of so many bytes still finds room.
    fn fitting(&self, bytes: u64) -> u64 {
        let free = self.room.saturating_sub(self.used);
        if cost_of(bytes) <= free {
            return bytes;
        }
        let free = free.saturating_sub(NOTE_BYTES);
        (free / (PART_BYTES + PART_HEAD_BYTES)) * PART_BYTES
    }

    fn end(mut self) -> Vec<Piece> {
        self.done.push(self.open);
        self.done
    }
}

fn cost_of(photo_bytes: u64) -> u64 {
    NOTE_BYTES + photo_bytes + photo_bytes.div_ceil(PART_BYTES) * PART_HEAD_BYTES
}

/// The manifest of a piece: with the cursors, so that the answer can go back by stick; and with what of streams it brings
/// back to a center that lost it.
pub fn prepare_piece(
    ledger: &mut Ledger,
    peer: &Peer,
    clock: &dyn Clock,
    piece: &Piece,
    brings: Vec<Brings>,
) -> Result<(Signed<Manifest>, Manifest), LedgerError> {
    let mut photos = piece.photos.clone();
    for note in &mut photos {
        let Some(range) = &mut note.range else { continue };
        let length = usize::try_from(range.length).unwrap_or(usize::MAX);
        let part = ledger.photo_part(note.digest, range.offset, length)?.unwrap_or_default();
        range.digest = Digest::of(&part);
    }
    let manifest = Manifest {
        protocol: PROTOCOL_VERSION,
        center: peer.center,
        batch: RecordId(Uuid::now_v7()),
        incarnation: ledger.life()?.id,
        first_seq: piece.first_seq,
        last_seq: piece.last_seq,
        head: piece.head,
        photos,
        made_at: clock.now().to_rfc3339(),
        program: crate::exchange::PROGRAM.to_owned(),
        pending_entries: piece.left,
        pending_photos: Some(bangban_ledger::photo_row::count(ledger.entries(), "pending")?),
        cursors: cursors_of(ledger)?,
        newest_form: ledger.newest_form()?,
        lives: life::statements(ledger, peer.center)?,
        heads: heads_of(ledger)?,
        brings,
    };
    Ok((sign_manifest(ledger, &manifest)?, manifest))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut(piece_bytes: Option<u64>, records: &[u64], photos: &[u64]) -> Vec<Piece> {
        let none = Piece { first_seq: 7, last_seq: 6, head: Digest::ZERO, left: 0, photos: Vec::new() };
        let mut cutter = Cutter::new(none, 6 + records.len() as u64, piece_bytes);
        for (seq, bytes) in (7..).zip(records) {
            cutter.add_record(seq, Digest::of(&seq.to_be_bytes()), *bytes);
        }
        for (at, size_bytes) in photos.iter().enumerate() {
            cutter.add_photo(PendingPhoto { digest: Digest::of(&at.to_le_bytes()), size_bytes: *size_bytes });
        }
        cutter.end()
    }

    #[test]
    fn x6_nothing_that_waits_is_one_file_that_asks() {
        let pieces = cut(Some(LEAST_PIECE_BYTES), &[], &[]);
        assert_eq!((pieces.len(), pieces[0].first_seq, pieces[0].last_seq), (1, 7, 6));
        assert_eq!(cut(None, &[10; 50], &[16 << 20; 50]).len(), 1, "no size is asked for");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn x6_pieces_hold_everything_once_in_order_and_none_is_too_large(
            size in 1_000_000u64..30_000_000,
            records in proptest::collection::vec(1u64..200_000, 0..60),
            photos in proptest::collection::vec(1u64..16 << 20, 0..20),
        ) {
            let pieces = cut(Some(size), &records, &photos);
            let mut next = 7;
            let mut taken = vec![0u64; photos.len()];
            for piece in &pieces {
                prop_assert_eq!(piece.first_seq, next);
                next = piece.last_seq + 1;
                prop_assert_eq!(piece.left, 7 + records.len() as u64 - next);
                let text: u64 = (piece.first_seq..next).map(|seq| records[(seq - 7) as usize]).sum();
                let mut bytes = text;
                for note in &piece.photos {
                    let at = (0..photos.len()).find(|at| Digest::of(&at.to_le_bytes()) == note.digest).unwrap();
                    let (offset, length) = note.range.map_or((0, note.size_bytes), |range| (range.offset, range.length));
                    prop_assert_eq!(offset, taken[at], "in order, without a gap");
                    prop_assert!(length > 0);
                    taken[at] += length;
                    bytes += length;
                }
                prop_assert!(bytes <= size, "{} in a piece of {}", bytes, size);
            }
            prop_assert_eq!(next, 7 + records.len() as u64);
            prop_assert_eq!(taken, photos);
        }
    }
}
