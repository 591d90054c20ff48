//! Whatever comes from outside, nothing panics and nothing runs for ever.
#![allow(clippy::unwrap_used)]

mod common;

use bangban_forms::{Bundle, EvalError, Form, Part, Session, check_answers, eval_expression};
use common::{context, form, workbook};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Pieces of which expressions are made, to get past the parser more often than plain noise does.
const PIECES: &[&str] = &[
    "1",
    "0",
    "-1.5",
    "'a'",
    "''",
    "'2026-02-30'",
    "'2026-01-31'",
    "${a}",
    "${n}",
    "${rep}",
    ".",
    "..",
    "/data",
    "//*",
    "*",
    "(",
    ")",
    "[",
    "]",
    ",",
    "+",
    "-",
    " div ",
    " mod ",
    " and ",
    " or ",
    "=",
    "!=",
    "<",
    ">=",
    "|",
    "/",
    "concat(",
    "sum(",
    "count(",
    "position(",
    "substr(",
    "substring(",
    "round(",
    "date(",
    "if(",
    "regex(",
    "indexed-repeat(",
    "add-date(",
    "add-workdays(",
    "cn-id-valid(",
    "mask(",
    "selected-at(",
    "uuid(",
    "join(",
    "checklist(",
    "instance('l')",
    "jr:choice-name(",
    "1e999",
    "999999999999999999999",
    "余",
    "😀",
    "current()",
    "ancestor::*",
    "last()",
    "not(",
    "format-date(",
    "'%Y%'",
    "once(",
    "translate(",
    "pow(",
    "coalesce(",
    "${last-saved#a}",
    "randomize(",
    "pulldata('l', 'name', 'name', ",
    "distance(",
    "area(",
    "intersects(",
    "geofence(",
    "time(",
    "digest('a', ",
    "'MD5'",
    "base64-decode(",
    "'30 114; 31 115; 30 116'",
];

fn expression() -> impl Strategy<Value = String> {
    let pieces = proptest::collection::vec(proptest::sample::select(PIECES), 0..14);
    prop_oneof![pieces.prop_map(|pieces| pieces.concat()), ".{0,40}"]
}

fn survey_with(expression: &str) -> Result<Form, Vec<bangban_forms::FormError>> {
    let head: &[&str] = &["type", "name", "label", "relevant", "calculation", "constraint", "default"];
    common::read(
        &[
            head,
            &["text", "a", "A"],
            &["begin repeat", "rep", "R"],
            &["integer", "n", "N", "", "", expression],
            &["calculate", "c", "", "", expression],
            &["end repeat"],
            &["select_one l", "s", "S", expression, "", "", expression],
        ],
        &[&["list_name", "name", "label", "x"], &["l", "1", "一", "a"], &["l", "2", "二", ""]],
    )
}

/// A form with most kinds of question, for answers of every sort.
fn wide_form() -> Form {
    let head: &[&str] = &["type", "name", "label", "relevant", "calculation", "constraint", "repeat_count"];
    form(
        &[
            head,
            &["text", "a", "A"],
            &["integer", "n", "N"],
            &["date", "d", "D ${n}"],
            &["calculate", "c", "", "", "add-date(${d}, ${n}, 'month')"],
            &["calculate", "w", "", "", "workdays-between(${d}, today())"],
            &["calculate", "s", "", "", "substr(${a}, ${n}, -1)"],
            &["calculate", "i", "", "", "concat(cn-id-age(${a}), mask(${a}, ${n}, ${n}), luhn-valid(${a}))"],
            &["begin repeat", "rep", "R", "${a} != 'x'", "", "", "${n}"],
            &["text", "x", "X", "", "", "regex(., ${a})"],
            &["begin repeat", "deep", "R"],
            &["text", "y", "Y"],
            &["end repeat"],
            &["end repeat"],
            &["calculate", "all", "", "", "join(',', ${y})"],
        ],
        &[],
    )
}

