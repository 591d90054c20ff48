//! The survey sheet: each row an item, groups and repeats nested by begin and end.

use crate::choices::{ChoiceCells, add_other};
use crate::columns::{Column, Columns};
use crate::error::FormErrorCode;
use crate::files::{Files, Places};
use crate::form::{ChoiceList, ChoiceSource, Item, Kind, Piece, Property, Start};
use crate::question_type::{QuestionType, Source, read_type};
use crate::report::{Cell, Report};
use crate::row::Row;
use crate::settings::says_yes;
use crate::syntax::{Expr, Reference, parse};
use crate::token::{is_name_part, is_name_start};
use crate::workbook::Sheet;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) use crate::row::read_texts;

pub(crate) const SHEET: &str = "survey";
pub(crate) const MAX_ITEMS: usize = 10_000;
const MAX_GROUP_DEPTH: usize = 30;
const MAX_NAME_CHARS: usize = 200;

/// An item as read, with what can only be bound once all items are known.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) item: Item,
    pub(crate) row: u32,
    /// Where its calculation is written: rows counted by a formula have a calculation of their own.
    pub(crate) formula_column: Column,
    /// The questions named in the trigger column.
    pub(crate) triggers: Vec<String>,
    /// The question whose answers are the choices.
    pub(crate) answers_of: Option<String>,
}

impl Draft {
    fn new(item: Item, row: u32) -> Self {
        Self { item, row, formula_column: Column::Calculation, triggers: Vec::new(), answers_of: None }
    }
}

/// What the survey's reader needs of the rest of the workbook.
pub(crate) struct Around<'a, 'f> {
    pub(crate) columns: &'a Columns,
    pub(crate) languages: &'a [String],
    /// The lists so far; those of files are added. Lists from `external_from` on are the external sheet's.
    pub(crate) lists: &'a mut Vec<ChoiceList>,
    pub(crate) external_from: usize,
    pub(crate) choice_cells: &'a ChoiceCells,
    pub(crate) files: &'a mut Files<'f>,
    /// The form's first language is Chinese.
    pub(crate) chinese: bool,
}

/// Reads the survey; item 0 is the root.
pub(crate) fn read_survey<'a>(sheet: &Sheet, around: Around<'a, '_>, report: &'a mut Report) -> Vec<Draft> {
    let root = Draft::new(Item::new("data", "/data", Kind::Group, None), 0);
    let mut reader = Reader { around, report, drafts: vec![root], open: vec![Open::default()] };
    for wanted in [Column::Type, Column::Name] {
        if reader.around.columns.place(wanted).is_none() {
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
            let (zh, en) = ("表单的题目太多", "the form has too many rows");
            reader.tell(*row, Column::Type, FormErrorCode::TooLarge, zh, en);
            break;
        }
        reader.read_row(*row, cells);
    }
    reader.check_closed();
    reader.drafts
}

/// Whether a row is a remark, or its author has disabled it.
pub(crate) fn is_switched_off(cells: &Cells, columns: &Columns) -> bool {
    let text = |column| columns.place(column).and_then(|place| cells.get(&place)).map_or("", String::as_str);
    text(Column::Type).trim_start().starts_with('#') || says_yes(text(Column::Disabled))
}

/// A group that is open; the root is never closed.
#[derive(Default)]
struct Open {
    item: usize,
    names: BTreeSet<String>,
}

struct Reader<'a, 'f> {
    around: Around<'a, 'f>,
    report: &'a mut Report,
    drafts: Vec<Draft>,
    /// The innermost group is the last.
    open: Vec<Open>,
}

type Cells = BTreeMap<u32, String>;

impl Reader<'_, '_> {
    fn cell(&self, row: u32, column: Column) -> Cell {
        Cell { row, column: self.around.columns.place(column).unwrap_or(0) }
    }

    fn tell(&mut self, row: u32, column: Column, code: FormErrorCode, zh: &str, en: &str) {
        let cell = self.cell(row, column);
        self.report.error(SHEET, cell, code, zh, en);
    }

