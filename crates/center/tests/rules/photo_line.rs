//! Photos over lines that stall, break or are endless, and text that is recorded meanwhile (rule X4). The clock is paused.

use crate::author::*;
use crate::real::RealLaptop;
use bangban_center::Center;
use bangban_model::{Code, Digest, IncarnationId, SubjectId};
use bangban_sync::protocol::{PhotoFrames, PhotoLines};
use bangban_sync::{
    Answer, EnrolReply, EnrolRequest, EscrowDeposit, EscrowStored, LifeBegun, LifeKept, PhotoFrame,
    PhotoLine, Post, Recovered, Recovery, Signed, SyncError, SyncProtocol, Token,
};
use futures_util::{StreamExt, stream};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

const KIB: u64 = 1024;

/// What is wrong with a line.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    /// After so many bytes nothing goes up or comes down any more, and nobody is told.
    Silence(u64),
    /// After so many bytes it is cut.
    Cut(u64),
    /// Every tenth frame comes late, as where packets get lost.
    Loss,
}

/// A center behind lines of which each has the next fault.
struct BadLines {
    center: Center,
    faults: Mutex<Vec<Fault>>,
    /// What a frame takes on its way.
    trip: Duration,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    lines: AtomicUsize,
    open: AtomicUsize,
    most_open: AtomicUsize,
    exchanges: AtomicUsize,
    exchanges_while_photos_moved: AtomicUsize,
    up_bytes: AtomicU64,
    digests: Mutex<Vec<Digest>>,
    /// Told of whatever passes.
    passes: Notify,
}

impl Seen {
    /// Waits until this is so.
    async fn until(&self, is_so: impl Fn(&Seen) -> bool) {
        loop {
            let passes = self.passes.notified();
            if is_so(self) {
                return;
            }
            passes.await;
        }
    }
}

impl BadLines {
    fn new(town: &Town, faults: &[Fault], trip: Duration) -> Self {
        let faults = faults.iter().rev().copied().collect();
        BadLines { center: town.center.clone(), faults: Mutex::new(faults), trip, seen: Arc::default() }
    }
}

struct Open(Arc<Seen>);

impl Open {
    fn of(seen: &Arc<Seen>) -> Self {
        seen.lines.fetch_add(1, Ordering::SeqCst);
        let open = seen.open.fetch_add(1, Ordering::SeqCst) + 1;
        seen.most_open.fetch_max(open, Ordering::SeqCst);
        Open(Arc::clone(seen))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::SeqCst);
    }
}

impl SyncProtocol for BadLines {
    async fn enrol(&self, request: EnrolRequest) -> Result<EnrolReply, SyncError> {
        self.center.enrol(request).await
    }

    async fn deposit_escrow(
        &self,
        token: &Token,
        deposit: EscrowDeposit,
    ) -> Result<Signed<EscrowStored>, SyncError> {
        self.center.deposit_escrow(token, deposit).await
    }

    async fn present_life(
        &self,
        token: &Token,
        life: Signed<LifeBegun>,
    ) -> Result<Signed<LifeKept>, SyncError> {
        SyncProtocol::present_life(&self.center, token, life).await
    }

    async fn exchange(&self, token: &Token, post: Post) -> Result<Answer, SyncError> {
        self.seen.exchanges.fetch_add(1, Ordering::SeqCst);
        if self.seen.open.load(Ordering::SeqCst) > 0 {
            self.seen.exchanges_while_photos_moved.fetch_add(1, Ordering::SeqCst);
            self.seen.passes.notify_waiters();
        }
        self.center.exchange(token, post).await
    }

    async fn send_photos(
        &self,
        token: &Token,
        life: Option<IncarnationId>,
        frames: PhotoFrames,
    ) -> Result<PhotoLines, SyncError> {
        let fault = self.faults.lock().unwrap().pop().unwrap_or(Fault::None);
        let (seen, trip, open) = (Arc::clone(&self.seen), self.trip, Open::of(&self.seen));
        let carried = frames
            .scan(0, move |bytes, frame| {
                let frame = frame.unwrap();
                *bytes += frame.bytes.len() as u64;
                seen.up_bytes.fetch_add(frame.bytes.len() as u64, Ordering::SeqCst);
                seen.passes.notify_waiters();
                let mut digests = seen.digests.lock().unwrap();
                if digests.last() != Some(&frame.digest) {
                    digests.push(frame.digest);
                }
                std::future::ready(Some((*bytes, frame)))
            })
            .then(move |(bytes, frame): (u64, PhotoFrame)| async move {
                sleep(trip).await;
                match fault {
                    Fault::Silence(after) if bytes > after => std::future::pending().await,
                    Fault::Cut(after) if bytes > after => Err(SyncError::Cut("on purpose".into())),
                    Fault::Loss if (bytes >> 14) % 10 == 9 => {
                        sleep(trip * 6).await;
                        Ok(frame)
                    }
                    _ => Ok(frame),
                }
            });
        let lines = self.center.send_photos(token, life, carried.boxed()).await?;
        Ok(lines
            .map(move |line| {
                let _open = &open;
                line
            })
            .boxed())
    }

