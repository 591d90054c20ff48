//! A center of a few lines: it keeps what comes and answers by the book, or as its token asks it to.

use bangban_center::http::{Limits, router, serve_within};
use bangban_center::tls::TlsIdentity;
use bangban_keys::{OpeningKey, SigningKey};
use bangban_model::body::{AgentRemoved, Body};
use bangban_model::entry::{NewEntry, Place, RecordPart, seal};
use bangban_model::ids::{Actor, AgentId, DistrictKey};
use bangban_model::{Audience, Code, Digest, Entry, EntryId, IncarnationId, RecordId, StreamId, SubjectId};
use bangban_sync::client::{HttpCenter, Patience};
use bangban_sync::protocol::{PhotoFrames, PhotoLines};
use bangban_sync::*;
use futures_util::stream::{self, StreamExt};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Tokens that the small center knows.
pub const GOOD: &str = "good";
/// Refused before anything is read.
pub const REVOKED: &str = "revoked";
/// Refused when everything was read.
pub const FULL: &str = "full";
/// The answer breaks off after its receipt.
pub const MIDWAY: &str = "midway";
/// Never answers.
pub const SILENT: &str = "silent";

#[derive(Default)]
pub struct SmallCenter {
    pub entries: Mutex<Vec<EntryLine>>,
}

pub fn token(text: &str) -> Token {
    Token(text.to_owned())
}

pub fn village() -> StreamId {
    StreamId::parse("420703200209").unwrap()
}

pub fn incarnation() -> IncarnationId {
    IncarnationId(Uuid::from_u128(8))
}

fn center_key() -> SigningKey {
    SigningKey::from_secret_bytes(&[2; 32])
}

/// A chain of single-entry records from 1 on.
pub fn entries(count: u64) -> Vec<Entry> {
    let mut prev = Digest::ZERO;
    let one = |seq: u64| {
        let agent = AgentId(Uuid::from_u128(u128::from(seq)));
        let new = NewEntry {
            stream: village(),
            subject: SubjectId(Uuid::from_u128(9)),
            audience: Audience::All,
            saw: None,
            body: Body::AgentRemoved(AgentRemoved { agent }),
        };
        let place = Place {
            id: EntryId(Uuid::from_u128(1000 + u128::from(seq))),
            incarnation: incarnation(),
            seq,
            prev,
            stream_prev: prev,
            at: "2026-05-09T08:00:00+08:00".parse().unwrap(),
            by: Actor::Agent(agent),
            record: RecordPart { id: RecordId(Uuid::from_u128(u128::from(seq))), index: 0, count: 1 },
            salt: [seq as u8; 16],
        };
        let entry = seal(&new, place).unwrap();
        prev = entry.header_hash();
        entry
    };
    (1..=count).map(one).collect()
}

pub fn lines(count: u64) -> Vec<EntryLine> {
    entries(count).iter().map(|entry| EntryLine::of(entry).unwrap()).collect()
}

pub fn post(count: u64) -> Post {
    let manifest = Manifest {
        protocol: PROTOCOL_VERSION,
        center: Uuid::from_u128(7),
        batch: RecordId(Uuid::from_u128(6)),
        incarnation: incarnation(),
        first_seq: 1,
        last_seq: count,
        head: entries(count).last().map_or(Digest::ZERO, Entry::header_hash),
        photos: Vec::new(),
        made_at: "2026-05-09T08:00:00+08:00".into(),
        program: "test".into(),
        pending_entries: 0,
        pending_photos: None,
        cursors: Vec::new(),
        newest_form: 0,
        lives: Vec::new(),
        heads: Vec::new(),
        brings: Vec::new(),
    };
    let manifest = Signed::sign(&manifest, &SigningKey::from_secret_bytes(&[1; 32])).unwrap();
    let entries = stream::iter(lines(count)).map(Ok).boxed();
    Post { head: PostHead { manifest, cursors: Vec::new() }, entries }
}

pub fn answer(count: u64) -> Vec<AnswerLine> {
    let last = entries(count).pop();
    let receipt = Receipt {
        center: Uuid::from_u128(7),
        incarnation: incarnation(),
        prefix: last.map(|entry| Reach { seq: count, header_hash: entry.header_hash() }),
        ranges: Vec::new(),
        refused: Vec::new(),
        photos: Vec::new(),
        stream_heads: Vec::new(),
        backup: None,
        given_at: "2026-05-09T08:00:01+08:00".into(),
        villages: Vec::new(),
        tls_pins: Vec::new(),
        pages_refused: None,
        revoked_at: None,
        audit_heads: Vec::new(),
    };
    let head = StreamHead { stream: village(), position: count, hash: Digest::of(b"stream"), epoch: 1 };
    let mark = |entry: Entry| {
        AnswerLine::Mark(Mark {
            stream: village(),
            position: entry.header.seq,
            header_hash: entry.header_hash(),
            received_at: "2026-05-09T08:00:01+08:00".into(),
        })
    };
    let mut lines = vec![AnswerLine::Receipt(Signed::sign(&receipt, &center_key()).unwrap())];
    lines.push(AnswerLine::Wanted(Vec::new()));
    lines.extend(entries(count).into_iter().map(mark));
    lines.push(AnswerLine::Head(Signed::sign(&head, &center_key()).unwrap()));
    lines.push(AnswerLine::End);
    lines
}

