//! Reading a batch or a receipt file, as a stream that checks as it goes.

use super::BatchProblem;
use super::check::BatchCheck;
use super::head::{FileKind, Head};
use super::part::{Kind, read_part};
use crate::descent::vouched_key;
use crate::messages::{AnswerLine, EntryLine, Manifest};
use crate::protocol::PhotoFrame;
use crate::signed::Signed;
use bangban_keys::{OpenReader, OpeningKey, VerifyingKey, open_from};
use bangban_model::{Digest, IncarnationId};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use std::io::{self, BufReader, Read};
use uuid::Uuid;

/// The most that unpacking may keep of the past (2^21 bytes): what level 3 keeps.
const MAX_WINDOW_LOG: u32 = 21;
/// So much may come out of nothing (bytes); beyond it, the ratio below counts.
const FREE_BYTES: u64 = 4 * 1024 * 1024;
/// Photos do not shrink and entries never by so much; more is a bomb.
const MAX_RATIO: u64 = 200;

/// One thing in a batch: what is brought back first, then all the entries, then all the photos.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BatchPart {
    /// A line of what is brought back, of the stream that is due and at the next position.
    Brought(Box<AnswerLine>),
    /// An entry, checked against the chain.
    Entry(EntryLine),
    /// Some bytes of a photo, in order. Its digest is checked when its last byte has come.
    Photo(PhotoFrame),
}

/// A batch file being read. As an iterator it gives the parts; only when it ends without an error is the file whole.
pub struct BatchReader<R: Read> {
    file: FileReader<R>,
    signed: Signed<Manifest>,
    check: BatchCheck,
    done: bool,
}

impl<R: Read> BatchReader<R> {
    /// Opens a batch for this center. `key_of` gives the signing key of a life that is known; one that is not must be
    /// vouched for by the manifest.
    pub fn open(
        from: R,
        batch_key: &OpeningKey,
        center: Uuid,
        key_of: impl Fn(IncarnationId) -> Option<VerifyingKey>,
    ) -> Result<Self, BatchProblem> {
        let (head, from) = open_head(from, FileKind::Batch)?;
        if head.center != center {
            return Err(BatchProblem::OtherCenter);
        }
        let mut file = FileReader::begin(from, batch_key)?;
        let (Kind::Manifest, text) = file.next()? else {
            return Err(BatchProblem::Damaged("no manifest"));
        };
        let signed: Signed<Manifest> = parse(text)?;
        let known = key_of(head.incarnation).or_else(|| {
            let stated = signed.unverified().ok()?;
            vouched_key(&stated.lives, head.incarnation, &key_of)
        });
        let key = known.ok_or(BatchProblem::UnknownLaptop)?;
        let manifest = signed.verify(&key).map_err(|_| BatchProblem::Damaged("the manifest's signature"))?;
        if manifest.center != center || manifest.incarnation != head.incarnation {
            return Err(BatchProblem::Damaged("head and manifest differ"));
        }
        let check = BatchCheck::begin(manifest)?;
        Ok(BatchReader { file, signed, check, done: false })
    }

    /// What the batch holds, its signature verified.
    pub fn manifest(&self) -> &Manifest {
        self.check.manifest()
    }

    /// The manifest as it was signed.
    pub fn signed_manifest(&self) -> &Signed<Manifest> {
        &self.signed
    }

    fn next_part(&mut self) -> Result<Option<BatchPart>, BatchProblem> {
        match self.file.next()? {
            (Kind::Brought, text) => {
                let line = parse(text)?;
                self.check.take_brought(&line)?;
                Ok(Some(BatchPart::Brought(Box::new(line))))
            }
            (Kind::Entry, text) => {
                let entry = parse(text)?;
                self.check.take_entry(&entry)?;
                Ok(Some(BatchPart::Entry(entry)))
            }
            (Kind::Photo, payload) => {
                let frame = parse_frame(payload).ok_or(BatchProblem::Damaged("a photo's part"))?;
                self.check.take_photo(&frame)?;
                Ok(Some(BatchPart::Photo(frame)))
            }
            (Kind::End, _) => {
                self.check.end()?;
                self.file.end()?;
                Ok(None)
            }
            _ => Err(BatchProblem::Damaged("a part in the wrong place")),
        }
    }
}

impl<R: Read> Iterator for BatchReader<R> {
    type Item = Result<BatchPart, BatchProblem>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let next = self.next_part().transpose();
        self.done = !matches!(next, Some(Ok(_)));
        next
    }
}

/// Reads a batch to its end and checks everything in it: the manifest's signature, the chain of entries from the
/// first to the head, every photo's size and digest, the end, and that nothing follows.
pub fn verify_batch<R: Read>(
    from: R,
    batch_key: &OpeningKey,
    center: Uuid,
    key_of: impl Fn(IncarnationId) -> Option<VerifyingKey>,
) -> Result<Manifest, BatchProblem> {
    let mut reader = BatchReader::open(from, batch_key, center, key_of)?;
    reader.try_for_each(|part| part.map(|_| ()))?;
    Ok(reader.manifest().clone())
}

/// A receipt file being read. As an iterator it gives the lines of the answer; only when it ends without an error is
/// the file whole. The receipt's signature is verified here; a page is proven by its own signed head.
pub struct ReceiptReader<R: Read> {
    file: FileReader<R>,
    center: Uuid,
    center_key: VerifyingKey,
    incarnation: IncarnationId,
    receipted: bool,
    /// Something other than the receipt's lines came.
    begun: bool,
    ended: bool,
    done: bool,
}

