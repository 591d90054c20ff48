//! The wire and the files as they are for good: what `tests/vectors` holds was written once, and is read, hashed, verified and
//! written again here. Another team's client can be tried on the same files. A vector that has to change is a new protocol.
//!
//! `BANGBAN_WRITE_VECTORS=1` writes those that are missing, and never one that is there.
#![allow(clippy::unwrap_used)]

use bangban_keys::{OpeningKey, Signature, SigningKey};
use bangban_model::body::{AgentRemoved, Body};
use bangban_model::chain::stream_hash;
use bangban_model::entry::{NewEntry, Place, RecordPart, seal};
use bangban_model::ids::{Actor, AgentId, DistrictKey};
use bangban_model::{Audience, Digest, Entry, EntryId, IncarnationId, RecordId, StreamId, SubjectId};
use bangban_sync::batch_file::{BatchPart, BatchReader, ReceiptReader, write_batch, write_receipt};
use bangban_sync::enrolment_code::EnrolmentCode;
use bangban_sync::tls::SpkiPin;
use bangban_sync::wire::{
    ByteStream, decode_answer, decode_frames, decode_photo_lines, decode_post, encode_answer, encode_frames,
    encode_photo_lines, encode_post,
};
use bangban_sync::*;
use bytes::Bytes;
use data_encoding::{BASE64, HEXLOWER};
use futures_util::stream::{self, StreamExt};
use futures_util::{FutureExt, Stream, TryStreamExt};
use serde_json::{Value, json};
use std::path::PathBuf;
use uuid::Uuid;

const LAPTOP_SECRET: [u8; 32] = [1; 32];
const CENTER_SECRET: [u8; 32] = [2; 32];
const RECEIVED_AT: &str = "2026-05-09T08:00:01.250+08:00";

fn path_of(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors").join(name)
}

/// The vector of this name; written by `make` where it is missing and writing was asked for.
fn vector(name: &str, make: impl FnOnce() -> Value) -> Value {
    let path = path_of(name);
    if !path.exists() && std::env::var_os("BANGBAN_WRITE_VECTORS").is_some() {
        let text = serde_json::to_string_pretty(&make()).unwrap() + "\n";
        std::fs::write(&path, text).unwrap();
    }
    let text = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{name} is missing"));
    serde_json::from_str(&text).unwrap()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} is no text"))
}

fn bytes_in(value: &Value, key: &str) -> Vec<u8> {
    BASE64.decode(text(value, key).as_bytes()).unwrap()
}

fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().unwrap()
}

fn one_piece(bytes: Vec<u8>) -> ByteStream {
    stream::iter([Ok(Bytes::from(bytes))]).boxed()
}

fn all<T>(from: impl Stream<Item = Result<T, SyncError>>) -> Vec<T> {
    now(from.try_collect()).unwrap()
}

fn written(from: ByteStream) -> Vec<u8> {
    all(from).concat()
}

fn village() -> StreamId {
    StreamId::parse("990000000101").unwrap()
}

fn life() -> IncarnationId {
    IncarnationId("0190a1b2-0000-7000-8000-00000000000a".parse().unwrap())
}

fn center_id() -> Uuid {
    "7d0c2d1e-2222-4222-8222-222222222222".parse().unwrap()
}

/// Three records of one entry each, from `seq` 1 on.
fn entries() -> Vec<Entry> {
    let mut prev = Digest::ZERO;
    let one = |seq: u8| {
        let at = |kind: u128| Uuid::from_u128(kind << 64 | u128::from(seq));
        let new = NewEntry {
            stream: village(),
            subject: SubjectId(life().0),
            audience: Audience::All,
            saw: None,
            body: Body::AgentRemoved(AgentRemoved { agent: AgentId(at(5)) }),
        };
        let place = Place {
            id: EntryId(at(0x0190_a1b2_c3d4_7000)),
            incarnation: life(),
            seq: seq.into(),
            prev,
            stream_prev: prev,
            at: "2026-05-09T08:00:00+08:00".parse().unwrap(),
            by: Actor::Agent(AgentId(at(7))),
            record: RecordPart { id: RecordId(at(8)), index: 0, count: 1 },
            salt: [seq; 16],
        };
        let entry = seal(&new, place).unwrap();
        prev = entry.header_hash();
        entry
    };
    (1..=3).map(one).collect()
}

