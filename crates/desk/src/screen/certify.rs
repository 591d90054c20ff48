//! 养老认证, one after the other: who is due, and what was written of whom lately.

use super::Seat;
use super::person::{PersonCard, card_of};
use crate::desk;
use crate::error::DeskError;
use crate::roll::line_with_roll;
use bangban_ledger::case_list::{CaseQuery, find_cases};
use bangban_ledger::due_row::{self, DueAsk};
use bangban_ledger::{Ledger, case_list};
use bangban_model::added_later::done_before;
use bangban_model::certification::{DAY, ITEM, MET_BY_NAME, METHOD, RESULT, ended_well, is_refused};
use bangban_model::consent::{self, ConsentTexts};
use bangban_model::document::{Document, Stage};
use bangban_model::roll::{roll_of, village_order};
use bangban_model::{Code, SubjectId};
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// A list shows no more lines.
const MAX_ROWS: usize = 1000;
/// What was written in so many days stands on the list beside those that are due.
const LATELY_DAYS: u64 = 60;

/// Whom the list holds.
#[derive(Clone, Debug, Default, Deserialize, TS)]
pub struct CertFilter {
    /// Due within so many days.
    pub within_days: u32,
    /// Words that name or address hold.
    pub text: String,
    /// Only who stands on the roll of this line, in its order, due or not.
    pub roll: Option<SubjectId>,
}

/// A pensioner on the list.
#[derive(Clone, Debug, Serialize, TS)]
pub struct CertRow {
    /// Who.
    pub person: PersonCard,
    /// The last day, where one is known.
    pub due: Option<NaiveDate>,
    /// Days left; negative once it is overdue.
    pub days_left: Option<i64>,
    /// What was written of her in this period.
    pub written: Option<CertWritten>,
}

/// What was written of a pensioner.
#[derive(Clone, Debug, Serialize, TS)]
pub struct CertWritten {
    /// The case.
    pub case: SubjectId,
    /// As the form has it: `passed`, `pending`, `not_passed`, `unreachable`, `abnormal`.
    pub result: String,
    /// As the form has it: `visit`, `face`, `window`, `comparison`; '' where it was not asked.
    pub method: String,
    /// On which day.
    pub day: Option<NaiveDate>,
    /// 补录: the same day, where it was written down on a later one.
    pub late: Option<NaiveDate>,
    /// Who met her.
    pub met_by_name: String,
    /// Whether it passed, or waits for the pension office: nobody has to go there again.
    pub done: bool,
    /// Whether the township returned it.
    pub returned: bool,
    /// Whether another attempt cannot be written to it: it ended well, or the township has taken it on.
    pub locked: bool,
}

/// The list.
#[derive(Clone, Debug, Serialize, TS)]
pub struct CertList {
    /// Those still to be done first, the most urgent first; then what was written lately.
    pub rows: Vec<CertRow>,
    /// How many are still to be done.
    pub open: u64,
    /// Whether there are more.
    pub more: bool,
    /// Who works here: the name that stands for 帮办代办员.
    pub agent: String,
    /// What is read to everyone of the round.
    pub consent_texts: ConsentTexts,
}

