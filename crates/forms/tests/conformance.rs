//! Expressions with the values that the ODK engines give them. The file lies beside the checkout, never inside it.
#![allow(clippy::unwrap_used)]

use bangban_forms::{Context, EvalError, Value, eval_expression};
use chrono::{DateTime, FixedOffset};
use serde_json::Value as Json;

/// How many expressions the file has.
const TOTAL: usize = 1_249;
/// Where the engines disagree and another than the file's was followed, each with the reason.
const INTENDED: &[(&str, &str)] = &[
    ("xp04403", "a half is rounded away from zero, below zero too, as with a number of digits given"),
    ("xp04406", "the same: -12345.15 to one digit is -12345.2, as 12345.15 is 12345.2"),
];

fn context(zone: &str) -> Context {
    let now = match zone {
        "America/Phoenix" => "2026-11-22T09:00:00-07:00",
        "GMT" => "2026-11-22T16:00:00+00:00",
        other => panic!("the test knows no zone {other}"),
    };
    Context::at(DateTime::parse_from_rfc3339(now).unwrap())
}

fn number(json: &Json) -> f64 {
    match json {
        Json::String(text) if text == "Infinity" => f64::INFINITY,
        Json::String(text) if text == "-Infinity" => f64::NEG_INFINITY,
        Json::String(text) => text.parse().unwrap_or(f64::NAN),
        other => other.as_f64().unwrap(),
    }
}

fn same_number(got: f64, wanted: f64) -> bool {
    if wanted.is_nan() {
        return got.is_nan();
    }
    got == wanted || (got - wanted).abs() <= 1e-12 * wanted.abs().max(1.0)
}

fn passes(result: &Result<Value, EvalError>, kind: &str, expected: &Json, zone: FixedOffset) -> bool {
    let Ok(value) = result else { return kind == "error" };
    match kind {
        "boolean" => value.to_boolean() == expected.as_bool().unwrap(),
        "number" => same_number(value.to_number(zone), number(expected)),
        "number_rounded" => {
            let factor = expected["factor"].as_f64().unwrap();
            same_number((value.to_number(zone) * factor).round() / factor, number(&expected["expected"]))
        }
        "string" | "date" => value.to_text() == expected.as_str().unwrap(),
        _ => false,
    }
}

#[test]
fn expressions_have_the_values_that_the_odk_engines_give() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/conformance/expressions.jsonl");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("SKIPPED: shared/conformance/expressions.jsonl is not beside this checkout");
        return;
    };
    let mut passed = 0;
    let mut failures = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        let case: Json = serde_json::from_str(line).unwrap();
        let text = |key: &str| case[key].as_str().unwrap().to_owned();
        let context = context(&text("tz"));
        let result = eval_expression(&text("expr"), &context);
        if passes(&result, &text("expected_type"), &case["expected"], *context.now.offset()) {
            passed += 1;
        } else {
            let got = result.map(|value| value.to_text());
            let told = format!("{:?} wants {} got {got:?}", text("expr"), case["expected"]);
            failures.push((text("id"), told));
        }
    }
    println!("{passed} of {} pass", passed + failures.len());
    for (id, told) in &failures {
        println!("{id} {told}");
    }
    assert_eq!(
        passed + failures.len(),
        TOTAL,
        "the file has changed: look at the intended differences again"
    );
    let ids: Vec<&str> = failures.iter().map(|(id, _)| id.as_str()).collect();
    let intended: Vec<&str> = INTENDED.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids, intended, "exactly the intended differences differ");
}
