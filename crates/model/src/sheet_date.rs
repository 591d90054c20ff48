//! Days as they stand in sheets: a date cell, Excel's count of days, or one of the ways that clerks write them.

use chrono::{Days, NaiveDate};

use crate::identity::fold_full_width;
use crate::roster::RosterCell;
use crate::roster::cell::tidy_text;

/// Longer texts are no dates.
const LONGEST_CHARS: usize = 40;
/// Excel's day 0, for every day after February 1900.
const DAY_ZERO: NaiveDate = match NaiveDate::from_ymd_opt(1899, 12, 30) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// The day in a cell: 2026-12-31, 2026/12/31, 2026.12.31, 2026年12月31日, 20261231, with a time of day or without, or the
/// number by which Excel knows it. A month alone (2026年12月, 202612) is its last day. `None` where it is none.
#[must_use]
pub fn read_day(cell: &RosterCell) -> Option<NaiveDate> {
    let text: String = tidy_text(cell).chars().map(fold_full_width).collect();
    if text.chars().count() > LONGEST_CHARS {
        return None;
    }
    let plain = text.trim_start_matches('\'').trim();
    if cell.numeric {
        // A number may carry a fraction: the time of day, or nothing.
        let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
        let is_whole = fraction.chars().all(|sign| sign == '0');
        return match whole.len() {
            6 | 8 if is_whole => of_digits(whole),
            1..=6 => of_serial(whole),
            _ => None,
        };
    }
    if plain.bytes().all(|sign| sign.is_ascii_digit()) {
        return of_digits(plain);
    }
    let day = without_time(plain);
    let day: String = day.chars().filter(|sign| !sign.is_whitespace()).collect();
    let signs = ['年', '月', '-', '/', '.', '—', '–'];
    let parts: Vec<&str> = day.trim_end_matches(['日', '号']).split(signs).collect();
    // 2026年12月 leaves an empty part behind its last sign.
    let parts = match parts.as_slice() {
        [parts @ .., ""] => parts,
        parts => parts,
    };
    let is_number =
        |part: &&str| (1..=4).contains(&part.len()) && part.bytes().all(|sign| sign.is_ascii_digit());
    if !parts.iter().all(is_number) {
        return None;
    }
    let number = |part: &str| part.parse::<u32>().ok();
    match parts {
        [year, month, day] if year.len() == 4 => of_numbers(number(year)?, number(month)?, number(day)?),
        [year, month] if year.len() == 4 => last_of_month(number(year)?, number(month)?),
        _ => None,
    }
}

/// The text before a time of day: `2026-12-31 00:00:00`, `2026-12-31T00:00:00`.
fn without_time(text: &str) -> &str {
    match text.split_once(['T', ' ']) {
        Some((day, time)) if time.contains(':') && time.chars().all(|sign| !sign.is_alphabetic()) => day,
        _ => text,
    }
}

fn of_digits(digits: &str) -> Option<NaiveDate> {
    let part = |from: usize, to: usize| digits.get(from..to)?.parse::<u32>().ok();
    match digits.len() {
        8 => of_numbers(part(0, 4)?, part(4, 6)?, part(6, 8)?),
        6 => last_of_month(part(0, 4)?, part(4, 6)?),
        _ => None,
    }
}

fn of_numbers(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

fn last_of_month(year: u32, month: u32) -> Option<NaiveDate> {
    let (next_year, next_month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    of_numbers(year, month, 1)?;
    of_numbers(next_year, next_month, 1)?.pred_opt()
}

fn of_serial(days: &str) -> Option<NaiveDate> {
    DAY_ZERO.checked_add_days(Days::new(days.parse().ok()?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use proptest::prelude::*;

    fn numeric(text: &str) -> RosterCell {
        RosterCell { text: text.into(), numeric: true, rounded: false }
    }

    #[test]
    fn a_day_is_read_however_it_is_written() {
        for text in [
            "2026-12-31",
            "2026/12/31",
            "2026.12.31",
            "2026年12月31日",
            "2026 年 12 月 31 日",
            "２０２６－１２－３１",
            "2026-12-31 00:00:00",
            "2026-12-31T08:30:00",
            "20261231",
            " '2026-12-31 ",
            "2026年12月",
            "2026-12",
            "2026.12",
            "202612",
            "2026年12月31号",
        ] {
            let day = read_day(&RosterCell::text(text));
            assert_eq!(day.map(|day| day.to_string()).as_deref(), Some("2026-12-31"), "{text}");
        }
        for text in ["46387", "46387.0", "46387.5", "20261231", "202612"] {
            let day = read_day(&numeric(text));
            assert_eq!(day.map(|day| day.to_string()).as_deref(), Some("2026-12-31"), "{text}");
        }
        assert_eq!(read_day(&RosterCell::text("2026-3-5")).unwrap().to_string(), "2026-03-05");
        assert_eq!(read_day(&RosterCell::text("2028年2月")).unwrap().to_string(), "2028-02-29");
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in [
            "",
            "无",
            "年底",
            "2026-02-30",
            "2026-13",
            "2026-00-10",
            "31/12/2026",
            "26.12.31",
            "2026",
            "46387",
            "2026-12-31-1",
            "2026年12月31日前",
            "12月31日",
            "T",
            ":",
            "2026--1",
            "99999999",
            "000000",
        ] {
            assert_eq!(read_day(&RosterCell::text(text)), None, "{text}");
        }
        for text in ["", "20261340", "1e9", "-5", "123456789012"] {
            assert_eq!(read_day(&numeric(text)), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn reading_any_text_never_panics(text in "[0-9年月日.:/ T’'-]{0,14}|\\PC{0,50}", numeric in any::<bool>()) {
            let _ = read_day(&RosterCell { text, numeric, rounded: false });
        }

        #[test]
        fn every_day_is_read_back(count in 36526u64..73050) {
            let day = DAY_ZERO.checked_add_days(Days::new(count)).unwrap();
            let ways = [format!("{day}"), day.format("%Y年%-m月%-d日").to_string(), day.format("%Y%m%d").to_string()];
            for text in ways {
                prop_assert_eq!(read_day(&RosterCell::text(text)), Some(day));
            }
            prop_assert_eq!(read_day(&numeric(&count.to_string())), Some(day));
        }
    }
}
