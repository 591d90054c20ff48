//! What expressions look at: the items behind their names and paths, as dependencies.

use crate::error::EvalError;
use crate::form::{ALL_PARTS, ChoiceSource, Kind, Model, Parts};
use crate::syntax::{Axis, Call, Expr, Path, Step, Test};
use std::collections::BTreeSet;

/// An item that an expression looks at: the nearest instance, or (wide) any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dependency {
    pub(crate) target: usize,
    pub(crate) wide: bool,
}

/// Why an expression cannot be used in this form.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Misuse {
    Evaluation(EvalError),
    Ambiguous(String),
}

impl From<EvalError> for Misuse {
    fn from(error: EvalError) -> Self {
        Self::Evaluation(error)
    }
}

/// Where a path may stand, as far as it can be told without answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Document,
    Item(usize),
    /// A choice of a list, whose columns are below it.
    Choice(usize),
    /// A list, or anything else that cannot be told.
    Elsewhere,
}

struct Collector<'a> {
    model: &'a Model,
    origin: Place,
    /// The parts as which the expression sees the form.
    view: Parts,
    found: Vec<Dependency>,
    missing: Option<String>,
    work: usize,
    /// How many predicates stand around: what is named in them may lie in any row.
    predicates: usize,
}

/// Paths such as `//*//*` could keep a reader busy for minutes; beyond this they count as looking at everything.
const MAX_WORK: usize = 200_000;

/// The items that an expression of an item looks at as some parts see them. In a choice filter the expression stands
/// on a choice.
pub(crate) fn dependencies(
    model: &Model,
    item: usize,
    (expr, view): (&Expr, Parts),
    on_choice: bool,
) -> Vec<Dependency> {
    collect_from(model, item, (expr, view), on_choice).found
}

fn collect_from<'a>(
    model: &'a Model,
    item: usize,
    (expr, view): (&Expr, Parts),
    on_choice: bool,
) -> Collector<'a> {
    let origin = Place::Item(item);
    let found = Vec::new();
    let mut collector = Collector { model, origin, view, found, missing: None, work: 0, predicates: 0 };
    let place = if on_choice { choice_place(model, item) } else { origin };
    collector.collect(expr, &[place]);
    collector
}

/// Where a choice filter stands: on a choice, or in a row whose answer is the choice.
fn choice_place(model: &Model, item: usize) -> Place {
    match model.items.get(item).and_then(|item| item.source) {
        Some(ChoiceSource::List { list, .. }) => Place::Choice(list),
        Some(ChoiceSource::Answers { question }) => {
            model.repeat_above(question).map_or(Place::Elsewhere, Place::Item)
        }
        None => Place::Elsewhere,
    }
}

/// The first path of an expression that leads nowhere in this form.
pub(crate) fn find_dead_path(model: &Model, item: usize, expr: &Expr, on_choice: bool) -> Option<String> {
    collect_from(model, item, (expr, ALL_PARTS), on_choice).missing
}

