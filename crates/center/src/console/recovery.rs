//! After the center was put back from a backup: which laptops are served, what came back, when decisions are taken again.

use super::api::Call;
use super::label::village;
use super::message::{BackupFailure, BackupLine, LostEntry, Nothing, RecoveryStage, RecoveryView};
use crate::error::CenterError;

/// How it stands.
pub(super) fn show(call: &mut Call, _: Nothing) -> Result<RecoveryView, CenterError> {
    let state = call.center().recovery()?;
    let lost = call.center().lost_entries(call.sign_in()?)?;
    let lost = lost.into_iter().map(|entry| LostEntry {
        village: village(call, entry.stream.as_str()),
        received_at: entry.received_at,
        header_hash: entry.header_hash.to_string(),
    });
    let lost = lost.collect();
    let store = call.center().store();
    let now = call.center().now();
    let (newest, last) = (store.newest_backup(now)?, store.last_backup(now)?);
    let failed = last.and_then(|note| Some(BackupFailure { code: note.problem?, at: note.ended_at }));
    Ok(RecoveryView {
        backup: newest.map(|note| BackupLine {
            made_at: note.made_at,
            place: note.place.display().to_string(),
            entries: note.entries,
            photos: note.photos,
        }),
        backup_failed: failed,
        stage: RecoveryStage::of(state.as_ref()),
        begun_at: state.as_ref().map(|state| state.begun_at.clone()),
        confirmed_at: state.as_ref().and_then(|state| state.confirmed_at.clone()),
        closed_at: state.and_then(|state| state.closed_at),
        lost,
    })
}

/// The laptops were looked through: from here on they are served.
pub(super) fn confirm(call: &mut Call, _: Nothing) -> Result<RecoveryView, CenterError> {
    call.center().confirm_laptops(call.sign_in()?)?;
    show(call, Nothing {})
}

/// Decisions are taken again.
pub(super) fn close(call: &mut Call, _: Nothing) -> Result<RecoveryView, CenterError> {
    call.center().close_recovery(call.sign_in()?)?;
    show(call, Nothing {})
}
