//! A visit on the screen: the household, who was met, what was found, what was opened at this door.

use super::case_row::{CaseRow, row_of, row_of_draft};
use super::household::{HouseholdView, head_name, view_of};
use super::{Seat, open};
use crate::case_draft::CaseDraft;
use crate::desk;
use crate::error::DeskError;
use crate::further_need::visit_of;
use crate::roll::wants_two;
use crate::visit::{VisitDraft, VisitNotes};
use crate::visit_void::is_of_void;
use bangban_ledger::{Ledger, case_list, document_row, due_row};
use bangban_model::document::{Document, Stage, SubjectKind};
use bangban_model::roll::ROUND;
use bangban_model::settling::{OpenField, SettledLine};
use bangban_model::visit::{
    NEED, VOID, VisitResult, is_void, noted_on, open_need, part_of, visit_day, visited_before,
};
use bangban_model::{Code, SubjectId};
use chrono::NaiveDate;
use serde::Serialize;
use std::cmp::Reverse;
use ts_rs::TS;

/// A visit in a list.
#[derive(Clone, Debug, Serialize, TS)]
pub struct VisitLine {
    /// The visit.
    pub id: SubjectId,
    /// The household.
    pub household: SubjectId,
    /// 户号.
    pub household_no: String,
    /// Its address.
    pub address: String,
    /// The head's name.
    pub head: String,
    /// When it began, by the laptop's raw clock.
    pub started_at: String,
    /// The names of who was met.
    pub met: Vec<String>,
    /// What was found.
    pub note: String,
    /// What is needed.
    pub need: String,
    /// Whether nobody has settled that yet.
    pub need_open: bool,
    /// By when it is to be settled.
    pub need_due: Option<NaiveDate>,
    /// How it ended, where that was said.
    pub result: Option<VisitResult>,
    /// How many cases were opened at it.
    pub cases: u64,
    /// The day on which it took place.
    pub day: Option<NaiveDate>,
    /// 补录: the same day, where it was written down later.
    pub late: Option<NaiveDate>,
    /// The day on which what was found was first written down.
    pub noted: Option<NaiveDate>,
    /// 误录作废: why it counts as none; '' while it does.
    pub void: String,
    /// The line on whose roll the household stands, of a visit on a round.
    pub round: Option<SubjectId>,
}

/// 又一诉求: a further need that was found at a visit.
#[derive(Clone, Debug, Serialize, TS)]
pub struct FurtherNeed {
    /// Its own record.
    pub id: SubjectId,
    /// What she noted of it, the draft's where there is one.
    pub notes: VisitNotes,
}

/// A visit whole.
#[derive(Clone, Debug, Serialize, TS)]
pub struct VisitView {
    /// Its line in lists: as recorded.
    pub visit: VisitLine,
    /// What she noted, the draft's where there is one.
    pub notes: VisitNotes,
    /// Further needs, in the order in which they were begun.
    pub further: Vec<FurtherNeed>,
    /// 须两人走访: whether the round wants two at every household.
    pub wants_two: bool,
    /// Whether anything of it is recorded.
    pub is_recorded: bool,
    /// Whether something of it is only saved here, not recorded yet.
    pub has_draft: bool,
    /// When the draft was saved.
    pub draft_saved_at: Option<String>,
    /// The household.
    pub household: HouseholdView,
    /// Cases opened at it, drafts among them.
    pub cases: Vec<CaseRow>,
    /// Values of the visit that wait for a person.
    pub open: Vec<OpenField>,
    /// What was settled on it, the newest first.
    pub settled: Vec<SettledLine>,
}

/// What was taken back is none of what was done.
pub(crate) fn counts(case: &Document) -> bool {
    case.case.as_ref().is_some_and(|file| file.stage != Stage::Withdrawn)
}

/// Whether a case was opened at a visit, or for one of its further needs.
fn is_of(case: &Document, visit: SubjectId, further: &[Document]) -> bool {
    let at = case.case.as_ref().and_then(|case| case.visit);
    at == Some(visit) || further.iter().any(|one| at == Some(one.subject))
}

pub(crate) fn line_of_visit(ledger: &Ledger, document: &Document) -> Result<VisitLine, DeskError> {
    let household: SubjectId = document.text("household").parse().map_err(|_| Code::LedgerDamaged)?;
    let house = desk::document(ledger, household)?;
    let mut met = Vec::new();
    let notes = VisitNotes::of(document);
    for person in notes.met {
        met.extend(desk::document(ledger, person)?.map(|person| person.text("name").to_owned()));
    }
    let cases = case_list::of_household(ledger.entries(), "case", household)?;
    let further = case_list::further_needs(ledger.entries(), document)?;
    let at_it = |case: &&Document| counts(case) && is_of(case, document.subject, &further);
    let needs = std::iter::once(document).chain(&further).map(|one| one.text(NEED));
    let need = needs.filter(|need| !need.is_empty()).collect::<Vec<_>>().join("；");
    let need_open = std::iter::once(document).chain(&further).any(|one| open_need(one).is_some());
    Ok(VisitLine {
        id: visit_of(document),
        household,
        household_no: document.text("household_no").to_owned(),
        address: house.map(|house| house.text("address").to_owned()).unwrap_or_default(),
        head: head_name(ledger, household)?.0,
        started_at: document.text("started_at").to_owned(),
        met,
        note: notes.note,
        need,
        need_open,
        need_due: notes.need_due.parse().ok(),
        result: notes.result,
        cases: cases.iter().filter(at_it).count() as u64,
        day: visit_day(document),
        late: visited_before(document),
        noted: noted_on(document),
        void: document.text(VOID).to_owned(),
        round: document.text(ROUND).parse().ok(),
    })
}

