//! Photos on the wire: `digest (32) ‖ offset (u64, big-endian) ‖ length (u32, big-endian) ‖ bytes`, one after the
//! other as one long body; and what comes back, one a line: signed receipts, and how much was taken.

use super::ByteStream;
use super::lines::{RefusalLine, parse_line};
use super::pack::write_line;
use crate::messages::{MAX_FRAME_BYTES, MAX_LINE_BYTES, MAX_PHOTO_BYTES};
use crate::protocol::{PhotoFrame, PhotoFrames, PhotoLines, SyncError};
use bangban_model::{Code, Digest};
use bytes::{Buf, BufMut, Bytes, BytesMut};
use futures_util::stream::{StreamExt, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep};

/// What stands before the bytes of a frame.
pub const FRAME_HEAD_BYTES: usize = 32 + 8 + 4;

/// A reader hands on a long frame in pieces of this size, so that 200 laptops at once take little memory.
const PIECE_BYTES: usize = 64 * 1024;
/// While nothing more is there, so much is handed on at once; less, when it has waited for so long. Whoever sends hears of
/// what was handed on only: on a slow link he must not wait for a whole piece to know that it lives.
const EARLY_BYTES: usize = 16 * 1024;
const HAND_ON_AFTER: Duration = Duration::from_millis(500);

/// The bytes of photo frames. A frame that the other end would refuse ends them with an error.
pub fn encode_frames(frames: PhotoFrames) -> ByteStream {
    frames.map(|frame| encode_frame(&frame?)).boxed()
}

fn encode_frame(frame: &PhotoFrame) -> Result<Bytes, SyncError> {
    let head = FrameHead { digest: frame.digest, offset: frame.offset, length: frame.bytes.len() };
    if !head.is_allowed() {
        return Err(SyncError::Local(Code::Internal, "a photo frame is empty or larger than allowed".into()));
    }
    let mut out = BytesMut::with_capacity(FRAME_HEAD_BYTES + frame.bytes.len());
    out.put_slice(&frame.digest.0);
    out.put_u64(frame.offset);
    out.put_u32(u32::try_from(head.length).unwrap_or(u32::MAX));
    out.put_slice(&frame.bytes);
    Ok(out.freeze())
}

struct FrameHead {
    digest: Digest,
    offset: u64,
    length: usize,
}

impl FrameHead {
    fn is_allowed(&self) -> bool {
        let end = self.offset.checked_add(self.length as u64);
        (1..=MAX_FRAME_BYTES).contains(&self.length) && end.is_some_and(|end| end <= MAX_PHOTO_BYTES)
    }

    fn parse(bytes: &mut BytesMut) -> Result<Option<Self>, SyncError> {
        if bytes.len() < FRAME_HEAD_BYTES {
            return Ok(None);
        }
        let mut digest = [0; 32];
        bytes.copy_to_slice(&mut digest);
        let offset = bytes.get_u64();
        let length = usize::try_from(bytes.get_u32()).unwrap_or(usize::MAX);
        let head = FrameHead { digest: Digest(digest), offset, length };
        head.is_allowed()
            .then_some(Some(head))
            .ok_or(SyncError::Broken("a photo frame is larger than allowed"))
    }
}

/// Reads photo frames. A long frame comes in several pieces, each a frame of its own; where the bytes end in the
/// middle of a frame, what arrived of it comes before the error, so that a cut wastes nothing that came through.
pub fn decode_frames(bytes: ByteStream) -> PhotoFrames {
    let mut reader = FrameReader {
        bytes: Some(bytes),
        buffer: BytesMut::new(),
        open: None,
        error: None,
        handed_on_at: None,
        timer: None,
    };
    poll_fn(move |cx| reader.poll_frame(cx)).boxed()
}

