//! 登记新人 and 更正资料 on a window: the roster's rules and ids, the other laptop, and the way back.

use crate::desk::{PIN, Window, programs};
use bangban_sheets::{Out, write_table};
use bangban_tests::checks::DAHU;
use bangban_tests::harness::Center;
use serde_json::{Value, json};

const NUMBER: &str = "420704194203150026";
const OTHER: &str = "420704194203150042";

fn at_work(center: &Center, agent: &str) -> Window {
    let window = Window::new();
    window.call("make_ledger", json!({"name": agent, "pin": PIN}));
    window.call("enrol", json!({"code": center.code(DAHU)}));
    window
}

fn import(window: &Window, rows: &[[&str; 5]]) -> Value {
    let rows: Vec<Vec<Out>> =
        rows.iter().map(|row| row.iter().map(|text| Out::Text((*text).to_owned())).collect()).collect();
    let path = window.file("roster.xlsx");
    let headings = ["户号", "姓名", "身份证号", "与户主关系", "电话"];
    std::fs::write(&path, write_table("花名册", &headings, &rows).unwrap()).unwrap();
    window.call("import_roster", json!({"file": window.offer(&path), "village": null}))
}

fn add(window: &Window, fields: Value) -> Result<Value, (String, Value)> {
    let told = window.ask("add_person", json!({"village": null, "fields": fields}));
    told.map_err(|refused| (refused.code.as_str().to_owned(), json!(refused.facts)))
}

fn correct(window: &Window, person: &Value, fields: Value) -> Result<Value, (String, Value)> {
    let told = window.ask("record_person", json!({"person": person, "fields": fields}));
    told.map_err(|refused| (refused.code.as_str().to_owned(), json!(refused.facts)))
}

fn show(window: &Window, person: &Value) -> Value {
    window.call("show_person", json!({"person": person}))
}

#[test]
fn somebody_new_is_seen_on_the_other_laptop_and_met_by_a_later_roster() {
    let center = Center::start(&programs());
    let (alice, bob) = (at_work(&center, "余老师"), at_work(&center, "李小满"));
    let fields = json!({"name": " 余桂英　", "id_number": "4207 0419 4203 1500 26", "phone": "139 0000 0000",
        "address": "大湖村3组12号", "household_no": "H1", "relation": "户主", "categories": ["elderly", "dibao"]});
    let mut house = fields.clone();
    assert_eq!(add(&alice, fields).unwrap_err().0, "household_unknown", "a mistyped 户号 makes no household");
    house["new_household"] = json!(true);
    let view = add(&alice, house.clone()).unwrap();
    let id = view["person"]["id"].clone();
    assert_eq!(view["household"]["address"], "大湖村3组12号");
    let codes: Vec<&Value> =
        view["categories"].as_array().unwrap().iter().map(|category| &category["code"]).collect();
    assert_eq!(codes, ["dibao", "elderly"], "in the order of the roster");
    let baby = json!({"name": "余小宝", "household_no": "H1", "relation": "孙子"});
    let baby = add(&alice, baby).unwrap()["person"]["id"].clone();

    // Whoever is here already is led to.
    let (code, facts) = add(&alice, house).unwrap_err();
    assert_eq!((code.as_str(), &facts["person"]), ("person_known", &id));
    let again = json!({"name": "余小宝", "household_no": "H1", "id_number": OTHER});
    let (code, facts) = add(&alice, again).unwrap_err();
    assert_eq!((code.as_str(), &facts["person"]), ("person_known", &baby));

    alice.report();
    bob.report();
    let seen = show(&bob, &id);
    assert_eq!((&seen["person"]["name"], &seen["person"]["relation"]), (&json!("余桂英"), &json!("户主")));
    let revealed = bob.call("reveal_person", json!({"person": id}));
    assert_eq!((&revealed["id_number"], &revealed["phone"]), (&json!(NUMBER), &json!("13900000000")));
    let rows = [["H1", "余桂英", NUMBER, "户主", "13900000000"], ["H1", "余小宝", "", "孙子", ""]];
    let imported = import(&bob, &rows);
    assert_eq!((&imported["added"], &imported["unchanged"]), (&json!(0), &json!(2)), "{imported}");
}

#[test]
fn what_is_wrong_is_refused_with_its_field_and_reason_and_no_number_in_it() {
    let center = Center::start(&programs());
    let window = at_work(&center, "余老师");
    let told = |change: Value| {
        let mut fields = json!({"name": "余桂英", "household_no": "H1", "new_household": true});
        fields.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        add(&window, fields).unwrap_err()
    };
    for (change, path, problem) in [
        (json!({"id_number": "420704194203150027"}), "id_number", "check_digit"),
        (json!({"id_number": "42070419420315"}), "id_number", "number_length"),
        (json!({"name": " "}), "name", "name_missing"),
        (json!({"household_no": ""}), "household_no", "household_missing"),
        (json!({"address": "长".repeat(201)}), "address", "text_too_long"),
    ] {
        let (code, facts) = told(change);
        assert_eq!(
            (code.as_str(), &facts["path"], &facts["problem"]),
            ("person_wrong", &json!(path), &json!(problem))
        );
        assert!(!facts.to_string().contains("4203150"), "{facts}");
    }
    assert_eq!(told(json!({"id_number": "420704194203150027"})).1["expected"], "6");
    assert_eq!(told(json!({"categories": ["rich"]})).0, "bad_input");
    assert_eq!(window.call("list_people", json!({"offset": 0, "limit": 10}))["total"], 0);
}

