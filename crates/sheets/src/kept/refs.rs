//! References to cells (A1, $B$2, C3:D4) within a sheet's XML, moved where rows are made.

use super::change::Insert;
use bangban_model::form_sheet::Area;

/// Column and row of `B12`.
pub(super) fn cell(text: &str) -> Option<(u32, u32)> {
    let (column, row) = absolute(text)?;
    Some((column.number, row.number))
}

/// An area `A1:B2`, or one cell.
pub(super) fn area(text: &str) -> Option<Area> {
    let (from, to) = text.split_once(':').unwrap_or((text, text));
    let ((left, top), (right, bottom)) = (cell(from)?, cell(to)?);
    Some(Area {
        top: top.min(bottom),
        left: left.min(right),
        bottom: top.max(bottom),
        right: left.max(right),
    })
}

pub(super) fn of_area(area: Area) -> String {
    let corner = |column, row| format!("{}{row}", letters(column));
    let (first, last) = (corner(area.left, area.top), corner(area.right, area.bottom));
    if first == last { first } else { format!("{first}:{last}") }
}

pub(super) fn letters(column: u32) -> String {
    bangban_model::form_sheet::letters_of(column)
}

/// Areas of a list, blank between them, after rows were made. One that ends where they come holds them too.
pub(super) fn moved_list(text: &str, insert: Insert) -> String {
    let moved = text.split_whitespace().map(|one| match area(one) {
        None => one.to_owned(),
        Some(area) => {
            let bottom = if area.bottom == insert.after {
                area.bottom + insert.count
            } else {
                insert.row(area.bottom)
            };
            of_area(Area { top: insert.row(area.top), bottom, ..area })
        }
    });
    moved.collect::<Vec<_>>().join(" ")
}

/// Cells that are one, after rows were made: those that stand beside all rows grow, a heading or the name of one household does not.
pub(super) fn moved_merge(area: Area, insert: Insert) -> Area {
    let holds_all = area.top <= insert.from && area.bottom >= insert.from && area.top < area.bottom;
    let grows = area.bottom == insert.after && holds_all;
    let bottom = if grows { area.bottom + insert.count } else { insert.row(area.bottom) };
    Area { top: insert.row(area.top), bottom, ..area }
}

#[derive(Clone, Copy)]
struct Axis {
    number: u32,
    fixed: bool,
}

/// How a formula's references change.
#[derive(Clone, Copy)]
pub(super) enum Move {
    /// Rows were made in the sheet.
    Made(Insert),
    /// The formula is copied so many rows down, and so many columns to the right.
    By(u32, u32),
}

/// A formula after a move. `sheet` is the name of the sheet in which rows were made; a reference without a sheet means it where
/// `own` says so.
pub(super) fn moved_formula(formula: &str, sheet: &str, own: bool, how: Move) -> String {
    let mut out = String::with_capacity(formula.len() + 8);
    let mut rest = formula;
    // Whether what comes next is a reference to that sheet.
    let mut means = own;
    while let Some(sign) = rest.chars().next() {
        if sign == '"' || sign == '\'' {
            let quoted = quoted(rest, sign);
            out.push_str(quoted);
            rest = &rest[quoted.len()..];
            if let Some(after) = rest.strip_prefix('!') {
                let name = quoted.trim_matches('\'').replace("''", "'");
                (means, rest) = (name == sheet, after);
                out.push('!');
                continue;
            }
        } else if is_word(sign) {
            let word: &str = &rest[..rest.find(|sign| !is_word(sign)).unwrap_or(rest.len())];
            rest = &rest[word.len()..];
            if let Some(after) = rest.strip_prefix('!') {
                (means, rest) = (word == sheet, after);
                out.push_str(word);
                out.push('!');
                continue;
            }
            let second = rest.strip_prefix(':').and_then(|after| {
                let end = after.find(|sign| !is_word(sign)).unwrap_or(after.len());
                after.get(..end).filter(|second| absolute(second).is_some())
            });
            match (absolute(word), second) {
                (Some(first), Some(second)) if !rest.starts_with('(') => {
                    rest = &rest[1 + second.len()..];
                    let last = absolute(second).unwrap_or(first);
                    out.push_str(&if means {
                        moved_range(first, last, how)
                    } else {
                        format!("{word}:{second}")
                    });
                }
                (Some(one), None) if means && !rest.starts_with('(') => out.push_str(&told(moved(one, how))),
                _ => out.push_str(word),
            }
        } else {
            out.push(sign);
            rest = &rest[sign.len_utf8()..];
        }
        means = own;
    }
    out
}

fn moved((column, row): (Axis, Axis), how: Move) -> (Axis, Axis) {
    let by = |axis: Axis, by: u32| {
        if axis.fixed { axis } else { Axis { number: axis.number.saturating_add(by), ..axis } }
    };
    match how {
        Move::Made(insert) => (column, Axis { number: insert.row(row.number), ..row }),
        Move::By(down, right) => (by(column, right), by(row, down)),
    }
}

