//! The words around a case: villages by name, a form's questions by their labels, answers as people read them.

use super::api::Call;
use super::message::{FieldLine, FileLine, Village};
use crate::form::{answers_of, moment_of, text_of};
use bangban_catalogue::context_at;
use bangban_catalogue::form_screen::{media_of, readable, speak};
use bangban_catalogue::masked::{self, Number};
use bangban_catalogue::materials_asked::authority_paper;
use bangban_catalogue::{FormVersion, Item, ItemCard};
use bangban_forms::{Form, Kind, NodeView, Session};
use bangban_model::document::Document;
use bangban_model::handling::{self, AUTHORITY, HANDLING_PREFIX};
use bangban_model::paper::{self, PAPER_PREFIX};
use bangban_model::photo::PHOTO_PREFIX;
use bangban_model::words::Language;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Remarks at materials stand under this prefix.
const MATERIAL_PREFIX: &str = "material/";

/// A village with its name; the code where the name is not known.
pub(super) fn village(call: &Call, code: &str) -> Village {
    let division = call.center().divisions().find(code);
    Village {
        code: code.to_owned(),
        name: division.map_or_else(|| code.to_owned(), |found| found.short_name()),
    }
}

/// A case's form and card, in one language. Labels and choices come from the form, values from the case alone: nothing
/// that was recorded is computed anew.
pub(super) struct Labels {
    card: Option<ItemCard>,
    nodes: Vec<NodeView>,
    places: BTreeMap<String, usize>,
    /// Nodes by their paths without row numbers: what a row that is gone asked.
    kinds: BTreeMap<String, usize>,
    /// Notes that say something of this case, not of the item alone.
    telling: BTreeSet<String>,
    /// What the form shows beside its questions, by path and kind.
    media: BTreeMap<String, BTreeMap<String, String>>,
    /// What the form says now of answers that cannot stand, in the language of the screen.
    reasons: BTreeMap<String, String>,
    language: Language,
}

impl Labels {
    /// Of a case as it stands; paths stay raw where the item is unknown.
    pub(super) fn of(call: &Call, document: &Document) -> Self {
        let code = document.case.as_ref().map(|file| file.item.as_str()).unwrap_or_default();
        let item = call.console.item(document.stream.as_str(), code);
        let version = item.as_deref().and_then(|item| version_of(item, document));
        let form = version.and_then(|version| version.form().ok());
        let session = form.map(|form| session_of(call, form, document));
        let nodes = session.as_ref().map(Session::nodes).unwrap_or_default();
        let problems = session.as_ref().map(Session::problems).unwrap_or_default();
        let address = |name: &str| version?.shown(name).map(|digest| digest.to_string());
        let media = nodes.iter().map(|node| (node.path.clone(), media_of(&node.media, &address)));
        let media = media.filter(|(_, media)| !media.is_empty()).collect();
        // Another version may ask for something else.
        let digest = document.case.as_ref().map(|file| file.form_digest);
        let problems = problems.into_iter().filter(|_| version.map(|version| version.digest) == digest);
        let reasons = problems.map(|problem| (problem.path, problem.message)).collect();
        let places = nodes.iter().enumerate().map(|(at, node)| (node.path.clone(), at)).collect();
        let kinds = nodes.iter().enumerate().rev().map(|(at, node)| (without_rows(&node.path), at)).collect();
        let telling = form.map(telling_notes).unwrap_or_default();
        let opened_at = document.case.as_ref().and_then(|file| file.catalogue);
        let card = item.as_deref().map(|item| item.card_at(opened_at).in_language(call.language));
        Labels { card, nodes, places, kinds, telling, media, reasons, language: call.language }
    }

    /// The item's card.
    pub(super) fn card(&self) -> Option<&ItemCard> {
        self.card.as_ref()
    }

    fn node(&self, path: &str) -> Option<&NodeView> {
        let at = self.places.get(path).or_else(|| self.kinds.get(&without_rows(path)));
        at.and_then(|at| self.nodes.get(*at))
    }

