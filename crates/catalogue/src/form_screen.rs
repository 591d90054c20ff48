//! A form on the screen: the questions asked at present, with what is wrong, what the township said, and what changed.

use crate::masked::Number;
use bangban_forms::{ChoiceView, FormError, Kind, NodeView, Session};
use bangban_model::body::Remark;
use bangban_model::words::Language;
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// A choice on offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Choice {
    /// The value to answer with.
    pub name: String,
    /// What the screen says.
    pub label: String,
    /// What is shown beside it, as [`FieldView::media`].
    pub media: BTreeMap<String, String>,
}

/// What a question is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// Free text.
    Text,
    /// A whole number.
    Integer,
    /// A decimal number.
    Decimal,
    /// `YYYY-MM-DD`
    Date,
    /// `HH:MM`
    Time,
    /// A date with time.
    DateTime,
    /// One choice.
    SelectOne,
    /// Any choices, separated by blanks.
    SelectMultiple,
    /// A text to read.
    Note,
    /// A number between two bounds, by steps.
    Range,
    /// Choices in order, separated by blanks.
    Rank,
    /// What a barcode says.
    Barcode,
    /// A place: latitude, longitude, perhaps height and accuracy.
    Geopoint,
    /// A line of places.
    Geotrace,
    /// A closed line of places.
    Geoshape,
    /// A picture: its digest.
    Image,
    /// A recording.
    Audio,
    /// A film.
    Video,
    /// A file.
    File,
    /// A box to tick: `OK`.
    Acknowledge,
    /// Questions that belong together.
    Group,
    /// A row of a repeat.
    Repeat,
}

/// One node of the form that is asked at present.
#[derive(Clone, Debug, Serialize, TS)]
pub struct FieldView {
    /// The absolute path; rows carry their number.
    pub path: String,
    /// The path of the group or row that holds it.
    pub parent: String,
    /// The last part of its path.
    pub name: String,
    /// What it is answered with.
    pub kind: FieldKind,
    /// In the form's language.
    pub label: String,
    /// Help beside it.
    pub hint: String,
    /// More help, for who asks for it.
    pub guidance: String,
    /// As written in the workbook.
    pub appearance: String,
    /// `start`, `end`, `step`, `rows` and the like, as written in the workbook.
    pub parameters: BTreeMap<String, String>,
    /// The answer; '' where there is none.
    pub value: String,
    /// Whether an answer must be given.
    pub required: bool,
    /// Whether it cannot be changed by hand.
    pub read_only: bool,
    /// What is wrong with the answer that was given.
    pub problem: Option<String>,
    /// The choices on offer.
    pub choices: Option<Vec<Choice>>,
    /// Which row this is, from 1, for rows of repeats.
    pub row: Option<usize>,
    /// Whether the screen masks it until it is asked for or edited.
    pub masked: bool,
    /// What the township said of it, while the case stands returned.
    pub remark: Option<String>,
    /// Its value in the last submission, where the draft changes it.
    pub was: Option<String>,
    /// What is shown beside the label, by kind (`image`, `big-image`, `audio`, `video`), each by what the screen asks for
    /// it with.
    pub media: BTreeMap<String, String>,
}

/// A repeat to which rows can be added.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RepeatView {
    /// Its path without a row: what `add_row` takes.
    pub path: String,
    /// The group that holds it.
    pub parent: String,
    /// What one row is called.
    pub label: String,
    /// How many rows there are.
    pub rows: usize,
    /// Whether a formula counts the rows.
    pub fixed: bool,
}

/// What is wrong with a workbook, in the language of the screen.
pub fn message_of(found: &FormError, language: Language) -> &str {
    match language {
        Language::Chinese => &found.message_zh,
        Language::English => &found.message_en,
    }
}

/// Sets the session to the language of the screen, where the form has it.
pub fn speak(session: &mut Session, language: Language) {
    let code = if language == Language::English { "en" } else { "zh" };
    // A form in one language only stays in it.
    let _ = session.set_language(code);
}

/// The nodes on the screen, in document order: those asked at present, without what is only computed.
pub fn fields_of(
    session: &Session,
    remarks: &[Remark],
    before: Option<&BTreeMap<String, String>>,
    address: Address<'_>,
) -> Vec<FieldView> {
    let asked = session.nodes().into_iter().filter(|node| node.relevant);
    asked.filter_map(|node| Some(field_of(kind_of(node.kind)?, node, remarks, before, address))).collect()
}

