//! 离岗交接: what an agent has open, and the record by which she hands it over.

use crate::case_draft::CaseDraft;
use crate::desk::Desk;
use crate::error::DeskError;
use crate::keys::{checked_name, let_leave};
use crate::photo::keep_photo;
use crate::visit::VisitDraft;
use bangban_ledger::due_row::{self, DueAsk};
use bangban_ledger::{Ledger, document_row};
use bangban_model::body::{FieldSet, Recorded};
use bangban_model::document::Document;
use bangban_model::entry::NewEntry;
use bangban_model::handover::{
    CaseHanded, Handover, MOST_PAPERS, PaperHeld, Party, Signer, in_order, taken_over,
};
use bangban_model::ids::AgentId;
use bangban_model::photo::photo_path;
use bangban_model::{Actor, Audience, Body, Code, Stage, StreamId, SubjectId, SubjectKind};
use chrono::Days;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;
use ts_rs::TS;
use uuid::Uuid;

/// So far ahead the due lists are counted (days).
const DUE_AHEAD_DAYS: u64 = 365;
/// More lines of a due list are not counted.
const MOST_DUE: u32 = 100_000;
const MOST_CASES: u32 = 1_000_000;
const LONGEST_NOTE_CHARS: usize = 2000;
const LONGEST_PAPER_CHARS: usize = 200;

/// What she has open in one village.
#[derive(Debug)]
pub struct OpenWork {
    /// The village.
    pub stream: StreamId,
    /// Her cases that are not over, as they stand.
    pub cases: Vec<Document>,
    /// Drafts of this village on the laptop.
    pub drafts: u64,
    /// What is due within a year.
    pub due: u64,
    /// What of it is overdue.
    pub overdue: u64,
}

/// A hand-over as the screen asks for it. Pictures of signatures are in base64.
#[derive(Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NewHandover {
    /// 移交人: an agent of this laptop.
    pub agent: AgentId,
    /// 接收人 by name.
    pub to_name: String,
    /// Who she is on this laptop; none for whoever works elsewhere.
    pub to_agent: Option<AgentId>,
    /// 监交人
    pub witness: String,
    /// Papers that she kept.
    pub papers: Vec<PaperHeld>,
    /// A word on it.
    pub note: String,
    /// 移交人's signature.
    pub from_signature: String,
    /// 接收人's signature.
    pub to_signature: String,
    /// 监交人's signature.
    pub witness_signature: String,
}

/// Every hand-over of this ledger in the order in which they came into force.
pub fn made(ledger: &Ledger) -> Result<Vec<(Document, Handover)>, DeskError> {
    Ok(in_order(document_row::list(ledger.entries(), SubjectKind::Handover, None, MOST_CASES)?))
}

/// What an agent has open, by village: what she opened or took over, and did not hand over.
pub fn open_work(desk: &Desk, ledger: &Ledger, agent: AgentId) -> Result<Vec<OpenWork>, DeskError> {
    let before = made(ledger)?;
    let taken = taken_over(before.iter().map(|(_, handover)| handover));
    let mut by_village: BTreeMap<StreamId, OpenWork> = BTreeMap::new();
    for stream in ledger.enrolment()?.villages.clone() {
        let (due, overdue) = due_of(desk, ledger, &stream)?;
        by_village.insert(stream.clone(), OpenWork { stream, cases: Vec::new(), drafts: 0, due, overdue });
    }
    for stage in [Stage::Open, Stage::Submitted, Stage::Returned, Stage::Accepted] {
        for case in document_row::list(ledger.entries(), SubjectKind::Case, Some(stage), MOST_CASES)? {
            let is_hers = match taken.get(&case.subject) {
                Some(goes_on) => *goes_on == Some(agent),
                None => case.history.first().is_some_and(|line| line.by == Actor::Agent(agent)),
            };
            if is_hers && let Some(work) = by_village.get_mut(&case.stream) {
                work.cases.push(case);
            }
        }
    }
    for (draft, _) in CaseDraft::all(ledger)? {
        if let Some(work) = by_village.get_mut(&draft.stream) {
            work.drafts += 1;
        }
    }
    for (draft, _) in VisitDraft::all(ledger)? {
        let visit = document_row::get(ledger.entries(), draft.visit)?;
        if let Some(work) = visit.and_then(|visit| by_village.get_mut(&visit.stream)) {
            work.drafts += 1;
        }
    }
    Ok(by_village.into_values().collect())
}

