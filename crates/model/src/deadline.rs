//! Limits of a case: statutory, promised and actual, in working days, natural days or months, with a clock that stands still
//! for a reason. The day a limit starts from is never counted; what does not count is named by whom it depends on.

use crate::clock::shanghai_day;
use crate::document::Document;
use crate::ids::EntryId;
use crate::words::Language;
use crate::workday::{Calendar, LONGEST_LIMIT_DAYS, add_months};
use chrono::{DateTime, Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a limit is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// 当场: done while the person waits.
    Instant,
    /// 工作日
    Workday,
    /// 自然日
    Natural,
    /// 个月
    Month,
}

impl DayKind {
    /// Every one, in the order of screens.
    pub const ALL: &'static [DayKind] =
        &[DayKind::Instant, DayKind::Workday, DayKind::Natural, DayKind::Month];
    /// The words as an item writes them.
    pub const WORDS: &'static [&'static str] = &["instant", "workday", "natural", "month"];

    /// The word as an item writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            DayKind::Instant => "instant",
            DayKind::Workday => "workday",
            DayKind::Natural => "natural",
            DayKind::Month => "month",
        }
    }

    /// What a screen says after the number.
    #[must_use]
    pub fn say(self, language: Language) -> &'static str {
        match (self, language) {
            (DayKind::Instant, Language::Chinese) => "当场",
            (DayKind::Workday, Language::Chinese) => "个工作日",
            (DayKind::Natural, Language::Chinese) => "日",
            (DayKind::Month, Language::Chinese) => "个月",
            (DayKind::Instant, Language::English) => "At once",
            (DayKind::Workday, Language::English) => "working days",
            (DayKind::Natural, Language::English) => "days",
            (DayKind::Month, Language::English) => "months",
        }
    }
}

/// So many days of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Limit {
    /// How many; months where the kind says so.
    pub days: u32,
    /// Of what kind.
    pub kind: DayKind,
}

/// Why a clock stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// 补正材料: the applicant completes the papers.
    Completing,
    /// 公示
    PublicNotice,
    /// 鉴定、评估
    Appraisal,
    /// 信息核对: another office answers.
    Verification,
    /// 异议处理
    Objection,
    /// Something else, said in the note.
    Other,
}

/// A time in which the clock stands still: from the end of one day to the end of another, or still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoodStill {
    /// The day on which it stopped; that day still counts.
    pub from: NaiveDate,
    /// The day on which it went on; counting begins on the next one.
    pub to: Option<NaiveDate>,
}

impl StoodStill {
    fn covers(&self, day: NaiveDate) -> bool {
        day > self.from && self.to.is_none_or(|to| day <= to)
    }
}

/// A running or ended clock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseClock {
    /// The day it started from; none before that.
    pub start: Option<NaiveDate>,
    /// When it stood still, in any order.
    pub pauses: Vec<StoodStill>,
    /// The day on which the case was decided.
    pub end: Option<NaiveDate>,
}

/// Where a case stands against a limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Reckoning {
    /// The limit.
    pub limit: Limit,
    /// Its last day; it moves on while the clock stands still.
    pub due: NaiveDate,
    /// Whether the day may still move, because a year on the way has no calendar yet (暂算).
    pub provisional: bool,
    /// Days of the limit's kind that have passed, up to the decision or today; of months, natural days.
    pub used: u32,
    /// Days of that kind that are left; negative when late.
    pub left: i32,
    /// Whether the clock stands still today.
    pub paused: bool,
    /// Whether the decision came, or today is, after the last day.
    pub late: bool,
}

/// The calendar never looks further: a clock that stands still has no end by itself.
const LONGEST_WAY_DAYS: usize = 20_000;

impl CaseClock {
    /// Stands still from the end of this day on; which of the pauses it is.
    fn stop(&mut self, day: NaiveDate) -> usize {
        self.pauses.push(StoodStill { from: day, to: None });
        self.pauses.len() - 1
    }

    fn go_on(&mut self, pause: Option<usize>, day: NaiveDate) {
        if let Some(pause) = pause.and_then(|pause| self.pauses.get_mut(pause)) {
            pause.to = Some(day);
        }
    }

    fn stands_still(&self, day: NaiveDate) -> bool {
        self.pauses.iter().any(|pause| pause.covers(day))
    }

    /// Days on which the clock ran after the start, up to and with a day; only those that `counts`.
    fn run_until(&self, start: NaiveDate, day: NaiveDate, counts: impl Fn(NaiveDate) -> bool) -> u32 {
        let days = start.iter_days().skip(1).take_while(|next| *next <= day).take(LONGEST_WAY_DAYS);
        u32::try_from(days.filter(|next| !self.stands_still(*next) && counts(*next)).count())
            .unwrap_or(u32::MAX)
    }

