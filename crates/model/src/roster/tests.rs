//! Tests of the roster. All persons are fictitious.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::demo::{demo_households, demo_rows};

fn today() -> NaiveDate {
    "2026-11-22".parse().unwrap()
}

fn row(number: u32, cells: &[&str]) -> RosterRow {
    RosterRow { row: number, cells: cells.iter().map(|text| RosterCell::text(*text)).collect() }
}

const HEADINGS: [&str; 7] = ["户号", "姓名", "身份证号", "与户主关系", "电话", "住址", "备注"];

fn sheet(body: &[[&str; 7]]) -> Vec<RosterRow> {
    let mut rows = vec![row(1, &HEADINGS)];
    rows.extend(body.iter().enumerate().map(|(at, cells)| row(u32::try_from(at).unwrap() + 2, cells)));
    rows
}

fn issues(found: &[RowIssue]) -> Vec<(u32, RowProblem)> {
    found.iter().map(|issue| (issue.row, issue.problem)).collect()
}

#[test]
fn a_right_row_becomes_a_person() {
    let rows = sheet(&[
        ["0001", "张　三", "361102195001010010", "户主", "13900000000", "大湖村3组12号", ""],
        ["0001", "余桂英", "４２０７０４ 19480315 ００２ｘ", "老婆", "0711-3380000", " 大湖村 3组 ", "低保"],
    ]);
    let preview = check_roster(&rows, today()).unwrap();
    assert_eq!(preview.wrong, []);
    assert_eq!(preview.warnings, []);
    assert_eq!((preview.people.len(), preview.households, preview.heading_row), (2, 1, 1));
    let wife = &preview.people[1];
    assert_eq!(wife.row, 3);
    assert_eq!(wife.name, "余桂英");
    assert_eq!(preview.people[0].name, "张三");
    assert_eq!(wife.identity.as_ref().unwrap().reveal(), "42070419480315002X");
    assert_eq!((wife.relation, wife.relation_text.as_str()), (Some("12"), "老婆"));
    assert_eq!(wife.phone.as_deref(), Some("0711-3380000"));
    assert_eq!(wife.address.as_deref(), Some("大湖村 3组"));
    assert_eq!((preview.people[0].note.as_deref(), wife.note.as_deref()), (None, Some("低保")));
}

#[test]
fn every_wrong_row_is_named_with_its_reason() {
    use RowProblem::*;
    let cases = [
        (["1", "甲", "360102195001010010", "户主", "", "", ""], CheckDigit { expected: 'X' }),
        (["1", "乙", "36010219500101", "户主", "", "", ""], NumberLength { found: 14 }),
        (["1", "丙", "36010219500101OO1X", "户主", "", "", ""], NumberNotDigits),
        (["1", "丁", "360102195002300019", "户主", "", "", ""], ImpossibleDate),
        (["1", "戊", "360102209912310018", "户主", "", "", ""], FutureBirth),
        (["1", "己", "420704189503150021", "户主", "", "", ""], TooOld),
        (["1", "庚", "361102195001010000", "户主", "", "", ""], NumberRounded),
        (["1", "辛", "3.61102E+17", "户主", "", "", ""], NumberRounded),
        (["1", " ", "361102195001010010", "户主", "", "", ""], NameMissing),
        (["", "壬", "361102195001010010", "户主", "", "", ""], HouseholdMissing),
    ];
    for (cells, problem) in cases {
        let preview = check_roster(&sheet(&[cells]), today()).unwrap();
        assert_eq!(issues(&preview.wrong), [(2, problem)], "{cells:?}");
        assert!(preview.people.is_empty() && problem.refuses_row());
    }
}

