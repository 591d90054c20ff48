//! The inbox: batches, what they brought, and putting their cases on the work list.

use super::api::Call;
use super::label::village;
use super::message::{
    BatchArgs, BatchChannel, BatchLine, BatchPreview, Imported, KindCount, LimitArgs, PreviewRow, Undone,
};
use super::pace::paces_of;
use super::person::row_of;
use crate::error::CenterError;
use crate::review;
use crate::store::{self, Channel};
use bangban_model::Code;

/// A list asks for no more rows at once.
pub(super) const MAX_ROWS: u32 = 500;

/// Batches, newest first.
pub(super) fn list(call: &mut Call, args: LimitArgs) -> Result<Vec<BatchLine>, CenterError> {
    let batches = call.center().store().batches(call.scope()?, args.limit.min(MAX_ROWS))?;
    batches.iter().map(|batch| line_of(call, batch)).collect()
}

/// A batch as its import would find it.
pub(super) fn show(call: &mut Call, args: BatchArgs) -> Result<BatchPreview, CenterError> {
    let folder = call.center().store().batch(call.scope()?, args.id)?.ok_or(Code::BatchUnknown)?;
    let cases = folder.cases.iter().map(|case| {
        let will_import = review::would_import(&case.document, folder.line.id);
        Ok(PreviewRow { row: row_of(call, case)?, will_import })
    });
    let kinds = folder.kinds.iter().map(|(kind, count)| KindCount { kind: kind.clone(), count: *count });
    Ok(BatchPreview {
        line: line_of(call, &folder.line)?,
        cases: cases.collect::<Result<_, CenterError>>()?,
        kinds: kinds.collect(),
        paces: paces_of(call, &folder.cases)?,
    })
}

/// Puts a batch's cases on the work list.
pub(super) fn import(call: &mut Call, args: BatchArgs) -> Result<Imported, CenterError> {
    let outcome = call.center().import_batch(call.sign_in()?, args.id)?;
    Ok(Imported { imported: count(outcome.cases.len()), left: count(outcome.left.len()) })
}

/// Takes them off again; those with later acts are named.
pub(super) fn undo(call: &mut Call, args: BatchArgs) -> Result<Undone, CenterError> {
    let outcome = call.center().undo_import(call.sign_in()?, args.id)?;
    let mut skipped = Vec::with_capacity(outcome.skipped.len());
    for case in outcome.skipped {
        if let Some(case) = call.center().store().case(call.scope()?, case)? {
            skipped.push(row_of(call, &case)?);
        }
    }
    Ok(Undone { taken_off: count(outcome.cases.len()), skipped })
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn line_of(call: &Call, batch: &store::BatchLine) -> Result<BatchLine, CenterError> {
    let extent = call.center().store().batch_extent(call.scope()?, batch)?;
    let by_file = batch.channel == Channel::File.as_str();
    Ok(BatchLine {
        id: batch.id,
        channel: if by_file { BatchChannel::File } else { BatchChannel::Network },
        received_at: batch.received_at.clone(),
        imported_at: batch.imported_at.clone(),
        agents: extent.agents,
        villages: batch.villages.iter().map(|code| village(call, code.as_str())).collect(),
        entries: batch.entries,
        cases: extent.cases,
        quarantined: batch.quarantined,
        photos: extent.photos.named,
        photos_verified: extent.photos.verified,
    })
}
