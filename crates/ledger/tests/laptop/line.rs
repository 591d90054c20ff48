//! 登记簿: lines are found by register, day, words and what is open, the newest day first.

use crate::bench::*;
use bangban_ledger::line_list::{LineQuery, count_lines, find_lines, newest_day, of_person};
use bangban_ledger::{Ledger, due_row};
use bangban_model::body::{FieldSet, Recorded};
use bangban_model::{Body, SubjectId};
use serde_json::json;

fn line(register: &str, day: &str, said: &str, todo: &str, person: SubjectId) -> FieldSet {
    fields([
        ("register", json!(register)),
        ("form", json!("0".repeat(64))),
        ("day", json!(day)),
        ("todo", json!(todo)),
        ("person", json!(person)),
        ("/data/title", json!(said)),
    ])
}

#[test]
fn lines_are_found_by_register_day_words_and_what_is_open() {
    let mut laptop = laptop();
    let person = subject();
    let wanted = [
        ("LEAFLETS", "2026-11-03", "医保 Policy", ""),
        ("LEAFLETS", "2026-11-20", "防诈骗 50%", "2026-12-01"),
        ("LEAFLETS", "2026-12-05", "养老认证", "9999-12-31"),
        ("ORDERS", "2026-11-03", "理发", ""),
    ];
    let mut ids = Vec::new();
    for (register, day, said, todo) in wanted {
        let id = subject();
        let set = line(register, day, said, todo, person);
        laptop.write(vec![(id, Body::LineRecorded(Recorded { set }))]);
        ids.push(id);
    }
    let all = LineQuery { register: "LEAFLETS".into(), limit: 10, ..LineQuery::default() };
    let found = |query: &LineQuery| -> Vec<SubjectId> {
        let lines = find_lines(laptop.ledger.entries(), query).unwrap();
        assert_eq!(count_lines(laptop.ledger.entries(), query).unwrap(), lines.len() as u64);
        lines.iter().map(|line| line.subject).collect()
    };
    let day = |text: &str| Some(text.parse().unwrap());
    assert_eq!(found(&all), [ids[2], ids[1], ids[0]], "the newest day first");
    assert_eq!(found(&LineQuery { from: day("2026-11-04"), to: day("2026-11-30"), ..all.clone() }), [ids[1]]);
    assert_eq!(found(&LineQuery { text: "policy 医保".into(), ..all.clone() }), [ids[0]]);
    assert_eq!(
        found(&LineQuery { text: "50%".into(), ..all.clone() }),
        [ids[1]],
        "no pattern of hers is one"
    );
    assert_eq!(found(&LineQuery { open: true, ..all.clone() }), [ids[2], ids[1]]);
    assert_eq!(found(&LineQuery { register: "ORDERS".into(), ..all.clone() }), [ids[3]]);
    let until = day("2026-11-30").unwrap();
    assert_eq!(newest_day(laptop.ledger.entries(), "LEAFLETS", until).unwrap(), day("2026-11-20"));
    let of_person = of_person(laptop.ledger.entries(), person).unwrap();
    assert_eq!(of_person.len(), 4);
    let open = |ledger: &Ledger, until| due_row::open_until(ledger.entries(), "todo", until, 9).unwrap();
    assert_eq!(open(&laptop.ledger, day("2026-12-31")), [ids[1]], "what has no day is on no day's list");
    assert_eq!(open(&laptop.ledger, None), [ids[1], ids[2]]);
    assert!(due_row::open_until(laptop.ledger.entries(), "need", None, 9).unwrap().is_empty());
    laptop.write(vec![(ids[1], Body::LineRecorded(Recorded { set: fields([("todo", json!(""))]) }))]);
    assert!(open(&laptop.ledger, day("2026-12-31")).is_empty());
}
