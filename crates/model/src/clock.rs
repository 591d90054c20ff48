//! Time is passed in: the shell owns the clock, everything below it asks.

use chrono::{DateTime, FixedOffset, NaiveDate};

/// What tells the time; the shells pass the system's, tests their own.
pub trait Clock: Send + Sync {
    /// The wall clock with its offset, raw: it may be wrong by years.
    fn now(&self) -> DateTime<FixedOffset>;

    /// The calendar day in Asia/Shanghai (UTC+8, no daylight saving since 1991).
    fn today(&self) -> NaiveDate {
        shanghai_day(self.now())
    }
}

/// The calendar day in Asia/Shanghai at this moment.
pub fn shanghai_day(at: DateTime<FixedOffset>) -> NaiveDate {
    (at.naive_utc() + chrono::TimeDelta::hours(8)).date()
}

/// The system's clock, in the offset of Asia/Shanghai.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<FixedOffset> {
        let utc = chrono::Utc::now();
        match FixedOffset::east_opt(8 * 3600) {
            Some(offset) => utc.with_timezone(&offset),
            None => utc.fixed_offset(),
        }
    }
}
