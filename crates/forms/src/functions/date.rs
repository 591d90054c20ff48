//! Functions on dates and times.

use super::{Outcome, argument};
use crate::error::EvalError;
use crate::evaluate::{Evaluator, Focus};
use crate::moment::{self, Moment, moment_from_days, read_moment};
use crate::syntax::Expr;
use crate::value::{Value, read_number};
use chrono::{DateTime, Datelike, Days, FixedOffset, Months, NaiveDate, NaiveTime, TimeZone};

/// The moment a value stands for, if it is one.
pub(super) fn moment_of(
    run: &Evaluator<'_>,
    value: &Value,
) -> Result<Option<DateTime<FixedOffset>>, EvalError> {
    match value {
        Value::Moment(moment) => Ok(moment.at),
        Value::Number(days) => Ok(moment_from_days(*days, run.zone()).at),
        Value::Boolean(_) => Ok(None),
        Value::Text(_) | Value::Nodes(_) => read_moment(&value.to_text(), run.zone()),
    }
}

/// The day that an argument stands for; `None` when it is blank or no date.
pub(super) fn day_at(
    run: &Evaluator<'_>,
    arguments: &[Expr],
    at: usize,
    focus: Focus,
    name: &'static str,
) -> Result<Option<NaiveDate>, EvalError> {
    let value = run.eval(argument(arguments, at, name)?, focus)?;
    Ok(moment_of(run, &value)?.map(|at| at.date_naive()))
}

/// A day as a value: midnight in the evaluation's zone.
pub(super) fn day_value(run: &Evaluator<'_>, day: Option<NaiveDate>) -> Value {
    let midnight = day.map(|day| day.and_time(NaiveTime::MIN));
    match midnight.and_then(|local| run.zone().from_local_datetime(&local).single()) {
        Some(at) => Value::Moment(Moment::new(Some(at))),
        None => Value::text(""),
    }
}

pub(super) fn today(run: &Evaluator<'_>, _: &[Expr], _: Focus) -> Outcome {
    Ok(day_value(run, Some(run.context.today())))
}

pub(super) fn now(run: &Evaluator<'_>, _: &[Expr], _: Focus) -> Outcome {
    Ok(Value::Moment(Moment::new(Some(run.context.now))))
}

/// `date(…)` and `date-time(…)`: of a text, or of days since 1970.
pub(super) fn date(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let value = run.eval(argument(arguments, 0, "date")?, focus)?;
    if matches!(value, Value::Boolean(_)) || (value.is_textual() && value.to_text().is_empty()) {
        return Ok(Value::text(""));
    }
    Ok(Value::Moment(Moment::new(moment_of(run, &value)?)))
}

/// `time(…)`: the time of day of a text or of a part of a day, written with milliseconds and zone.
pub(super) fn time(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let value = run.eval(argument(arguments, 0, "time")?, focus)?;
    let day = match &value {
        Value::Moment(moment) => {
            moment.at.map_or(f64::NAN, |_| moment::decimal_time(&moment.to_text(), run.zone()))
        }
        Value::Number(number) => number.rem_euclid(1.0),
        Value::Boolean(_) => f64::NAN,
        Value::Text(_) | Value::Nodes(_) => {
            let text = value.to_text();
            let number = read_number(text.trim());
            if number.is_nan() { moment::decimal_time(&text, run.zone()) } else { number.rem_euclid(1.0) }
        }
    };
    Ok(Value::Text(moment::write_time(day, run.zone())))
}

pub(super) fn decimal_date_time(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let value = run.eval(argument(arguments, 0, "decimal-date-time")?, focus)?;
    let at = moment_of(run, &value)?;
    // A number in a text is no date; other texts simply have no value.
    if at.is_none() && value.is_textual() && !read_number(value.to_text().trim()).is_nan() {
        return Err(EvalError::BadArgument { function: "decimal-date-time" });
    }
    Ok(Value::Number(Moment::new(at).days()))
}

pub(super) fn decimal_time(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let text = run.text(argument(arguments, 0, "decimal-time")?, focus)?;
    Ok(Value::Number(moment::decimal_time(&text, run.zone())))
}

pub(super) fn format_date(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let value = run.eval(argument(arguments, 0, "format-date")?, focus)?;
    let pattern = run.text(argument(arguments, 1, "format-date")?, focus)?;
    run.charge(pattern.len())?;
    let at = moment_of(run, &value)?;
    Ok(Value::text(at.map(|at| moment::format_moment(at, &pattern)).unwrap_or_default()))
}

/// `difference-in-months(a, b)`: the months completed from a to b; negative when b is earlier.
pub(super) fn difference_in_months(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let from = day_at(run, arguments, 0, focus, "difference-in-months")?;
    let to = day_at(run, arguments, 1, focus, "difference-in-months")?;
    let (Some(from), Some(to)) = (from, to) else { return Ok(Value::Number(f64::NAN)) };
    let months = if to >= from { months_between(from, to) } else { -months_between(to, from) };
    Ok(Value::Number(f64::from(months)))
}

/// Whole months from an earlier to a later day; a month that lacks the day ends at its last.
fn months_between(from: NaiveDate, to: NaiveDate) -> i32 {
    let months = (to.year() - from.year()) * 12 + i32::try_from(to.month()).unwrap_or(0)
        - i32::try_from(from.month()).unwrap_or(0);
    let reached = u32::try_from(months).ok().and_then(|count| from.checked_add_months(Months::new(count)));
    months - i32::from(reached.is_none_or(|day| day > to))
}

/// `add-date(date, n, unit)`: n days, months or years later; the day is held back to the month's last.
pub(super) fn add_date(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let Some(day) = day_at(run, arguments, 0, focus, "add-date")? else { return Ok(Value::text("")) };
    let count = run.number(argument(arguments, 1, "add-date")?, focus)?.trunc();
    if !count.is_finite() || count.abs() > 1_000_000.0 {
        return Ok(Value::text(""));
    }
    let unit = match arguments.get(2) {
        Some(unit) => run.text(unit, focus)?,
        None => "day".to_owned(),
    };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let size = count.abs() as u32;
    let months = match unit.trim() {
        "d" | "day" | "days" | "天" | "日" => None,
        "m" | "month" | "months" | "月" => Some(size),
        "y" | "year" | "years" | "年" => Some(size.saturating_mul(12)),
        _ => return Err(EvalError::BadArgument { function: "add-date" }),
    };
    let moved = match (months, count >= 0.0) {
        (Some(months), true) => day.checked_add_months(Months::new(months)),
        (Some(months), false) => day.checked_sub_months(Months::new(months)),
        (None, true) => day.checked_add_days(Days::new(u64::from(size))),
        (None, false) => day.checked_sub_days(Days::new(u64::from(size))),
    };
    Ok(day_value(run, moved.filter(|day| (0..=9999).contains(&day.year()))))
}
