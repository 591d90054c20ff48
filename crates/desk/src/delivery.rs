//! 送达、出件: the result of a decided case on its way to the person, and the line that hands it out.

use crate::desk::{self, Desk};
use crate::error::DeskError;
use crate::line::{LineDraft, NewLine, begin_line, named};
use bangban_catalogue::{Chain, Delivery};
use bangban_ledger::{Ledger, line_list};
use bangban_model::document::Document;
use bangban_model::line::line_of;
use bangban_model::{Code, SubjectId};
use std::collections::BTreeMap;

/// How far the result of a decided case has come; none where there is nothing to bring, or nothing was decided.
pub fn delivery_of(desk: &Desk, ledger: &Ledger, case: &Document) -> Result<Option<Delivery>, DeskError> {
    let Some(file) = case.case.as_ref().filter(|file| file.decision.is_some()) else { return Ok(None) };
    let catalogue = desk.catalogue();
    if !catalogue.item(&file.item).is_ok_and(|item| !item.card.no_result && item.card.bundle.is_none()) {
        return Ok(None);
    }
    let mut furthest = Delivery::Nothing;
    let resident = desk::document(ledger, file.resident)?.map_or(file.resident, |person| person.subject);
    for line in line_list::of_person(ledger.entries(), resident)? {
        let Some(told) =
            line_of(&line).filter(|told| told.case == Some(case.subject) && told.void.is_empty())
        else {
            continue;
        };
        let Ok(register) = catalogue.item(told.register) else { continue };
        let Some(chain) = chain_of(&register) else { continue };
        let draft = LineDraft::altering(&line)?;
        furthest = furthest.max(chain.delivery([named(&draft.answers)]));
    }
    Ok(Some(furthest))
}

fn chain_of(item: &bangban_catalogue::Item) -> Option<&Chain> {
    item.card.register.as_ref()?.chain.as_ref()
}

/// Begins the line by which the result of a case reaches the person, or goes on with the one that was begun: what was fetched
/// is handed out against a signature, of everything else the person is told.
pub fn bring_result(desk: &Desk, case: SubjectId) -> Result<SubjectId, DeskError> {
    let catalogue = desk.catalogue();
    let today = desk.clock.today();
    let (register, chain) = catalogue
        .registers()
        .filter(|item| item.card.open_on(today))
        .find_map(|item| Some((item.card.code.clone(), chain_of(item)?.clone())))
        .ok_or(Code::LineUnknown)?;
    let known = {
        let ledger = desk.ledger();
        let document = desk::document_of(&ledger, case, Code::CaseUnknown)?;
        let file = document.case.as_ref().ok_or(Code::CaseUnknown)?;
        for (draft, _) in LineDraft::all(&ledger)? {
            let step = named(&draft.answers).get(chain.step.as_str()).map(|step| (*step).to_owned());
            let brings = step.is_some_and(|step| step == chain.out || step == chain.told);
            if draft.case == Some(case) && draft.register == register && !draft.corrects && brings {
                return Ok(draft.line);
            }
        }
        let fetched = delivery_of(desk, &ledger, &document)? == Some(Delivery::Back);
        let person = desk::document_of(&ledger, file.resident, Code::PersonUnknown)?;
        let me = ledger.agent_names()?.into_iter().find(|(agent, _)| *agent == desk.agent());
        BTreeMap::from([
            (chain.step, if fetched { chain.out } else { chain.told }),
            (chain.from, me.map(|(_, name)| name).unwrap_or_default()),
            (chain.to, person.text("name").to_owned()),
        ])
    };
    begin_line(desk, &NewLine { register, case: Some(case), known, ..NewLine::default() })
}
