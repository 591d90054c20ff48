//! A case in a list.

use super::Seat;
use super::person::{PersonCard, card_of};
use crate::case::ShownStanding;
use crate::case_draft::{CaseDraft, digests_of, photos_of, pictures_among};
use crate::desk;
use crate::error::DeskError;
use bangban_ledger::{Ledger, entry_row, photo_row};
use bangban_model::added_later::done_before;
use bangban_model::document::{CaseFile, Document, HistoryLine, Return};
use bangban_model::handling::Handling;
use bangban_model::standing::{CaseStanding, standing_of};
use bangban_model::{Code, EntryId, StreamId, SubjectId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// Where a case stands on the screen, drafts included. None is ever shown as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// 草稿
    Draft,
    /// 未提交
    Open,
    /// 待报送
    Pending,
    /// 乡镇已接收
    Received,
    /// 退回补正
    Returned,
    /// 已受理
    Accepted,
    /// 审核确认
    Confirmed,
    /// 已撤回
    Withdrawn,
    /// 办结: every case of the bundle is decided.
    Closed,
}

impl From<CaseStanding> for Standing {
    fn from(standing: CaseStanding) -> Self {
        match standing {
            CaseStanding::Open => Standing::Open,
            CaseStanding::Pending => Standing::Pending,
            CaseStanding::Received => Standing::Received,
            CaseStanding::Returned => Standing::Returned,
            CaseStanding::Accepted => Standing::Accepted,
            CaseStanding::Confirmed => Standing::Confirmed,
            CaseStanding::Withdrawn => Standing::Withdrawn,
            CaseStanding::Closed => Standing::Closed,
        }
    }
}

impl From<ShownStanding> for Standing {
    fn from(standing: ShownStanding) -> Self {
        match standing {
            ShownStanding::Draft => Standing::Draft,
            ShownStanding::Recorded(standing) => standing.into(),
        }
    }
}

/// A case in a list.
#[derive(Clone, Debug, Serialize, TS)]
pub struct CaseRow {
    /// The case.
    pub id: SubjectId,
    /// Item code.
    pub item: String,
    /// What people call the item.
    pub item_name: String,
    /// For whom.
    pub person: Option<PersonCard>,
    /// Where it stands.
    pub standing: Standing,
    /// What is shown instead of the standing's words (已协助，待社保确认).
    pub assisted_words: Option<String>,
    /// Number of the newest submission; 0 before the first.
    pub revision: u32,
    /// Pictures it has.
    pub photos: u64,
    /// Pictures and thumbnails of it in no receipt yet.
    pub pending_photos: u64,
    /// Whether a draft holds changes that are not submitted.
    pub has_draft: bool,
    /// What the township asks to correct, while it stands returned.
    pub returned: Option<Return>,
    /// The village's name.
    pub village: String,
    /// When it was opened, by the laptop's raw clock.
    pub opened_at: String,
    /// When it was submitted last, by the laptop's raw clock.
    pub submitted_at: Option<String>,
    /// When the center received that submission.
    pub received_at: Option<String>,
    /// When it was accepted.
    pub accepted_at: Option<String>,
    /// When it was decided.
    pub decided_at: Option<String>,
    /// The next due date.
    pub due: Option<NaiveDate>,
    /// 服务方式, in words; '' where it was not said.
    pub mode: String,
    /// 受理渠道, in words; '' where it was not said.
    pub channel: String,
    /// The number that it has in an outside system.
    pub outside_no: String,
    /// 绿色通道、优先办
    pub green: bool,
    /// 补录: the day on which it was certified or taken on paper, where it was written down on a later one.
    pub late: Option<NaiveDate>,
}

