//! A laptop is made responsible for other villages: it learns so with its next receipt, gets what is there of the new one,
//! writes no more in the old one, and what it had not handed in of that waits at the center for a person.

use bangban_ledger::DraftId;
use bangban_ledger::record::Author;
use bangban_model::body::{Body, FieldSet, Recorded};
use bangban_model::entry::NewEntry;
use bangban_model::{Actor, Audience, Code, StreamId, SubjectId};
use bangban_tests::checks::{DAHU, both_sides_are_whole};
use bangban_tests::harness::{Center, Laptop, Programs, Village};
use serde_json::Value;

/// Another village of the same township; its code comes after the first.
const NEXT: &str = "420703200210";
const ADMIN: &str = "陈管理员";

fn assign(center: &Center, of: &str, villages: &[&str]) {
    let listed = center.run(&["laptop", "list"]);
    let laptop =
        listed["laptops"].as_array().into_iter().flatten().find(|line| line["agents"][0] == of).unwrap();
    let mut words = vec!["laptop", "assign", laptop["id"].as_str().unwrap(), "--as", ADMIN];
    for village in villages {
        words.extend(["--village", village]);
    }
    center.run(&words);
}

fn fill(laptop: &Laptop, seed: &str) -> bangban_tests::harness::Answer {
    laptop.ask(&["fill", "--cases", "2", "--photos", "1", "--photo-bytes", "20000", "--seed", seed])
}

/// Writes a visit in a village; the code where that is refused.
fn record_in(laptop: &Laptop, village: &str) -> Option<Code> {
    let desk = laptop.desk();
    let mut ledger = desk.ledger();
    let (agent, _) = ledger.agents().unwrap()[0].clone();
    let author = Author { by: Actor::Agent(agent), at: chrono::Utc::now().fixed_offset() };
    let visit = NewEntry {
        stream: StreamId::parse(village).unwrap(),
        subject: SubjectId(uuid::Uuid::now_v7()),
        audience: Audience::All,
        saw: None,
        body: Body::VisitRecorded(Recorded { set: FieldSet::default() }),
    };
    ledger.record(author, vec![visit], None).err().map(|problem| problem.code())
}

#[test]
fn x8_a_laptop_of_another_village_learns_so_and_loses_nothing() {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let alice = center.let_in("alice", DAHU);
    let bob = center.let_in("bob", NEXT);
    fill(&bob, "1").good();
    bob.sync();
    fill(&alice, "2").good();
    alice.sync();
    let of_dahu = alice.count("cases");
    // Both villages: what bob wrote comes in the very answer that tells of it.
    assign(&center, "alice", &[DAHU, NEXT]);
    let told = alice.sync();
    assert_eq!(told["synced"]["assigned"].as_array().map_or(0, Vec::len), 2, "{told}");
    assert_eq!(alice.count("cases"), of_dahu + bob.count("cases"));
    // Written in the old village before she heard that it is no longer hers.
    fill(&alice, "3").good();
    assign(&center, "alice", &[NEXT]);
    alice.sync();
    assert_eq!(alice.count("pending_entries"), 0);
    assert!(alice.count("quarantined") > 0, "what she had not handed in waits for a person");
    assert!(alice.count("cases") > of_dahu, "and stays visible to her");
    let quarantine = center.run(&["quarantine", "list"]);
    let reasons: Vec<Value> = quarantine["records"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|record| record["reason"].clone())
        .collect();
    assert!(!reasons.is_empty() && reasons.iter().all(|reason| reason == "village_not_hers"), "{reasons:?}");
    // From now on she writes in the new village; a roster of the old one is refused.
    fill(&alice, "4").good();
    alice.sync();
    let village = Village::small(&programs);
    let roster = village.roster().display().to_string();
    alice.ask(&["roster", "import", &roster, "--village", DAHU]).refused("village_unknown");
    assert_eq!(record_in(&alice, DAHU), Some(Code::VillageTaken));
    assert_eq!(record_in(&alice, NEXT), None);
    both_sides_are_whole(&[&alice, &bob], &center).unwrap();
}

