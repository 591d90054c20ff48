//! Functions on truths, nodes, rows and choices.

use super::{Outcome, argument};
use crate::error::EvalError;
use crate::evaluate::{Evaluator, Focus};
use crate::form::ChoiceSource;
use crate::instance::NodeRef;
use crate::shuffle::{seed_of_number, seed_of_text, shuffle};
use crate::syntax::Expr;
use crate::value::Value;

fn number_of(count: usize) -> Value {
    Value::Number(u32::try_from(count).map_or(f64::NAN, f64::from))
}

pub(super) fn always(_: &Evaluator<'_>, _: &[Expr], _: Focus) -> Outcome {
    Ok(Value::Boolean(true))
}

pub(super) fn never(_: &Evaluator<'_>, _: &[Expr], _: Focus) -> Outcome {
    Ok(Value::Boolean(false))
}

pub(super) fn boolean(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    Ok(Value::Boolean(run.boolean(argument(arguments, 0, "boolean")?, focus)?))
}

pub(super) fn not(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    Ok(Value::Boolean(!run.boolean(argument(arguments, 0, "not")?, focus)?))
}

pub(super) fn boolean_from_string(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let text = run.text(argument(arguments, 0, "boolean-from-string")?, focus)?;
    Ok(Value::Boolean(text == "1" || text == "true"))
}

/// `if(test, then, else)`: only the one that is chosen is evaluated.
pub(super) fn choose(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let truth = run.boolean(argument(arguments, 0, "if")?, focus)?;
    run.eval(argument(arguments, if truth { 1 } else { 2 }, "if")?, focus)
}

/// `once(value)`: the node's own value when it has one, else the value.
pub(super) fn once(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let own = run.text_of(focus.origin);
    if own.is_empty() { run.eval(argument(arguments, 0, "once")?, focus) } else { Ok(Value::Text(own)) }
}

pub(super) fn count(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    Ok(number_of(run.nodes(argument(arguments, 0, "count")?, focus)?.len()))
}

pub(super) fn count_non_empty(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let nodes = run.nodes(argument(arguments, 0, "count-non-empty")?, focus)?;
    Ok(number_of(nodes.into_iter().filter(|node| !run.text_of(*node).is_empty()).count()))
}

pub(super) fn last(_: &Evaluator<'_>, _: &[Expr], focus: Focus) -> Outcome {
    Ok(number_of(focus.size))
}

/// `position()` in a predicate; `position(..)` the number of a row among its repeat's.
pub(super) fn position(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let Some(given) = arguments.first() else { return Ok(number_of(focus.position)) };
    let nodes = run.nodes(given, focus)?;
    Ok(nodes.first().map_or(Value::Number(f64::NAN), |node| number_of(run.position_of(*node))))
}

/// The node at which the whole expression began.
pub(super) fn current(run: &Evaluator<'_>, _: &[Expr], focus: Focus) -> Outcome {
    let node = focus.origin;
    let nodes = if node == NodeRef::Nothing { Vec::new() } else { vec![(node, run.text_of(node))] };
    Ok(Value::Nodes(crate::value::NodeSet::of(nodes)))
}

/// `instance('list')`: the choices sheet's list as a document.
pub(super) fn instance(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let name = run.text(argument(arguments, 0, "instance")?, focus)?;
    let Some(list) = run.find_list(&name) else {
        // The name may be an answer, which no error may repeat.
        return Err(EvalError::BadArgument { function: "instance" });
    };
    Ok(Value::Nodes(crate::value::NodeSet::of(vec![(NodeRef::List(list), String::new())])))
}

/// `randomize(nodes, seed)`: the nodes in the order that a seed gives.
pub(super) fn randomize(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let nodes = run.nodes(argument(arguments, 0, "randomize")?, focus)?;
    run.charge(nodes.len())?;
    let seed = match arguments.get(1) {
        None => (run.tools.chance.next() >> 1).cast_signed(),
        Some(given) => {
            let value = run.eval(given, focus)?;
            let number = value.to_number(run.zone());
            let textual = number.is_nan() && value.is_textual();
            if textual { seed_of_text(&value.to_text()) } else { seed_of_number(number) }
        }
    };
    let nodes = shuffle(nodes, seed).into_iter().map(|node| (node, run.text_of(node)));
    Ok(Value::Nodes(crate::value::NodeSet::of(nodes.collect())))
}

/// `indexed-repeat(${name}, ${repeat}, n, …)`: the question in the n-th row.
pub(super) fn indexed_repeat(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    if arguments.len().is_multiple_of(2) {
        return Err(EvalError::ArgumentCount { name: "indexed-repeat", given: arguments.len() });
    }
    let target = |at: usize| match arguments.get(at) {
        Some(Expr::Reference(reference)) => reference.target,
        _ => None,
    };
    let wrong = EvalError::BadArgument { function: "indexed-repeat" };
    let Some(wanted) = target(0) else { return Err(wrong) };
    let mut chosen = Vec::new();
    for pair in 0..arguments.len() / 2 {
        let Some(repeat) = target(pair * 2 + 1) else { return Err(wrong) };
        let number = run.number(argument(arguments, pair * 2 + 2, "indexed-repeat")?, focus)?;
        chosen.push((repeat, number));
    }
    let found = run.tree.instances_under(run.model, 0, wanted);
    run.charge(found.len())?;
    let fits = |id: &usize| {
        let mut at = Some(*id);
        while let Some(node) = at {
            let item = run.tree.item_of(node);
            let row = u32::try_from(run.tree.row_number(node)).map_or(f64::NAN, f64::from);
            if chosen.iter().any(|(repeat, number)| *repeat == item && *number != row) {
                return false;
            }
            at = run.tree.parent(node);
        }
        run.is_relevant(*id)
    };
    let nodes = found.into_iter().filter(fits).map(NodeRef::Live);
    let nodes = nodes.map(|node| (node, run.text_of(node))).collect();
    Ok(Value::Nodes(crate::value::NodeSet::of(nodes)))
}

