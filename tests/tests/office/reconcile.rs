//! 养老认证核对 on a window: the office's list beside the certifications of the ledger.

use crate::desk::{PIN, Window, programs};
use crate::filling::{fill, open};
use crate::township::Township;
use bangban_model::clock::{Clock, SystemClock};
use bangban_sheets::{Cell, Limits, Out, read_tables, write_table};
use bangban_tests::checks::DAHU;
use bangban_tests::harness::Center;
use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

const YU: &str = "42070419480315002X";
const YU_AGAIN: &str = "420704194803150046";
const ZHANG: &str = "361102195001010010";
const STRANGER: &str = "11010519491231002X";

/// A number of nobody.
fn number(order: u32) -> String {
    let body = format!("42070419500808{order:03}");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 =
        body.chars().zip(weights).map(|(digit, weight)| digit.to_digit(10).unwrap() * weight).sum();
    let check = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][sum as usize % 11];
    format!("{body}{check}")
}

fn today() -> NaiveDate {
    SystemClock.today()
}

fn ago(days: u64) -> String {
    today().checked_sub_days(Days::new(days)).unwrap().to_string()
}

fn write(window: &Window, name: &str, headings: &[&str], rows: &[Vec<&str>]) -> String {
    let rows: Vec<Vec<Out>> =
        rows.iter().map(|row| row.iter().map(|text| Out::Text((*text).to_owned())).collect()).collect();
    let path = window.file(name);
    std::fs::write(&path, write_table("名单", headings, &rows).unwrap()).unwrap();
    window.offer(&path)
}

const HEADINGS: [&str; 5] = ["姓名", "社会保障号码", "认证状态", "认证日期", "认证方式"];

/// A window whose ledger has these people.
fn at_work(center: &Center, people: &[(&str, &str)]) -> Window {
    let window = Window::new();
    window.call("make_ledger", json!({"name": "余老师", "pin": PIN}));
    window.call("enrol", json!({"code": center.code(DAHU)}));
    let rows: Vec<Vec<&str>> = people.iter().map(|(name, number)| vec!["1", *name, *number]).collect();
    let roster = write(&window, "roster.xlsx", &["户号", "姓名", "身份证号"], &rows);
    window.call("import_roster", json!({"file": roster, "village": null}));
    window
}

/// A certification filled in and not submitted.
fn draft(window: &Window, number: &str, result: &str, day: &str) -> Value {
    let case = open(window, "PENSION_CERT", &window.person(number))["row"]["id"].clone();
    let said = [
        ("result", result),
        ("cert_date", day),
        ("method", "visit"),
        ("met_in_person", "yes"),
        ("basis", "in_person"),
        ("receipt_number", "RZ20260305"),
    ];
    fill(window, &case, &said);
    case
}

fn certify(window: &Window, number: &str, result: &str, day: &str) -> Value {
    let case = draft(window, number, result, day);
    if result == "passed" {
        let answers = json!({"/data/help/receipt_number": "RZ20260305"});
        window.call("answer_case", json!({"case": case, "answers": answers}));
    }
    window.call("submit_case", json!({"case": case}));
    case
}

fn compared(window: &Window, list: &str) -> Value {
    window.call("reconcile_list", json!({"file": list, "from": ago(60), "to": today()}))
}

/// Each kind with what exactly does not fit, and of whom.
fn kinds(view: &Value) -> Vec<(Value, Value, Value)> {
    let lines = view["lines"].as_array().unwrap().iter();
    lines.map(|line| (line["kind"].clone(), line["why"].clone(), line["name"].clone())).collect()
}

fn kind(kind: &str, why: Option<&str>, name: &str) -> (Value, Value, Value) {
    (json!(kind), json!(why), json!(name))
}

/// What a workbook holds, row by row.
fn texts(path: &std::path::Path) -> Vec<Vec<String>> {
    let tables = read_tables(&std::fs::read(path).unwrap(), &Limits::default()).unwrap();
    tables[0].rows.iter().map(|row| row.cells.iter().map(Cell::as_plain_text).collect()).collect()
}

