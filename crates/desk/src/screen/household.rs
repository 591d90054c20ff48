//! Households on the screen: who is registered, who lives together, and when somebody last came.

use super::case_row::{CaseRow, row_of};
use super::person::{MAX_ROWS, PersonCard, card_of, runs_of};
use super::register_page::{RegisterPage, pages_of};
use super::{Seat, open};
use crate::desk::{self, Desk};
use crate::error::DeskError;
use crate::household::find_household;
use bangban_ledger::{Ledger, case_list, document_row, household_list, person};
use bangban_model::SubjectId;
use bangban_model::document::{Document, SubjectKind};
use bangban_model::relation::is_head_word;
use bangban_model::settling::{OpenField, SettledLine};
use bangban_model::visit::visit_day;
use serde::Serialize;
use ts_rs::TS;

/// A household with its two lists, which are never mixed.
#[derive(Clone, Debug, Serialize, TS)]
pub struct HouseholdView {
    /// The household.
    pub id: SubjectId,
    /// 户号.
    pub household_no: String,
    /// Address as written.
    pub address: String,
    /// 户籍户: who is registered here.
    pub registered: Vec<PersonCard>,
    /// 共同生活家庭成员: who lives and shares income here.
    pub living_together: Vec<LivingTogether>,
    /// What registers say of the members, each named.
    pub pages: Vec<RegisterPage>,
    /// Values of the household that wait for a person.
    pub open: Vec<OpenField>,
    /// What was settled on it, the newest first.
    pub settled: Vec<SettledLine>,
}

/// A household as she reads it before she knocks.
#[derive(Clone, Debug, Serialize, TS)]
pub struct HouseholdPage {
    /// Who belongs to it.
    #[serde(flatten)]
    pub household: HouseholdView,
    /// Cases of its members, the newest first.
    pub cases: Vec<CaseRow>,
    /// 待遇: what its members receive, as far as is known; those who receive something.
    pub receive: Vec<Receives>,
}

/// What somebody of a household receives.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Receives {
    /// Who.
    pub person: SubjectId,
    /// As written.
    pub name: String,
    /// What people call the items.
    pub items: Vec<String>,
}

/// Somebody who lives with a household.
#[derive(Clone, Debug, Serialize, TS)]
pub struct LivingTogether {
    /// Who.
    pub person: PersonCard,
    /// The relation, as written.
    pub relation: String,
}

/// A household in a list.
#[derive(Clone, Debug, Serialize, TS)]
pub struct HouseholdLine {
    /// The household.
    pub id: SubjectId,
    /// 户号.
    pub household_no: String,
    /// Address as written.
    pub address: String,
    /// The head's name, else the first member's.
    pub head: String,
    /// How many are registered.
    pub members: u64,
    /// The day of the last visit.
    pub last_visit: Option<String>,
}

/// A part of the households' list.
#[derive(Clone, Debug, Serialize, TS)]
pub struct HouseholdPart {
    /// How many fit.
    pub total: u64,
    /// This part of them.
    pub rows: Vec<HouseholdLine>,
}

pub(crate) fn view_of(seat: &Seat, ledger: &Ledger, document: &Document) -> Result<HouseholdView, DeskError> {
    let desk: &Desk = &seat.desk;
    let (open, settled) = open::of_register(seat, ledger, document)?;
    let card = |subject: SubjectId| -> Result<Option<PersonCard>, DeskError> {
        Ok(desk::document(ledger, subject)?.map(|document| card_of(desk, &document)))
    };
    let mut registered = Vec::new();
    for member in person::of_household(ledger.entries(), document.subject)? {
        registered.extend(card(member.subject)?);
    }
    // 户主 stands first, as in the book.
    registered.sort_by_key(|person| !is_head_word(&person.relation));
    let mut living_together = Vec::new();
    for (subject, relation) in document.under("living/") {
        let Ok(subject) = subject.parse() else { continue };
        if let Some(person) = card(subject)? {
            let relation = relation.as_str().unwrap_or_default().to_owned();
            living_together.push(LivingTogether { person, relation });
        }
    }
    let mut named: Vec<(SubjectId, String)> = Vec::new();
    for person in registered.iter().chain(living_together.iter().map(|one| &one.person)) {
        if named.iter().all(|(known, _)| *known != person.id) {
            named.push((person.id, person.name.clone()));
        }
    }
    Ok(HouseholdView {
        pages: pages_of(seat, ledger, &named)?,
        id: document.subject,
        household_no: document.text("household_no").to_owned(),
        address: document.text("address").to_owned(),
        registered,
        living_together,
        open,
        settled,
    })
}

/// The name that stands for a household: its head's, else the first member's.
pub(crate) fn head_name(ledger: &Ledger, household: SubjectId) -> Result<(String, u64), DeskError> {
    let members = person::of_household(ledger.entries(), household)?;
    Ok((members.first().map(|head| head.name.clone()).unwrap_or_default(), members.len() as u64))
}

/// A household whole.
pub fn show_household(seat: &Seat, id: &str) -> Result<HouseholdPage, DeskError> {
    let villages = seat.village_names();
    let ledger = seat.desk.ledger();
    let document = find_household(&ledger, id)?;
    let household = view_of(seat, &ledger, &document)?;
    let (mut cases, mut receive) = (Vec::new(), Vec::new());
    for member in &household.registered {
        cases.extend(case_list::of_resident(ledger.entries(), member.id)?);
        let Some(person) = desk::document(&ledger, member.id)? else { continue };
        let items: Vec<String> =
            runs_of(seat, &ledger, &person)?.iter().map(|item| seat.item_name(item)).collect();
        if !items.is_empty() {
            receive.push(Receives { person: member.id, name: member.name.clone(), items });
        }
    }
    cases.sort_by_key(|case| std::cmp::Reverse(case.subject));
    let cases = cases.iter().map(|case| row_of(seat, &ledger, &villages, case));
    Ok(HouseholdPage { cases: cases.collect::<Result<_, _>>()?, household, receive })
}

/// Households by 户号 or by a member, in the order of their numbers.
pub fn list_households(seat: &Seat, text: &str, offset: u64, limit: u32) -> Result<HouseholdPart, DeskError> {
    let ledger = seat.desk.ledger();
    let (total, found) = household_list::find(ledger.entries(), text, offset, limit.min(MAX_ROWS))?;
    let rows = found.iter().map(|household| line_of(&ledger, household)).collect::<Result<_, _>>()?;
    Ok(HouseholdPart { total, rows })
}

fn line_of(ledger: &Ledger, household: &Document) -> Result<HouseholdLine, DeskError> {
    debug_assert_eq!(household.kind, Some(SubjectKind::Household));
    let (head, members) = head_name(ledger, household.subject)?;
    let visit = case_list::newest_visit(ledger.entries(), household.subject)?;
    let visit = visit.map(|visit| document_row::get(ledger.entries(), visit)).transpose()?.flatten();
    Ok(HouseholdLine {
        id: household.subject,
        household_no: household.text("household_no").to_owned(),
        address: household.text("address").to_owned(),
        head,
        members,
        last_visit: visit.as_ref().and_then(visit_day).map(|day| day.to_string()),
    })
}
