//! What stands around a case: its clock, notices, doubles, bundle, and what the person receives.

use super::api::Call;
use super::case::{Sight, find, view};
use super::label::Labels;
use super::message::{
    BenefitArgs, BenefitLine, BundleLine, BundlePart, CaseArgs, CaseRow, CaseView, DeathArgs, NoticeArgs,
    NoticeLine, PauseArgs, PersonStanding, RemarkLine,
};
use super::person::row_of;
use crate::benefit::{BenefitWord, OTHER};
use crate::error::CenterError;
use crate::review;
use bangban_catalogue::ItemCard;
use bangban_catalogue::Material;
use bangban_catalogue::doubled::is_double;
use bangban_catalogue::entitled::facts_of;
use bangban_catalogue::facts::Facts;
use bangban_catalogue::materials_asked::{
    Ask, answers_by_name, authority_asked, lacking, materials_asked, spared_by,
};
use bangban_model::benefit::{BenefitState, DEATH_SUSPECTED, benefit_of, death_of, received_by};
use bangban_model::body::NoticeGiven;
use bangban_model::bundle::{is_bundle, parts_of};
use bangban_model::clock::shanghai_day;
use bangban_model::document::{Document, Stage};
use bangban_model::handling::Handling;
use bangban_model::paper::papers_of;
use bangban_model::{Code, SubjectId};
use std::collections::{BTreeMap, BTreeSet};

/// 一次性告知
pub(super) fn notice(call: &mut Call, args: NoticeArgs) -> Result<CaseView, CenterError> {
    let day = args.complete_by.filter(|day| !day.is_empty()).map(|day| day.parse());
    let complete_by =
        day.transpose().map_err(|_| CenterError::About(Code::BadInput, "complete_by".into()))?;
    let notice = NoticeGiven { missing: args.missing, complete_by, reason: args.reason.trim().to_owned() };
    call.center().give_notice(call.sign_in()?, args.id, Some(args.revision), &notice)?;
    view(call, args.id)
}

/// Lets the clock stand still.
pub(super) fn pause(call: &mut Call, args: PauseArgs) -> Result<CaseView, CenterError> {
    call.center().pause_clock(call.sign_in()?, args.id, args.reason, &args.note)?;
    view(call, args.id)
}

/// Lets the clock go on.
pub(super) fn resume(call: &mut Call, args: CaseArgs) -> Result<CaseView, CenterError> {
    call.center().resume_clock(call.sign_in()?, args.id)?;
    view(call, args.id)
}

fn resident_of(call: &Call, case: SubjectId) -> Result<SubjectId, CenterError> {
    let line = find(call, case)?;
    Ok(line.document.case.as_ref().ok_or(Code::CaseUnknown)?.resident)
}

/// What an office says of a benefit.
pub(super) fn benefit(call: &mut Call, args: BenefitArgs) -> Result<CaseView, CenterError> {
    let resident = resident_of(call, args.id)?;
    let word = BenefitWord { item: args.item, state: args.state, reason: args.reason, case: Some(args.id) };
    call.center().decide_benefit(call.sign_in()?, resident, &word)?;
    view(call, args.id)
}

/// What an office says of a reported death.
pub(super) fn death(call: &mut Call, args: DeathArgs) -> Result<CaseView, CenterError> {
    let resident = resident_of(call, args.id)?;
    call.center().verify_death(call.sign_in()?, resident, args.is_true)?;
    view(call, args.id)
}

/// Notices that were given, oldest first.
pub(super) fn notices_of(sight: &Sight<'_>) -> Vec<NoticeLine> {
    let notices = sight.file.notices.iter().map(|notice| NoticeLine {
        entry: notice.entry,
        at: sight.received_at(notice.entry),
        by: sight.writer(notice.entry),
        missing: notice
            .missing
            .iter()
            .map(|remark| RemarkLine {
                label: sight.labels.label(sight.document, &remark.path),
                path: remark.path.clone(),
                text: remark.text.clone(),
            })
            .collect(),
        complete_by: notice.complete_by.map(|day| day.to_string()),
        reason: notice.reason.clone(),
    });
    notices.collect()
}