struct FrameReader {
    bytes: Option<ByteStream>,
    buffer: BytesMut,
    /// The frame whose bytes are coming; `offset` and `length` are of what is still to be handed on.
    open: Option<FrameHead>,
    error: Option<SyncError>,
    /// Since when what is in the buffer waits, or since when nothing was handed on.
    handed_on_at: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl FrameReader {
    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<PhotoFrame, SyncError>>> {
        loop {
            match self.cut_piece(PIECE_BYTES) {
                Ok(Some(piece)) => return self.hand_on(piece),
                Ok(None) => {}
                Err(error) => {
                    self.bytes = None;
                    self.buffer.clear();
                    self.error = Some(error);
                }
            }
            let Some(bytes) = &mut self.bytes else {
                return Poll::Ready(self.error.take().map(Err));
            };
            match bytes.as_mut().poll_next(cx) {
                Poll::Ready(Some(Ok(piece))) => self.buffer.extend_from_slice(&piece),
                Poll::Ready(Some(Err(error))) => self.close(Some(error)),
                Poll::Ready(None) => self.close(None),
                Poll::Pending => {
                    let least = if self.has_waited(cx) { 1 } else { EARLY_BYTES };
                    return match self.cut_piece(least) {
                        Ok(Some(piece)) => self.hand_on(piece),
                        _ => Poll::Pending,
                    };
                }
            }
        }
    }

    fn hand_on(&mut self, piece: PhotoFrame) -> Poll<Option<Result<PhotoFrame, SyncError>>> {
        self.handed_on_at = None;
        Poll::Ready(Some(Ok(piece)))
    }

    /// Whether some bytes of a photo have been in the buffer for long enough. Wakes the task when they will have been.
    fn has_waited(&mut self, cx: &mut Context<'_>) -> bool {
        if self.open.is_none() || self.buffer.is_empty() {
            self.handed_on_at = None;
            return false;
        }
        let until = *self.handed_on_at.get_or_insert_with(Instant::now) + HAND_ON_AFTER;
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(until)));
        if timer.deadline() != until {
            timer.as_mut().reset(until);
        }
        timer.as_mut().poll(cx).is_ready()
    }

    fn close(&mut self, error: Option<SyncError>) {
        self.bytes = None;
        let in_frame = self.open.is_some() || !self.buffer.is_empty();
        self.error = error.or(in_frame.then(|| SyncError::Cut("the bytes end within a photo frame".into())));
    }

    /// The next piece in the buffer. While bytes still come, only one worth handing on: whole, or not less than that.
    fn cut_piece(&mut self, least: usize) -> Result<Option<PhotoFrame>, SyncError> {
        if self.open.is_none() {
            self.open = FrameHead::parse(&mut self.buffer)?;
        }
        let Some(head) = &mut self.open else { return Ok(None) };
        let size = head.length.min(PIECE_BYTES).min(self.buffer.len());
        let worth = size == head.length || size >= least || self.bytes.is_none();
        if size == 0 || !worth {
            return Ok(None);
        }
        let bytes = self.buffer.split_to(size).freeze();
        let piece = PhotoFrame { digest: head.digest, offset: head.offset, bytes };
        head.offset += size as u64;
        head.length -= size;
        if head.length == 0 {
            self.open = None;
        }
        Ok(Some(piece))
    }
}

/// The bytes of the lines that come down, each leaving at once. Where they fail, the last line names the reason.
pub fn encode_photo_lines(lines: PhotoLines) -> ByteStream {
    let lines = lines.map(|told| {
        let mut line = Vec::new();
        match told {
            Ok(told) => write_line(&told, &mut line)?,
            Err(error) => write_line(&RefusalLine::of(&error).ok_or(error)?, &mut line)?,
        }
        Ok(Bytes::from(line))
    });
    lines.boxed()
}

/// Reads the lines that come down.
pub fn decode_photo_lines(bytes: ByteStream) -> PhotoLines {
    let mut bytes = Some(bytes);
    let mut buffer = BytesMut::new();
    let mut searched = 0;
    poll_fn(move |cx| {
        let Some(open) = &mut bytes else { return Poll::Ready(None) };
        let error = loop {
            let end = buffer.get(searched..).unwrap_or_default().iter().position(|byte| *byte == b'\n');
            if let Some(end) = end.map(|end| end + searched).filter(|end| *end <= MAX_LINE_BYTES) {
                let line = buffer.split_to(end);
                buffer.advance(1);
                searched = 0;
                match parse_line(&line) {
                    Ok(line) => return Poll::Ready(Some(Ok(line))),
                    Err(error) => break error,
                }
            }
            searched = buffer.len();
            if searched > MAX_LINE_BYTES {
                break SyncError::Broken("a line is longer than allowed");
            }
            match ready!(open.as_mut().poll_next(cx)) {
                Some(Ok(piece)) => buffer.extend_from_slice(&piece),
                Some(Err(error)) => break error,
                None if buffer.is_empty() => {
                    bytes = None;
                    return Poll::Ready(None);
                }
                None => break SyncError::Cut("the bytes end within a line".into()),
            }
        };
        bytes = None;
        Poll::Ready(Some(Err(error)))
    })
    .boxed()
}
