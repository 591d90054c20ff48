//! The headings of a form's sheets: which column says what, and in which language.

use crate::error::{FormError, FormErrorCode};
use crate::report::{Cell, Report};
use crate::workbook::{Sheet, cell_name};
use std::collections::BTreeMap;

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Column {
    Type,
    Name,
    Label,
    Hint,
    Guidance,
    Required,
    RequiredMessage,
    ReadOnly,
    Relevant,
    Constraint,
    ConstraintMessage,
    Calculation,
    Trigger,
    Default,
    ChoiceFilter,
    Appearance,
    Parameters,
    RepeatCount,
    Image,
    BigImage,
    ImageDescription,
    Audio,
    Video,
    /// `bind::type`: the value's type where it differs from the question's.
    ValueType,
    Disabled,
    ListName,
}

/// The columns that name a file to show, with the name they have in [`crate::NodeView::media`].
pub(crate) const MEDIA: &[(Column, &str)] = &[
    (Column::Image, "image"),
    (Column::BigImage, "big-image"),
    (Column::ImageDescription, "image-description"),
    (Column::Audio, "audio"),
    (Column::Video, "video"),
];

/// What a heading's first words mean; the old names that converters still accept are among them.
fn in_survey(heading: &str) -> Option<Column> {
    Some(match heading {
        "type" | "command" => Column::Type,
        "name" | "tag" | "value" => Column::Name,
        "label" | "caption" => Column::Label,
        "hint" => Column::Hint,
        "guidance_hint" => Column::Guidance,
        "required" => Column::Required,
        "required_message" | "requiredmsg" => Column::RequiredMessage,
        "read_only" | "readonly" => Column::ReadOnly,
        "relevant" | "relevance" => Column::Relevant,
        "constraint" => Column::Constraint,
        "constraint_message" | "constraining_message" => Column::ConstraintMessage,
        "calculation" | "calculate" => Column::Calculation,
        "trigger" => Column::Trigger,
        "default" => Column::Default,
        "choice_filter" => Column::ChoiceFilter,
        "appearance" => Column::Appearance,
        "parameters" => Column::Parameters,
        "repeat_count" | "count" | "jr:count" => Column::RepeatCount,
        "disabled" => Column::Disabled,
        other => return media(other),
    })
}

fn media(heading: &str) -> Option<Column> {
    MEDIA.iter().find(|(_, name)| name.replace('-', "_") == heading).map(|(column, _)| *column)
}

/// `bind::relevant`, `bind::jr:constraintMsg`: the names that the form's XML has for the columns.
fn in_bind(attribute: &str) -> Option<Column> {
    Some(match attribute {
        "relevant" => Column::Relevant,
        "required" => Column::Required,
        "readonly" | "read_only" => Column::ReadOnly,
        "constraint" => Column::Constraint,
        "calculate" | "calculation" => Column::Calculation,
        "type" => Column::ValueType,
        "jr:constraintmsg" => Column::ConstraintMessage,
        "jr:requiredmsg" => Column::RequiredMessage,
        _ => return None,
    })
}

fn in_choices(heading: &str) -> Option<Column> {
    Some(match heading {
        "list_name" => Column::ListName,
        "name" | "value" => Column::Name,
        "label" | "caption" => Column::Label,
        other => return media(other),
    })
}

impl Column {
    /// Whether the column may come once for each language.
    pub(crate) fn is_translated(self) -> bool {
        matches!(
            self,
            Self::Label
                | Self::Hint
                | Self::Guidance
                | Self::RequiredMessage
                | Self::ConstraintMessage
                | Self::Image
                | Self::BigImage
                | Self::ImageDescription
                | Self::Audio
                | Self::Video
        )
    }
}

/// Columns that forms carry for other programs, or for their authors; they are passed over in silence.
const IGNORED: &[&str] = &[
    "note",
    "notes",
    "备注",
    "media",
    "instance",
    "bind",
    "control",
    "body",
    "rows",
    "autoplay",
    "intent",
    "query",
    "save_to",
    "sms_field",
    "sms_option",
    "sms_separator",
    "sms_allow_media",
    "sms_date_format",
    "sms_datetime_format",
    "sms_response",
    "compact_tag",
    "no_app_error_string",
    "noapperrorstring",
    "list_name",
];

