//! An item's guide as window and console show it and print it: everything in words of one language.

use crate::item_words::{Certainty, DayKind, Obtained};
use crate::{Catalogue, Item, ItemCard, NamedLimit};
use bangban_model::words::Language;
use chrono::NaiveDate;
use serde::Serialize;
use ts_rs::TS;

/// A word with what a screen says for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct GuideWord {
    /// As the item writes it.
    pub word: String,
    /// What the screen says.
    pub text: String,
}

/// A fact of the guide, and whether it is still to be confirmed locally.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct GuideFact {
    /// The fact.
    pub text: String,
    /// 待当地确认
    pub unconfirmed: bool,
}

/// A limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct GuideLimit {
    /// Whether the place promises it; else it is statutory.
    pub promised: bool,
    /// What it limits.
    pub name: String,
    /// 30 个工作日, or 当场办结.
    pub text: String,
    /// 待当地确认
    pub unconfirmed: bool,
}

/// A stage of the flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct GuideStage {
    /// Its name.
    pub name: String,
    /// Who acts.
    pub by: String,
    /// Whether the agent may do it: what belongs to others she cannot complete.
    pub by_agent: bool,
    /// What else to know.
    pub note: String,
    /// Whether limits stand still meanwhile.
    pub pauses_clock: bool,
    /// Whether it goes on beside the stage before.
    pub parallel: bool,
}

/// A material.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct GuideMaterial {
    /// Its slot.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether the office asks for it.
    pub required: bool,
    /// Whether it is asked for in some cases only.
    pub conditional: bool,
    /// Whether a case goes nowhere without a picture of it.
    pub picture: bool,
    /// 原件, 复印件; '' where the item does not say.
    pub kind: String,
    /// Whether it is asked of the person at all.
    pub asked: bool,
    /// How the office comes by it: 部门共享 …
    pub obtained: String,
    /// What else to know.
    pub note: String,
}

/// An item named in another's guide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct GuideItem {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its department.
    pub department: String,
    /// Whether it is ticked to begin with, in a bundle.
    pub ticked: bool,
    /// What else to know.
    pub note: String,
}

/// Switched off by a local notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct GuideClosed {
    /// The first day without it.
    pub from: NaiveDate,
    /// Why.
    pub reason: String,
    /// Which notice says so.
    pub source: String,
}

/// An item in the guide's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct GuideLine {
    /// Item code.
    pub code: String,
    /// Official name.
    pub name: String,
    /// What people say.
    pub short_name: String,
    /// Which department decides.
    pub department: String,
    /// What it is about.
    pub category: GuideWord,
    /// How it can be handled.
    pub tags: Vec<GuideWord>,
    /// The lists that it stands on: `level:village`, `authority:delegated`, `way:extended`.
    pub lists: Vec<GuideWord>,
    /// Whether cases can be opened: it has a form, and is not switched off or over.
    pub open: bool,
    /// Whether it has a form.
    pub has_form: bool,
    /// Whether it is a bundle.
    pub bundle: bool,
    /// Switched off, or to be.
    pub closed: Option<GuideClosed>,
    /// Whether its last day has passed.
    pub over: bool,
}

/// A guide whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct GuideView {
    /// Its line in the list.
    pub line: GuideLine,
    /// The day the facts were checked, or the rule begins.
    pub valid_from: Option<NaiveDate>,
    /// The last day on which a new case can be opened.
    pub valid_to: Option<NaiveDate>,
    /// What the office must watch.
    pub watch: String,
    /// Who may ask.
    pub applicant: String,
    /// 受理地点
    pub receiving_place: String,
    /// 责任地
    pub responsible_place: String,
    /// 决定机关
    pub deciding_body: String,
    /// Where it can be asked for.
    pub level: Vec<String>,
    /// 赋权, 委托, 代收; '' where the item does not say.
    pub authority: String,
    /// When and where the office serves.
    pub service_ways: Vec<String>,
    /// Outside channels.
    pub channels: Vec<String>,
    /// The laws and notices it rests on.
    pub basis: Vec<GuideFact>,
    /// Its limits.
    pub limits: Vec<GuideLimit>,
    /// When what was granted is looked at again.
    pub review: Option<GuideFact>,
    /// Who may be entitled and does not ask.
    pub entitled: Vec<GuideFact>,
    /// The steps in words.
    pub steps: Vec<String>,
    /// The flow.
    pub stages: Vec<GuideStage>,
    /// The materials.
    pub materials: Vec<GuideMaterial>,
    /// What the agent does.
    pub agent_does: String,
    /// What she must not do.
    pub agent_must_not: Vec<String>,
    /// What happens when it is late.
    pub consequence: String,
    /// Items to think of as well.
    pub related: Vec<GuideItem>,
    /// What must have happened, for a bundle (`death`); '' for none.
    pub event: String,
    /// The items of a bundle.
    pub bundle: Vec<GuideItem>,
    /// The form's version; '' where there is none.
    pub form_version: String,
}

/// An item's line.
#[must_use]
pub fn guide_line(item: &Item, language: Language, today: NaiveDate) -> GuideLine {
    let card = item.card.in_language(language);
    GuideLine {
        category: GuideWord {
            word: card.category.as_str().to_owned(),
            text: card.category.say(language).to_owned(),
        },
        tags: card
            .tags
            .iter()
            .map(|tag| GuideWord { word: tag.as_str().to_owned(), text: tag.say(language).to_owned() })
            .collect(),
        lists: lists_of(&card, language),
        open: item.may_open(today).is_ok(),
        has_form: item.newest().is_ok(),
        bundle: card.bundle.is_some(),
        over: card.valid_to.is_some_and(|last| last < today),
        closed: card.closed.map(|closed| GuideClosed {
            from: closed.from,
            reason: closed.reason,
            source: closed.source,
        }),
        code: card.code,
        name: card.name,
        short_name: card.short_name,
        department: card.department,
    }
}

