//! Receipts: the center's signed word on what it holds (rule X2), and the photos it still wants (rule X4).

use crate::center::Center;
use crate::error::CenterError;
use crate::photos::{Appended, PhotoShelf};
use crate::store::{Laptop, VisitNote};
use bangban_model::Digest;
use bangban_model::chain::received_at_text;
use bangban_model::{IncarnationId, StreamId, planted};
use bangban_sync::{Manifest, PhotoReceipt, Reach, Receipt, Signed, StreamHead, Wanted};
use chrono::DateTime;

/// The first lines of an answer.
#[derive(Debug)]
pub struct Opening {
    /// The receipt.
    pub receipt: Signed<Receipt>,
    /// What is still wanted.
    pub wanted: Vec<Wanted>,
    /// The heads that the receipt names: pages end there.
    pub heads: Vec<StreamHead>,
}

impl Center {
    /// Writes the receipt for a laptop as things stand now, and notes its visit.
    pub(crate) fn open_answer(&self, laptop: &Laptop, manifest: &Manifest) -> Result<Opening, CenterError> {
        let wanted = self.wanted_of(laptop)?;
        // Photos that a crash left whole but unnamed were found just now: the receipt can name them.
        let holding = self.store().holding(laptop, manifest.incarnation, &manifest.photos)?;
        let heads: Vec<StreamHead> = holding
            .heads
            .into_iter()
            .map(|(stream, position, hash)| self.head(stream, position, hash))
            .collect();
        let now = self.now();
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
            backup: None,
            given_at: received_at_text(now),
        };
        let receipt = Signed::sign(&receipt, self.signing())?;
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
                now,
                skew_ms,
                program: manifest.program.chars().take(100).collect(),
                pending_entries: manifest.pending_entries,
                heads: signed_heads,
            },
        )?;
        Ok(Opening { receipt, wanted, heads })
    }

    /// What the center wants from a laptop, with offsets that are durable before they are told.
    fn wanted_of(&self, laptop: &Laptop) -> Result<Vec<Wanted>, CenterError> {
        let shelf: &PhotoShelf = self.photos();
        let mut wanted = Vec::new();
        for note in self.store().wanted_photos(laptop.id)? {
            if shelf.holds(&note)? {
                // Renamed in place before a crash, its row not written: it is here.
                self.store().keep_photo(note.digest, note.size_bytes, self.now())?;
                continue;
            }
            let mut offset = shelf.durable_offset(note.digest, note.size_bytes)?;
            if offset == note.size_bytes {
                // Its last byte came just before a crash. Asked for from there on, nothing would be sent: it is
                // finished here, or begins again.
                if shelf.append(&note, offset, &[])? == Appended::Whole {
                    self.store().keep_photo(note.digest, note.size_bytes, self.now())?;
                    continue;
                }
                offset = 0;
            }
            wanted.push(Wanted { digest: note.digest, offset });
        }
        Ok(wanted)
    }

    pub(crate) fn head(&self, stream: StreamId, position: u64, hash: Digest) -> StreamHead {
        StreamHead { stream, position, hash, epoch: self.identity().epoch }
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
