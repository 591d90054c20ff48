//! Staff: who works here, their passwords, and when somebody leaves.

use super::api::Call;
use super::message::{NewStaffArgs, Nothing, SetPasswordArgs, StaffArgs, StaffLine};
use super::session::scope_name;
use crate::error::CenterError;
use crate::staff::FirstPassword;
use bangban_model::Code;
use uuid::Uuid;

/// Everybody whose scope lies in hers, those who left included.
pub(super) fn list(call: &mut Call, _: Nothing) -> Result<Vec<StaffLine>, CenterError> {
    lines(call)
}

fn lines(call: &Call) -> Result<Vec<StaffLine>, CenterError> {
    let staff = call.center().store().staff_lines(call.scope()?)?;
    let lines = staff.into_iter().map(|line| StaffLine {
        id: line.member.id.to_string(),
        name: line.member.name,
        role: line.member.role.into(),
        scope_name: scope_name(call, &line.member.scope),
        scope: line.member.scope,
        added_at: line.added_at,
        closed_at: line.closed_at,
        last_seen: line.last_seen,
        has_password: line.has_password,
    });
    Ok(lines.collect())
}

/// A new staff member with a first password.
pub(super) fn add(call: &mut Call, args: NewStaffArgs) -> Result<Vec<StaffLine>, CenterError> {
    let scope = args.scope.trim();
    if !scope.starts_with(call.scope()?) {
        return Err(CenterError::About(Code::NotAllowed, "scope".into()));
    }
    if !scope.is_empty() && call.center().divisions().find(scope).is_none() {
        return Err(CenterError::About(Code::BadInput, "scope".into()));
    }
    let first = FirstPassword { password: &args.password, must_change: true };
    let by = Some(call.sign_in()?.staff.id);
    let member = call.center().engage_staff_by(by, &args.name, args.role.into(), scope, &first)?;
    tracing::info!(staff = %call.sign_in()?.staff.id, added = %member.id, "staff member added");
    lines(call)
}

/// Somebody's next password, which they have to change.
pub(super) fn set_password(call: &mut Call, args: SetPasswordArgs) -> Result<Vec<StaffLine>, CenterError> {
    at_work(call, args.id)?;
    if call.sign_in()?.staff.id.0 == args.id {
        // One's own is changed with the old one in hand.
        return Err(CenterError::About(Code::NotAllowed, "own_password".into()));
    }
    let first = FirstPassword { password: &args.password, must_change: true };
    call.center().give_password(Some(call.sign_in()?.staff.id), &args.id.to_string(), &first)?;
    lines(call)
}

/// Somebody leaves. Nobody closes herself: the last administrator would lock everyone out.
pub(super) fn close(call: &mut Call, args: StaffArgs) -> Result<Vec<StaffLine>, CenterError> {
    at_work(call, args.id)?;
    if call.sign_in()?.staff.id.0 == args.id {
        return Err(CenterError::About(Code::NotAllowed, "oneself".into()));
    }
    call.center().close_staff(Some(call.sign_in()?.staff.id), &args.id.to_string())?;
    lines(call)
}

fn at_work(call: &Call, id: Uuid) -> Result<(), CenterError> {
    let staff = call.center().store().staff_lines(call.scope()?)?;
    let known = staff.iter().any(|line| line.member.id.0 == id && line.closed_at.is_none());
    if known { Ok(()) } else { Err(Code::StaffUnknown.into()) }
}
