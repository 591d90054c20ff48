//! 名单 on the screen: who stands on the roll of a register's line and how it stands with each; with households, by the
//! visits on this round.

use super::Seat;
use super::export::Exported;
use super::line::{LineRow, Reader};
use super::person::{PersonCard, card_of};
use super::visit::counts;
use crate::desk;
use crate::error::DeskError;
use crate::file::write_in_place;
use crate::roll::{is_open, line_with_roll, wants_two};
use crate::visit::{VisitNotes, goes_on};
use bangban_catalogue::item_words::RollOf;
use bangban_ledger::line_list::{LineQuery, find_lines};
use bangban_ledger::{Ledger, case_list, person};
use bangban_model::document::Document;
use bangban_model::handling::EVENT;
use bangban_model::line::line_of;
use bangban_model::roll::{AFTER, RollPlace, RollState, roll_of, village_order};
use bangban_model::visit::{
    NEED, VisitResult, is_void, lacks_second, open_need, part_of, result_of, says_something, visit_day,
};
use bangban_model::{Code, SubjectId};
use bangban_sheets::Out;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use ts_rs::TS;

/// So many lines of a register are looked through for those that follow from one.
const MOST_FOLLOWING: u32 = 500;
/// So many open rounds are listed.
const MOST_ROUNDS: usize = 50;

/// A place on a roll.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RollRow {
    /// The person or household.
    pub id: SubjectId,
    /// Its place, counted from 1 without holes.
    pub no: u64,
    /// The person's name, or that of the household's head.
    pub name: String,
    /// Address as written.
    pub address: String,
    /// 户号.
    pub household_no: String,
    /// Of a household: how many are registered; of a person: 1.
    pub members: u64,
    /// Of a household: who is registered, its head first.
    pub people: Vec<RollMember>,
    /// Of a person: her card.
    pub person: Option<PersonCard>,
    /// How it stands: of a household by the newest visit on this round that has a result, else as it was marked.
    pub state: RollState,
    /// In her words.
    pub note: String,
    /// The newest visit on this round.
    pub visit: Option<SubjectId>,
    /// Its result.
    pub result: Option<VisitResult>,
    /// When it began, by the laptop's raw clock.
    pub visited_at: Option<String>,
    /// What was noted of it.
    pub notes: Option<VisitNotes>,
    /// 缺同行走访人: two were to go, and nobody came along. It is not settled by that visit.
    pub lacks_second: bool,
    /// What was found to be needed.
    pub need: String,
    /// Whether nobody has settled that yet.
    pub need_open: bool,
    /// Cases opened at these visits, or at this event.
    pub cases: u64,
}

/// Who is registered in a household.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct RollMember {
    /// The resident.
    pub id: SubjectId,
    /// As written.
    pub name: String,
    /// Moved away for good, or dead: nobody meets them there.
    pub gone: bool,
}

/// A line that another follows from, or that follows from another.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ChainLink {
    /// The line.
    pub id: SubjectId,
    /// Code of its register.
    pub register: String,
    /// Name of its register.
    pub register_name: String,
    /// By what it is called.
    pub title: String,
    /// Its day.
    pub day: Option<chrono::NaiveDate>,
    /// How many stand on its roll.
    pub total: u64,
}

/// A register of which a line may follow.
#[derive(Clone, Debug, Serialize, TS)]
pub struct MayFollow {
    /// Its code.
    pub register: String,
    /// Its name.
    pub name: String,
}

/// A roll whole.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RollView {
    /// What stands on it.
    #[ts(type = "'households' | 'people'")]
    pub of: &'static str,
    /// Its places in order.
    pub rows: Vec<RollRow>,
    /// Whether it can be altered.
    pub can_edit: bool,
    /// 须两人走访: whether two go to every household.
    pub wants_two: bool,
    /// What it follows from.
    pub after: Option<ChainLink>,
    /// What follows from it, the newest day first.
    pub following: Vec<ChainLink>,
    /// Registers of which a line may follow.
    pub may_follow: Vec<MayFollow>,
}

