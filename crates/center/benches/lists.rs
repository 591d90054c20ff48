//! How long the console's lists take with 100,000 cases: every one is to open within 30 ms. Exit code 1 over the bound.
#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../tests/rules/author.rs"]
mod author;

use author::{DAHU, Town};
use bangban_center::store::embedded::MIGRATIONS;
use bangban_center::store::reading::CaseAsk;
use bangban_model::{Stage, StreamId};
use rusqlite::{Connection, params};
use std::time::Instant;

const CASES: u32 = 100_000;
const PEOPLE: u32 = 60_000;
const BOUND_MS: f64 = 30.0;
const RUNS: usize = 15;
const PART: u32 = 50;
const SCOPE: &str = "420703200";

fn main() {
    let town = Town::new();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let mut alice = town.author(&[DAHU]).await;
        alice.submitted_case("PENSION_CERT", &[b"a picture"]);
        alice.send_all(&town).await;
    });
    let folder = town.center.folder();
    let connection =
        bangban_ledger::database::open(&folder.database(), &folder.read_key().unwrap(), &MIGRATIONS).unwrap();
    fill(&connection);
    drop(connection);
    let stage = |stage| CaseAsk { stage: Some(stage), limit: PART, ..CaseAsk::default() };
    let all = || CaseAsk { limit: PART, ..CaseAsk::default() };
    let asks = [
        ("all cases, first part", all()),
        ("all cases, last part", CaseAsk { offset: u64::from(CASES) - 100, ..all() }),
        ("waiting for review", stage(Stage::Submitted)),
        ("waiting for review, on the work list", CaseAsk { listed_only: true, ..stage(Stage::Submitted) }),
        ("confirmed", stage(Stage::Confirmed)),
        ("one item", CaseAsk { item: Some("SSC".into()), ..all() }),
        ("one village", CaseAsk { village: StreamId::parse("420703200210"), ..all() }),
        ("a name", CaseAsk { text: "周大山 12345".into(), ..all() }),
        ("a pinyin that many have", CaseAsk { text: "zhou".into(), ..all() }),
        ("a name nobody has", CaseAsk { text: "nobody".into(), ..all() }),
    ];
    let mut over = false;
    for (name, ask) in asks {
        let mut total = 0;
        let times = measure(|| total = town.center.store().case_page(SCOPE, &ask).unwrap().total);
        over |= times.1 > BOUND_MS;
        println!("{name:<40} {total:>7} cases   first {:>6.1} ms   median {:>6.1} ms", times.0, times.1);
    }
    let times = measure(|| assert!(town.center.store().counts_in(SCOPE).unwrap().cases > 0));
    println!("{:<40} {:>13}   first {:>6.1} ms   median {:>6.1} ms", "status", "", times.0, times.1);
    if over {
        println!("over the bound of {BOUND_MS} ms");
        std::process::exit(1);
    }
}

/// The first time, and the median of all.
fn measure(mut act: impl FnMut()) -> (f64, f64) {
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let begun = Instant::now();
            act();
            begun.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    let first = times[0];
    times.sort_by(f64::total_cmp);
    (first, times[RUNS / 2])
}

/// Copies the one person and the one case there are.
fn fill(connection: &Connection) {
    connection.execute_batch("BEGIN").unwrap();
    let mut person = connection
        .prepare(
            "INSERT INTO person (subject, stream, household, name, keys, id_number, phone, hidden)
             SELECT ?1, ?2, NULL, name, keys || ' ' || ?3, ?4, '', 0 FROM person WHERE rowid = 1",
        )
        .unwrap();
    let id = |kind: u8, index: u32| {
        let mut id = [kind; 16];
        id[..4].copy_from_slice(&index.wrapping_mul(2_654_435_761).to_be_bytes());
        id
    };
    let village = |index: u32| format!("420703200{:03}", 202 + index % 14);
    for index in 0..PEOPLE {
        let number = format!("42070419{:010}", index);
        person.execute(params![id(1, index), village(index), index.to_string(), number]).unwrap();
    }
    let mut case = connection
        .prepare(
            "INSERT INTO document (subject, stream, kind, item, stage, resident, household, newest, fold_version, body, due)
             SELECT ?1, ?2, kind, ?3, ?4, ?5, NULL, newest, fold_version,
                CAST(replace(CAST(body AS TEXT), '2026-03-02T09:00:00.000', ?6) AS BLOB), NULL
             FROM document WHERE subject = ?7",
        )
        .unwrap();
    let pattern: uuid::Uuid = connection
        .query_row("SELECT subject FROM document WHERE kind = 'case'", [], |row| row.get(0))
        .unwrap();
    for index in 0..CASES {
        let stage = if index % 50 == 0 { "submitted" } else { "confirmed" };
        let item = ["PENSION_CERT", "SSC", "DIBAO"][index as usize % 3];
        let at = format!("20{:02}-{:02}-{:02}T09:00:00.000", 10 + index % 15, 1 + index % 12, 1 + index % 28);
        let of = id(1, index % PEOPLE);
        case.execute(params![id(2, index), village(index), item, stage, of, at, pattern]).unwrap();
    }
    connection.execute_batch("COMMIT").unwrap();
}
