//! What differs between two cards of an item, as a local change that makes the one into the other.

use crate::finding::Finding;
use crate::{FindingCode, ItemCard};
use toml::{Table, Value};

/// By which key the elements of a list are known.
const KEYS: &[&str] = &["id", "name", "code"];

impl ItemCard {
    /// The local change that makes this card into another of the same item; empty where they are the same.
    ///
    /// # Errors
    /// What cannot be changed locally.
    pub fn difference(&self, other: &ItemCard) -> Result<String, Vec<Finding>> {
        let broken = |why: String| vec![Finding::new("", FindingCode::BadValue, why.clone(), why)];
        let table = |card: &ItemCard| -> Result<Table, Vec<Finding>> {
            let text = card.to_toml().map_err(|problem| broken(problem.to_string()))?;
            text.parse().map_err(|problem: toml::de::Error| broken(problem.message().to_owned()))
        };
        let patch = of_tables(&table(self)?, &table(other)?);
        let text = toml::to_string(&patch).map_err(|problem| broken(problem.to_string()))?;
        match self.with_local(&text)? {
            changed if changed == *other => Ok(text),
            _ => Err(vec![Finding::new(
                "",
                FindingCode::BadValue,
                "本地只能修改、增加或去掉内容，不能调整顺序，也不能清空全国统一的内容",
                "locally things are changed, added or taken out; their order stays, and no value can be emptied",
            )]),
        }
    }
}

fn of_tables(before: &Table, after: &Table) -> Table {
    let mut patch = Table::new();
    for (key, value) in after {
        match (before.get(key), value) {
            (Some(known), value) if known == value => {}
            (Some(Value::Table(known)), Value::Table(value)) => {
                patch.insert(key.clone(), Value::Table(of_tables(known, value)));
            }
            (Some(Value::Array(known)), Value::Array(value)) => {
                patch.insert(key.clone(), Value::Array(of_lists(known, value)));
            }
            (_, value) => {
                patch.insert(key.clone(), value.clone());
            }
        }
        // A changed text loses its English, unless the change says it again.
        let english = format!("{key}_en");
        if patch.contains_key(key)
            && let Some(said) = after.get(&english)
        {
            patch.insert(english, said.clone());
        }
    }
    for (key, value) in before.iter().filter(|(key, _)| !after.contains_key(*key)) {
        if let Some(gone) = emptied(value) {
            patch.insert(key.clone(), gone);
        }
    }
    patch
}

/// What takes a value away; none where nothing does.
fn emptied(value: &Value) -> Option<Value> {
    match value {
        Value::Array(known) => Some(Value::Array(of_lists(known, &[]))),
        Value::String(_) => Some(Value::String(String::new())),
        _ => None,
    }
}

/// The key of an element, and what it is known by.
fn known_by(value: &Value) -> Option<(&'static str, &Value)> {
    let table = value.as_table()?;
    KEYS.iter().find_map(|key| Some((*key, table.get(*key)?)))
}

fn of_lists(before: &[Value], after: &[Value]) -> Vec<Value> {
    if before.iter().chain(after).any(|value| known_by(value).is_none()) {
        return after.to_vec();
    }
    let same =
        |list: &[Value], value: &Value| list.iter().find(|other| known_by(other) == known_by(value)).cloned();
    let mut patch = Vec::new();
    for value in after {
        match (same(before, value), value) {
            (Some(known), value) if known == *value => {}
            (Some(Value::Table(known)), Value::Table(value)) => {
                let mut changed = of_tables(&known, value);
                if let Some((key, name)) = known_by(&Value::Table(value.clone())) {
                    changed.insert(key.to_owned(), name.clone());
                }
                patch.push(Value::Table(changed));
            }
            (_, value) => patch.push(value.clone()),
        }
    }
    for gone in before.iter().filter(|value| same(after, value).is_none()) {
        if let Some((key, name)) = known_by(gone) {
            let taken: Table =
                [(key.to_owned(), name.clone()), ("remove".to_owned(), true.into())].into_iter().collect();
            patch.push(Value::Table(taken));
        }
    }
    patch
}
