//! A day of an official list, as a field of the resident: laptop and center find the same people and write the very same.

use crate::due_row::LISTED_PREFIX;
use bangban_model::due_list::{DueColumn, DueLine, DueList};
use bangban_model::name::normalise_name;
use bangban_model::roster::{RowIssue, RowProblem};
use chrono::NaiveDate;
use serde_json::{Value, json};

/// Where a day of such a list comes from.
pub const OFFICIAL_LIST: &str = "official_list";

/// The field of an item.
#[must_use]
pub fn listed_path(item: &str) -> String {
    format!("{LISTED_PREFIX}{item}")
}

/// The day of such a field.
#[must_use]
pub fn listed_day(value: &Value) -> Option<NaiveDate> {
    value.get("date")?.as_str()?.parse().ok()
}

/// Whether the very day stands there from such a list already, whenever it was taken in.
#[must_use]
pub fn is_listed(known: Option<&Value>, due: NaiveDate) -> bool {
    known.is_some_and(|value| listed_day(value) == Some(due) && value["source"] == OFFICIAL_LIST)
}

/// The field's value for a list that is taken in on this day.
#[must_use]
pub fn listed_value(due: NaiveDate, listed: NaiveDate) -> Value {
    json!({"date": due, "source": OFFICIAL_LIST, "listed": listed})
}

/// What a list says, and of whom.
pub struct DuePreview<P> {
    /// The list; its right lines are those below.
    pub list: DueList,
    /// The lines whose people are here, in the order of the list.
    pub found: Vec<FoundLine<P>>,
    /// The rows whose people are not.
    pub missing: Vec<u32>,
}

/// A line, and whom it is about.
pub struct FoundLine<P> {
    /// The line.
    pub line: DueLine,
    /// Who has this number; she may stand in two villages.
    pub people: Vec<P>,
    /// The day that stood until now.
    pub before: Option<NaiveDate>,
    /// Whether the import has anything to write.
    pub changes: bool,
}

/// Finds the people of a list's lines. `people_of` gives those with a line's number, `known_of` somebody's name and what
/// stands of the line's item.
///
/// # Errors
/// Those of `known_of`.
pub fn find_people<P, E>(
    mut list: DueList,
    mut people_of: impl FnMut(&DueLine) -> Vec<P>,
    known_of: impl Fn(&P, &str) -> Result<(String, Option<Value>), E>,
) -> Result<DuePreview<P>, E> {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for line in std::mem::take(&mut list.lines) {
        let people = people_of(&line);
        if people.is_empty() {
            missing.push(line.row);
            continue;
        }
        let path = listed_path(&line.item);
        let (mut is_named, mut before, mut changes) = (line.name.is_none(), None, false);
        for one in &people {
            let (name, known) = known_of(one, &path)?;
            is_named |= line.name.as_ref().is_some_and(|listed| normalise_name(&name) == *listed);
            before = before.or(known.as_ref().and_then(listed_day));
            changes |= !is_listed(known.as_ref(), line.due);
        }
        if !is_named {
            let (row, column, problem) = (line.row, Some(DueColumn::Name), RowProblem::NameDiffers);
            list.warnings.push(RowIssue { row, column, problem });
        }
        found.push(FoundLine { line, people, before, changes });
    }
    list.warnings.sort_by_key(|issue| issue.row);
    Ok(DuePreview { list, found, missing })
}
