//! A form without any answer, as a screen lists it.

use crate::form::{Kind, Model, Texts};
use serde::Serialize;
use std::collections::BTreeMap;

/// A form as a screen draws it before any answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormView {
    /// The form's identifier.
    pub form_id: String,
    /// The form's version.
    pub version: String,
    /// The form's title.
    pub title: String,
    /// The form's languages; the first is the default.
    pub languages: Vec<String>,
    /// All items, parents before children.
    pub items: Vec<ItemView>,
}

/// One item of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemView {
    /// The item's path without row numbers.
    pub path: String,
    /// The item's name.
    pub name: String,
    /// What the item is.
    pub kind: Kind,
    /// How deep it lies; the items right below the root have 1.
    pub depth: usize,
    /// The appearance as written in the workbook.
    pub appearance: String,
    /// The label by language, `…` standing for values to be filled in.
    pub label: BTreeMap<String, String>,
    /// The hint by language.
    pub hint: BTreeMap<String, String>,
    /// Whether a value may be required, depending on answers or not.
    pub may_be_required: bool,
    /// Whether the value is computed.
    pub calculated: bool,
    /// The items whose change may change this one, as paths.
    pub depends_on: Vec<String>,
}

fn view_texts(model: &Model, texts: &Texts) -> BTreeMap<String, String> {
    let languages =
        texts.by_language.keys().filter_map(|number| Some((number, model.languages.get(*number)?)));
    languages.map(|(number, language)| (language.clone(), texts.outline(*number))).collect()
}

pub(crate) fn view_form(model: &Model) -> FormView {
    let mut depends_on = vec![Vec::new(); model.items.len()];
    for (target, dependents) in model.items.iter().zip(&model.dependents) {
        for dependent in dependents {
            let item = model.slots.get(dependent.slot).map(|slot| slot.item);
            if let Some(paths) = item.and_then(|item| depends_on.get_mut(item))
                && !paths.contains(&target.path)
            {
                paths.push(target.path.clone());
            }
        }
    }
    let items = model.items.iter().zip(depends_on).skip(1).map(|(item, depends_on)| ItemView {
        path: item.path.clone(),
        name: item.name.clone(),
        kind: item.kind,
        depth: item.path.matches('/').count().saturating_sub(1),
        appearance: item.appearance.clone(),
        label: view_texts(model, &item.label),
        hint: view_texts(model, &item.hint),
        may_be_required: item.sides().any(|rules| rules.required.is_some()),
        calculated: item.calculation.is_some(),
        depends_on: depends_on.into_iter().filter(|path| *path != item.path).collect(),
    });
    FormView {
        form_id: model.form_id.clone(),
        version: model.version.clone(),
        title: model.title.clone(),
        languages: model.languages.clone(),
        items: items.collect(),
    }
}
