//! Tests of the roster on a real ledger. All persons are fictitious.

use super::*;
use crate::bench::{Bench, bench, texts, village, workbook};
use crate::screen::roster::view_of;

const HEADINGS: [&str; 6] = ["户号", "姓名", "身份证号", "人员类别", "残疾证号", "享受待遇"];
const YU: &str = "42070419480315002X";
const ZHANG: &str = "361102195001010010";

fn import(bench: &Bench, headings: &[&str], rows: &[&[&str]]) -> RosterImported {
    let rows: Vec<Vec<Out>> = rows.iter().map(|cells| texts(cells)).collect();
    let preview = preview_roster(&bench.desk, &workbook(headings, &rows)).unwrap();
    import_roster(&bench.desk, &preview, &village(), &Job::quiet()).unwrap()
}

fn tags(document: &Document) -> [&str; 5] {
    ["categories", "disability_category", "disability_level", "disability_card", "receives"]
        .map(|path| document.text(path))
}

#[test]
fn categories_a_disability_and_benefits_become_fields_of_the_resident() {
    let bench = bench();
    let card = format!("{YU}42");
    let imported = import(
        &bench,
        &HEADINGS,
        &[
            &["1", "余桂英", YU, "独居老人、低保户", &card, "养老金，高龄津贴"],
            &["2", "张三", ZHANG, "", "视力", ""],
        ],
    );
    assert_eq!((imported.added, imported.wrong_rows), (2, 0));
    let expected = ["dibao elderly alone", "4", "2", &card, "GAOLING PENSION_CERT"];
    assert_eq!(tags(&bench.resident(YU)), expected);
    let zhang = bench.resident(ZHANG);
    assert_eq!(tags(&zhang), ["", "1", "", "", ""]);
    assert_eq!(zhang.value("categories"), None, "an empty cell writes no field");
}

#[test]
fn an_empty_cell_or_a_column_that_is_not_there_erases_nothing() {
    let bench = bench();
    let card = format!("{YU}42");
    import(&bench, &HEADINGS, &[&["1", "余桂英", YU, "低保、残疾", &card, "低保金"]]);
    let (stood, entries) = (bench.resident(YU), bench.entries());
    let again = import(&bench, &HEADINGS, &[&["1", "余桂英", YU, "", "无", "—"]]);
    assert_eq!((again.unchanged, again.changed), (1, 0));
    import(&bench, &HEADINGS[..3], &[&["1", "余桂英", YU]]);
    // The same in other words and another order is the same.
    import(&bench, &HEADINGS, &[&["1", "余桂英", YU, "残疾人;低保户", "肢体二级", "最低生活保障"]]);
    assert_eq!(bench.entries(), entries, "nothing was written");
    assert_eq!(bench.resident(YU), stood);
    let changed = import(&bench, &HEADINGS, &[&["1", "余桂英", YU, "特困", "", ""]]);
    assert_eq!(changed.changed, 1);
    assert_eq!(tags(&bench.resident(YU)), ["tekun", "4", "2", &card, "DIBAO"]);
}

#[test]
fn the_preview_counts_right_and_lists_the_new_columns() {
    let rows = [
        texts(&["1", "余桂英", YU, "低保、老党员", "肢体二级", "低保金"]),
        texts(&["1", "某人", "361102195001010011", "低保", "", ""]),
        texts(&["2", "张三", ZHANG, "", "", "退休金"]),
    ];
    let bench = bench();
    let preview = preview_roster(&bench.desk, &workbook(&HEADINGS, &rows)).unwrap();
    let (seat, _folder) = bench.seat();
    let view = view_of(&seat, &preview, "a.xlsx".into());
    assert_eq!((view.rows, view.good, view.wrong, view.households), (3, 2, 1, 2));
    assert_eq!(view.columns, ["户号", "姓名", "身份证号", "人员类别", "残疾证号", "享受待遇"]);
    let problems: Vec<_> =
        view.problems.iter().map(|one| (one.row, one.column.as_str(), one.problem.as_str())).collect();
    let expected = [
        (3, "身份证号", "check_digit"),
        (2, "人员类别", "category_unknown"),
        (4, "享受待遇", "benefit_unknown"),
    ];
    assert_eq!(problems, expected);
    let line = &view.people[0];
    assert_eq!((line.categories.as_slice(), line.receives.len()), (&["dibao".to_owned()][..], 1));
    assert_eq!((line.disability_category, line.disability_level), (Some(4), Some(2)));
    assert_eq!(line.receives, [seat.item_name("DIBAO")]);
    assert_ne!(line.receives, ["DIBAO"], "an item is named as people call it");
}

#[test]
fn who_of_a_sheet_may_be_somebody_else_is_told_before_anything_is_written() {
    let bench = bench();
    let headings = &HEADINGS[..3];
    let (same_day, later) = ("420704194203150042", "420704195003150026");
    import(&bench, headings, &[&["1", "余桂英", "420704194203150026"], &["9", "王大山", ""]]);
    let entries = bench.entries();
    let rows: [&[&str]; 5] = [
        // She is known by her number, and no double of herself.
        &["1", "余桂英", "420704194203150026"],
        // The same name and day of birth by another number, in another household.
        &["2", "余桂英", same_day],
        // A name that sounds alike in a household of the sheet.
        &["3", "张小红", later],
        &["3", "张晓红", ""],
        // The name of somebody of whom no number is known.
        &["4", "王大山", "420704196003150020"],
    ];
    let rows: Vec<_> = rows.iter().map(|row| texts(row)).collect();
    let preview = preview_roster(&bench.desk, &workbook(headings, &rows)).unwrap();
    assert_eq!(preview.people.len(), 5, "{:?}", preview.wrong.len());
    let found = doubles_of_sheet(&bench.desk, &preview, &village()).unwrap();
    let of_ledger = |double: &SheetDouble| matches!(double.other, SheetOther::Person(_));
    let told: Vec<_> = found.iter().map(|double| (double.one, of_ledger(double), double.by)).collect();
    assert_eq!(
        told,
        [
            (0, false, AlikeBy::NameAndBirth),
            (2, false, AlikeBy::SoundInHousehold),
            (4, true, AlikeBy::NameAlone),
        ]
    );
    assert_eq!(bench.entries(), entries, "nothing was written");
    let imported = import_roster(&bench.desk, &preview, &village(), &Job::quiet()).unwrap();
    assert_eq!((imported.added, imported.unchanged), (4, 1), "it goes on all the same; nobody is joined");
}