#[test]
fn everybody_on_either_side_is_told_by_how_the_two_stand() {
    let center = Center::start(&programs());
    let names =
        ["都已认证", "仅我方认证", "名单没有", "仅名单有", "日期不同", "我方未过", "还没认证", "都没认证"];
    let numbers: Vec<String> = (1..).take(names.len()).map(number).collect();
    let people: Vec<(&str, &str)> = names.iter().copied().zip(numbers.iter().map(String::as_str)).collect();
    let window = at_work(&center, &people);
    let of = |name: &str| people.iter().find(|(known, _)| *known == name).unwrap().1;
    certify(&window, of("都已认证"), "passed", &ago(10));
    let only = certify(&window, of("仅我方认证"), "passed", &ago(5));
    certify(&window, of("名单没有"), "pending", &ago(5));
    certify(&window, of("日期不同"), "passed", &ago(20));
    certify(&window, of("我方未过"), "not_passed", &ago(9));
    certify(&window, of("都没认证"), "unreachable", &ago(9));
    // Neither what is not submitted counts, nor what lies outside of the time.
    draft(&window, of("还没认证"), "passed", &ago(3));
    certify(&window, of("仅名单有"), "passed", &ago(61));
    let (eight, four) = (ago(8), ago(4));
    let list = write(
        &window,
        "list.xlsx",
        &HEADINGS,
        &[
            vec!["都已认证", of("都已认证"), "已认证", &eight, "掌上12333"],
            vec!["仅我方认证", of("仅我方认证"), "未认证", "", ""],
            vec!["仅名单有", of("仅名单有"), "认证通过", &four, "窗口"],
            vec!["日期不同", of("日期不同"), "已认证", &four, ""],
            vec!["我方未过", of("我方未过"), "已认证", &eight, ""],
            vec!["还没认证", of("还没认证"), "待认证", "—", ""],
            vec!["都没认证", of("都没认证"), "逾期", "", ""],
            vec!["某某", STRANGER, "已认证", &eight, ""],
            vec!["错号", "361102", "已认证", &eight, ""],
            vec!["错状态", ZHANG, "不详", &eight, ""],
        ],
    );
    let before = window.call("sync_state", json!({}));
    let view = compared(&window, &list);
    assert_eq!(
        kinds(&view),
        [
            kind("only_ours", Some("list_says_not"), "仅我方认证"),
            kind("only_ours", Some("not_listed"), "名单没有"),
            kind("only_theirs", None, "仅名单有"),
            kind("differing", Some("days_differ"), "日期不同"),
            kind("differing", Some("result_differs"), "我方未过"),
            kind("not_yet", None, "还没认证"),
            kind("agree", None, "都已认证"),
            kind("agree", None, "都没认证"),
        ]
    );
    assert_eq!(
        view["counts"],
        json!({"only_ours": 2, "only_theirs": 1, "differing": 2, "not_yet": 1, "agree": 2, "unknown": 1})
    );
    assert_eq!((&view["rows"], &view["wrong"], &view["unknown_rows"]), (&json!(10), &json!(2), &json!([9])));
    assert_eq!((&view["more"], &view["file_name"]), (&json!(false), &json!("list.xlsx")));
    let problems = view["problems"].as_array().unwrap().iter().map(|one| {
        (one["row"].clone(), one["column"].clone(), one["problem"].clone(), one["warning"].clone())
    });
    let problem = |row, column: &str, what: &str| (json!(row), json!(column), json!(what), json!(false));
    assert_eq!(
        problems.collect::<Vec<_>>(),
        [problem(10, "身份证号", "number_length"), problem(11, "认证状态", "status_unknown")]
    );
    let line = &view["lines"][0];
    assert_eq!((&line["case"], &line["our_day"]), (&only, &json!(ago(5))));
    assert_eq!((&line["our_result"], &line["our_method"]), (&json!("系统显示认证成功"), &json!("上门")));
    assert_eq!((&line["their_status"], &line["their_day"]), (&json!("not_certified"), &json!(null)));
    assert_eq!((&line["our_receipt"], &line["row"]), (&json!("RZ20260305"), &json!(3)));
    assert!(!line["village"].as_str().unwrap().is_empty());
    let text = view.to_string();
    assert!(numbers.iter().all(|number| !text.contains(number)) && !text.contains("某某"), "masked");
    assert_eq!(window.call("sync_state", json!({})), before, "nothing is written");
    let reversed = json!({"file": list, "from": today(), "to": ago(60)});
    assert_eq!(window.refused("reconcile_list", reversed), "bad_input");
}

