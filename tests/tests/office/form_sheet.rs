//! 填表助手: a form from above is filled from the ledger with its layout kept, and a list of names comes back annotated.

use crate::desk::{PIN, Window, programs};
use bangban_model::form_sheet::Area;
use bangban_sheets::{Cell, Limits, Out, Table, read_layouts, read_tables, write_table};
use bangban_tests::checks::DAHU;
use bangban_tests::harness::{Center, Village};
use rust_xlsxwriter::{Format, FormatBorder, Formula, Workbook};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn words() -> Value {
    json!({
        "standing.ours": "本村", "standing.away": "外出", "standing.dead": "死亡待核", "standing.differs": "不符",
        "standing.several": "重名", "standing.unknown": "查无此人", "differing.name": "姓名与身份证号不一致",
        "differing.identity": "身份证号与姓名不一致", "differing.identity_wrong": "身份证号有误",
        "differing.identity_rounded": "身份证号末位丢失", "differing.phone": "电话不一致",
        "certified.yes": "已认证 {day}", "certified.no": "未认证", "away_since": "{day}走访时外出", "why.several": "有几位同名", "why.dead": "有死亡登记",
    })
}

/// A form: a title, who reports, headings of two rows, two free rows, a sum, who filled it in.
fn form(window: &Window) -> PathBuf {
    let mut workbook = Workbook::new();
    let line = Format::new().set_border(FormatBorder::Thin);
    let sheet = workbook.add_worksheet();
    sheet.set_name("高龄").unwrap();
    sheet.merge_range(0, 0, 0, 6, "临江乡高龄老人花名册", &Format::new().set_bold()).unwrap();
    for (column, heading) in [(0, "序号"), (1, "姓名"), (2, "身份证号码"), (3, "年龄"), (6, "补贴金额")]
    {
        sheet.merge_range(1, column, 2, column, heading, &line).unwrap();
    }
    sheet.merge_range(1, 4, 1, 5, "户主", &line).unwrap();
    sheet.write_with_format(2, 4, "姓名", &line).unwrap();
    sheet.write_with_format(2, 5, "身份证号", &line).unwrap();
    for row in 3..5 {
        for column in 0..7 {
            sheet.write_blank(row, column, &line).unwrap();
        }
    }
    sheet.write_with_format(5, 0, "合计", &line).unwrap();
    sheet.write_formula_with_format(5, 6, Formula::new("=SUM(G4:G5)"), &line).unwrap();
    sheet.merge_range(6, 0, 6, 6, "填表人：        审核人：", &line).unwrap();
    let path = window.file("form.xlsx");
    workbook.save(&path).unwrap();
    path
}

fn read(path: &Path) -> Vec<Table> {
    read_tables(&std::fs::read(path).unwrap(), &Limits::default()).unwrap()
}

fn text(table: &Table, row: usize, column: usize) -> String {
    table.rows[row - 1].cells.get(column).map(Cell::as_plain_text).unwrap_or_default()
}

fn columns_of(view: &Value) -> Value {
    let columns = view["columns"].as_array().unwrap().iter();
    columns.map(|one| json!({"at": one["at"], "heading": one["heading"], "field": one["field"]})).collect()
}

