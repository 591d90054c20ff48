//! Settling a session after a change: only what depends on it is evaluated, in an order in which nothing is done twice.

use crate::changes::{Changes, NodeChange};
use crate::evaluate::Focus;
use crate::form::{Kind, Texts};
use crate::graph::{Aspect, Slot};
use crate::instance::{MAX_NODES, NodeRef};
use crate::session::{MAX_ROWS, MAX_STEPS_PER_ACT, Session};
use crate::value::Value;
use crate::verdict::{Fault, MAX_ANSWER_CHARS, choices_stand, find_fault, tidy};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of a node besides its value and relevance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NodeState {
    pub(crate) own_relevant: bool,
    pub(crate) required: bool,
    pub(crate) read_only: bool,
    /// What is wrong with the value.
    pub(crate) verdict: Option<String>,
    /// The choices a filter lets through; none: there is no filter.
    pub(crate) offered: Option<Vec<usize>>,
    pub(crate) label: String,
    pub(crate) hint: String,
}

impl NodeState {
    pub(crate) fn fresh() -> Self {
        Self {
            own_relevant: true,
            required: false,
            read_only: false,
            verdict: None,
            offered: None,
            label: String::new(),
            hint: String::new(),
        }
    }
}

/// A node before an act.
#[derive(Debug, Clone)]
struct Before {
    state: NodeState,
    value: String,
    relevant: bool,
    read_only: bool,
    label: String,
    language: usize,
}

/// What is yet to be evaluated, and what an act has touched.
#[derive(Debug, Default)]
pub(crate) struct Work {
    /// Rank, slot, node: the first is next.
    waiting: BTreeSet<(usize, usize, usize)>,
    before: BTreeMap<usize, Before>,
    pub(crate) added: Vec<usize>,
    pub(crate) removed: Vec<String>,
    pub(crate) evaluations: u64,
}

impl Work {
    /// Forgets what was touched.
    pub(crate) fn forget(&mut self) {
        self.before.clear();
        self.added.clear();
        self.removed.clear();
    }
}

/// The most evaluations in one act; a form that needs more is refused further work, not allowed to hang.
const MAX_EVALUATIONS_PER_ACT: u64 = 400_000;

impl Session {
    pub(crate) fn start_act(&mut self) {
        self.work.forget();
        self.budget.set(MAX_STEPS_PER_ACT);
    }

