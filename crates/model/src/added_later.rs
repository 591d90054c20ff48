//! 补录: a case that tells of an earlier day than it was written down on. Pure: the same on laptop and center.
//!
//! Nothing can be backdated: what it tells stands beside the day of the entry that tells it, and no limit is reckoned from it.

use crate::certification;
use crate::document::Document;
use crate::handling::TAKEN_ON;
use crate::line::day_of;
use chrono::NaiveDate;

/// Nobody types in what was done on paper later than this (days): a day before is a slip of the pen.
const MOST_DAYS_LATER: i64 = 366;

/// Whether what was done on a day may be typed in today: on no day to come, and within a year.
#[must_use]
pub fn is_noted_in_time(day: NaiveDate, today: NaiveDate) -> bool {
    (0..=MOST_DAYS_LATER).contains(&(today - day).num_days())
}

/// The earliest day of which a case tells, certified or taken on paper, that was written down on a later one.
#[must_use]
pub fn done_before(case: &Document) -> Option<NaiveDate> {
    let file = case.case.as_ref()?;
    let certified = (file.item == certification::ITEM).then_some(certification::DAY);
    certified.into_iter().chain([TAKEN_ON]).filter_map(|path| told_later(case, path)).min()
}

/// The day in a field, where the entry that wrote it is of a later one.
fn told_later(case: &Document, path: &str) -> Option<NaiveDate> {
    let field = case.fields.get(path)?;
    let day: NaiveDate = field.held.value.as_str()?.parse().ok()?;
    let entry = case.history.iter().find(|line| line.entry == field.held.entry)?;
    day_of(entry).filter(|written| *written > day).map(|_| day)
}
