//! Dialling a center: TCP, TLS to the pinned key, HTTP/1.1; each with its patience.

use super::body::RequestBody;
use crate::link::{Link, Traffic, Watch};
use crate::protocol::SyncError;
use crate::tls::{draw_once, is_not_trusted};
use bangban_model::Code;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use socket2::{SockRef, TcpKeepalive};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinHandle;
use tokio::time::{Instant, interval_at, timeout};
use tokio_rustls::TlsConnector;

/// The kernel keeps so many bytes that the other end has not acknowledged. It bounds what a cut can waste.
const SEND_BUFFER_BYTES: usize = 128 * 1024;
/// Of these, no more than so many that it has not even sent: what waits in the laptop cannot be lost on the way.
#[cfg(target_os = "linux")]
const UNSENT_BYTES: u32 = 16 * 1024;
/// hyper holds back so many bytes of a body at most.
const HTTP_BUFFER_BYTES: usize = 64 * 1024;

/// While nothing answers another connection is dialled after so long; sooner where the last one came about sooner.
const DIAL_AGAIN: Duration = Duration::from_millis(250);
/// But no sooner than this.
const LEAST_DIAL_AGAIN: Duration = Duration::from_millis(50);
/// And no more than so many at a time: the system tries each again by itself.
const MOST_DIALLED: usize = 100;
/// In the time that a connection takes so many are dialled.
const DIALS_A_ROUND_TRIP: u32 = 4;

/// How long to wait for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For a TCP connection, over all addresses of the center.
    pub connect: Duration,
    /// For the TLS handshake.
    pub handshake: Duration,
    /// For the next byte in either direction while an answer is due.
    pub progress: Duration,
    /// For the other end's acknowledgement of sent bytes (Linux; elsewhere the system decides). Photos have a watch of their
    /// own, on every system.
    pub acknowledged: Duration,
    /// How old a waiting connection may be and still be used.
    pub idle: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience {
            connect: Duration::from_secs(10),
            handshake: Duration::from_secs(10),
            // The center says that it is at work every 5 s.
            progress: Duration::from_secs(20),
            acknowledged: Duration::from_secs(15),
            // Less than the center's own, so that the laptop seldom sends into a connection that is being closed.
            idle: Duration::from_secs(50),
        }
    }
}

/// Makes connections to one center.
pub(super) struct Dialer {
    address: String,
    name: ServerName<'static>,
    connector: TlsConnector,
    patience: Patience,
    traffic: Traffic,
    /// How long the last connection took.
    took: Mutex<Option<Duration>>,
}

impl Dialer {
    pub(super) fn new(
        address: &str,
        config: Arc<ClientConfig>,
        patience: Patience,
        traffic: Traffic,
    ) -> Result<Self, SyncError> {
        let bad = || SyncError::Local(Code::BadInput, "not an address of the form host:port".into());
        let (host, port) = address.rsplit_once(':').ok_or_else(bad)?;
        port.parse::<u16>().map_err(|_| bad())?;
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        // Never sent and never checked (the key is): it only names the session to resume.
        let name = ServerName::try_from(host.to_owned()).map_err(|_| bad())?;
        let connector = TlsConnector::from(config);
        Ok(Dialer { address: address.to_owned(), name, connector, patience, traffic, took: Mutex::default() })
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    pub(super) fn patience(&self) -> Patience {
        self.patience
    }

    async fn connect(&self) -> Result<TcpStream, SyncError> {
        let unreachable = |error: io::Error| SyncError::Unreachable(error.to_string());
        let dialled = timeout(self.patience.connect, async {
            // Looked up once: a name server that does not answer either is not asked again and again.
            let addresses: Vec<_> = lookup_host(&self.address).await?.collect();
            let dial = || async {
                let begun = Instant::now();
                TcpStream::connect(&*addresses).await.map(|stream| (stream, begun.elapsed()))
            };
            first_to_connect(dial, self.dial_again()).await
        });
        let (connected, ()) = tokio::join!(dialled, async { draw_once() });
        let (stream, took) = connected
            .map_err(|_| SyncError::Unreachable("no connection in time".into()))?
            .map_err(unreachable)?;
        *self.took.lock().unwrap_or_else(PoisonError::into_inner) = Some(took);
        self.tune(&stream).map_err(unreachable)?;
        Ok(stream)
    }

    fn dial_again(&self) -> Duration {
        let took = *self.took.lock().unwrap_or_else(PoisonError::into_inner);
        took.map_or(DIAL_AGAIN, |took| (took / DIALS_A_ROUND_TRIP).clamp(LEAST_DIAL_AGAIN, DIAL_AGAIN))
    }

    fn tune(&self, stream: &TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let socket = SockRef::from(stream);
        socket.set_send_buffer_size(SEND_BUFFER_BYTES)?;
        let every = Duration::from_secs(15);
        socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(every).with_interval(every))?;
        #[cfg(target_os = "linux")]
        {
            socket.set_tcp_user_timeout(Some(self.patience.acknowledged))?;
            socket.set_tcp_notsent_lowat(UNSENT_BYTES)?;
        }
        Ok(())
    }

