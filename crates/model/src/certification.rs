//! 养老认证: where a case says what was seen, and how many one person can have seen on a day. Pure.
//!
//! Nobody is held to be lying by this: the township is shown what is out of the ordinary, and asks.

use crate::body::Outcome;
use crate::document::Document;
use chrono::{DateTime, FixedOffset};
use serde::Serialize;

/// The item.
pub const ITEM: &str = "PENSION_CERT";
/// What came of it.
pub const RESULT: &str = "/data/help/result";
/// How it was certified.
pub const METHOD: &str = "/data/help/method";
/// At home.
pub const AT_HOME: &str = "visit";
/// On which day.
pub const DAY: &str = "/data/help/cert_date";
/// The name of who met the person.
pub const MET_BY_NAME: &str = "/data/help/met_by_name";

/// The number of the receipt.
pub const RECEIPT: &str = "/data/help/receipt_number";
/// Where the person lives.
pub const RESIDENCE: &str = "/data/help/residence";

/// Whether the office said no.
#[must_use]
pub fn is_refused(case: &Document) -> bool {
    let decision = case.case.as_ref().and_then(|case| case.decision.as_ref());
    decision.is_some_and(|decision| decision.outcome == Outcome::Refused)
}

/// Whether a result says that she is certified as far as we know, or waits for the office alone.
#[must_use]
pub fn is_good(result: &str) -> bool {
    matches!(result, "passed" | "pending")
}

/// Whether a recorded certification passed, or waits for the pension office.
#[must_use]
pub fn ended_well(case: &Document) -> bool {
    is_good(case.text(RESULT)) && !is_refused(case)
}

/// Nobody goes to more homes on a day, looks at a paper in each and writes it down.
pub const MOST_HOMES_A_DAY: u32 = 60;
/// Two that were written within so many seconds were written one behind the other, not each at its door.
pub const QUICK_SECONDS: i64 = 10;
/// From so many quick ones on the township is told.
pub const MOST_QUICK: u32 = 20;

/// How many were met at home by one person on one day, and how fast that was written down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ts_rs::TS)]
pub struct Pace {
    /// Met at home on that day, this one among them.
    pub homes: u32,
    /// Of these, written within ten seconds of the one before.
    pub quick: u32,
    /// More homes than anybody can go to.
    pub implausible: bool,
}

impl Pace {
    /// From when each was written, by the laptop's raw clock.
    #[must_use]
    pub fn of(mut written: Vec<DateTime<FixedOffset>>) -> Self {
        written.sort();
        let gaps = written.windows(2).map(|pair| (pair[1] - pair[0]).num_seconds());
        let quick = gaps.filter(|gap| *gap < QUICK_SECONDS).count() as u32;
        let homes = written.len() as u32;
        Pace { homes, quick, implausible: homes > MOST_HOMES_A_DAY }
    }

    /// Whether the township is told.
    #[must_use]
    pub fn is_told(&self) -> bool {
        self.implausible || self.quick >= MOST_QUICK
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use chrono::Duration;

    fn pace(count: i64, seconds_apart: i64) -> Pace {
        let first = DateTime::parse_from_rfc3339("2026-11-28T19:00:00+08:00").unwrap();
        let mut written: Vec<_> =
            (0..count).map(|at| first + Duration::seconds(at * seconds_apart)).collect();
        written.reverse();
        Pace::of(written)
    }

    #[test]
    fn what_is_out_of_the_ordinary_is_told_and_nothing_else() {
        let cases = [
            // A day from door to door.
            (pace(12, 1800), (12, 0, false), false),
            // An evening at the table: told once there are many.
            (pace(20, 4), (20, 19, false), false),
            (pace(21, 4), (21, 20, false), true),
            // More than anybody can go to, however slowly it was written.
            (pace(60, 600), (60, 0, false), false),
            (pace(61, 600), (61, 0, true), true),
            (pace(1, 0), (1, 0, false), false),
            (pace(0, 0), (0, 0, false), false),
        ];
        for (pace, (homes, quick, implausible), told) in cases {
            assert_eq!(pace, Pace { homes, quick, implausible });
            assert_eq!(pace.is_told(), told, "{pace:?}");
        }
    }
}
