//! A table of another kind as .xlsx: every cell in its place, so that it can be written back, looking as it did as far as is known:
//! of an .xls fonts, borders, fills, widths, heights and the paper, of an .ods the merged cells.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

use crate::looks::{Area, Looks, NumberFormat, Style};
use crate::outgoing::{DAY, Formats, MOMENT, could_be_formula, new_workbook, sheet_name, widen, write_cell};
use crate::{Cell, Limits, Out, SheetError, Table, read_tables};

/// The sheet's name where a table has none.
const UNNAMED: &str = "Sheet1";
/// So many cells of all merged ones together are merged in the copy: one may claim the whole sheet.
const MOST_MERGED_CELLS: u64 = 100_000;
/// So many merged cells at most.
const MOST_MERGED: usize = 5_000;
/// Columns are made no wider than Excel allows (characters).
const WIDEST: f64 = 255.0;

/// An .xls, .ods or CSV as .xlsx: what stands in its cells, each in its place, and how it looks as far as is known; formulas and
/// pictures are left behind.
///
/// # Errors
/// As [`read_tables`]; `TooLarge` beyond Excel's own limits, `NotWritten`.
pub fn copy_as_xlsx(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, SheetError> {
    let mut workbook = new_workbook()?;
    let formats = Formats::new();
    for table in read_tables(bytes, limits)? {
        let worksheet = workbook.add_worksheet();
        copy(worksheet, &table, &formats, limits).map_err(|_| SheetError::NotWritten { part: "sheet" })?;
    }
    workbook.save_to_buffer().map_err(|_| SheetError::NotWritten { part: "workbook" })
}

fn copy(
    worksheet: &mut Worksheet,
    table: &Table,
    formats: &Formats,
    limits: &Limits,
) -> Result<(), XlsxError> {
    worksheet.set_name(sheet_name(if table.sheet.is_empty() { UNNAMED } else { &table.sheet }))?;
    let areas = merged(&table.looks, limits);
    let mut rows: Vec<Vec<Out>> = table.rows.iter().map(|row| row.cells.iter().map(out).collect()).collect();
    for area in &areas {
        merge(worksheet, area, &mut rows)?;
    }
    for (row, cells) in table.rows.iter().zip(&rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            write_cell(worksheet, row.number.saturating_sub(1), column, cell, formats)?;
        }
    }
    widen(worksheet, &[], &rows)?;
    dress(worksheet, table, limits)
}

/// Widths, heights, the paper, and what each cell looks like.
fn dress(worksheet: &mut Worksheet, table: &Table, limits: &Limits) -> Result<(), XlsxError> {
    let looks = &table.looks;
    for width in &looks.widths {
        let last = u64::from(width.last).min(limits.max_columns);
        for column in (width.first..=width.last).take_while(|column| u64::from(*column) <= last) {
            worksheet.set_column_width(column, width.chars.min(WIDEST))?;
        }
    }
    let is_within =
        |row: u32, column: u16| u64::from(row) < limits.max_rows && u64::from(column) < limits.max_columns;
    for (row, points) in looks.heights.iter().filter(|(row, _)| is_within(*row, 0)) {
        worksheet.set_row_height(*row, *points)?;
    }
    if let Some(paper) = looks.paper {
        worksheet.set_paper_size(paper.size);
        if paper.landscape {
            worksheet.set_landscape();
        }
    }
    let mut known: BTreeMap<(u16, Holds), Format> = BTreeMap::new();
    for cell in looks.cells.iter().filter(|cell| is_within(cell.row, cell.column)) {
        let Some(style) = looks.styles.get(usize::from(cell.style)) else { continue };
        let row = table.rows.get(cell.row as usize);
        let holds = Holds::of(row.and_then(|row| row.cells.get(usize::from(cell.column))));
        if holds == Holds::Nothing && style.is_bare() {
            continue;
        }
        let format = known.entry((cell.style, holds)).or_insert_with(|| format_of(style, holds));
        worksheet.set_cell_format(cell.row, cell.column, format)?;
    }
    Ok(())
}

/// What stands in a cell, as far as its format has to know.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Holds {
    Nothing,
    Text,
    /// A text that Excel could take for a formula.
    Guarded,
    Number,
    Day,
    Moment,
}

impl Holds {
    fn of(cell: Option<&Cell>) -> Self {
        match cell {
            None | Some(Cell::Empty) => Self::Nothing,
            Some(Cell::Number { .. }) => Self::Number,
            Some(Cell::Date(day)) if day.contains(['T', ' ']) => Self::Moment,
            Some(Cell::Date(_)) => Self::Day,
            Some(text) if could_be_formula(&text.as_plain_text()) => Self::Guarded,
            Some(_) => Self::Text,
        }
    }
}

impl Style {
    /// Whether nothing of it is seen where nothing stands.
    fn is_bare(&self) -> bool {
        self.fill.is_none() && [self.left, self.right, self.top, self.bottom] == [0; 4]
    }
}

