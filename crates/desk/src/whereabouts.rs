//! 去向: noted as an agent learns it, and taken back as easily.

use crate::desk::{self, Desk};
use crate::error::DeskError;
use bangban_model::body::Recorded;
use bangban_model::entry::NewEntry;
use bangban_model::whereabouts::{LONGEST_PLACE_CHARS, WhereState, Whereabouts, fields_of, whereabouts_of};
use bangban_model::{Audience, Body, Code, SubjectId};

/// Notes where a person is. A death is reported only: an office verifies it.
///
/// # Errors
/// `BadInput` naming what is wrong; `DeathVerified` where an office has verified a death.
pub fn note_whereabouts(desk: &Desk, person: SubjectId, told: &Whereabouts) -> Result<(), DeskError> {
    let bad = |path: &str| Err(DeskError::new(Code::BadInput).with("path", path));
    let told = Whereabouts { place: told.place.trim().to_owned(), ..told.clone() };
    if told.state == WhereState::Dead {
        return bad("state");
    }
    let is_told = told.since.is_some_and(|since| since <= desk.clock.today());
    if told.state != WhereState::Here && !is_told {
        return bad("since");
    }
    let has_place = matches!(told.state, WhereState::Away | WhereState::Moved);
    if told.place.chars().count() > LONGEST_PLACE_CHARS || (has_place == told.place.is_empty()) {
        return bad("place");
    }
    let mut ledger = desk.ledger();
    let document = desk::document_of(&ledger, person, Code::PersonUnknown)?;
    if whereabouts_of(&document).state == WhereState::Dead {
        return Err(Code::DeathVerified.into());
    }
    let set = fields_of(&document, &told);
    if set.is_empty() {
        return Ok(());
    }
    let entry = NewEntry {
        stream: document.stream.clone(),
        subject: document.subject,
        audience: Audience::All,
        saw: document.newest_seen(),
        body: Body::ResidentRecorded(Recorded { set }),
    };
    ledger.record(desk.author(), vec![entry], None)?;
    Ok(())
}
