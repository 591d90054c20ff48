//! The trees of all workbooks laid over each other: what has the same path and kind is one item.

use super::TICK_LIST;
use super::conflict::{Conflicts, What};
use super::source::Source;
use crate::error::{FormError, FormErrorCode};
use crate::form::{Item, Kind};
use crate::survey::MAX_ITEMS;
use std::collections::{BTreeMap, HashMap};

/// An item of the merged form, and the items it is made of: the number of the workbook, and of the item in it. The
/// tick-list is made of none.
#[derive(Debug)]
pub(super) struct Joined {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) parent: usize,
    pub(super) children: Vec<usize>,
    pub(super) from: Vec<(usize, usize)>,
}

impl Joined {
    fn new(name: &str, kind: Kind, parent: usize) -> Self {
        Self { name: name.to_owned(), kind, parent, children: Vec::new(), from: Vec::new() }
    }
}

#[derive(Debug, Default)]
struct Tree {
    all: Vec<Joined>,
    named: HashMap<(usize, String), usize>,
    tick_list: Option<usize>,
}

/// Lays the trees over each other; the items stand in document order, and each workbook learns their numbers.
pub(super) fn join(sources: &mut [Source], conflicts: &mut Conflicts) -> Result<Vec<Joined>, Vec<FormError>> {
    let mut tree = Tree::default();
    tree.all.push(Joined::new("data", Kind::Group, 0));
    for at in 0..sources.len() {
        if tree.tick_list.is_none() && sources.get(at).is_some_and(|source| !source.is_own) {
            tree.add_tick_list(sources, conflicts);
        }
        let items = tree.lay(at, sources, conflicts);
        if tree.all.len() > MAX_ITEMS {
            let (zh, en) = ("各事项的题目合在一起太多", "the items' forms have too many rows together");
            return Err(super::refuse(FormErrorCode::TooLarge, zh, en));
        }
        if let Some(source) = sources.get_mut(at) {
            source.items = items;
        }
    }
    Ok(tree.number(sources))
}

impl Tree {
    fn find(&self, parent: usize, name: &str) -> Option<usize> {
        self.named.get(&(parent, name.to_owned())).copied()
    }

    /// Adds an item; before another of the same parent, or at the end.
    fn insert(&mut self, parent: usize, name: &str, kind: Kind, before: Option<usize>) -> usize {
        let number = self.all.len();
        self.all.push(Joined::new(name, kind, parent));
        self.named.insert((parent, name.to_owned()), number);
        let tick_list = self.tick_list;
        if let Some(above) = self.all.get_mut(parent) {
            let place = |wanted| above.children.iter().position(|child| *child == wanted);
            // What belongs to an item comes after the list of the items.
            let least = tick_list.filter(|_| parent == 0).and_then(place).map_or(0, |at| at + 1);
            let at = before.and_then(place).unwrap_or(above.children.len()).max(least);
            above.children.insert(at, number);
        }
        number
    }

    fn add_tick_list(&mut self, sources: &[Source], conflicts: &mut Conflicts) {
        let name = TICK_LIST.rsplit('/').next().unwrap_or_default();
        if let Some(taken) = self.find(0, name) {
            let from = self.all.get(taken).and_then(|one| one.from.first());
            if let Some((source, item)) = from.and_then(|(at, item)| Some((sources.get(*at)?, *item))) {
                conflicts.add_reserved(source, item);
            }
        }
        self.tick_list = Some(self.insert(0, name, Kind::SelectMultiple, None));
    }

    /// Lays one workbook's tree over the others; gives the place of each of its items.
    fn lay(&mut self, at: usize, sources: &[Source], conflicts: &mut Conflicts) -> Vec<usize> {
        let Some(source) = sources.get(at) else { return Vec::new() };
        let mut places = vec![0; source.model.items.len()];
        // The next sibling that the others have too: what comes before it here shall do so in the merged form.
        let mut followers: HashMap<usize, usize> = HashMap::new();
        for (number, item) in source.model.items.iter().enumerate() {
            let parent = item.parent.and_then(|parent| places.get(parent)).copied().unwrap_or(0);
            let place = if number == 0 {
                0
            } else {
                self.lay_item(parent, (at, number), followers.get(&number).copied(), sources, conflicts)
            };
            if let Some(slot) = places.get_mut(number) {
                *slot = place;
            }
            if let Some(joined) = self.all.get_mut(place).filter(|_| Some(place) != self.tick_list) {
                joined.from.push((at, number));
            }
            let mut next = None;
            for child in item.children.iter().rev() {
                if let Some(next) = next {
                    followers.insert(*child, next);
                }
                let name = source.item(*child).map_or("", |child| child.name.as_str());
                next = self.find(place, name).or(next);
            }
            if self.all.len() > MAX_ITEMS {
                break;
            }
        }
        places
    }

