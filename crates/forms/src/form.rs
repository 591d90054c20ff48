//! A form: its questions, choice lists and texts, compiled from a workbook.

use crate::attachments::Attachments;
use crate::compile::compile;
use crate::error::FormError;
use crate::form_view::{FormView, view_form};
use crate::graph::Slot;
use crate::parameters::{Bounds, Parameters};
pub(crate) use crate::rules::{ALL_PARTS, Parts, Rules};
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
    /// Reads an XLSForm workbook (.xlsx) alone and compiles it. Files that it looks at count as empty, each with a
    /// warning; [`Form::attachments`] names them.
    ///
    /// # Errors
    /// Everything that is wrong with the workbook, each with sheet and cell, in the order of the sheets.
    pub fn read(bytes: &[u8]) -> Result<Self, Vec<FormError>> {
        Self::compile(bytes, &Attachments::none())
    }

    /// Reads a workbook with the files that come with it, by name.
    ///
    /// # Errors
    /// As [`Form::read`]; a file that the form looks at and that is not there is a mistake too.
    pub fn read_with(bytes: &[u8], files: &BTreeMap<String, Vec<u8>>) -> Result<Self, Vec<FormError>> {
        Self::compile(bytes, &Attachments::given(files))
    }

    fn compile(bytes: &[u8], files: &Attachments<'_>) -> Result<Self, Vec<FormError>> {
        let workbook = read_workbook(bytes).map_err(|error| vec![error])?;
        let compiled = compile(&workbook, files)?;
        Ok(Self::made(compiled.model, compiled.warnings))
    }

    pub(crate) fn made(model: Model, warnings: Vec<FormError>) -> Self {
        Self { model: Arc::new(model), warnings }
    }

    /// The names of the files that the form looks at.
    #[must_use]
    pub fn attachments(&self) -> &[String] {
        &self.model.attachments
    }

    /// The names of the pictures, sounds and films that the form shows beside its questions and choices.
    #[must_use]
    pub fn shown(&self) -> &[String] {
        &self.model.shown
    }

    /// How many items a person answers: no groups, no notes, nothing computed or hidden.
    #[must_use]
    pub fn questions(&self) -> usize {
        let asked =
            |item: &&Item| item.kind.has_value() && !matches!(item.kind, Kind::Calculate | Kind::Hidden);
        self.model.items.iter().filter(asked).count()
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
    /// A number between two bounds, by steps.
    Range,
    /// The choices of a list in an order, separated by spaces.
    Rank,
    /// What a barcode says.
    Barcode,
    /// A place: latitude, longitude, and perhaps altitude and accuracy, separated by spaces.
    Geopoint,
    /// A line of places, separated by semicolons.
    Geotrace,
    /// A closed line of places.
    Geoshape,
    /// A picture; the value is its digest.
    Image,
    /// A recording; the value is its digest.
    Audio,
    /// A film; the value is its digest.
    Video,
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

    /// Whether its answer names a picture, recording, film or file that is kept apart from the answers.
    #[must_use]
    pub fn is_kept_apart(self) -> bool {
        matches!(self, Self::Image | Self::Audio | Self::Video | Self::File)
    }

    /// Whether the item holds a value that belongs to the answers.
    #[must_use]
    pub fn has_value(self) -> bool {
        !self.is_container() && self != Self::Note
    }

    pub(crate) fn is_select(self) -> bool {
        matches!(self, Self::SelectOne | Self::SelectMultiple | Self::Rank)
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

    /// The text with `…` where values will stand.
    pub(crate) fn outline(&self, language: usize) -> String {
        let pieces = self.pieces(language).iter();
        pieces.map(|piece| if let Piece::Plain(text) = piece { text.as_str() } else { "…" }).collect()
    }
}

/// What a question begins with.
#[derive(Debug, Clone)]
pub(crate) enum Start {
    Fixed(String),
    Computed(Expr),
    Preloaded(Property),
}

/// What the session itself knows of the filling in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Property {
    Start,
    End,
    Today,
    DeviceId,
    Username,
    PhoneNumber,
    Email,
    /// What laptops do not have, such as a SIM card's number.
    Unknown,
}

/// Where a select's choices come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChoiceSource {
    /// The rows of a list: the column with the value to answer with, and the one with the label.
    List { list: usize, value: usize, label: usize },
    /// The answers that a question has in the rows of a repeat.
    Answers { question: usize },
}

/// One item of the form. Item 0 is the root, `data`.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) parent: Option<usize>,
    pub(crate) children: Vec<usize>,
    pub(crate) kind: Kind,
    pub(crate) source: Option<ChoiceSource>,
    pub(crate) appearance: String,
    pub(crate) parameters: Parameters,
    pub(crate) bounds: Option<Bounds>,
    /// The choices are shuffled; by the seed, where the author gives one.
    pub(crate) shuffled: bool,
    pub(crate) seed: Option<Expr>,
    pub(crate) label: Texts,
    pub(crate) hint: Texts,
    pub(crate) guidance: Texts,
    pub(crate) media: Vec<(&'static str, Texts)>,
    pub(crate) rules: Rules,
    /// What the further parts of a merged form say of the same item.
    pub(crate) more: Vec<Rules>,
    /// The parts that have the item.
    pub(crate) members: Parts,
    pub(crate) calculation: Option<Expr>,
    /// The questions whose change alone makes the value be computed anew, and the formula for it.
    pub(crate) triggers: Vec<usize>,
    pub(crate) triggered: Option<Expr>,
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
            source: None,
            appearance: String::new(),
            parameters: Parameters::new(),
            bounds: None,
            shuffled: false,
            seed: None,
            label: Texts::default(),
            hint: Texts::default(),
            guidance: Texts::default(),
            media: Vec::new(),
            rules: Rules::default(),
            more: Vec::new(),
            members: ALL_PARTS,
            calculation: None,
            triggers: Vec::new(),
            triggered: None,
            repeat_count: None,
            start: None,
        }
    }
}

