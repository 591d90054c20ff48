//! `form play`.

use crate::program::{Desk, Said};
use serde_json::{Value, json};

const HEAD: &[&str] = &[
    "type",
    "name",
    "label::中文 (zh)",
    "label::English (en)",
    "required",
    "relevant",
    "constraint",
    "read_only",
    "choice_filter",
    "calculation",
];

/// A visit with members, a filter, a condition and a computed sum.
fn visit() -> Desk {
    let desk = Desk::english();
    desk.write_form(
        "visit.xlsx",
        &[
            (
                "survey",
                &[
                    HEAD,
                    &["text", "name", "姓名", "Name", "yes"],
                    &["select_one town", "town", "乡镇", "Town"],
                    &["select_one village", "village", "村", "Village", "", "", "", "", "town = ${town}"],
                    &["begin group", "money", "", "", "", "${name} != ''"],
                    &["integer", "fee", "${name}的费用", "Fee of ${name}", "", "", ". < 100"],
                    &["end group"],
                    &["begin repeat", "member", "成员", "Member"],
                    &["integer", "income", "收入", "Income"],
                    &["end repeat"],
                    &["calculate", "total", "", "", "", "", "", "", "", "sum(${income})"],
                    &["text", "shown", "只读", "Shown", "", "", "", "yes"],
                ],
            ),
            (
                "choices",
                &[
                    &["list_name", "name", "label::中文 (zh)", "label::English (en)", "town"],
                    &["town", "t1", "临江乡", "Linjiang"],
                    &["town", "t2", "段店镇", "Duandian"],
                    &["village", "v1", "大湖村", "Dahu", "t1"],
                    &["village", "v2", "百席村", "Baixi", "t2"],
                ],
            ),
        ],
    );
    desk
}

fn play(desk: &Desk, lines: &[Value]) -> (Said, Vec<Value>) {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let said =
        desk.run_with(&["form", "play", "visit.xlsx", "--now", "2026-11-22", "--tz", "GMT"], text.as_bytes());
    assert_eq!(said.code, 0, "{}", said.stderr);
    let states = said.objects();
    assert_eq!(states.len(), lines.len() + 1, "one before the first line, one after each");
    (said, states)
}

#[test]
fn the_first_state_comes_before_any_line_and_holds_every_node_in_order() {
    let (said, states) = play(&visit(), &[]);
    assert_eq!(
        states[0]["nodes"]["/data/name"],
        json!({"value": "", "relevant": true, "required": true, "readonly": false, "valid": false, "label": "姓名"})
    );
    assert_eq!(states[0]["nodes"]["/data/town"]["choices"], json!(["t1", "t2"]));
    let wanted = [
        "/data/name",
        "/data/town",
        "/data/village",
        "/data/money",
        "/data/money/fee",
        "/data/member[1]",
        "/data/member[1]/income",
        "/data/total",
        "/data/shown",
    ];
    assert_eq!(states[0]["nodes"].as_object().unwrap().len(), wanted.len());
    let places: Vec<usize> =
        wanted.iter().map(|path| said.stdout.find(&format!("\"{path}\":{{")).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn answers_rows_and_language_change_what_depends_on_them() {
    let (_, states) = play(
        &visit(),
        &[
            json!({"answer": "/data/name", "value": "余桂英"}),
            json!({"answer": "/data/money/fee", "value": "250"}),
            json!({"answer": "/data/town", "value": "t2"}),
            json!({"answer": "/data/member[1]/income", "value": "7"}),
            json!({"add": "/data/member"}),
            json!({"answer": "/data/member[2]/income", "value": "5"}),
            json!({"remove": "/data/member[1]"}),
            json!({"language": "English"}),
            json!({"answer": "/data/name", "value": ""}),
        ],
    );
    let node = |state: usize, path: &str| &states[state]["nodes"][path];
    assert_eq!(node(0, "/data/money")["relevant"], false);
    assert_eq!(node(1, "/data/money/fee")["relevant"], true);
    assert_eq!(node(1, "/data/money/fee")["label"], "余桂英的费用");
    assert_eq!(node(1, "/data/name")["valid"], true);
    // A group is as valid as what it holds, and has no label of its own here.
    assert_eq!(node(2, "/data/money/fee")["valid"], false);
    assert_eq!(node(2, "/data/money")["valid"], false);
    assert_eq!(node(2, "/data/money")["label"], "");
    assert_eq!(node(3, "/data/village")["choices"], json!(["v2"]));
    assert_eq!(node(6, "/data/total")["value"], "12");
    assert_eq!(node(6, "/data/total")["label"], "", "its name is no label");
    assert_eq!(node(7, "/data/member[1]/income")["value"], "5");
    assert_eq!(states[7]["nodes"].get("/data/member[2]"), None);
    assert_eq!(node(7, "/data/total")["value"], "5");
    assert_eq!(node(8, "/data/money/fee")["label"], "Fee of 余桂英");
    // What is not asked shows no value and hinders nothing.
    assert_eq!(node(9, "/data/money/fee")["value"], "");
    assert_eq!(node(9, "/data/money/fee")["valid"], true);
    assert_eq!(node(9, "/data/name")["valid"], false);
}

#[test]
fn a_refused_line_names_its_code_and_the_session_goes_on() {
    let (_, states) = play(
        &visit(),
        &[
            json!({"answer": "/data/nosuch", "value": "1"}),
            json!({"answer": "/data/shown", "value": "1"}),
            json!({"answer": "/data/money/fee", "value": "1"}),
            json!({"answer": "/data/name"}),
            json!({"answer": "/data/name", "value": ["a"]}),
            json!({"answer": "/data/name", "value": "a", "add": "/data/member"}),
            json!({"dance": "/data/name"}),
            json!("no object"),
            json!({"language": "Français"}),
            json!({"remove": "/data/member[9]"}),
            json!({"answer": "/data/name", "value": "余桂英"}),
        ],
    );
    let codes: Vec<&str> = states[1..11].iter().map(|state| state["error"].as_str().unwrap()).collect();
    let wanted = [
        "unknown_path",
        "read_only",
        "not_relevant",
        "bad_input",
        "bad_input",
        "bad_input",
        "bad_input",
        "bad_input",
        "unknown_language",
        "unknown_path",
    ];
    assert_eq!(codes, wanted);
    assert_eq!(states[11]["nodes"]["/data/name"]["value"], "余桂英");
}

#[test]
fn a_broken_form_is_not_played_but_told_as_the_check_tells_it() {
    let desk = Desk::english();
    desk.write_form("visit.xlsx", &[("survey", &[&["type", "name", "label"], &["txt", "a", "A"]])]);
    let said = desk.run_with(&["--json", "form", "play", "visit.xlsx"], b"{\"add\": \"/data/a\"}\n");
    assert_eq!(said.code, 1);
    assert_eq!(said.object()["errors"][0]["cell"], "A2");
    let said = desk.run(&["--json", "form", "play", "visit.xlsx", "--tz", "Mars"]);
    assert_eq!(said.object()["error"]["code"], "bad_input");
}
