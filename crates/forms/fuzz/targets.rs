//! What the fuzzers do with an input, and what must hold whatever it is. The tests replay the seeds through the same.

use bangban_forms::{
    Bundle, Changes, Context, Form, FormError, Part, Session, check_answers, eval_expression,
};
use chrono::DateTime;
use rust_xlsxwriter::Workbook;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// The form that the session target fills in: most kinds of question, each with something that depends on it.
const WIDE: &str = include_str!("wide.txt");
const MAX_TEXT_BYTES: usize = 60_000;
const MAX_SHEET_ROWS: usize = 400;
const MAX_SHEET_COLUMNS: usize = 60;
const MAX_ACTS: usize = 60;

fn context() -> Context {
    let now = DateTime::parse_from_rfc3339("2026-11-22T10:00:00+08:00").unwrap_or_default();
    Context { seed: 7, ..Context::at(now) }
}

/// A workbook is refused with at least one mistake, each told in both languages, or opens as a session.
pub fn workbook(bytes: &[u8]) {
    if bytes.starts_with(b"PK") {
        open(Form::read(bytes));
        return;
    }
    let Some((bytes, files)) = write_workbook(&String::from_utf8_lossy(bytes)) else { return };
    open(Form::read(&bytes));
    open(Form::read_with(&bytes, &files));
}

fn open(read: Result<Form, Vec<FormError>>) {
    let form = match read {
        Ok(form) => form,
        Err(errors) => {
            assert!(!errors.is_empty(), "refused for nothing");
            assert!(errors.iter().all(|error| !error.message_zh.is_empty() && !error.message_en.is_empty()));
            return;
        }
    };
    let view = form.view();
    let mut session = Session::new(&form, &context(), &BTreeMap::new());
    for item in view.items.iter().take(30) {
        let _ = session.answer(&item.path, "1");
    }
    for language in form.languages() {
        assert!(session.set_language(language).is_ok(), "a language of the form is refused");
    }
    let _ = (session.problems(), session.nodes());
}

/// Forms are refused with at least one mistake or become one; what each is given back lies at its own paths.
pub fn merge(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut sections = text.split("\n==== ").take(MAX_FORMS);
    let own = sections.next().filter(|section| section.contains("\n== ")).and_then(write_workbook);
    let parts = sections.filter_map(|section| {
        let (code, rest) = section.split_once('\n')?;
        Some((code.to_owned(), write_workbook(&format!("\n{rest}"))?))
    });
    let parts: Vec<(String, (Vec<u8>, Files))> = parts.collect();
    let none = Files::new();
    let merged = Form::merge(
        &Bundle {
            code: "X",
            title: "",
            version: "",
            workbook: own.as_ref().map(|(book, _)| book.as_slice()),
            files: own.as_ref().map_or(&none, |(_, files)| files),
        },
        &parts.iter().map(part).collect::<Vec<_>>(),
    );
    let form = merged.clone().ok();
    open(merged);
    let Some(form) = form else { return };
    let mut session = Session::new(&form, &context(), &BTreeMap::new());
    for item in form.view().items.iter().take(30) {
        let _ = session.answer(&item.path, "1");
    }
    for (code, (book, files)) in &parts {
        let Ok(alone) = Form::read_with(book, files) else { continue };
        let own: BTreeSet<String> = alone.view().items.into_iter().map(|item| item.path).collect();
        for path in session.answers_for(code).keys() {
            assert!(own.contains(&without_rows(path)), "{path} is none of {code}'s");
        }
    }
}

const MAX_FORMS: usize = 6;

fn part((code, (workbook, files)): &(String, (Vec<u8>, Files))) -> Part<'_> {
    Part { code: code.clone(), label: BTreeMap::new(), workbook, files, ticked: true }
}

/// A path with the numbers of its rows left out.
fn without_rows(path: &str) -> String {
    path.split('/').map(|segment| segment.split('[').next().unwrap_or_default()).collect::<Vec<_>>().join("/")
}

/// An expression has a value or an error, alone and in a column of a form; which one, its length decides.
pub fn expression(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    alone(&text);
    in_column(&text, FIRST_COLUMN + text.len() % (HEAD.len() - FIRST_COLUMN));
}

/// The same in every column that takes an expression.
pub fn expression_everywhere(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    alone(&text);
    (FIRST_COLUMN..HEAD.len()).for_each(|column| in_column(&text, column));
}

fn alone(text: &str) {
    if let Ok(value) = eval_expression(text, &context()) {
        let _ = (value.to_boolean(), value.to_number(*context().now.offset()), value.to_text());
    }
}

/// The columns of the form that an expression is put into; from this one on each may hold it.
const HEAD: [&str; 8] =
    ["type", "name", "label", "relevant", "calculation", "constraint", "default", "required"];
const FIRST_COLUMN: usize = 2;

