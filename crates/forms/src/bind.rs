//! Names bound once all items are known: in every column of every row, and in the texts of choices.

use crate::choices::ChoiceCells;
use crate::columns::{Column, Columns};
use crate::error::EvalError;
use crate::files::Files;
use crate::form::{ChoiceSource, Item, Model, Piece, Start, Texts};
use crate::naming::{bind, find_named};
use crate::references::{Misuse, find_dead_path};
use crate::report::{Cell, Report};
use crate::row::text_cell;
use crate::survey::{Draft, SHEET};
use crate::syntax::{Expr, Step};

/// Where the survey's columns and languages stand.
pub(crate) struct Sheets<'a> {
    pub(crate) columns: &'a Columns,
    pub(crate) languages: &'a [String],
}

impl Sheets<'_> {
    fn cell(&self, draft: &Draft, column: Column) -> Cell {
        let column = if column == Column::Calculation { draft.formula_column } else { column };
        Cell { row: draft.row, column: self.columns.place(column).unwrap_or(0) }
    }
}

/// Finds the questions whose answers are choices, and those that trigger others.
pub(crate) fn bind_sources(model: &mut Model, drafts: &[Draft], sheets: &Sheets<'_>, report: &mut Report) {
    for (at, draft) in drafts.iter().enumerate() {
        if let Some(name) = &draft.answers_of {
            match find_named(name, model) {
                Ok(question) => {
                    if let Some(item) = model.items.get_mut(at) {
                        item.source = Some(ChoiceSource::Answers { question });
                    }
                }
                Err(misuse) => report.misuse(SHEET, sheets.cell(draft, Column::Type), &misuse),
            }
        }
        let mut triggers = Vec::new();
        for name in &draft.triggers {
            match find_named(name, model) {
                Ok(target) => triggers.push(target),
                Err(misuse) => report.misuse(SHEET, sheets.cell(draft, Column::Trigger), &misuse),
            }
        }
        if let Some(item) = model.items.get_mut(at) {
            item.triggers = triggers;
        }
    }
}

/// Reads the files that `pulldata()` looks at.
pub(crate) fn find_files(
    model: &mut Model,
    drafts: &[Draft],
    sheets: &Sheets<'_>,
    files: &mut Files<'_>,
    report: &mut Report,
) {
    let mut wanted = Vec::new();
    for draft in drafts {
        let item = &draft.item;
        let computed = item.start.iter().filter_map(|start| match start {
            Start::Computed(expr) => Some((Column::Default, expr)),
            _ => None,
        });
        let formulas = [
            (Column::Relevant, &item.rules.relevant),
            (Column::Required, &item.rules.required),
            (Column::ReadOnly, &item.rules.read_only),
            (Column::Constraint, &item.rules.constraint),
            (Column::Calculation, &item.calculation),
            (Column::Calculation, &item.triggered),
            (Column::ChoiceFilter, &item.rules.choice_filter),
            (Column::RepeatCount, &item.repeat_count),
        ];
        let formulas = formulas.into_iter().filter_map(|(column, expr)| Some((column, expr.as_ref()?)));
        for (column, expr) in formulas.chain(computed) {
            let mut names = Vec::new();
            pulled_files(expr, &mut names);
            wanted.extend(names.into_iter().map(|name| (name, sheets.cell(draft, column))));
        }
    }
    for (name, cell) in wanted {
        let stem = name.strip_suffix(".csv").unwrap_or(&name);
        if !model.lists.iter().any(|list| list.name == stem) {
            files.add(&format!("{stem}.csv"), cell, &mut model.lists, report);
        }
    }
}

/// The files that an expression names in `pulldata('file', …)`.
fn pulled_files(expr: &Expr, names: &mut Vec<String>) {
    let of_steps = |steps: &[Step], names: &mut Vec<String>| {
        steps.iter().flat_map(|step| &step.predicates).for_each(|predicate| pulled_files(predicate, names));
    };
    match expr {
        Expr::Number(_) | Expr::Text(_) | Expr::Reference(_) | Expr::LastSaved(_) => {}
        Expr::Negate(inner) => pulled_files(inner, names),
        Expr::Arithmetic(first, rest) => {
            pulled_files(first, names);
            rest.iter().for_each(|(_, right)| pulled_files(right, names));
        }
        Expr::And(parts) | Expr::Or(parts) => parts.iter().for_each(|part| pulled_files(part, names)),
        Expr::Compare(left, _, right) | Expr::Union(left, right) => {
            pulled_files(left, names);
            pulled_files(right, names);
        }
        Expr::Call(call) => {
            if call.name == "pulldata"
                && let Some(Expr::Text(name)) = call.arguments.first()
                && !names.contains(name)
            {
                names.push(name.clone());
            }
            call.arguments.iter().for_each(|argument| pulled_files(argument, names));
        }
        Expr::Path(path) => of_steps(&path.steps, names),
        Expr::Filter { base, predicates, steps } => {
            pulled_files(base, names);
            predicates.iter().for_each(|predicate| pulled_files(predicate, names));
            of_steps(steps, names);
        }
    }
}