/// A case's materials with how each stands, by its answers and what is known of the person: as the laptop has it.
pub(super) fn asked_of<'a>(
    call: &Call,
    sight: &'a Sight<'_>,
) -> Result<Vec<(&'a Material, Ask)>, CenterError> {
    let Some(card) = sight.labels.card() else { return Ok(Vec::new()) };
    let (store, scope, now) = (call.center().store(), call.scope()?, call.center().now());
    let facts = match store.resident(scope, sight.file.resident)? {
        Some(resident) => {
            let stands = store.case_stands_of(resident.subject)?;
            let household = store.household_of(scope, resident.subject)?;
            facts_of(&resident, &household, &stands, shanghai_day(now))
        }
        None => Facts::default(),
    };
    let answers = answers_by_name(&crate::form::answers_of(sight.document));
    let context = call.center().catalogue_in(sight.document.stream.as_str())?.context_at(now);
    let mut asked = materials_asked(card, &answers, &facts, &context);
    asked.extend(authority_asked(&Handling::of(sight.document)).filter(|_| sight.file.bundle.is_none()));
    let parent = sight.file.bundle.map(|bundle| store.case(scope, bundle)).transpose()?.flatten();
    let Some(file) = parent.as_ref().and_then(|line| line.document.case.as_ref()) else { return Ok(asked) };
    Ok(match call.console.item(sight.document.stream.as_str(), &file.item) {
        Some(bundle) => spared_by(asked, bundle.card_at(file.catalogue)),
        None => asked,
    })
}

/// What is missing of a case now: materials that are asked for and neither lie here nor were looked at, and answers that
/// cannot stand.
pub(super) fn missing_of(sight: &Sight<'_>, asked: &[(&Material, Ask)]) -> Vec<RemarkLine> {
    let document = sight.document;
    let filled = slots_filled(document);
    let papers = papers_of(document).filter(|(_, paper)| paper.seen);
    let seen: BTreeSet<&str> = papers.map(|(material, _)| material).collect();
    let lacking = lacking(asked.iter().copied(), |slot| filled.contains(slot), |slot| seen.contains(slot));
    let mut lines: Vec<RemarkLine> = lacking
        .map(|material| RemarkLine {
            path: format!("material/{}", material.id),
            label: material.name.clone(),
            text: material.note.clone().unwrap_or_default(),
        })
        .collect();
    let revision = sight.file.latest_revision().map(|revision| revision.entry);
    let invalid = revision.map_or(&[][..], |revision| review::invalid_answers(document, revision));
    lines.extend(invalid.iter().map(|remark| RemarkLine {
        path: remark.path.clone(),
        label: sight.labels.label(document, &remark.path),
        text: remark.text.clone(),
    }));
    lines
}

fn slots_filled(document: &Document) -> BTreeSet<String> {
    let photos = document.under(bangban_model::photo::PHOTO_PREFIX);
    photos.filter_map(|(_, value)| Some(value.get("slot")?.as_str()?.to_owned())).collect()
}

/// Other cases of the same person and item in the same period: under way, or granted within the item's cycle.
pub(super) fn doubles_of(call: &Call, sight: &Sight<'_>) -> Result<Vec<CaseRow>, CenterError> {
    let (file, scope) = (sight.file, call.scope()?);
    let others = call.center().store().cases_of_number(scope, file.resident, &file.item)?;
    let Some(card) = sight.labels.card() else { return Ok(Vec::new()) };
    let today = shanghai_day(call.center().now());
    let doubled = others.into_iter().filter(|line| {
        line.document.subject != sight.document.subject && is_double(card, &line.document, today)
    });
    doubled.map(|line| row_of(call, &line)).collect()
}

/// The bundle that a case is, or belongs to, as far as it lies in the scope.
pub(super) fn bundle_of(call: &Call, sight: &Sight<'_>) -> Result<Option<BundleLine>, CenterError> {
    let (store, scope) = (call.center().store(), call.scope()?);
    let parent = match sight.file.bundle {
        Some(bundle) => store.case(scope, bundle)?.map(|line| line.document),
        None => Some(sight.document.clone()),
    };
    let Some(parent) = parent.filter(is_bundle) else { return Ok(None) };
    let mut parts = Vec::new();
    for (part, _) in parts_of(&parent) {
        if let Some(line) = store.case(scope, part)? {
            parts.push(BundlePart {
                row: row_of(call, &line)?,
                department: department_of(call, &line.document),
            });
        }
    }
    let item = parent.case.as_ref().map(|file| file.item.clone()).unwrap_or_default();
    let card = call.console.item(parent.stream.as_str(), &item);
    Ok(Some(BundleLine {
        bundle: parent.subject,
        name: card.map_or(item, |item| item.card.in_language(call.language).short_name),
        decided: parts
            .iter()
            .filter(|part| matches!(part.row.stage, Stage::Confirmed | Stage::Withdrawn))
            .count(),
        parts,
    }))
}

