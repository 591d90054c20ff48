//! One row of the survey read into an item: its texts, conditions, formulas and parameters.

use crate::columns::{Column, Columns, MEDIA};
use crate::error::{EvalError, FormErrorCode};
use crate::form::{Item, Kind, Piece, Start, Texts};
use crate::moment::looks_like_date;
use crate::parameters::{Bounds, Parameters, check_parameters, knows_parameters, read_parameters};
use crate::references::Misuse;
use crate::report::{Cell, Report};
use crate::settings::{says_no, says_yes};
use crate::survey::SHEET;
use crate::syntax::{Arithmetic, Expr, parse};
use std::collections::BTreeMap;

type Cells = BTreeMap<u32, String>;

/// A row being read.
pub(crate) struct Row<'a> {
    pub(crate) row: u32,
    pub(crate) cells: &'a Cells,
    pub(crate) columns: &'a Columns,
    pub(crate) languages: &'a [String],
    pub(crate) report: &'a mut Report,
}

impl Row<'_> {
    /// Fills in an item from the row's columns; gives the names in the trigger column.
    pub(crate) fn fill(&mut self, item: &mut Item) -> Vec<String> {
        let kind = item.kind;
        self.text(Column::Appearance).clone_into(&mut item.appearance);
        self.check_appearance(&item.appearance);
        item.label = self.texts(Column::Label);
        item.hint = self.texts(Column::Hint);
        item.guidance = self.texts(Column::Guidance);
        for (column, name) in MEDIA {
            let texts = self.texts(*column);
            if !texts.is_empty() {
                item.media.push((name, texts));
            }
        }
        item.rules.required_message = self.texts(Column::RequiredMessage);
        item.rules.constraint_message = self.texts(Column::ConstraintMessage);
        item.rules.required = self.truth(Column::Required);
        item.rules.read_only = self.truth(Column::ReadOnly);
        if kind == Kind::Note && item.rules.read_only.is_none() {
            item.rules.read_only = parse("true()").ok();
        }
        item.rules.relevant = self.expression(Column::Relevant);
        item.rules.constraint = self.expression(Column::Constraint);
        item.calculation = self.expression(Column::Calculation);
        if kind.is_select() {
            item.rules.choice_filter = self.expression(Column::ChoiceFilter);
        }
        if kind == Kind::Repeat {
            item.repeat_count = self.expression(Column::RepeatCount);
        }
        item.parameters = self.parameters(kind);
        item.bounds = (kind == Kind::Range).then(|| Bounds::of(&item.parameters));
        item.shuffled = item.parameters.get("randomize").is_some_and(|value| value == "true");
        item.seed = item.parameters.get("seed").and_then(|seed| parse(seed).ok());
        item.start = self.start(kind);
        let triggers = self.triggers();
        if !triggers.is_empty() && kind.has_value() {
            // Without a formula the change empties the value.
            item.triggered = item.calculation.take().or(Some(Expr::Text(String::new())));
        }
        self.check(item);
        triggers
    }

    fn cell(&self, column: Column) -> Cell {
        Cell { row: self.row, column: self.columns.place(column).unwrap_or(0) }
    }

    fn text(&self, column: Column) -> &str {
        self.columns.place(column).and_then(|place| self.cells.get(&place)).map_or("", String::as_str)
    }

    fn texts(&mut self, column: Column) -> Texts {
        read_texts(self.cells, self.columns, column, self.languages, self.row, SHEET, self.report)
    }

    fn check(&mut self, item: &Item) {
        let computed = item.calculation.is_some() || item.triggered.is_some() || item.start.is_some();
        if item.kind == Kind::Calculate && !computed && self.text(Column::Calculation).is_empty() {
            let cell = self.cell(Column::Calculation);
            self.report.error(
                SHEET,
                cell,
                FormErrorCode::BadValue,
                &format!("计算项“{}”没有公式", item.name),
                &format!("the calculate “{}” has no calculation", item.name),
            );
        }
        let shown = !matches!(item.kind, Kind::Calculate | Kind::Hidden | Kind::Group | Kind::Repeat);
        let computed = item.calculation.is_some() || item.triggered.is_some();
        let told = !item.label.is_empty() || !item.hint.is_empty() || !item.media.is_empty();
        if shown && !told && !computed {
            let cell = self.cell(Column::Label);
            self.report.error(
                SHEET,
                cell,
                FormErrorCode::MissingLabel,
                &format!("题目“{}”没有文字（label）", item.name),
                &format!("the question “{}” has no label", item.name),
            );
        }
    }

    fn check_appearance(&mut self, appearance: &str) {
        // A function, such as `search('towns')`, is one word whatever blanks it holds.
        let words = appearance.split_once('(').map_or(appearance, |(before, _)| before);
        let unknown = words.split_whitespace().find(|word| {
            let called = appearance.contains('(') && words.trim_end().ends_with(word);
            called || !crate::question_type::knows_appearance(word)
        });
        if let Some(word) = unknown {
            let cell = self.cell(Column::Appearance);
            self.report.warning(
                SHEET,
                cell,
                FormErrorCode::UnknownAppearance,
                &format!("不认识外观“{word}”，将按普通样式显示"),
                &format!("the appearance “{word}” is not known; the plain one is shown"),
            );
        }
    }

    fn parameters(&mut self, kind: Kind) -> Parameters {
        let text = self.text(Column::Parameters).to_owned();
        let cell = self.cell(Column::Parameters);
        let (parameters, complaints) = match read_parameters(&text) {
            Ok(found) if knows_parameters(kind) => {
                let complaints = check_parameters(kind, &found);
                (found, complaints)
            }
            Ok(found) => {
                if !found.is_empty() {
                    let (zh, en) = ("这类题目没有参数", "this type has no parameters");
                    self.report.warning(SHEET, cell, FormErrorCode::BadValue, zh, en);
                }
                (found, Vec::new())
            }
            Err(complaint) => (Parameters::new(), vec![complaint]),
        };
        for (zh, en) in complaints {
            self.report.error(SHEET, cell, FormErrorCode::BadValue, &zh, &en);
        }
        parameters
    }

    /// The questions that the trigger column names.
    fn triggers(&mut self) -> Vec<String> {
        let text = self.text(Column::Trigger).to_owned();
        let mut names = Vec::new();
        for part in text.split([',', '，']).map(str::trim).filter(|part| !part.is_empty()) {
            match part.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
                Some(name) => names.push(name.trim().to_owned()),
                None => {
                    let cell = self.cell(Column::Trigger);
                    self.report.error(
                        SHEET,
                        cell,
                        FormErrorCode::BadValue,
                        "trigger 列应写 ${字段名}",
                        "the trigger column takes ${name}",
                    );
                }
            }
        }
        names
    }

    fn expression(&mut self, column: Column) -> Option<Expr> {
        let text = straighten(self.text(column));
        let said = match text.as_str() {
            "" => return None,
            "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" => "true()",
            "no" | "No" | "NO" | "false" | "False" | "FALSE" => "false()",
            other => other,
        };
        match parse(said) {
            Ok(expr) => Some(expr),
            Err(error) => {
                let cell = self.cell(column);
                self.report.misuse(SHEET, cell, &Misuse::Evaluation(error));
                None
            }
        }
    }

    /// A column that says yes, no, or gives an expression.
    fn truth(&mut self, column: Column) -> Option<Expr> {
        match self.text(column) {
            "" => None,
            text if says_no(text) => None,
            text if says_yes(text) => parse("true()").ok(),
            _ => self.expression(column),
        }
    }

    /// A default is a formula when it calls a function, names a question or calculates; else it is meant as written.
    fn start(&mut self, kind: Kind) -> Option<Start> {
        let text = self.text(Column::Default).to_owned();
        if text.is_empty() {
            return None;
        }
        let file = matches!(kind, Kind::Image | Kind::Audio | Kind::Video | Kind::File);
        match parse(&straighten(&text)) {
            Ok(expr) if !file && is_computed(&expr, &text) => Some(Start::Computed(expr)),
            Err(error) if text.contains("${") => {
                let cell = self.cell(Column::Default);
                self.report.misuse(SHEET, cell, &Misuse::Evaluation(error));
                None
            }
            _ => Some(Start::Fixed(text)),
        }
    }
}

