//! Settling a session after a change: only what depends on it is evaluated, in an order in which nothing is done twice.

use crate::form::{ALL_PARTS, Kind, Parts, Start, Texts};
use crate::gather::Before;
use crate::graph::{Aspect, Slot};
use crate::instance::{MAX_NODES, NodeRef};
use crate::moment::moment_from_days;
use crate::offer::Offer;
use crate::session::{MAX_ROWS, MAX_STEPS_PER_ACT, Session};
use crate::value::Value;
use crate::verdict::{MAX_ANSWER_CHARS, tidy};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// What is known of a node besides its value and relevance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NodeState {
    /// The parts that ask the node, if they ask all above it.
    pub(crate) own_asked: Parts,
    pub(crate) required: bool,
    pub(crate) read_only: bool,
    /// What is wrong with the value.
    pub(crate) verdict: Option<String>,
    /// The choices on offer; none: the whole list.
    pub(crate) offered: Option<Offer>,
    /// What was answered before the filter took a choice away: it comes back with the choice.
    pub(crate) answered: Option<String>,
    /// The seed of a shuffled list whose author gives none.
    pub(crate) lasting_seed: u64,
    /// The choices' labels, where they have values filled in.
    pub(crate) told: Option<Vec<String>>,
    /// What the triggering questions held when the value was last computed.
    pub(crate) triggered_by: String,
    pub(crate) label: String,
    pub(crate) hint: String,
    pub(crate) guidance: String,
    pub(crate) media: BTreeMap<String, String>,
}

impl NodeState {
    pub(crate) fn fresh(members: Parts) -> Self {
        Self {
            own_asked: members,
            required: false,
            read_only: false,
            verdict: None,
            offered: None,
            answered: None,
            lasting_seed: 0,
            told: None,
            triggered_by: String::new(),
            label: String::new(),
            hint: String::new(),
            guidance: String::new(),
            media: BTreeMap::new(),
        }
    }
}

/// What is yet to be evaluated, and what an act has touched.
#[derive(Debug, Default)]
pub(crate) struct Work {
    /// Rank, slot, node: the first is next.
    waiting: BinaryHeap<Reverse<(usize, usize, usize)>>,
    /// The session only begins: nobody asks what changed.
    pub(crate) silent: bool,
    pub(crate) before: BTreeMap<usize, Before>,
    pub(crate) added: Vec<usize>,
    pub(crate) removed: Vec<String>,
    pub(crate) evaluations: u64,
    /// How often in this act a node's choices or trigger have changed its value: two that undo each other must end.
    turns: BTreeMap<(usize, usize), u32>,
}

/// How often in one act a slot may change its node's value by what is on offer, or by a trigger.
const MAX_TURNS: u32 = 8;

impl Work {
    /// Forgets what was touched.
    pub(crate) fn forget(&mut self) {
        self.before.clear();
        self.added.clear();
        self.removed.clear();
        self.turns.clear();
    }

    pub(crate) fn may_turn(&mut self, slot: usize, node: usize) -> bool {
        let turns = self.turns.entry((slot, node)).or_default();
        *turns += 1;
        *turns <= MAX_TURNS
    }
}

/// The most evaluations in one act; a form that needs more is refused further work, not allowed to hang.
const MAX_EVALUATIONS_PER_ACT: u64 = 400_000;

