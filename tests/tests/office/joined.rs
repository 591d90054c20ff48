//! One person who was recorded twice, or whose number was corrected: joined by a person, and every look-up follows (rule E5).

use crate::desk::{PIN, Window, programs};
use crate::filling::{fill, open};
use crate::township::Township;
use bangban_sheets::{Out, write_table};
use bangban_tests::checks::DAHU;
use bangban_tests::harness::Center;
use serde_json::json;

const WRONG: &str = "42070419480315002X";
const RIGHT: &str = "420704194803150046";

fn import(window: &Window, rows: &[[&str; 4]]) {
    let headings = ["户号", "姓名", "身份证号", "电话"];
    let rows: Vec<Vec<Out>> =
        rows.iter().map(|row| row.map(|text| Out::Text(text.to_owned())).to_vec()).collect();
    let path = window.file("roster.xlsx");
    std::fs::write(&path, write_table("花名册", &headings, &rows).unwrap()).unwrap();
    window.call("import_roster", json!({"file": window.offer(&path), "village": null}));
}

fn laptop(center: &Center, name: &str) -> Window {
    let window = Window::new();
    window.call("make_ledger", json!({"name": name, "pin": PIN}));
    window.call("enrol", json!({"code": center.code(DAHU)}));
    window
}

#[test]
fn e5_joined_people_are_found_by_either_number_with_the_cases_of_both_on_every_laptop() {
    let center = Center::start(&programs());
    let (alice, bob) = (laptop(&center, "alice"), laptop(&center, "bob"));
    import(&alice, &[["0101", "余桂英", WRONG, ""], ["0101", "余桂英", RIGHT, "13900000001"]]);
    let (wrong, right) = (alice.person(WRONG), alice.person(RIGHT));
    let case = open(&alice, "GAOLING", &wrong)["row"]["id"].clone();
    fill(&alice, &case, &[]);
    alice.call("submit_case", json!({"case": case}));

    assert_eq!(alice.call("alike_people", json!({"person": wrong}))[0]["person"]["id"], json!(right));
    let compared = alice.call("compare_people", json!({"one": wrong, "same": right}));
    let differing: Vec<_> = compared["fields"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|field| field["differs"] == true)
        .map(|field| field["field"].clone())
        .collect();
    assert_eq!(differing, [json!("id_number")], "only what differs is asked");
    assert_eq!(
        alice.refused("join_people", json!({"one": wrong, "same": wrong, "from_same": []})),
        "bad_input"
    );
    let joined = alice.call("join_people", json!({"one": wrong, "same": right, "from_same": ["id_number"]}));
    let stays = joined["person"]["id"].clone();
    assert_eq!(joined["cases"][0]["id"], case, "the cases of both stand with the one");
    alice.report();
    bob.report();
    for window in [&alice, &bob] {
        for number in [WRONG, RIGHT] {
            assert_eq!(json!(window.person(number)), stays, "either number finds her");
        }
        for one in [&wrong, &right] {
            let shown = window.call("show_person", json!({"person": one}));
            assert_eq!((&shown["person"]["id"], &shown["cases"][0]["id"]), (&stays, &case));
        }
        let whole = window.call("reveal_person", json!({"person": stays}));
        assert_eq!((&whole["id_number"], &whole["phone"]), (&json!(RIGHT), &json!("13900000001")));
        assert_eq!(window.call("list_people", json!({"offset": 0, "limit": 10}))["total"], 1);
    }

    // An old sheet leads to her and does not bring the wrong number back.
    import(&bob, &[["0101", "余桂英", WRONG, "13900000002"]]);
    let whole = bob.call("reveal_person", json!({"person": stays}));
    assert_eq!((&whole["id_number"], &whole["phone"]), (&json!(RIGHT), &json!("13900000002")));
    let township = Township::of(&center);
    township.import();
    assert_eq!(township.show(&case)["row"]["person"]["id_masked"], "4207**********0046");
}

#[test]
fn e5_two_laptops_that_join_the_same_two_from_either_side_lose_nobody() {
    let center = Center::start(&programs());
    let (alice, bob) = (laptop(&center, "alice"), laptop(&center, "bob"));
    let rows = [["0101", "余桂英", WRONG, ""], ["0101", "余桂英", RIGHT, ""]];
    import(&alice, &rows);
    import(&bob, &rows);
    let (wrong, right) = (alice.person(WRONG), alice.person(RIGHT));
    alice.call("join_people", json!({"one": wrong, "same": right, "from_same": ["id_number"]}));
    bob.call("join_people", json!({"one": right, "same": wrong, "from_same": []}));
    for window in [&alice, &bob, &alice] {
        window.report();
    }
    for window in [&alice, &bob] {
        assert_eq!(window.call("list_people", json!({"offset": 0, "limit": 10}))["total"], 1);
        assert_eq!(window.person(WRONG), window.person(RIGHT));
    }
}

#[test]
fn e5_staff_join_two_records_on_the_page_of_a_case() {
    let center = Center::start(&programs());
    let alice = laptop(&center, "alice");
    import(&alice, &[["0101", "余桂英", WRONG, ""], ["0101", "余桂英", RIGHT, ""]]);
    let (wrong, right) = (alice.person(WRONG), alice.person(RIGHT));
    let case = open(&alice, "GAOLING", &wrong)["row"]["id"].clone();
    fill(&alice, &case, &[]);
    alice.call("submit_case", json!({"case": case}));
    alice.report();
    let township = Township::of(&center);
    township.import();
    let found = township.acceptor.ask("case/alike", &json!({"id": case}));
    assert_eq!(found[0]["person"]["id"], json!(right));
    let view =
        township.acceptor.ask("case/join", &json!({"id": case, "same": right, "from_same": ["id_number"]}));
    assert_eq!(view["row"]["person"]["id_masked"], "4207**********0046");
    assert_eq!(township.acceptor.ask("case/alike", &json!({"id": case})), json!([]));
    alice.report();
    assert_eq!(alice.person(WRONG), alice.person(RIGHT), "the village follows");
}
