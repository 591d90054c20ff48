//! The village roster from Excel: a preview that names each wrong row, then the import.

use crate::desk::{self, Desk};
use crate::error::DeskError;
use crate::household::id_of;
use crate::job::Job;
use crate::joining::{AlikeBy, Told, alike_among};
use bangban_ledger::{Ledger, entry_row, person};
use bangban_model::body::{FieldSet, Recorded};
use bangban_model::document::Document;
use bangban_model::entry::NewEntry;
use bangban_model::roster::{Disability, RosterPerson, RosterPreview, RosterProblem, check_roster};
use bangban_model::{Audience, Body, Code, StreamId, SubjectId, planted};
use bangban_sheets::{Limits, Out, rows_of};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::TS;

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct RosterImported {
    /// People who are new in this ledger.
    pub added: u64,
    /// People of whom something changed.
    pub changed: u64,
    /// People who stand here already as in the sheet.
    pub unchanged: u64,
    /// Households that are new.
    pub households_added: u64,
    /// Rows that were not taken.
    pub wrong_rows: u64,
}

/// Reads a roster and says of every row whether it can be taken.
pub fn preview_roster(desk: &Desk, workbook: &[u8]) -> Result<RosterPreview, DeskError> {
    let tables = bangban_sheets::read_tables(workbook, &Limits::default())?;
    let mut problem = None;
    for table in &tables {
        match check_roster(&rows_of(table), desk.clock.today()) {
            Ok(preview) => return Ok(preview),
            // The sheet that comes closest speaks: one with some of its headings before one with none.
            Err(RosterProblem::NoHeadings) if problem.is_some() => {}
            Err(found) => problem = Some(found),
        }
    }
    Err(match problem {
        Some(RosterProblem::TooManyRows { limit }) => {
            DeskError::new(Code::SheetTooLarge).with("limit", limit)
        }
        Some(RosterProblem::MissingColumns { missing }) => DeskError::new(Code::RosterHeadings)
            .with("missing", missing.iter().map(|column| column.heading()).collect::<Vec<_>>()),
        _ => DeskError::new(Code::RosterHeadings),
    })
}

/// Takes in the right rows of a preview, all or none. What stands here already is not written again.
pub fn import_roster(
    desk: &Desk,
    preview: &RosterPreview,
    village: &StreamId,
    job: &Job,
) -> Result<RosterImported, DeskError> {
    let mut ledger = desk.ledger();
    let enrolment = ledger.enrolment()?;
    if !enrolment.villages.contains(village) {
        return Err(Code::VillageUnknown.into());
    }
    let key = enrolment.district_key.clone();
    let mut imported = RosterImported { wrong_rows: preview.wrong_rows() as u64, ..Default::default() };
    let mut by_household: BTreeMap<&str, Vec<&RosterPerson>> = BTreeMap::new();
    for person in &preview.people {
        by_household.entry(&person.household_no).or_default().push(person);
    }
    let mut records = Vec::new();
    let (mut done, total) = (0, preview.people.len() as u64);
    for (household_no, people) in by_household {
        job.step(done, total)?;
        done += people.len() as u64;
        let household = id_of(&key, village, household_no);
        let mut record = Vec::new();
        let mut unnumbered: BTreeMap<&str, u32> = BTreeMap::new();
        let address = people.iter().find_map(|person| person.address.as_deref()).unwrap_or_default();
        let known = desk::document(&ledger, household)?;
        imported.households_added += u64::from(known.is_none());
        let fields = [("household_no", json!(household_no)), ("address", json!(address))];
        record.extend(entry_for(known.as_ref(), village, household, &fields, false));
        for person in people {
            let namesakes = unnumbered.entry(&person.name).or_default();
            *namesakes += u32::from(person.identity.is_none());
            let subject = subject_of(&ledger, &key, village, household, person, *namesakes)?;
            let known = desk::document(&ledger, subject)?;
            let mut fields = fields_of(person, household);
            // A number that was corrected or taken away since leads to the person, and does not come back by an old sheet.
            let stands = known.as_ref().map_or(subject, |document| document.subject);
            if holds_on(&ledger, known.as_ref(), person)? {
                fields.retain(|(path, _)| *path != "id_number");
            }
            let entry = entry_for(known.as_ref(), village, stands, &fields, true);
            match (&known, &entry) {
                (None, _) => imported.added += 1,
                (Some(_), Some(_)) => imported.changed += 1,
                (Some(_), None) => imported.unchanged += 1,
            }
            record.extend(entry);
        }
        if !record.is_empty() {
            records.push(record);
        }
    }
    ledger.record_many(desk.author(), records, None)?;
    Ok(imported)
}