impl Session {
    pub(crate) fn start_act(&mut self) {
        self.work.forget();
        self.tools.budget.set(MAX_STEPS_PER_ACT);
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
                self.work.waiting.push(Reverse((slot.rank, dependent.slot, node)));
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
                if model.slots.get(*slot).is_some_and(|slot| slot.aspect == Aspect::Relevance) {
                    self.wait_for_at(*slot, *node);
                }
            }
            self.wait_for_all(*node);
        }
        self.settle();
        if !with_defaults {
            return;
        }
        for node in grown {
            let item = self.tree.item_of(node);
            let Some(start) = model.items.get(item).and_then(|item| item.start.as_ref()) else { continue };
            if !self.tree.value(node).is_empty() {
                continue;
            }
            let value = match start {
                Start::Fixed(_) => continue,
                Start::Preloaded(property) => self.context.property(*property),
                Start::Computed(expr) => {
                    self.work.evaluations += 1;
                    let value = self.evaluator_at(node).run(expr, NodeRef::Live(node));
                    value.map(|value| self.as_answer(node, &value)).unwrap_or_default()
                }
            };
            let value = self.fit_to_offer(node, &value);
            self.set_value(node, value);
            self.settle();
        }
    }

    fn wait_for_at(&mut self, slot: usize, node: usize) {
        let rank = self.model().slots.get(slot).map_or(0, |slot| slot.rank);
        self.work.waiting.push(Reverse((rank, slot, node)));
    }

    /// Evaluates what waits until nothing does.
    pub(crate) fn settle(&mut self) {
        let last = self.work.evaluations + MAX_EVALUATIONS_PER_ACT;
        while let Some(next) = self.work.waiting.pop() {
            // What was asked for twice stands side by side.
            while self.work.waiting.peek() == Some(&next) {
                self.work.waiting.pop();
            }
            let Reverse((_, slot, node)) = next;
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

    fn evaluate_slot(&mut self, number: usize, node: usize) {
        let model = self.form.model.clone();
        let Some(slot) = model.slots.get(number) else { return };
        let Some(item) = model.items.get(slot.item) else { return };
        match slot.aspect {
            Aspect::Relevance => {
                let asked = self.find_own_asked(node, slot.item);
                self.set_own_asked(node, asked);
            }
            Aspect::Rows => self.count_rows(slot.item, node),
            Aspect::Calculation => self.compute(node),
            Aspect::Required => {
                let required = self.required_by(node, item).is_some();
                self.change(node, |state| state.required = required);
            }
            Aspect::ReadOnly => {
                let read_only = self.is_own_read_only(node, item);
                for below in self.tree.subtree(node) {
                    self.touch(below);
                }
                self.change(node, |state| state.read_only = read_only);
            }
            Aspect::Trigger => self.pull_trigger(number, node),
            Aspect::Choices => self.offer_choices(number, node),
            Aspect::Verdict => {
                let verdict = self.judge(node, self.language);
                self.change(node, |state| state.verdict = verdict);
            }
            Aspect::Label | Aspect::Hint => {
                self.touch(node);
                self.refresh_texts(node);
            }
        }
    }

    pub(crate) fn change(&mut self, node: usize, apply: impl FnOnce(&mut NodeState)) {
        self.touch(node);
        if let Some(state) = self.states.get_mut(node) {
            apply(state);
        }
    }

    /// Fills in a node's label, hint and media.
    pub(crate) fn refresh_texts(&mut self, node: usize) {
        let model = self.form.model.clone();
        let Some(item) = model.items.get(self.tree.item_of(node)) else { return };
        let run = self.evaluator();
        let fill = |texts: &Texts| {
            if texts.is_empty() { String::new() } else { run.fill(texts, NodeRef::Live(node)) }
        };
        let (label, hint, guidance) = (fill(&item.label), fill(&item.hint), fill(&item.guidance));
        let media = item.media.iter().map(|(name, texts)| ((*name).to_owned(), fill(texts))).collect();
        if let Some(state) = self.states.get_mut(node) {
            (state.label, state.hint, state.guidance, state.media) = (label, hint, guidance, media);
        }
    }

    /// After a change of language: all texts, and the verdicts and calculations that may hold texts.
    pub(crate) fn retell_all(&mut self) {
        let model = self.form.model.clone();
        for node in self.in_order() {
            self.refresh_texts(node);
            for slot in model.slots_of.get(self.tree.item_of(node)).into_iter().flatten() {
                let aspect = model.slots.get(*slot).map(|slot| slot.aspect);
                if matches!(aspect, Some(Aspect::Verdict | Aspect::Calculation | Aspect::Choices)) {
                    self.wait_for_at(*slot, node);
                }
            }
        }
    }

    fn set_own_asked(&mut self, node: usize, asked: Parts) {
        if self.states.get(node).is_some_and(|state| state.own_asked == asked) {
            return;
        }
        self.change(node, |state| state.own_asked = asked);
        // Parents come before children, so that each finds its parent settled.
        for below in self.tree.subtree(node) {
            let above = self.tree.parent(below).map_or(ALL_PARTS, |parent| self.asked(parent));
            let now = above & self.states.get(below).map_or(0, |state| state.own_asked);
            if self.tree.node(below).is_some_and(|live| live.asked == now) {
                continue;
            }
            self.touch(below);
            if let Some(live) = self.tree.nodes.get_mut(below) {
                live.asked = now;
            }
            self.propagate(below);
            if now != 0 {
                self.wait_for_all(below);
            }
        }
    }

    /// What was evaluated while a node was not asked saw nothing of the groups around it.
    fn wait_for_all(&mut self, node: usize) {
        let model = self.form.model.clone();
        let item = self.tree.item_of(node);
        let aspect = |slot: usize| model.slots.get(slot).map(|slot| slot.aspect);
        for slot in model.slots_of.get(item).into_iter().flatten() {
            if !matches!(aspect(*slot), Some(Aspect::Relevance | Aspect::Rows)) {
                self.wait_for_at(*slot, node);
            }
        }
        for child in model.items.get(item).map(|item| item.children.as_slice()).unwrap_or_default() {
            for slot in model.slots_of.get(*child).into_iter().flatten() {
                if aspect(*slot) == Some(Aspect::Rows) {
                    self.wait_for_at(*slot, node);
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
        let value = self.evaluator_at(node).run(expr, NodeRef::Live(node));
        let answer = value.map(|value| self.as_answer(node, &value)).unwrap_or_default();
        self.set_value(node, answer);
    }

    /// A computed value as the answer to a question of its kind.
    pub(crate) fn as_answer(&self, node: usize, value: &Value) -> String {
        let Some(item) = self.item(node) else { return String::new() };
        let mut text = value.to_answer();
        if let (Kind::Date | Kind::DateTime, Value::Number(days)) = (item.kind, value) {
            // A number computed for a date is the days since 1970.
            let moment = Value::Moment(moment_from_days(*days, self.context.zone()));
            text = moment.to_answer();
        }
        let whole = item.kind == Kind::Integer || item.bounds.is_some_and(|bounds| bounds.whole);
        if whole && text.contains('.') {
            // As ODK does, a number computed for a whole one loses its fraction.
            let number = crate::value::read_number(&text);
            text = if number.is_finite() { crate::value::write_number(number.trunc()) } else { text };
        }
        if matches!(item.kind, Kind::Decimal | Kind::Integer | Kind::Range) && text.ends_with("Infinity") {
            return String::new();
        }
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
        let Some(members) = model.items.get(item).map(|item| item.members) else { return };
        let run = self.evaluator().seen_by(self.view_at(parent) & members);
        let value = run.run(expr, NodeRef::Live(parent));
        let wanted = value.map_or(f64::NAN, |value| value.to_number(self.context.zone()));
        // While nobody says how many, what is there stays.
        if wanted.is_nan() {
            return;
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        // The cast saturates, and takes negatives for 0.
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
}
