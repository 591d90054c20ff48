//! A peer that means harm: what it sends is refused within bounds, memory stays bounded, and others are served meanwhile.

use crate::exchange::raw_request;
use crate::small_center::*;
use bangban_center::http::Limits;
use bangban_model::Code;
use bangban_sync::client::Patience;
use bangban_sync::tls::client_config;
use bangban_sync::{MAX_LINE_BYTES, SyncError};
use bangban_tests::cutting_proxy::{Cut, CuttingProxy};
use futures_util::future::join_all;
use rustls::pki_types::ServerName;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

const LONG: Duration = Duration::from_secs(60);
/// What this process, both ends and the makers of bombs in it, may grow by at most (KiB).
const MOST_GROWN_KIB: u64 = 160 * 1024;

/// The most memory this process ever had (KiB); none where the system does not tell.
fn high_water_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

async fn secured(served: &Served) -> TlsStream<TcpStream> {
    let config = client_config(&[served.tls.pin().unwrap()]).unwrap();
    let stream = TcpStream::connect(served.address).await.unwrap();
    let name = ServerName::try_from("center.invalid").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap()
}

/// Packs so many times the same bytes, a piece at a time.
fn bomb(piece: &[u8], times: usize) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.window_log(19).unwrap();
    for _ in 0..times {
        std::io::Write::write_all(&mut encoder, piece).unwrap();
    }
    encoder.finish().unwrap()
}

