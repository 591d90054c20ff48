//! A form: its questions, choice lists and texts, compiled from a workbook.

use crate::compile::compile;
use crate::error::FormError;
use crate::graph::Slot;
use crate::syntax::Expr;
use crate::workbook::read_workbook;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A compiled form; copies share one model.
#[derive(Debug, Clone)]
pub struct Form {
    pub(crate) model: Arc<Model>,
    warnings: Vec<FormError>,
}

impl Form {
    /// Reads an XLSForm workbook (.xlsx) and compiles it.
    ///
    /// # Errors
    /// Everything that is wrong with the workbook, each with sheet and cell, in the order of the sheets.
    pub fn read(bytes: &[u8]) -> Result<Self, Vec<FormError>> {
        let workbook = read_workbook(bytes).map_err(|error| vec![error])?;
        let (model, warnings) = compile(&workbook)?;
        Ok(Self { model: Arc::new(model), warnings })
    }

    /// The form's identifier, from the settings sheet.
    #[must_use]
    pub fn form_id(&self) -> &str {
        &self.model.form_id
    }

    /// The form's version, from the settings sheet; may be empty.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.model.version
    }

    /// The form's title, from the settings sheet.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.model.title
    }

    /// The languages of the form as the column headings name them; the first is the default.
    #[must_use]
    pub fn languages(&self) -> &[String] {
        &self.model.languages
    }

    /// What the author should look at though the form works: unknown columns and appearances, missing labels.
    #[must_use]
    pub fn warnings(&self) -> &[FormError] {
        &self.warnings
    }

    /// The form's items as a screen needs them, without any answer.
    #[must_use]
    pub fn view(&self) -> FormView {
        view_form(&self.model)
    }
}

/// What an item of a form is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// Free text.
    Text,
    /// A whole number.
    Integer,
    /// A decimal number.
    Decimal,
    /// A date, `YYYY-MM-DD`.
    Date,
    /// A time of day, `HH:MM`.
    Time,
    /// A date with time.
    DateTime,
    /// One choice of a list.
    SelectOne,
    /// Any choices of a list, separated by spaces.
    SelectMultiple,
    /// A text to read; takes no answer.
    Note,
    /// A value computed and not shown.
    Calculate,
    /// A value neither shown nor computed; comes from the prefill or a default.
    Hidden,
    /// A picture; the value is its digest.
    Image,
    /// A file; the value is its digest.
    File,
    /// A box to tick; the value is `OK`.
    Acknowledge,
    /// Questions that belong together.
    Group,
    /// A group that is asked once for each row.
    Repeat,
}

impl Kind {
    /// Whether the item holds others.
    #[must_use]
    pub fn is_container(self) -> bool {
        matches!(self, Self::Group | Self::Repeat)
    }

    /// Whether the item holds a value that belongs to the answers.
    #[must_use]
    pub fn has_value(self) -> bool {
        !self.is_container() && self != Self::Note
    }

    pub(crate) fn is_select(self) -> bool {
        matches!(self, Self::SelectOne | Self::SelectMultiple)
    }
}

/// A label or message with values filled in: plain pieces and expressions.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    Plain(String),
    Value(Expr),
}

/// One text in the form's languages, by the language's number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Texts {
    pub(crate) by_language: BTreeMap<usize, Vec<Piece>>,
}

impl Texts {
    /// The text in a language, or in the default one, or in any.
    pub(crate) fn pieces(&self, language: usize) -> &[Piece] {
        let found = self.by_language.get(&language).or_else(|| self.by_language.get(&0));
        found.or_else(|| self.by_language.values().next()).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_language.is_empty()
    }

    /// All expressions in the text, whatever the language.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Expr> {
        self.by_language.values().flatten().filter_map(|piece| match piece {
            Piece::Value(expr) => Some(expr),
            Piece::Plain(_) => None,
        })
    }

    /// Takes `${name}` as written, where nothing can be filled in.
    pub(crate) fn make_plain(&mut self) {
        for piece in self.by_language.values_mut().flatten() {
            if let Piece::Value(Expr::Reference(reference)) = piece {
                *piece = Piece::Plain(format!("${{{}}}", reference.name));
            }
        }
    }

    /// The text with `…` where values will stand.
    fn outline(&self, language: usize) -> String {
        let pieces = self.pieces(language).iter();
        pieces.map(|piece| if let Piece::Plain(text) = piece { text.as_str() } else { "…" }).collect()
    }
}

