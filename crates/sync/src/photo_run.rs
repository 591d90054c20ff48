//! Photos on their way up: one line on a clean link, three on a bad one, all fed from one queue. Text that is recorded
//! meanwhile does not wait for them: it goes on a line of its own at once.

use crate::exchange::{Outcome, Peer, Progress, SharedLedger, Watcher, exchange_once, locked};
use crate::flow::{Carried, Flow};
use crate::messages::{PhotoLine, PhotoReceipt, Wanted};
use crate::protocol::{PhotoFrame, PhotoFrames, SyncError, SyncProtocol};
use crate::signed::Signed;
use bangban_ledger::receive::ReceiptFacts;
use bangban_model::clock::Clock;
use bangban_model::{Digest, IncarnationId};
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::yield_now;
use tokio::time::{Instant, interval, sleep_until};

/// So many lines at once where packets get lost.
const LINES: usize = 3;
/// Lines that end like this one after the other without taking anything: the link is gone, whoever called shall pause.
const BARREN_LINES: usize = 2;
/// Cuts since the last whole photo after which the center is asked anew what it has: of what it took, not all need be durable.
const MOST_CUTS: usize = 40;
/// How often it is looked whether there is text to send.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long text waits after a line for it could not be had.
const TEXT_PAUSE: Duration = Duration::from_secs(5);

/// A run of photos.
pub(crate) struct PhotoRun<'a, P> {
    ledger: &'a SharedLedger,
    protocol: &'a P,
    peer: &'a Peer,
    clock: &'a Arc<dyn Clock>,
    watcher: &'a Watcher,
    life: IncarnationId,
    queue: Arc<Mutex<Queue>>,
}

/// What all lines share.
#[derive(Default)]
struct Queue {
    waiting: VecDeque<Wanted>,
    /// On some line, or through: an answer that is older than that does not queue it again.
    begun: HashSet<Digest>,
}

/// One line.
struct Line {
    state: Mutex<LineState>,
    moved: Notify,
}

struct LineState {
    flow: Flow,
    count: u64,
    /// Pieces that the other end has not taken yet: the count at their end, the photo, and where in it they end.
    pieces: VecDeque<(u64, Digest, u64)>,
    /// Photos without a receipt, with how far each was taken, in the order in which they were begun.
    open: Vec<(Digest, u64)>,
    /// This laptop keeps a receipt: what comes meanwhile is not read, and silence is its own.
    at_work: bool,
}

