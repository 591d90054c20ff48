//! 今日: what is due, returned, refused or still lies here, the most urgent first.

use super::Seat;
use super::case_row::{self, row_of_draft};
use super::line::{NamedLine, drafted_lines, open_lines};
use super::person::{PersonCard, card_of};
use super::{today_cases, today_due, today_expiry, today_fixed, today_papers};
use crate::case_draft::CaseDraft;
use crate::desk;
use crate::error::DeskError;
use crate::further_need::visit_of;
use crate::visit::{VisitDraft, VisitNotes};
use crate::visit_void::is_of_void;
use bangban_catalogue::item_words::OpenAs;
use bangban_ledger::case_list::{self, CaseQuery, SortedBy};
use bangban_ledger::due_row;
use bangban_ledger::entry_row::{self, EntryStanding};
use bangban_ledger::{Ledger, document_row, open_row};
use bangban_model::body::Outcome;
use bangban_model::document::{Document, Stage, SubjectKind};
use bangban_model::line::TODO;
use bangban_model::visit::{NEED, is_void, open_need, part_of};
use bangban_model::{StreamId, SubjectId};
use chrono::{Datelike, Days, NaiveDate};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::TS;

/// What is due within so many days stands on the list.
const DUE_WITHIN_DAYS: u64 = 30;
/// At most so many rows of a kind.
const MAX_OF_A_KIND: u32 = 100;

/// Why a row stands on the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TodayKind {
    /// The township asks to correct it.
    Returned,
    /// The center did not take something of it.
    Refused,
    /// Values wait for a person to say which one holds.
    Open,
    /// It falls due, or is overdue.
    Due,
    /// A need that a visit found, and nobody has settled.
    Need,
    /// 预约: somebody comes, or is visited.
    Appointment,
    /// 缺签字: somebody has to sign yet.
    Signature,
    /// 该走访: somebody on the watch list is to be seen.
    Watch,
    /// What a register's line leaves to be done besides.
    Line,
    /// 承诺时限: the limit of a case that an office has runs out.
    Promise,
    /// 结果待送达: decided, and the person has not got it.
    Result,
    /// 待补齐: what a 一次性告知 named as missing is to be brought by a day.
    Papers,
    /// 授权、签字到期: what was signed runs out, or has run out, while the case still needs it.
    Expiry,
    /// 固定日: what is held on the same day of each month is near, and no line for that day exists; `line` is the last one.
    FixedDay,
    /// Begun, not submitted.
    Draft,
    /// Submitted, in no receipt yet.
    Pending,
}

impl TodayKind {
    /// What has a day goes by it, whatever it is.
    fn rank(self) -> TodayKind {
        let by_day = [
            TodayKind::Need,
            TodayKind::Appointment,
            TodayKind::Signature,
            TodayKind::Watch,
            TodayKind::Line,
            TodayKind::Promise,
            TodayKind::Papers,
            TodayKind::Expiry,
            TodayKind::FixedDay,
        ];
        if by_day.contains(&self) { TodayKind::Due } else { self }
    }
}

/// One thing to do.
#[derive(Clone, Debug, Serialize, TS)]
pub struct TodayRow {
    /// Why it stands here.
    pub kind: TodayKind,
    /// The case.
    pub case: Option<SubjectId>,
    /// The visit, where it is one that is not recorded yet.
    pub visit: Option<SubjectId>,
    /// The register's line, where it is one.
    pub line: Option<SubjectId>,
    /// The household, where it is one of which values are open.
    pub household: Option<SubjectId>,
    /// For whom.
    pub person: Option<PersonCard>,
    /// Code of the item or register; '' for a visit.
    pub item: String,
    /// What people call it; '' for a visit.
    pub item_name: String,
    /// What the township said first, what is needed, what a line or a limit is called, or ''.
    pub words: String,
    /// When it is due.
    pub due: Option<NaiveDate>,
    /// Days left until then; negative once it is overdue.
    pub days_left: Option<i64>,
    /// Whether those are working days.
    pub in_workdays: bool,
    /// How many there are, where one row stands for several; how many papers lack.
    pub several: Option<u64>,
    /// Of what is due: whether a case can be opened.
    pub can_open: bool,
    /// How it was decided, where its result is to be brought.
    pub outcome: Option<Outcome>,
    /// Whether that result was fetched already.
    pub fetched: bool,
    /// Of an appointment: what can be said of it in one act, by its register's words.
    pub steps: Vec<String>,
    /// The state that it has.
    pub state: String,
}

impl TodayRow {
    /// A row with nothing but its kind.
    pub(super) fn of(kind: TodayKind) -> Self {
        TodayRow {
            kind,
            case: None,
            visit: None,
            line: None,
            household: None,
            person: None,
            item: String::new(),
            item_name: String::new(),
            words: String::new(),
            due: None,
            days_left: None,
            in_workdays: false,
            several: None,
            can_open: false,
            outcome: None,
            fetched: false,
            steps: Vec::new(),
            state: String::new(),
        }
    }
}