impl<R: Read> ReceiptReader<R> {
    /// Opens a receipt file of this center for this ledger.
    pub fn open(
        from: R,
        laptop_key: &OpeningKey,
        center: Uuid,
        center_key: &VerifyingKey,
        incarnation: IncarnationId,
    ) -> Result<Self, BatchProblem> {
        let (head, from) = open_head(from, FileKind::Receipt)?;
        if head.center != center {
            return Err(BatchProblem::OtherCenter);
        }
        if head.incarnation != incarnation {
            return Err(BatchProblem::OtherLaptop);
        }
        let file = FileReader::begin(from, laptop_key)?;
        Ok(ReceiptReader {
            file,
            center,
            center_key: *center_key,
            incarnation,
            receipted: false,
            begun: false,
            ended: false,
            done: false,
        })
    }

    fn next_line(&mut self) -> Result<Option<AnswerLine>, BatchProblem> {
        match self.file.next()? {
            (Kind::Answer, text) => {
                let line = parse(text)?;
                self.check_line(&line)?;
                Ok(Some(line))
            }
            (Kind::End, _) if self.ended => self.file.end().map(|()| None),
            _ => Err(BatchProblem::Damaged("a part in the wrong place")),
        }
    }

    fn check_line(&mut self, line: &AnswerLine) -> Result<(), BatchProblem> {
        let is_receipt = matches!(line, AnswerLine::Receipt(_));
        if self.ended || (is_receipt && self.begun) || (!is_receipt && !self.receipted) {
            return Err(BatchProblem::Damaged("the order of the answer"));
        }
        if let AnswerLine::Receipt(signed) = line {
            let receipt = signed
                .verify(&self.center_key)
                .map_err(|_| BatchProblem::Damaged("the receipt's signature"))?;
            if receipt.center != self.center || receipt.incarnation != self.incarnation {
                return Err(BatchProblem::Damaged("head and receipt differ"));
            }
        }
        self.receipted = true;
        self.begun |= !is_receipt;
        self.ended = *line == AnswerLine::End;
        Ok(())
    }
}

impl<R: Read> Iterator for ReceiptReader<R> {
    type Item = Result<AnswerLine, BatchProblem>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let next = self.next_line().transpose();
        self.done = !matches!(next, Some(Ok(_)));
        next
    }
}

fn open_head<R: Read>(from: R, kind: FileKind) -> Result<(Head, BufReader<R>), BatchProblem> {
    let mut from = BufReader::new(from);
    let head = Head::read(&mut from)?;
    if head.kind != kind {
        return Err(BatchProblem::NotABatch);
    }
    Ok((head, from))
}

fn parse<T: DeserializeOwned>(text: &[u8]) -> Result<T, BatchProblem> {
    serde_json::from_slice(text).map_err(|_| BatchProblem::Damaged("a part cannot be read"))
}

fn parse_frame(payload: &[u8]) -> Option<PhotoFrame> {
    let (digest, rest) = payload.split_first_chunk::<32>()?;
    let (offset, bytes) = rest.split_first_chunk::<8>()?;
    Some(PhotoFrame {
        digest: Digest(*digest),
        offset: u64::from_be_bytes(*offset),
        bytes: Bytes::copy_from_slice(bytes),
    })
}

type Sealed<R> = Counted<OpenReader<BufReader<R>>>;

/// Counts what is read through it.
struct Counted<R> {
    from: R,
    bytes: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(into)?;
        self.bytes += read as u64;
        Ok(read)
    }
}

struct FileReader<R: Read> {
    /// None once the end was read.
    unpacker: Option<zstd::Decoder<'static, BufReader<Sealed<R>>>>,
    payload: Vec<u8>,
    parts: u64,
    plain_bytes: u64,
}

impl<R: Read> FileReader<R> {
    fn begin(from: BufReader<R>, key: &OpeningKey) -> Result<Self, BatchProblem> {
        let sealed = Counted { from: open_from(key, from)?, bytes: 0 };
        let mut unpacker = zstd::Decoder::new(sealed)?.single_frame();
        unpacker.window_log_max(MAX_WINDOW_LOG)?;
        Ok(FileReader { unpacker: Some(unpacker), payload: Vec::new(), parts: 0, plain_bytes: 0 })
    }

    fn next(&mut self) -> Result<(Kind, &[u8]), BatchProblem> {
        let unpacker = self.unpacker.as_mut().ok_or(BatchProblem::Damaged("read beyond the end"))?;
        let kind = read_part(&mut *unpacker, &mut self.payload)?;
        self.plain_bytes += self.payload.len() as u64;
        let packed = unpacker.get_ref().get_ref().bytes;
        if self.plain_bytes > packed.saturating_mul(MAX_RATIO).saturating_add(FREE_BYTES) {
            return Err(BatchProblem::Damaged("unpacks to more than allowed"));
        }
        if kind == Kind::End && self.payload != self.parts.to_be_bytes() {
            return Err(BatchProblem::Damaged("the count of parts"));
        }
        self.parts += 1;
        Ok((kind, &self.payload))
    }

    /// Behind the end part: nothing more packed, nothing more sealed, nothing more in the file.
    fn end(&mut self) -> Result<(), BatchProblem> {
        let behind = BatchProblem::Damaged("something follows the end");
        let Some(mut unpacker) = self.unpacker.take() else { return Err(behind) };
        let mut byte = [0];
        if unpacker.read(&mut byte)? != 0 || unpacker.finish().read(&mut byte)? != 0 {
            return Err(behind);
        }
        Ok(())
    }
}