fn in_column(text: &str, column: usize) {
    if text.len() > MAX_TEXT_BYTES {
        return;
    }
    let mut row = ["text", "a", "A", "", "", "", "", ""];
    row[column] = text;
    let survey = [
        HEAD,
        ["integer", "n", "N", "", "", "", "3", ""],
        ["begin repeat", "rep", "R", "", "", "", "", ""],
        row,
        ["select_one l", "s", "S", "", "", "", "", ""],
        ["end repeat", "", "", "", "", "", "", ""],
    ];
    let choices = [["list_name", "name", "label", "x"], ["l", "1", "one", "a"], ["l", "2", "two", "b"]];
    let sheets = [("survey".to_owned(), rows(&survey)), ("choices".to_owned(), rows(&choices))];
    let Some(bytes) = write_sheets(&sheets) else { return };
    let Ok(form) = Form::read(&bytes) else { return };
    let mut session = Session::new(&form, &context(), &BTreeMap::new());
    let _ = session.answer("/data/n", "2");
    let _ = session.answer("/data/rep[1]/a", "2026-01-31");
    let _ = session.add_repeat("/data/rep");
    let _ = session.answer("/data/rep[2]/s", "1");
    let _ = session.remove_repeat("/data/rep[1]");
    let _ = session.problems();
}

fn rows<const CELLS: usize>(table: &[[&str; CELLS]]) -> Vec<Vec<String>> {
    table.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
}

/// Whatever is done to a form, an act tells exactly what it changed, a refused one changes nothing, and the center
/// comes to the same answers.
pub fn session(bytes: &[u8]) {
    static FORM: OnceLock<Option<Form>> = OnceLock::new();
    let read = || {
        let (bytes, files) = write_workbook(WIDE)?;
        Form::read_with(&bytes, &files).ok()
    };
    let form = FORM.get_or_init(read).as_ref().expect("the wide form compiles");
    let context = context();
    let mut session = Session::new(form, &context, &BTreeMap::new());
    let text = String::from_utf8_lossy(bytes);
    if text.len() > MAX_TEXT_BYTES {
        return;
    }
    for line in text.lines().take(MAX_ACTS) {
        let before = views(&session);
        match act(&mut session, line) {
            Some(changes) => check_told(before, &views(&session), &changes),
            None => assert!(before == views(&session), "refused and yet changed"),
        }
    }
    let answers = session.answers();
    let checked = check_answers(form, &context, &answers);
    assert_eq!(checked.answers, answers, "the center comes to other answers");
    assert!(checked.dropped.is_empty() && checked.corrected.is_empty());
}

fn act(session: &mut Session, line: &str) -> Option<Changes> {
    let (verb, rest) = line.split_once(' ')?;
    let done = match verb {
        "=" => {
            let (path, value) = rest.split_once(' ').unwrap_or((rest, ""));
            session.answer(path, value)
        }
        "+" => session.add_repeat(rest),
        "-" => session.remove_repeat(rest),
        "@" => session.set_language(rest),
        _ => return None,
    };
    done.ok()
}

type Views = BTreeMap<String, bangban_forms::NodeView>;

fn views(session: &Session) -> Views {
    session.nodes().into_iter().map(|view| (view.path.clone(), view)).collect()
}

fn is_under(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Every node that is not as before was told of, and none that is.
fn check_told(before: Views, after: &Views, changes: &Changes) {
    let mut moved = Views::new();
    for (path, view) in before {
        if changes.removed.iter().any(|gone| is_under(&path, gone)) {
            continue;
        }
        let row = changes.renumbered.iter().find(|row| is_under(&path, &row.from));
        moved.insert(row.map_or(path.clone(), |row| path.replacen(&row.from, &row.to, 1)), view);
    }
    let told: BTreeSet<&str> = changes.changed.iter().map(|change| change.path.as_str()).collect();
    for (path, view) in after {
        let Some(mut old) = moved.remove(path) else {
            assert!(changes.added.iter().any(|row| is_under(path, row)), "{path} came untold");
            continue;
        };
        old.path.clone_from(&view.path);
        old.parent.clone_from(&view.parent);
        old.row = view.row;
        let change = changes.at(path);
        assert_eq!(old != *view, told.contains(path.as_str()), "{path} is told of wrongly: {change:?}");
    }
    assert!(moved.is_empty(), "nodes went untold");
}

/// Files by name.
type Files = BTreeMap<String, Vec<u8>>;

/// A workbook from text: each sheet as CSV under `== NAME`, files under `== file NAME`.
fn write_workbook(text: &str) -> Option<(Vec<u8>, Files)> {
    if text.len() > MAX_TEXT_BYTES {
        return None;
    }
    let (mut sheets, mut files) = (Vec::new(), Files::new());
    for part in text.split("\n== ").skip(1).take(8) {
        let (heading, body) = part.split_once('\n')?;
        match heading.split_once(' ') {
            Some(("file", name)) => {
                files.insert(name.to_owned(), body.as_bytes().to_vec());
            }
            None if matches!(heading, "trace" | "mistakes") => {}
            _ => sheets.push((heading.to_owned(), read_rows(body))),
        }
    }
    Some((write_sheets(&sheets)?, files))
}

fn read_rows(body: &str) -> Vec<Vec<String>> {
    let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(body.as_bytes());
    let rows = reader.into_records().map_while(Result::ok).take(MAX_SHEET_ROWS);
    rows.map(|row| row.iter().take(MAX_SHEET_COLUMNS).map(str::to_owned).collect()).collect()
}

fn write_sheets(sheets: &[(String, Vec<Vec<String>>)]) -> Option<Vec<u8>> {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(name).ok()?;
        for (row, cells) in (0_u32..).zip(rows) {
            for (column, text) in (0_u16..).zip(cells).filter(|(_, text)| !text.is_empty()) {
                sheet.write_string(row, column, text).ok()?;
            }
        }
    }
    book.save_to_buffer().ok()
}