impl SyncProtocol for SmallCenter {
    async fn enrol(&self, request: EnrolRequest) -> Result<EnrolReply, SyncError> {
        if request.code == 1 {
            return Err(SyncError::Refused(Code::CodeUsed));
        }
        let key = OpeningKey::random().sealing_key();
        let center = CenterIdentity {
            root: None,
            id: Uuid::from_u128(7),
            name: "临江乡".into(),
            verifying_key: center_key().verifying_key(),
            batch_key: key.clone(),
            escrow_key: key,
        };
        let villages = vec![Village { code: village(), name: "大湖村".into() }];
        let district_key = DistrictKey(Digest::of(b"district"));
        Ok(EnrolReply { laptop: Uuid::from_u128(5), token: GOOD.into(), center, villages, district_key })
    }

    async fn deposit_escrow(
        &self,
        token: &Token,
        deposit: EscrowDeposit,
    ) -> Result<Signed<EscrowStored>, SyncError> {
        if token.0 != GOOD {
            return Err(SyncError::Refused(Code::LaptopRefused));
        }
        let stored =
            EscrowStored { incarnation: deposit.incarnation, digest: Digest::of(deposit.sealed.as_bytes()) };
        Ok(Signed::sign(&stored, &center_key()).unwrap())
    }

    async fn present_life(&self, _: &Token, _: Signed<LifeBegun>) -> Result<Signed<LifeKept>, SyncError> {
        Err(SyncError::Refused(Code::LaptopRefused))
    }

    async fn exchange(&self, token: &Token, mut post: Post) -> Result<Answer, SyncError> {
        if token.0 == REVOKED {
            return Err(SyncError::Refused(Code::LaptopRefused));
        }
        let mut count = 0;
        while let Some(entry) = post.entries.next().await {
            self.entries.lock().unwrap().push(entry?);
            count += 1;
        }
        match token.0.as_str() {
            FULL => Err(SyncError::Local(Code::DiskFull, "/var/lib/secret".into())),
            SILENT => std::future::pending().await,
            MIDWAY => {
                let cut = SyncError::Cut("on purpose".into());
                let begun = stream::iter(answer(count).into_iter().take(1).map(Ok));
                Ok(begun.chain(stream::iter([Err(cut)])).boxed())
            }
            _ => Ok(stream::iter(answer(count)).map(Ok).boxed()),
        }
    }

    async fn send_photos(
        &self,
        token: &Token,
        _: Option<IncarnationId>,
        frames: PhotoFrames,
    ) -> Result<PhotoLines, SyncError> {
        if token.0 != GOOD {
            return Err(SyncError::Refused(Code::LaptopRefused));
        }
        let receipts = frames.map(|frame| {
            let frame = frame?;
            let receipt = PhotoReceipt {
                center: Uuid::from_u128(7),
                incarnation: incarnation(),
                photos: vec![frame.digest],
                given_at: "2026-05-09T08:00:01+08:00".into(),
            };
            let signed = Signed::sign(&receipt, &center_key());
            signed.map(PhotoLine::Receipt).map_err(|_| SyncError::Broken("a receipt"))
        });
        Ok(receipts.boxed())
    }

    async fn recover(&self, _: &Token, _: Recovery) -> Result<Recovered, SyncError> {
        Err(SyncError::Refused(Code::HistoryDiffers))
    }
}

/// The small center, served.
pub struct Served {
    pub center: Arc<SmallCenter>,
    pub tls: TlsIdentity,
    pub address: SocketAddr,
    pub end: Option<oneshot::Sender<()>>,
    pub task: JoinHandle<std::io::Result<()>>,
}

impl Served {
    pub async fn start() -> Self {
        Self::start_within(Limits::default()).await
    }

    pub async fn start_within(limits: Limits) -> Self {
        let center = Arc::<SmallCenter>::default();
        let tls = TlsIdentity::make().unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (end, ended) = oneshot::channel();
        let shutdown = async { drop(ended.await) };
        let (config, routes) = (tls.server_config().unwrap(), router(Arc::clone(&center)));
        let task = tokio::spawn(serve_within(limits, listener, config, routes, shutdown));
        Served { center, tls, address, end: Some(end), task }
    }

    /// A laptop's client that knows this center.
    pub fn client(&self) -> HttpCenter {
        self.client_at(self.address, Patience::default())
    }

    pub fn client_at(&self, address: SocketAddr, patience: Patience) -> HttpCenter {
        HttpCenter::new(&address.to_string(), &[self.tls.pin().unwrap()], patience).unwrap()
    }
}

/// Asks, and reads the answer to its end or its error.
pub async fn ask(client: &HttpCenter, by: &str, count: u64) -> (Vec<AnswerLine>, Option<SyncError>) {
    let mut answer = match client.exchange(&token(by), post(count)).await {
        Ok(answer) => answer,
        Err(error) => return (Vec::new(), Some(error)),
    };
    let mut lines = Vec::new();
    while let Some(line) = answer.next().await {
        match line {
            Ok(line) => lines.push(line),
            Err(error) => return (lines, Some(error)),
        }
    }
    (lines, None)
}
