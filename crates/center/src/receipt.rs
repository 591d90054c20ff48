//! Receipts: the center's signed word on what it holds (rule X2), and the photos it still wants (rule X4).

use crate::center::Center;
use crate::error::CenterError;
use crate::photos::{Appended, PhotoShelf};
use crate::store::{Laptop, VisitNote};
use bangban_keys::SigningKey;
use bangban_model::chain::received_at_text;
use bangban_model::{Code, Digest, IncarnationId, StreamId, planted};
use bangban_sync::{Manifest, PhotoNote, PhotoReceipt, Reach, Receipt, Refused, Signed, StreamHead, Wanted};
use chrono::DateTime;

/// One refused entry takes less than this in a receipt line, its quotes escaped (bytes).
const REFUSED_BYTES: usize = 160;
/// One photo does.
const PHOTO_BYTES: usize = 80;
/// What stands around a line's statement (bytes).
const AROUND_BYTES: usize = 512;

/// What a receipt goes into.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// No line is longer.
    pub line_bytes: usize,
    /// Why no pages follow, where they cannot be had.
    pub pages_refused: Option<Code>,
    /// Whether the laptop asked: a file that it did not ask for is no visit.
    pub asked: bool,
}

/// The first lines of an answer.
#[derive(Debug)]
pub struct Opening {
    /// The receipt, in as many lines as it needs; see [`signed_lines`].
    pub receipts: Vec<Signed<Receipt>>,
    /// What is still wanted.
    pub wanted: Vec<Wanted>,
    /// The heads that the receipt names: pages end there.
    pub heads: Vec<StreamHead>,
}

impl Center {
    /// Writes the receipt for a laptop as things stand now, and notes its visit.
    pub(crate) fn open_answer(
        &self,
        laptop: &Laptop,
        manifest: &Manifest,
        room: Room,
    ) -> Result<Opening, CenterError> {
        let wanted = self.wanted_of(laptop, &manifest.photos)?;
        // Photos that a crash left whole but unnamed were found just now: the receipt can name them.
        let holding = self.store().holding(laptop, manifest.incarnation, &manifest.photos)?;
        // A revoked laptop is told what came of what it hands in, and of nothing else (rule X8).
        let told = holding.heads.into_iter().filter(|_| !laptop.is_revoked());
        let heads: Vec<StreamHead> = told
            .map(|(stream, position, hash)| self.head(stream, position, hash))
            .collect::<Result<_, _>>()?;
        let now = self.now();
        let audit_heads = if laptop.is_revoked() { Vec::new() } else { holding.audit_heads };
        let receipt = Receipt {
            center: self.identity().id,
            incarnation: manifest.incarnation,
            prefix: match planted::out("ack_before_commit") {
                true => Some(Reach { seq: manifest.last_seq, header_hash: manifest.head }),
                false => holding.prefix,
            },
            ranges: holding.ranges,
            refused: holding.refused,
            photos: holding.photos,
            stream_heads: heads.clone(),
            backup: match laptop.is_revoked() {
                true => None,
                false => self.store().newest_backup(now)?.map(|backup| backup.made_at),
            },
            given_at: received_at_text(now),
            villages: laptop.villages.iter().map(|code| self.village(code)).collect::<Result<_, _>>()?,
            tls_pins: self.tls_pins().to_vec(),
            pages_refused: room.pages_refused,
            revoked_at: laptop.revoked_at.clone(),
            audit_heads: audit_heads.clone(),
        };
        let receipts = signed_lines(receipt, self.signing(), room.line_bytes)?;
        let signed_heads = heads
            .iter()
            .filter(|head| head.position > 0)
            .map(|head| Ok((head.clone(), Signed::sign(head, self.signing())?)))
            .collect::<Result<Vec<_>, CenterError>>()?;
        let skew_ms =
            DateTime::parse_from_rfc3339(&manifest.made_at).ok().map(|at| (at - now).num_milliseconds());
        self.store().note_visit(
            laptop.id,
            &VisitNote {
                asked: room.asked,
                now,
                skew_ms,
                program: manifest.program.chars().take(100).collect(),
                pending_entries: manifest.pending_entries,
                newest_form: manifest.newest_form,
                pending_photos: manifest.pending_photos,
                heads: signed_heads,
                audit_heads,
            },
        )?;
        Ok(Opening { receipts, wanted, heads })
    }

