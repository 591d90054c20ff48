//! The items of the merged form: each made of its likes, and where they cannot be one, that is told.

use super::conflict::{Conflicts, What};
use super::source::{Source, told_label};
use super::tree::Joined;
use crate::form::{Item, Kind, Model, Parts, Texts};
use crate::syntax::Expr;
use std::fmt::Debug;

/// Whether two things are written the same; names count as what they are bound to.
pub(super) fn is_same<T: Debug + ?Sized>(one: &T, other: &T) -> bool {
    format!("{one:?}") == format!("{other:?}")
}

/// Fills in the merged form's items.
pub(super) fn build_items(
    model: &mut Model,
    joined: &[Joined],
    sources: &[Source],
    conflicts: &mut Conflicts,
) {
    let members: Vec<Parts> = joined.iter().map(|one| members_of(one, sources)).collect();
    for (at, one) in joined.iter().enumerate() {
        let likes = one.from.iter().filter_map(|(source, number)| {
            let source = sources.get(*source)?;
            Some((source, *number, source.carry_item(source.item(*number)?, &model.lists)))
        });
        let likes: Vec<(&Source, usize, Item)> = likes.collect();
        let mut item = unite(&likes, conflicts);
        if let Some(label) = best_label(&likes, &members) {
            item.label = label.clone();
        }
        if one.parent == 0 && one.kind.is_container() && item.label.is_empty() {
            item.label = owner_label(&likes, model);
        }
        let above = model.items.get(one.parent).filter(|_| at > 0).map_or("", |parent| parent.path.as_str());
        item.path = format!("{above}/{}", one.name);
        item.name.clone_from(&one.name);
        item.kind = one.kind;
        item.parent = (at > 0).then_some(one.parent);
        item.children.clone_from(&one.children);
        if at > 0 {
            model.named.entry(one.name.clone()).or_default().push(at);
        } else {
            item.members = crate::form::ALL_PARTS;
            item.rules.parts = crate::form::ALL_PARTS;
            item.more.clear();
        }
        model.items.push(item);
    }
}

fn members_of(one: &Joined, sources: &[Source]) -> Parts {
    let parts = one.from.iter().filter_map(|(source, _)| sources.get(*source)).map(|source| source.part);
    parts.fold(0, |all, part| all | part)
}

/// One item of several likes; the first gives what can only be said once.
fn unite(likes: &[(&Source, usize, Item)], conflicts: &mut Conflicts) -> Item {
    let Some(((first, _, item), rest)) = likes.split_first() else {
        return Item::new("", "", Kind::SelectMultiple, None);
    };
    let mut united = item.clone();
    for (source, number, like) in rest {
        for what in differences(&united, like) {
            conflicts.add(first, (source, *number), what);
        }
        united.members |= like.members;
        united.more.push(like.rules.clone());
        add_appearance(&mut united, like);
        for (own, other) in [(&mut united.hint, &like.hint), (&mut united.guidance, &like.guidance)] {
            if own.is_empty() {
                own.clone_from(other);
            }
        }
        if united.media.is_empty() {
            united.media.clone_from(&like.media);
        }
        if united.parameters.is_empty() {
            united.parameters.clone_from(&like.parameters);
        }
        united.start = united.start.or_else(|| like.start.clone());
    }
    united
}

/// What two likes say differently though it can only be said once.
fn differences(one: &Item, other: &Item) -> Vec<What> {
    let computed = one.calculation.is_some() || one.triggered.is_some();
    let silent = one.kind == Kind::Hidden;
    // A lock counts where it decides between a computed and a given value, and where it holds for all below it.
    let locks = computed || one.kind.is_container();
    let compared = [
        (What::Choices, one.source != other.source),
        (What::Bounds, !is_same(&one.bounds, &other.bounds)),
        (What::Formula, !is_same(&one.calculation, &other.calculation)),
        (What::Formula, !is_same(&one.triggered, &other.triggered)),
        (What::Triggers, one.triggers != other.triggers),
        (What::Rows, !is_same(&one.repeat_count, &other.repeat_count)),
        (What::Lock, locks && !is_same(&one.rules.read_only, &other.rules.read_only)),
        (What::Start, silent && !is_same(&one.start, &other.start)),
    ];
    compared.into_iter().filter(|(_, differs)| *differs).map(|(what, _)| what).collect()
}

/// The words of an appearance that decide how an answer is tidied, masked or read out.
const TIDYING: &[&str] = &["id-number", "phone", "bank-card", "masked"];

fn add_appearance(united: &mut Item, like: &Item) {
    if united.appearance.is_empty() {
        united.appearance.clone_from(&like.appearance);
    }
    for word in like.appearance.split_whitespace().filter(|word| TIDYING.contains(word)) {
        if !united.appearance.split_whitespace().any(|known| known == word) {
            united.appearance = format!("{} {word}", united.appearance);
        }
    }
}

/// The first label that names only what all the items with the question have; else the first.
fn best_label<'a>(likes: &'a [(&Source, usize, Item)], members: &[Parts]) -> Option<&'a Texts> {
    let parts = likes.iter().fold(0, |all, (source, ..)| all | source.part);
    let known = |expr: &Expr| match expr {
        Expr::Reference(reference) => {
            reference.target.and_then(|target| members.get(target)).is_some_and(|have| have & parts == parts)
        }
        _ => false,
    };
    let mut labels = likes.iter().map(|(_, _, item)| &item.label).filter(|label| !label.is_empty());
    labels.clone().find(|label| label.values().all(known)).or_else(|| labels.next())
}

/// A group that only one item has, and that has no label, is called as the item is.
fn owner_label(likes: &[(&Source, usize, Item)], model: &Model) -> Texts {
    match likes {
        [(source, ..)] if !source.label.is_empty() => told_label(&source.label, "", &model.languages),
        _ => Texts::default(),
    }
}
