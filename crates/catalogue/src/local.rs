//! What a place changes of an item: a TOML patch over the national card.

use crate::finding::{Finding, FindingCode, Findings, read_table};
use crate::item_card::ItemCard;
use crate::schema::{CARD, Whole, walk};
use toml::{Table, Value};

/// The longest patch that is read, in bytes.
pub const MAX_LOCAL_BYTES: usize = 64 * 1024;
/// What tells elements of a list apart, the first that an element has; the list of keys makes sure of it.
const ELEMENT_KEYS: &[&str] = &["id", "name", "code"];
/// What no place may change.
const FIXED: &[&str] = &["code", "form"];

impl ItemCard {
    /// The card with what a place changes of it. Tables merge by key. Elements of a list that have an `id`, `name` or `code`
    /// merge with the one of the same, and come last where there is none; `remove = true` takes one out. Everything else is
    /// replaced.
    ///
    /// # Errors
    /// Everything that is wrong with the patch, by key.
    pub fn with_local(&self, patch: &str) -> Result<ItemCard, Vec<Finding>> {
        if patch.len() > MAX_LOCAL_BYTES {
            return Err(vec![Finding::new(
                "",
                FindingCode::TooLarge,
                "本地设置太长",
                "the local change is too long",
            )]);
        }
        let patch = read_table(patch).map_err(|problem| vec![problem])?;
        let mut found = Findings::default();
        walk(&patch, CARD, "", Whole::Change, &mut found);
        for name in FIXED.iter().filter(|name| patch.contains_key(**name)) {
            let (zh, en) = (format!("本地不能改“{name}”"), format!("{name} cannot be changed locally"));
            found.error(*name, FindingCode::BadValue, zh, en);
        }
        if !found.errors.is_empty() {
            return Err(found.errors);
        }
        let broken = |why: &str| {
            vec![Finding::new(
                "",
                FindingCode::MissingKey,
                format!("合并后的事项不完整：{why}"),
                format!("the item is incomplete with this change: {why}"),
            )]
        };
        let mut card = Table::try_from(self).map_err(|problem| broken(&problem.to_string()))?;
        merge(&mut card, patch);
        card.try_into().map_err(|problem: toml::de::Error| broken(problem.message()))
    }
}

fn merge(base: &mut Table, patch: Table) {
    // What a place says otherwise has no English any more, unless it says that too.
    for (key, value) in patch.iter().filter(|(_, value)| value.is_str() || value.is_array()) {
        let english = format!("{key}_en");
        if base.get(key).is_some_and(|old| old != value) && !patch.contains_key(&english) {
            base.remove(&english);
        }
    }
    for (key, value) in patch {
        match (base.get_mut(&key), value) {
            (Some(Value::Table(base)), Value::Table(patch)) => merge(base, patch),
            (Some(Value::Array(base)), Value::Array(patch)) if are_keyed(&patch) => {
                merge_elements(base, patch)
            }
            (None, Value::Array(patch)) if are_keyed(&patch) => {
                let mut elements = Vec::new();
                merge_elements(&mut elements, patch);
                base.insert(key, Value::Array(elements));
            }
            (None, Value::Table(patch)) => {
                let mut table = Table::new();
                merge(&mut table, patch);
                base.insert(key, Value::Table(table));
            }
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

/// Whether every element has a key of its own; an empty list replaces.
fn are_keyed(elements: &[Value]) -> bool {
    !elements.is_empty() && elements.iter().all(|element| key_of(element).is_some())
}

fn key_of(element: &Value) -> Option<(&'static str, &str)> {
    let table = element.as_table()?;
    ELEMENT_KEYS.iter().find_map(|name| Some((*name, table.get(*name)?.as_str()?)))
}

fn merge_elements(base: &mut Vec<Value>, patch: Vec<Value>) {
    for mut element in patch {
        let Some((name, own)) = key_of(&element) else { continue };
        let same = |other: &Value| other.get(name).and_then(Value::as_str) == Some(own);
        let at = base.iter().position(same);
        let Some(table) = element.as_table_mut() else { continue };
        let removed = table.remove("remove").and_then(|value| value.as_bool()).unwrap_or(false);
        match (at, removed) {
            (Some(at), true) => {
                base.remove(at);
            }
            (None, true) => {}
            (Some(at), false) => {
                if let Some(Value::Table(base)) = base.get_mut(at) {
                    merge(base, std::mem::take(table));
                }
            }
            (None, false) => base.push(element),
        }
    }
}

#[cfg(test)]
mod tests;
