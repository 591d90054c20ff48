//! The headings of a form's sheets: which column says what, and in which language.

use crate::error::{FormError, FormErrorCode};
use crate::workbook::{Sheet, cell_name};
use std::collections::BTreeMap;

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Column {
    Type,
    Name,
    Label,
    Hint,
    Required,
    RequiredMessage,
    ReadOnly,
    Relevant,
    Constraint,
    ConstraintMessage,
    Calculation,
    Default,
    ChoiceFilter,
    Appearance,
    RepeatCount,
    ListName,
}

impl Column {
    fn in_survey(heading: &str) -> Option<Self> {
        Some(match heading {
            "type" => Self::Type,
            "name" => Self::Name,
            "label" => Self::Label,
            "hint" => Self::Hint,
            "required" => Self::Required,
            "required_message" => Self::RequiredMessage,
            "read_only" | "readonly" => Self::ReadOnly,
            "relevant" | "relevance" => Self::Relevant,
            "constraint" => Self::Constraint,
            "constraint_message" => Self::ConstraintMessage,
            "calculation" | "calculate" => Self::Calculation,
            "default" => Self::Default,
            "choice_filter" => Self::ChoiceFilter,
            "appearance" => Self::Appearance,
            "repeat_count" | "count" | "jr:count" => Self::RepeatCount,
            _ => return None,
        })
    }

    fn in_choices(heading: &str) -> Option<Self> {
        Some(match heading {
            "list_name" => Self::ListName,
            "name" | "value" => Self::Name,
            "label" => Self::Label,
            _ => return None,
        })
    }

    /// Whether the column may come once for each language.
    pub(crate) fn is_translated(self) -> bool {
        matches!(self, Self::Label | Self::Hint | Self::RequiredMessage | Self::ConstraintMessage)
    }
}

/// Columns that XLSForm knows and this engine has no use for; they are passed over in silence.
const IGNORED: &[&str] =
    &["media", "image", "audio", "video", "big-image", "parameters", "note", "notes", "备注"];

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
        let mut found = self.places.iter().filter(|((known, _), _)| *known == column);
        found.next().map(|(_, place)| *place)
    }

    /// The languages and places of a translated column.
    pub(crate) fn translations(&self, column: Column) -> impl Iterator<Item = (&str, u32)> {
        let all = self.places.iter().filter(move |((known, _), _)| *known == column);
        all.map(|((_, language), place)| (language.as_str(), *place))
    }
}

/// A heading in its plain form and its language: `Constraint message::中文 (zh)`.
fn split_heading(heading: &str) -> (String, String) {
    let (base, language) = match heading.split_once("::") {
        Some((base, language)) => (base, language.trim()),
        None => (heading, ""),
    };
    let base = base.trim().to_ascii_lowercase().replace([' ', '-'], "_");
    (base, language.to_owned())
}

/// Understands a sheet's headings; unknown columns of the survey are warned of.
pub(crate) fn read_columns(
    sheet: &Sheet,
    sheet_name: &str,
    languages: &mut Vec<String>,
    warnings: &mut Vec<FormError>,
) -> Columns {
    let mut columns = Columns::default();
    for (place, heading) in &sheet.headings {
        let (base, language) = split_heading(heading);
        let known =
            if sheet_name == "choices" { Column::in_choices(&base) } else { Column::in_survey(&base) };
        match known {
            Some(column) if column.is_translated() => {
                if !languages.contains(&language) {
                    languages.push(language.clone());
                }
                columns.places.entry((column, language)).or_insert(*place);
            }
            Some(column) => {
                columns.places.entry((column, String::new())).or_insert(*place);
            }
            None if IGNORED.contains(&base.as_str()) => {}
            None if sheet_name == "choices" && language.is_empty() => {
                columns.others.push((*place, heading.trim().to_owned()));
            }
            None => warnings.push(FormError {
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
