//! What a record of the second copy says, and its bytes before they are sealed: a word in JSON, then up to two blobs.

use crate::draft::{Draft, DraftId};
use crate::entry_row::EntryStanding;
use crate::error::LedgerError;
use bangban_model::entry::Entry;
use bangban_model::ids::AgentId;
use bangban_model::{Digest, EntryId, IncarnationId, SubjectId};
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// A record names no more covered things than this.
pub(super) const MOST_COVERED: usize = 1000;

/// One record of the copy.
#[derive(Clone, PartialEq, Eq)]
pub enum Record {
    /// The first of every segment.
    Head(Head),
    /// What a new laptop needs to go on; the newest holds.
    Foundation(Box<Foundation>),
    /// The newest receipt of a life.
    Receipt(KeptReceipt),
    /// An own entry, exactly as it stood in the ledger; the newest word on it holds.
    Entry(Box<CopiedEntry>),
    /// A photo that an entry names and no receipt covers.
    Named(NamedPhoto),
    /// The bytes of a photo.
    Photo(PhotoBytes),
    /// A draft; the newest holds.
    Draft(Draft),
    /// The draft was recorded or thrown away.
    DraftGone(DraftId),
    /// What need not be sent any more.
    Covered(Covered),
}

/// The first record of a segment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The folder it was made in: of two sticks each has its own.
    pub copy: Uuid,
    /// Its number; later ones have higher numbers.
    pub number: u64,
    /// Segments that stood beside it when it was begun, and were to stay.
    pub beside: Vec<Uuid>,
}

/// What a new laptop needs to go on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Foundation {
    /// The agents.
    pub agents: Vec<(AgentId, String)>,
    /// The enrolment as the ledger keeps it, with the time; none before it.
    pub enrolment: Option<(String, String)>,
    /// The lives, the present one last.
    pub lives: Vec<LifeRow>,
}

/// A life as its row has it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifeRow {
    /// The life.
    pub id: IncarnationId,
    /// Raw wall clock.
    pub begun_at: String,
    /// The secret of its signing key.
    pub signing: [u8; 32],
    /// The secret of its opening key.
    pub opening: String,
    /// The life it continues.
    pub ancestor: Option<IncarnationId>,
    /// The last place both share.
    pub fork_seq: Option<u64>,
    /// The hash of the header there, where it is known.
    pub fork_hash: Option<Digest>,
    /// When the center took it.
    pub presented_at: Option<String>,
}

/// A receipt as it is kept: its last line, which says how far everything is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptReceipt {
    /// Of which life.
    pub life: IncarnationId,
    /// The signed text.
    pub signed: String,
    /// When it came, by the raw wall clock.
    pub at: String,
}

/// An own entry.
#[derive(Clone, PartialEq, Eq)]
pub struct CopiedEntry {
    /// Its exact bytes.
    pub entry: Entry,
    /// How it stood.
    pub standing: EntryStanding,
    /// Why it stood in quarantine.
    pub reason: Option<String>,
}

/// A photo that waits to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedPhoto {
    /// The photo.
    pub digest: Digest,
    /// Its size.
    pub size_bytes: u64,
    /// The case it was taken for.
    pub subject: SubjectId,
    /// Whether it is a thumbnail.
    pub thumbnail: bool,
    /// The entry that named it first.
    pub named_by: EntryId,
}

/// A photo's bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct PhotoBytes {
    /// Their digest.
    pub digest: Digest,
    /// When they were kept, by the raw wall clock.
    pub added_at: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What a receipt names, or the ledger knows to be settled otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covered {
    /// Entries by the hash of their header.
    pub entries: Vec<Digest>,
    /// Photos.
    pub photos: Vec<Digest>,
}

/// The word of a record; its blobs follow.
#[derive(Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
enum Word {
    Head(Head),
    Foundation(Foundation),
    Receipt(KeptReceipt),
    Entry { standing: String, reason: Option<String>, whole: bool },
    Named(NamedPhoto),
    Photo { digest: Digest, added_at: String },
    Draft { id: DraftId, subject: SubjectId, photos: Vec<Digest>, updated_at: String },
    DraftGone { id: DraftId },
    Covered(Covered),
}