#[test]
fn a_correction_writes_what_differs_and_is_taken_back_and_no_old_sheet_brings_a_number_back() {
    let center = Center::start(&programs());
    let window = at_work(&center, "余老师");
    let other = "420704195003150026";
    let rows = [["H1", "余桂英", NUMBER, "户主", ""], ["H2", "余小满", OTHER, "户主", ""]];
    import(&window, &rows);
    let (one, two) = (json!(window.person(NUMBER)), json!(window.person(OTHER)));
    let steps = |window: &Window| show(window, &one)["timeline"].as_array().unwrap().len();
    let before = steps(&window);
    correct(&window, &one, json!({"name": "余桂英", "relation": "户主"})).unwrap();
    assert_eq!(steps(&window), before, "what stands already is not written again");
    let view =
        correct(&window, &one, json!({"phone": "+86 13900000000", "household_no": "H2", "relation": "母亲"}));
    let view = view.unwrap();
    assert_eq!(
        (&view["person"]["household_no"], &view["person"]["relation"]),
        (&json!("H2"), &json!("母亲"))
    );
    assert_eq!(view["household"]["registered"].as_array().unwrap().len(), 2);
    let view =
        correct(&window, &one, json!({"phone": "", "household_no": "H1", "relation": "户主"})).unwrap();
    assert_eq!(
        (&view["person"]["household_no"], &view["person"]["phone_masked"]),
        (&json!("H1"), &json!(""))
    );
    let view = correct(&window, &one, json!({"household_address": "大湖村1组1号"})).unwrap();
    assert_eq!(view["household"]["address"], "大湖村1组1号");

    let (code, facts) = correct(&window, &one, json!({"id_number": OTHER})).unwrap_err();
    assert_eq!((code.as_str(), &facts["person"]), ("person_known", &two), "two records of one are joined");
    correct(&window, &one, json!({"id_number": other})).unwrap();
    assert_eq!(window.person(NUMBER), window.person(other), "the former number leads to her");
    import(&window, &rows);
    let revealed = window.call("reveal_person", json!({"person": one}));
    assert_eq!(revealed["id_number"], other, "an old sheet does not bring it back");
    let imported = import(&window, &[["H1", "余桂英", other, "户主", ""]]);
    assert_eq!(imported["added"], 0, "a sheet with the right one meets her");
    // A number that stood with her by mistake belongs to somebody else, who is added and met by her own sheet.
    let view = add(&window, json!({"name": "王秀兰", "household_no": "H2", "id_number": NUMBER})).unwrap();
    let imported = import(&window, &[["H2", "王秀兰", NUMBER, "", ""]]);
    assert_eq!((&imported["added"], &imported["unchanged"]), (&json!(0), &json!(1)), "{imported}");
    assert_eq!(show(&window, &one)["person"]["name"], "余桂英");
    assert_eq!(view["person"]["name"], "王秀兰");
}

#[test]
fn a_number_typed_by_mistake_is_taken_away_and_comes_back_by_hand_alone() {
    let center = Center::start(&programs());
    let (window, second) = (at_work(&center, "余老师"), at_work(&center, "李小满"));
    let rows = [["H1", "余桂英", NUMBER, "户主", "13900000000"]];
    import(&window, &rows);
    let person = json!(window.person(NUMBER));
    let numbers = |window: &Window| {
        let told = window.call("reveal_person", json!({"person": person}));
        (told["id_number"].as_str().unwrap().to_owned(), told["phone"].as_str().unwrap().to_owned())
    };
    let view = correct(&window, &person, json!({"phone": ""})).unwrap();
    assert_eq!((&view["person"]["phone_masked"], numbers(&window).0.as_str()), (&json!(""), NUMBER));
    let view = correct(&window, &person, json!({"id_number": ""})).unwrap();
    assert_eq!((&view["person"]["id_masked"], &view["person"]["age"]), (&json!(""), &json!(null)));
    // An old sheet meets her, and brings the telephone back at most: an empty cell of ours is filled by it as ever.
    let imported = import(&window, &rows);
    assert_eq!((&imported["added"], numbers(&window).0.as_str()), (&json!(0), ""));
    // It was somebody else's: her sheet makes no second name of the first, and is the same person on every laptop.
    let others = [["H1", "余桂英", "", "户主", ""], ["H2", "王秀兰", NUMBER, "户主", ""]];
    let imported = import(&window, &others);
    assert_eq!(imported["added"], json!(1), "{imported}");
    assert_eq!(show(&window, &person)["person"]["name"], "余桂英");
    let other = json!(window.person(NUMBER));
    assert_ne!(other, person);
    assert_eq!(import(&window, &others)["added"], 0, "she is met by her number");
    window.report();
    second.report();
    let imported = import(&second, &others);
    assert_eq!(imported["added"], 0, "on the other laptop too: {imported}");
    assert_eq!(json!(second.person(NUMBER)), other);
    // The number is hers now.
    let (code, facts) = correct(&window, &person, json!({"id_number": NUMBER})).unwrap_err();
    assert_eq!((code.as_str(), &facts["person"]), ("person_known", &other));
    correct(&window, &other, json!({"id_number": ""})).unwrap();
    correct(&window, &person, json!({"id_number": NUMBER, "phone": "13900000000"})).unwrap();
    assert_eq!(numbers(&window), (NUMBER.to_owned(), "13900000000".to_owned()), "taken back");
    // Two of a name in one household would be one without it.
    let namesake =
        add(&window, json!({"name": "余桂英", "household_no": "H1"})).unwrap()["person"]["id"].clone();
    let (code, facts) = correct(&window, &person, json!({"id_number": ""})).unwrap_err();
    assert_eq!((code.as_str(), &facts["person"]), ("person_known", &namesake));
}
