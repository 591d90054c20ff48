//! What the tests guard, as functions that can be run against the normal programs and against programs without the
//! protection: with the normal ones they must hold, without it they must break.
#![allow(clippy::unwrap_used)]

mod door;
mod exchange;
mod review;
mod saving;
mod sides;

pub use door::*;
pub use exchange::*;
pub use review::*;
pub use saving::*;
pub use sides::*;

/// The village of all checks: 临江乡大湖村.
pub const DAHU: &str = "420703200209";

/// What a check guards did not hold. (That it could not be tried at all is a panic, which proves nothing.)
#[derive(Debug)]
pub struct Broken(pub String);

/// Whether a check held.
pub type Held = Result<(), Broken>;

/// Breaks the check unless this holds.
pub fn hold(holds: bool, broken: impl FnOnce() -> String) -> Held {
    if holds { Ok(()) } else { Err(Broken(broken())) }
}

/// Breaks the check unless a command was refused with this code.
pub(crate) fn hold_refused(answer: &crate::harness::Answer, code: &str) -> Held {
    hold(answer.code() == code && answer.status.code() == Some(1), || {
        format!("{} was to be refused with {code}: {answer}", answer.verb)
    })
}