fn any_path() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "/data/a",
        "/data/n",
        "/data/d",
        "/data/rep",
        "/data/rep[1]",
        "/data/rep[2]/x",
        "/data/rep[1]/deep",
        "/data/rep[1]/deep[2]/y",
        "/data/c",
        "/data/rep[18446744073709551616]/x",
        "/data",
        "/",
        "//",
    ];
    prop_oneof![proptest::sample::select(KNOWN).prop_map(str::to_owned), "[/a-z\\[\\]0-9]{0,20}"]
}

fn any_value() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "",
        "0",
        "3",
        "-7",
        "99999999999",
        "2026-01-31",
        "9999-12-31",
        "0000-01-01",
        "x",
        "(",
        "1e308",
        "42070419480315002X",
    ];
    prop_oneof![proptest::sample::select(KNOWN).prop_map(str::to_owned), ".{0,30}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_expressions_have_a_value_or_an_error(text in expression()) {
        let _ = eval_expression(&text, &context());
    }

    #[test]
    fn arbitrary_bytes_are_no_workbook(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Form::read(&bytes).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_formulas_in_a_form_are_refused_or_run(text in expression()) {
        if let Ok(form) = survey_with(&text) {
            let mut session = common::session(&form);
            let _ = session.answer("/data/a", "2026-01-31");
            let _ = session.add_repeat("/data/rep");
            let _ = session.answer("/data/rep[2]/n", "5");
            let _ = session.remove_repeat("/data/rep[1]");
            let _ = (session.problems(), session.nodes());
            // Chance is drawn in another order when all is computed anew.
            if !text.contains("uuid(") {
                let answers = session.answers();
                prop_assert_eq!(check_answers(&form, &context(), &answers).answers, answers);
            }
        }
    }

    #[test]
    fn arbitrary_acts_leave_a_session_that_the_center_agrees_with(
        acts in proptest::collection::vec((0..4_u8, any_path(), any_value()), 0..12)
    ) {
        let form = wide_form();
        let mut session = Session::new(&form, &context(), &BTreeMap::new());
        for (act, path, value) in acts {
            let _ = match act {
                0 => session.add_repeat(&path),
                1 => session.remove_repeat(&path),
                _ => session.answer(&path, &value),
            };
        }
        let answers = session.answers();
        prop_assert_eq!(check_answers(&form, &context(), &answers).answers, answers);
    }

    #[test]
    fn arbitrary_columns_and_files_are_refused_or_run(
        cells in proptest::collection::vec(".{0,12}", 6),
        file in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let head: &[&str] =
            &["type", "name", "label", "parameters", "trigger", "appearance", "default", "choice_filter"];
        let kinds = ["range", "rank l", "select_one_from_file l.csv", "geoshape", "select_one ${a}", "text"];
        let text = |at: usize| cells[at].as_str();
        for kind in kinds {
            let row = [kind, "b", "B", text(0), text(1), text(2), text(3), text(4)];
            let bytes = workbook(&[
                ("survey", &[head, &["text", "a", "A"], &row]),
                ("choices", &[&["list_name", "name", "label"], &["l", "x", text(5)]]),
            ]);
            let files = BTreeMap::from([("l.csv".to_owned(), file.clone())]);
            if let Ok(form) = Form::read_with(&bytes, &files) {
                let mut session = common::session(&form);
                let _ = session.answer("/data/a", text(5));
                let _ = session.answer("/data/b", text(3));
                let _ = (session.nodes(), session.answers(), session.problems());
            }
        }
    }

    #[test]
    fn arbitrary_forms_are_merged_or_refused(
        cells in proptest::collection::vec(prop_oneof![expression(), ".{0,8}", Just(String::new())], 8),
        kinds in proptest::collection::vec(0..6_usize, 4),
        names in proptest::collection::vec(prop_oneof!["[a-c]", ".{0,3}"], 4),
    ) {
        let head: &[&str] = &["type", "name", "label", "relevant", "calculation", "choice_filter"];
        let all = ["text", "integer", "select_one l", "begin group", "begin repeat", "calculate"];
        let book = |from: usize| {
            let row = |at: usize| {
                [all[kinds[at]], &names[at], "L", &cells[at * 2], &cells[at * 2 + 1], ""]
            };
            let (first, second) = (row(from), row(from + 1));
            let ends: &[&[&str]] = &[&["end group"], &["end repeat"]];
            let mut rows: Vec<&[&str]> = vec![head, &["integer", "n", "N"], &first, &["text", "a", "A"]];
            rows.extend((kinds[from] == 3).then_some(ends[0]));
            rows.extend((kinds[from] == 4).then_some(ends[1]));
            if !matches!(kinds[from + 1], 3 | 4) {
                rows.push(&second);
            }
            let lists: &[&[&str]] = &[&["list_name", "name", "label"], &["l", "x", names[from].as_str()]];
            workbook(&[("survey", &rows), ("choices", lists)])
        };
        let (books, files) = ([book(0), book(2)], BTreeMap::new());
        let parts: Vec<Part<'_>> = books.iter().zip(["A", "B"]).map(|(workbook, code)| Part {
            code: code.to_owned(),
            label: BTreeMap::from([(names[0].clone(), names[1].clone())]),
            workbook,
            files: &files,
            ticked: true,
        }).collect();
        let bundle = Bundle { code: "X", title: &names[2], version: "", workbook: None, files: &files };
        match Form::merge(&bundle, &parts) {
            Ok(form) => {
                let mut session = common::session(&form);
                for path in ["/data/n", "/data/a", "/data/items", "/data/b"] {
                    let _ = session.answer(path, "A");
                }
                let _ = (session.answers_for("A"), session.saving(), session.problems());
            }
            Err(errors) => prop_assert!(errors.iter().all(|error| !error.message_en.is_empty())),
        }
    }

    #[test]
    fn arbitrary_answers_are_checked(given in proptest::collection::btree_map(any_path(), any_value(), 0..12)) {
        let checked = check_answers(&wide_form(), &context(), &given);
        prop_assert!(checked.answers.keys().all(|path| !checked.dropped.contains(path)));
    }

    #[test]
    fn a_damaged_workbook_is_refused_or_read(at in 0.0..1.0_f64, byte in any::<u8>()) {
        let mut bytes = workbook(&[("survey", &[&["type", "name", "label"], &["text", "a", "A"]])]);
        let place = (bytes.len() as f64 * at) as usize;
        bytes[place] = byte;
        let _ = Form::read(&bytes);
    }
}

