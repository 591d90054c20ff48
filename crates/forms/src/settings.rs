//! The settings sheet: what the form is called, its languages and its rules.

use crate::error::FormErrorCode;
use crate::report::{Cell, Report};
use crate::workbook::Sheet;

/// The settings, each as written.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    pub(crate) form_id: String,
    pub(crate) version: String,
    pub(crate) title: String,
    pub(crate) default_language: String,
    pub(crate) doubled_choices: bool,
    /// The name of the root as paths of the author's may write it.
    pub(crate) root: String,
    /// The formula for what one filled-in form is called, and its cell.
    pub(crate) instance_name: String,
    pub(crate) instance_name_cell: Cell,
}

/// Settings for other programs; they are passed over in silence.
const IGNORED: &[&str] = &[
    "style",
    "public_key",
    "submission_url",
    "auto_send",
    "auto_delete",
    "namespaces",
    "sms_keyword",
    "sms_separator",
    "sms_allow_media",
    "sms_date_format",
    "sms_datetime_format",
    "prefix",
    "delimiter",
    "instance_id",
    "omit_instanceid",
    "client_editable",
    "clean_text_values",
    "add_none_option",
    "flat",
    "instance_xmlns",
    "attribute",
];

/// Whether a cell says yes.
pub(crate) fn says_yes(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "yes" | "true" | "true()" | "1" | "是")
}

/// Whether a cell says no.
pub(crate) fn says_no(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "no" | "false" | "false()" | "0" | "否")
}

pub(crate) fn read_settings(sheet: Option<&Sheet>, report: &mut Report) -> Settings {
    let mut settings = Settings::default();
    let empty = Sheet::default();
    let sheet = sheet.unwrap_or(&empty);
    let row = sheet.rows.first();
    for (place, heading) in &sheet.headings {
        let value = row.and_then(|(_, cells)| cells.get(place)).cloned().unwrap_or_default();
        let name = heading.split_whitespace().collect::<Vec<_>>().join("_").to_lowercase();
        let base = name.split("::").next().unwrap_or_default();
        match base {
            "form_id" | "set_form_id" => settings.form_id = value,
            "id_string" if settings.form_id.is_empty() => settings.form_id = value,
            "id_string" => {}
            "form_title" | "set_form_title" | "title" => settings.title = value,
            "version" => settings.version = value,
            "name" => settings.root = value,
            "default_language" => settings.default_language = value,
            "allow_choice_duplicates" => settings.doubled_choices = says_yes(&value),
            "instance_name" => {
                settings.instance_name = value;
                settings.instance_name_cell = Cell { row: row.map_or(0, |(row, _)| *row), column: *place };
            }
            known if IGNORED.contains(&known) => {}
            _ => report.warning(
                "settings",
                Cell { row: sheet.heading_row, column: *place },
                FormErrorCode::UnknownColumn,
                &format!("不认识“{heading}”这一列，其内容不起作用"),
                &format!("the column “{heading}” is not known and has no effect"),
            ),
        }
    }
    if settings.form_id.is_empty() {
        settings.form_id = "data".to_owned();
    }
    if settings.title.is_empty() && !sheet.headings.is_empty() {
        settings.title.clone_from(&settings.form_id);
    }
    settings
}
