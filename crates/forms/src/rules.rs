//! The parts of a merged form, and the conditions that each puts on an item.

use crate::form::{Item, Texts};
use crate::syntax::Expr;

/// Parts of a merged form, a bit each. A form that was not merged is all parts at once.
pub(crate) type Parts = u64;
pub(crate) const ALL_PARTS: Parts = Parts::MAX;

/// The conditions that a part of the form puts on an item; they see the form as that part alone would.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    pub(crate) parts: Parts,
    pub(crate) relevant: Option<Expr>,
    pub(crate) required: Option<Expr>,
    pub(crate) required_message: Texts,
    pub(crate) read_only: Option<Expr>,
    pub(crate) constraint: Option<Expr>,
    pub(crate) constraint_message: Texts,
    pub(crate) choice_filter: Option<Expr>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            parts: ALL_PARTS,
            relevant: None,
            required: None,
            required_message: Texts::default(),
            read_only: None,
            constraint: None,
            constraint_message: Texts::default(),
            choice_filter: None,
        }
    }
}

impl Item {
    /// The conditions of each part that has the item.
    pub(crate) fn sides(&self) -> impl Iterator<Item = &Rules> {
        std::iter::once(&self.rules).chain(&self.more)
    }

    /// The conditions of the parts that ask at present; of all while none does.
    pub(crate) fn sides_in(&self, asked: Parts) -> impl Iterator<Item = &Rules> {
        self.sides().filter(move |rules| asked == 0 || rules.parts & asked != 0)
    }

    pub(crate) fn has_filter(&self) -> bool {
        self.sides().any(|rules| rules.choice_filter.is_some())
    }
}
