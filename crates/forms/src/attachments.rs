//! The files that come with a form: tables in CSV, read within bounds.

use crate::form::{Choice, ChoiceList};
use std::collections::BTreeMap;

/// The largest file, in bytes.
const MAX_FILE_BYTES: usize = 8 * 1024 * 1024;
const MAX_ROWS: usize = 100_000;
const MAX_COLUMNS: usize = 256;
const MAX_CELLS: usize = 600_000;

/// The files given with a workbook, or nothing said of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attachments<'a> {
    files: Option<&'a BTreeMap<String, Vec<u8>>>,
}

/// Why a file's rows cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It was not given, and nothing was said of files.
    NotAsked,
    Missing,
    TooLarge,
    /// It is no table, or of a kind that is not read.
    NoTable,
}

impl<'a> Attachments<'a> {
    pub(crate) fn none() -> Self {
        Self { files: None }
    }

    pub(crate) fn given(files: &'a BTreeMap<String, Vec<u8>>) -> Self {
        Self { files: Some(files) }
    }

    fn bytes_of(&self, file: &str) -> Result<&'a [u8], Unread> {
        let files = self.files.ok_or(Unread::NotAsked)?;
        let same = |known: &&String| known.eq_ignore_ascii_case(file);
        let bytes = files.get(file).or_else(|| files.keys().find(same).and_then(|known| files.get(known)));
        bytes.map(Vec::as_slice).ok_or(Unread::Missing)
    }

    /// How large a file is, in bytes.
    pub(crate) fn size_of(&self, file: &str) -> Result<usize, Unread> {
        self.bytes_of(file).map(<[u8]>::len)
    }

    /// The rows of a file as a list of the given name.
    pub(crate) fn table(&self, file: &str, name: &str) -> Result<ChoiceList, Unread> {
        let bytes = self.bytes_of(file)?;
        if bytes.len() > MAX_FILE_BYTES {
            return Err(Unread::TooLarge);
        }
        if !file.to_ascii_lowercase().ends_with(".csv") {
            return Err(Unread::NoTable);
        }
        read_csv(bytes, name)
    }
}

/// UTF-8 with or without a mark, or what Excel in China saves.
fn decode(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
        Err(_) => encoding_rs::GB18030.decode(bytes).0.into_owned(),
    }
}

fn read_csv(bytes: &[u8], name: &str) -> Result<ChoiceList, Unread> {
    let text = decode(bytes);
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let headings = reader.headers().map_err(|_| Unread::NoTable)?;
    let columns: Vec<String> = headings.iter().map(str::to_owned).collect();
    if columns.len() > MAX_COLUMNS {
        return Err(Unread::TooLarge);
    }
    if columns.iter().all(String::is_empty) {
        return Err(Unread::NoTable);
    }
    let mut list = ChoiceList { name: name.to_owned(), columns, ..ChoiceList::default() };
    let mut cells_left = MAX_CELLS;
    for record in reader.records() {
        let record = record.map_err(|_| Unread::NoTable)?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        let cells: Vec<String> = record.iter().take(list.columns.len()).map(str::to_owned).collect();
        cells_left = cells_left.checked_sub(cells.len()).ok_or(Unread::TooLarge)?;
        if list.choices.len() >= MAX_ROWS {
            return Err(Unread::TooLarge);
        }
        list.choices.push(Choice { cells, ..Choice::default() });
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn table(bytes: &[u8]) -> Result<ChoiceList, Unread> {
        let files = BTreeMap::from([("Towns.csv".to_owned(), bytes.to_vec())]);
        Attachments::given(&files).table("towns.csv", "towns")
    }

    #[test]
    fn tables_are_read_in_the_encodings_that_offices_save() {
        let plain = table("\u{feff}name,label\nt1,临江乡\n\"t,2\",\"段店\"\"镇\"\n,\n".as_bytes()).unwrap();
        assert_eq!(plain.columns, ["name", "label"]);
        assert_eq!(plain.choices.len(), 2, "an empty row is none");
        assert_eq!((plain.cell(1, 0), plain.cell(1, 1)), ("t,2", "段店\"镇"));
        let (saved, _, _) = encoding_rs::GB18030.encode("name,label\nt1,临江乡\n");
        assert_eq!(table(&saved).unwrap().cell(0, 1), "临江乡");
    }

    #[test]
    fn what_is_no_table_or_too_large_is_refused() {
        assert_eq!(table(b"").unwrap_err(), Unread::NoTable);
        assert_eq!(table(&vec![b'a'; MAX_FILE_BYTES + 1]).unwrap_err(), Unread::TooLarge);
        assert_eq!(table("a\n".repeat(MAX_ROWS + 2).as_bytes()).unwrap_err(), Unread::TooLarge);
        assert_eq!(table(",".repeat(300).as_bytes()).unwrap_err(), Unread::TooLarge);
        let none = BTreeMap::new();
        assert_eq!(Attachments::given(&none).table("a.csv", "a").unwrap_err(), Unread::Missing);
        assert_eq!(Attachments::none().table("a.csv", "a").unwrap_err(), Unread::NotAsked);
    }
}
