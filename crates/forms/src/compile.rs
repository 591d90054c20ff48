//! A workbook's cells compiled to a model: settings, choices, survey, then names bound and dependencies ordered.

use crate::attachments::Attachments;
use crate::bind::{Sheets, bind_choices, bind_items, bind_sources, find_files};
use crate::choices::read_choices;
use crate::columns::{Column, Columns, read_columns};
use crate::error::{FormError, FormErrorCode};
use crate::files::Files;
use crate::form::{Model, split_language};
use crate::graph::{Aspect, CycleFound, order};
use crate::report::{Cell, Report};
use crate::settings::{Settings, read_settings};
use crate::shown::find_shown;
use crate::survey::{Around, Draft, SHEET, read_survey};
use crate::syntax::parse;
use crate::workbook::{Sheet, Workbook};

/// A compiled workbook, with what later mistakes need to name their cell.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) model: Model,
    pub(crate) warnings: Vec<FormError>,
    /// The row of each item, and the column of its formula.
    pub(crate) rows: Vec<(u32, Column)>,
    pub(crate) columns: Columns,
}

/// Compiles a workbook; gives the model and the warnings, or all mistakes found.
pub(crate) fn compile(
    workbook: &Workbook,
    attachments: &Attachments<'_>,
) -> Result<Compiled, Vec<FormError>> {
    let mut report = Report::default();
    let Some(survey) = workbook.sheets.get("survey") else { return Err(vec![missing_survey()]) };
    let empty = Sheet::default();
    let sheet = |name: &str| workbook.sheets.get(name).unwrap_or(&empty);
    let (choices, external) = (sheet("choices"), sheet("external_choices"));
    let settings = read_settings(workbook.sheets.get("settings"), &mut report);
    warn_of_sheets(workbook, &mut report);

    let mut found = Vec::new();
    let survey_columns = read_columns(survey, SHEET, &mut found, &mut report);
    let choice_columns = read_columns(choices, "choices", &mut found, &mut report);
    let external_columns = read_columns(external, "external_choices", &mut found, &mut report);
    let languages = order_languages(found, &settings.default_language);

    let mut model = begin_model(&settings, &languages);
    let doubled = settings.doubled_choices;
    let choice_cells =
        read_choices("choices", choices, &choice_columns, &languages, doubled, &mut model, &mut report);
    let mut shown = Vec::new();
    find_shown(SHEET, survey, &survey_columns, attachments, &mut shown, &mut report);
    find_shown("choices", choices, &choice_columns, attachments, &mut shown, &mut report);
    model.shown = shown;
    let external_from = model.lists.len();
    read_choices("external_choices", external, &external_columns, &languages, true, &mut model, &mut report);
    let mut files = Files::new(*attachments);
    let mut lists = std::mem::take(&mut model.lists);
    let around = Around {
        columns: &survey_columns,
        languages: &languages,
        lists: &mut lists,
        external_from,
        choice_cells: &choice_cells,
        files: &mut files,
        chinese: is_chinese(&model.languages, survey),
    };
    let drafts = read_survey(survey, around, &mut report);
    model.lists = lists;
    model.items = drafts.iter().map(|draft| draft.item.clone()).collect();
    for (at, item) in model.items.iter().enumerate().skip(1) {
        model.named.entry(item.name.clone()).or_default().push(at);
    }
    let sheets = Sheets { columns: &survey_columns, languages: &languages };
    bind_sources(&mut model, &drafts, &sheets, &mut report);
    find_files(&mut model, &drafts, &sheets, &mut files, &mut report);
    model.attachments = files.named.iter().map(|(name, _)| name.clone()).collect();
    bind_items(&mut model, &drafts, &sheets, &mut report);
    bind_choices(&mut model, &choice_columns, &languages, &choice_cells, &mut report);
    bind_instance_name(&mut model, &settings, &mut report);
    if report.errors.is_empty()
        && let Err(cycle) = order(&mut model)
    {
        report_cycle(&drafts, &sheets, &cycle, &mut report);
    }
    if !report.errors.is_empty() {
        return Err(report.errors);
    }
    let rows = drafts.iter().map(|draft| (draft.row, draft.formula_column)).collect();
    Ok(Compiled { model, warnings: report.warnings, rows, columns: survey_columns })
}