/// What is written about people in a village, as the laptop has it: names of residents and cases.
fn told_of(laptop: &Laptop, village: &str) -> (i64, i64, i64) {
    let desk = laptop.desk();
    let ledger = desk.ledger();
    let count = |sql: &str| ledger.entries().query_row(sql, [village], |row| row.get(0)).unwrap();
    (
        count("SELECT count(*) FROM person WHERE stream = ?1"),
        count("SELECT count(*) FROM document WHERE stream = ?1 AND kind = 'case'"),
        count("SELECT count(*) FROM entry WHERE stream = ?1 AND body IS NOT NULL AND kind LIKE 'case_%'"),
    )
}

#[test]
fn x8_what_a_laptop_has_of_a_village_that_it_lost_is_erased_once_a_backup_holds_it_and_comes_back_with_the_village()
 {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let (alice, bob) = (center.let_in("alice", DAHU), center.let_in("bob", DAHU));
    fill(&bob, "1").good();
    bob.sync();
    assign(&center, "alice", &[NEXT, DAHU]);
    alice.sync();
    fill(&alice, "2").good();
    assign(&center, "alice", &[DAHU, NEXT]);
    alice.sync();
    fill(&alice, "3").good();
    alice.sync();
    let before = told_of(&alice, DAHU);
    assert!(before.1 >= 4, "her own and bob's: {before:?}");
    let of_next = told_of(&alice, NEXT);
    assign(&center, "alice", &[NEXT]);
    alice.sync();
    alice.sync();
    assert_eq!(told_of(&alice, DAHU), before, "without a backup everything stays");
    let place = tempfile::tempdir().unwrap();
    let to = place.path().display().to_string();
    center.run(&["backup", "make", "--to", &to]);
    // A draft of that village keeps it here.
    let draft = DraftId(uuid::Uuid::now_v7());
    let body = format!(r#"{{"stream":"{DAHU}"}}"#);
    let now = chrono::Utc::now().fixed_offset();
    alice.desk().ledger().save_draft(draft, SubjectId(uuid::Uuid::now_v7()), &body, &[], now).unwrap();
    alice.sync();
    assert_eq!(told_of(&alice, DAHU), before, "a draft is handed over first");
    alice.desk().ledger().discard_draft(draft).unwrap();
    alice.sync();
    assert_eq!(told_of(&alice, DAHU), before, "the backup was made while something waited");
    center.run(&["backup", "make", "--to", &to]);
    alice.sync();
    assert_eq!(told_of(&alice, DAHU), (0, 0, 0), "a later backup holds it: it is gone");
    assert_eq!(told_of(&alice, NEXT), of_next, "nothing else is");
    let leaving = alice.desk().ledger().leaving().unwrap();
    assert!(leaving[0].erased_at.is_some());
    both_sides_are_whole(&[&alice, &bob], &center).unwrap();
    // Meanwhile bob goes on there; then the village is hers again.
    fill(&bob, "4").good();
    bob.sync();
    assign(&center, "alice", &[NEXT, DAHU]);
    alice.sync();
    let again = told_of(&alice, DAHU);
    assert_eq!((again.1, told_of(&bob, DAHU)), (before.1 + 2, again), "hers and bob's are here again");
    assert_eq!(alice.desk().ledger().leaving().unwrap(), []);
    fill(&alice, "5").good();
    alice.sync();
    // And so once more.
    assign(&center, "alice", &[NEXT]);
    alice.sync();
    center.run(&["backup", "make", "--to", &to]);
    alice.sync();
    assert_eq!(told_of(&alice, DAHU), (0, 0, 0));
    assign(&center, "alice", &[NEXT, DAHU]);
    alice.sync();
    bob.sync();
    assert_eq!(told_of(&alice, DAHU), told_of(&bob, DAHU));
    both_sides_are_whole(&[&alice, &bob], &center).unwrap();
}
