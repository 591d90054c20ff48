//! A session: one form being filled in. Answers in; what is shown, required, computed, offered and wrong out.

use crate::changes::{Changes, NodeView, Renumbered};
use crate::context::{Context, Tools};
use crate::error::Refusal;
use crate::evaluate::Evaluator;
use crate::form::{ALL_PARTS, Form, Item, Kind, Model, Parts};
use crate::grow::{Planted, find_node, split_last};
use crate::instance::{MAX_NODES, NodeRef, Tree};
use crate::settle::{NodeState, Work};
use crate::verdict::{MAX_ANSWER_CHARS, tidy};
use std::collections::BTreeMap;

/// The most rows a repeat may have.
pub const MAX_ROWS: usize = 200;
/// The steps that all evaluations of one act may take together.
pub(crate) const MAX_STEPS_PER_ACT: u64 = 3_000_000;

/// One form being filled in; owns all it needs and may be kept for as long as the screen is open.
pub struct Session {
    pub(crate) form: Form,
    pub(crate) context: Context,
    pub(crate) tools: Tools,
    pub(crate) language: usize,
    pub(crate) tree: Tree,
    pub(crate) states: Vec<NodeState>,
    pub(crate) work: Work,
    /// An earlier session's answers are being taken over: what a person may have overwritten is not computed again.
    pub(crate) resuming: bool,
    unplaced: Vec<String>,
}

/// Shows no answer: a session holds personal data.
impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let nodes = self.tree.nodes.len();
        f.debug_struct("Session").field("form_id", &self.model().form_id).field("nodes", &nodes).finish()
    }
}

impl Session {
    /// Begins a session with defaults and prefilled values. What the form has no place for is left out.
    #[must_use]
    pub fn new(form: &Form, context: &Context, prefill: &BTreeMap<String, String>) -> Self {
        Self::begin(form, context, prefill, false, 0)
    }

    /// Takes up a session from its answers: no defaults, as many rows as the answers have.
    #[must_use]
    pub fn resume(form: &Form, context: &Context, answers: &BTreeMap<String, String>) -> Self {
        Self::begin(form, context, answers, true, 0)
    }

    /// As [`Session::resume`], in a language of the form given by its number.
    pub(crate) fn resume_in(
        form: &Form,
        context: &Context,
        answers: &BTreeMap<String, String>,
        language: usize,
    ) -> Self {
        Self::begin(form, context, answers, true, language)
    }

    fn begin(
        form: &Form,
        context: &Context,
        values: &BTreeMap<String, String>,
        resuming: bool,
        language: usize,
    ) -> Self {
        let mut session = Self {
            form: form.clone(),
            context: context.clone(),
            tools: Tools::new(context.seed, MAX_STEPS_PER_ACT),
            language,
            tree: Tree::default(),
            states: Vec::new(),
            work: Work::default(),
            resuming,
            unplaced: Vec::new(),
        };
        let planted = Planted::read(values, session.model());
        session.plant(&planted, !resuming);
        session.unplaced = session.place_values(values);
        session.work.silent = true;
        session.settle_new(0, !resuming);
        session.work.silent = false;
        session.work.forget();
        session.resuming = false;
        session
    }

    pub(crate) fn model(&self) -> &Model {
        &self.form.model
    }

    /// The form that is filled in.
    #[must_use]
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// Gives an answer; an empty value takes it back. Tells exactly what changed.
    ///
    /// # Errors
    /// Nothing is changed when the path does not exist, is not asked, is read-only, or the value is too long.
    pub fn answer(&mut self, path: &str, value: &str) -> Result<Changes, Refusal> {
        let node = find_node(self.model(), &self.tree, path).ok_or(Refusal::UnknownPath)?;
        let item = self.item(node).ok_or(Refusal::UnknownPath)?;
        let kind = item.kind;
        if !kind.has_value() {
            return Err(Refusal::UnknownPath);
        }
        if kind == Kind::Calculate || self.is_read_only(node) {
            return Err(Refusal::ReadOnly);
        }
        if !self.is_relevant(node) {
            return Err(Refusal::NotRelevant);
        }
        if value.chars().count() > MAX_ANSWER_CHARS {
            return Err(Refusal::TooLong);
        }
        let tidied = tidy(item, value);
        let fitting = self.fit_to_offer(node, &tidied);
        self.start_act();
        if let Some(state) = self.states.get_mut(node) {
            state.answered = None;
        }
        self.set_value(node, fitting);
        self.settle();
        Ok(self.gather())
    }

