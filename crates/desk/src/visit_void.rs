//! 误录作废: a visit that was written down by mistake counts as none, for a reason; nothing is ever deleted.

use crate::desk::{self, Desk};
use crate::error::DeskError;
use bangban_ledger::{Ledger, case_list};
use bangban_model::body::Recorded;
use bangban_model::document::{Document, SubjectKind};
use bangban_model::entry::NewEntry;
use bangban_model::visit::{LONGEST_TEXT_CHARS, VOID, is_void, part_of};
use bangban_model::{Audience, Body, Code, SubjectId};
use serde_json::json;

/// What is void is not written into.
pub(crate) fn refuse_void(visit: Document) -> Result<Document, DeskError> {
    if is_void(&visit) { Err(Code::VisitVoid.into()) } else { Ok(visit) }
}

/// Whether a record is void, or a further need of a visit that is: another laptop may have found the one and voided the other.
pub(crate) fn is_of_void(ledger: &Ledger, visit: &Document) -> Result<bool, DeskError> {
    let whole = part_of(visit).map(|whole| desk::document(ledger, whole)).transpose()?.flatten();
    Ok(is_void(visit) || whole.as_ref().is_some_and(is_void))
}

/// Nothing is begun at a visit that is void.
pub(crate) fn refuse_at_void(ledger: &Ledger, visit: SubjectId) -> Result<(), DeskError> {
    let document = desk::document_of(ledger, visit, Code::VisitUnknown)?;
    if is_of_void(ledger, &document)? { Err(Code::VisitVoid.into()) } else { Ok(()) }
}

