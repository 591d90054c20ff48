//! How a sheet looks, as far as a copy of another kind keeps it.

use std::sync::Arc;

/// How a sheet looks.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Looks {
    /// Merged cells.
    pub merged: Vec<Area>,
    /// Columns and how wide they are.
    pub widths: Vec<Width>,
    /// Rows, counted from 0, and how high they are (points).
    pub heights: Vec<(u32, f64)>,
    /// What it is printed on, where that is known.
    pub paper: Option<Paper>,
    /// What cells can look like.
    pub styles: Arc<[Style]>,
    /// Which of that each does.
    pub cells: Vec<Styled>,
}

/// A rectangle of cells, counted from 0, both ends within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Area {
    /// Its first row.
    pub top: u32,
    /// Its first column.
    pub left: u32,
    /// Its last row.
    pub bottom: u32,
    /// Its last column.
    pub right: u32,
}

/// How wide some columns are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Width {
    /// The first of them, counted from 0.
    pub first: u16,
    /// The last of them.
    pub last: u16,
    /// In characters.
    pub chars: f64,
}

/// What a sheet is printed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Paper {
    /// Excel's number of its size.
    pub size: u8,
    /// Wider than high.
    pub landscape: bool,
}

/// A cell, counted from 0, and the number of its style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Styled {
    /// Its row.
    pub row: u32,
    /// Its column.
    pub column: u16,
    /// Its style.
    pub style: u16,
}

/// What a cell looks like. Numbers are those of Excel.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Style {
    /// Its font; none where it is not known.
    pub font: Option<Font>,
    /// How a number is written.
    pub number: NumberFormat,
    /// Where a text stands from left to right.
    pub horizontal: u8,
    /// Where it stands from top to bottom.
    pub vertical: u8,
    /// Whether it goes on in a further line.
    pub wrap: bool,
    /// The line at the left.
    pub left: u8,
    /// The line at the right.
    pub right: u8,
    /// The line above.
    pub top: u8,
    /// The line below.
    pub bottom: u8,
    /// The color behind it, as red, green and blue.
    pub fill: Option<u32>,
}

/// A font.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Font {
    /// Its name.
    pub name: String,
    /// How high it is.
    pub points: f64,
    /// Bold.
    pub bold: bool,
    /// Italic.
    pub italic: bool,
    /// Red, green and blue; none for black.
    pub color: Option<u32>,
}

/// How a number is written.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum NumberFormat {
    /// As it is.
    #[default]
    General,
    /// By a number that every Excel knows.
    BuiltIn(u8),
    /// By the workbook's own code.
    Code(String),
}