/// 清单: by level, by the right that was passed down, by the way of service.
fn lists_of(card: &ItemCard, language: Language) -> Vec<GuideWord> {
    let on = |list: &str, word: &str, text: &str| GuideWord {
        word: format!("{list}:{word}"),
        text: text.to_owned(),
    };
    let levels = card.level.iter().map(|level| on("level", level.as_str(), level.say(language)));
    let rights = card.authority.iter().map(|right| on("authority", right.as_str(), right.say(language)));
    let ways = card.service_ways.iter().map(|way| on("way", way.as_str(), way.say(language)));
    levels.chain(rights).chain(ways).collect()
}

/// A guide whole.
#[must_use]
pub fn guide_view(catalogue: &Catalogue, item: &Item, language: Language, today: NaiveDate) -> GuideView {
    let card = item.card.in_language(language);
    let named = |code: &str, ticked: bool, note: Option<&String>| {
        let other = catalogue.item(code).ok().map(|other| other.card.in_language(language));
        GuideItem {
            code: code.to_owned(),
            name: other.as_ref().map_or_else(|| code.to_owned(), |other| other.short_name.clone()),
            department: other.map(|other| other.department).unwrap_or_default(),
            ticked,
            note: note.cloned().unwrap_or_default(),
        }
    };
    let parts = card.bundle.iter().flat_map(|bundle| &bundle.items);
    GuideView {
        line: guide_line(item, language, today),
        valid_from: card.valid_from,
        valid_to: card.valid_to,
        limits: limits_of(&card, language),
        stages: stages_of(&card, language),
        materials: materials_of(&card, language),
        level: card.level.iter().map(|level| level.say(language).to_owned()).collect(),
        authority: card.authority.map(|authority| authority.say(language).to_owned()).unwrap_or_default(),
        service_ways: card.service_ways.iter().map(|way| way.say(language).to_owned()).collect(),
        basis: card.basis.iter().map(|basis| fact(&basis.text, basis.certainty)).collect(),
        review: card
            .review_cycle
            .as_ref()
            .filter(|cycle| !cycle.text.is_empty())
            .map(|cycle| fact(&cycle.text, cycle.certainty)),
        entitled: card.eligibility.iter().map(|rule| fact(&rule.hint, rule.certainty)).collect(),
        related: card.related.iter().map(|code| named(code, false, None)).collect(),
        event: card.bundle.as_ref().and_then(|bundle| bundle.event.clone()).unwrap_or_default(),
        bundle: parts.map(|part| named(&part.code, part.ticked, part.note.as_ref())).collect(),
        form_version: item.form().map(|form| form.version().to_owned()).unwrap_or_default(),
        watch: card.watch.unwrap_or_default(),
        applicant: card.applicant,
        receiving_place: card.receiving_place,
        responsible_place: card.responsible_place,
        deciding_body: card.deciding_body,
        channels: card.channels,
        steps: card.steps,
        agent_does: card.agent_does,
        agent_must_not: card.agent_must_not,
        consequence: card.consequence.unwrap_or_default(),
    }
}

fn fact(text: &str, certainty: Certainty) -> GuideFact {
    GuideFact { text: text.to_owned(), unconfirmed: certainty.needs_confirmation() }
}

fn limits_of(card: &ItemCard, language: Language) -> Vec<GuideLimit> {
    let line = |promised| {
        move |limit: &NamedLimit| GuideLimit {
            promised,
            name: match limit.first {
                true => format!("{}{}", limit.name, going_first(language)),
                false => limit.name.clone(),
            },
            text: counted(limit.days, limit.day_kind, language),
            unconfirmed: limit.certainty.needs_confirmation(),
        }
    };
    let statutory = card.limits.statutory.iter().map(line(false));
    statutory.chain(card.limits.promised.iter().map(line(true))).collect()
}

/// Behind the name of a limit that holds for those alone who go before others.
fn going_first(language: Language) -> &'static str {
    match language {
        Language::Chinese => "（绿色通道、优先办）",
        Language::English => " (green channel, priority)",
    }
}

/// 30 个工作日.
fn counted(days: u32, kind: DayKind, language: Language) -> String {
    match kind {
        DayKind::Instant => kind.say(language).to_owned(),
        _ => format!("{days} {}", kind.say(language)),
    }
}

fn stages_of(card: &ItemCard, language: Language) -> Vec<GuideStage> {
    let stages = card.stages.iter().map(|stage| GuideStage {
        name: stage.name.clone(),
        by: stage.by.say(language).to_owned(),
        by_agent: matches!(stage.by.as_str(), "agent" | "applicant"),
        note: stage.note.clone().unwrap_or_default(),
        pauses_clock: stage.pauses_clock,
        parallel: stage.parallel,
    });
    stages.collect()
}

fn materials_of(card: &ItemCard, language: Language) -> Vec<GuideMaterial> {
    let materials = card.materials.iter().map(|material| GuideMaterial {
        id: material.id.clone(),
        name: material.name.clone(),
        required: material.required,
        conditional: material.when.is_some(),
        picture: material.picture,
        kind: material.kind.map(|kind| kind.say(language).to_owned()).unwrap_or_default(),
        asked: material.obtained == Obtained::Ask,
        obtained: material.obtained.say(language).to_owned(),
        note: material.note.clone().unwrap_or_default(),
    });
    materials.collect()
}