    /// Adds a row at the end of a repeat, `/data/rep`.
    ///
    /// # Errors
    /// Nothing is changed when there is no such repeat, its rows are counted by a formula, or it has 200 rows.
    pub fn add_repeat(&mut self, path: &str) -> Result<Changes, Refusal> {
        let (parent, item) = self.find_repeat(path)?;
        let rows = self.tree.children_of_item(parent, item).count();
        if rows >= MAX_ROWS || self.tree.nodes.len() >= MAX_NODES {
            return Err(Refusal::RowsFixed);
        }
        self.start_act();
        self.add_row(parent, item, !self.resuming);
        self.settle();
        Ok(self.gather())
    }

    /// Takes away a row, `/data/rep[2]`; the rows after it move up.
    ///
    /// # Errors
    /// Nothing is changed when there is no such row or the rows are counted by a formula.
    pub fn remove_repeat(&mut self, path: &str) -> Result<Changes, Refusal> {
        let row = find_node(self.model(), &self.tree, path).ok_or(Refusal::UnknownPath)?;
        if self.item(row).is_none_or(|item| item.kind != Kind::Repeat) {
            return Err(Refusal::UnknownPath);
        }
        let (base, _) = split_last(path).ok_or(Refusal::UnknownPath)?;
        let (parent, item) = self.find_repeat(&base)?;
        self.start_act();
        let later: Vec<usize> =
            self.tree.children_of_item(parent, item).skip_while(|other| *other != row).skip(1).collect();
        let before: Vec<String> = later.iter().map(|row| self.tree.path(self.model(), *row)).collect();
        self.remove_row(parent, row);
        self.settle();
        let mut changes = self.gather();
        let after = later.iter().map(|row| self.tree.path(self.model(), *row));
        changes.renumbered =
            before.into_iter().zip(after).map(|(from, to)| Renumbered { from, to }).collect();
        Ok(changes)
    }

    /// The node that holds a repeat, and the repeat's item; rows that a formula counts are refused.
    fn find_repeat(&self, path: &str) -> Result<(usize, usize), Refusal> {
        let (parent, name) = path.rsplit_once('/').ok_or(Refusal::UnknownPath)?;
        let parent = find_node(self.model(), &self.tree, parent).ok_or(Refusal::UnknownPath)?;
        let children = self.item(parent).map(|item| item.children.as_slice()).unwrap_or_default();
        let found = children.iter().copied().find(|child| {
            self.model().items.get(*child).is_some_and(|item| item.name == name && item.kind == Kind::Repeat)
        });
        let item = found.ok_or(Refusal::UnknownPath)?;
        let counted = self.model().items.get(item).is_some_and(|item| item.repeat_count.is_some());
        if counted { Err(Refusal::RowsFixed) } else { Ok((parent, item)) }
    }

    /// Values that a person gave to questions that are not asked at present: no answers, but they come back with the
    /// question. With [`Session::answers`] they are all that is needed to take the session up again.
    #[must_use]
    pub fn aside(&self) -> BTreeMap<String, String> {
        let kept = self.nodes().into_iter().filter(|node| {
            node.kind.has_value() && node.kind != Kind::Calculate && !node.relevant && !node.value.is_empty()
        });
        kept.map(|node| (node.path, node.value)).collect()
    }

    /// Ends the filling in: questions of type `end` take the present moment, which is passed in.
    pub fn finish(&mut self, now: chrono::DateTime<chrono::FixedOffset>) -> Changes {
        self.start_act();
        self.context.now = now;
        let ended: Vec<usize> = self.in_order();
        for node in ended {
            let ends = self.item(node).is_some_and(|item| {
                matches!(item.start, Some(crate::form::Start::Preloaded(crate::form::Property::End)))
            });
            if ends {
                let value = self.context.moment_text();
                self.set_value(node, value);
            }
        }
        self.settle();
        self.gather()
    }

    /// What this filled-in form is called, by the formula in the settings sheet.
    #[must_use]
    pub fn instance_name(&self) -> Option<String> {
        let expr = self.model().instance_name.as_ref()?;
        let name = self.evaluator().run(expr, NodeRef::Live(0)).ok()?.to_answer();
        (!name.is_empty()).then_some(name)
    }

    /// Changes the language, given its heading, name or code; tells which texts changed.
    ///
    /// # Errors
    /// Nothing is changed when the form has no such language.
    pub fn set_language(&mut self, language: &str) -> Result<Changes, Refusal> {
        let language = self.model().find_language(language).ok_or(Refusal::UnknownLanguage)?;
        self.start_act();
        self.touch_all();
        self.language = language;
        self.retell_all();
        self.settle();
        Ok(self.gather())
    }

    /// The present language as the form's headings name it.
    #[must_use]
    pub fn language(&self) -> &str {
        self.model().languages.get(self.language).map_or("", String::as_str)
    }

    /// All nodes in document order, those not asked at present included.
    #[must_use]
    pub fn nodes(&self) -> Vec<NodeView> {
        let mut views = Vec::new();
        self.tree.walk(self.model(), |node, path| {
            if node > 0 {
                views.extend(self.view(node, path.to_owned()));
            }
        });
        views
    }

