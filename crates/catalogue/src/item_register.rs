//! 登记簿: what a register's card says of its lines, in names of its form's questions.

use crate::item_words::{Counter, OpenAs, RollOf};
use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The question that holds a line's day, where a register names no other.
const DAY: &str = "day";

/// So long after its day (days) what is held on a fixed one may still be written down; then it was left out.
pub const LATE_DAYS: Days = Days::new(7);
/// Longer than this (months) nothing was held: the series ended.
const MOST_MONTHS: i32 = 12;

fn months_between(from: NaiveDate, to: NaiveDate) -> i32 {
    (to.year() - from.year()) * 12 + to.month() as i32 - from.month() as i32
}

fn is_last_of_month(day: NaiveDate) -> bool {
    day.succ_opt().is_none_or(|next| next.month() != day.month())
}

/// What a register says of its lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Register {
    /// The question that holds the day of a line; `day` where none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
    /// Questions by which a line is called.
    pub title: Vec<String>,
    /// Questions that the list shows, in this order.
    pub columns: Vec<String>,
    /// Answers that the next line begins with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keep: Vec<String>,
    /// Whether a line may be about a resident, whose name, phone number and address are then filled in.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub person: bool,
    /// Whether a line may belong to a case of that resident, and is offered on its page: 跟进, 交接.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub case: bool,
    /// Whether the program alone writes its lines: they are never altered.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub frozen: bool,
    /// Whether a recorded line is for the township alone: sealed to its center, and read by nobody here any more. 投诉.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub sealed: bool,
    /// The question by whose answer guides are looked for: the matter that was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guide: Option<String>,
    /// Whether the program gives every line a number: 预约号.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub number: bool,
    /// The question that tells the day on which the next line begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_day: Option<String>,
    /// What a line adds to the figures.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub counts: Vec<Count>,
    /// Lines with these answers add nothing to the figures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uncounted: Option<When>,
    /// When a line is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open: Option<Open>,
    /// How papers pass from hand to hand until the person has the result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chain: Option<Chain>,
    /// 人员类别: what a line says a person was recognised as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Recognised>,
    /// Questions whose answers, those of the newest line, stand on the page of the person whom it is about and of her household.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub page: Vec<String>,
    /// 名单: whom or which households a line has to go through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roll: Option<Roll>,
}

/// 名单: whom or which households a line has to go through, and what may follow from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roll {
    /// What stands on it.
    pub of: RollOf,
    /// Codes of registers of which a line may follow from this one and begins with its roll.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub then: Vec<String>,
    /// With these answers two go to every household: a visit on which nobody came along does not settle it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub two: Option<When>,
}

/// What a line adds to a counter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The counter.
    pub counter: Counter,
    /// The question whose number is added; none: the line counts one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Only lines with these answers count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
}

/// Which lines count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// The question.
    pub question: String,
    /// Its answers.
    pub is: Vec<String>,
}

impl When {
    /// Whether a line has one of these answers.
    fn holds(&self, answers: &Named<'_>) -> bool {
        let answer = answers.get(self.question.as_str()).copied().unwrap_or_default();
        self.is.iter().any(|one| one == answer)
    }
}

/// When a line is open: it stands on the day's list until then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// The question for its state.
    pub state: String,
    /// Answers with which it is done.
    pub done: Vec<String>,
    /// The question for the day by which it is to be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The question for so many days: a visit at which the person was met moves that day so far behind the visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<String>,
    /// What it is for the day: an appointment, a signature that lacks, somebody to be seen. Left out: something to do.
    #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
    pub kind: Option<OpenAs>,
}

/// How papers pass from hand to hand until the person has the result: which steps a line tells, and whose hands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    /// The question for the step.
    pub step: String,
    /// Its answer when the result was fetched: it lies with the agent now.
    pub back: String,
    /// Its answer when the person was told of the result.
    pub told: String,
    /// Its answer when the result was handed out to the person.
    pub out: String,
    /// The question for who gave.
    pub from: String,
    /// The question for who received.
    pub to: String,
}

/// 人员类别: what a line says a person was recognised as, by which decision and how long. Questions of its form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recognised {
    /// The question for the categories.
    #[serde(rename = "as")]
    pub categories: String,
    /// The question for the decision.
    pub basis: String,
    /// The question for the first day.
    pub from: String,
    /// The question for the last day.
    pub to: String,
}

/// How far the result of a case has come on its way to the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Delivery {
    /// Nobody has written anything of it.
    Nothing,
    /// The person was told, and no paper was fetched.
    Told,
    /// Fetched, and not handed out yet.
    Back,
    /// Handed out.
    Out,
}

