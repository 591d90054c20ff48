//! The parts inside: a letter, a length (u32, big-endian), so many bytes.

use super::BatchProblem;
use crate::messages::{MAX_FRAME_BYTES, MAX_LINE_BYTES};
use std::io::{self, Read, Write};

/// A manifest names every photo of its file (113 bytes each): a stick holds more of them than a post does.
pub(super) const MAX_MANIFEST_BYTES: usize = 16 * 1024 * 1024;

/// No line of an answer is longer in a file: a receipt may name every photo of the file that it answers.
pub const MAX_ANSWER_PART_BYTES: usize = MAX_MANIFEST_BYTES;

/// What stands before the bytes of a photo: its digest and the offset. The length is the part's own.
const PHOTO_HEAD_BYTES: usize = 32 + 8;

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The signed manifest, JSON.
    Manifest,
    /// What is brought back of a stream that the center lost: a line as in an answer, JSON (rule D2).
    Brought,
    /// An entry, JSON.
    Entry,
    /// Some bytes of a photo: digest, offset (u64, big-endian), bytes.
    Photo,
    /// A line of an answer, JSON.
    Answer,
    /// How many parts there were (u64, big-endian). Nothing follows.
    End,
}

impl Kind {
    const ALL: [Kind; 6] = [Kind::Manifest, Kind::Brought, Kind::Entry, Kind::Photo, Kind::Answer, Kind::End];

    fn letter(self) -> u8 {
        match self {
            Kind::Manifest => b'M',
            Kind::Brought => b'L',
            Kind::Entry => b'E',
            Kind::Photo => b'P',
            Kind::Answer => b'A',
            Kind::End => b'Z',
        }
    }

    fn max_bytes(self) -> usize {
        match self {
            Kind::Manifest => MAX_MANIFEST_BYTES,
            Kind::Entry | Kind::Brought => MAX_LINE_BYTES,
            Kind::Answer => MAX_ANSWER_PART_BYTES,
            Kind::Photo => PHOTO_HEAD_BYTES + MAX_FRAME_BYTES,
            Kind::End => 8,
        }
    }
}

/// Writes a part; one that could not be read again is an error.
pub(super) fn write_part(mut out: impl Write, kind: Kind, slices: &[&[u8]]) -> io::Result<()> {
    let length: usize = slices.iter().map(|slice| slice.len()).sum();
    let stated = u32::try_from(length).ok().filter(|_| length <= kind.max_bytes());
    let stated = stated.ok_or(io::ErrorKind::FileTooLarge)?;
    out.write_all(&[kind.letter()])?;
    out.write_all(&stated.to_be_bytes())?;
    slices.iter().try_for_each(|slice| out.write_all(slice))
}

/// Reads a part into `payload`.
pub(super) fn read_part(mut from: impl Read, payload: &mut Vec<u8>) -> Result<Kind, BatchProblem> {
    let (mut letter, mut length) = ([0], [0; 4]);
    from.read_exact(&mut letter)?;
    from.read_exact(&mut length)?;
    let kind = Kind::ALL.into_iter().find(|kind| [kind.letter()] == letter);
    let kind = kind.ok_or(BatchProblem::Damaged("a part of an unknown kind"))?;
    let length = u32::from_be_bytes(length);
    if length as usize > kind.max_bytes() {
        return Err(BatchProblem::Damaged("a part is longer than allowed"));
    }
    payload.clear();
    // By `take`, so that memory grows with what is really there and not with what the length claims.
    from.take(u64::from(length)).read_to_end(payload)?;
    if payload.len() != length as usize {
        return Err(BatchProblem::Damaged("cut within a part"));
    }
    Ok(kind)
}
