//! A form as text: sheets as CSV under `== survey` and the like, files beside it under `== file NAME`, and a script or
//! the expected mistakes as JSON Lines.

use rust_xlsxwriter::Workbook;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A form, cut into its parts.
pub struct FormText {
    pub name: String,
    sheets: Vec<(String, String)>,
    /// Files that lie beside the workbook.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The lines under `== trace` or `== mistakes`.
    pub lines: Vec<Value>,
}

fn folder(name: &str) -> PathBuf {
    // Other crates run the corpus too.
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../forms/tests/corpus").join(name)
}

/// The names of a folder's forms, sorted.
pub fn names(of: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder(of)).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<String> =
        entries.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    names
}

impl FormText {
    pub fn read(from: &str, name: &str) -> Self {
        let path = folder(from).join(format!("{name}.txt"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        let mut form =
            Self { name: name.to_owned(), sheets: Vec::new(), files: BTreeMap::new(), lines: Vec::new() };
        for part in text.split("\n== ").skip(1) {
            let (heading, body) = part.split_once('\n').unwrap();
            match heading.trim().split_once(' ') {
                Some(("file", file)) => {
                    form.files.insert(file.to_owned(), format!("{}\n", body.trim_end()).into_bytes());
                }
                None if matches!(heading.trim(), "trace" | "mistakes") => form.lines = read_lines(name, body),
                _ => form.sheets.push((heading.trim().to_owned(), body.to_owned())),
            }
        }
        assert!(!form.lines.is_empty(), "{name} expects nothing");
        form
    }

    /// The cells of a sheet.
    #[allow(dead_code)]
    pub fn table(&self, sheet: &str) -> Vec<Vec<String>> {
        let Some((_, table)) = self.sheets.iter().find(|(name, _)| name == sheet) else { return Vec::new() };
        rows(table)
    }

    /// The workbook as Excel would save it: plain numbers are cells of numbers.
    pub fn workbook(&self) -> Vec<u8> {
        let mut book = Workbook::new();
        for (name, table) in &self.sheets {
            let sheet = book.add_worksheet();
            sheet.set_name(name).unwrap();
            for (row, cells) in (0_u32..).zip(rows(table)) {
                for (column, text) in (0_u16..).zip(&cells).filter(|(_, text)| !text.is_empty()) {
                    match plain_number(text) {
                        Some(number) => sheet.write_number(row, column, number).unwrap(),
                        None => sheet.write_string(row, column, text).unwrap(),
                    };
                }
            }
        }
        book.save_to_buffer().unwrap()
    }
}

/// The rows of a table; a blank row is written as commas.
fn rows(table: &str) -> Vec<Vec<String>> {
    let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(table.as_bytes());
    reader.into_records().map(|cells| cells.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn plain_number(text: &str) -> Option<f64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() < 12;
    let whole = digits && (text == "0" || !text.starts_with('0'));
    if whole { text.parse().ok() } else { None }
}

/// JSON Lines; a line may go on below, indented, and `//` begins a remark.
fn read_lines(name: &str, body: &str) -> Vec<Value> {
    let mut joined: Vec<String> = Vec::new();
    for line in body.lines().filter(|line| !line.trim_start().starts_with("//") && !line.trim().is_empty()) {
        match joined.last_mut().filter(|_| line.starts_with(' ')) {
            Some(last) => last.push_str(line),
            None => joined.push(line.to_owned()),
        }
    }
    let parse =
        |line: &String| serde_json::from_str(line).unwrap_or_else(|why| panic!("{name}: {why}: {line}"));
    joined.iter().map(parse).collect()
}
