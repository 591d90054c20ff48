//! `catalogue check`.

use crate::program::Desk;
use serde_json::{Value, json};

const CARD: &str = "code = \"GUIDE\"\nname = \"指南\"\nname_en = \"Guide\"\nshort_name = \"指南\"\nshort_name_en = \"Guide\"\n\
    department = \"民政\"\ndepartment_en = \"Civil affairs\"\ncategory = \"aid\"\nvalid_from = 2026-11-22\n";

/// A desk with a folder of items, each with a card.
fn desk_with(language: &'static str, items: &[(&str, &str)]) -> Desk {
    let desk = Desk::in_language(language);
    for (folder, card) in items {
        std::fs::create_dir_all(desk.path("items").join(folder)).unwrap();
        desk.write(&format!("items/{folder}/item.toml"), card.as_bytes());
    }
    desk
}

#[test]
fn a_good_catalogue_is_ok_and_counted_whole_and_item_by_item() {
    let desk = desk_with("en", &[("GUIDE", CARD)]);
    for folder in ["items", "items/GUIDE"] {
        let said = desk.run(&["catalogue", "check", folder, "--json"]);
        assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
        assert_eq!(said.object(), json!({"ok": true, "items": 1, "warnings": [], "errors": []}));
    }
    let said = desk.run(&["catalogue", "check", "items"]);
    assert_eq!(said.stdout, "✓ items: 1 items, nothing wrong.\n");
}

#[test]
fn mistakes_are_told_by_file_and_place_in_the_users_language_and_fail() {
    let form = &[["type", "name", "label"], ["nosuch", "q", "问"]];
    let card = CARD.replace("category = \"aid\"", "category = \"money\"\nform = \"form.xlsx\"");
    let items = [("GUIDE", card.as_str()), ("OTHER", "code = ")];
    for (language, head, word) in
        [("zh", "✗ items：共 2 个事项", "只能写"), ("en", "✗ items: 2 items", "takes one of")]
    {
        let desk = desk_with(language, &items);
        let rows: Vec<&[&str]> = form.iter().map(<[&str; 3]>::as_slice).collect();
        desk.write_form("items/GUIDE/form.xlsx", &[("survey", &rows)]);
        let said = desk.run(&["catalogue", "check", "items"]);
        assert_eq!(said.code, 1);
        assert!(said.stdout.starts_with(head) && said.stdout.contains(word), "{}", said.stdout);
        let found = desk.run(&["catalogue", "check", "items", "--json"]).object();
        let told: Vec<[&str; 3]> = found["errors"].as_array().unwrap().iter().map(place).collect();
        let expected = [
            ["GUIDE/form.xlsx", "survey!A2", "unknown_type"],
            ["GUIDE/item.toml", "category", "bad_value"],
            ["OTHER/item.toml", "1:8", "bad_toml"],
        ];
        assert_eq!(
            (found["ok"].as_bool(), found["items"].as_u64(), told),
            (Some(false), Some(2), expected.to_vec())
        );
    }
}

fn place(found: &Value) -> [&str; 3] {
    ["file", "cell", "code"].map(|key| found[key].as_str().unwrap())
}

#[test]
fn a_folder_that_cannot_be_read_or_is_no_catalogue_is_refused() {
    let desk = desk_with("en", &[("GUIDE", CARD)]);
    let said = desk.run(&["catalogue", "check", "nosuch", "--json"]);
    assert_eq!((said.code, &said.object()["error"]["code"]), (1, &json!("file_unreadable")));
    std::fs::create_dir(desk.path("empty")).unwrap();
    let said = desk.run(&["catalogue", "check", "empty", "--json"]);
    assert_eq!((said.code, &said.object()["errors"][0]["code"]), (1, &json!("no_items")));
    for number in 0..=50 {
        desk.write(&format!("items/GUIDE/{number}.csv"), b"a");
    }
    let said = desk.run(&["catalogue", "check", "items", "--json"]);
    assert_eq!((said.code, &said.object()["error"]["code"]), (1, &json!("bad_input")));
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let desk = desk_with("en", &[("GUIDE", CARD)]);
    std::fs::create_dir(desk.path("items/LINKED")).unwrap();
    std::os::unix::fs::symlink(desk.path("items/GUIDE"), desk.path("items/AGAIN")).unwrap();
    let outside = desk.path("items/GUIDE/item.toml");
    std::os::unix::fs::symlink(&outside, desk.path("items/LINKED/item.toml")).unwrap();
    desk.write("items/LINKED/form.xlsx", b"");
    let found = desk.run(&["catalogue", "check", "items", "--json"]).object();
    assert_eq!(found["items"], 2, "a folder behind a link is no item");
    let told: Vec<[&str; 3]> = found["errors"].as_array().unwrap().iter().map(place).collect();
    assert!(told.contains(&["LINKED/item.toml", "", "missing_file"]), "{told:?}");
    std::fs::remove_file(desk.path("items/LINKED/form.xlsx")).unwrap();
    let alone = desk.run(&["catalogue", "check", "items/LINKED", "--json"]).object();
    assert_eq!(alone["errors"][0]["code"], "no_items");
}
