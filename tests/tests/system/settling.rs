//! Two laptops on one household: no value is lost, what does not agree is shown with both values, and a person settles it.

use bangban_desk::visit::{VisitDraft, VisitNotes, record_visit, save_visit};
use bangban_sheets::{Out, write_table};
use bangban_tests::checks::DAHU;
use bangban_tests::harness::{ACCEPTOR, Browser, Center, Laptop, Programs, Village};
use serde_json::{Value, json};

/// A roster of one household with one person.
fn roster(laptop: &Laptop, phone: &str, address: &str, number: &str) {
    let headings = ["户号", "姓名", "身份证号", "与户主关系", "电话", "住址"];
    let row = ["0101", "余桂英", number, "户主", phone, address].map(|text| Out::Text(text.to_owned()));
    let file = laptop.write("roster.xlsx", &write_table("花名册", &headings, &[row.to_vec()]).unwrap());
    laptop.run(&["roster", "import", &file]);
}

/// What is open on this laptop: by kind and field, each with its values, oldest first.
fn open(laptop: &Laptop) -> Vec<(String, String, Vec<Value>, Value)> {
    let listed = laptop.run(&["conflict", "list"]);
    let subjects = listed["open"].as_array().unwrap().iter();
    let fields = subjects.flat_map(|subject| {
        let fields = subject["fields"].as_array().unwrap().iter();
        fields.map(|field| {
            let values = field["values"].as_array().unwrap().iter();
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let shown = values.map(|value| value["value"].clone()).collect();
            (text(&subject["kind"]), text(&field["field"]), shown, field.clone())
        })
    });
    fields.collect()
}

fn settle(laptop: &Laptop, field: &Value, take: usize) {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (subject, name, entry) =
        (text(&field["subject"]), text(&field["field"]), text(&field["values"][take]["entry"]));
    laptop.run(&["conflict", "settle", &subject, &name, "--take", &entry]);
}

fn exchange(laptops: [&Laptop; 2]) {
    // Whoever went first has to hear of the second too.
    for laptop in [laptops[0], laptops[1], laptops[0]] {
        laptop.sync();
    }
}

#[test]
fn f3_two_laptops_on_one_household_lose_nothing_and_a_person_settles() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let (alice, bob) = (center.let_in("alice", DAHU), center.let_in("bob", DAHU));
    let number = "42070419480315002X";
    roster(&alice, "13900000001", "大湖村3组", number);
    roster(&bob, "13900000002", "大湖村4组", number);
    exchange([&alice, &bob]);

    // Both see the same: both values, who wrote each, when, and on which laptop.
    for (laptop, own) in [(&alice, "alice"), (&bob, "bob")] {
        let found = open(laptop);
        let fields: Vec<_> = found.iter().map(|(kind, field, ..)| (kind.as_str(), field.as_str())).collect();
        assert_eq!(fields, [("household", "address"), ("resident", "address"), ("resident", "phone")]);
        let (_, _, shown, phone) = &found[2];
        assert_eq!(shown, &[json!("139****0001"), json!("139****0002")], "{own}");
        for (value, by) in phone["values"].as_array().unwrap().iter().zip(["alice", "bob"]) {
            assert_eq!(value["by"], by);
            let whence = if by == own { "here" } else { "laptop" };
            assert_eq!(value["whence"], whence, "{own} looks at what {by} wrote");
            assert!(value["at"].is_string() && value["received_at"].is_string());
        }
    }

    // Alice says which holds; bob hears of it, and his value can still be read.
    for (_, _, _, field) in &open(&alice) {
        settle(&alice, field, 0);
    }
    assert!(open(&alice).is_empty());
    exchange([&alice, &bob]);
    assert!(open(&bob).is_empty());
    for laptop in [&alice, &bob] {
        let found = laptop.run(&["person", "find", number])["people"][0].clone();
        assert_eq!((&found["phone"], &found["address"]), (&json!("13900000001"), &json!("大湖村3组")));
        assert!(laptop.findings().is_empty());
    }
    assert!(center.findings().is_empty());
}

#[test]
fn f3_two_settle_differently_and_a_third_word_ends_it() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let (alice, bob) = (center.let_in("alice", DAHU), center.let_in("bob", DAHU));
    roster(&alice, "13900000001", "大湖村3组", "42070419480315002X");
    roster(&bob, "13900000002", "大湖村3组", "42070419480315002X");
    exchange([&alice, &bob]);
    settle(&alice, &open(&alice)[0].3, 0);
    settle(&bob, &open(&bob)[0].3, 1);
    exchange([&alice, &bob]);
    let (ours, theirs) = (open(&alice), open(&bob));
    assert_eq!(ours[0].2, theirs[0].2, "both still see that they do not agree");
    settle(&bob, &theirs[0].3, 0);
    exchange([&bob, &alice]);
    assert!(open(&alice).is_empty() && open(&bob).is_empty());
}