/// A line that is open and has a roll, with how far it is.
#[derive(Clone, Debug, Serialize, TS)]
pub struct OpenRoll {
    /// Code of its register.
    pub register: String,
    /// Name of its register.
    pub register_name: String,
    /// What stands on it.
    #[ts(type = "'households' | 'people'")]
    pub of: &'static str,
    /// Its line.
    pub line: LineRow,
    /// How many stand on it.
    pub total: u64,
    /// With how many it is settled.
    pub settled: u64,
}

/// A roll whole.
///
/// # Errors
/// `LineUnknown` for what is no recorded line; `BadInput` where its register has no roll.
pub fn show_roll(seat: &Seat, line: SubjectId) -> Result<RollView, DeskError> {
    let ledger = seat.desk.ledger();
    let (document, of) = line_with_roll(&seat.desk, &ledger, line)?;
    let told = line_of(&document);
    let after = match document.text(AFTER).parse() {
        Ok(after) => desk::document(&ledger, after)?.and_then(|after| link_of(seat, &after)),
        Err(_) => None,
    };
    let catalogue = seat.desk.catalogue();
    let item = told.as_ref().and_then(|told| catalogue.item(told.register).ok());
    let card = item.as_ref().map(|item| &item.card);
    let roll = card.and_then(|card| card.register.as_ref()?.roll.clone());
    let then = roll.map(|roll| roll.then).unwrap_or_default();
    let today = seat.desk.clock.today();
    let may_follow = then.iter().filter_map(|code| {
        let item = catalogue.item(code).ok()?;
        let is_open = item.card.open_on(today) && item.card.register.is_some();
        let name = item.card.in_language(seat.language).short_name;
        is_open.then(|| MayFollow { register: item.card.code.clone(), name })
    });
    Ok(RollView {
        of: of.as_str(),
        rows: rows_of(seat, &ledger, &document, of)?,
        wants_two: wants_two(&seat.desk, &document),
        can_edit: !document.newer && told.as_ref().is_some_and(|told| told.void.is_empty()),
        after,
        following: following(seat, &ledger, &document)?,
        may_follow: may_follow.collect(),
    })
}

/// The lines that follow from one: looked for in the registers that may.
fn following(seat: &Seat, ledger: &Ledger, document: &Document) -> Result<Vec<ChainLink>, DeskError> {
    let mut links = Vec::new();
    for item in seat.desk.catalogue().registers() {
        if item.card.register.as_ref().is_none_or(|register| register.roll.is_none()) {
            continue;
        }
        let query = LineQuery {
            register: item.card.code.clone(),
            stream: Some(document.stream.clone()),
            limit: MOST_FOLLOWING,
            ..LineQuery::default()
        };
        let lines = find_lines(ledger.entries(), &query)?;
        let after = lines.iter().filter(|line| line.text(AFTER) == document.subject.to_string());
        let counts = after.filter(|line| line_of(line).is_some_and(|told| told.void.is_empty()));
        links.extend(counts.filter_map(|line| link_of(seat, line)));
    }
    links.sort_by_key(|link| std::cmp::Reverse((link.day, link.id)));
    Ok(links)
}

fn link_of(seat: &Seat, line: &Document) -> Option<ChainLink> {
    let told = line_of(line)?;
    let item = seat.desk.catalogue().item(told.register).ok()?;
    let draft = crate::line::LineDraft::altering(line).ok()?;
    let answers = crate::line::named(&draft.answers);
    let title = item.card.register.as_ref()?.title.iter();
    let words: Vec<&str> = title.filter_map(|name| answers.get(name.as_str()).copied()).collect();
    Some(ChainLink {
        id: line.subject,
        register: told.register.to_owned(),
        register_name: item.card.in_language(seat.language).short_name,
        title: words.join(" "),
        day: told.day,
        total: roll_of(line).len() as u64,
    })
}

