//! Fictitious messages for this crate's tests.
#![allow(clippy::unwrap_used)]

use crate::messages::*;
use crate::signed::Signed;
use bangban_keys::{OpeningKey, SigningKey};
use bangban_model::body::{AgentRemoved, Body};
use bangban_model::entry::{NewEntry, Place, RecordPart, seal};
use bangban_model::ids::{Actor, AgentId};
use bangban_model::{Audience, Digest, Entry, EntryId, IncarnationId, RecordId, StreamId, SubjectId};
use uuid::Uuid;

/// One laptop and its center.
pub(crate) struct Sample {
    pub laptop: SigningKey,
    pub laptop_box: OpeningKey,
    pub center: SigningKey,
    pub center_box: OpeningKey,
    pub center_id: Uuid,
    pub incarnation: IncarnationId,
}

impl Sample {
    pub(crate) fn new() -> Self {
        Sample {
            laptop: SigningKey::from_secret_bytes(&[1; 32]),
            laptop_box: OpeningKey::random(),
            center: SigningKey::from_secret_bytes(&[2; 32]),
            center_box: OpeningKey::random(),
            center_id: Uuid::from_u128(7),
            incarnation: IncarnationId(Uuid::from_u128(8)),
        }
    }

    /// A chain of single-entry records from this number on.
    pub(crate) fn entries(&self, first_seq: u64, count: u64) -> Vec<Entry> {
        let mut prev = if first_seq == 1 { Digest::ZERO } else { Digest::of(b"earlier") };
        let one = |seq: u64| {
            let new = NewEntry {
                stream: village(),
                subject: SubjectId(Uuid::from_u128(9)),
                audience: Audience::All,
                saw: None,
                body: Body::AgentRemoved(AgentRemoved { agent: AgentId(Uuid::from_u128(u128::from(seq))) }),
            };
            let place = Place {
                id: EntryId(Uuid::from_u128(1000 + u128::from(seq))),
                incarnation: self.incarnation,
                seq,
                prev,
                stream_prev: prev,
                at: "2026-05-09T08:00:00+08:00".parse().unwrap(),
                by: Actor::Agent(AgentId(Uuid::from_u128(5))),
                record: RecordPart {
                    id: RecordId(Uuid::from_u128(2000 + u128::from(seq))),
                    index: 0,
                    count: 1,
                },
                salt: [seq as u8; 16],
            };
            let entry = seal(&new, place).unwrap();
            prev = entry.header_hash();
            entry
        };
        (first_seq..first_seq + count).map(one).collect()
    }

    pub(crate) fn lines(&self, first_seq: u64, count: u64) -> Vec<EntryLine> {
        self.entries(first_seq, count).iter().map(|entry| EntryLine::of(entry).unwrap()).collect()
    }

    pub(crate) fn manifest(&self, entries: &[Entry], photos: &[Vec<u8>]) -> Manifest {
        let first_seq = entries.first().map_or(1, |entry| entry.header.seq);
        Manifest {
            protocol: PROTOCOL_VERSION,
            center: self.center_id,
            batch: RecordId(Uuid::from_u128(6)),
            incarnation: self.incarnation,
            first_seq,
            last_seq: first_seq + entries.len() as u64 - 1,
            head: entries.last().map_or(Digest::ZERO, Entry::header_hash),
            photos: photos
                .iter()
                .map(|photo| PhotoNote::whole(Digest::of(photo), photo.len() as u64))
                .collect(),
            made_at: "2026-05-09T08:00:00+08:00".into(),
            program: "test".into(),
            pending_entries: 0,
            pending_photos: None,
            cursors: Vec::new(),
            newest_form: 0,
            lives: Vec::new(),
            heads: Vec::new(),
            brings: Vec::new(),
        }
    }

    pub(crate) fn head(&self, entries: &[Entry]) -> PostHead {
        let manifest = Signed::sign(&self.manifest(entries, &[]), &self.laptop).unwrap();
        PostHead {
            manifest,
            cursors: vec![Cursor { stream: village(), position: 0, stream_hash: Digest::ZERO, whole: false }],
        }
    }

    pub(crate) fn receipt(&self) -> Receipt {
        Receipt {
            center: self.center_id,
            incarnation: self.incarnation,
            prefix: Some(Reach { seq: 3, header_hash: Digest::of(b"head") }),
            ranges: Vec::new(),
            refused: Vec::new(),
            photos: vec![Digest::of(b"photo")],
            stream_heads: Vec::new(),
            backup: None,
            given_at: "2026-05-09T08:00:01+08:00".into(),
            villages: Vec::new(),
            tls_pins: Vec::new(),
            pages_refused: None,
            revoked_at: None,
            audit_heads: Vec::new(),
        }
    }

    pub(crate) fn answer(&self) -> Vec<AnswerLine> {
        let positioned = |(at, entry): (usize, EntryLine)| {
            let received_at = "2026-05-09T08:00:01+08:00".into();
            AnswerLine::Entry(Positioned { position: at as u64 + 1, received_at, entry })
        };
        let head = StreamHead { stream: village(), position: 2, hash: Digest::of(b"stream"), epoch: 1 };
        let mut lines = vec![
            AnswerLine::Receipt(Signed::sign(&self.receipt(), &self.center).unwrap()),
            AnswerLine::Wanted(vec![Wanted { digest: Digest::of(b"photo"), offset: 12 }]),
        ];
        lines.extend(self.lines(1, 2).into_iter().enumerate().map(positioned));
        lines.push(AnswerLine::Head(Signed::sign(&head, &self.center).unwrap()));
        lines.push(AnswerLine::End);
        lines
    }

    pub(crate) fn photo_receipt(&self) -> Signed<PhotoReceipt> {
        let receipt = PhotoReceipt {
            center: self.center_id,
            incarnation: self.incarnation,
            photos: vec![Digest::of(b"photo")],
            given_at: "2026-05-09T08:00:01+08:00".into(),
        };
        Signed::sign(&receipt, &self.center).unwrap()
    }
}

pub(crate) fn village() -> StreamId {
    StreamId::parse("420703200209").unwrap()
}
