//! 撤回、误录作废: a case that was taken back reads so at the township too, and leaves what staff have to do.

use crate::desk::{Window, programs};
use crate::filling;
use crate::township::Township;
use bangban_tests::harness::{Center, Village};
use serde_json::{Value, json};

#[test]
fn a_case_that_was_taken_back_reads_so_at_the_township_with_its_reason() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let person = window.person(&village.household.elder.number);
    let case = filling::open(&window, "DIBAO", &person)["row"]["id"].clone();
    filling::fill(&window, &case, &[]);
    let refused = window.refused("withdraw_case", json!({"case": case, "reason": "不办了"}));
    assert_eq!(refused, "case_unknown", "a draft is thrown away, never taken back");
    window.call("submit_case", json!({"case": case}));
    window.report();
    let township = Township::of(&center);
    township.import();
    let shown = township.show(&case);
    assert_eq!((&shown["can"]["return"], &shown["withdrawn"]), (&json!(true), &json!(null)));
    let view = window.call("withdraw_case", json!({"case": case, "reason": "本人不申请了"}));
    assert_eq!(view["row"]["standing"], "withdrawn");
    window.report();
    township.import();
    let shown = township.show(&case);
    assert_eq!((&shown["row"]["stage"], &shown["can"]["return"]), (&json!("withdrawn"), &json!(false)));
    assert_eq!(shown["withdrawn"]["reason"], "本人不申请了");
    let today = window.call("today", json!({}));
    assert!(today["rows"].as_array().unwrap().iter().all(|row| row["case"] != case), "{today}");
}

#[test]
fn a_case_that_the_township_took_on_meanwhile_is_not_taken_back_and_says_so() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let person = window.person(&village.household.elder.number);
    let case = filling::open(&window, "DIBAO", &person)["row"]["id"].clone();
    filling::fill(&window, &case, &[]);
    window.call("submit_case", json!({"case": case}));
    window.report();
    let township = Township::of(&center);
    township.import();
    township.accept(&case);
    let view = window.call("withdraw_case", json!({"case": case, "reason": "本人不申请了"}));
    assert_eq!((&view["row"]["standing"], &view["withdrawal_lost"]), (&json!("withdrawn"), &json!(null)));
    window.report();
    let view = window.call("show_case", json!({"case": case}));
    assert_eq!(view["row"]["standing"], "accepted", "the answer came back: the township was first");
    assert_eq!((&view["withdrawn"], &view["withdrawal_lost"]["crossed"]), (&json!(null), &json!("accepted")));
    let crossed = |view: &Value| {
        let lines = view["history"].as_array().unwrap();
        let line = lines.iter().find(|line| line["kind"] == "case_withdrawn").unwrap();
        line["crossed"].clone()
    };
    assert_eq!(crossed(&view), "accepted");
    assert_eq!(crossed(&township.show(&case)), "accepted", "the township reads it too");
    // Now she knows: what she takes back holds.
    window.call("withdraw_case", json!({"case": case, "reason": "本人确实不申请了"}));
    window.report();
    let view = window.call("show_case", json!({"case": case}));
    assert_eq!((&view["row"]["standing"], &view["withdrawal_lost"]), (&json!("withdrawn"), &json!(null)));
}
