//! People are found by name, pinyin, part of the identity number and phone.

use crate::bench::*;
use bangban_ledger::{due_row, person};
use bangban_model::SubjectId;
use bangban_model::body::{self, Body};
use bangban_model::whereabouts::RESIDENCE;
use serde_json::json;

/// Fictitious people; none of the numbers belongs to anybody.
fn village_people() -> (Laptop, Vec<SubjectId>) {
    let mut laptop = laptop();
    let people = [
        ("周芷若", "420704194803150021", "13900000001"),
        ("单雄信", "420704195105120012", "13900000002"),
        ("欧阳锋", "420704196001010033", "0711-3380000"),
        ("阿依努尔·买买提", "420704199912310044", ""),
        ("仇英", "42070419480315002X", ""),
    ];
    let ids: Vec<SubjectId> = people.iter().map(|_| subject()).collect();
    let entries = people.iter().zip(&ids).map(|((name, number, phone), id)| {
        (
            *id,
            resident(fields([("name", json!(name)), ("id_number", json!(number)), ("phone", json!(phone))])),
        )
    });
    laptop.write(entries.collect());
    (laptop, ids)
}

#[test]
fn people_are_found_as_an_agent_types_them() {
    let (laptop, _) = village_people();
    let found = |query: &str| -> Vec<String> {
        person::find(laptop.ledger.entries(), query, 20)
            .unwrap()
            .into_iter()
            .map(|person| person.name)
            .collect()
    };
    let table = [
        ("周芷若", vec!["周芷若"]),
        ("芷若", vec!["周芷若"]),
        ("芷", vec!["周芷若"]),
        ("zhouzhiruo", vec!["周芷若"]),
        ("ZhouZhi", vec!["周芷若"]),
        ("zzr", vec!["周芷若"]),
        ("ＺＺＲ", vec!["周芷若"]),
        // Every reading of a surname: 单 is Shan as a surname and dan elsewhere, 仇 is Qiu and chou.
        ("shanxiongxin", vec!["单雄信"]),
        ("danxiongxin", vec!["单雄信"]),
        ("sxx", vec!["单雄信"]),
        ("dxx", vec!["单雄信"]),
        ("qiuying", vec!["仇英"]),
        ("chouying", vec!["仇英"]),
        ("ouyangf", vec!["欧阳锋"]),
        ("oyf", vec!["欧阳锋"]),
        ("买买提", vec!["阿依努尔·买买提"]),
        ("阿依努尔买买提", vec!["阿依努尔·买买提"]),
        ("阿依努尔•买买提", vec!["阿依努尔·买买提"]),
        ("19600101", vec!["欧阳锋"]),
        ("002x", vec!["仇英"]),
        ("00000002", vec!["单雄信"]),
        ("3380000", vec!["欧阳锋"]),
        ("芷若 0021", vec!["周芷若"]),
        ("芷若 0033", vec![]),
        ("%", vec![]),
        ("_", vec![]),
        ("\\", vec![]),
        ("", vec![]),
        ("   ", vec![]),
        ("' OR 1=1 --", vec![]),
        ("nobody", vec![]),
    ];
    for (query, expected) in table {
        assert_eq!(found(query), expected, "{query:?}");
    }
    assert_eq!(found("1948031500").len(), 2);
    assert_eq!(person::find(laptop.ledger.entries(), "1948031500", 1).unwrap().len(), 1, "at most so many");
    assert_eq!(person::count(laptop.ledger.entries()).unwrap(), 5);
}

#[test]
fn e3_the_index_follows_every_edit() {
    let (mut laptop, ids) = village_people();
    let household = subject();
    laptop.write(vec![(
        ids[0],
        resident(fields([("name", json!("周颠")), ("household", json!(household.to_string()))])),
    )]);
    let connection = laptop.ledger.entries();
    assert!(person::find(connection, "芷若", 9).unwrap().is_empty(), "the old name is gone");
    assert_eq!(person::find(connection, "zhoudian", 9).unwrap()[0].subject, ids[0]);
    assert_eq!(person::of_household(connection, household).unwrap()[0].subject, ids[0]);
    assert_eq!(person::by_number(connection, "42070419480315002X").unwrap()[0].subject, ids[4]);
    assert!(person::by_number(connection, "").unwrap().is_empty(), "nobody is found by having no number");
    laptop.write(vec![(ids[0], Body::SameAs(body::SameAs { other: ids[1] }))]);
    let connection = laptop.ledger.entries();
    assert!(person::find(connection, "zhoudian", 9).unwrap().is_empty(), "another stands for this one");
    assert_eq!(person::count(connection).unwrap(), 4);
    assert_eq!(laptop.findings(), []);
}

#[test]
fn of_a_household_the_head_stands_first_and_who_is_gone_is_known_also_by_an_older_index() {
    let mut laptop = laptop();
    let household = subject();
    let ids = [subject(), subject(), subject()];
    let told = [("配偶", None), ("户主", None), ("子", Some(json!({"state": "moved", "place": "武汉"})))];
    for (id, (relation, residence)) in ids.iter().zip(told) {
        let mut set = fields([("household", json!(household.to_string())), ("relation", json!(relation))]);
        set.extend(residence.map(|residence| (RESIDENCE.to_owned(), residence)));
        laptop.write(vec![(*id, resident(set))]);
    }
    let members = |laptop: &Laptop| {
        let members = person::of_household(laptop.ledger.entries(), household).unwrap();
        members.into_iter().map(|one| (one.subject, one.head, one.gone)).collect::<Vec<_>>()
    };
    let right = [(ids[1], true, false), (ids[0], false, false), (ids[2], false, true)];
    assert_eq!(members(&laptop), right);
    // An index from before both were told: as the migration leaves it.
    laptop.tamper(
        "UPDATE person SET head = 0, gone = 0; UPDATE document SET fold_version = 0 WHERE kind = 'resident';
         PRAGMA user_version = 0;",
    );
    let mut laptop = laptop.reopen();
    assert_eq!(members(&laptop), right);
    laptop.write(vec![(ids[2], resident(fields([(RESIDENCE, json!(null))])))]);
    assert_eq!(members(&laptop)[2], (ids[2], false, false), "she came back");
    assert_eq!(laptop.findings(), []);
}

#[test]
fn e5_the_cases_of_whoever_was_joined_into_somebody_joined_are_hers_too() {
    let (mut laptop, ids) = village_people();
    let [first, second, third] = [ids[0], ids[1], ids[2]];
    let case = subject();
    laptop.write(vec![(case, opened(first, fields([])))]);
    laptop.write(vec![(first, Body::SameAs(body::SameAs { other: second }))]);
    laptop.write(vec![(second, Body::SameAs(body::SameAs { other: third }))]);
    let connection = laptop.ledger.entries();
    let cases = |of| {
        let found = due_row::cases_of_number(connection, of, "DIBAO").unwrap();
        found.into_iter().map(|document| document.subject).collect::<Vec<_>>()
    };
    assert_eq!(cases(third), vec![case], "over two steps");
    assert_eq!(cases(second), vec![case]);
    assert_eq!(cases(ids[3]), vec![]);
}
