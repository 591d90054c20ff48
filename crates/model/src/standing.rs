//! Where a case stands in the words of the trade; none of them is ever shown as another.

use crate::document::{CaseFile, Stage};
use crate::ids::SubjectId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the screen says of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CaseStanding {
    /// 未提交: opened on the laptop, not submitted.
    Open,
    /// 待报送: submitted, but no receipt covers it yet.
    Pending,
    /// 乡镇已接收: every entry and photo of it is named in a receipt.
    Received,
    /// 退回补正
    Returned,
    /// 已受理: taken on by the township, its legal clock runs.
    Accepted,
    /// 审核确认
    Confirmed,
    /// 已撤回
    Withdrawn,
    /// 办结: every case of the bundle is decided.
    Closed,
}

/// Where a case stands, given whether everything of it is receipted.
pub fn standing_of(case: &CaseFile, all_received: bool) -> CaseStanding {
    match case.stage {
        Stage::Open => CaseStanding::Open,
        Stage::Submitted if all_received => CaseStanding::Received,
        Stage::Submitted => CaseStanding::Pending,
        Stage::Returned => CaseStanding::Returned,
        Stage::Accepted => CaseStanding::Accepted,
        Stage::Confirmed => CaseStanding::Confirmed,
        Stage::Withdrawn => CaseStanding::Withdrawn,
        Stage::Closed => CaseStanding::Closed,
    }
}

/// Why something falls due on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DueKind {
    /// By the competent office's list.
    Listed,
    /// By the decision: the next review.
    Decided,
    /// A paper runs out, on the last day that a form asks for.
    Paper,
}

/// A case as far as lists of people need it: for whom, of what, where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseStands {
    /// For whom.
    pub resident: SubjectId,
    /// The item's code.
    pub item: String,
    /// Whether it is under way: neither decided nor taken back.
    pub under_way: bool,
    /// Whether it was granted.
    pub granted: bool,
}
