//! 撤回未生效: a withdrawal that was written without knowing that the township had taken the case on. It has no effect
//! (rule F4), and whoever wrote it is told so.

use crate::document::{Document, HistoryLine};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What stood at the township before a withdrawal came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Crossed {
    /// 已受理: the case was taken on.
    Accepted,
    /// 审核确认: it was decided.
    Decided,
}

/// What came before this withdrawal, where it had no effect; none of any other line.
pub fn crossed_by(document: &Document, line: &HistoryLine) -> Option<Crossed> {
    let is_noted = |line: &HistoryLine| document.noted.contains(&line.entry);
    document.case.as_ref()?;
    if line.kind != "case_withdrawn" || !is_noted(line) {
        return None;
    }
    let mut before = document.history.iter().take_while(|one| one.entry != line.entry);
    let decided = before.any(|one| one.kind == "case_confirmed" && !is_noted(one));
    Some(if decided { Crossed::Decided } else { Crossed::Accepted })
}

/// The newest withdrawal, where it had no effect and none has been written since that had one.
pub fn lost_withdrawal(document: &Document) -> Option<(&HistoryLine, Crossed)> {
    let newest = document.history.iter().rev().find(|line| line.kind == "case_withdrawn")?;
    crossed_by(document, newest).map(|crossed| (newest, crossed))
}
