//! A revoked laptop through the real programs (rule X8): it hands in what it has, is told so, and staff release what is true.

use bangban_tests::checks::DAHU;
use bangban_tests::harness::{ACCEPTOR, Browser, Center, Programs};
use serde_json::{Value, json};

#[test]
fn x8_a_revoked_laptop_hands_in_its_work_and_says_so() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let alice = center.let_in("alice", DAHU);
    alice.sync();
    let admin = Browser::of(&center, "何平", "admin", "");
    let laptops = admin.ask("laptop/list", &json!({}));
    admin.ask("laptop/revoke", &json!({"id": laptops[0]["id"]}));
    alice.run(&["fill", "--cases", "1", "--photos", "1", "--photo-bytes", "5000", "--seed", "8"]);
    let cases = center.count("cases");
    for _ in 0..2 {
        alice.ask(&["sync"]).refused("laptop_revoked");
    }
    assert_eq!((alice.count("pending_entries"), alice.count("pending_photos")), (0, 0), "all was handed in");
    assert!(alice.status()["revoked_at"].is_string());
    assert_eq!(alice.cases().len(), 0, "what is not in force is not listed; it is kept with its reason");
    assert!(alice.count("quarantined") > 0);
    assert_eq!(center.count("cases"), cases, "nothing came into force by itself");
    assert_eq!(center.count("photos_wanted"), 0, "its photos are here");
    let records = center.run(&["quarantine", "list"])["records"].as_array().unwrap().clone();
    assert!(!records.is_empty() && records.iter().all(|record| record["reason"] == "revoked"));
    for record in &records {
        center.run(&["quarantine", "release", record["record"].as_str().unwrap(), "--as", ACCEPTOR]);
    }
    assert_eq!(center.count("cases"), cases + 1);
    assert_eq!((alice.findings(), center.findings()), (Vec::<Value>::new(), Vec::<Value>::new()));
}
