//! 待遇: what the competent office says of a person's benefits, and of a reported death. A stop can be taken back.

use crate::center::Center;
use crate::error::CenterError;
use crate::form::answers_of;
use crate::review::{LONGEST_TEXT_CHARS, require};
use crate::staff::{Role, SignIn};
use crate::store::Written;
use bangban_catalogue::ItemCard;
use bangban_model::benefit::{
    Benefit, BenefitState, DEATH_SUSPECTED, DEATH_VERIFIED, Death, benefit_of, benefit_path, death_of,
};
use bangban_model::body::{Body, FieldSet, Recorded};
use bangban_model::clock::shanghai_day;
use bangban_model::document::Document;
use bangban_model::entry::NewEntry;
use bangban_model::{Audience, Code, Stage, SubjectId};
use serde_json::{Value, json};
use std::collections::BTreeSet;

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

/// The questions of 身后一件事 that tell which benefits run: codes, blank-separated.
const RUNNING: &str = "running_benefits";
const STOP_PROPOSED: &str = "stop_proposed";
const OTHER_BENEFIT: &str = "other_benefit";
/// What is ticked where nothing runs, and where something else does.
const NONE: &str = "NONE";
pub(crate) const OTHER: &str = "OTHER";

/// What the agent ticked after a death.
pub(crate) struct Ticked {
    /// The case of the death.
    pub(crate) case: Document,
    /// Path of the question.
    pub(crate) path: String,
    /// What still runs: items' codes, and others that are no items.
    pub(crate) items: BTreeSet<String>,
    /// What the other benefit is, as it was written.
    pub(crate) other: String,
    /// Whether she proposes to stop them.
    pub(crate) stop_proposed: bool,
}

impl Ticked {
    /// None where the case does not ask.
    fn of(case: Document) -> Option<Ticked> {
        let answers = answers_of(&case);
        let answer = |name: &str| answers.iter().find(|(path, _)| path.rsplit('/').next() == Some(name));
        let text = |name: &str| answer(name).map(|(_, value)| value.clone()).unwrap_or_default();
        let (path, value) = answer(RUNNING)?;
        let items = value.split_whitespace().filter(|code| *code != NONE).map(str::to_owned).collect();
        let (other, stop_proposed) = (text(OTHER_BENEFIT), text(STOP_PROPOSED) == "yes");
        Some(Ticked { path: path.clone(), items, other, stop_proposed, case })
    }
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
        let item = match self.catalogue_in(&sign_in.staff.scope)?.item(&word.item) {
            Ok(item) => item.card.code.clone(),
            // What the agent ticked after a death may be no item of the catalogue.
            Err(problem) => {
                let document = self.store().resident(&sign_in.staff.scope, resident)?;
                let ticked = document.map(|document| self.ticked_at_death(&sign_in.staff.scope, &document));
                let known = ticked.transpose()?.flatten().is_some_and(|one| one.items.contains(&word.item));
                if !known {
                    return Err(CenterError::Coded(problem.code()));
                }
                word.item.clone()
            }
        };
        let now = self.now();
        let benefit = Benefit {
            state: word.state,
            since: shanghai_day(now),
            reason: reason.to_owned(),
            case: word.case,
        };
        self.store().write_on_resident(sign_in, resident, now, &mut |document| {
            if benefit_of(document, &item).is_some_and(|known| known.state == word.state) {
                return Err(Code::CaseStage.into());
            }
            Ok(vec![said(document, [(benefit_path(&item), json!(benefit))].into())])
        })
    }

    /// What the agent ticked as still running in the newest case of the person's death that was not taken back.
    pub(crate) fn ticked_at_death(
        &self,
        scope: &str,
        resident: &Document,
    ) -> Result<Option<Ticked>, CenterError> {
        let catalogue = self.catalogue_in(resident.stream.as_str())?;
        let after_death = |card: &ItemCard| {
            card.bundle.as_ref().is_some_and(|bundle| bundle.event.as_deref() == Some("death"))
        };
        for item in catalogue.items().filter(|item| after_death(&item.card)) {
            let cases = self.store().cases_of_number(scope, resident.subject, &item.card.code)?;
            let stands = |case: &Document| {
                case.case.as_ref().is_some_and(|file| !matches!(file.stage, Stage::Open | Stage::Withdrawn))
            };
            let newest = cases.into_iter().map(|line| line.document).find(stands);
            if let Some(ticked) = newest.and_then(Ticked::of) {
                return Ok(Some(ticked));
            }
        }
        Ok(None)
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