/// Makes a visit void for a reason, with its further needs; an empty reason takes that back. What was noted and not recorded
/// yet is kept, and is there again with the visit.
pub fn void_visit(desk: &Desk, visit: SubjectId, reason: &str) -> Result<(), DeskError> {
    let reason = reason.trim();
    if reason.chars().count() > LONGEST_TEXT_CHARS {
        return Err(DeskError::new(Code::BadInput).with("path", "reason"));
    }
    let mut ledger = desk.ledger();
    let document = desk::document_of(&ledger, visit, Code::VisitUnknown)?;
    let document = match part_of(&document) {
        Some(whole) => desk::document_of(&ledger, whole, Code::VisitUnknown)?,
        None => document,
    };
    if document.kind != Some(SubjectKind::Visit) {
        return Err(Code::VisitUnknown.into());
    }
    if document.newer {
        return Err(Code::NewerRecord.into());
    }
    let further = case_list::further_needs(ledger.entries(), &document)?;
    let others: Vec<&Document> =
        std::iter::once(&document).chain(&further).filter(|one| one.text(VOID) != reason).collect();
    if others.is_empty() {
        return Ok(());
    }
    let said = |document: &Document| NewEntry {
        stream: document.stream.clone(),
        subject: document.subject,
        audience: Audience::All,
        saw: document.newest_seen(),
        body: Body::VisitRecorded(Recorded { set: [(VOID.to_owned(), json!(reason))].into() }),
    };
    let entries = others.into_iter().map(said).collect();
    ledger.record(desk.author(), entries, None)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::bench::{bench, village};
    use crate::figures::{Counts, Span, close_month, closed_month, count};
    use crate::further_need;
    use crate::screen::Seat;
    use crate::screen::today::{TodayKind, today};
    use crate::screen::visit::{list_visits, open_needs, show_visit};
    use crate::visit::{VisitDraft, VisitNotes, record_visit, save_visit, start_visit};
    use bangban_model::visit::VisitResult;
    use uuid::Uuid;

    fn household(desk: &Desk) -> SubjectId {
        let house = SubjectId(Uuid::now_v7());
        let set = [("household_no".to_owned(), json!("0001"))].into();
        let entry = NewEntry {
            stream: village(),
            subject: house,
            audience: Audience::All,
            saw: None,
            body: Body::HouseholdRecorded(Recorded { set }),
        };
        desk.ledger().record(desk.author(), vec![entry], None).unwrap();
        house
    }

    fn counted(seat: &Seat, month: &str) -> Counts {
        let (from, to) = crate::figures::days_of(month).unwrap();
        count(&seat.desk, &seat.desk.ledger(), &Span { from, to, village: None }).unwrap().counts
    }

    #[test]
    fn nothing_is_begun_at_a_void_visit_and_what_another_laptop_found_there_is_not_open() {
        let (seat, _folder) = bench().seat();
        let desk = &seat.desk;
        let house = household(desk);
        let visit = start_visit(desk, &house.to_string(), "").unwrap().id;
        let need = VisitNotes { need: "想要护理床".into(), ..VisitNotes::default() };
        let met = VisitNotes { result: Some(VisitResult::Nobody), ..need.clone() };
        record_visit(desk, &VisitDraft { visit, notes: met }).unwrap();
        void_visit(desk, visit, "走错了门").unwrap();
        assert_eq!(further_need::begin(desk, visit).unwrap_err().code, Code::VisitVoid);
        assert_eq!(crate::visit::recordable(desk, visit).unwrap_err().code, Code::VisitVoid);
        assert_eq!(refuse_at_void(&desk.ledger(), visit).unwrap_err().code, Code::VisitVoid);
        // Found by somebody who did not know of that yet.
        let further = SubjectId(Uuid::now_v7());
        let set = [
            ("household", json!(house)),
            ("part_of", json!(visit)),
            ("started_at", json!("2026-11-22T10:00:00+08:00")),
            ("need", json!("社保卡没有激活")),
            ("need_urgency", json!("urgent")),
        ];
        let set = set.into_iter().map(|(path, value)| (path.to_owned(), value)).collect();
        let entry = NewEntry {
            stream: village(),
            subject: further,
            audience: Audience::All,
            saw: None,
            body: Body::VisitRecorded(Recorded { set }),
        };
        desk.ledger().record(desk.author(), vec![entry], None).unwrap();
        let needs = || {
            let today = today(&seat).unwrap();
            let listed = today.rows.iter().filter(|row| row.kind == TodayKind::Need).count() as u64;
            assert_eq!(today.counts.needs, listed);
            (listed, open_needs(&seat).unwrap().len())
        };
        assert_eq!(needs(), (0, 0));
        void_visit(desk, visit, "走错了门").unwrap();
        assert!(
            is_void(&desk::document(&desk.ledger(), further).unwrap().unwrap()),
            "it goes with the visit"
        );
        void_visit(desk, visit, "").unwrap();
        assert_eq!(needs(), (1, 2), "one without a day is not of today");
    }

    #[test]
    fn a_visit_that_was_a_mistake_counts_nowhere_stays_to_be_read_and_is_taken_back() {
        let bench = bench();
        let house = household(&bench.desk);
        let visit = start_visit(&bench.desk, &house.to_string(), "").unwrap().id;
        let notes = VisitNotes {
            result: Some(VisitResult::Nobody),
            need: "想要护理床".into(),
            leaflets: 3,
            ..VisitNotes::default()
        };
        let draft = VisitDraft { visit, notes };
        record_visit(&bench.desk, &draft).unwrap();
        let further = further_need::begin(&bench.desk, visit).unwrap();
        let notes = VisitNotes { need: "社保卡没有激活".into(), ..VisitNotes::default() };
        record_visit(&bench.desk, &VisitDraft { visit: further, notes }).unwrap();
        // The month is closed with it, and taken back later.
        let (seat, _folder) = bench.on("2026-12-02").seat();
        close_month(&seat.desk, &village(), "2026-11").unwrap();
        let closed = || closed_month(&seat.desk.ledger(), &village(), "2026-11").unwrap().unwrap().counts;
        let needs = || today(&seat).unwrap().rows.iter().filter(|row| row.kind == TodayKind::Need).count();
        assert_eq!((counted(&seat, "2026-11").visits, closed().visits), (1, 1));
        assert_eq!(open_needs(&seat).unwrap().len(), 2);
        assert_eq!(list_visits(&seat, 30, None).unwrap().len(), 1);
        // Something was altered and not recorded yet.
        save_visit(&seat.desk, &draft).unwrap();
        let drafts = || today(&seat).unwrap().rows.iter().filter(|row| row.kind == TodayKind::Draft).count();
        assert_eq!(drafts(), 1);
        void_visit(&seat.desk, visit, " 走错了门 ").unwrap();
        let now = counted(&seat, "2026-11");
        assert_eq!((now.visits, now.households, now.leaflets), (0, 0, 0));
        assert_eq!(closed().visits, 1, "what was counted then stays: the difference is the correction");
        assert!(list_visits(&seat, 30, None).unwrap().is_empty() && open_needs(&seat).unwrap().is_empty());
        assert_eq!((needs(), drafts()), (0, 0));
        let of_house = list_visits(&seat, 30, Some(house)).unwrap();
        assert_eq!((of_house.len(), of_house[0].void.as_str()), (1, "走错了门"));
        let shown = show_visit(&seat, visit).unwrap();
        assert_eq!((shown.visit.void.as_str(), shown.has_draft), ("走错了门", true));
        for refused in [save_visit(&seat.desk, &draft), record_visit(&seat.desk, &draft)] {
            assert_eq!(refused.unwrap_err().code, Code::VisitVoid);
        }
        let before = seat.desk.ledger().pending_entries().unwrap();
        void_visit(&seat.desk, visit, "走错了门").unwrap();
        assert_eq!(seat.desk.ledger().pending_entries().unwrap(), before, "the same again writes nothing");
        void_visit(&seat.desk, visit, "").unwrap();
        assert_eq!((counted(&seat, "2026-11"), open_needs(&seat).unwrap().len()), (closed(), 2));
        assert_eq!(drafts(), 1, "what was noted is there again");
    }
}
