//! After the center was put back from a backup.

use super::args::Recovery;
use super::print::Printer;
use bangban_center::store::recovering::RecoveryState;
use bangban_center::{Center, CenterError};
use serde_json::json;

pub(super) fn run_recovery(center: &Center, out: &Printer, verb: Recovery) -> Result<(), CenterError> {
    match verb {
        Recovery::Show => {}
        Recovery::Begin => {
            center.begin_recovery()?;
        }
        Recovery::Confirm { staff } => center.confirm_laptops(&center.sign_in(&staff)?)?,
        Recovery::Close { staff } => center.close_recovery(&center.sign_in(&staff)?)?,
    }
    let state = center.recovery()?;
    let lost = center.store().lost_entries("")?;
    let stage = stage_of(state.as_ref());
    let object = json!({
        "stage": stage, "epoch": state.as_ref().map(|state| state.epoch),
        "begun_at": state.as_ref().map(|state| &state.begun_at),
        "lost": lost.iter().map(|entry| json!({
            "village": entry.stream, "header_hash": entry.header_hash, "received_at": entry.received_at,
        })).collect::<Vec<_>>(),
    });
    out.show(&object, || {
        let mut lines = vec![out.say(&format!("recovery.{stage}"), &[])];
        if !lost.is_empty() {
            lines.push(out.say("recovery.lost", &[("n", &lost.len().to_string())]));
        }
        lines.extend(
            lost.iter().map(|lost| format!("  {}  {}  {}", lost.received_at, lost.stream, lost.header_hash)),
        );
        lines
    });
    Ok(())
}

fn stage_of(state: Option<&RecoveryState>) -> &'static str {
    match state {
        None => "never",
        Some(RecoveryState { closed_at: Some(_), .. }) => "closed",
        Some(RecoveryState { confirmed_at: Some(_), .. }) => "serving",
        Some(_) => "waiting",
    }
}
