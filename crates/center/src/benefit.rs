//! 待遇: what the competent office says of a person's benefits, and of a reported death. A stop can be taken back.

use crate::center::Center;
use crate::error::CenterError;
use crate::review::{LONGEST_TEXT_CHARS, require};
use crate::staff::{Role, SignIn};
use crate::store::Written;
use bangban_model::benefit::{
    Benefit, BenefitState, DEATH_SUSPECTED, DEATH_VERIFIED, Death, benefit_of, benefit_path, death_of,
};
use bangban_model::body::{Body, FieldSet, Recorded};
use bangban_model::clock::shanghai_day;
use bangban_model::document::Document;
use bangban_model::entry::NewEntry;
use bangban_model::{Audience, Code, SubjectId};
use serde_json::{Value, json};

/// What an office says of a benefit.
#[derive(Clone, Debug)]
pub struct BenefitWord {
    /// The item.
    pub item: String,
    /// How it stands from today on.
    pub state: BenefitState,
    /// Why.
    pub reason: String,
    /// The case it follows from.
    pub case: Option<SubjectId>,
}

impl Center {
    /// Stops a benefit of a person, or lets it run again. A reason is needed.
    ///
    /// # Errors
    /// `BadInput` without a reason, `CaseStage` where it stands so already, `PersonUnknown`, `NotAllowed`, `ItemUnknown`.
    pub fn decide_benefit(
        &self,
        sign_in: &SignIn,
        resident: SubjectId,
        word: &BenefitWord,
    ) -> Result<Written, CenterError> {
        require(sign_in, Role::confirms)?;
        let reason = word.reason.trim();
        if reason.is_empty() || reason.chars().count() > LONGEST_TEXT_CHARS {
            return Err(CenterError::About(Code::BadInput, "reason".into()));
        }
        let item = self
            .catalogue_in(&sign_in.staff.scope)?
            .item(&word.item)
            .map_err(|problem| CenterError::Coded(problem.code()))?;
        let now = self.now();
        let benefit = Benefit {
            state: word.state,
            since: shanghai_day(now),
            reason: reason.to_owned(),
            case: word.case,
        };
        self.store().write_on_resident(sign_in, resident, now, &mut |document| {
            if benefit_of(document, &item.card.code).is_some_and(|known| known.state == word.state) {
                return Err(Code::CaseStage.into());
            }
            Ok(vec![said(document, [(benefit_path(&item.card.code), json!(benefit))].into())])
        })
    }

    /// Says whether a reported death is true. A report that is false leaves everything as it was.
    ///
    /// # Errors
    /// `CaseStage` where no death was reported or the same was said already, `PersonUnknown`, `NotAllowed`.
    pub fn verify_death(
        &self,
        sign_in: &SignIn,
        resident: SubjectId,
        is_true: bool,
    ) -> Result<Written, CenterError> {
        require(sign_in, Role::confirms)?;
        self.store().write_on_resident(sign_in, resident, self.now(), &mut |document| {
            let known = death_of(document);
            let says_nothing_new = match is_true {
                true => known != Some(Death::Suspected),
                false => known.is_none(),
            };
            if says_nothing_new {
                return Err(Code::CaseStage.into());
            }
            let mut set = FieldSet::from([(DEATH_VERIFIED.to_owned(), json!(is_true.then_some(true)))]);
            if !is_true {
                // A false report is taken away, so that another one is heard.
                set.insert(DEATH_SUSPECTED.to_owned(), Value::Null);
            }
            Ok(vec![said(document, set)])
        })
    }
}

fn said(document: &Document, set: FieldSet) -> NewEntry {
    NewEntry {
        stream: document.stream.clone(),
        subject: document.subject,
        audience: Audience::All,
        saw: document.newest_seen(),
        body: Body::BenefitDecided(Recorded { set }),
    }
}