    /// A connection on which nothing was asked yet.
    pub(super) async fn dial(&self) -> Result<Line, SyncError> {
        let watch = Watch::new(true);
        let stream = self.connect().await?;
        let link = Link::new(stream, self.traffic.clone(), watch.clone(), self.patience.progress);
        let secured = timeout(self.patience.handshake, self.connector.connect(self.name.clone(), link))
            .await
            .map_err(|_| SyncError::Unreachable("no TLS handshake in time".into()))?
            .map_err(|error| match is_not_trusted(&error) {
                true => SyncError::NotTrusted,
                false => SyncError::Unreachable(format!("TLS: {error}")),
            })?;
        let (sender, connection) = http1::Builder::new()
            .max_buf_size(HTTP_BUFFER_BYTES)
            .handshake(TokioIo::new(secured))
            .await
            .map_err(|error| SyncError::Cut(error.to_string()))?;
        let task = tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection to the center ended");
            }
        });
        Ok(Line { sender, watch, task, rested_at: Instant::now() })
    }
}

/// Dials, and dials again beside it while nothing answers: what was dialled a moment before a network came back would be
/// tried again by the system a second later, then two, then four.
async fn first_to_connect<T, D>(dial: impl Fn() -> D, after: Duration) -> io::Result<T>
where
    D: Future<Output = io::Result<T>>,
{
    let mut dialled = FuturesUnordered::new();
    dialled.push(dial());
    let mut again = interval_at(Instant::now() + after, after);
    loop {
        tokio::select! {
            // Where one is refused so would be another.
            Some(connected) = dialled.next() => return connected,
            _ = again.tick(), if dialled.len() < MOST_DIALLED => dialled.push(dial()),
        }
    }
}

/// A connection. Dropped, it is closed at once, whatever was still to be sent.
pub(super) struct Line {
    sender: SendRequest<RequestBody>,
    watch: Watch,
    task: JoinHandle<()>,
    rested_at: Instant,
}

impl Line {
    /// Sends a request; comes back with the head of the answer while the body may still be going up.
    pub(super) async fn send(
        &mut self,
        request: Request<RequestBody>,
    ) -> Result<Response<Incoming>, TrySendError<Request<RequestBody>>> {
        self.watch.set(true);
        // Not ready means closed; trying to send then gives the request back.
        let _ = self.sender.ready().await;
        self.sender.try_send_request(request).await
    }

    /// The answer was read to its end: silence is no fault from now on.
    pub(super) fn rest(&mut self) {
        self.rested_at = Instant::now();
        self.watch.set(false);
    }

    /// Whether it may still be used after having waited.
    pub(super) fn is_fresh(&self, idle: Duration) -> bool {
        !self.sender.is_closed() && self.rested_at.elapsed() < idle
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::future::pending;

    /// How long after the first one a connection comes about, where the network is gone for so long.
    async fn connected_after(gone: Duration) -> (Duration, usize) {
        let (begun, dials) = (Instant::now(), Cell::new(0));
        let dials = &dials;
        let dial = || async move {
            dials.set(dials.get() + 1);
            // What is dialled into a network that is gone is lost.
            if begun.elapsed() < gone { pending().await } else { Ok(()) }
        };
        first_to_connect(dial, LEAST_DIAL_AGAIN).await.unwrap();
        (begun.elapsed(), dials.get())
    }

    #[tokio::test(start_paused = true)]
    async fn a_network_that_comes_back_is_found_within_the_time_after_which_another_is_dialled() {
        assert_eq!(connected_after(Duration::ZERO).await, (Duration::ZERO, 1));
        let (after, dials) = connected_after(Duration::from_millis(4025)).await;
        assert!(after <= Duration::from_millis(4075) && dials <= 82, "{after:?}, {dials}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_refuses_is_not_dialled_again() {
        let dials = Cell::new(0);
        let refused = || async {
            dials.set(dials.get() + 1);
            Err::<(), _>(io::Error::from(io::ErrorKind::ConnectionRefused))
        };
        let refused = first_to_connect(refused, DIAL_AGAIN);
        assert!(refused.await.is_err() && dials.get() == 1);
    }
}
