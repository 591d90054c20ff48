//! 授权、签字到期: which signatures and written authorities run out while their cases still need them.

use crate::desk::{self, Desk};
use crate::error::DeskError;
use crate::signing::is_of_signatures;
use bangban_ledger::Ledger;
use bangban_model::document::Document;
use bangban_model::expiry::{self, RunsOut};
use bangban_model::handling::Handling;
use bangban_model::line::{VALID_UNTIL, line_of};

/// Whether a register's lines are signatures.
fn is_signature(desk: &Desk, register: &str) -> bool {
    let item = desk.catalogue().item(register).ok();
    item.as_ref().and_then(|item| item.card.register.as_ref()).is_some_and(is_of_signatures)
}

/// What runs out of a line of the register of signatures, while it is needed.
pub(crate) fn of_line(desk: &Desk, ledger: &Ledger, line: &Document) -> Result<Option<RunsOut>, DeskError> {
    let Some(until) = line.text(VALID_UNTIL).get(..10).and_then(|day| day.parse().ok()) else {
        return Ok(None);
    };
    let Some(told) = line_of(line).filter(|told| told.void.is_empty()) else { return Ok(None) };
    let catalogue = desk.catalogue();
    let Some(found) = expiry::runs_out(until, desk.clock.today(), catalogue.calendar()) else {
        return Ok(None);
    };
    if !is_signature(desk, told.register) {
        return Ok(None);
    }
    let item = catalogue.item(told.register)?;
    let open = item.card.register.as_ref().and_then(|register| register.open.as_ref());
    let state = open.map(|open| line.text(&format!("/data/{}", open.state))).unwrap_or_default();
    let case = told.case.map(|case| desk::document(ledger, case)).transpose()?.flatten();
    let stage = case.and_then(|case| case.case.map(|file| file.stage));
    let is_needed = expiry::signature_is_needed(state, stage, until, desk.clock.today());
    Ok(is_needed.then_some(found))
}

/// What runs out of the written authority of a case, while it is needed. A draft is no document yet.
pub(crate) fn of_case(desk: &Desk, how: &Handling, case: Option<&Document>) -> Option<RunsOut> {
    let stage = case.and_then(|case| case.case.as_ref()).map(|file| file.stage);
    let until = expiry::authority_until(how).filter(|_| stage.is_none_or(expiry::is_needed_at))?;
    expiry::runs_out(until, desk.clock.today(), desk.catalogue().calendar())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::bench::{bench, submitted};
    use crate::line::{NewLine, answer_line, begin_line, record_line, void_line};
    use crate::screen::Seat;
    use crate::screen::case::show_case;
    use crate::screen::case_lines::case_lines;
    use crate::screen::today::{TodayKind, today};
    use bangban_model::SubjectId;
    use serde_json::{Value, from_value, json};

    fn listed(seat: &Seat) -> Vec<(Option<SubjectId>, Option<SubjectId>, i64, bool)> {
        let today = today(seat).unwrap();
        let rows = today.rows.iter().filter(|row| row.kind == TodayKind::Expiry);
        let rows: Vec<_> =
            rows.map(|row| (row.case, row.line, row.days_left.unwrap(), row.in_workdays)).collect();
        assert_eq!(today.counts.expiring, rows.len() as u64);
        rows
    }

    fn signature(desk: &Desk, case: Option<SubjectId>, answers: Value) -> SubjectId {
        let new = NewLine { register: "DJ_QIANZI".into(), case, ..NewLine::default() };
        let line = begin_line(desk, &new).unwrap();
        let asked = json!({"/data/name": "余小明", "/data/relation": "子", "/data/paper": "核对授权书",
            "/data/applicant": "余桂英", "/data/matter": "低保"});
        answer_line(desk, line, &from_value(asked).unwrap()).unwrap();
        answer_line(desk, line, &from_value(answers).unwrap()).unwrap();
        record_line(desk, line).unwrap();
        line
    }

    fn acting(until: &str) -> bangban_model::body::FieldSet {
        [("handling/mode".to_owned(), json!("act")), ("handling/authority_until".to_owned(), json!(until))]
            .into()
    }

    #[test]
    fn a_written_authority_that_runs_out_stands_on_the_days_list_and_at_its_case_until_it_is_renewed() {
        let (seat, _folder) = bench().seat();
        // 2026-11-22 is a Sunday: five working days on is Friday the 27th, and the weekend behind it.
        let soon = submitted(&seat.desk, "SSC", acting("2026-11-28"));
        let later = submitted(&seat.desk, "SSC", acting("2026-11-30"));
        let over = submitted(&seat.desk, "SSC", acting("2026-11-20"));
        let mut helped = acting("2026-11-20");
        helped.insert("handling/mode".to_owned(), json!("help"));
        submitted(&seat.desk, "SSC", helped);
        assert_eq!(listed(&seat), [(Some(over), None, -2, false), (Some(soon), None, 5, true)]);
        let told = |case| show_case(&seat, case, &[]).unwrap().authority_runs_out;
        assert!(told(over).unwrap().is_over);
        assert!(told(soon).is_some() && told(later).is_none());
    }

    #[test]
    fn a_signature_that_runs_out_stands_on_the_days_list_and_at_its_case_while_that_needs_it() {
        let (seat, _folder) = bench().seat();
        let case = submitted(&seat.desk, "SSC", acting("2027-11-28"));
        let signed = json!({"/data/state": "signed", "/data/signed_day": "2026-11-20",
            "/data/valid_until": "2026-11-24"});
        let line = signature(&seat.desk, Some(case), signed.clone());
        let refused = json!({"/data/state": "refused", "/data/valid_until": "2026-11-24"});
        signature(&seat.desk, Some(case), refused);
        let far = json!({"/data/state": "signed", "/data/signed_day": "2026-11-20",
            "/data/valid_until": "2027-11-24"});
        signature(&seat.desk, None, far);
        assert_eq!(listed(&seat), [(None, Some(line), 2, true)]);
        let at_case = case_lines(&seat, case).unwrap().lines;
        let marked: Vec<SubjectId> =
            at_case.iter().filter(|one| one.row.runs_out.is_some()).map(|one| one.row.id).collect();
        assert_eq!(marked, [line]);
        // Waited for with a day it stands there as a signature that lacks, and only once.
        let waits =
            json!({"/data/state": "waiting", "/data/by": "2026-11-25", "/data/valid_until": "2026-11-24"});
        signature(&seat.desk, None, waits);
        assert_eq!(listed(&seat).len(), 1);
        void_line(&seat.desk, line, "记错").unwrap();
        assert!(listed(&seat).is_empty());
        void_line(&seat.desk, line, "").unwrap();
        assert_eq!(listed(&seat).len(), 1);
        // To be signed again, it is one that lacks.
        let anew = json!({"/data/state": "expired", "/data/by": "2026-11-26"});
        answer_line(&seat.desk, line, &from_value(anew).unwrap()).unwrap();
        record_line(&seat.desk, line).unwrap();
        assert!(listed(&seat).is_empty());
    }
}