/// How many of each kind there are.
#[derive(Clone, Copy, Debug, Default, Serialize, TS)]
pub struct TodayCounts {
    /// Due within a month, or overdue.
    pub due: u64,
    /// Returned.
    pub returned: u64,
    /// Cases in no receipt yet.
    pub pending: u64,
    /// Drafts.
    pub drafts: u64,
    /// Entries the center did not take.
    pub refused: u64,
    /// People, households, visits and cases with values that wait for a person.
    pub open: u64,
    /// Needs that nobody has settled, urgent or to be settled within a month.
    pub needs: u64,
    /// Appointments within a month.
    pub appointments: u64,
    /// Signatures that lack.
    pub signatures: u64,
    /// Who is to be seen within a month.
    pub watched: u64,
    /// Other lines of registers that leave something to be done within a month.
    pub lines: u64,
    /// Cases whose limit runs out.
    pub promises: u64,
    /// Results that are to be brought to the person.
    pub results: u64,
    /// Cases whose missing papers are to be brought by a day.
    pub papers: u64,
    /// Signatures and written authorities that run out.
    pub expiring: u64,
    /// Fixed days of events that are near.
    pub fixed_days: u64,
}

/// This month so far.
#[derive(Clone, Copy, Debug, Default, Serialize, TS)]
pub struct MonthCounts {
    /// Households visited.
    pub households_visited: u64,
    /// Cases opened.
    pub cases: u64,
}

/// The day's list.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Today {
    /// The day, in Asia/Shanghai.
    pub day: NaiveDate,
    /// How many of each kind.
    pub counts: TodayCounts,
    /// This month so far.
    pub month: MonthCounts,
    /// The most urgent first.
    pub rows: Vec<TodayRow>,
}

/// The day's list.
pub fn today(seat: &Seat) -> Result<Today, DeskError> {
    let villages = seat.village_names();
    let day = seat.desk.clock.today();
    let ledger = seat.desk.ledger();
    let mut rows = Vec::new();
    let returned = CaseQuery {
        stages: vec![Stage::Returned],
        sorted_by: SortedBy::Opened,
        limit: MAX_OF_A_KIND,
        ..Default::default()
    };
    for case in case_list::find_cases(ledger.entries(), &returned)? {
        rows.push(returned_row(seat, &ledger, &villages, &case)?);
    }
    let until = day.checked_add_days(Days::new(DUE_WITHIN_DAYS)).unwrap_or(day);
    today_papers::add(seat, &ledger, (day, until), &mut rows)?;
    let refused = refused_rows(seat, &ledger, &mut rows)?;
    for document in open_row::open_subjects(ledger.entries(), MAX_OF_A_KIND)? {
        rows.push(row_of(seat, &ledger, &document, TodayKind::Open)?);
    }
    let (due_rows, due) = today_due::due_rows(seat, &ledger, (day, until), MAX_OF_A_KIND as usize)?;
    rows.extend(due_rows);
    let mut gone = 0;
    for visit in due_row::open_until(ledger.entries(), NEED, Some(until), MAX_OF_A_KIND)? {
        match document_row::get(ledger.entries(), visit)? {
            Some(visit) if is_of_void(&ledger, &visit)? => gone += 1,
            Some(visit) => rows.push(need_row(seat, &ledger, &visit, day)?),
            None => {}
        }
    }
    let (lines, watched) = open_lines(seat, &ledger, &villages, until, MAX_OF_A_KIND)?;
    for line in lines {
        rows.push(line_row(kind_of(seat, &line.register), line, day));
    }
    let promises = today_cases::promises(seat, &ledger)?;
    let results = today_cases::results(seat, &ledger, day)?;
    let (promised, decided) = (promises.len() as u64, results.len() as u64);
    rows.extend(promises.into_iter().take(MAX_OF_A_KIND as usize));
    rows.extend(results.into_iter().take(MAX_OF_A_KIND as usize));
    let listed = rows.iter().filter_map(|row| row.line).collect();
    let expiring = today_expiry::expiring(seat, &ledger, &villages, (day, &listed))?;
    let expired = expiring.len() as u64;
    rows.extend(expiring.into_iter().take(MAX_OF_A_KIND as usize));
    let fixed = today_fixed::fixed_days(seat, &ledger, day)?;
    let fixed_days = fixed.len() as u64;
    rows.extend(fixed);
    let drafts = draft_rows(seat, &ledger, &villages, &mut rows)?;
    let pending =
        CaseQuery { pending: Some(true), descending: true, limit: MAX_OF_A_KIND, ..Default::default() };
    for case in case_list::find_cases(ledger.entries(), &pending)? {
        rows.push(case_row(seat, &ledger, &case, TodayKind::Pending)?);
    }
    rows.sort_by_key(|row| (row.kind.rank(), row.days_left));
    let month = case_list::count_since(ledger.entries(), day.with_day(1).unwrap_or(day))?;
    let mut open: BTreeMap<TodayKind, u64> = BTreeMap::new();
    for (register, count) in due_row::open_by_register(ledger.entries(), TODO, until)? {
        // Of those whose day visits move it is told by how they stand now.
        let count = watched.counts.get(&register).copied().unwrap_or(count);
        *open.entry(kind_of(seat, &register)).or_default() += count;
    }
    let open_of = |kind| open.get(&kind).copied().unwrap_or_default();
    Ok(Today {
        day,
        counts: TodayCounts {
            due,
            returned: document_row::count_stage(ledger.entries(), Stage::Returned)?,
            pending: case_list::count_cases(ledger.entries(), &pending)?,
            drafts,
            refused,
            open: open_row::count_open(ledger.entries())?,
            needs: due_row::count_open_until(ledger.entries(), NEED, until)?.saturating_sub(gone),
            appointments: open_of(TodayKind::Appointment),
            signatures: open_of(TodayKind::Signature),
            watched: open_of(TodayKind::Watch),
            lines: open_of(TodayKind::Line),
            promises: promised,
            results: decided,
            papers: rows_of(&rows, TodayKind::Papers),
            expiring: expired,
            fixed_days,
        },
        month: MonthCounts { households_visited: month.0, cases: month.1 },
        rows,
    })
}

