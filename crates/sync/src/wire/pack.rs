//! Packing and unpacking lines with zstd, a piece at a time. No files, no network: bytes in, bytes out.

use super::MAX_UNPACKED_BYTES;
use crate::messages::MAX_LINE_BYTES;
use crate::protocol::SyncError;
use bangban_model::{Code, planted};
use bytes::Bytes;
use serde::Serialize;
use zstd::stream::raw::{CParameter, DParameter, Decoder, Encoder, InBuffer, Operation, OutBuffer};

/// Level 3 takes a tenth of the time of level 9 and gives nearly the same size on short JSON.
const LEVEL: i32 = 3;
/// Both ends keep so much of the past (2^17 bytes): enough to find repetition, little enough for 200 laptops at once.
const WINDOW_LOG: u32 = 17;
/// Tables by which repetition is found, in entries of four bytes (2^15, 2^14): with those of the level each packer would take
/// twice as much memory, and what is packed would be as large.
const HASH_LOG: u32 = 15;
const CHAIN_LOG: u32 = 14;
/// A decoder refuses to keep more than that (2^19 bytes), whatever the frame asks for.
const MAX_WINDOW_LOG: u32 = 19;
/// So much may come out of nothing; beyond it, the ratio below counts.
const FREE_BYTES: u64 = 4 * 1024 * 1024;
/// Entries hold hashes and random bytes and never pack better than 1 : 20; more is a bomb.
const MAX_RATIO: u64 = 200;
/// How much is packed or unpacked at a time (bytes).
const STEP_BYTES: usize = 32 * 1024;

fn broken(_: std::io::Error) -> SyncError {
    SyncError::Broken("what was packed cannot be unpacked")
}

fn failed(error: std::io::Error) -> SyncError {
    SyncError::Local(Code::Internal, format!("packing failed: {}", error.kind()))
}

/// Writes one line of JSON with its end to `into`; refuses one that the other end would refuse.
pub(super) fn write_line<T: Serialize>(line: &T, into: &mut Vec<u8>) -> Result<(), SyncError> {
    let start = into.len();
    serde_json::to_writer(&mut *into, line)
        .map_err(|_| SyncError::Local(Code::Internal, "a line cannot be written".into()))?;
    if into.len() - start > MAX_LINE_BYTES {
        into.truncate(start);
        return Err(SyncError::Local(Code::Internal, "a line is longer than allowed".into()));
    }
    into.push(b'\n');
    Ok(())
}

/// Packs lines into one zstd frame.
pub(super) struct LinePacker {
    encoder: Encoder<'static>,
    line: Vec<u8>,
    packed: Vec<u8>,
    dirty: bool,
}

impl LinePacker {
    pub(super) fn new() -> Result<Self, SyncError> {
        let mut encoder = Encoder::new(LEVEL).map_err(failed)?;
        encoder.set_parameter(CParameter::WindowLog(WINDOW_LOG)).map_err(failed)?;
        encoder.set_parameter(CParameter::HashLog(HASH_LOG)).map_err(failed)?;
        encoder.set_parameter(CParameter::ChainLog(CHAIN_LOG)).map_err(failed)?;
        encoder.set_parameter(CParameter::ChecksumFlag(true)).map_err(failed)?;
        Ok(LinePacker { encoder, line: Vec::new(), packed: Vec::new(), dirty: false })
    }

    /// Adds a line.
    pub(super) fn push<T: Serialize>(&mut self, line: &T) -> Result<(), SyncError> {
        self.line.clear();
        write_line(line, &mut self.line)?;
        let mut input = InBuffer::around(&self.line);
        while input.pos() < input.src.len() {
            let encoder = &mut self.encoder;
            grow(&mut self.packed, |out| encoder.run(&mut input, out))?;
        }
        self.dirty = true;
        Ok(())
    }

    /// Makes everything pushed readable for the other end.
    pub(super) fn flush(&mut self) -> Result<(), SyncError> {
        let encoder = &mut self.encoder;
        while grow(&mut self.packed, |out| encoder.flush(out))? > 0 {}
        self.dirty = false;
        Ok(())
    }

    /// Ends the frame.
    pub(super) fn finish(&mut self) -> Result<(), SyncError> {
        let encoder = &mut self.encoder;
        while grow(&mut self.packed, |out| encoder.finish(out, true))? > 0 {}
        self.dirty = false;
        Ok(())
    }

    /// Whether lines were pushed since the last flush.
    pub(super) fn is_dirty(&self) -> bool {
        self.dirty
    }

    /// How many packed bytes wait to be taken.
    pub(super) fn packed_bytes(&self) -> usize {
        self.packed.len()
    }

