//! What holds at a node at present: which parts of the form ask it, whether it must or may be answered, what is wrong.

use crate::changes::Problem;
use crate::form::{Item, Model, Parts, Rules, Texts, split_language};
use crate::instance::NodeRef;
use crate::session::Session;
use crate::syntax::Expr;
use crate::verdict::{Fault, find_fault};

impl Model {
    /// The parts of a merged form that an answer to its tick-list names, and the bundle's own workbook.
    pub(crate) fn ticked_in(&self, answer: &str) -> Parts {
        answer.split_whitespace().filter_map(|code| self.part_of(code)).fold(1, |ticked, part| ticked | part)
    }

    /// The bit of a part.
    pub(crate) fn part_of(&self, code: &str) -> Option<Parts> {
        let place = self.codes.iter().position(|known| known == code)?;
        1_u64.checked_shl(u32::try_from(place + 1).ok()?)
    }

    /// Whether the engine speaks English in a language of the form.
    pub(crate) fn is_english(&self, language: usize) -> bool {
        let (name, code) = split_language(self.languages.get(language).map_or("", String::as_str));
        name.eq_ignore_ascii_case("english") || code.starts_with("en")
    }
}

impl Session {
    /// A condition as the parts that made it see the form; what cannot be evaluated has the truth that is given.
    fn holds(&self, expr: &Expr, parts: Parts, node: usize, otherwise: bool) -> bool {
        let value = self.evaluator().seen_by(parts).run(expr, NodeRef::Live(node));
        value.map_or(otherwise, |value| value.to_boolean())
    }

    /// The parts that ask a node, as far as it is for the node itself.
    pub(crate) fn find_own_asked(&self, node: usize, item: usize) -> Parts {
        let Some(found) = self.model().items.get(item) else { return 0 };
        // What cannot be evaluated is shown rather than hidden.
        let asks = |rules: &&Rules| {
            rules.relevant.as_ref().is_none_or(|expr| self.holds(expr, rules.parts, node, true))
        };
        let asked = found.sides().filter(asks).fold(0, |asked, rules| asked | rules.parts);
        if self.model().is_ticked_off(item) { asked & self.ticked() } else { asked }
    }

    /// The parts that are ticked at present.
    fn ticked(&self) -> Parts {
        let list = self.model().tick_list;
        let node = list.and_then(|list| self.tree.children_of_item(0, list).next());
        self.model().ticked_in(node.map_or("", |node| self.tree.value(node)))
    }

    /// The first of the asking parts that wants an answer.
    pub(crate) fn required_by<'i>(&self, node: usize, item: &'i Item) -> Option<&'i Rules> {
        item.sides_in(self.asked(node)).find(|rules| {
            rules.required.as_ref().is_some_and(|expr| self.holds(expr, rules.parts, node, false))
        })
    }

    /// Whether all parts that ask lock the answer.
    pub(crate) fn is_own_read_only(&self, node: usize, item: &Item) -> bool {
        item.sides_in(self.asked(node)).all(|rules| {
            rules.read_only.as_ref().is_some_and(|expr| self.holds(expr, rules.parts, node, false))
        })
    }

    /// What is wrong with a node's value, told in a language of the form.
    pub(crate) fn judge(&self, node: usize, language: usize) -> Option<String> {
        let item = self.item(node)?;
        let value = self.tree.value(node);
        if value.is_empty() {
            return None;
        }
        let english = self.model().is_english(language);
        if let Some(fault) = find_fault(item, value, self.context.zone()) {
            return Some(fault.message(english).to_owned());
        }
        if item.kind.is_select() && !self.choices_stand(node, item.kind, value) {
            return Some(Fault::Choice.message(english).to_owned());
        }
        let broken = item.sides_in(self.asked(node)).find(|rules| {
            rules.constraint.as_ref().is_some_and(|expr| !self.holds(expr, rules.parts, node, false))
        })?;
        Some(self.message((&broken.constraint_message, broken.parts), node, Fault::Constraint, language))
    }

    /// The form's own message, or the engine's.
    fn message(&self, (texts, parts): (&Texts, Parts), node: usize, fault: Fault, language: usize) -> String {
        if texts.is_empty() {
            return fault.message(self.model().is_english(language)).to_owned();
        }
        let mut run = self.evaluator().seen_by(parts);
        run.language = language;
        run.fill(texts, NodeRef::Live(node))
    }

    /// What hinders submission, in document order.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        self.tree.walk(self.model(), |node, path| {
            if let Some(message) = self.hindrance(node, self.language) {
                let languages = self.model().languages.iter().enumerate();
                let told = |(at, language): (usize, &String)| {
                    let (name, code) = split_language(language);
                    let key = if code.is_empty() { name } else { code };
                    Some((key.to_owned(), self.hindrance(node, at)?))
                };
                let messages = languages.filter_map(told).collect();
                problems.push(Problem { path: path.to_owned(), message, messages });
            }
        });
        problems
    }

    /// What hinders submission at one node, told in a language of the form.
    fn hindrance(&self, node: usize, language: usize) -> Option<String> {
        let item = self.item(node).filter(|item| item.kind.has_value() && self.is_relevant(node))?;
        let state = self.states.get(node)?;
        if !self.tree.value(node).is_empty() {
            let verdict = state.verdict.clone()?;
            let told = if language == self.language { None } else { self.judge(node, language) };
            return Some(told.unwrap_or(verdict));
        }
        if !state.required {
            return None;
        }
        // Where it can no longer be told who wants the answer, whoever might want it speaks.
        let wanting = self.required_by(node, item);
        let wanting = wanting.or_else(|| item.sides().find(|rules| rules.required.is_some()))?;
        Some(self.message((&wanting.required_message, wanting.parts), node, Fault::Required, language))
    }
}