fn lines() -> Vec<EntryLine> {
    entries().iter().map(|entry| EntryLine::of(entry).unwrap()).collect()
}

fn photo() -> Vec<u8> {
    (0..300u32).map(|at| (at % 251) as u8).collect()
}

fn manifest(photos: Vec<PhotoNote>) -> Manifest {
    Manifest {
        protocol: PROTOCOL_VERSION,
        center: center_id(),
        batch: RecordId("0190a1b2-c3d4-7000-8000-000000000009".parse().unwrap()),
        incarnation: life(),
        first_seq: 1,
        last_seq: 3,
        head: entries()[2].header_hash(),
        photos,
        made_at: "2026-05-09T08:00:00+08:00".into(),
        program: "example 1.0".into(),
        pending_entries: 0,
        pending_photos: None,
        cursors: vec![Cursor { stream: village(), position: 0, stream_hash: Digest::ZERO, whole: false }],
        newest_form: 0,
        lives: Vec::new(),
        heads: Vec::new(),
        brings: Vec::new(),
    }
}

fn laptop_key() -> SigningKey {
    SigningKey::from_secret_bytes(&LAPTOP_SECRET)
}

fn center_key() -> SigningKey {
    SigningKey::from_secret_bytes(&CENTER_SECRET)
}

fn receipt() -> Receipt {
    Receipt {
        center: center_id(),
        incarnation: life(),
        prefix: Some(Reach { seq: 3, header_hash: entries()[2].header_hash() }),
        ranges: Vec::new(),
        refused: Vec::new(),
        photos: vec![Digest::of(&photo())],
        stream_heads: Vec::new(),
        backup: None,
        given_at: RECEIVED_AT.into(),
        villages: Vec::new(),
        tls_pins: Vec::new(),
        pages_refused: None,
        revoked_at: None,
        audit_heads: Vec::new(),
    }
}

fn answer() -> Vec<AnswerLine> {
    let mut hash = Digest::ZERO;
    let marks = entries().into_iter().zip(1..).map(|(entry, position)| {
        hash = stream_hash(hash, position, entry.header_hash(), RECEIVED_AT);
        let (stream, header_hash) = (village(), entry.header_hash());
        AnswerLine::Mark(Mark { stream, position, header_hash, received_at: RECEIVED_AT.into() })
    });
    let marks: Vec<_> = marks.collect();
    let head = StreamHead { stream: village(), position: 3, hash, epoch: 1 };
    let begun = [
        AnswerLine::Receipt(Signed::sign(&receipt(), &center_key()).unwrap()),
        AnswerLine::Wanted(vec![Wanted { digest: Digest::of(b"another"), offset: 65_536 }]),
    ];
    let ended = [AnswerLine::Head(Signed::sign(&head, &center_key()).unwrap()), AnswerLine::End];
    begun.into_iter().chain(marks).chain(ended).collect()
}

