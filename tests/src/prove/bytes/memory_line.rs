//! A line in memory: HTTP at both ends, as on a network, the center's own routes behind it, and a cut at any byte.

use bangban_center::Center;
use bangban_center::http::router;
use bangban_model::{Code, IncarnationId};
use bangban_sync::protocol::{PhotoFrames, PhotoLines};
use bangban_sync::wire::{self, ByteStream};
use bangban_sync::{
    Answer, EnrolReply, EnrolRequest, EscrowDeposit, EscrowStored, LifeBegun, LifeKept, Post, Recovered,
    Recovery, Signed, SyncError, SyncProtocol, Token,
};
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, duplex, split};

/// What either end may be ahead of the other (bytes).
const ON_THE_WAY_BYTES: usize = 4096;

/// How many bytes passed in a direction, and after how many it is cut.
struct Way {
    passed: AtomicU64,
    most: AtomicU64,
}

impl Way {
    fn new() -> Self {
        Way { passed: AtomicU64::new(0), most: AtomicU64::new(u64::MAX) }
    }
}

struct Shared {
    up: Way,
    down: Way,
    cut: AtomicBool,
}

/// The line. Each request has a connection of its own; a cut ends all of them until it is mended.
pub struct MemoryLine {
    center: Arc<Center>,
    shared: Arc<Shared>,
}

impl MemoryLine {
    /// To this center.
    pub fn to(center: &Center) -> Self {
        let shared = Shared { up: Way::new(), down: Way::new(), cut: AtomicBool::new(false) };
        MemoryLine { center: Arc::new(center.clone()), shared: Arc::new(shared) }
    }

    /// Is cut after so many bytes on the way up.
    pub fn cut_up(&self, bytes: u64) {
        self.shared.up.most.store(bytes, Ordering::SeqCst);
    }

    /// Is cut after so many bytes on the way down.
    pub fn cut_down(&self, bytes: u64) {
        self.shared.down.most.store(bytes, Ordering::SeqCst);
    }

    /// Holds from now on.
    pub fn mend(&self) {
        for way in [&self.shared.up, &self.shared.down] {
            way.most.store(u64::MAX, Ordering::SeqCst);
        }
        self.shared.cut.store(false, Ordering::SeqCst);
    }

    /// How many bytes passed up and down.
    pub fn passed(&self) -> (u64, u64) {
        let of = |way: &Way| way.passed.load(Ordering::SeqCst);
        (of(&self.shared.up), of(&self.shared.down))
    }

    /// Both ends of a new connection.
    fn connect(&self) -> Result<DuplexStream, SyncError> {
        if self.shared.cut.load(Ordering::SeqCst) {
            return Err(SyncError::Unreachable("the line is cut".into()));
        }
        let (near, near_end) = duplex(ON_THE_WAY_BYTES);
        let (far_end, far) = duplex(ON_THE_WAY_BYTES);
        tokio::spawn(carry(near_end, far_end, self.shared.clone()));
        let service = TowerToHyperService::new(router(self.center.clone()));
        let serving = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(far), service);
        tokio::spawn(async move { drop(serving.await) });
        Ok(near)
    }

    async fn ask(
        &self,
        path: &'static str,
        token: &Token,
        body: ByteStream,
    ) -> Result<ByteStream, SyncError> {
        let cut = |problem: hyper::Error| SyncError::Cut(problem.to_string());
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(self.connect()?)).await.map_err(cut)?;
        tokio::spawn(async move { drop(connection.await) });
        let body = StreamBody::new(body.map_ok(Frame::data).map_err(std::io::Error::other));
        let request = Request::post(path)
            .header("host", "memory")
            .header("authorization", format!("Bearer {}", token.0))
            .body(body)
            .map_err(|_| SyncError::Broken("a request"))?;
        let response = sender.send_request(request).await.map_err(cut)?;
        let status = response.status();
        let bytes = response.into_body().into_data_stream().map_err(cut);
        if status == StatusCode::OK {
            // The connection lives as long as somebody reads.
            return Ok(bytes.inspect(move |_| _ = &sender).boxed());
        }
        let told: Vec<Bytes> = bytes.try_collect().await?;
        let told: serde_json::Value = serde_json::from_slice(&told.concat()).unwrap_or_default();
        let code = Code::ALL.iter().find(|code| told["code"] == code.as_str());
        Err(code.map_or(SyncError::Broken("a refusal"), |code| SyncError::Refused(*code)))
    }
}

/// Carries bytes both ways until one of them is cut, or both have ended.
async fn carry(near: DuplexStream, far: DuplexStream, shared: Arc<Shared>) {
    let (mut near_read, mut near_write) = split(near);
    let (mut far_read, mut far_write) = split(far);
    let up = copy(&mut near_read, &mut far_write, &shared.up, &shared.cut);
    let down = copy(&mut far_read, &mut near_write, &shared.down, &shared.cut);
    let (mut up, mut down) = (std::pin::pin!(up), std::pin::pin!(down));
    // An end in one direction leaves the other open; a cut ends both.
    tokio::select! {
        ended = &mut up => if ended { down.await; },
        ended = &mut down => if ended { up.await; },
    }
}

/// True at the end of the stream, false at a cut.
async fn copy(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    way: &Way,
    cut: &AtomicBool,
) -> bool {
    let mut buffer = [0; 1024];
    loop {
        let left = way.most.load(Ordering::SeqCst).saturating_sub(way.passed.load(Ordering::SeqCst));
        if left == 0 || cut.load(Ordering::SeqCst) {
            cut.store(true, Ordering::SeqCst);
            return false;
        }
        let most = usize::try_from(left).unwrap_or(buffer.len()).min(buffer.len());
        match from.read(&mut buffer[..most]).await {
            Ok(0) => {
                let _ = to.shutdown().await;
                return true;
            }
            Ok(read) => {
                if to.write_all(&buffer[..read]).await.is_err() {
                    return true;
                }
                way.passed.fetch_add(read as u64, Ordering::SeqCst);
            }
            Err(_) => return true,
        }
    }
}

impl SyncProtocol for MemoryLine {
    async fn enrol(&self, _: EnrolRequest) -> Result<EnrolReply, SyncError> {
        Err(SyncError::Broken("nobody enrols here"))
    }

    async fn deposit_escrow(&self, _: &Token, _: EscrowDeposit) -> Result<Signed<EscrowStored>, SyncError> {
        Err(SyncError::Broken("nobody deposits here"))
    }

    async fn present_life(&self, _: &Token, _: Signed<LifeBegun>) -> Result<Signed<LifeKept>, SyncError> {
        Err(SyncError::Broken("nothing was put back here"))
    }

    async fn exchange(&self, token: &Token, post: Post) -> Result<Answer, SyncError> {
        let body = wire::encode_post(post)?;
        Ok(wire::decode_answer(self.ask("/sync/v1/exchange", token, body).await?))
    }

    async fn recover(&self, _: &Token, _: Recovery) -> Result<Recovered, SyncError> {
        Err(SyncError::Broken("nothing was lost here"))
    }

    async fn send_photos(
        &self,
        token: &Token,
        _: Option<IncarnationId>,
        frames: PhotoFrames,
    ) -> Result<PhotoLines, SyncError> {
        let body = wire::encode_frames(frames);
        Ok(wire::decode_photo_lines(self.ask("/sync/v1/photos", token, body).await?))
    }
}
