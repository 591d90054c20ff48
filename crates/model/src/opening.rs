//! 服务时间: whether anybody is there when somebody is to come, by the register of opening hours and the calendar. Pure.

use crate::workday::Calendar;
use chrono::{Datelike, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The next day on which it is open is looked for among so many.
const LOOKED_AHEAD_DAYS: usize = 60;

/// 服务方式 of a line of the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoursKind {
    /// 正常上班、午间不打烊、延时、错时: on the days that it names.
    Usual,
    /// 周六预约办: on Saturdays that are no holidays.
    Saturday,
    /// 节假日值班: on holidays too.
    Holiday,
    /// 停止服务
    Closed,
}

impl HoursKind {
    /// By the word of the register's form; whatever an official added is open as it says.
    #[must_use]
    pub fn of_word(word: &str) -> HoursKind {
        match word {
            "saturday" => HoursKind::Saturday,
            "holiday" => HoursKind::Holiday,
            "closed" => HoursKind::Closed,
            _ => HoursKind::Usual,
        }
    }
}

/// A line of the register of opening hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// Place or window, as it was written.
    pub place: String,
    /// The kind.
    pub kind: HoursKind,
    /// From this day.
    pub from: Option<NaiveDate>,
    /// Until and with this day; none: it stays so.
    pub until: Option<NaiveDate>,
    /// Days of the week, 1 (Monday) to 7.
    pub weekdays: BTreeSet<u32>,
    /// It opens at.
    pub opens: NaiveTime,
    /// It closes at.
    pub closes: NaiveTime,
}

/// When and where somebody is to come.
#[derive(Clone, Copy, Debug)]
pub struct Appointed<'a> {
    /// The day.
    pub day: NaiveDate,
    /// 时段: the word of the register's form.
    pub slot: &'a str,
    /// The time, where one was agreed.
    pub at: Option<NaiveTime>,
    /// Place or window, as it was written.
    pub place: &'a str,
}

/// Why nobody is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum NotOpen {
    /// A public holiday, or a day off of the place.
    Holiday,
    /// A Saturday or Sunday on which nobody works.
    Weekend,
    /// The register says that it is closed then.
    Closed,
    /// The place is not open on this day of the week.
    OtherDays,
    /// It is open on that day, at other hours.
    OtherHours,
}

/// What is wrong with an appointment's time, and when it would be open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OffHours {
    /// Why.
    pub why: NotOpen,
    /// The next day on which it is open: working days where the register knows nothing of the place.
    pub next: Option<NaiveDate>,
    /// When it is open on the day itself, from and until.
    pub hours: Vec<(NaiveTime, NaiveTime)>,
}

/// A place as it is compared: however spaces and marks stand in it.
fn bare(place: &str) -> String {
    place.chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// The lines about a place: those that name it, else those that name it in part ("婚姻登记窗口" in "县政务中心婚姻登记窗口").
fn of_place<'h>(hours: &'h [Hours], place: &str) -> Vec<&'h Hours> {
    let asked = bare(place);
    let same: Vec<&Hours> = hours.iter().filter(|line| bare(&line.place) == asked).collect();
    if !same.is_empty() || asked.chars().count() < 2 {
        return same;
    }
    let like = |line: &&Hours| {
        let told = bare(&line.place);
        told.chars().count() >= 2 && (asked.contains(&told) || told.contains(&asked))
    };
    hours.iter().filter(like).collect()
}

impl Hours {
    fn runs_on(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// Whether this line speaks of a day: of one on which people work instead of another day as of any usual one.
    fn covers(&self, day: NaiveDate, calendar: &Calendar) -> bool {
        if !self.runs_on(day) {
            return false;
        }
        let is_named = self.weekdays.contains(&day.weekday().number_from_monday());
        let is_made_up = calendar.makeup_days().contains(&day);
        match self.kind {
            HoursKind::Usual => (is_named && !calendar.is_holiday(day)) || is_made_up,
            HoursKind::Saturday => is_named && !calendar.is_holiday(day),
            HoursKind::Holiday => is_named && !calendar.is_workday(day),
            HoursKind::Closed => is_named,
        }
    }
}

/// When the lines about a place say that it is open on a day, by their hours; and when that it is closed.
fn open_on<'h>(lines: &[&'h Hours], day: NaiveDate, calendar: &Calendar) -> (Vec<&'h Hours>, Vec<&'h Hours>) {
    let covering = lines.iter().copied().filter(|line| line.covers(day, calendar));
    let (closed, open): (Vec<_>, Vec<_>) = covering.partition(|line| line.kind == HoursKind::Closed);
    // What stands wholly within hours of which the register says closed is closed.
    let is_open =
        |line: &&Hours| !closed.iter().any(|shut| shut.opens <= line.opens && line.closes <= shut.closes);
    (open.into_iter().filter(is_open).collect(), closed)
}

