//! 待遇: what a person receives, has asked for or received, each with its course.

use super::Seat;
use super::person::goes_on;
use crate::error::DeskError;
use bangban_ledger::{Ledger, entry_row, open_row};
use bangban_model::SubjectId;
use bangban_model::benefit::{BENEFIT_PREFIX, Benefit, BenefitState, RECEIVES};
use bangban_model::body::Outcome;
use bangban_model::clock::shanghai_day;
use bangban_model::document::{Document, Stage};
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::TS;

/// What happened to a benefit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CourseKind {
    /// 列入名册: the roster has her as receiving it.
    Listed,
    /// 名册中不再列入
    Unlisted,
    /// 申请: sent to the township.
    Asked,
    /// 准予
    Granted,
    /// 不予
    Refused,
    /// 在享: an office says that it runs, or that it goes on.
    Running,
    /// 停发: an office stopped it.
    Stopped,
}

/// One step of a benefit's course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct CourseStep {
    /// What happened.
    pub kind: CourseKind,
    /// On which day; of an office's word the day from which it holds.
    pub day: Option<NaiveDate>,
    /// Why, or what the office said; ''.
    pub words: String,
    /// The case that it belongs to.
    pub case: Option<SubjectId>,
    /// The day of the next review, as the decision set it.
    pub review: Option<NaiveDate>,
    /// When it was written: the order of what happened on one day.
    #[serde(skip)]
    at: Option<DateTime<FixedOffset>>,
}

impl CourseStep {
    /// A step on the day on which it was written.
    fn of(kind: CourseKind, at: Option<DateTime<FixedOffset>>) -> Self {
        CourseStep { kind, day: at.map(shanghai_day), words: String::new(), case: None, review: None, at }
    }
}

/// A benefit with its course, the newest step first.
#[derive(Clone, Debug, Serialize, TS)]
pub struct BenefitCourse {
    /// Item code.
    pub item: String,
    /// What people call it.
    pub name: String,
    /// Whether she receives it, as far as is known here.
    pub runs: bool,
    /// What happened.
    pub steps: Vec<CourseStep>,
}

/// Every benefit that a person receives, asked for or received, by the names of the items. `runs` are those that she receives.
pub(crate) fn courses_of(
    seat: &Seat,
    ledger: &Ledger,
    person: &Document,
    cases: &[Document],
    runs: &BTreeSet<String>,
) -> Result<Vec<BenefitCourse>, DeskError> {
    let mut steps: BTreeMap<String, Vec<CourseStep>> = BTreeMap::new();
    for item in runs {
        steps.entry(item.clone()).or_default();
    }
    for subject in
        std::iter::once(person.subject).chain(open_row::joined_into(ledger.entries(), person.subject)?)
    {
        for (item, step) in told_of(ledger, subject)? {
            steps.entry(item).or_default().push(step);
        }
    }
    for case in cases {
        let Some(file) = case.case.as_ref().filter(|file| goes_on(seat, &file.item)) else { continue };
        steps.entry(file.item.clone()).or_default().extend(steps_of_case(case));
    }
    let courses = steps.into_iter().map(|(item, mut steps)| {
        steps.sort_by_key(|step| (step.day, step.at));
        steps.reverse();
        BenefitCourse { name: seat.item_name(&item), runs: runs.contains(&item), item, steps }
    });
    let mut courses: Vec<BenefitCourse> = courses.collect();
    courses.sort_by_key(|course| !course.runs);
    Ok(courses)
}

/// What the entries of a resident say of benefits: rosters that list them, and offices.
fn told_of(ledger: &Ledger, resident: SubjectId) -> Result<Vec<(String, CourseStep)>, DeskError> {
    let mut told = Vec::new();
    let mut listed: BTreeSet<String> = BTreeSet::new();
    for row in entry_row::of_subject(ledger.entries(), resident)? {
        let Ok(Some(body)) = row.entry.body() else { continue };
        let Some(set) = body.field_set() else { continue };
        let at = row.received_at.as_deref().and_then(moment).unwrap_or(row.entry.header.at);
        let step = |kind, day| CourseStep { day, ..CourseStep::of(kind, Some(at)) };
        if let Some(now) = set.get(RECEIVES) {
            let now = now.as_str().unwrap_or_default().split_whitespace().map(str::to_owned).collect();
            told.extend(
                listed_since(&listed, &now).map(|(item, kind)| (item, step(kind, Some(shanghai_day(at))))),
            );
            listed = now;
        }
        for (path, value) in set {
            let Some(item) = path.strip_prefix(BENEFIT_PREFIX) else { continue };
            let Ok(benefit) = Benefit::deserialize(value) else { continue };
            let kind = match benefit.state {
                BenefitState::Running => CourseKind::Running,
                BenefitState::Stopped => CourseKind::Stopped,
            };
            let step = step(kind, Some(benefit.since));
            told.push((item.to_owned(), CourseStep { words: benefit.reason, case: benefit.case, ..step }));
        }
    }
    Ok(told)
}

/// What a roster lists that the one before did not, and the other way round.
fn listed_since(
    before: &BTreeSet<String>,
    now: &BTreeSet<String>,
) -> impl Iterator<Item = (String, CourseKind)> {
    let came = now.difference(before).map(|item| (item.clone(), CourseKind::Listed));
    let left = before.difference(now).map(|item| (item.clone(), CourseKind::Unlisted));
    came.chain(left).collect::<Vec<_>>().into_iter()
}

/// 申请 and the decision. What was taken back was not asked for.
fn steps_of_case(case: &Document) -> Vec<CourseStep> {
    let Some(file) = case.case.as_ref().filter(|file| file.stage != Stage::Withdrawn) else {
        return Vec::new();
    };
    let at = |entry| {
        let line = case.history.iter().find(|line| line.entry == entry)?;
        moment(line.received_at.as_deref().unwrap_or(&line.at))
    };
    let asked = file.revisions.first().map(|first| CourseStep {
        case: Some(case.subject),
        ..CourseStep::of(CourseKind::Asked, at(first.entry))
    });
    let decided = file.decision.as_ref().map(|decision| {
        let kind = match decision.outcome {
            Outcome::Granted => CourseKind::Granted,
            Outcome::Refused => CourseKind::Refused,
        };
        let step = CourseStep::of(kind, at(decision.entry));
        CourseStep { words: decision.note.clone(), case: Some(case.subject), review: decision.due, ..step }
    });
    asked.into_iter().chain(decided).collect()
}

fn moment(at: &str) -> Option<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(at).ok()
}
