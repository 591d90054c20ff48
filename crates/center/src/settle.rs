//! Settling at the center: staff say which of the values that did not see each other holds, and take over or set aside what
//! came after an acceptance (rules F3, F4).

use crate::center::Center;
use crate::error::CenterError;
use crate::review::require;
use crate::staff::{Role, SignIn};
use crate::store::Written;
use bangban_model::body::Body;
use bangban_model::decided::{DECIDED, Decided};
use bangban_model::document::Document;
use bangban_model::entry::NewEntry;
use bangban_model::settling::{self, Settler, WhichHolds};
use bangban_model::{Audience, Code, EntryId, SubjectId};

/// What staff say of an open field.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// The field.
    pub field: String,
    /// The entries whose values were on the screen.
    pub among: Vec<EntryId>,
    /// What holds from here on.
    pub choice: WhichHolds,
    /// Why; asked for where a late change is taken over or set aside.
    pub reason: String,
}

/// Whether this role settles what is open at a field. Of confirmations only those choose who may confirm.
pub(crate) fn may_settle(role: Role, document: &Document, field: &str) -> bool {
    let open = settling::open_at(document, field).map(|open| open.contenders).unwrap_or_default();
    let mut decided = open.iter().filter(|_| field == DECIDED).filter_map(|one| Decided::read(&one.value));
    match decided.any(|decided| matches!(decided, Decided::CaseConfirmed(_))) {
        true => role.confirms(),
        false => role.accepts() || role.confirms(),
    }
}

impl Center {
    /// Settles what is open at a field of a case, person, household or visit.
    ///
    /// # Errors
    /// `ConflictMoved` where other values are open by now than those on the screen, and what
    /// [`settling::settlement`] refuses.
    pub fn settle(
        &self,
        sign_in: &SignIn,
        subject: SubjectId,
        settlement: &Settlement,
    ) -> Result<Written, CenterError> {
        self.store().write_on_subject(sign_in, subject, self.now(), &mut |document| {
            let Settlement { field, among, choice, reason } = settlement;
            require(sign_in, |role| may_settle(role, document, field))?;
            let settled = settling::settlement(document, field, among, choice, reason, Settler::Staff)
                .map_err(|code| match code {
                    Code::BadInput => CenterError::About(code, "reason".into()),
                    other => other.into(),
                })?;
            // Every value that is open now was named, so the newest entry is what the screen showed of this field.
            Ok(settled
                .into_iter()
                .map(|settled| NewEntry {
                    stream: document.stream.clone(),
                    subject: document.subject,
                    audience: Audience::All,
                    saw: document.newest_seen(),
                    body: Body::ConflictSettled(settled),
                })
                .collect())
        })
    }
}
