//! Tables as they stand in a workbook: cells, rows, and how many of them are allowed.

use std::collections::BTreeMap;

use crate::SheetError;
use crate::looks::Looks;

/// What a workbook may be at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Size of the file in bytes.
    pub max_file_bytes: u64,
    /// Size of all parts of a zipped workbook together, unpacked, in bytes.
    pub max_unpacked_bytes: u64,
    /// Parts in a zipped workbook.
    pub max_parts: u64,
    /// Unpacked size over packed size, of workbooks that unpack to more than 8 MiB.
    pub max_ratio: u64,
    /// Sheets.
    pub max_sheets: u64,
    /// Number of the last row with anything in it.
    pub max_rows: u64,
    /// Number of the last column with anything in it.
    pub max_columns: u64,
    /// Cells of all sheets together, with the empty ones between them.
    pub max_cells: u64,
    /// Characters in one cell.
    pub max_cell_chars: u64,
    /// Text of all cells together, in bytes.
    pub max_text_bytes: u64,
}

impl Default for Limits {
    /// Room for a register of a whole township (60,000 people, 30 columns) in one workbook.
    fn default() -> Self {
        Limits {
            max_file_bytes: 32 << 20,
            max_unpacked_bytes: 256 << 20,
            max_parts: 2_000,
            max_ratio: 250,
            max_sheets: 64,
            max_rows: 100_000,
            max_columns: 512,
            max_cells: 3_000_000,
            // Excel's own limit.
            max_cell_chars: 32_767,
            max_text_bytes: 64 << 20,
        }
    }
}

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text, as it stands.
    Text(String),
    /// A number; Excel keeps 15 significant digits.
    Number {
        /// The number.
        value: f64,
    },
    /// ISO 8601: a date, a date with time, or a time of day.
    Date(String),
    /// True or false.
    Bool(bool),
    /// An error of a formula, as Excel shows it (`#N/A`).
    Error(String),
}

impl Cell {
    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Cell::Empty)
    }

    /// What stands in the cell, as text. A number comes with the 15 significant digits that Excel keeps and without
    /// exponent: an identity number typed as a number stays recognisable.
    #[must_use]
    pub fn as_plain_text(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) | Cell::Date(text) | Cell::Error(text) => text.clone(),
            Cell::Number { value } => plain_number(*value),
            Cell::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
        }
    }

    /// Whether this is a whole number of 16 to 20 digits: an identity or bank card number that was typed as a number
    /// and whose last digits Excel has replaced by zeros. They cannot be recovered.
    #[must_use]
    pub fn looks_rounded_identity(&self) -> bool {
        matches!(self, Cell::Number { value } if value.fract() == 0.0 && (1e15..1e20).contains(value))
    }
}

fn plain_number(value: f64) -> String {
    // Formatting with 15 digits and back drops what binary fractions add (0.1 + 0.2); Rust's own format of a float
    // has no exponent. Adding zero turns −0 into 0.
    let shown = format!("{value:.14e}").parse::<f64>().unwrap_or(value) + 0.0;
    shown.to_string()
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its number as Excel shows it, from 1.
    pub number: u32,
    /// Its cells from column A to the last one with anything in it.
    pub cells: Vec<Cell>,
}

/// One sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The sheet's name; empty for CSV.
    pub sheet: String,
    /// Its rows from row 1 to the last one with anything in it, blank ones included.
    pub rows: Vec<Row>,
    /// How it looks, of an .xls or .ods.
    pub(crate) looks: Looks,
}

/// What a workbook has used of its limits so far.
pub(crate) struct Budget<'a> {
    pub limits: &'a Limits,
    cells: u64,
    text_bytes: u64,
}

impl<'a> Budget<'a> {
    pub(crate) fn new(limits: &'a Limits) -> Self {
        Budget { limits, cells: 0, text_bytes: 0 }
    }

    fn spend(&mut self, cells: u64, text_bytes: u64) -> Result<(), SheetError> {
        self.cells = self.cells.saturating_add(cells);
        self.text_bytes = self.text_bytes.saturating_add(text_bytes);
        check("cells", self.cells, self.limits.max_cells)?;
        check("text", self.text_bytes, self.limits.max_text_bytes)
    }
}

/// Refuses a count above its limit.
pub(crate) fn check(what: &'static str, count: u64, limit: u64) -> Result<(), SheetError> {
    if count > limit { Err(SheetError::TooLarge { what, limit }) } else { Ok(()) }
}

/// Takes the cells of one sheet in any order, as parsers find them, and counts them before keeping them.
pub(crate) struct Gathering<'b, 'a> {
    budget: &'b mut Budget<'a>,
    rows: BTreeMap<u32, Vec<Cell>>,
}

impl<'b, 'a> Gathering<'b, 'a> {
    pub(crate) fn new(budget: &'b mut Budget<'a>) -> Self {
        Gathering { budget, rows: BTreeMap::new() }
    }

