//! The accept loop: one task a connection, everything bounded, a graceful end.

use axum::extract::Request;
use axum::middleware::map_request;
use axum::{Extension, Router};
use bangban_sync::link::{Link, Traffic, Watch};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use socket2::{SockRef, TcpKeepalive};
use std::collections::HashMap;
use std::future::{Future, pending, ready};
use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

/// How much a server takes on, and how long it waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once; whoever comes beyond waits to be accepted.
    pub connections: usize,
    /// Connections at once from one address (IPv6: one network of 64 bits); further ones are closed at once. This machine
    /// itself is not counted: a proxy on it speaks for everybody.
    pub per_address: usize,
    /// For the TLS handshake.
    pub handshake: Duration,
    /// For the first byte of the first request: whoever dials has something to ask.
    pub first_request: Duration,
    /// For the head of the next request, the time between two requests included.
    pub head: Duration,
    /// For the next byte in either direction.
    pub progress: Duration,
    /// For requests under way when the server is to end.
    pub ending: Duration,
    /// What a connection holds of bytes not yet read or written, each way (bytes).
    pub buffer_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connections: 512,
            per_address: 128,
            handshake: Duration::from_secs(10),
            first_request: Duration::from_secs(20),
            head: Duration::from_secs(60),
            progress: Duration::from_secs(60),
            ending: Duration::from_secs(10),
            buffer_bytes: 64 * 1024,
        }
    }
}

/// Serves until `shutdown` comes, then ends gracefully.
pub async fn serve(
    listener: TcpListener,
    tls: Arc<ServerConfig>,
    router: Router,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    serve_within(Limits::default(), listener, tls, router, shutdown).await
}

/// [`serve`] with limits of its own.
pub async fn serve_within(
    limits: Limits,
    listener: TcpListener,
    tls: Arc<ServerConfig>,
    router: Router,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    serve_on(Server { limits, acceptor: Some(TlsAcceptor::from(tls)), router }, listener, shutdown).await
}

/// Serves without TLS, for browsers on this machine and a proxy on it; refused at any address that others reach.
pub async fn serve_plain(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    if !may_be_plain(&listener.local_addr()?) {
        return Err(io::Error::new(
            io::ErrorKind::AddrNotAvailable,
            "plain HTTP is served on this machine alone",
        ));
    }
    serve_on(Server { limits: Limits::default(), acceptor: None, router }, listener, shutdown).await
}

/// Whether an address may be served without TLS: only this machine reaches it.
pub fn may_be_plain(address: &SocketAddr) -> bool {
    address.ip().is_loopback()
}

async fn serve_on(
    server: Server,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let limits = server.limits;
    let places = Arc::new(Semaphore::new(limits.connections));
    let callers = Callers::default();
    let (ending, ended) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let place = Arc::clone(&places).acquire_owned();
        let accepted = async {
            let place = place.await.map_err(io::Error::other)?;
            listener.accept().await.map(|(stream, from)| (place, stream, from))
        };
        tokio::select! {
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => {}
            accepted = accepted => match accepted {
                Ok((place, stream, from)) => {
                    let Some(caller) = callers.admit(from.ip(), limits.per_address) else {
                        tracing::info!("an address has too many connections");
                        continue;
                    };
                    let (server, ended) = (server.clone(), ended.clone());
                    connections.spawn(async move {
                        server.serve_one(stream, ended).await;
                        drop((place, caller));
                    });
                }
                // Such as too many open files: passes, and must not end the server.
                Err(error) => {
                    tracing::warn!(%error, "a connection cannot be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
    drop(listener);
    let _ = ending.send(true);
    let all = async { while connections.join_next().await.is_some() {} };
    if timeout(limits.ending, all).await.is_err() {
        connections.shutdown().await;
    }
    Ok(())
}

/// How many connections each address has.
#[derive(Clone, Default)]
struct Callers(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// A connection of an address, counted while it lives.
struct Caller {
    callers: Callers,
    /// None where it is not counted.
    from: Option<IpAddr>,
}

impl Callers {
    fn admit(&self, from: IpAddr, most: usize) -> Option<Caller> {
        if from.to_canonical().is_loopback() {
            return Some(Caller { callers: self.clone(), from: None });
        }
        let from = network_of(from);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(from).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Caller { callers: self.clone(), from: Some(from) })
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        let Some(from) = self.from else { return };
        let mut counts = self.callers.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&from) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&from);
            }
        }
    }
}

