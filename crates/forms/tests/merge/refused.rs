//! What cannot be merged, and what is told of it.

use crate::common::{session, values};
use crate::{HEAD, Table, YN, answer, book, bundle, merge, node, part, try_merge};
use bangban_forms::{Form, FormError, FormErrorCode as Code, MAX_PARTS, Part};
use std::collections::BTreeMap;

/// The mistakes by cell and code.
fn mistakes(result: Result<Form, Vec<FormError>>) -> Vec<(String, Code)> {
    let errors = result.err().unwrap_or_else(|| panic!("the forms are merged"));
    let told = |error: FormError| {
        assert!(error.message_zh.contains("“事项B”") && error.message_en.contains("“item B”"), "{error:?}");
        (format!("{}!{}", error.sheet, error.cell), error.code)
    };
    errors.into_iter().map(told).collect()
}

#[test]
fn the_same_path_with_another_meaning_is_told_with_both_items_and_the_cell() {
    let head: &[&str] = &[
        "type",
        "name",
        "label",
        "calculation",
        "parameters",
        "trigger",
        "read_only",
        "repeat_count",
        "default",
    ];
    let table: &[(&[&str], &[&str], &str)] = &[
        (&["text", "q", "Q"], &["integer", "q", "Q"], "survey!A3"),
        (&["select_one yn", "q", "Q"], &["select_one no", "q", "Q"], "survey!A3"),
        (&["select_one yn", "q", "Q"], &["select_one yn or_other", "q", "Q"], "survey!A3"),
        (&["range", "q", "Q", "", "start=1 end=5"], &["range", "q", "Q", "", "start=1 end=9"], "survey!E3"),
        (&["calculate", "q", "", "${t}"], &["calculate", "q", "", "concat(${t}, 'x')"], "survey!D3"),
        (&["text", "q", "Q"], &["text", "q", "Q", "${t}"], "survey!D3"),
        (&["text", "q", "Q", "${t}", "", "${t}"], &["text", "q", "Q", "${t}", "", "${u}"], "survey!F3"),
        (&["text", "q", "Q", "${t}", "", "", "yes"], &["text", "q", "Q", "${t}"], "survey!G3"),
        (
            &["hidden", "q", "", "", "", "", "", "", "1"],
            &["hidden", "q", "", "", "", "", "", "", "2"],
            "survey!I3",
        ),
    ];
    let container = |lock: &str| {
        let group: &[&str] = &["begin group", "g", "G", "", "", "", lock];
        book(&[head, group, &["text", "q", "Q"], &["end group"]], YN)
    };
    let found = mistakes(try_merge(None, &[container("yes"), container("")]));
    assert_eq!(found, [("survey!G2".to_owned(), Code::Conflict)], "a lock on a group holds for all in it");
    let lists: Table<'_> = &[YN[0], YN[1], YN[2], &["no", "n", "否"]];
    let rest: [&[&str]; 2] = [&["text", "t", "T"], &["text", "u", "U"]];
    for (first, second, cell) in table {
        let with = |row: &[&str]| book(&[head, rest[0], row, rest[1]], lists);
        let found = mistakes(try_merge(None, &[with(first), with(second)]));
        assert!(found.contains(&((*cell).to_owned(), Code::Conflict)), "{second:?}: {found:?}");
        assert_eq!(found.iter().filter(|(_, code)| *code != Code::Conflict).count(), 0);
        // The same twice is one.
        merge(&[with(first), with(first)]);
    }
}

#[test]
fn groups_and_repeats_of_one_name_do_not_merge() {
    let with = |kind: &str| {
        let (begin, end) = (format!("begin {kind}"), format!("end {kind}"));
        book(&[HEAD, &[&begin, "g", "G"], &["text", "q", "Q"], &[&end]], YN)
    };
    let found = mistakes(try_merge(None, &[with("group"), with("repeat")]));
    assert_eq!(found, [("survey!A2".to_owned(), Code::Conflict)]);
}

#[test]
fn a_shared_formula_may_not_see_what_one_of_the_items_asks_under_another_condition() {
    let with = |relevant: &str| {
        book(
            &[
                HEAD,
                &["select_one yn", "poor", "困难"],
                &["integer", "n", "N", "", relevant],
                &["calculate", "twice", "", "", "", "", "${n} * 2"],
                &["calculate", "four", "", "", "", "", "${twice} * 2"],
            ],
            YN,
        )
    };
    let found = mistakes(try_merge(None, &[with("${poor} = 'y'"), with("")]));
    let cells = ["survey!G4", "survey!G5"];
    assert_eq!(found, cells.map(|cell| (cell.to_owned(), Code::Conflict)));
    merge(&[with("${poor} = 'y'"), with("${poor}='y'")]);
}

