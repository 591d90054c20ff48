//! A TCP proxy that cuts connections after so many bytes: the link broken on purpose.

use socket2::SockRef;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// What a broken connection looks like to both ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// It is closed.
    Close,
    /// It is reset.
    Reset,
    /// Nothing comes through any more, and nobody is told.
    Silence,
}

/// When and how a connection is cut.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    /// After so many bytes from the dialling side.
    pub after_up_bytes: u64,
    /// After so many bytes from the listening side.
    pub after_down_bytes: u64,
    /// How.
    pub manner: Manner,
}

impl Cut {
    /// Not at all.
    pub const NEVER: Cut =
        Cut { after_up_bytes: u64::MAX, after_down_bytes: u64::MAX, manner: Manner::Close };

    /// After so many bytes up.
    pub fn up(bytes: u64, manner: Manner) -> Self {
        Cut { after_up_bytes: bytes, manner, ..Cut::NEVER }
    }

    /// After so many bytes down.
    pub fn down(bytes: u64, manner: Manner) -> Self {
        Cut { after_down_bytes: bytes, manner, ..Cut::NEVER }
    }
}

#[derive(Default)]
struct Counters {
    connections: AtomicU64,
    up_bytes: AtomicU64,
    down_bytes: AtomicU64,
    /// Bytes a second from the dialling side; 0 for as many as come.
    up_pace: AtomicU64,
}

/// A proxy on a port of its own, up while this lives.
pub struct CuttingProxy {
    address: SocketAddr,
    counters: Arc<Counters>,
    cut: Arc<Mutex<Cut>>,
    accepting: tokio::task::JoinHandle<()>,
}

impl CuttingProxy {
    /// Forwards connections to `target`; each is cut as [`CuttingProxy::set_cut`] said last before it was made.
    pub async fn start(target: SocketAddr, cut: Cut) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let counters = Arc::<Counters>::default();
        let cut = Arc::new(Mutex::new(cut));
        let accepting = tokio::spawn(accept(listener, target, Arc::clone(&counters), Arc::clone(&cut)));
        Ok(CuttingProxy { address, counters, cut, accepting })
    }

    /// Where to dial.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How connections made from now on are cut.
    pub fn set_cut(&self, cut: Cut) {
        *self.cut.lock().unwrap_or_else(PoisonError::into_inner) = cut;
    }

    /// How many bytes a second each connection carries from the dialling side; 0 for as many as come.
    pub fn set_up_pace(&self, bytes_per_second: u64) {
        self.counters.up_pace.store(bytes_per_second, Ordering::SeqCst);
    }

    /// How many connections were made.
    pub fn connections(&self) -> u64 {
        self.counters.connections.load(Ordering::SeqCst)
    }

    /// How many bytes came through from the dialling side, all connections together.
    pub fn up_bytes(&self) -> u64 {
        self.counters.up_bytes.load(Ordering::SeqCst)
    }

    /// How many bytes came through from the listening side.
    pub fn down_bytes(&self) -> u64 {
        self.counters.down_bytes.load(Ordering::SeqCst)
    }
}

impl Drop for CuttingProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, target: SocketAddr, counters: Arc<Counters>, cut: Arc<Mutex<Cut>>) {
    // Dropped with this task, and every connection with it.
    let mut connections = JoinSet::new();
    while let Ok((near, _)) = listener.accept().await {
        counters.connections.fetch_add(1, Ordering::SeqCst);
        let cut = *cut.lock().unwrap_or_else(PoisonError::into_inner);
        connections.spawn(forward(near, target, cut, Arc::clone(&counters)));
        while connections.try_join_next().is_some() {}
    }
}

async fn forward(near: TcpStream, target: SocketAddr, cut: Cut, counters: Arc<Counters>) {
    let Ok(far) = TcpStream::connect(target).await else { return };
    if near.set_nodelay(true).and(far.set_nodelay(true)).is_err() {
        return;
    }
    let (near_read, near_write) = near.into_split();
    let (far_read, far_write) = far.into_split();
    let (mut up, mut down) = ((near_read, far_write), (far_read, near_write));
    let was_cut = {
        let up =
            copy(&mut up.0, &mut up.1, cut.after_up_bytes, (&counters.up_bytes, Some(&counters.up_pace)));
        let down = copy(&mut down.0, &mut down.1, cut.after_down_bytes, (&counters.down_bytes, None));
        let (mut up, mut down) = (std::pin::pin!(up), std::pin::pin!(down));
        // A cut in one direction is a cut; an end in one direction leaves the other open.
        tokio::select! {
            cut = &mut up => cut || down.await,
            cut = &mut down => cut || up.await,
        }
    };
    match cut.manner {
        Manner::Silence if was_cut => std::future::pending().await,
        Manner::Reset if was_cut => {
            for socket in [SockRef::from(up.0.as_ref()), SockRef::from(down.0.as_ref())] {
                let _ = socket.set_linger(Some(Duration::ZERO));
            }
            // Halves that are dropped one by one would say goodbye first.
            up.1.forget();
            down.1.forget();
        }
        _ => {}
    }
}

/// Forwards up to `limit` bytes; true where it ended at the limit or by an error, false at the end of the stream.
async fn copy(
    from: &mut OwnedReadHalf,
    to: &mut OwnedWriteHalf,
    limit: u64,
    (counter, pace): (&AtomicU64, Option<&AtomicU64>),
) -> bool {
    let mut buffer = vec![0; 16 * 1024];
    let mut left = limit;
    loop {
        if left == 0 {
            return true;
        }
        let size = usize::try_from(left).unwrap_or(buffer.len()).min(buffer.len());
        match from.read(buffer.get_mut(..size).unwrap_or_default()).await {
            Ok(0) => {
                let _ = to.shutdown().await;
                return false;
            }
            Ok(read) => {
                if to.write_all(buffer.get(..read).unwrap_or_default()).await.is_err() {
                    return true;
                }
                counter.fetch_add(read as u64, Ordering::SeqCst);
                left = left.saturating_sub(read as u64);
                let pace = pace.map_or(0, |pace| pace.load(Ordering::SeqCst));
                if let Some(micros) = (read as u64 * 1_000_000).checked_div(pace) {
                    tokio::time::sleep(Duration::from_micros(micros)).await;
                }
            }
            Err(_) => return true,
        }
    }
}
