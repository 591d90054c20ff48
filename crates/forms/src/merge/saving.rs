//! What a merged form gives back to each item, and how much it spares the person.

use crate::context::Context;
use crate::form::{Form, Item, Kind, Parts};
use crate::session::Session;
use crate::syntax::Expr;
use serde::Serialize;
use std::collections::BTreeMap;

/// How many questions a person answers by hand; the tick-list is none of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Saving {
    /// When each item is applied for by itself.
    pub fields_apart: usize,
    /// When they are applied for together, the bundle's own questions among them.
    pub fields_together: usize,
}

impl Saving {
    /// Counts one question of some parts; the first bit is the bundle's own.
    fn count(&mut self, asked: Parts) {
        self.fields_apart += usize::try_from((asked & !1).count_ones()).unwrap_or(0);
        self.fields_together += usize::from(asked != 0);
    }
}

/// Whether an item of this kind is answered by hand.
fn is_answered(kind: Kind) -> bool {
    kind.has_value() && !matches!(kind, Kind::Calculate | Kind::Hidden)
}

/// The parts for which an item is answered by hand: it is not locked for good.
fn asking(item: &Item) -> Parts {
    let locked = |expr: &Expr| matches!(expr, Expr::Call(call) if call.name == "true");
    let open = item.sides().filter(|rules| !rules.read_only.as_ref().is_some_and(locked));
    open.fold(0, |parts, rules| parts | rules.parts)
}

impl Form {
    /// How many questions the forms of these items have, apart and together; whatever the answers, so each row once.
    /// Nothing for a form that was not merged.
    #[must_use]
    pub fn saving(&self, ticked: &[&str]) -> Saving {
        let mut saving = Saving::default();
        let Some(list) = self.model.tick_list else { return saving };
        let parts = self.model.ticked_in(&ticked.join(" "));
        let items = self.model.items.iter().enumerate().filter(|(at, _)| *at != list);
        for (_, item) in items.filter(|(_, item)| is_answered(item.kind)) {
            saving.count(asking(item) & parts);
        }
        saving
    }

    /// Of a merged form's answers, those that belong to one item: what its own form asks. Nothing for an item that is
    /// not ticked. The context is the one in which the answers were given.
    #[must_use]
    pub fn answers_for(
        &self,
        code: &str,
        context: &Context,
        answers: &BTreeMap<String, String>,
    ) -> BTreeMap<String, String> {
        let mut belonging = Session::resume(self, context, answers).answers_for(code);
        // Texts may have been computed in another language; what was given counts.
        for (path, value) in &mut belonging {
            if let Some(given) = answers.get(path).filter(|given| !given.is_empty()) {
                value.clone_from(given);
            }
        }
        belonging
    }
}

impl Session {
    /// Of the answers that count, those that belong to one item of a merged form, as its own form would hold them.
    #[must_use]
    pub fn answers_for(&self, code: &str) -> BTreeMap<String, String> {
        let mut answers = BTreeMap::new();
        let Some(part) = self.model().part_of(code) else { return answers };
        let counts = |node: usize| {
            let has_value = self.item(node).is_some_and(|item| item.kind.has_value());
            has_value && self.asked(node) & part != 0 && !self.tree.value(node).is_empty()
        };
        self.tree.walk(self.model(), |node, path| {
            let is_row = self.item(node).is_some_and(|item| item.kind == Kind::Repeat);
            let holds_none = || !self.tree.subtree(node).into_iter().any(counts);
            if counts(node) || (is_row && self.asked(node) & part != 0 && holds_none()) {
                answers.insert(path.to_owned(), self.tree.value(node).to_owned());
            }
        });
        answers
    }

    /// How many questions are asked as the answers now stand, each row's by itself, apart and together. Nothing for a
    /// form that was not merged.
    #[must_use]
    pub fn saving(&self) -> Saving {
        let mut saving = Saving::default();
        let Some(list) = self.model().tick_list else { return saving };
        for node in self.in_order().into_iter().filter(|node| self.tree.item_of(*node) != list) {
            let answered = self.item(node).is_some_and(|item| is_answered(item.kind));
            if answered && !self.is_read_only(node) {
                saving.count(self.asked(node));
            }
        }
        saving
    }
}
