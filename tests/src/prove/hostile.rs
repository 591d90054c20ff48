//! A peer that means harm, in memory: bombs, lines and bodies without an end, wild lengths, text that is none, and posts
//! with a few bytes changed. Each is refused within bounds, nothing of what is held changes, and others are served.

use super::stores::{Town, runtime};
use super::{Proof, Step, Stepped};
use crate::checks::{Held, hold};
use crate::harness::Chance;
use bangban_center::Center;
use bangban_center::http::router;
use bangban_model::clock::Clock;
use bangban_model::{Digest, SubjectId};
use bangban_sync::exchange::{entry_stream, prepare_post};
use bangban_sync::{EntryLine, MAX_LINE_BYTES, PostHead};
use futures_util::TryStreamExt;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex, split};
use uuid::Uuid;

/// So many requests are sent to one center.
const REQUESTS_A_TOWN: u64 = 30;
/// What the whole process, whoever makes the bombs in it too, may grow by over one request (KiB).
const MOST_GROWN_KIB: u64 = 24 * 1024;
/// More than this is taken from nobody who is not served (bytes).
const MOST_FROM_A_STRANGER: usize = 8 * 1024 * 1024;
/// Bombs unpack to as many MiB at most.
const MOST_MIB: u64 = 96;
/// No body that goes on and on is sent further (bytes).
const LONGEST_BODY: usize = 64 * 1024 * 1024;

/// See the module.
pub const PROOF: Proof = Proof { kind: "hostile", runs: "hostile requests", short: 60, step };

fn step(mut step: Step<'_>) -> Stepped {
    let town = Town::new();
    let alice = &town.laptops[0];
    alice.submit_case(SubjectId(Uuid::from_u128(0xee00)), &[vec![7; 5000]]);
    let center = Arc::new(town.center().clone());
    let runs = step.left.min(REQUESTS_A_TOWN);
    for _ in 0..runs {
        let post = Good::of(&town);
        let attack = Attack::any(&mut step.chance, &post);
        step.count(attack.name);
        let before = town.center().store().counts().unwrap();
        let memory = Memory::watch();
        let told = runtime().block_on(send(&center, &attack, &post.token));
        let grown = memory.grown_kib();
        hold(grown < MOST_GROWN_KIB, || format!("{}: memory grew by {grown} KiB", attack.name))?;
        told.fits(&attack)?;
        let after = town.center().store().counts().unwrap();
        hold(before == after || attack.may_tell_something, || {
            format!("{}: {before:?} {after:?}", attack.name)
        })?;
        town.received_means_held()?;
    }
    town.converge()?;
    town.is_whole()?;
    Ok(runs)
}

/// A post that would be taken, unpacked, and what opens the door for it.
struct Good {
    head: PostHead,
    lines: Vec<EntryLine>,
    token: String,
}

impl Good {
    fn of(town: &Town) -> Self {
        let alice = &town.laptops[0];
        let clock: Arc<dyn Clock> = alice.clock.clone();
        let (head, manifest) = prepare_post(&mut alice.ledger(), &alice.peer, clock.as_ref(), false).unwrap();
        let lines = entry_stream(alice.shared().clone(), manifest.first_seq, manifest.last_seq);
        let lines = runtime().block_on(lines.try_collect()).unwrap();
        Good { head, lines, token: alice.peer.token.0.clone() }
    }

    fn head_line(&self) -> Vec<u8> {
        let mut line = serde_json::to_vec(&self.head).unwrap();
        line.push(b'\n');
        line
    }

    fn text(&self) -> Vec<u8> {
        let mut text = self.head_line();
        for line in &self.lines {
            text.extend(serde_json::to_vec(line).unwrap());
            text.push(b'\n');
        }
        text
    }
}

struct Attack {
    name: &'static str,
    path: &'static str,
    /// What is sent first.
    body: Vec<u8>,
    /// What is sent after it, again and again; empty for nothing.
    again: Vec<u8>,
    /// Whether the laptop's token is shown.
    known: bool,
    /// What is left of it may be a post.
    may_tell_something: bool,
}

