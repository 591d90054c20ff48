//! What an evaluation needs of the world: the clock, the calendar of days off, the seed of chance.

use crate::form::Property;
use crate::moment::Moment;
use crate::pattern::Patterns;
use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, Weekday};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

/// Statutory days off and make-up working days (调休); every other Saturday and Sunday is off.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Days off on which people would otherwise work.
    pub days_off: BTreeSet<NaiveDate>,
    /// Weekend days on which people work.
    pub make_up_days: BTreeSet<NaiveDate>,
}

/// The farthest that working days are counted, in calendar days.
const MAX_SPAN_DAYS: i64 = 15_000;

impl Calendar {
    /// Whether people work on this day.
    #[must_use]
    pub fn is_workday(&self, day: NaiveDate) -> bool {
        if self.make_up_days.contains(&day) {
            return true;
        }
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        !weekend && !self.days_off.contains(&day)
    }

    /// The working days after `from` up to and including `to`; negative when `to` is earlier; `None` beyond 40 years.
    #[must_use]
    pub fn workdays_between(&self, from: NaiveDate, to: NaiveDate) -> Option<i64> {
        if to < from {
            return self.workdays_between(to, from).map(|days| -days);
        }
        if (to - from).num_days() > MAX_SPAN_DAYS {
            return None;
        }
        let mut day = from;
        let mut count = 0;
        while day < to {
            day = day.succ_opt()?;
            count += i64::from(self.is_workday(day));
        }
        Some(count)
    }

    /// The `count`-th working day after `from` (before it, when negative); the start day is not counted.
    #[must_use]
    pub fn add_workdays(&self, from: NaiveDate, count: i64) -> Option<NaiveDate> {
        let mut left = count.unsigned_abs();
        let mut day = from;
        for _ in 0..MAX_SPAN_DAYS {
            if left == 0 {
                return Some(day);
            }
            day = if count > 0 { day.succ_opt()? } else { day.checked_sub_days(Days::new(1))? };
            left -= u64::from(self.is_workday(day));
        }
        None
    }
}

/// The world as an evaluation sees it; nothing else is read from outside.
#[derive(Clone, PartialEq)]
pub struct Context {
    /// The present moment; its offset is the time zone of all dates.
    pub now: DateTime<FixedOffset>,
    /// Days off and make-up days.
    pub calendar: Calendar,
    /// The seed of `uuid()` and `random()`: the same seed gives the same values.
    pub seed: u64,
    /// What questions of type `username` begin with.
    pub username: String,
    /// What questions of type `deviceid` begin with.
    pub deviceid: String,
    /// What questions of type `phonenumber` begin with.
    pub phone_number: String,
    /// What questions of type `email` begin with.
    pub email: String,
    /// The answers of the form saved last, by path without row numbers: what `${last-saved#name}` gives.
    pub last_saved: BTreeMap<String, String>,
}

/// Shows nothing that was written in a form or says who fills it in.
impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("now", &self.now).field("seed", &self.seed).finish_non_exhaustive()
    }
}

impl Context {
    /// A context at this moment, with no statutory days off, seed 0 and nothing known of the person and the device.
    #[must_use]
    pub fn at(now: DateTime<FixedOffset>) -> Self {
        Self {
            now,
            calendar: Calendar::default(),
            seed: 0,
            username: String::new(),
            deviceid: String::new(),
            phone_number: String::new(),
            email: String::new(),
            last_saved: BTreeMap::new(),
        }
    }

    /// Today's date in the context's time zone.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now.date_naive()
    }

    /// The present moment as answers write it.
    pub(crate) fn moment_text(&self) -> String {
        Moment::new(Some(self.now)).to_text()
    }

    /// What a question of a preloaded type begins with.
    pub(crate) fn property(&self, property: Property) -> String {
        match property {
            Property::Start => self.moment_text(),
            Property::Today => self.today().to_string(),
            Property::DeviceId => self.deviceid.clone(),
            Property::Username => self.username.clone(),
            Property::PhoneNumber => self.phone_number.clone(),
            Property::Email => self.email.clone(),
            Property::End | Property::Unknown => String::new(),
        }
    }

    pub(crate) fn zone(&self) -> FixedOffset {
        *self.now.offset()
    }
}

/// What evaluations use up or keep: chance, patterns already read, and the steps that are left.
#[derive(Debug)]
pub(crate) struct Tools {
    pub(crate) chance: Chance,
    pub(crate) patterns: Patterns,
    /// What is left of the whole change's budget.
    pub(crate) budget: Cell<u64>,
}

impl Tools {
    pub(crate) fn new(seed: u64, budget: u64) -> Self {
        Self { chance: Chance::seeded(seed), patterns: Patterns::default(), budget: Cell::new(budget) }
    }
}

/// A small generator (splitmix64) for `uuid()` and `random()`; not for secrets.
#[derive(Debug)]
pub(crate) struct Chance(std::cell::Cell<u64>);

impl Chance {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(std::cell::Cell::new(seed))
    }

    pub(crate) fn next(&self) -> u64 {
        let state = self.0.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
        self.0.set(state);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to but not including 1.
    #[allow(clippy::cast_precision_loss)]
    pub(crate) fn unit(&self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_start_day_is_not_counted_and_make_up_days_are() {
        let mut calendar = Calendar::default();
        calendar.days_off.extend((1..=8).map(|d| NaiveDate::from_ymd_opt(2026, 10, d).unwrap()));
        calendar.make_up_days.insert(day("2026-10-10"));
        assert_eq!(calendar.workdays_between(day("2026-09-30"), day("2026-10-10")), Some(2));
        assert_eq!(calendar.add_workdays(day("2026-09-30"), 2), Some(day("2026-10-10")));
        assert_eq!(calendar.add_workdays(day("2026-10-10"), -2), Some(day("2026-09-30")));
        assert_eq!(calendar.workdays_between(day("2026-10-10"), day("2026-09-30")), Some(-2));
    }

    #[test]
    fn absurd_spans_have_no_answer() {
        let calendar = Calendar::default();
        assert_eq!(calendar.workdays_between(day("1900-01-01"), day("2026-01-01")), None);
        assert_eq!(calendar.add_workdays(day("2026-01-01"), i64::MAX), None);
    }
}