impl Collector<'_> {
    fn add(&mut self, target: usize, wide: bool) {
        let dependency = Dependency { target, wide };
        if !self.found.contains(&dependency) {
            self.found.push(dependency);
        }
    }

    /// Collects from an expression; gives the places it may point at.
    fn collect(&mut self, expr: &Expr, places: &[Place]) -> Vec<Place> {
        match expr {
            Expr::Number(_) | Expr::Text(_) | Expr::LastSaved(_) => Vec::new(),
            Expr::Negate(inner) => {
                self.collect(inner, places);
                Vec::new()
            }
            Expr::Arithmetic(first, rest) => {
                self.collect(first, places);
                for (_, right) in rest {
                    self.collect(right, places);
                }
                Vec::new()
            }
            Expr::And(parts) | Expr::Or(parts) => {
                for part in parts {
                    self.collect(part, places);
                }
                Vec::new()
            }
            Expr::Compare(left, _, right) | Expr::Union(left, right) => {
                let mut both = self.collect(left, places);
                both.extend(self.collect(right, places));
                both
            }
            Expr::Call(call) => self.collect_call(call, places),
            Expr::Reference(reference) => {
                let Some(target) = reference.target else { return Vec::new() };
                // In a row, its repeat's name means all the rows.
                let rows = matches!(self.origin, Place::Item(item) if self.model.is_above(target, item))
                    && self.model.items.get(target).is_some_and(|found| found.kind == Kind::Repeat);
                self.add(target, self.predicates > 0 || rows);
                vec![Place::Item(target)]
            }
            Expr::Path(path) => self.collect_path(path, places),
            Expr::Filter { base, predicates, steps } => {
                let reached = self.collect(base, places);
                self.collect_predicates(predicates, &reached);
                self.walk(reached, steps)
            }
        }
    }

    fn collect_predicates(&mut self, predicates: &[Expr], places: &[Place]) {
        self.predicates += 1;
        for predicate in predicates {
            self.collect(predicate, places);
        }
        self.predicates -= 1;
    }

    fn collect_call(&mut self, call: &Call, places: &[Place]) -> Vec<Place> {
        let before = self.found.len();
        let mut reached = Vec::new();
        for argument in &call.arguments {
            let places = self.collect(argument, places);
            if call.name == "position" {
                reached.extend(places);
            }
        }
        match call.name.as_str() {
            "current" => return vec![self.origin],
            "instance" => return vec![Place::Elsewhere],
            // A choice's label may have answers filled in.
            "jr:choice-name" => self.collect_labels_of(call),
            // These reach across rows.
            "indexed-repeat" => {
                for dependency in self.found.iter_mut().skip(before) {
                    dependency.wide = true;
                }
            }
            // A row's number changes when other rows come and go, not when an answer does.
            "position" => {
                self.found.truncate(before);
                for place in reached {
                    if let Place::Item(item) = place {
                        self.add_repeat_of(item);
                    }
                }
            }
            _ => {}
        }
        Vec::new()
    }

    /// What the labels of the choices show that `jr:choice-name(value, '${question}')` picks from.
    fn collect_labels_of(&mut self, call: &Call) {
        let Some(Expr::Reference(question)) = call.arguments.get(1) else { return };
        let (model, before) = (self.model, self.found.len());
        let Some(item) = question.target else { return };
        let choices = model.list_of(item).into_iter().flat_map(|list| &list.choices);
        for value in choices.flat_map(|choice| choice.label.values()) {
            self.collect(value, &[Place::Item(item)]);
        }
        for dependency in self.found.iter_mut().skip(before) {
            dependency.wide = true;
        }
    }

    fn add_repeat_of(&mut self, item: usize) {
        let mut at = Some(item);
        while let Some(here) = at.and_then(|at| self.model.items.get(at).map(|found| (at, found))) {
            if here.1.kind == Kind::Repeat {
                self.add(here.0, true);
                return;
            }
            at = here.1.parent;
        }
    }

    fn collect_path(&mut self, path: &Path, places: &[Place]) -> Vec<Place> {
        let start = if path.absolute { vec![Place::Document] } else { places.to_vec() };
        let is_self = !path.absolute
            && matches!(path.steps.as_slice(), [step] if step.axis == Axis::Itself && step.predicates.is_empty());
        if is_self {
            for place in &start {
                if let Place::Item(item) = place {
                    self.add(*item, false);
                }
            }
            return start;
        }
        self.walk(start, &path.steps)
    }

    fn walk(&mut self, start: Vec<Place>, steps: &[Step]) -> Vec<Place> {
        let mut places = start;
        for step in steps {
            let mut reached: BTreeSet<Place> = BTreeSet::new();
            for place in &places {
                let next = self.step(*place, step);
                self.work += 1 + next.len();
                reached.extend(next);
                if self.work > MAX_WORK {
                    reached.extend((0..self.model.items.len()).map(Place::Item));
                    break;
                }
            }
            let reached: Vec<Place> = reached.into_iter().collect();
            if reached.is_empty() && !places.is_empty() && self.missing.is_none() {
                self.missing = Some(step_name(step));
            }
            self.collect_predicates(&step.predicates, &reached);
            places = reached;
        }
        for place in &places {
            if let Place::Item(item) = place {
                self.add(*item, true);
            }
        }
        places
    }

    fn step(&self, place: Place, step: &Step) -> Vec<Place> {
        let item = match place {
            Place::Elsewhere => return vec![Place::Elsewhere],
            Place::Choice(list) => return self.step_from_choice(list, step),
            Place::Document => None,
            Place::Item(item) => Some(item),
        };
        let reached: Vec<Place> = match step.axis {
            Axis::Child if self.is_meta(item, step) => return vec![Place::Elsewhere],
            Axis::Child => self.children(item),
            Axis::Parent => vec![self.parent(item)],
            Axis::Itself => return vec![place],
            Axis::Ancestor | Axis::AncestorOrSelf => {
                let mut found = if step.axis == Axis::AncestorOrSelf { vec![place] } else { Vec::new() };
                let mut at = item;
                while let Some(above) = at.and_then(|at| self.model.items.get(at)).and_then(|i| i.parent) {
                    found.push(Place::Item(above));
                    at = Some(above);
                }
                found
            }
            Axis::Descendant | Axis::DescendantOrSelf => {
                let below = (0..self.model.items.len())
                    .filter(|other| item.is_none_or(|item| self.model.is_above(item, *other)));
                let own = (step.axis == Axis::DescendantOrSelf).then_some(place);
                own.into_iter().chain(below.map(Place::Item)).collect()
            }
            Axis::FollowingSibling | Axis::PrecedingSibling => match self.parent(item) {
                Place::Item(parent) => self.children(Some(parent)),
                _ => Vec::new(),
            },
            Axis::Nothing => return Vec::new(),
        };
        reached.into_iter().filter(|place| self.is_there(*place) && self.fits(*place, &step.test)).collect()
    }

    /// Other programs keep what they know of a filled-in form in a group `meta`; here it is empty.
    fn is_meta(&self, item: Option<usize>, step: &Step) -> bool {
        let named = matches!(&step.test, Test::Name(name) if name == "meta");
        named && item == Some(0) && !self.model.named.contains_key("meta")
    }

    /// Below a choice are the columns of its list.
    fn step_from_choice(&self, number: usize, step: &Step) -> Vec<Place> {
        let list = self.model.lists.get(number);
        let known = match &step.test {
            Test::Name(name) => list.is_none_or(|list| list.unread || list.column(name).is_some()),
            _ => true,
        };
        match step.axis {
            Axis::Itself => vec![Place::Choice(number)],
            Axis::Child if !known => Vec::new(),
            _ => vec![Place::Elsewhere],
        }
    }

    fn children(&self, item: Option<usize>) -> Vec<Place> {
        let Some(item) = item else { return vec![Place::Item(0)] };
        let children = self.model.items.get(item).map(|item| item.children.as_slice());
        children.unwrap_or_default().iter().copied().map(Place::Item).collect()
    }

    fn parent(&self, item: Option<usize>) -> Place {
        let parent = item.and_then(|item| self.model.items.get(item)).and_then(|item| item.parent);
        parent.map_or(Place::Document, Place::Item)
    }

    fn is_there(&self, place: Place) -> bool {
        let Place::Item(item) = place else { return true };
        self.model.items.get(item).is_some_and(|item| item.members & self.view != 0)
    }

    fn fits(&self, place: Place, test: &Test) -> bool {
        match (test, place) {
            (Test::Any, _) | (_, Place::Elsewhere | Place::Choice(_)) => true,
            (Test::Name(name), Place::Item(item)) => self.model.is_named(item, name),
            (Test::Name(_), Place::Document) | (Test::Text, _) => false,
        }
    }
}

fn step_name(step: &Step) -> String {
    match &step.test {
        Test::Name(name) => name.clone(),
        Test::Any => "*".to_owned(),
        Test::Text => "text()".to_owned(),
    }
}
