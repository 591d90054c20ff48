//! Writing a batch or a receipt file, as a stream: one photo in memory at a time.

use super::BatchProblem;
use super::check::BatchCheck;
use super::head::{FileKind, Head};
use super::part::{Kind, write_part};
use crate::messages::{AnswerLine, EntryLine, MAX_FRAME_BYTES, Manifest};
use crate::protocol::{PhotoFrame, SyncError};
use crate::signed::Signed;
use bangban_keys::{KeyError, SealWriter, SealingKey, seal_to};
use bangban_model::{Code, IncarnationId};
use bytes::Bytes;
use serde::Serialize;
use std::io::{self, BufWriter, Write};
use uuid::Uuid;

/// Photos do not shrink, and text shrinks well at any level.
const LEVEL: i32 = 3;
/// So much of the past is kept (2^19 bytes), as on the wire.
const WINDOW_LOG: u32 = 19;

/// Writes a batch to `out`, sealed to the center's batch key: the manifest, then all the entries it counts, then
/// all the photos it names, each whole or the part that it names, in the manifest's order. Anything else is an error, and what was written
/// is then worth nothing. The caller makes the file durable.
pub fn write_batch<W: Write>(
    out: W,
    batch_key: &SealingKey,
    manifest: &Signed<Manifest>,
    entries: impl IntoIterator<Item = Result<EntryLine, SyncError>>,
    photos: impl IntoIterator<Item = Result<Bytes, SyncError>>,
) -> Result<W, SyncError> {
    write_batch_bringing(out, batch_key, manifest, [], entries, photos)
}

/// [`write_batch`] of a batch that brings back what its center lost, in the order of the manifest (rule D2).
pub fn write_batch_bringing<W: Write>(
    out: W,
    batch_key: &SealingKey,
    manifest: &Signed<Manifest>,
    brought: impl IntoIterator<Item = Result<AnswerLine, SyncError>>,
    entries: impl IntoIterator<Item = Result<EntryLine, SyncError>>,
    photos: impl IntoIterator<Item = Result<Bytes, SyncError>>,
) -> Result<W, SyncError> {
    let stated = manifest.unverified().map_err(|_| unfit(BatchProblem::Damaged("the manifest")))?;
    let mut check = BatchCheck::begin(stated).map_err(unfit)?;
    let Manifest { center, incarnation, .. } = *check.manifest();
    let mut file = FileWriter::begin(out, batch_key, Head { kind: FileKind::Batch, center, incarnation })?;
    file.put_json(Kind::Manifest, manifest)?;
    for line in brought {
        let line = line?;
        check.take_brought(&line).map_err(unfit)?;
        file.put_json(Kind::Brought, &line)?;
    }
    for entry in entries {
        let entry = entry?;
        check.take_entry(&entry).map_err(unfit)?;
        file.put_json(Kind::Entry, &entry)?;
    }
    let places: Vec<_> = check.manifest().photos.iter().map(|note| (note.digest, note.extent().0)).collect();
    for (photo, (digest, from)) in photos.into_iter().zip(places) {
        let photo = photo?;
        for start in (0..photo.len()).step_by(MAX_FRAME_BYTES) {
            let bytes = photo.slice(start..photo.len().min(start + MAX_FRAME_BYTES));
            let frame = PhotoFrame { digest, offset: from + start as u64, bytes };
            check.take_photo(&frame).map_err(unfit)?;
            file.put(Kind::Photo, &[&digest.0, &frame.offset.to_be_bytes(), &frame.bytes])?;
        }
    }
    check.end().map_err(unfit)?;
    file.end()
}

/// Writes a receipt file to `out`, sealed to the laptop's key: the lines of an answer, from its receipt to its end.
pub fn write_receipt<W: Write>(
    out: W,
    laptop_key: &SealingKey,
    center: Uuid,
    incarnation: IncarnationId,
    lines: impl IntoIterator<Item = Result<AnswerLine, SyncError>>,
) -> Result<W, SyncError> {
    let mut file = FileWriter::begin(out, laptop_key, Head { kind: FileKind::Receipt, center, incarnation })?;
    let mut last = None;
    for line in lines {
        let line = line?;
        let may_be_receipt = matches!(last, None | Some(AnswerLine::Receipt(_)));
        let fits = if matches!(line, AnswerLine::Receipt(_)) { may_be_receipt } else { last.is_some() };
        if !fits || last == Some(AnswerLine::End) {
            return Err(unfit(BatchProblem::Damaged("the order of the answer")));
        }
        file.put_json(Kind::Answer, &line)?;
        last = Some(line);
    }
    if last != Some(AnswerLine::End) {
        return Err(unfit(BatchProblem::Damaged("the answer has no end")));
    }
    file.end()
}

/// What this end would write could not be read: a mistake of this program.
fn unfit(problem: BatchProblem) -> SyncError {
    SyncError::Local(Code::Internal, format!("a batch that could not be read again: {problem}"))
}

fn failed(error: impl Into<KeyError>) -> SyncError {
    let error = error.into();
    let code = match error {
        KeyError::Io(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => Code::DiskFull,
        _ => Code::FileUnreadable,
    };
    SyncError::Local(code, format!("writing failed: {error}"))
}

struct FileWriter<W: Write> {
    packer: zstd::Encoder<'static, SealWriter<BufWriter<W>>>,
    parts: u64,
}

impl<W: Write> FileWriter<W> {
    fn begin(out: W, key: &SealingKey, head: Head) -> Result<Self, SyncError> {
        // The buffer also takes in age's header, whose writer would not say why a disk refuses it.
        let mut out = BufWriter::with_capacity(64 * 1024, out);
        head.write(&mut out).map_err(failed)?;
        let sealed = seal_to(key, out).map_err(failed)?;
        let mut packer = zstd::Encoder::new(sealed, LEVEL).map_err(failed)?;
        packer.include_checksum(true).map_err(failed)?;
        packer.window_log(WINDOW_LOG).map_err(failed)?;
        Ok(FileWriter { packer, parts: 0 })
    }

    fn put(&mut self, kind: Kind, slices: &[&[u8]]) -> Result<(), SyncError> {
        self.parts += 1;
        write_part(&mut self.packer, kind, slices).map_err(failed)
    }

    fn put_json<T: Serialize>(&mut self, kind: Kind, value: &T) -> Result<(), SyncError> {
        let text = serde_json::to_vec(value).map_err(|_| unfit(BatchProblem::Damaged("a part")))?;
        self.put(kind, &[&text])
    }

    fn end(mut self) -> Result<W, SyncError> {
        let parts = self.parts;
        self.put(Kind::End, &[&parts.to_be_bytes()])?;
        let sealed = self.packer.finish().map_err(failed)?;
        let out = sealed.finish().map_err(failed)?;
        let mut out = out.into_inner().map_err(|error| failed(error.into_error()))?;
        out.flush().map_err(failed)?;
        Ok(out)
    }
}