/// Who is due and what was written lately.
pub fn certification_list(seat: &Seat, filter: &CertFilter) -> Result<CertList, DeskError> {
    let today = seat.desk.clock.today();
    let ledger = seat.desk.ledger();
    let until = due_row::within(today, filter.within_days);
    let ask =
        DueAsk { until, item: Some(ITEM.to_owned()), kind: None, scope: String::new(), limit: u32::MAX };
    let mut due: BTreeMap<SubjectId, NaiveDate> = BTreeMap::new();
    let mut order: Vec<SubjectId> = Vec::new();
    for day in due_row::due_until(ledger.entries(), &ask)? {
        if due.insert(day.resident, day.due).is_none() {
            order.push(day.resident);
        }
    }
    let people = match filter.roll {
        Some(line) => {
            let (line, _) = line_with_roll(&seat.desk, &ledger, line)?;
            roll_of(&line).into_iter().map(|place| place.subject).collect()
        }
        None => {
            order.extend(written_lately(&ledger, today)?);
            order
        }
    };
    let mut rows: Vec<CertRow> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    let words: Vec<&str> = filter.text.split_whitespace().collect();
    let mut more = false;
    for person in people {
        let Some(document) = desk::document(&ledger, person)? else { continue };
        let fits =
            |word: &&str| document.text("name").contains(*word) || document.text("address").contains(*word);
        if !seen.insert(document.subject) || !words.iter().all(fits) {
            continue;
        }
        if rows.len() == MAX_ROWS {
            more = true;
            break;
        }
        let day = due.get(&document.subject).copied();
        rows.push(CertRow {
            person: card_of(&seat.desk, &document),
            due: day,
            days_left: day.map(|day| (day - today).num_days()),
            written: written(&ledger, document.subject, today)?,
        });
    }
    let is_done = |row: &CertRow| row.written.as_ref().is_some_and(|written| written.done);
    match filter.roll {
        Some(_) => {
            rows.sort_by_cached_key(|row| village_order(&row.person.household_no, &row.person.name));
        }
        None => rows.sort_by_key(is_done),
    }
    let open = rows.iter().filter(|row| !is_done(row)).count() as u64;
    Ok(CertList {
        rows,
        open,
        more,
        agent: agent_of(seat, &ledger)?,
        consent_texts: consent::texts(seat.language),
    })
}

/// A row alone, as it stands now.
///
/// # Errors
/// `PersonUnknown`
pub fn row_of(seat: &Seat, person: SubjectId) -> Result<CertRow, DeskError> {
    let today = seat.desk.clock.today();
    let ledger = seat.desk.ledger();
    let document = desk::document_of(&ledger, person, Code::PersonUnknown)?;
    Ok(CertRow {
        person: card_of(&seat.desk, &document),
        due: None,
        days_left: None,
        written: written(&ledger, document.subject, today)?,
    })
}

fn agent_of(seat: &Seat, ledger: &Ledger) -> Result<String, DeskError> {
    Ok(super::agent_names(ledger)?.remove(&seat.desk.agent()).unwrap_or_default())
}

/// Of whom something was written lately, the newest first.
fn written_lately(ledger: &Ledger, today: NaiveDate) -> Result<Vec<SubjectId>, DeskError> {
    let query = CaseQuery {
        item: Some(ITEM.to_owned()),
        from: today.checked_sub_days(Days::new(LATELY_DAYS)),
        descending: true,
        limit: MAX_ROWS as u32,
        ..CaseQuery::default()
    };
    let cases = find_cases(ledger.entries(), &query)?;
    Ok(cases.iter().filter_map(|case| Some(case.case.as_ref()?.resident)).collect())
}

/// The newest certification of a person that is not taken back, of this period: lately, or still under way.
fn written(ledger: &Ledger, person: SubjectId, today: NaiveDate) -> Result<Option<CertWritten>, DeskError> {
    let cases = case_list::of_resident(ledger.entries(), person)?;
    let newest = cases.iter().find(|case| {
        let file = case.case.as_ref();
        file.is_some_and(|file| {
            let day: Option<NaiveDate> = case.text(DAY).parse().ok();
            let lately = day.is_some_and(|day| (today - day).num_days() <= LATELY_DAYS as i64);
            let under_way = matches!(file.stage, Stage::Submitted | Stage::Returned | Stage::Accepted);
            file.item == ITEM && file.stage != Stage::Withdrawn && (lately || under_way)
        })
    });
    Ok(newest.map(written_of))
}

fn written_of(case: &Document) -> CertWritten {
    let stage = case.case.as_ref().map(|file| file.stage);
    CertWritten {
        case: case.subject,
        result: case.text(RESULT).to_owned(),
        method: case.text(METHOD).to_owned(),
        day: case.text(DAY).parse().ok(),
        late: done_before(case),
        met_by_name: case.text(MET_BY_NAME).to_owned(),
        done: ended_well(case),
        returned: stage == Some(Stage::Returned),
        locked: !is_refused(case)
            && (ended_well(case) || !matches!(stage, Some(Stage::Submitted | Stage::Returned))),
    }
}
