//! A card on its way to an editor's screen and back.

use crate::{CatalogueError, ItemCard};

/// A card as JSON, dates as texts.
///
/// # Errors
/// `CardBroken`, where the card cannot be written.
pub fn json_of(card: &ItemCard) -> Result<serde_json::Value, CatalogueError> {
    let text = card.to_toml()?;
    let table = text.parse::<toml::Table>().map_err(|problem| broken(problem.message()))?;
    Ok(plain(toml::Value::Table(table)))
}

fn broken(why: &str) -> CatalogueError {
    CatalogueError::CardBroken(why.to_owned())
}

fn plain(value: toml::Value) -> serde_json::Value {
    match value {
        toml::Value::Datetime(day) => day.to_string().into(),
        toml::Value::Array(values) => values.into_iter().map(plain).collect(),
        toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, plain(value))).collect(),
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(truth) => truth.into(),
    }
}

/// A card as its file, from the JSON of a screen. Empty texts and lists are left out: they say nothing.
///
/// # Errors
/// `CardBroken`: it is no card at all.
pub fn toml_of(card: &serde_json::Value) -> Result<String, CatalogueError> {
    let serde_json::Value::Object(_) = card else { return Err(broken("not a card")) };
    let value = kept(card).ok_or_else(|| broken("not a card"))?;
    toml::to_string(&value).map_err(|problem| broken(&problem.to_string()))
}

fn kept(value: &serde_json::Value) -> Option<toml::Value> {
    use serde_json::Value;
    Some(match value {
        Value::Null => return None,
        Value::Bool(truth) => toml::Value::Boolean(*truth),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => toml::Value::Integer(whole),
            None => toml::Value::Float(number.as_f64()?),
        },
        Value::String(text) if text.trim().is_empty() => return None,
        Value::String(text) => toml::Value::String(text.trim().to_owned()),
        Value::Array(values) => toml::Value::Array(values.iter().filter_map(kept).collect()),
        Value::Object(fields) => {
            let fields = fields.iter().filter_map(|(key, value)| Some((key.clone(), kept(value)?)));
            toml::Value::Table(fields.collect())
        }
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::Catalogue;

    #[test]
    fn every_built_in_card_comes_back_from_the_screen_as_it_went() {
        for item in Catalogue::built_in().unwrap().all() {
            let json = json_of(&item.card).unwrap();
            assert_eq!(ItemCard::read(&toml_of(&json).unwrap()).unwrap(), item.card, "{}", item.card.code);
        }
        assert!(toml_of(&serde_json::json!("no card")).is_err());
    }

    #[test]
    fn what_differs_makes_one_card_into_the_other() {
        let catalogue = Catalogue::built_in().unwrap();
        let base = &catalogue.item("DIBAO").unwrap().card;
        assert_eq!(base.difference(base).unwrap(), "");
        let mut changed = base.clone();
        changed.deciding_body = "乡镇人民政府（受委托）".to_owned();
        changed.limits.statutory.retain(|limit| limit.whole);
        changed.limits.statutory[0].days = 18;
        changed.materials[0].required = !changed.materials[0].required;
        changed.materials.remove(1);
        let patch = base.difference(&changed).unwrap();
        assert_eq!(base.with_local(&patch).unwrap(), changed, "{patch}");
        let mut turned = base.clone();
        turned.materials.reverse();
        assert!(base.difference(&turned).is_err(), "an order that a local change cannot make");
    }
}
