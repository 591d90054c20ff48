//! Small forms made at random from the same questions, with conditions of their own each, merged and answered at random.

use crate::common::workbook;
use crate::merged::{Merged, stroll};
use crate::strolls::Chance;
use bangban_forms::{Bundle, Context, Form, FormErrorCode, Part};
use chrono::DateTime;
use std::collections::{BTreeMap, BTreeSet};

const FORMS: u64 = 60;

const HEAD: &[&str] = &[
    "type",
    "name",
    "label",
    "relevant",
    "required",
    "constraint",
    "calculation",
    "trigger",
    "choice_filter",
    "read_only",
    "constraint_message",
];

/// Type, name, and what else must be there for it to be asked.
const QUESTIONS: &[(&str, &str, &[&str])] = &[
    ("integer", "a", &[]),
    ("select_one l", "s", &[]),
    ("select_multiple l", "m", &[]),
    ("text", "d", &[]),
    ("begin group", "g", &[]),
    ("integer", "e", &["g"]),
    ("text", "f", &["g"]),
    ("end group", "", &["g"]),
    ("begin repeat", "r", &[]),
    ("integer", "n", &["r"]),
    ("text", "t", &["r"]),
    ("calculate", "twice", &["r", "n"]),
    ("end repeat", "", &["r"]),
    ("calculate", "next", &["a"]),
    ("calculate", "rows", &["r"]),
    ("calculate", "total", &["r", "n"]),
    ("calculate", "whatever", &["g", "e", "f"]),
    ("select_one places", "z", &["s"]),
    ("select_one ${t}", "one", &["r", "t"]),
    ("text", "told", &["d"]),
    ("text", "locked", &["a"]),
    ("text", "last", &[]),
];

fn formula(name: &str) -> &'static str {
    match name {
        "twice" => "${n} * 2",
        "next" => "${a} + 1",
        "rows" => "count(${r})",
        "total" => "sum(${n})",
        "whatever" => "count(/data/g/*) + count(//f)",
        "told" => "concat(${d}, '!')",
        _ => "",
    }
}

/// Conditions on what is asked before; each with the questions it looks at. The nameless one is a group's end.
const CONDITIONS: &[(&[&str], &str)] = &[
    (&["a"], "${a} > 2"),
    (&["a"], "/data/a < 15"),
    (&["s"], "${s} = 'x'"),
    (&["m"], "selected(${m}, 'y')"),
    (&["d"], "${d} != ''"),
    (&["e"], "${e} > 0"),
    (&["e", ""], "count(/data/g/*) > 1"),
    (&["e", ""], "count-non-empty(//g/*) > 0"),
    (&["r"], "count(${r}) > 1"),
    (&["n"], "sum(/data/r/n) > 3"),
    (&["next"], "${next} > 3"),
];

const CONSTRAINTS: &[&str] = &["", "", ". != '17'", ". != '0'", "string-length(.) < 3"];

/// A form of some of the questions; formulas are the item's own, or called as the others call them.
fn make(code: &str, chance: &mut Chance) -> Vec<u8> {
    let mut asked: BTreeSet<&str> = BTreeSet::new();
    let mut rows: Vec<Vec<String>> = vec![HEAD.iter().map(|cell| (*cell).to_owned()).collect()];
    for (kind, name, needs) in QUESTIONS {
        let wanted = name.is_empty() || matches!(*name, "g" | "r") || chance.below(10) < 7;
        if !wanted || !needs.iter().all(|need| asked.contains(need)) {
            continue;
        }
        let known: Vec<&str> = CONDITIONS
            .iter()
            .filter(|(of, _)| of.iter().all(|name| asked.contains(name)))
            .map(|(_, text)| *text)
            .collect();
        let mut condition = |of: usize| {
            let wanted = !known.is_empty() && chance.below(of) == 0;
            if wanted { (*chance.of(&known)).to_owned() } else { String::new() }
        };
        let computed = !formula(name).is_empty();
        let (relevant, required, locked) = (condition(3), condition(3), condition(1));
        let own = computed && chance.below(2) == 0;
        let called = if own { format!("{name}_{code}") } else { (*name).to_owned() };
        if !own {
            asked.insert(name);
        }
        let trigger = if *name == "told" { "${d}" } else { "" };
        let filters = ["", "c = ${s}", "name != ${s}"];
        let filter = if *name == "z" { *chance.of(&filters) } else { "" };
        let plain = !kind.starts_with("begin") && !kind.starts_with("end") && !computed;
        rows.push(vec![
            (*kind).to_owned(),
            called.clone(),
            if kind.starts_with("end") || *kind == "calculate" {
                String::new()
            } else {
                format!("{name} of {code}")
            },
            if kind.starts_with("end") { String::new() } else { relevant },
            if plain { required } else { String::new() },
            if plain { (*chance.of(CONSTRAINTS)).to_owned() } else { String::new() },
            formula(name).to_owned(),
            trigger.to_owned(),
            filter.to_owned(),
            if *name == "locked" { locked } else { String::new() },
            String::new(),
        ]);
    }
    rows.push(vec!["note".to_owned(), "end".to_owned(), format!("the end of {code}")]);
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let choices: &[&[&str]] = &[
        &["list_name", "name", "label", "c"],
        &["l", "x", "X", ""],
        &["l", "y", "Y", ""],
        &["places", "x", "PX", "x"],
        &["places", "p", "PP", "x"],
        &["places", "q", "PQ", "y"],
    ];
    workbook(&[("survey", &rows), ("choices", choices)])
}

fn merge(seed: u64) -> Option<Merged> {
    let mut chance = Chance::seeded(seed.wrapping_mul(7_919) + 11);
    let codes = ["A", "B", "C"];
    let books: Vec<Vec<u8>> =
        codes.iter().take(2 + chance.below(2)).map(|code| make(code, &mut chance)).collect();
    let files = BTreeMap::new();
    let parts: Vec<Part<'_>> = books
        .iter()
        .zip(codes)
        .map(|(workbook, code)| Part {
            code: code.to_owned(),
            label: BTreeMap::new(),
            workbook,
            files: &files,
            ticked: chance.below(4) > 0,
        })
        .collect();
    let bundle = Bundle { code: "X", title: "", version: "", workbook: None, files: &files };
    let form = match Form::merge(&bundle, &parts) {
        Ok(form) => form,
        Err(errors) => {
            let sights = errors.iter().all(|error| error.code == FormErrorCode::Conflict);
            assert!(sights, "seed {seed}: {errors:#?}");
            return None;
        }
    };
    let own = books.iter().zip(codes).map(|(book, code)| (code.to_owned(), Form::read(book).unwrap()));
    Some(Merged { form, parts: own.collect() })
}

#[test]
fn questions_asked_under_conditions_of_their_own_give_each_item_what_its_form_takes() {
    let context = Context::at(DateTime::parse_from_rfc3339("2026-11-22T10:00:00+08:00").unwrap());
    let (mut taken, mut wrong) = (0, Vec::new());
    for seed in 0..FORMS {
        let Some(merged) = merge(seed) else { continue };
        taken += 1;
        let found = stroll(&merged, &context, seed);
        wrong.extend(found.into_iter().map(|what| format!("seed {seed}, {what}")));
    }
    assert!(wrong.is_empty(), "{} of {taken}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(taken > 15, "only {taken} could be merged");
}