#[test]
fn what_is_only_odd_is_warned_of_and_taken() {
    use RowProblem::*;
    let cases = [
        (["1", "甲子", "", "户主", "", "", ""], NumberMissing),
        (["1", "甲子", "无", "户主", "", "", ""], NumberMissing),
        (["1", "甲子", "420704480315002", "户主", "", "", ""], UpgradedFrom15),
        (["1", "甲1", "361102195001010010", "户主", "", "", ""], NameOdd),
        (["1", "甲\u{e863}", "361102195001010010", "户主", "", "", ""], NameUnreadable),
        (["1", "甲子", "361102195001010010", "户主", "1390000000", "", ""], PhoneOdd),
    ];
    for (cells, problem) in cases {
        let preview = check_roster(&sheet(&[cells]), today()).unwrap();
        assert_eq!(issues(&preview.warnings), [(2, problem)], "{cells:?}");
        assert_eq!((preview.people.len(), preview.wrong.len()), (1, 0));
        assert!(!problem.refuses_row());
    }
    let odd_phone = check_roster(&sheet(&[cases[5].0]), today()).unwrap();
    assert_eq!(odd_phone.people[0].phone.as_deref(), Some("1390000000"), "an odd number is kept as written");
}

#[test]
fn households_with_two_heads_or_none_are_warned_of() {
    let rows = sheet(&[
        ["1", "甲", "", "户主", "", "", ""],
        ["1", "乙", "", "本人", "", "", ""],
        ["2", "丙", "", "邻家的猫", "", "", ""],
    ]);
    let preview = check_roster(&rows, today()).unwrap();
    let warned: Vec<_> =
        issues(&preview.warnings).into_iter().filter(|(_, one)| *one != RowProblem::NumberMissing).collect();
    let expected = [
        (3, RowProblem::TwoHeads { first_row: 2 }),
        (4, RowProblem::RelationUnknown),
        (4, RowProblem::NoHead),
    ];
    assert_eq!(warned, expected);
    assert_eq!(preview.people[2].relation_text, "邻家的猫");
    assert_eq!(preview.households, 2);
}

#[test]
fn a_number_that_stands_twice_names_the_first_row() {
    let rows = sheet(&[
        ["1", "甲", "42070419480315002X", "户主", "", "", ""],
        ["2", "乙", "420704480315002", "户主", "", "", ""],
        ["3", "丙", "42070419480315002x", "户主", "", "", ""],
    ]);
    let preview = check_roster(&rows, today()).unwrap();
    let duplicate = RowProblem::DuplicateNumber { first_row: 2 };
    assert_eq!(issues(&preview.wrong), [(3, duplicate), (4, duplicate)], "the old form is the same number");
    assert_eq!((preview.people.len(), preview.wrong_rows()), (1, 2));
}

#[test]
fn a_number_kept_as_a_number_is_refused_unless_it_fits() {
    let numeric = |text: &str, rounded: bool| RosterCell { text: text.into(), numeric: true, rounded };
    let with_number = |cell: RosterCell| {
        let mut rows = sheet(&[["1", "甲", "", "户主", "", "", ""]]);
        rows[1].cells[2] = cell;
        rows[1].cells[0] = numeric("12.0", false);
        rows[1].cells[4] = numeric("13900000000.0", false);
        check_roster(&rows, today()).unwrap()
    };
    // A valid number that happens to end as rounding leaves it: the sheet cannot have held it exactly.
    assert_eq!(
        issues(&with_number(numeric("361102195001010010", false)).wrong),
        [(2, RowProblem::NumberRounded)]
    );
    assert_eq!(
        issues(&with_number(numeric("420704194803150000", true)).wrong),
        [(2, RowProblem::NumberRounded)]
    );
    assert_eq!(
        issues(&with_number(numeric("4.20704194803150E+17", false)).wrong),
        [(2, RowProblem::NumberRounded)]
    );
    let told_by_reader = RosterCell { text: "361102195001010010".into(), numeric: false, rounded: true };
    assert_eq!(issues(&with_number(told_by_reader).wrong), [(2, RowProblem::NumberRounded)]);
    let fits = with_number(numeric("420704480315002", false));
    assert_eq!(issues(&fits.warnings), [(2, RowProblem::UpgradedFrom15)]);
    assert_eq!(fits.people[0].household_no, "12");
    assert_eq!(fits.people[0].phone.as_deref(), Some("13900000000"));
}

