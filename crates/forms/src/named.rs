//! A rule that stands outside a form: an expression over names that somebody else gives values to.

use crate::context::{Context, Tools};
use crate::error::EvalError;
use crate::evaluate::Evaluator;
use crate::form::{ALL_PARTS, Item, Kind, Model};
use crate::instance::{NodeRef, Tree, TreeNode};
use crate::naming::bind;
use crate::references::Misuse;
use crate::session::MAX_STEPS_PER_ACT;
use crate::syntax::{Expr, Step, parse};
use crate::value::Value;

/// The longest rule that is read, in bytes.
pub const MAX_RULE_BYTES: usize = 4_096;

/// A rule, read once and evaluated for as many as there are. `${name}` behaves as a question of that name would.
#[derive(Debug)]
pub struct Rule {
    expr: Expr,
    /// The names as questions of a small form of their own, in the order in which the rule first says them.
    model: Model,
    names: Vec<String>,
}

impl Rule {
    /// Reads a rule. Any name may be used; who evaluates it says which there are ([`Rule::names`]).
    ///
    /// # Errors
    /// It is no expression, or its functions do not exist or are given too few or too many arguments.
    pub fn read(text: &str) -> Result<Self, EvalError> {
        if text.len() > MAX_RULE_BYTES {
            return Err(EvalError::TooLarge);
        }
        let mut expr = parse(text)?;
        let mut names = Vec::new();
        gather(&expr, &mut names);
        let model = model_of(&names);
        bind(&mut expr, &model).map_err(|misuse| match misuse {
            Misuse::Evaluation(error) => error,
            Misuse::Ambiguous(name) => EvalError::UnknownName { name },
        })?;
        Ok(Self { expr, model, names })
    }

    /// The names that the rule uses, each once.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The rule's value, `values` giving what stands behind each name: one text, none (blank), or those of several rows.
    ///
    /// # Errors
    /// The rule has no value, or takes too many steps.
    pub fn value(
        &self,
        context: &Context,
        mut values: impl FnMut(&str) -> Vec<String>,
    ) -> Result<Value, EvalError> {
        let mut tree = Tree { nodes: Vec::with_capacity(self.names.len() + 1) };
        tree.nodes.push(node(0, None, String::new()));
        for (at, name) in self.names.iter().enumerate() {
            let mut given = values(name);
            if given.is_empty() {
                given.push(String::new());
            }
            for value in given {
                let id = tree.nodes.len();
                tree.nodes.push(node(at + 1, Some(0), value));
                if let Some(root) = tree.nodes.first_mut() {
                    root.children.push(id);
                }
            }
        }
        let tools = Tools::new(context.seed, MAX_STEPS_PER_ACT);
        Evaluator::new(&self.model, &tree, context, &tools, 0).run(&self.expr, NodeRef::Nothing)
    }

    /// Whether the rule holds.
    ///
    /// # Errors
    /// As [`Rule::value`].
    pub fn holds(
        &self,
        context: &Context,
        values: impl FnMut(&str) -> Vec<String>,
    ) -> Result<bool, EvalError> {
        Ok(self.value(context, values)?.to_boolean())
    }
}

fn node(item: usize, parent: Option<usize>, value: String) -> TreeNode {
    TreeNode { item, parent, children: Vec::new(), value, asked: ALL_PARTS, alive: true }
}

fn model_of(names: &[String]) -> Model {
    let mut model = Model::default();
    let mut root = Item::new("data", "/data", Kind::Group, None);
    root.children = (1..=names.len()).collect();
    model.items.push(root);
    for (at, name) in names.iter().enumerate() {
        model.items.push(Item::new(name, &format!("/data/{name}"), Kind::Text, Some(0)));
        model.named.insert(name.clone(), vec![at + 1]);
    }
    model
}

/// The names of an expression.
fn gather(expr: &Expr, names: &mut Vec<String>) {
    match expr {
        Expr::Number(_) | Expr::Text(_) => {}
        Expr::Negate(inner) => gather(inner, names),
        Expr::Arithmetic(first, rest) => {
            gather(first, names);
            rest.iter().for_each(|(_, right)| gather(right, names));
        }
        Expr::And(parts) | Expr::Or(parts) => parts.iter().for_each(|part| gather(part, names)),
        Expr::Compare(left, _, right) | Expr::Union(left, right) => {
            gather(left, names);
            gather(right, names);
        }
        Expr::Call(call) => call.arguments.iter().for_each(|argument| gather(argument, names)),
        Expr::Reference(reference) | Expr::LastSaved(reference) => {
            if !names.contains(&reference.name) {
                names.push(reference.name.clone());
            }
        }
        Expr::Path(path) => gather_steps(&path.steps, names),
        Expr::Filter { base, predicates, steps } => {
            gather(base, names);
            predicates.iter().for_each(|predicate| gather(predicate, names));
            gather_steps(steps, names);
        }
    }
}

fn gather_steps(steps: &[Step], names: &mut Vec<String>) {
    steps.iter().flat_map(|step| &step.predicates).for_each(|predicate| gather(predicate, names));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use chrono::DateTime;

    fn context() -> Context {
        Context::at(DateTime::parse_from_rfc3339("2026-11-22T10:00:00+08:00").unwrap())
    }

    /// With `given` as `age=80;disabled=no|yes`.
    fn holds(rule: &str, given: &str) -> bool {
        let values = |name: &str| {
            let mut pairs = given.split(';').filter_map(|pair| pair.split_once('='));
            let found = pairs.find(|(known, _)| *known == name);
            found.map(|(_, values)| values.split('|').map(str::to_owned).collect()).unwrap_or_default()
        };
        Rule::read(rule).unwrap().holds(&context(), values).unwrap()
    }

    #[test]
    fn names_have_the_values_that_are_given_and_are_blank_without() {
        for (rule, given, expected) in [
            ("${age} >= 80", "age=80", true),
            ("${age} >= 80", "age=79", false),
            ("${age} >= 80", "age=", false),
            ("${age} < 80", "", false),
            ("${sex} = ''", "", true),
            ("selected(${receives}, 'DIBAO')", "receives=TEKUN DIBAO", true),
            ("selected(${receives}, 'DIBAO')", "receives=DIBAO_EDGE", false),
            ("${age} >= 60 and not(selected(${receives}, 'X'))", "age=61;receives=", true),
            ("${disabled} = 'yes'", "disabled=no|yes", true),
            ("count(${disabled}[. = 'yes']) = 2", "disabled=yes|yes|no", true),
            ("${birth_date} < '1950-01-01'", "birth_date=1948-03-15", true),
            ("${birth_date} < today()", "birth_date=1948-03-15", true),
            ("${age} + ${age} = 4", "age=2", true),
        ] {
            assert_eq!(holds(rule, given), expected, "{rule} {given}");
        }
    }

    #[test]
    fn a_rule_names_what_it_uses_once() {
        let rule = Rule::read("if(${a} > 1, ${b}, ${a}) = concat(${c}, 'x') or -${d} > 0").unwrap();
        assert_eq!(rule.names(), ["a", "b", "c", "d"]);
    }

    #[test]
    fn what_is_no_rule_is_refused_when_it_is_read() {
        for rule in ["", "${age} >=", "${age", "nosuch(1)", "selected(${a})", "regex(${a}, '(')", "${a}（1）"]
        {
            assert!(Rule::read(rule).is_err(), "{rule}");
        }
        assert!(matches!(Rule::read(&"1+".repeat(4_000)), Err(EvalError::TooLarge)));
    }
}