/// The visits to a household that say something and those that are void, the newest day first.
pub(crate) fn visits_of(ledger: &Ledger, household: SubjectId) -> Result<Vec<Document>, DeskError> {
    let mut visits = case_list::visits_to(ledger.entries(), household)?;
    let all = case_list::of_household(ledger.entries(), "visit", household)?;
    visits.extend(all.into_iter().filter(|visit| is_void(visit) && part_of(visit).is_none()));
    visits.sort_by_cached_key(|visit| Reverse((visit_day(visit), visit.subject)));
    Ok(visits)
}

/// The newest visits that say something, of one household or of all.
pub fn list_visits(
    seat: &Seat,
    limit: u32,
    household: Option<SubjectId>,
) -> Result<Vec<VisitLine>, DeskError> {
    let ledger = seat.desk.ledger();
    let limit = limit.min(200);
    let visits = match household {
        Some(household) => visits_of(&ledger, household)?,
        None => case_list::newest_visits(ledger.entries(), limit)?,
    };
    let newest = visits.iter().take(limit as usize);
    newest.map(|visit| line_of_visit(&ledger, visit)).collect()
}

/// At most so many open needs are listed.
const MOST_NEEDS: u32 = 500;

/// Visits whose needs nobody has settled, the most urgent first; those without a day at the end.
pub fn open_needs(seat: &Seat) -> Result<Vec<VisitLine>, DeskError> {
    let ledger = seat.desk.ledger();
    let visits = due_row::open_until(ledger.entries(), NEED, None, MOST_NEEDS)?;
    let found = visits.into_iter().filter_map(|visit| document_row::get(ledger.entries(), visit).transpose());
    let mut lines = Vec::new();
    for visit in found {
        let visit = visit?;
        if !is_of_void(&ledger, &visit)? {
            lines.push(line_of_visit(&ledger, &visit)?);
        }
    }
    Ok(lines)
}

/// A visit whole; of a further need, the visit at which it was found.
pub fn show_visit(seat: &Seat, id: SubjectId) -> Result<VisitView, DeskError> {
    let villages = seat.village_names();
    let ledger = seat.desk.ledger();
    let document = desk::document_of(&ledger, id, Code::VisitUnknown)?;
    if document.kind != Some(SubjectKind::Visit) {
        return Err(Code::VisitUnknown.into());
    }
    let document = match part_of(&document) {
        Some(whole) => desk::document_of(&ledger, whole, Code::VisitUnknown)?,
        None => document,
    };
    let id = document.subject;
    let parts = case_list::further_needs(ledger.entries(), &document)?;
    let visit = line_of_visit(&ledger, &document)?;
    let household = desk::document_of(&ledger, visit.household, Code::HouseholdUnknown)?;
    let draft = VisitDraft::find(&ledger, id)?;
    let mut cases = Vec::new();
    for (draft, saved_at) in CaseDraft::all(&ledger)? {
        let is_here = draft.visit == Some(id) || parts.iter().any(|one| draft.visit == Some(one.subject));
        if is_here && !draft.corrects {
            cases.push(row_of_draft(seat, &ledger, &villages, &draft, &saved_at)?);
        }
    }
    for case in case_list::of_household(ledger.entries(), "case", visit.household)? {
        if is_of(&case, id, &parts) {
            cases.push(row_of(seat, &ledger, &villages, &case)?);
        }
    }
    let (open, settled) = open::of_register(seat, &ledger, &document)?;
    let recorded = VisitNotes::of(&document);
    let mut draft_saved_at = draft.as_ref().map(|(_, saved_at)| saved_at.clone());
    let mut further = Vec::new();
    for one in &parts {
        let draft = VisitDraft::find(&ledger, one.subject)?;
        draft_saved_at = draft_saved_at.max(draft.as_ref().map(|(_, saved_at)| saved_at.clone()));
        let notes = draft.map_or_else(|| VisitNotes::of(one), |(draft, _)| draft.notes);
        further.push(FurtherNeed { id: one.subject, notes });
    }
    let is_recorded = recorded != VisitNotes::default();
    let round = visit.round.map(|round| desk::document(&ledger, round)).transpose()?.flatten();
    Ok(VisitView {
        notes: draft.map_or(recorded, |(draft, _)| draft.notes),
        further,
        wants_two: round.is_some_and(|round| wants_two(&seat.desk, &round)),
        is_recorded,
        has_draft: draft_saved_at.is_some(),
        draft_saved_at,
        household: view_of(seat, &ledger, &household)?,
        visit,
        cases,
        open,
        settled,
    })
}