/// The places of a line's roll with how each stands, as the village goes: by 户号, then by name.
pub(crate) fn rows_of(
    seat: &Seat,
    ledger: &Ledger,
    line: &Document,
    of: RollOf,
) -> Result<Vec<RollRow>, DeskError> {
    let mut rows: Vec<RollRow> = Vec::new();
    let mut shown = BTreeSet::new();
    let mut on_round = RoundVisits::of(ledger, line, of, None)?;
    for place in roll_of(line) {
        // Of two records that were joined into one, one place is shown.
        let Some(document) = desk::document(ledger, place.subject)? else { continue };
        if shown.insert(document.subject) {
            let visits = on_round.take(document.subject);
            rows.push(row_of(seat, ledger, line, of, &document, place, visits)?);
        }
    }
    rows.sort_by_cached_key(|row| (village_order(&row.household_no, &row.name), row.id));
    for (no, row) in (1..).zip(&mut rows) {
        row.no = no;
    }
    Ok(rows)
}

fn row_of(
    seat: &Seat,
    ledger: &Ledger,
    line: &Document,
    of: RollOf,
    document: &Document,
    place: RollPlace,
    visits: Vec<Document>,
) -> Result<RollRow, DeskError> {
    match of {
        RollOf::Households => house_row(seat, ledger, line, document, place, visits),
        RollOf::People => person_row(seat, ledger, line, document, place),
    }
}

/// One place alone, as it stands now; where it stands on the roll is not told (`no` is 0).
///
/// # Errors
/// As [`show_roll`]; `BadInput` for who is not on it.
pub fn show_row(seat: &Seat, line: SubjectId, subject: SubjectId) -> Result<RollRow, DeskError> {
    let ledger = seat.desk.ledger();
    let (document, of) = line_with_roll(&seat.desk, &ledger, line)?;
    let place = roll_of(&document).into_iter().find(|place| place.subject == subject);
    let place = place.ok_or_else(|| DeskError::new(Code::BadInput).with("path", "roll"))?;
    let one = desk::document_of(&ledger, subject, Code::BadInput)?;
    let visits = RoundVisits::of(&ledger, &document, of, Some(one.subject))?.take(one.subject);
    row_of(seat, &ledger, &document, of, &one, place, visits)
}

fn person_row(
    seat: &Seat,
    ledger: &Ledger,
    line: &Document,
    person: &Document,
    place: RollPlace,
) -> Result<RollRow, DeskError> {
    let card = card_of(&seat.desk, person);
    let event = json!(line.subject);
    let cases = case_list::of_resident(ledger.entries(), person.subject)?;
    let cases = cases.iter().filter(|case| case.value(EVENT) == Some(&event)).count() as u64;
    Ok(RollRow {
        id: place.subject,
        no: 0,
        name: card.name.clone(),
        address: card.address.clone(),
        household_no: card.household_no.clone(),
        members: 1,
        people: Vec::new(),
        person: Some(card),
        state: place.state,
        note: place.note,
        visit: None,
        result: None,
        visited_at: None,
        notes: None,
        lacks_second: false,
        need: String::new(),
        need_open: false,
        cases,
    })
}

