//! A workbook's cells compiled to a model: settings, choices, survey, then names bound and dependencies ordered.

use crate::choices::read_choices;
use crate::columns::{Column, read_columns};
use crate::error::{EvalError, FormError, FormErrorCode};
use crate::form::{Item, Model, Piece, Start, Texts};
use crate::graph::{Aspect, CycleFound, order};
use crate::references::{Misuse, bind, find_dead_path};
use crate::report::{Cell, Report};
use crate::survey::{Draft, read_survey};
use crate::syntax::Expr;
use crate::workbook::{Sheet, Workbook};

/// Compiles a workbook; gives the model and the warnings, or all mistakes found.
pub(crate) fn compile(workbook: &Workbook) -> Result<(Model, Vec<FormError>), Vec<FormError>> {
    let mut report = Report::default();
    let Some(survey) = workbook.sheets.get("survey") else { return Err(vec![missing_survey()]) };
    let empty = Sheet::default();
    let choices = workbook.sheets.get("choices").unwrap_or(&empty);
    let settings = read_settings(workbook.sheets.get("settings"), &mut report);

    let mut languages = Vec::new();
    let survey_columns = read_columns(survey, "survey", &mut languages, &mut report.warnings);
    let choice_columns = read_columns(choices, "choices", &mut languages, &mut report.warnings);
    let languages = order_languages(languages, &settings.default_language);

    let mut model = Model {
        form_id: settings.form_id,
        version: settings.version,
        title: settings.title,
        languages: languages
            .iter()
            .map(|language| shown_language(language, &settings.default_language))
            .collect(),
        ..Model::default()
    };
    read_choices(choices, &choice_columns, &languages, settings.doubled_choices, &mut model, &mut report);
    let cells = read_survey(survey, &survey_columns, &languages, &model, &mut report);
    model.items = cells.iter().map(|draft| draft.item.clone()).collect();
    bind_items(&mut model, &cells, &mut report);
    if report.errors.is_empty()
        && let Err(cycle) = order(&mut model)
    {
        report_cycle(&cells, &cycle, &mut report);
    }
    if report.errors.is_empty() { Ok((model, report.warnings)) } else { Err(report.errors) }
}

fn missing_survey() -> FormError {
    FormError {
        sheet: "survey".to_owned(),
        cell: String::new(),
        code: FormErrorCode::MissingSheet,
        message_zh: "工作簿里没有“survey”工作表".to_owned(),
        message_en: "the workbook has no sheet “survey”".to_owned(),
    }
}

#[derive(Default)]
struct Settings {
    form_id: String,
    version: String,
    title: String,
    default_language: String,
    doubled_choices: bool,
}

fn read_settings(sheet: Option<&Sheet>, report: &mut Report) -> Settings {
    let mut settings = Settings::default();
    let Some(sheet) = sheet else {
        settings.form_id = "data".to_owned();
        return settings;
    };
    let values = sheet.rows.first();
    for (place, heading) in &sheet.headings {
        let value = values.and_then(|(_, cells)| cells.get(place)).cloned().unwrap_or_default();
        match heading.trim().to_ascii_lowercase().replace(' ', "_").as_str() {
            "form_id" | "id_string" => settings.form_id = value,
            "form_title" | "title" => settings.title = value,
            "version" => settings.version = value,
            "default_language" => settings.default_language = value,
            "allow_choice_duplicates" => settings.doubled_choices = matches!(value.as_str(), "yes" | "true"),
            "style" | "instance_name" | "public_key" | "submission_url" | "auto_send" | "auto_delete"
            | "name" | "namespaces" | "sms_keyword" => {}
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
    settings
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

/// Binds the names in every expression of every item, once all items are known.
fn bind_items(model: &mut Model, drafts: &[Draft], report: &mut Report) {
    for (at, draft) in drafts.iter().enumerate() {
        let Some(slot) = model.items.get_mut(at) else { continue };
        let mut item = std::mem::replace(slot, placeholder(&draft.item));
        let mut binder = Binder { model, report, item: at, draft };
        binder.one(&mut item.relevant, Column::Relevant);
        binder.one(&mut item.required, Column::Required);
        binder.one(&mut item.read_only, Column::ReadOnly);
        binder.one(&mut item.constraint, Column::Constraint);
        binder.one(&mut item.calculation, Column::Calculation);
        binder.one(&mut item.choice_filter, Column::ChoiceFilter);
        binder.one(&mut item.repeat_count, Column::RepeatCount);
        if let Some(Start::Computed(expr)) = &mut item.start {
            binder.expression(expr, Column::Default);
        }
        binder.texts(&mut item.label, Column::Label);
        binder.texts(&mut item.hint, Column::Hint);
        binder.texts(&mut item.required_message, Column::RequiredMessage);
        binder.texts(&mut item.constraint_message, Column::ConstraintMessage);
        if let Some(slot) = model.items.get_mut(at) {
            *slot = item;
        }
    }
}

/// What other items may look at while an item's expressions are bound.
fn placeholder(item: &Item) -> Item {
    let mut seen = Item::new(&item.name, &item.path, item.kind, item.parent);
    seen.children.clone_from(&item.children);
    seen.list = item.list;
    seen
}

struct Binder<'a> {
    model: &'a Model,
    report: &'a mut Report,
    item: usize,
    draft: &'a Draft,
}

impl Binder<'_> {
    fn one(&mut self, expr: &mut Option<Expr>, column: Column) {
        if let Some(expr) = expr {
            self.expression(expr, column);
        }
    }

    fn expression(&mut self, expr: &mut Expr, column: Column) {
        let bound = bind(expr, self.model).and_then(|()| {
            let on_choice = column == Column::ChoiceFilter;
            match find_dead_path(self.model, self.item, expr, on_choice) {
                Some(name) => Err(Misuse::Evaluation(EvalError::UnknownName { name })),
                None => Ok(()),
            }
        });
        if let Err(misuse) = bound {
            self.report.misuse("survey", self.draft.cell(column), &misuse);
        }
    }

    fn texts(&mut self, texts: &mut Texts, column: Column) {
        for (language, pieces) in &mut texts.by_language {
            for piece in pieces {
                if let Piece::Value(expr) = piece
                    && let Err(misuse) = bind(expr, self.model)
                {
                    self.report.misuse("survey", self.draft.text_cell(column, *language), &misuse);
                }
            }
        }
    }
}

fn report_cycle(drafts: &[Draft], cycle: &CycleFound, report: &mut Report) {
    let Some(draft) = drafts.get(cycle.item) else { return };
    let column = match cycle.aspect {
        Aspect::Relevance => Column::Relevant,
        Aspect::Rows => Column::RepeatCount,
        _ => Column::Calculation,
    };
    let way = cycle.names.join(" → ");
    report.error(
        "survey",
        draft.cell(column),
        cycle.code,
        &format!("循环引用：{way}，请去掉其中一处引用"),
        &format!("these depend on themselves: {way}; take one of the references out"),
    );
}