#[test]
fn a_form_from_above_is_filled_from_a_filter_and_its_layout_survives() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let form = form(&window);
    let file = window.offer(&form);
    let view = window.call("read_form_sheet", json!({"file": file, "sheet": null}));
    assert_eq!((&view["sheet"], &view["people"], &view["free"]), (&json!("高龄"), &json!(0), &json!(2)));
    let asked: Vec<&Value> =
        view["columns"].as_array().unwrap().iter().map(|column| &column["field"]).collect();
    let fields =
        ["number", "name", "identity", "age", "head_name", "head_identity"].map(|field| json!(field));
    assert_eq!(asked[..6], fields.iter().collect::<Vec<_>>()[..]);
    assert_eq!(asked[6], &Value::Null);

    let who = json!({"by": "filter", "text": "", "village": null, "age_from": 60, "age_to": null, "sex": null,
        "category": null, "receives": null, "heads": false});
    let found = window.call("find_who", json!({"who": who}));
    let people: Vec<Value> =
        found["people"].as_array().unwrap().iter().map(|row| row["person"]["id"].clone()).collect();
    assert!(people.len() > 4, "{} are of 60 and more", people.len());
    assert!(
        found["people"].as_array().unwrap().iter().all(|row| row["person"]["age"].as_u64().unwrap() >= 60)
    );
    let mut columns = columns_of(&view);
    columns[6]["field"] = json!("phone");
    let order = json!({"sheet": "高龄", "columns": columns, "people": people, "complete": false, "annotate": null, "words": words()});
    let to = window.file("filled.xlsx");
    let written =
        window.call("write_form_sheet", json!({"file": file, "order": order, "to_file": window.offer(&to)}));
    let count = people.len();
    assert_eq!((&written["filled"], &written["added"]), (&json!(count), &json!(count - 2)));

    let table = &read(&to)[0];
    let elder = &village.household.elder;
    let row = (4..4 + count).find(|row| text(table, *row, 1) == elder.name).expect("she stands in it");
    assert_eq!(text(table, row, 2), elder.number.as_str());
    assert_eq!(text(table, 4 + count - 1, 0), count.to_string(), "numbered through");
    assert_eq!(text(table, 4 + count, 0), "合计");
    let merged = read_layouts(&std::fs::read(&to).unwrap(), &Limits::default()).unwrap()[0].merged.clone();
    let foot = 5 + count as u32;
    assert!(
        merged.contains(&Area { top: foot, left: 0, bottom: foot, right: 6 }),
        "the foot is one cell still"
    );
    assert!(merged.contains(&Area { top: 2, left: 4, bottom: 2, right: 5 }), "and the headings as they were");

    // A form that was dropped is read like one that was chosen, from memory; it is gone with the sign-out.
    let bytes = data_encoding::BASE64.encode(&std::fs::read(&form).unwrap());
    let dropped = window.call("offer_file", json!({"name": "C:\\表\\form.xlsx", "bytes": bytes}));
    assert_eq!(dropped["name"], "form.xlsx");
    let read = window.call("read_form_sheet", json!({"file": dropped["token"], "sheet": null}));
    assert_eq!((&read["file_name"], &read["free"]), (&json!("form.xlsx"), &json!(2)));
    let large = data_encoding::BASE64.encode(&vec![0; (16 << 20) + 1]);
    assert_eq!(window.refused("offer_file", json!({"name": "a.xlsx", "bytes": large})), "file_too_large");
    window.call("sign_out", json!({}));
    window.call("sign_in", json!({"pin": crate::desk::PIN}));
    assert_eq!(
        window.refused("read_form_sheet", json!({"file": dropped["token"], "sheet": null})),
        "file_unknown"
    );
    let file = window.offer(&form);

    // What she chose is known the next time.
    let again = window.call("read_form_sheet", json!({"file": file, "sheet": null}));
    let phone = &again["columns"][6];
    assert_eq!((&phone["field"], &phone["remembered"]), (&json!("phone"), &json!(true)));
}

