//! Reporting by itself: when a connection appears, when something was recorded, and from time to time. What decides is pure.

use crate::sync::jittered;
use std::net::IpAddr;
use std::time::Duration;

/// The connection is looked at so often.
pub const LOOK_EVERY: Duration = Duration::from_secs(10);
/// After a run that failed, the first pause; it doubles.
const FIRST_PAUSE: Duration = Duration::from_secs(60);
/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(30 * 60);
/// After a run that came to its end, the township is asked again so much later, for decisions and returns.
const ASK_EVERY: Duration = Duration::from_secs(15 * 60);

/// What is seen at one look.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    /// Since the watching began.
    pub at: Duration,
    /// The own address by which the center would be reached.
    pub way: Option<IpAddr>,
    /// Entries in no receipt yet.
    pub entries: u64,
    /// The number of the newest entry written here.
    pub newest: u64,
    /// Whether a run is under way, or waits to dial again by itself.
    pub busy: bool,
    /// How many runs have ended.
    pub ended: u64,
    /// Whether the last of them came to its end.
    pub ended_well: bool,
    /// Whether she stopped the last run.
    pub stopped: bool,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing now.
    Rest,
    /// Report.
    Report,
    /// Report; what was measured of another connection no longer counts.
    ReportAnew,
}

/// What was seen before.
#[derive(Clone, Copy, Debug, Default)]
pub struct Watch {
    way: Option<IpAddr>,
    /// What was written up to here was reported, or tried to be.
    newest: u64,
    ended: u64,
    pause: Option<Duration>,
    due: Duration,
}

impl Watch {
    /// Looks once.
    pub fn look(&mut self, seen: &Seen) -> Step {
        if seen.ended != self.ended {
            self.ended = seen.ended;
            let pause = match seen.ended_well {
                true => ASK_EVERY,
                false => self.pause.map_or(FIRST_PAUSE, |pause| (pause * 2).min(LONGEST_PAUSE)),
            };
            self.pause = (!seen.ended_well).then_some(pause);
            self.due = seen.at + jittered(pause);
        }
        let Some(way) = seen.way else {
            self.way = None;
            return Step::Rest;
        };
        if self.way != Some(way) {
            if seen.busy {
                // A run over the connection before ends by itself; then this one is new.
                return Step::Rest;
            }
            self.way = Some(way);
            self.newest = seen.newest;
            self.pause = None;
            self.due = seen.at + jittered(FIRST_PAUSE);
            return Step::ReportAnew;
        }
        if seen.busy {
            return Step::Rest;
        }
        // What she stopped stays stopped until the connection changes or she begins again.
        if seen.stopped {
            self.newest = seen.newest;
            return Step::Rest;
        }
        // What a run left, it could not send: only something newer begins another at once.
        let is_new = seen.newest > self.newest && seen.entries > 0;
        if is_new || seen.at >= self.due {
            self.newest = seen.newest;
            self.due = seen.at + jittered(self.pause.unwrap_or(FIRST_PAUSE));
            return Step::Report;
        }
        Step::Rest
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    const HOME: Option<IpAddr> = Some(IpAddr::V4(Ipv4Addr::new(192, 168, 1, 7)));
    const PHONE: Option<IpAddr> = Some(IpAddr::V4(Ipv4Addr::new(172, 20, 10, 2)));

    /// A watch on a clock of its own.
    struct Days {
        watch: Watch,
        seen: Seen,
    }

    impl Days {
        fn begun() -> Days {
            Days { watch: Watch::default(), seen: Seen::default() }
        }

        /// Looks so much later.
        fn after(&mut self, seconds: u64) -> Step {
            self.seen.at += Duration::from_secs(seconds);
            self.watch.look(&self.seen)
        }

        fn ends(&mut self, well: bool) {
            self.seen.ended += 1;
            self.seen.ended_well = well;
        }
    }

    #[test]
    fn a_connection_that_appears_or_changes_begins_a_report() {
        let mut days = Days::begun();
        assert_eq!(days.after(0), Step::Rest, "there is no network");
        assert_eq!(days.after(3600), Step::Rest);
        days.seen.way = HOME;
        assert_eq!(days.after(10), Step::ReportAnew);
        assert_eq!(days.after(10), Step::Rest, "once");
        days.ends(true);
        assert_eq!(days.after(10), Step::Rest);
        days.seen.way = PHONE;
        assert_eq!(days.after(10), Step::ReportAnew, "another network");
        days.ends(true);
        days.seen.way = None;
        assert_eq!(days.after(10), Step::Rest);
        days.seen.way = PHONE;
        assert_eq!(days.after(10), Step::ReportAnew, "the same network came back");
    }

    #[test]
    fn what_is_recorded_goes_at_once_and_what_was_left_does_not_go_round() {
        let mut days = Days::begun();
        days.seen.way = HOME;
        days.after(0);
        days.ends(true);
        assert_eq!(days.after(10), Step::Rest);
        (days.seen.newest, days.seen.entries) = (3, 3);
        assert_eq!(days.after(1), Step::Report);
        days.seen.busy = true;
        (days.seen.newest, days.seen.entries) = (4, 4);
        assert_eq!(days.after(10), Step::Rest, "one run at a time");
        days.seen.busy = false;
        days.ends(true);
        days.seen.entries = 1;
        assert_eq!(days.after(1), Step::Report, "what was recorded while it ran, or just after it ended");
        days.ends(true);
        assert_eq!(days.after(10), Step::Rest, "what the township did not take waits");
        (days.seen.newest, days.seen.entries) = (5, 2);
        assert_eq!(days.after(10), Step::Report);
    }

    #[test]
    fn failures_are_tried_again_ever_later_and_never_later_than_half_an_hour() {
        let mut days = Days::begun();
        days.seen.way = HOME;
        days.after(0);
        let mut pauses = Vec::new();
        for _ in 0..8 {
            days.ends(false);
            let mut waited = 0;
            while days.after(10) == Step::Rest {
                waited += 10;
            }
            pauses.push(waited);
        }
        assert!(pauses.windows(2).all(|two| two[1] + 600 >= two[0]), "{pauses:?}");
        assert!((50..=90).contains(&pauses[0]), "{pauses:?}");
        assert!(pauses[2] >= 230 && pauses.iter().all(|pause| *pause <= 30 * 60 * 5 / 4 + 10), "{pauses:?}");
        assert!(pauses[7] >= 29 * 60, "{pauses:?}");
    }

    #[test]
    fn decisions_are_asked_for_every_quarter_of_an_hour() {
        let mut days = Days::begun();
        days.seen.way = HOME;
        days.after(0);
        days.ends(true);
        days.after(10);
        assert_eq!(days.after(14 * 60), Step::Rest);
        assert_eq!(days.after(5 * 60), Step::Report);
    }

    #[test]
    fn what_she_stopped_stays_stopped_until_the_connection_changes() {
        let mut days = Days::begun();
        days.seen.way = HOME;
        days.after(0);
        days.ends(false);
        days.seen.stopped = true;
        (days.seen.newest, days.seen.entries) = (9, 9);
        for _ in 0..100 {
            assert_eq!(days.after(60), Step::Rest);
        }
        days.seen.way = PHONE;
        assert_eq!(days.after(10), Step::ReportAnew);
    }
}