#[test]
fn entries_their_chain_and_their_stream_hashes_are_as_they_were_written() {
    let vector = vector("entries.json", || {
        let mut hash = Digest::ZERO;
        let rows = entries().into_iter().zip(1u64..).map(|(entry, position)| {
            hash = stream_hash(hash, position, entry.header_hash(), RECEIVED_AT);
            json!({
                "line": EntryLine::of(&entry).unwrap(),
                "body_digest": entry.header.body_digest,
                "header_hash": entry.header_hash(),
                "position": position,
                "received_at": RECEIVED_AT,
                "stream_hash": hash,
            })
        });
        Value::Array(rows.collect())
    });
    let (mut prev, mut hash) = (Digest::ZERO, Digest::ZERO);
    for (row, made) in vector.as_array().unwrap().iter().zip(entries()) {
        let line: EntryLine = serde_json::from_value(row["line"].clone()).unwrap();
        let entry = line.clone().into_entry().unwrap();
        assert_eq!(EntryLine::of(&made).unwrap(), line, "this program writes the same bytes");
        assert_eq!((entry.header.prev, entry.header.stream_prev), (prev, prev));
        assert_eq!(entry.header.body_digest.to_string(), text(row, "body_digest"));
        prev = entry.header_hash();
        assert_eq!(prev.to_string(), text(row, "header_hash"));
        hash = stream_hash(hash, row["position"].as_u64().unwrap(), prev, text(row, "received_at"));
        assert_eq!(hash.to_string(), text(row, "stream_hash"));
    }
}

/// A statement's vector: the text as it was signed.
fn statement<T: Statement>(statement: &T, secret: [u8; 32]) -> Value {
    let key = SigningKey::from_secret_bytes(&secret);
    let signed = Signed::sign(statement, &key).unwrap();
    json!({
        "context": T::CONTEXT,
        "secret": HEXLOWER.encode(&secret),
        "key": key.verifying_key(),
        "signed": signed,
    })
}

fn holds<T: Statement>(row: &Value) -> T {
    assert_eq!(text(row, "context"), T::CONTEXT);
    let signed: Signed<T> = serde_json::from_value(row["signed"].clone()).unwrap();
    let secret: [u8; 32] = HEXLOWER.decode(text(row, "secret").as_bytes()).unwrap().try_into().unwrap();
    let key = SigningKey::from_secret_bytes(&secret);
    assert_eq!(json!(key.verifying_key()), row["key"]);
    let again: Signature = key.sign(T::CONTEXT, signed.text.as_bytes());
    assert_eq!(again, signed.signature, "signatures are deterministic");
    signed.verify(&key.verifying_key()).unwrap()
}

#[test]
fn signed_statements_hold_and_are_signed_alike() {
    let vector = vector("signed.json", || {
        let head = StreamHead { stream: village(), position: 1, hash: Digest::of(b"stream"), epoch: 1 };
        let photos = PhotoReceipt {
            center: center_id(),
            incarnation: life(),
            photos: vec![Digest::of(&photo())],
            given_at: RECEIVED_AT.into(),
        };
        let escrow = EscrowStored { incarnation: life(), digest: Digest::of(b"sealed") };
        json!({
            "manifest": statement(&manifest(vec![PhotoNote::whole(Digest::of(&photo()), 300)]), LAPTOP_SECRET),
            "receipt": statement(&receipt(), CENTER_SECRET),
            "photo_receipt": statement(&photos, CENTER_SECRET),
            "stream_head": statement(&head, CENTER_SECRET),
            "escrow_stored": statement(&escrow, CENTER_SECRET),
        })
    });
    assert_eq!(holds::<Manifest>(&vector["manifest"]).last_seq, 3);
    assert_eq!(holds::<Receipt>(&vector["receipt"]).prefix.unwrap().header_hash, entries()[2].header_hash());
    assert_eq!(holds::<PhotoReceipt>(&vector["photo_receipt"]).photos, vec![Digest::of(&photo())]);
    assert_eq!(holds::<StreamHead>(&vector["stream_head"]).position, 1);
    assert_eq!(holds::<EscrowStored>(&vector["escrow_stored"]).digest, Digest::of(b"sealed"));
    let mut other = vector["stream_head"].clone();
    other["signed"]["text"] =
        json!(text(&other["signed"], "text").replace("\"position\":1", "\"position\":2"));
    let forged: Signed<StreamHead> = serde_json::from_value(other["signed"].clone()).unwrap();
    assert!(forged.verify(&center_key().verifying_key()).is_err());
}

