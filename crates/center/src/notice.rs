//! 一次性告知: staff tell everything that is missing, once.

use crate::center::Center;
use crate::error::CenterError;
use crate::review::{LONGEST_TEXT_CHARS, check_remarks, decision, require, reviewable};
use crate::staff::{Role, SignIn};
use crate::store::Written;
use bangban_model::body::{Body, NoticeGiven};
use bangban_model::{Code, EntryId, SubjectId};

impl Center {
    /// Gives notice of everything that is missing for a case. A second one needs a reason.
    ///
    /// # Errors
    /// `NothingMissing`, `NoticeNeedsReason`, and those of every act on a case.
    pub fn give_notice(
        &self,
        sign_in: &SignIn,
        case: SubjectId,
        revision: Option<EntryId>,
        notice: &NoticeGiven,
    ) -> Result<Written, CenterError> {
        require(sign_in, Role::accepts)?;
        if notice.missing.is_empty() {
            return Err(Code::NothingMissing.into());
        }
        check_remarks(&notice.missing)?;
        if notice.reason.chars().count() > LONGEST_TEXT_CHARS {
            return Err(CenterError::About(Code::BadInput, "reason".into()));
        }
        self.store().write_on_case(sign_in, case, self.now(), &mut |document| {
            let (file, revision) = reviewable(document, revision)?;
            if file.decision.is_some() {
                return Err(Code::CaseStage.into());
            }
            if !file.notices.is_empty() && notice.reason.trim().is_empty() {
                return Err(Code::NoticeNeedsReason.into());
            }
            Ok(vec![decision(document, revision, Body::NoticeGiven(notice.clone()))])
        })
    }
}