#[test]
fn f3_a_visit_noted_on_two_laptops_keeps_both_notes() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let (alice, bob) = (center.let_in("alice", DAHU), center.let_in("bob", DAHU));
    roster(&alice, "13900000001", "大湖村3组", "42070419480315002X");
    let visit = alice.run(&["visit", "start", "--household", "0101"])["id"].clone();
    let visit = visit.as_str().unwrap().parse().unwrap();
    exchange([&alice, &bob]);
    let draft = |note: &str, need: &str| {
        let notes = VisitNotes { note: note.into(), need: need.into(), ..VisitNotes::default() };
        VisitDraft { visit, notes }
    };
    // Alice began her note before bob's came, and records it afterwards: his is not written over unseen.
    save_visit(&alice.desk(), &draft("腿脚不便", "")).unwrap();
    record_visit(&bob.desk(), &draft("听力不好", "要助听器")).unwrap();
    bob.sync();
    alice.sync();
    record_visit(&alice.desk(), &draft("腿脚不便", "")).unwrap();
    exchange([&alice, &bob]);
    for laptop in [&alice, &bob] {
        let found = open(laptop);
        assert_eq!(found.len(), 1, "what she never touched is his alone");
        let (kind, field, values, whole) = &found[0];
        assert_eq!((kind.as_str(), field.as_str()), ("visit", "note"));
        assert_eq!(values, &[json!("听力不好"), json!("腿脚不便")]);
        assert_eq!(whole["free_text"], true);
    }
    let subject = visit_text(&visit);
    alice.run(&["conflict", "settle", &subject, "note", "--text", "腿脚不便；听力不好"]);
    exchange([&alice, &bob]);
    let visits = bob.run(&["visit", "list"]);
    assert_eq!(visits["visits"][0]["note"], "腿脚不便；听力不好");
    assert!(open(&bob).is_empty());
}

fn visit_text(visit: &bangban_model::SubjectId) -> String {
    visit.to_string()
}

#[test]
fn f4_an_edit_that_came_after_the_acceptance_is_the_townships_to_take_over() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let village = Village::small(&programs);
    let (alice, bob) = (center.let_in("alice", DAHU), center.let_in("bob", DAHU));
    alice.import_roster(&village);
    let household = &village.household;
    let case = alice
        .open_case("DIBAO", &household.head.number, &village.allowance(), &village.papers(1), true)
        .good()["id"]
        .clone();
    let case = case.as_str().unwrap();
    exchange([&alice, &bob]);
    center.import_waiting(ACCEPTOR);
    // Bob alters the answer without having heard of the acceptance, and reports it afterwards.
    let path = village.wanting();
    let answers = bob.write("answers.json", json!({path: "后来改的"}).to_string().as_bytes());
    bob.run(&["case", "correct", case, "--answers", &answers, "--submit"]);
    center.run(&["case", "accept", case, "--as", ACCEPTOR]);
    exchange([&bob, &alice]);

    for laptop in [&alice, &bob] {
        let found = open(laptop);
        assert_eq!(found.len(), 1);
        assert_eq!((&found[0].3["kind"], &found[0].3["may_settle"]), (&json!("late"), &json!(false)));
        let entry = found[0].3["values"][1]["entry"].as_str().unwrap();
        let refused = laptop.ask(&["conflict", "settle", case, path, "--take", entry]);
        assert_eq!(refused.code(), "not_allowed", "an agent does not alter what was accepted");
    }
    let staff = Browser::of(&center, "何科员", "acceptor", "");
    let late = staff.ask("case/show", &json!({"id": case}))["late_changes"][0].clone();
    let among: Vec<_> =
        late["values"].as_array().unwrap().iter().map(|value| value["entry"].clone()).collect();
    let view = staff.ask(
        "case/settle",
        &json!({
            "id": case, "subject": case, "field": late["field"], "among": among,
            "value": {"of": among[1]}, "reason": "已与申请人核实"
        }),
    );
    assert_eq!(view["late_changes"], json!([]));
    exchange([&alice, &bob]);
    for laptop in [&alice, &bob] {
        let shown = laptop.run(&["case", "show", case]);
        assert_eq!(shown["answers"][path], "后来改的");
        assert_eq!((&shown["late_changes"], &shown["conflicts"]), (&json!([]), &json!([])));
        assert!(open(laptop).is_empty() && laptop.findings().is_empty());
    }
}
