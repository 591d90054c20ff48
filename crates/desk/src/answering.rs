//! Answers given to a form's session, by whatever holds one: a case's draft or that of a register's line.

use crate::error::DeskError;
use bangban_forms::Session;
use bangban_model::Code;
use std::collections::BTreeMap;

/// Gives answers, in whatever order they come: one may be asked only because of another.
///
/// # Errors
/// `AnswerUnknown` for one that is not asked in the end.
pub(crate) fn answer_all(session: &mut Session, answers: &BTreeMap<String, String>) -> Result<(), DeskError> {
    let mut waiting: Vec<(&String, &String)> = answers.iter().collect();
    loop {
        let before = waiting.len();
        waiting.retain(|(path, value)| {
            fill_repeats(session, path);
            session.answer(path, value).is_err()
        });
        match waiting.first() {
            None => return Ok(()),
            Some((path, _)) if waiting.len() == before => {
                return Err(DeskError::new(Code::AnswerUnknown).with("path", path.as_str()));
            }
            Some(_) => {}
        }
    }
}

/// Answers name rows of a repeat by number: the rows before them are made.
fn fill_repeats(session: &mut Session, path: &str) {
    for (at, _) in path.match_indices('[') {
        let row = path[at..].find(']').and_then(|end| path.get(..at + end + 1));
        let (Some(repeat), Some(row)) = (path.get(..at), row) else { return };
        // The session bounds the rows of a repeat, so this ends.
        while session.node(row).is_none() {
            if session.add_repeat(repeat).is_err() {
                return;
            }
        }
    }
}