fn due_of(desk: &Desk, ledger: &Ledger, stream: &StreamId) -> Result<(u64, u64), DeskError> {
    let today = desk.clock.today();
    let until = today.checked_add_days(Days::new(DUE_AHEAD_DAYS)).unwrap_or(today);
    let ask = DueAsk { until, item: None, kind: None, scope: stream.as_str().to_owned(), limit: MOST_DUE };
    let days = due_row::due_until(ledger.entries(), &ask)?;
    let overdue = days.iter().filter(|day| day.due < today).count();
    Ok((days.len() as u64, overdue as u64))
}

/// Hands over what an agent has open. Another agent of this laptop does it, and the leaver's access ends; or she herself, to
/// somebody elsewhere: then the township ends the laptop's access. Answers the records, one a village.
pub fn hand_over(desk: &Desk, new: &NewHandover) -> Result<Vec<SubjectId>, DeskError> {
    let (to, witness, papers) = (checked_name(&new.to_name)?, checked_name(&new.witness)?, checked(new)?);
    let signatures = signatures(desk, new)?;
    let mut ledger = desk.ledger();
    let agents = ledger.agents()?;
    let name_of = |agent: AgentId| {
        agents.iter().find(|(id, _)| *id == agent).map(|(_, name)| name.clone()).ok_or(Code::AgentUnknown)
    };
    let from = Party { name: name_of(new.agent)?, agent: Some(new.agent) };
    let to = match new.to_agent {
        Some(agent) if agent == new.agent => return Err(DeskError::new(Code::BadInput).with("path", "to")),
        Some(agent) => Party { name: name_of(agent)?, agent: Some(agent) },
        None => Party { name: to.to_owned(), agent: None },
    };
    let access_ended = new.agent != desk.agent;
    let at = desk.clock.now().to_rfc3339();
    let (mut entries, mut records) = (Vec::new(), Vec::new());
    for work in open_work(desk, &ledger, new.agent)? {
        let cases = work
            .cases
            .iter()
            .filter_map(|case| Some(CaseHanded { case: case.subject, stage: case.case.as_ref()?.stage }));
        let handover = Handover {
            from: from.clone(),
            to: to.clone(),
            witness: witness.to_owned(),
            at: at.clone(),
            cases: cases.collect(),
            drafts: work.drafts,
            due: work.due,
            overdue: work.overdue,
            papers: papers.clone(),
            note: new.note.trim().to_owned(),
            access_ended,
        };
        let mut set = handover.to_set();
        set.extend(signatures.clone());
        let subject = SubjectId(Uuid::now_v7());
        records.push(subject);
        entries.push(NewEntry {
            stream: work.stream,
            subject,
            audience: Audience::All,
            saw: None,
            body: Body::HandoverRecorded(Recorded { set }),
        });
    }
    if access_ended {
        let_leave(desk, &mut ledger, new.agent, entries)?;
    } else {
        let records = entries.into_iter().map(|entry| vec![entry]).collect();
        ledger.record_many(desk.author(), records, None)?;
    }
    Ok(records)
}

fn checked(new: &NewHandover) -> Result<Vec<PaperHeld>, DeskError> {
    let bad = |path: &str| DeskError::new(Code::BadInput).with("path", path);
    if new.note.chars().count() > LONGEST_NOTE_CHARS {
        return Err(bad("note"));
    }
    let papers: Vec<PaperHeld> = new
        .papers
        .iter()
        .filter(|paper| !paper.name.trim().is_empty())
        .map(|paper| PaperHeld { name: paper.name.trim().to_owned(), ..paper.clone() })
        .collect();
    let fits = |paper: &PaperHeld| {
        paper.name.chars().count() <= LONGEST_PAPER_CHARS && (1..=9999).contains(&paper.copies)
    };
    if papers.len() > MOST_PAPERS || !papers.iter().all(fits) {
        return Err(bad("papers"));
    }
    Ok(papers)
}

/// Keeps the three pictures, durable, as the fields that name them.
fn signatures(desk: &Desk, new: &NewHandover) -> Result<FieldSet, DeskError> {
    let given = [&new.from_signature, &new.to_signature, &new.witness_signature];
    let mut set = FieldSet::new();
    for (signer, text) in Signer::ALL.into_iter().zip(given) {
        let bytes = data_encoding::BASE64.decode(text.as_bytes()).map_err(|_| Code::PhotoUnreadable)?;
        let kept = keep_photo(desk, signer.slot(), &bytes)?;
        set.insert(photo_path(kept.digest), json!(kept.field));
    }
    // Three pictures that are the same are not three signatures.
    if set.len() < Signer::ALL.len() {
        return Err(DeskError::new(Code::BadInput).with("path", "signatures"));
    }
    Ok(set)
}