/// What a question begins with.
#[derive(Debug, Clone)]
pub(crate) enum Start {
    Fixed(String),
    Computed(Expr),
}

/// One item of the form. Item 0 is the root, `data`.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) parent: Option<usize>,
    pub(crate) children: Vec<usize>,
    pub(crate) kind: Kind,
    pub(crate) list: Option<usize>,
    pub(crate) appearance: String,
    pub(crate) label: Texts,
    pub(crate) hint: Texts,
    pub(crate) required: Option<Expr>,
    pub(crate) required_message: Texts,
    pub(crate) read_only: Option<Expr>,
    pub(crate) relevant: Option<Expr>,
    pub(crate) constraint: Option<Expr>,
    pub(crate) constraint_message: Texts,
    pub(crate) calculation: Option<Expr>,
    pub(crate) choice_filter: Option<Expr>,
    pub(crate) repeat_count: Option<Expr>,
    pub(crate) start: Option<Start>,
}

impl Item {
    /// An item with nothing but its place.
    pub(crate) fn new(name: &str, path: &str, kind: Kind, parent: Option<usize>) -> Self {
        Self {
            name: name.to_owned(),
            path: path.to_owned(),
            parent,
            children: Vec::new(),
            kind,
            list: None,
            appearance: String::new(),
            label: Texts::default(),
            hint: Texts::default(),
            required: None,
            required_message: Texts::default(),
            read_only: None,
            relevant: None,
            constraint: None,
            constraint_message: Texts::default(),
            calculation: None,
            choice_filter: None,
            repeat_count: None,
            start: None,
        }
    }
}

/// A choice of a list.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub(crate) name: String,
    pub(crate) label: Texts,
    /// The values of the list's further columns.
    pub(crate) columns: Vec<String>,
}

/// A choice list; the names of its further columns are in lower case as written.
#[derive(Debug, Clone, Default)]
pub(crate) struct ChoiceList {
    pub(crate) name: String,
    pub(crate) choices: Vec<Choice>,
}

/// A form as compiled.
#[derive(Debug, Default)]
pub(crate) struct Model {
    pub(crate) form_id: String,
    pub(crate) version: String,
    pub(crate) title: String,
    pub(crate) languages: Vec<String>,
    pub(crate) items: Vec<Item>,
    pub(crate) lists: Vec<ChoiceList>,
    /// The names of the choices' further columns, in the order of `Choice::columns`.
    pub(crate) choice_columns: Vec<String>,
    /// Everything that is evaluated, and who must be evaluated again when an item changes.
    pub(crate) slots: Vec<Slot>,
    pub(crate) slots_of: Vec<Vec<usize>>,
    pub(crate) dependents: Vec<Vec<Dependent>>,
}

/// A slot to evaluate when an item changes: the nearest instances, or (wide) all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Dependent {
    pub(crate) slot: usize,
    pub(crate) wide: bool,
}

impl Model {
    /// Whether an item holds another below it (not the item itself).
    pub(crate) fn is_above(&self, above: usize, below: usize) -> bool {
        let mut at = self.items.get(below).and_then(|item| item.parent);
        while let Some(item) = at {
            if item == above {
                return true;
            }
            at = self.items.get(item).and_then(|found| found.parent);
        }
        false
    }

    /// The number of a language given its heading (`中文 (zh)`), its name (`中文`) or its code (`zh`).
    pub(crate) fn find_language(&self, wanted: &str) -> Option<usize> {
        let wanted = wanted.trim();
        let exact = self.languages.iter().position(|language| language == wanted);
        exact.or_else(|| {
            self.languages.iter().position(|language| {
                let (name, code) = split_language(language);
                name == wanted || (!code.is_empty() && code == wanted)
            })
        })
    }
}

/// `中文 (zh)` as name and code.
pub(crate) fn split_language(language: &str) -> (&str, &str) {
    match language.split_once('(') {
        Some((name, code)) => (name.trim(), code.trim_end_matches([')', ' '])),
        None => (language, ""),
    }
}

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

fn view_form(model: &Model) -> FormView {
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
        may_be_required: item.required.is_some(),
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