fn house_row(
    seat: &Seat,
    ledger: &Ledger,
    line: &Document,
    house: &Document,
    place: RollPlace,
    visits: Vec<Document>,
) -> Result<RollRow, DeskError> {
    let people = person::of_household(ledger.entries(), house.subject)?;
    let members = people
        .iter()
        .map(|one| RollMember { id: one.subject, name: one.name.clone(), gone: one.gone })
        .collect();
    let (further, visits): (Vec<_>, Vec<_>) = visits.into_iter().partition(|one| part_of(one).is_some());
    // One that was begun and broken off on another day is none to go on with.
    let mut newest = None;
    for visit in &visits {
        if newest.is_none() && (says_something(visit) || goes_on(&seat.desk, ledger, visit)?) {
            newest = Some(visit);
        }
    }
    let told = visits.iter().find(|visit| result_of(visit).is_some());
    let cases = match visits.is_empty() {
        true => 0,
        false => {
            let at = |case: &Document| case.case.as_ref().and_then(|case| case.visit);
            let cases = case_list::of_household(ledger.entries(), "case", house.subject)?;
            let at_them = visits.iter().chain(&further).map(|visit| visit.subject).collect::<Vec<_>>();
            let on_it = |case: &&Document| counts(case) && at(case).is_some_and(|at| at_them.contains(&at));
            cases.iter().filter(on_it).count() as u64
        }
    };
    let newest_need = visits.iter().map(|visit| visit.text(NEED)).find(|need| !need.is_empty());
    let needs = newest_need.into_iter().chain(further.iter().rev().map(|one| one.text(NEED)));
    let need = needs.filter(|need| !need.is_empty()).collect::<Vec<_>>().join("；");
    Ok(RollRow {
        id: place.subject,
        no: 0,
        name: people.first().map(|member| member.name.clone()).unwrap_or_default(),
        address: house.text("address").to_owned(),
        household_no: house.text("household_no").to_owned(),
        members: people.len() as u64,
        people: members,
        person: None,
        state: told.and_then(result_of).map_or(place.state, RollState::of_visit),
        note: place.note,
        visit: newest.map(|visit| visit.subject),
        result: told.and_then(result_of),
        visited_at: newest.map(|visit| visit.text("started_at").to_owned()),
        notes: newest.map(VisitNotes::of),
        lacks_second: told.is_some_and(lacks_second) && wants_two(&seat.desk, line),
        need,
        need_open: visits.iter().chain(&further).any(|visit| open_need(visit).is_some()),
        cases,
    })
}

/// The visits on a round, by household: those that say something by their day, the newest first, then what was only begun.
struct RoundVisits(BTreeMap<SubjectId, Vec<Document>>);

impl RoundVisits {
    /// Those on a line's roll, or to one household on it; of a roll of people there are none.
    fn of(ledger: &Ledger, line: &Document, of: RollOf, house: Option<SubjectId>) -> Result<Self, DeskError> {
        let mut found: BTreeMap<SubjectId, Vec<Document>> = BTreeMap::new();
        if of == RollOf::Households {
            let visits = case_list::visits_of_round(ledger.entries(), line.subject, house)?;
            for visit in visits.into_iter().filter(|visit| !is_void(visit)) {
                if let Ok(house) = visit.text("household").parse() {
                    found.entry(house).or_default().push(visit);
                }
            }
        }
        for visits in found.values_mut() {
            // A further need goes with its visit, also where another laptop found it.
            let whole: BTreeSet<SubjectId> = visits.iter().map(|visit| visit.subject).collect();
            visits.retain(|visit| part_of(visit).is_none_or(|of| whole.contains(&of)));
            visits.sort_by_cached_key(|visit| {
                Reverse((says_something(visit), visit_day(visit), visit.subject))
            });
        }
        Ok(Self(found))
    }

    fn take(&mut self, house: SubjectId) -> Vec<Document> {
        self.0.remove(&house).unwrap_or_default()
    }
}

/// With each, whether nobody has to come back for it, and nothing more.
fn settled_of(seat: &Seat, ledger: &Ledger, line: &Document, of: RollOf) -> Result<Vec<bool>, DeskError> {
    let two = wants_two(&seat.desk, line);
    let mut on_round = RoundVisits::of(ledger, line, of, None)?;
    let mut settled = Vec::new();
    for place in roll_of(line) {
        let visits = on_round.take(place.subject);
        let told = visits.iter().find(|visit| result_of(visit).is_some());
        let state = told.and_then(result_of).map_or(place.state, RollState::of_visit);
        settled.push(state.is_settled() && !(two && told.is_some_and(lacks_second)));
    }
    Ok(settled)
}

