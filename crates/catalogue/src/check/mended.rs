//! A card with a value that its key does not take is looked at with another in its place, so that everything that is wrong
//! with it is told at once.

use crate::finding::Finding;
use toml::{Table, Value};

/// Puts values in the place of those at these cells.
pub(super) fn put_in(table: &mut Table, stand_ins: &[(String, Value)]) {
    for (cell, value) in stand_ins {
        put(table, cell, value.clone());
    }
}

/// Whether a finding may follow from what was put in: it stands at that cell, or beside it in the same element.
pub(super) fn may_follow(finding: &Finding, cells: &[String]) -> bool {
    let beside = |cell: &String| {
        let holder = cell.rfind(['.', '[']).and_then(|at| cell.get(..at)).unwrap_or(cell);
        finding.cell.strip_prefix(holder).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    cells.iter().any(beside)
}

fn put(table: &mut Table, cell: &str, value: Value) {
    let Some((holder, last)) = cell.rfind(['.', '[']).map(|at| cell.split_at(at)) else {
        table.insert(cell.to_owned(), value);
        return;
    };
    match (find(table, holder), last.strip_prefix('.'), row_of(last)) {
        (Some(Value::Table(found)), Some(key), _) => {
            found.insert(key.to_owned(), value);
        }
        (Some(Value::Array(found)), None, Some(row)) => {
            if let Some(place) = found.get_mut(row) {
                *place = value;
            }
        }
        _ => {}
    }
}

fn find<'a>(table: &'a mut Table, path: &str) -> Option<&'a mut Value> {
    let mut keys = path.split('.');
    let mut found = step_in(table, keys.next()?)?;
    for key in keys {
        found = step_in(found.as_table_mut()?, key)?;
    }
    Some(found)
}

/// `materials[2]`: the second element there; a key alone: what stands there.
fn step_in<'a>(table: &'a mut Table, step: &str) -> Option<&'a mut Value> {
    let (key, row) = step.find('[').map_or((step, None), |at| (&step[..at], Some(&step[at..])));
    let value = table.get_mut(key)?;
    match row {
        Some(row) => value.as_array_mut()?.get_mut(row_of(row)?),
        None => Some(value),
    }
}

/// The place of `[2]` in a list.
fn row_of(text: &str) -> Option<usize> {
    text.strip_prefix('[')?.strip_suffix(']')?.parse::<usize>().ok()?.checked_sub(1)
}