#[test]
fn expressions_beyond_all_measure_are_refused() {
    let context = context();
    let deep = format!("{}1{}", "(".repeat(5_000), ")".repeat(5_000));
    assert_eq!(eval_expression(&deep, &context), Err(EvalError::TooLarge));
    let long = "1+".repeat(5_000) + "1";
    assert_eq!(eval_expression(&long, &context), Err(EvalError::TooLarge));
    assert_eq!(eval_expression(&"-".repeat(1_000), &context), Err(EvalError::TooLarge));
    let wide = format!("concat({})", vec!["'0123456789'"; 1_000].join(","));
    assert!(eval_expression(&wide, &context).is_ok());
}

#[test]
fn texts_that_double_themselves_are_stopped() {
    let mut text = "'0123456789abcdef'".to_owned();
    for _ in 0..9 {
        text = format!("concat({text},{text})");
    }
    let seed = format!("join({text}, 1, {})", vec!["''"; 400].join(","));
    assert!(matches!(eval_expression(&seed, &context()), Err(EvalError::TooLarge | EvalError::TooManySteps)));
}

#[test]
fn a_form_made_to_be_slow_is_stopped() {
    // 200 rows whose every answer asks for all pairs of rows.
    let head: &[&str] = &["type", "name", "label", "calculation"];
    let form = form(
        &[
            head,
            &["begin repeat", "rep", "R"],
            &["integer", "n", "N"],
            &["calculate", "c", "", "count(/data/rep[count(/data/rep[count(/data/rep[n > 0]) > 0]) > 0])"],
            &["end repeat"],
        ],
        &[],
    );
    let rows: BTreeMap<String, String> =
        (1..=200).map(|row| (format!("/data/rep[{row}]/n"), "1".to_owned())).collect();
    let session = Session::resume(&form, &context(), &rows);
    assert_eq!(session.answers().len(), 200, "the rows stand; what would take too long has no value");
}
