//! The examples of docs/protocol.md are what this program computes.
#![allow(clippy::unwrap_used)]

use bangban_model::chain::stream_hash;
use bangban_model::ids::DistrictKey;
use bangban_model::{Digest, Entry, StreamId, SubjectId};

const PAGE: &str = include_str!("../../../docs/protocol.md");

#[test]
fn e1_the_header_the_body_and_the_stream_of_the_page_have_the_hashes_that_it_names() {
    let header = PAGE.lines().find(|line| line.starts_with("{\"id\":\"0190a1b2-c3d4")).unwrap();
    let salt: Vec<u8> = (0..16).collect();
    let body = [salt.as_slice(), br#"{"agent":"0190a1b2-0000-7000-8000-000000000005"}"#].concat();
    let entry = Entry::from_bytes(header.as_bytes().to_vec(), Some(body)).unwrap();
    let said = |digest: Digest| PAGE.contains(&digest.to_string());
    assert!(said(entry.header_hash()));
    assert!(said(stream_hash(Digest::ZERO, 1, entry.header_hash(), "2026-05-09T08:00:01.250+08:00")));
}

#[test]
fn e5_the_derived_id_of_the_page_is_the_one_that_everybody_derives() {
    let key = DistrictKey(Digest([3; 32]));
    let stream = StreamId::parse("990000000101").unwrap();
    assert!(PAGE.contains(&SubjectId::derive(&key, &stream, "resident", "A123").to_string()));
}
