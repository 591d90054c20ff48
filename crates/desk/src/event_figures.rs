//! 一次活动的成效: what was done at an event and at the requests and rounds that it follows from or that followed it.

use crate::desk::{self, Desk};
use crate::error::DeskError;
use crate::figures::{AtVisits, Counted, Counts, Once, count_case, count_line, count_visit};
use bangban_ledger::line_list::{LineQuery, find_lines};
use bangban_ledger::{Ledger, case_list};
use bangban_model::document::Document;
use bangban_model::handling::EVENT;
use bangban_model::line::{DAY, line_of};
use bangban_model::roll::{AFTER, ROUND};
use bangban_model::{Code, SubjectId};
use chrono::{Days, NaiveDate};
use std::collections::BTreeSet;

/// A chain has no more links: a request, its round, its event, what followed.
const MOST_LINKS: usize = 64;
/// What belongs to an event happened so near to it (days).
const NEAR_DAYS: u64 = 366;

/// The lines that an event follows from and that follow from them, itself among them.
fn chain_of(desk: &Desk, ledger: &Ledger, event: &Document) -> Result<Vec<Document>, DeskError> {
    let mut chain = vec![event.clone()];
    let mut before = event.text(AFTER).parse::<SubjectId>().ok();
    while let Some(id) =
        before.filter(|id| chain.len() < MOST_LINKS && chain.iter().all(|line| line.subject != *id))
    {
        let Some(line) = desk::document(ledger, id)? else { break };
        before = line.text(AFTER).parse().ok();
        chain.push(line);
    }
    let catalogue = desk.catalogue();
    let mut known: BTreeSet<SubjectId> = chain.iter().map(|line| line.subject).collect();
    for item in
        catalogue.registers().filter(|item| item.card.register.as_ref().is_some_and(|one| one.roll.is_some()))
    {
        let query = LineQuery { register: item.card.code.clone(), limit: u32::MAX, ..LineQuery::default() };
        for line in find_lines(ledger.entries(), &query)? {
            let follows = line.text(AFTER).parse::<SubjectId>().is_ok_and(|after| after == event.subject);
            if follows && chain.len() < MOST_LINKS && known.insert(line.subject) {
                chain.push(line);
            }
        }
    }
    Ok(chain)
}

/// What was done at an event, counted as the figures of a time are: each person and household once.
///
/// # Errors
/// `LineUnknown`
pub fn count_event(desk: &Desk, ledger: &Ledger, event: SubjectId) -> Result<Counts, DeskError> {
    let event = desk::document_of(ledger, event, Code::LineUnknown)?;
    line_of(&event).ok_or(Code::LineUnknown)?;
    let chain = chain_of(desk, ledger, &event)?;
    let ids: BTreeSet<String> = chain.iter().map(|line| line.subject.to_string()).collect();
    let days = chain.iter().filter_map(|line| line.text(DAY).parse::<NaiveDate>().ok());
    let today = desk.clock.today();
    let first = days.min().unwrap_or(today);
    let from = first.checked_sub_days(Days::new(NEAR_DAYS)).unwrap_or(first);
    let (mut counted, mut once) = (Counted::default(), Once::default());
    let mut walked = case_list::visits_between(ledger.entries(), from, today)?;
    walked.retain(|visit| ids.contains(visit.text(ROUND)));
    let visits: BTreeSet<SubjectId> = walked.iter().map(|visit| visit.subject).collect();
    let at_visits = AtVisits::of(desk, ledger, walked.iter())?;
    for visit in &walked {
        count_visit(&mut counted, &mut once, visit, &at_visits);
    }
    // One of the chain is counted below.
    for line in at_visits.lines().filter(|line| !ids.contains(&line.subject.to_string())) {
        count_line(&desk.catalogue(), &mut counted.counts, &mut once, line);
    }
    for case in case_list::cases_between(ledger.entries(), from, today)? {
        let at_event = case.value(EVENT).and_then(|id| id.as_str()).is_some_and(|id| ids.contains(id));
        let at_visit =
            case.case.as_ref().and_then(|file| file.visit).is_some_and(|visit| visits.contains(&visit));
        if at_event || at_visit {
            count_case(desk, ledger, &mut counted, &mut once, &case)?;
        }
    }
    for line in chain.iter().filter(|line| line_of(line).is_some_and(|line| line.void.is_empty())) {
        count_line(&desk.catalogue(), &mut counted.counts, &mut once, line);
    }
    counted.counts.served += once.people.len() as u64;
    counted.counts.households = once.households.len() as u64;
    Ok(counted.counts)
}
