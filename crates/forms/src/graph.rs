//! What depends on what: every expression of a form is a slot, slots have an order, and cycles are refused.

use crate::error::FormErrorCode;
use crate::form::{ChoiceList, ChoiceSource, Dependent, Item, Kind, Model, Parts, Rules};
use crate::references::{Dependency, dependencies};
use crate::syntax::Expr;
use std::collections::BTreeSet;

/// What a slot decides about its item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Aspect {
    /// Whether the item is asked.
    Relevance,
    /// How many rows a repeat has.
    Rows,
    /// The value.
    Calculation,
    /// The value, when another question changes.
    Trigger,
    Required,
    ReadOnly,
    Choices,
    /// Whether the value is acceptable, and the message when not.
    Verdict,
    Label,
    Hint,
}

/// One thing to evaluate.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    pub(crate) item: usize,
    pub(crate) aspect: Aspect,
    /// Slots are evaluated in this order.
    pub(crate) rank: usize,
}

/// The columns that a cycle may run through, to name the cell.
pub(crate) struct CycleFound {
    pub(crate) item: usize,
    pub(crate) aspect: Aspect,
    /// The names on the cycle, the first again at the end.
    pub(crate) names: Vec<String>,
    pub(crate) code: FormErrorCode,
}

/// The expressions behind a slot, each with the parts as which it sees the form.
fn slot_expressions(item: &Item, aspect: Aspect) -> Vec<(&Expr, Parts)> {
    let own = |expr| (expr, item.members);
    let each = |rule: fn(&Rules) -> Option<&Expr>| {
        item.sides().filter_map(move |rules| Some((rule(rules)?, rules.parts))).collect::<Vec<_>>()
    };
    match aspect {
        Aspect::Relevance => each(|rules| rules.relevant.as_ref()),
        Aspect::Rows => item.repeat_count.iter().map(own).collect(),
        Aspect::Calculation => item.calculation.iter().map(own).collect(),
        Aspect::Required => each(|rules| rules.required.as_ref()),
        Aspect::ReadOnly => each(|rules| rules.read_only.as_ref()),
        Aspect::Trigger => item.triggered.iter().map(own).collect(),
        Aspect::Choices => {
            let mut found = each(|rules| rules.choice_filter.as_ref());
            found.extend(item.seed.iter().map(own));
            found
        }
        Aspect::Verdict => {
            let mut found = each(|rules| rules.constraint.as_ref());
            for rules in item.sides() {
                found.extend(rules.constraint_message.values().map(|expr| (expr, rules.parts)));
            }
            found
        }
        Aspect::Label => item.label.values().map(own).collect(),
        Aspect::Hint => {
            let media = item.media.iter().flat_map(|(_, texts)| texts.values());
            item.hint.values().chain(item.guidance.values()).chain(media).map(own).collect()
        }
    }
}

fn aspects(model: &Model, at: usize, item: &Item) -> Vec<Aspect> {
    use Aspect::{Calculation, Choices, Hint, Label, ReadOnly, Relevance, Required, Rows, Trigger, Verdict};
    let mut found: Vec<Aspect> = [Relevance, Rows, Calculation, Trigger, Required, ReadOnly, Label, Hint]
        .into_iter()
        .filter(|aspect| !slot_expressions(item, *aspect).is_empty())
        .collect();
    if model.is_ticked_off(at) && !found.contains(&Relevance) {
        found.insert(0, Relevance);
    }
    let answers = matches!(item.source, Some(ChoiceSource::Answers { .. }));
    let told = model.list_of(at).is_some_and(ChoiceList::has_values);
    if item.kind.is_select() && (item.has_filter() || item.shuffled || answers || told) {
        found.push(Choices);
    }
    if item.kind.has_value() {
        found.push(Verdict);
    }
    found
}

/// Fills in slots, their order and the dependents of every item.
pub(crate) fn order(model: &mut Model) -> Result<(), CycleFound> {
    let ranks = rank_decisions(model)?;
    let last = ranks.len();
    model.slots_of = vec![Vec::new(); model.items.len()];
    model.dependents = vec![Vec::new(); model.items.len()];
    let mut slots = Vec::new();
    let mut dependents: Vec<BTreeSet<Dependent>> = vec![BTreeSet::new(); model.items.len()];
    for (at, item) in model.items.iter().enumerate() {
        for aspect in aspects(model, at, item) {
            let slot = slots.len();
            let rank = match Decision::of(aspect) {
                Some(decision) => ranks.get(decision.number(at)).copied().unwrap_or(last),
                // What nothing else depends on comes last.
                None => last,
            };
            slots.push(Slot { item: at, aspect, rank });
            if let Some(list) = model.slots_of.get_mut(at) {
                list.push(slot);
            }
            for dependency in slot_dependencies(model, at, aspect) {
                if let Some(set) = dependents.get_mut(dependency.target) {
                    set.insert(Dependent { slot, wide: dependency.wide });
                }
            }
        }
    }
    model.slots = slots;
    model.dependents = dependents.into_iter().map(keep_widest).collect();
    Ok(())
}

