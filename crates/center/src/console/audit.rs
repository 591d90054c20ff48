//! 操作留痕: what staff did and looked at, for the office that may; and how what is looked at gets there.

use super::api::Call;
use super::label::village;
use super::message::{AuditArgs, AuditPart, AuditRow};
use crate::center::Center;
use crate::error::CenterError;
use crate::staff::SignIn;
use crate::store::auditing::ActNote;
use bangban_model::{Digest, StreamId};

/// A part is no longer.
const MOST_ROWS: u32 = 200;

/// What was done within her scope, the newest first.
pub(super) fn list(call: &mut Call, args: AuditArgs) -> Result<AuditPart, CenterError> {
    let limit = args.limit.min(MOST_ROWS);
    let page = call.center().store().audit_page(call.scope()?, args.offset, limit)?;
    let rows = page.lines.into_iter().map(|line| AuditRow {
        village: Some(line.stream.as_str())
            .filter(|code| !code.is_empty())
            .map(|code| village(call, code).name),
        number: line.number,
        at: line.at,
        staff: line.staff,
        act: line.act,
        about: line.about,
    });
    Ok(AuditPart { total: page.total, rows: rows.collect() })
}

/// Keeps that somebody looked at something or took it away; what cannot be kept is not shown.
pub(super) fn note_seen(
    center: &Center,
    sign_in: &SignIn,
    streams: &[StreamId],
    act: &str,
    about: &str,
) -> Result<(), CenterError> {
    let note = ActNote { streams, staff: Some(sign_in.staff.id), act, about, digest: Digest::ZERO };
    center.store().note_act(&note, center.now())
}