/// Whoever has an IPv6 address has 2^64 of them.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into(),
        v4 => v4,
    }
}

#[derive(Clone)]
struct Server {
    limits: Limits,
    acceptor: Option<TlsAcceptor>,
    router: Router,
}

impl Server {
    async fn serve_one(&self, stream: TcpStream, ended: watch::Receiver<bool>) {
        if let Err(error) = tune(&stream) {
            tracing::debug!(%error, "a connection died before it was served");
            return;
        }
        let watch = Watch::new(true);
        let link = Link::new(stream, Traffic::default(), watch.clone(), self.limits.progress);
        let Some(acceptor) = &self.acceptor else { return self.speak(link, watch, ended).await };
        match timeout(self.limits.handshake, acceptor.accept(link)).await {
            Ok(Ok(secured)) => self.speak(secured, watch, ended).await,
            Ok(Err(error)) => tracing::debug!(%error, "no TLS handshake"),
            Err(_) => tracing::debug!("no TLS handshake in time"),
        }
    }

    /// Requests find the watch over their connection among their extensions: while the center itself is at work, silence
    /// is no fault.
    async fn speak<S>(&self, stream: S, watch: Watch, mut ended: watch::Receiver<bool>)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let asked = Arc::new(AtomicBool::new(false));
        let noted = Arc::clone(&asked);
        let router =
            self.router.clone().layer(Extension(watch)).layer(map_request(move |request: Request| {
                noted.store(true, Ordering::Relaxed);
                ready(request)
            }));
        let service = TowerToHyperService::new(router);
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(self.limits.head)
            .max_buf_size(self.limits.buffer_bytes);
        let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
        let result = tokio::select! {
            result = connection.as_mut() => result,
            () = never_asks(self.limits.first_request, &asked) => return,
            () = async { drop(ended.wait_for(|ended| *ended).await) } => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = result {
            tracing::debug!(%error, "a connection ended");
        }
    }
}

/// Ends where nothing was asked in time.
async fn never_asks(within: Duration, asked: &AtomicBool) {
    tokio::time::sleep(within).await;
    if asked.load(Ordering::Relaxed) {
        pending().await
    }
}

fn tune(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let every = Duration::from_secs(20);
    SockRef::from(stream).set_tcp_keepalive(&TcpKeepalive::new().with_time(every).with_interval(every))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_no_more_connections_than_its_share_and_gives_them_back() {
        let callers = Callers::default();
        let [near, far]: [IpAddr; 2] = ["10.1.2.3".parse().unwrap(), "10.1.2.4".parse().unwrap()];
        let held: Vec<_> = (0..3).map(|_| callers.admit(near, 3).unwrap()).collect();
        assert!(callers.admit(near, 3).is_none());
        let mapped: IpAddr = "::ffff:10.1.2.3".parse().unwrap();
        assert!(callers.admit(mapped, 3).is_none(), "the same address, written otherwise");
        assert!(callers.admit(far, 3).is_some(), "others are served");
        drop(held);
        assert!(callers.0.lock().unwrap().is_empty());
        let here: IpAddr = "127.0.0.1".parse().unwrap();
        let proxied: Vec<_> = (0..9).map(|_| callers.admit(here, 3).unwrap()).collect();
        assert_eq!(proxied.len(), 9);
        let many = (0..4u128).map(|at| IpAddr::from(Ipv6Addr::from_bits((0x2001 << 112) | at)));
        let held: Vec<_> = many.map(|from| callers.admit(from, 3)).collect();
        assert_eq!(held.iter().flatten().count(), 3, "one network of IPv6 is one caller");
    }
}