fn format_of(style: &Style, holds: Holds) -> Format {
    let mut format = Format::new();
    if let Some(font) = style.font.as_ref().filter(|font| !font.name.is_empty() && font.points >= 1.0) {
        format = format.set_font_name(&font.name).set_font_size(font.points);
        format = if font.bold { format.set_bold() } else { format };
        format = if font.italic { format.set_italic() } else { format };
        format = font.color.into_iter().fold(format, Format::set_font_color);
    }
    let across = match style.horizontal {
        1 => Some(FormatAlign::Left),
        2 => Some(FormatAlign::Center),
        3 => Some(FormatAlign::Right),
        4 => Some(FormatAlign::Fill),
        5 => Some(FormatAlign::Justify),
        6 => Some(FormatAlign::CenterAcross),
        7 => Some(FormatAlign::Distributed),
        _ => None,
    };
    let down = match style.vertical {
        0 => Some(FormatAlign::Top),
        1 => Some(FormatAlign::VerticalCenter),
        3 => Some(FormatAlign::VerticalJustify),
        4 => Some(FormatAlign::VerticalDistributed),
        _ => None,
    };
    format = across.into_iter().chain(down).fold(format, Format::set_align);
    format = if style.wrap { format.set_text_wrap() } else { format };
    format = format
        .set_border_left(border(style.left))
        .set_border_right(border(style.right))
        .set_border_top(border(style.top))
        .set_border_bottom(border(style.bottom));
    format = style.fill.into_iter().fold(format, Format::set_background_color);
    match (holds, &style.number) {
        (Holds::Nothing, _) => format,
        (Holds::Text, _) => format.set_num_format("@"),
        (Holds::Guarded, _) => format.set_num_format("@").set_quote_prefix(),
        (Holds::Day, _) => format.set_num_format(DAY),
        (Holds::Moment, _) => format.set_num_format(MOMENT),
        (Holds::Number, NumberFormat::General) => format,
        (Holds::Number, NumberFormat::BuiltIn(number)) => format.set_num_format_index(*number),
        (Holds::Number, NumberFormat::Code(code)) => format.set_num_format(code),
    }
}

fn border(line: u8) -> FormatBorder {
    match line {
        1 => FormatBorder::Thin,
        2 => FormatBorder::Medium,
        3 => FormatBorder::Dashed,
        4 => FormatBorder::Dotted,
        5 => FormatBorder::Thick,
        6 => FormatBorder::Double,
        7 => FormatBorder::Hair,
        8 => FormatBorder::MediumDashed,
        9 => FormatBorder::DashDot,
        10 => FormatBorder::MediumDashDot,
        11 => FormatBorder::DashDotDot,
        12 => FormatBorder::MediumDashDotDot,
        13 => FormatBorder::SlantDashDot,
        _ => FormatBorder::None,
    }
}

/// The merged cells that a copy can have: within the limits, none over another.
fn merged(looks: &Looks, limits: &Limits) -> Vec<Area> {
    let mut kept: Vec<Area> = Vec::new();
    let mut cells = 0;
    for area in looks.merged.iter().take(10 * MOST_MERGED) {
        let (Some(down), Some(across)) =
            (area.bottom.checked_sub(area.top), area.right.checked_sub(area.left))
        else {
            continue;
        };
        let size = (u64::from(down) + 1) * (u64::from(across) + 1);
        let within = u64::from(area.bottom) < limits.max_rows && u64::from(area.right) < limits.max_columns;
        let apart = |other: &Area| {
            area.bottom < other.top
                || other.bottom < area.top
                || area.right < other.left
                || other.right < area.left
        };
        if size > 1
            && within
            && cells + size <= MOST_MERGED_CELLS
            && kept.len() < MOST_MERGED
            && kept.iter().all(apart)
        {
            cells += size;
            kept.push(*area);
        }
    }
    kept
}

/// Merges an area; a text in it is written here, in its middle, and taken out of the rows: it makes no column wide.
fn merge(worksheet: &mut Worksheet, area: &Area, rows: &mut [Vec<Out>]) -> Result<(), XlsxError> {
    let place = rows.get_mut(area.top as usize).and_then(|row| row.get_mut(area.left as usize));
    let text = match place {
        Some(place @ Out::Text(_)) => match std::mem::replace(place, Out::Empty) {
            Out::Text(text) => text,
            _ => String::new(),
        },
        _ => String::new(),
    };
    let mut format = Format::new().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter);
    format = format.set_text_wrap().set_num_format("@");
    if could_be_formula(&text) {
        format = format.set_quote_prefix();
    }
    let column = |at: u32| u16::try_from(at).unwrap_or(u16::MAX);
    worksheet
        .merge_range(area.top, column(area.left), area.bottom, column(area.right), &text, &format)
        .map(|_| ())
}

fn out(cell: &Cell) -> Out {
    match cell {
        Cell::Empty => Out::Empty,
        // A number stays one: that Excel rounded it must be seen in the copy too.
        Cell::Number { value } => Out::Number(*value),
        Cell::Date(day) => Out::Date(day.clone()),
        Cell::Bool(_) | Cell::Text(_) | Cell::Error(_) => Out::Text(cell.as_plain_text()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_cell_of_another_table_stands_in_its_place() {
        let csv = "名单\n\n姓名,身份证号,日期\n张三,11010519491231002X,2026-11-28\n=1+1,,\n";
        let limits = Limits::default();
        let copy = copy_as_xlsx(csv.as_bytes(), &limits).unwrap();
        let (before, after) =
            (read_tables(csv.as_bytes(), &limits).unwrap(), read_tables(&copy, &limits).unwrap());
        assert_eq!(after[0].sheet, UNNAMED);
        let texts = |table: &Table| -> Vec<(u32, Vec<String>)> {
            let told = |row: &crate::Row| row.cells.iter().map(Cell::as_plain_text).collect::<Vec<_>>();
            let rows = table.rows.iter().map(|row| (row.number, told(row)));
            rows.filter(|(_, cells)| cells.iter().any(|cell| !cell.is_empty())).collect()
        };
        let trimmed = |rows: Vec<(u32, Vec<String>)>| {
            rows.into_iter()
                .map(|(at, cells)| (at, cells.join("|").trim_end_matches('|').to_owned()))
                .collect::<Vec<_>>()
        };
        assert_eq!(trimmed(texts(&after[0])), trimmed(texts(&before[0])));
        assert!(matches!(crate::read_layouts(&copy, &limits), Ok(layouts) if layouts.len() == 1));
    }
}
