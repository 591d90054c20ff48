//! Lines of registers that belong to a case: follow-ups, papers handed on, who has to sign.

use super::Seat;
use super::line::{LineRow, named_line};
use crate::desk;
use crate::error::DeskError;
use crate::line::LineDraft;
use bangban_ledger::line_list;
use bangban_model::line::line_of;
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

/// The lines of a case.
#[derive(Clone, Debug, Serialize, TS)]
pub struct CaseLines {
    /// Drafts first, then the newest.
    pub lines: Vec<CaseLine>,
    /// Registers of which a line can be begun for it; none while the case is not recorded.
    pub may_begin: Vec<CaseRegister>,
}

/// The lines that belong to a case: follow-ups, papers handed on, who has to sign.
pub fn case_lines(seat: &Seat, case: SubjectId) -> Result<CaseLines, DeskError> {
    let villages = seat.village_names();
    let ledger = seat.desk.ledger();
    let Some(document) = desk::document(&ledger, case)? else {
        return Ok(CaseLines { lines: Vec::new(), may_begin: Vec::new() });
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
    let may_begin = seat.desk.catalogue();
    let may_begin = may_begin.registers().filter(|item| {
        let takes = item.card.register.as_ref().is_some_and(|register| register.case && !register.frozen);
        takes && item.newest().is_ok() && item.card.open_on(today)
    });
    Ok(CaseLines {
        lines: found
            .into_iter()
            .map(|line| CaseLine {
                register: line.register,
                register_name: line.register_name,
                row: line.row,
            })
            .collect(),
        may_begin: may_begin
            .map(|item| CaseRegister {
                register: item.card.code.clone(),
                name: item.card.in_language(seat.language).short_name,
            })
            .collect(),
    })
}
