//! 离岗交接: what agents of the township's villages handed over to one another.

use super::api::Call;
use super::label::village;
use super::message::{HandoverArgs, HandoverLine, HandoverView, Nothing, SignatureLine};
use super::person::row_of;
use crate::error::CenterError;
use bangban_model::document::Document;
use bangban_model::handover::{Handover, signatures_of};
use bangban_model::{Code, SubjectKind};

/// Hand-overs in scope, the newest first.
pub(super) fn list(call: &mut Call, _: Nothing) -> Result<Vec<HandoverLine>, CenterError> {
    let found = call.center().store().handovers_in(call.scope()?)?;
    let lines = found.iter().filter_map(|document| Some(line_of(call, document, &Handover::of(document)?)));
    Ok(lines.collect())
}

/// A hand-over whole.
pub(super) fn show(call: &mut Call, args: HandoverArgs) -> Result<HandoverView, CenterError> {
    let (store, scope) = (call.center().store(), call.scope()?);
    let document = store.subject(scope, args.id)?;
    let document = document.filter(|document| document.kind == Some(SubjectKind::Handover));
    let document = document.ok_or(Code::HandoverUnknown)?;
    let handover = Handover::of(&document).ok_or(Code::HandoverUnknown)?;
    let mut cases = Vec::with_capacity(handover.cases.len());
    for handed in &handover.cases {
        // Erased since, or waiting for an entry of it: the number of all stands in the line.
        if let Some(line) = store.case(scope, handed.case)? {
            cases.push(row_of(call, &line)?);
        }
    }
    let here = store.verified_photos_of(document.subject)?;
    let signatures = signatures_of(&document).into_iter().map(|(signer, digest)| SignatureLine {
        signer,
        here: here.contains(&digest),
        digest: digest.to_string(),
    });
    Ok(HandoverView {
        line: line_of(call, &document, &handover),
        witness: handover.witness,
        cases,
        drafts: handover.drafts,
        due: handover.due,
        overdue: handover.overdue,
        papers: handover.papers,
        note: handover.note,
        access_ended: handover.access_ended,
        signatures: signatures.collect(),
    })
}

fn line_of(call: &Call, document: &Document, handover: &Handover) -> HandoverLine {
    let history = document.history.first();
    HandoverLine {
        id: document.subject,
        from: handover.from.name.clone(),
        to: handover.to.name.clone(),
        at: handover.at.clone(),
        received_at: history.and_then(|line| line.received_at.clone()),
        village: village(call, document.stream.as_str()),
        cases: handover.cases.len() as u64,
        papers: handover.papers.len() as u64,
    }
}