#[test]
fn headings_are_found_in_any_order_under_any_usual_name_below_a_title() {
    let rows = [
        row(1, &["大湖村2026年度居民花名册"]),
        row(2, &["填报单位：大湖村", "", "填报日期"]),
        row(
            4,
            &[
                "序号",
                "* 姓 名",
                "联系电话（手机）",
                "公民身份号码",
                "与户主\n关系",
                "家庭住址",
                "户编号：",
                "户主姓名",
            ],
        ),
        row(5, &["1", "张三", "13900000000", "361102195001010010", "户主", "3组", "7", "张三"]),
        row(6, &["", "", "", "", "", "", "", ""]),
        row(7, &["序号", "姓名", "联系电话", "公民身份号码", "与户主关系", "家庭住址", "户编号", "户主姓名"]),
        row(8, &["2", "李四", "", "42070419480315002X", "妻"]),
        row(9, &["", " "]),
    ];
    let preview = check_roster(&rows, today()).unwrap();
    assert_eq!(preview.heading_row, 4);
    assert_eq!(preview.columns.len(), 6);
    assert_eq!(preview.people[0].household_no, "7");
    assert_eq!(preview.people[0].row, 5);
    assert_eq!(preview.skipped_rows, 3);
    assert_eq!(issues(&preview.warnings), [(6, RowProblem::BlankRow), (7, RowProblem::RepeatedHeading)]);
    assert_eq!(
        issues(&preview.wrong),
        [(8, RowProblem::HouseholdMissing)],
        "a short row lacks its last columns"
    );
}

#[test]
fn a_sheet_that_is_no_roster_says_what_is_missing() {
    assert_eq!(check_roster(&[], today()), Err(RosterProblem::NoHeadings));
    assert_eq!(check_roster(&[row(1, &["姓名"])], today()), Err(RosterProblem::NoHeadings));
    assert_eq!(check_roster(&[row(1, &HEADINGS)], today()), Err(RosterProblem::Empty));
    assert_eq!(check_roster(&[row(1, &HEADINGS), row(2, &["", ""])], today()), Err(RosterProblem::Empty));
    let missing = check_roster(&[row(1, &["姓名", "电话"]), row(2, &["甲"])], today()).unwrap_err();
    let expected = vec![RosterColumn::Household, RosterColumn::Identity];
    assert_eq!(missing, RosterProblem::MissingColumns { missing: expected });
    assert!(missing.to_string().contains("户号、身份证号"));
    let mut late: Vec<RosterRow> = (1..=10).map(|number| row(number, &["", "标题"])).collect();
    late.push(row(11, &HEADINGS));
    assert_eq!(check_roster(&late, today()), Err(RosterProblem::NoHeadings));
    let many = vec![RosterRow::default(); MOST_ROWS + 1];
    assert_eq!(check_roster(&many, today()), Err(RosterProblem::TooManyRows { limit: MOST_ROWS }));
}

#[test]
fn texts_beyond_the_bounds_are_refused() {
    let long = "长".repeat(501);
    let rows = sheet(&[[&long, &long, "", &long, &long, &long, &long]]);
    let preview = check_roster(&rows, today()).unwrap();
    assert_eq!(preview.wrong.len(), 6);
    assert_eq!(preview.wrong_rows(), 1);
}