    /// Puts a cell at a row and column counted from 0. Empty cells take no room and may lie anywhere: programs write
    /// formatted but empty cells down to the last possible row.
    pub(crate) fn put(&mut self, row: u32, column: u32, cell: Cell) -> Result<(), SheetError> {
        let text_bytes = match &cell {
            Cell::Empty => return Ok(()),
            Cell::Text(text) | Cell::Date(text) | Cell::Error(text) => {
                let limit = self.budget.limits.max_cell_chars;
                // A character takes at most four bytes: most texts need no counting.
                if text.len() as u64 > limit {
                    check("text of one cell", text.chars().count() as u64, limit)?;
                }
                text.len() as u64
            }
            _ => 0,
        };
        check("rows", u64::from(row) + 1, self.budget.limits.max_rows)?;
        check("columns", u64::from(column) + 1, self.budget.limits.max_columns)?;
        let cells = self.rows.entry(row).or_default();
        let column = column as usize;
        let new = (column + 1).saturating_sub(cells.len());
        self.budget.spend(new as u64, text_bytes)?;
        if new > 0 {
            cells.resize(column + 1, Cell::Empty);
        }
        if let Some(place) = cells.get_mut(column) {
            *place = cell;
        }
        Ok(())
    }

    pub(crate) fn into_table(mut self, sheet: String) -> Table {
        let rows = match self.rows.last_key_value() {
            None => Vec::new(),
            Some((last, _)) => (0..=*last)
                .map(|row| Row { number: row + 1, cells: self.rows.remove(&row).unwrap_or_default() })
                .collect(),
        };
        Table { sheet, rows, looks: Looks::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_print_without_exponent_and_as_excel_shows_them() {
        for (value, text) in [
            (1.0, "1"),
            (-0.0, "0"),
            (0.1 + 0.2, "0.3"),
            (110_101_199_003_070_000.0, "110101199003070000"),
            // A double could hold the 16th digit; Excel never shows it.
            (110_101_199_003_071_234.0, "110101199003071000"),
            (6_222_021_234_567_890_000.0, "6222021234567890000"),
            (1e-7, "0.0000001"),
            (13_800_000_000.0, "13800000000"),
            (1234.5, "1234.5"),
        ] {
            assert_eq!(Cell::Number { value }.as_plain_text(), text);
        }
    }

    #[test]
    fn numbers_that_excel_has_rounded_are_noticed() {
        for (value, rounded) in [
            (110_101_199_003_070_000.0, true),
            (6_222_021_234_567_890.0, true),
            (110_101_900_307_123.0, false), // fifteen digits, the old identity number, are kept exactly
            (13_800_000_000.0, false),
            (0.5, false),
            (1e300, false),
            (f64::NAN, false),
        ] {
            assert_eq!(Cell::Number { value }.looks_rounded_identity(), rounded, "{value}");
        }
        assert!(!Cell::Text("110101199003070000".into()).looks_rounded_identity());
    }

    #[test]
    fn cells_in_any_order_become_rows_with_the_blank_ones_between() {
        let limits = Limits::default();
        let mut budget = Budget::new(&limits);
        let mut gathering = Gathering::new(&mut budget);
        gathering.put(3, 1, Cell::Bool(true)).unwrap();
        gathering.put(0, 0, Cell::Text("a".into())).unwrap();
        gathering.put(1_048_575, 0, Cell::Empty).unwrap();
        let table = gathering.into_table("s".into());
        let shape: Vec<_> = table.rows.iter().map(|row| (row.number, row.cells.len())).collect();
        assert_eq!(shape, [(1, 1), (2, 0), (3, 0), (4, 2)]);
    }

    #[test]
    fn every_limit_of_a_table_holds_exactly() {
        let limits = Limits {
            max_rows: 3,
            max_columns: 2,
            max_cells: 3,
            max_cell_chars: 4,
            max_text_bytes: 8,
            ..Limits::default()
        };
        let text = |text: &str| Cell::Text(text.to_owned());
        let put_all = |cells: &[(u32, u32, Cell)]| {
            let mut budget = Budget::new(&limits);
            let mut gathering = Gathering::new(&mut budget);
            cells.iter().try_for_each(|(row, column, cell)| gathering.put(*row, *column, cell.clone()))
        };
        for (cells, what) in [
            (vec![(2, 1, text("1234"))], None),
            (vec![(3, 0, Cell::Bool(true))], Some("rows")),
            (vec![(0, 2, Cell::Bool(true))], Some("columns")),
            (vec![(0, 1, Cell::Bool(true)), (1, 1, Cell::Bool(true))], Some("cells")),
            (vec![(0, 0, text("12345"))], Some("text of one cell")),
            (vec![(0, 0, text("汉字")), (0, 1, text("汉"))], Some("text")),
        ] {
            let found = match put_all(&cells) {
                Err(SheetError::TooLarge { what, .. }) => Some(what),
                _ => None,
            };
            assert_eq!(found, what, "{cells:?}");
        }
    }
}
