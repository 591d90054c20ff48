//! Laptops: which there are, a code for a new one, and when one is no longer served.

use super::api::Call;
use super::label::village;
use super::message::{AssignArgs, CodeArgs, Gap, LaptopArgs, LaptopCode, LaptopLine, Nothing};
use crate::enrol::CODE_MINUTES;
use crate::error::CenterError;
use bangban_model::chain::received_at_text;
use bangban_model::{Code, StreamId};
use bangban_sync::enrolment_code::EnrolmentCode;
use chrono::TimeDelta;
use qrcode::{Color, EcLevel, QrCode};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Laptops with a village in scope.
pub(super) fn list(call: &mut Call, _: Nothing) -> Result<Vec<LaptopLine>, CenterError> {
    lines(call)
}

fn lines(call: &Call) -> Result<Vec<LaptopLine>, CenterError> {
    let store = call.center().store();
    let laptops = store.laptops_in(call.scope()?)?;
    let mut gaps: BTreeMap<Uuid, Vec<Gap>> = BTreeMap::new();
    for gap in store.gaps(call.scope()?)? {
        let Some((life, _)) = store.life(gap.life)? else { continue };
        gaps.entry(life.laptop).or_default().push(Gap {
            incarnation: gap.life,
            agents: store.agents_of(gap.life)?,
            missing_from: gap.missing_from,
            held: gap.held,
        });
    }
    let lines = laptops.into_iter().map(|line| LaptopLine {
        gaps: gaps.remove(&line.laptop.id).unwrap_or_default(),
        pending_photos: line.pending_photos,
        id: line.laptop.id.to_string(),
        agents: line.agents,
        villages: line.laptop.villages.iter().map(|code| village(call, code.as_str())).collect(),
        enrolled_at: line.enrolled_at,
        last_seen: line.last_seen,
        skew_seconds: line.skew_ms.map(|skew| skew / 1000),
        program: line.program,
        pending_entries: line.pending_entries,
        revoked_at: line.laptop.revoked_at,
    });
    Ok(lines.collect())
}

/// A one-time code for a laptop of these villages.
pub(super) fn code(call: &mut Call, args: CodeArgs) -> Result<LaptopCode, CenterError> {
    let villages = villages_in_scope(call, &args.villages)?;
    let center = call.center();
    let address = match &call.console.inner.settings.address {
        Some(address) => address.clone(),
        None => center.folder().last_address()?.ok_or_else(|| about("address"))?,
    };
    let code = center.issue_code_by(Some(call.sign_in()?.staff.id), &villages)?;
    let expires_at = center.now() + TimeDelta::minutes(CODE_MINUTES);
    let text = EnrolmentCode { address: address.clone(), pins: center.tls_pins().to_vec(), code }
        .encode()
        .map_err(|_| about("address"))?;
    tracing::info!(staff = %call.sign_in()?.staff.id, "enrolment code issued");
    Ok(LaptopCode { qr: picture_of(&text)?, code: text, address, expires_at: received_at_text(expires_at) })
}

fn about(what: &str) -> CenterError {
    CenterError::About(Code::BadInput, what.to_owned())
}

/// Rows of '1' (dark) and '0'.
fn picture_of(text: &str) -> Result<Vec<String>, CenterError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| about("address"))?;
    let colors = code.to_colors();
    let rows = colors.chunks(code.width());
    Ok(rows
        .map(|row| row.iter().map(|color| if *color == Color::Dark { '1' } else { '0' }).collect())
        .collect())
}

/// From now on a laptop is refused.
pub(super) fn revoke(call: &mut Call, args: LaptopArgs) -> Result<Vec<LaptopLine>, CenterError> {
    call.center().store().revoke_laptop(call.sign_in()?, args.id, call.center().now())?;
    tracing::info!(staff = %call.sign_in()?.staff.id, laptop = %args.id, "laptop revoked");
    lines(call)
}

/// From now on a laptop is responsible for these villages: it learns so with its next receipt.
pub(super) fn assign(call: &mut Call, args: AssignArgs) -> Result<Vec<LaptopLine>, CenterError> {
    let villages = villages_in_scope(call, &args.villages)?;
    call.center().assign_laptop(call.sign_in()?, args.id, &villages)?;
    lines(call)
}

fn villages_in_scope(call: &Call, codes: &[String]) -> Result<Vec<StreamId>, CenterError> {
    let scope = call.scope()?;
    let villages = codes.iter().map(|code| {
        let village = StreamId::parse(code).filter(|village| village.as_str().starts_with(scope));
        village.ok_or_else(|| CenterError::About(Code::VillageUnknown, code.clone()))
    });
    villages.collect()
}