    async fn recover(&self, token: &Token, recovery: Recovery) -> Result<Recovered, SyncError> {
        self.center.recover(token, recovery).await
    }
}

fn picture(seed: u8, bytes: usize) -> Vec<u8> {
    (0..bytes).map(|at| (at as u8).wrapping_mul(31).wrapping_add(seed)).collect()
}

/// A case with these photos, recorded and not sent yet.
fn record(laptop: &RealLaptop, photos: &[Vec<u8>]) {
    for photo in photos {
        laptop.ledger.lock().unwrap().put_photo(photo, laptop.clock.now()).unwrap();
    }
    let resident = SubjectId(Uuid::new_v4());
    laptop.write(laptop.agent, &[(resident, recorded("name", "周大山"))]);
    let named: Vec<&[u8]> = photos.iter().map(Vec::as_slice).collect();
    let opened = Author::new(&[DAHU]).opened("SSC", resident, &named);
    laptop.write(laptop.agent, &[(SubjectId(Uuid::new_v4()), opened)]);
}

fn pictures(count: u8, bytes: usize) -> Vec<Vec<u8>> {
    (0..count).map(|seed| picture(seed, bytes)).collect()
}

#[tokio::test(start_paused = true)]
async fn x4_a_line_that_goes_silent_is_dropped_and_goes_on_from_what_was_taken() {
    let town = Town::new();
    let laptop = RealLaptop::of(&town, &[DAHU]).await;
    record(&laptop, &pictures(4, 150_000));
    let lines = BadLines::new(&town, &[Fault::Silence(200_000)], Duration::from_millis(50));
    let begun = Instant::now();
    let outcome = laptop.sync(&lines).await.unwrap();
    assert_eq!((outcome.photos_received, outcome.cuts), (4, 1));
    assert!(
        begun.elapsed() < Duration::from_secs(12),
        "three seconds of silence are enough: {:?}",
        begun.elapsed()
    );
    let wasted = lines.seen.up_bytes.load(Ordering::SeqCst) - 600_000;
    assert!(wasted <= 64 * KIB, "{wasted} bytes were sent twice");
    assert_eq!(
        lines.seen.exchanges.load(Ordering::SeqCst),
        1,
        "what was taken is known without asking again"
    );
    town.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn x4_one_line_on_a_clean_link_also_after_a_cut_and_three_where_packets_get_lost() {
    let town = Town::new();
    let laptop = RealLaptop::of(&town, &[DAHU]).await;
    record(&laptop, &pictures(6, 150_000));
    let clean = BadLines::new(&town, &[], Duration::from_millis(50));
    assert_eq!(laptop.sync(&clean).await.unwrap().photos_received, 6);
    assert_eq!(clean.seen.lines.load(Ordering::SeqCst), 1);
    record(&laptop, &(10..18).map(|seed| picture(seed, 150_000)).collect::<Vec<_>>());
    let bad = BadLines::new(&town, &[Fault::Cut(100_000)], Duration::from_millis(50));
    let outcome = laptop.sync(&bad).await.unwrap();
    assert_eq!((outcome.photos_received, outcome.cuts), (8, 1));
    assert_eq!(bad.seen.most_open.load(Ordering::SeqCst), 1);
    record(&laptop, &(20..40).map(|seed| picture(seed, 150_000)).collect::<Vec<_>>());
    let lossy = BadLines::new(&town, &[Fault::Loss; 9], Duration::from_millis(50));
    assert_eq!(laptop.sync(&lossy).await.unwrap().photos_received, 20);
    assert_eq!(lossy.seen.most_open.load(Ordering::SeqCst), 3);
    town.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn x4_lines_that_all_break_before_anything_is_taken_end_the_run() {
    let town = Town::new();
    let laptop = RealLaptop::of(&town, &[DAHU]).await;
    record(&laptop, &pictures(6, 150_000));
    let dead = BadLines::new(&town, &[Fault::Cut(0); 100], Duration::ZERO);
    let problem = laptop.sync(&dead).await.unwrap_err();
    assert!(problem.is_passing(), "{problem:?}");
    assert!(dead.seen.lines.load(Ordering::SeqCst) <= 4, "whoever called pauses before it is tried again");
    assert_eq!(laptop.sync(&town.center).await.unwrap().photos_received, 6);
}

#[tokio::test(start_paused = true)]
async fn x4_text_recorded_while_photos_move_goes_at_once_and_its_photo_goes_next() {
    let town = Town::new();
    let laptop = RealLaptop::of(&town, &[DAHU]).await;
    let many = pictures(20, 150_000);
    record(&laptop, &many);
    let lines = BadLines::new(&town, &[], Duration::from_millis(130));
    let late = picture(99, 5_000);
    let meanwhile = async {
        lines.seen.until(|seen| seen.up_bytes.load(Ordering::SeqCst) >= 300_000).await;
        record(&laptop, std::slice::from_ref(&late));
        let recorded_at = Instant::now();
        lines.seen.until(|seen| seen.exchanges_while_photos_moved.load(Ordering::SeqCst) > 0).await;
        assert!(recorded_at.elapsed() < Duration::from_secs(1), "{:?}", recorded_at.elapsed());
    };
    let (outcome, ()) = tokio::join!(laptop.sync(&lines), meanwhile);
    assert_eq!(outcome.unwrap().photos_received, 21);
    let order = lines.seen.digests.lock().unwrap().clone();
    let at = order.iter().position(|digest| *digest == Digest::of(&late)).unwrap();
    assert!(at < 6, "it does not wait for the photos of before: {at}");
    assert_eq!(laptop.ledger.lock().unwrap().pending_entries().unwrap(), 0);
}

#[tokio::test]
async fn x4_an_endless_row_of_frames_that_bring_nothing_is_ended() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let (held, wanted) = (picture(1, 60_000), picture(2, 60_000));
    alice.submitted_case("SSC", &[&held, &wanted]);
    alice.send_all(&town).await;
    alice.send_frames(&town, vec![frame(&held, 0, 60_000), frame(&wanted, 0, 100)]).await;
    // Of a photo that is held, and behind a gap: each by itself is usual.
    for endless in [frame(&held, 0, 60_000), frame(&wanted, 1_000, 60_000)] {
        let frame = endless.unwrap();
        let count = 64 * 1024 * 1024 / frame.bytes.len() + 10;
        let frames = stream::repeat(frame).take(count).map(Ok).boxed();
        let mut lines = town.center.send_photos(&alice.token, None, frames).await.unwrap();
        let mut ended = None;
        while let Some(line) = lines.next().await {
            match line {
                Ok(PhotoLine::Got(_) | PhotoLine::Receipt(_)) => {}
                Err(problem) => ended = Some(problem.code()),
            }
        }
        assert_eq!(ended, Some(Code::ProtocolBroken));
    }
    let (receipts, problem) = alice.send_frames(&town, vec![frame(&wanted, 100, 60_000)]).await;
    assert!(problem.is_none() && receipts.len() == 1, "and nothing was harmed");
}

#[tokio::test]
async fn d1_photo_receipts_speak_to_the_life_that_sends_though_the_laptop_had_a_newer_one() {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let photo = picture(1, 60_000);
    alice.submitted_case("SSC", &[&photo]);
    alice.send_all(&town).await;
    // A copy from between was put back: this ledger never heard of the life that went on meanwhile.
    crate::life::continued(&town, &alice, 1);
    let (receipts, problem) = alice.send_frames(&town, vec![frame(&photo, 0, 60_000)]).await;
    assert!(problem.is_none() && receipts.len() == 1, "{problem:?}");
    // Another laptop's life is nobody's word: then the newest is spoken to.
    let bob = town.author(&[DAHU]).await;
    let frames = stream::iter([frame(&photo, 0, 60_000)]).boxed();
    let mut lines = town.center.send_photos(&alice.token, Some(bob.life), frames).await.unwrap();
    let Some(Ok(PhotoLine::Receipt(signed))) = lines.next().await else { panic!("no receipt") };
    let receipt = signed.verify(&town.center.public().verifying_key).unwrap();
    assert!(receipt.incarnation != bob.life && receipt.incarnation != alice.life);
}
