//! A changed byte anywhere in a header, a body or a stream is found.

use crate::writing::{Story, edit, received_at, submit};
use bangban_model::Digest;
use bangban_model::chain::{received_at_text, stream_hash};
use bangban_model::entry::{Entry, EntryProblem, MAX_BODY_BYTES, MAX_HEADER_BYTES};

fn two_entries() -> (Entry, Entry) {
    let (mut story, birth) = Story::of_case();
    let first = story.write("alice", Some(birth), edit("/data/f", "张三丰"));
    let second = story.write("alice", Some(birth), submit());
    (first, second)
}

#[test]
fn e1_a_changed_bit_anywhere_in_a_body_is_found() {
    let (entry, _) = two_entries();
    let body = entry.body_bytes.clone().unwrap();
    for at in 0..body.len() {
        for bit in 0..8 {
            let mut changed = body.clone();
            changed[at] ^= 1 << bit;
            let read = Entry::from_bytes(entry.header_bytes.clone(), Some(changed));
            assert_eq!(read, Err(EntryProblem::BadBody), "byte {at}, bit {bit}");
        }
    }
    let shorter = body[..body.len() - 1].to_vec();
    assert_eq!(Entry::from_bytes(entry.header_bytes.clone(), Some(shorter)), Err(EntryProblem::BadBody));
    assert_eq!(Entry::from_bytes(entry.header_bytes, Some(body[..15].to_vec())), Err(EntryProblem::BadBody));
}

#[test]
fn e1_a_changed_bit_anywhere_in_a_header_breaks_the_chain_of_its_life_and_of_its_stream() {
    let (first, second) = two_entries();
    assert_eq!(second.header.prev, first.header_hash());
    let whole = stream_hash(Digest::ZERO, 1, first.header_hash(), &received_at(1));
    for at in 0..first.header_bytes.len() {
        for bit in 0..8 {
            let mut changed = first.header_bytes.clone();
            changed[at] ^= 1 << bit;
            let found = match Entry::from_bytes(changed, first.body_bytes.clone()) {
                Err(_) => true,
                Ok(read) => {
                    read.header_hash() != second.header.prev
                        && stream_hash(Digest::ZERO, 1, read.header_hash(), &received_at(1)) != whole
                }
            };
            assert!(found, "byte {at}, bit {bit}");
        }
    }
}

#[test]
fn s1_the_stream_hash_binds_predecessor_position_header_and_time_of_receipt() {
    let (first, second) = two_entries();
    let (before, here) = (first.header_hash(), second.header_hash());
    let whole = stream_hash(before, 2, here, &received_at(2));
    let others = [
        stream_hash(Digest::ZERO, 2, here, &received_at(2)),
        stream_hash(before, 3, here, &received_at(2)),
        stream_hash(before, 2, before, &received_at(2)),
        stream_hash(before, 2, here, &received_at(3)),
    ];
    for (number, other) in others.into_iter().enumerate() {
        assert_ne!(other, whole, "part {number}");
    }
    assert_eq!(received_at_text(crate::writing::clock()), "2026-03-02T09:30:00.000+08:00");
}

#[test]
fn e1_the_exact_bytes_are_kept_and_nothing_is_serialised_again() {
    let (entry, _) = two_entries();
    // The same header with a blank in it: another text, another hash, and kept as it came.
    let spaced = String::from_utf8(entry.header_bytes.clone()).unwrap().replacen(',', ", ", 1).into_bytes();
    let read = Entry::from_bytes(spaced.clone(), entry.body_bytes.clone()).unwrap();
    assert_eq!(read.header, entry.header);
    assert_eq!(read.header_bytes, spaced);
    assert_ne!(read.header_hash(), entry.header_hash());
}

#[test]
fn e1_what_breaks_the_form_or_the_limits_is_no_entry() {
    let (entry, _) = two_entries();
    let body = entry.body_bytes.clone();
    let with = |change: &dyn Fn(&mut bangban_model::Header)| {
        let mut header = entry.header.clone();
        change(&mut header);
        Entry::from_bytes(serde_json::to_vec(&header).unwrap(), body.clone()).map(|_| ())
    };
    assert_eq!(with(&|_| {}), Ok(()));
    assert_eq!(with(&|header| header.seq = 0), Err(EntryProblem::BadHeader));
    assert_eq!(with(&|header| header.seq = u64::MAX), Err(EntryProblem::BadHeader));
    assert_eq!(with(&|header| header.record.index = header.record.count), Err(EntryProblem::BadHeader));
    assert_eq!(with(&|header| header.record.count = 4097), Err(EntryProblem::BadHeader));
    assert_eq!(with(&|header| header.kind = "k".repeat(65)), Err(EntryProblem::BadHeader));
    let long = Entry::from_bytes(vec![b' '; MAX_HEADER_BYTES + 1], None);
    assert_eq!(long, Err(EntryProblem::TooLong));
    let long = Entry::from_bytes(entry.header_bytes.clone(), Some(vec![0; MAX_BODY_BYTES + 1]));
    assert_eq!(long, Err(EntryProblem::TooLong));
    assert_eq!(Entry::from_bytes(b"{}".to_vec(), None), Err(EntryProblem::BadHeader));
}
