//! The fuzzers' seeds, run once each: what was found stays found.
#![allow(clippy::unwrap_used)]

#[path = "../fuzz/targets.rs"]
#[allow(dead_code)]
mod targets;

use std::path::{Path, PathBuf};

/// The files of a folder, in order.
fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn replay(folder: &str, least: usize, target: fn(&[u8])) {
    let files = files(folder);
    assert!(files.len() >= least, "{folder} has only {} files", files.len());
    for file in files {
        println!("{}", file.display());
        target(&std::fs::read(file).unwrap());
    }
}

#[test]
fn workbooks_are_refused_or_open() {
    replay("fuzz/seeds/workbook", 8, targets::workbook);
}

#[test]
fn the_forms_of_the_corpus_are_seeds_too() {
    replay("tests/corpus/good", 20, targets::workbook);
    replay("tests/corpus/broken", 15, targets::workbook);
}

#[test]
fn expressions_have_a_value_or_an_error() {
    replay("fuzz/seeds/expression", 20, targets::expression_everywhere);
}

#[test]
fn sessions_tell_what_they_change_and_the_center_agrees() {
    replay("fuzz/seeds/session", 8, targets::session);
}

#[test]
fn forms_are_merged_or_refused() {
    replay("fuzz/seeds/merge", 10, targets::merge);
}

#[test]
fn the_forms_of_the_corpus_are_merged_or_refused() {
    // Each with itself, behind a question of the bundle's own.
    for file in files("tests/corpus/good").into_iter().chain(files("tests/corpus/broken")) {
        let text = std::fs::read_to_string(&file).unwrap();
        let own = "\n== survey\ntype,name,label\ntext,own_question,Own\n";
        targets::merge(format!("{own}\n==== A\n{text}\n==== B\n{text}").as_bytes());
    }
}