fn rows_of(rows: &[TodayRow], kind: TodayKind) -> u64 {
    rows.iter().filter(|row| row.kind == kind).count() as u64
}

pub(super) fn case_row(
    seat: &Seat,
    ledger: &Ledger,
    case: &Document,
    kind: TodayKind,
) -> Result<TodayRow, DeskError> {
    let file = case.case.as_ref();
    let item = file.map(|file| file.item.clone()).unwrap_or_default();
    let person = file.map(|file| desk::document(ledger, file.resident)).transpose()?.flatten();
    Ok(TodayRow {
        case: Some(case.subject),
        person: person.map(|person| card_of(&seat.desk, &person)),
        item_name: seat.item_name(&item),
        item,
        ..TodayRow::of(kind)
    })
}

fn returned_row(
    seat: &Seat,
    ledger: &Ledger,
    villages: &BTreeMap<StreamId, String>,
    case: &Document,
) -> Result<TodayRow, DeskError> {
    let row = case_row::row_of(seat, ledger, villages, case)?;
    let words = row.returned.map(|returned| {
        // What is to be corrected says more than a word on the whole.
        returned.remarks.into_iter().next().map_or(returned.note, |remark| remark.text)
    });
    let plain = case_row(seat, ledger, case, TodayKind::Returned)?;
    Ok(TodayRow { words: words.unwrap_or_default(), ..plain })
}

/// How an open line of a register stands on the list.
fn kind_of(seat: &Seat, register: &str) -> TodayKind {
    let item = seat.desk.catalogue().item(register).ok();
    let open = item.as_ref().and_then(|item| item.card.register.as_ref()?.open.as_ref()?.kind);
    match open {
        Some(OpenAs::Appointment) => TodayKind::Appointment,
        Some(OpenAs::Signature) => TodayKind::Signature,
        Some(OpenAs::Watch) => TodayKind::Watch,
        None => TodayKind::Line,
    }
}

fn need_row(seat: &Seat, ledger: &Ledger, visit: &Document, day: NaiveDate) -> Result<TodayRow, DeskError> {
    let need = open_need(visit);
    let due = need.as_ref().and_then(|need| need.due);
    // Of a further need the visit says who was met.
    let whole = part_of(visit).map(|whole| desk::document(ledger, whole)).transpose()?.flatten();
    let met = VisitNotes::of(whole.as_ref().unwrap_or(visit)).met.first().copied();
    let person = match met {
        Some(person) => desk::document(ledger, person)?.map(|person| card_of(&seat.desk, &person)),
        None => {
            household_of(visit).map(|household| first_member(seat, ledger, household)).transpose()?.flatten()
        }
    };
    Ok(TodayRow {
        visit: Some(visit_of(visit)),
        person,
        words: need.map(|need| need.words.to_owned()).unwrap_or_default(),
        due,
        days_left: due.map(|due| (due - day).num_days()),
        ..TodayRow::of(TodayKind::Need)
    })
}

/// A line of a register on the day's list.
fn line_row(kind: TodayKind, line: NamedLine, day: NaiveDate) -> TodayRow {
    let NamedLine { register, register_name, person, row: line } = line;
    TodayRow {
        line: Some(line.id),
        person,
        item: register,
        item_name: register_name,
        words: line.title,
        due: line.todo,
        days_left: line.todo.map(|due| (due - day).num_days()),
        steps: line.steps,
        state: line.state,
        ..TodayRow::of(kind)
    }
}

