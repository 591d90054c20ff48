//! Functions on texts. Lengths and places count characters, not bytes.

use super::{Outcome, argument};
use crate::error::EvalError;
use crate::evaluate::{Evaluator, Focus, MAX_TEXT_BYTES};
use crate::syntax::Expr;
use crate::value::Value;

/// The text of the argument at a place.
fn text_at(
    run: &Evaluator<'_>,
    arguments: &[Expr],
    at: usize,
    focus: Focus,
    name: &'static str,
) -> Result<String, EvalError> {
    run.text(argument(arguments, at, name)?, focus)
}

/// The text of the only argument, or of the present node.
fn own_text(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Result<String, EvalError> {
    match arguments.first() {
        Some(given) => run.text(given, focus),
        None => Ok(run.text_of(focus.node)),
    }
}

fn bounded(text: String) -> Outcome {
    if text.len() > MAX_TEXT_BYTES { Err(EvalError::TooLarge) } else { Ok(Value::Text(text)) }
}

pub(super) fn string(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    own_text(run, arguments, focus).map(Value::Text)
}

pub(super) fn string_length(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let count = u32::try_from(own_text(run, arguments, focus)?.chars().count());
    Ok(Value::Number(count.map_or(f64::NAN, f64::from)))
}

pub(super) fn normalize_space(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let text = own_text(run, arguments, focus)?;
    let words = text.split([' ', '\t', '\n', '\r']).filter(|word| !word.is_empty());
    Ok(Value::Text(words.collect::<Vec<_>>().join(" ")))
}

/// The first argument that is not empty.
pub(super) fn coalesce(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    for given in arguments {
        let text = run.text(given, focus)?;
        if !text.is_empty() {
            return Ok(Value::Text(text));
        }
    }
    Ok(Value::text(""))
}

/// The texts of some arguments, node-sets giving one for each node.
fn all_texts(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Result<Vec<String>, EvalError> {
    let mut texts = Vec::new();
    let mut size_bytes = 0_usize;
    for given in arguments {
        let value = run.eval(given, focus)?;
        let from = texts.len();
        match value {
            Value::Nodes(set) => texts.extend(set.texts().map(str::to_owned)),
            other => texts.push(other.to_text()),
        }
        size_bytes += texts.iter().skip(from).map(String::len).sum::<usize>();
        run.charge(size_bytes / 64)?;
        if size_bytes > MAX_TEXT_BYTES {
            return Err(EvalError::TooLarge);
        }
    }
    Ok(texts)
}

pub(super) fn concat(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    bounded(all_texts(run, arguments, focus)?.concat())
}

pub(super) fn join(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let glue = text_at(run, arguments, 0, focus, "join")?;
    let texts = all_texts(run, arguments.get(1..).unwrap_or_default(), focus)?;
    if glue.len().saturating_mul(texts.len()) > MAX_TEXT_BYTES {
        return Err(EvalError::TooLarge);
    }
    bounded(texts.join(&glue))
}

/// A truth about two texts.
fn of_two_texts(
    run: &Evaluator<'_>,
    arguments: &[Expr],
    focus: Focus,
    name: &'static str,
    truth: fn(&str, &str) -> bool,
) -> Outcome {
    let first = text_at(run, arguments, 0, focus, name)?;
    let second = text_at(run, arguments, 1, focus, name)?;
    Ok(Value::Boolean(truth(&first, &second)))
}

pub(super) fn contains(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    of_two_texts(run, arguments, focus, "contains", |text, part| text.contains(part))
}

pub(super) fn starts_with(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    of_two_texts(run, arguments, focus, "starts-with", |text, part| text.starts_with(part))
}

pub(super) fn ends_with(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    of_two_texts(run, arguments, focus, "ends-with", |text, part| text.ends_with(part))
}

pub(super) fn selected(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    of_two_texts(run, arguments, focus, "selected", |chosen, choice| {
        let choice = choice.trim();
        chosen.split_whitespace().any(|one| one == choice)
    })
}

pub(super) fn substring_before(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let text = text_at(run, arguments, 0, focus, "substring-before")?;
    let mark = text_at(run, arguments, 1, focus, "substring-before")?;
    Ok(Value::text(text.split_once(mark.as_str()).map_or("", |(before, _)| before)))
}

pub(super) fn substring_after(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let text = text_at(run, arguments, 0, focus, "substring-after")?;
    let mark = text_at(run, arguments, 1, focus, "substring-after")?;
    Ok(Value::text(text.split_once(mark.as_str()).map_or("", |(_, after)| after)))
}

/// XPath's `substring(text, from, length)`: counted from 1, the bounds rounded half up.
pub(super) fn substring(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let text = text_at(run, arguments, 0, focus, "substring")?;
    let from = half_up(run.number(argument(arguments, 1, "substring")?, focus)?);
    let until = match arguments.get(2) {
        Some(length) => from + half_up(run.number(length, focus)?),
        None => f64::INFINITY,
    };
    let mut place = 0.0;
    let kept = text.chars().filter(|_| {
        place += 1.0;
        place >= from && place < until
    });
    Ok(Value::Text(kept.collect()))
}

fn half_up(number: f64) -> f64 {
    (number + 0.5).floor()
}

/// XForms' `substr(text, start, end)`: counted from 0, the end left out, negatives counted from the end.
pub(super) fn substr(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let text = text_at(run, arguments, 0, focus, "substr")?;
    let characters: Vec<char> = text.chars().collect();
    let length = i64::try_from(characters.len()).unwrap_or(i64::MAX);
    let start = place_in(run.number(argument(arguments, 1, "substr")?, focus)?, length);
    let end = match arguments.get(2) {
        Some(end) => place_in(run.number(end, focus)?, length),
        None => characters.len(),
    };
    Ok(Value::Text(characters.get(start..end).unwrap_or_default().iter().collect()))
}

/// A place in a text of that length; negatives count from the end.
#[allow(clippy::cast_possible_truncation)]
fn place_in(number: f64, length: i64) -> usize {
    // The cast saturates and takes NaN for 0.
    let place = number as i64;
    let place = if place < 0 { place.saturating_add(length) } else { place };
    usize::try_from(place.clamp(0, length)).unwrap_or(0)
}

pub(super) fn translate(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let text = text_at(run, arguments, 0, focus, "translate")?;
    let from: Vec<char> = text_at(run, arguments, 1, focus, "translate")?.chars().collect();
    let to: Vec<char> = text_at(run, arguments, 2, focus, "translate")?.chars().collect();
    run.charge(text.len().saturating_mul(from.len()) / 64)?;
    let translated = text.chars().filter_map(|character| match from.iter().position(|f| *f == character) {
        Some(at) => to.get(at).copied(),
        None => Some(character),
    });
    Ok(Value::Text(translated.collect()))
}

/// `regex(text, pattern)`: whether the whole text fits.
pub(super) fn regex(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let text = text_at(run, arguments, 0, focus, "regex")?;
    let pattern = text_at(run, arguments, 1, focus, "regex")?;
    // Making the automaton costs more than a plain step.
    let patterns = &run.tools.patterns;
    run.charge(if patterns.knows(&pattern) { 2 } else { 200 } + text.len() / 16)?;
    Ok(Value::Boolean(patterns.fits(&pattern, &text)?))
}

pub(super) fn count_selected(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let chosen = text_at(run, arguments, 0, focus, "count-selected")?;
    Ok(Value::Number(u32::try_from(chosen.split_whitespace().count()).map_or(f64::NAN, f64::from)))
}

pub(super) fn selected_at(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let chosen = text_at(run, arguments, 0, focus, "selected-at")?;
    let at = run.number(argument(arguments, 1, "selected-at")?, focus)?;
    let mut place = -1.0;
    let found = chosen.split_whitespace().find(|_| {
        place += 1.0;
        place == at.trunc()
    });
    Ok(Value::text(found.unwrap_or_default()))
}

/// `uuid()` from the session's seed; `uuid(n)` gives n hexadecimal characters.
pub(super) fn uuid(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let (high, low) = (run.tools.chance.next(), run.tools.chance.next());
    if let Some(length) = arguments.first() {
        let length = place_in(run.number(length, focus)?, 1024);
        let mut text = format!("{high:016x}{low:016x}");
        while text.len() < length {
            text.push_str(&format!("{:016x}", run.tools.chance.next()));
        }
        text.truncate(length);
        return Ok(Value::Text(text));
    }
    let version = (high & 0xFFFF_FFFF_FFFF_0FFF) | 0x4000;
    let variant = (low & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000;
    Ok(Value::Text(format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        version >> 32,
        (version >> 16) & 0xFFFF,
        version & 0xFFFF,
        variant >> 48,
        variant & 0xFFFF_FFFF_FFFF
    )))
}