    /// The place of one item: that of its like, or a new one.
    fn lay_item(
        &mut self,
        parent: usize,
        (at, number): (usize, usize),
        before: Option<usize>,
        sources: &[Source],
        conflicts: &mut Conflicts,
    ) -> usize {
        let Some(source) = sources.get(at) else { return 0 };
        let Some(item) = source.item(number) else { return 0 };
        let Some(there) = self.find(parent, &item.name) else {
            return self.insert(parent, &item.name, item.kind, before);
        };
        if Some(there) == self.tick_list {
            conflicts.add_reserved(source, number);
            return there;
        }
        let Some(like) = self.all.get(there) else { return 0 };
        let first = like.from.first().and_then(|(at, number)| Some((sources.get(*at)?, *number)));
        let Some((earlier, earlier_number)) = first else { return there };
        if like.kind != item.kind {
            conflicts.add(earlier, (source, number), What::Kind);
        } else if item.kind == Kind::Note
            && let Some(note) = earlier.item(earlier_number)
            && tell_different_things((earlier, note), (source, item))
        {
            // Notes have no answer, so that they can go by another name.
            let siblings = item.parent.and_then(|parent| source.item(parent)).map(|parent| &parent.children);
            let taken: Vec<&str> = siblings
                .into_iter()
                .flatten()
                .filter_map(|at| Some(source.item(*at)?.name.as_str()))
                .collect();
            let name = self.free_name(parent, &item.name, &taken);
            return self.insert(parent, &name, item.kind, before);
        }
        there
    }

    fn free_name(&self, parent: usize, name: &str, taken: &[&str]) -> String {
        let mut numbered = (2..).map(|number| format!("{name}_{number}"));
        let free = |name: &String| self.find(parent, name).is_none() && !taken.contains(&name.as_str());
        numbered.find(free).unwrap_or_default()
    }

    /// Brings the items into document order, parents before children.
    fn number(self, sources: &mut [Source]) -> Vec<Joined> {
        let mut order = Vec::new();
        let mut waiting = vec![0];
        while let Some(next) = waiting.pop() {
            order.push(next);
            waiting.extend(self.all.get(next).into_iter().flat_map(|one| one.children.iter().rev()));
        }
        let mut numbers = vec![0; self.all.len()];
        for (number, at) in order.iter().enumerate() {
            if let Some(slot) = numbers.get_mut(*at) {
                *slot = number;
            }
        }
        let now = |old: usize| numbers.get(old).copied().unwrap_or(0);
        for place in sources.iter_mut().flat_map(|source| &mut source.items) {
            *place = now(*place);
        }
        let mut all: Vec<(usize, Joined)> = self.all.into_iter().enumerate().collect();
        all.sort_by_key(|(old, _)| now(*old));
        let renumbered = all.into_iter().map(|(_, one)| Joined {
            parent: now(one.parent),
            children: one.children.into_iter().map(now).collect(),
            ..one
        });
        renumbered.collect()
    }
}

/// Whether two notes differ in a language that both have.
fn tell_different_things(one: (&Source, &Item), other: (&Source, &Item)) -> bool {
    let told = |(source, item): (&Source, &Item)| -> BTreeMap<usize, String> {
        let languages = item.label.by_language.keys();
        let pairs = languages
            .filter_map(|language| Some((*source.languages.get(*language)?, item.label.outline(*language))));
        pairs.collect()
    };
    let (one, other) = (told(one), told(other));
    one.iter().any(|(language, text)| other.get(language).is_some_and(|wanted| wanted != text))
}
