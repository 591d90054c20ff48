//! How long the look at a ledger takes before it is worked on, for 120 MB. Exit code 1 over 2 seconds.
//!
//! Beside it, for the record: what SQLCipher's and SQLite's own checks would take.
#![allow(clippy::unwrap_used)]

use bangban_keys::{DataKey, KdfCost, Pin, SlotFile};
use bangban_ledger::{Ledger, Opened};
use bangban_model::ids::AgentId;
use std::time::Instant;
use uuid::Uuid;

const MEGABYTES: u64 = 120;
const BOUND_MS: f64 = 2000.0;
const RUNS: usize = 3;
const KEY: [u8; 32] = [7; 32];

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let key = || DataKey::from_bytes(KEY);
    let floor = KdfCost { passes: 1, ..KdfCost::FLOOR };
    let slots = SlotFile::create(&key(), "agent", &Pin::parse("73918462").unwrap(), None, floor).unwrap();
    let ledger = Ledger::create(folder.path(), key(), &slots, AgentId(Uuid::nil()), "周小琴").unwrap();
    // Pages are looked at whatever stands in them: drafts of 1 to 6 kB fill them, with an index beside.
    let body = format!("{{\"text\":\"{}\"}}", "x".repeat(6000));
    ledger.entries().execute_batch("BEGIN").unwrap();
    let mut written = 0u64;
    while written < MEGABYTES * 1_000_000 {
        let length = 1000 + (written % 5000) as usize;
        ledger
            .entries()
            .prepare_cached("INSERT INTO draft (id, subject, body, updated_at) VALUES (?1, ?2, ?3, '')")
            .unwrap()
            .execute(rusqlite::params![Uuid::now_v7(), Uuid::now_v7(), &body[..length]])
            .unwrap();
        written += length as u64 + 600;
    }
    ledger.entries().execute_batch("COMMIT").unwrap();
    drop(ledger);
    let file = folder.path().join("ledger.db");
    let megabytes = std::fs::metadata(&file).unwrap().len() as f64 / 1e6;

    let plain = median(|| drop(Ledger::open(folder.path(), key()).unwrap()));
    let checked = median(|| match Ledger::open_checked(folder.path(), key()).unwrap() {
        Opened::Whole(ledger) => drop(ledger),
        Opened::Damaged(check) => panic!("{check:?}"),
    });
    let pragma = |name: &str| {
        let begun = Instant::now();
        let opened = Ledger::open(folder.path(), key()).unwrap();
        let mut statement = opened.entries().prepare(&format!("PRAGMA {name}")).unwrap();
        let mut rows = statement.query([]).unwrap();
        while rows.next().unwrap().is_some() {}
        begun.elapsed().as_secs_f64() * 1000.0
    };
    let per_bound = checked * MEGABYTES as f64 / megabytes;
    println!("ledger.db                       {megabytes:8.1} MB");
    println!("opened without looking          {plain:8.1} ms");
    println!("looked at and opened            {checked:8.1} ms");
    println!(
        "  for {MEGABYTES} MB                    {per_bound:8.1} ms, {:.2} of the bound",
        per_bound / BOUND_MS
    );
    println!("PRAGMA cipher_integrity_check   {:8.1} ms", pragma("cipher_integrity_check"));
    println!("PRAGMA quick_check              {:8.1} ms", pragma("quick_check"));
    if per_bound > BOUND_MS {
        std::process::exit(1);
    }
}

fn median(act: impl Fn()) -> f64 {
    let mut took: Vec<f64> = (0..RUNS)
        .map(|_| {
            let begun = Instant::now();
            act();
            begun.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    took.sort_by(f64::total_cmp);
    took[RUNS / 2]
}
