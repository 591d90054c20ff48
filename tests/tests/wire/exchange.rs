//! What passes when the link is good.

use crate::small_center::*;
use bangban_center::http::Limits;
use bangban_keys::{OpeningKey, SigningKey};
use bangban_model::ids::AgentId;
use bangban_model::{Code, Digest};
use bangban_sync::client::{HttpCenter, Patience};
use bangban_sync::protocol::PhotoFrame;
use bangban_sync::tls::client_config;
use bangban_sync::*;
use bangban_tests::cutting_proxy::{Cut, CuttingProxy};
use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use rustls::pki_types::ServerName;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use uuid::Uuid;

const LONG: Duration = Duration::from_secs(20);

fn enrol_request(code: u64) -> EnrolRequest {
    EnrolRequest {
        protocol: PROTOCOL_VERSION,
        code,
        incarnation: incarnation(),
        verifying_key: SigningKey::from_secret_bytes(&[1; 32]).verifying_key(),
        sealing_key: OpeningKey::random().sealing_key(),
        agents: vec![AgentName { id: AgentId(Uuid::from_u128(3)), name: "测试员".into() }],
        program: "test".into(),
    }
}

#[tokio::test]
async fn a_laptop_enrols_deposits_its_escrow_and_exchanges_on_one_connection() {
    let served = Served::start().await;
    let proxy = CuttingProxy::start(served.address, Cut::NEVER).await.unwrap();
    let client = served.client_at(proxy.address(), Patience::default());
    let used = client.enrol(enrol_request(1)).await.unwrap_err();
    assert!(matches!(used, SyncError::Refused(Code::CodeUsed)));
    let reply = client.enrol(enrol_request(42)).await.unwrap();
    assert_eq!((reply.token.as_str(), reply.center.name.as_str()), (GOOD, "临江乡"));
    let deposit = EscrowDeposit { incarnation: incarnation(), sealed: "c2VhbGVk".into() };
    let stored = client.deposit_escrow(&token(&reply.token), deposit).await.unwrap();
    let stored = stored.verify(&reply.center.verifying_key).unwrap();
    assert_eq!(stored.digest, Digest::of(b"c2VhbGVk"));
    for _ in 0..3 {
        let (got, error) = ask(&client, GOOD, 20).await;
        assert!(error.is_none(), "{error:?}");
        assert_eq!(got, answer(20));
    }
    assert_eq!(served.center.entries.lock().unwrap().len(), 60);
    assert_eq!(proxy.connections(), 2, "the refused one, and one for all the others");
    assert_eq!(client.sent_bytes(), proxy.up_bytes());
}

#[tokio::test]
async fn a_refusal_comes_with_its_code_and_tells_nothing_of_the_inside() {
    let served = Served::start().await;
    let client = served.client();
    assert!(matches!(ask(&client, REVOKED, 3).await.1, Some(SyncError::Refused(Code::LaptopRefused))));
    assert!(matches!(ask(&client, FULL, 3).await.1, Some(SyncError::CenterFailed(Code::DiskFull))));
    let deposit = EscrowDeposit { incarnation: incarnation(), sealed: "c2VhbGVk".into() };
    let refused = client.deposit_escrow(&token("someone"), deposit).await.unwrap_err();
    assert!(matches!(refused, SyncError::Refused(Code::LaptopRefused)));
    let odd = client.exchange(&token("line\nend"), post(1)).await.err().unwrap();
    assert!(matches!(odd, SyncError::Local(Code::BadInput, _)));
    let told = raw_request(&served, "/sync/v1/exchange", &wire_of(3).await, Some(FULL)).await;
    assert!(told.starts_with("HTTP/1.1 507") && told.contains("disk_full"), "{told}");
    assert!(!told.contains("/var/lib/secret"), "{told}");
}

async fn wire_of(count: u64) -> Vec<u8> {
    let pieces: Vec<_> =
        bangban_sync::wire::encode_post(post(count)).unwrap().map(Result::unwrap).collect().await;
    pieces.concat()
}

/// What no client of ours would send.
pub async fn raw_request(served: &Served, path: &str, body: &[u8], by: Option<&str>) -> String {
    let config = client_config(&[served.tls.pin().unwrap()]).unwrap();
    let stream = TcpStream::connect(served.address).await.unwrap();
    let name = ServerName::try_from("center.invalid").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
    let token = by.map(|by| format!("Authorization: Bearer {by}\r\n")).unwrap_or_default();
    let length = body.len();
    let head = format!("POST {path} HTTP/1.1\r\nHost: center\r\n{token}Content-Length: {length}\r\n\r\n");
    stream.write_all(&[head.as_bytes(), body].concat()).await.unwrap();
    let mut told = Vec::new();
    let _ = timeout(LONG, stream.read_to_end(&mut told)).await.unwrap();
    String::from_utf8_lossy(&told).into_owned()
}