    /// Whether a value names a picture or file that the case keeps under its own path, where it is told.
    pub(super) fn is_kept_apart(&self, path: &str) -> bool {
        self.node(path).is_some_and(|node| node.kind.is_kept_apart())
    }

    /// Whether a value is only computed from others: no question, and nothing anybody changed.
    pub(super) fn is_computed(&self, path: &str) -> bool {
        matches!(self.node(path).map(|node| node.kind), Some(Kind::Calculate | Kind::Hidden))
    }

    /// What a material is called.
    pub(super) fn slot_name(&self, slot: &str) -> String {
        let materials = self.card.iter().flat_map(|card| &card.materials);
        materials
            .filter(|material| material.id == slot)
            .map(|material| material.name.clone())
            .next()
            .or_else(|| (slot == AUTHORITY).then(|| authority_paper().name.clone()))
            // A question's picture stands under the question's path.
            .or_else(|| self.node(slot).map(|node| node.label.clone()))
            .unwrap_or_else(|| slot.to_owned())
    }

    /// What a field is called: a question, a picture's or paper's material, a material.
    pub(super) fn label(&self, document: &Document, path: &str) -> String {
        if let Some(slot) = path.strip_prefix(MATERIAL_PREFIX).or_else(|| path.strip_prefix(PAPER_PREFIX)) {
            return self.slot_name(slot);
        }
        if path.starts_with(PHOTO_PREFIX) {
            let held = document.fields.get(path).map(|field| &field.held.value);
            let slot = held.and_then(|photo| photo.get("slot")).and_then(Value::as_str);
            return self.slot_name(slot.unwrap_or("other"));
        }
        if path.starts_with(HANDLING_PREFIX) {
            return handling::label_of(path, self.language).to_owned();
        }
        self.node(path).map_or_else(|| path.to_owned(), |node| node.label.clone())
    }

    /// What was kept at a path, as people read it: an answer, or what is known of a paper.
    pub(super) fn told(&self, path: &str, value: &Value) -> String {
        match path {
            _ if path.starts_with(PAPER_PREFIX) => paper::say(value, self.language),
            _ if path.starts_with(HANDLING_PREFIX) => handling::say(path, value, self.language),
            _ => self.shown(path, &text_of(value)),
        }
    }

    /// An answer as people read it: choices by their labels, numbers of persons masked.
    pub(super) fn shown(&self, path: &str, value: &str) -> String {
        let Some(node) = self.node(path) else { return masked::shown(path, value) };
        match node.choices.as_deref() {
            Some(choices) => readable(node.kind, value, choices),
            None if node.kind == Kind::Acknowledge => readable(node.kind, value, &[]),
            None => masked::shown_of(node, value),
        }
    }

    /// Why an answer cannot stand, in the language of the screen; as it was written down where the form says nothing now.
    pub(super) fn reason(&self, path: &str, written: &str) -> String {
        self.reasons.get(path).cloned().unwrap_or_else(|| written.to_owned())
    }

    fn media_of(&self, node: &NodeView) -> BTreeMap<String, String> {
        self.media.get(&node.path).cloned().unwrap_or_default()
    }

    /// The number that a question asks for, if it is one that is masked.
    pub(super) fn number(&self, path: &str) -> Option<Number> {
        self.node(path)
            .map_or_else(|| Number::asked_by(path), |node| Number::asked_as(path, &node.appearance))
    }