fn moved_range(first: (Axis, Axis), last: (Axis, Axis), how: Move) -> String {
    let (first_moved, mut last_moved) = (moved(first, how), moved(last, how));
    if let Move::Made(insert) = how {
        // What sums up the rows that end here sums up the new ones too.
        let grows = first.1.number < last.1.number || first.0.number == last.0.number;
        if last.1.number == insert.after && grows {
            last_moved.1.number = last.1.number + insert.count;
        }
    }
    format!("{}:{}", told(first_moved), told(last_moved))
}

fn told((column, row): (Axis, Axis)) -> String {
    let sign = |axis: Axis| if axis.fixed { "$" } else { "" };
    format!("{}{}{}{}", sign(column), letters(column.number), sign(row), row.number)
}

fn absolute(text: &str) -> Option<(Axis, Axis)> {
    let (column_fixed, text) = text.strip_prefix('$').map_or((false, text), |rest| (true, rest));
    let end = text.find(|sign: char| !sign.is_ascii_alphabetic())?;
    let (letters, text) = text.split_at(end);
    let (row_fixed, digits) = text.strip_prefix('$').map_or((false, text), |rest| (true, rest));
    if !(1..=3).contains(&letters.len()) || !(1..=7).contains(&digits.len()) {
        return None;
    }
    let column =
        letters.bytes().fold(0, |sum, letter| sum * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1);
    let row: u32 = digits.parse().ok().filter(|row| *row > 0)?;
    Some((Axis { number: column - 1, fixed: column_fixed }, Axis { number: row, fixed: row_fixed }))
}

fn is_word(sign: char) -> bool {
    sign.is_alphanumeric() || matches!(sign, '$' | '_' | '.' | '\\')
}

/// A quoted text with its signs; two of them within stand for one.
fn quoted(text: &str, sign: char) -> &str {
    let mut at = 1;
    while let Some(end) = text.get(at..).and_then(|rest| rest.find(sign)) {
        at += end + 1;
        if !text[at..].starts_with(sign) {
            return &text[..at];
        }
        at += 1;
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn references_move_with_the_rows_and_sums_grow() {
        let made = Move::Made(Insert { from: 5, after: 6, count: 4 });
        let cases = [
            ("SUM(E5:E6)", "SUM(E5:E10)"),
            ("SUM(E6:E6)", "SUM(E6:E10)"),
            ("SUM(A6:C6)", "SUM(A6:C6)"),
            ("$A$7+B8-A6", "$A$11+B12-A6"),
            ("IF(A7=\"A7:A8\",LOG10(A9),Sheet2!A7)", "IF(A11=\"A7:A8\",LOG10(A13),Sheet2!A7)"),
            ("'花名 册'!A7+花名册!B$9", "'花名 册'!A7+花名册!B$13"),
            ("DATEDIF(MID(C7,7,8),TODAY(),\"y\")", "DATEDIF(MID(C11,7,8),TODAY(),\"y\")"),
            ("A7#", "A11#"),
            ("RATE7A+ABCD7+A12345678", "RATE7A+ABCD7+A12345678"),
            ("'it''s'!A7", "'it''s'!A7"),
            ("\"open", "\"open"),
        ];
        for (formula, moved) in cases {
            assert_eq!(moved_formula(formula, "花名册", true, made), moved);
        }
        assert_eq!(moved_formula("A7+花名册!A7", "花名册", false, made), "A7+花名册!A11");
        assert_eq!(moved_formula("A7+花名册!A7:A9", "花名册", false, made), "A7+花名册!A11:A13");
        assert_eq!(moved_formula("A$4+B4:C4+$D4", "x", true, Move::By(2, 1)), "B$4+C6:D6+$D6");
    }

    #[test]
    fn areas_are_read_told_and_moved() {
        let made = Insert { from: 5, after: 6, count: 4 };
        assert_eq!(area("$B$2:AA10"), Some(Area { top: 2, left: 1, bottom: 10, right: 26 }));
        assert_eq!(area("A0"), None);
        assert_eq!(moved_list("A1:A6 B6 C7:D9 bad", made), "A1:A10 B6:B10 C11:D13 bad");
        let merge = |text| of_area(moved_merge(area(text).unwrap(), made));
        assert_eq!([merge("A6:C6"), merge("A5:A6"), merge("B7:C8")], ["A6:C6", "A5:A10", "B11:C12"]);
        let tall = Insert { from: 3, ..made };
        let stays = of_area(moved_merge(area("A5:A6").unwrap(), tall));
        assert_eq!(stays, "A5:A6", "the name of the last household is not everybody's");
        let headings = Insert { from: 7, ..made };
        assert_eq!(of_area(moved_merge(area("A5:A6").unwrap(), headings)), "A5:A6");
    }
}
