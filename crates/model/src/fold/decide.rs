//! Decisions, and what contradicts them. The center lets nobody decide on what he did not see; only a decision that was lost
//! and brought back after others had decided anew (rule D2) does not know theirs. It never wins by itself and is never
//! dropped: both stay open until a person says which one holds.

use super::{Told, contender, had_seen, names_latest, write_down};
use crate::body::{Body, CaseAccepted, CaseReturned};
use crate::decided::{DECIDED, Decided};
use crate::document::{
    Acceptance, CaseFile, Conflict, Contender, Decision, Document, Field, HistoryLine, Return, Stage,
};
use crate::ids::EntryId;
use crate::lineage::Place;
use serde_json::Value;

/// Whether the entry fitted; none where it decides nothing.
pub(super) fn decide(document: &mut Document, standing: &Told<'_>, body: &Body) -> Option<bool> {
    let said = Decided::of(body)?;
    let case = document.case.as_ref()?;
    let known = case.decided.iter().rev().find_map(|known| {
        let decided = Decided::read(&known.value)?;
        (decided.revision() == said.revision()).then_some((known, decided))
    });
    if let Some((known, decided)) = known
        && decided.contradicts(&said)
        && !had_seen(document, standing, known.entry, document.position_of(known.entry))
    {
        let (known, new) = (known.clone(), contender(standing, &said.value()));
        keep_open(document, known, new);
        return Some(true);
    }
    let case = document.case.as_mut()?;
    let fits = match &said {
        Decided::CaseReturned(_) => may_be_returned(case),
        Decided::CaseAccepted(_) => case.stage == Stage::Submitted,
        Decided::CaseConfirmed(_) => case.stage == Stage::Accepted,
    };
    if !fits || !names_latest(case, said.revision()) {
        start_clock_earlier(case, standing, &said);
        return Some(false);
    }
    let new = contender(standing, &said.value());
    put_in_force(case, said, &new, standing.position, standing.received_at.map(str::to_owned));
    case.decided.push(new);
    Some(true)
}

/// A person said which of the decisions holds: where it is not the one that stands, it takes its place.
pub(super) fn settle_decided(document: &mut Document, among: &[Contender], chosen: &Value) {
    let Some(chosen) = among.iter().find(|one| one.value == *chosen) else { return };
    let Some(said) = Decided::read(&chosen.value) else { return };
    let line = document.history.iter().find(|line| line.entry == chosen.entry);
    let (position, received_at) = line.map_or((None, None), |line| (line.position, line.received_at.clone()));
    let Some(case) = document.case.as_mut() else { return };
    let stands = case.decided.last().map(|stands| stands.entry);
    if stands == Some(chosen.entry) || !among.iter().any(|one| Some(one.entry) == stands) {
        // It stands already; or another was made since, by somebody who knew of both.
        return;
    }
    if let (Decided::CaseConfirmed(_), None) = (&said, &case.acceptance) {
        case.acceptance = acceptance_of(&document.history, among, said.revision());
    }
    put_in_force(case, said, chosen, position, received_at);
    case.decided.push(chosen.clone());
}

/// The acceptance that came back with a confirmation: the legal clock started with it.
fn acceptance_of(history: &[HistoryLine], among: &[Contender], revision: EntryId) -> Option<Acceptance> {
    let accepted = Decided::CaseAccepted(CaseAccepted { revision }).value();
    let entry = among.iter().find(|one| one.value == accepted)?.entry;
    let line = history.iter().find(|line| line.entry == entry)?;
    Some(Acceptance { entry, position: line.position, revision, received_at: line.received_at.clone() })
}

fn put_in_force(
    case: &mut CaseFile,
    said: Decided,
    by: &Contender,
    position: Option<u64>,
    received_at: Option<String>,
) {
    let entry = by.entry;
    match said {
        Decided::CaseReturned(returned) => {
            case.stage = Stage::Returned;
            (case.acceptance, case.decision) = (None, None);
            let CaseReturned { revision, remarks, note } = returned;
            case.returns.push(Return { entry, revision, remarks, note });
        }
        Decided::CaseAccepted(accepted) => {
            case.stage = Stage::Accepted;
            case.decision = None;
            case.acceptance = Some(Acceptance { entry, position, revision: accepted.revision, received_at });
        }
        Decided::CaseConfirmed(confirmed) => {
            case.stage = Stage::Confirmed;
            // Where its acceptance was lost for good, this is the first that is known of one.
            case.acceptance.get_or_insert(Acceptance {
                entry,
                position,
                revision: confirmed.revision,
                received_at,
            });
            case.decision = Some(Decision {
                entry,
                outcome: confirmed.outcome,
                due: confirmed.due,
                note: confirmed.note,
            });
        }
    }
}

/// What was decided stays decided, and what the applicant took back is not asked for again.
fn may_be_returned(case: &CaseFile) -> bool {
    case.decision.is_none() && !matches!(case.stage, Stage::Withdrawn | Stage::Closed)
}

/// An acceptance that was lost and came back behind a newer one of the same revision: the legal clock started with it.
fn start_clock_earlier(case: &mut CaseFile, standing: &Told<'_>, said: &Decided) {
    let Decided::CaseAccepted(accepted) = said else { return };
    let (Some(acceptance), Some(earlier)) = (case.acceptance.as_mut(), standing.received_at) else { return };
    if acceptance.revision == accepted.revision
        && acceptance.received_at.as_deref().is_some_and(|known| is_before(earlier, known))
    {
        acceptance.received_at = Some(earlier.to_owned());
    }
}

fn is_before(one: &str, other: &str) -> bool {
    let time = |text| chrono::DateTime::parse_from_rfc3339(text).ok();
    matches!((time(one), time(other)), (Some(one), Some(other)) if one < other)
}

fn keep_open(document: &mut Document, known: Contender, new: Contender) {
    match document.conflicts.iter_mut().find(|conflict| conflict.field == DECIDED) {
        Some(conflict) => conflict.contenders.push(new),
        None => {
            let mut written = document.fields.remove(DECIDED).map(|field| field.written).unwrap_or_default();
            write_down(&mut written, &[Place { life: known.incarnation, seq: known.seq }]);
            let position = document.position_of(known.entry);
            let field = Field { held: known.clone(), position, written, agreeing: Vec::new() };
            document.fields.insert(DECIDED.to_owned(), field);
            document.conflicts.push(Conflict { field: DECIDED.to_owned(), contenders: vec![known, new] });
        }
    }
}