/// A slot that depends both narrowly and widely on an item depends widely.
fn keep_widest(set: BTreeSet<Dependent>) -> Vec<Dependent> {
    let narrow_too = |one: &Dependent| !one.wide && set.contains(&Dependent { wide: true, ..*one });
    set.iter().filter(|one| !narrow_too(one)).copied().collect()
}

fn slot_dependencies(model: &Model, item: usize, aspect: Aspect) -> Vec<Dependency> {
    let Some(found) = model.items.get(item) else { return Vec::new() };
    if aspect == Aspect::Trigger {
        return found.triggers.iter().map(|target| Dependency { target: *target, wide: false }).collect();
    }
    let mut all: Vec<Dependency> = slot_expressions(found, aspect)
        .into_iter()
        .flat_map(|expr| dependencies(model, item, expr, aspect == Aspect::Choices))
        .collect();
    if let Some(target) = model.tick_list.filter(|_| aspect == Aspect::Relevance && model.is_ticked_off(item))
    {
        all.push(Dependency { target, wide: true });
    }
    if aspect == Aspect::Choices {
        if let Some(ChoiceSource::Answers { question }) = found.source {
            let rows = model.repeat_above(question).into_iter();
            all.extend(rows.chain([question]).map(|target| Dependency { target, wide: true }));
        }
        let labels = model.list_of(item).into_iter().flat_map(|list| &list.choices);
        for value in labels.flat_map(|choice| choice.label.values()) {
            all.extend(dependencies(model, item, (value, found.members), false));
        }
    }
    if aspect == Aspect::Verdict {
        all.push(Dependency { target: item, wide: false });
        // What is on offer decides whether a choice may stand.
        all.extend(slot_dependencies(model, item, Aspect::Choices));
    }
    all
}

/// What other slots may depend on: relevance, rows and value of an item.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Decision {
    Relevance,
    Rows,
    Value,
}

impl Decision {
    fn of(aspect: Aspect) -> Option<Self> {
        match aspect {
            Aspect::Relevance => Some(Self::Relevance),
            Aspect::Rows => Some(Self::Rows),
            Aspect::Calculation | Aspect::Trigger | Aspect::Choices => Some(Self::Value),
            _ => None,
        }
    }

    fn number(self, item: usize) -> usize {
        item * 3 + self as usize
    }
}

/// The values that choices and triggers look at. They are settled before, where that is possible: questions that take
/// each other's choices away, or fill each other in, wait for none.
fn wishes(model: &Model) -> Vec<Vec<usize>> {
    let mut wishes = vec![Vec::new(); model.items.len() * 3];
    for (at, item) in model.items.iter().enumerate() {
        let mut all = Vec::new();
        for aspect in [Aspect::Trigger, Aspect::Choices] {
            if aspect == Aspect::Choices && !item.kind.is_select() {
                continue;
            }
            let target_of = |dependency: Dependency| dependency.target;
            let mut targets: Vec<usize> =
                slot_dependencies(model, at, aspect).into_iter().map(target_of).collect();
            if let Some(expr) = item.triggered.as_ref().filter(|_| aspect == Aspect::Trigger) {
                // Of values that the same change triggers, those above come first.
                let seen = dependencies(model, at, (expr, item.members), false).into_iter().map(target_of);
                targets.extend(seen.filter(|target| *target < at));
            }
            for target in targets.into_iter().filter(|target| *target != at) {
                all.extend([Decision::Relevance.number(target), Decision::Value.number(target)]);
            }
        }
        all.sort_unstable();
        all.dedup();
        if let Some(slot) = wishes.get_mut(Decision::Value.number(at)) {
            *slot = all;
        }
    }
    wishes
}

/// The decisions that each decision waits for.
fn waits(model: &Model) -> Vec<Vec<usize>> {
    let mut waits = vec![Vec::new(); model.items.len() * 3];
    for (at, item) in model.items.iter().enumerate() {
        let above = item
            .parent
            .into_iter()
            .flat_map(|parent| [Decision::Relevance.number(parent), Decision::Rows.number(parent)]);
        let own = [Decision::Relevance.number(at)];
        for (decision, aspect, always) in [
            (Decision::Relevance, Aspect::Relevance, above.collect::<Vec<_>>()),
            (Decision::Rows, Aspect::Rows, own.to_vec()),
            (Decision::Value, Aspect::Calculation, own.to_vec()),
        ] {
            let mut all = always;
            for dependency in slot_dependencies(model, at, aspect) {
                let target = dependency.target;
                all.push(Decision::Relevance.number(target));
                let repeat = model.items.get(target).is_some_and(|found| found.kind == Kind::Repeat);
                all.push(if repeat { Decision::Rows } else { Decision::Value }.number(target));
            }
            all.sort_unstable();
            all.dedup();
            if let Some(slot) = waits.get_mut(decision.number(at)) {
                *slot = all;
            }
        }
    }
    waits
}

