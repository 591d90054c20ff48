#![allow(clippy::unwrap_used)]

use super::*;
use crate::roster::RosterCell;
use proptest::prelude::*;

fn sheet(rows: &[(u32, &[&str])]) -> Vec<RosterRow> {
    let cells = |texts: &[&str]| texts.iter().map(|text| RosterCell::text(*text)).collect();
    rows.iter().map(|(row, texts)| RosterRow { row: *row, cells: cells(texts) }).collect()
}

fn area(top: u32, left: u32, bottom: u32, right: u32) -> Area {
    Area { top, left, bottom, right }
}

fn fields(form: &FormSheet) -> Vec<(u32, &str, Option<FillField>)> {
    form.columns.iter().map(|column| (column.at, column.heading.as_str(), column.field)).collect()
}

#[test]
fn a_form_of_one_heading_row_with_free_rows_and_a_foot() {
    let rows = sheet(&[
        (1, &["临江乡高龄补贴申请花名册"]),
        (2, &["填报单位（盖章）：", "", "", "", "填报日期："]),
        (3, &["序号", "姓 名*", "身份证号码（必填）", "年龄", "领取金额", "联系电话"]),
        (4, &["1"]),
        (5, &["2"]),
        (6, &[]),
        (7, &["合 计", "", "", "", "0"]),
        (8, &["填表人：", "", "审核人："]),
    ]);
    let merged = [area(1, 0, 1, 5), area(2, 0, 2, 3)];
    let form = read_form(&rows, &merged, &[1, 2, 3, 4, 5, 6, 7, 8], &BTreeMap::new()).unwrap();
    use FillField::*;
    assert_eq!(
        fields(&form),
        [
            (0, "序号", Some(Number)),
            (1, "姓名*", Some(Name)),
            (2, "身份证号码（必填）", Some(Identity)),
            (3, "年龄", Some(Age)),
            (4, "领取金额", None),
            (5, "联系电话", Some(Phone)),
        ]
    );
    assert_eq!(
        (form.heading_row, &form.people[..], &form.free[..], form.last),
        (3, &[][..], &[4, 5, 6][..], 6)
    );
    // What she chose for a heading before holds; a number in the free rows is no person.
    let known =
        BTreeMap::from([(key_of_heading("领取金额"), Some(Receives)), (key_of_heading("年龄"), None)]);
    let form = read_form(&rows, &merged, &[3, 4, 5, 6, 7], &known).unwrap();
    assert_eq!((form.columns[4].field, form.columns[4].remembered), (Some(Receives), true));
    assert_eq!((form.columns[3].field, form.columns[3].remembered), (None, true), "left as it is");
    let all = form.columns.iter().map(|column| (key_of_heading(&column.heading), None)).collect();
    assert!(
        read_form(&rows, &merged, &[3], &all).is_some(),
        "it stays a form, though nothing of it is filled"
    );
}

#[test]
fn headings_of_two_rows_tell_whose_name_is_asked_for() {
    let rows = sheet(&[
        (1, &["困难群众走访台账"]),
        (2, &["序号", "户主", "", "家庭成员", "", "监护人", "", "备注"]),
        (3, &["", "姓名", "身份证号", "姓名", "身份证号", "姓名", "电话"]),
        (4, &["1", "2", "3", "4", "5", "6", "7", "8"]),
        (5, &["", "", "", "张三"]),
    ]);
    let merged = [
        area(1, 0, 1, 7),
        area(2, 0, 3, 0),
        area(2, 1, 2, 2),
        area(2, 3, 2, 4),
        area(2, 5, 2, 6),
        area(2, 7, 3, 7),
    ];
    let form = read_form(&rows, &merged, &[], &BTreeMap::new()).unwrap();
    use FillField::*;
    assert_eq!(
        fields(&form),
        [
            (0, "序号", Some(Number)),
            (1, "户主 姓名", Some(HeadName)),
            (2, "户主 身份证号", Some(HeadIdentity)),
            (3, "家庭成员 姓名", Some(Name)),
            (4, "家庭成员 身份证号", Some(Identity)),
            (5, "监护人 姓名", None),
            (6, "监护人 电话", None),
            (7, "备注", None),
        ]
    );
    assert_eq!(
        (form.heading_row, &form.people[..]),
        (4, &[5][..]),
        "the row of numbers belongs to the headings"
    );
}

#[test]
fn a_list_of_people_an_example_and_what_stands_below() {
    let rows = sheet(&[
        (1, &["姓名", "身份证号", "备注"]),
        (2, &["示例：张三", "420703199001011234", ""]),
        (3, &["王秀兰", "420703194001011234", ""]),
        (4, &["", "", ""]),
        (5, &["李四", "", "外出"]),
        (6, &["", "", "只有备注"]),
        (7, &["说明：请于本周五前反馈"]),
        (8, &["赵六", "", ""]),
    ]);
    let form = read_form(&rows, &[], &[1, 2, 3, 4, 5, 6, 7, 8], &BTreeMap::new()).unwrap();
    assert_eq!(
        (form.heading_row, &form.people[..], &form.free[..], form.last),
        (2, &[3, 5][..], &[4, 6][..], 6)
    );
    // Nothing that is known, or one word alone: no form.
    assert_eq!(read_form(&sheet(&[(1, &["甲", "乙"]), (2, &["姓名"])]), &[], &[], &BTreeMap::new()), None);
    assert_eq!(read_form(&[], &[], &[], &BTreeMap::new()), None);
}

