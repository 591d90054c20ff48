//! The survey sheet: each row an item, groups and repeats nested by begin and end.

use crate::columns::{Column, Columns};
use crate::error::{EvalError, FormErrorCode};
use crate::form::{Item, Kind, Model, Piece, Start, Texts};
use crate::question_type::{QuestionType, read_type};
use crate::references::Misuse;
use crate::report::{Cell, Report};
use crate::syntax::{Expr, parse};
use crate::token::{is_name_part, is_name_start};
use crate::workbook::Sheet;
use std::collections::BTreeMap;

const SHEET: &str = "survey";
const MAX_ITEMS: usize = 2_000;
const MAX_GROUP_DEPTH: usize = 12;

/// An item as read, with the cells its parts came from.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) item: Item,
    row: u32,
    cells: BTreeMap<Column, Cell>,
    text_cells: BTreeMap<(Column, usize), Cell>,
}

impl Draft {
    /// The cell of a column in the item's row.
    pub(crate) fn cell(&self, column: Column) -> Cell {
        self.cells.get(&column).copied().unwrap_or(Cell { row: self.row, column: 0 })
    }

    /// The cell of a translated column.
    pub(crate) fn text_cell(&self, column: Column, language: usize) -> Cell {
        self.text_cells.get(&(column, language)).copied().unwrap_or_else(|| self.cell(column))
    }
}

/// Reads the survey; item 0 is the root.
pub(crate) fn read_survey(
    sheet: &Sheet,
    columns: &Columns,
    languages: &[String],
    model: &Model,
    report: &mut Report,
) -> Vec<Draft> {
    let root = Item::new("data", "/data", Kind::Group, None);
    let root = Draft { item: root, row: 0, cells: BTreeMap::new(), text_cells: BTreeMap::new() };
    let mut reader = Reader { columns, languages, model, report, drafts: vec![root], open: vec![0] };
    for wanted in [Column::Type, Column::Name] {
        if columns.place(wanted).is_none() {
            let name = if wanted == Column::Type { "type" } else { "name" };
            reader.report.error(
                SHEET,
                Cell { row: sheet.heading_row, column: 0 },
                FormErrorCode::MissingColumn,
                &format!("“survey”工作表缺少 {name} 列"),
                &format!("the sheet “survey” lacks the column {name}"),
            );
            return reader.drafts;
        }
    }
    for (row, cells) in &sheet.rows {
        if reader.drafts.len() > MAX_ITEMS {
            reader.tell(
                *row,
                Column::Type,
                FormErrorCode::TooLarge,
                "表单的题目太多",
                "the form has too many rows",
            );
            break;
        }
        reader.read_row(*row, cells);
    }
    reader.check_closed();
    reader.drafts
}

struct Reader<'a> {
    columns: &'a Columns,
    languages: &'a [String],
    model: &'a Model,
    report: &'a mut Report,
    drafts: Vec<Draft>,
    /// The groups that are open, the innermost last; the root is never closed.
    open: Vec<usize>,
}

type Cells = BTreeMap<u32, String>;

