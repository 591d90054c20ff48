//! A case against its item's limits: statutory, promised and actual, kept apart.

use crate::item_words::LimitFrom;
use crate::{ItemCard, NamedLimit};
use bangban_model::deadline::{CaseClock, Limit, PauseReason, Reckoning, clock_of, day_of_entry};
use bangban_model::document::Document;
use bangban_model::handling::Handling;
use bangban_model::workday::Calendar;
use chrono::NaiveDate;
use serde::Serialize;
use ts_rs::TS;

/// Who set a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LimitSource {
    /// 法定
    Statutory,
    /// 承诺
    Promised,
}

/// A limit with where the case stands against it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct LimitLine {
    /// Who set it.
    pub source: LimitSource,
    /// What it limits.
    pub name: String,
    /// Whether the fact is still to be confirmed locally (待当地确认).
    pub unconfirmed: bool,
    /// Where the case stands against it.
    pub reckoning: Reckoning,
}

/// The last day of a stage. Nothing says of a stage when it was done, so that nothing is said of late.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct StageDay {
    /// Which limit says so.
    pub name: String,
    /// The limit.
    pub limit: Limit,
    /// Its last day.
    pub due: NaiveDate,
    /// Whether the day may still move (暂算).
    pub provisional: bool,
    /// Whether the fact is still to be confirmed locally (待当地确认).
    pub unconfirmed: bool,
}

/// A case's clock on the screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ClockView {
    /// The day of the acceptance.
    pub started: NaiveDate,
    /// The day of the decision.
    pub ended: Option<NaiveDate>,
    /// Why it stands still now; none while a returned case is completed.
    pub pause: Option<PauseReason>,
    /// A word on that.
    pub pause_note: String,
    /// Whether it stands still now.
    pub paused: bool,
    /// Working days that were really used.
    pub workdays_used: u32,
    /// The limits of the whole way, the nearest last day first.
    pub limits: Vec<LimitLine>,
    /// Until when the public notice hangs out, while the clock stands still for it.
    pub notice: Option<StageDay>,
    /// The last days of stages that run from the acceptance; none once the case is decided.
    pub stages: Vec<StageDay>,
}

impl ClockView {
    /// The limit that comes first: what a list shows.
    #[must_use]
    pub fn nearest(&self) -> Option<&LimitLine> {
        self.limits.first()
    }
}

/// A case's clock; none while it was not accepted.
#[must_use]
pub fn clock_view(
    card: &ItemCard,
    document: &Document,
    today: NaiveDate,
    calendar: &Calendar,
) -> Option<ClockView> {
    let clock = clock_of(document);
    let started = clock.start?;
    let goes_first = Handling::of(document).is_first();
    let holds = |limit: &&NamedLimit| limit.whole && (goes_first || !limit.first);
    let lines = |source, limits: &[NamedLimit]| {
        let whole = limits.iter().filter(holds).cloned().collect::<Vec<_>>();
        whole
            .into_iter()
            .filter_map(|limit| line(source, &limit, &clock, today, calendar))
            .collect::<Vec<_>>()
    };
    let mut limits = lines(LimitSource::Statutory, &card.limits.statutory);
    limits.extend(lines(LimitSource::Promised, &card.limits.promised));
    limits.sort_by_key(|limit| limit.reckoning.due);
    let pause = document.case.as_ref().and_then(|case| case.open_pause()).filter(|_| clock.end.is_none());
    Some(ClockView {
        started,
        ended: clock.end,
        pause: pause.map(|pause| pause.reason),
        pause_note: pause.map(|pause| pause.note.clone()).unwrap_or_default(),
        paused: clock.end.is_none() && clock.pauses.iter().any(|pause| pause.to.is_none()),
        workdays_used: clock.workdays_used(today, calendar),
        limits,
        notice: notice_day(card, document, &clock, today, calendar),
        stages: stage_days(card, &clock, goes_first, today, calendar),
    })
}

/// The last day of the public notice that hangs out now, by the longest limit the card has of it. Its days are counted
/// from the day on which the clock stopped for it.
fn notice_day(
    card: &ItemCard,
    document: &Document,
    clock: &CaseClock,
    today: NaiveDate,
    calendar: &Calendar,
) -> Option<StageDay> {
    let pause = document.case.as_ref()?.open_pause()?;
    if clock.end.is_some() || pause.reason != PauseReason::PublicNotice {
        return None;
    }
    let hung = day_of_entry(document, pause.entry)?;
    let running = CaseClock { start: Some(hung), ..CaseClock::default() };
    let limits = card.limits.statutory.iter().chain(&card.limits.promised);
    let of_notice = limits.filter(|limit| limit.is_of_notice(&card.stages));
    of_notice.filter_map(|limit| stage_day(limit, &running, today, calendar)).max_by_key(|day| day.due)
}

fn stage_days(
    card: &ItemCard,
    clock: &CaseClock,
    goes_first: bool,
    today: NaiveDate,
    calendar: &Calendar,
) -> Vec<StageDay> {
    let limits = card.limits.statutory.iter().chain(&card.limits.promised);
    let limits = limits.filter(|limit| goes_first || !limit.first);
    let from_acceptance = limits.filter(|limit| limit.from == Some(LimitFrom::Acceptance));
    let running = from_acceptance.filter(|_| clock.end.is_none());
    let mut days: Vec<StageDay> =
        running.filter_map(|limit| stage_day(limit, clock, today, calendar)).collect();
    days.sort_by_key(|day| day.due);
    days
}

fn stage_day(
    limit: &NamedLimit,
    clock: &CaseClock,
    today: NaiveDate,
    calendar: &Calendar,
) -> Option<StageDay> {
    let counted = Limit { days: limit.days, kind: limit.day_kind };
    let reckoning = clock.reckon(counted, today, calendar)?;
    Some(StageDay {
        name: limit.name.clone(),
        limit: counted,
        due: reckoning.due,
        provisional: reckoning.provisional,
        unconfirmed: limit.certainty.needs_confirmation(),
    })
}

fn line(
    source: LimitSource,
    limit: &NamedLimit,
    clock: &CaseClock,
    today: NaiveDate,
    calendar: &Calendar,
) -> Option<LimitLine> {
    let counted = Limit { days: limit.days, kind: limit.day_kind };
    Some(LimitLine {
        source,
        name: limit.name.clone(),
        unconfirmed: limit.certainty.needs_confirmation(),
        reckoning: clock.reckon(counted, today, calendar)?,
    })
}
