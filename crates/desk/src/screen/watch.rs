//! 重点关注: when somebody on the watch list was met last, and is to be seen next. Read from the visits, written nowhere.

use super::Seat;
use crate::desk;
use crate::error::DeskError;
use crate::line::{LineDraft, named};
use bangban_catalogue::Register;
use bangban_ledger::{Ledger, case_list, due_row, open_row};
use bangban_model::SubjectId;
use bangban_model::document::Document;
use bangban_model::line::line_of;
use bangban_model::watch::{met_at, next_watch};
use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// When somebody was met last, and is to be seen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
pub struct WatchDays {
    /// 上次走访: the day of the last visit at which she was met.
    pub met: Option<NaiveDate>,
    /// 下次走访.
    pub next: NaiveDate,
}

/// The days of an open line whose day visits move; none of another.
pub(crate) fn days_of(
    ledger: &Ledger,
    register: &Register,
    document: &Document,
) -> Result<Option<WatchDays>, DeskError> {
    let moves = register.open.as_ref().is_some_and(|open| open.every.is_some());
    let Some(line) = line_of(document).filter(|_| moves) else { return Ok(None) };
    let Some(by) = line.todo.filter(|day| day.year() < 9999) else { return Ok(None) };
    let draft = LineDraft::altering(document)?;
    let every = register.seen_every(&named(&draft.answers));
    let met = line.person.map(|person| met_last(ledger, person)).transpose()?.flatten();
    Ok(Some(WatchDays { met, next: next_watch(by, every, met) }))
}

/// The day on which a person was met last by a visit to her household.
fn met_last(ledger: &Ledger, person: SubjectId) -> Result<Option<NaiveDate>, DeskError> {
    let Some(document) = desk::document(ledger, person)? else { return Ok(None) };
    let Ok(household) = document.text("household").parse::<SubjectId>() else { return Ok(None) };
    let mut she = vec![document.subject];
    she.extend(open_row::joined_into(ledger.entries(), document.subject)?);
    Ok(case_list::newest_day_of_visit(ledger.entries(), household, |visit| met_at(visit, &she))?)
}

/// The lines whose day visits move.
pub(crate) struct Watched {
    /// All that were to be done until the day asked for when they were written.
    pub(crate) lines: Vec<SubjectId>,
    /// Those of them that still are, the most urgent first.
    pub(crate) due: Vec<SubjectId>,
    /// How many those are, by register.
    pub(crate) counts: BTreeMap<String, u64>,
}

/// Looks through them. Visits move a day on and never nearer, so that what was written later needs no look.
pub(crate) fn watched(seat: &Seat, ledger: &Ledger, until: NaiveDate) -> Result<Watched, DeskError> {
    let mut watched = Watched { lines: Vec::new(), due: Vec::new(), counts: BTreeMap::new() };
    let mut due = Vec::new();
    for item in seat.desk.catalogue().registers() {
        let Some(register) = &item.card.register else { continue };
        if register.open.as_ref().is_none_or(|open| open.every.is_none()) {
            continue;
        }
        let mut count = 0;
        for id in due_row::open_of_register(ledger.entries(), &item.card.code, until)? {
            watched.lines.push(id);
            let Some(document) = desk::document(ledger, id)? else { continue };
            let days = days_of(ledger, register, &document)?;
            let next =
                days.map_or_else(|| line_of(&document).and_then(|line| line.todo), |days| Some(days.next));
            if let Some(next) = next.filter(|next| *next <= until) {
                due.push((next, id));
                count += 1;
            }
        }
        watched.counts.insert(item.card.code.clone(), count);
    }
    due.sort_unstable();
    watched.due = due.into_iter().map(|(_, id)| id).collect();
    Ok(watched)
}
