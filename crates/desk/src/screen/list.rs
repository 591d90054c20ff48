//! 台账: the case list, filtered, sorted and paged.

use super::Seat;
use super::case_row::{CaseRow, Standing, row_of, row_of_draft};
use super::person::MAX_ROWS;
use crate::case_draft::CaseDraft;
use crate::error::DeskError;
use bangban_ledger::Ledger;
use bangban_ledger::case_list::{CaseQuery, SortedBy, part_of_cases};
use bangban_model::StreamId;
use bangban_model::document::Stage;
use bangban_model::name;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// Which cases a list shows.
#[derive(Clone, Debug, Default, Deserialize, TS)]
pub struct CaseFilter {
    /// Words that the resident's name, pinyin, number or phone holds.
    pub text: String,
    /// Only those that stand so.
    pub standing: Option<Standing>,
    /// Only of this item.
    pub item: Option<String>,
    /// Only of this village.
    pub village: Option<StreamId>,
    /// Opened on this day or later.
    pub from: Option<NaiveDate>,
    /// Opened on this day or before.
    pub to: Option<NaiveDate>,
}

/// By which column a list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CaseColumn {
    /// When it was opened.
    #[default]
    OpenedAt,
    /// The resident's name.
    Person,
    /// The item.
    Item,
    /// Where it stands.
    Standing,
    /// The next due date.
    Due,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, Deserialize, TS)]
pub struct CaseOrder {
    /// By this column.
    pub by: CaseColumn,
    /// Largest first.
    pub descending: bool,
}

/// A part of the case list.
#[derive(Clone, Debug, Serialize, TS)]
pub struct CasePart {
    /// How many fit.
    pub total: u64,
    /// This part of them.
    pub rows: Vec<CaseRow>,
}

impl CaseFilter {
    /// The filter as the ledger asks; none where only drafts fit.
    fn query(&self, order: CaseOrder) -> Option<CaseQuery> {
        let (stages, pending) = match self.standing {
            None => (vec![], None),
            Some(Standing::Draft) => return None,
            Some(Standing::Open) => (vec![Stage::Open], None),
            Some(Standing::Pending) => (vec![Stage::Submitted], Some(true)),
            Some(Standing::Received) => (vec![Stage::Submitted], Some(false)),
            Some(Standing::Returned) => (vec![Stage::Returned], None),
            Some(Standing::Accepted) => (vec![Stage::Accepted], None),
            Some(Standing::Confirmed) => (vec![Stage::Confirmed], None),
            Some(Standing::Withdrawn) => (vec![Stage::Withdrawn], None),
            Some(Standing::Closed) => (vec![Stage::Closed], None),
        };
        Some(CaseQuery {
            text: self.text.clone(),
            stages,
            pending,
            item: self.item.clone(),
            stream: self.village.clone(),
            from: self.from,
            to: self.to,
            sorted_by: match order.by {
                CaseColumn::OpenedAt => SortedBy::Opened,
                CaseColumn::Person => SortedBy::Name,
                CaseColumn::Item => SortedBy::Item,
                CaseColumn::Standing => SortedBy::Stage,
                CaseColumn::Due => SortedBy::Due,
            },
            descending: order.descending,
            offset: 0,
            limit: 0,
        })
    }

    /// Whether a draft that was never submitted fits.
    fn fits(&self, row: &CaseRow, draft: &CaseDraft) -> bool {
        let day = row.opened_at.get(..10).and_then(|day| day.parse::<NaiveDate>().ok());
        let plain = |text: &str| name::search_keys(text).plain;
        let person = row.person.as_ref().map(|person| plain(&person.name)).unwrap_or_default();
        let how = draft.how();
        let numbers = format!("{}\n{}", how.outside_no, how.owner).to_lowercase();
        let holds = |word: &str| {
            let word = name::fold_query(word);
            person.contains(&word) || numbers.contains(&word)
        };
        matches!(self.standing, None | Some(Standing::Draft))
            && self.item.as_ref().is_none_or(|item| *item == draft.item)
            && self.village.as_ref().is_none_or(|village| *village == draft.stream)
            && self.from.is_none_or(|from| day.is_some_and(|day| day >= from))
            && self.to.is_none_or(|to| day.is_some_and(|day| day <= to))
            && self.text.split_whitespace().all(holds)
    }
}

/// A part of the list: drafts that were never submitted first, then the recorded cases.
pub fn list_cases(
    seat: &Seat,
    filter: &CaseFilter,
    order: CaseOrder,
    offset: u64,
    limit: u32,
) -> Result<CasePart, DeskError> {
    let villages = seat.village_names();
    let ledger = seat.desk.ledger();
    let drafts = drafts_that_fit(seat, &ledger, &villages, filter)?;
    let limit = limit.min(MAX_ROWS);
    let mut rows: Vec<CaseRow> = drafts
        .iter()
        .skip(usize::try_from(offset).unwrap_or(usize::MAX))
        .take(limit as usize)
        .cloned()
        .collect();
    let mut total = drafts.len() as u64;
    if let Some(query) = filter.query(order) {
        let query = CaseQuery {
            offset: offset.saturating_sub(total),
            limit: limit.saturating_sub(rows.len() as u32),
            ..query
        };
        let (fitting, cases) = part_of_cases(ledger.entries(), &query)?;
        for case in cases {
            rows.push(row_of(seat, &ledger, &villages, &case)?);
        }
        total += fitting;
    }
    Ok(CasePart { total, rows })
}

fn drafts_that_fit(
    seat: &Seat,
    ledger: &Ledger,
    villages: &BTreeMap<StreamId, String>,
    filter: &CaseFilter,
) -> Result<Vec<CaseRow>, DeskError> {
    if !matches!(filter.standing, None | Some(Standing::Draft)) {
        return Ok(Vec::new());
    }
    let mut rows = Vec::new();
    for (draft, saved_at) in CaseDraft::all(ledger)?.iter().filter(|(draft, _)| !draft.corrects) {
        let row = row_of_draft(seat, ledger, villages, draft, saved_at)?;
        if filter.fits(&row, draft) {
            rows.push(row);
        }
    }
    Ok(rows)
}
