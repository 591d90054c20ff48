//! 统计 on the screen: the five counters and the others, shares, what they are made of, and what a closed month said.

use super::Seat;
use crate::error::DeskError;
use crate::figures::{ClosedMonth, Counts, Span, closed_month, count, days_of};
use bangban_ledger::Ledger;
use bangban_model::StreamId;
use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// Cases of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ItemCount {
    /// The item's code.
    pub item: String,
    /// What people call it.
    pub name: String,
    /// How many cases.
    pub cases: u64,
}

/// One village's part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct VillageCount {
    /// The village.
    pub village: StreamId,
    /// Its name.
    pub name: String,
    /// Its counters.
    pub counts: Counts,
}

/// A day's or a month's part, for the chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct TimeCount {
    /// The day, or the first day of the month where the time is longer than 62 days.
    pub day: NaiveDate,
    /// Visits.
    pub visits: u64,
    /// Cases.
    pub cases: u64,
}

/// What was done in a time.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Figures {
    /// This day and later.
    pub from: NaiveDate,
    /// Up to and with this day.
    pub to: NaiveDate,
    /// The counters.
    pub counts: Counts,
    /// Cases by item, the most first: of a closed month as they were counted then.
    pub items: Vec<ItemCount>,
    /// Whether a closed month is among them of which only the sums were kept: its items are those of now.
    pub items_of_now: bool,
    /// By village, where the laptop has several and all were asked for.
    pub villages: Vec<VillageCount>,
    /// By day or month, without those on which nothing was done.
    pub times: Vec<TimeCount>,
    /// The month, `2026-11`, where the time is a whole one.
    pub month: Option<String>,
    /// Whether that month is over and can be closed, for every village that was asked for and is not closed yet.
    pub can_close: bool,
    /// The villages of that month that were closed.
    pub closed: Vec<ClosedMonth>,
    /// What the closed villages say now where it differs from what they said then: 更正.
    pub corrected: Vec<VillageCount>,
}

/// More days than these are shown by month.
const MOST_DAYS: i64 = 62;

/// What was done in a time, of one village or of all.
pub fn figures(
    seat: &Seat,
    from: NaiveDate,
    to: NaiveDate,
    village: Option<StreamId>,
) -> Result<Figures, DeskError> {
    let names = seat.village_names();
    let ledger = seat.desk.ledger();
    let all = count(&seat.desk, &ledger, &Span { from, to, village: village.clone() })?;
    let asked: Vec<StreamId> = match &village {
        Some(village) => vec![village.clone()],
        None => names.keys().cloned().collect(),
    };
    let part = |village: &StreamId| -> Result<(VillageCount, BTreeMap<String, u64>), DeskError> {
        let span = Span { from, to, village: Some(village.clone()) };
        let name = names.get(village).cloned().unwrap_or_default();
        let counted = count(&seat.desk, &ledger, &span)?;
        Ok((VillageCount { village: village.clone(), name, counts: counted.counts }, counted.by_item))
    };
    let month = month_of(from, to);
    let closed = closed_of(&ledger, &asked, month.as_deref())?;
    let parts = match closed.is_empty() && asked.len() < 2 {
        true => Vec::new(),
        false => asked.iter().map(part).collect::<Result<Vec<_>, _>>()?,
    };
    let by_item = if closed.is_empty() { all.by_item } else { holding_items(&closed, &parts) };
    let parts: Vec<VillageCount> = parts.into_iter().map(|(part, _)| part).collect();
    let differs = |part: &&VillageCount| {
        let then = closed.iter().find(|month| month.village == part.village);
        then.is_some_and(|then| then.counts != part.counts)
    };
    let corrected: Vec<VillageCount> = parts.iter().filter(differs).cloned().collect();
    let mut items: Vec<ItemCount> = by_item
        .iter()
        .map(|(item, cases)| ItemCount { item: item.clone(), name: seat.item_name(item), cases: *cases })
        .collect();
    items.sort_by_key(|item| (std::cmp::Reverse(item.cases), item.item.clone()));
    Ok(Figures {
        from,
        to,
        counts: all.counts,
        items,
        items_of_now: closed.iter().any(|month| !month.keeps_items()),
        villages: if asked.len() > 1 { parts } else { Vec::new() },
        times: times_of(&all.by_day, from, to),
        can_close: month.is_some() && to < seat.desk.clock.today() && closed.len() < asked.len(),
        month,
        closed,
        corrected,
    })
}

/// Cases by item as they hold: of a village whose month is closed those that were counted then.
fn holding_items(
    closed: &[ClosedMonth],
    parts: &[(VillageCount, BTreeMap<String, u64>)],
) -> BTreeMap<String, u64> {
    let mut sum = BTreeMap::new();
    for (part, now) in parts {
        let then = closed.iter().find(|month| month.village == part.village && month.keeps_items());
        for (item, cases) in then.map_or(now, |then| &then.items) {
            *sum.entry(item.clone()).or_insert(0) += cases;
        }
    }
    sum
}

/// The month that a time is, where it is a whole one.
fn month_of(from: NaiveDate, to: NaiveDate) -> Option<String> {
    let month = from.format("%Y-%m").to_string();
    let whole = days_of(&month).ok()?;
    (whole == (from, to)).then_some(month)
}

fn closed_of(
    ledger: &Ledger,
    villages: &[StreamId],
    month: Option<&str>,
) -> Result<Vec<ClosedMonth>, DeskError> {
    let Some(month) = month else { return Ok(Vec::new()) };
    let closed = villages.iter().map(|village| closed_month(ledger, village, month));
    Ok(closed.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

fn times_of(by_day: &BTreeMap<NaiveDate, (u64, u64)>, from: NaiveDate, to: NaiveDate) -> Vec<TimeCount> {
    let by_month = (to - from).num_days() > MOST_DAYS;
    let mut times: BTreeMap<NaiveDate, (u64, u64)> = BTreeMap::new();
    for (day, (visits, cases)) in by_day {
        let day = if by_month { day.with_day(1).unwrap_or(*day) } else { *day };
        let sum = times.entry(day).or_default();
        *sum = (sum.0 + visits, sum.1 + cases);
    }
    times.into_iter().map(|(day, (visits, cases))| TimeCount { day, visits, cases }).collect()
}
