//! Dates and times as XForms writes them: read, counted in days since 1970, and written out.

use crate::error::EvalError;
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike};

const DAY_MS: f64 = 86_400_000.0;
const SHORT_MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SHORT_DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// A point in time in the evaluation's zone, or none when what was given is no date.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    pub(crate) at: Option<DateTime<FixedOffset>>,
    /// `number()` of a date text: its string form is the whole number of days.
    pub(crate) counted: bool,
}

impl Moment {
    pub(crate) fn new(at: Option<DateTime<FixedOffset>>) -> Self {
        Self { at, counted: false }
    }

    /// Days since 1970-01-01T00:00Z, NaN for no date.
    #[allow(clippy::cast_precision_loss)]
    pub(crate) fn days(&self) -> f64 {
        self.at.map_or(f64::NAN, |at| at.timestamp_millis() as f64 / DAY_MS)
    }

    pub(crate) fn to_text(self) -> String {
        let Some(at) = self.at else { return "Invalid Date".to_owned() };
        if self.counted {
            return format!("{}", self.days().floor());
        }
        write_moment(at)
    }
}

/// Midnight is written as a date, anything else as a full date and time.
fn write_moment(at: DateTime<FixedOffset>) -> String {
    if at.time() == NaiveTime::MIN {
        at.format("%Y-%m-%d").to_string()
    } else {
        at.format("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string()
    }
}

/// The moment that many days after 1970-01-01T00:00Z.
#[allow(clippy::cast_possible_truncation)]
pub(crate) fn moment_from_days(days: f64, zone: FixedOffset) -> Moment {
    let milliseconds = (days * DAY_MS).round();
    // Beyond this no calendar of ours reaches, and the cast below is exact within it.
    if !milliseconds.is_finite() || milliseconds.abs() > 8.0e15 {
        return Moment::new(None);
    }
    let utc = DateTime::from_timestamp_millis(milliseconds as i64);
    Moment::new(utc.map(|at| at.with_timezone(&zone)).filter(|at| (0..=9999).contains(&at.year())))
}

fn digits(text: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let plain = lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// Whether a text has the outline of a date or a date with time, even of a day that does not exist.
pub(crate) fn looks_like_date(text: &str) -> bool {
    let Some((date, time)) = split_date(text) else { return false };
    date_numbers(date).is_some() && time.is_none_or(|time| split_time(time).is_some())
}

fn split_date(text: &str) -> Option<(&str, Option<&str>)> {
    match text.split_once('T') {
        Some((date, time)) => Some((date, Some(time))),
        None => Some((text, None)),
    }
}

fn date_numbers(date: &str) -> Option<(i32, u32, u32)> {
    let mut parts = date.split('-');
    let year = digits(parts.next()?, 4..=4)?;
    let month = digits(parts.next()?, 1..=2)?;
    let day = digits(parts.next()?, 1..=2)?;
    if parts.next().is_some() {
        return None;
    }
    Some((i32::try_from(year).ok()?, month, day))
}

struct ClockText<'a> {
    hour: u32,
    minute: u32,
    second: u32,
    millisecond: u32,
    offset: Option<&'a str>,
}

/// Cuts `10:20:30.123+03:00` into numbers; says nothing of their ranges.
fn split_time(time: &str) -> Option<ClockText<'_>> {
    let cut = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, offset) = (time.get(..cut)?, time.get(cut..)?);
    let mut parts = clock.split(':');
    let hour = digits(parts.next()?, 2..=2)?;
    let minute = digits(parts.next()?, 2..=2)?;
    let (second, fraction) = match parts.next() {
        Some(text) => text.split_once('.').unwrap_or((text, "0")),
        None => ("00", "0"),
    };
    if parts.next().is_some() || fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let padded: String = fraction.chars().chain("000".chars()).take(3).collect();
    Some(ClockText {
        hour,
        minute,
        second: digits(second, 2..=2)?,
        millisecond: digits(&padded, 3..=3)?,
        offset: if offset.is_empty() { None } else { Some(offset) },
    })
}