#[test]
fn what_was_compared_goes_into_a_workbook_with_numbers_masked() {
    let center = Center::start(&programs());
    let window = at_work(&center, &[("余桂英", YU), ("张三", ZHANG)]);
    certify(&window, YU, "passed", &ago(20));
    let four = ago(4);
    let rows = [vec!["余桂英", YU, "已认证", &four, ""], vec!["张三", ZHANG, "未认证", "", ""]];
    let list = write(&window, "list.xlsx", &HEADINGS, &rows);
    let headings = [
        "序号",
        "类别",
        "姓名",
        "身份证号",
        "村",
        "我方日期",
        "我方方式",
        "我方结果",
        "名单状态",
        "名单日期",
        "说明",
    ];
    let path = window.file("compared.xlsx");
    let order = |headings: &[&str], kinds: Value| {
        let words = json!({
            "kind.differing": "不一致", "kind.not_yet": "待认证", "status.certified": "已认证",
            "status.not_certified": "未认证", "why.days_differ": "日期相差{n}天", "receipt": "回执号{number}",
        });
        let what = json!({"headings": headings, "words": words, "kinds": kinds, "sheet": "养老认证核对"});
        json!({"file": list, "from": ago(60), "to": today(), "to_file": window.offer(&path), "what": what})
    };
    assert_eq!(window.call("export_reconciled", order(&headings, json!([])))["rows"], 2);
    let (twenty, written) = (ago(20), texts(&path));
    assert_eq!(written[0], headings);
    let village = written[1][4].clone();
    assert!(!village.is_empty());
    let expected = [
        "1",
        "不一致",
        "余桂英",
        "4207**********002X",
        &village,
        &twenty,
        "上门",
        "系统显示认证成功",
        "已认证",
        &four,
        "日期相差16天；回执号RZ20260305",
    ];
    assert_eq!(written[1], expected);
    assert_eq!(&written[2][1..4], ["待认证", "张三", "3611**********0010"]);
    assert_eq!(window.call("export_reconciled", order(&headings, json!(["not_yet"])))["rows"], 1);
    assert_eq!(texts(&path)[1][2], "张三");
    assert_eq!(window.refused("export_reconciled", order(&headings[1..], json!([]))), "bad_input");
}

#[test]
fn a_list_that_is_none_says_what_it_lacks() {
    let center = Center::start(&programs());
    let window = at_work(&center, &[("余桂英", YU)]);
    let ask = |list: &str| json!({"file": list, "from": ago(60), "to": today()});
    let broken = window.file("broken.xlsx");
    std::fs::write(&broken, b"PK\x03\x04 no workbook").unwrap();
    assert_eq!(window.refused("reconcile_list", ask(&window.offer(&broken))), "not_a_workbook");
    let lacking =
        write(&window, "lacking.xlsx", &["姓名", "身份证号", "认证日期"], &[vec!["余桂英", YU, ""]]);
    let problem = window.ask("reconcile_list", ask(&lacking)).unwrap_err();
    assert_eq!(
        (problem.code.as_str(), &problem.facts["missing"]),
        ("certified_headings", &json!(["认证状态"]))
    );
    let empty = write(&window, "empty.xlsx", &HEADINGS, &[]);
    assert_eq!(window.refused("reconcile_list", ask(&empty)), "certified_headings");
    assert_eq!(window.refused("reconcile_list", ask("0192f0c1-2345-7abc-8def-0123456789ab")), "file_unknown");
}

#[test]
fn e5_a_joined_person_is_one_whichever_number_the_list_has() {
    let center = Center::start(&programs());
    // Her number is that of the record that stays, or that of the other one.
    for from_same in [json!([]), json!(["id_number"])] {
        let window = at_work(&center, &[("余桂英", YU), ("余桂英", YU_AGAIN)]);
        let mut records = [YU, YU_AGAIN].map(|number| (window.person(number), number));
        records.sort();
        let [(stays, first), (gone, second)] = records;
        let (five, forty) = (ago(5), ago(40));
        let cases = [certify(&window, first, "passed", &forty), certify(&window, second, "passed", &five)];
        window.call("join_people", json!({"one": stays, "same": gone, "from_same": from_same}));
        let (number, former) = if from_same == json!([]) { (first, second) } else { (second, first) };
        let old = vec!["余桂英", former, "未认证", "", ""];
        for (day, case) in [&forty, &five].into_iter().zip(&cases) {
            let new = vec!["余桂英", number, "已认证", day, ""];
            for rows in [vec![new.clone()], vec![old.clone(), new]] {
                let view = compared(&window, &write(&window, "list.xlsx", &HEADINGS, &rows));
                assert_eq!(kinds(&view), [kind("agree", None, "余桂英")], "{from_same}");
                let line = &view["lines"][0];
                assert_eq!((&line["person"], &line["case"]), (&json!(stays), case));
                assert_eq!(line["id_masked"], format!("{}**********{}", &number[..4], &number[14..]));
            }
        }
        // Her former number alone leads to her as well.
        let view = compared(&window, &write(&window, "old.xlsx", &HEADINGS, &[old]));
        assert_eq!(kinds(&view), [kind("only_ours", Some("list_says_not"), "余桂英")]);
        assert_eq!(view["counts"]["unknown"], 0);
    }
}

#[test]
fn what_the_township_refused_is_no_certification() {
    let center = Center::start(&programs());
    let township = Township::of(&center);
    let window = at_work(&center, &[("余桂英", YU)]);
    let case = certify(&window, YU, "passed", &ago(5));
    let list = write(&window, "list.xlsx", &HEADINGS, &[vec!["余桂英", YU, "未认证", "", ""]]);
    assert_eq!(kinds(&compared(&window, &list))[0].0, json!("only_ours"));
    window.report();
    township.import();
    township.accept(&case);
    township.confirm(&case, "refused");
    window.report();
    assert_eq!(kinds(&compared(&window, &list)), [kind("not_yet", None, "余桂英")]);
}