#[test]
fn a_list_of_names_comes_back_with_how_everybody_stands() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let elder = &village.household.elder;
    let other =
        village.people.iter().find(|one| one.number != elder.number && !one.number.is_empty()).unwrap();
    let household = window.call("show_person", json!({"person": window.person(&elder.number)}))["household"]
        ["id"]
        .clone();
    let visit = window.call("start_visit", json!({"household": household}))["visit"]["id"].clone();
    window.call("record_visit", json!({"visit": visit, "notes": {"result": "away"}}));
    // One that was only begun later says nothing of where they are.
    window.call("start_visit", json!({"household": household}));

    let text_of = |text: &str| Out::Text(text.to_owned());
    let rows = vec![
        vec![text_of(&elder.name), text_of(&elder.number), Out::Empty],
        vec![text_of("查无此"), text_of("11010519491231002X"), Out::Empty],
        vec![text_of("别的名"), text_of(&elder.number), Out::Empty],
        vec![text_of(&elder.name), Out::Number(4.207030e17), Out::Empty],
        vec![text_of(&other.name), text_of(&other.number), Out::Empty],
    ];
    let list = window.file("names.xlsx");
    std::fs::write(&list, write_table("名单", &["姓名", "身份证号", "年龄"], &rows).unwrap()).unwrap();
    let file = window.offer(&list);
    let view = window.call("read_form_sheet", json!({"file": file, "sheet": "名单"}));
    assert_eq!(view["people"], 5);
    let columns = columns_of(&view);
    let told = window.call("check_list", json!({"file": file, "sheet": "名单", "columns": columns}));
    let standing = |row: u64| {
        let rows = told["rows"].as_array().unwrap();
        let found = rows.iter().find(|one| one["row"] == row).unwrap();
        (found["standing"].as_str().unwrap().to_owned(), found["differing"].clone())
    };
    assert_eq!(standing(2), ("away".to_owned(), json!([])));
    assert_eq!(standing(3), ("unknown".to_owned(), json!([])));
    assert_eq!(standing(4), ("differs".to_owned(), json!(["name"])));
    assert_eq!(standing(5).1, json!(["identity_rounded"]), "its last digits are lost");
    assert!(!told.to_string().contains(elder.number.as_str()), "numbers are masked");
    let differing =
        told["rows"].as_array().unwrap().iter().find(|one| one["differing"] == json!(["identity"]));
    assert!(differing.is_none_or(|one| one["certified_on"].is_null()), "of a namesake nothing is said");

    let order = json!({"sheet": "名单", "columns": columns, "people": [], "complete": true,
        "annotate": ["核对结果", "养老认证", "说明"], "words": words()});
    let to = window.file("told.xlsx");
    let written =
        window.call("write_form_sheet", json!({"file": file, "order": order, "to_file": window.offer(&to)}));
    assert_eq!(written["annotated"], 5);
    let table = &read(&to)[0];
    let row = |row: usize| (2..6).map(|column| text(table, row, column)).collect::<Vec<_>>();
    assert_eq!(row(1)[1..], ["核对结果", "养老认证", "说明"]);
    assert_eq!(row(2)[1..3], ["外出", "未认证"]);
    assert!(row(2)[3].ends_with("走访时外出"), "{:?}", row(2));
    assert!(row(2)[0].parse::<u32>().unwrap() >= 60, "the blank age was filled in");
    assert_eq!(row(3)[1..], ["查无此人", "", ""]);
    // Whose number it is is away: that stands beside it, and nothing of hers is filled in under another name.
    let why = format!("姓名与身份证号不一致；{}", row(2)[3]);
    assert_eq!((row(4)[0].as_str(), row(4)[1].as_str(), row(4)[3].as_str()), ("", "不符", why.as_str()));
}

#[test]
fn what_cannot_be_filled_is_refused_and_says_why() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let refused = |name: &str, bytes: &[u8]| {
        let path = window.file(name);
        std::fs::write(&path, bytes).unwrap();
        window.refused("read_form_sheet", json!({"file": window.offer(&path), "sheet": null}))
    };
    assert_eq!(refused("picture.xlsx", b"\x89PNG"), "not_a_workbook");
    let other = write_table("一", &["甲", "乙"], &[vec![Out::Text("丙".into())]]).unwrap();
    assert_eq!(refused("other.xlsx", &other), "form_no_headings");
    let form = form(&window);
    let half = std::fs::read(&form).unwrap();
    assert_eq!(refused("half.xlsx", &half[..half.len() / 2]), "not_a_workbook");
    let nothing = json!({"sheet": "高龄", "columns": [], "people": [], "complete": false, "annotate": null, "words": {}});
    let to = window.file("never.xlsx");
    let asked = json!({"file": window.offer(&form), "order": nothing, "to_file": window.offer(&to)});
    assert_eq!(window.refused("write_form_sheet", asked), "bad_input");
    assert!(!to.exists());
    // A message of the chat group: names, numbers and phones become people.
    let elder = &village.household.elder;
    let message = format!("明天请这几位到村委会：{}；{}；王没来", elder.name, elder.number);
    let found = window.call("find_who", json!({"who": {"by": "pasted", "text": message}}));
    assert_eq!(found["people"][0]["person"]["name"], elder.name.as_str());
    assert_eq!(found["unknown"], json!(["王没来"]));
}

