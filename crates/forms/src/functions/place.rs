//! Functions on places: lengths, areas, and whether one lies within another.

use super::{Outcome, argument};
use crate::error::EvalError;
use crate::evaluate::{Evaluator, Focus};
use crate::place::{self, Place, read_place, read_places};
use crate::syntax::Expr;
use crate::value::Value;

/// The places of an argument: of one answer, or of the answers of several questions; none when one is no place.
fn places(run: &Evaluator<'_>, given: &Expr, focus: Focus) -> Result<Option<Vec<Place>>, EvalError> {
    let texts: Vec<String> = match run.eval(given, focus)? {
        Value::Nodes(set) => set.texts().map(str::to_owned).collect(),
        other => vec![other.to_text()],
    };
    let mut found = Vec::new();
    for text in texts {
        run.charge(text.len() / 8)?;
        let Some(read) = read_places(&text) else { return Ok(None) };
        found.extend(read);
    }
    Ok(Some(found))
}

/// `area(shape)`: in square metres; NaN when it is no shape.
pub(super) fn area(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let found = places(run, argument(arguments, 0, "area")?, focus)?;
    let area = found.filter(|found| found.len() >= 2).map_or(f64::NAN, |found| place::area(&found));
    Ok(Value::Number(area))
}

/// `distance(line)`, or of several places: in metres; NaN when there are none.
pub(super) fn distance(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let mut all = Vec::new();
    for given in arguments {
        let Some(found) = places(run, given, focus)? else { return Ok(Value::Number(f64::NAN)) };
        all.extend(found);
    }
    Ok(Value::Number(if all.len() >= 2 { place::length(&all) } else { f64::NAN }))
}

/// `geofence(place, shape)`: whether the place lies within the shape.
pub(super) fn geofence(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let at = read_place(&run.text(argument(arguments, 0, "geofence")?, focus)?);
    let shape = places(run, argument(arguments, 1, "geofence")?, focus)?;
    let within = at.zip(shape).is_some_and(|(at, shape)| place::holds(&shape, at));
    Ok(Value::Boolean(within))
}

/// `intersects(line)`: whether a line crosses itself.
pub(super) fn intersects(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let Some(line) = places(run, argument(arguments, 0, "intersects")?, focus)? else {
        return Ok(Value::Boolean(false));
    };
    run.charge(line.len().saturating_mul(line.len()))?;
    Ok(Value::Boolean(place::crosses_itself(&line)))
}
