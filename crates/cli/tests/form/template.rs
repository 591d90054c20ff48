//! `form new`.

use crate::program::Desk;
use serde_json::json;

#[test]
fn the_template_passes_the_check_without_a_warning_and_can_be_tried() {
    let desk = Desk::english();
    let said = desk.run(&["form", "new", "mine.xlsx", "--json"]);
    assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
    assert_eq!(said.object(), json!({"file": "mine.xlsx"}));
    let found = desk.run(&["form", "check", "mine.xlsx", "--json"]).object();
    assert_eq!((&found["ok"], &found["warnings"]), (&json!(true), &json!([])));
    assert_eq!(found["title"], "高龄津贴入户登记（示例）");

    let input = br#"{"answer": "/data/person/id_number", "value": "42070419480315002X"}"#;
    let said =
        desk.run_with(&["form", "play", "mine.xlsx", "--now", "2026-11-22", "--tz", "Asia/Shanghai"], input);
    let states = said.objects();
    assert_eq!(states[1]["nodes"]["/data/person/age"]["value"], "78");
}

#[test]
fn a_file_that_is_there_is_not_written_over() {
    let desk = Desk::english();
    desk.write("mine.xlsx", b"a week of work");
    let said = desk.run(&["form", "new", "mine.xlsx", "--json"]);
    assert_eq!(said.code, 1);
    assert_eq!(said.object()["error"]["code"], "file_exists");
    assert_eq!(std::fs::read(desk.path("mine.xlsx")).unwrap(), b"a week of work");
}
