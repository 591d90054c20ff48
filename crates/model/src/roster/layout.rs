//! Where the headings of a sheet stand: which column holds what, under any of its usual names and in any order.

use super::cell::RosterCell;
use super::cell::RosterRow;
use crate::identity::{fold_full_width, is_invisible};

/// Headings are looked for in so many first rows; above them stand titles.
const HEADING_ROWS: usize = 10;
/// A sheet has no more columns than these that could matter.
const MOST_COLUMNS: usize = 200;
/// A heading is never longer than this.
const LONGEST_HEADING_CHARS: usize = 40;

/// The columns of one kind of sheet.
pub(crate) trait Column: Copy + PartialEq + 'static {
    /// All of them.
    const ALL: &'static [Self];
    /// Without these a sheet is none of this kind.
    const MANDATORY: &'static [Self];

    /// All headings the column goes by, the usual one first.
    fn headings(self) -> &'static [&'static str];

    /// Whether several columns may hold it together, as one for the kind and one for the degree.
    fn gathers(self) -> bool {
        false
    }
}

/// Why no row of headings was found.
pub(crate) enum NoLayout<C> {
    /// None of the first ten rows holds headings.
    None,
    /// These columns are missing.
    Missing(Vec<C>),
}

/// Where the headings stand and what each column holds.
pub(crate) struct Layout<C> {
    /// The position of the heading among the rows.
    pub position: usize,
    /// The number of the heading's row in the sheet.
    pub row: u32,
    at: Vec<(C, usize)>,
}

impl<C: Column> Layout<C> {
    /// The columns that were found, each once, in the order of the sheet.
    pub(crate) fn columns(&self) -> Vec<C> {
        let mut columns = Vec::new();
        for (column, _) in &self.at {
            if !columns.contains(column) {
                columns.push(*column);
            }
        }
        columns
    }

    pub(crate) fn has(&self, column: C) -> bool {
        self.at.iter().any(|(known, _)| *known == column)
    }

    /// The cell of a column; an empty one where the row is too short or the sheet has no such column.
    pub(crate) fn cell<'a>(&self, row: &'a RosterRow, column: C) -> &'a RosterCell {
        static EMPTY: RosterCell = RosterCell { text: String::new(), numeric: false, rounded: false };
        self.cells(row, column).next().unwrap_or(&EMPTY)
    }

    /// The cells of all columns that hold it together.
    pub(crate) fn cells<'a>(
        &self,
        row: &'a RosterRow,
        column: C,
    ) -> impl Iterator<Item = &'a RosterCell> + use<'_, 'a, C> {
        let at = self.at.iter().filter(move |(known, _)| *known == column);
        at.filter_map(|(_, at)| row.cells.get(*at))
    }
}

/// Finds the row among the first ten that holds the most headings.
pub(crate) fn find_headings<C: Column>(rows: &[RosterRow]) -> Result<Layout<C>, NoLayout<C>> {
    let mut best: Option<Layout<C>> = None;
    for (position, row) in rows.iter().take(HEADING_ROWS).enumerate() {
        let layout = Layout { position, row: row.row, at: read_headings(row) };
        if layout.at.len() > best.as_ref().map_or(0, |known| known.at.len()) {
            best = Some(layout);
        }
    }
    // One word alone (a title 姓名, a remark) is no row of headings.
    let layout = best.filter(|layout| layout.at.len() >= 2).ok_or(NoLayout::None)?;
    let missing: Vec<C> = C::MANDATORY.iter().copied().filter(|column| !layout.has(*column)).collect();
    if missing.is_empty() { Ok(layout) } else { Err(NoLayout::Missing(missing)) }
}

/// Whether a row repeats the headings, as at the top of every printed page.
pub(crate) fn is_heading_again<C: Column>(row: &RosterRow, layout: &Layout<C>) -> bool {
    C::MANDATORY.iter().all(|column| of_heading(&layout.cell(row, *column).text) == Some(*column))
}

fn of_heading<C: Column>(text: &str) -> Option<C> {
    let plain = plain_heading(text);
    C::ALL.iter().copied().find(|column| column.headings().contains(&plain.as_str()))
}

/// The first column of each meaning wins: 联系电话 before a second 手机; but for those that are gathered.
fn read_headings<C: Column>(row: &RosterRow) -> Vec<(C, usize)> {
    let mut at: Vec<(C, usize)> = Vec::new();
    for (position, cell) in row.cells.iter().take(MOST_COLUMNS).enumerate() {
        if let Some(column) = of_heading::<C>(&cell.text)
            && (column.gathers() || !at.iter().any(|(known, _)| *known == column))
        {
            at.push((column, position));
        }
    }
    at
}

/// A heading without spaces, stars, colons and remarks in brackets: `* 姓 名（必填）：` is 姓名.
pub(crate) fn plain_heading(text: &str) -> String {
    text.chars()
        .take(LONGEST_HEADING_CHARS)
        .map(fold_full_width)
        .take_while(|character| !matches!(character, '(' | '[' | '【'))
        .filter(|character| !character.is_whitespace() && !is_invisible(*character))
        .filter(|character| !matches!(character, '*' | ':' | '★' | '\''))
        .collect()
}
