//! The parameters column: `start=0 end=10 step=0.5`, `randomize=true seed=${q}`, `value=code label=name`.

use crate::form::Kind;
use crate::value::read_number;
use std::collections::BTreeMap;

/// Parameters by name.
pub(crate) type Parameters = BTreeMap<String, String>;

/// What is wrong with a parameters cell, in Chinese and English.
pub(crate) type Complaint = (String, String);

/// Names whose values are kept in capitals and small letters as written.
const AS_WRITTEN: &[&str] = &["value", "label", "seed", "app", "placeholder", "tick_labelset"];

/// Reads a cell of `name=value` pairs, divided by blanks, commas or semicolons.
pub(crate) fn read_parameters(text: &str) -> Result<Parameters, Complaint> {
    let wrong = || {
        (
            "参数应写成 名称=值 的形式，用空格分开".to_owned(),
            "parameters are written name=value, divided by blanks".to_owned(),
        )
    };
    let spaced = text.replace([',', ';', '，', '；'], " ");
    // Blanks round the sign belong to no name or value.
    let joined = spaced.split('=').map(str::trim).collect::<Vec<_>>().join("=");
    let mut found = Parameters::new();
    for pair in joined.split_whitespace() {
        let (name, value) = pair.split_once('=').ok_or_else(wrong)?;
        if name.is_empty() || value.is_empty() || value.contains('=') {
            return Err(wrong());
        }
        let name = name.to_ascii_lowercase();
        let value =
            if AS_WRITTEN.contains(&name.as_str()) { value.to_owned() } else { value.to_ascii_lowercase() };
        found.insert(name, value);
    }
    Ok(found)
}

/// The names a kind of question knows.
fn known_names(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Range => &["start", "end", "step", "tick_interval", "placeholder", "tick_labelset"],
        Kind::Text => &["rows", "incremental"],
        Kind::SelectOne | Kind::SelectMultiple | Kind::Rank => &["randomize", "seed", "value", "label"],
        Kind::Image => &["max-pixels", "app"],
        Kind::Audio | Kind::Hidden => &["quality"],
        Kind::Geopoint => &[
            "allow-mock-accuracy",
            "capture-accuracy",
            "warning-accuracy",
            "reference-geometry",
            "incremental",
        ],
        Kind::Geotrace | Kind::Geoshape => &["allow-mock-accuracy", "incremental", "reference-geometry"],
        _ => &[],
    }
}

/// Whether a kind of question has parameters at all.
pub(crate) fn knows_parameters(kind: Kind) -> bool {
    !known_names(kind).is_empty()
}

/// What is wrong with a kind of question's parameters.
pub(crate) fn check_parameters(kind: Kind, given: &Parameters) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let mut complain = |name: &str, zh: &str, en: &str| {
        complaints.push((format!("参数 {name} {zh}"), format!("the parameter {name} {en}")));
    };
    for (name, value) in given {
        if !known_names(kind).contains(&name.as_str()) {
            complain(name, "不适用于这类题目", "is not one of this type's");
            continue;
        }
        let whole = || value.parse::<u32>().is_ok();
        let truth = || matches!(value.as_str(), "true" | "false");
        let number = || read_number(value).is_finite();
        match name.as_str() {
            "rows" | "max-pixels" if !whole() => complain(name, "应为整数", "must be a whole number"),
            "randomize" | "allow-mock-accuracy" | "incremental" if !truth() => {
                complain(name, "只能是 true 或 false", "must be true or false");
            }
            "start" | "end" | "step" | "tick_interval" | "capture-accuracy" | "warning-accuracy"
                if !number() =>
            {
                complain(name, "应为数字", "must be a number");
            }
            "step" | "tick_interval" if read_number(value) == 0.0 => {
                complain(name, "不能是 0", "must not be 0");
            }
            "seed" if !number() && !value.starts_with("${") => {
                complain(name, "应为数字或 ${字段}", "must be a number or ${name}");
            }
            "seed" if !given.contains_key("randomize") => {
                complain(name, "要与 randomize=true 一起用", "needs randomize=true");
            }
            "quality" if !matches!(value.as_str(), "voice-only" | "low" | "normal" | "external") => {
                complain(name, "只能是 voice-only、low、normal、external", "is none of the known ones");
            }
            _ => {}
        }
    }
    if kind == Kind::Range && complaints.is_empty() {
        let bounds = Bounds::of(given);
        if bounds.step > (bounds.end - bounds.start).abs() {
            complaints.push((
                "参数 step 不能大于 start 与 end 之差".to_owned(),
                "the parameter step is larger than the range".to_owned(),
            ));
        }
    }
    complaints
}

/// The bounds of a range and its step; a range without parameters goes from 1 to 10 by 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) start: f64,
    pub(crate) end: f64,
    pub(crate) step: f64,
    /// All three are whole: so are the answers.
    pub(crate) whole: bool,
}

impl Bounds {
    pub(crate) fn of(given: &Parameters) -> Self {
        let text = |name: &str, otherwise: &'static str| given.get(name).map_or(otherwise, String::as_str);
        let texts = [text("start", "1"), text("end", "10"), text("step", "1")];
        let [start, end, step] = texts.map(read_number);
        let whole = texts.iter().all(|text| !text.contains('.') || read_number(text) == 0.0);
        Self { start, end, step: step.abs(), whole }
    }

    /// Whether a number lies within the bounds, a whole number of steps from the start.
    pub(crate) fn holds(&self, number: f64) -> bool {
        let (least, most) =
            if self.start <= self.end { (self.start, self.end) } else { (self.end, self.start) };
        if !(least..=most).contains(&number) {
            return false;
        }
        let steps = (number - self.start) / self.step;
        (steps - steps.round()).abs() < 1e-9 * steps.abs().max(1.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn pairs_are_read_whatever_divides_them() {
        let found = read_parameters(" Start = 0, end=10;step=0.5 ").unwrap();
        assert_eq!(found.get("start").map(String::as_str), Some("0"));
        assert_eq!(found.len(), 3);
        assert_eq!(read_parameters("value=Code").unwrap()["value"], "Code");
        for wrong in ["start", "start=", "=1", "a=b=c"] {
            assert!(read_parameters(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_a_type_does_not_take_is_told() {
        let check = |kind, text: &str| check_parameters(kind, &read_parameters(text).unwrap()).len();
        assert_eq!(check(Kind::Range, "start=0 end=10 step=2"), 0);
        assert_eq!(check(Kind::Range, "start=a step=0 rows=1"), 3);
        assert_eq!(check(Kind::SelectOne, "randomize=true seed=${q}"), 0);
        assert_eq!(check(Kind::SelectOne, "seed=1"), 1);
        assert_eq!(check(Kind::SelectOne, "randomize=maybe"), 1);
        assert_eq!(check(Kind::Text, "rows=3"), 0);
        assert_eq!(check(Kind::Text, "rows=three"), 1);
        assert_eq!(check(Kind::Range, "start=1 end=2 step=5"), 1);
        assert!(!knows_parameters(Kind::Date));
    }

    #[test]
    fn a_range_holds_its_steps() {
        let bounds = Bounds::of(&read_parameters("start=-1 end=1 step=0.1").unwrap());
        assert!(bounds.holds(0.3) && bounds.holds(-1.0) && bounds.holds(1.0));
        assert!(!bounds.holds(0.25) && !bounds.holds(1.1));
        assert!(!bounds.whole);
        let down = Bounds::of(&read_parameters("start=10 end=0 step=-5").unwrap());
        assert!(down.holds(5.0) && !down.holds(4.0) && down.whole);
    }
}
