//! CSV and other separated text, in the encodings that Excel and WPS write in China.

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

use crate::table::{Budget, Gathering};
use crate::{Cell, SheetError, Table};

/// Separators looked for, in order of preference.
const SEPARATORS: [char; 3] = [',', '\t', ';'];

/// Lines that decide on the separator.
const LINES_LOOKED_AT: usize = 20;

pub(crate) fn read(bytes: &[u8], budget: &mut Budget<'_>) -> Result<Table, SheetError> {
    let text = decode(bytes).ok_or(SheetError::NotAWorkbook)?;
    let separator = find_separator(&text).ok_or(SheetError::NotAWorkbook)?;
    let mut gathering = Gathering::new(budget);
    let mut fields = Fields { chars: text.chars().peekable(), separator };
    let (mut row, mut column) = (0_u32, 0_u32);
    while let Some((field, end)) = fields.next_field() {
        let cell = if field.is_empty() { Cell::Empty } else { Cell::Text(without_guard(field)) };
        gathering.put(row, column, cell)?;
        match end {
            End::Field => column = column.saturating_add(1),
            End::Row => (row, column) = (row.saturating_add(1), 0),
        }
    }
    Ok(gathering.into_table(String::new()))
}

/// The text of a file that is text. UTF-8 is tried before GB18030, which takes nearly any bytes for Chinese.
fn decode(bytes: &[u8]) -> Option<String> {
    let text = if let Some(utf8) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        std::str::from_utf8(utf8).ok()?.to_owned()
    } else if let Some(wide) = bytes.strip_prefix(b"\xFF\xFE") {
        UTF_16LE.decode_without_bom_handling_and_without_replacement(wide)?.into_owned()
    } else if let Some(wide) = bytes.strip_prefix(b"\xFE\xFF") {
        UTF_16BE.decode_without_bom_handling_and_without_replacement(wide)?.into_owned()
    } else if let Ok(utf8) = std::str::from_utf8(bytes) {
        utf8.to_owned()
    } else {
        GB18030.decode_without_bom_handling_and_without_replacement(bytes)?.into_owned()
    };
    let is_text = !text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\r' | '\n'));
    // Web pages named .xls, as some offices' systems export them, and other marked-up text.
    let is_markup = text.trim_start().starts_with(['<', '{', '[', '%']);
    (is_text && !is_markup).then_some(text)
}

/// The separator that occurs most in the first lines, outside quotes. Text without any is not a table.
fn find_separator(text: &str) -> Option<char> {
    let mut counts = [0_usize; SEPARATORS.len()];
    let (mut quoted, mut lines) = (false, 0);
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            '\n' if !quoted => {
                lines += 1;
                if lines == LINES_LOOKED_AT {
                    break;
                }
            }
            _ if !quoted => {
                for (count, separator) in counts.iter_mut().zip(SEPARATORS) {
                    *count += usize::from(c == separator);
                }
            }
            _ => {}
        }
    }
    let most = counts.iter().max().copied().filter(|most| *most > 0)?;
    SEPARATORS.into_iter().zip(counts).find(|(_, count)| *count == most).map(|(separator, _)| separator)
}

/// Takes off the apostrophe that [`crate::write_csv`] puts before what Excel could take for a formula.
fn without_guard(field: String) -> String {
    match field.strip_prefix('\'') {
        Some(rest) if crate::outgoing::is_guarded_in_csv(rest) => rest.to_owned(),
        _ => field,
    }
}

enum End {
    Field,
    Row,
}

struct Fields<'a> {
    chars: std::iter::Peekable<std::str::Chars<'a>>,
    separator: char,
}

impl Fields<'_> {
    /// The next field and what ends it. Rows are counted as Excel counts them: blank lines too, and lines within quotes
    /// not. What follows a closing quote is kept as it stands.
    fn next_field(&mut self) -> Option<(String, End)> {
        self.chars.peek()?;
        let mut field = String::new();
        let mut quoted = self.chars.next_if_eq(&'"').is_some();
        while let Some(c) = self.chars.next() {
            match c {
                '"' if quoted => match self.chars.next_if_eq(&'"') {
                    Some(quote) => field.push(quote),
                    None => quoted = false,
                },
                _ if quoted => field.push(c),
                '\n' => return Some((field, End::Row)),
                '\r' if matches!(self.chars.peek(), Some('\n') | None) => {}
                '\r' => return Some((field, End::Row)),
                c if c == self.separator => return Some((field, End::Field)),
                c => field.push(c),
            }
        }
        Some((field, End::Row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
        let limits = Limits::default();
        let table = read(bytes, &mut Budget::new(&limits)).unwrap();
        table.rows.iter().map(|row| row.cells.iter().map(Cell::as_plain_text).collect()).collect()
    }

    #[test]
    fn quotes_line_ends_blank_lines_and_ragged_rows_are_read_as_excel_does() {
        for (text, wanted) in [
            ("a,b\nc,d\n", vec![vec!["a", "b"], vec!["c", "d"]]),
            ("a,b\r\nc,d", vec![vec!["a", "b"], vec!["c", "d"]]),
            ("a,b\rc,d\r", vec![vec!["a", "b"], vec!["c", "d"]]),
            ("a,b\n\nc\n", vec![vec!["a", "b"], vec![], vec!["c"]]),
            ("\"a,\"\"1\"\"\",\"x\ny\"\nc,d", vec![vec!["a,\"1\"", "x\ny"], vec!["c", "d"]]),
            ("a\tb\tc,d\n", vec![vec!["a", "b", "c,d"]]),
            ("a;b\n", vec![vec!["a", "b"]]),
            ("a,,b,\n", vec![vec!["a", "", "b"]]),
            ("\"a\"x,b\n", vec![vec!["ax", "b"]]),
            ("\"never closed,b\n", vec![]),
        ] {
            if wanted.is_empty() {
                assert!(read(text.as_bytes(), &mut Budget::new(&Limits::default())).is_err(), "{text:?}");
            } else {
                assert_eq!(rows(text.as_bytes()), wanted, "{text:?}");
            }
        }
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "姓名,村\n张三丰,东风村\n㐱𠮷,槐荫㙍\n";
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let encodings = [
            text.as_bytes().to_vec(),
            [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            GB18030.encode(text).0.into_owned(),
            [&b"\xFF\xFE"[..], &wide].concat(),
            [&b"\xFE\xFF"[..], &big].concat(),
        ];
        for bytes in encodings {
            let rows = rows(&bytes);
            assert_eq!(rows[1], ["张三丰", "东风村"]);
            assert_eq!(rows[2], ["㐱𠮷", "槐荫㙍"]);
        }
    }
}