impl Reader<'_> {
    fn cell(&self, row: u32, column: Column) -> Cell {
        Cell { row, column: self.columns.place(column).unwrap_or(0) }
    }

    fn tell(&mut self, row: u32, column: Column, code: FormErrorCode, zh: &str, en: &str) {
        let cell = self.cell(row, column);
        self.report.error(SHEET, cell, code, zh, en);
    }

    fn text<'c>(&self, cells: &'c Cells, column: Column) -> &'c str {
        self.columns.place(column).and_then(|place| cells.get(&place)).map_or("", String::as_str)
    }

    fn read_row(&mut self, row: u32, cells: &Cells) {
        let written = self.text(cells, Column::Type);
        if written.starts_with('#') {
            return;
        }
        if written.is_empty() {
            if !self.text(cells, Column::Name).is_empty() {
                let (zh, en) = ("这一行有名称但没有类型（type）", "this row has a name but no type");
                self.tell(row, Column::Type, FormErrorCode::MissingType, zh, en);
            }
            return;
        }
        match read_type(written) {
            None => self.tell(
                row,
                Column::Type,
                FormErrorCode::UnknownType,
                &format!("不认识题目类型“{written}”"),
                &format!("the question type “{written}” is not known"),
            ),
            Some(QuestionType::End(kind)) => self.close(row, kind),
            Some(QuestionType::Plain(kind)) => self.read_item(row, cells, kind, None, None),
            Some(QuestionType::Computed(formula)) => {
                self.read_item(row, cells, Kind::Calculate, None, Some(formula));
            }
            Some(QuestionType::Select(kind, list)) => {
                let number = self.model.lists.iter().position(|known| known.name == list);
                if number.is_none() {
                    self.tell(
                        row,
                        Column::Type,
                        FormErrorCode::UnknownList,
                        &format!("“choices”工作表里没有选项列表“{list}”"),
                        &format!("the sheet “choices” has no list “{list}”"),
                    );
                }
                self.read_item(row, cells, kind, number, None);
            }
        }
    }

    fn close(&mut self, row: u32, kind: Kind) {
        let innermost = self.open.last().copied().filter(|at| *at > 0);
        let open_kind = innermost.and_then(|at| self.drafts.get(at)).map(|draft| draft.item.kind);
        if open_kind == Some(kind) {
            self.open.pop();
            return;
        }
        let (zh, en) = match open_kind {
            None => ("没有与之对应的 begin 行", "there is no begin for this end"),
            Some(_) => (
                "结束行与最近的 begin 行不配（group 与 repeat 要各自成对）",
                "this end does not match the nearest begin (group and repeat each need their own)",
            ),
        };
        self.tell(row, Column::Type, FormErrorCode::UnmatchedEnd, zh, en);
    }

    fn check_closed(&mut self) {
        for at in self.open.clone().into_iter().skip(1) {
            let Some((row, name)) = self.drafts.get(at).map(|draft| (draft.row, draft.item.name.clone()))
            else {
                continue;
            };
            self.tell(
                row,
                Column::Type,
                FormErrorCode::UnclosedGroup,
                &format!("“{name}”没有结束行（end group 或 end repeat）"),
                &format!("“{name}” is never closed by an end group or end repeat"),
            );
        }
    }

    fn check_name(&mut self, row: u32, name: &str) {
        if name.is_empty() {
            let (zh, en) = ("这一行缺少名称（name）", "this row lacks its name");
            self.tell(row, Column::Name, FormErrorCode::MissingName, zh, en);
            return;
        }
        let good = name.chars().next().is_some_and(is_name_start)
            && name.chars().all(is_name_part)
            && name.chars().count() <= 64;
        if !good {
            self.tell(
                row,
                Column::Name,
                FormErrorCode::BadName,
                &format!("名称“{name}”不能用：须以文字或字母开头，不含空格和符号，不超过 64 个字"),
                &format!("the name “{name}” cannot be used: letters, digits, _ - . only, a letter first, 64 at most"),
            );
        }
        let parent = self.open.last().copied().unwrap_or(0);
        let siblings = self.drafts.get(parent).map(|draft| draft.item.children.clone()).unwrap_or_default();
        let doubled = siblings.iter().any(|at| self.drafts.get(*at).is_some_and(|d| d.item.name == name));
        if doubled {
            self.tell(
                row,
                Column::Name,
                FormErrorCode::DoubledName,
                &format!("名称“{name}”在同一组里用了两次"),
                &format!("the name “{name}” is used twice in the same group"),
            );
        }
    }

    fn read_item(&mut self, row: u32, cells: &Cells, kind: Kind, list: Option<usize>, formula: Option<&str>) {
        let name = self.text(cells, Column::Name).to_owned();
        self.check_name(row, &name);
        let parent = self.open.last().copied().unwrap_or(0);
        let parent_path = self.drafts.get(parent).map_or("", |draft| draft.item.path.as_str());
        let mut item = Item::new(&name, &format!("{parent_path}/{name}"), kind, Some(parent));
        item.list = list;
        item.appearance = self.text(cells, Column::Appearance).to_owned();
        self.check_appearance(row, &item.appearance);
        item.label = self.texts(cells, Column::Label, row);
        item.hint = self.texts(cells, Column::Hint, row);
        item.required_message = self.texts(cells, Column::RequiredMessage, row);
        item.constraint_message = self.texts(cells, Column::ConstraintMessage, row);
        item.required = self.truth(cells, Column::Required, row);
        item.read_only = self.truth(cells, Column::ReadOnly, row);
        item.relevant = self.expression(cells, Column::Relevant, row);
        item.constraint = self.expression(cells, Column::Constraint, row);
        item.calculation = match formula {
            Some(formula) => parse(formula).ok(),
            None => self.expression(cells, Column::Calculation, row),
        };
        if kind.is_select() {
            item.choice_filter = self.expression(cells, Column::ChoiceFilter, row);
        }
        if kind == Kind::Repeat {
            item.repeat_count = self.expression(cells, Column::RepeatCount, row);
        }
        item.start = self.start(cells, row);
        self.check_item(row, &item);
        let number = self.drafts.len();
        if let Some(parent) = self.drafts.get_mut(parent) {
            parent.item.children.push(number);
        }
        self.drafts.push(self.draft(item, row));
        if kind.is_container() {
            self.open.push(number);
            if self.open.len() > MAX_GROUP_DEPTH {
                let (zh, en) = ("分组嵌套太深", "groups are nested too deep");
                self.tell(row, Column::Type, FormErrorCode::TooLarge, zh, en);
            }
        }
    }

    fn draft(&self, item: Item, row: u32) -> Draft {
        let mut cells = BTreeMap::new();
        let mut text_cells = BTreeMap::new();
        for ((column, language), place) in &self.columns.places {
            let cell = Cell { row, column: *place };
            cells.entry(*column).or_insert(cell);
            text_cells.insert((*column, language_number(self.languages, language)), cell);
        }
        Draft { item, row, cells, text_cells }
    }

    fn check_item(&mut self, row: u32, item: &Item) {
        if item.kind == Kind::Calculate && item.calculation.is_none() && item.start.is_none() {
            self.report.warning(
                SHEET,
                Cell { row, column: self.columns.place(Column::Calculation).unwrap_or(0) },
                FormErrorCode::BadValue,
                &format!("计算项“{}”没有公式", item.name),
                &format!("the calculate “{}” has no calculation", item.name),
            );
        }
        let shown = !matches!(item.kind, Kind::Calculate | Kind::Hidden | Kind::Group | Kind::Repeat);
        if shown && item.label.is_empty() && item.hint.is_empty() {
            let cell = self.cell(row, Column::Label);
            self.report.warning(
                SHEET,
                cell,
                FormErrorCode::MissingLabel,
                &format!("“{}”没有文字（label），将显示其名称", item.name),
                &format!("“{}” has no label; its name is shown", item.name),
            );
        }
    }

    fn check_appearance(&mut self, row: u32, appearance: &str) {
        let unknown =
            appearance.split_whitespace().find(|word| !crate::question_type::knows_appearance(word));
        if let Some(word) = unknown {
            let cell = self.cell(row, Column::Appearance);
            self.report.warning(
                SHEET,
                cell,
                FormErrorCode::UnknownAppearance,
                &format!("不认识外观“{word}”，将按普通样式显示"),
                &format!("the appearance “{word}” is not known; the plain one is shown"),
            );
        }
    }

    fn texts(&mut self, cells: &Cells, column: Column, row: u32) -> Texts {
        read_texts(cells, self.columns, column, self.languages, row, SHEET, self.report)
    }

    fn expression(&mut self, cells: &Cells, column: Column, row: u32) -> Option<Expr> {
        let text = straighten(self.text(cells, column));
        if text.is_empty() {
            return None;
        }
        match parse(&text) {
            Ok(expr) => Some(expr),
            Err(error) => {
                let cell = self.cell(row, column);
                self.report.misuse(SHEET, cell, &Misuse::Evaluation(error));
                None
            }
        }
    }

    /// A column that says yes, no, or gives an expression.
    fn truth(&mut self, cells: &Cells, column: Column, row: u32) -> Option<Expr> {
        match self.text(cells, column).to_ascii_lowercase().as_str() {
            "" | "no" | "false" | "false()" | "0" | "否" => None,
            "yes" | "true" | "true()" | "1" | "是" => parse("true()").ok(),
            _ => self.expression(cells, column, row),
        }
    }

    /// A default is a formula when it calls a function or names a question; anything else is meant as written.
    fn start(&mut self, cells: &Cells, row: u32) -> Option<Start> {
        let text = self.text(cells, Column::Default);
        if text.is_empty() {
            return None;
        }
        match parse(&straighten(text)) {
            Ok(expr) if is_computed(&expr) => Some(Start::Computed(expr)),
            Err(error) if text.contains("${") => {
                let cell = self.cell(row, Column::Default);
                self.report.misuse(SHEET, cell, &Misuse::Evaluation(error));
                None
            }
            _ => Some(Start::Fixed(text.to_owned())),
        }
    }
}

fn is_computed(expr: &Expr) -> bool {
    match expr {
        Expr::Number(_) | Expr::Text(_) | Expr::Path(_) => false,
        Expr::Call(_) | Expr::Reference(_) | Expr::Filter { .. } => true,
        Expr::Negate(inner) => is_computed(inner),
        Expr::Arithmetic(left, _, right)
        | Expr::Compare(left, _, right)
        | Expr::And(left, right)
        | Expr::Or(left, right)
        | Expr::Union(left, right) => is_computed(left) || is_computed(right),
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

/// A label cut into what is written and the `${name}` to be filled in.
fn cut_text(text: &str) -> Result<Vec<Piece>, EvalError> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, left)) = after.split_once('}') else { break };
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
