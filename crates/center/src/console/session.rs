//! Signing in, signing out, and who is at the screen.

use super::api::Call;
use super::label::village;
use super::message::{ChangePasswordArgs, Me, Nothing, Rights, SignInArgs};
use crate::error::CenterError;

/// Signs in with a name and a password.
pub(super) fn sign_in(call: &mut Call, args: SignInArgs) -> Result<Me, CenterError> {
    let (token, session) = call.center().sign_in_with_password(&args.name, &args.password)?;
    call.enter(&token, session);
    me(call, Nothing {})
}

/// Who is at the screen.
pub(super) fn me(call: &mut Call, _: Nothing) -> Result<Me, CenterError> {
    let session = call.session()?;
    let (staff, center) = (&session.sign_in.staff, call.center());
    let divisions = center.divisions();
    Ok(Me {
        id: staff.id.to_string(),
        name: staff.name.clone(),
        role: staff.role.into(),
        scope: staff.scope.clone(),
        scope_name: scope_name(call, &staff.scope),
        center: center.identity().name.clone(),
        villages: divisions
            .villages_under(&staff.scope)
            .map(|division| village(call, &division.code))
            .collect(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        can: Rights {
            accept: staff.role.accepts(),
            confirm: staff.role.confirms(),
            settle: staff.role.settles(),
            oversee: staff.role.oversees(),
            administer: staff.role.administers(),
        },
        must_change_password: session.must_change,
    })
}

/// The name of a scope: the division's, or the center's where it is everything.
pub(super) fn scope_name(call: &Call, scope: &str) -> String {
    let center = call.center();
    if scope.is_empty() {
        return center.identity().name.clone();
    }
    center.divisions().find(scope).map_or_else(|| scope.to_owned(), |division| division.name.clone())
}

/// Ends this sign-in.
pub(super) fn sign_out(call: &mut Call, _: Nothing) -> Result<(), CenterError> {
    let session = call.session()?;
    call.center().store().end_session(session.token_hash)?;
    call.leave();
    Ok(())
}

/// A person's own new password.
pub(super) fn change_password(call: &mut Call, args: ChangePasswordArgs) -> Result<Me, CenterError> {
    call.center().change_password(call.session()?, &args.old, &args.new)?;
    call.password_changed();
    me(call, Nothing {})
}