#[test]
fn ids_and_enrolment_codes_are_derived_and_written_alike() {
    let vector = vector("names.json", || {
        let key = DistrictKey(Digest([3; 32]));
        let derived = [("resident", "A123"), ("household", "0001"), ("resident", "11010519491231002X")].map(
            |(noun, number)| {
                json!({"noun": noun, "number": number, "id": SubjectId::derive(&key, &village(), noun, number)})
            },
        );
        let code = EnrolmentCode {
            address: "10.1.2.3:8443".into(),
            pins: vec![SpkiPin(Digest([9; 32]))],
            code: 0x0123_4567_89ab_cdef,
        };
        json!({
            "district_key": key, "stream": village(), "derived": derived,
            "enrolment": {"text": code.encode().unwrap(), "code": code.code, "address": code.address, "pin": "09".repeat(32)},
        })
    });
    let key: DistrictKey = serde_json::from_value(vector["district_key"].clone()).unwrap();
    for row in vector["derived"].as_array().unwrap() {
        let id = SubjectId::derive(&key, &village(), text(row, "noun"), text(row, "number"));
        assert_eq!(json!(id), row["id"]);
    }
    let code = EnrolmentCode::parse(text(&vector["enrolment"], "text")).unwrap();
    assert_eq!(json!(code.code), vector["enrolment"]["code"]);
    assert_eq!(
        (code.address.as_str(), code.pins),
        (text(&vector["enrolment"], "address"), vec![SpkiPin(Digest([9; 32]))])
    );
}

#[test]
fn frames_and_what_comes_back_are_read_and_written_alike() {
    let frames = || {
        let digest = Digest::of(&photo());
        let one = PhotoFrame { digest, offset: 0, bytes: photo()[..200].to_vec().into() };
        let two = PhotoFrame { digest, offset: 200, bytes: photo()[200..].to_vec().into() };
        [one, two]
    };
    let lines = || {
        let photos = PhotoReceipt {
            center: center_id(),
            incarnation: life(),
            photos: vec![Digest::of(&photo())],
            given_at: RECEIVED_AT.into(),
        };
        let receipt = PhotoLine::Receipt(Signed::sign(&photos, &center_key()).unwrap());
        [PhotoLine::Got(200), receipt, PhotoLine::Got(300)]
    };
    let vector = vector("photos.json", || {
        let up = written(encode_frames(stream::iter(frames()).map(Ok).boxed()));
        let down = written(encode_photo_lines(stream::iter(lines()).map(Ok).boxed()));
        json!({"up": BASE64.encode(&up), "down": String::from_utf8(down).unwrap()})
    });
    let up = bytes_in(&vector, "up");
    assert_eq!(all(decode_frames(one_piece(up.clone()))), frames());
    assert_eq!(written(encode_frames(stream::iter(frames()).map(Ok).boxed())), up);
    let down = text(&vector, "down").as_bytes().to_vec();
    let told = all(decode_photo_lines(one_piece(down.clone())));
    assert_eq!(told, lines());
    assert_eq!(written(encode_photo_lines(stream::iter(told).map(Ok).boxed())), down);
}