/// The lines with rolls that are open, the newest day first.
pub fn open_rolls(seat: &Seat) -> Result<Vec<OpenRoll>, DeskError> {
    let villages = seat.village_names();
    let ledger = seat.desk.ledger();
    let mut found = Vec::new();
    for item in seat.desk.catalogue().registers() {
        let Some(roll) = item.card.register.as_ref().and_then(|register| register.roll.as_ref()) else {
            continue;
        };
        let query = LineQuery {
            register: item.card.code.clone(),
            open: true,
            limit: MOST_ROUNDS as u32,
            ..LineQuery::default()
        };
        let reader = Reader::of(seat, &ledger, &villages, item)?;
        for line in find_lines(ledger.entries(), &query)?.iter().filter(|line| is_open(line)) {
            let settled = settled_of(seat, &ledger, line, roll.of)?;
            found.push(OpenRoll {
                register: item.card.code.clone(),
                register_name: item.card.in_language(seat.language).short_name,
                of: roll.of.as_str(),
                line: reader.row(&ledger, &[], line)?,
                total: settled.len() as u64,
                settled: settled.iter().filter(|settled| **settled).count() as u64,
            });
        }
    }
    found.sort_by_key(|one| std::cmp::Reverse((one.line.day, one.line.id)));
    found.truncate(MOST_ROUNDS);
    Ok(found)
}

/// What the workbook of a roll is to hold, with the words of the screen.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct RollExport {
    /// The line.
    pub line: SubjectId,
    /// Only those with one of these states; empty for all.
    pub states: Vec<RollState>,
    /// Headings: 序号 姓名 性别 年龄 身份证号 联系电话 户号 住址 情况 备注 签字.
    pub headings: Vec<String>,
    /// A word for every state.
    pub words: BTreeMap<String, String>,
    /// What the sheet is called.
    pub sheet: String,
}

/// The columns of a roll's workbook.
const COLUMNS: usize = 11;

/// Writes a roll into a workbook, numbers masked, with an empty column to sign in; the file appears whole or not at all.
///
/// # Errors
/// As [`show_roll`]; `BadInput` for headings of another number.
pub fn export_roll(seat: &Seat, file: &Path, what: &RollExport) -> Result<Exported, DeskError> {
    if what.headings.len() != COLUMNS {
        return Err(DeskError::new(Code::BadInput).with("path", "headings"));
    }
    let view = show_roll(seat, what.line)?;
    let fits = |row: &&RollRow| what.states.is_empty() || what.states.contains(&row.state);
    let rows: Vec<Vec<Out>> =
        view.rows.iter().filter(fits).enumerate().map(|(at, row)| cells(row, at + 1, what)).collect();
    let headings: Vec<&str> = what.headings.iter().map(String::as_str).collect();
    write_in_place(file, &bangban_sheets::write_table(&what.sheet, &headings, &rows)?)?;
    Ok(Exported { rows: rows.len() as u64 })
}

fn cells(row: &RollRow, at: usize, what: &RollExport) -> Vec<Out> {
    let text = |text: &str| Out::Text(text.to_owned());
    let person = row.person.as_ref();
    let state = json!(row.state).as_str().and_then(|state| what.words.get(state)).cloned();
    vec![
        Out::Number(at as f64),
        text(&row.name),
        text(person.and_then(|person| person.sex).unwrap_or_default()),
        person.and_then(|person| person.age).map_or_else(|| text(""), |age| Out::Number(f64::from(age))),
        text(person.map(|person| person.id_masked.as_str()).unwrap_or_default()),
        text(person.map(|person| person.phone_masked.as_str()).unwrap_or_default()),
        text(&row.household_no),
        text(&row.address),
        Out::Text(state.unwrap_or_default()),
        text(&row.note),
        text(""),
    ]
}
