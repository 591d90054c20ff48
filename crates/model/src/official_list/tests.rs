//! Tests of the official list of certifications. All persons are fictitious.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::roster::{MOST_ROWS, RosterCell};

const GOOD: &str = "42070419480315002X";
const OTHER: &str = "361102195001010010";
const HEADINGS: [&str; 5] = ["姓名", "社会保障号码", "认证状态", "认证日期", "认证方式"];

fn today() -> NaiveDate {
    "2026-11-22".parse().unwrap()
}

fn row(number: u32, cells: &[&str]) -> RosterRow {
    RosterRow { row: number, cells: cells.iter().map(|text| RosterCell::text(*text)).collect() }
}

fn check(rows: &[RosterRow]) -> Result<OfficialList, OfficialListProblem> {
    check_official_list(rows, today())
}

fn sheet(body: &[[&str; 5]]) -> Vec<RosterRow> {
    let mut rows = vec![row(1, &HEADINGS)];
    rows.extend((2..).zip(body).map(|(number, cells)| row(number, cells)));
    rows
}

fn issues(found: &[RowIssue<OfficialColumn>]) -> Vec<(u32, Option<OfficialColumn>, RowProblem)> {
    found.iter().map(|issue| (issue.row, issue.column, issue.problem)).collect()
}

#[test]
fn a_right_row_becomes_a_line() {
    let list = check(&sheet(&[
        ["余桂英", "４２０７０４ 19480315 ００２ｘ", " 已 认证 ", "2026年3月5日", "掌上12333"],
        ["", OTHER, "未认证", "—", "/"],
    ]))
    .unwrap();
    assert_eq!((issues(&list.wrong), issues(&list.warnings)), (vec![], vec![]));
    let [first, second] = list.lines.as_slice() else { panic!("two lines") };
    assert_eq!((first.row, first.identity.reveal(), first.name.as_deref()), (2, GOOD, Some("余桂英")));
    assert_eq!(
        (first.status, first.day, first.way.as_str()),
        (OfficialStatus::Certified, "2026-03-05".parse().ok(), "掌上12333")
    );
    assert_eq!((second.status, second.day), (OfficialStatus::NotCertified, None));
    assert_eq!((second.name.as_deref(), second.way.as_str()), (None, ""));
}

#[test]
fn every_word_for_a_state_is_known_and_none_means_both() {
    use OfficialStatus::*;
    for (status, words) in [
        (Certified, "已认证 认证通过 通过 成功 认证成功 是 已完成 正常"),
        (NotCertified, "未认证 未通过 待认证 否 逾期 未完成 暂停 认证失败"),
    ] {
        for word in words.split(' ') {
            let list = check(&sheet(&[["", GOOD, word, "", ""]])).unwrap();
            assert_eq!(list.lines[0].status, status, "{word}");
        }
    }
    let all: Vec<&str> = WORDS.iter().flat_map(|(_, words)| words.iter().copied()).collect();
    let once: std::collections::BTreeSet<&str> = all.iter().copied().collect();
    assert_eq!(all.len(), once.len());
}

#[test]
fn the_column_is_found_by_any_of_its_headings() {
    for (column, headings) in [
        (OfficialColumn::Status, "认证状态 认证结果 是否认证 认证情况 状态 资格认证状态 是否已认证"),
        (OfficialColumn::Date, "认证日期 认证时间 最近认证日期 最近认证时间 通过日期 上次认证日期"),
        (OfficialColumn::Way, "认证方式 认证渠道"),
    ] {
        for heading in headings.split(' ') {
            assert!(column.headings().contains(&heading), "{heading}");
        }
    }
    let all: Vec<&str> = OfficialColumn::ALL.iter().flat_map(|column| column.headings()).copied().collect();
    let once: std::collections::BTreeSet<&str> = all.iter().copied().collect();
    assert_eq!(all.len(), once.len(), "no heading is that of two columns");
}

#[test]
fn every_wrong_row_is_named_with_column_and_reason() {
    use OfficialColumn::*;
    use RowProblem::*;
    let long = "长".repeat(51);
    for (cells, column, problem) in [
        (["甲", "360102195001010010", "已认证", "", ""], Identity, CheckDigit { expected: 'X' }),
        (["甲", "", "已认证", "", ""], Identity, NumberRequired),
        (["甲", "无", "已认证", "", ""], Identity, NumberRequired),
        (["甲", "4.20704E+17", "已认证", "", ""], Identity, NumberRounded),
        (["甲", GOOD, "", "", ""], Status, StatusMissing),
        (["甲", GOOD, "—", "", ""], Status, StatusMissing),
        (["甲", GOOD, "待核实", "", ""], Status, StatusUnknown),
        (["甲", GOOD, "未 知", "", ""], Status, StatusUnknown),
        (["甲", GOOD, "已认证", "年初", ""], Date, DateUnreadable),
        (["甲", GOOD, "已认证", "2026-02-30", ""], Date, DateUnreadable),
        (["甲", GOOD, "已认证", "1926-02-03", ""], Date, DateFar { limit_years: 20 }),
        ([&long, GOOD, "已认证", "", ""], Name, TextTooLong { limit_chars: 50 }),
        (["甲", GOOD, "已认证", "", &long], Way, TextTooLong { limit_chars: 50 }),
    ] {
        let list = check(&sheet(&[cells])).unwrap();
        assert_eq!(issues(&list.wrong), [(2, Some(column), problem)], "{cells:?}");
        assert!(list.lines.is_empty() && problem.refuses_row());
    }
    let both = check(&sheet(&[["甲", "", "待核实", "年初", ""]])).unwrap();
    assert_eq!((both.wrong.len(), both.wrong_rows()), (3, 1));
}