/// `jr:choice-name(value, '${question}')`: the label of a choice in the present language; of several, joined by 、.
pub(super) fn choice_name(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let chosen = run.text(argument(arguments, 0, "jr:choice-name")?, focus)?;
    let question = match arguments.get(1) {
        Some(Expr::Reference(reference)) => reference.target,
        _ => None,
    };
    let (number, value, label) = match question.and_then(|item| run.model.items.get(item)?.source) {
        Some(ChoiceSource::List { list, value, label }) => (list, value, label),
        // Answers chosen from are their own labels.
        Some(ChoiceSource::Answers { .. }) => return Ok(Value::Text(chosen)),
        None => return Err(EvalError::BadArgument { function: "jr:choice-name" }),
    };
    let Some(list) = run.model.lists.get(number) else { return Ok(Value::text("")) };
    run.charge(list.choices.len() / 16)?;
    let find = |name: &str| {
        let at = (0..list.choices.len()).find(|at| list.cell(*at, value) == name)?;
        Some(run.choice_text(number, at, label, focus.origin))
    };
    if let Some(label) = find(&chosen) {
        return Ok(Value::Text(label));
    }
    let labels = chosen.split_whitespace().map(|name| find(name).unwrap_or_default());
    Ok(Value::Text(labels.collect::<Vec<_>>().join("、")))
}

/// Name of the first node.
pub(super) fn name(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let node = match arguments.first() {
        Some(given) => run.nodes(given, focus)?.first().copied(),
        None => Some(focus.node),
    };
    let Some(NodeRef::Live(id)) = node else { return Ok(Value::text("")) };
    let item = run.model.items.get(run.tree.item_of(id));
    Ok(Value::text(item.map_or("", |item| item.name.as_str())))
}

/// Our documents have no namespaces.
pub(super) fn namespace(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    if let Some(given) = arguments.first() {
        run.nodes(given, focus)?;
    }
    Ok(Value::text(""))
}

/// Our documents have no element ids.
pub(super) fn id(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    run.eval(argument(arguments, 0, "id")?, focus)?;
    Ok(Value::Nodes(crate::value::NodeSet::default()))
}

/// Our documents have no `xml:lang`.
pub(super) fn lang(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    run.eval(argument(arguments, 0, "lang")?, focus)?;
    Ok(Value::Boolean(false))
}

/// Whether at least and at most so many weights are reached; −1 means no bound.
fn within(least: f64, most: f64, reached: f64) -> Value {
    Value::Boolean((least == -1.0 || reached >= least) && (most == -1.0 || reached <= most))
}

/// The truths of an argument: one for each node, or the value's own.
fn truths(run: &Evaluator<'_>, given: &Expr, focus: Focus) -> Result<Vec<bool>, EvalError> {
    Ok(match run.eval(given, focus)? {
        Value::Nodes(set) => set.texts().map(|text| !text.is_empty()).collect(),
        other => vec![other.to_boolean()],
    })
}

pub(super) fn checklist(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    let least = run.number(argument(arguments, 0, "checklist")?, focus)?;
    let most = run.number(argument(arguments, 1, "checklist")?, focus)?;
    let mut reached = 0.0;
    for given in arguments.iter().skip(2) {
        reached +=
            truths(run, given, focus)?.into_iter().map(|truth| f64::from(u8::from(truth))).sum::<f64>();
    }
    Ok(within(least, most, reached))
}

pub(super) fn weighted_checklist(run: &Evaluator<'_>, arguments: &[Expr], focus: Focus) -> Outcome {
    if !arguments.len().is_multiple_of(2) {
        return Err(EvalError::ArgumentCount { name: "weighted-checklist", given: arguments.len() });
    }
    let least = run.number(argument(arguments, 0, "weighted-checklist")?, focus)?;
    let most = run.number(argument(arguments, 1, "weighted-checklist")?, focus)?;
    let mut reached = 0.0;
    for pair in arguments.get(2..).unwrap_or_default().chunks_exact(2) {
        let [truth, weight] = pair else { continue };
        let weights = match run.eval(weight, focus)? {
            Value::Nodes(set) => set.texts().map(|text| Value::text(text).to_number(run.zone())).collect(),
            other => vec![other.to_number(run.zone())],
        };
        let pairs = truths(run, truth, focus)?.into_iter().zip(weights);
        reached += pairs.filter(|(truth, _)| *truth).map(|(_, weight)| weight).sum::<f64>();
    }
    Ok(within(least, most, reached))
}
