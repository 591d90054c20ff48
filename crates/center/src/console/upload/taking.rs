//! Taking uploaded files in, one after another on a thread of its own: no request waits for it, and whoever looks sees
//! how far it is. A program that ended in the middle takes the file again: nothing is taken twice (rule X5).

use super::super::audit::note_seen;
use super::super::message::{BroughtByUpload, UploadFailure};
use super::shelf::{ENDED_KEPT, Outcome, Shelf};
use crate::batch::remove_old;
use crate::batch_progress::{BatchProgress, BatchStanding};
use crate::center::Center;
use crate::error::CenterError;
use crate::staff::SignIn;
use bangban_model::Code;
use bangban_sync::protocol::is_failure;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// The files that are being taken in, or wait for their turn.
#[derive(Clone, Default)]
pub(in crate::console) struct Takings {
    under_way: Arc<Mutex<HashMap<Uuid, Arc<BatchProgress>>>>,
    turn: Arc<Mutex<()>>,
}

impl Takings {
    fn under_way(&self) -> MutexGuard<'_, HashMap<Uuid, Arc<BatchProgress>>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far each of them is.
    pub(super) fn standings(&self) -> HashMap<Uuid, BatchStanding> {
        self.under_way().iter().map(|(id, progress)| (*id, progress.standing())).collect()
    }

    /// Stops this one, if nothing of it was taken yet. Whether nothing more comes of it.
    pub(super) fn stop(&self, id: Uuid) -> bool {
        self.under_way().get(&id).is_none_or(|progress| {
            progress.stop();
            progress.is_stopped()
        })
    }

    /// Begins to take this one in, unless that is under way.
    pub(super) fn begin(
        &self,
        center: &Center,
        sign_in: &SignIn,
        shelf: &Shelf,
        id: Uuid,
    ) -> Result<(), CenterError> {
        let progress = Arc::new(BatchProgress::default());
        {
            let mut under_way = self.under_way();
            if under_way.contains_key(&id) {
                return Ok(());
            }
            under_way.insert(id, progress.clone());
        }
        let (takings, center, sign_in, shelf) =
            (self.clone(), center.clone(), sign_in.clone(), shelf.clone());
        let begun = std::thread::Builder::new().name("batch file".into()).spawn(move || {
            let turn = takings.turn.lock().unwrap_or_else(PoisonError::into_inner);
            let taken = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                take(&center, &sign_in, &shelf, id, &progress);
            }));
            if taken.is_err() {
                // Without a word it would be begun again and again.
                tracing::error!(upload = %id, "taking in a file ended in the middle");
                let failed = Outcome::Failed(UploadFailure { code: Code::Internal, receipt: None });
                let _ = shelf.end(id, failed, true);
            }
            drop(turn);
            takings.under_way().remove(&id);
        });
        if let Err(problem) = begun {
            self.under_way().remove(&id);
            return Err(problem.into());
        }
        Ok(())
    }
}

fn take(center: &Center, sign_in: &SignIn, shelf: &Shelf, id: Uuid, progress: &BatchProgress) {
    // It may have been put away, or have ended, while others had their turn.
    if !shelf.one(id).is_ok_and(|kept| kept.is_whole() && kept.record.outcome.is_none()) {
        return;
    }
    let receipt = Uuid::new_v4();
    let outcome = match bring(center, sign_in, shelf, (id, receipt), progress) {
        _ if progress.is_stopped() => {
            // Whoever stopped it may have removed it before this thread had let go of it.
            let _ = shelf.discard(id);
            return;
        }
        Ok(brought) => Outcome::Brought(brought),
        Err(problem) => {
            let code = problem.code();
            tracing::warn!(staff = %sign_in.staff.id, code = code.as_str(), problem = %problem, "an uploaded file was not taken");
            let written = center.folder().receipt(sign_in.staff.id, receipt).exists();
            // What was taken before is receipted all the same.
            Outcome::Failed(UploadFailure { code, receipt: written.then(|| receipt.to_string()) })
        }
    };
    let again =
        matches!(&outcome, Outcome::Failed(UploadFailure { code, .. }) if is_worth_another_try(*code));
    if let Err(problem) = shelf.end(id, outcome, again) {
        tracing::error!(upload = %id, %problem, "what came of an uploaded file was not written down");
    }
}

/// Whether the same bytes may be taken later on: what failed lies at the center.
pub(super) fn is_worth_another_try(code: Code) -> bool {
    is_failure(code) || code == Code::CenterRecovering
}

fn bring(
    center: &Center,
    sign_in: &SignIn,
    shelf: &Shelf,
    (id, receipt): (Uuid, Uuid),
    progress: &BatchProgress,
) -> Result<BroughtByUpload, CenterError> {
    remove_old(&center.folder().receipts(), ENDED_KEPT);
    let place = center.new_receipt_place(sign_in.staff.id, receipt)?;
    let received = center.receive_own_copy(&shelf.bytes_of(id), &place, progress)?;
    let line = center.store().batch_line("", received.batch)?;
    let villages = line.map(|line| line.villages).unwrap_or_default();
    note_seen(center, sign_in, &villages, "batch_brought", &received.batch.to_string())?;
    tracing::info!(staff = %sign_in.staff.id, batch = %received.batch, "batch file uploaded");
    Ok(BroughtByUpload {
        batch: (received.new_entries > 0).then_some(received.batch),
        entries: received.entries,
        new_entries: received.new_entries,
        photos: received.photos,
        wanted: received.wanted,
        lost: !received.lost.is_empty(),
        brought_back: !received.brought_back.is_empty(),
        receipt: receipt.to_string(),
    })
}
