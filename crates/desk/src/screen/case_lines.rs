//! Lines of registers that belong to a case: follow-ups, papers handed on, who has to sign.

use super::Seat;
use super::line::{LineRow, NamedLine, named_line};
use crate::desk;
use crate::error::DeskError;
use crate::line::LineDraft;
use crate::signing::is_of_signatures;
use bangban_ledger::{Ledger, line_list, person};
use bangban_model::line::line_of;
use bangban_model::relation::is_head_word;
use bangban_model::whereabouts::{WhereState, whereabouts_of};
use bangban_model::{Code, SubjectId};
use serde::Serialize;
use ts_rs::TS;

/// A line of a case.
#[derive(Clone, Debug, Serialize, TS)]
pub struct CaseLine {
    /// Code of its register.
    pub register: String,
    /// Name of its register.
    pub register_name: String,
    /// Its row in lists.
    pub row: LineRow,
}

/// A register that takes lines of cases.
#[derive(Clone, Debug, Serialize, TS)]
pub struct CaseRegister {
    /// Its code.
    pub register: String,
    /// Its name.
    pub name: String,
}

/// Who may have to sign for a case: her household, and who lives with it.
#[derive(Clone, Debug, Serialize, TS)]
pub struct SignerOffer {
    /// Who.
    pub person: SubjectId,
    /// As written.
    pub name: String,
    /// 与申请人关系, as far as the ledger tells; she may say otherwise.
    pub relation: String,
    /// Whether a line of this case is about somebody of that name already.
    pub is_listed: bool,
}

/// A register of who has to sign, with whom it can be filled at once.
#[derive(Clone, Debug, Serialize, TS)]
pub struct SignersOffer {
    /// Its code.
    pub register: String,
    /// Who, the household's head first.
    pub people: Vec<SignerOffer>,
}

/// The lines of a case.
#[derive(Clone, Debug, Serialize, TS)]
pub struct CaseLines {
    /// Drafts first, then the newest.
    pub lines: Vec<CaseLine>,
    /// Registers of which a line can be begun for it; none while the case is not recorded.
    pub may_begin: Vec<CaseRegister>,
    /// Who can be added to the register of signatures in one go; none where there is nobody or no such register.
    pub signers: Option<SignersOffer>,
}

/// The lines that belong to a case: follow-ups, papers handed on, who has to sign.
pub fn case_lines(seat: &Seat, case: SubjectId) -> Result<CaseLines, DeskError> {
    let villages = seat.village_names();
    let ledger = seat.desk.ledger();
    let Some(document) = desk::document(&ledger, case)? else {
        return Ok(CaseLines { lines: Vec::new(), may_begin: Vec::new(), signers: None });
    };
    let file = document.case.as_ref().ok_or(Code::CaseUnknown)?;
    let mut found = Vec::new();
    for (draft, _) in LineDraft::all(&ledger)?.iter().filter(|(draft, _)| draft.case == Some(case)) {
        if !draft.corrects {
            found.extend(named_line(seat, &ledger, &villages, draft, None)?);
        }
    }
    let person = desk::document(&ledger, file.resident)?.map_or(file.resident, |person| person.subject);
    for line in line_list::of_person(ledger.entries(), person)? {
        if line_of(&line).is_some_and(|told| told.case == Some(case)) {
            let draft = LineDraft::altering(&line)?;
            found.extend(named_line(seat, &ledger, &villages, &draft, Some(&line))?);
        }
    }
    let today = seat.desk.clock.today();
    let catalogue = seat.desk.catalogue();
    let may_begin = catalogue.registers().filter(|item| {
        let takes = item.card.register.as_ref().is_some_and(|register| register.case && !register.frozen);
        takes && item.newest().is_ok() && item.card.open_on(today)
    });
    let may_begin: Vec<_> = may_begin.collect();
    let signatures = may_begin.iter().find(|item| item.card.register.as_ref().is_some_and(is_of_signatures));
    let signers = match signatures {
        Some(item) => signers_of(&ledger, &item.card.code, person, file.household, &found)?,
        None => None,
    };
    Ok(CaseLines {
        lines: found
            .into_iter()
            .map(|line| CaseLine {
                register: line.register,
                register_name: line.register_name,
                row: line.row,
            })
            .collect(),
        signers,
        may_begin: may_begin
            .into_iter()
            .map(|item| CaseRegister {
                register: item.card.code.clone(),
                name: item.card.in_language(seat.language).short_name,
            })
            .collect(),
    })
}

/// 共同生活成员: what anybody of a household is of whom the ledger tells no more.
const OF_ONE_HOUSEHOLD: &str = "共同生活成员";
/// The applicant herself.
const HERSELF: &str = "本人";

fn signers_of(
    ledger: &Ledger,
    register: &str,
    applicant: SubjectId,
    household: Option<SubjectId>,
    lines: &[NamedLine],
) -> Result<Option<SignersOffer>, DeskError> {
    let Some(resident) = desk::document(ledger, applicant)? else { return Ok(None) };
    let is_head = is_head_word(resident.text("relation"));
    let household = household.or_else(|| resident.text("household").parse().ok());
    let mut members: Vec<(SubjectId, Option<String>)> = vec![(applicant, None)];
    if let Some(household) = household {
        let registered = person::of_household(ledger.entries(), household)?;
        members.extend(registered.into_iter().map(|one| (one.subject, None)));
        let living = desk::document(ledger, household)?;
        for (subject, relation) in living.iter().flat_map(|living| living.under("living/")) {
            let Ok(subject) = subject.parse() else { continue };
            members.push((subject, relation.as_str().map(str::to_owned)));
        }
    }
    let mut people: Vec<SignerOffer> = Vec::new();
    for (subject, told) in members {
        let Some(person) = desk::document(ledger, subject)? else { continue };
        let is_known = people.iter().any(|one| one.person == person.subject);
        if is_known || whereabouts_of(&person).state == WhereState::Dead {
            continue;
        }
        let name = person.text("name").to_owned();
        // The ledger tells how each stands to the head: of another applicant only that they are of one household.
        let told = told.unwrap_or_else(|| person.text("relation").to_owned());
        let relation = match person.subject == resident.subject {
            true => HERSELF,
            false if is_head && !told.is_empty() => &told,
            false => OF_ONE_HOUSEHOLD,
        };
        let is_listed = lines.iter().any(|line| {
            line.register == register
                && line.row.void.is_empty()
                && line.row.title.split(" · ").next() == Some(&name)
        });
        people.push(SignerOffer { person: person.subject, relation: relation.to_owned(), is_listed, name });
    }
    Ok((people.len() > 1).then(|| SignersOffer { register: register.to_owned(), people }))
}
