//! What is to change in a sheet.

use crate::Out;
use std::collections::BTreeMap;

/// Rows that are made, each like the row after which they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Insert {
    /// The first row of those that they belong to: cells that are one from there on to the last grow with them.
    pub from: u32,
    /// The row after which they come, and whose borders and formulas they have.
    pub after: u32,
    /// How many.
    pub count: u32,
}

impl Insert {
    /// Where a row stands afterwards.
    pub(super) fn row(self, row: u32) -> u32 {
        if row > self.after { row.saturating_add(self.count) } else { row }
    }
}

/// Changed cells of one sheet.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// What is written where: row from 1, as it is numbered once rows are made; column from 0.
    pub cells: BTreeMap<(u32, u32), Out>,
    /// Rows that are made first.
    pub insert: Option<Insert>,
    /// A column whose look a new cell takes over, where that cell is not drawn yet: for columns beside the sheet.
    pub like: BTreeMap<u32, u32>,
}
