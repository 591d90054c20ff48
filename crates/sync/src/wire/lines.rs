//! Lines as streams: packing while lines come, unpacking while bytes come.

use super::ByteStream;
use super::pack::{LinePacker, LineUnpacker};
use crate::protocol::SyncError;
use bangban_model::Code;
use bytes::Bytes;
use futures_util::Stream;
use serde::Serialize;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// A piece leaves when so much is packed (bytes), or when no further line is there yet.
const PIECE_BYTES: usize = 16 * 1024;

/// A line that may stand in place of any other: the sender gives up, with a reason.
const REFUSAL_PREFIX: &[u8] = b"{\"refused\":";

#[derive(serde::Serialize, serde::Deserialize)]
pub(super) struct RefusalLine {
    refused: Code,
}

impl RefusalLine {
    /// The line for an error that the other end can do something with.
    pub(super) fn of(error: &SyncError) -> Option<Self> {
        match error {
            SyncError::Refused(code) | SyncError::Local(code, _) | SyncError::CenterFailed(code) => {
                Some(RefusalLine { refused: *code })
            }
            SyncError::Broken(_) => Some(RefusalLine { refused: Code::ProtocolBroken }),
            _ => None,
        }
    }
}

/// Reads one line; a refusal becomes the error it names.
pub(super) fn parse_line<T: serde::de::DeserializeOwned>(line: &[u8]) -> Result<T, SyncError> {
    if line.starts_with(REFUSAL_PREFIX) {
        let code =
            serde_json::from_slice::<RefusalLine>(line).map_or(Code::ProtocolBroken, |told| told.refused);
        return Err(SyncError::told(code));
    }
    serde_json::from_slice(line).map_err(|_| SyncError::Broken("a line cannot be read"))
}

/// A reply of one piece: what was asked for, or a refusal in its place.
pub(super) fn reply_text<T: Serialize>(reply: Result<&T, &SyncError>) -> Vec<u8> {
    let text = match reply {
        Ok(reply) => serde_json::to_vec(reply).ok(),
        Err(error) => RefusalLine::of(error).and_then(|line| serde_json::to_vec(&line).ok()),
    };
    // Nothing is read as cut.
    text.unwrap_or_default()
}

/// What becomes of a stream that failed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum OnError {
    /// The bytes break off: nothing that was not meant looks complete.
    BreakOff,
    /// A last line names the reason.
    Tell,
}

/// Lines in, packed bytes out.
pub(super) struct Packed<S, T> {
    lines: Option<S>,
    packer: LinePacker,
    urgent: fn(&T) -> bool,
    on_error: OnError,
    error: Option<SyncError>,
}

impl<S, T> Packed<S, T>
where
    S: Stream<Item = Result<T, SyncError>> + Unpin,
    T: Serialize,
{
    /// `urgent` says which lines leave at once.
    pub(super) fn new(lines: S, urgent: fn(&T) -> bool, on_error: OnError) -> Result<Self, SyncError> {
        Ok(Packed { lines: Some(lines), packer: LinePacker::new()?, urgent, on_error, error: None })
    }

    /// Puts a line before all others.
    pub(super) fn push_first<L: Serialize>(&mut self, line: &L) -> Result<(), SyncError> {
        self.packer.push(line)?;
        self.packer.flush()
    }

    fn fail(&mut self, error: SyncError) -> Result<(), SyncError> {
        self.lines = None;
        if let (OnError::Tell, Some(line)) = (self.on_error, RefusalLine::of(&error)) {
            self.packer.push(&line)?;
            return self.packer.finish();
        }
        self.packer.flush()?;
        self.error = Some(error);
        Ok(())
    }

    /// Takes the next line in; false where there is none now.
    fn take_line(&mut self, next: Poll<Option<Result<T, SyncError>>>) -> Result<bool, SyncError> {
        match next {
            Poll::Ready(Some(Ok(line))) => {
                self.packer.push(&line)?;
                if (self.urgent)(&line) {
                    self.packer.flush()?;
                    return Ok(false);
                }
                Ok(self.packer.packed_bytes() < PIECE_BYTES)
            }
            Poll::Ready(Some(Err(error))) => self.fail(error).map(|()| false),
            Poll::Ready(None) => {
                self.lines = None;
                self.packer.finish().map(|()| false)
            }
            Poll::Pending => {
                if self.packer.is_dirty() {
                    self.packer.flush()?;
                }
                Ok(false)
            }
        }
    }
}

impl<S, T> Stream for Packed<S, T>
where
    S: Stream<Item = Result<T, SyncError>> + Unpin,
    T: Serialize,
{
    type Item = Result<Bytes, SyncError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            let Some(lines) = &mut this.lines else {
                if this.packer.packed_bytes() > 0 {
                    return Poll::Ready(Some(Ok(this.packer.take())));
                }
                return Poll::Ready(this.error.take().map(Err));
            };
            let next = Pin::new(lines).poll_next(cx);
            let pending = next.is_pending();
            match this.take_line(next) {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    this.lines = None;
                    this.error = Some(error);
                    continue;
                }
            }
            if this.packer.packed_bytes() > 0 {
                return Poll::Ready(Some(Ok(this.packer.take())));
            }
            if pending {
                return Poll::Pending;
            }
        }
    }
}

/// Packed bytes in, lines out.
pub(super) struct Unpacked {
    bytes: Option<ByteStream>,
    unpacker: LineUnpacker,
}

impl Unpacked {
    pub(super) fn new(bytes: ByteStream) -> Result<Self, SyncError> {
        Ok(Unpacked { bytes: Some(bytes), unpacker: LineUnpacker::new()? })
    }

    /// The next line, read by `parse`. After an error or the end there is nothing more.
    pub(super) fn poll_line<T>(
        &mut self,
        cx: &mut Context<'_>,
        parse: impl Fn(&[u8]) -> Result<T, SyncError>,
    ) -> Poll<Option<Result<T, SyncError>>> {
        let polled = self.poll_open(cx, parse);
        if let Poll::Ready(None | Some(Err(_))) = polled {
            self.bytes = None;
        }
        polled
    }

    fn poll_open<T>(
        &mut self,
        cx: &mut Context<'_>,
        parse: impl Fn(&[u8]) -> Result<T, SyncError>,
    ) -> Poll<Option<Result<T, SyncError>>> {
        let Some(bytes) = &mut self.bytes else { return Poll::Ready(None) };
        loop {
            match self.unpacker.next_line() {
                Ok(Some(line)) => return Poll::Ready(Some(parse(line))),
                Ok(None) => {}
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
            let fed = match ready!(Pin::new(&mut *bytes).poll_next(cx)) {
                Some(Ok(piece)) => self.unpacker.feed(piece),
                Some(Err(error)) => Err(error),
                None => return Poll::Ready(self.unpacker.finish().err().map(Err)),
            };
            if let Err(error) = fed {
                return Poll::Ready(Some(Err(error)));
            }
        }
    }
}
