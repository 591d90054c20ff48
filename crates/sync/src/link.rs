//! A connection that counts its bytes and gives up when none move: what stalls without an error is the usual way in
//! which a mobile link dies.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// Bytes written to and read from connections, to be shared by any number of them.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    sent: Arc<AtomicU64>,
    received: Arc<AtomicU64>,
}

impl Traffic {
    /// Bytes handed to the network, TLS and HTTP included.
    pub fn sent_bytes(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Bytes that came from the network, TLS and HTTP included.
    pub fn received_bytes(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }
}

/// Says whether something is expected of a connection: while nothing is, silence is no fault.
#[derive(Clone, Debug)]
pub struct Watch(Arc<WatchState>);

#[derive(Debug)]
struct WatchState {
    on: AtomicBool,
    waiting: Mutex<Option<Waker>>,
}

impl Watch {
    /// A watch that is on or off from the start.
    pub fn new(on: bool) -> Self {
        Watch(Arc::new(WatchState { on: AtomicBool::new(on), waiting: Mutex::new(None) }))
    }

    /// Turns it on, as of now, or off.
    pub fn set(&self, on: bool) {
        self.0.on.store(on, Ordering::Release);
        let waker = self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn is_on(&self) -> bool {
        self.0.on.load(Ordering::Acquire)
    }

    fn remember(&self, waker: &Waker) {
        *self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner) = Some(waker.clone());
    }
}

/// A connection with a watch on it: [`io::ErrorKind::TimedOut`] where no byte moved in either direction for too long.
/// One task is to read and write it, as hyper does: there is one timer, and it wakes whoever waited last.
#[derive(Debug)]
pub struct Link<S> {
    stream: S,
    traffic: Traffic,
    watch: Watch,
    patience: Duration,
    /// Since when nothing moved; none while the watch is off.
    quiet_since: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl<S> Link<S> {
    /// Watches a connection.
    pub fn new(stream: S, traffic: Traffic, watch: Watch, patience: Duration) -> Self {
        Link { stream, traffic, watch, patience, quiet_since: None, timer: None }
    }

    fn moved(&mut self, bytes: usize) {
        if bytes > 0 {
            self.quiet_since = Some(Instant::now());
        }
    }

    /// To be asked where nothing can be read or written now: whether that lasts for too long.
    fn check_patience(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        self.watch.remember(cx.waker());
        if !self.watch.is_on() {
            self.quiet_since = None;
            return Ok(());
        }
        let deadline = *self.quiet_since.get_or_insert_with(Instant::now) + self.patience;
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        if timer.deadline() != deadline {
            timer.as_mut().reset(deadline);
        }
        match timer.as_mut().poll(cx) {
            Poll::Ready(()) => Err(io::Error::new(io::ErrorKind::TimedOut, "no byte moved for too long")),
            Poll::Pending => Ok(()),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Link<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        match Pin::new(&mut this.stream).poll_read(cx, buffer) {
            Poll::Ready(Ok(())) => {
                let bytes = buffer.filled().len() - before;
                this.traffic.received.fetch_add(bytes as u64, Ordering::Relaxed);
                this.moved(bytes);
                Poll::Ready(Ok(()))
            }
            Poll::Pending => match this.check_patience(cx) {
                Ok(()) => Poll::Pending,
                Err(error) => Poll::Ready(Err(error)),
            },
            failed => failed,
        }
    }
}

impl<S: AsyncWrite + Unpin> Link<S> {
    fn count_written(
        &mut self,
        cx: &mut Context<'_>,
        polled: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match polled {
            Poll::Ready(Ok(bytes)) => {
                self.traffic.sent.fetch_add(bytes as u64, Ordering::Relaxed);
                self.moved(bytes);
                Poll::Ready(Ok(bytes))
            }
            Poll::Pending => match self.check_patience(cx) {
                Ok(()) => Poll::Pending,
                Err(error) => Poll::Ready(Err(error)),
            },
            failed => failed,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Link<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.stream).poll_write(cx, bytes);
        this.count_written(cx, polled)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.stream).poll_write_vectored(cx, slices);
        this.count_written(cx, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    const PATIENCE: Duration = Duration::from_secs(30);

    #[tokio::test(start_paused = true)]
    async fn a_link_on_which_nothing_moves_is_given_up() {
        let (near, _far) = duplex(64);
        let mut link = Link::new(near, Traffic::default(), Watch::new(true), PATIENCE);
        let begun = Instant::now();
        let error = link.read_u8().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(begun.elapsed() >= PATIENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn every_byte_in_either_direction_renews_the_patience() {
        let (near, mut far) = duplex(64);
        let traffic = Traffic::default();
        let (mut reader, mut writer) =
            tokio::io::split(Link::new(near, traffic.clone(), Watch::new(true), PATIENCE));
        let reading = tokio::spawn(async move { reader.read_u8().await });
        let begun = Instant::now();
        for _ in 0..5 {
            tokio::time::sleep(PATIENCE - Duration::from_secs(1)).await;
            writer.write_u8(7).await.unwrap();
        }
        far.write_u8(9).await.unwrap();
        assert_eq!(reading.await.unwrap().unwrap(), 9);
        assert!(begun.elapsed() > PATIENCE * 4);
        assert_eq!((traffic.sent_bytes(), traffic.received_bytes()), (5, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn silence_is_no_fault_while_nothing_is_expected() {
        let (near, _far) = duplex(64);
        let watch = Watch::new(false);
        let mut link = Link::new(near, Traffic::default(), watch.clone(), PATIENCE);
        let reading = tokio::spawn(async move { link.read_u8().await });
        tokio::time::sleep(PATIENCE * 10).await;
        assert!(!reading.is_finished());
        watch.set(true);
        let begun = Instant::now();
        assert_eq!(reading.await.unwrap().unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert!(begun.elapsed() >= PATIENCE, "the wait before does not count");
    }
}
