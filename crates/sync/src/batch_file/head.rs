//! The head in the clear: magic and version, kind, center, ledger, and a check of these bytes.

use super::BatchProblem;
use bangban_keys::sha256;
use bangban_model::IncarnationId;
use std::io::{self, Read, Write};
use uuid::Uuid;

const MAGIC: &[u8; 7] = b"BANGBAN";
const VERSION: u8 = b'1';
/// Magic 7, version 1, kind 1, center 16, ledger 16.
const CHECKED_BYTES: usize = 41;
/// The first bytes of the SHA-256 of what stands before.
const CHECK_BYTES: usize = 4;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// 报送包: from a laptop to its center.
    Batch,
    /// 回执: from the center back.
    Receipt,
}

impl FileKind {
    fn letter(self) -> u8 {
        match self {
            FileKind::Batch => b'B',
            FileKind::Receipt => b'R',
        }
    }
}

/// What a file says of itself before anything is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) kind: FileKind,
    pub(super) center: Uuid,
    pub(super) incarnation: IncarnationId,
}

impl Head {
    pub(super) fn write(&self, mut out: impl Write) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(CHECKED_BYTES + CHECK_BYTES);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&[VERSION, self.kind.letter()]);
        bytes.extend_from_slice(self.center.as_bytes());
        bytes.extend_from_slice(self.incarnation.0.as_bytes());
        bytes.extend_from_slice(&check_of(&bytes));
        out.write_all(&bytes)
    }

    pub(super) fn read(mut from: impl Read) -> Result<Self, BatchProblem> {
        let mut start = [0; 8];
        read_or(&mut from, &mut start, BatchProblem::NotABatch)?;
        let [magic @ .., version] = start;
        if magic != *MAGIC {
            return Err(BatchProblem::NotABatch);
        }
        if version != VERSION {
            let newer = version.is_ascii_alphanumeric() && version > VERSION;
            return Err(if newer { BatchProblem::NewerFormat } else { BatchProblem::NotABatch });
        }
        let (mut kind, mut center, mut ledger, mut check) = ([0], [0; 16], [0; 16], [0; CHECK_BYTES]);
        for part in [kind.as_mut_slice(), &mut center, &mut ledger, &mut check] {
            read_or(&mut from, part, BatchProblem::Damaged("the head is cut"))?;
        }
        if check != check_of(&[start.as_slice(), &kind, &center, &ledger].concat()) {
            return Err(BatchProblem::Damaged("the head"));
        }
        let kind = match kind {
            [b'B'] => FileKind::Batch,
            [b'R'] => FileKind::Receipt,
            _ => return Err(BatchProblem::NotABatch),
        };
        let incarnation = IncarnationId(Uuid::from_bytes(ledger));
        Ok(Head { kind, center: Uuid::from_bytes(center), incarnation })
    }
}

fn check_of(bytes: &[u8]) -> [u8; CHECK_BYTES] {
    let [a, b, c, d, ..] = sha256(bytes);
    [a, b, c, d]
}

fn read_or(mut from: impl Read, into: &mut [u8], cut: BatchProblem) -> Result<(), BatchProblem> {
    from.read_exact(into).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => cut,
        kind => BatchProblem::Unreadable(kind),
    })
}
