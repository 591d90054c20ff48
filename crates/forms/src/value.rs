//! The values that expressions have, and XPath 1.0's conversions between them.

use crate::instance::NodeRef;
use crate::moment::{Moment, looks_like_date, read_moment};
use chrono::FixedOffset;

/// The value of an expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// True or false.
    Boolean(bool),
    /// A number; may be NaN or infinite.
    Number(f64),
    /// A text.
    Text(String),
    /// A date, or a date with time.
    Moment(Moment),
    /// Nodes of a form, in order.
    Nodes(NodeSet),
}

/// Nodes of a form with the texts that they held when they were looked up.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NodeSet {
    pub(crate) nodes: Vec<(NodeRef, String)>,
    /// There are nodes, but none is asked at present: compared, they are blank; counted, they are none.
    pub(crate) blank: bool,
}

impl NodeSet {
    pub(crate) fn of(nodes: Vec<(NodeRef, String)>) -> Self {
        Self { nodes, blank: false }
    }

    fn first_text(&self) -> &str {
        self.nodes.first().map_or("", |(_, text)| text)
    }

    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.nodes.iter().map(|(_, text)| text.as_str())
    }
}

impl Value {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// XPath's `boolean()`.
    #[must_use]
    pub fn to_boolean(&self) -> bool {
        match self {
            Self::Boolean(value) => *value,
            Self::Number(value) => *value != 0.0 && !value.is_nan(),
            Self::Text(text) => !text.is_empty(),
            Self::Moment(moment) => moment.at.is_some(),
            Self::Nodes(nodes) => !nodes.nodes.is_empty(),
        }
    }

    /// XPath's `number()`; a date or the text of one is its days since 1970-01-01T00:00Z, a bare date being midnight
    /// in `zone`.
    #[must_use]
    pub fn to_number(&self, zone: FixedOffset) -> f64 {
        match self {
            Self::Boolean(value) => f64::from(u8::from(*value)),
            Self::Number(value) => *value,
            Self::Text(text) => number_of_text(text, zone),
            Self::Moment(moment) => moment.days(),
            Self::Nodes(nodes) => number_of_text(nodes.first_text(), zone),
        }
    }

    /// XPath's `string()`.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Boolean(value) => value.to_string(),
            Self::Number(value) => write_number(*value),
            Self::Text(text) => text.clone(),
            Self::Moment(moment) => moment.to_text(),
            Self::Nodes(nodes) => nodes.first_text().to_owned(),
        }
    }

    /// The text to store as an answer: no number and no date is no answer.
    pub(crate) fn to_answer(&self) -> String {
        match self {
            Self::Number(value) if value.is_nan() => String::new(),
            Self::Moment(moment) if moment.at.is_none() => String::new(),
            other => other.to_text(),
        }
    }

    /// Whether the value is a text or nodes that hold text.
    pub(crate) fn is_textual(&self) -> bool {
        matches!(self, Self::Text(_) | Self::Nodes(_))
    }
}

fn number_of_text(text: &str, zone: FixedOffset) -> f64 {
    let trimmed = text.trim_matches([' ', '\t', '\n', '\r']);
    if looks_like_date(trimmed) {
        return read_moment(trimmed, zone).ok().flatten().map_or(f64::NAN, |at| Moment::new(Some(at)).days());
    }
    read_number(trimmed)
}

/// XPath's Number with an optional minus. A negative exponent is read too: other engines write tiny numbers so.
pub(crate) fn read_number(text: &str) -> f64 {
    let (mantissa, exponent) = text.split_once("e-").map_or((text, None), |(m, e)| (m, Some(e)));
    if exponent.is_some_and(|e| e.is_empty() || e.len() > 3 || !e.bytes().all(|b| b.is_ascii_digit())) {
        return f64::NAN;
    }
    let unsigned = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let has_digit = unsigned.bytes().any(|b| b.is_ascii_digit());
    let plain = unsigned.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if !has_digit || !plain || unsigned.bytes().filter(|b| *b == b'.').count() > 1 {
        return f64::NAN;
    }
    text.parse().unwrap_or(f64::NAN)
}

/// XPath's way to write a number: no exponent, no `.0`, no minus before zero.
pub(crate) fn write_number(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() }
    } else if value == 0.0 {
        "0".to_owned()
    } else {
        format!("{value}")
    }
}

/// A comparison or equality sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Numbers closer than this are equal: sums of decimal fractions should equal what a person would write.
const CLOSE: f64 = 1e-12;

/// XPath 1.0 §3.4: node-sets compare by existence, then booleans, numbers and texts.
pub(crate) fn compare(left: &Value, sign: Comparison, right: &Value, zone: FixedOffset) -> bool {
    match (left, right) {
        (Value::Nodes(nodes), Value::Boolean(_)) => {
            compare_simple(&Value::Boolean(!nodes.nodes.is_empty()), sign, right, zone)
        }
        (Value::Boolean(_), Value::Nodes(nodes)) => {
            compare_simple(left, sign, &Value::Boolean(!nodes.nodes.is_empty()), zone)
        }
        (Value::Nodes(nodes), other) if nodes.blank => compare(&Value::text(""), sign, other, zone),
        (other, Value::Nodes(nodes)) if nodes.blank => compare(other, sign, &Value::text(""), zone),
        (Value::Nodes(nodes), other) => {
            nodes.texts().any(|text| compare(&Value::text(text), sign, other, zone))
        }
        (other, Value::Nodes(nodes)) => {
            nodes.texts().any(|text| compare_simple(other, sign, &Value::text(text), zone))
        }
        _ => compare_simple(left, sign, right, zone),
    }
}

fn compare_simple(left: &Value, sign: Comparison, right: &Value, zone: FixedOffset) -> bool {
    match sign {
        Comparison::Equal => equals(left, right, zone),
        Comparison::NotEqual => !equals(left, right, zone),
        Comparison::Less => left.to_number(zone) < right.to_number(zone),
        Comparison::LessOrEqual => left.to_number(zone) <= right.to_number(zone),
        Comparison::Greater => left.to_number(zone) > right.to_number(zone),
        Comparison::GreaterOrEqual => left.to_number(zone) >= right.to_number(zone),
    }
}

fn equals(left: &Value, right: &Value, zone: FixedOffset) -> bool {
    match (left, right) {
        (Value::Boolean(_), _) | (_, Value::Boolean(_)) => left.to_boolean() == right.to_boolean(),
        (Value::Number(_) | Value::Moment(_), _) | (_, Value::Number(_) | Value::Moment(_)) => {
            let (left, right) = (left.to_number(zone), right.to_number(zone));
            left == right || (left - right).abs() < CLOSE
        }
        _ => {
            let (left, right) = (left.to_text(), right.to_text());
            // The same instant may be written with and without its time.
            left == right
                || (looks_like_date(&left)
                    && looks_like_date(&right)
                    && number_of_text(&left, zone) == number_of_text(&right, zone))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_and_written_as_xpath_says() {
        for (text, number) in [("1", 1.0), ("-0.5", -0.5), (".5", 0.5), ("5.", 5.0), ("7.9e-12", 7.9e-12)] {
            assert!((read_number(text) - number).abs() < 1e-15, "{text}");
        }
        for text in ["", ".", "-", "+1", "1e6", "1.1.1", "Infinity", "- 1", "1a", "e-2", "0x1"] {
            assert!(read_number(text).is_nan(), "{text}");
        }
        assert_eq!(write_number(1.0e21), "1000000000000000000000");
        assert_eq!(write_number(-0.0), "0");
        assert_eq!(write_number(-0.1), "-0.1");
    }
}
