//! Whether entries and photos are what the manifest says, one after the other. Writer and reader use the same check.

use super::BatchProblem;
use crate::messages::{AnswerLine, EntryLine, MAX_PHOTO_BYTES, Manifest, PROTOCOL_VERSION, PhotoNote};
use crate::protocol::PhotoFrame;
use bangban_model::{Digest, Entry, StreamId};
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;

/// Follows a batch from its manifest to its end.
pub(super) struct BatchCheck {
    manifest: Manifest,
    /// The number that the next entry must have.
    next_seq: u64,
    previous: Option<Digest>,
    /// Whether the last entry ended its record.
    record_whole: bool,
    /// Which photo of the manifest is coming, how much of it came, and its hash so far.
    photo: usize,
    photo_bytes: u64,
    hasher: Sha256,
    /// What is brought back is still to come, the next last: of which stream, the next position and the last.
    brings: Vec<(StreamId, u64, u64)>,
}

impl BatchCheck {
    /// Begins with the manifest; what it says must be possible.
    pub(super) fn begin(manifest: Manifest) -> Result<Self, BatchProblem> {
        if manifest.protocol > PROTOCOL_VERSION {
            return Err(BatchProblem::NewerFormat);
        }
        let last = manifest.last_seq;
        if manifest.first_seq == 0 || last > i64::MAX as u64 || manifest.first_seq > last.saturating_add(1) {
            return Err(BatchProblem::Damaged("the manifest's entries"));
        }
        let mut seen = HashSet::new();
        let possible = |size: u64| (1..=MAX_PHOTO_BYTES).contains(&size);
        let fits = |note: &PhotoNote| {
            let (offset, length) = note.extent();
            length >= 1 && offset.checked_add(length).is_some_and(|end| end <= note.size_bytes)
        };
        let all_fit = manifest
            .photos
            .iter()
            .all(|note| possible(note.size_bytes) && fits(note) && seen.insert(note.digest));
        if !all_fit {
            return Err(BatchProblem::Damaged("the manifest's photos"));
        }
        let mut brings: Vec<(StreamId, u64, u64)> = Vec::new();
        for brought in manifest.brings.iter().rev() {
            let head = brought.claim.head.unverified();
            let head = head.map_err(|_| BatchProblem::Damaged("what is brought back"))?;
            let again = brings.iter().any(|(stream, ..)| *stream == head.stream);
            if again || brought.first == 0 || brought.first > head.position {
                return Err(BatchProblem::Damaged("what is brought back"));
            }
            brings.push((head.stream, brought.first, head.position));
        }
        Ok(BatchCheck {
            brings,
            next_seq: manifest.first_seq,
            manifest,
            previous: None,
            record_whole: true,
            photo: 0,
            photo_bytes: 0,
            hasher: Sha256::new(),
        })
    }

    pub(super) fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The next line of what is brought back: of the stream that is due, at the next position. Whether it leads to what the
    /// center signed is the center's to compute.
    pub(super) fn take_brought(&mut self, line: &AnswerLine) -> Result<(), BatchProblem> {
        let wrong = BatchProblem::Damaged("what is brought back");
        let (stream, position) = match line {
            AnswerLine::Mark(mark) => (mark.stream.clone(), mark.position),
            AnswerLine::Entry(positioned) => {
                let entry = positioned.entry.clone().into_entry().map_err(|_| wrong)?;
                (entry.header.stream, positioned.position)
            }
            _ => return Err(wrong),
        };
        let Some((due, next, last)) = self.brings.last_mut() else { return Err(wrong) };
        if stream != *due || position != *next {
            return Err(wrong);
        }
        if position == *last {
            self.brings.pop();
        } else {
            *next += 1;
        }
        Ok(())
    }

    /// The next entry: of this ledger, with the next number, chained to the one before it, in whole records.
    pub(super) fn take_entry(&mut self, line: &EntryLine) -> Result<(), BatchProblem> {
        self.brought_whole()?;
        let entry = line.clone().into_entry().map_err(|_| BatchProblem::Damaged("an entry"))?;
        if self.next_seq > self.manifest.last_seq {
            return Err(BatchProblem::Damaged("more entries than the manifest says"));
        }
        if !self.fits(&entry) {
            return Err(BatchProblem::Damaged("the chain of entries"));
        }
        let hash = entry.header_hash();
        if self.next_seq == self.manifest.last_seq && hash != self.manifest.head {
            return Err(BatchProblem::Damaged("the head of the chain"));
        }
        self.previous = Some(hash);
        self.next_seq += 1;
        let record = entry.header.record;
        self.record_whole = record.index.checked_add(1) == Some(record.count);
        Ok(())
    }

    fn fits(&self, entry: &Entry) -> bool {
        let header = &entry.header;
        let chained = match self.previous {
            Some(previous) => header.prev == previous,
            // What stands before the first is the center's to compare, except before the very first.
            None => header.seq != 1 || header.prev == Digest::ZERO,
        };
        header.incarnation == self.manifest.incarnation
            && header.seq == self.next_seq
            && chained
            && self.record_whole == (header.record.index == 0)
    }

    /// The next bytes of the next photo, or of the part of it that the file holds, from the first byte to the last.
    pub(super) fn take_photo(&mut self, frame: &PhotoFrame) -> Result<(), BatchProblem> {
        self.entries_whole()?;
        let note = self.manifest.photos.get(self.photo);
        let note = note.ok_or(BatchProblem::Damaged("more photos than the manifest says"))?;
        let (start, length) = note.extent();
        let expected = note.range.map_or(note.digest, |range| range.digest);
        let end = self.photo_bytes.saturating_add(frame.bytes.len() as u64);
        let in_place = frame.digest == note.digest && frame.offset == start + self.photo_bytes;
        if !in_place || frame.bytes.is_empty() || end > length {
            return Err(BatchProblem::Damaged("a photo's place or size"));
        }
        self.hasher.update(&frame.bytes);
        self.photo_bytes = end;
        if end == length {
            if Digest(self.hasher.finalize_reset().into()) != expected {
                return Err(BatchProblem::Damaged("a photo does not match its digest"));
            }
            self.photo += 1;
            self.photo_bytes = 0;
        }
        Ok(())
    }

    /// The end: everything that the manifest says was there.
    pub(super) fn end(&self) -> Result<(), BatchProblem> {
        self.entries_whole()?;
        if self.photo < self.manifest.photos.len() {
            return Err(BatchProblem::Damaged("photos are missing"));
        }
        Ok(())
    }

    fn brought_whole(&self) -> Result<(), BatchProblem> {
        if self.brings.is_empty() {
            Ok(())
        } else {
            Err(BatchProblem::Damaged("what is brought back is missing"))
        }
    }

    fn entries_whole(&self) -> Result<(), BatchProblem> {
        self.brought_whole()?;
        if self.next_seq <= self.manifest.last_seq || !self.record_whole {
            return Err(BatchProblem::Damaged("entries are missing"));
        }
        Ok(())
    }
}
