//! What a command prints: one JSON object, or lines for a person with numbers masked.

use crate::words::{language, words};
use bangban_desk::DeskError;
use bangban_desk::case::{CaseLine, CaseView, ShownStanding};
use bangban_desk::person::PersonLine;
use bangban_model::mask::{mask_identity, mask_phone};
use bangban_model::roster::RowProblem;
use bangban_model::standing::CaseStanding;
use bangban_model::words::{Language, Words};
use serde::Serialize;
use serde_json::{Value, json};
use std::io::Write;

/// Prints in the one form or the other.
pub struct Printer {
    json: bool,
    /// The language of this shell.
    pub language: Language,
    /// The words of this shell.
    pub words: Words,
}

impl Printer {
    /// JSON where the user asked for it.
    pub fn new(json: bool) -> Self {
        let language = language();
        Printer { json, language, words: words(language) }
    }

    /// Whether progress and lines for people may be shown.
    pub fn for_people(&self) -> bool {
        !self.json
    }

    /// Prints a result: the object whole, or what `lines` makes of it.
    pub fn show(&self, object: &impl Serialize, lines: impl FnOnce(&Words) -> Vec<String>) {
        if self.json {
            let text = serde_json::to_string(object).unwrap_or_else(|_| "{}".to_owned());
            put_line(&text);
        } else {
            for line in lines(&self.words) {
                put_line(&line);
            }
        }
    }

    /// Prints why not: what happened, what to do next.
    pub fn refuse(&self, problem: &DeskError) {
        let facts: Vec<(String, String)> =
            problem.facts.iter().map(|(name, value)| (name.clone(), plain(value))).collect();
        let borrowed: Vec<(&str, &str)> =
            facts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let (what, next) = self.words.of_code(problem.code, &borrowed);
        if self.json {
            let mut object = json!({"error": {"code": problem.code.as_str(), "what": what, "next": next}});
            object["error"]["facts"] = Value::Object(problem.facts.clone());
            put_line(&object.to_string());
            return;
        }
        eprintln!("✗ {what}");
        for line in details(problem) {
            eprintln!("  · {line}");
        }
        eprintln!("  → {next}");
        tracing::debug!(cause = problem.cause, "refused");
    }
}

/// Prints a line; a reader who went away (`| head`) is no failure.
fn put_line(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn details(problem: &DeskError) -> Vec<String> {
    let hindrances = problem.facts.get("hindrances").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut lines: Vec<String> = hindrances
        .iter()
        .map(|hindrance| {
            let path = hindrance["path"].as_str().unwrap_or_default();
            let message = hindrance["message"].as_str().unwrap_or_default();
            format!("{path}  {message}")
        })
        .collect();
    for fact in ["missing", "cells", "path"] {
        if let Some(value) = problem.facts.get(fact) {
            lines.push(plain(value));
        }
    }
    lines
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(plain).collect::<Vec<_>>().join("、"),
        other => other.to_string(),
    }
}

/// What is wrong or odd about a row of a sheet.
pub fn row_problem(words: &Words, row: u32, column: &str, problem: RowProblem) -> String {
    let object = serde_json::to_value(problem).unwrap_or_default();
    let code = object["code"].as_str().unwrap_or_default();
    let facts: Vec<(String, String)> =
        object.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), plain(value))).collect();
    let facts: Vec<(&str, &str)> =
        facts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let why = words.say(&format!("row.{code}"), &facts);
    words.say("roster.row", &[("row", &row.to_string()), ("column", column), ("why", &why)])
}

/// 余桂英 · 78岁 · 大湖村3组 · 4207**********002X
pub fn person(words: &Words, person: &PersonLine) -> String {
    let mut parts = vec![person.name.clone()];
    parts.extend(person.sex.map(str::to_owned));
    parts.extend(person.age.map(|age| words.say("person.age", &[("age", &age.to_string())])));
    for part in [&person.address, &mask_identity(&person.id_number), &mask_phone(&person.phone)] {
        if !part.is_empty() {
            parts.push(part.clone());
        }
    }
    parts.join(" · ")
}

/// The words of a standing.
pub fn standing(words: &Words, line: &CaseLine) -> String {
    let key = match line.standing {
        ShownStanding::Draft => "standing.draft",
        ShownStanding::Recorded(CaseStanding::Open) => "standing.open",
        ShownStanding::Recorded(CaseStanding::Pending) => "standing.pending",
        ShownStanding::Recorded(CaseStanding::Received) => "standing.received",
        ShownStanding::Recorded(CaseStanding::Returned) => "standing.returned",
        ShownStanding::Recorded(CaseStanding::Accepted) => "standing.accepted",
        ShownStanding::Recorded(CaseStanding::Confirmed) => "standing.confirmed",
        ShownStanding::Recorded(CaseStanding::Withdrawn) => "standing.withdrawn",
        ShownStanding::Recorded(CaseStanding::Closed) => "standing.closed",
    };
    let said = words.say(key, &[]);
    match &line.assisted_words {
        Some(words) => format!("{said}（{words}）"),
        None => said,
    }
}

/// One case on one line.
pub fn case_line(words: &Words, line: &CaseLine) -> String {
    let name = line.person.as_ref().map_or("—", |person| &person.name);
    let mut text = format!("{}  {}  {}  {}", line.id, line.item_name, name, standing(words, line));
    if line.photos > 0 {
        let (photos, pending) = (line.photos.to_string(), line.pending_photos.to_string());
        let key = if line.pending_photos > 0 { "case.photos_pending" } else { "case.photos" };
        text.push_str(&format!("  {}", words.say(key, &[("photos", &photos), ("pending", &pending)])));
    }
    text
}

/// A case whole.
pub fn case_view(words: &Words, view: &CaseView) -> Vec<String> {
    let mut lines = vec![case_line(words, &view.line)];
    if let Some(returned) = &view.line.returned {
        lines.push(format!("  {} {}", words.say("case.returned", &[]), returned.note));
        lines.extend(returned.remarks.iter().map(|remark| format!("    {}  {}", remark.path, remark.text)));
    }
    lines.extend(view.hindrances.iter().map(|hindrance| {
        format!("  {} {}  {}", words.say("case.missing", &[]), hindrance.path, hindrance.message)
    }));
    lines.extend(
        view.conflicts
            .iter()
            .map(|conflict| format!("  {} {}", words.say("case.conflict", &[]), conflict.field)),
    );
    if !view.retake.is_empty() {
        lines.push(format!("  {}", words.say("case.retake", &[("number", &view.retake.len().to_string())])));
    }
    lines
}
