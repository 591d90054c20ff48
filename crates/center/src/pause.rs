//! The clock of an accepted case stands still for a reason, and goes on.

use crate::center::Center;
use crate::error::CenterError;
use crate::review::{LONGEST_TEXT_CHARS, decision, require, reviewable};
use crate::staff::{Role, SignIn};
use crate::store::Written;
use bangban_model::body::{Body, ClockPaused, ClockResumed};
use bangban_model::deadline::PauseReason;
use bangban_model::{Code, Stage, SubjectId};

pub(crate) fn tends(role: Role) -> bool {
    role.accepts() || role.confirms()
}

impl Center {
    /// Lets a case's clock stand still.
    ///
    /// # Errors
    /// `CaseStage` where no clock runs, `BadInput` where another reason is not said, and those of every act on a case.
    pub fn pause_clock(
        &self,
        sign_in: &SignIn,
        case: SubjectId,
        reason: PauseReason,
        note: &str,
    ) -> Result<Written, CenterError> {
        require(sign_in, tends)?;
        let unsaid = reason == PauseReason::Other && note.trim().is_empty();
        if unsaid || note.chars().count() > LONGEST_TEXT_CHARS {
            return Err(CenterError::About(Code::BadInput, "note".into()));
        }
        self.store().write_on_case(sign_in, case, self.now(), &mut |document| {
            let (file, revision) = reviewable(document, None)?;
            if file.stage != Stage::Accepted || file.open_pause().is_some() {
                return Err(Code::CaseStage.into());
            }
            let paused = ClockPaused { reason, note: note.trim().to_owned() };
            Ok(vec![decision(document, revision, Body::ClockPaused(paused))])
        })
    }

    /// Lets a case's clock go on.
    ///
    /// # Errors
    /// `CaseStage` where it does not stand still, and those of every act on a case.
    pub fn resume_clock(&self, sign_in: &SignIn, case: SubjectId) -> Result<Written, CenterError> {
        require(sign_in, tends)?;
        self.store().write_on_case(sign_in, case, self.now(), &mut |document| {
            let (file, revision) = reviewable(document, None)?;
            if file.open_pause().is_none() {
                return Err(Code::CaseStage.into());
            }
            Ok(vec![decision(document, revision, Body::ClockResumed(ClockResumed {}))])
        })
    }
}