    fn text<'c>(&self, cells: &'c Cells, column: Column) -> &'c str {
        self.around.columns.place(column).and_then(|place| cells.get(&place)).map_or("", String::as_str)
    }

    fn read_row(&mut self, row: u32, cells: &Cells) {
        if is_switched_off(cells, self.around.columns) {
            return;
        }
        let written = self.text(cells, Column::Type).split_whitespace().collect::<Vec<_>>().join(" ");
        if written.is_empty() {
            let labels = self.around.columns.translations(Column::Label);
            let named = !self.text(cells, Column::Name).is_empty();
            if named || labels.into_iter().any(|(_, place)| cells.contains_key(&place)) {
                let (zh, en) = ("这一行没有类型（type）", "this row has no type");
                self.tell(row, Column::Type, FormErrorCode::MissingType, zh, en);
            }
            return;
        }
        match read_type(&written) {
            None => self.tell(
                row,
                Column::Type,
                FormErrorCode::UnknownType,
                &format!("不认识题目类型“{written}”"),
                &format!("the question type “{written}” is not known"),
            ),
            Some(QuestionType::End(kind)) => self.close(row, kind),
            Some(QuestionType::Passed) => {}
            Some(QuestionType::Plain(kind)) => {
                if written == "background-geopoint" && self.text(cells, Column::Trigger).is_empty() {
                    let (zh, en) =
                        ("background-geopoint 要写 trigger", "background-geopoint needs a trigger");
                    self.tell(row, Column::Trigger, FormErrorCode::BadValue, zh, en);
                }
                self.read_item(row, cells, kind);
            }
            Some(QuestionType::Loop) => {
                let cell = self.cell(row, Column::Type);
                let zh = "loop 已不再使用，按普通分组处理";
                let en = "loop is no longer used; it is read as a plain group";
                self.report.warning(SHEET, cell, FormErrorCode::BadValue, zh, en);
                self.read_item(row, cells, Kind::Group);
            }
            Some(QuestionType::Bounded(kind, formula)) => {
                let mut draft = self.draft(row, cells, kind);
                draft.item.rules.constraint = draft.item.rules.constraint.or_else(|| parse(formula).ok());
                self.push(draft);
            }
            Some(QuestionType::Preloaded(property)) => self.read_preloaded(row, cells, property),
            Some(QuestionType::Instance(ending)) => {
                let name = self.text(cells, Column::Name).to_owned();
                self.check_name(row, &name);
                let cell = self.cell(row, Column::Name);
                self.around.files.add(&format!("{name}.{ending}"), cell, self.around.lists, self.report);
            }
            Some(QuestionType::Select { kind, source, or_other }) => {
                self.read_select(row, cells, kind, source, or_other);
            }
        }
    }

    fn close(&mut self, row: u32, kind: Kind) {
        let innermost = self.open.last().map(|open| open.item).filter(|at| *at > 0);
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
        let open: Vec<usize> = self.open.iter().skip(1).map(|open| open.item).collect();
        for at in open {
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
            && name.chars().count() <= MAX_NAME_CHARS;
        if !good {
            self.tell(
                row,
                Column::Name,
                FormErrorCode::BadName,
                &format!(
                    "名称“{name}”不能用：须以文字或字母开头，不含空格和符号，不超过 {MAX_NAME_CHARS} 个字"
                ),
                &format!("the name “{name}” cannot be used: letters, digits, _ - . only, a letter first"),
            );
        }
        if self.open.last_mut().is_some_and(|open| !open.names.insert(name.to_owned())) {
            self.tell(
                row,
                Column::Name,
                FormErrorCode::DoubledName,
                &format!("名称“{name}”在同一组里用了两次"),
                &format!("the name “{name}” is used twice in the same group"),
            );
        }
    }

    /// An item with its columns read, not yet in its place.
    fn draft(&mut self, row: u32, cells: &Cells, kind: Kind) -> Draft {
        let mut name = self.text(cells, Column::Name).to_owned();
        if name.is_empty() && kind == Kind::Note {
            name = format!("generated_note_name_{}", row + 1);
        }
        self.check_name(row, &name);
        let parent = self.open.last().map_or(0, |open| open.item);
        let parent_path = self.drafts.get(parent).map_or("", |draft| draft.item.path.as_str());
        let mut item = Item::new(&name, &format!("{parent_path}/{name}"), kind, Some(parent));
        let around = &self.around;
        let mut reading =
            Row { row, cells, columns: around.columns, languages: around.languages, report: self.report };
        let triggers = reading.fill(&mut item);
        Draft { triggers, ..Draft::new(item, row) }
    }

    fn push(&mut self, draft: Draft) {
        let number = self.drafts.len();
        let (row, kind) = (draft.row, draft.item.kind);
        if let Some(parent) = draft.item.parent.and_then(|parent| self.drafts.get_mut(parent)) {
            parent.item.children.push(number);
        }
        self.drafts.push(draft);
        if kind.is_container() {
            self.open.push(Open { item: number, names: BTreeSet::new() });
            if self.open.len() > MAX_GROUP_DEPTH {
                let (zh, en) = ("分组嵌套太深", "groups are nested too deep");
                self.tell(row, Column::Type, FormErrorCode::TooLarge, zh, en);
            }
        }
    }

    fn read_item(&mut self, row: u32, cells: &Cells, kind: Kind) {
        let mut draft = self.draft(row, cells, kind);
        if kind == Kind::Repeat {
            self.count_rows(&mut draft);
        }
        self.push(draft);
    }

    /// A formula for the number of rows becomes a value of its own, `rep_count`, that others can name.
    fn count_rows(&mut self, draft: &mut Draft) {
        let plain = matches!(draft.item.repeat_count, None | Some(Expr::Reference(_)));
        let name = format!("{}_count", draft.item.name);
        if plain || !self.open.last_mut().is_some_and(|open| open.names.insert(name.clone())) {
            return;
        }
        let parent_path = draft.item.path.rsplit_once('/').map_or("", |(above, _)| above);
        let path = format!("{parent_path}/{name}");
        let mut item = Item::new(&name, &path, Kind::Calculate, draft.item.parent);
        item.calculation = draft.item.repeat_count.take();
        item.rules.read_only = parse("true()").ok();
        let target = Some(self.drafts.len());
        draft.item.repeat_count = Some(Expr::Reference(Reference { name, target }));
        self.push(Draft { formula_column: Column::RepeatCount, ..Draft::new(item, draft.row) });
    }

    fn read_preloaded(&mut self, row: u32, cells: &Cells, property: Property) {
        let mut draft = self.draft(row, cells, Kind::Hidden);
        if draft.item.calculation.is_none() {
            draft.item.start = Some(Start::Preloaded(property));
        }
        self.push(draft);
    }

    fn read_select(&mut self, row: u32, cells: &Cells, kind: Kind, source: Source<'_>, or_other: bool) {
        let mut draft = self.draft(row, cells, kind);
        let places = Places {
            kind_cell: self.cell(row, Column::Type),
            parameters_cell: self.cell(row, Column::Parameters),
        };
        match source {
            Source::Answers(name) => draft.answers_of = Some(name.to_owned()),
            Source::File(file) => {
                let parameters = &draft.item.parameters;
                let lists = &mut *self.around.lists;
                draft.item.source = self.around.files.choices(file, parameters, places, lists, self.report);
            }
            Source::List(list) | Source::External(list) => {
                let external = matches!(source, Source::External(_));
                draft.item.source = self.find_list(row, list, external, kind);
            }
        }
        let list = draft.item.source.and_then(|source| match source {
            ChoiceSource::List { list, .. } => Some(list),
            ChoiceSource::Answers { .. } => None,
        });
        let name = draft.item.name.clone();
        let (parent, path) = (draft.item.parent, draft.item.path.clone());
        let filtered = draft.item.rules.choice_filter.is_some();
        self.push(draft);
        if !or_other {
            return;
        }
        if filtered {
            let (zh, en) = ("or_other 不能与 choice_filter 一起用", "or_other cannot have a choice filter");
            self.tell(row, Column::ChoiceFilter, FormErrorCode::BadValue, zh, en);
        }
        let chinese = self.around.chinese;
        if let Some(list) = list.and_then(|list| self.around.lists.get_mut(list)) {
            add_other(list, chinese);
        }
        let other = format!("{name}_other");
        self.check_name(row, &other);
        let mut item = Item::new(&other, &format!("{path}_other"), Kind::Text, parent);
        let text = if chinese { "请说明" } else { "Specify other." };
        item.label.by_language.insert(0, vec![Piece::Plain(text.to_owned())]);
        item.rules.relevant = parse(&format!("selected(../{name}, 'other')")).ok();
        self.push(Draft::new(item, row));
    }

    fn find_list(&mut self, row: u32, list: &str, external: bool, kind: Kind) -> Option<ChoiceSource> {
        let (sheet, range) = if external {
            ("external_choices", self.around.external_from..self.around.lists.len())
        } else {
            ("choices", 0..self.around.external_from)
        };
        let found = range.into_iter().find(|at| self.around.lists.get(*at).is_some_and(|l| l.name == list));
        let Some(list_number) = found else {
            self.tell(
                row,
                Column::Type,
                FormErrorCode::UnknownList,
                &format!("“{sheet}”工作表里没有选项列表“{list}”"),
                &format!("the sheet “{sheet}” has no list “{list}”"),
            );
            return None;
        };
        let blank = self.around.choice_cells.blank_names.get(list).filter(|_| !external);
        if let Some(cell) = blank.copied().filter(|_| kind == Kind::SelectMultiple) {
            self.report.error(
                sheet,
                cell,
                FormErrorCode::BadName,
                "多选题的选项名称不能含有空格",
                "the choices of a multiple select may not hold a space in their names",
            );
        }
        Some(ChoiceSource::List { list: list_number, value: 0, label: 1 })
    }
}
