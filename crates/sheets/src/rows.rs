//! The rows of a sheet, as the model reads them.

use crate::{Cell, Table};
use bangban_model::roster::{RosterCell, RosterRow};

/// Every row with its cells as plain text, and what Excel did to them.
#[must_use]
pub fn rows_of(table: &Table) -> Vec<RosterRow> {
    let rows = table.rows.iter();
    rows.map(|row| RosterRow { row: row.number, cells: row.cells.iter().map(roster_cell).collect() })
        .collect()
}

fn roster_cell(cell: &Cell) -> RosterCell {
    RosterCell {
        text: cell.as_plain_text(),
        numeric: matches!(cell, Cell::Number { .. }),
        rounded: cell.looks_rounded_identity(),
    }
}
