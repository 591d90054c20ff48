//! Whom a sheet is filled with: by what the ledger knows of people, or by what somebody wrote.

use super::{Who, WhoFound};
use crate::desk::{self, Desk};
use crate::error::DeskError;
use crate::roll::line_with_roll;
use crate::screen::roll_finding::{Mentioned, hinted, mentioned};
use bangban_catalogue::item_words::RollOf;
use bangban_ledger::due_row::{self, DueAsk};
use bangban_ledger::{Ledger, person};
use bangban_model::SubjectId;
use bangban_model::benefit::{death_of, received_by};
use bangban_model::document::Document;
use bangban_model::identity::IdentityNumber;
use bangban_model::relation::is_head_word;
use bangban_model::roll::{roll_of, village_order};
use bangban_model::village_group::holds;
use bangban_model::whereabouts::has_moved;
use chrono::NaiveDate;
use std::collections::{BTreeSet, HashMap};

/// A sheet is filled with no more people at once.
pub const MOST_PEOPLE: usize = 5_000;

/// Looks for them.
///
/// # Errors
/// `RegisterUnknown` and others of a line without a roll.
pub fn find(seat: &crate::screen::Seat, who: &Who) -> Result<WhoFound, DeskError> {
    let desk = &seat.desk;
    let hinted = match who {
        Who::Hint { item } => hinted(seat, item)?,
        _ => Vec::new(),
    };
    let ledger = desk.ledger();
    let sure = |people: Vec<SubjectId>| people.into_iter().map(|person| (person, false)).collect();
    let (found, unknown) = match who {
        Who::Filter { .. } => (sure(filtered(desk, &ledger, who)?), Vec::new()),
        Who::Due { item, within_days } => (sure(due(desk, &ledger, item, *within_days)?), Vec::new()),
        Who::Hint { .. } => (sure(hinted), Vec::new()),
        Who::Roll { line } => (sure(on_roll(desk, &ledger, *line)?), Vec::new()),
        Who::Pasted { text } => {
            let Mentioned { people, unknown } = mentioned(&ledger, text, None)?;
            (people, unknown)
        }
    };
    let mut people = Vec::new();
    let mut seen = BTreeSet::new();
    for (person, doubtful) in found {
        // Whoever was joined into another record stands once.
        let Some(document) = desk::document(&ledger, person)? else { continue };
        if seen.insert(document.subject) {
            people.push((document.subject, doubtful));
        }
    }
    let more = people.len() > MOST_PEOPLE;
    people.truncate(MOST_PEOPLE);
    Ok(WhoFound { people, unknown, more })
}

fn filtered(desk: &Desk, ledger: &Ledger, who: &Who) -> Result<Vec<SubjectId>, DeskError> {
    let Who::Filter { text, village, age_from, age_to, sex, category, receives, heads } = who else {
        return Ok(Vec::new());
    };
    let today = desk.clock.today();
    let scope = village.as_ref().map_or("", |village| village.as_str());
    let words: Vec<&str> = text.split_whitespace().collect();
    let granted = granted(ledger, receives.is_some())?;
    let mut found: Vec<Document> = due_row::residents(ledger.entries(), scope)?;
    found.retain(|person| {
        let told = ["name", "id_number", "phone", "address", "household_no"].map(|field| person.text(field));
        let number = IdentityNumber::parse(person.text("id_number"), today).ok();
        let age = number.as_ref().map(|number| number.age_on(today));
        let is_aged = |least: &Option<u32>, fits: fn(u32, u32) -> bool| {
            least.is_none_or(|least| age.is_some_and(|age| fits(age, least)))
        };
        words.iter().all(|word| told.iter().any(|text| holds(text, word)))
            && is_aged(age_from, |age, from| age >= from)
            && is_aged(age_to, |age, to| age <= to)
            && sex.as_ref().is_none_or(|sex| number.as_ref().is_some_and(|one| one.sex().text() == sex))
            && category
                .as_ref()
                .is_none_or(|code| person.text("categories").split_whitespace().any(|one| one == code))
            && receives.as_ref().is_none_or(|item| {
                let own = granted.get(&person.subject).into_iter().flatten().map(String::as_str);
                received_by(person, own).contains(item)
            })
            && (!heads || is_head_word(person.text("relation")))
            && death_of(person).is_none()
            && !has_moved(person)
    });
    found.sort_by_cached_key(|person| village_order(person.text("household_no"), person.text("name")));
    Ok(found.into_iter().map(|person| person.subject).collect())
}

/// What was granted to whom, where that is asked for.
fn granted(ledger: &Ledger, asked: bool) -> Result<HashMap<SubjectId, Vec<String>>, DeskError> {
    let mut granted: HashMap<SubjectId, Vec<String>> = HashMap::new();
    if asked {
        let cases = due_row::case_stands(ledger.entries(), "")?.into_iter();
        for case in cases.filter(|case| case.granted) {
            granted.entry(case.resident).or_default().push(case.item);
        }
    }
    Ok(granted)
}

fn due(desk: &Desk, ledger: &Ledger, item: &str, within_days: u32) -> Result<Vec<SubjectId>, DeskError> {
    let until: NaiveDate = due_row::within(desk.clock.today(), within_days);
    let ask =
        DueAsk { until, item: Some(item.to_owned()), kind: None, scope: String::new(), limit: u32::MAX };
    Ok(due_row::due_until(ledger.entries(), &ask)?.into_iter().map(|day| day.resident).collect())
}

/// The people of a roll; of households their heads, or the first of each where none is.
fn on_roll(desk: &Desk, ledger: &Ledger, line: SubjectId) -> Result<Vec<SubjectId>, DeskError> {
    let (line, of) = line_with_roll(desk, ledger, line)?;
    let mut people: Vec<(Option<Document>, SubjectId)> = Vec::new();
    for place in roll_of(&line) {
        let subject = match of {
            RollOf::People => Some(place.subject),
            RollOf::Households => head_of(ledger, place.subject)?,
        };
        if let Some(subject) = subject {
            people.push((desk::document(ledger, subject)?, subject));
        }
    }
    people.sort_by_cached_key(|(person, _)| {
        person.as_ref().map(|person| village_order(person.text("household_no"), person.text("name")))
    });
    Ok(people.into_iter().map(|(_, subject)| subject).collect())
}

/// The head of a household; the first of its members where the roster names none.
pub(super) fn head_of(ledger: &Ledger, household: SubjectId) -> Result<Option<SubjectId>, DeskError> {
    let members = person::of_household(ledger.entries(), household)?;
    for member in &members {
        let document = desk::document(ledger, member.subject)?;
        if document.is_some_and(|person| is_head_word(person.text("relation"))) {
            return Ok(Some(member.subject));
        }
    }
    Ok(members.first().map(|member| member.subject))
}