#[test]
fn a_person_stands_once() {
    let list = check(&sheet(&[
        ["", GOOD, "待核实", "", ""],
        ["", GOOD, "已认证", "", ""],
        ["", "420704480315002", "未认证", "", ""],
    ]))
    .unwrap();
    let duplicate = RowProblem::DuplicateNumber { first_row: 3 };
    assert_eq!(
        issues(&list.wrong),
        [
            (2, Some(OfficialColumn::Status), RowProblem::StatusUnknown),
            (4, Some(OfficialColumn::Identity), duplicate)
        ]
    );
    assert_eq!(list.lines.len(), 1);
}

#[test]
fn headings_are_found_below_a_title_and_blank_rows_are_passed_over() {
    let rows = [
        row(1, &["2026年度城乡居民养老保险待遇资格认证名单"]),
        row(3, &["序号", "* 姓 名", "身份证号码", "是否认证"]),
        row(4, &["1", "余桂英", GOOD, "是"]),
        row(5, &["", " "]),
        row(6, &["序号", "姓名", "身份证号码", "是否认证"]),
    ];
    let list = check(&rows).unwrap();
    assert_eq!((list.heading_row, list.lines.len(), list.skipped_rows), (3, 1, 2));
    assert_eq!(issues(&list.warnings), [(6, None, RowProblem::RepeatedHeading)]);
    assert_eq!(list.columns, [OfficialColumn::Name, OfficialColumn::Identity, OfficialColumn::Status]);
}

#[test]
fn a_sheet_that_is_no_list_says_what_is_missing() {
    assert_eq!(check(&[]), Err(OfficialListProblem::NoHeadings));
    assert_eq!(check(&[row(1, &HEADINGS)]), Err(OfficialListProblem::Empty));
    let missing = check(&[row(1, &["姓名", "身份证号", "认证日期"])]);
    let status = OfficialListProblem::MissingColumns { missing: vec![OfficialColumn::Status] };
    assert_eq!(missing, Err(status.clone()));
    let many = vec![RosterRow::default(); MOST_ROWS + 1];
    assert_eq!(check(&many), Err(OfficialListProblem::TooManyRows { limit: MOST_ROWS }));
    let sheets = [vec![row(1, &["说明"])], vec![row(1, &["姓名", "身份证号"])], vec![]];
    assert_eq!(find_official_list(sheets, today()), Err(status));
}

#[test]
fn nothing_personal_is_in_what_debug_shows() {
    let rows = sheet(&[["余桂英", GOOD, "已认证", "2026-03-05", ""], ["甲", "4207041948", "", "", ""]]);
    let shown = format!("{:?}", check(&rows).unwrap());
    for secret in ["余桂英", "1948", "2026-03-05"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

proptest! {
    #[test]
    fn whatever_the_cells_hold_every_row_is_right_or_wrong_or_passed_over(
        cells in prop::collection::vec(prop::collection::vec(
            prop_oneof![
                "\\PC{0,12}", "[0-9年月日.-]{0,12}", Just(GOOD.to_owned()), Just(OTHER.to_owned()),
                Just("已认证".to_owned()), Just("否".to_owned()), Just("社会保障号码".to_owned()), Just(String::new())
            ],
            0..7,
        ), 0..12),
        numeric in any::<bool>(),
    ) {
        let mut rows = vec![row(1, &HEADINGS)];
        rows.extend((2..).zip(&cells).map(|(number, cells)| {
            let cells = cells.iter().map(|text| RosterCell { text: text.clone(), numeric, rounded: false });
            RosterRow { row: number, cells: cells.collect() }
        }));
        if let Ok(list) = check(&rows) {
            prop_assert_eq!(list.lines.len() + list.wrong_rows() + list.skipped_rows, rows.len() - 1);
            prop_assert!(list.wrong.iter().all(|issue| issue.problem.refuses_row()));
            prop_assert!(list.warnings.iter().all(|issue| !issue.problem.refuses_row()));
        }
    }

    #[test]
    fn a_sheet_of_anything_never_panics(
        cells in prop::collection::vec(prop::collection::vec("\\PC{0,20}|身份证号|状态|认证日期", 0..7), 0..14)
    ) {
        let rows: Vec<RosterRow> = (1..).zip(&cells).map(|(number, cells)| {
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            row(number, &cells)
        }).collect();
        let _ = check(&rows);
    }
}