/// Somebody of a sheet who may be somebody else too, in the sheet or in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SheetDouble {
    /// Her place among the right rows.
    pub one: usize,
    /// Who she may be.
    pub other: SheetOther,
    /// Why.
    pub by: AlikeBy,
}

/// Whom somebody of a sheet may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetOther {
    /// Another of the right rows, by its place.
    Row(usize),
    /// Somebody of the ledger, whom no row of the sheet is taken for.
    Person(SubjectId),
}

/// 疑似重复: who of a sheet may be somebody else of it, or of the ledger, in whatever village. A row that is taken for a person
/// who is known already is that person. Nothing is written.
pub fn doubles_of_sheet(
    desk: &Desk,
    preview: &RosterPreview,
    village: &StreamId,
) -> Result<Vec<SheetDouble>, DeskError> {
    let ledger = desk.ledger();
    let today = desk.clock.today();
    let key = ledger.enrolment()?.district_key.clone();
    let mut told = Vec::with_capacity(preview.people.len());
    let mut taken = BTreeSet::new();
    let mut unnumbered: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for person in &preview.people {
        let household = id_of(&key, village, &person.household_no);
        let namesakes = unnumbered.entry((&person.household_no, &person.name)).or_default();
        *namesakes += u32::from(person.identity.is_none());
        let subject = subject_of(&ledger, &key, village, household, person, *namesakes)?;
        // Who was joined with another stands as that one.
        let stands = desk::document(&ledger, subject)?.map_or(subject, |document| document.subject);
        taken.extend([subject, stands]);
        let number = person.identity.as_ref().map(|number| number.reveal()).unwrap_or_default();
        told.push(Told::of(&person.name, number, Some(household), today));
    }
    let everybody = person::everybody(ledger.entries())?;
    let others: Vec<_> = everybody.iter().filter(|one| !taken.contains(&one.subject)).collect();
    let rows = told.len();
    told.extend(others.iter().map(|one| Told::compared(one, today)));
    let found = alike_among(&told).into_iter().filter(|(one, _, _)| *one < rows);
    let mut found: Vec<SheetDouble> = found
        .filter_map(|(one, other, by)| {
            let other = match other.checked_sub(rows) {
                None => SheetOther::Row(other),
                Some(at) => SheetOther::Person(others.get(at)?.subject),
            };
            Some(SheetDouble { one, other, by })
        })
        .collect();
    found.sort_by_key(|double| (double.by, double.one));
    Ok(found)
}

/// Rule E5 by the identity number. Without one, by 户号, name and the how manyeth of that name in the household, so that
/// two laptops with the same sheet do not double a newborn either; once the number is known, it goes to that person.
fn subject_of(
    ledger: &Ledger,
    key: &bangban_model::ids::DistrictKey,
    village: &StreamId,
    household: SubjectId,
    roster: &RosterPerson,
    namesakes: u32,
) -> Result<SubjectId, DeskError> {
    let Some(number) = &roster.identity else {
        let place = format!("{}\0{}\0{namesakes}", roster.household_no, roster.name);
        let derived = SubjectId::derive(key, village, "resident-by-place", &place);
        // Whose number was taken away by hand is met by her name alone.
        if namesakes == 1 && desk::document(ledger, derived)?.is_none() {
            let members = person::of_household(ledger.entries(), household)?;
            let fits = |one: &&person::Person| one.id_number.is_empty() && one.name == roster.name;
            // The first one born, on every laptop the same, whoever of them is known as the head.
            if let Some(one) = members.iter().filter(fits).map(|one| one.subject).min() {
                return Ok(one);
            }
        }
        return Ok(derived);
    };
    let by_number = match planted::out("no_derived_ids") {
        true => SubjectId(uuid::Uuid::now_v7()),
        false => SubjectId::derive(key, village, "resident", number.reveal()),
    };
    // Whoever has the number now stands for it before whoever was recorded by it: numbers of two were mixed up, and corrected.
    if !planted::out("no_derived_ids") {
        let found = person::by_number(ledger.entries(), number.reveal())?;
        if let Some(holder) = found.iter().find(|one| one.stream == *village) {
            return Ok(holder.subject);
        }
    }
    let mut born = by_number;
    if let Some(known) = desk::document(ledger, by_number)? {
        if known.text("name") == roster.name || !was_cleared(ledger, &known, number.reveal())? {
            return Ok(by_number);
        }
        // It stood with somebody else by mistake and was taken away there: this is another person, the same on every laptop.
        let place = format!("{}\0{}", number.reveal(), roster.name);
        born = SubjectId::derive(key, village, "resident-by-number-and-name", &place);
    }
    let members = person::of_household(ledger.entries(), household)?;
    let known = members.iter().filter(|member| member.id_number.is_empty() && member.name == roster.name);
    Ok(known.map(|member| member.subject).min().unwrap_or(born))
}

