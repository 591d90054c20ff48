//! An entry: one thing that happened, written once, never changed (rule E1).
//!
//! A header and a body. Both are kept as the exact bytes that were hashed; nothing is re-serialised.

use crate::body::{Body, BodyProblem};
use crate::digest::Digest;
use crate::ids::{Actor, EntryId, IncarnationId, RecordId, StreamId, SubjectId};
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// No header is longer than this.
pub const MAX_HEADER_BYTES: usize = 4 * 1024;
/// No body is longer than this, its salt included.
pub const MAX_BODY_BYTES: usize = 256 * 1024;
/// A record holds at most so many entries.
pub const MAX_RECORD_ENTRIES: u32 = 4096;
/// Every body begins with so many random bytes, so that a digest tells nothing of a guessable body.
pub const SALT_BYTES: usize = 16;

/// Who may see an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Center and laptops.
    All,
    /// The center alone; laptops get position and header hash, so that the chain verifies.
    Center,
}

/// Which part of which record an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordPart {
    /// The record.
    pub id: RecordId,
    /// From 0.
    pub index: u32,
    /// How many entries the record has.
    pub count: u32,
}

/// The header of an entry (rule E1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// UUIDv7, made where the entry was written.
    pub id: EntryId,
    /// The life of the ledger that wrote it.
    pub incarnation: IncarnationId,
    /// 1, 2, 3 … within the incarnation, no gap.
    pub seq: u64,
    /// SHA-256 of this incarnation's previous header; zero for the first.
    pub prev: Digest,
    /// The same within this stream.
    pub stream_prev: Digest,
    /// The raw wall clock of the writer; no decision uses it.
    pub at: DateTime<FixedOffset>,
    /// Who wrote it.
    pub by: Actor,
    /// The village, fixed for a subject at its birth.
    pub stream: StreamId,
    /// What it is about.
    pub subject: SubjectId,
    /// The record it belongs to.
    pub record: RecordPart,
    /// What happened; see [`crate::body`].
    pub kind: String,
    /// Who may see it.
    pub audience: Audience,
    /// The newest positioned entry of audience all that the writer had folded into this subject.
    pub saw: Option<EntryId>,
    /// The position where that one stood for the writer. After a center was put back from a
    /// copy it may stand elsewhere, and others before it whom the writer never saw. Absent in what older programs wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saw_at: Option<u64>,
    /// Hash of the header under which another ledger wrote this first, where its place there belongs to another entry by now
    /// and this ledger only brings it back (rules D1, D2): it is no word of this line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again_of: Option<Digest>,
    /// SHA-256 of the body's bytes.
    pub body_digest: Digest,
}

impl Header {
    /// Rule X5: whether two headers under one id tell the same, their places in the chains aside.
    pub fn tells_the_same(&self, other: &Header) -> bool {
        let bare = |header: &Header| Header {
            incarnation: self.incarnation,
            seq: self.seq,
            prev: Digest::ZERO,
            stream_prev: Digest::ZERO,
            ..header.clone()
        };
        bare(self) == bare(other)
    }
}

/// Why bytes are not an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryProblem {
    /// Longer than [`MAX_HEADER_BYTES`] or [`MAX_BODY_BYTES`].
    #[error("a header or body is longer than allowed")]
    TooLong,
    /// The header is not what a header must be.
    #[error("the header cannot be read")]
    BadHeader,
    /// The body is not the one the header names.
    #[error("the body does not match its digest")]
    BadBody,
}

/// An entry with its exact bytes. The body is absent where it was erased or is not for this reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The header, parsed from `header_bytes`.
    pub header: Header,
    /// The exact bytes that were hashed.
    pub header_bytes: Vec<u8>,
    /// Salt and JSON, exactly as hashed.
    pub body_bytes: Option<Vec<u8>>,
}

impl Entry {
    /// Reads an entry from its bytes: sizes, form and the body's digest are checked.
    pub fn from_bytes(header_bytes: Vec<u8>, body_bytes: Option<Vec<u8>>) -> Result<Self, EntryProblem> {
        if header_bytes.len() > MAX_HEADER_BYTES
            || body_bytes.as_ref().is_some_and(|body| body.len() > MAX_BODY_BYTES)
        {
            return Err(EntryProblem::TooLong);
        }
        let header: Header = serde_json::from_slice(&header_bytes).map_err(|_| EntryProblem::BadHeader)?;
        let part = header.record;
        if header.seq == 0
            || header.seq > i64::MAX as u64
            || part.index >= part.count
            || part.count > MAX_RECORD_ENTRIES
            || header.kind.len() > 64
        {
            return Err(EntryProblem::BadHeader);
        }
        if let Some(body) = &body_bytes
            && (body.len() < SALT_BYTES || Digest::of(body) != header.body_digest)
        {
            return Err(EntryProblem::BadBody);
        }
        Ok(Entry { header, header_bytes, body_bytes })
    }