/// Binds the names in every expression of every item.
pub(crate) fn bind_items(model: &mut Model, drafts: &[Draft], sheets: &Sheets<'_>, report: &mut Report) {
    for (at, draft) in drafts.iter().enumerate() {
        let Some(slot) = model.items.get_mut(at) else { continue };
        let seen = placeholder(slot);
        let mut item = std::mem::replace(slot, seen);
        let mut binder = Binder { model, report, item: at, draft, sheets };
        binder.one(&mut item.rules.relevant, Column::Relevant);
        binder.one(&mut item.rules.required, Column::Required);
        binder.one(&mut item.rules.read_only, Column::ReadOnly);
        binder.one(&mut item.rules.constraint, Column::Constraint);
        binder.one(&mut item.calculation, Column::Calculation);
        binder.one(&mut item.triggered, Column::Calculation);
        binder.one(&mut item.rules.choice_filter, Column::ChoiceFilter);
        binder.one(&mut item.repeat_count, Column::RepeatCount);
        binder.one(&mut item.seed, Column::Parameters);
        if let Some(Start::Computed(expr)) = &mut item.start {
            binder.expression(expr, Column::Default);
        }
        binder.texts(&mut item.label, Column::Label);
        binder.texts(&mut item.hint, Column::Hint);
        binder.texts(&mut item.guidance, Column::Guidance);
        binder.texts(&mut item.rules.required_message, Column::RequiredMessage);
        binder.texts(&mut item.rules.constraint_message, Column::ConstraintMessage);
        for (name, texts) in &mut item.media {
            let column = crate::columns::MEDIA.iter().find(|(_, known)| known == name);
            binder.texts(texts, column.map_or(Column::Image, |(column, _)| *column));
        }
        if let Some(slot) = model.items.get_mut(at) {
            *slot = item;
        }
    }
}

/// What other items may look at while an item's expressions are bound.
fn placeholder(item: &Item) -> Item {
    let mut seen = Item::new(&item.name, &item.path, item.kind, item.parent);
    seen.children.clone_from(&item.children);
    seen.source = item.source;
    seen
}

struct Binder<'a> {
    model: &'a Model,
    report: &'a mut Report,
    item: usize,
    draft: &'a Draft,
    sheets: &'a Sheets<'a>,
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
            self.report.misuse(SHEET, self.sheets.cell(self.draft, column), &misuse);
        }
    }

    fn texts(&mut self, texts: &mut Texts, column: Column) {
        for (language, pieces) in &mut texts.by_language {
            for piece in pieces {
                if let Piece::Value(expr) = piece
                    && let Err(misuse) = bind(expr, self.model)
                {
                    let Sheets { columns, languages } = *self.sheets;
                    let cell = text_cell(columns, languages, column, *language, self.draft.row);
                    self.report.misuse(SHEET, cell, &misuse);
                }
            }
        }
    }
}

/// Binds the values in the labels of choices.
pub(crate) fn bind_choices(
    model: &mut Model,
    columns: &Columns,
    languages: &[String],
    cells: &ChoiceCells,
    report: &mut Report,
) {
    let mut lists = std::mem::take(&mut model.lists);
    for (number, list) in lists.iter_mut().enumerate() {
        for (at, choice) in list.choices.iter_mut().enumerate() {
            for (language, pieces) in &mut choice.label.by_language {
                for piece in pieces {
                    let Piece::Value(expr) = piece else { continue };
                    if let Err(misuse) = bind(expr, model) {
                        let row = cells.rows.get(&(number, at)).copied().unwrap_or_default();
                        let cell = text_cell(columns, languages, Column::Label, *language, row);
                        report.misuse("choices", cell, &misuse);
                    }
                }
            }
        }
    }
    model.lists = lists;
}