fn department_of(call: &Call, case: &Document) -> String {
    let file = case.case.as_ref();
    let item = file.and_then(|file| call.console.item(case.stream.as_str(), &file.item));
    let card = file.zip(item.as_deref()).map(|(file, item)| item.card_at(file.catalogue));
    card.map(|card| card.in_language(call.language).department).unwrap_or_default()
}

/// What is known around a case's person.
pub(super) fn person_standing(call: &Call, sight: &Sight<'_>) -> Result<PersonStanding, CenterError> {
    let (store, sign_in) = (call.center().store(), call.sign_in()?);
    let resident = store.resident(&sign_in.staff.scope, sight.file.resident)?;
    let mut standing = PersonStanding {
        death: None,
        died_on: String::new(),
        benefits: Vec::new(),
        may_decide: sign_in.staff.role.confirms(),
    };
    let Some(resident) = resident else { return Ok(standing) };
    standing.death = death_of(&resident);
    standing.died_on = resident.text(DEATH_SUSPECTED).to_owned();
    let stands = store.case_stands_of(resident.subject)?;
    let granted: Vec<&str> =
        stands.iter().filter(|case| case.granted).map(|case| case.item.as_str()).collect();
    let ticked = call.center().ticked_at_death(&sign_in.staff.scope, &resident)?;
    let ticks = |item: &str| ticked.as_ref().is_some_and(|ticked| ticked.items.contains(item));
    let proposed = ticked.as_ref().is_some_and(|ticked| ticked.stop_proposed);
    let known = received_by(&resident, granted.iter().copied());
    let also = ticked.iter().flat_map(|ticked| &ticked.items).map(String::as_str);
    let running = received_by(&resident, granted.iter().copied().chain(also));
    let stopped = resident.under(bangban_model::benefit::BENEFIT_PREFIX).map(|(item, _)| item.to_owned());
    let items: BTreeSet<String> = running.iter().cloned().chain(stopped).collect();
    let cards = cards_of(call, &resident)?;
    let labels = ticked.as_ref().map(|ticked| Labels::of(call, &ticked.case));
    let name_of = |item: &str| match (cards.get(item), &ticked, &labels) {
        (Some(card), ..) => card.short_name.clone(),
        // What is no item here has the words of the form, or those that were written.
        (None, Some(ticked), _) if item == OTHER && !ticked.other.is_empty() => ticked.other.clone(),
        (None, Some(ticked), Some(labels)) => labels.shown(&ticked.path, item),
        _ => item.to_owned(),
    };
    standing.benefits = items
        .into_iter()
        .filter(|item| {
            let shows = |card: &ItemCard| card.bundle.is_none() && pays(card);
            ticks(item) || cards.get(item).is_none_or(shows)
        })
        .map(|item| {
            let said = benefit_of(&resident, &item);
            let runs = running.contains(&item);
            BenefitLine {
                name: name_of(&item),
                state: if runs { BenefitState::Running } else { BenefitState::Stopped },
                since: said.as_ref().map(|said| said.since.to_string()),
                reason: said.map(|said| said.reason).unwrap_or_default(),
                // What only the agent ticked is proposed where she does.
                stop_proposed: runs && standing.death.is_some() && (known.contains(&item) || proposed),
                item,
            }
        })
        .collect();
    Ok(standing)
}

/// Whether an item, once granted, goes on: it is looked at again from time to time.
fn pays(card: &ItemCard) -> bool {
    card.review_cycle.as_ref().is_some_and(|cycle| cycle.months.is_some())
}

fn cards_of(call: &Call, resident: &Document) -> Result<BTreeMap<String, ItemCard>, CenterError> {
    let catalogue = call.center().catalogue_in(resident.stream.as_str())?;
    let cards = catalogue.items().map(|item| (item.card.code.clone(), item.card.in_language(call.language)));
    Ok(cards.collect())
}
