//! Evaluation: an expression, a place to stand, a value. Every step is counted, so that nothing runs for ever.

use crate::context::{Context, Tools};
use crate::error::EvalError;
use crate::form::{ALL_PARTS, Kind, Model, Parts, Piece, Texts};
use crate::instance::{NodeRef, Tree};
use crate::syntax::{Arithmetic, Axis, Expr, Path, Reference, Step, Test};
use crate::value::{NodeSet, Value, compare};
use chrono::FixedOffset;
use std::cell::Cell;

/// The steps one expression may take.
const MAX_STEPS_PER_EXPRESSION: u64 = 150_000;
/// The longest text an expression may make, in bytes.
pub(crate) const MAX_TEXT_BYTES: usize = 262_144;

/// Where an expression stands: its node, the node it began at, and its position among its like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Focus {
    pub(crate) node: NodeRef,
    pub(crate) origin: NodeRef,
    pub(crate) position: usize,
    pub(crate) size: usize,
}

impl Focus {
    pub(crate) fn at(node: NodeRef) -> Self {
        Self { node, origin: node, position: 1, size: 1 }
    }
}

/// All that an evaluation may look at.
pub(crate) struct Evaluator<'a> {
    pub(crate) model: &'a Model,
    pub(crate) tree: &'a Tree,
    pub(crate) context: &'a Context,
    pub(crate) tools: &'a Tools,
    pub(crate) language: usize,
    /// The parts of a merged form as which the expression sees it: what they do not have is not there, what they do
    /// not ask is not asked.
    pub(crate) view: Parts,
    steps: Cell<u64>,
    /// Nodes that are not asked at present were passed over since this was last put down.
    passed: Cell<bool>,
}

type Outcome = Result<Value, EvalError>;

impl<'a> Evaluator<'a> {
    pub(crate) fn new(
        model: &'a Model,
        tree: &'a Tree,
        context: &'a Context,
        tools: &'a Tools,
        language: usize,
    ) -> Self {
        let (steps, passed) = (Cell::new(0), Cell::new(false));
        Self { model, tree, context, tools, language, view: ALL_PARTS, steps, passed }
    }

    /// The same, seeing the form as some of its parts.
    pub(crate) fn seen_by(self, view: Parts) -> Self {
        Self { view, ..self }
    }

    pub(crate) fn zone(&self) -> FixedOffset {
        self.context.zone()
    }

    /// Counts steps; fails when the expression or the whole change has taken too many.
    pub(crate) fn charge(&self, steps: usize) -> Result<(), EvalError> {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        let taken = self.steps.get().saturating_add(steps);
        self.steps.set(taken);
        let left = self.tools.budget.get();
        self.tools.budget.set(left.saturating_sub(steps));
        if taken > MAX_STEPS_PER_EXPRESSION || left < steps {
            return Err(EvalError::TooManySteps);
        }
        Ok(())
    }

    /// Begins a fresh count of steps.
    pub(crate) fn restart(&self) {
        self.steps.set(0);
    }

    /// Evaluates a whole expression with a fresh count of steps.
    pub(crate) fn run(&self, expr: &Expr, node: NodeRef) -> Outcome {
        self.restart();
        self.eval(expr, Focus::at(node))
    }

    /// A label or message with its values filled in; a value that cannot be had is left out.
    pub(crate) fn fill(&self, texts: &Texts, node: NodeRef) -> String {
        let mut out = String::new();
        for piece in texts.pieces(self.language) {
            match piece {
                Piece::Plain(text) => out.push_str(text),
                Piece::Value(expr) => {
                    let value = self.run(expr, node);
                    out.push_str(&value.map(|value| value.to_answer()).unwrap_or_default());
                }
            }
        }
        out
    }

    pub(crate) fn eval(&self, expr: &Expr, focus: Focus) -> Outcome {
        self.charge(1)?;
        match expr {
            Expr::Number(number) => Ok(Value::Number(*number)),
            Expr::Text(text) => Ok(Value::Text(text.clone())),
            Expr::Negate(inner) => Ok(Value::Number(-self.number(inner, focus)?)),
            Expr::Arithmetic(first, rest) => {
                let mut result = self.number(first, focus)?;
                for (sign, right) in rest {
                    result = calculate(result, *sign, self.number(right, focus)?);
                }
                Ok(Value::Number(result))
            }
            Expr::Compare(left, sign, right) => {
                let (left, right) = (self.eval(left, focus)?, self.eval(right, focus)?);
                self.charge(size_of(&left).saturating_mul(size_of(&right)))?;
                Ok(Value::Boolean(compare(&left, *sign, &right, self.zone())))
            }
            Expr::And(parts) => Ok(Value::Boolean(!self.finds(parts, false, focus)?)),
            Expr::Or(parts) => Ok(Value::Boolean(self.finds(parts, true, focus)?)),
            Expr::Union(left, right) => {
                let mut nodes = self.nodes(left, focus)?;
                nodes.extend(self.nodes(right, focus)?);
                Ok(self.node_set(sort_nodes(nodes)))
            }
            Expr::Call(call) => {
                let Some(function) = call.function else {
                    return Err(EvalError::UnknownFunction { name: call.name.clone() });
                };
                function.check_count(call.arguments.len())?;
                (function.run)(self, &call.arguments, focus)
            }
            Expr::Reference(_) | Expr::Path(_) | Expr::Filter { .. } => self.eval_nodes(expr, focus),
            Expr::LastSaved(reference) => {
                let item = reference.target.and_then(|item| self.model.items.get(item));
                let saved = item.and_then(|item| self.context.last_saved.get(&item.path));
                Ok(Value::text(saved.map_or("", String::as_str)))
            }
        }
    }

