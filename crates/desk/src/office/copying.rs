//! The office keeps the second copy up to date, in the background.

use super::{Office, held};
use crate::error::DeskError;
use crate::second_copy::{self, SecondCopyState};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::Notify;
use uuid::Uuid;

/// What is saved within this goes into the second copy together.
const GATHERED: Duration = Duration::from_millis(500);
/// So often the second copy is looked after though nothing was done: its stick may be back.
const COPY_EVERY: Duration = Duration::from_secs(60);

impl Office {
    /// From now on the second copy is made in a folder that was chosen.
    pub fn set_second_copy(&self, place: Uuid) -> Result<SecondCopyState, DeskError> {
        let (desk, place) = (self.desk()?, self.file(place)?);
        desk.may_leave()?;
        let state = second_copy::set_place(&desk, &place)?;
        self.begin_copying();
        Ok(state)
    }

    pub(super) fn begin_copying(&self) {
        let copy = copy_by_itself(self.me.clone(), self.copy_wake.clone());
        if let Some(before) = held(&self.copying).replace(self.runtime().spawn(copy)) {
            before.abort();
        }
    }

    /// What is new goes into the second copy soon, in the background.
    pub(crate) fn copy_soon(&self) {
        self.copy_wake.notify_one();
    }

    /// Brings the second copy up to date for whoever is signed in, until she signs out.
    pub(super) fn copy_by_itself(&self) {
        let Some(desk) = held(&self.desk).clone() else { return };
        let is_hers = || held(&self.desk).as_ref().is_some_and(|now| Arc::ptr_eq(now, &desk));
        if let Err(problem) = second_copy::copy_until(&desk, &|| !is_hers()) {
            tracing::info!(code = problem.code.as_str(), "the second copy waits");
        }
    }
}

/// Brings the second copy up to date again and again while somebody is signed in: after each command, and now and then.
async fn copy_by_itself(office: Weak<Office>, wake: Arc<Notify>) {
    loop {
        let Some(here) = office.upgrade() else { return };
        // A slow stick holds nobody up.
        if tokio::task::spawn_blocking(move || here.copy_by_itself()).await.is_err() {
            return;
        }
        tokio::select! {
            () = wake.notified() => tokio::time::sleep(GATHERED).await,
            () = tokio::time::sleep(COPY_EVERY) => {}
        }
    }
}