// What records hold is about people, and keys: none of it belongs in a log.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Record::Head(_) => "Head(…)",
            Record::Foundation(_) => "Foundation(…)",
            Record::Receipt(_) => "Receipt(…)",
            Record::Entry(_) => "Entry(…)",
            Record::Named(_) => "Named(…)",
            Record::Photo(_) => "Photo(…)",
            Record::Draft(_) => "Draft(…)",
            Record::DraftGone(_) => "DraftGone(…)",
            Record::Covered(_) => "Covered(…)",
        })
    }
}

impl Record {
    /// The bytes to seal.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, LedgerError> {
        let (word, blobs): (Word, [&[u8]; 2]) = match self {
            Record::Head(head) => (Word::Head(head.clone()), [&[]; 2]),
            Record::Foundation(foundation) => (Word::Foundation(foundation.as_ref().clone()), [&[]; 2]),
            Record::Receipt(receipt) => (Word::Receipt(receipt.clone()), [&[]; 2]),
            Record::Entry(copied) => {
                let entry = &copied.entry;
                let (standing, reason) = (copied.standing.as_str().to_owned(), copied.reason.clone());
                let body = entry.body_bytes.as_deref();
                let word = Word::Entry { standing, reason, whole: body.is_some() };
                (word, [&entry.header_bytes, body.unwrap_or_default()])
            }
            Record::Named(named) => (Word::Named(named.clone()), [&[]; 2]),
            Record::Photo(photo) => {
                let word = Word::Photo { digest: photo.digest, added_at: photo.added_at.clone() };
                (word, [&photo.bytes, &[]])
            }
            Record::Draft(draft) => {
                let Draft { id, subject, photos, updated_at, body } = draft;
                let (photos, updated_at) = (photos.clone(), updated_at.clone());
                (Word::Draft { id: *id, subject: *subject, photos, updated_at }, [body.as_bytes(), &[]])
            }
            Record::DraftGone(id) => (Word::DraftGone { id: *id }, [&[]; 2]),
            Record::Covered(covered) => (Word::Covered(covered.clone()), [&[]; 2]),
        };
        let word = serde_json::to_vec(&word).map_err(|_| UNWRITABLE)?;
        let mut bytes = Vec::with_capacity(word.len() + blobs[0].len() + blobs[1].len() + 8);
        for part in [word.as_slice(), blobs[0]] {
            let length = u32::try_from(part.len()).map_err(|_| UNWRITABLE)?;
            bytes.extend_from_slice(&length.to_le_bytes());
            bytes.extend_from_slice(part);
        }
        bytes.extend_from_slice(blobs[1]);
        Ok(bytes)
    }

    /// Reads what [`Record::to_bytes`] gave; none where this is something else.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Record> {
        let (word, rest) = split(bytes)?;
        let (first, second) = split(rest)?;
        Some(match serde_json::from_slice(word).ok()? {
            Word::Head(head) => Record::Head(head),
            Word::Foundation(foundation) => Record::Foundation(Box::new(foundation)),
            Word::Receipt(receipt) => Record::Receipt(receipt),
            Word::Entry { standing, reason, whole } => {
                let body = whole.then(|| second.to_vec());
                let entry = Entry::from_bytes(first.to_vec(), body).ok()?;
                let standing = EntryStanding::parse(&standing)?;
                Record::Entry(Box::new(CopiedEntry { entry, standing, reason }))
            }
            Word::Named(named) => Record::Named(named),
            Word::Photo { digest, added_at } => {
                // The name is the digest: other bytes under it are none of this photo.
                let bytes = Some(first.to_vec()).filter(|bytes| Digest::of(bytes) == digest)?;
                Record::Photo(PhotoBytes { digest, added_at, bytes })
            }
            Word::Draft { id, subject, photos, updated_at } => {
                let body = String::from_utf8(first.to_vec()).ok()?;
                Record::Draft(Draft { id, subject, body, photos, updated_at })
            }
            Word::DraftGone { id } => Record::DraftGone(id),
            Word::Covered(covered) => Record::Covered(covered),
        })
    }
}

const UNWRITABLE: LedgerError = LedgerError::Damaged("a record of the second copy cannot be written");

/// A part with its length before it, and what follows.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize)
}
