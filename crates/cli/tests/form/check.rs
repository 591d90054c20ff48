//! `form check`.

use crate::program::Desk;
use serde_json::json;

const HEAD: &[&str] = &["type", "name", "label", "relevant", "calculation", "appearance"];

#[test]
fn a_good_form_is_ok_and_counts_what_a_person_answers() {
    let desk = Desk::english();
    desk.write_form(
        "good.xlsx",
        &[
            (
                "survey",
                &[
                    HEAD,
                    &["note", "intro", "说明"],
                    &["begin group", "g", "组"],
                    &["text", "name", "姓名"],
                    &["select_one yn", "has", "有吗"],
                    &["end group"],
                    &["begin repeat", "rep", "成员"],
                    &["integer", "n", "几个"],
                    &["end repeat"],
                    &["calculate", "c", "", "", "1 + 1"],
                    &["hidden", "h", ""],
                    &["today", "t", ""],
                ],
            ),
            ("choices", &[&["list_name", "name", "label"], &["yn", "y", "有"], &["yn", "n", "没有"]]),
            ("settings", &[&["form_title", "form_id"], &["低保申请", "DIBAO"]]),
        ],
    );
    let said = desk.run(&["form", "check", "good.xlsx", "--json"]);
    assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
    let wanted = json!({"ok": true, "title": "低保申请", "questions": 3, "warnings": [], "errors": []});
    assert_eq!(said.object(), wanted);
    let said = desk.run(&["form", "check", "good.xlsx"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, "✓ 低保申请: 3 questions, nothing wrong.\n"));
}

#[test]
fn a_warning_names_its_cell_and_does_not_hinder() {
    let desk = Desk::english();
    desk.write_form("warned.xlsx", &[("survey", &[HEAD, &["text", "a", "A", "", "", "sparkling"]])]);
    let said = desk.run(&["--json", "form", "check", "warned.xlsx"]);
    let found = said.object();
    assert_eq!(said.code, 0);
    assert_eq!(found["ok"], true);
    assert_eq!(found["warnings"][0]["sheet"], "survey");
    assert_eq!(found["warnings"][0]["cell"], "F2");
    assert_eq!(found["warnings"][0]["code"], "unknown_appearance");
    assert!(desk.run(&["form", "check", "warned.xlsx"]).stdout.contains("! survey!F2  "));
}

#[test]
fn mistakes_are_told_cell_by_cell_in_the_language_of_the_program() {
    for (language, word) in [("en", "nosuch"), ("zh", "字段")] {
        let desk = Desk::in_language(language);
        let rows: &[&[&str]] = &[HEAD, &["txt", "a", "A"], &["text", "b", "B", "${nosuch} = 1"]];
        desk.write_form("broken.xlsx", &[("survey", rows)]);
        let said = desk.run(&["form", "check", "broken.xlsx", "--json"]);
        let found = said.object();
        assert_eq!(said.code, 1);
        assert_eq!(found["ok"], false);
        let places: Vec<(&str, &str, &str)> = found["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| {
                let text = |key: &str| error[key].as_str().unwrap();
                (text("sheet"), text("cell"), text("code"))
            })
            .collect();
        assert_eq!(places, [("survey", "A2", "unknown_type"), ("survey", "D3", "unknown_name")]);
        assert!(found["errors"][1]["message"].as_str().unwrap().contains(word), "{found}");

        let said = desk.run(&["form", "check", "broken.xlsx"]);
        assert_eq!(said.code, 1);
        let lines: Vec<&str> = said.stdout.lines().collect();
        assert_eq!(lines.len(), 3, "{}", said.stdout);
        assert!(lines[2].starts_with("  ✗ survey!D3  ") && lines[2].contains(word), "{}", said.stdout);
    }
}

#[test]
fn what_is_no_workbook_is_told_and_what_is_no_file_too() {
    let desk = Desk::english();
    desk.write("text.xlsx", b"not a workbook");
    desk.write("large.xlsx", &vec![0; 5 * 1024 * 1024]);
    for (name, code) in [("text.xlsx", "not_a_workbook"), ("large.xlsx", "too_large")] {
        let said = desk.run(&["form", "check", name, "--json"]);
        assert_eq!(said.code, 1);
        assert_eq!(said.object()["errors"][0]["code"], code);
    }
    let said = desk.run(&["form", "check", "nosuch.xlsx", "--json"]);
    assert_eq!(said.code, 1);
    assert_eq!(said.object()["error"]["code"], "file_unreadable");
}

#[test]
fn tables_beside_the_workbook_belong_to_the_form() {
    let desk = Desk::english();
    let rows: &[&[&str]] = &[&["type", "name", "label"], &["select_one_from_file towns.csv", "town", "乡镇"]];
    desk.write_form("towns.xlsx", &[("survey", rows)]);
    let found = desk.run(&["form", "check", "towns.xlsx", "--json"]).object();
    assert_eq!((&found["ok"], &found["warnings"][0]["code"]), (&json!(true), &json!("missing_file")));
    assert_eq!(found["warnings"][0]["cell"], "A2");

    desk.write("towns.csv", "name,label\nt1,临江乡\n".as_bytes());
    let whole = json!({"ok": true, "title": found["title"], "questions": 1, "warnings": [], "errors": []});
    assert_eq!(desk.run(&["form", "check", "towns.xlsx", "--json"]).object(), whole);
    let states = desk.run(&["form", "play", "towns.xlsx"]).objects();
    assert_eq!(states[0]["nodes"]["/data/town"]["choices"], json!(["t1"]));

    // A table without the columns that are asked for is a mistake.
    desk.write("towns.csv", b"code,title\n");
    assert_eq!(desk.run(&["form", "check", "towns.xlsx", "--json"]).code, 1);
    std::fs::create_dir(desk.path("towns-media")).unwrap();
    desk.write("towns-media/towns.csv", b"name,label\nt2,x\n");
    let states = desk.run(&["form", "play", "towns.xlsx"]).objects();
    assert_eq!(states[0]["nodes"]["/data/town"]["choices"], json!(["t2"]), "its own folder comes first");
}
