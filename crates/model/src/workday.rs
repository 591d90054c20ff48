//! The calendar of working days: limits in working days (工作日), in natural days, and rolling twelve months.
//!
//! The day a limit starts from is never counted; a limit in natural days whose last day is no working day
//! moves to the next one (Civil Code 201, 203). Years without data are counted provisionally (暂算).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// A calendar file is never larger than this many bytes.
pub const LARGEST_CALENDAR_BYTES: usize = 1024 * 1024;
/// Limits are never longer than this many working or natural days; longer ones are cut.
pub const LONGEST_LIMIT_DAYS: u32 = 10_000;
/// Spans are counted over at most this many calendar days, beyond which the count stands still.
const LONGEST_SPAN_DAYS: u32 = 40_000;
/// Statutory days off that fall on the same date every year (since 2025): month and day.
const FIXED_DAYS_OFF: [(u32, u32); 6] = [(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)];

/// Why a calendar file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CalendarProblem {
    /// The file is larger than [`LARGEST_CALENDAR_BYTES`].
    #[error("the calendar has {size_bytes} bytes, more than {LARGEST_CALENDAR_BYTES}")]
    TooLarge {
        /// Its size in bytes.
        size_bytes: usize,
    },
    /// The file is no JSON of the expected shape.
    #[error("the calendar is not readable")]
    Unreadable(#[source] serde_json::Error),
    /// It holds no year at all.
    #[error("the calendar holds no year")]
    Empty,
    /// The name of a year is not four digits.
    #[error("the calendar names a year that is none")]
    NotAYear,
    /// A date is listed under another year.
    #[error("{date} is listed under {year}")]
    WrongYear {
        /// The year it is listed under.
        year: i32,
        /// The date itself.
        date: NaiveDate,
    },
    /// The stated number of working days does not agree with the listed days.
    #[error("{year} should have {stated} working days, the listed days make {counted}")]
    Miscounted {
        /// The year.
        year: i32,
        /// What the file states.
        stated: u32,
        /// What its days make.
        counted: u32,
    },
}

/// A last day, and whether it may still move because a year on the way has no data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// The last day of the limit, in Asia/Shanghai.
    pub date: NaiveDate,
    /// Whether the day is provisional (暂算).
    pub provisional: bool,
}

/// Days off and make-up working days, by year.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calendar {
    years: BTreeSet<i32>,
    days_off: BTreeSet<NaiveDate>,
    makeup_days: BTreeSet<NaiveDate>,
    local_days_off: BTreeSet<NaiveDate>,
}

#[derive(Serialize, Deserialize)]
struct CalendarFile {
    /// A year may be named with `null` to say that its notice is not out yet.
    years: BTreeMap<String, Option<YearFile>>,
    /// Days off of the place itself.
    #[serde(default)]
    local_days_off: Vec<NaiveDate>,
}

#[derive(Serialize, Deserialize)]
struct YearFile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    working_days_in_year: Option<u32>,
    holidays: Vec<DayFile>,
    workdays: Vec<DayFile>,
}

#[derive(Serialize, Deserialize)]
struct DayFile {
    date: NaiveDate,
}

static BUILTIN: LazyLock<Calendar> =
    LazyLock::new(|| Calendar::from_json(include_str!("../../../data/workdays.json")).unwrap_or_default());

impl Calendar {
    /// The days off it names, those on weekends included.
    pub fn days_off(&self) -> &BTreeSet<NaiveDate> {
        &self.days_off
    }

    /// The weekend days on which people work (调休).
    pub fn makeup_days(&self) -> &BTreeSet<NaiveDate> {
        &self.makeup_days
    }

