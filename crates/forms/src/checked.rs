//! The center's check: answers from outside run through the form again, and what does not belong is left out.

use crate::changes::Problem;
use crate::context::Context;
use crate::form::Form;
use crate::session::Session;
use serde::Serialize;
use std::collections::BTreeMap;

/// Answers as the form lets them stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// The answers that count, computed ones computed anew.
    pub answers: BTreeMap<String, String>,
    /// The paths of given answers that do not belong: unknown, or not asked.
    pub dropped: Vec<String>,
    /// The paths whose given value was not the one that the form computes.
    pub corrected: Vec<String>,
    /// What hinders acceptance.
    pub problems: Vec<Problem>,
}

/// Runs answers through a form anew, with no default added. Computed texts may be in any of the form's languages: the
/// one in which nothing needs to be corrected counts; messages are in the default one.
#[must_use]
pub fn check_answers(form: &Form, context: &Context, answers: &BTreeMap<String, String>) -> Checked {
    let session = Session::resume(form, context, answers);
    let mut checked = compare(&session, answers);
    if !checked.corrected.is_empty() {
        for language in 1..form.languages().len() {
            let other = compare(&Session::resume_in(form, context, answers, language), answers);
            if other.corrected.is_empty() {
                checked = other;
                break;
            }
        }
    }
    checked.problems = session.problems();
    checked
}

/// What a session kept of the answers it was given.
fn compare(session: &Session, answers: &BTreeMap<String, String>) -> Checked {
    let kept = session.answers();
    let given = answers.iter().filter(|(_, value)| !value.is_empty());
    let dropped = given.clone().filter(|(path, _)| !kept.contains_key(*path));
    let corrected = given.filter(|(path, value)| kept.get(*path).is_some_and(|now| now != *value));
    Checked {
        dropped: dropped.map(|(path, _)| path.clone()).collect(),
        corrected: corrected.map(|(path, _)| path.clone()).collect(),
        problems: Vec::new(),
        answers: kept,
    }
}
