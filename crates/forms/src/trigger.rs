//! Values that are computed because another question changed, and not else.

use crate::instance::NodeRef;
use crate::session::Session;

impl Session {
    /// Computes a value because the questions that trigger it changed.
    pub(crate) fn pull_trigger(&mut self, slot: usize, node: usize) {
        let model = self.form.model.clone();
        let Some(item) = model.items.get(self.tree.item_of(node)) else { return };
        let Some(expr) = &item.triggered else { return };
        let seen = self.trigger_values(node, &item.triggers);
        let known = self.states.get(node).is_none_or(|state| state.triggered_by == seen);
        if known || (!self.resuming && !self.is_relevant(node)) {
            return;
        }
        self.change(node, |state| state.triggered_by = seen);
        if self.resuming || !self.work.may_turn(slot, node) {
            return;
        }
        let value = self.evaluator_at(node).run(expr, NodeRef::Live(node));
        let answer = value.map(|value| self.as_answer(node, &value)).unwrap_or_default();
        self.set_value(node, answer);
    }

    /// What the nearest triggering questions hold; empty when none holds anything.
    fn trigger_values(&self, node: usize, triggers: &[usize]) -> String {
        let model = self.model();
        let view = self.view_at(node);
        let mut seen = String::new();
        for target in triggers {
            let anchor = self.tree.anchor(model, node, *target);
            for id in self.tree.instances_under(model, anchor, *target) {
                let asked = self.tree.node(id).is_some_and(|found| found.asked & view != 0);
                let value = if asked { self.tree.value(id) } else { "" };
                seen.push_str(value);
                seen.push('\u{1f}');
            }
        }
        if seen.chars().all(|character| character == '\u{1f}') { String::new() } else { seen }
    }
}