    /// What was packed so far.
    pub(super) fn take(&mut self) -> Bytes {
        Bytes::from(std::mem::take(&mut self.packed))
    }
}

/// Runs one step of the encoder with room at the end of `packed`.
fn grow(
    packed: &mut Vec<u8>,
    step: impl FnOnce(&mut OutBuffer<'_, Vec<u8>>) -> std::io::Result<usize>,
) -> Result<usize, SyncError> {
    packed.reserve(STEP_BYTES);
    let start = packed.len();
    step(&mut OutBuffer::around_pos(packed, start)).map_err(failed)
}

fn is_too_long(line_bytes: usize) -> bool {
    line_bytes > MAX_LINE_BYTES && !planted::out("no_size_bound")
}

/// Gives back the lines of one zstd frame; holds at most one line and a step more.
pub(super) struct LineUnpacker {
    decoder: Decoder<'static>,
    input: Bytes,
    /// Unpacked; `start` is where the next line begins, `searched` up to where no line end was found.
    plain: Vec<u8>,
    start: usize,
    searched: usize,
    packed_total: u64,
    plain_total: u64,
    whole: bool,
}

impl LineUnpacker {
    pub(super) fn new() -> Result<Self, SyncError> {
        let mut decoder = Decoder::new().map_err(failed)?;
        decoder.set_parameter(DParameter::WindowLogMax(MAX_WINDOW_LOG)).map_err(failed)?;
        Ok(LineUnpacker {
            decoder,
            input: Bytes::new(),
            plain: Vec::new(),
            start: 0,
            searched: 0,
            packed_total: 0,
            plain_total: 0,
            whole: false,
        })
    }

    /// Takes the next packed bytes; to be called when [`LineUnpacker::next_line`] gave none.
    pub(super) fn feed(&mut self, bytes: Bytes) -> Result<(), SyncError> {
        debug_assert!(self.input.is_empty());
        if self.whole && !bytes.is_empty() {
            return Err(SyncError::Broken("something follows the end"));
        }
        self.packed_total = self.packed_total.saturating_add(bytes.len() as u64);
        self.input = bytes;
        Ok(())
    }

    /// The next whole line without its end, or none until more is fed.
    pub(super) fn next_line(&mut self) -> Result<Option<&[u8]>, SyncError> {
        loop {
            let rest = self.plain.get(self.searched..).unwrap_or_default();
            if let Some(length) = rest.iter().position(|byte| *byte == b'\n') {
                let (from, to) = (self.start, self.searched + length);
                if is_too_long(to - from) {
                    return Err(SyncError::Broken("a line is longer than allowed"));
                }
                self.start = to + 1;
                self.searched = self.start;
                return Ok(self.plain.get(from..to));
            }
            self.searched = self.plain.len();
            if is_too_long(self.plain.len() - self.start) {
                return Err(SyncError::Broken("a line is longer than allowed"));
            }
            if !self.unpack_step()? {
                return Ok(None);
            }
        }
    }

    /// Unpacks a little more; false where nothing came out.
    fn unpack_step(&mut self) -> Result<bool, SyncError> {
        if self.whole {
            return if self.input.is_empty() {
                Ok(false)
            } else {
                Err(SyncError::Broken("something follows the end"))
            };
        }
        self.plain.drain(..self.start);
        self.searched -= self.start;
        self.start = 0;
        self.plain.reserve(STEP_BYTES);
        let before = self.plain.len();
        let mut input = InBuffer::around(&self.input);
        let mut output = OutBuffer::around_pos(&mut self.plain, before);
        let hint = self.decoder.run(&mut input, &mut output).map_err(broken)?;
        let used = input.pos();
        self.input = self.input.slice(used..);
        let gained = self.plain.len() - before;
        self.plain_total = self.plain_total.saturating_add(gained as u64);
        self.check_size()?;
        if hint == 0 {
            self.whole = true;
        }
        Ok(gained > 0 || used > 0 || self.whole)
    }

    fn check_size(&self) -> Result<(), SyncError> {
        let by_ratio = self.packed_total.saturating_mul(MAX_RATIO).saturating_add(FREE_BYTES);
        if self.plain_total > MAX_UNPACKED_BYTES.min(by_ratio) && !planted::out("no_size_bound") {
            return Err(SyncError::Broken("unpacks to more than allowed"));
        }
        Ok(())
    }

    /// To be called at the end of the bytes: whether the frame ended, and with a whole line.
    pub(super) fn finish(&self) -> Result<(), SyncError> {
        if self.whole && self.start == self.plain.len() {
            return Ok(());
        }
        if self.whole {
            return Err(SyncError::Broken("the last line has no end"));
        }
        Err(SyncError::Cut("the bytes end before the message".into()))
    }
}