    /// SHA-256 of the header's exact bytes: the entry's place in its chains.
    pub fn header_hash(&self) -> Digest {
        Digest::of(&self.header_bytes)
    }

    /// The body, read by the header's kind. `Ok(None)` where the body is not here or of a kind unknown to this program.
    pub fn body(&self) -> Result<Option<Body>, BodyProblem> {
        match &self.body_bytes {
            None => Ok(None),
            Some(bytes) => Body::parse(&self.header.kind, bytes.get(SALT_BYTES..).unwrap_or_default()),
        }
    }
}

/// One thing to write, before it has a place in the chain.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// The village it belongs to.
    pub stream: StreamId,
    /// What it is about.
    pub subject: SubjectId,
    /// Who may see it.
    pub audience: Audience,
    /// What the writer had seen of it.
    pub saw: Option<Saw>,
    /// What happened.
    pub body: Body,
}

/// What a writer had seen of a subject: [`Header::saw`] and [`Header::saw_at`]. Kept as it was on the screen: whatever a
/// restored center puts before it afterwards was not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "KeptSaw")]
pub struct Saw {
    /// The entry.
    pub entry: EntryId,
    /// Where it stood; none where that was not written down.
    pub at: Option<u64>,
}

impl From<EntryId> for Saw {
    fn from(entry: EntryId) -> Self {
        Saw { entry, at: None }
    }
}

/// A draft of an older program kept the entry alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum KeptSaw {
    Entry(EntryId),
    Placed { entry: EntryId, at: Option<u64> },
}

impl From<KeptSaw> for Saw {
    fn from(kept: KeptSaw) -> Self {
        match kept {
            KeptSaw::Entry(entry) => entry.into(),
            KeptSaw::Placed { entry, at } => Saw { entry, at },
        }
    }
}

/// The place a new entry takes.
#[derive(Clone, Debug)]
pub struct Place {
    /// A fresh UUIDv7.
    pub id: EntryId,
    /// The writing incarnation.
    pub incarnation: IncarnationId,
    /// Its next number.
    pub seq: u64,
    /// Hash of the previous header.
    pub prev: Digest,
    /// Hash of the previous header of the same stream.
    pub stream_prev: Digest,
    /// The wall clock.
    pub at: DateTime<FixedOffset>,
    /// Who writes.
    pub by: Actor,
    /// Which part of which record.
    pub record: RecordPart,
    /// Sixteen random bytes.
    pub salt: [u8; SALT_BYTES],
}

/// Writes the entry's bytes, once.
pub fn seal(new: &NewEntry, place: Place) -> Result<Entry, EntryProblem> {
    let mut body_bytes = place.salt.to_vec();
    let json = new.body.to_json().map_err(|_| EntryProblem::BadBody)?;
    // What is written must be readable: a body that nests too deeply would be a misfit everywhere.
    Body::parse(new.body.kind(), &json).map_err(|_| EntryProblem::BadBody)?;
    body_bytes.extend_from_slice(&json);
    let header = Header {
        id: place.id,
        incarnation: place.incarnation,
        seq: place.seq,
        prev: place.prev,
        stream_prev: place.stream_prev,
        at: place.at,
        by: place.by,
        stream: new.stream.clone(),
        subject: new.subject,
        record: place.record,
        kind: new.body.kind().to_owned(),
        audience: new.audience,
        saw: new.saw.map(|saw| saw.entry),
        saw_at: new.saw.and_then(|saw| saw.at),
        again_of: None,
        body_digest: Digest::of(&body_bytes),
    };
    let header_bytes = serde_json::to_vec(&header).map_err(|_| EntryProblem::BadHeader)?;
    Entry::from_bytes(header_bytes, Some(body_bytes))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_of_an_older_program_says_what_was_seen_and_not_where() {
        let entry = EntryId(uuid::Uuid::from_u128(7));
        let older = serde_json::to_string(&entry).unwrap();
        assert_eq!(serde_json::from_str::<Saw>(&older).unwrap(), Saw { entry, at: None });
        let kept = Saw { entry, at: Some(12) };
        assert_eq!(serde_json::from_str::<Saw>(&serde_json::to_string(&kept).unwrap()).unwrap(), kept);
    }
}
