//! The repeats of a session, also those without a row: where a screen offers to add one.

use crate::form::Kind;
use crate::instance::NodeRef;
use crate::session::{MAX_ROWS, Session};
use serde::Serialize;

/// A repeat as it now stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RepeatState {
    /// Its path without a row: what [`Session::add_repeat`] takes.
    pub path: String,
    /// The path of the group or row that holds it.
    pub parent: String,
    /// The label of one row.
    pub label: String,
    /// How many rows there are.
    pub rows: usize,
    /// Whether no row can be added by hand: a formula counts them, or there are as many as there may be.
    pub fixed: bool,
}

impl Session {
    /// The repeats that are asked at present, in document order.
    #[must_use]
    pub fn repeats(&self) -> Vec<RepeatState> {
        let mut found = Vec::new();
        for node in self.in_order().into_iter().filter(|node| self.is_relevant(*node)) {
            let children = self.item(node).map(|item| item.children.clone()).unwrap_or_default();
            for child in children {
                let Some(item) = self.model().items.get(child).filter(|item| item.kind == Kind::Repeat)
                else {
                    continue;
                };
                let rows = self.tree.children_of_item(node, child).count();
                let parent = self.tree.path(self.model(), node);
                found.push(RepeatState {
                    path: format!("{parent}/{}", item.name),
                    label: self.evaluator().fill(&item.label, NodeRef::Live(node)),
                    rows,
                    fixed: item.repeat_count.is_some() || rows >= MAX_ROWS,
                    parent,
                });
            }
        }
        found
    }
}
