//! The households of the demo roster, as the workbook in the demo's folder has them: whom to visit today, and for what.

use crate::day::trouble::Trouble;
use bangban_model::clock::{Clock, SystemClock};
use bangban_model::identity::IdentityNumber;
use bangban_model::roster::{RosterCell, RosterPerson, RosterRow, check_roster};
use bangban_sheets::{Limits, Table, read_tables};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// From this age on a pension is certified.
const PENSION_AGE_YEARS: u32 = 60;
/// From this age on a card needs no guardian.
const CARD_AGE_YEARS: u32 = 16;

/// A person to do something for.
#[derive(Clone, PartialEq, Eq)]
pub struct Villager {
    /// Full name.
    pub name: String,
    /// Identity number.
    pub number: String,
    /// Full years today.
    pub age_years: u32,
    /// Relation to the head, by the standard's code.
    pub relation: &'static str,
}

/// The household of today.
pub struct Household {
    /// 户号.
    pub household_no: String,
    /// The head, who applies for the household.
    pub head: Villager,
    /// Who draws a pension.
    pub elder: Villager,
    /// A third one, old enough for a card of his own.
    pub other: Villager,
    /// All of them, the head first.
    pub members: Vec<Villager>,
}

/// The households of a roster.
pub fn read_households(workbook: &Path) -> Result<BTreeMap<String, Vec<Villager>>, Trouble> {
    let bytes = std::fs::read(workbook).map_err(Trouble::io("roster"))?;
    let tables = read_tables(&bytes, &Limits::default())
        .map_err(|problem| Trouble::Unexpected(problem.to_string()))?;
    let today = SystemClock.today();
    let rows = tables.first().map(rows_of).unwrap_or_default();
    let preview =
        check_roster(&rows, today).map_err(|problem| Trouble::Unexpected(format!("{problem:?}")))?;
    let mut households: BTreeMap<String, Vec<Villager>> = BTreeMap::new();
    let mut with_newborns = BTreeSet::new();
    for person in preview.people {
        match &person.identity {
            Some(number) => {
                let villager = villager_of(&person, number, number.age_on(today));
                households.entry(person.household_no).or_default().push(villager);
            }
            None => drop(with_newborns.insert(person.household_no)),
        }
    }
    // A baby without a number cannot stand in a form yet: its household waits.
    households.retain(|household_no, _| !with_newborns.contains(household_no));
    Ok(households)
}

fn villager_of(person: &RosterPerson, number: &IdentityNumber, age_years: u32) -> Villager {
    Villager {
        name: person.name.clone(),
        number: number.reveal().to_owned(),
        age_years,
        relation: person.relation.unwrap_or(bangban_model::relation::UNRELATED_CODE),
    }
}

fn rows_of(table: &Table) -> Vec<RosterRow> {
    let cell = |cell: &bangban_sheets::Cell| RosterCell::text(cell.as_plain_text());
    let row = |row: &bangban_sheets::Row| RosterRow {
        row: row.number,
        cells: row.cells.iter().map(cell).collect(),
    };
    table.rows.iter().map(row).collect()
}

/// The first household that was not visited yet and has someone for every case of the day.
pub fn household_of_today(
    households: &BTreeMap<String, Vec<Villager>>,
    visited: &BTreeSet<String>,
) -> Result<Household, Trouble> {
    let fitting = households.iter().filter(|(household_no, _)| !visited.contains(*household_no));
    let found = fitting.filter_map(|(household_no, members)| fit(household_no, members)).next();
    found.ok_or_else(|| Trouble::Unexpected("every household of the demo was visited".into()))
}

fn fit(household_no: &str, members: &[Villager]) -> Option<Household> {
    let head = members.first().filter(|head| bangban_model::relation::is_head(head.relation))?;
    let elder = members.iter().find(|member| *member != head && member.age_years >= PENSION_AGE_YEARS)?;
    let is_third = |member: &&Villager| *member != head && *member != elder;
    let other = members.iter().filter(is_third).find(|member| member.age_years >= CARD_AGE_YEARS)?;
    Some(Household {
        household_no: household_no.to_owned(),
        head: head.clone(),
        elder: elder.clone(),
        other: other.clone(),
        members: members.to_vec(),
    })
}