#[test]
fn a_form_of_an_old_program_is_filled_in_its_free_rows() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let form = window.file("survey.xls");
    std::fs::write(&form, include_bytes!("../../../data/sheets/survey.xls")).unwrap();
    let file = window.offer(&form);
    let view = window.call("read_form_sheet", json!({"file": file, "sheet": null}));
    assert_eq!(
        (&view["layout_lost"], &view["heading_row"], &view["people"]),
        (&json!(true), &json!(3), &json!(2))
    );
    let person = window.person(&village.household.elder.number);
    let order = json!({"sheet": "独居老人", "columns": columns_of(&view), "people": [person], "complete": false,
        "annotate": null, "words": words()});
    let to = window.file("survey.xlsx");
    let written =
        window.call("write_form_sheet", json!({"file": file, "order": order, "to_file": window.offer(&to)}));
    assert_eq!((&written["filled"], &written["added"]), (&json!(1), &json!(0)), "{written}");
    let table = &read(&to)[0];
    assert_eq!(text(table, 6, 1), village.household.elder.name, "in the first free row");
    assert_eq!((text(table, 4, 1), text(table, 10, 0)), ("张三".to_owned(), "合计".to_owned()));
    let merged = &read_layouts(&std::fs::read(&to).unwrap(), &Limits::default()).unwrap()[0].merged;
    assert!(merged.contains(&Area { top: 1, left: 0, bottom: 1, right: 5 }), "the title is one cell still");
}

#[test]
fn a_bare_list_of_names_comes_back_annotated_whatever_it_came_in() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let elder = &village.household.elder;
    // Names alone, one column with its heading, without any, a pasted message, and other programs' tables.
    let bare = |heading: &[&str]| {
        let rows: Vec<Vec<Out>> =
            [elder.name.as_str(), "王没来"].iter().map(|name| vec![Out::Text((*name).to_owned())]).collect();
        let (heading, rows) = match heading {
            [] => (elder.name.as_str(), rows[1..].to_vec()),
            [heading, ..] => (*heading, rows),
        };
        write_table("名单", &[heading], &rows).unwrap()
    };
    let csv = format!("独居老人名单\n姓名,身份证号\n{},{}\n王没来,\n", elder.name, elder.number);
    let files: [(&str, Vec<u8>, bool, u32); 4] = [
        ("one.xlsx", bare(&["姓名"]), false, 1),
        ("none.xlsx", bare(&[]), false, 0),
        ("list.csv", csv.into_bytes(), true, 2),
        ("names.csv", format!("1,{}\n2,王没来\n", elder.name).into_bytes(), true, 0),
    ];
    let mut tokens = Vec::new();
    for (name, bytes, lost, heading) in files {
        let path = window.file(name);
        std::fs::write(&path, bytes).unwrap();
        tokens.push((window.offer(&path), lost, heading));
    }
    let pasted = format!("明天请这几位到村委会：{}；王没来", elder.name);
    let headings = ["姓名", "身份证号", "联系电话"];
    let list = window.call("list_of_pasted", json!({"text": pasted, "name": "名单", "headings": headings}));
    tokens.push((list["token"].as_str().unwrap().to_owned(), false, 1));
    let nobody = json!({"text": "谢谢", "name": "名单", "headings": headings});
    assert_eq!(window.refused("list_of_pasted", nobody), "form_no_headings");
    for (at, (file, lost, heading)) in tokens.into_iter().enumerate() {
        let read = window.call("read_form_sheet", json!({"file": file, "sheet": null}));
        assert_eq!((&read["layout_lost"], &read["people"]), (&json!(lost), &json!(2)), "{at}");
        assert_eq!(read["heading_row"], heading, "{at}");
        let columns = &read["columns"];
        let told =
            window.call("check_list", json!({"file": file, "sheet": read["sheet"], "columns": columns}));
        let mut standing: Vec<&str> =
            told["rows"].as_array().unwrap().iter().map(|row| row["standing"].as_str().unwrap()).collect();
        standing.sort_unstable();
        assert_eq!(standing, ["ours", "unknown"], "{at}");
        let order = json!({"sheet": read["sheet"], "columns": columns, "people": [], "complete": false,
            "annotate": ["核对结果", "养老认证", "说明"], "words": words()});
        let to = window.file(&format!("told{at}.xlsx"));
        let to_file = window.offer(&to);
        let written =
            window.call("write_form_sheet", json!({"file": file, "order": order, "to_file": to_file}));
        assert_eq!(written["annotated"], 2, "{at}");
        let table = &read_first(&to);
        let all: String =
            table.rows.iter().flat_map(|row| &row.cells).map(|cell| cell.as_plain_text() + "|").collect();
        assert!(all.contains("本村") && all.contains("查无此人") && all.contains("王没来"), "{at}");
        assert_eq!(all.contains("核对结果"), heading > 0, "{at}");
    }
}