#[tokio::test]
async fn broken_bodies_are_refused_as_what_they_are() {
    let served = Served::start().await;
    let long = zstd::encode_all(vec![b'x'; MAX_LINE_BYTES + 1].as_slice(), 1).unwrap();
    let cut = wire_of(5).await;
    let cases: [(&str, &[u8], &str); 7] = [
        ("/sync/v1/exchange", &long, "HTTP/1.1 400"),
        ("/sync/v1/exchange", b"no zstd", "HTTP/1.1 400"),
        ("/sync/v1/exchange", b"", "HTTP/1.1 400"),
        ("/sync/v1/exchange", &cut[..cut.len() - 3], "HTTP/1.1 400"),
        ("/sync/v1/escrow", b"{}", "HTTP/1.1 400"),
        ("/sync/v1/enrol", &vec![b' '; 100_000], "HTTP/1.1 400"),
        ("/sync/v1/nowhere", b"", "HTTP/1.1 404"),
    ];
    for (path, body, status) in cases {
        let limits = Limits { head: Duration::from_millis(300), ..Limits::default() };
        let served = if path.ends_with("nowhere") { &Served::start_within(limits).await } else { &served };
        let told = raw_request(served, path, body, Some(GOOD)).await;
        assert!(told.starts_with(status), "{path}: {told}");
    }
    let told = raw_request(&served, "/sync/v1/exchange", &wire_of(1).await, None).await;
    assert!(told.starts_with("HTTP/1.1 401") && told.contains("laptop_refused"), "{told}");
    assert_eq!(ask(&served.client(), GOOD, 2).await.0, answer(2), "the server goes on");
}

fn frame(seed: u8, size: usize) -> PhotoFrame {
    PhotoFrame { digest: Digest::of(&[seed]), offset: 0, bytes: Bytes::from(vec![seed; size]) }
}

#[tokio::test]
async fn x4_receipts_of_photos_come_down_while_frames_still_go_up() {
    let served = Served::start().await;
    let client = served.client();
    let (send, frames) = tokio::sync::mpsc::channel(1);
    let frames = stream::unfold(frames, |mut frames| async { Some((Ok(frames.recv().await?), frames)) });
    send.send(frame(0, 1000)).await.unwrap();
    let mut receipts = client.send_photos(&token(GOOD), None, frames.boxed()).await.unwrap();
    for seed in 0..5 {
        if seed > 0 {
            send.send(frame(seed, 1000)).await.unwrap();
        }
        let PhotoLine::Receipt(receipt) = timeout(LONG, receipts.next()).await.unwrap().unwrap().unwrap()
        else {
            panic!("this center says nothing else")
        };
        let told = receipt.verify(&SigningKey::from_secret_bytes(&[2; 32]).verifying_key()).unwrap();
        assert_eq!(told.photos, vec![Digest::of(&[seed])]);
    }
    drop(send);
    assert!(timeout(LONG, receipts.next()).await.unwrap().is_none());
    assert!(ask(&client, GOOD, 1).await.1.is_none());
}

#[tokio::test]
async fn whoever_is_refused_stops_sending() {
    let served = Served::start().await;
    let client = served.client();
    let taken = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&taken);
    let endless = stream::iter(0..100_000u32)
        .map(move |at| {
            counter.fetch_add(1, Ordering::SeqCst);
            Ok(frame(at as u8, 200_000))
        })
        .boxed();
    let refused = timeout(LONG, client.send_photos(&token("revoked"), None, endless)).await.unwrap();
    assert!(matches!(refused.err(), Some(SyncError::Refused(Code::LaptopRefused))));
    let sent = taken.load(Ordering::SeqCst);
    assert!(ask(&client, GOOD, 1).await.1.is_none());
    assert_eq!(taken.load(Ordering::SeqCst), sent, "frames were taken after the center had said no");
}

#[tokio::test]
async fn a_source_that_fails_is_told_as_its_own_fault_and_the_center_sees_a_cut() {
    let served = Served::start().await;
    let client = served.client();
    let broken = SyncError::Local(Code::LedgerDamaged, "page 7".into());
    let mut post = post(3);
    post.entries = stream::iter(lines(1)).map(Ok).chain(stream::iter([Err(broken)])).boxed();
    let told = client.exchange(&token(GOOD), post).await.err().unwrap();
    assert!(matches!(told, SyncError::Local(Code::LedgerDamaged, _)), "{told:?}");
    let frames = stream::iter([Ok(frame(1, 10)), Err(SyncError::Local(Code::FileUnreadable, "x".into()))]);
    let error = match client.send_photos(&token(GOOD), None, frames.boxed()).await {
        Ok(receipts) => receipts.filter_map(|one| async { one.err() }).boxed().next().await,
        Err(error) => Some(error),
    };
    assert!(matches!(error, Some(SyncError::Local(Code::FileUnreadable, _))), "{error:?}");
}

#[tokio::test]
async fn a_server_that_ends_lets_the_answers_under_way_finish() {
    let mut served = Served::start().await;
    let client = served.client();
    let (send, frames) = tokio::sync::mpsc::channel(1);
    let frames = stream::unfold(frames, |mut frames| async { Some((Ok(frames.recv().await?), frames)) });
    send.send(frame(0, 1000)).await.unwrap();
    let mut receipts = client.send_photos(&token(GOOD), None, frames.boxed()).await.unwrap();
    assert!(receipts.next().await.unwrap().is_ok());
    served.end.take().unwrap().send(()).unwrap();
    let late =
        HttpCenter::new(&served.address.to_string(), &[served.tls.pin().unwrap()], Patience::default());
    let late = late.unwrap();
    while !matches!(ask(&late, GOOD, 1).await.1, Some(SyncError::Unreachable(_))) {}
    send.send(frame(1, 1000)).await.unwrap();
    assert!(receipts.next().await.unwrap().is_ok());
    drop(send);
    assert!(receipts.next().await.is_none());
    timeout(LONG, served.task).await.unwrap().unwrap().unwrap();
}