fn household_of(visit: &Document) -> Option<SubjectId> {
    visit.text("household").parse().ok()
}

/// What the center did not take: a row for each person, household, visit, case or line. How many there are.
fn refused_rows(seat: &Seat, ledger: &Ledger, rows: &mut Vec<TodayRow>) -> Result<u64, DeskError> {
    let refused = entry_row::standing_so(ledger.entries(), EntryStanding::Quarantined, MAX_OF_A_KIND)?;
    let mut seen = std::collections::BTreeSet::new();
    for entry in refused {
        let header = &entry.entry.header;
        if !seen.insert(header.subject) {
            continue;
        }
        // Of what never stood here there is nothing but the record itself.
        rows.push(match desk::document(ledger, header.subject)? {
            Some(document) => row_of(seat, ledger, &document, TodayKind::Refused)?,
            None => TodayRow::of(TodayKind::Refused),
        });
    }
    Ok(seen.len() as u64)
}

/// A row about whatever a document is.
fn row_of(seat: &Seat, ledger: &Ledger, document: &Document, kind: TodayKind) -> Result<TodayRow, DeskError> {
    let plain = case_row(seat, ledger, document, kind)?;
    let is = |kind| (document.kind == Some(kind)).then_some(document.subject);
    let household = match document.kind {
        Some(SubjectKind::Household) => Some(document.subject),
        Some(SubjectKind::Visit) => household_of(document),
        _ => None,
    };
    let person = match (is(SubjectKind::Resident), household) {
        (Some(_), _) => Some(card_of(&seat.desk, document)),
        (None, Some(household)) => first_member(seat, ledger, household)?,
        (None, None) => plain.person,
    };
    Ok(TodayRow {
        case: is(SubjectKind::Case),
        visit: is(SubjectKind::Visit),
        line: is(SubjectKind::Line),
        household: is(SubjectKind::Household),
        person,
        ..plain
    })
}

/// The person by whom a household is called on the list.
fn first_member(seat: &Seat, ledger: &Ledger, household: SubjectId) -> Result<Option<PersonCard>, DeskError> {
    let members = bangban_ledger::person::of_household(ledger.entries(), household)?;
    let first = members.first().map(|member| desk::document(ledger, member.subject)).transpose()?.flatten();
    Ok(first.map(|person| card_of(&seat.desk, &person)))
}

/// Drafts of cases, of visits and of lines. How many there are.
fn draft_rows(
    seat: &Seat,
    ledger: &Ledger,
    villages: &BTreeMap<StreamId, String>,
    rows: &mut Vec<TodayRow>,
) -> Result<u64, DeskError> {
    let today = seat.desk.clock.today();
    let drafts = CaseDraft::all(ledger)?;
    let visits = VisitDraft::all(ledger)?;
    for (draft, saved_at) in drafts.iter().take(MAX_OF_A_KIND as usize) {
        let row = row_of_draft(seat, ledger, villages, draft, saved_at)?;
        // A returned case that is being corrected stands above already.
        if rows.iter().any(|other| other.case == Some(draft.case)) {
            continue;
        }
        rows.push(TodayRow {
            case: Some(draft.case),
            person: row.person,
            item: row.item,
            item_name: row.item_name,
            ..today_papers::of_draft(draft, today)
        });
    }
    let mut begun = BTreeSet::new();
    for (draft, _) in visits.iter().take(MAX_OF_A_KIND as usize) {
        let document = desk::document(ledger, draft.visit)?;
        if document.as_ref().is_some_and(is_void) {
            continue;
        }
        // A visit is one row, with whatever is noted of its further needs.
        let visit = document.as_ref().map_or(draft.visit, visit_of);
        if begun.insert(visit) {
            rows.push(visit_row(seat, ledger, visit, document.as_ref())?);
        }
    }
    let lines = drafted_lines(seat, ledger, villages)?;
    let more = visits.len().saturating_sub(MAX_OF_A_KIND as usize);
    let count = (drafts.len() + begun.len() + more + lines.len()) as u64;
    let lines = lines.into_iter().take(MAX_OF_A_KIND as usize);
    rows.extend(lines.map(|line| line_row(TodayKind::Draft, line, today)));
    Ok(count)
}

fn visit_row(
    seat: &Seat,
    ledger: &Ledger,
    visit: SubjectId,
    document: Option<&Document>,
) -> Result<TodayRow, DeskError> {
    let household = document.and_then(household_of);
    let person = match household {
        Some(household) => first_member(seat, ledger, household)?,
        None => None,
    };
    Ok(TodayRow { visit: Some(visit), person, ..TodayRow::of(TodayKind::Draft) })
}