    /// The calendar compiled into the program.
    pub fn builtin() -> &'static Calendar {
        &BUILTIN
    }

    /// Reads a calendar file of the shape of `data/workdays.json`, which an administrator may bring offline.
    ///
    /// # Errors
    /// [`CalendarProblem`] where the file is too large, unreadable, or contradicts itself.
    pub fn from_json(text: &str) -> Result<Calendar, CalendarProblem> {
        if text.len() > LARGEST_CALENDAR_BYTES {
            return Err(CalendarProblem::TooLarge { size_bytes: text.len() });
        }
        let file: CalendarFile = serde_json::from_str(text).map_err(CalendarProblem::Unreadable)?;
        let mut calendar = Calendar::default();
        let mut stated_counts = Vec::new();
        for (name, listed) in file.years {
            let year = name.parse().ok().filter(|year| (1900..=9999).contains(year));
            let year: i32 = year.ok_or(CalendarProblem::NotAYear)?;
            let Some(listed) = listed else { continue };
            calendar.take_year(year, &listed)?;
            if let Some(stated) = listed.working_days_in_year {
                stated_counts.push((year, stated));
            }
        }
        if calendar.years.is_empty() {
            return Err(CalendarProblem::Empty);
        }
        for (year, stated) in stated_counts {
            let counted = calendar.workdays_in(year);
            if counted != stated {
                return Err(CalendarProblem::Miscounted { year, stated, counted });
            }
        }
        Ok(calendar.with_local_days_off(file.local_days_off))
    }

    fn take_year(&mut self, year: i32, listed: &YearFile) -> Result<(), CalendarProblem> {
        for day in listed.holidays.iter().chain(&listed.workdays) {
            if day.date.year() != year {
                return Err(CalendarProblem::WrongYear { year, date: day.date });
            }
        }
        self.years.insert(year);
        self.days_off.extend(listed.holidays.iter().map(|day| day.date));
        self.makeup_days.extend(listed.workdays.iter().map(|day| day.date));
        Ok(())
    }

    /// Adds days off of the place itself (三月三, 古尔邦节 …), which no national notice lists.
    pub fn with_local_days_off(mut self, dates: impl IntoIterator<Item = NaiveDate>) -> Calendar {
        for date in dates {
            self.makeup_days.remove(&date);
            self.days_off.insert(date);
            self.local_days_off.insert(date);
        }
        self
    }

    /// The years with data.
    pub fn years(&self) -> impl Iterator<Item = i32> {
        self.years.iter().copied()
    }

    /// Days off of the place itself.
    pub fn local_days_off(&self) -> impl Iterator<Item = NaiveDate> {
        self.local_days_off.iter().copied()
    }

    /// As a file that [`Calendar::from_json`] reads.
    ///
    /// # Errors
    /// None in practice: dates are texts.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let of_year = |days: &BTreeSet<NaiveDate>, year: i32| -> Vec<DayFile> {
            let national = days.iter().filter(|day| day.year() == year && !self.local_days_off.contains(day));
            national.map(|date| DayFile { date: *date }).collect()
        };
        let year = |year: i32| YearFile {
            working_days_in_year: None,
            holidays: of_year(&self.days_off, year),
            workdays: of_year(&self.makeup_days, year),
        };
        let file = CalendarFile {
            years: self.years().map(|of| (of.to_string(), Some(year(of)))).collect(),
            local_days_off: self.local_days_off.iter().copied().collect(),
        };
        serde_json::to_string_pretty(&file)
    }

    /// Whether a year has no data, so that its days are counted by weekends and fixed statutory days alone.
    pub fn is_provisional(&self, year: i32) -> bool {
        !self.years.contains(&year)
    }

    /// Whether offices work on a day.
    pub fn is_workday(&self, date: NaiveDate) -> bool {
        if self.days_off.contains(&date) {
            return false;
        }
        if self.makeup_days.contains(&date) {
            return true;
        }
        if self.is_provisional(date.year()) && FIXED_DAYS_OFF.contains(&(date.month(), date.day())) {
            return false;
        }
        !matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
    }

    /// Whether a day is a public holiday or a day off of the place itself, the weekends within one included.
    pub fn is_holiday(&self, date: NaiveDate) -> bool {
        let is_fixed = || FIXED_DAYS_OFF.contains(&(date.month(), date.day()));
        self.days_off.contains(&date) || (self.is_provisional(date.year()) && is_fixed())
    }

    /// How many working days lie after `from`, up to and with `to`; negative where `to` lies before `from` (overdue).
    ///
    /// Spans of more than about a hundred years are counted no further.
    pub fn workdays_between(&self, from: NaiveDate, to: NaiveDate) -> i32 {
        if to < from {
            return -self.workdays_between(to, from);
        }
        let span = from.iter_days().skip(1).take_while(|day| *day <= to).take(LONGEST_SPAN_DAYS as usize);
        let count = span.filter(|day| self.is_workday(*day)).count();
        i32::try_from(count).unwrap_or(i32::MAX)
    }

    /// The `count`-th working day after `from`: the next working day is the first. With 0 it is `from` itself.
    ///
    /// Counts above [`LONGEST_LIMIT_DAYS`] are cut to it.
    pub fn add_workdays(&self, from: NaiveDate, count: u32) -> NaiveDate {
        let Some(skipped) = count.min(LONGEST_LIMIT_DAYS).checked_sub(1) else { return from };
        let mut workdays = from.iter_days().skip(1).filter(|day| self.is_workday(*day));
        workdays.nth(skipped as usize).unwrap_or(NaiveDate::MAX)
    }

    /// The day itself if it is a working day, else the next one.
    pub fn next_workday_from(&self, date: NaiveDate) -> NaiveDate {
        date.iter_days().find(|day| self.is_workday(*day)).unwrap_or(NaiveDate::MAX)
    }

    /// The last day of a limit in working days; the start day is not counted.
    pub fn workday_deadline(&self, start: NaiveDate, workdays: u32) -> Deadline {
        self.deadline(start, self.add_workdays(start, workdays))
    }

    /// The last day of a limit in natural days; the start day is not counted, and a last day on which
    /// offices are closed moves to the next working day (Civil Code 201, 203).
    pub fn natural_deadline(&self, start: NaiveDate, days: u32) -> Deadline {
        let last = start.checked_add_days(Days::new(u64::from(days.min(LONGEST_LIMIT_DAYS))));
        self.deadline(start, self.next_workday_from(last.unwrap_or(NaiveDate::MAX)))
    }

    /// The working days of a year.
    pub fn workdays_in(&self, year: i32) -> u32 {
        let days = NaiveDate::from_ymd_opt(year, 1, 1).into_iter().flat_map(|first| first.iter_days());
        let of_year = days.take_while(|day| day.year() == year);
        u32::try_from(of_year.filter(|day| self.is_workday(*day)).count()).unwrap_or(u32::MAX)
    }

    fn deadline(&self, start: NaiveDate, date: NaiveDate) -> Deadline {
        let provisional = (start.year()..=date.year()).any(|year| self.is_provisional(year));
        Deadline { date, provisional }
    }
}

/// The same day `months` months later, or the last day of that month where it has no such day (Civil Code 202).
pub fn add_months(date: NaiveDate, months: u32) -> NaiveDate {
    date.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}

/// The last day on which something that runs for twelve months from `last_success` still holds,
/// such as the pensioners' yearly certification. It is no limit for an office and does not move with holidays.
pub fn rolling_year_end(last_success: NaiveDate) -> NaiveDate {
    add_months(last_success, 12)
}

#[cfg(test)]
mod tests;