fn read_offset(text: &str) -> Option<FixedOffset> {
    if text == "Z" {
        return FixedOffset::east_opt(0);
    }
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let (hours, minutes) = (digits(hours, 2..=2)?, digits(minutes, 2..=2)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    FixedOffset::east_opt(sign * i32::try_from(hours * 3600 + minutes * 60).ok()?)
}

/// Reads a date or a date with time. `Ok(None)`: not a date at all; an error: a date that does not exist.
pub(crate) fn read_moment(text: &str, zone: FixedOffset) -> Result<Option<DateTime<FixedOffset>>, EvalError> {
    let text = text.trim();
    if !looks_like_date(text) {
        return Ok(read_script_date(text).map(|at| at.with_timezone(&zone)));
    }
    let found = split_date(text).and_then(|(date, time)| read_parts(date, time, zone));
    found.map(Some).ok_or(EvalError::NoSuchDate)
}

fn read_parts(date: &str, time: Option<&str>, zone: FixedOffset) -> Option<DateTime<FixedOffset>> {
    let (year, month, day) = date_numbers(date)?;
    let date = NaiveDate::from_ymd_opt(year, month, day)?;
    let Some(time) = time else { return at_zone(date.and_time(NaiveTime::MIN), zone) };
    let (clock, offset) = read_clock(time)?;
    let own = offset.unwrap_or(zone);
    Some(at_zone(date.and_time(clock), own)?.with_timezone(&zone))
}

fn read_clock(time: &str) -> Option<(NaiveTime, Option<FixedOffset>)> {
    let parts = split_time(time)?;
    let clock = NaiveTime::from_hms_milli_opt(parts.hour, parts.minute, parts.second, parts.millisecond)?;
    let offset = match parts.offset {
        Some(text) => Some(read_offset(text)?),
        None => None,
    };
    Some((clock, offset))
}

fn at_zone(local: NaiveDateTime, zone: FixedOffset) -> Option<DateTime<FixedOffset>> {
    zone.from_local_datetime(&local).single()
}

/// The form in which a browser's script writes a date: `Sun Nov 22 2026 00:11:32 GMT-0700 (…)`.
fn read_script_date(text: &str) -> Option<DateTime<FixedOffset>> {
    let head = text.split(" (").next()?;
    DateTime::parse_from_str(&head.replace("GMT", ""), "%a %b %d %Y %H:%M:%S %z").ok()
}

/// The share of the day that has passed at a time such as `06:00:00.000-07:00`; NaN when it is none.
pub(crate) fn decimal_time(text: &str, zone: FixedOffset) -> f64 {
    let text = text.trim();
    if looks_like_date(text) {
        return read_moment(text, zone)
            .ok()
            .flatten()
            .map_or(f64::NAN, |at| f64::from(millis_of(at.time())) / DAY_MS);
    }
    let Some((clock, offset)) = read_clock(text) else { return f64::NAN };
    let local = match offset {
        // The day itself does not matter: only the clock in our own zone does.
        Some(offset) => NaiveDate::from_ymd_opt(1970, 1, 2)
            .and_then(|day| at_zone(day.and_time(clock), offset))
            .map(|at| at.with_timezone(&zone).time()),
        None => Some(clock),
    };
    local.map_or(f64::NAN, |clock| f64::from(millis_of(clock)) / DAY_MS)
}

/// The time of day after a part of the day; nothing when it is none.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(crate) fn write_time(day: f64, zone: FixedOffset) -> String {
    if !(0.0..1.0).contains(&day) {
        return String::new();
    }
    let millis = (day * DAY_MS).round() as u32 % 86_400_000;
    let clock = NaiveTime::from_num_seconds_from_midnight_opt(millis / 1000, millis % 1000 * 1_000_000);
    clock.map(|clock| format!("{}{zone}", clock.format("%H:%M:%S%.3f"))).unwrap_or_default()
}

fn millis_of(clock: NaiveTime) -> u32 {
    clock.num_seconds_from_midnight() * 1000 + clock.nanosecond() / 1_000_000 % 1000
}

/// Writes a moment after a pattern of `%Y %y %m %n %b %d %e %a %H %h %M %S %3`.
pub(crate) fn format_moment(at: DateTime<FixedOffset>, pattern: &str) -> String {
    let mut out = String::new();
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        let directive = if character == '%' { characters.peek().copied() } else { None };
        let written = directive.and_then(|directive| write_directive(at, directive));
        match written {
            Some(text) => {
                out.push_str(&text);
                characters.next();
            }
            None => out.push(character),
        }
    }
    out
}

fn write_directive(at: DateTime<FixedOffset>, directive: char) -> Option<String> {
    let month = usize::try_from(at.month0()).ok()?;
    let weekday = usize::try_from(at.weekday().num_days_from_monday()).ok()?;
    Some(match directive {
        'Y' => format!("{:04}", at.year()),
        'y' => format!("{:02}", at.year().rem_euclid(100)),
        'm' => format!("{:02}", at.month()),
        'n' => at.month().to_string(),
        'b' => (*SHORT_MONTHS.get(month)?).to_owned(),
        'd' => format!("{:02}", at.day()),
        'e' => at.day().to_string(),
        'a' => (*SHORT_DAYS.get(weekday)?).to_owned(),
        'H' => format!("{:02}", at.hour()),
        'h' => at.hour().to_string(),
        'M' => format!("{:02}", at.minute()),
        'S' => format!("{:02}", at.second()),
        '3' => format!("{:03}", at.timestamp_subsec_millis()),
        _ => return None,
    })
}
