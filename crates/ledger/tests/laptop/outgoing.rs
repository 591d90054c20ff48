//! What waits to be sent is consecutive, in whole records, and ends in the hash of its last header.

use crate::bench::*;
use bangban_ledger::outbox::MAX_BATCH_ENTRIES;
use bangban_ledger::receive::{HeldRun, ReceiptFacts};
use serde_json::json;

/// The two entries of the enrolment, then records of four.
fn records(laptop: &mut Laptop, count: usize) {
    for _ in 0..count {
        laptop.write((0..4).map(|_| (subject(), resident(fields([("name", json!("周芷若"))])))).collect());
    }
}

fn received(laptop: &mut Laptop, first: u64, last: u64) {
    let last_hash = laptop.own()[last as usize - 1].header_hash();
    let runs = vec![HeldRun { first, last, last_hash }];
    let facts = ReceiptFacts { runs, signed: "{}".into(), kind: "exchange", ..ReceiptFacts::default() };
    laptop.ledger.apply_receipt(&facts, clock()).unwrap();
}

#[test]
fn x1_everything_in_no_receipt_is_outgoing_from_the_first_to_the_last() {
    let mut laptop = laptop();
    records(&mut laptop, 2);
    let own = laptop.own();
    let outgoing = laptop.ledger.outgoing().unwrap();
    assert_eq!((outgoing.first_seq, outgoing.last_seq, outgoing.left), (1, 10, 0));
    assert_eq!(outgoing.head, own[9].header_hash());
    let nothing = laptop.ledger.nothing_outgoing().unwrap();
    assert_eq!((nothing.first_seq, nothing.last_seq, nothing.left), (1, 0, 10));
    received(&mut laptop, 1, 10);
    let outgoing = laptop.ledger.outgoing().unwrap();
    assert_eq!((outgoing.first_seq, outgoing.last_seq, outgoing.left), (11, 10, 0), "nothing is left");
    assert_eq!(outgoing.head, own[9].header_hash());
    assert_eq!(laptop.ledger.nothing_outgoing().unwrap(), outgoing);
}

#[test]
fn x1_a_record_that_was_received_in_part_is_sent_whole_again() {
    let mut laptop = laptop();
    records(&mut laptop, 2);
    received(&mut laptop, 1, 4);
    let outgoing = laptop.ledger.outgoing().unwrap();
    assert_eq!((outgoing.first_seq, outgoing.last_seq), (3, 10), "from the record's first part on");
    let entries = laptop.ledger.own_entries(outgoing.first_seq, outgoing.last_seq).unwrap();
    let parts: Vec<u32> = entries.iter().map(|entry| entry.header.record.index).collect();
    assert_eq!(parts, [0, 1, 2, 3, 0, 1, 2, 3]);
    let nothing = laptop.ledger.nothing_outgoing().unwrap();
    assert_eq!((nothing.last_seq, nothing.left), (2, 8));
}

#[test]
fn x1_a_long_queue_is_cut_at_the_end_of_a_record() {
    let mut laptop = laptop();
    records(&mut laptop, 3);
    // As if very many entries stood between the first record and the second, which lies across the limit.
    let shift = MAX_BATCH_ENTRIES - 8;
    laptop.tamper(&format!(
        "UPDATE entry SET seq = -(seq + {shift}) WHERE seq > 6; UPDATE entry SET seq = -seq WHERE seq < 0"
    ));
    let outgoing = laptop.ledger.outgoing().unwrap();
    assert_eq!(outgoing.first_seq, 1);
    assert_eq!(outgoing.last_seq, 10 + shift, "two entries beyond the limit, where the record ends");
    assert_eq!(outgoing.left, 4);
    let last = laptop.ledger.own_entries(outgoing.last_seq, outgoing.last_seq).unwrap();
    assert_eq!(outgoing.head, last[0].header_hash());
}