fn read_first(path: &std::path::Path) -> bangban_sheets::Table {
    read(path).remove(0)
}

#[test]
fn a_sheet_that_asks_for_causes_and_labour_is_filled_from_the_register() {
    let center = Center::start(&programs());
    let window = Window::new();
    window.call("make_ledger", json!({"name": "余老师", "pin": PIN}));
    window.call("enrol", json!({"code": center.code(DAHU)}));
    let (one, other) = ("420704194203150026", "420704194203150042");
    let rows = [["1", "余桂英", one, "低保、老年"], ["1", "余小满", other, "老年"]];
    let rows: Vec<Vec<Out>> =
        rows.iter().map(|row| row.iter().map(|text| Out::Text((*text).to_owned())).collect()).collect();
    let roster = window.file("roster.xlsx");
    std::fs::write(&roster, write_table("花名册", &["户号", "姓名", "身份证号", "人员类别"], &rows).unwrap())
        .unwrap();
    window.call("import_roster", json!({"file": window.offer(&roster), "village": null}));
    let (one, other) = (window.person(one), window.person(other));

    let headings =
        ["姓名", "身份证号", "人员类别", "致困原因", "劳动能力", "主要收入来源", "住房情况", "家庭年收入"];
    let mut workbook = Workbook::new();
    let line = Format::new().set_border(FormatBorder::Thin);
    let sheet = workbook.add_worksheet();
    for (column, heading) in headings.iter().enumerate() {
        sheet.write_with_format(0, column as u16, *heading, &line).unwrap();
        for row in 1..3 {
            sheet.write_blank(row, column as u16, &line).unwrap();
        }
    }
    let form = window.file("hardship.xlsx");
    workbook.save(&form).unwrap();
    let file = window.offer(&form);
    let view = window.call("read_form_sheet", json!({"file": file, "sheet": null}));
    let asked: Vec<&str> = view["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|column| column["field"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(
        asked,
        ["name", "identity", "categories", "causes", "labour", "income", "housing", "year_income"]
    );

    let mut words = words();
    (words["category.dibao"], words["category.elderly"]) = (json!("低保"), json!("老年"));
    let order = json!({"sheet": view["sheet"], "columns": columns_of(&view), "people": [one, other], "complete": false,
        "annotate": null, "words": words});
    let filled = |name: &str| -> Vec<Vec<String>> {
        let to = window.file(name);
        window.call("write_form_sheet", json!({"file": file, "order": order, "to_file": window.offer(&to)}));
        let table = read(&to).remove(0);
        (2..4).map(|row| (2..8).map(|column| text(&table, row, column)).collect()).collect()
    };
    assert_eq!(filled("before.xlsx"), [["低保、老年", "", "", "", "", ""], ["老年", "", "", "", "", ""]]);

    let write = |day: &str, causes: &str, until: &str| {
        let begun = window.call("begin_line", json!({"register": "DJ_JIATING", "person": one}));
        let line = begun["row"]["id"].clone();
        let answers = json!({"/data/day": day, "/data/members": "2", "/data/causes": causes, "/data/labour": "lost",
            "/data/income": "benefit pension", "/data/year_income": "12000", "/data/house": "own", "/data/category": "dibao orphan",
            "/data/category_basis": "某镇〔2025〕12号", "/data/category_from": "2025-01-01", "/data/category_to": until});
        window.call("answer_line", json!({"line": line, "answers": answers}));
        window.call("record_line", json!({"line": line}));
    };
    write("2026-01-20", "illness old", "2099-12-31");
    write("2025-01-20", "job", "2099-12-31");
    // Of the household what concerns it, by the newest line; whether somebody can work is her own.
    assert_eq!(
        filled("noted.xlsx"),
        [
            [
                "低保对象、孤儿、事实无人抚养儿童、老年",
                "因病、年老体弱",
                "完全丧失",
                "养老金、低保等救助金",
                "自有住房",
                "12000"
            ],
            ["老年", "因病、年老体弱", "", "养老金、低保等救助金", "自有住房", "12000"],
        ]
    );
    write("2026-02-20", "none", "2026-02-28");
    assert_eq!(filled("over.xlsx")[0][0], "低保、老年", "a category that is over is none");
}
