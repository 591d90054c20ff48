//! Growing a session's tree: nodes for items, rows for repeats, values put at their paths.

use crate::form::{ALL_PARTS, Kind, Model, Start};
use crate::instance::{MAX_NODES, Tree, TreeNode};
use crate::session::{MAX_ROWS, Session};
use crate::settle::NodeState;
use crate::verdict::{MAX_ANSWER_CHARS, tidy};
use std::collections::{BTreeMap, HashMap};

/// The longest path that is looked at, in characters.
const MAX_PATH_CHARS: usize = 1_000;

/// How many rows each repeat must have for given values to find their place, by the repeat's path.
#[derive(Debug, Default)]
pub(crate) struct Planted {
    rows: BTreeMap<String, usize>,
}

impl Planted {
    pub(crate) fn read(values: &BTreeMap<String, String>, model: &Model) -> Self {
        let mut planted = Self::default();
        // A form without repeats needs no look at the paths.
        if !model.items.iter().any(|item| item.kind == Kind::Repeat) {
            return planted;
        }
        for path in values.keys().filter(|path| path.len() <= MAX_PATH_CHARS) {
            let mut before = String::new();
            for segment in path.split('/').skip(1) {
                let Some((name, number)) = split_segment(segment) else { break };
                let repeat = format!("{before}/{name}");
                // A row beyond the bound finds no place, and calls for no others before it.
                if number.is_some_and(|number| number > MAX_ROWS) {
                    break;
                }
                if let Some(number) = number {
                    let rows = planted.rows.entry(repeat).or_default();
                    *rows = (*rows).max(number);
                }
                before = format!("{before}/{segment}");
            }
        }
        planted
    }

    fn rows(&self, repeat: &str) -> Option<usize> {
        self.rows.get(repeat).copied()
    }
}

/// A path's segment as name and row number: `rep[2]`.
fn split_segment(segment: &str) -> Option<(&str, Option<usize>)> {
    match segment.split_once('[') {
        None => Some((segment, None)),
        Some((name, rest)) => {
            let number: usize = rest.strip_suffix(']')?.parse().ok()?;
            if number == 0 { None } else { Some((name, Some(number))) }
        }
    }
}

/// A row's path as its repeat's path and the row's number.
pub(crate) fn split_last(path: &str) -> Option<(String, usize)> {
    let (parent, segment) = path.rsplit_once('/')?;
    let (name, number) = split_segment(segment)?;
    Some((format!("{parent}/{name}"), number.unwrap_or(1)))
}

/// The node at an absolute path; a repeat without a number means its first row.
pub(crate) fn find_node(model: &Model, tree: &Tree, path: &str) -> Option<usize> {
    if path.len() > MAX_PATH_CHARS {
        return None;
    }
    let mut segments = path.strip_prefix('/')?.split('/');
    let root = model.items.first()?;
    if segments.next()? != root.name {
        return None;
    }
    let mut node = 0;
    for segment in segments {
        let (name, number) = split_segment(segment)?;
        let mut found = tree
            .children(node)
            .iter()
            .copied()
            .filter(|child| model.items.get(tree.item_of(*child)).is_some_and(|item| item.name == name));
        node = found.nth(number.unwrap_or(1) - 1)?;
    }
    tree.node(node).map(|_| node)
}

impl Session {
    /// Grows the whole tree, with as many rows as the values need.
    pub(crate) fn plant(&mut self, planted: &Planted, with_defaults: bool) {
        self.grow(0, None, "/data", planted, with_defaults, usize::from(with_defaults));
    }