#[test]
fn the_tick_lists_name_is_taken_and_mistakes_of_a_workbook_name_its_item() {
    let fine = book(&[HEAD, &["text", "q", "Q"]], YN);
    let taken = book(&[HEAD, &["text", "items", "Q"]], YN);
    assert_eq!(
        mistakes(try_merge(None, &[fine.clone(), taken.clone()])),
        [("survey!B2".to_owned(), Code::BadName)]
    );
    let own = try_merge(Some(&taken), std::slice::from_ref(&fine)).unwrap_err();
    assert_eq!((own[0].cell.as_str(), own[0].code), ("B2", Code::BadName));
    let broken = book(&[HEAD, &["text", "q", "Q", "", "${nobody} = 1"]], YN);
    assert_eq!(mistakes(try_merge(None, &[fine, broken])), [("survey!E2".to_owned(), Code::UnknownName)]);
}

#[test]
fn conditions_that_wait_for_each_other_only_together_are_a_cycle() {
    let with = |first: &str, second: &str| {
        book(&[HEAD, &["text", "a", "A", "", first], &["text", "b", "B", "", second]], YN)
    };
    let found = mistakes(try_merge(None, &[with("${b} = 'x'", ""), with("", "${a} = 'x'")]));
    assert_eq!(found.iter().map(|(_, code)| *code).collect::<Vec<_>>(), [Code::Cycle]);
}

#[test]
fn bounds_are_kept() {
    let fine = book(&[HEAD, &["text", "q", "Q"]], YN);
    let refused = |parts: &[Part<'_>]| Form::merge(&bundle(None), parts).unwrap_err()[0].code;
    assert_eq!(refused(&[]), Code::BadValue);
    assert_eq!(refused(&[part("A", &fine, true), part("A", &fine, false)]), Code::DoubledName);
    assert_eq!(refused(&[part("A B", &fine, true)]), Code::BadName);
    let many: Vec<Part<'_>> = (0..=MAX_PARTS).map(|at| part(&format!("P{at}"), &fine, true)).collect();
    assert_eq!(refused(&many), Code::TooLarge);
    let most = Form::merge(&bundle(Some(&fine)), &many[..MAX_PARTS]).unwrap();
    assert_eq!(most.parts().len(), MAX_PARTS);
    let mut session = session(&most);
    answer(&mut session, &[("/data/items", "P31"), ("/data/q", "x")]);
    assert_eq!(session.answers_for("P31"), values(&[("/data/q", "x")]));
    assert_eq!(session.answers_for("P30"), BTreeMap::new());
    let large = vec![0; bangban_forms::MAX_BUNDLE_BYTES];
    assert_eq!(refused(&[part("A", &fine, true), part("B", &large, true)]), Code::TooLarge);
    let rows: Vec<String> = (0..4_000).map(|row| format!("q{row}")).collect();
    let wide = |from: &str| {
        let names: Vec<String> = rows.iter().map(|name| format!("{from}{name}")).collect();
        let mut survey: Vec<Vec<&str>> = vec![HEAD.to_vec()];
        survey.extend(names.iter().map(|name| vec!["text", name.as_str(), "Q"]));
        let survey: Vec<&[&str]> = survey.iter().map(Vec::as_slice).collect();
        book(&survey, YN)
    };
    let three = [wide("a"), wide("b"), wide("c")];
    let parts: Vec<Part<'_>> =
        three.iter().zip(["A", "B", "C"]).map(|(book, code)| part(code, book, true)).collect();
    assert_eq!(refused(&parts), Code::TooLarge);
}

#[test]
fn what_only_another_item_has_in_a_group_makes_no_cycle() {
    let first = book(
        &[
            HEAD,
            &["begin group", "g", "组"],
            &["integer", "a", "甲"],
            &["end group"],
            &["text", "last", "末", "", "count-non-empty(/data/g/*) > 0"],
        ],
        YN,
    );
    let second = book(
        &[
            HEAD,
            &["begin group", "g", "组"],
            &["integer", "b", "乙", "", "${last} = ''"],
            &["end group"],
            &["text", "last", "末"],
        ],
        YN,
    );
    let mut session = session(&merge(&[first, second]));
    answer(&mut session, &[("/data/items", "A B"), ("/data/last", "x")]);
    assert!(!node(&session, "/data/g/b").relevant);
}

#[test]
fn a_shared_formula_may_not_look_into_lists_that_differ() {
    let with = |choice: &str| {
        book(
            &[
                HEAD,
                &["text", "q", "Q"],
                &["calculate", "all", "", "", "", "", "count(instance('kind')/root/item)"],
            ],
            &[&["list_name", "name", "label"], &["kind", choice, choice]],
        )
    };
    merge(&[with("x"), with("x")]);
    let found = mistakes(try_merge(None, &[with("x"), with("y")]));
    assert_eq!(found, [("survey!G3".to_owned(), Code::Conflict)]);
}