#[test]
fn a_packed_exchange_is_read_as_it_was_written() {
    let vector = vector("exchange.json", || {
        let head = PostHead {
            manifest: Signed::sign(&Manifest { cursors: Vec::new(), ..manifest(Vec::new()) }, &laptop_key())
                .unwrap(),
            cursors: vec![Cursor { stream: village(), position: 0, stream_hash: Digest::ZERO, whole: false }],
        };
        let entries = stream::iter(lines()).map(Ok).boxed();
        let post = written(encode_post(Post { head: head.clone(), entries }).unwrap());
        let busy = [vec![AnswerLine::Working], answer()].concat();
        let packed = written(encode_answer(stream::iter(busy).map(Ok).boxed()).unwrap());
        json!({
            "post": BASE64.encode(&post), "head": head, "entries": lines(),
            "answer": BASE64.encode(&packed), "answer_lines": answer(),
        })
    });
    let post = now(decode_post(one_piece(bytes_in(&vector, "post")))).unwrap();
    assert_eq!(json!(post.head), vector["head"]);
    post.head.manifest.verify(&laptop_key().verifying_key()).unwrap();
    assert_eq!(json!(all(post.entries)), vector["entries"]);
    let told = all(decode_answer(one_piece(bytes_in(&vector, "answer"))));
    assert_eq!(json!(told), vector["answer_lines"]);
    assert_eq!(told, answer());
}

#[test]
fn files_are_opened_and_hold_what_was_put_in() {
    let part = &photo()[100..];
    let notes = || {
        let range = PhotoRange { offset: 100, length: 200, digest: Digest::of(part) };
        vec![
            PhotoNote::whole(Digest::of(b"a small photo"), 13),
            PhotoNote { digest: Digest::of(&photo()), size_bytes: 300, range: Some(range) },
        ]
    };
    let vector = vector("files.json", || {
        let (center_box, laptop_box) = (OpeningKey::random(), OpeningKey::random());
        let signed = Signed::sign(&manifest(notes()), &laptop_key()).unwrap();
        let photos = [Bytes::from_static(b"a small photo"), Bytes::copy_from_slice(part)].map(Ok);
        let batch =
            write_batch(Vec::new(), &center_box.sealing_key(), &signed, lines().into_iter().map(Ok), photos);
        let receipt = write_receipt(
            Vec::new(),
            &laptop_box.sealing_key(),
            center_id(),
            life(),
            answer().into_iter().map(Ok),
        );
        json!({
            "center_opening_key": center_box.to_secret_text().as_str(),
            "laptop_opening_key": laptop_box.to_secret_text().as_str(),
            "laptop_key": laptop_key().verifying_key(), "center_key": center_key().verifying_key(),
            "batch": BASE64.encode(&batch.unwrap()), "manifest": signed, "entries": lines(),
            "photo_parts": [BASE64.encode(b"a small photo"), BASE64.encode(part)],
            "receipt": BASE64.encode(&receipt.unwrap()), "answer_lines": answer(),
        })
    });
    let key = |name| OpeningKey::from_secret_text(text(&vector, name)).unwrap();
    let batch = bytes_in(&vector, "batch");
    let signer = laptop_key().verifying_key();
    let reader =
        BatchReader::open(batch.as_slice(), &key("center_opening_key"), center_id(), |_| Some(signer))
            .unwrap();
    assert_eq!(json!(reader.signed_manifest()), vector["manifest"]);
    assert_eq!(reader.manifest().photos, notes());
    let (mut entries, mut parts) = (Vec::new(), Vec::new());
    for part in reader {
        match part.unwrap() {
            BatchPart::Brought(_) => panic!("nothing is brought back"),
            BatchPart::Entry(line) => entries.push(line),
            BatchPart::Photo(frame) => parts.push((frame.offset, BASE64.encode(&frame.bytes))),
        }
    }
    assert_eq!(json!(entries), vector["entries"]);
    assert_eq!(parts.iter().map(|part| part.0).collect::<Vec<_>>(), [0, 100]);
    assert_eq!(json!(parts.iter().map(|part| &part.1).collect::<Vec<_>>()), vector["photo_parts"]);
    let receipt = bytes_in(&vector, "receipt");
    let verifies = center_key().verifying_key();
    let told =
        ReceiptReader::open(receipt.as_slice(), &key("laptop_opening_key"), center_id(), &verifies, life());
    let told: Vec<AnswerLine> = told.unwrap().map(Result::unwrap).collect();
    assert_eq!(json!(told), vector["answer_lines"]);
}