fn frame_head(length: u32, offset: u64) -> Vec<u8> {
    [[7; 32].as_slice(), &offset.to_be_bytes(), &length.to_be_bytes()].concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bombs_bad_lengths_and_bad_text_are_refused_and_memory_stays_bounded() {
    // A connection on which nothing more is asked ends soon.
    let served = Served::start_within(Limits { head: Duration::from_secs(1), ..Limits::default() }).await;
    let head = wire_head().await;
    let mib = vec![b'0'; 1 << 20];
    let lines: Vec<u8> = (0..1024).flat_map(|_| [b'x'; 1023].into_iter().chain([b'\n'])).collect();
    let with_head = |rest: &[u8]| [head.as_slice(), rest].concat();
    let bad_text = bomb(&with_head(b"{\"h\":\"\xff\xfe\"}\n"), 1);
    let posts: Vec<(&str, Vec<u8>)> = vec![
        ("a line without an end", bomb(&mib, 1024)),
        ("a gibibyte of lines", bomb(&lines, 1024)),
        ("a wide window", {
            let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
            encoder.window_log(27).unwrap();
            std::io::Write::write_all(&mut encoder, &mib).unwrap();
            encoder.finish().unwrap()
        }),
        ("text that is none", bad_text),
        ("nested without an end", bomb(&[head.as_slice(), &vec![b'['; MAX_LINE_BYTES]].concat(), 1)),
        ("two frames", [bomb(&head, 1), bomb(&head, 1)].concat()),
    ];
    let photos: Vec<(&str, Vec<u8>)> = vec![
        ("a length of four gibibytes", frame_head(u32::MAX, 0)),
        ("no length", frame_head(0, 0)),
        ("an offset beyond everything", frame_head(1000, u64::MAX - 10)),
        ("cut within a head", frame_head(10, 0)[..20].to_vec()),
    ];
    let before = high_water_kib();
    // Many at once, each for itself within bounds.
    for _ in 0..4 {
        let all = posts.iter().map(|post| ("/sync/v1/exchange", post));
        let all = all.chain(photos.iter().map(|photo| ("/sync/v1/photos", photo)));
        join_all(all.map(|(path, (what, body))| {
            let served = &served;
            async move {
                let told = raw_request(served, path, body, Some(GOOD)).await;
                let refused = told.starts_with("HTTP/1.1 400") || told.contains("\"protocol_broken\"");
                // Of photos the reply has begun: it ends with a refusal, or breaks off.
                let broke_off = path.ends_with("photos") && !told.contains("\"receipt\"");
                assert!(refused || broke_off || told.is_empty(), "{what}: {told}");
            }
        }))
        .await;
    }
    assert!(ask(&served.client(), GOOD, 3).await.1.is_none(), "others are served");
    if let (Some(before), Some(after)) = (before, high_water_kib()) {
        println!("memory at most {} MiB, {} MiB before", after / 1024, before / 1024);
        assert!(after - before < MOST_GROWN_KIB, "grown by {} KiB", after - before);
    }
}

/// The first line of a post, with its end.
async fn wire_head() -> Vec<u8> {
    let mut line = serde_json::to_vec(&post(1).head).unwrap();
    line.push(b'\n');
    line
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_dials_and_says_nothing_or_little_is_sent_away_and_others_are_served() {
    let soon = Duration::from_millis(300);
    let limits =
        Limits { connections: 40, head: soon, first_request: soon, handshake: soon, ..Limits::default() };
    let served = Served::start_within(limits).await;
    let mut slow = Vec::new();
    for at in 0..40 {
        match at % 3 {
            // Nothing at all: not even a handshake.
            0 => slow.push((None, Some(TcpStream::connect(served.address).await.unwrap()))),
            // A handshake, and nothing.
            1 => slow.push((Some(secured(&served).await), None)),
            // The beginning of a head, and no end of it.
            _ => {
                let mut stream = secured(&served).await;
                stream.write_all(b"POST /sync/v1/exchange HTTP/1.1\r\nHost: c\r\nX-Long: a").await.unwrap();
                slow.push((Some(stream), None));
            }
        }
    }
    // All places were taken; each is given up, and the next one is served.
    let client = served.client();
    assert!(timeout(LONG, ask(&client, GOOD, 3)).await.unwrap().1.is_none());
    for (secured, plain) in slow {
        let mut said = Vec::new();
        let ended = async {
            match (secured, plain) {
                (Some(mut stream), _) => drop(stream.read_to_end(&mut said).await),
                (_, Some(mut stream)) => drop(stream.read_to_end(&mut said).await),
                _ => {}
            }
        };
        timeout(LONG, ended).await.expect("every one of them is closed");
    }
}

#[tokio::test]
async fn a_body_without_an_end_from_a_stranger_is_not_read() {
    let served = Served::start().await;
    let mut stream = secured(&served).await;
    let head = b"POST /sync/v1/photos HTTP/1.1\r\nHost: c\r\nAuthorization: Bearer nobody\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head).await.unwrap();
    let (mut reading, mut writing) = tokio::io::split(stream);
    let endless = async {
        let chunk = [b"4000\r\n".as_slice(), &[0; 0x4000], b"\r\n"].concat();
        let mut sent = 0_u64;
        while writing.write_all(&chunk).await.is_ok() {
            sent += 0x4000;
        }
        sent
    };
    let told = async {
        let mut told = Vec::new();
        let _ = reading.read_to_end(&mut told).await;
        String::from_utf8_lossy(&told).into_owned()
    };
    let (sent, told) = timeout(LONG, async { tokio::join!(endless, told) }).await.unwrap();
    assert!(told.starts_with("HTTP/1.1 401"), "{told}");
    assert!(sent < 64 << 20, "{sent} bytes were taken from somebody unknown");
}

#[tokio::test]
async fn a_center_that_fails_is_told_apart_from_one_that_says_no() {
    let served = Served::start().await;
    let proxy = CuttingProxy::start(served.address, Cut::NEVER).await.unwrap();
    let client = served.client_at(proxy.address(), Patience::default());
    let failed = ask(&client, FULL, 2).await.1.unwrap();
    assert!(matches!(failed, SyncError::CenterFailed(Code::DiskFull)) && failed.is_passing(), "{failed:?}");
    assert_eq!(failed.code(), Code::CenterFailed, "the laptop's own disk is not full");
    let refused = ask(&client, REVOKED, 2).await.1.unwrap();
    assert!(matches!(refused, SyncError::Refused(Code::LaptopRefused)) && !refused.is_passing());
}
