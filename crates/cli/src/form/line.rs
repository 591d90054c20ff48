//! JSON Lines: one line read within bounds, one object written; a line that cannot be read is told of and passed over.

use serde::Serialize;
use std::io::{BufRead, Write};

/// The longest line that is read, in bytes.
const MAX_LINE_BYTES: usize = 1024 * 1024;

/// A line as it came.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    /// Its text, without the end of the line.
    Text(String),
    /// It is too long, or no UTF-8.
    Unreadable,
}

/// The next line; blank ones are passed over. `None` at the end of the input.
pub fn next_line(input: &mut impl BufRead) -> std::io::Result<Option<Line>> {
    loop {
        let Some((bytes, whole)) = next_bytes(input)? else { return Ok(None) };
        if !whole {
            return Ok(Some(Line::Unreadable));
        }
        match String::from_utf8(bytes) {
            Ok(text) if text.trim().is_empty() => {}
            Ok(text) => return Ok(Some(Line::Text(text))),
            Err(_) => return Ok(Some(Line::Unreadable)),
        }
    }
}

/// The bytes up to the end of the line, and whether all of them were kept.
fn next_bytes(input: &mut impl BufRead) -> std::io::Result<Option<(Vec<u8>, bool)>> {
    let (mut bytes, mut whole, mut began) = (Vec::new(), true, false);
    loop {
        let part = match input.fill_buf() {
            Ok(part) => part,
            Err(problem) if problem.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(problem) => return Err(problem),
        };
        if part.is_empty() {
            return Ok(began.then_some((bytes, whole)));
        }
        began = true;
        let end = part.iter().position(|byte| *byte == b'\n');
        let (kept, used) = end.map_or((part, part.len()), |end| (&part[..end], end + 1));
        whole = whole && bytes.len() + kept.len() <= MAX_LINE_BYTES;
        if whole {
            bytes.extend_from_slice(kept);
        }
        input.consume(used);
        if end.is_some() {
            return Ok(Some((bytes, whole)));
        }
    }
}

/// Writes one object on one line; `false` when the reader went away.
pub fn put_object(object: &impl Serialize) -> bool {
    let text = serde_json::to_string(object).unwrap_or_else(|_| "{}".to_owned());
    writeln!(std::io::stdout(), "{text}").is_ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn lines(bytes: &[u8]) -> Vec<Line> {
        // A small buffer, so that lines come in pieces.
        let mut input = std::io::BufReader::with_capacity(7, bytes);
        std::iter::from_fn(|| next_line(&mut input).unwrap()).collect()
    }

    #[test]
    fn lines_come_one_by_one_and_blank_ones_are_passed_over() {
        let text = |text: &str| Line::Text(text.to_owned());
        assert_eq!(lines(b"one line\n\n  \r\ntwo\nthree"), [text("one line"), text("two"), text("three")]);
        assert_eq!(lines(b""), []);
    }

    #[test]
    fn a_line_that_cannot_be_read_does_not_hide_the_next() {
        let mut bytes = vec![b'x'; MAX_LINE_BYTES + 1];
        bytes.extend_from_slice(b"\n\xff\xfe\nnext\n");
        assert_eq!(lines(&bytes), [Line::Unreadable, Line::Unreadable, Line::Text("next".to_owned())]);
    }
}
