//! Whether an answer is acceptable for its type, and the words to say so.

use crate::form::{Item, Kind};
use crate::moment::{looks_like_date, read_moment};
use crate::place::{is_closed, read_place, read_places};
use crate::value::read_number;
use chrono::{FixedOffset, NaiveDate, NaiveTime};

/// The longest answer, in characters.
pub(crate) const MAX_ANSWER_CHARS: usize = 20_000;

/// The engine's own messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Integer,
    Decimal,
    Date,
    Time,
    DateTime,
    Choice,
    Acknowledge,
    Digest,
    Range,
    Place,
    Line,
    Shape,
    Constraint,
    Required,
}

impl Fault {
    pub(crate) fn message(self, english: bool) -> &'static str {
        let (zh, en) = match self {
            Self::Integer => ("请填写整数", "enter a whole number"),
            Self::Decimal => ("请填写数字", "enter a number"),
            Self::Date => ("请填写存在的日期，如 2026-03-05", "enter a date that exists, such as 2026-03-05"),
            Self::Time => ("请填写时间，如 14:30", "enter a time, such as 14:30"),
            Self::DateTime => ("请填写日期和时间", "enter a date and time"),
            Self::Choice => {
                ("所选的项不在现有选项中，请重新选择", "this choice is not on offer; choose again")
            }
            Self::Acknowledge => ("请勾选确认", "tick the box to confirm"),
            Self::Digest => {
                ("图片或文件未正确保存，请重新添加", "the picture or file was not stored; add it again")
            }
            Self::Range => ("数值不在允许的范围或步长内", "the number is not within the bounds or on a step"),
            Self::Place => {
                ("请填写“纬度 经度”，如 30.39 114.89", "enter latitude and longitude, such as 30.39 114.89")
            }
            Self::Line => (
                "请填写至少两个“纬度 经度”，用分号隔开",
                "enter two places or more, latitude and longitude each, divided by semicolons",
            ),
            Self::Shape => (
                "请填写至少三个“纬度 经度”，用分号隔开，末点与首点相同",
                "enter three places or more divided by semicolons, the last the same as the first",
            ),
            Self::Constraint => ("填写的内容不符合要求", "the answer does not meet the condition"),
            Self::Required => ("这一项必须填写", "this must be answered"),
        };
        if english { en } else { zh }
    }
}

/// Brings an answer into its plain form: numbers and dates trimmed, with plain digits; identity numbers in upper
/// case and mobile numbers without country code, as registers hold them.
pub(crate) fn tidy(item: &Item, value: &str) -> String {
    let looks = |word: &str| item.appearance.split_whitespace().any(|one| one == word);
    match item.kind {
        Kind::Text if looks("id-number") => tidy_id_number(value),
        Kind::Text if looks("phone") => tidy_phone(value),
        Kind::Text | Kind::Hidden | Kind::Calculate => value.to_owned(),
        Kind::Integer => {
            let text: String = value.trim().chars().map(plain_character).collect();
            // `007` is 7; what is no whole number, or too long a one, stays to be told.
            let number = if text.len() <= 18 { text.parse::<i64>().ok() } else { None };
            number.map_or(text, |number| number.to_string())
        }
        Kind::Decimal | Kind::Range | Kind::Date | Kind::Time | Kind::DateTime => {
            value.trim().chars().map(plain_character).collect()
        }
        Kind::SelectMultiple | Kind::Rank | Kind::Geopoint => {
            value.split_whitespace().collect::<Vec<_>>().join(" ")
        }
        _ => value.trim().to_owned(),
    }
}

fn tidy_id_number(value: &str) -> String {
    let letters = value.chars().filter(|c| !c.is_whitespace());
    letters
        .map(|c| if matches!(c, 'Ｘ' | 'ｘ') { 'X' } else { plain_character(c).to_ascii_uppercase() })
        .collect()
}

/// A mobile number without blanks, hyphens and country code; anything else merely trimmed.
fn tidy_phone(value: &str) -> String {
    let trimmed = value.trim().chars().map(plain_character).collect::<String>();
    let digits: String = trimmed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let bare = digits.strip_prefix("+86").or_else(|| digits.strip_prefix("0086")).unwrap_or(&digits);
    let mobile = bare.len() == 11 && bare.starts_with('1') && bare.bytes().all(|b| b.is_ascii_digit());
    if mobile { bare.to_owned() } else { trimmed }
}

/// A full-width digit, point or sign as the plain one.
fn plain_character(character: char) -> char {
    match character {
        '０'..='９' | '．' | '－' | '：' => {
            u32::from(character).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(character)
        }
        other => other,
    }
}

/// What is wrong with a value that was given for a kind of question.
pub(crate) fn find_fault(item: &Item, value: &str, zone: FixedOffset) -> Option<Fault> {
    let (good, fault) = match item.kind {
        Kind::Range => {
            let number = if value.len() <= 30 { read_number(value) } else { f64::NAN };
            (item.bounds.is_none_or(|bounds| bounds.holds(number)), Fault::Range)
        }
        Kind::Geopoint => (read_place(value).is_some(), Fault::Place),
        Kind::Geotrace => (read_places(value).is_some_and(|places| places.len() >= 2), Fault::Line),
        Kind::Geoshape => (read_places(value).is_some_and(|places| is_closed(&places)), Fault::Shape),
        Kind::Integer => {
            (value.trim_start_matches('-').len() <= 18 && value.parse::<i64>().is_ok(), Fault::Integer)
        }
        Kind::Decimal => {
            (value.len() <= 30 && !value.contains('e') && read_number(value).is_finite(), Fault::Decimal)
        }
        Kind::Date => {
            (value.len() == 10 && NaiveDate::parse_from_str(value, "%Y-%m-%d").is_ok(), Fault::Date)
        }
        Kind::Time => (is_time(value), Fault::Time),
        Kind::DateTime => {
            (looks_like_date(value) && matches!(read_moment(value, zone), Ok(Some(_))), Fault::DateTime)
        }
        Kind::Acknowledge => (value == "OK", Fault::Acknowledge),
        Kind::Image | Kind::Audio | Kind::Video | Kind::File => {
            let plain = value.chars().all(|c| !c.is_whitespace() && !c.is_control());
            (plain && value.len() <= 200, Fault::Digest)
        }
        _ => (true, Fault::Constraint),
    };
    if good { None } else { Some(fault) }
}

fn is_time(value: &str) -> bool {
    let clock = value.get(..5).unwrap_or(value);
    NaiveTime::parse_from_str(clock, "%H:%M").is_ok()
        && value.len() <= 18
        && value.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | '+' | '-' | 'Z'))
}
