//! The body of a request, and what the asker may learn of it while the connection sends it.

use crate::protocol::SyncError;
use crate::wire::ByteStream;
use bytes::Bytes;
use futures_util::StreamExt;
use hyper::body::{Body, Frame};
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

/// The bytes that go up.
pub(super) struct RequestBody {
    bytes: Option<ByteStream>,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    whole: AtomicBool,
    fault: Mutex<Option<SyncError>>,
}

/// The asker's view of its body.
pub(super) struct Outgoing(Arc<State>);

impl Outgoing {
    /// Whether the body was sent to its end.
    pub(super) fn is_whole(&self) -> bool {
        self.0.whole.load(Ordering::Acquire)
    }

    /// Why the body broke off, if it was this end.
    pub(super) fn take_fault(&self) -> Option<SyncError> {
        self.0.fault.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Why the body broke off, or what the connection says.
    pub(super) fn fault_or(&self, error: SyncError) -> SyncError {
        self.take_fault().unwrap_or(error)
    }
}

impl RequestBody {
    pub(super) fn new(bytes: ByteStream) -> (Self, Outgoing) {
        let state = Arc::new(State::default());
        (RequestBody { bytes: Some(bytes), state: Arc::clone(&state) }, Outgoing(state))
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = self.get_mut();
        let Some(bytes) = &mut this.bytes else { return Poll::Ready(None) };
        match ready!(bytes.poll_next_unpin(cx)) {
            Some(Ok(piece)) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            Some(Err(error)) => {
                this.bytes = None;
                *this.state.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                Poll::Ready(Some(Err(io::ErrorKind::Other.into())))
            }
            None => {
                this.bytes = None;
                this.state.whole.store(true, Ordering::Release);
                Poll::Ready(None)
            }
        }
    }
}
