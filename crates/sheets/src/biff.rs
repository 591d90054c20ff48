//! The records of an xls workbook, looked over before a parser sees them: how far its cells reach, and how much text.

use crate::looks::Looks;
use crate::table::check;
use crate::{Limits, SheetError, xls_looks};

const BROKEN: SheetError = SheetError::Broken { part: "records of the xls workbook" };

pub(crate) const FORMULA: u16 = 0x0006;
pub(crate) const EOF: u16 = 0x000A;
const FILE_PASS: u16 = 0x002F;
const CONTINUE: u16 = 0x003C;
/// How wide columns are.
pub(crate) const COL_INFO: u16 = 0x007D;
const BOUND_SHEET: u16 = 0x0085;
pub(crate) const MUL_RK: u16 = 0x00BD;
pub(crate) const R_STRING: u16 = 0x00D6;
const SST: u16 = 0x00FC;
pub(crate) const LABEL_SST: u16 = 0x00FD;
const DIMENSIONS: u16 = 0x0200;
/// A cell with a format and nothing in it.
pub(crate) const BLANK: u16 = 0x0201;
pub(crate) const NUMBER: u16 = 0x0203;
pub(crate) const LABEL: u16 = 0x0204;
pub(crate) const BOOL_ERR: u16 = 0x0205;
pub(crate) const RK: u16 = 0x027E;
pub(crate) const BOF: u16 = 0x0809;

pub(crate) struct Record<'a> {
    at: usize,
    pub kind: u16,
    pub body: &'a [u8],
}

pub(crate) struct Records<'a> {
    pub stream: &'a [u8],
    pub at: usize,
}

impl<'a> Records<'a> {
    /// The next record; nothing at the end of the stream or where it is cut.
    pub(crate) fn next(&mut self) -> Option<Record<'a>> {
        let (head, rest) = self.stream.get(self.at..)?.split_first_chunk::<4>()?;
        let [k1, k2, l1, l2] = *head;
        let body = rest.get(..usize::from(u16::from_le_bytes([l1, l2])))?;
        let record = Record { at: self.at, kind: u16::from_le_bytes([k1, k2]), body };
        self.at += 4 + body.len();
        Some(record)
    }
}

pub(crate) fn u16_at(body: &[u8], at: usize) -> Option<u16> {
    body.get(at..)?.first_chunk().map(|two| u16::from_le_bytes(*two))
}

pub(crate) fn u32_at(body: &[u8], at: usize) -> Option<u32> {
    body.get(at..)?.first_chunk().map(|four| u32::from_le_bytes(*four))
}

/// A workbook's records, bounded.
pub(crate) struct Bounded {
    /// What a parser may see.
    pub stream: Vec<u8>,
    /// How each sheet looks.
    pub looks: Vec<Looks>,
}

/// Counts what the sheets hold against the limits, and takes out their claims about how far they reach: a parser would
/// reserve memory by them, and programs claim the whole 65,536 rows for a sheet with a coloured column.
pub(crate) fn bound(mut stream: Vec<u8>, limits: &Limits) -> Result<Bounded, SheetError> {
    let globals = read_globals(&stream)?;
    check("sheets", globals.sheets.len() as u64, limits.max_sheets)?;
    let mut totals = Totals::default();
    let mut claims = Vec::new();
    for sheet in &globals.sheets {
        bound_sheet(&stream, *sheet, &globals.text_chars, limits, &mut totals, &mut claims)?;
    }
    let looks = xls_looks::read(&stream, &globals.sheets);
    for at in claims {
        if let Some(kind) = stream.get_mut(at..at + 2) {
            kind.copy_from_slice(&BLANK.to_le_bytes());
        }
    }
    Ok(Bounded { stream, looks })
}

#[derive(Default)]
struct Totals {
    area: u64,
    text_bytes: u64,
}

struct Globals {
    /// Where the sheets' records begin.
    sheets: Vec<usize>,
    /// Length in characters of each shared text.
    text_chars: Vec<u32>,
}

fn read_globals(stream: &[u8]) -> Result<Globals, SheetError> {
    let mut globals = Globals { sheets: Vec::new(), text_chars: Vec::new() };
    let mut records = Records { stream, at: 0 };
    let mut shared: Option<Vec<&[u8]>> = None;
    while let Some(record) = records.next() {
        match (record.kind, &mut shared) {
            (CONTINUE, Some(parts)) => {
                parts.push(record.body);
                continue;
            }
            (_, Some(parts)) => {
                globals.text_chars = shared_text_chars(parts).ok_or(BROKEN)?;
                shared = None;
            }
            _ => {}
        }
        match record.kind {
            FILE_PASS => return Err(SheetError::Encrypted),
            BOUND_SHEET => {
                let at = u32_at(record.body, 0).ok_or(BROKEN)? as usize;
                if at >= stream.len() {
                    return Err(BROKEN);
                }
                globals.sheets.push(at);
            }
            SST => shared = Some(vec![record.body]),
            EOF => return Ok(globals),
            _ => {}
        }
    }
    Err(BROKEN)
}

