//! What stands around a case: its clock, notices, what is missing, the bundle it is or belongs to.

use super::Seat;
use super::case::{RemarkView, label_at};
use super::case_row::{CaseRow, row_of};
use crate::bundle::{self, Spared};
use crate::case_draft::CaseDraft;
use crate::desk;
use crate::error::DeskError;
use bangban_catalogue::Item;
use bangban_catalogue::case_clock::{ClockView, clock_view};
use bangban_forms::Session;
use bangban_ledger::Ledger;
use bangban_model::bundle::is_bundle;
use bangban_model::document::Document;
use bangban_model::{EntryId, StreamId, SubjectId};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// 一次性告知
#[derive(Clone, Debug, Serialize, TS)]
#[ts(rename = "NoticeLine")]
pub struct NoticeView {
    /// The entry that gave it; none while it waits in the draft.
    pub entry: Option<EntryId>,
    /// When, by the writer's raw clock; '' while it waits in the draft.
    pub at: String,
    /// What was missing.
    pub missing: Vec<RemarkView>,
    /// Until when it is to be completed.
    pub complete_by: Option<NaiveDate>,
    /// Why there was another one; '' for the first.
    pub reason: String,
}

/// One item of a bundle.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(rename = "BundlePart")]
pub struct PartView {
    /// Item code.
    pub item: String,
    /// What people call it.
    pub item_name: String,
    /// Which department decides.
    pub department: String,
    /// Whether it is ticked.
    pub ticked: bool,
    /// Its case, once the bundle was submitted.
    pub case: Option<CaseRow>,
}

/// What is asked apart and together.
#[derive(Clone, Copy, Debug, Serialize, TS)]
pub struct Apart {
    /// When each item is applied for by itself.
    pub apart: usize,
    /// When they are applied for together.
    pub together: usize,
}

/// A bundle.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(rename = "BundleView")]
pub struct BundleOf {
    /// The bundle's case.
    pub bundle: SubjectId,
    /// What people call it.
    pub name: String,
    /// Whether the case on the screen is the bundle itself, not one of its parts.
    pub is_bundle: bool,
    /// Its items.
    pub parts: Vec<PartView>,
    /// How many cases are decided.
    pub decided: usize,
    /// Questions answered by hand; none where the case on the screen is a part.
    pub fields: Option<Apart>,
    /// Papers.
    pub papers: Option<Apart>,
    /// Ways to an office.
    pub trips: Option<Apart>,
}

/// A case's clock and limits; none before its acceptance.
pub(crate) fn clock_of(seat: &Seat, item: &Item, document: Option<&Document>) -> Option<ClockView> {
    let document = document?;
    let opened_at = document.case.as_ref().and_then(|case| case.catalogue);
    let card = item.card_at(opened_at).in_language(seat.language);
    clock_view(&card, document, seat.desk.clock.today(), seat.desk.catalogue().calendar())
}

/// Notices that were given, oldest first.
pub(crate) fn notices_of(
    document: Option<&Document>,
    draft: Option<&CaseDraft>,
    labels: &BTreeMap<String, String>,
) -> Vec<NoticeView> {
    let told = |missing: &[bangban_model::Remark]| -> Vec<RemarkView> {
        let lines = missing.iter().map(|remark| RemarkView {
            label: label_at(labels, &remark.path),
            path: remark.path.clone(),
            text: remark.text.clone(),
        });
        lines.collect()
    };
    let recorded = document.into_iter().flat_map(|document| {
        let notices = document.case.iter().flat_map(|case| &case.notices);
        notices.map(|notice| NoticeView {
            entry: Some(notice.entry),
            at: document
                .history
                .iter()
                .find(|line| line.entry == notice.entry)
                .map(|line| line.received_at.clone().unwrap_or_else(|| line.at.clone()))
                .unwrap_or_default(),
            missing: told(&notice.missing),
            complete_by: notice.complete_by,
            reason: notice.reason.clone(),
        })
    });
    let waiting = draft.into_iter().flat_map(|draft| &draft.notices).map(|notice| NoticeView {
        entry: None,
        at: String::new(),
        missing: told(&notice.missing),
        complete_by: notice.complete_by,
        reason: notice.reason.clone(),
    });
    recorded.chain(waiting).collect()
}

/// The bundle that a case is, or belongs to.
pub(crate) fn bundle_of(
    seat: &Seat,
    ledger: &Ledger,
    villages: &BTreeMap<StreamId, String>,
    shown: &CaseDraft,
    session: &Session,
    document: Option<&Document>,
) -> Result<Option<BundleOf>, DeskError> {
    let catalogue = seat.desk.catalogue();
    if let Some(parent) = shown.bundle {
        let parent = desk::document(ledger, parent)?.filter(is_bundle);
        let Some(parent) = parent else { return Ok(None) };
        let draft = CaseDraft::correcting(&parent)?;
        let Ok(item) = catalogue.item(&draft.item) else { return Ok(None) };
        return Ok(Some(view(seat, ledger, villages, &draft, &item, Some(&parent), None)?));
    }
    let Ok(item) = catalogue.item(&shown.item) else { return Ok(None) };
    if item.card_at(shown.catalogue).bundle.is_none() {
        return Ok(None);
    }
    let spared = bundle::spared(&seat.desk, ledger, shown, session)?;
    Ok(Some(view(seat, ledger, villages, shown, &item, document, Some(spared))?))
}

fn view(
    seat: &Seat,
    ledger: &Ledger,
    villages: &BTreeMap<StreamId, String>,
    draft: &CaseDraft,
    item: &Item,
    document: Option<&Document>,
    spared: Option<Spared>,
) -> Result<BundleOf, DeskError> {
    let mut parts = Vec::new();
    for part in bundle::parts_of_draft(draft, item, document) {
        let card = seat.card(&part.item);
        let case = part.case.map(|case| desk::document(ledger, case)).transpose()?.flatten();
        parts.push(PartView {
            item_name: card.as_ref().map_or_else(|| part.item.clone(), |card| card.short_name.clone()),
            department: card.map(|card| card.department).unwrap_or_default(),
            item: part.item,
            ticked: part.ticked,
            case: case.map(|case| row_of(seat, ledger, villages, &case)).transpose()?,
        });
    }
    let decided = |part: &&PartView| part.case.as_ref().is_some_and(|case| case.decided_at.is_some());
    let pair = |(apart, together): (usize, usize)| Apart { apart, together };
    Ok(BundleOf {
        bundle: draft.case,
        name: item.card.in_language(seat.language).short_name,
        is_bundle: spared.is_some(),
        decided: parts.iter().filter(decided).count(),
        parts,
        fields: spared.map(|spared| pair(spared.fields)),
        papers: spared.map(|spared| pair(spared.papers)),
        trips: spared.map(|spared| pair(spared.trips)),
    })
}