    /// What the center wants from a laptop, with offsets that are durable before they are told.
    fn wanted_of(&self, laptop: &Laptop, named: &[PhotoNote]) -> Result<Vec<Wanted>, CenterError> {
        let shelf: &PhotoShelf = self.photos();
        let mut wanted = Vec::new();
        for photo in self.store().wanted_photos(laptop.id, named)? {
            if let Some(size_bytes) = shelf.settled_bytes(photo.digest)? {
                // Renamed in place before a crash, its row not written: it is here.
                self.store().keep_photo(photo.digest, size_bytes, self.now())?;
                continue;
            }
            let mut offset = shelf.durable_offset(&photo)?;
            if photo.sizes.contains(&offset) {
                // Its last byte came just before a crash, or before an entry gave its right size. Asked for from there on,
                // nothing would be sent: it is finished here, goes on to a larger size, or begins again.
                match shelf.append(&photo, offset, &[])? {
                    Appended::Whole { size_bytes } => {
                        self.store().keep_photo(photo.digest, size_bytes, self.now())?;
                        continue;
                    }
                    Appended::WrongDigest => offset = 0,
                    Appended::Skipped | Appended::Grown => {}
                }
            }
            wanted.push(Wanted { digest: photo.digest, offset });
        }
        Ok(wanted)
    }

    pub(crate) fn head(
        &self,
        stream: StreamId,
        position: u64,
        hash: Digest,
    ) -> Result<StreamHead, CenterError> {
        Ok(StreamHead { stream, position, hash, epoch: self.epoch()? })
    }

    /// Signs for photos that are whole, verified and durable.
    pub(crate) fn photo_receipt(
        &self,
        life: IncarnationId,
        photos: Vec<Digest>,
    ) -> Result<Signed<PhotoReceipt>, CenterError> {
        let receipt = PhotoReceipt {
            center: self.identity().id,
            incarnation: life,
            photos,
            given_at: received_at_text(self.now()),
        };
        Ok(Signed::sign(&receipt, self.signing())?)
    }
}

/// The receipt as one signed line; where that would be longer than `line_bytes`, as several. What is refused and which
/// photos are here comes in lines that say nothing else; the last line alone says how far everything is held. So whoever
/// stops reading in between takes nothing for received, and a refused record least of all.
fn signed_lines(
    mut receipt: Receipt,
    signing: &SigningKey,
    line_bytes: usize,
) -> Result<Vec<Signed<Receipt>>, CenterError> {
    let whole = Signed::sign(&receipt, signing)?;
    if length_of(&whole)? <= line_bytes {
        return Ok(vec![whole]);
    }
    let bare = Receipt {
        prefix: None,
        ranges: Vec::new(),
        refused: Vec::new(),
        photos: Vec::new(),
        stream_heads: Vec::new(),
        villages: Vec::new(),
        tls_pins: Vec::new(),
        audit_heads: Vec::new(),
        ..receipt.clone()
    };
    let mut lines = Vec::new();
    let mut sign = |line: Receipt| -> Result<(), CenterError> {
        lines.push(Signed::sign(&line, signing)?);
        Ok(())
    };
    let mut part: Vec<Refused> = Vec::new();
    let mut room = line_bytes / 2 / REFUSED_BYTES;
    for Refused { record, seqs, reason } in std::mem::take(&mut receipt.refused) {
        let mut seqs = seqs.as_slice();
        while !seqs.is_empty() {
            let (now, later) = seqs.split_at(seqs.len().min(room.max(1)));
            part.push(Refused { record, seqs: now.to_vec(), reason });
            room = room.saturating_sub(now.len());
            seqs = later;
            if room == 0 {
                sign(Receipt { refused: std::mem::take(&mut part), ..bare.clone() })?;
                room = line_bytes / 2 / REFUSED_BYTES;
            }
        }
    }
    if !part.is_empty() {
        sign(Receipt { refused: part, ..bare.clone() })?;
    }
    for photos in std::mem::take(&mut receipt.photos).chunks((line_bytes / 2 / PHOTO_BYTES).max(1)) {
        sign(Receipt { photos: photos.to_vec(), ..bare.clone() })?;
    }
    sign(receipt)?;
    Ok(lines)
}

fn length_of(line: &Signed<Receipt>) -> Result<usize, CenterError> {
    let text = serde_json::to_vec(line).map_err(|_| CenterError::Coded(Code::Internal))?;
    Ok(text.len() + AROUND_BYTES)
}
