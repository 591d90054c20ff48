//! 预约 on the screen: whether somebody is there when an appointment is for, and what can be said of it in one act.

use super::Seat;
use crate::appointment::{is_appointment, known_hours, time_of};
use crate::error::DeskError;
use crate::line::{LineDraft, named};
use bangban_catalogue::Register;
use bangban_ledger::Ledger;
use bangban_model::opening::{Appointed, NotOpen, off_hours};
use chrono::NaiveDate;
use serde::Serialize;
use ts_rs::TS;

/// Nobody is there at the time of an appointment, as far as is known here. It hinders nothing.
#[derive(Clone, Debug, Serialize, TS)]
pub struct OffHoursView {
    /// Why.
    pub why: NotOpen,
    /// The day of the appointment.
    pub day: NaiveDate,
    /// The place, as it was written; '' where none was.
    pub place: String,
    /// When it is open on that day: `08:30–12:00`.
    pub hours: Vec<String>,
    /// The next day on which it is open.
    pub next: Option<NaiveDate>,
}

/// What is to be known of the time of an appointment that is still to come.
pub(super) fn off_hours_of(
    seat: &Seat,
    ledger: &Ledger,
    register: &Register,
    draft: &LineDraft,
) -> Result<Option<OffHoursView>, DeskError> {
    let told = named(&draft.answers);
    let day = register.day_of(&told).filter(|day| *day >= seat.desk.clock.today());
    let is_open = is_appointment(register) && register.open_by(&told).is_some();
    let Some(day) = day.filter(|_| is_open) else { return Ok(None) };
    let text = |name: &str| told.get(name).copied().unwrap_or_default();
    let asked = Appointed { day, slot: text("slot"), at: time_of(text("at")), place: text("place") };
    let catalogue = seat.desk.catalogue();
    let found = off_hours(&known_hours(ledger)?, &asked, catalogue.calendar());
    Ok(found.map(|found| OffHoursView {
        why: found.why,
        day,
        place: asked.place.trim().to_owned(),
        hours: found
            .hours
            .iter()
            .map(|(from, to)| format!("{}–{}", from.format("%H:%M"), to.format("%H:%M")))
            .collect(),
        next: found.next,
    }))
}
