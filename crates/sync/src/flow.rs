//! How much of photos may be on its way on one line, and when a line that says nothing is given up. Pure: time is passed in.
//!
//! The other end says how much it took (`Got`). What lies beyond is what a cut can waste, so it is bounded by what the line
//! carries in one round trip; and a line on which bytes lie beyond and nothing is heard is dead, on whatever system.

use crate::protocol::SyncError;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// Photos leave in frames of this size (bytes), in larger ones where the line carries much.
const FRAME_BYTES: usize = 16 * 1024;
const LARGE_FRAME_BYTES: usize = 64 * 1024;
/// The first of a line are half as large, for so long (bytes): TCP begins slowly, and the sooner one is answered the sooner more
/// may leave.
const FIRST_FRAME_BYTES: usize = FRAME_BYTES / 2;
const FIRST_BYTES: u64 = 64 * 1024;
/// From this window on frames are large (bytes).
const LARGE_FROM_BYTES: u64 = 256 * 1024;
/// So much may always be on its way (bytes): two frames, so that one travels while the other is answered.
const LEAST_WINDOW_BYTES: u64 = 2 * FRAME_BYTES as u64;
/// And no more than so much, however much the line carries (bytes).
const LARGEST_WINDOW_BYTES: u64 = 1024 * 1024;
/// The fastest of so many rates that were measured last is what the line carries.
const RATES: usize = 10;
/// How long nothing may be heard before anything was heard on this line.
const FIRST_PATIENCE: Duration = Duration::from_secs(10);
/// How long at least nothing may be heard later.
const LEAST_PATIENCE: Duration = Duration::from_secs(3);
/// So many round trips are waited for, where they take longer than that.
const PATIENT_ROUND_TRIPS: u32 = 4;
/// A frame whose answer takes by a quarter longer than usual and by this, and this long at all, had to wait for what was
/// lost before it: a hiccup. On a full line that loses nothing answers are late together, and become the usual ones.
const HICCUP_MARGIN: Duration = Duration::from_millis(30);
const LEAST_HICCUP: Duration = Duration::from_millis(150);
/// So many hiccups within so long make a line a lossy one.
const HICCUPS: usize = 3;
const HICCUPS_WITHIN: Duration = Duration::from_secs(10);

/// A frame on its way.
#[derive(Clone, Copy, Debug)]
struct Mark {
    /// The count of bytes at its end.
    end: u64,
    at: Instant,
    /// What the other end had taken when it left.
    got_then: u64,
}

/// What a line was found to carry. The next one to the same center begins with it instead of finding out anew.
#[derive(Clone, Debug, Default)]
pub(crate) struct Carried {
    shortest: Option<Duration>,
    rates: VecDeque<f64>,
}

/// One line's flow of photo bytes.
#[derive(Debug)]
pub(crate) struct Flow {
    sent: u64,
    got: u64,
    on_its_way: VecDeque<Mark>,
    /// When something was heard last; the beginning before that.
    heard_at: Instant,
    /// Since when an answer is due: the oldest of what is on its way was the first to be so.
    due_since: Option<Instant>,
    round_trip: Option<Duration>,
    shortest: Option<Duration>,
    rates: VecDeque<f64>,
    hiccups: VecDeque<Instant>,
    /// All was sent: what is due is the end.
    ended: bool,
}

impl Flow {
    /// A flow on a new line, where the one before was found to carry so much.
    pub(crate) fn after(carried: Carried, now: Instant) -> Self {
        Flow { shortest: carried.shortest, rates: carried.rates, ..Flow::new(now) }
    }

    /// What this line was found to carry.
    pub(crate) fn carried(&self) -> Carried {
        Carried { shortest: self.shortest, rates: self.rates.clone() }
    }

    fn new(now: Instant) -> Self {
        Flow {
            sent: 0,
            got: 0,
            on_its_way: VecDeque::new(),
            heard_at: now,
            due_since: None,
            round_trip: None,
            shortest: None,
            rates: VecDeque::new(),
            hiccups: VecDeque::new(),
            ended: false,
        }
    }

    /// How many bytes may be beyond what the other end took.
    fn window(&self) -> u64 {
        let carried = self.rates.iter().copied().fold(0.0, f64::max);
        let round_trip = self.shortest.unwrap_or_default().as_secs_f64();
        // An eighth and one frame more than what is there at a time: so it finds out whether the line carries more.
        let window = (carried * round_trip * 1.125) as u64 + FRAME_BYTES as u64;
        window.clamp(LEAST_WINDOW_BYTES, LARGEST_WINDOW_BYTES)
    }