/// What a screen asks for a file with that the form names; none where it is not there.
pub type Address<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What is shown beside a question or choice, by what the screen asks for it with.
pub fn media_of(named: &BTreeMap<String, String>, address: Address<'_>) -> BTreeMap<String, String> {
    let shown = named.iter().filter(|(kind, name)| *kind != "image-description" && !name.is_empty());
    shown.filter_map(|(kind, name)| Some((kind.clone(), address(name)?))).collect()
}

fn kind_of(kind: Kind) -> Option<FieldKind> {
    Some(match kind {
        Kind::Text => FieldKind::Text,
        Kind::Integer => FieldKind::Integer,
        Kind::Decimal => FieldKind::Decimal,
        Kind::Date => FieldKind::Date,
        Kind::Time => FieldKind::Time,
        Kind::DateTime => FieldKind::DateTime,
        Kind::SelectOne => FieldKind::SelectOne,
        Kind::SelectMultiple => FieldKind::SelectMultiple,
        Kind::Note => FieldKind::Note,
        Kind::Range => FieldKind::Range,
        Kind::Rank => FieldKind::Rank,
        Kind::Barcode => FieldKind::Barcode,
        Kind::Geopoint => FieldKind::Geopoint,
        Kind::Geotrace => FieldKind::Geotrace,
        Kind::Geoshape => FieldKind::Geoshape,
        Kind::Image => FieldKind::Image,
        Kind::Audio => FieldKind::Audio,
        Kind::Video => FieldKind::Video,
        Kind::File => FieldKind::File,
        Kind::Acknowledge => FieldKind::Acknowledge,
        Kind::Group => FieldKind::Group,
        Kind::Repeat => FieldKind::Repeat,
        // Computed and hidden values are no questions.
        _ => return None,
    })
}

fn field_of(
    kind: FieldKind,
    node: NodeView,
    remarks: &[Remark],
    before: Option<&BTreeMap<String, String>>,
    address: Address<'_>,
) -> FieldView {
    let value_before = before.map(|before| before.get(&node.path).map_or("", String::as_str));
    let holds_value = !matches!(kind, FieldKind::Note | FieldKind::Group | FieldKind::Repeat);
    let number = Number::of(&node);
    let choices = node.choices.unwrap_or_default();
    let readable = |value: &str| readable(node.kind, value, &choices);
    FieldView {
        was: value_before.filter(|was| holds_value && *was != node.value).map(readable),
        remark: remarks.iter().find(|remark| remark.path == node.path).map(|remark| remark.text.clone()),
        masked: holds_value && number.is_some(),
        name: node.path.rsplit('/').next().unwrap_or_default().to_owned(),
        choices: matches!(kind, FieldKind::SelectOne | FieldKind::SelectMultiple | FieldKind::Rank).then(
            || {
                choices
                    .iter()
                    .map(|choice| Choice {
                        name: choice.name.clone(),
                        label: choice.label.clone(),
                        media: media_of(&choice.media, address),
                    })
                    .collect()
            },
        ),
        media: media_of(&node.media, address),
        kind,
        path: node.path,
        parent: node.parent,
        label: node.label,
        hint: node.hint,
        guidance: node.guidance,
        appearance: node.appearance,
        parameters: node.parameters,
        value: node.value,
        required: node.required,
        read_only: node.read_only,
        problem: node.problem,
        row: node.row,
    }
}

/// An answer in the words of its choices.
pub fn readable(kind: Kind, value: &str, choices: &[ChoiceView]) -> String {
    let label = |name: &str| {
        let found = choices.iter().find(|choice| choice.name == name);
        found.map_or_else(|| name.to_owned(), |choice| choice.label.clone())
    };
    let joined = |by: &str| value.split_whitespace().map(label).collect::<Vec<_>>().join(by);
    match kind {
        Kind::SelectOne => label(value),
        Kind::SelectMultiple => joined("、"),
        Kind::Rank => joined(" → "),
        Kind::Acknowledge if !value.is_empty() => "✓".to_owned(),
        _ => value.to_owned(),
    }
}

/// The repeats of the form that are asked at present.
pub fn repeats_of(session: &Session) -> Vec<RepeatView> {
    let asked = |parent: &str| parent == "/data" || session.node(parent).is_some_and(|node| node.relevant);
    session
        .repeats()
        .into_iter()
        .filter(|repeat| asked(&repeat.parent))
        .map(|repeat| RepeatView {
            path: repeat.path,
            parent: repeat.parent,
            label: repeat.label,
            rows: repeat.rows,
            fixed: repeat.fixed,
        })
        .collect()
}
