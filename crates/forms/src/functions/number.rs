//! Functions on numbers.

use super::{Outcome, argument};
use crate::evaluate::{Evaluator, Focus};
use crate::moment::{Moment, read_moment};
use crate::syntax::Expr;
use crate::value::Value;

/// A function of one number.
macro_rules! of_one_number {
    ($($name:ident => $compute:expr;)*) => {$(
        pub(super) fn $name(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
            let compute: fn(f64) -> f64 = $compute;
            Ok(Value::Number(compute(run.number(argument(arguments, 0, stringify!($name))?, focus)?)))
        }
    )*};
}

of_one_number! {
    abs => f64::abs;
    acos => f64::acos;
    asin => f64::asin;
    atan => f64::atan;
    ceiling => f64::ceil;
    cos => f64::cos;
    exp => f64::exp;
    exp10 => |power| 10_f64.powf(power);
    floor => f64::floor;
    int => f64::trunc;
    log => f64::ln;
    log10 => f64::log10;
    sin => f64::sin;
    sqrt => f64::sqrt;
    tan => f64::tan;
}

pub(super) fn atan2(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let y = run.number(argument(arguments, 0, "atan2")?, focus)?;
    Ok(Value::Number(y.atan2(run.number(argument(arguments, 1, "atan2")?, focus)?)))
}

pub(super) fn pow(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let base = run.number(argument(arguments, 0, "pow")?, focus)?;
    Ok(Value::Number(base.powf(run.number(argument(arguments, 1, "pow")?, focus)?)))
}

pub(super) fn pi(_: &Evaluator<'_>, _: &[Expr], _: Focus) -> Outcome {
    Ok(Value::Number(std::f64::consts::PI))
}

pub(super) fn random(run: &Evaluator<'_>, _: &[Expr], _: Focus) -> Outcome {
    Ok(Value::Number(run.tools.chance.unit()))
}

/// `number()`: the text of a date counts as its days; written out it is the whole number of them.
pub(super) fn number(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let value = match arguments.first() {
        Some(given) => run.eval(given, focus)?,
        None => Value::Text(run.text_of(focus.node)),
    };
    if value.is_textual()
        && let Some(at) = read_moment(&value.to_text(), run.zone())?
    {
        return Ok(Value::Moment(Moment { at: Some(at), counted: true }));
    }
    Ok(Value::Number(value.to_number(run.zone())))
}

/// `round(value, decimals)`: a half is rounded away from zero, as money is.
pub(super) fn round(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let given = run.eval(argument(arguments, 0, "round")?, focus)?;
    // A decimal comma is read here, as JavaRosa reads it.
    let value = match &given {
        Value::Text(text) if text.matches(',').count() == 1 => {
            Value::text(text.replace(',', ".")).to_number(run.zone())
        }
        other => other.to_number(run.zone()),
    };
    let decimals = match arguments.get(1) {
        Some(decimals) => run.number(decimals, focus)?.trunc(),
        None => 0.0,
    };
    if decimals.is_nan() || !value.is_finite() {
        return Ok(Value::Number(if decimals.is_nan() { f64::NAN } else { value }));
    }
    let factor = 10_f64.powf(decimals.clamp(-30.0, 30.0));
    let shifted = value.abs() * factor;
    // 2.15 × 10 is 21.499999999999996 in binary: what a person wrote as a half is a half.
    let nudged = (shifted + shifted * f64::EPSILON * 2.0 + 0.5).floor();
    let rounded = if shifted.is_finite() && nudged.is_finite() { nudged / factor } else { value.abs() };
    Ok(Value::Number(rounded.copysign(value)))
}

/// The numbers of all arguments, node-sets giving one each.
fn all_numbers(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Result<Vec<f64>, crate::EvalError> {
    let mut numbers = Vec::new();
    for given in arguments {
        match run.eval(given, focus)? {
            Value::Nodes(set) => {
                numbers.extend(set.texts().map(|text| Value::text(text).to_number(run.zone())));
            }
            other => numbers.push(other.to_number(run.zone())),
        }
    }
    run.charge(numbers.len())?;
    Ok(numbers)
}

fn most(numbers: &[f64], better: fn(f64, f64) -> bool) -> Value {
    let mut best = f64::NAN;
    for number in numbers {
        if number.is_nan() {
            return Value::Number(f64::NAN);
        }
        if best.is_nan() || better(*number, best) {
            best = *number;
        }
    }
    Value::Number(best)
}

pub(super) fn max(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    Ok(most(&all_numbers(run, arguments, focus)?, |number, best| number > best))
}

pub(super) fn min(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    Ok(most(&all_numbers(run, arguments, focus)?, |number, best| number < best))
}

pub(super) fn sum(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    // A single value that is no node-set is refused, as XPath says.
    let nodes = run.nodes(argument(arguments, 0, "sum")?, focus)?;
    run.charge(nodes.len())?;
    let numbers = nodes.into_iter().map(|node| Value::Text(run.text_of(node)).to_number(run.zone()));
    // Starting at plain zero: an empty float sum would be minus zero.
    Ok(Value::Number(numbers.fold(0.0, |total, number| total + number)))
}
