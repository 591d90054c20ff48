//! The answers of one session as a tree: groups, rows of repeats and questions, each a node.

use crate::form::{Kind, Model, Parts};

/// Something an expression can point at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NodeRef {
    /// No document, or nothing: has no children and no text.
    Nothing,
    /// The document that holds the root.
    Document,
    /// A node of the tree.
    Live(usize),
    /// A choice list, its `root`, a choice in it, and a column of a choice: `instance('villages')/root/item/label`.
    List(usize),
    ListRoot(usize),
    Choice(usize, usize),
    Column(usize, usize, usize),
}

/// One node.
#[derive(Debug, Clone)]
pub(crate) struct TreeNode {
    pub(crate) item: usize,
    pub(crate) parent: Option<usize>,
    pub(crate) children: Vec<usize>,
    pub(crate) value: String,
    /// The parts of the form that ask it: for them, itself and all above it are relevant.
    pub(crate) asked: Parts,
    pub(crate) alive: bool,
}

impl TreeNode {
    pub(crate) fn is_asked(&self) -> bool {
        self.asked != 0
    }
}

/// The most nodes that one session may have had, those of removed rows included.
pub(crate) const MAX_NODES: usize = 40_000;

/// The tree of one session; node 0 is the root.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<TreeNode>,
}

impl Tree {
    pub(crate) fn node(&self, id: usize) -> Option<&TreeNode> {
        self.nodes.get(id)
    }

    pub(crate) fn item_of(&self, id: usize) -> usize {
        self.nodes.get(id).map_or(0, |node| node.item)
    }

    pub(crate) fn value(&self, id: usize) -> &str {
        self.nodes.get(id).map_or("", |node| &node.value)
    }

    pub(crate) fn parent(&self, id: usize) -> Option<usize> {
        self.nodes.get(id)?.parent
    }

    pub(crate) fn children(&self, id: usize) -> &[usize] {
        self.nodes.get(id).map_or(&[], |node| &node.children)
    }

    /// The children of a node that belong to an item, in order. Children stand in the form's order, so that they are
    /// found without a look at the others.
    pub(crate) fn children_of_item(&self, id: usize, item: usize) -> impl Iterator<Item = usize> + '_ {
        let children = self.children(id);
        let from = children.partition_point(|child| self.item_of(*child) < item);
        let rest = children.get(from..).unwrap_or_default().iter().copied();
        rest.take_while(move |child| self.item_of(*child) == item)
    }

    /// The position of a row among its repeat's rows, from 1; 1 for everything else.
    pub(crate) fn row_number(&self, id: usize) -> usize {
        let Some(parent) = self.parent(id) else { return 1 };
        let item = self.item_of(id);
        self.children_of_item(parent, item).position(|child| child == id).map_or(1, |at| at + 1)
    }

    /// The absolute path of a node: rows carry their number, `/data/rep[2]/q`.
    pub(crate) fn path(&self, model: &Model, id: usize) -> String {
        let mut names = Vec::new();
        let mut at = Some(id);
        while let Some(node) = at {
            let Some(item) = model.items.get(self.item_of(node)) else { break };
            match item.kind {
                Kind::Repeat => names.push(format!("{}[{}]", item.name, self.row_number(node))),
                _ => names.push(item.name.clone()),
            }
            at = self.parent(node);
        }
        names.reverse();
        format!("/{}", names.join("/"))
    }

    /// Goes through all living nodes, parents before children, in the form's order, with their paths.
    pub(crate) fn walk(&self, model: &Model, mut visit: impl FnMut(usize, &str)) {
        let mut path = String::new();
        // A node, the length of its parent's path, and its number among its like.
        let mut waiting = vec![(0, 0, 1)];
        while let Some((node, above, number)) = waiting.pop() {
            path.truncate(above);
            let Some(item) = model.items.get(self.item_of(node)) else { continue };
            path.push('/');
            path.push_str(&item.name);
            if item.kind == Kind::Repeat {
                path.push_str(&format!("[{number}]"));
            }
            visit(node, &path);
            let from = waiting.len();
            let mut last = (usize::MAX, 0);
            for child in self.children(node) {
                let item = self.item_of(*child);
                last = if last.0 == item { (item, last.1 + 1) } else { (item, 1) };
                waiting.push((*child, path.len(), last.1));
            }
            if let Some(children) = waiting.get_mut(from..) {
                children.reverse();
            }
        }
    }

    /// The nearest node at or above `from` whose item holds `target` below it.
    pub(crate) fn anchor(&self, model: &Model, from: usize, target: usize) -> usize {
        let mut at = from;
        loop {
            if model.is_above(self.item_of(at), target) {
                return at;
            }
            match self.parent(at) {
                Some(parent) => at = parent,
                None => return 0,
            }
        }
    }

    /// All nodes of an item at or below `anchor`, in document order.
    pub(crate) fn instances_under(&self, model: &Model, anchor: usize, target: usize) -> Vec<usize> {
        let top = self.item_of(anchor);
        if top == target {
            return vec![anchor];
        }
        let mut way = Vec::new();
        let mut item = target;
        while item != top {
            way.push(item);
            match model.items.get(item).and_then(|found| found.parent) {
                Some(parent) => item = parent,
                None => return Vec::new(),
            }
        }
        let mut found = vec![anchor];
        for item in way.into_iter().rev() {
            found = found.iter().flat_map(|node| self.children_of_item(*node, item)).collect();
        }
        found
    }

    /// A node and all below it, parents first.
    pub(crate) fn subtree(&self, id: usize) -> Vec<usize> {
        let mut found = vec![id];
        let mut next = 0;
        while let Some(node) = found.get(next).copied() {
            found.extend_from_slice(self.children(node));
            next += 1;
        }
        found
    }
}