fn is_computed(expr: &Expr, text: &str) -> bool {
    match expr {
        Expr::Number(_) | Expr::Text(_) | Expr::Path(_) => false,
        Expr::Call(_) | Expr::Reference(_) | Expr::LastSaved(_) | Expr::Filter { .. } => true,
        Expr::Negate(inner) => is_computed(inner, text),
        Expr::Arithmetic(first, rest) => {
            // `1-2`, like a date, is a text; `1 - 2` and `1+2` are sums.
            let written = !text.contains("- ") || looks_like_date(text);
            let sum = rest.iter().any(|(sign, _)| !(written && matches!(sign, Arithmetic::Subtract)));
            let number = |side: &Expr| matches!(side, Expr::Number(_)) || is_computed(side, text);
            let mut sides = std::iter::once(&**first).chain(rest.iter().map(|(_, right)| right));
            sides.clone().any(|side| is_computed(side, text)) || (sum && sides.all(number))
        }
        Expr::And(parts) | Expr::Or(parts) => parts.iter().any(|part| is_computed(part, text)),
        Expr::Compare(left, _, right) | Expr::Union(left, right) => {
            is_computed(left, text) || is_computed(right, text)
        }
    }
}

/// Excel and WPS turn quotation marks round by themselves; in a formula only straight ones can be meant.
fn straighten(text: &str) -> String {
    text.replace(['“', '”'], "\"").replace(['‘', '’'], "'").trim().to_owned()
}

