//! What an act touched, before and after: exactly what changed is told.

use crate::changes::{Changes, NodeChange};
use crate::session::Session;
use crate::settle::NodeState;
use std::collections::BTreeSet;

/// A node before an act.
#[derive(Debug, Clone)]
pub(crate) struct Before {
    state: NodeState,
    value: String,
    asked: bool,
    read_only: bool,
    label: String,
    language: usize,
}

impl Session {
    pub(crate) fn touch(&mut self, node: usize) {
        if self.work.silent || self.work.before.contains_key(&node) {
            return;
        }
        let (Some(state), Some(live)) = (self.states.get(node), self.tree.node(node)) else { return };
        let before = Before {
            state: state.clone(),
            value: live.value.clone(),
            asked: live.is_asked(),
            read_only: self.is_read_only(node),
            label: self.shown_label(node),
            language: self.language,
        };
        self.work.before.insert(node, before);
    }

    pub(crate) fn touch_all(&mut self) {
        for node in self.in_order() {
            self.touch(node);
        }
    }

    /// What the act changed, and nothing else.
    pub(crate) fn gather(&mut self) -> Changes {
        let before = std::mem::take(&mut self.work.before);
        let added = std::mem::take(&mut self.work.added);
        let mut new_nodes = BTreeSet::new();
        for row in &added {
            new_nodes.extend(self.tree.subtree(*row));
        }
        let is_row_alive = |row: &&usize| self.tree.node(**row).is_some_and(|node| node.alive);
        let added = added.iter().filter(is_row_alive).map(|row| self.tree.path(self.model(), *row)).collect();
        let nodes = self.in_order().into_iter().filter(|node| !new_nodes.contains(node));
        let changed = nodes.filter_map(|node| self.compare(node, before.get(&node)?));
        let changed = changed.collect();
        let removed = std::mem::take(&mut self.work.removed);
        Changes { changed, added, removed, renumbered: Vec::new() }
    }

    /// The differences at one node, if there are any.
    fn compare(&self, node: usize, before: &Before) -> Option<NodeChange> {
        let state = self.states.get(node)?;
        let live = self.tree.node(node)?;
        let mut change = NodeChange::default();
        let differs = |old: bool, new: bool| (old != new).then_some(new);
        change.relevant = differs(before.asked, live.is_asked());
        change.required = differs(before.state.required, state.required);
        change.read_only = differs(before.read_only, self.is_read_only(node));
        change.value = (before.value != live.value).then(|| live.value.clone());
        change.problem = (before.state.verdict != state.verdict).then(|| state.verdict.clone());
        let offer = before.state.offered != state.offered || before.state.told != state.told;
        let retold = before.language != self.language
            && before.state.told.is_none()
            && self.choices_in(node, before.language) != self.choices(node);
        if offer || retold {
            change.choices = self.choices(node);
        }
        let label = self.shown_label(node);
        change.label = (before.label != label).then_some(label);
        change.hint = (before.state.hint != state.hint).then(|| state.hint.clone());
        change.guidance = (before.state.guidance != state.guidance).then(|| state.guidance.clone());
        change.media = (before.state.media != state.media).then(|| state.media.clone());
        if change == NodeChange::default() {
            return None;
        }
        change.path = self.tree.path(self.model(), node);
        Some(change)
    }
}