    /// The day on which the clock has run so many days that count. While it stands still without an end, today is the
    /// earliest day on which it can go on.
    fn day_after(
        &self,
        start: NaiveDate,
        today: NaiveDate,
        days: u32,
        counts: impl Fn(NaiveDate) -> bool,
    ) -> NaiveDate {
        if days == 0 {
            return start;
        }
        let running = |day: &NaiveDate| {
            let still =
                self.pauses.iter().any(|pause| pause.covers(*day) && (pause.to.is_some() || *day <= today));
            !still && counts(*day)
        };
        let mut days_on = start.iter_days().skip(1).take(LONGEST_WAY_DAYS).filter(running);
        days_on.nth(days as usize - 1).unwrap_or(NaiveDate::MAX)
    }

    /// Where the case stands against a limit; none while the clock has not started.
    #[must_use]
    pub fn reckon(&self, limit: Limit, today: NaiveDate, calendar: &Calendar) -> Option<Reckoning> {
        let start = self.start?;
        let until = self.end.unwrap_or(today).max(start);
        let days = limit.days.min(LONGEST_LIMIT_DAYS);
        let works = |day: NaiveDate| calendar.is_workday(day);
        let due = match limit.kind {
            DayKind::Instant => start,
            DayKind::Workday => self.day_after(start, until, days, works),
            DayKind::Natural => calendar.next_workday_from(self.day_after(start, until, days, |_| true)),
            DayKind::Month => {
                let stood = self.still_days(start, until);
                let last = add_months(start, days).checked_add_days(Days::new(u64::from(stood)));
                calendar.next_workday_from(last.unwrap_or(NaiveDate::MAX))
            }
        };
        let by_workdays = limit.kind == DayKind::Workday;
        let used = match by_workdays {
            true => self.run_until(start, until, works),
            false => self.run_until(start, until, |_| true),
        };
        let left = match by_workdays {
            true => calendar.workdays_between(until, due),
            false => i32::try_from((due - until).num_days()).unwrap_or(i32::MAX),
        };
        let provisional = (start.year()..=due.year()).any(|year| calendar.is_provisional(year));
        Some(Reckoning {
            limit,
            due,
            provisional,
            used,
            left,
            paused: self.end.is_none()
                && self.pauses.iter().any(|pause| pause.to.is_none() && pause.from <= today),
            late: until > due,
        })
    }

    /// Working days on which the clock ran, up to the decision or today; 0 while it has not started.
    #[must_use]
    pub fn workdays_used(&self, today: NaiveDate, calendar: &Calendar) -> u32 {
        let Some(start) = self.start else { return 0 };
        self.run_until(start, self.end.unwrap_or(today).max(start), |day| calendar.is_workday(day))
    }

    /// Natural days after the start, up to and with a day, on which the clock stood still.
    fn still_days(&self, start: NaiveDate, until: NaiveDate) -> u32 {
        let days = start.iter_days().skip(1).take_while(|day| *day <= until).take(LONGEST_WAY_DAYS);
        u32::try_from(days.filter(|day| self.stands_still(*day)).count()).unwrap_or(u32::MAX)
    }
}

/// A case's clock, as its entries tell it: it starts with the first acceptance, stands still while a returned case is
/// completed and while staff say so, and ends with the decision. Only the center's times count.
#[must_use]
pub fn clock_of(document: &Document) -> CaseClock {
    let mut clock = CaseClock::default();
    let (mut by_return, mut by_staff) = (None, None);
    for line in document.history.iter().filter(|line| !document.noted.contains(&line.entry)) {
        let Some(day) = line.received_at.as_deref().and_then(day_of) else { continue };
        match line.kind.as_str() {
            "case_accepted" => {
                clock.start = clock.start.or(Some(day));
                clock.go_on(by_return.take(), day);
            }
            "case_returned" if clock.start.is_some() => by_return = by_return.or(Some(clock.stop(day))),
            "clock_paused" if clock.start.is_some() => by_staff = by_staff.or(Some(clock.stop(day))),
            "case_submitted" => clock.go_on(by_return.take(), day),
            "clock_resumed" => clock.go_on(by_staff.take(), day),
            "case_confirmed" | "case_withdrawn" | "bundle_closed" => {
                clock.go_on(by_return.take(), day);
                clock.go_on(by_staff.take(), day);
                clock.end = clock.end.or(Some(day));
            }
            _ => {}
        }
    }
    clock
}

/// The day on which the center received an entry of this document.
#[must_use]
pub fn day_of_entry(document: &Document, entry: EntryId) -> Option<NaiveDate> {
    document.history.iter().find(|line| line.entry == entry)?.received_at.as_deref().and_then(day_of)
}

/// The day of a moment, in Asia/Shanghai.
fn day_of(moment: &str) -> Option<NaiveDate> {
    DateTime::parse_from_rfc3339(moment).ok().map(shanghai_day)
}

#[cfg(test)]
mod tests;
