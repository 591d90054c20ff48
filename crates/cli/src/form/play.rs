//! `form play`: a form filled in by JSON Lines; the state of every node first, and again after each line.

use crate::form::check::refuse_form;
use crate::form::line::{Line, next_line, put_object};
use crate::form::workbook::read_form;
use crate::form::world::context;
use crate::print::Printer;
use bangban_desk::DeskError;
use bangban_forms::{NodeView, Refusal, Session};
use bangban_model::Code;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;

/// A line of input; exactly one of the acts is named.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Act {
    answer: Option<String>,
    value: Option<Value>,
    add: Option<String>,
    remove: Option<String>,
    language: Option<String>,
}

/// One node as it stands.
#[derive(Serialize)]
struct Node {
    /// The answer as the ODK engines show it; empty while the node is not asked, whatever it holds.
    value: String,
    relevant: bool,
    required: bool,
    readonly: bool,
    /// Whether neither the node nor anything below it hinders submission: it is asked, and its answer breaks a
    /// constraint or its type, or is required and missing.
    valid: bool,
    /// The label with values filled in; empty where the workbook gives none.
    label: String,
    /// The names on offer, for questions with choices.
    #[serde(skip_serializing_if = "Option::is_none")]
    choices: Option<Vec<String>>,
}

/// All nodes by path, in the form's order.
struct Nodes(Vec<(String, Node)>);

impl Serialize for Nodes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (path, node) in &self.0 {
            map.serialize_entry(path, node)?;
        }
        map.end()
    }
}

#[derive(Serialize)]
struct State {
    nodes: Nodes,
}

/// Fills a form in, line after line to the end of the input.
pub fn play_form(
    out: &Printer,
    file: &Path,
    now: Option<&str>,
    zone: Option<&str>,
) -> Result<ExitCode, DeskError> {
    let context = context(now, zone, 0)
        .map_err(|problem| DeskError::new(Code::BadInput).with("problem", problem.code()))?;
    let form = match read_form(file)? {
        Ok(form) => form,
        Err(errors) => return Ok(refuse_form(out, file, &errors)),
    };
    let mut session = Session::new(&form, &context, &BTreeMap::new());
    let mut input = std::io::stdin().lock();
    let mut reading = put_object(&state(&session));
    while reading {
        let Some(line) = next_line(&mut input)? else { break };
        reading = match act(&mut session, &line) {
            Ok(()) => put_object(&state(&session)),
            Err(code) => put_object(&json!({"error": code})),
        };
    }
    Ok(ExitCode::SUCCESS)
}

/// Does what a line says, or tells why not; the session is unchanged then.
fn act(session: &mut Session, line: &Line) -> Result<(), String> {
    let bad = || Code::BadInput.as_str().to_owned();
    let Line::Text(text) = line else { return Err(bad()) };
    let act: Act = serde_json::from_str(text).map_err(|_| bad())?;
    let done = match act {
        Act { answer: Some(path), value: Some(value), add: None, remove: None, language: None } => {
            session.answer(&path, &value_text(&value).ok_or_else(bad)?)
        }
        Act { add: Some(path), answer: None, value: None, remove: None, language: None } => {
            session.add_repeat(&path)
        }
        Act { remove: Some(path), answer: None, value: None, add: None, language: None } => {
            session.remove_repeat(&path)
        }
        Act { language: Some(language), answer: None, value: None, add: None, remove: None } => {
            session.set_language(&language)
        }
        _ => return Err(bad()),
    };
    done.map(|_| ()).map_err(refusal_code)
}

/// Values are strings; a number or truth value is taken as it is written.
fn value_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn refusal_code(refusal: Refusal) -> String {
    let code = serde_json::to_value(refusal).unwrap_or_default();
    code.as_str().unwrap_or("refused").to_owned()
}

fn state(session: &Session) -> State {
    let views = session.nodes();
    let mut invalid = BTreeSet::new();
    for view in views.iter().filter(|view| is_hindrance(view)) {
        // Whatever holds an invalid node is invalid too.
        invalid.extend(view.path.match_indices('/').map(|(at, _)| view.path[..at].to_owned()));
        invalid.insert(view.path.clone());
    }
    let nodes = views.into_iter().map(|view| {
        let valid = !invalid.contains(&view.path);
        let node = Node {
            value: view.odk_value(),
            relevant: view.relevant,
            required: view.required,
            readonly: view.read_only,
            valid,
            label: if view.has_label { view.label } else { String::new() },
            choices: view.choices.map(|offered| offered.into_iter().map(|choice| choice.name).collect()),
        };
        (view.path, node)
    });
    State { nodes: Nodes(nodes.collect()) }
}

/// Whether a node is asked and its answer is wrong, or missing though required.
fn is_hindrance(view: &NodeView) -> bool {
    let missing = view.required && view.kind.has_value() && view.value.is_empty();
    view.relevant && (missing || (view.problem.is_some() && !view.value.is_empty()))
}