    /// The form as it was filled in, in document order; at the end what the form has no place for. `before` holds the
    /// answers of the revision before, `files` what both name by digest.
    pub(super) fn fields(
        &self,
        answers: &BTreeMap<String, String>,
        before: Option<&BTreeMap<String, String>>,
        files: &BTreeMap<String, FileLine>,
    ) -> Vec<FieldLine> {
        let mut told: BTreeSet<&str> = BTreeSet::new();
        let mut lines = Vec::new();
        for node in &self.nodes {
            told.insert(&node.path);
            if node.kind == Kind::Note && node.relevant && self.telling.contains(&without_rows(&node.path)) {
                lines.push(self.note(node));
            }
            let group = node.kind.is_container();
            let hidden = matches!(node.kind, Kind::Note | Kind::Calculate | Kind::Hidden | Kind::Image);
            let was = was(before, answers, &node.path);
            let answered = answers.contains_key(&node.path) || was.is_some();
            if !hidden && (answered || (node.relevant && (group || node.required))) {
                lines.push(self.line(node, answers, was, files));
            }
        }
        drop_empty_groups(&mut lines);
        for (path, value) in answers {
            if let Some(number) = self.number(path) {
                mask_in_texts(&mut lines, number, value);
            }
        }
        let paths: BTreeSet<&String> =
            answers.keys().chain(before.into_iter().flat_map(BTreeMap::keys)).collect();
        for path in paths.into_iter().filter(|path| !told.contains(path.as_str())) {
            let Some(value) = answers.get(path).or_else(|| before.and_then(|before| before.get(path))) else {
                continue;
            };
            if value.is_empty() {
                continue;
            }
            lines.push(FieldLine {
                path: path.clone(),
                parent: String::new(),
                kind: "unknown".to_owned(),
                label: self.node(path).map_or_else(|| path.clone(), |node| node.label.clone()),
                value: answers.get(path).map(|value| self.shown(path, value)).unwrap_or_default(),
                masked: self.number(path).is_some(),
                group: false,
                row: None,
                was: was(before, answers, path).map(|was| self.shown(path, &was)),
                file: None,
                media: BTreeMap::new(),
            });
        }
        lines
    }

    /// What the form says of the answers, such as the income a head: under the heading of its group.
    fn note(&self, node: &NodeView) -> FieldLine {
        FieldLine {
            parent: node.parent.clone(),
            kind: "note".to_owned(),
            label: self.node(&node.parent).map(|group| group.label.clone()).unwrap_or_default(),
            value: node.label.clone(),
            masked: false,
            group: false,
            row: None,
            was: None,
            file: None,
            media: self.media_of(node),
            path: node.path.clone(),
        }
    }

    fn line(
        &self,
        node: &NodeView,
        answers: &BTreeMap<String, String>,
        was: Option<String>,
        files: &BTreeMap<String, FileLine>,
    ) -> FieldLine {
        let group = node.kind.is_container();
        let value = answers.get(&node.path).map(String::as_str).unwrap_or_default();
        let file = files.get(value).filter(|_| node.kind.is_kept_apart());
        let shown = |value: &str| match files.get(value).filter(|_| node.kind.is_kept_apart()) {
            Some(file) => file.name.clone(),
            None => self.shown(&node.path, value),
        };
        FieldLine {
            parent: node.parent.clone(),
            kind: serde_json::to_value(node.kind).ok().map(|kind| text_of(&kind)).unwrap_or_default(),
            label: node.label.clone(),
            value: if group { String::new() } else { shown(value) },
            masked: !group && Number::of(node).is_some(),
            group,
            row: node.row.and_then(|row| u32::try_from(row).ok()),
            was: was.filter(|_| !group).map(|was| shown(&was)),
            file: file.cloned(),
            media: self.media_of(node),
            path: node.path.clone(),
        }
    }
}

/// A path without its row numbers: `/data/household/member/relation`.
fn without_rows(path: &str) -> String {
    let mut depth = 0;
    let outside = path.chars().filter(|character| match character {
        '[' => {
            depth += 1;
            false
        }
        ']' => {
            depth -= 1;
            false
        }
        _ => depth == 0,
    });
    outside.collect()
}

/// The notes of a form whose text has answers in it.
fn telling_notes(form: &Form) -> BTreeSet<String> {
    let items = form.view().items.into_iter();
    let telling =
        items.filter(|item| item.kind == Kind::Note && item.label.values().any(|text| text.contains('…')));
    telling.map(|item| item.path).collect()
}