/// A choice of a list: its cells by the list's columns.
#[derive(Debug, Clone, Default)]
pub(crate) struct Choice {
    pub(crate) cells: Vec<String>,
    pub(crate) label: Texts,
    /// The files to show beside it, by kind.
    pub(crate) media: Vec<(&'static str, Texts)>,
}

/// A choice list, or the rows of a file that came with the form.
#[derive(Debug, Clone, Default)]
pub(crate) struct ChoiceList {
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    pub(crate) choices: Vec<Choice>,
    /// The column whose text stands in the choice's label, in the languages of the form.
    pub(crate) label_column: Option<usize>,
    /// The file is not there: any column may be named.
    pub(crate) unread: bool,
    /// The parts of a merged form that do not have it: lists of one name are told apart by who looks for them.
    pub(crate) absent: Parts,
}

impl ChoiceList {
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|known| known == name)
    }

    pub(crate) fn cell(&self, choice: usize, column: usize) -> &str {
        let found = self.choices.get(choice).and_then(|choice| choice.cells.get(column));
        found.map_or("", String::as_str)
    }

    /// The files to show beside a choice, by kind, in a language.
    pub(crate) fn media_of(&self, choice: usize, language: usize) -> BTreeMap<String, String> {
        let media = self.choices.get(choice).into_iter().flat_map(|choice| &choice.media);
        media.map(|(kind, texts)| ((*kind).to_owned(), texts.outline(language))).collect()
    }

    /// Whether any label has values to be filled in.
    pub(crate) fn has_values(&self) -> bool {
        self.choices.iter().any(|choice| choice.label.values().next().is_some())
    }
}

/// A form as compiled.
#[derive(Debug, Default)]
pub(crate) struct Model {
    pub(crate) form_id: String,
    pub(crate) version: String,
    pub(crate) title: String,
    pub(crate) languages: Vec<String>,
    pub(crate) items: Vec<Item>,
    /// The items of each name, so that references are found without a search.
    pub(crate) named: BTreeMap<String, Vec<usize>>,
    pub(crate) lists: Vec<ChoiceList>,
    /// The root's name as the author may write it in paths, besides `data`.
    pub(crate) root: String,
    /// The files that the form looks at.
    pub(crate) attachments: Vec<String>,
    /// The files that it shows beside questions and choices.
    pub(crate) shown: Vec<String>,
    pub(crate) instance_name: Option<Expr>,
    /// Of a merged form: the question that says which parts are ticked, and their codes; the part's bit is one more
    /// than its place. The first bit is the bundle's own workbook, which is always asked.
    pub(crate) tick_list: Option<usize>,
    pub(crate) codes: Vec<String>,
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
    /// The list of an item's choices, where they come from one.
    pub(crate) fn list_of(&self, item: usize) -> Option<&ChoiceList> {
        match self.items.get(item)?.source? {
            ChoiceSource::List { list, .. } => self.lists.get(list),
            ChoiceSource::Answers { .. } => None,
        }
    }

    /// Whether an item of a merged form stands or falls with what is ticked: all right below the root but the list.
    pub(crate) fn is_ticked_off(&self, item: usize) -> bool {
        let top = self.items.get(item).is_some_and(|found| found.parent == Some(0));
        top && self.tick_list.is_some_and(|list| list != item)
    }

    /// Whether a step of a path names this item.
    pub(crate) fn is_named(&self, item: usize, name: &str) -> bool {
        let own = self.items.get(item).is_some_and(|found| found.name == name);
        own || (item == 0 && !self.root.is_empty() && self.root == name)
    }

    /// The nearest repeat around an item.
    pub(crate) fn repeat_above(&self, item: usize) -> Option<usize> {
        let mut at = self.items.get(item)?.parent;
        while let Some(here) = at {
            let found = self.items.get(here)?;
            if found.kind == Kind::Repeat {
                return Some(here);
            }
            at = found.parent;
        }
        None
    }

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

    pub(crate) fn find_language(&self, wanted: &str) -> Option<usize> {
        find_language(&self.languages, wanted)
    }
}

/// The number of a language given its heading (`中文 (zh)`), its name (`中文`) or its code (`zh`).
pub(crate) fn find_language(languages: &[String], wanted: &str) -> Option<usize> {
    let wanted = wanted.trim();
    let exact = languages.iter().position(|language| language == wanted);
    exact.or_else(|| {
        languages.iter().position(|language| {
            let (name, code) = split_language(language);
            name == wanted || (!code.is_empty() && code == wanted)
        })
    })
}

/// `中文 (zh)` as name and code.
pub(crate) fn split_language(language: &str) -> (&str, &str) {
    match language.split_once('(') {
        Some((name, code)) => (name.trim(), code.trim_end_matches([')', ' '])),
        None => (language, ""),
    }
}