/// Whether what stands of a person's identity number stays as it is, whatever a sheet says.
fn holds_on(ledger: &Ledger, known: Option<&Document>, sheet: &RosterPerson) -> Result<bool, DeskError> {
    let (Some(known), Some(number)) = (known, &sheet.identity) else { return Ok(known.is_some()) };
    Ok(!known.text("id_number").is_empty() || was_cleared(ledger, known, number.reveal())?)
}

/// Whether this number stood with a person and was taken away by hand.
fn was_cleared(ledger: &Ledger, person: &Document, number: &str) -> Result<bool, DeskError> {
    let field = person.fields.get("id_number");
    // Rosters write no empty cell: an empty value was written by hand.
    if field.is_none_or(|field| field.held.value != json!("")) {
        return Ok(false);
    }
    for row in entry_row::of_subject(ledger.entries(), person.subject)? {
        let Ok(Some(body)) = row.entry.body() else { continue };
        if body.field_set().and_then(|set| set.get("id_number")) == Some(&json!(number)) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn fields_of(person: &RosterPerson, household: SubjectId) -> Vec<(&'static str, Value)> {
    let relation = person.relation_text.as_str();
    let number = |of: fn(&Disability) -> Option<u8>| {
        person.disability.as_ref().and_then(of).map(|number| number.to_string()).unwrap_or_default()
    };
    let certificate = person.disability.as_ref().and_then(|disability| disability.certificate.as_deref());
    vec![
        ("name", json!(person.name)),
        ("id_number", json!(person.identity.as_ref().map(|number| number.reveal()).unwrap_or_default())),
        ("household", json!(household)),
        ("household_no", json!(person.household_no)),
        ("relation", json!(relation)),
        ("relation_code", json!(person.relation.unwrap_or_default())),
        ("phone", json!(person.phone.as_deref().unwrap_or_default())),
        ("address", json!(person.address.as_deref().unwrap_or_default())),
        ("note", json!(person.note.as_deref().unwrap_or_default())),
        ("categories", json!(person.categories.join(" "))),
        ("disability_category", json!(number(|disability| disability.category))),
        ("disability_level", json!(number(|disability| disability.level))),
        ("disability_card", json!(certificate.unwrap_or_default())),
        ("receives", json!(person.receives.join(" "))),
    ]
}

/// An entry with the fields that differ; an empty cell never erases what is known.
fn entry_for(
    known: Option<&Document>,
    village: &StreamId,
    subject: SubjectId,
    fields: &[(&str, Value)],
    resident: bool,
) -> Option<NewEntry> {
    let set: FieldSet = fields
        .iter()
        .filter(|(path, value)| {
            let empty = value.as_str() == Some("");
            !empty && known.and_then(|document| document.value(path)) != Some(value)
        })
        .map(|(path, value)| ((*path).to_owned(), value.clone()))
        .collect();
    if set.is_empty() {
        return None;
    }
    let recorded = Recorded { set };
    let body = if resident { Body::ResidentRecorded(recorded) } else { Body::HouseholdRecorded(recorded) };
    Some(NewEntry {
        stream: village.clone(),
        subject,
        audience: Audience::All,
        saw: known.and_then(Document::newest_seen),
        body,
    })
}

/// A workbook with a roster of fictitious people, the same for the same seed.
pub fn demo_workbook(
    seed: u64,
    village: &str,
    households: usize,
    people: usize,
    today: chrono::NaiveDate,
) -> Result<Vec<u8>, DeskError> {
    let made = bangban_model::demo::demo_households(seed, village, households, people, today);
    let rows = bangban_model::demo::demo_rows(&made);
    let (headings, rows) = rows.split_first().ok_or(Code::BadInput)?;
    let headings: Vec<&str> = headings.cells.iter().map(|cell| cell.text.as_str()).collect();
    let rows: Vec<Vec<Out>> =
        rows.iter().map(|row| row.cells.iter().map(|cell| Out::Text(cell.text.clone())).collect()).collect();
    Ok(bangban_sheets::write_table("花名册", &headings, &rows)?)
}

#[cfg(test)]
mod tests;
