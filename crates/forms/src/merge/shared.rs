//! What items compute alike must be alike for each: a formula that several share may see only what all of them see.

use super::conflict::{Conflicts, What};
use super::source::Source;
use super::tree::Joined;
use crate::form::{Item, Model, Parts};
use crate::references::dependencies;
use crate::syntax::{Expr, Step};
use std::collections::{BTreeMap, BTreeSet};

/// Tells of formulas that several items share though they would give each another value.
pub(super) fn check_shared(model: &Model, joined: &[Joined], sources: &[Source], conflicts: &mut Conflicts) {
    let shared = |(_, item): &(usize, &Item)| !item.more.is_empty() && formulas(item).next().is_some();
    let shared: Vec<(usize, &Item)> = model.items.iter().enumerate().filter(shared).collect();
    let seen_by = reversed(model);
    let mut unlike: BTreeMap<Parts, BTreeSet<usize>> = BTreeMap::new();
    for (at, item) in shared {
        let parts = item.members;
        let unlike = unlike.entry(parts).or_insert_with(|| find_unlike(model, parts, &seen_by));
        let blind = |expr: &Expr| !names_lists_alike(expr, model, parts);
        let seen = formula_targets(model, at, item);
        if !seen.iter().any(|target| unlike.contains(target)) && !formulas(item).any(blind) {
            continue;
        }
        let Some(from) = joined.get(at).map(|one| one.from.as_slice()) else { continue };
        if let (Some((first, _)), Some((last, number))) = (from.first(), from.last())
            && let (Some(first), Some(last)) = (sources.get(*first), sources.get(*last))
        {
            conflicts.add(first, (last, *number), What::Sight);
        }
    }
}

fn formulas(item: &Item) -> impl Iterator<Item = &Expr> {
    item.calculation.iter().chain(&item.triggered).chain(&item.repeat_count)
}

/// The items that an item's value is made of.
fn formula_targets(model: &Model, at: usize, item: &Item) -> Vec<usize> {
    let seen = formulas(item).flat_map(|expr| dependencies(model, at, (expr, item.members), false));
    seen.map(|dependency| dependency.target).chain(item.triggers.iter().copied()).collect()
}

/// For each item, those whose value or relevance it has a part in.
fn reversed(model: &Model) -> Vec<Vec<usize>> {
    let mut seen_by = vec![Vec::new(); model.items.len()];
    for (at, item) in model.items.iter().enumerate() {
        let mut targets = formula_targets(model, at, item);
        for rules in item.sides() {
            let seen =
                rules.relevant.iter().flat_map(|expr| dependencies(model, at, (expr, rules.parts), false));
            targets.extend(seen.map(|dependency| dependency.target));
        }
        targets.extend(item.parent);
        for target in targets.into_iter().filter(|target| *target != at) {
            if let Some(list) = seen_by.get_mut(target) {
                list.push(at);
            }
        }
    }
    seen_by
}

/// The items that some of the parts do not have, or ask under another condition than the others; and what hangs on them.
fn find_unlike(model: &Model, parts: Parts, seen_by: &[Vec<usize>]) -> BTreeSet<usize> {
    let differs =
        |(at, item): &(usize, &Item)| *at > 0 && (item.members & parts != parts || asks_unlike(item, parts));
    let mut waiting: Vec<usize> = model.items.iter().enumerate().filter(differs).map(|(at, _)| at).collect();
    let mut unlike: BTreeSet<usize> = waiting.iter().copied().collect();
    while let Some(next) = waiting.pop() {
        for at in seen_by.get(next).into_iter().flatten() {
            if unlike.insert(*at) {
                waiting.push(*at);
            }
        }
    }
    unlike
}

fn asks_unlike(item: &Item, parts: Parts) -> bool {
    let mut sides = item.sides().filter(|rules| rules.parts & parts != 0);
    let Some(first) = sides.next().map(|rules| format!("{:?}", rules.relevant)) else { return false };
    sides.any(|rules| format!("{:?}", rules.relevant) != first)
}

/// Whether every list that an expression names is the same one for all parts.
fn names_lists_alike(expr: &Expr, model: &Model, parts: Parts) -> bool {
    let all = |exprs: &[Expr]| exprs.iter().all(|expr| names_lists_alike(expr, model, parts));
    let steps_alike = |steps: &[Step]| steps.iter().all(|step| all(&step.predicates));
    match expr {
        Expr::Number(_) | Expr::Text(_) | Expr::Reference(_) | Expr::LastSaved(_) => true,
        Expr::Negate(inner) => names_lists_alike(inner, model, parts),
        Expr::Arithmetic(first, rest) => {
            names_lists_alike(first, model, parts)
                && rest.iter().all(|(_, right)| names_lists_alike(right, model, parts))
        }
        Expr::And(exprs) | Expr::Or(exprs) => all(exprs),
        Expr::Compare(left, _, right) | Expr::Union(left, right) => {
            names_lists_alike(left, model, parts) && names_lists_alike(right, model, parts)
        }
        Expr::Call(call) => {
            let named = match call.arguments.first() {
                Some(Expr::Text(name)) => Some(name.strip_suffix(".csv").unwrap_or(name)),
                _ => None,
            };
            let looks = matches!(call.name.as_str(), "instance" | "pulldata");
            (!looks || is_one_list(model, named, parts)) && all(&call.arguments)
        }
        Expr::Path(path) => steps_alike(&path.steps),
        Expr::Filter { base, predicates, steps } => {
            names_lists_alike(base, model, parts) && all(predicates) && steps_alike(steps)
        }
    }
}

/// Whether the parts have one list of a name, or of any name where it is computed.
fn is_one_list(model: &Model, name: Option<&str>, parts: Parts) -> bool {
    let had = model.lists.iter().filter(|list| !list.absent & parts != 0);
    had.filter(|list| name.is_none_or(|name| list.name == name)).all(|list| list.absent & parts == 0)
}
