//! The body of a request on its way in: read by whoever works on it, drained after a refusal, and given up when it drips.

use axum::body::{Body, BodyDataStream};
use bangban_sync::SyncError;
use bangban_sync::wire::ByteStream;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep};

/// After a refusal so much of what still comes is read and dropped, for so long, so that the refusal arrives before
/// the connection is closed under it.
const MAX_DROPPED_BYTES: usize = 4 * 1024 * 1024;
const DROP_FOR: Duration = Duration::from_secs(5);
/// Whoever is waited for so long must have sent so much meanwhile (bytes): a byte now and then holds no place.
const LEAST_BYTES: usize = 1024;
const LEAST_WITHIN: Duration = Duration::from_secs(60);

/// The body of a request, which somebody else reads, and which is still to be had when he has stopped.
#[derive(Clone)]
pub(super) struct Incoming(Arc<Mutex<State>>);

struct State {
    body: Option<BodyDataStream>,
    /// Whoever reads waits for the other end now.
    waits: bool,
    /// All bytes so far.
    bytes: u64,
    rate: LeastRate,
}

impl Incoming {
    pub(super) fn new(body: Body) -> Self {
        let body = Some(body.into_data_stream());
        Incoming(Arc::new(Mutex::new(State { body, waits: false, bytes: 0, rate: LeastRate::default() })))
    }

    pub(super) fn bytes(&self) -> ByteStream {
        let shared = Arc::clone(&self.0);
        poll_fn(move |cx| shared.lock().unwrap_or_else(PoisonError::into_inner).poll_bytes(cx)).boxed()
    }

    /// Whether the other end is waited for, and how many bytes came so far.
    pub(super) fn standing(&self) -> (bool, u64) {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (state.waits, state.bytes)
    }

    /// Reads what still comes to nowhere, for a while.
    pub(super) async fn drop_rest(self) {
        let rest = self.0.lock().unwrap_or_else(PoisonError::into_inner).body.take();
        let Some(mut rest) = rest else { return };
        let dropping = async {
            let mut dropped = 0;
            while let Some(Ok(piece)) = rest.next().await {
                dropped += piece.len();
                if dropped > MAX_DROPPED_BYTES {
                    break;
                }
            }
        };
        let _ = tokio::time::timeout(DROP_FOR, dropping).await;
    }
}

impl State {
    fn poll_bytes(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, SyncError>>> {
        let Some(body) = self.body.as_mut() else { return Poll::Ready(None) };
        let polled = body.poll_next_unpin(cx);
        self.waits = polled.is_pending();
        match polled {
            Poll::Ready(Some(Ok(piece))) => {
                self.bytes += piece.len() as u64;
                self.rate.came(piece.len());
                Poll::Ready(Some(Ok(piece)))
            }
            Poll::Ready(Some(Err(error))) => {
                self.body = None;
                Poll::Ready(Some(Err(SyncError::Cut(error.to_string()))))
            }
            Poll::Ready(None) => {
                self.body = None;
                Poll::Ready(None)
            }
            Poll::Pending if self.rate.is_too_slow(cx) => {
                self.waits = false;
                self.body = None;
                Poll::Ready(Some(Err(SyncError::Broken("a request that does not come to its end"))))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

/// The least that must come while it is waited for; the time in which this end works does not count.
#[derive(Default)]
struct LeastRate {
    waited: Duration,
    waits_since: Option<Instant>,
    bytes: usize,
    timer: Option<Pin<Box<Sleep>>>,
}

impl LeastRate {
    fn came(&mut self, bytes: usize) {
        self.waited += self.waits_since.take().map_or(Duration::ZERO, |since| since.elapsed());
        self.bytes += bytes;
        if self.bytes >= LEAST_BYTES {
            (self.bytes, self.waited) = (0, Duration::ZERO);
        }
    }

    fn is_too_slow(&mut self, cx: &mut Context<'_>) -> bool {
        let since = *self.waits_since.get_or_insert_with(Instant::now);
        let until = since + LEAST_WITHIN.saturating_sub(self.waited);
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(until)));
        if timer.deadline() != until {
            timer.as_mut().reset(until);
        }
        timer.as_mut().poll(cx).is_ready()
    }
}