/// Headings under which nothing stands say nothing.
fn drop_empty_groups(lines: &mut Vec<FieldLine>) {
    let mut holding: BTreeSet<String> = BTreeSet::new();
    for line in lines.iter().rev() {
        if (!line.group && line.kind != "note") || holding.contains(&line.path) {
            holding.insert(line.parent.clone());
        }
    }
    lines.retain(|line| match (line.group, line.kind.as_str()) {
        (true, _) => holding.contains(&line.path),
        (false, "note") => holding.contains(&line.parent),
        (false, _) => true,
    });
}

fn was(
    before: Option<&BTreeMap<String, String>>,
    answers: &BTreeMap<String, String>,
    path: &str,
) -> Option<String> {
    let before = before?;
    let (was, is) = (before.get(path), answers.get(path));
    (was != is).then(|| was.cloned().unwrap_or_default())
}

/// A label or note may have an answer filled in: a number in it is masked like the answer itself.
fn mask_in_texts(lines: &mut [FieldLine], number: Number, value: &str) {
    if value.len() <= 3 {
        return;
    }
    for line in lines.iter_mut().filter(|line| line.label.contains(value) || line.value.contains(value)) {
        line.label = line.label.replace(value, &number.mask(value));
        line.value = line.value.replace(value, &number.mask(value));
    }
}

/// The version of the form that a case was opened with.
fn version_of<'i>(item: &'i Item, document: &Document) -> Option<&'i FormVersion> {
    item.version_of(document.case.as_ref()?.form_digest).ok()
}

/// The form with this case's answers in it.
fn session_of(call: &Call, form: &Form, document: &Document) -> Session {
    // Ages and such as they were when it was submitted.
    let revision = document.case.as_ref().and_then(|file| file.latest_revision());
    let moment = revision.and_then(|revision| moment_of(document, revision.entry));
    let moment = moment.unwrap_or_else(|| call.center().now());
    let catalogue = call.center().catalogue_in(document.stream.as_str());
    let context = catalogue.map_or_else(|_| context_at(moment), |known| known.context_at(moment));
    let mut session = Session::resume(form, &context, &answers_of(document));
    speak(&mut session, call.language);
    session
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(kind: &str, label: &str, value: &str) -> FieldLine {
        FieldLine {
            path: "/data/group/note".into(),
            parent: "/data/group".into(),
            kind: kind.into(),
            label: label.into(),
            value: value.into(),
            masked: false,
            group: false,
            row: None,
            was: None,
            file: None,
            media: BTreeMap::new(),
        }
    }

    #[test]
    fn a_number_filled_into_a_note_is_masked_like_the_answer() {
        let number = "42070419480315002X";
        let mut lines =
            [line("note", "核对", &format!("证件号 {number}，请核对")), line("text", number, "x")];
        mask_in_texts(&mut lines, Number::Identity, number);
        assert_eq!(lines[0].value, "证件号 4207**********002X，请核对");
        assert_eq!(lines[1].label, "4207**********002X");
    }

    #[test]
    fn row_numbers_go_whatever_stands_in_them() {
        assert_eq!(without_rows("/data/household/member[12]/relation"), "/data/household/member/relation");
        assert_eq!(without_rows("/data/a[1]/b[2]"), "/data/a/b");
        assert_eq!(without_rows("/data/plain"), "/data/plain");
    }

    #[test]
    fn headings_without_an_answer_below_them_are_left_out() {
        let group = |path: &str, parent: &str| FieldLine {
            path: path.into(),
            parent: parent.into(),
            group: true,
            ..line("group", path, "")
        };
        let answer =
            FieldLine { parent: "/data/a/b".into(), path: "/data/a/b/c".into(), ..line("text", "c", "1") };
        let note = FieldLine { parent: "/data/empty".into(), ..line("note", "", "0") };
        let mut lines = vec![
            group("/data/a", "/data"),
            group("/data/a/b", "/data/a"),
            answer,
            group("/data/empty", "/data"),
            note,
        ];
        drop_empty_groups(&mut lines);
        let paths: Vec<&str> = lines.iter().map(|line| line.path.as_str()).collect();
        assert_eq!(paths, ["/data/a", "/data/a/b", "/data/a/b/c"]);
    }
}