    fn touch(&mut self, node: usize) {
        if self.work.before.contains_key(&node) {
            return;
        }
        let (Some(state), Some(live)) = (self.states.get(node), self.tree.node(node)) else { return };
        let before = Before {
            state: state.clone(),
            value: live.value.clone(),
            relevant: live.relevant,
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

    /// Sets a value and marks what depends on it.
    pub(crate) fn set_value(&mut self, node: usize, value: String) {
        if self.tree.value(node) == value {
            return;
        }
        self.touch(node);
        if let Some(live) = self.tree.nodes.get_mut(node) {
            live.value = value;
        }
        self.propagate(node);
    }

    /// Marks everything that depends on a node.
    pub(crate) fn propagate(&mut self, node: usize) {
        self.propagate_item(self.tree.item_of(node), node);
    }

    /// Marks everything that depends on an item, as seen from a node.
    pub(crate) fn propagate_item(&mut self, item: usize, from: usize) {
        let model = self.form.model.clone();
        for dependent in model.dependents.get(item).into_iter().flatten() {
            let Some(slot) = model.slots.get(dependent.slot) else { continue };
            let home = self.home(slot);
            let anchor = match () {
                () if dependent.wide => 0,
                () if self.tree.item_of(from) == home => from,
                () => self.tree.anchor(&model, from, home),
            };
            for node in self.tree.instances_under(&model, anchor, home) {
                self.work.waiting.insert((slot.rank, dependent.slot, node));
            }
        }
    }

    /// The item whose nodes a slot is evaluated at: a repeat's rows are counted where the repeat lies.
    fn home(&self, slot: &Slot) -> usize {
        let parent = self.model().items.get(slot.item).and_then(|item| item.parent);
        if slot.aspect == Aspect::Rows { parent.unwrap_or(0) } else { slot.item }
    }

    /// Evaluates everything at the nodes from a number on; then the computed defaults.
    pub(crate) fn settle_new(&mut self, from: usize, with_defaults: bool) {
        let model = self.form.model.clone();
        let grown: Vec<usize> = (from..self.tree.nodes.len()).collect();
        for node in &grown {
            self.refresh_texts(*node);
            let item = self.tree.item_of(*node);
            for slot in model.slots_of.get(item).into_iter().flatten() {
                self.wait_for(*slot, *node);
            }
            for child in model.items.get(item).map(|item| item.children.as_slice()).unwrap_or_default() {
                for slot in model.slots_of.get(*child).into_iter().flatten() {
                    if model.slots.get(*slot).is_some_and(|slot| slot.aspect == Aspect::Rows) {
                        self.wait_for_at(*slot, *node);
                    }
                }
            }
        }
        self.settle();
        if !with_defaults {
            return;
        }
        for node in grown {
            let item = self.tree.item_of(node);
            let Some(expr) = model.items.get(item).and_then(|item| item.computed_start()) else { continue };
            if self.tree.value(node).is_empty() {
                self.work.evaluations += 1;
                let value = self.evaluator().run(expr, NodeRef::Live(node));
                let value = value.map(|value| self.as_answer(node, &value)).unwrap_or_default();
                self.set_value(node, value);
                self.settle();
            }
        }
    }

    fn wait_for(&mut self, slot: usize, node: usize) {
        if self.model().slots.get(slot).is_some_and(|slot| slot.aspect != Aspect::Rows) {
            self.wait_for_at(slot, node);
        }
    }

    fn wait_for_at(&mut self, slot: usize, node: usize) {
        let rank = self.model().slots.get(slot).map_or(0, |slot| slot.rank);
        self.work.waiting.insert((rank, slot, node));
    }

    /// Evaluates what waits until nothing does.
    pub(crate) fn settle(&mut self) {
        let last = self.work.evaluations + MAX_EVALUATIONS_PER_ACT;
        while let Some((_, slot, node)) = self.work.waiting.pop_first() {
            if self.work.evaluations >= last {
                self.work.waiting.clear();
                return;
            }
            if self.tree.node(node).is_some_and(|node| node.alive) {
                self.work.evaluations += 1;
                self.evaluate_slot(slot, node);
            }
        }
    }

    fn evaluate_slot(&mut self, slot: usize, node: usize) {
        let model = self.form.model.clone();
        let Some(slot) = model.slots.get(slot) else { return };
        let Some(item) = model.items.get(slot.item) else { return };
        let truth = |session: &Self, expr: Option<&crate::syntax::Expr>, otherwise: bool| {
            let Some(expr) = expr else { return otherwise };
            let value = session.evaluator().run(expr, NodeRef::Live(node));
            value.map_or(otherwise, |value| value.to_boolean())
        };
        match slot.aspect {
            // What cannot be evaluated is shown rather than hidden.
            Aspect::Relevance => {
                let relevant = truth(self, item.relevant.as_ref(), true);
                self.set_own_relevance(node, relevant);
            }
            Aspect::Rows => self.count_rows(slot.item, node),
            Aspect::Calculation => self.compute(node),
            Aspect::Required => {
                let required = truth(self, item.required.as_ref(), false);
                self.change(node, |state| state.required = required);
            }
            Aspect::ReadOnly => {
                let read_only = truth(self, item.read_only.as_ref(), false);
                for below in self.tree.subtree(node) {
                    self.touch(below);
                }
                self.change(node, |state| state.read_only = read_only);
            }
            Aspect::Choices => {
                let offered = self.filter_choices(node);
                self.change(node, |state| state.offered = offered);
            }
            Aspect::Verdict => {
                let verdict = self.judge(node);
                self.change(node, |state| state.verdict = verdict);
            }
            Aspect::Label | Aspect::Hint => {
                self.touch(node);
                self.refresh_texts(node);
            }
        }
    }

    fn change(&mut self, node: usize, apply: impl FnOnce(&mut NodeState)) {
        self.touch(node);
        if let Some(state) = self.states.get_mut(node) {
            apply(state);
        }
    }

    /// Fills in a node's label and hint.
    pub(crate) fn refresh_texts(&mut self, node: usize) {
        let model = self.form.model.clone();
        let Some(item) = model.items.get(self.tree.item_of(node)) else { return };
        let (label, hint) = {
            let run = self.evaluator();
            (run.fill(&item.label, NodeRef::Live(node)), run.fill(&item.hint, NodeRef::Live(node)))
        };
        if let Some(state) = self.states.get_mut(node) {
            state.label = label;
            state.hint = hint;
        }
    }

    /// After a change of language: all texts, and the verdicts and calculations that may hold texts.
    pub(crate) fn retell_all(&mut self) {
        let model = self.form.model.clone();
        for node in self.in_order() {
            self.refresh_texts(node);
            for slot in model.slots_of.get(self.tree.item_of(node)).into_iter().flatten() {
                let aspect = model.slots.get(*slot).map(|slot| slot.aspect);
                if matches!(aspect, Some(Aspect::Verdict | Aspect::Calculation)) {
                    self.wait_for_at(*slot, node);
                }
            }
        }
    }

    fn set_own_relevance(&mut self, node: usize, relevant: bool) {
        if self.states.get(node).is_some_and(|state| state.own_relevant == relevant) {
            return;
        }
        self.change(node, |state| state.own_relevant = relevant);
        let model = self.form.model.clone();
        // Parents come before children, so that each finds its parent settled.
        for below in self.tree.subtree(node) {
            let above = self.tree.parent(below).is_none_or(|parent| self.is_relevant(parent));
            let now = above && self.states.get(below).is_some_and(|state| state.own_relevant);
            if self.tree.node(below).is_some_and(|live| live.relevant == now) {
                continue;
            }
            self.touch(below);
            if let Some(live) = self.tree.nodes.get_mut(below) {
                live.relevant = now;
            }
            self.propagate(below);
            for slot in model.slots_of.get(self.tree.item_of(below)).into_iter().flatten() {
                let calculated = model.slots.get(*slot).is_some_and(|s| s.aspect == Aspect::Calculation);
                if now && calculated {
                    self.wait_for_at(*slot, below);
                }
            }
        }
    }

    /// Computes a node's value, unless it is not asked or a person may have overwritten it.
    fn compute(&mut self, node: usize) {
        let model = self.form.model.clone();
        let Some(item) = model.items.get(self.tree.item_of(node)) else { return };
        let Some(expr) = &item.calculation else { return };
        let overwritten = self.resuming
            && item.kind != Kind::Calculate
            && !self.is_read_only(node)
            && !self.tree.value(node).is_empty();
        if !self.is_relevant(node) || overwritten {
            return;
        }
        let value = self.evaluator().run(expr, NodeRef::Live(node));
        let answer = value.map(|value| self.as_answer(node, &value)).unwrap_or_default();
        self.set_value(node, answer);
    }

    /// A computed value as the answer to a question of its kind.
    fn as_answer(&self, node: usize, value: &Value) -> String {
        let Some(item) = self.item(node) else { return String::new() };
        let mut text = value.to_answer();
        if item.kind == Kind::Date && text.len() > 10 {
            text = text.get(..10).unwrap_or_default().to_owned();
        }
        if text.chars().count() > MAX_ANSWER_CHARS {
            return String::new();
        }
        tidy(item, &text)
    }

    /// Brings a repeat to the number of rows that its formula gives.
    fn count_rows(&mut self, item: usize, parent: usize) {
        let model = self.form.model.clone();
        let Some(expr) = model.items.get(item).and_then(|item| item.repeat_count.as_ref()) else { return };
        let value = self.evaluator().run(expr, NodeRef::Live(parent));
        let wanted = value.map_or(f64::NAN, |value| value.to_number(self.context.zone()));
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        // The cast saturates, and takes NaN and negatives for 0.
        let wanted = (wanted as usize).min(MAX_ROWS);
        let rows: Vec<usize> = self.tree.children_of_item(parent, item).collect();
        for row in rows.iter().skip(wanted).rev() {
            self.remove_row(parent, *row);
        }
        for _ in rows.len()..wanted {
            if self.tree.nodes.len() >= MAX_NODES {
                return;
            }
            self.add_row_later(parent, item);
        }
    }

    /// Adds a row whose expressions wait their turn: the session is being settled already.
    fn add_row_later(&mut self, parent: usize, item: usize) {
        let waiting = std::mem::take(&mut self.work.waiting);
        self.add_row(parent, item, !self.resuming);
        self.work.waiting.extend(waiting);
    }

    fn filter_choices(&self, node: usize) -> Option<Vec<usize>> {
        let item = self.item(node)?;
        let filter = item.choice_filter.as_ref()?;
        let list = item.list?;
        let count = self.model().lists.get(list)?.choices.len();
        let run = self.evaluator();
        let lets_through = |choice: &usize| {
            let focus = Focus {
                node: NodeRef::Choice(list, *choice),
                origin: NodeRef::Live(node),
                position: choice + 1,
                size: count,
            };
            run.restart();
            run.eval(filter, focus).is_ok_and(|value| value.to_boolean())
        };
        Some((0..count).filter(lets_through).collect())
    }

    /// What is wrong with a node's value.
    fn judge(&self, node: usize) -> Option<String> {
        let item = self.item(node)?;
        let value = self.tree.value(node);
        if value.is_empty() {
            return None;
        }
        let english = self.in_english();
        if let Some(fault) = find_fault(item.kind, value, self.context.zone()) {
            return Some(fault.message(english).to_owned());
        }
        if item.kind.is_select() {
            let list = self.model().lists.get(item.list?)?;
            let offered = self.states.get(node).and_then(|state| state.offered.as_deref());
            if !choices_stand(item.kind, value, list, offered) {
                return Some(Fault::Choice.message(english).to_owned());
            }
        }
        let constraint = item.constraint.as_ref()?;
        let holds = self.evaluator().run(constraint, NodeRef::Live(node)).is_ok_and(|v| v.to_boolean());
        if holds { None } else { Some(self.message(&item.constraint_message, node, Fault::Constraint)) }
    }

    /// The form's own message, or the engine's.
    pub(crate) fn message(&self, texts: &Texts, node: usize, fault: Fault) -> String {
        if texts.is_empty() {
            fault.message(self.in_english()).to_owned()
        } else {
            self.evaluator().fill(texts, NodeRef::Live(node))
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
        change.relevant = differs(before.relevant, live.relevant);
        change.required = differs(before.state.required, state.required);
        change.read_only = differs(before.read_only, self.is_read_only(node));
        change.value = (before.value != live.value).then(|| live.value.clone());
        change.problem = (before.state.verdict != state.verdict).then(|| state.verdict.clone());
        if before.state.offered != state.offered || before.language != self.language {
            change.choices = self.choices(node);
        }
        let label = self.shown_label(node);
        change.label = (before.label != label).then_some(label);
        change.hint = (before.state.hint != state.hint).then(|| state.hint.clone());
        if change == NodeChange::default() {
            return None;
        }
        change.path = self.tree.path(self.model(), node);
        Some(change)
    }
}