impl Delivery {
    /// Whether nothing is left to be brought to the person.
    #[must_use]
    pub fn is_done(self) -> bool {
        matches!(self, Delivery::Told | Delivery::Out)
    }
}

impl Chain {
    /// How far a result has come by the lines of its case.
    #[must_use]
    pub fn delivery<'a>(&self, lines: impl IntoIterator<Item = Named<'a>>) -> Delivery {
        let of_line = |line: Named<'_>| match line.get(self.step.as_str()) {
            Some(step) if *step == self.out => Delivery::Out,
            Some(step) if *step == self.back => Delivery::Back,
            Some(step) if *step == self.told => Delivery::Told,
            _ => Delivery::Nothing,
        };
        lines.into_iter().map(of_line).max().unwrap_or(Delivery::Nothing)
    }
}

/// A line's answers by the names of their questions.
pub type Named<'a> = BTreeMap<&'a str, &'a str>;

impl Register {
    /// The name of the question that holds the day.
    #[must_use]
    pub fn day_question(&self) -> &str {
        self.day.as_deref().unwrap_or(DAY)
    }

    /// The day of a line; none where it was not answered.
    #[must_use]
    pub fn day_of(&self, answers: &Named<'_>) -> Option<NaiveDate> {
        answers.get(self.day_question())?.get(..10)?.parse().ok()
    }

    /// Whether its lines are events: what is held on a fixed day of each month.
    #[must_use]
    pub fn is_of_events(&self) -> bool {
        self.counts.iter().any(|count| count.counter == Counter::Events)
    }

    /// The day on which the next line begins: what this one tells. Where months went by without an event, the same day of a later
    /// one that is gone no longer than a week; none once a year went by.
    #[must_use]
    pub fn next_day_of(&self, answers: &Named<'_>, today: NaiveDate) -> Option<NaiveDate> {
        let next: NaiveDate = answers.get(self.next_day.as_deref()?)?.get(..10)?.parse().ok()?;
        if !self.is_of_events() {
            return Some(next);
        }
        // The 31st falls on the last day of a month that lacks it, and on the 31st of the next that has it.
        let own = self.day_of(answers).filter(|own| own.day() > next.day() && is_last_of_month(next));
        let (base, ahead) = own.map_or((next, 0), |own| (own, months_between(own, next)));
        let last = today.checked_sub_days(LATE_DAYS)?;
        let behind = months_between(next, last).clamp(0, MOST_MONTHS);
        (behind..=behind + 1)
            .filter_map(|months| base.checked_add_months(Months::new((ahead + months).unsigned_abs())))
            .find(|day| *day >= last)
    }

    /// What a line adds to the figures.
    #[must_use]
    pub fn counted(&self, answers: &Named<'_>) -> BTreeMap<Counter, u64> {
        let mut counted = BTreeMap::new();
        let holds = |when: &When| when.holds(answers);
        if self.uncounted.as_ref().is_some_and(holds) {
            return counted;
        }
        for count in &self.counts {
            if !count.when.as_ref().is_none_or(holds) {
                continue;
            }
            let number = |of: &str| answers.get(of).and_then(|answer| answer.parse().ok()).unwrap_or(0);
            let added = count.of.as_deref().map_or(1, number);
            *counted.entry(count.counter).or_insert(0) += added;
        }
        counted
    }

    /// 须两人走访: whether two go to every household on a line's roll.
    #[must_use]
    pub fn wants_two(&self, answers: &Named<'_>) -> bool {
        self.roll.as_ref().and_then(|roll| roll.two.as_ref()).is_some_and(|two| two.holds(answers))
    }

    /// Whether something of a line is open, and by which day it is to be done where it says so.
    #[must_use]
    pub fn open_by(&self, answers: &Named<'_>) -> Option<Option<NaiveDate>> {
        let open = self.open.as_ref()?;
        let state = answers.get(open.state.as_str()).copied().unwrap_or_default();
        let by = open.by.as_deref().and_then(|by| answers.get(by)?.get(..10)?.parse().ok());
        // A line of before the question was asked leaves nothing to be done.
        let is_open = !state.is_empty() && !open.done.iter().any(|done| done == state);
        is_open.then_some(by)
    }

    /// After how many days somebody is to be seen again, where a line says so.
    #[must_use]
    pub fn seen_every(&self, answers: &Named<'_>) -> Option<u32> {
        answers.get(self.open.as_ref()?.every.as_deref()?)?.parse().ok()
    }

