//! Cells and rows of a sheet, and what is read from a cell whatever the sheet is for. `Debug` shows no content.

use chrono::NaiveDate;

use super::RowProblem;
use crate::identity::{IdentityNumber, IdentityProblem, fold_full_width, is_invisible, normalise_number};

/// One cell of a sheet, as far as the roster needs to know it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct RosterCell {
    /// What the cell shows.
    pub text: String,
    /// Whether the sheet keeps it as a number, not as text.
    pub numeric: bool,
    /// Whether it is a number of more digits than a sheet can hold, so that the last ones are lost.
    pub rounded: bool,
}

impl RosterCell {
    /// A cell of text.
    pub fn text(text: impl Into<String>) -> RosterCell {
        RosterCell { text: text.into(), numeric: false, rounded: false }
    }
}

/// One row of a sheet.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct RosterRow {
    /// The row's number in the sheet, from 1.
    pub row: u32,
    /// Its cells from the first column on.
    pub cells: Vec<RosterCell>,
}

impl std::fmt::Debug for RosterCell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RosterCell({} bytes, numeric {}, rounded {})", self.text.len(), self.numeric, self.rounded)
    }
}

impl std::fmt::Debug for RosterRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RosterRow({}, {} cells)", self.row, self.cells.len())
    }
}

/// The identity number of a cell, `None` where there is none, and what is odd about it.
///
/// # Errors
/// Why the row is not taken.
pub(crate) fn read_number(
    cell: &RosterCell,
    today: NaiveDate,
) -> Result<(Option<IdentityNumber>, Vec<RowProblem>), RowProblem> {
    let plain = normalise_number(&cell.text);
    if plain.is_empty() || is_placeholder(&cell.text) {
        return Ok((None, Vec::new()));
    }
    // A sheet holds 15 digits exactly; of a longer number the rest is zeros, whatever they now look like.
    let digits = plain.chars().filter(char::is_ascii_digit).count();
    if has_lost_digits(cell) || (cell.numeric && digits > 15) {
        return Err(RowProblem::NumberRounded);
    }
    match IdentityNumber::parse_noting(&cell.text, today) {
        Ok(parsed) => {
            let mut odd = Vec::new();
            if parsed.upgraded_from_15 {
                odd.push(RowProblem::UpgradedFrom15);
            }
            if !parsed.number.region_known() {
                odd.push(RowProblem::RegionUnknown);
            }
            Ok((Some(parsed.number), odd))
        }
        // Rounded first and made text afterwards: fifteen digits followed by zeros that do not check.
        Err(IdentityProblem::CheckDigit { .. }) if plain.ends_with("000") => Err(RowProblem::NumberRounded),
        Err(problem) => Err(problem.into()),
    }
}

pub(crate) fn is_blank(row: &RosterRow) -> bool {
    row.cells.iter().all(|cell| tidy_text(cell).is_empty())
}

/// What clerks write where there is nothing: 无, —, /.
pub(crate) fn is_placeholder(text: &str) -> bool {
    matches!(text.trim(), "无" | "暂无" | "没有" | "-" | "--" | "—" | "——" | "/" | "／" | "0")
}

/// Whether the sheet kept a long number as a number, and lost its last digits.
pub(crate) fn has_lost_digits(cell: &RosterCell) -> bool {
    cell.rounded || is_scientific(cell)
}

/// A long number that the sheet shows as 4.20703E+17 has lost its last digits.
fn is_scientific(cell: &RosterCell) -> bool {
    let text = cell.text.trim();
    let exponent = text.split_once(['E', 'e']);
    exponent.is_some_and(|(mantissa, exponent)| {
        // Without a point it may be a code of letters and digits (3E12), unless the sheet says it is a number.
        let is_number = mantissa.parse::<f64>().is_ok() && (cell.numeric || mantissa.contains('.'));
        is_number && exponent.trim_start_matches('+').parse::<u8>().is_ok()
    })
}

/// The text of a cell: trimmed, invisible characters gone, white space one space.
pub(crate) fn tidy_text(cell: &RosterCell) -> String {
    let spaced: String = cell.text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let words: Vec<&str> = spaced.split(' ').filter(|word| !word.is_empty()).collect();
    words
        .join(" ")
        .chars()
        .filter(|character| !is_invisible(*character))
        .collect::<String>()
        .trim()
        .to_owned()
}

/// A code of a cell: without any space, full-width characters folded, and 12.0 read as the 12 it was.
pub(crate) fn tidy_code(cell: &RosterCell) -> String {
    let folded: String =
        tidy_text(cell).chars().map(fold_full_width).filter(|character| *character != ' ').collect();
    match folded.strip_suffix(".0") {
        Some(whole) if cell.numeric => whole.to_owned(),
        _ => folded,
    }
}