#[test]
fn nothing_personal_is_in_what_debug_shows() {
    let rows = sheet(&[
        ["1", "张三", "361102195001010010", "户主", "13900000000", "大湖村3组", "低保"],
        ["1", "李四", "360102195001010010", "妻", "13900000001", "大湖村3组", ""],
    ]);
    let preview = check_roster(&rows, today()).unwrap();
    let with_tags = tagged(&["标签", "残疾证", "待遇"], &["低保", "42070419480315002X42", "高龄津贴"]);
    let person = &with_tags.people[0];
    let shown =
        format!("{preview:?} {rows:?} {:?} {with_tags:?} {person:?} {:?}", preview.people, person.disability);
    for secret in ["张三", "李四", "19500101", "13900000", "大湖村", "19480315", "dibao", "GAOLING"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    let json = serde_json::to_string(&preview.wrong).unwrap();
    assert_eq!(json, r#"[{"row":3,"column":"identity","problem":{"code":"check_digit","expected":"X"}}]"#);
}

/// One person with these further columns.
fn tagged(headings: &[&str], cells: &[&str]) -> RosterPreview {
    let all: Vec<&str> = HEADINGS.iter().chain(headings).copied().collect();
    let person = ["1", "余桂英", "42070419480315002X", "户主", "", "", "常年在外"];
    let body: Vec<&str> = person.iter().chain(cells).copied().collect();
    check_roster(&[row(1, &all), row(2, &body)], today()).unwrap()
}

#[test]
fn categories_a_disability_and_benefits_are_read_under_their_usual_headings() {
    for headings in [
        ["人员类别", "残疾类别等级", "享受待遇"],
        ["* 标签：", "残疾证号（20位）", "享受政策"],
        ["人群类别", "残疾人证号", "补贴项目"],
        ["困难类型", "残疾等级", "已享受待遇"],
    ] {
        let preview = tagged(&headings, &["五保、独居老人", "42070419480315002X42", "高龄津贴，养老金"]);
        let person = &preview.people[0];
        assert_eq!(person.categories, ["tekun", "elderly", "alone"], "{headings:?}");
        let disability = person.disability.as_ref().unwrap();
        assert_eq!((disability.category, disability.level), (Some(4), Some(2)));
        assert_eq!(disability.certificate.as_deref(), Some("42070419480315002X42"));
        assert_eq!(person.receives, ["GAOLING", "PENSION_CERT"]);
        assert_eq!((preview.warnings.len(), person.note.as_deref()), (0, Some("常年在外")));
        assert_eq!(preview.columns.len(), 10);
    }
    let empty = tagged(&["人员类别", "残疾证号", "享受待遇"], &["无", "", "—"]);
    let person = &empty.people[0];
    assert_eq!((person.categories.len(), &person.disability, person.receives.len()), (0, &None, 0));
    assert_eq!(empty.warnings, []);
}

#[test]
fn what_stands_in_two_columns_is_taken_together() {
    let headings = ["残疾类别", "残疾等级", "人员类别", "困难类型"];
    let preview = tagged(&headings, &["肢体", "二级", "老年", "低保"]);
    let person = &preview.people[0];
    let disability = person.disability.as_ref().unwrap();
    assert_eq!((disability.category, disability.level), (Some(4), Some(2)));
    assert_eq!(person.categories, ["dibao", "elderly"]);
    let columns = &preview.columns[7..];
    assert_eq!(columns, [RosterColumn::Disability, RosterColumn::Categories], "each is named once");
}

#[test]
fn words_that_are_not_known_are_warned_of_and_kept_in_the_note() {
    let headings = ["人员类别", "残疾类别等级", "享受待遇"];
    let preview = tagged(&headings, &["低保、老党员、肢体二级", "腿不好", "低保金、粮食直补"]);
    let warned: Vec<_> =
        preview.warnings.iter().map(|issue| (issue.column.unwrap(), issue.problem)).collect();
    let expected = [
        (RosterColumn::Disability, RowProblem::DisabilityUnknown),
        (RosterColumn::Categories, RowProblem::CategoryUnknown),
        (RosterColumn::Receives, RowProblem::BenefitUnknown),
    ];
    assert_eq!(warned, expected);
    let person = &preview.people[0];
    assert_eq!(person.note.as_deref(), Some("常年在外；残疾：腿不好；人员类别：老党员；享受待遇：粮食直补"));
    assert_eq!(person.categories, ["dibao", "disabled"]);
    let disability = person.disability.as_ref().unwrap();
    assert_eq!((disability.category, disability.level), (Some(4), Some(2)), "a category may name it");
    assert_eq!(person.receives, ["DIBAO"]);
}

#[test]
fn a_number_that_went_astray_is_warned_of_and_goes_into_no_note() {
    let preview = tagged(&["人员类别", "享受待遇"], &["42070419480315002X", "6222021234567890123X"]);
    assert_eq!(preview.warnings.len(), 2);
    assert_eq!(preview.people[0].note.as_deref(), Some("常年在外"));
}

#[test]
fn the_certificate_of_somebody_else_is_warned_of() {
    let preview = tagged(&["残疾证号"], &["36110219500101001042"]);
    assert_eq!(issues(&preview.warnings), [(2, RowProblem::CertificateOther)]);
    assert_eq!((preview.people.len(), preview.wrong_rows()), (1, 0));
}

#[test]
fn cells_of_tags_beyond_their_bound_are_refused() {
    let long = "低保、".repeat(80);
    for column in ["人员类别", "残疾证号", "享受待遇"] {
        let preview = tagged(&[column], &[&long]);
        assert_eq!(issues(&preview.wrong), [(2, RowProblem::TextTooLong { limit_chars: 200 })]);
    }
}

#[test]
fn a_demo_of_its_own_has_no_wrong_rows() {
    for (seed, households, people) in [(1, 300, 1000), (2, 300, 1000), (3, 1, 1), (4, 50, 400), (5, 40, 40)] {
        let demo = demo_households(seed, "420703200209", households, people, today());
        let preview = check_roster(&demo_rows(&demo), today()).unwrap();
        assert_eq!(preview.wrong, [], "seed {seed}");
        assert_eq!((preview.people.len(), preview.households), (people, households));
        let odd = |issue: &&RowIssue| issue.problem != RowProblem::NumberMissing;
        assert_eq!(preview.warnings.iter().find(odd), None, "only babies without a number are odd");
    }
}

fn any_cell() -> impl Strategy<Value = RosterCell> {
    let text = prop_oneof![
        Just(String::new()),
        "\\PC{0,20}",
        "[0-9Xx０-９ .E+-]{0,20}",
        prop::sample::select(&HEADINGS[..]).prop_map(str::to_owned),
        prop::sample::select(&["人员类别", "残疾证号", "享受待遇"][..]).prop_map(str::to_owned),
        "[低保特困残疾肢体视力一二级1-4、，B金 X0-9]{0,24}",
        Just("361102195001010010".to_owned()),
        Just("户主".to_owned()),
    ];
    (text, any::<bool>(), any::<bool>()).prop_map(|(text, numeric, rounded)| RosterCell {
        text,
        numeric,
        rounded,
    })
}

fn any_rows() -> impl Strategy<Value = Vec<RosterRow>> {
    let cells = prop::collection::vec(any_cell(), 0..9);
    let row = (any::<u32>(), cells).prop_map(|(row, cells)| RosterRow { row, cells });
    prop::collection::vec(row, 0..12)
}

proptest! {
    #[test]
    fn checking_arbitrary_rows_never_panics(rows in any_rows()) {
        let _ = check_roster(&rows, today());
    }

    #[test]
    fn every_row_below_the_headings_is_accounted_for(rows in any_rows()) {
        let mut with_headings = vec![row(1, &["户号", "姓名", "身份证号", "人员类别", "残疾证号", "享受待遇", "电话", "备注"])];
        let body = rows.into_iter().enumerate();
        with_headings.extend(body.map(|(at, one)| RosterRow { row: at as u32 + 2, ..one }));
        if let Ok(preview) = check_roster(&with_headings, today()) {
            let accounted = preview.people.len() + preview.wrong_rows() + preview.skipped_rows;
            if preview.heading_row == 1 {
                prop_assert_eq!(accounted, with_headings.len() - 1);
            }
            prop_assert!(preview.wrong.iter().all(|issue| issue.problem.refuses_row()));
            prop_assert!(preview.warnings.iter().all(|issue| !issue.problem.refuses_row()));
        }
    }
}
