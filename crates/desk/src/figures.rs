//! 统计: what was done in a time, counted from what is recorded; a closed month stays as it was counted.

use crate::bundle;
use crate::case_draft::{CaseDraft, form_context};
use crate::desk::{self, Desk};
use crate::error::DeskError;
use crate::line::{named, told_by};
use crate::visit::VisitNotes;
use crate::visit_void::is_of_void;
use bangban_catalogue::case_clock::clock_view;
use bangban_catalogue::item_words::Counter;
use bangban_catalogue::register_view::name_at;
use bangban_catalogue::{Catalogue, Register};
use bangban_forms::Session;
use bangban_ledger::line_list::{LineQuery, find_lines};
use bangban_ledger::{Ledger, case_list};
use bangban_model::added_later::done_before;
use bangban_model::body::{Outcome, Recorded};
use bangban_model::clock::shanghai_day;
use bangban_model::document::{Document, Stage};
use bangban_model::entry::NewEntry;
use bangban_model::handling::{Channel, EVENT, Handling, Way};
use bangban_model::line::{CATALOGUE, FORM, REGISTER, line_of, written_late};
use bangban_model::roll::{RollPlace, RollState, roll_of};
use bangban_model::visit::{visit_day, visited_before};
use bangban_model::{Audience, Body, Code, StreamId, SubjectId};
use chrono::{DateTime, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use ts_rs::TS;

/// The register of closed months.
pub const MONTHS: &str = "DJ_YUEBAO";
/// Its question for the month, `2026-11`.
const MONTH: &str = "month";
/// What the line of a month keeps beside its answers: cases by item. Months that were closed before this have none.
const ITEMS: &str = "items";

macro_rules! counts {
    ($($(#[doc = $doc:literal])+ $name:ident;)+) => {
        /// What was done. All whole numbers.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
        #[serde(default)]
        pub struct Counts { $($(#[doc = $doc])+ pub $name: u64,)+ }

        impl Counts {
            /// Each with its name.
            #[must_use]
            pub fn each(&self) -> Vec<(&'static str, u64)> { vec![$((stringify!($name), self.$name)),+] }

            fn set(&mut self, name: &str, count: u64) {
                match name { $(stringify!($name) => self.$name = count,)+ _ => {} }
            }
        }
    };
}

counts! {
    /// 活动场次
    events;
    /// 走访户数: each household once.
    households;
    /// 办件数: opened in the time; a bundle by its parts.
    cases;
    /// 宣传资料份数: at doors and by registers.
    leaflets;
    /// 服务群众: each person met or with a case once, and what registers count.
    served;
    /// 走访次数: visits that say something, on the day on which they took place.
    visits;
    /// 政策宣讲场次
    sessions;
    /// 咨询件数: at doors and by registers.
    consultations;
    /// 生活照料人次
    care;
    /// 培训场次
    trainings;
    /// 参加培训人次
    trained;
    /// 感谢信、锦旗、致谢
    thanks;
    /// 填单辅导件数
    form_help;
    /// Cases that were opened at a door: nobody had to come.
    proactive;
    /// Cases of the time that are decided.
    decided;
    /// Those of them that were granted.
    granted;
    /// Those that have a limit.
    timed;
    /// Those that were decided within every limit of theirs.
    on_time;
    /// 少跑的趟数: one for each case opened at a door, and what bundles spare.
    trips;
    /// 补录: lines of registers, visits, certifications and cases taken on paper that were written on a later day than theirs.
    late;
}

impl Counts {
    fn add(&mut self, counter: Counter, count: u64) {
        let sum = match counter {
            Counter::Events => &mut self.events,
            Counter::Sessions => &mut self.sessions,
            Counter::Leaflets => &mut self.leaflets,
            Counter::Consultations => &mut self.consultations,
            Counter::Served => &mut self.served,
            Counter::Care => &mut self.care,
            Counter::Trainings => &mut self.trainings,
            Counter::Trained => &mut self.trained,
            Counter::Thanks => &mut self.thanks,
            Counter::FormHelp => &mut self.form_help,
        };
        *sum = sum.saturating_add(count);
    }
}

/// What is counted: a time, of one village or of all.
#[derive(Clone, Debug)]
pub struct Span {
    /// This day and later.
    pub from: NaiveDate,
    /// Up to and with this day.
    pub to: NaiveDate,
    /// Only of this village.
    pub village: Option<StreamId>,
}

/// What was counted, with what it is made of.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    /// The sums.
    pub counts: Counts,
    /// Cases by item.
    pub by_item: BTreeMap<String, u64>,
    /// Visits and cases by day.
    pub by_day: BTreeMap<NaiveDate, (u64, u64)>,
}

/// Who and what was counted once already.
#[derive(Default)]
pub(crate) struct Once {
    pub(crate) people: BTreeSet<SubjectId>,
    pub(crate) households: BTreeSet<String>,
    /// For whom cases were opened at an event, by its line.
    at_events: BTreeMap<SubjectId, BTreeSet<SubjectId>>,
}

impl Once {
    /// Who came is told as a number by a line, and by name on its roll and by the cases that were opened there: the same people.
    /// How many came beside those who are named, whom this counts once. Cases are counted before lines.
    fn beside_the_named(&mut self, line: &Document, came: u64) -> u64 {
        let here = |place: &RollPlace| matches!(place.state, RollState::Arrived | RollState::Done);
        let mut named = self.at_events.remove(&line.subject).unwrap_or_default();
        named.extend(roll_of(line).into_iter().filter(here).map(|place| place.subject));
        let beside = came.saturating_sub(named.len() as u64);
        self.people.extend(named);
        beside
    }
}

/// Counts what was done in a time. A voided line counts nothing.
pub fn count(desk: &Desk, ledger: &Ledger, span: &Span) -> Result<Counted, DeskError> {
    let mut counted = Counted::default();
    let mut once = Once::default();
    let here = |document: &&Document| span.village.as_ref().is_none_or(|village| *village == document.stream);
    let entries = ledger.entries();
    let visits = case_list::visits_between(entries, span.from, span.to)?;
    let visits: Vec<&Document> = visits.iter().filter(here).collect();
    let at_visits = AtVisits::of(desk, ledger, visits.iter().copied())?;
    for visit in &visits {
        count_visit(&mut counted, &mut once, visit, &at_visits);
    }
    for case in case_list::cases_between(entries, span.from, span.to)?.iter().filter(here) {
        count_case(desk, ledger, &mut counted, &mut once, case)?;
    }
    let catalogue = desk.catalogue();
    for register in catalogue.registers().map(|item| item.card.code.clone()).filter(|code| code != MONTHS) {
        let query = LineQuery {
            register,
            stream: span.village.clone(),
            from: Some(span.from),
            to: Some(span.to),
            limit: u32::MAX,
            ..LineQuery::default()
        };
        for line in find_lines(entries, &query)? {
            count_line(&catalogue, &mut counted.counts, &mut once, &line);
        }
    }
    counted.counts.households = once.households.len() as u64;
    counted.counts.served += once.people.len() as u64;
    Ok(counted)
}

/// A line that was written at a visit has a day near the visit's.
const NEAR_A_VISIT: Days = Days::new(31);

/// What registers count of lines that were written at visits: leaflets and questions that the visit tells as numbers too.
#[derive(Default)]
pub(crate) struct AtVisits {
    lines: BTreeMap<SubjectId, Vec<Document>>,
    counts: BTreeMap<SubjectId, Counts>,
}

impl AtVisits {
    /// Of these visits.
    pub(crate) fn of<'d>(
        desk: &Desk,
        ledger: &Ledger,
        visits: impl Iterator<Item = &'d Document>,
    ) -> Result<Self, DeskError> {
        let days: BTreeMap<SubjectId, NaiveDate> =
            visits.filter_map(|visit| Some((visit.subject, visit_day(visit)?))).collect();
        let mut found = AtVisits::default();
        let (Some(first), Some(last)) = (days.values().min(), days.values().max()) else { return Ok(found) };
        let catalogue = desk.catalogue();
        let tells = |register: &Register| {
            let of_both = |counter| matches!(counter, Counter::Leaflets | Counter::Consultations);
            register.counts.iter().any(|count| of_both(count.counter))
        };
        let registers = catalogue.registers().filter(|item| item.card.register.as_ref().is_some_and(tells));
        for item in registers {
            let query = LineQuery {
                register: item.card.code.clone(),
                from: first.checked_sub_days(NEAR_A_VISIT),
                to: last.checked_add_days(NEAR_A_VISIT),
                limit: u32::MAX,
                ..LineQuery::default()
            };
            for line in find_lines(ledger.entries(), &query)? {
                let visit = line_of(&line).and_then(|line| line.visit);
                let Some(visit) = visit.filter(|visit| days.contains_key(visit)) else { continue };
                let counts = found.counts.entry(visit).or_default();
                count_line(&catalogue, counts, &mut Once::default(), &line);
                found.lines.entry(visit).or_default().push(line);
            }
        }
        Ok(found)
    }

    /// The lines themselves.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &Document> {
        self.lines.values().flatten()
    }
}

/// What was told of at a visit counts once: its lines count by their registers, and its typed number only as far as it is more.
pub(crate) fn count_visit(counted: &mut Counted, once: &mut Once, visit: &Document, at_visits: &AtVisits) {
    let notes = VisitNotes::of(visit);
    let lines = at_visits.counts.get(&visit.subject).copied().unwrap_or_default();
    counted.counts.visits += 1;
    counted.counts.leaflets += u64::from(notes.leaflets).saturating_sub(lines.leaflets);
    counted.counts.consultations += u64::from(notes.consultations).saturating_sub(lines.consultations);
    once.households.insert(visit.text("household").to_owned());
    once.people.extend(notes.met);
    counted.counts.late += u64::from(visited_before(visit).is_some());
    counted.by_day.entry(visit_day(visit).unwrap_or_default()).or_default().0 += 1;
}

pub(crate) fn count_case(
    desk: &Desk,
    ledger: &Ledger,
    counted: &mut Counted,
    once: &mut Once,
    case: &Document,
) -> Result<(), DeskError> {
    // What was taken back is none of what was done.
    let Some(file) = case.case.as_ref().filter(|file| file.stage != Stage::Withdrawn) else { return Ok(()) };
    let catalogue = desk.catalogue();
    let item = catalogue.item(&file.item).ok();
    let card = item.as_ref().map(|item| item.card_at(file.catalogue));
    if card.is_some_and(|card| card.bundle.is_some()) {
        counted.counts.trips += trips_of_bundle(desk, ledger, case)?;
        return Ok(());
    }
    let counts = &mut counted.counts;
    counts.cases += 1;
    counts.late += u64::from(done_before(case).is_some());
    once.people.insert(file.resident);
    if let Ok(event) = case.text(EVENT).parse() {
        once.at_events.entry(event).or_default().insert(file.resident);
    }
    let how = Handling::of(case);
    let at_home = how.way == Some(Way::Door) || how.channel == Some(Channel::AtHome);
    let visit = file.visit.map(|visit| desk::document(ledger, visit)).transpose()?.flatten();
    // Opened at a visit that was a mistake: nobody was at that door.
    let mistaken = visit.map(|visit| is_of_void(ledger, &visit)).transpose()?.unwrap_or_default();
    if (file.visit.is_some() || at_home) && !mistaken {
        counts.proactive += 1;
        counts.trips += 1;
    }
    if let Some(decision) = &file.decision {
        counts.decided += 1;
        counts.granted += u64::from(decision.outcome == Outcome::Granted);
        let clock = card.and_then(|card| clock_view(card, case, desk.clock.today(), catalogue.calendar()));
        if let Some(clock) = clock.filter(|clock| !clock.limits.is_empty()) {
            counts.timed += 1;
            counts.on_time += u64::from(!clock.limits.iter().any(|limit| limit.reckoning.late));
        }
    }
    *counted.by_item.entry(file.item.clone()).or_insert(0) += 1;
    let opened = case.history.first().and_then(|line| DateTime::parse_from_rfc3339(&line.at).ok());
    counted.by_day.entry(opened.map(shanghai_day).unwrap_or_default()).or_default().1 += 1;
    Ok(())
}

/// The ways to an office that a bundle spares.
fn trips_of_bundle(desk: &Desk, ledger: &Ledger, case: &Document) -> Result<u64, DeskError> {
    let draft = CaseDraft::correcting(case)?;
    let Ok(item) = desk.catalogue().item(&draft.item) else { return Ok(0) };
    let (apart, together) = bundle::spared(desk, ledger, &draft, &draft.session(desk, &item)?)?.trips;
    Ok(apart.saturating_sub(together) as u64)
}

pub(crate) fn count_line(catalogue: &Catalogue, counts: &mut Counts, once: &mut Once, document: &Document) {
    let Some(line) = line_of(document).filter(|line| line.void.is_empty()) else { return };
    let Ok(item) = catalogue.item(line.register) else { return };
    // It counts by the register's card as it stood when it was written.
    let Some(register) = &item.card_at(line.catalogue).register else { return };
    let answers: BTreeMap<String, String> = document
        .under("/data/")
        .filter_map(|(rest, value)| Some((rest.to_owned(), value.as_str()?.to_owned())))
        .collect();
    for (counter, count) in register.counted(&named(&answers)) {
        match line.person.filter(|_| line.visit.is_some() && counter == Counter::Served) {
            // Whoever asked at her door was met there: one person.
            Some(person) => drop(once.people.insert(person)),
            None if counter == Counter::Served => counts.add(counter, once.beside_the_named(document, count)),
            None => counts.add(counter, count),
        }
    }
    counts.late += u64::from(written_late(document).is_some());
}

/// A month that was closed, as it was counted then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ClosedMonth {
    /// The line that keeps it.
    pub line: SubjectId,
    /// The village.
    pub village: StreamId,
    /// When it was closed.
    pub at: String,
    /// What was counted then.
    pub counts: Counts,
    /// Cases by item, as they were counted then; none of a month that an older program closed.
    pub items: BTreeMap<String, u64>,
}

impl ClosedMonth {
    /// Whether it keeps what its cases were of.
    #[must_use]
    pub fn keeps_items(&self) -> bool {
        !self.items.is_empty() || self.counts.cases == 0
    }
}

/// The first and the last day of a month, `2026-11`.
///
/// # Errors
/// `BadInput`: it is no month.
pub fn days_of(month: &str) -> Result<(NaiveDate, NaiveDate), DeskError> {
    let bad = || DeskError::new(Code::BadInput).with("path", MONTH);
    let first = format!("{month}-01").parse::<NaiveDate>().map_err(|_| bad())?;
    let next = first.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt());
    Ok((first, next.ok_or_else(bad)?))
}

/// The one line of a month and village: the same on every laptop.
fn line_of_month(ledger: &Ledger, village: &StreamId, month: &str) -> Result<SubjectId, DeskError> {
    Ok(SubjectId::derive(&ledger.enrolment()?.district_key, village, "month", month))
}

/// A month of a village as it was closed, if it was.
pub fn closed_month(
    ledger: &Ledger,
    village: &StreamId,
    month: &str,
) -> Result<Option<ClosedMonth>, DeskError> {
    let Some(document) = desk::document(ledger, line_of_month(ledger, village, month)?)? else {
        return Ok(None);
    };
    if line_of(&document).is_none() {
        return Ok(None);
    }
    let mut counts = Counts::default();
    for (path, value) in document.under("/data/") {
        if let Some(count) = value.as_str().and_then(|value| value.parse().ok()) {
            counts.set(name_at(path), count);
        }
    }
    let items = document.value(ITEMS).and_then(|items| serde_json::from_value(items.clone()).ok());
    let first = document.history.first();
    let at = first.map(|line| line.received_at.clone().unwrap_or_else(|| line.at.clone()));
    Ok(Some(ClosedMonth {
        line: document.subject,
        village: village.clone(),
        at: at.unwrap_or_default(),
        counts,
        items: items.unwrap_or_default(),
    }))
}

/// Closes a month of a village: what was counted is recorded and stays; what is altered later shows as a correction.
///
/// # Errors
/// `MonthOpen`: the month is not over. `MonthClosed`: it is closed already.
pub fn close_month(desk: &Desk, village: &StreamId, month: &str) -> Result<(), DeskError> {
    let (from, to) = days_of(month)?;
    if to >= desk.clock.today() {
        return Err(Code::MonthOpen.into());
    }
    let mut ledger = desk.ledger();
    if !ledger.enrolment()?.villages.contains(village) {
        return Err(Code::VillageUnknown.into());
    }
    if closed_month(&ledger, village, month)?.is_some() {
        return Err(Code::MonthClosed.into());
    }
    let item = desk.catalogue().item(MONTHS)?;
    let register = item.card.register.as_ref().ok_or(Code::LineUnknown)?;
    let counted = count(desk, &ledger, &Span { from, to, village: Some(village.clone()) })?;
    let mut known: BTreeMap<String, String> =
        counted.counts.each().into_iter().map(|(name, count)| (name.to_owned(), count.to_string())).collect();
    known.insert(MONTH.to_owned(), month.to_owned());
    known.insert(register.day_question().to_owned(), to.to_string());
    let version = item.newest()?;
    let blank = Session::new(version.form()?, &form_context(desk), &BTreeMap::new());
    let answers: BTreeMap<String, String> = blank
        .nodes()
        .into_iter()
        .filter_map(|node| Some((node.path.clone(), known.get(name_at(&node.path))?.clone())))
        .collect();
    let mut set = told_by(register, &named(&answers));
    set.extend(answers.iter().map(|(path, value)| (path.clone(), json!(value))));
    set.insert(ITEMS.to_owned(), json!(counted.by_item));
    set.insert(REGISTER.to_owned(), json!(item.card.code));
    set.insert(FORM.to_owned(), json!(version.digest.to_string()));
    set.insert(CATALOGUE.to_owned(), json!(desk.newest_form.load(Ordering::Relaxed)));
    let entry = NewEntry {
        stream: village.clone(),
        subject: line_of_month(&ledger, village, month)?,
        audience: Audience::All,
        saw: None,
        body: Body::LineRecorded(Recorded { set }),
    };
    ledger.record(desk.author(), vec![entry], None)?;
    Ok(())
}

#[cfg(test)]
mod tests;
