//! 名单: the township reads who stands on a round or an event, and how it stands with each, within its scope alone.

use crate::acting::{Staff, resident};
use crate::author::{Author, DAHU};
use crate::browser::Office;
use bangban_model::SubjectId;
use bangban_model::body::{Body, FieldSet, Recorded};
use serde_json::{Value, json};
use uuid::Uuid;

fn write(alice: &mut Author, id: SubjectId, body: fn(Recorded) -> Body, fields: &[(String, Value)]) {
    let set: FieldSet = fields.iter().cloned().collect();
    alice.write(&[(id, body(Recorded { set }))]);
}

fn field(path: &str, value: Value) -> (String, Value) {
    (path.to_owned(), value)
}

#[tokio::test]
async fn the_township_reads_a_roll_as_it_stands() {
    let office = Office::open().await;
    let staff = Staff::of(&office).await;
    let mut alice = office.town.author(&[DAHU]).await;
    let [round, event] = [(); 2].map(|()| SubjectId(Uuid::now_v7()));
    let houses = [(); 3].map(|()| SubjectId(Uuid::now_v7()));
    for (at, house) in houses.iter().enumerate() {
        let number = field("household_no", json!(format!("209000{}", 9 - at)));
        write(&mut alice, *house, Body::HouseholdRecorded, &[number, field("address", json!("大湖村1组"))]);
        let name = format!("户主{at}");
        let head = [("name", json!(name)), ("household", json!(house)), ("relation", json!("户主"))];
        resident(&mut alice, DAHU, &head);
    }
    let person = resident(&mut alice, DAHU, &[("name", json!("余桂英"))]);
    let line = |register: &str| {
        vec![
            field("register", json!(register)),
            field("form", json!("0".repeat(64))),
            field("day", json!("2026-03-01")),
        ]
    };
    let mut fields = line("DJ_ZOUFANG");
    fields.extend(houses.iter().map(|house| field(&format!("roll/{house}"), json!(true))));
    write(&mut alice, round, Body::LineRecorded, &fields);
    let mut fields = line("DJ_HUODONG");
    fields.push(field(&format!("roll/{person}"), json!(true)));
    fields.push(field(&format!("roll_state/{person}"), json!("away")));
    fields.push(field(&format!("roll_note/{person}"), json!("在深圳")));
    write(&mut alice, event, Body::LineRecorded, &fields);
    let visit = [
        field("household", json!(houses[2])),
        field("started_at", json!("2026-03-02T09:00:00+08:00")),
        field("round", json!(round)),
        field("result", json!("met")),
        field("need", json!("想办高龄津贴")),
    ];
    write(&mut alice, SubjectId(Uuid::now_v7()), Body::VisitRecorded, &visit);
    alice.send_all(&office.town).await;

    let roll = async |line: SubjectId| {
        staff.acceptor.ask("register/roll", json!({"line": line})).await["rows"].clone()
    };
    let told = |rows: &Value| -> Vec<(String, String)> {
        let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
        rows.as_array().unwrap().iter().map(|row| (text(row, "name"), text(row, "state"))).collect()
    };
    let rows = roll(round).await;
    let expected = [("户主2", "见到人"), ("户主1", "待办"), ("户主0", "待办")];
    assert_eq!(told(&rows), expected.map(|(name, state)| (name.to_owned(), state.to_owned())));
    assert_eq!((&rows[0]["need"], &rows[0]["settled"]), (&json!("想办高龄津贴"), &json!(true)));
    let rows = roll(event).await;
    assert_eq!(told(&rows), [("余桂英".to_owned(), "外出".to_owned())]);
    assert_eq!(rows[0]["note"], "在深圳");
    let lines = json!({"register": "DJ_ZOUFANG", "offset": 0, "limit": 10});
    assert_eq!(staff.acceptor.ask("register/lines", lines).await["lines"][0]["on_roll"], 3);
}