    /// Every question that it names, with where.
    pub(crate) fn questions(&self) -> Vec<(String, &str)> {
        let mut named: Vec<(String, &str)> = vec![("register.day".to_owned(), self.day_question())];
        let listed =
            [("title", &self.title), ("columns", &self.columns), ("keep", &self.keep), ("page", &self.page)];
        for (key, names) in listed {
            let cells = names.iter().enumerate();
            named.extend(cells.map(|(at, name)| (format!("register.{key}[{}]", at + 1), name.as_str())));
        }
        for (at, count) in self.counts.iter().enumerate() {
            let cell = |key: &str| format!("register.counts[{}].{key}", at + 1);
            named.extend(count.of.as_deref().map(|of| (cell("of"), of)));
            named.extend(count.when.as_ref().map(|when| (cell("when.question"), when.question.as_str())));
        }
        named.extend(self.next_day.as_deref().map(|day| ("register.next_day".to_owned(), day)));
        named.extend(self.guide.as_deref().map(|matter| ("register.guide".to_owned(), matter)));
        let uncounted = self.uncounted.as_ref().map(|when| when.question.as_str());
        named.extend(uncounted.map(|question| ("register.uncounted.question".to_owned(), question)));
        let two = self.roll.as_ref().and_then(|roll| roll.two.as_ref());
        named.extend(two.map(|two| ("register.roll.two.question".to_owned(), two.question.as_str())));
        if let Some(open) = &self.open {
            named.push(("register.open.state".to_owned(), &open.state));
            named.extend(open.by.as_deref().map(|by| ("register.open.by".to_owned(), by)));
            named.extend(open.every.as_deref().map(|every| ("register.open.every".to_owned(), every)));
        }
        if let Some(told) = &self.category {
            let asked =
                [("as", &told.categories), ("basis", &told.basis), ("from", &told.from), ("to", &told.to)];
            named.extend(asked.map(|(key, name)| (format!("register.category.{key}"), name.as_str())));
        }
        if let Some(chain) = &self.chain {
            let asked = [("step", &chain.step), ("from", &chain.from), ("to", &chain.to)];
            named.extend(asked.map(|(key, name)| (format!("register.chain.{key}"), name.as_str())));
        }
        named
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn register() -> Register {
        toml::from_str(
            r#"
            title = ["name"]
            columns = ["day", "name"]
            counts = [
                { counter = "events", when = { question = "kind", is = ["aid_day", "door"] } },
                { counter = "served", of = "people" },
            ]
            uncounted = { question = "state", is = ["cancelled"] }
            open = { state = "state", done = ["done"], by = "for_day" }
            "#,
        )
        .unwrap()
    }

    #[test]
    fn a_line_adds_to_the_figures_what_its_answers_say() {
        type Said<'a> = &'a [(&'a str, &'a str)];
        let cases: [(Said<'_>, u64, u64); 5] = [
            (&[("kind", "aid_day"), ("people", "31"), ("state", "cancelled")], 0, 0),
            (&[("kind", "aid_day"), ("people", "31")], 1, 31),
            (&[("kind", "talk"), ("people", "4")], 0, 4),
            (&[("kind", "door"), ("people", "many")], 1, 0),
            (&[], 0, 0),
        ];
        for (answers, events, served) in cases {
            let counted = register().counted(&answers.iter().copied().collect());
            assert_eq!(counted.get(&Counter::Events).copied().unwrap_or(0), events, "{answers:?}");
            assert_eq!(counted.get(&Counter::Served).copied().unwrap_or(0), served, "{answers:?}");
        }
    }

    #[test]
    fn a_result_has_arrived_when_it_was_handed_out_or_told_with_no_paper_to_fetch() {
        let chain = Chain {
            step: "step".into(),
            back: "bring_back".into(),
            told: "tell".into(),
            out: "hand_out".into(),
            from: "handed_by".into(),
            to: "received_by".into(),
        };
        for (steps, delivery, done) in [
            (&[][..], Delivery::Nothing, false),
            (&["take_in", "carry"], Delivery::Nothing, false),
            (&["take_in", "tell"], Delivery::Told, true),
            (&["bring_back", "tell"], Delivery::Back, false),
            (&["bring_back", "tell", "hand_out"], Delivery::Out, true),
        ] {
            let lines = steps.iter().map(|step| Named::from([("step", *step)]));
            let found = chain.delivery(lines);
            assert_eq!((found, found.is_done()), (delivery, done), "{steps:?}");
        }
    }

    #[test]
    fn a_line_is_open_until_its_state_is_one_of_those_that_end_it() {
        let day = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();
        let open =
            |answers: &[(&'static str, &'static str)]| register().open_by(&answers.iter().copied().collect());
        assert_eq!(open(&[("state", "booked"), ("for_day", "2026-12-01")]), Some(Some(day)));
        assert_eq!(open(&[("state", "booked")]), Some(None));
        assert_eq!(open(&[]), None, "a line of before the question was asked");
        assert_eq!(open(&[("state", "done"), ("for_day", "2026-12-01")]), None);
        assert_eq!(Register::default().open_by(&Named::new()), None);
    }
}