/// The columns of a sheet.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    /// The column's number for each meaning and language; untranslated columns have language "".
    pub(crate) places: BTreeMap<(Column, String), u32>,
    /// Further columns by heading: those of choices that filters look at.
    pub(crate) others: Vec<(u32, String)>,
}

impl Columns {
    /// The place of an untranslated column.
    pub(crate) fn place(&self, column: Column) -> Option<u32> {
        let mut found =
            self.places.range((column, String::new())..).take_while(|((known, _), _)| *known == column);
        found.next().map(|(_, place)| *place)
    }

    /// The languages and places of a translated column.
    pub(crate) fn translations(&self, column: Column) -> impl Iterator<Item = (&str, u32)> {
        let from = self.places.range((column, String::new())..);
        let all = from.take_while(move |((known, _), _)| *known == column);
        all.map(|((_, language), place)| (language.as_str(), *place))
    }
}

/// A heading's words between `::` (or `:`, where no heading of the sheet has `::`); `jr:count` is one word.
fn split_heading(heading: &str, single_colons: bool) -> Vec<String> {
    if !single_colons || heading.contains("::") {
        return heading.split("::").map(|word| word.trim().to_owned()).collect();
    }
    let mut words: Vec<String> = Vec::new();
    for word in heading.split(':').map(str::trim) {
        match words.last_mut() {
            Some(last) if last == "jr" => *last = format!("jr:{word}"),
            _ => words.push(word.to_owned()),
        }
    }
    words
}

fn plain(word: &str) -> String {
    word.split_whitespace().collect::<Vec<_>>().join("_").to_lowercase().replace('-', "_")
}

/// What a heading means and its language, if it is known.
fn understand(words: &[String], choices: bool) -> Option<(Column, String)> {
    let first = plain(words.first()?);
    let rest = |from: usize| words.get(from).cloned().unwrap_or_default();
    if choices && first != "media" {
        return in_choices(&first).map(|column| (column, rest(1)));
    }
    let second = words.get(1).map(|word| word.to_lowercase());
    match (first.as_str(), second) {
        ("media", Some(kind)) => media(&kind.replace('-', "_")).map(|column| (column, rest(2))),
        ("bind", Some(attribute)) => in_bind(&attribute).map(|column| (column, rest(2))),
        ("control" | "body", Some(attribute)) => match attribute.as_str() {
            "appearance" => Some((Column::Appearance, rest(2))),
            "jr:count" => Some((Column::RepeatCount, rest(2))),
            _ => None,
        },
        _ => in_survey(&first).map(|column| (column, rest(1))),
    }
}

/// Understands a sheet's headings; unknown columns of the survey are warned of.
pub(crate) fn read_columns(
    sheet: &Sheet,
    sheet_name: &str,
    languages: &mut Vec<String>,
    report: &mut Report,
) -> Columns {
    let choices = sheet_name != "survey";
    let single_colons = !sheet.headings.values().any(|heading| heading.contains("::"));
    let mut columns = Columns::default();
    for (place, heading) in &sheet.headings {
        let words = split_heading(heading, single_colons);
        let known = understand(&words, choices);
        let base = words.first().map(|word| plain(word)).unwrap_or_default();
        match known {
            Some((column, language)) => {
                let language = if column.is_translated() { language } else { String::new() };
                if column.is_translated() && !languages.contains(&language) {
                    languages.push(language.clone());
                }
                if columns.places.contains_key(&(column, language.clone())) {
                    report.error(
                        sheet_name,
                        Cell { row: sheet.heading_row, column: *place },
                        FormErrorCode::DoubledColumn,
                        &format!("“{heading}”这一列与前面的列重复"),
                        &format!("the column “{heading}” says the same as one before it"),
                    );
                } else {
                    columns.places.insert((column, language), *place);
                }
            }
            None if choices && words.len() == 1 => {
                columns.others.push((*place, heading.trim().to_owned()));
            }
            None if IGNORED.contains(&base.as_str()) => {}
            None => report.warnings.push(FormError {
                sheet: sheet_name.to_owned(),
                cell: cell_name(sheet.heading_row, *place),
                code: FormErrorCode::UnknownColumn,
                message_zh: format!("不认识“{heading}”这一列，其内容不起作用"),
                message_en: format!("the column “{heading}” is not known and has no effect"),
            }),
        }
    }
    columns
}
