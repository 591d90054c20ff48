//! `form eval`: expressions that stand alone, one JSON object a line in, one out.

use crate::form::line::{Line, next_line, put_object};
use crate::form::world::context;
use crate::print::Printer;
use bangban_desk::DeskError;
use bangban_forms::{EvalError, Value, eval_expression};
use bangban_model::words::Words;
use chrono::FixedOffset;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::process::ExitCode;

/// A line of input.
#[derive(Deserialize)]
struct Ask {
    /// The expression.
    expr: String,
    /// An IANA zone, or an offset such as `+08:00`; China's where it is absent.
    tz: Option<String>,
    /// The moment that `now()` tells; the present one where it is absent.
    now: Option<String>,
}

/// A value, as it is and by each of XPath's conversions.
#[derive(Serialize)]
struct Evaluated {
    r#type: &'static str,
    value: serde_json::Value,
    string: String,
    number: serde_json::Value,
    boolean: bool,
}

/// Evaluates line after line to the end of the input; each line has its own seed, so that a run can be repeated.
pub fn eval_lines(out: &Printer) -> Result<ExitCode, DeskError> {
    let mut input = std::io::stdin().lock();
    let mut number = 0;
    while let Some(line) = next_line(&mut input)? {
        number += 1;
        let answered = match eval_line(&line, number) {
            Ok(evaluated) => put_object(&evaluated),
            Err(refusal) => put_object(&refusal.told(&out.words)),
        };
        if !answered {
            break;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Why a line has no value: a word for programs, facts for its sentence.
struct Refused {
    code: &'static str,
    facts: Vec<(&'static str, String)>,
}

impl Refused {
    fn of(code: &'static str) -> Self {
        Self { code, facts: Vec::new() }
    }

    fn told(&self, words: &Words) -> serde_json::Value {
        let facts: Vec<(&str, &str)> =
            self.facts.iter().map(|(name, value)| (*name, value.as_str())).collect();
        json!({"error": self.code, "message": words.say(&format!("eval.{}", self.code), &facts)})
    }
}

fn eval_line(line: &Line, seed: u64) -> Result<Evaluated, Refused> {
    let Line::Text(text) = line else { return Err(Refused::of("bad_input")) };
    let ask: Ask = serde_json::from_str(text).map_err(|_| Refused::of("bad_input"))?;
    let context = context(ask.now.as_deref(), ask.tz.as_deref(), seed)
        .map_err(|problem| Refused::of(problem.code()))?;
    let value = eval_expression(&ask.expr, &context).map_err(|error| refuse(&error))?;
    Ok(show(&value, *context.now.offset()))
}

fn show(value: &Value, zone: FixedOffset) -> Evaluated {
    let (string, number, boolean) = (value.to_text(), value.to_number(zone), value.to_boolean());
    let (name, own) = match value {
        Value::Boolean(truth) => ("boolean", json!(truth)),
        Value::Number(number) => ("number", write_number(*number)),
        Value::Text(text) => ("string", json!(text)),
        Value::Moment(_) => ("date", json!(string)),
        Value::Nodes(_) => ("nodeset", json!(string)),
    };
    Evaluated { r#type: name, value: own, string, number: write_number(number), boolean }
}

/// The largest whole numbers that every reader of JSON holds exactly.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A JSON number, whole ones without a fraction; what JSON cannot write is named.
#[allow(clippy::cast_possible_truncation)]
fn write_number(number: f64) -> serde_json::Value {
    if number.is_nan() {
        json!("NaN")
    } else if number.is_infinite() {
        json!(if number > 0.0 { "Infinity" } else { "-Infinity" })
    } else if number.fract() == 0.0 && number.abs() <= EXACT {
        json!(number as i64)
    } else {
        json!(number)
    }
}

fn refuse(error: &EvalError) -> Refused {
    let (code, facts) = match error {
        EvalError::Syntax { at, .. } => ("syntax", vec![("at", at.to_string())]),
        EvalError::FullWidthSymbol { at, symbol } => {
            ("full_width_symbol", vec![("at", at.to_string()), ("symbol", symbol.to_string())])
        }
        EvalError::UnknownFunction { name } => ("unknown_function", vec![("name", name.clone())]),
        EvalError::ArgumentCount { name, given } => {
            ("argument_count", vec![("name", (*name).to_owned()), ("given", given.to_string())])
        }
        EvalError::UnknownName { name } => ("unknown_name", vec![("name", name.clone())]),
        EvalError::BadArgument { function } => ("bad_argument", vec![("name", (*function).to_owned())]),
        EvalError::NoSuchDate => ("no_such_date", Vec::new()),
        EvalError::BadRegex => ("bad_regex", Vec::new()),
        EvalError::TooLarge => ("too_large", Vec::new()),
        EvalError::TooManySteps => ("too_many_steps", Vec::new()),
        _ => ("no_value", Vec::new()),
    };
    Refused { code, facts }
}
