//! 撤回申请: the applicant takes a case back that was submitted and is not decided.

use crate::case_draft::CaseDraft;
use crate::desk::{self, Desk};
use crate::error::DeskError;
use bangban_ledger::Ledger;
use bangban_model::body::CaseWithdrawn;
use bangban_model::bundle::parts_of;
use bangban_model::document::{Document, Stage};
use bangban_model::entry::NewEntry;
use bangban_model::visit::LONGEST_TEXT_CHARS;
use bangban_model::{Audience, Body, Code, SubjectId};

/// Whether a recorded case is submitted and not decided. A part of a bundle goes with its bundle.
fn is_under_way(case: &Document) -> bool {
    let Some(file) = &case.case else { return false };
    let is_at_work = matches!(file.stage, Stage::Submitted | Stage::Returned | Stage::Accepted);
    !case.newer && file.bundle.is_none() && file.decision.is_none() && is_at_work
}

/// The parts of a bundle that are not decided yet; of any other case none.
fn open_parts(ledger: &Ledger, case: &Document) -> Result<Vec<Document>, DeskError> {
    let mut parts = Vec::new();
    for (part, _) in parts_of(case) {
        let Some(part) = desk::document(ledger, part)? else { continue };
        let stage = part.case.as_ref().map(|file| file.stage);
        match stage {
            Some(Stage::Withdrawn) | None => {}
            // What an office decided stands: the rest is taken out of the bundle one by one.
            Some(Stage::Confirmed | Stage::Closed) => return Err(Code::CaseStage.into()),
            Some(_) if part.newer => return Err(Code::NewerRecord.into()),
            Some(_) => parts.push(part),
        }
    }
    Ok(parts)
}

/// Whether a recorded case can be taken back: of a bundle, while no part of it is decided.
pub(crate) fn may_withdraw(ledger: &Ledger, case: &Document) -> bool {
    is_under_way(case) && open_parts(ledger, case).is_ok()
}

/// Takes a case back for a reason, a bundle with its parts. What was altered and not submitted yet goes with it.
///
/// # Errors
/// `CaseStage`: it was not submitted, is decided or taken back already, or is a part of a bundle. `BadInput`: no reason.
pub fn withdraw_case(desk: &Desk, case: SubjectId, reason: &str) -> Result<(), DeskError> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_TEXT_CHARS {
        return Err(DeskError::new(Code::BadInput).with("path", "reason"));
    }
    let mut ledger = desk.ledger();
    let document = desk::document_of(&ledger, case, Code::CaseUnknown)?;
    if document.newer {
        return Err(Code::NewerRecord.into());
    }
    if !is_under_way(&document) {
        return Err(Code::CaseStage.into());
    }
    let parts = open_parts(&ledger, &document)?;
    let entries = std::iter::once(&document).chain(&parts).map(|one| NewEntry {
        stream: one.stream.clone(),
        subject: one.subject,
        audience: Audience::All,
        saw: one.newest_seen(),
        body: Body::CaseWithdrawn(CaseWithdrawn { reason: reason.to_owned() }),
    });
    let entries = entries.collect();
    ledger.record(desk.author(), entries, Some(CaseDraft::id_of(case)))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::bench::{bench, submitted};
    use crate::case::{correct_case, handle_case};
    use crate::figures::{Span, count};
    use crate::screen::Seat;
    use crate::screen::case::show_case;
    use crate::screen::case_row::Standing;
    use bangban_model::body::{CaseOpened, CaseSubmitted, FieldSet};
    use bangban_model::bundle::part_path;
    use serde_json::json;
    use uuid::Uuid;

    /// Whenever this test runs: cases are counted by their ids' own time.
    fn cases_counted(seat: &Seat) -> u64 {
        let [from, to] = ["2000-01-01", "2999-12-31"].map(|day| day.parse().unwrap());
        count(&seat.desk, &seat.desk.ledger(), &Span { from, to, village: None }).unwrap().counts.cases
    }

    #[test]
    fn a_case_is_taken_back_for_a_reason_once_and_counts_no_more() {
        let (seat, _folder) = bench().seat();
        let case = submitted(&seat.desk, "SSC", FieldSet::new());
        submitted(&seat.desk, "SSC", FieldSet::new());
        assert_eq!(cases_counted(&seat), 2);
        assert!(show_case(&seat, case, &[]).unwrap().can_withdraw);
        assert_eq!(withdraw_case(&seat.desk, case, "  ").unwrap_err().code, Code::BadInput);
        // What was being altered goes with it.
        handle_case(&seat.desk, case, &Default::default()).unwrap();
        withdraw_case(&seat.desk, case, " 本人不申请了 ").unwrap();
        let view = show_case(&seat, case, &[]).unwrap();
        assert_eq!(view.row.standing, Standing::Withdrawn);
        assert!(!view.can_withdraw && !view.can_edit && view.draft_saved_at.is_none());
        assert_eq!(view.withdrawn.unwrap().reason, "本人不申请了");
        assert!(view.history.iter().any(|line| line.kind == "case_withdrawn"));
        assert_eq!(cases_counted(&seat), 1);
        assert_eq!(withdraw_case(&seat.desk, case, "再来").unwrap_err().code, Code::CaseStage);
        let altered = correct_case(&seat.desk, case, &Default::default(), Vec::new());
        assert_eq!(altered.map(|_| ()).unwrap_err().code, Code::CaseStage);
    }

    #[test]
    fn a_bundle_is_taken_back_with_its_parts_and_a_part_only_with_its_bundle() {
        let (seat, _folder) = bench().seat();
        let desk = &seat.desk;
        let part = SubjectId(Uuid::now_v7());
        let whole = submitted(desk, "SHENHOU", [(part_path(part), json!("SSC"))].into());
        let bundle = desk::document(&desk.ledger(), whole).unwrap().unwrap();
        let opened = CaseOpened {
            item: "SSC".into(),
            form_version: "1".into(),
            form_digest: desk.catalogue().item("SSC").unwrap().newest().unwrap().digest,
            resident: bundle.case.as_ref().unwrap().resident,
            household: None,
            visit: None,
            bundle: Some(whole),
            catalogue: None,
            set: FieldSet::new(),
        };
        let bodies = [Body::CaseOpened(opened), Body::CaseSubmitted(CaseSubmitted {})];
        let entries = bodies.map(|body| NewEntry {
            stream: bundle.stream.clone(),
            subject: part,
            audience: Audience::All,
            saw: None,
            body,
        });
        desk.ledger().record(desk.author(), entries.into(), None).unwrap();
        assert_eq!(withdraw_case(desk, part, "不办了").unwrap_err().code, Code::CaseStage);
        withdraw_case(desk, whole, "不办了").unwrap();
        for case in [whole, part] {
            let document = desk::document(&desk.ledger(), case).unwrap().unwrap();
            assert_eq!(document.case.unwrap().stage, Stage::Withdrawn);
        }
    }
}
