//! Forms merged into one: what is common is asked once, what is an item's own while it is ticked.
#![allow(clippy::unwrap_used)]

mod asked;
#[path = "../common/mod.rs"]
mod common;
mod names;
mod refused;

use bangban_forms::{Bundle, Form, FormError, NodeView, Part, Session};
use common::workbook;
use std::collections::BTreeMap;

type Table<'a> = &'a [&'a [&'a str]];

const HEAD: &[&str] = &["type", "name", "label", "required", "relevant", "constraint", "calculation"];
const YN: Table<'static> = &[&["list_name", "name", "label"], &["yn", "y", "是"], &["yn", "n", "否"]];

fn book(survey: Table<'_>, choices: Table<'_>) -> Vec<u8> {
    workbook(&[("survey", survey), ("choices", choices)])
}

fn label(zh: &str, en: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("zh".to_owned(), zh.to_owned()), ("en".to_owned(), en.to_owned())])
}

fn none() -> &'static BTreeMap<String, Vec<u8>> {
    static NONE: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    &NONE
}

fn part<'a>(code: &str, workbook: &'a [u8], ticked: bool) -> Part<'a> {
    let label = label(&format!("事项{code}"), &format!("item {code}"));
    Part { code: code.to_owned(), label, workbook, files: none(), ticked }
}

fn bundle(workbook: Option<&[u8]>) -> Bundle<'_> {
    Bundle { code: "BUNDLE", title: "一件事", version: "1", workbook, files: none() }
}

/// Items A, B … with these workbooks, all ticked.
fn try_merge(own: Option<&[u8]>, books: &[Vec<u8>]) -> Result<Form, Vec<FormError>> {
    let codes = ["A", "B", "C", "D"];
    let parts: Vec<Part<'_>> = books.iter().zip(codes).map(|(book, code)| part(code, book, true)).collect();
    Form::merge(&bundle(own), &parts)
}

fn merge(books: &[Vec<u8>]) -> Form {
    try_merge(None, books).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn node(session: &Session, path: &str) -> NodeView {
    session.node(path).unwrap_or_else(|| panic!("{path} is not there"))
}

fn asked(session: &Session) -> Vec<String> {
    session.nodes().into_iter().filter(|node| node.relevant).map(|node| node.path).collect()
}

fn problems(session: &Session) -> Vec<String> {
    session.problems().into_iter().map(|problem| problem.path).collect()
}

fn answer(session: &mut Session, answers: &[(&str, &str)]) {
    for (path, value) in answers {
        session.answer(path, value).unwrap_or_else(|refusal| panic!("{path}: {refusal}"));
    }
}
