//! Tests of the official list. All persons are fictitious.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::roster::{MOST_ROWS, RosterCell, benefit_item};

fn today() -> NaiveDate {
    "2026-11-22".parse().unwrap()
}

fn row(number: u32, cells: &[&str]) -> RosterRow {
    RosterRow { row: number, cells: cells.iter().map(|text| RosterCell::text(*text)).collect() }
}

fn check(rows: &[RosterRow]) -> Result<DueList, DueListProblem> {
    check_due_list(rows, today(), "PENSION_CERT", &|text| benefit_item(text).map(str::to_owned))
}

const HEADINGS: [&str; 4] = ["姓名", "社会保障号码", "认证到期日期", "事项"];

fn sheet(body: &[[&str; 4]]) -> Vec<RosterRow> {
    let mut rows = vec![row(1, &HEADINGS)];
    rows.extend(body.iter().enumerate().map(|(at, cells)| row(u32::try_from(at).unwrap() + 2, cells)));
    rows
}

fn issues(found: &[RowIssue<DueColumn>]) -> Vec<(u32, Option<DueColumn>, RowProblem)> {
    found.iter().map(|issue| (issue.row, issue.column, issue.problem)).collect()
}

#[test]
fn a_right_row_becomes_a_line() {
    let list = check(&sheet(&[
        ["余桂英", "４２０７０４ 19480315 ００２ｘ", "2026年12月31日", ""],
        ["", "361102195001010010", "2026-11-30", "高龄津贴"],
    ]))
    .unwrap();
    assert_eq!((issues(&list.wrong), issues(&list.warnings)), (vec![], vec![]));
    let [first, second] = list.lines.as_slice() else { panic!("two lines") };
    assert_eq!(
        (first.row, first.identity.reveal(), first.item.as_str()),
        (2, "42070419480315002X", "PENSION_CERT")
    );
    assert_eq!((first.due.to_string().as_str(), first.name.as_deref()), ("2026-12-31", Some("余桂英")));
    assert_eq!((second.item.as_str(), second.name.as_deref()), ("GAOLING", None));
}

#[test]
fn every_wrong_row_is_named_with_column_and_reason() {
    use DueColumn::*;
    use RowProblem::*;
    let good = "42070419480315002X";
    for (cells, column, problem) in [
        (["甲", "360102195001010010", "2026-12-31", ""], Identity, CheckDigit { expected: 'X' }),
        (["甲", "", "2026-12-31", ""], Identity, NumberRequired),
        (["甲", "无", "2026-12-31", ""], Identity, NumberRequired),
        (["甲", "4.20704E+17", "2026-12-31", ""], Identity, NumberRounded),
        (["甲", good, "", ""], Date, DateMissing),
        (["甲", good, "年底", ""], Date, DateUnreadable),
        (["甲", good, "2026-02-30", ""], Date, DateUnreadable),
        (["甲", good, "2062-12-31", ""], Date, DateFar { limit_years: 20 }),
        (["甲", good, "1926-12-31", ""], Date, DateFar { limit_years: 20 }),
        (["甲", good, "2026-12-31", "驾驶证"], Item, ItemUnknown),
        ([&"长".repeat(51), good, "2026-12-31", ""], Name, TextTooLong { limit_chars: 50 }),
    ] {
        let list = check(&sheet(&[cells])).unwrap();
        assert_eq!(issues(&list.wrong), [(2, Some(column), problem)], "{cells:?}");
        assert!(list.lines.is_empty() && problem.refuses_row());
    }
    let both = check(&sheet(&[["甲", "", "年底", "驾驶证"]])).unwrap();
    assert_eq!((both.wrong.len(), both.wrong_rows()), (3, 1));
}

#[test]
fn a_person_stands_once_for_each_item() {
    let list = check(&sheet(&[
        ["", "42070419480315002X", "2026-12-31", ""],
        ["", "420704480315002", "2027-01-31", ""],
        ["", "42070419480315002X", "2026-12-31", "高龄津贴"],
    ]))
    .unwrap();
    let duplicate = RowProblem::DuplicateNumber { first_row: 2 };
    assert_eq!(issues(&list.wrong), [(3, Some(DueColumn::Identity), duplicate)]);
    assert_eq!(list.lines.len(), 2);
}

#[test]
fn headings_are_found_below_a_title_and_blank_rows_are_passed_over() {
    let rows = [
        row(1, &["养老保险待遇资格认证到期名单"]),
        row(3, &["序号", "* 姓 名", "身份证号码", "应认证日期"]),
        row(4, &["1", "余桂英", "42070419480315002X", "202612"]),
        row(5, &["", " "]),
        row(6, &["序号", "姓名", "身份证号码", "应认证日期"]),
    ];
    let list = check(&rows).unwrap();
    assert_eq!((list.heading_row, list.lines.len(), list.skipped_rows), (3, 1, 2));
    assert_eq!(issues(&list.warnings), [(6, None, RowProblem::RepeatedHeading)]);
    assert_eq!(list.columns, [DueColumn::Name, DueColumn::Identity, DueColumn::Date]);
}

#[test]
fn a_sheet_that_is_no_list_says_what_is_missing() {
    assert_eq!(check(&[]), Err(DueListProblem::NoHeadings));
    assert_eq!(check(&[row(1, &HEADINGS)]), Err(DueListProblem::Empty));
    let missing = check(&[row(1, &["姓名", "身份证号"])]);
    assert_eq!(missing, Err(DueListProblem::MissingColumns { missing: vec![DueColumn::Date] }));
    let many = vec![RosterRow::default(); MOST_ROWS + 1];
    assert_eq!(check(&many), Err(DueListProblem::TooManyRows { limit: MOST_ROWS }));
}

#[test]
fn nothing_personal_is_in_what_debug_shows() {
    let rows = sheet(&[["余桂英", "42070419480315002X", "2026-12-31", ""], ["甲", "4207041948", "", ""]]);
    let shown = format!("{:?}", check(&rows).unwrap());
    for secret in ["余桂英", "1948", "2026-12-31"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

proptest! {
    #[test]
    fn every_row_below_the_headings_is_accounted_for(
        cells in prop::collection::vec(prop::collection::vec(
            prop_oneof!["\\PC{0,12}", "[0-9年月日.-]{0,12}", Just("42070419480315002X".to_owned()), Just(String::new())],
            0..6,
        ), 0..12)
    ) {
        let mut rows = vec![row(1, &HEADINGS)];
        rows.extend((2..).zip(&cells).map(|(number, cells)| {
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            row(number, &cells)
        }));
        if let Ok(list) = check(&rows) {
            prop_assert_eq!(list.lines.len() + list.wrong_rows() + list.skipped_rows, rows.len() - 1);
            prop_assert!(list.wrong.iter().all(|issue| issue.problem.refuses_row()));
            prop_assert!(list.warnings.iter().all(|issue| !issue.problem.refuses_row()));
        }
    }
}
