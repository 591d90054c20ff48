//! A person on the screen: a card in lists, and whole with household, cases, visits and timeline.

use super::benefits::{BenefitCourse, courses_of};
use super::case_row::{CaseRow, row_of};
use super::categories::{CategoryLine, categories_of};
use super::household::{HouseholdView, view_of};
use super::register_page::{RegisterPage, pages_of};
use super::timeline::{self, TimelineLine};
use super::visit::{VisitLine, line_of_visit, visits_of};
use super::{Seat, agent_names, open};
use crate::desk::{self, Desk};
use crate::error::DeskError;
use bangban_ledger::{case_list, due_row, line_list, person};
use bangban_model::benefit::received_by;
use bangban_model::document::Document;
use bangban_model::identity::IdentityNumber;
use bangban_model::mask::{mask_identity, mask_phone};
use bangban_model::settling::{OpenField, SettledLine};
use bangban_model::whereabouts::{Whereabouts, whereabouts_of};
use bangban_model::{Code, SubjectId};
use serde::Serialize;
use std::collections::BTreeSet;
use ts_rs::TS;

/// A person in a list. Numbers are masked; [`reveal`] gives them whole.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PersonCard {
    /// The resident.
    pub id: SubjectId,
    /// As written.
    pub name: String,
    /// `4207**********002X`, or '' where unknown.
    pub id_masked: String,
    /// `139****0000`, or '' where unknown.
    pub phone_masked: String,
    /// Whole years today, where the number tells.
    pub age: Option<u32>,
    /// 男 or 女, where the number tells.
    #[ts(type = "'男' | '女' | null")]
    pub sex: Option<&'static str>,
    /// Address as written.
    pub address: String,
    /// 户号.
    pub household_no: String,
    /// The 户籍户.
    pub household: Option<SubjectId>,
    /// 与户主关系 as written.
    pub relation: String,
    /// 去向: where she is.
    pub whereabouts: Whereabouts,
}

/// A person whole.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PersonView {
    /// Who it is.
    pub person: PersonCard,
    /// Her household.
    pub household: Option<HouseholdView>,
    /// 待遇: what she receives, as far as is known (granted, listed, and not stopped by an office), asked for or received.
    pub benefits: Vec<BenefitCourse>,
    /// 人员类别, each with its basis and its days.
    pub categories: Vec<CategoryLine>,
    /// What registers say of her, where she has no household; else it stands with that of its members.
    pub pages: Vec<RegisterPage>,
    /// Her cases, the newest first.
    pub cases: Vec<CaseRow>,
    /// Cases of the others of her household, the newest first.
    pub household_cases: Vec<CaseRow>,
    /// Visits to her household, the newest first.
    pub visits: Vec<VisitLine>,
    /// What happened, the newest first.
    pub timeline: Vec<TimelineLine>,
    /// Values of hers that wait for a person.
    pub open: Vec<OpenField>,
    /// What was settled, the newest first.
    pub settled: Vec<SettledLine>,
}

/// Numbers that were asked for.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Revealed {
    /// The identity number, whole.
    pub id_number: String,
    /// The phone number, whole.
    pub phone: String,
}

/// A part of the people's list.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PeoplePart {
    /// How many there are.
    pub total: u64,
    /// This part of them.
    pub rows: Vec<PersonCard>,
}

/// A list asks for no more rows at once.
pub const MAX_ROWS: u32 = 500;

pub(crate) fn card_of(desk: &Desk, document: &Document) -> PersonCard {
    let today = desk.clock.today();
    let number = IdentityNumber::parse(document.text("id_number"), today).ok();
    PersonCard {
        id: document.subject,
        name: document.text("name").to_owned(),
        id_masked: mask_identity(document.text("id_number")),
        phone_masked: mask_phone(document.text("phone")),
        age: number.as_ref().map(|number| number.age_on(today)),
        sex: number.as_ref().map(|number| number.sex().text()),
        address: document.text("address").to_owned(),
        household_no: document.text("household_no").to_owned(),
        household: document.text("household").parse().ok(),
        relation: document.text("relation").to_owned(),
        whereabouts: whereabouts_of(document),
    }
}

/// People by what she types.
pub fn find_people(seat: &Seat, text: &str) -> Result<Vec<PersonCard>, DeskError> {
    let ledger = seat.desk.ledger();
    cards(&seat.desk, &ledger, crate::person::found_by(&ledger, text)?)
}