impl Line {
    fn new(carried: Carried) -> Self {
        let (flow, pieces, open) = (Flow::after(carried, Instant::now()), VecDeque::new(), Vec::new());
        let state = LineState { flow, count: 0, pieces, open, at_work: false };
        Line { state: Mutex::new(state), moved: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, LineState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends when nothing was heard for too long.
    async fn watch(&self) {
        loop {
            let now = Instant::now();
            let deadline = {
                let state = self.state();
                state.flow.deadline().filter(|_| !state.at_work)
            };
            if deadline.is_some_and(|deadline| deadline <= now) {
                return;
            }
            let look_again = now + Duration::from_secs(1);
            sleep_until(deadline.map_or(look_again, |deadline| deadline.min(look_again))).await;
        }
    }

    async fn may_send(&self, bytes: usize) {
        while !self.state().flow.may_send(bytes) {
            self.moved.notified().await;
        }
    }
}

impl LineState {
    fn sent(&mut self, frame: &PhotoFrame) {
        let bytes = frame.bytes.len();
        self.count += bytes as u64;
        self.pieces.push_back((self.count, frame.digest, frame.offset + bytes as u64));
        self.flow.sent(bytes, Instant::now());
    }

    fn got(&mut self, got: u64) -> Result<(), SyncError> {
        self.flow.got(got, Instant::now())?;
        while let Some((_, digest, end)) = self.pieces.front().copied().filter(|piece| piece.0 <= got) {
            self.pieces.pop_front();
            if let Some(open) = self.open.iter_mut().find(|open| open.0 == digest) {
                open.1 = end;
            }
        }
        // Of a piece that was taken in part, that part need not go again: else a line that never lives for a whole piece
        // would send the same bytes for ever.
        if let Some((count, digest, end)) = self.pieces.front().copied()
            && let Some(open) = self.open.iter_mut().find(|open| open.0 == digest)
        {
            open.1 = open.1.max(end.saturating_sub(count.saturating_sub(got)));
        }
        Ok(())
    }
}

/// How a line ended.
struct Ended {
    line: Arc<Line>,
    received: u64,
    problem: Option<SyncError>,
}

/// How the lines fare together.
#[derive(Default)]
struct Weather {
    /// Packets got lost. A cut says nothing of that: after it one line goes on, for three would waste three windows at the next.
    lossy: bool,
    /// Lines in a row that ended without having taken anything.
    barren: usize,
    /// Lines that were cut since a photo was received.
    cuts: usize,
    /// What the last line that was cut was found to carry.
    carried: Carried,
}

impl Weather {
    /// So many lines are worth having.
    fn lines(&self) -> usize {
        if self.lossy && self.barren == 0 { LINES } else { 1 }
    }
}

impl<'a, P: SyncProtocol> PhotoRun<'a, P> {
    pub(crate) async fn new(
        ledger: &'a SharedLedger,
        protocol: &'a P,
        peer: &'a Peer,
        clock: &'a Arc<dyn Clock>,
        watcher: &'a Watcher,
    ) -> Result<Self, SyncError> {
        let life = locked(ledger, |ledger| Ok(ledger.life()?.id)).await?;
        Ok(PhotoRun { ledger, protocol, peer, clock, watcher, life, queue: Arc::default() })
    }

    /// Sends what is wanted and takes in a receipt for each photo as it comes; meanwhile also what is recorded.
    ///
    /// A line that was cut is dialled again at once, from what the center took of each photo. Where nothing can be dialled,
    /// or nothing is taken, the problem goes to the caller, who pauses.
    pub(crate) async fn send(&self, wanted: Vec<Wanted>, outcome: &mut Outcome) -> Result<(), SyncError> {
        self.want(wanted).await?;
        let mut weather = Weather::default();
        let mut open: Vec<Arc<Line>> = Vec::new();
        let mut lines = FuturesUnordered::new();
        let mut texts = FuturesUnordered::new();
        let mut text_rests_until = Instant::now();
        let mut look = interval(LOOK_EVERY);
        loop {
            let free = weather.lines().saturating_sub(lines.len()).min(self.queue().waiting.len());
            for line in std::iter::repeat_with(|| Arc::new(Line::new(weather.carried.clone()))).take(free) {
                open.push(Arc::clone(&line));
                lines.push(self.run_line(line));
            }
            if lines.is_empty() && texts.is_empty() {
                return Ok(());
            }
            tokio::select! {
                Some(ended) = lines.next() => {
                    let ended: Ended = ended;
                    open.retain(|line| !Arc::ptr_eq(line, &ended.line));
                    self.settle(ended, lines.is_empty(), &mut weather, outcome)?;
                }
                Some(told) = texts.next() => {
                    let told: Result<(Outcome, Vec<Wanted>), SyncError> = told;
                    match told {
                        Ok((step, wanted)) => {
                            outcome.add(step);
                            self.want(wanted).await?;
                        }
                        Err(problem) if problem.is_passing() => text_rests_until = Instant::now() + TEXT_PAUSE,
                        Err(problem) => return Err(problem),
                    }
                }
                _ = look.tick() => {
                    weather.lossy |= open.iter().any(|line| line.state().flow.is_lossy());
                    let rests = !texts.is_empty() || Instant::now() < text_rests_until;
                    if !rests && self.has_text().await? {
                        texts.push(self.send_text());
                    }
                }
            }
        }
    }

    /// What the end of a line means for the run.
    fn settle(
        &self,
        ended: Ended,
        is_last: bool,
        weather: &mut Weather,
        outcome: &mut Outcome,
    ) -> Result<(), SyncError> {
        outcome.photos_received += ended.received;
        weather.cuts = if ended.received > 0 { 0 } else { weather.cuts + 1 };
        let moved = ended.received > 0 || ended.line.state().flow.has_moved();
        let Some(problem) = ended.problem else {
            weather.barren = 0;
            return Ok(());
        };
        if !problem.is_passing() {
            return Err(problem);
        }
        self.take_back(&ended.line);
        weather.carried = ended.line.state().flow.carried();
        outcome.cuts += 1;
        weather.barren = if moved { 0 } else { weather.barren + 1 };
        let gone = !matches!(problem, SyncError::Cut(_))
            || weather.barren >= BARREN_LINES
            || weather.cuts >= MOST_CUTS;
        if is_last && gone { Err(problem) } else { Ok(()) }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues what an answer asks for: thumbnails first, then those named last, the smallest first.
    async fn want(&self, wanted: Vec<Wanted>) -> Result<(), SyncError> {
        if wanted.is_empty() {
            return Ok(());
        }
        let order = locked(self.ledger, |ledger| ledger.pending_photos()).await?;
        let mut queue = self.queue();
        let mut offsets: HashMap<Digest, u64> =
            wanted.iter().map(|wanted| (wanted.digest, wanted.offset)).collect();
        offsets.retain(|digest, _| !queue.begun.contains(digest));
        offsets.extend(queue.waiting.iter().map(|waiting| (waiting.digest, waiting.offset)));
        let waiting = order.iter().filter_map(|photo| {
            offsets.get(&photo.digest).map(|offset| Wanted { digest: photo.digest, offset: *offset })
        });
        queue.waiting = waiting.collect();
        Ok(())
    }

    /// What a line did not bring to its end goes first on the next: from what the center took of it.
    fn take_back(&self, line: &Line) {
        let mut queue = self.queue();
        for (digest, taken) in line.state().open.drain(..).rev() {
            queue.waiting.push_front(Wanted { digest, offset: taken });
        }
    }

    async fn has_text(&self) -> Result<bool, SyncError> {
        let left = locked(self.ledger, |ledger| ledger.outgoing()).await?;
        Ok(left.last_seq >= left.first_seq)
    }

    async fn send_text(&self) -> Result<(Outcome, Vec<Wanted>), SyncError> {
        let asks_first = locked(self.ledger, |ledger| ledger.post_unanswered()).await?;
        let (ledger, watcher) = (self.ledger, self.watcher);
        let (outcome, wanted, lost) =
            exchange_once(ledger, self.protocol, self.peer, self.clock, watcher, asks_first).await?;
        // A center that was put back in the middle of this run: what it lost comes before photos, in the next.
        match lost.is_empty() {
            true => Ok((outcome, wanted)),
            false => Err(SyncError::Unreachable("the center was put back from a copy".into())),
        }
    }

    async fn run_line(&self, line: Arc<Line>) -> Ended {
        let mut received = 0;
        let problem = tokio::select! {
            ended = self.drive(&line, &mut received) => ended.err(),
            () = line.watch() => {
                Some(SyncError::Cut("nothing was heard for too long while photos went up".into()))
            }
        };
        Ended { line, received, problem }
    }

    /// Sends from the queue until it is empty, and reads what comes down to its end.
    async fn drive(&self, line: &Arc<Line>, received: &mut u64) -> Result<(), SyncError> {
        let source =
            Source { ledger: self.ledger.clone(), queue: self.queue.clone(), watcher: self.watcher.clone() };
        let frames = source.frames(Arc::clone(line));
        let mut told = self.protocol.send_photos(&self.peer.token, Some(self.life), frames).await?;
        while let Some(told) = told.next().await {
            match told? {
                PhotoLine::Got(got) => {
                    line.state().got(got)?;
                    line.moved.notify_one();
                }
                PhotoLine::Receipt(signed) => {
                    line.state().at_work = true;
                    let taken = self.take_receipt(signed, line).await;
                    let mut state = line.state();
                    state.at_work = false;
                    state.flow.heard(Instant::now());
                    *received += taken?;
                }
            }
        }
        match line.state().flow.is_through() {
            true => Ok(()),
            false => Err(SyncError::Cut("the answer to photos ended before they did".into())),
        }
    }

    async fn take_receipt(&self, signed: Signed<PhotoReceipt>, line: &Line) -> Result<u64, SyncError> {
        let receipt = signed.verify(&self.peer.verifying_key).map_err(|_| SyncError::NotTrusted)?;
        if receipt.center != self.peer.center || receipt.incarnation != self.life {
            return Err(SyncError::Broken("the photo receipt speaks of another ledger"));
        }
        let text = serde_json::to_string(&signed).map_err(|_| SyncError::Broken("a photo receipt"))?;
        let photos = receipt.photos.clone();
        let facts = ReceiptFacts {
            photos: receipt.photos,
            given_at: Some(receipt.given_at),
            signed: text,
            kind: "photos",
            ..Default::default()
        };
        let at = self.clock.now();
        locked(self.ledger, move |ledger| ledger.apply_receipt(&facts, at)).await?;
        line.state().open.retain(|open| !photos.contains(&open.0));
        photos.iter().for_each(|_| (self.watcher)(Progress::PhotoReceived));
        Ok(photos.len() as u64)
    }
}

/// Where the frames of a line come from.
struct Source {
    ledger: SharedLedger,
    queue: Arc<Mutex<Queue>>,
    watcher: Watcher,
}

/// A photo that is being sent.
struct Sending {
    digest: Digest,
    bytes: Bytes,
    offset: usize,
}

impl Source {
    /// Frames of queued photos, as fast as the line takes them, until the queue is empty.
    fn frames(self, line: Arc<Line>) -> PhotoFrames {
        futures_util::stream::unfold((self, line, None), |(source, line, sending)| async move {
            let next = source.next(&line, sending).await.transpose()?;
            let (frame, sending) = match next {
                Ok((frame, sending)) => (Ok(frame), Some(sending)),
                Err(problem) => (Err(problem), None),
            };
            Some((frame, (source, line, sending)))
        })
        .boxed()
    }

    async fn next(
        &self,
        line: &Line,
        sending: Option<Sending>,
    ) -> Result<Option<(PhotoFrame, Sending)>, SyncError> {
        let unfinished = sending.filter(|sending| sending.offset < sending.bytes.len());
        let mut sending = match unfinished {
            Some(sending) => sending,
            None => match self.begin(line).await? {
                Some(sending) => sending,
                None => {
                    line.state().flow.end(Instant::now());
                    return Ok(None);
                }
            },
        };
        let size = line.state().flow.frame_bytes();
        let end = sending.bytes.len().min(sending.offset + size);
        line.may_send(end - sending.offset).await;
        if line.state().flow.is_young() {
            // What has left so far goes to the network now, sealed for itself: two frames in one TLS record would wait for
            // each other at the other end.
            yield_now().await;
        }
        let bytes = sending.bytes.slice(sending.offset..end);
        let frame = PhotoFrame { digest: sending.digest, offset: sending.offset as u64, bytes };
        sending.offset = end;
        line.state().sent(&frame);
        (self.watcher)(Progress::PhotoBytes(frame.bytes.len() as u64));
        Ok(Some((frame, sending)))
    }

    /// The next photo of the queue whose bytes are here.
    async fn begin(&self, line: &Line) -> Result<Option<Sending>, SyncError> {
        loop {
            let next = {
                let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
                let next = queue.waiting.pop_front();
                queue.begun.extend(next.iter().map(|next| next.digest));
                // Known to the line at once: a line that ends now gives it back.
                line.state().open.extend(next.iter().map(|next| (next.digest, next.offset)));
                next
            };
            let Some(next) = next else { return Ok(None) };
            match locked(&self.ledger, move |ledger| ledger.photo(next.digest)).await? {
                Some(bytes) if !bytes.is_empty() => {
                    // All of it was taken and no receipt was heard: the last byte once more brings one.
                    let offset = usize::try_from(next.offset).unwrap_or(usize::MAX).min(bytes.len() - 1);
                    return Ok(Some(Sending { digest: next.digest, bytes: Bytes::from(bytes), offset }));
                }
                // Its bytes are gone from this laptop: nothing to send, the center keeps asking (rule X4).
                _ => line.state().open.retain(|open| open.0 != next.digest),
            }
        }
    }
}
