//! The corpus of forms through the program: what `form play` prints is what the scripts say.

use crate::program::Desk;
#[path = "../../../forms/tests/corpus/text.rs"]
#[allow(dead_code)]
mod text;

use serde_json::{Value, json};
use text::{FormText, names};

/// What `form play` prints of a node; scripts look at more than this.
const PRINTED: &[&str] = &["value", "relevant", "required", "readonly", "valid", "label", "choices"];

/// Whether the program can be told the world that a script is set in: its moment alone.
fn can_be_set(script: &[Value]) -> bool {
    let context = script.first().and_then(|line| line["context"].as_object());
    context.is_none_or(|context| context.keys().all(|key| key == "now"))
}

#[test]
fn forms_are_played_as_their_scripts_say() {
    let mut played = 0;
    let mut wrong = Vec::new();
    for name in names("good") {
        let form = FormText::read("good", &name);
        if can_be_set(&form.lines) {
            wrong.extend(play(&form).into_iter().map(|what| format!("{name}: {what}")));
            played += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(played >= 15, "only {played} forms were played");
}

fn play(form: &FormText) -> Vec<String> {
    let desk = desk_with(form);
    let (now, script) = match form.lines.split_first() {
        Some((first, rest)) if first["context"].is_object() => (first["context"]["now"].clone(), rest),
        _ => (json!("2026-11-22T10:00:00+08:00"), form.lines.as_slice()),
    };
    let acts: String = script.iter().skip(1).map(|line| format!("{}\n", act(line))).collect();
    let arguments = ["form", "play", "form.xlsx", "--now", now.as_str().unwrap(), "--tz", "Asia/Shanghai"];
    let said = desk.run_with(&arguments, acts.as_bytes());
    assert_eq!(said.code, 0, "{}: {}{}", form.name, said.stdout, said.stderr);
    let states = said.objects();
    assert_eq!(states.len(), script.len(), "{}", form.name);
    let mut wrong = Vec::new();
    for (line, state) in script.iter().zip(&states) {
        if let Some(code) = line.get("refused") {
            if state["error"] != *code {
                wrong.push(format!("{}: {state}", act(line)));
            }
            continue;
        }
        for (path, wanted) in line["then"].as_object().into_iter().flatten() {
            wrong.extend(
                differences(&state["nodes"][path], wanted)
                    .into_iter()
                    .map(|what| format!("{} {path}: {what}", act(line))),
            );
        }
    }
    wrong
}

fn desk_with(form: &FormText) -> Desk {
    let desk = Desk::in_language("zh");
    desk.write("form.xlsx", &form.workbook());
    for (name, bytes) in &form.files {
        desk.write(name, bytes);
    }
    desk
}

/// The line that the program is given: the script's own without what it expects.
fn act(line: &Value) -> Value {
    let mut act = line.clone();
    for key in ["then", "refused", "problems", "answers", "paths"] {
        act.as_object_mut().unwrap().remove(key);
    }
    act
}

fn differences(node: &Value, wanted: &Value) -> Vec<String> {
    if wanted.is_null() || node.is_null() {
        return if wanted == node { Vec::new() } else { vec![format!("{node}, not {wanted}")] };
    }
    let wanted = if wanted.is_string() { &json!({"value": wanted}) } else { wanted };
    let printed = PRINTED.iter().filter_map(|key| Some((*key, wanted.get(*key)?)));
    let differ = printed.filter(|(key, wanted)| !is_same(&node[*key], wanted));
    differ.map(|(key, wanted)| format!("{key} is {}, not {wanted}", node[key])).collect()
}

/// The same, or numbers that are: decimals and places are printed with a point.
fn is_same(found: &Value, wanted: &Value) -> bool {
    let numbers = |value: &Value| {
        let words = value.as_str()?.split([' ', ';']).filter(|word| !word.is_empty());
        words.map(|word| word.parse().ok()).collect::<Option<Vec<f64>>>()
    };
    found == wanted || (numbers(found).is_some() && numbers(found) == numbers(wanted))
}

#[test]
fn broken_forms_are_told_cell_by_cell() {
    for name in names("broken") {
        let form = FormText::read("broken", &name);
        let mut wanted: Vec<Value> = form.lines.iter().map(place).collect();
        let said = desk_with(&form).run(&["form", "check", "form.xlsx", "--json"]);
        let object = said.object();
        assert_eq!((said.code, &object["ok"]), (1, &json!(false)), "{name}");
        let mut found: Vec<Value> = object["errors"].as_array().unwrap().iter().map(place).collect();
        for places in [&mut wanted, &mut found] {
            places.sort_by_key(Value::to_string);
            places.dedup();
        }
        assert_eq!(found, wanted, "{name}");
    }
}

fn place(finding: &Value) -> Value {
    json!([finding["sheet"], finding["cell"], finding["code"]])
}