impl Attack {
    fn any(chance: &mut Chance, good: &Good) -> Self {
        let path = chance.one_of(&["/sync/v1/exchange", "/sync/v1/recover"]);
        let of = |name, body| Attack {
            name,
            path,
            body,
            again: Vec::new(),
            known: true,
            may_tell_something: false,
        };
        let mib = chance.between(1, MOST_MIB + 1);
        match chance.between(0, 9) {
            0 => of("lines without an end", bomb(&good.head_line(), &vec![b'0'; 1 << 20], mib)),
            1 => {
                let lines = [vec![b'x'; 1023], vec![b'\n']].concat().repeat(1024);
                of("more and more lines", bomb(&good.head_line(), &lines, mib))
            }
            2 => {
                let depth = chance.between(1000, MAX_LINE_BYTES as u64) as usize;
                let nested = [good.head_line(), vec![b'['; depth], vec![b'\n']].concat();
                of("nested without an end", bomb(&nested, &[], 0))
            }
            3 => {
                let mut text = good.head_line();
                text.extend((0..chance.between(1, 3000)).map(|_| chance.number() as u8));
                text.push(b'\n');
                of("text that is none", bomb(&text, &[], 0))
            }
            4 => {
                let mut text = good.text();
                for _ in 0..chance.between(1, 5) {
                    let at = chance.between(0, text.len() as u64) as usize;
                    text[at] = chance.number() as u8;
                }
                let changed = of("posts with bytes changed", bomb(&text, &[], 0));
                Attack { path: "/sync/v1/exchange", may_tell_something: true, ..changed }
            }
            5 => {
                let whole = bomb(&good.text(), &[], 0);
                let cut = chance.between(0, whole.len() as u64) as usize;
                let cut = of("frames cut off", whole[..cut].to_vec());
                Attack { path: "/sync/v1/exchange", may_tell_something: true, ..cut }
            }
            6 => {
                let any = chance.number();
                let length = chance.one_of(&[0, u32::MAX, 1 << 20, any as u32]);
                let offset = chance.one_of(&[0, u64::MAX - 10, 1 << 40, any]);
                let digest = Digest::of(&chance.number().to_le_bytes());
                let head = [&digest.0[..], &offset.to_be_bytes(), &length.to_be_bytes()].concat();
                let again = vec![0; 1 << 14];
                Attack { path: "/sync/v1/photos", again, ..of("wild lengths of photos", head) }
            }
            7 => Attack { known: false, again: vec![0; 1 << 14], ..of("bodies without an end", Vec::new()) },
            _ => {
                let noise: Vec<u8> = (0..chance.between(1, 5000)).map(|_| chance.number() as u8).collect();
                of("no frame at all", noise)
            }
        }
    }
}

/// Packs this text and so many times that piece behind it.
fn bomb(text: &[u8], piece: &[u8], times: u64) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(19).unwrap();
    std::io::Write::write_all(&mut encoder, text).unwrap();
    for _ in 0..times {
        std::io::Write::write_all(&mut encoder, piece).unwrap();
    }
    encoder.finish().unwrap()
}

struct Told {
    text: String,
    taken: usize,
}

impl Told {
    fn fits(&self, attack: &Attack) -> Held {
        let Told { text, taken } = self;
        if attack.may_tell_something {
            return Ok(());
        }
        if !attack.known {
            let sent_away = text.starts_with("HTTP/1.1 401") && *taken < MOST_FROM_A_STRANGER;
            return hold(sent_away, || format!("{taken} bytes were taken from a stranger: {text}"));
        }
        let refused = text.starts_with("HTTP/1.1 4") || text.contains("\"protocol_broken\"");
        // Of photos the reply has begun: it ends with a refusal, or breaks off.
        let broke_off = attack.path.ends_with("photos") && !text.contains("\"receipt\"");
        hold(refused || broke_off || text.is_empty(), || format!("{}: {text}", attack.name))
    }
}

/// One request on a line of its own, as a program writes it that keeps to nothing.
async fn send(center: &Arc<Center>, attack: &Attack, token: &str) -> Told {
    let (near, far) = duplex(1 << 14);
    let service = TowerToHyperService::new(router(center.clone()));
    let serving = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(far), service);
    let serving = tokio::spawn(async move { drop(serving.await) });
    let (mut reading, mut writing) = split(near);
    let token = if attack.known { token } else { "nobody" };
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: c\r\nAuthorization: Bearer {token}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
        attack.path
    );
    let sending = async {
        let mut taken = 0;
        if writing.write_all(head.as_bytes()).await.is_err() {
            return taken;
        }
        let chunk = |bytes: &[u8]| [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
        for piece in attack.body.chunks(1 << 14) {
            if writing.write_all(&chunk(piece)).await.is_err() {
                return taken;
            }
            taken += piece.len();
        }
        while !attack.again.is_empty() && taken < LONGEST_BODY {
            if writing.write_all(&chunk(&attack.again)).await.is_err() {
                return taken;
            }
            taken += attack.again.len();
        }
        let _ = writing.write_all(b"0\r\n\r\n").await;
        taken
    };
    let hearing = async {
        let mut told = Vec::new();
        let _ = reading.read_to_end(&mut told).await;
        told
    };
    let (taken, told) = tokio::join!(sending, hearing);
    let _ = serving.await;
    Told { text: String::from_utf8_lossy(&told).into_owned(), taken }
}

/// The most memory that this process had since it was asked to watch, where the system tells.
struct Memory {
    before: Option<u64>,
}

impl Memory {
    fn watch() -> Self {
        // From here on the high water is counted anew.
        let _ = std::fs::write("/proc/self/clear_refs", "5");
        Memory { before: high_water_kib() }
    }

    fn grown_kib(&self) -> u64 {
        match (self.before, high_water_kib()) {
            (Some(before), Some(after)) => after.saturating_sub(before),
            _ => 0,
        }
    }
}

fn high_water_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