/// The people's list, household by household.
pub fn list_people(seat: &Seat, offset: u64, limit: u32) -> Result<PeoplePart, DeskError> {
    let ledger = seat.desk.ledger();
    let found = person::list(ledger.entries(), offset, limit.min(MAX_ROWS))?;
    Ok(PeoplePart { total: person::count(ledger.entries())?, rows: cards(&seat.desk, &ledger, found)? })
}

fn cards(
    desk: &Desk,
    ledger: &bangban_ledger::Ledger,
    found: Vec<person::Person>,
) -> Result<Vec<PersonCard>, DeskError> {
    let documents = found.into_iter().filter_map(|person| desk::document(ledger, person.subject).transpose());
    documents.map(|document| Ok(card_of(desk, &document?))).collect()
}

/// A person whole.
pub fn show_person(seat: &Seat, id: SubjectId) -> Result<PersonView, DeskError> {
    let villages = seat.village_names();
    let ledger = seat.desk.ledger();
    let document = desk::document_of(&ledger, id, Code::PersonUnknown)?;
    let names = agent_names(&ledger)?;
    let household = document.text("household").parse::<SubjectId>().ok();
    let household = household.map(|household| desk::document(&ledger, household)).transpose()?.flatten();
    let cases = case_list::of_resident(ledger.entries(), document.subject)?;
    let mut of_others = Vec::new();
    if let Some(household) = &household {
        for member in person::of_household(ledger.entries(), household.subject)? {
            if member.subject != document.subject {
                of_others.extend(case_list::of_resident(ledger.entries(), member.subject)?);
            }
        }
    }
    of_others.sort_by_key(|case| std::cmp::Reverse(case.subject));
    let visits = match &household {
        Some(household) => visits_of(&ledger, household.subject)?,
        None => Vec::new(),
    };
    let mut timeline = timeline::of_document(&document, &names, None);
    for case in &cases {
        timeline.extend(timeline::of_document(case, &names, Some(seat)));
    }
    for visit in &visits {
        timeline.extend(timeline::of_document(visit, &names, None));
    }
    let lines = line_list::of_person(ledger.entries(), document.subject)?;
    for line in &lines {
        timeline.extend(timeline::of_document(line, &names, Some(seat)));
    }
    timeline::newest_first(&mut timeline);
    let (open, settled) = open::of_register(seat, &ledger, &document)?;
    let runs = runs_of(seat, &ledger, &document)?;
    Ok(PersonView {
        benefits: courses_of(seat, &ledger, &document, &cases, &runs)?,
        categories: categories_of(seat, &document, &lines)?,
        pages: match household {
            Some(_) => Vec::new(),
            None => pages_of(seat, &ledger, &[(document.subject, document.text("name").to_owned())])?,
        },
        person: card_of(&seat.desk, &document),
        household: household.map(|household| view_of(seat, &ledger, &household)).transpose()?,
        cases: cases
            .iter()
            .map(|case| row_of(seat, &ledger, &villages, case))
            .collect::<Result<_, DeskError>>()?,
        household_cases: of_others
            .iter()
            .map(|case| row_of(seat, &ledger, &villages, case))
            .collect::<Result<_, DeskError>>()?,
        visits: visits.iter().map(|visit| line_of_visit(&ledger, visit)).collect::<Result<_, DeskError>>()?,
        timeline,
        open,
        settled,
    })
}

/// The items that a person receives, as far as is known.
pub(super) fn runs_of(
    seat: &Seat,
    ledger: &bangban_ledger::Ledger,
    person: &Document,
) -> Result<BTreeSet<String>, DeskError> {
    let stands = due_row::case_stands_of(ledger.entries(), person.subject)?;
    let granted = stands.iter().filter(|case| case.granted).map(|case| case.item.as_str());
    Ok(received_by(person, granted).into_iter().filter(|item| goes_on(seat, item)).collect())
}

/// Whether an item, once granted, goes on: it is looked at again from time to time. One that is not known here counts.
pub(super) fn goes_on(seat: &Seat, item: &str) -> bool {
    let card = seat.card(item);
    card.is_none_or(|card| card.review_cycle.is_some_and(|cycle| cycle.months.is_some()))
}

/// Her numbers whole, because somebody asked for them.
pub fn reveal(seat: &Seat, id: SubjectId) -> Result<Revealed, DeskError> {
    let ledger = seat.desk.ledger();
    let document = desk::document_of(&ledger, id, Code::PersonUnknown)?;
    let text = |path| document.text(path).to_owned();
    Ok(Revealed { id_number: text("id_number"), phone: text("phone") })
}