#[test]
fn a_column_of_names_is_a_list_with_its_heading_and_without() {
    let rows = sheet(&[(1, &["独居老人"]), (2, &["姓名"]), (3, &["王秀兰"]), (4, &["李四"])]);
    let form = read_form(&rows, &[], &[], &BTreeMap::new()).unwrap();
    assert_eq!((form.heading_row, form.people, form.free), (2, vec![3, 4], vec![]));
    let is_known = |name: &str| name == "王秀兰";
    let bare = sheet(&[(1, &["1", "王秀兰"]), (2, &["2", "李四"]), (4, &["3", "阿卜杜拉·买买提"])]);
    assert_eq!(read_form(&bare, &[], &[], &BTreeMap::new()), None);
    let list = read_list(&bare, &is_known).unwrap();
    let columns: Vec<_> = list.columns.iter().map(|column| (column.at, column.field)).collect();
    assert_eq!((list.titles, columns, list.people), (0, vec![(1, Some(FillField::Name))], vec![1, 2]));
    // By numbers alone; below a title, which is none of them.
    let numbers = sheet(&[
        (1, &["请核对下列人员"]),
        (2, &["", "11010519491231002X"]),
        (3, &["", "420703194001011234"]),
    ]);
    let list = read_list(&numbers, &is_known).unwrap();
    assert_eq!((list.titles, list.people), (1, vec![2, 3]));
    // Nobody who is known, or too few of them: anything could stand there.
    assert_eq!(read_list(&sheet(&[(1, &["李四"]), (2, &["赵六"])]), &is_known), None);
    assert_eq!(
        read_list(&sheet(&[(1, &["王秀兰"]), (2, &["土豆"]), (3, &["白菜"]), (4, &["萝卜"])]), &is_known),
        None
    );
}

#[test]
fn groups_sums_and_names_over_several_rows_end_no_list() {
    let number = "420703194001011234";
    let rows = sheet(&[
        (1, &["姓名", "身份证号", "项目", "金额"]),
        (2, &["张三", number, "低保", "1"]),
        (3, &["", "", "水费", "2"]),
        (4, &["小计", "", "", "3"]),
        (5, &["二组"]),
        (6, &["李四", number, "低保", "1"]),
        (7, &["合计", "", "", "4"]),
        (8, &["填表人：某某", "", "", ""]),
    ]);
    let merged = [area(2, 0, 3, 0), area(2, 1, 3, 1), area(5, 0, 5, 3)];
    let form = read_form(&rows, &merged, &[1, 2, 3, 4, 5, 6, 7, 8], &BTreeMap::new()).unwrap();
    assert_eq!((&form.people[..], &form.free[..], form.last), (&[2, 6][..], &[][..], 6));
}

#[test]
fn a_row_tells_who_stands_in_it_and_an_address_its_group() {
    let today = NaiveDate::from_ymd_opt(2026, 11, 28).unwrap();
    let columns = [(0, FillField::Name), (1, FillField::Identity), (2, FillField::Phone)];
    let told = |texts: &[&str]| told_person(&sheet(&[(1, texts)])[0], &columns, today);
    let whole = told(&["张　三", "11010519491231002X", "139 0000 0000"]);
    assert_eq!((whole.name.as_str(), whole.identity.is_some(), whole.problem), ("张三", true, None));
    assert_eq!(whole.phone.as_deref(), Some("13900000000"));
    assert_eq!(told(&["张三", "110105194912310000"]).problem, Some(RowProblem::NumberRounded));
    assert!(told(&["张三", "123"]).problem.is_some() && told(&["张三"]).problem.is_none());
}

#[test]
fn every_heading_asks_for_one_thing_and_columns_have_letters() {
    let mut seen = BTreeMap::new();
    for field in FillField::ALL {
        for heading in field.headings() {
            let plain = plain_heading(heading);
            // A heading that ends in a bracket is known by what stands before it.
            let found = FillField::of_heading(&plain).or(FillField::of_heading(heading));
            assert_eq!(found, Some(*field), "{heading}");
            assert_eq!(seen.insert(*heading, *field), None, "{heading} stands twice");
        }
    }
    assert_eq!([0, 25, 26, 701, 702].map(letters_of), ["A", "Z", "AA", "ZZ", "AAA"]);
}

proptest! {
    #[test]
    fn any_sheet_is_read_or_refused_and_rows_are_told_once(
        texts in proptest::collection::vec(
            proptest::collection::vec(prop_oneof![
                Just(""), Just("姓名"), Just("身份证号"), Just("1"), Just("合计"), Just("张三"), Just("户主"),
            ], 0..6), 0..12),
        merged in proptest::collection::vec((1u32..14, 0u32..6, 0u32..4, 0u32..4), 0..4),
        drawn in proptest::collection::btree_set(1u32..20, 0..20),
    ) {
        let rows: Vec<(u32, &[&str])> = (1..).zip(texts.iter().map(Vec::as_slice)).collect();
        let merged: Vec<Area> =
            merged.into_iter().map(|(top, left, down, right)| area(top, left, top + down, left + right)).collect();
        let drawn: Vec<u32> = drawn.into_iter().collect();
        if let Some(form) = read_form(&sheet(&rows), &merged, &drawn, &BTreeMap::new()) {
            let mut all = [form.people.clone(), form.free.clone()].concat();
            all.sort_unstable();
            let count = all.len();
            all.dedup();
            prop_assert_eq!(all.len(), count);
            prop_assert!(all.first().is_none_or(|first| *first > form.heading_row));
            // Further rows of somebody may follow.
            prop_assert!(form.last >= all.last().copied().unwrap_or(form.heading_row).max(form.heading_row));
            let known = form.columns.iter().filter(|column| column.field.is_some()).count();
            prop_assert!(known >= LEAST_KNOWN || (known == 1 && !form.people.is_empty()));
        }
    }
}
