//! 离岗交接 on the screen: the sheet before it is signed, and the record of it.

use super::Seat;
use super::case_row::{CaseRow, row_of, village_name};
use crate::desk;
use crate::error::DeskError;
use crate::handover::{made, open_work};
use crate::office::AgentCard;
use bangban_ledger::Ledger;
use bangban_model::document::Document;
use bangban_model::handover::{Handover, PaperHeld, Signer, signatures_of};
use bangban_model::ids::AgentId;
use bangban_model::{Code, Digest, Stage, StreamId, SubjectId, SubjectKind};
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// What an agent has open.
#[derive(Clone, Debug, Serialize, TS)]
pub struct HandoverSheet {
    /// 移交人
    pub agent: AgentCard,
    /// Whether it is she who is signed in: then her access does not end here.
    pub is_me: bool,
    /// Who may take over on this laptop.
    pub others: Vec<AgentCard>,
    /// Her cases that are not over.
    pub cases: Vec<CaseRow>,
    /// Drafts on this laptop, whoever began them: they stay on it.
    pub drafts: u64,
    /// What is due within a year in her villages.
    pub due: u64,
    /// What of it is overdue.
    pub overdue: u64,
}

/// A hand-over in a list.
#[derive(Clone, Debug, Serialize, TS)]
pub struct HandoverLine {
    /// The record.
    pub id: SubjectId,
    /// 移交人
    pub from: String,
    /// 接收人
    pub to: String,
    /// When, by the laptop's raw clock.
    pub at: String,
    /// The village's name.
    pub village: String,
    /// How many cases.
    pub cases: u64,
}

/// A signature.
#[derive(Clone, Debug, Serialize, TS)]
pub struct SignatureView {
    /// Whose.
    pub signer: Signer,
    /// Its picture.
    pub digest: Digest,
}

/// A hand-over whole.
#[derive(Clone, Debug, Serialize, TS)]
pub struct HandoverView {
    /// Its line in lists.
    pub line: HandoverLine,
    /// 监交人
    pub witness: String,
    /// The cases, as they stand now; those that this laptop no longer has are left out.
    pub cases: Vec<CaseRow>,
    /// Where each of them stood when it was handed over.
    pub stages: Vec<Stage>,
    /// Drafts on the laptop.
    pub drafts: u64,
    /// What was due within a year.
    pub due: u64,
    /// What of it was overdue.
    pub overdue: u64,
    /// Papers that she kept.
    pub papers: Vec<PaperHeld>,
    /// A word on it.
    pub note: String,
    /// Whether her access to the laptop ended with it.
    pub access_ended: bool,
    /// 移交人, 接收人, 监交人.
    pub signatures: Vec<SignatureView>,
}

/// What an agent of this laptop would hand over now.
pub fn sheet(seat: &Seat, agent: AgentId) -> Result<HandoverSheet, DeskError> {
    let villages = seat.village_names();
    let ledger = seat.desk.ledger();
    let cards = ledger.agents()?.into_iter().map(|(id, name)| AgentCard { id, name });
    let (hers, others): (Vec<_>, Vec<_>) = cards.partition(|card| card.id == agent);
    let work = open_work(&seat.desk, &ledger, agent)?;
    let rows = work.iter().flat_map(|work| &work.cases).map(|case| row_of(seat, &ledger, &villages, case));
    Ok(HandoverSheet {
        agent: hers.into_iter().next().ok_or(Code::AgentUnknown)?,
        is_me: agent == seat.desk.agent,
        others,
        cases: rows.collect::<Result<_, _>>()?,
        drafts: work.iter().map(|work| work.drafts).sum(),
        due: work.iter().map(|work| work.due).sum(),
        overdue: work.iter().map(|work| work.overdue).sum(),
    })
}

fn line_of(villages: &BTreeMap<StreamId, String>, document: &Document, handover: &Handover) -> HandoverLine {
    HandoverLine {
        id: document.subject,
        from: handover.from.name.clone(),
        to: handover.to.name.clone(),
        at: handover.at.clone(),
        village: village_name(villages, &document.stream),
        cases: handover.cases.len() as u64,
    }
}

/// Every hand-over of this ledger, the newest first.
pub fn handovers(seat: &Seat) -> Result<Vec<HandoverLine>, DeskError> {
    let villages = seat.village_names();
    let all = made(&seat.desk.ledger())?;
    Ok(all.iter().rev().map(|(document, handover)| line_of(&villages, document, handover)).collect())
}

/// A hand-over whole.
pub fn show_handover(seat: &Seat, id: SubjectId) -> Result<HandoverView, DeskError> {
    let villages = seat.village_names();
    let ledger = seat.desk.ledger();
    let document = desk::document_of(&ledger, id, Code::HandoverUnknown)?;
    let handover = (document.kind == Some(SubjectKind::Handover)).then(|| Handover::of(&document)).flatten();
    let handover = handover.ok_or(Code::HandoverUnknown)?;
    let row = |case: &SubjectId, ledger: &Ledger| -> Result<Option<CaseRow>, DeskError> {
        let found = desk::document(ledger, *case)?.filter(|found| found.case.is_some());
        found.map(|found| row_of(seat, ledger, &villages, &found)).transpose()
    };
    let (mut cases, mut stages) = (Vec::new(), Vec::new());
    for handed in &handover.cases {
        if let Some(row) = row(&handed.case, &ledger)? {
            cases.push(row);
            stages.push(handed.stage);
        }
    }
    let signatures = signatures_of(&document);
    Ok(HandoverView {
        line: line_of(&villages, &document, &handover),
        witness: handover.witness,
        cases,
        stages,
        drafts: handover.drafts,
        due: handover.due,
        overdue: handover.overdue,
        papers: handover.papers,
        note: handover.note,
        access_ended: handover.access_ended,
        signatures: signatures.into_iter().map(|(signer, digest)| SignatureView { signer, digest }).collect(),
    })
}