/// A rank for every decision, later than all it waits for; or the cycle that forbids one.
fn rank_decisions(model: &Model) -> Result<Vec<usize>, CycleFound> {
    let (waits, wishes) = (waits(model), wishes(model));
    let mut queue = Queue::new(&waits, &wishes);
    let mut ranks = vec![usize::MAX; waits.len()];
    let mut next = 0;
    while let Some(at) = queue.take() {
        if let Some(rank) = ranks.get_mut(at) {
            *rank = next;
        }
        next += 1;
        queue.done(at);
    }
    if next == waits.len() { Ok(ranks) } else { Err(describe_cycle(model, &waits, &ranks)) }
}

/// The decisions in an order in which each comes after what it waits for.
struct Queue {
    /// How many decisions each must, and would like to, come after.
    open: Vec<(usize, usize)>,
    waited_for_by: Vec<Vec<usize>>,
    wished_for_by: Vec<Vec<usize>>,
    ready: Vec<usize>,
    taken: Vec<bool>,
    /// Where to look for the next decision whose wishes cannot all be met.
    looked: usize,
}

fn turn_round(targets: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut turned = vec![Vec::new(); targets.len()];
    for (at, list) in targets.iter().enumerate() {
        for target in list {
            if let Some(back) = turned.get_mut(*target) {
                back.push(at);
            }
        }
    }
    turned
}

impl Queue {
    fn new(waits: &[Vec<usize>], wishes: &[Vec<usize>]) -> Self {
        let open: Vec<(usize, usize)> =
            waits.iter().zip(wishes).map(|(must, like)| (must.len(), like.len())).collect();
        let ready = (0..open.len()).rev().filter(|at| open.get(*at) == Some(&(0, 0))).collect();
        Self {
            taken: vec![false; open.len()],
            open,
            waited_for_by: turn_round(waits),
            wished_for_by: turn_round(wishes),
            ready,
            looked: 0,
        }
    }

    fn take(&mut self) -> Option<usize> {
        let next = self.ready.pop().or_else(|| self.unmet())?;
        if let Some(taken) = self.taken.get_mut(next) {
            *taken = true;
        }
        Some(next)
    }

    /// A decision that must come after no other, though it would like to.
    fn unmet(&mut self) -> Option<usize> {
        let free = |at: &usize| {
            self.taken.get(*at) == Some(&false) && self.open.get(*at).is_some_and(|(must, _)| *must == 0)
        };
        let found = (self.looked..self.open.len()).find(free).or_else(|| (0..self.looked).find(free))?;
        self.looked = found;
        Some(found)
    }

    fn done(&mut self, at: usize) {
        let waiting = self.waited_for_by.get(at).cloned().unwrap_or_default();
        let wishing = self.wished_for_by.get(at).cloned().unwrap_or_default();
        let all = waiting.into_iter().map(|other| (other, true));
        for (other, must) in all.chain(wishing.into_iter().map(|other| (other, false))) {
            let Some(open) = self.open.get_mut(other) else { continue };
            let count = if must { &mut open.0 } else { &mut open.1 };
            *count = count.saturating_sub(1);
            if *open == (0, 0) && self.taken.get(other) == Some(&false) {
                self.ready.push(other);
            }
        }
    }
}

/// Walks from any unranked decision along what it waits for until one comes twice.
fn describe_cycle(model: &Model, waits: &[Vec<usize>], ranks: &[usize]) -> CycleFound {
    let unranked = |at: usize| ranks.get(at) == Some(&usize::MAX);
    let mut way = Vec::new();
    let mut at = (0..waits.len()).find(|at| unranked(*at)).unwrap_or(0);
    while !way.contains(&at) {
        way.push(at);
        let next = waits.get(at).into_iter().flatten().copied().find(|next| unranked(*next));
        match next {
            Some(next) => at = next,
            None => break,
        }
    }
    let begin = way.iter().position(|seen| *seen == at).unwrap_or(0);
    let cycle = way.split_off(begin);
    let name = |at: &usize| model.items.get(at / 3).map(|item| item.name.clone()).unwrap_or_default();
    let mut names: Vec<String> = cycle.iter().map(name).collect();
    names.dedup();
    if names.len() == 1 || names.first() != names.last() {
        names.extend(names.first().cloned());
    }
    // The cell to name is one that holds an expression, not merely a group's inherited relevance.
    let has_cell = |at: &&usize| {
        let Some(item) = model.items.get(**at / 3) else { return false };
        match **at % 3 {
            0 => item.sides().any(|rules| rules.relevant.is_some()),
            1 => item.repeat_count.is_some(),
            _ => item.calculation.is_some(),
        }
    };
    let at = cycle.iter().find(has_cell).copied().unwrap_or(at);
    let aspect = [Aspect::Relevance, Aspect::Rows, Aspect::Calculation].get(at % 3).copied();
    CycleFound {
        item: at / 3,
        aspect: aspect.unwrap_or(Aspect::Calculation),
        names,
        code: FormErrorCode::Cycle,
    }
}
