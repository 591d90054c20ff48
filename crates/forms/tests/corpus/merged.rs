//! Forms of the corpus merged and answered at random: each item's own form takes the answers that are given back to it
//! as they are, and nothing is wrong with them that the merged form did not tell.

use crate::steps::{untold, views};
use crate::strolls::{Chance, is_open, step};
use crate::text::{FormText, names};
use crate::trace::{center_disagrees, context_of, read};
use bangban_forms::{Bundle, Context, Form, NodeView, Part, Session, check_answers};
use std::collections::{BTreeMap, BTreeSet};

const ACTS: usize = 40;

/// A form merged from others, which stand beside it by their codes.
pub struct Merged {
    pub form: Form,
    pub parts: BTreeMap<String, Form>,
}

/// Merges forms of the corpus; nothing where they contradict each other.
fn merge(texts: &[&FormText]) -> Option<Merged> {
    let books: Vec<Vec<u8>> = texts.iter().map(|text| text.workbook()).collect();
    let codes = ["A", "B", "C"];
    let parts = books.iter().zip(texts).zip(codes).map(|((workbook, text), code)| Part {
        code: code.to_owned(),
        label: BTreeMap::new(),
        workbook,
        files: &text.files,
        ticked: true,
    });
    let parts: Vec<Part<'_>> = parts.collect();
    let bundle = Bundle { code: "X", title: "", version: "", workbook: None, files: &BTreeMap::new() };
    let form = Form::merge(&bundle, &parts).ok()?;
    let own = texts.iter().zip(codes).map(|(text, code)| (code.to_owned(), read(text)));
    Some(Merged { form, parts: own.collect() })
}

#[test]
fn a_form_merged_with_itself_is_that_form() {
    let mut wrong = Vec::new();
    for name in names("good") {
        let text = FormText::read("good", &name);
        let merged = merge(&[&text, &text]).unwrap_or_else(|| panic!("{name} contradicts itself"));
        let plain = read(&text);
        assert_eq!(merged.form.questions(), plain.questions() + 1, "{name} and the tick-list");
        for seed in 0..3 {
            let found = stroll(&merged, &context_of(&text), seed);
            wrong.extend(found.into_iter().map(|what| format!("{name}, stroll {seed}, {what}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn forms_merged_with_each_other_give_back_what_each_takes() {
    let texts: Vec<FormText> = names("good").iter().map(|name| FormText::read("good", name)).collect();
    let (mut taken, mut wrong) = (0, Vec::new());
    for (at, first) in texts.iter().enumerate() {
        // A part of all pairs: each form comes with several others.
        for second in texts.iter().skip(at + 1).step_by(4) {
            let third = &texts[(at * 7 + 3) % texts.len()];
            let Some(merged) = merge(&[first, second, third]).or_else(|| merge(&[first, second])) else {
                continue;
            };
            taken += 1;
            let found = stroll(&merged, &context_of(first), at as u64);
            wrong.extend(found.into_iter().map(|what| format!("{} and {}, {what}", first.name, second.name)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(taken > 20, "only {taken} pairs could be merged");
}

#[test]
fn the_built_in_forms_merged_give_back_what_each_takes() {
    let codes = ["DIBAO", "SSC", "PENSION_CERT"];
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalogue");
    let books = codes.map(|code| std::fs::read(format!("{folder}/{code}/form.xlsx")).unwrap());
    let files = BTreeMap::new();
    let parts: Vec<Part<'_>> = codes
        .iter()
        .zip(&books)
        .map(|(code, workbook)| Part {
            code: (*code).to_owned(),
            label: BTreeMap::new(),
            workbook,
            files: &files,
            ticked: *code != "SSC",
        })
        .collect();
    let bundle = Bundle { code: "X", title: "", version: "", workbook: None, files: &files };
    let own = codes.iter().zip(&books).map(|(code, book)| ((*code).to_owned(), Form::read(book).unwrap()));
    let merged = Merged { form: Form::merge(&bundle, &parts).unwrap(), parts: own.collect() };
    let context = context_of(&FormText::read("good", "dibao"));
    let wrong: Vec<String> = (0..6).flat_map(|seed| stroll(&merged, &context, seed)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Walks at random through a merged form, looking at each item's own form as it goes.
pub fn stroll(merged: &Merged, context: &Context, seed: u64) -> Vec<String> {
    let mut session = Session::new(&merged.form, context, &BTreeMap::new());
    let mut chance = Chance::seeded(seed.wrapping_mul(977) + 5);
    let mut done = Vec::new();
    for act in 0..ACTS {
        let before = views(&session);
        let open: Vec<&NodeView> =
            before.values().filter(|node| node.row.is_some() || is_open(node)).collect();
        let node = (*chance.of(&open)).clone();
        // The tick-list is one question among many; it is to be changed now and then.
        let node = if chance.below(10) == 0 { before["/data/items"].clone() } else { node };
        let (told, changes) = step(&mut session, &mut chance, &node);
        done.push(told);
        let Ok(changes) = changes else { continue };
        let mut wrong = untold(before, &views(&session), &changes);
        if act % 4 == 3 {
            wrong.extend(disagreements(merged, context, &session));
        }
        if !wrong.is_empty() {
            return vec![format!("after {}: {}", done.join("; "), wrong.join("; "))];
        }
    }
    let wrong = center_disagrees(&merged.form, context, &session);
    wrong.into_iter().map(|what| format!("after {}: {what}", done.join("; "))).collect()
}

/// Where an item's own form does not take its answers as they are, or finds other problems than the merged form.
pub fn disagreements(merged: &Merged, context: &Context, session: &Session) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut told: BTreeSet<String> = BTreeSet::new();
    let ours: BTreeSet<String> = session.problems().into_iter().map(|problem| problem.path).collect();
    let ticked = session.node("/data/items").unwrap().value;
    for (code, form) in &merged.parts {
        let given = merged.form.answers_for(code, context, &session.answers());
        if !ticked.split(' ').any(|one| one == code) {
            if !given.is_empty() {
                wrong.push(format!("{code} is not ticked and is given answers"));
            }
            continue;
        }
        let checked = check_answers(form, context, &given);
        for path in checked.dropped.iter().chain(&checked.corrected) {
            wrong.push(format!("{code} does not take {path}: {:?}", given.get(path)));
        }
        if checked.answers != given {
            let theirs: Vec<_> =
                checked.answers.iter().filter(|(path, _)| !given.contains_key(*path)).collect();
            wrong.push(format!("{code} comes to other answers: {theirs:?}"));
        }
        let problems: BTreeSet<String> = checked.problems.into_iter().map(|problem| problem.path).collect();
        let untold: Vec<&String> = problems.difference(&ours).collect();
        if !untold.is_empty() {
            wrong.push(format!("{code} finds what the merged form did not tell: {untold:?}"));
        }
        told.extend(problems);
    }
    told.extend(ours.iter().filter(|path| *path == "/data/items").cloned());
    if let Some(path) = ours.difference(&told).next() {
        wrong.push(format!("no item has a problem at {path}"));
    }
    wrong
}