    /// How large the next frame should be.
    pub(crate) fn frame_bytes(&self) -> usize {
        match self.window() {
            LARGE_FROM_BYTES.. => LARGE_FRAME_BYTES,
            _ if self.is_young() => FIRST_FRAME_BYTES,
            _ => FRAME_BYTES,
        }
    }

    /// Whether the line has only begun.
    pub(crate) fn is_young(&self) -> bool {
        self.sent < FIRST_BYTES
    }

    /// Whether so many bytes more may leave now.
    pub(crate) fn may_send(&self, bytes: usize) -> bool {
        let beyond = self.sent - self.got;
        beyond == 0 || beyond + bytes as u64 <= self.window()
    }

    /// A frame leaves.
    pub(crate) fn sent(&mut self, bytes: usize, now: Instant) {
        self.sent += bytes as u64;
        self.on_its_way.push_back(Mark { end: self.sent, at: now, got_then: self.got });
        self.due_since.get_or_insert(now);
    }

    /// Nothing more leaves.
    pub(crate) fn end(&mut self, now: Instant) {
        self.ended = true;
        self.due_since.get_or_insert(now);
    }

    /// Anything was heard: the line lives.
    pub(crate) fn heard(&mut self, now: Instant) {
        self.heard_at = now;
    }

    /// The other end says how much it has taken by now.
    pub(crate) fn got(&mut self, got: u64, now: Instant) -> Result<(), SyncError> {
        if got > self.sent || got < self.got {
            return Err(SyncError::Broken("more photo bytes were taken than were sent"));
        }
        if got > self.got {
            self.got = got;
            while let Some(mark) = self.on_its_way.front().copied().filter(|mark| mark.end <= got) {
                self.on_its_way.pop_front();
                self.measure(mark, now);
            }
            self.due_since = (self.sent > got || self.ended).then_some(now);
        }
        self.heard(now);
        Ok(())
    }

    fn measure(&mut self, mark: Mark, now: Instant) {
        let took = now - mark.at;
        self.note_hiccup(took, now);
        self.shortest = Some(self.shortest.map_or(took, |shortest| shortest.min(took)));
        self.round_trip = Some(self.round_trip.map_or(took, |usual| (usual * 7 + took) / 8));
        if took > Duration::ZERO {
            self.rates.push_back((self.got - mark.got_then) as f64 / took.as_secs_f64());
            if self.rates.len() > RATES {
                self.rates.pop_front();
            }
        }
    }

    fn note_hiccup(&mut self, took: Duration, now: Instant) {
        let Some(usual) = self.round_trip else { return };
        // What follows on the same loss is late as well.
        let is_same = self.hiccups.back().is_some_and(|at| now - *at < usual);
        if is_same || took < LEAST_HICCUP || took <= usual * 5 / 4 + HICCUP_MARGIN {
            return;
        }
        self.hiccups.push_back(now);
        while self.hiccups.front().is_some_and(|at| now - *at > HICCUPS_WITHIN) {
            self.hiccups.pop_front();
        }
    }

    /// Whether packets get lost here: one line alone does not fill such a link.
    pub(crate) fn is_lossy(&self) -> bool {
        self.hiccups.len() >= HICCUPS
    }

    /// Whether all that was to be sent has left and was taken.
    pub(crate) fn is_through(&self) -> bool {
        self.ended && self.sent == self.got
    }

    /// Whether the other end has taken anything on this line.
    pub(crate) fn has_moved(&self) -> bool {
        self.got > 0
    }

    /// When the line is to be given up, unless something is heard before. None while nothing is due.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let patience = self
            .round_trip
            .map_or(FIRST_PATIENCE, |round_trip| LEAST_PATIENCE.max(round_trip * PATIENT_ROUND_TRIPS));
        Some(self.heard_at.max(self.due_since?) + patience)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const KIB: u64 = 1024;

    /// A link that carries so many bytes a second with so long a way there and back; every frame is answered when it is in.
    fn run(rate: f64, trip: Duration, seconds: u64) -> (Flow, u64) {
        let begun = Instant::now();
        let mut flow = Flow::new(begun);
        let (mut now, mut free_at, mut count, mut most) = (begun, begun, 0, 0);
        let mut answers: VecDeque<(Instant, u64)> = VecDeque::new();
        while now - begun < Duration::from_secs(seconds) {
            while flow.may_send(flow.frame_bytes()) {
                let bytes = flow.frame_bytes();
                flow.sent(bytes, now);
                count += bytes as u64;
                free_at = free_at.max(now) + Duration::from_secs_f64(bytes as f64 / rate);
                answers.push_back((free_at + trip, count));
            }
            most = most.max(flow.sent - flow.got);
            let (at, got) = answers.pop_front().unwrap();
            now = at;
            flow.got(got, now).unwrap();
        }
        (flow, most)
    }