/// Lengths of the shared texts. A text may run on into the next record, whose first byte then says anew how wide its
/// characters are.
fn shared_text_chars(parts: &[&[u8]]) -> Option<Vec<u32>> {
    let mut parts = parts.iter().copied();
    let mut body = parts.next()?.get(8..)?;
    let mut lengths = Vec::new();
    loop {
        while body.is_empty() {
            match parts.next() {
                Some(next) => body = next,
                None => return Some(lengths),
            }
        }
        let chars = u16_at(body, 0)?;
        let mut flags = *body.get(2)?;
        body = body.get(3..)?;
        let mut behind = 0_usize;
        if flags & 8 != 0 {
            behind += usize::from(u16_at(body, 0)?) * 4;
            body = body.get(2..)?;
        }
        if flags & 4 != 0 {
            behind = behind.checked_add(u32_at(body, 0)? as usize)?;
            body = body.get(4..)?;
        }
        lengths.push(u32::from(chars));
        let mut left = usize::from(chars);
        loop {
            let width = if flags & 1 == 0 { 1 } else { 2 };
            let here = left.min(body.len() / width);
            body = body.get(here * width..)?;
            left -= here;
            if left == 0 {
                break;
            }
            let (first, rest) = parts.next()?.split_first()?;
            (flags, body) = (*first, rest);
        }
        while behind > 0 {
            let here = behind.min(body.len());
            body = body.get(here..)?;
            behind -= here;
            if behind > 0 {
                body = parts.next()?;
            }
        }
    }
}

fn bound_sheet(
    stream: &[u8],
    start: usize,
    text_chars: &[u32],
    limits: &Limits,
    totals: &mut Totals,
    claims: &mut Vec<usize>,
) -> Result<(), SheetError> {
    let mut records = Records { stream, at: start };
    let mut depth = 0_u32;
    let (mut rows, mut columns) = (0_u64, 0_u64);
    loop {
        // A sheet whose end is missing was cut off.
        let record = records.next().ok_or(BROKEN)?;
        match record.kind {
            BOF => depth += 1,
            EOF if depth <= 1 => break,
            EOF => depth -= 1,
            DIMENSIONS => claims.push(record.at),
            NUMBER | LABEL | R_STRING | BOOL_ERR | RK | LABEL_SST | MUL_RK | FORMULA => {
                let row = u16_at(record.body, 0).ok_or(BROKEN)?;
                let mut column = u16_at(record.body, 2).ok_or(BROKEN)?;
                if record.kind == MUL_RK {
                    let last = record.body.len().checked_sub(2).and_then(|at| u16_at(record.body, at));
                    column = column.max(last.ok_or(BROKEN)?);
                }
                rows = rows.max(u64::from(row) + 1);
                columns = columns.max(u64::from(column) + 1);
                if record.kind == LABEL_SST {
                    let index = u32_at(record.body, 6).ok_or(BROKEN)? as usize;
                    // A character of an old workbook is at most three bytes of UTF-8.
                    let chars = u64::from(text_chars.get(index).copied().unwrap_or(0));
                    totals.text_bytes = totals.text_bytes.saturating_add(chars * 3);
                }
            }
            _ => {}
        }
    }
    check("rows", rows, limits.max_rows)?;
    check("columns", columns, limits.max_columns)?;
    totals.area += rows * columns;
    check("cells", totals.area, limits.max_cells)?;
    // Three bytes are counted for each character here; the exact count follows when the cells are taken.
    check("text", totals.text_bytes, limits.max_text_bytes.saturating_mul(3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_shared_texts_are_read_across_records() {
        let header = [0_u8; 8];
        let one = [&header[..], &[3, 0, 0], b"abc", &[2, 0, 1], &[0x31, 0x4E, 0x32, 0x4E]].concat();
        assert_eq!(shared_text_chars(&[&one]), Some(vec![3, 2]));
        // Five characters: two narrow ones here, three wide ones in the next record; then a text with formatting runs.
        let first = [&header[..], &[5, 0, 0], b"ab"].concat();
        let second = [&[1_u8, 1, 0, 2, 0, 3, 0][..], &[1, 0, 8, 1, 0, b'x', 9, 9]].concat();
        let third = [9_u8, 9, 4, 0, 0, b'w', b'x', b'y', b'z'];
        assert_eq!(shared_text_chars(&[&first, &second, &third]), Some(vec![5, 1, 4]));
        assert_eq!(shared_text_chars(&[&first]), None);
    }
}
