//! Names in expressions bound to the form's items, and what functions are given checked as far as it is written out.

use crate::error::EvalError;
use crate::form::Model;
use crate::pattern::compile_pattern;
use crate::references::Misuse;
use crate::syntax::{Axis, Call, Expr, Path, Reference, Step, Test, parse};

/// Binds every `${name}` of an expression and checks its functions.
pub(crate) fn bind(expr: &mut Expr, model: &Model) -> Result<(), Misuse> {
    match expr {
        Expr::Number(_) | Expr::Text(_) => Ok(()),
        Expr::Negate(inner) => bind(inner, model),
        Expr::Arithmetic(first, rest) => {
            bind(first, model)?;
            rest.iter_mut().try_for_each(|(_, right)| bind(right, model))
        }
        Expr::And(parts) | Expr::Or(parts) => parts.iter_mut().try_for_each(|part| bind(part, model)),
        Expr::Compare(left, _, right) | Expr::Union(left, right) => {
            bind(left, model)?;
            bind(right, model)
        }
        Expr::Call(call) => bind_call(call, model),
        Expr::Reference(reference) | Expr::LastSaved(reference) => {
            if reference.target.is_none() {
                reference.target = Some(find_named(&reference.name, model)?);
            }
            Ok(())
        }
        Expr::Path(path) => bind_steps(&mut path.steps, model),
        Expr::Filter { base, predicates, steps } => {
            bind(base, model)?;
            for predicate in predicates {
                bind(predicate, model)?;
            }
            bind_steps(steps, model)
        }
    }
}

fn bind_steps(steps: &mut [Step], model: &Model) -> Result<(), Misuse> {
    for predicate in steps.iter_mut().flat_map(|step| &mut step.predicates) {
        bind(predicate, model)?;
    }
    Ok(())
}

fn bind_call(call: &mut Call, model: &Model) -> Result<(), Misuse> {
    let Some(function) = call.function else {
        return Err(EvalError::UnknownFunction { name: call.name.clone() }.into());
    };
    function.check_count(call.arguments.len())?;
    for argument in &mut call.arguments {
        bind(argument, model)?;
    }
    match function.name {
        // A pattern that is written out can be checked now.
        "regex" => {
            if let Some(Expr::Text(pattern)) = call.arguments.get(1) {
                compile_pattern(pattern)?;
            }
        }
        "jr:choice-name" => bind_choice_name(call, model)?,
        "indexed-repeat" => bind_indexed_repeat(call, model)?,
        "pulldata" => bind_pulldata(call, model)?,
        "instance" => {
            if let Some(Expr::Text(name)) = call.arguments.first()
                && !model.lists.iter().any(|list| list.name == *name)
            {
                return Err(EvalError::UnknownName { name: name.clone() }.into());
            }
        }
        _ => {}
    }
    Ok(())
}

/// The item that an absolute path without conditions leads to.
fn item_at(path: &Path, model: &Model) -> Option<usize> {
    if !path.absolute {
        return None;
    }
    let mut at = None;
    for step in &path.steps {
        let Test::Name(name) = &step.test else { return None };
        if step.axis != Axis::Child || !step.predicates.is_empty() {
            return None;
        }
        at = match at {
            None => model.is_named(0, name).then_some(0),
            Some(above) => {
                let below = model.items.get(above)?.children.iter();
                below.copied().find(|child| model.is_named(*child, name))
            }
        };
        at?;
    }
    at
}

/// A path that leads to one item is as good as its name.
fn name_path(argument: &mut Expr, model: &Model) {
    if let Expr::Path(path) = argument
        && let Some(target) = item_at(path, model)
    {
        let name = model.items.get(target).map(|item| item.name.clone()).unwrap_or_default();
        *argument = Expr::Reference(Reference { name, target: Some(target) });
    }
}

/// `jr:choice-name(value, '${question}')`: the question is named, or its path is written out.
fn bind_choice_name(call: &mut Call, model: &Model) -> Result<(), Misuse> {
    if let Some(question) = call.arguments.get_mut(1) {
        if let Expr::Text(text) = &question
            && text.trim().starts_with('/')
            && let Ok(path) = parse(text.trim())
        {
            *question = path;
        }
        name_path(question, model);
    }
    let target = match call.arguments.get(1) {
        Some(Expr::Reference(question)) => question.target,
        _ => None,
    };
    match target.and_then(|item| model.items.get(item)) {
        Some(item) if item.kind.is_select() => Ok(()),
        _ => Err(EvalError::BadArgument { function: "jr:choice-name" }.into()),
    }
}

fn bind_indexed_repeat(call: &mut Call, model: &Model) -> Result<(), Misuse> {
    let count = call.arguments.len();
    if count.is_multiple_of(2) {
        return Err(EvalError::ArgumentCount { name: "indexed-repeat", given: count }.into());
    }
    for (at, argument) in call.arguments.iter_mut().enumerate() {
        if at > 0 && at.is_multiple_of(2) {
            continue;
        }
        name_path(argument, model);
        let target = match argument {
            Expr::Reference(reference) => reference.target.and_then(|item| model.items.get(item)),
            _ => None,
        };
        if target.is_none_or(|item| at > 0 && !item.kind.is_container()) {
            return Err(EvalError::BadArgument { function: "indexed-repeat" }.into());
        }
    }
    Ok(())
}

/// `pulldata('file', 'column', 'key column', key)`: a column that is written out can be checked now.
fn bind_pulldata(call: &Call, model: &Model) -> Result<(), Misuse> {
    let Some(Expr::Text(file)) = call.arguments.first() else { return Ok(()) };
    let stem = file.strip_suffix(".csv").unwrap_or(file);
    let Some(list) = model.lists.iter().find(|list| list.name == stem) else {
        return Err(EvalError::UnknownName { name: file.clone() }.into());
    };
    for argument in call.arguments.iter().skip(1).take(2) {
        if let Expr::Text(column) = argument
            && !list.unread
            && list.column(column).is_none()
        {
            return Err(EvalError::UnknownName { name: column.clone() }.into());
        }
    }
    Ok(())
}

/// The item of that name, if there is exactly one.
pub(crate) fn find_named(name: &str, model: &Model) -> Result<usize, Misuse> {
    match model.named.get(name).map(Vec::as_slice) {
        Some([only]) => Ok(*only),
        Some([_, ..]) => Err(Misuse::Ambiguous(name.to_owned())),
        _ => Err(EvalError::UnknownName { name: name.to_owned() }.into()),
    }
}