    #[tokio::test(start_paused = true)]
    async fn x4_what_a_cut_can_waste_is_what_the_line_carries_in_a_round_trip() {
        let trip = Duration::from_millis(200);
        let (flow, most) = run(125_000.0, trip, 60);
        assert!(most <= 64 * KIB, "{most}");
        assert!(flow.got > 125_000 * 58, "and the line is full: {}", flow.got);
        assert!(!flow.is_lossy(), "a full line is none that loses");
        assert_eq!(Flow::new(Instant::now()).frame_bytes(), FIRST_FRAME_BYTES, "the first answer comes soon");
        assert_eq!(flow.frame_bytes(), FRAME_BYTES);
        let (slow, most) = run(4_000.0, trip, 60);
        assert!(most <= 32 * KIB && slow.got > 4_000 * 50, "{most} {}", slow.got);
        let (fast, most) = run(10_000_000.0, Duration::from_millis(20), 20);
        assert!(most > 200 * KIB && fast.got > 10_000_000 * 18, "{most} {}", fast.got);
        let (far, most) = run(100_000_000.0, trip, 60);
        assert!(most <= LARGEST_WINDOW_BYTES && far.frame_bytes() == LARGE_FRAME_BYTES, "{most}");
    }

    #[tokio::test(start_paused = true)]
    async fn x4_a_line_is_given_up_after_four_round_trips_and_three_seconds_at_least() {
        let begun = Instant::now();
        let mut flow = Flow::new(begun);
        assert_eq!(flow.deadline(), None, "nothing is due yet");
        flow.sent(1000, begun);
        assert_eq!(flow.deadline(), Some(begun + FIRST_PATIENCE));
        let later = begun + Duration::from_millis(300);
        flow.got(1000, later).unwrap();
        assert_eq!(flow.deadline(), None);
        let next = later + Duration::from_secs(60);
        flow.sent(1000, next);
        assert_eq!(flow.deadline(), Some(next + LEAST_PATIENCE), "the rest before does not count");
        flow.heard(next + Duration::from_secs(2));
        assert_eq!(flow.deadline(), Some(next + Duration::from_secs(5)), "a word of any kind renews it");
        let (slow, _) = run(4_000.0, Duration::from_secs(2), 600);
        let patience = slow.deadline().unwrap() - slow.heard_at;
        assert!(patience >= Duration::from_secs(16), "a slow line has its time: {patience:?}");
        flow.got(2000, next + Duration::from_secs(3)).unwrap();
        flow.end(next + Duration::from_secs(4));
        assert!(flow.deadline().is_some(), "the end is due too");
    }

    #[tokio::test(start_paused = true)]
    async fn the_line_after_a_cut_begins_with_what_the_one_before_carried_and_waits_anew() {
        let (before, _) = run(10_000_000.0, Duration::from_millis(20), 20);
        let now = Instant::now();
        let mut next = Flow::after(before.carried(), now);
        assert_eq!(next.window(), before.window());
        assert!(next.window() > Flow::new(now).window());
        next.sent(1000, now);
        assert_eq!(next.deadline(), Some(now + FIRST_PATIENCE), "how long an answer takes is not known");
    }

    #[tokio::test(start_paused = true)]
    async fn a_center_that_took_more_than_was_sent_is_not_believed() {
        let now = Instant::now();
        let mut flow = Flow::new(now);
        flow.sent(10, now);
        assert!(matches!(flow.got(11, now), Err(SyncError::Broken(_))));
        flow.got(10, now).unwrap();
        assert!(matches!(flow.got(9, now), Err(SyncError::Broken(_))));
    }

    #[tokio::test(start_paused = true)]
    async fn answers_that_are_late_again_and_again_make_a_lossy_line() {
        let mut now = Instant::now();
        let mut flow = Flow::new(now);
        for round in 0..40 {
            flow.sent(16_000, now);
            flow.sent(16_000, now);
            let lost = round > 0 && round % 8 == 0;
            now += Duration::from_millis(if lost { 500 } else { 300 });
            flow.got(flow.sent, now).unwrap();
        }
        assert!(flow.is_lossy());
    }
}
