//! `form eval`.

use crate::program::Desk;
use serde_json::{Value, json};

fn eval(lines: &[Value]) -> Vec<Value> {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let said = Desk::english().run_with(&["form", "eval"], text.as_bytes());
    assert_eq!(said.code, 0, "{}", said.stderr);
    let answers = said.objects();
    assert_eq!(answers.len(), lines.len(), "an answer for each line");
    answers
}

#[test]
fn each_value_is_told_as_it_is_and_by_each_conversion() {
    let cases = [
        ("1 + 1", json!({"type": "number", "value": 2, "string": "2", "number": 2, "boolean": true})),
        (
            "1 div 4",
            json!({"type": "number", "value": 0.25, "string": "0.25", "number": 0.25, "boolean": true}),
        ),
        ("'a'", json!({"type": "string", "value": "a", "string": "a", "number": "NaN", "boolean": true})),
        ("true()", json!({"type": "boolean", "value": true, "string": "true", "number": 1, "boolean": true})),
        (
            "-1 div 0",
            json!({"type": "number", "value": "-Infinity", "string": "-Infinity", "number": "-Infinity",
                "boolean": true}),
        ),
        (
            "1 div 0",
            json!({"type": "number", "value": "Infinity", "string": "Infinity", "number": "Infinity",
                "boolean": true}),
        ),
        (
            "number('x')",
            json!({"type": "number", "value": "NaN", "string": "NaN", "number": "NaN", "boolean": false}),
        ),
        (
            "date('1970-01-02')",
            json!({"type": "date", "value": "1970-01-02", "string": "1970-01-02", "number": 1, "boolean": true}),
        ),
    ];
    let asked: Vec<Value> = cases.iter().map(|(expr, _)| json!({"expr": expr, "tz": "GMT"})).collect();
    for ((expr, wanted), got) in cases.iter().zip(eval(&asked)) {
        assert_eq!(&got, wanted, "{expr}");
    }
}

#[test]
fn the_zone_and_the_moment_of_a_line_are_its_own() {
    let now = "2026-11-23T02:00:00Z";
    let answers = eval(&[
        json!({"expr": "today()", "tz": "America/Phoenix", "now": now}),
        json!({"expr": "today()", "tz": "Asia/Shanghai", "now": now}),
        json!({"expr": "format-date-time(now(), '%H:%M')", "tz": "GMT", "now": now}),
        json!({"expr": "format-date-time(now(), '%H:%M')", "tz": "Asia/Shanghai", "now": now}),
        json!({"expr": "number(date('1970-01-01'))", "tz": "America/Phoenix", "now": now}),
        json!({"expr": "workdays-between('2026-11-20', '2026-11-23')", "now": now}),
    ]);
    let strings: Vec<&str> = answers.iter().map(|answer| answer["string"].as_str().unwrap()).collect();
    assert_eq!(strings[..4], ["2026-11-22", "2026-11-23", "02:00", "10:00"]);
    // Midnight in Phoenix is seven hours behind that of GMT.
    assert!((answers[4]["number"].as_f64().unwrap() - 7.0 / 24.0).abs() < 1e-9);
    assert_eq!(answers[5]["number"], 1);
}

#[test]
fn a_line_without_a_value_says_why_and_the_next_is_evaluated() {
    let input = b"{\"expr\": \"1 +\", \"tz\": \"GMT\"}\nnot json\n\xff\xfe\n{\"tz\": \"GMT\"}\n\
        {\"expr\": \"nosuch()\"}\n{\"expr\": \"contains('a')\"}\n{\"expr\": \"1\", \"tz\": \"Mars\"}\n\
        {\"expr\": \"1\", \"now\": \"soon\"}\n\n{\"expr\": \"2\"}";
    let said = Desk::english().run_with(&["form", "eval"], input);
    assert_eq!(said.code, 0);
    let answers = said.objects();
    let codes: Vec<&str> = answers.iter().filter_map(|answer| answer["error"].as_str()).collect();
    let wanted = [
        "syntax",
        "bad_input",
        "bad_input",
        "bad_input",
        "unknown_function",
        "argument_count",
        "unknown_zone",
        "bad_moment",
    ];
    assert_eq!(codes, wanted);
    assert_eq!(answers[4]["message"], "there is no function nosuch");
    assert_eq!(answers.last().unwrap()["value"], 2);
}