    /// One node.
    #[must_use]
    pub fn node(&self, path: &str) -> Option<NodeView> {
        let node = find_node(self.model(), &self.tree, path)?;
        self.view(node, self.tree.path(self.model(), node))
    }

    /// The answers that count: of nodes that are asked, computed ones included, empty ones left out. A row that holds
    /// no answer stands under its own path with an empty value, so that rows are counted alike everywhere.
    #[must_use]
    pub fn answers(&self) -> BTreeMap<String, String> {
        let mut answers = BTreeMap::new();
        self.tree.walk(self.model(), |node, path| {
            let is_row = self.item(node).is_some_and(|item| item.kind == Kind::Repeat);
            let holds_none = || !self.tree.subtree(node).into_iter().any(|below| self.counts(below));
            if self.counts(node) || (is_row && self.is_relevant(node) && holds_none()) {
                answers.insert(path.to_owned(), self.tree.value(node).to_owned());
            }
        });
        answers
    }

    /// Whether a node's value belongs to the answers.
    fn counts(&self, node: usize) -> bool {
        let has_value = self.item(node).is_some_and(|item| item.kind.has_value());
        has_value && self.is_relevant(node) && !self.tree.value(node).is_empty()
    }

    /// How many expressions have been evaluated since the session began.
    #[must_use]
    pub fn evaluations(&self) -> u64 {
        self.work.evaluations
    }

    /// The paths of prefilled values for which the form has no place.
    #[must_use]
    pub fn unplaced(&self) -> &[String] {
        &self.unplaced
    }

    pub(crate) fn item(&self, node: usize) -> Option<&Item> {
        self.model().items.get(self.tree.item_of(node))
    }

    pub(crate) fn is_relevant(&self, node: usize) -> bool {
        self.asked(node) != 0
    }

    /// Whether a node or any group around it is read-only.
    pub(crate) fn is_read_only(&self, node: usize) -> bool {
        let mut at = Some(node);
        while let Some(here) = at {
            if self.states.get(here).is_some_and(|state| state.read_only) {
                return true;
            }
            at = self.tree.parent(here);
        }
        false
    }

    /// The parts that ask a node at present.
    pub(crate) fn asked(&self, node: usize) -> Parts {
        self.tree.node(node).filter(|node| node.alive).map_or(0, |node| node.asked)
    }

    /// The parts as which a node's own formulas see the form: those that ask it; while none does, those that have it.
    pub(crate) fn view_at(&self, node: usize) -> Parts {
        let asked = self.tree.node(node).map_or(0, |node| node.asked);
        if asked == 0 { self.item(node).map_or(ALL_PARTS, |item| item.members) } else { asked }
    }

    pub(crate) fn evaluator_at(&self, node: usize) -> Evaluator<'_> {
        self.evaluator().seen_by(self.view_at(node))
    }

    pub(crate) fn evaluator(&self) -> Evaluator<'_> {
        Evaluator::new(self.model(), &self.tree, &self.context, &self.tools, self.language)
    }

    /// All living nodes, parents before children, in the form's order.
    pub(crate) fn in_order(&self) -> Vec<usize> {
        let mut found = Vec::new();
        let mut waiting = vec![0];
        while let Some(node) = waiting.pop() {
            if self.tree.node(node).is_some() {
                found.push(node);
            }
            waiting.extend(self.tree.children(node).iter().rev());
        }
        found
    }

    fn view(&self, node: usize, path: String) -> Option<NodeView> {
        let item = self.item(node)?;
        let state = self.states.get(node)?;
        Some(NodeView {
            parent: path.rsplit_once('/').map(|(parent, _)| parent.to_owned()).unwrap_or_default(),
            path,
            kind: item.kind,
            label: self.shown_label(node),
            hint: state.hint.clone(),
            appearance: item.appearance.clone(),
            value: self.tree.value(node).to_owned(),
            relevant: self.is_relevant(node),
            required: state.required,
            read_only: self.is_read_only(node),
            problem: state.verdict.clone(),
            choices: self.choices(node),
            parameters: item.parameters.clone(),
            media: state.media.clone(),
            guidance: state.guidance.clone(),
            has_label: !item.label.is_empty(),
            row: (item.kind == Kind::Repeat).then(|| self.tree.row_number(node)),
        })
    }

    /// The label; questions without one show their name, groups nothing.
    pub(crate) fn shown_label(&self, node: usize) -> String {
        let label = self.states.get(node).map(|state| state.label.clone()).unwrap_or_default();
        match self.item(node) {
            Some(item) if item.label.is_empty() && !item.kind.is_container() => item.name.clone(),
            _ => label,
        }
    }
}