fn missing_survey() -> FormError {
    FormError {
        sheet: SHEET.to_owned(),
        cell: String::new(),
        code: FormErrorCode::MissingSheet,
        message_zh: "工作簿里没有“survey”工作表".to_owned(),
        message_en: "the workbook has no sheet “survey”".to_owned(),
    }
}

/// Sheets that other programs understand and that change what the form does there.
fn warn_of_sheets(workbook: &Workbook, report: &mut Report) {
    for name in &workbook.ignored {
        report.warnings.push(FormError {
            sheet: name.clone(),
            cell: String::new(),
            code: FormErrorCode::IgnoredSheet,
            message_zh: format!("工作表“{name}”在本程序里不起作用"),
            message_en: format!("the sheet “{name}” has no effect in this program"),
        });
    }
}

fn begin_model(settings: &Settings, languages: &[String]) -> Model {
    let shown = |language: &String| shown_language(language, &settings.default_language);
    Model {
        form_id: settings.form_id.clone(),
        version: settings.version.clone(),
        title: settings.title.clone(),
        root: settings.root.clone(),
        languages: languages.iter().map(shown).collect(),
        ..Model::default()
    }
}

/// The default language comes first; columns without a language belong to it.
fn order_languages(mut found: Vec<String>, default: &str) -> Vec<String> {
    let has_plain = found.iter().any(String::is_empty);
    if !default.is_empty() && has_plain {
        // Plain columns are the default language's; a named column of it is another way to write the same.
        found.retain(|language| !language.is_empty() && language != default);
        found.insert(0, default.to_owned());
    } else if let Some(at) = found.iter().position(|language| language == default || language.is_empty()) {
        let first = found.remove(at);
        found.insert(0, first);
    }
    if found.is_empty() {
        found.push(String::new());
    }
    found
}

fn shown_language(language: &str, default: &str) -> String {
    match (language.is_empty(), default.is_empty()) {
        (false, _) => language.to_owned(),
        (true, false) => default.to_owned(),
        (true, true) => "default".to_owned(),
    }
}

fn has_han(text: &str) -> bool {
    text.chars().any(|character| ('\u{4e00}'..='\u{9fff}').contains(&character))
}

/// Whether the form's first language is Chinese, by its name or, where it has none, by what is written.
fn is_chinese(languages: &[String], survey: &Sheet) -> bool {
    let first = languages.first().map_or("", String::as_str);
    let (name, code) = split_language(first);
    if first != "default" {
        return has_han(name) || code.starts_with("zh") || name.eq_ignore_ascii_case("chinese");
    }
    survey.rows.iter().any(|(_, cells)| cells.values().any(|text| has_han(text)))
}

fn bind_instance_name(model: &mut Model, settings: &Settings, report: &mut Report) {
    if settings.instance_name.is_empty() {
        return;
    }
    let bound =
        parse(&settings.instance_name).map_err(crate::references::Misuse::from).and_then(|mut expr| {
            crate::naming::bind(&mut expr, model)?;
            Ok(expr)
        });
    match bound {
        Ok(expr) => model.instance_name = Some(expr),
        Err(misuse) => report.misuse("settings", settings.instance_name_cell, &misuse),
    }
}

fn report_cycle(drafts: &[Draft], sheets: &Sheets<'_>, cycle: &CycleFound, report: &mut Report) {
    let Some(draft) = drafts.get(cycle.item) else { return };
    let column = match cycle.aspect {
        Aspect::Relevance => Column::Relevant,
        Aspect::Rows => Column::RepeatCount,
        _ => draft.formula_column,
    };
    let cell = Cell { row: draft.row, column: sheets.columns.place(column).unwrap_or(0) };
    let way = cycle.names.join(" → ");
    report.error(
        SHEET,
        cell,
        cycle.code,
        &format!("循环引用：{way}，请去掉其中一处引用"),
        &format!("these depend on themselves: {way}; take one of the references out"),
    );
}
