//! After the center was put back from a backup.

use super::args::Recovery;
use super::print::Printer;
use bangban_center::store::recovering::RecoveryStage;
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
    let stage = RecoveryStage::of(state.as_ref()).as_str();
    let silent = center.silent_laptops()?;
    let object = json!({
        "stage": stage, "epoch": state.as_ref().map(|state| state.epoch),
        "begun_at": state.as_ref().map(|state| &state.begun_at),
        "silent": silent.iter().map(|line| json!({
            "laptop": line.laptop.id, "agents": line.agents, "villages": line.laptop.villages, "last_seen": line.last_seen,
        })).collect::<Vec<_>>(),
        "lost": lost.iter().map(|entry| json!({
            "village": entry.stream, "header_hash": entry.header_hash, "received_at": entry.received_at,
        })).collect::<Vec<_>>(),
    });
    out.show(&object, || {
        let mut lines = vec![out.say(&format!("recovery.{stage}"), &[])];
        if !silent.is_empty() {
            lines.push(out.say("recovery.silent", &[("n", &silent.len().to_string())]));
        }
        lines.extend(silent.iter().map(|line| {
            let villages =
                line.laptop.villages.iter().map(ToString::to_string).collect::<Vec<_>>().join("、");
            format!("  {}  {}  {villages}", line.laptop.id, line.agents.join("、"))
        }));
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