    /// Grows a node and all below it; gives its number. Beyond the bound nothing more grows. Repeats without values
    /// begin with `first_rows`.
    fn grow(
        &mut self,
        item: usize,
        parent: Option<usize>,
        path: &str,
        planted: &Planted,
        with_defaults: bool,
        first_rows: usize,
    ) -> Option<usize> {
        if self.tree.nodes.len() >= MAX_NODES {
            return None;
        }
        let model = self.form.model.clone();
        let found = model.items.get(item)?;
        let node = self.tree.nodes.len();
        let value = match &found.start {
            Some(Start::Fixed(text)) if with_defaults => tidy(found, text),
            _ => String::new(),
        };
        let above = parent.map_or(ALL_PARTS, |parent| self.tree.node(parent).map_or(0, |node| node.asked));
        self.tree.nodes.push(TreeNode {
            item,
            parent,
            children: Vec::new(),
            value,
            asked: above & found.members,
            alive: true,
        });
        self.states.push(NodeState::fresh(found.members));
        for child in &found.children {
            let Some(below) = model.items.get(*child) else { continue };
            let child_path = format!("{path}/{}", below.name);
            let rows = match below.kind {
                Kind::Repeat if below.repeat_count.is_some() => planted.rows(&child_path).unwrap_or(0),
                Kind::Repeat => planted.rows(&child_path).unwrap_or(first_rows),
                _ => 1,
            };
            for row in 1..=rows {
                let own = if below.kind == Kind::Repeat {
                    format!("{child_path}[{row}]")
                } else {
                    child_path.clone()
                };
                if let Some(grown) = self.grow(*child, Some(node), &own, planted, with_defaults, first_rows)
                    && let Some(here) = self.tree.nodes.get_mut(node)
                {
                    here.children.push(grown);
                }
            }
        }
        Some(node)
    }

    /// Every node by its path, where there are so many values that looking for each would take longer.
    fn places(&self, wanted: usize) -> Option<HashMap<String, usize>> {
        if wanted < 50 {
            return None;
        }
        let mut places = HashMap::new();
        self.tree.walk(&self.form.model, |node, path| {
            places.insert(path.to_owned(), node);
        });
        Some(places)
    }

    /// Puts values at their paths; gives the paths that have no place.
    pub(crate) fn place_values(&mut self, values: &BTreeMap<String, String>) -> Vec<String> {
        let mut unplaced = Vec::new();
        let model = self.form.model.clone();
        let places = self.places(values.len());
        for (path, value) in values {
            let node = match &places {
                Some(places) => places.get(path).copied().or_else(|| find_node(&model, &self.tree, path)),
                None => find_node(&model, &self.tree, path),
            };
            let item = node.and_then(|node| model.items.get(self.tree.item_of(node)));
            let fits = value.chars().count() <= MAX_ANSWER_CHARS;
            match (node.and_then(|node| self.tree.nodes.get_mut(node)), item) {
                (Some(node), Some(item)) if item.kind.has_value() && fits => node.value = tidy(item, value),
                // A row without answers stands for itself.
                (Some(_), Some(item)) if item.kind == Kind::Repeat && value.is_empty() => {}
                _ => unplaced.push(path.clone()),
            }
        }
        unplaced
    }

    /// Adds a row after the last one of its repeat.
    pub(crate) fn add_row(&mut self, parent: usize, item: usize, with_defaults: bool) -> Option<usize> {
        let before = self.tree.nodes.len();
        // Repeats within a row that is added begin without one, as in the ODK engines.
        let row = self.grow(item, Some(parent), "", &Planted::default(), with_defaults, 0)?;
        let at = self.place_for(parent, item);
        if let Some(here) = self.tree.nodes.get_mut(parent) {
            here.children.insert(at.min(here.children.len()), row);
        }
        self.work.added.push(row);
        for node in before..self.tree.nodes.len() {
            self.propagate(node);
        }
        self.settle_new(before, with_defaults);
        Some(row)
    }

    /// Where among its siblings a new row belongs: after all nodes of its item and of those before it in the form.
    fn place_for(&self, parent: usize, item: usize) -> usize {
        let children = self.tree.children(parent);
        let before = children.iter().rposition(|child| self.tree.item_of(*child) <= item);
        before.map_or(0, |at| at + 1)
    }

    /// Takes a row out, with all below it.
    pub(crate) fn remove_row(&mut self, parent: usize, row: usize) {
        let model = self.form.model.clone();
        self.work.removed.push(self.tree.path(&model, row));
        let gone = self.tree.subtree(row);
        if let Some(here) = self.tree.nodes.get_mut(parent) {
            here.children.retain(|child| *child != row);
        }
        for node in gone {
            let item = self.tree.item_of(node);
            if let Some(node) = self.tree.nodes.get_mut(node) {
                node.alive = false;
                node.value = String::new();
                node.children = Vec::new();
            }
            self.propagate_item(item, parent);
        }
    }
}