/// The row of a recorded case.
pub(crate) fn row_of(
    seat: &Seat,
    ledger: &Ledger,
    villages: &BTreeMap<StreamId, String>,
    document: &Document,
) -> Result<CaseRow, DeskError> {
    let case = document.case.as_ref().ok_or(Code::CaseUnknown)?;
    let how = Handling::of(document);
    let card = seat.card(&case.item);
    let pending_photos = photo_row::pending_among(ledger.entries(), digests_of(&photos_of(document)))?;
    let pending_entries = entry_row::pending_of(ledger.entries(), document.subject)?;
    let standing = standing_of(case, pending_entries == 0 && pending_photos == 0);
    let assisted = matches!(standing, CaseStanding::Received | CaseStanding::Accepted);
    let line = |entry: Option<EntryId>| -> Option<&HistoryLine> {
        let entry = entry?;
        document.history.iter().find(|line| line.entry == entry)
    };
    let staff_act = |entry| line(entry).and_then(|line| line.received_at.clone());
    let submitted = line(case.latest_revision().map(|revision| revision.entry));
    Ok(CaseRow {
        id: document.subject,
        item: case.item.clone(),
        item_name: card.as_ref().map_or_else(|| case.item.clone(), |card| card.short_name.clone()),
        person: desk::document(ledger, case.resident)?.map(|person| card_of(&seat.desk, &person)),
        standing: standing.into(),
        assisted_words: card.and_then(|card| card.assisted_words).filter(|_| assisted),
        revision: case.latest_revision().map_or(0, |revision| revision.number),
        photos: pictures_among(&photos_of(document)),
        pending_photos,
        has_draft: ledger.draft(CaseDraft::id_of(document.subject))?.is_some(),
        returned: case.open_return().cloned(),
        village: village_name(villages, &document.stream),
        opened_at: document.history.first().map(|line| line.at.clone()).unwrap_or_default(),
        submitted_at: submitted.map(|line| line.at.clone()),
        received_at: submitted.and_then(|line| line.received_at.clone()),
        accepted_at: staff_act(acceptance_of(case)),
        decided_at: staff_act(case.decision.as_ref().map(|decision| decision.entry)),
        due: case.decision.as_ref().and_then(|decision| decision.due),
        mode: mode_word(seat, &how),
        channel: channel_word(seat, &how),
        green: how.is_first(),
        late: done_before(document),
        outside_no: how.outside_no,
    })
}

fn acceptance_of(case: &CaseFile) -> Option<EntryId> {
    case.acceptance.as_ref().map(|acceptance| acceptance.entry)
}

/// The row of a case that was never submitted.
pub(crate) fn row_of_draft(
    seat: &Seat,
    ledger: &Ledger,
    villages: &BTreeMap<StreamId, String>,
    draft: &CaseDraft,
    saved_at: &str,
) -> Result<CaseRow, DeskError> {
    let how = draft.how();
    Ok(CaseRow {
        id: draft.case,
        item: draft.item.clone(),
        item_name: seat.item_name(&draft.item),
        person: desk::document(ledger, draft.resident)?.map(|person| card_of(&seat.desk, &person)),
        standing: Standing::Draft,
        assisted_words: None,
        revision: 0,
        photos: pictures_among(&draft.photos),
        pending_photos: 0,
        has_draft: true,
        returned: None,
        village: village_name(villages, &draft.stream),
        opened_at: saved_at.to_owned(),
        submitted_at: None,
        received_at: None,
        accepted_at: None,
        decided_at: None,
        due: None,
        mode: mode_word(seat, &how),
        channel: channel_word(seat, &how),
        green: how.is_first(),
        late: None,
        outside_no: how.outside_no,
    })
}

fn mode_word(seat: &Seat, how: &Handling) -> String {
    how.mode.map(|mode| mode.say(seat.language).to_owned()).unwrap_or_default()
}

fn channel_word(seat: &Seat, how: &Handling) -> String {
    let known = how.channel.map(|channel| channel.say(seat.language).to_owned());
    match how.outside.trim() {
        "" => known.unwrap_or_default(),
        outside => outside.to_owned(),
    }
}

pub(super) fn village_name(villages: &BTreeMap<StreamId, String>, stream: &StreamId) -> String {
    villages.get(stream).cloned().unwrap_or_else(|| stream.to_string())
}
