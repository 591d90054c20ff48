//! How things stand within her scope.

use super::api::Call;
use super::message::RecoveryStage;
use super::message::{Counts, Nothing};
use crate::error::CenterError;

/// Totals.
pub(super) fn show(call: &mut Call, _: Nothing) -> Result<Counts, CenterError> {
    let counts = call.center().store().counts_in(call.scope()?)?;
    Ok(Counts {
        laptops: counts.laptops,
        people: counts.people,
        cases: counts.cases,
        photos: counts.photos,
        photos_wanted: counts.photos_wanted,
        entries: counts.entries,
        gaps: counts.gaps,
        quarantined: counts.quarantined,
        batches_waiting: counts.batches_waiting,
        cases_to_review: counts.cases_to_review,
        cases_accepted: counts.cases_accepted,
        deaths: counts.deaths,
        recovery: RecoveryStage::of(call.center().recovery()?.as_ref()),
    })
}
