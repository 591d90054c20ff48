//! What differs between two revisions of a case, in the words of its form.

use super::Seat;
use crate::case_draft::{CaseDraft, form_context};
use crate::desk;
use crate::error::DeskError;
use bangban_catalogue::form_screen::{readable, speak};
use bangban_catalogue::materials_asked::authority_paper;
use bangban_catalogue::{ItemCard, masked};
use bangban_forms::{Form, Kind, Session};
use bangban_ledger::document_row;
use bangban_model::body::FieldSet;
use bangban_model::handling::{self, HANDLING_PREFIX};
use bangban_model::paper::{self, PAPER_PREFIX, paper_path};
use bangban_model::photo::{PHOTO_PREFIX, PhotoField};
use bangban_model::revision::{Difference, differences, values_of};
use bangban_model::words::Language;
use bangban_model::{Code, EntryId, SubjectId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use ts_rs::TS;

/// One field that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "Difference")]
pub struct DifferenceView {
    /// `/data/…` or `photo/<digest>`.
    pub path: String,
    /// The question, or the material of a photo or paper.
    pub label: String,
    /// What it was, in the words of its choices; '' where it was not there.
    pub before: String,
    /// What it is; '' where it is gone.
    pub after: String,
}

/// The words of every path of a form: questions, and materials under `material/<slot>` and `paper/<slot>`.
pub(crate) fn labels_of(session: &Session, card: &ItemCard, language: Language) -> BTreeMap<String, String> {
    let nodes = session.nodes().into_iter().map(|node| (node.path, node.label));
    let authority = authority_paper();
    let authority_name = match language {
        Language::English => authority.name_en.clone(),
        Language::Chinese => None,
    };
    let authority =
        (format!("material/{}", authority.id), authority_name.unwrap_or_else(|| authority.name.clone()));
    let materials = card.materials.iter().flat_map(|material| {
        [format!("material/{}", material.id), paper_path(&material.id)]
            .map(|path| (path, material.name.clone()))
    });
    let handling = handling::paths().into_iter().map(|path| {
        let label = handling::label_of(&path, language).to_owned();
        (path, label)
    });
    nodes.chain(materials).chain(handling).chain([authority]).collect()
}

/// A stored answer in the words of its choices, numbers masked.
pub(crate) fn words_of(session: &Session, language: Language, path: &str, value: Option<&Value>) -> String {
    if path.starts_with(PAPER_PREFIX) {
        return value.map(|value| paper::say(value, language)).unwrap_or_default();
    }
    if path.starts_with(HANDLING_PREFIX) {
        return value.map(|value| handling::say(path, value, language)).unwrap_or_default();
    }
    let Some(text) = value.and_then(Value::as_str) else { return String::new() };
    let Some(node) = session.node(path) else { return masked::shown(path, text) };
    match node.choices.as_deref() {
        Some(choices) => readable(node.kind, text, choices),
        None => masked::shown_of(&node, text),
    }
}

/// What differs from one revision to another, or to the draft.
pub fn compare_revisions(
    seat: &Seat,
    case: SubjectId,
    before: EntryId,
    after: Option<EntryId>,
) -> Result<Vec<DifferenceView>, DeskError> {
    let (item, digest, before, after) = {
        let ledger = seat.desk.ledger();
        let document = desk::document_of(&ledger, case, Code::CaseUnknown)?;
        let file = document.case.ok_or(Code::CaseUnknown)?;
        let at = |revision| -> Result<FieldSet, DeskError> {
            let document = document_row::at_revision(ledger.entries(), case, revision)?;
            Ok(values_of(&document.ok_or(Code::CaseUnknown)?))
        };
        let after = match after {
            Some(after) => at(after)?,
            None => CaseDraft::find(&ledger, case)?.ok_or(Code::CaseStage)?.values(),
        };
        (file.item, file.form_digest, at(before)?, after)
    };
    let item = seat.desk.catalogue().item(&item)?;
    let form = item.form_of(digest)?;
    let (was, is) = (session_of(seat, form, &before), session_of(seat, form, &after));
    let card = item.card.in_language(seat.language);
    let labels: BTreeMap<String, String> = labels_of(&was, &card, seat.language)
        .into_iter()
        .chain(labels_of(&is, &card, seat.language))
        .collect();
    let is_told_elsewhere = |path: &str| {
        let node = is.node(path).or_else(|| was.node(path));
        // What is kept apart is told where it is kept.
        node.is_some_and(|node| {
            matches!(node.kind, Kind::Calculate | Kind::Hidden) || node.kind.is_kept_apart()
        })
    };
    let differing =
        differences(&before, &after).into_iter().filter(|difference| !is_told_elsewhere(&difference.path));
    let views =
        differing.map(|difference| match difference.path.strip_prefix(PHOTO_PREFIX).map(str::to_owned) {
            Some(digest) => photo_difference(difference, &digest, &labels),
            None => DifferenceView {
                label: labels.get(&difference.path).cloned().unwrap_or_default(),
                before: words_of(&was, seat.language, &difference.path, difference.before.as_ref()),
                after: words_of(&is, seat.language, &difference.path, difference.after.as_ref()),
                path: difference.path,
            },
        });
    Ok(views.fold(Vec::new(), gather_file))
}

/// A file that took another's place is one difference.
fn gather_file(mut views: Vec<DifferenceView>, view: DifferenceView) -> Vec<DifferenceView> {
    match views.iter_mut().find(|known| known.path == view.path) {
        Some(known) if known.before.is_empty() => known.before = view.before,
        Some(known) => known.after = view.after,
        None => views.push(view),
    }
    views
}

fn session_of(seat: &Seat, form: &Form, values: &FieldSet) -> Session {
    let answers = values.iter().filter_map(|(path, value)| Some((path.clone(), value.as_str()?.to_owned())));
    let mut session = Session::resume(form, &form_context(&seat.desk), &answers.collect());
    speak(&mut session, seat.language);
    session
}

fn photo_difference(
    difference: Difference,
    digest: &str,
    labels: &BTreeMap<String, String>,
) -> DifferenceView {
    let value = difference.after.as_ref().or(difference.before.as_ref());
    let field = value.and_then(|value| PhotoField::deserialize(value).ok()).unwrap_or_default();
    let slot = field.slot.as_str();
    let file = field.name.as_deref().filter(|_| !field.is_picture());
    let shown =
        |value: &Option<Value>| value.as_ref().map(|_| file.unwrap_or(digest).to_owned()).unwrap_or_default();
    let label = labels.get(&format!("material/{slot}")).or_else(|| labels.get(slot));
    DifferenceView {
        label: label.cloned().unwrap_or_else(|| slot.to_owned()),
        before: shown(&difference.before),
        after: shown(&difference.after),
        path: if file.is_some() { slot.to_owned() } else { difference.path },
    }
}
