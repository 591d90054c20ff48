//! Follows a script through a form, line by line.

use crate::steps::{Views, untold, views};
use crate::text::FormText;
use bangban_forms::{Calendar, Changes, Context, Form, NodeView, Refusal, Session, check_answers};
use chrono::DateTime;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// When a script does not say: a Sunday morning in China.
const NOW: &str = "2026-11-22T10:00:00+08:00";

/// Reads the form, does what the script says, and compares all nodes that it names.
pub fn follow(text: &FormText) {
    let form = read(text);
    let mut wrong = Vec::new();
    let context = context_of(text);
    let lines = text.lines.iter().filter(|line| line.get("context").is_none());
    let mut session = Session::new(&form, &context, &BTreeMap::new());
    for line in lines {
        let at = describe(line);
        let before = views(&session);
        match act(&mut session, line) {
            None => {}
            Some(Ok(changes)) => {
                if let Some(code) = line.get("refused") {
                    wrong.push(format!("{at}: taken, not refused as {code}"));
                }
                wrong.extend(
                    untold(before, &views(&session), &changes).into_iter().map(|w| format!("{at}: {w}")),
                );
            }
            Some(Err(refusal)) => {
                if line.get("refused") != Some(&json!(refusal)) {
                    wrong.push(format!("{at}: refused as {refusal:?}"));
                }
                let same = before == views(&session);
                assert!(same, "{at}: refused and yet changed");
            }
        }
        wrong.extend(differences(line, &views(&session)).into_iter().map(|w| format!("{at}: {w}")));
        if let Some(wanted) = line.get("problems") {
            let found: Vec<String> = session.problems().into_iter().map(|problem| problem.path).collect();
            if json!(found) != *wanted {
                wrong.push(format!("{at}: problems at {found:?}, not {wanted}"));
            }
        }
        if let Some(wanted) = line.get("answers") {
            let found = json!(session.answers());
            if found != *wanted {
                wrong.push(format!("{at}: answers {found}, not {wanted}"));
            }
        }
    }
    wrong.extend(center_disagrees(&form, &context, &session));
    assert!(wrong.is_empty(), "{}:\n{}", text.name, wrong.join("\n"));
}

/// The form, which must compile without a warning.
pub fn read(text: &FormText) -> Form {
    let form = Form::read_with(&text.workbook(), &text.files);
    let form = form.unwrap_or_else(|errors| panic!("{}: {errors:#?}", text.name));
    let warned: Vec<&str> = form.warnings().iter().map(|warning| warning.cell.as_str()).collect();
    assert!(warned.is_empty(), "{}: {:#?}", text.name, form.warnings());
    form
}

/// The world as the script's first line says it.
pub fn context_of(text: &FormText) -> Context {
    context(text.lines.first().map_or(&Value::Null, |first| &first["context"]))
}

fn context(said: &Value) -> Context {
    let days = |key: &str| {
        let days = said[key].as_array().into_iter().flatten();
        days.map(|day| day.as_str().unwrap().parse().unwrap()).collect()
    };
    let now = said["now"].as_str().unwrap_or(NOW);
    let calendar = Calendar { days_off: days("days_off"), make_up_days: days("make_up_days") };
    let text = |key: &str| said[key].as_str().unwrap_or_default().to_owned();
    Context {
        calendar,
        seed: 7,
        username: text("username"),
        deviceid: text("deviceid"),
        email: text("email"),
        phone_number: text("phone_number"),
        last_saved: serde_json::from_value(said["last_saved"].clone()).unwrap_or_default(),
        ..Context::at(DateTime::parse_from_rfc3339(now).unwrap())
    }
}

fn describe(line: &Value) -> String {
    let acts = ["answer", "value", "add", "remove", "language", "start"];
    let said = acts.iter().filter_map(|key| Some(format!("{key} {}", line.get(*key)?)));
    said.collect::<Vec<_>>().join(" ").chars().take(90).collect()
}

fn act(session: &mut Session, line: &Value) -> Option<Result<Changes, Refusal>> {
    let text = |key: &str| line.get(key).and_then(Value::as_str);
    if let Some(path) = text("answer") {
        return Some(session.answer(path, text("value").unwrap()));
    }
    if let Some(path) = text("add") {
        return Some(session.add_repeat(path));
    }
    if let Some(path) = text("remove") {
        return Some(session.remove_repeat(path));
    }
    text("language").map(|language| session.set_language(language))
}

/// Where nodes are not as the line says: `then` names what is looked at, `paths` all there are.
fn differences(line: &Value, views: &Views) -> Vec<String> {
    let mut wrong = Vec::new();
    let then = line.get("then").and_then(Value::as_object).into_iter().flatten();
    for (path, wanted) in then {
        let Some(view) = views.get(path) else {
            if !wanted.is_null() {
                wrong.push(format!("{path} is not there"));
            }
            continue;
        };
        // A text alone is the value.
        let wanted = if wanted.is_string() { json!({"value": wanted}) } else { wanted.clone() };
        let found = facts(view);
        let Some(wanted) = wanted.as_object() else {
            wrong.push(format!("{path} is there"));
            continue;
        };
        for (key, wanted) in wanted {
            let found = found.get(key).unwrap_or_else(|| panic!("no node has {key}"));
            if found != wanted {
                wrong.push(format!("{path} {key} is {found}, not {wanted}"));
            }
        }
    }
    if let Some(paths) = line.get("paths") {
        let found: Vec<&String> = views.keys().collect();
        let mut wanted: Vec<&str> =
            paths.as_array().unwrap().iter().map(|path| path.as_str().unwrap()).collect();
        wanted.sort_unstable();
        if json!(found) != json!(wanted) {
            wrong.push(format!("paths are {found:?}"));
        }
    }
    wrong
}

/// A node as `bangban form play` shows it, with all else that a screen is told.
fn facts(view: &NodeView) -> Value {
    let mut facts = serde_json::to_value(view).unwrap();
    let missing = view.required && view.kind.has_value() && view.value.is_empty();
    facts["valid"] = json!(!(view.relevant && (missing || view.problem.is_some())));
    facts["readonly"] = json!(view.read_only);
    if !view.relevant {
        facts["value"] = json!("");
    }
    let offered = view.choices.iter().flatten();
    facts["choice_labels"] = json!(offered.clone().map(|choice| &choice.label).collect::<Vec<_>>());
    facts["choices"] = json!(offered.map(|choice| &choice.name).collect::<Vec<_>>());
    facts
}

/// The center runs what the session answers through the form again and must come to the same.
pub fn center_disagrees(form: &Form, context: &Context, session: &Session) -> Vec<String> {
    let answers = session.answers();
    let checked = check_answers(form, context, &answers);
    let mut wrong: Vec<String> =
        checked.dropped.iter().map(|path| format!("the center drops {path}")).collect();
    wrong.extend(checked.corrected.iter().map(|path| {
        format!("the center corrects {path}: {:?}, not {:?}", checked.answers.get(path), answers.get(path))
    }));
    let mut ours = session.problems();
    let mut theirs = checked.problems;
    // Words may be in another language.
    for problem in ours.iter_mut().chain(&mut theirs) {
        problem.message.clear();
    }
    if ours != theirs {
        wrong.push(format!("the center's problems are {theirs:?}, not {ours:?}"));
    }
    wrong
}