fn language_number(languages: &[String], language: &str) -> usize {
    languages.iter().position(|known| known == language).unwrap_or(0)
}

/// The texts of a translated column in all languages.
pub(crate) fn read_texts(
    cells: &Cells,
    columns: &Columns,
    column: Column,
    languages: &[String],
    row: u32,
    sheet: &str,
    report: &mut Report,
) -> Texts {
    let mut texts = Texts::default();
    for (language, place) in columns.translations(column) {
        let Some(text) = cells.get(&place).filter(|text| !text.is_empty()) else { continue };
        match cut_text(text) {
            Ok(pieces) => {
                texts.by_language.insert(language_number(languages, language), pieces);
            }
            Err(error) => report.misuse(sheet, Cell { row, column: place }, &Misuse::Evaluation(error)),
        }
    }
    texts
}

/// The cell of a text in a language, or of its column.
pub(crate) fn text_cell(
    columns: &Columns,
    languages: &[String],
    column: Column,
    language: usize,
    row: u32,
) -> Cell {
    let mut places = columns.translations(column);
    let found = places.find(|(name, _)| language_number(languages, name) == language);
    let place = found.map(|(_, place)| place).or_else(|| columns.place(column));
    Cell { row, column: place.unwrap_or(0) }
}

/// A label cut into what is written and the `${name}` to be filled in.
fn cut_text(text: &str) -> Result<Vec<Piece>, EvalError> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, left)) = after.split_once('}') else {
            let at = text.chars().count() - after.chars().count() - 1;
            return Err(EvalError::Syntax { at, what: "a closing brace is missing" });
        };
        if !before.is_empty() {
            pieces.push(Piece::Plain(before.to_owned()));
        }
        pieces.push(Piece::Value(parse(&format!("${{{name}}}"))?));
        rest = left;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Plain(rest.to_owned()));
    }
    Ok(pieces)
}