    /// A path's value; a filter without steps keeps the value of a base that is no node-set.
    fn eval_nodes(&self, expr: &Expr, focus: Focus) -> Outcome {
        let before = self.passed.replace(false);
        let nodes = self.nodes(expr, focus)?;
        let passed = self.passed.replace(before);
        let mut value = self.node_set(nodes);
        if let Value::Nodes(set) = &mut value {
            set.blank = passed && set.nodes.is_empty();
        }
        Ok(value)
    }

    pub(crate) fn number(&self, expr: &Expr, focus: Focus) -> Result<f64, EvalError> {
        Ok(self.eval(expr, focus)?.to_number(self.zone()))
    }

    pub(crate) fn boolean(&self, expr: &Expr, focus: Focus) -> Result<bool, EvalError> {
        Ok(self.eval(expr, focus)?.to_boolean())
    }

    /// Whether any of some expressions has this truth; those after the first that has it are not evaluated.
    fn finds(&self, parts: &[Expr], truth: bool, focus: Focus) -> Result<bool, EvalError> {
        for part in parts {
            if self.boolean(part, focus)? == truth {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A text, bounded in size.
    pub(crate) fn text(&self, expr: &Expr, focus: Focus) -> Result<String, EvalError> {
        let text = self.eval(expr, focus)?.to_text();
        self.charge(text.len() / 64)?;
        if text.len() > MAX_TEXT_BYTES { Err(EvalError::TooLarge) } else { Ok(text) }
    }

    fn node_set(&self, nodes: Vec<NodeRef>) -> Value {
        Value::Nodes(NodeSet::of(nodes.into_iter().map(|node| (node, self.text_of(node))).collect()))
    }

    /// The nodes an expression points at; an error when it is no node-set.
    pub(crate) fn nodes(&self, expr: &Expr, focus: Focus) -> Result<Vec<NodeRef>, EvalError> {
        match expr {
            Expr::Reference(reference) => self.resolve(reference, focus),
            Expr::Path(path) => self.walk_path(path, focus),
            Expr::Filter { base, predicates, steps } => {
                let mut nodes = self.nodes(base, focus)?;
                for predicate in predicates {
                    nodes = self.keep(nodes, predicate, focus, false)?;
                }
                self.walk_steps(nodes, steps, focus)
            }
            other => match self.eval(other, focus)? {
                Value::Nodes(set) => Ok(set.nodes.into_iter().map(|(node, _)| node).collect()),
                _ => Err(EvalError::BadArgument { function: "path" }),
            },
        }
    }

    /// `${name}`: the nearest ones. Within a predicate the row under test counts as near, unless the expression itself
    /// began in a row that holds the question.
    fn resolve(&self, reference: &Reference, focus: Focus) -> Result<Vec<NodeRef>, EvalError> {
        let Some(target) = reference.target else {
            return Err(EvalError::UnknownName { name: reference.name.clone() });
        };
        let anchor = match (focus.node, focus.origin) {
            (NodeRef::Live(node), NodeRef::Live(origin)) => {
                let near = self.tree.anchor(self.model, origin, target);
                if node == origin || self.lies_in_row(near) {
                    near
                } else {
                    self.tree.anchor(self.model, node, target)
                }
            }
            (NodeRef::Live(node), _) | (_, NodeRef::Live(node)) => self.tree.anchor(self.model, node, target),
            _ => 0,
        };
        let found = self.tree.instances_under(self.model, anchor, target);
        self.charge(found.len())?;
        let count = found.len();
        let asked: Vec<NodeRef> =
            found.into_iter().filter(|id| self.is_relevant(*id)).map(NodeRef::Live).collect();
        if asked.len() < count {
            self.passed.set(true);
        }
        Ok(asked)
    }

    /// Whether a node is a row of a repeat or lies in one.
    fn lies_in_row(&self, id: usize) -> bool {
        let mut at = Some(id);
        while let Some(node) = at {
            if self.model.items.get(self.tree.item_of(node)).is_some_and(|item| item.kind == Kind::Repeat) {
                return true;
            }
            at = self.tree.parent(node);
        }
        false
    }

    pub(crate) fn is_relevant(&self, id: usize) -> bool {
        self.tree.node(id).is_some_and(|node| node.asked & self.view != 0)
    }

    /// Whether the parts as which the expression sees the form have this node at all.
    fn is_there(&self, node: NodeRef) -> bool {
        let NodeRef::Live(id) = node else { return true };
        let item = self.model.items.get(self.tree.item_of(id));
        item.is_some_and(|item| item.members & self.view != 0)
    }

    /// The list of a name that the parts have as which the expression sees the form.
    pub(crate) fn find_list(&self, name: &str) -> Option<usize> {
        self.model.lists.iter().position(|list| list.name == name && !list.absent & self.view != 0)
    }

    fn walk_path(&self, path: &Path, focus: Focus) -> Result<Vec<NodeRef>, EvalError> {
        let start = if path.absolute {
            if self.tree.nodes.is_empty() { NodeRef::Nothing } else { NodeRef::Document }
        } else {
            focus.node
        };
        self.walk_steps(vec![start], &path.steps, focus)
    }

    fn walk_steps(
        &self,
        start: Vec<NodeRef>,
        steps: &[Step],
        focus: Focus,
    ) -> Result<Vec<NodeRef>, EvalError> {
        let mut nodes = start;
        for step in steps {
            let mut found = Vec::new();
            for node in nodes {
                self.charge(1)?;
                let mut reached = self.reach(node, step)?;
                for predicate in &step.predicates {
                    let backwards =
                        matches!(step.axis, Axis::Ancestor | Axis::AncestorOrSelf | Axis::PrecedingSibling);
                    reached = self.keep(reached, predicate, focus, backwards)?;
                }
                found.extend(reached);
            }
            nodes = sort_nodes(found);
        }
        // Steps lead through what is not asked at present; only what a path ends at must be asked.
        let itself = steps.last().is_none_or(|step| step.axis == Axis::Itself);
        nodes.retain(|node| match node {
            NodeRef::Nothing => false,
            NodeRef::Live(id) if !itself && !self.is_relevant(*id) => {
                self.passed.set(true);
                false
            }
            _ => true,
        });
        Ok(nodes)
    }

    /// Keeps the nodes for which a predicate holds: a number is a position, anything else a truth.
    fn keep(
        &self,
        mut nodes: Vec<NodeRef>,
        predicate: &Expr,
        focus: Focus,
        backwards: bool,
    ) -> Result<Vec<NodeRef>, EvalError> {
        if backwards {
            nodes.reverse();
        }
        let size = nodes.len();
        let mut kept = Vec::new();
        for (at, node) in nodes.into_iter().enumerate() {
            let position = at + 1;
            let place = Focus { node, origin: focus.origin, position, size };
            let holds = match self.eval(predicate, place)? {
                Value::Number(number) => is_position(number, position),
                other => other.to_boolean(),
            };
            if holds {
                kept.push(node);
            }
        }
        if backwards {
            kept.reverse();
        }
        Ok(kept)
    }

    fn reach(&self, node: NodeRef, step: &Step) -> Result<Vec<NodeRef>, EvalError> {
        let mut found: Vec<NodeRef> = match step.axis {
            Axis::Itself => vec![node],
            Axis::Child => self.children(node),
            Axis::Parent => self.parent(node).into_iter().collect(),
            Axis::Ancestor => self.ancestors(node),
            Axis::AncestorOrSelf => {
                let mut found = self.ancestors(node);
                found.push(node);
                found
            }
            Axis::Descendant => self.descendants(node)?.split_off(1),
            Axis::DescendantOrSelf => self.descendants(node)?,
            Axis::FollowingSibling => self.siblings(node, true),
            Axis::PrecedingSibling => self.siblings(node, false),
            Axis::Nothing => Vec::new(),
        };
        self.charge(found.len())?;
        found.retain(|reached| self.is_there(*reached));
        if step.test == Test::Text {
            return Ok(Vec::new());
        }
        if let Test::Name(name) = &step.test {
            found.retain(|reached| self.name_is(*reached, name));
        }
        Ok(found)
    }

    fn ancestors(&self, node: NodeRef) -> Vec<NodeRef> {
        let mut found = Vec::new();
        let mut at = self.parent(node);
        while let Some(above) = at {
            found.push(above);
            at = self.parent(above);
        }
        found.reverse();
        found
    }

    /// A node and everything below it, in document order.
    fn descendants(&self, node: NodeRef) -> Result<Vec<NodeRef>, EvalError> {
        let mut found = Vec::new();
        let mut waiting = vec![node];
        while let Some(next) = waiting.pop() {
            self.charge(1)?;
            found.push(next);
            waiting.extend(self.children(next).into_iter().rev());
        }
        Ok(found)
    }

    fn siblings(&self, node: NodeRef, following: bool) -> Vec<NodeRef> {
        let Some(parent) = self.parent(node) else { return Vec::new() };
        let all = self.children(parent);
        let Some(at) = all.iter().position(|child| *child == node) else { return Vec::new() };
        let (before, from) = all.split_at(at);
        if following { from.iter().skip(1).copied().collect() } else { before.to_vec() }
    }

    fn children(&self, node: NodeRef) -> Vec<NodeRef> {
        match node {
            NodeRef::Document => vec![NodeRef::Live(0)],
            NodeRef::Live(id) => self.tree.children(id).iter().copied().map(NodeRef::Live).collect(),
            NodeRef::List(list) => vec![NodeRef::ListRoot(list)],
            NodeRef::ListRoot(list) => {
                let count = self.model.lists.get(list).map_or(0, |found| found.choices.len());
                (0..count).map(|choice| NodeRef::Choice(list, choice)).collect()
            }
            NodeRef::Choice(list, choice) => {
                let count = self.model.lists.get(list).map_or(0, |found| found.columns.len());
                (0..count).map(|column| NodeRef::Column(list, choice, column)).collect()
            }
            NodeRef::Nothing | NodeRef::Column(..) => Vec::new(),
        }
    }

    fn parent(&self, node: NodeRef) -> Option<NodeRef> {
        match node {
            NodeRef::Live(0) => Some(NodeRef::Document),
            NodeRef::Live(id) => self.tree.parent(id).map(NodeRef::Live),
            NodeRef::ListRoot(list) => Some(NodeRef::List(list)),
            NodeRef::Choice(list, _) => Some(NodeRef::ListRoot(list)),
            NodeRef::Column(list, choice, _) => Some(NodeRef::Choice(list, choice)),
            NodeRef::Nothing | NodeRef::Document | NodeRef::List(_) => None,
        }
    }

    fn name_is(&self, node: NodeRef, name: &str) -> bool {
        match node {
            NodeRef::Live(id) => self.model.is_named(self.tree.item_of(id), name),
            NodeRef::ListRoot(_) => name == "root",
            NodeRef::Choice(..) => name == "item",
            NodeRef::Column(list, _, column) => {
                let columns = self.model.lists.get(list).map(|list| list.columns.as_slice());
                columns.unwrap_or_default().get(column).is_some_and(|known| known == name)
            }
            NodeRef::Nothing | NodeRef::Document | NodeRef::List(_) => false,
        }
    }

    /// The text a node holds; groups and rows hold none.
    pub(crate) fn text_of(&self, node: NodeRef) -> String {
        match node {
            NodeRef::Live(id) => self.tree.value(id).to_owned(),
            NodeRef::Column(list, choice, column) => self.choice_text(list, choice, column, NodeRef::Nothing),
            _ => String::new(),
        }
    }

    /// The text of a choice's column; a label has its values filled in as seen from a node.
    pub(crate) fn choice_text(&self, list: usize, choice: usize, column: usize, from: NodeRef) -> String {
        let Some(found) = self.model.lists.get(list) else { return String::new() };
        if found.label_column == Some(column) {
            return found.choices.get(choice).map(|one| self.fill(&one.label, from)).unwrap_or_default();
        }
        found.cell(choice, column).to_owned()
    }

    /// The position of a node among its siblings of the same name: of a row, its number.
    pub(crate) fn position_of(&self, node: NodeRef) -> usize {
        match node {
            NodeRef::Live(id) => self.tree.row_number(id),
            NodeRef::Choice(_, choice) => choice + 1,
            _ => 1,
        }
    }
}

#[allow(clippy::cast_precision_loss)]
fn is_position(number: f64, position: usize) -> bool {
    number == position as f64
}

fn size_of(value: &Value) -> usize {
    if let Value::Nodes(set) = value { set.nodes.len() } else { 1 }
}

/// Document order without doubles. Rows may be younger than what follows them, so only doubles are taken out here:
/// walking from ordered nodes keeps the order.
fn sort_nodes(nodes: Vec<NodeRef>) -> Vec<NodeRef> {
    let mut seen = std::collections::BTreeSet::new();
    nodes.into_iter().filter(|node| seen.insert(*node)).collect()
}

fn calculate(left: f64, sign: Arithmetic, right: f64) -> f64 {
    match sign {
        Arithmetic::Add => left + right,
        Arithmetic::Subtract => left - right,
        Arithmetic::Multiply => left * right,
        Arithmetic::Divide => left / right,
        Arithmetic::Modulo => left % right,
    }
}