fn clock(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or(NaiveTime::MIN)
}

/// The hours of a part of the day, where no time was agreed.
fn span_of(slot: &str) -> Option<(NaiveTime, NaiveTime)> {
    match slot {
        "morning" => Some((clock(6, 0), clock(12, 0))),
        "noon" => Some((clock(12, 0), clock(14, 0))),
        "afternoon" => Some((clock(14, 0), clock(18, 0))),
        "evening" => Some((clock(17, 30), clock(23, 59))),
        _ => None,
    }
}

/// Whether somebody who is to come then finds nobody there. At home there is no window.
#[must_use]
pub fn off_hours(hours: &[Hours], asked: &Appointed<'_>, calendar: &Calendar) -> Option<OffHours> {
    if asked.slot == "home" {
        return None;
    }
    let lines = of_place(hours, asked.place);
    let known: Vec<&Hours> = lines.iter().copied().filter(|line| line.kind != HoursKind::Closed).collect();
    let is_known = known.iter().any(|line| line.runs_on(asked.day));
    let (open, closed) = open_on(&lines, asked.day, calendar);
    let fits = |line: &&Hours| match (asked.at, span_of(asked.slot)) {
        (Some(at), _) => line.opens <= at && at < line.closes,
        (None, Some((from, to))) => line.opens < to && from < line.closes,
        (None, None) => true,
    };
    let is_shut = closed.iter().any(|line| match asked.at {
        Some(at) => line.opens <= at && at < line.closes,
        None => open.is_empty(),
    });
    let works = calendar.is_workday(asked.day);
    let why = if is_shut {
        NotOpen::Closed
    } else if open.iter().any(fits) || (works && !is_known) {
        return None;
    } else if !open.is_empty() {
        NotOpen::OtherHours
    } else if works {
        NotOpen::OtherDays
    } else if calendar.is_holiday(asked.day) {
        NotOpen::Holiday
    } else {
        NotOpen::Weekend
    };
    let is_open = |day: NaiveDate| {
        let (open, closed) = open_on(&lines, day, calendar);
        let is_known = known.iter().any(|line| line.runs_on(day));
        open.iter().any(fits) || (!is_known && closed.is_empty() && calendar.is_workday(day))
    };
    let next = asked.day.iter_days().skip(1).take(LOOKED_AHEAD_DAYS).find(|day| is_open(*day));
    let mut hours: Vec<_> = open.iter().map(|line| (line.opens, line.closes)).collect();
    hours.sort_unstable();
    hours.dedup();
    Some(OffHours { why, next, hours })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn time(text: &str) -> NaiveTime {
        NaiveTime::parse_from_str(text, "%H:%M").unwrap()
    }

    fn hours(place: &str, kind: &str, weekdays: &str, opens: &str, closes: &str) -> Hours {
        Hours {
            place: place.to_owned(),
            kind: HoursKind::of_word(kind),
            from: Some(day("2026-01-01")),
            until: None,
            weekdays: weekdays.split(' ').map(|one| one.parse().unwrap()).collect(),
            opens: time(opens),
            closes: time(closes),
        }
    }

    fn told(hours: &[Hours], (on, slot, at, place): (&str, &str, &str, &str)) -> Option<(NotOpen, String)> {
        let at = (!at.is_empty()).then(|| time(at));
        let asked = Appointed { day: day(on), slot, at, place };
        let found = off_hours(hours, &asked, Calendar::builtin())?;
        Some((found.why, found.next.map(|next| next.to_string()).unwrap_or_default()))
    }

    #[test]
    fn where_the_register_knows_nothing_the_calendar_speaks() {
        let place = "大湖村便民服务站";
        let is = |asked, why: NotOpen, next: &str| {
            assert_eq!(told(&[], asked), Some((why, next.to_owned())), "{asked:?}");
        };
        // 2026-11-29 is a Sunday, 2026-10-01 the national day, 2026-10-10 a Saturday on which people work.
        is(("2026-11-29", "morning", "09:30", place), NotOpen::Weekend, "2026-11-30");
        is(("2026-11-28", "saturday", "", place), NotOpen::Weekend, "2026-11-30");
        is(("2026-10-01", "morning", "", place), NotOpen::Holiday, "2026-10-08");
        for free in [
            ("2026-10-10", "morning", "09:30", place),
            ("2026-11-30", "evening", "20:00", place),
            // Nobody has to be at a window when the agent goes to somebody's home.
            ("2026-11-29", "home", "09:30", place),
        ] {
            assert_eq!(told(&[], free), None, "{free:?}");
        }
    }

    #[test]
    fn what_the_register_knows_of_a_place_goes_first() {
        let known = [
            hours("便民服务站", "usual", "1 2 3 4 5", "08:30", "12:00"),
            hours("便民服务站", "usual", "1 2 3 4 5", "14:30", "17:30"),
            hours("便民服务站", "noon", "2", "12:00", "14:30"),
            hours("便民服务站", "saturday", "6", "09:00", "12:00"),
            hours("婚姻登记窗口", "usual", "2 4", "09:00", "16:00"),
        ];
        // The whole name is written in the appointment, in part in the register.
        let (station, window) = ("大湖村便民服务站", "婚姻登记窗口");
        let table = [
            (("2026-11-30", "morning", "09:30", station), None),
            (("2026-11-30", "noon", "13:00", station), Some((NotOpen::OtherHours, "2026-12-01"))),
            (("2026-12-01", "noon", "", station), None),
            (("2026-11-30", "evening", "", station), Some((NotOpen::OtherHours, ""))),
            (("2026-11-28", "saturday", "10:00", station), None),
            (("2026-11-28", "saturday", "15:00", station), Some((NotOpen::OtherHours, "2026-11-30"))),
            (("2026-11-29", "morning", "", station), Some((NotOpen::Weekend, "2026-11-30"))),
            // A Saturday within the national holiday is no Saturday by appointment.
            (("2026-10-03", "saturday", "10:00", station), Some((NotOpen::Holiday, "2026-10-08"))),
            // A Saturday on which people work has the usual hours.
            (("2026-10-10", "afternoon", "15:00", station), None),
            (("2026-11-30", "morning", "10:00", window), Some((NotOpen::OtherDays, "2026-12-01"))),
            (("2026-12-01", "morning", "16:00", window), Some((NotOpen::OtherHours, "2026-12-03"))),
        ];
        for (asked, expected) in table {
            let expected = expected.map(|(why, next)| (why, next.to_owned()));
            match expected {
                // The same hour is closed on the day itself: only the reason is asked.
                Some((NotOpen::OtherHours, _)) => {
                    assert_eq!(
                        told(&known, asked).map(|told| told.0),
                        Some(NotOpen::OtherHours),
                        "{asked:?}"
                    );
                }
                _ => assert_eq!(told(&known, asked), expected, "{asked:?}"),
            }
        }
        let asked =
            Appointed { day: day("2026-11-30"), slot: "noon", at: Some(time("13:00")), place: station };
        let found = off_hours(&known, &asked, Calendar::builtin()).unwrap();
        let spans = [(time("08:30"), time("12:00")), (time("14:30"), time("17:30"))];
        assert_eq!((found.hours.as_slice(), found.next), (&spans[..], Some(day("2026-12-01"))));
    }

    #[test]
    fn closed_and_holidays_are_as_the_register_says() {
        let mut closed = hours("便民服务站", "closed", "1 2 3 4 5 6 7", "00:00", "23:59");
        (closed.from, closed.until) = (Some(day("2026-11-30")), Some(day("2026-12-02")));
        let usual = hours("便民服务站", "usual", "1 2 3 4 5", "08:30", "17:30");
        let holiday = hours("便民服务站", "holiday", "1 2 3 4 5 6 7", "09:00", "11:00");
        let known = [closed, usual, holiday];
        let place = "便民服务站";
        let is = |asked, expected: Option<(NotOpen, &str)>| {
            let expected = expected.map(|(why, next)| (why, next.to_owned()));
            assert_eq!(told(&known, asked), expected, "{asked:?}");
        };
        is(("2026-11-30", "morning", "09:30", place), Some((NotOpen::Closed, "2026-12-03")));
        is(("2026-12-01", "afternoon", "", place), Some((NotOpen::Closed, "2026-12-03")));
        is(("2026-12-03", "afternoon", "", place), None);
        is(("2026-10-01", "morning", "10:00", place), None);
        is(("2026-10-01", "afternoon", "15:00", place), Some((NotOpen::OtherHours, "2026-10-08")));
    }
}
