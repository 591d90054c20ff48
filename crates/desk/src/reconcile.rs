//! 养老认证核对: what this ledger says of pension certifications beside the list of the office that certifies.
//!
//! Nothing is written. The office's list holds; a difference is something to ask about, never a correction of it.

pub(crate) mod people;

use crate::desk::Desk;
use crate::error::DeskError;
use bangban_ledger::case_list::answered_between;
use bangban_ledger::person::Person;
use bangban_model::certification::{self, DAY, ITEM, METHOD, RECEIPT, RESULT, is_refused};
use bangban_model::document::Document;
use bangban_model::official_list::{
    OfficialColumn, OfficialLine, OfficialList, OfficialListProblem, OfficialStatus, find_official_list,
};
use bangban_model::roster::{RowIssue, RowProblem};
use bangban_model::{Code, SubjectId, name};
use bangban_sheets::{Limits, rows_of};
use chrono::NaiveDate;
use people::People;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// Days so few apart are no difference: an office enters a certification when it gets to it.
const NEAR_DAYS: u64 = 3;

/// How the two stand to each other, what is to be looked at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReconcileKind {
    /// We have a certification, the list has none.
    OnlyOurs,
    /// The list has one, we have none.
    OnlyTheirs,
    /// Both have one and something else does not fit, or we say that she did not pass.
    Differing,
    /// Nobody has one: still to be done.
    NotYet,
    /// Both say the same.
    Agree,
}

/// What exactly does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReconcileWhy {
    /// The list says 未认证.
    ListSaysNot,
    /// The list does not have her.
    NotListed,
    /// The days lie further apart than three days.
    DaysDiffer,
    /// We say that she did not pass, was not reached or that something is wrong.
    ResultDiffers,
    /// The list's day lies outside of the time: ours may too.
    OutsideTime,
}

/// A certification that was recorded here.
#[derive(Clone, PartialEq, Eq)]
pub struct OurCertification {
    /// The case.
    pub case: SubjectId,
    /// The day that it names.
    pub day: NaiveDate,
    /// What the office's system answered, by the form's word: `passed`, `pending`, `not_passed` and others.
    pub result: String,
    /// How it was done, by the form's word: `face`, `visit` and others.
    pub method: String,
    /// The number of the receipt; '' where there is none.
    pub receipt: String,
}

impl OurCertification {
    /// What a case says, if it counts: what was refused does not.
    fn of(case: &Document) -> Option<OurCertification> {
        if is_refused(case) {
            return None;
        }
        Some(OurCertification {
            case: case.subject,
            day: case.text(DAY).parse().ok()?,
            result: case.text(RESULT).to_owned(),
            method: case.text(METHOD).to_owned(),
            receipt: case.text(RECEIPT).to_owned(),
        })
    }

    /// Whether she is certified as far as we know, or waits for the office alone.
    #[must_use]
    pub fn is_certified(&self) -> bool {
        certification::is_good(&self.result)
    }

    fn is_passed(&self) -> bool {
        self.result == "passed"
    }
}

/// A person, what we say and what the list says.
#[derive(Clone)]
pub struct Compared {
    /// Who; she may stand in two villages.
    pub person: Person,
    /// How the two stand to each other.
    pub kind: ReconcileKind,
    /// What does not fit.
    pub why: Option<ReconcileWhy>,
    /// The certification that was compared.
    pub ours: Option<OurCertification>,
    /// Her line of the list.
    pub theirs: Option<OfficialLine>,
}

impl Compared {
    /// How many days lie between ours and theirs.
    #[must_use]
    pub fn days_apart(&self) -> Option<u64> {
        Some(apart(self.ours.as_ref()?.day, self.theirs.as_ref()?.day?))
    }
}

/// What comparing found.
pub struct Reconciled {
    /// The list; its right lines are below, each with its person.
    pub list: OfficialList,
    /// How many right lines it had.
    pub listed: usize,
    /// Everybody who stands on either side, what is to be looked at first.
    pub people: Vec<Compared>,
    /// The rows of people who are not in this ledger.
    pub unknown: Vec<u32>,
}

