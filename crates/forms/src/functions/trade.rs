//! Functions of the trade: identity numbers, bank cards, masking, working days.

use super::date::{day_at, day_value};
use super::{Outcome, argument};
use crate::citizen_id::{Holder, age_years, passes_luhn, read_citizen_id};
use crate::error::EvalError;
use crate::evaluate::{Evaluator, Focus};
use crate::syntax::Expr;
use crate::value::Value;

fn holder(
    run: &Evaluator<'_>,
    arguments: &[Expr],
    focus: Focus,
    name: &'static str,
) -> Result<Option<Holder>, EvalError> {
    let text = run.text(argument(arguments, 0, name)?, focus)?;
    Ok(read_citizen_id(&text, run.context.today()))
}

/// Whether a text is a citizen identity number of a person born by today.
pub(super) fn cn_id_valid(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    Ok(Value::Boolean(holder(run, arguments, focus, "cn-id-valid")?.is_some()))
}

/// The birth date in a valid number; nothing otherwise.
pub(super) fn cn_id_birthdate(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    Ok(day_value(run, holder(run, arguments, focus, "cn-id-birthdate")?.map(|holder| holder.birth)))
}

/// The sex in a valid number, as GB/T 2261.1 writes it: 1 male, 2 female; nothing otherwise.
pub(super) fn cn_id_sex(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let holder = holder(run, arguments, focus, "cn-id-sex")?;
    Ok(Value::text(holder.map_or("", |holder| if holder.male { "1" } else { "2" })))
}

/// The completed years of life today, or on a given day; nothing when the number is not valid.
pub(super) fn cn_id_age(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let Some(holder) = holder(run, arguments, focus, "cn-id-age")? else { return Ok(Value::text("")) };
    let day = match arguments.get(1) {
        Some(_) => day_at(run, arguments, 1, focus, "cn-id-age")?,
        None => Some(run.context.today()),
    };
    match day.filter(|day| *day >= holder.birth) {
        Some(day) => Ok(Value::Number(f64::from(age_years(holder.birth, day)))),
        None => Ok(Value::text("")),
    }
}

/// Whether a bank card number passes Luhn's check. Passbook accounts need not: a form should only warn.
pub(super) fn luhn_valid(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let text = run.text(argument(arguments, 0, "luhn-valid")?, focus)?;
    Ok(Value::Boolean(passes_luhn(&text)))
}

/// `mask(text, front, back)`: all but the first and last characters as stars. Without numbers, 3 and 4 of a
/// telephone number, 4 and 4 of longer ones, and the first of anything short.
pub(super) fn mask(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let text = run.text(argument(arguments, 0, "mask")?, focus)?;
    let length = text.chars().count();
    let (mut front, mut back) = match length {
        11 => (3, 4),
        12.. => (4, 4),
        0..=10 => (1, 0),
    };
    if let Some(given) = arguments.get(1) {
        (front, back) = (count_of(run.number(given, focus)?), 0);
    }
    if let Some(given) = arguments.get(2) {
        back = count_of(run.number(given, focus)?);
    }
    // What is asked to be masked is never shown whole.
    if front.saturating_add(back) >= length {
        (front, back) = (0, 0);
    }
    let masked = text
        .chars()
        .enumerate()
        .map(|(at, character)| if at < front || at >= length - back { character } else { '*' });
    Ok(Value::Text(masked.collect()))
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn count_of(number: f64) -> usize {
    // The cast saturates, and takes NaN and negatives for 0.
    number as usize
}

/// `workdays-between(a, b)`: the working days after a up to and including b.
pub(super) fn workdays_between(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let from = day_at(run, arguments, 0, focus, "workdays-between")?;
    let to = day_at(run, arguments, 1, focus, "workdays-between")?;
    let (Some(from), Some(to)) = (from, to) else { return Ok(Value::Number(f64::NAN)) };
    run.charge(usize::try_from((to - from).num_days().abs() / 16).unwrap_or(usize::MAX))?;
    let days = run.context.calendar.workdays_between(from, to).and_then(|days| i32::try_from(days).ok());
    Ok(Value::Number(days.map_or(f64::NAN, f64::from)))
}

/// `add-workdays(a, n)`: the n-th working day after a.
pub(super) fn add_workdays(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let from = day_at(run, arguments, 0, focus, "add-workdays")?;
    let count = run.number(argument(arguments, 1, "add-workdays")?, focus)?.trunc();
    if !count.is_finite() || count.abs() > 10_000.0 {
        return Ok(Value::text(""));
    }
    #[allow(clippy::cast_possible_truncation)]
    let count = count as i64;
    run.charge(usize::try_from(count.abs() / 8).unwrap_or(usize::MAX))?;
    Ok(day_value(run, from.and_then(|from| run.context.calendar.add_workdays(from, count))))
}
