//! Who stands on the roll of a register's line, with what tells how it stands with each.

use super::case_row;
use crate::error::CenterError;
use crate::store::reading::OnRoll;
use bangban_ledger::{case_list, person};
use bangban_model::document::{Document, SubjectKind};
use bangban_model::roll::{ROUND, roll_of};
use rusqlite::Connection;
use std::collections::BTreeSet;

/// See [`crate::store::reading::Reading::on_roll`].
pub(super) fn on_roll(
    connection: &Connection,
    scope: &str,
    line: &Document,
) -> Result<Vec<OnRoll>, CenterError> {
    let mut found = Vec::new();
    let mut shown = BTreeSet::new();
    for place in roll_of(line) {
        let one = match case_row::resident(connection, scope, place.subject)? {
            Some(resident) => Some(resident),
            None => case_row::subject(connection, scope, place.subject)?,
        };
        let Some(document) = one.filter(|one| shown.insert(one.subject)) else { continue };
        let is_house = document.kind == Some(SubjectKind::Household);
        let (mut members, mut visits, mut further) = (Vec::new(), Vec::new(), Vec::new());
        if is_house {
            for member in person::of_household(connection, document.subject)? {
                members.extend(case_row::resident(connection, scope, member.subject)?);
            }
            visits = case_list::visits_to(connection, document.subject)?;
            visits.retain(|visit| visit.text(ROUND) == line.subject.to_string());
            for visit in &visits {
                further.extend(case_list::further_needs(connection, visit)?);
            }
        }
        found.push(OnRoll { document, place, members, visits, further });
    }
    Ok(found)
}