/// Compares the certifications of a time with the office's list. Whoever we could not certify and the list does not
/// have is left out: nobody says anything of her that could differ.
///
/// # Errors
/// `BadInput` where the time ends before it begins, `NotEnrolled`, `NotAWorkbook`, `SheetTooLarge`;
/// `CertifiedHeadings` where no sheet is such a list.
pub fn reconcile(
    desk: &Desk,
    workbook: &[u8],
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Reconciled, DeskError> {
    if from > to {
        return Err(DeskError::new(Code::BadInput).with("path", "from"));
    }
    let mut list = read_list(desk, workbook)?;
    let ledger = desk.ledger();
    let mut people = People::read(&ledger)?;
    let mut sides: BTreeMap<SubjectId, Sides> = BTreeMap::new();
    for case in answered_between(ledger.entries(), ITEM, DAY, from, to)? {
        if let (Some(ours), Some(person)) = (OurCertification::of(&case), people.of_case(&case)) {
            sides.entry(person.subject).or_insert_with(|| Sides::of(person)).ours.push(ours);
        }
    }
    drop(ledger);
    let lines = std::mem::take(&mut list.lines);
    let (listed, mut unknown) = (lines.len(), Vec::new());
    for line in lines {
        let Some(person) = people.of_number(line.identity.reveal()) else {
            unknown.push(line.row);
            continue;
        };
        if line.name.as_ref().is_some_and(|listed| name::normalise_name(&person.name) != *listed) {
            let (row, column, problem) = (line.row, Some(OfficialColumn::Name), RowProblem::NameDiffers);
            list.warnings.push(RowIssue { row, column, problem });
        }
        sides.entry(person.subject).or_insert_with(|| Sides::of(person)).take_line(line);
    }
    list.warnings.sort_by_key(|issue| issue.row);
    let mut people: Vec<Compared> =
        sides.into_values().filter_map(|sides| sides.compared(from, to)).collect();
    people.sort_by_key(|one| {
        (one.kind, one.theirs.as_ref().map_or(u32::MAX, |line| line.row), one.person.name.clone())
    });
    Ok(Reconciled { list, listed, people, unknown })
}

fn read_list(desk: &Desk, workbook: &[u8]) -> Result<OfficialList, DeskError> {
    let tables = bangban_sheets::read_tables(workbook, &Limits::default())?;
    find_official_list(tables.iter().map(rows_of), desk.clock.today()).map_err(|problem| match problem {
        OfficialListProblem::TooManyRows { limit } => {
            DeskError::new(Code::SheetTooLarge).with("limit", limit)
        }
        OfficialListProblem::MissingColumns { missing } => DeskError::new(Code::CertifiedHeadings)
            .with("missing", missing.iter().map(|column| column.heading()).collect::<Vec<_>>()),
        OfficialListProblem::NoHeadings | OfficialListProblem::Empty => {
            DeskError::new(Code::CertifiedHeadings)
        }
    })
}

/// All that stands on either side of a person.
struct Sides {
    person: Person,
    ours: Vec<OurCertification>,
    theirs: Option<OfficialLine>,
}

impl Sides {
    fn of(person: Person) -> Sides {
        Sides { person, ours: Vec::new(), theirs: None }
    }

    /// Her number was corrected and the list has both: the line that certifies her holds, of two the later.
    fn take_line(&mut self, line: OfficialLine) {
        let rank = |line: &OfficialLine| (line.status == OfficialStatus::Certified, line.day);
        if self.theirs.as_ref().is_none_or(|known| rank(known) < rank(&line)) {
            self.theirs = Some(line);
        }
    }

    fn compared(self, from: NaiveDate, to: NaiveDate) -> Option<Compared> {
        let ours = self.counts().cloned();
        let (kind, why) = verdict(ours.as_ref(), self.theirs.as_ref(), from, to)?;
        Some(Compared { person: self.person, kind, why, ours, theirs: self.theirs })
    }

    /// The one of ours that is compared: a certification before anything else, the one nearest to the list's day, a
    /// passed one, the newest.
    fn counts(&self) -> Option<&OurCertification> {
        let certified = self.theirs.as_ref().filter(|line| line.status == OfficialStatus::Certified);
        let listed = certified.and_then(|line| line.day);
        self.ours.iter().max_by_key(|ours| {
            let near = listed.map(|day| std::cmp::Reverse(apart(day, ours.day)));
            (ours.is_certified(), near, ours.is_passed(), ours.day)
        })
    }
}

fn verdict(
    ours: Option<&OurCertification>,
    theirs: Option<&OfficialLine>,
    from: NaiveDate,
    to: NaiveDate,
) -> Option<(ReconcileKind, Option<ReconcileWhy>)> {
    use OfficialStatus::{Certified, NotCertified};
    let said = ours.map(OurCertification::is_certified);
    Some(match (said, theirs.map(|line| line.status)) {
        (Some(true), None) => (ReconcileKind::OnlyOurs, Some(ReconcileWhy::NotListed)),
        (Some(true), Some(NotCertified)) => (ReconcileKind::OnlyOurs, Some(ReconcileWhy::ListSaysNot)),
        (Some(true), Some(Certified)) => {
            let days = theirs.and_then(|line| line.day).zip(ours.map(|ours| ours.day));
            match days.is_some_and(|(theirs, ours)| apart(theirs, ours) > NEAR_DAYS) {
                true => (ReconcileKind::Differing, Some(ReconcileWhy::DaysDiffer)),
                false => (ReconcileKind::Agree, None),
            }
        }
        (Some(false), Some(Certified)) => (ReconcileKind::Differing, Some(ReconcileWhy::ResultDiffers)),
        (Some(false), Some(NotCertified)) => (ReconcileKind::Agree, None),
        (None, Some(Certified)) => {
            let outside = theirs.and_then(|line| line.day).is_some_and(|day| !(from..=to).contains(&day));
            (ReconcileKind::OnlyTheirs, outside.then_some(ReconcileWhy::OutsideTime))
        }
        (None, Some(NotCertified)) => (ReconcileKind::NotYet, None),
        (Some(false) | None, None) => return None,
    })
}

fn apart(one: NaiveDate, other: NaiveDate) -> u64 {
    (one - other).num_days().unsigned_abs()
}

#[cfg(test)]
mod tests;
