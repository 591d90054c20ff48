//! What happened to a person or a case, line by line.

use super::{Seat, name_of};
use bangban_model::crossed::{Crossed, crossed_by};
use bangban_model::document::{Document, SubjectKind};
use bangban_model::ids::AgentId;
use bangban_model::line::{VOID, line_of};
use bangban_model::{Actor, SubjectId};
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// At most so many lines of a person's timeline are shown.
const MAX_LINES: usize = 300;

/// On which side somebody works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// A helper agent.
    Agent,
    /// The township.
    Staff,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct TimelineLine {
    /// The writer's clock, raw.
    pub at: String,
    /// What: the entry's kind.
    pub kind: String,
    /// On which side.
    pub side: Side,
    /// The name of who did it; '' where this laptop does not know it.
    pub by: String,
    /// When the center received it.
    pub received_at: Option<String>,
    /// The case it is about.
    pub case: Option<SubjectId>,
    /// The visit it is about.
    pub visit: Option<SubjectId>,
    /// The register's line that it is about.
    pub line: Option<SubjectId>,
    /// 作废: why the visit or line counts no more; '' while it does.
    pub void: String,
    /// 撤回未生效: what stood at the township before, where it is a withdrawal without effect.
    pub crossed: Option<Crossed>,
    /// The case's item or the line's register; '' elsewhere.
    pub item_name: String,
}

/// The lines of one document. With a seat, a case's lines name its item in her language, those of a
/// register's line the register.
pub(crate) fn of_document(
    document: &Document,
    names: &BTreeMap<AgentId, String>,
    seat: Option<&Seat>,
) -> Vec<TimelineLine> {
    let register = line_of(document).map(|line| line.register);
    let item = document.case.as_ref().map(|case| case.item.as_str()).or(register);
    let item_name = seat.zip(item).map(|(seat, item)| seat.item_name(item)).unwrap_or_default();
    let void = match document.kind {
        Some(SubjectKind::Visit | SubjectKind::Line) => document.text(VOID).to_owned(),
        _ => String::new(),
    };
    let is = |kind| document.kind == Some(kind);
    let lines = document.history.iter().map(|line| TimelineLine {
        at: line.at.clone(),
        kind: line.kind.clone(),
        side: if matches!(line.by, Actor::Staff(_)) { Side::Staff } else { Side::Agent },
        by: name_of(names, &line.by),
        received_at: line.received_at.clone(),
        case: is(SubjectKind::Case).then_some(document.subject),
        visit: is(SubjectKind::Visit).then_some(document.subject),
        line: is(SubjectKind::Line).then_some(document.subject),
        void: void.clone(),
        crossed: crossed_by(document, line),
        item_name: item_name.clone(),
    });
    lines.collect()
}

/// Sorts by time, the newest first, and keeps what a screen shows.
pub(crate) fn newest_first(lines: &mut Vec<TimelineLine>) {
    // Of one moment the later of a document stands first.
    lines.reverse();
    lines.sort_by(|one, other| other.at.cmp(&one.at));
    lines.truncate(MAX_LINES);
}
