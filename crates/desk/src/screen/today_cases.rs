//! Of 今日: promises that run out while an office decides, and results that nobody has brought to the person.

use super::Seat;
use super::around::clock_of;
use super::today::{TodayKind, TodayRow, case_row};
use crate::delivery::delivery_of;
use crate::error::DeskError;
use bangban_catalogue::Delivery;
use bangban_ledger::Ledger;
use bangban_ledger::case_list::{self, CaseQuery, SortedBy};
use bangban_model::deadline::{DayKind, day_of_entry};
use bangban_model::document::{Document, Stage};
use chrono::{Days, NaiveDate};

/// A promise runs out when so many days of its kind are left.
const DAYS_LEFT: i32 = 5;
/// A result stands on the list so many days after the decision: what is older was brought before anybody wrote it down here.
const RESULT_STANDS_DAYS: u64 = 60;
/// At most so many cases are looked through: of those that an office has the oldest, of those that are decided the newest.
const LOOKED_THROUGH: u32 = 500;

fn cases(ledger: &Ledger, stage: Stage, newest: bool) -> Result<Vec<Document>, DeskError> {
    let query = CaseQuery {
        stages: vec![stage],
        sorted_by: SortedBy::Opened,
        descending: newest,
        limit: LOOKED_THROUGH,
        ..CaseQuery::default()
    };
    Ok(case_list::find_cases(ledger.entries(), &query)?)
}

/// Accepted cases whose nearest limit ends within a few days or is over, and does not stand still.
pub(super) fn promises(seat: &Seat, ledger: &Ledger) -> Result<Vec<TodayRow>, DeskError> {
    let mut rows = Vec::new();
    for case in cases(ledger, Stage::Accepted, false)? {
        let Some(item) = case.case.as_ref().and_then(|file| seat.desk.catalogue().item(&file.item).ok())
        else {
            continue;
        };
        let clock = clock_of(seat, &item, Some(&case)).filter(|clock| !clock.paused);
        let Some(nearest) = clock.as_ref().and_then(|clock| clock.nearest()) else { continue };
        let counted = &nearest.reckoning;
        // What is done while the person waits has no days to count.
        if counted.left > DAYS_LEFT || counted.limit.kind == DayKind::Instant {
            continue;
        }
        rows.push(TodayRow {
            words: nearest.name.clone(),
            due: Some(counted.due),
            days_left: Some(i64::from(counted.left)),
            in_workdays: counted.limit.kind == DayKind::Workday,
            ..case_row(seat, ledger, &case, TodayKind::Promise)?
        });
    }
    Ok(rows)
}

/// Decided cases of the last weeks of which nobody has told the person, or whose result still lies with the agent.
pub(super) fn results(seat: &Seat, ledger: &Ledger, day: NaiveDate) -> Result<Vec<TodayRow>, DeskError> {
    let since = day.checked_sub_days(Days::new(RESULT_STANDS_DAYS)).unwrap_or(day);
    let mut rows = Vec::new();
    for case in cases(ledger, Stage::Confirmed, true)? {
        let decision = case.case.as_ref().and_then(|file| file.decision.as_ref());
        let decided = decision.and_then(|decision| day_of_entry(&case, decision.entry));
        if decided.is_none_or(|decided| decided < since) {
            continue;
        }
        let delivery = delivery_of(&seat.desk, ledger, &case)?.filter(|delivery| !delivery.is_done());
        let Some(delivery) = delivery else { continue };
        rows.push(TodayRow {
            outcome: decision.map(|decision| decision.outcome),
            fetched: delivery == Delivery::Back,
            ..case_row(seat, ledger, &case, TodayKind::Result)?
        });
    }
    Ok(rows)
}
