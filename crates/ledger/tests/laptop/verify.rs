//! `verify` finds a changed byte wherever it stands, and nothing in a healthy ledger.

use crate::bench::*;
use bangban_ledger::Ledger;
use bangban_ledger::receive::{HeldRun, ReceiptFacts};
use bangban_ledger::verify::Finding;
use bangban_model::body::{self, Body};
use bangban_model::document::Document;
use bangban_model::{Code, Digest, Entry, SubjectId};
use serde_json::json;

/// A ledger with something of everything: own and others' entries, positioned and pending, marks, quarantine, photos.
fn lived_in() -> (Laptop, SubjectId) {
    let (mut laptop, mut center) = (laptop(), Center::new());
    let (person, case) = (subject(), subject());
    let photo = laptop.ledger.put_photo(b"a photo of a booklet", clock()).unwrap();
    let (path, field) = photo_field(photo, 20, None);
    laptop.write(vec![(person, resident(fields([("name", json!("周芷若"))])))]);
    laptop.write(vec![(case, opened(person, fields([("/data/a", json!(1)), (&path, field)])))]);
    laptop.write(vec![(case, edit(fields([("/data/a", json!(2))])))]);
    let revision = laptop.write(vec![(case, submit())])[0];
    laptop.write(vec![(subject(), resident(fields([("name", json!("被退回的人"))])))]);
    center.exchange(&mut laptop, &[5, 7]);
    center.take([from_elsewhere(subject(), resident(fields([("name", json!("李莫愁"))])))]);
    let batch = bangban_model::RecordId(uuid::Uuid::now_v7());
    center.write(case, Some(revision), Body::CaseImported(body::CaseImported { batch, revision }));
    center.write(case, Some(revision), Body::CaseAccepted(body::CaseAccepted { revision }));
    center.exchange(&mut laptop, &[5, 7]);
    laptop.write(vec![(case, edit(fields([("/data/b", json!(3))])))]);
    (laptop, case)
}

fn kinds(findings: &[Finding]) -> Vec<&'static str> {
    let mut kinds: Vec<&'static str> = findings.iter().map(|finding| finding.what).collect();
    kinds.dedup();
    kinds
}

#[test]
fn a_healthy_ledger_has_no_findings_and_everything_was_looked_at() {
    let (laptop, _) = lived_in();
    let verified = laptop.ledger.verify(|stream, position, hash, head| {
        (stream, position, head) == (&village(), 8, "head") && hash != Digest::ZERO
    });
    let verified = verified.unwrap();
    assert_eq!(verified.findings, []);
    assert_eq!((verified.entries, verified.positions, verified.photos), (10, 8, 1));
    assert_eq!(verified.documents, 5, "the laptop itself, two residents, one refused, one case");
    assert_eq!(not_enrolled().findings(), []);
}

/// Each change alone, on a fresh copy of the same ledger, is found.
#[test]
fn a_changed_byte_is_found_wherever_it_stands() {
    let (laptop, _) = lived_in();
    // Flips the lowest bit of the first byte of a text or blob.
    let flip = |column: &str| format!("CAST(char(unicode(substr({column}, 1, 1)) | 1) || 'x' AS BLOB)");
    let other = "x'00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'";
    let table = [
        ("entry", format!("UPDATE entry SET header = {} WHERE seq = 4", flip("header"))),
        ("entry", "UPDATE entry SET body = CAST(substr(body, 1, 20) || 'X' || substr(body, 22) AS BLOB) WHERE seq = 4".into()),
        ("entry", "UPDATE entry SET body = CAST(substr(body, 1, 20) || 'X' || substr(body, 22) AS BLOB) WHERE standing = 'quarantined' AND seq = 5".into()),
        ("header", format!("UPDATE entry SET header_hash = {other} WHERE seq = 4")),
        ("header", format!("UPDATE entry SET header_hash = {other} WHERE standing = 'pending'")),
        ("chain", "DELETE FROM entry WHERE seq = 5 AND standing = 'quarantined'".into()),
        ("document", "UPDATE document SET body = CAST(replace(body, '/data/a', '/data/c') AS BLOB) WHERE kind = 'case'".into()),
        ("document", "DELETE FROM document WHERE kind = 'case'".into()),
        ("document", "UPDATE entry SET body = NULL WHERE seq = 4".into()),
        ("document", "INSERT INTO document SELECT zeroblob(16), stream, kind, item, stage, resident, household, newest, fold_version, body, due, day, words, name FROM document WHERE kind = 'case'".into()),
        ("document", "UPDATE document SET stage = 'open' WHERE kind = 'case'".into()),
        ("document", "UPDATE document SET due = '2027-01-01' WHERE kind = 'case'".into()),
        ("document", "UPDATE document SET name = name || '！' WHERE kind = 'case'".into()),
        ("person", "UPDATE person SET name = name || '！'".into()),
        ("person", "UPDATE person SET head = 1 - head".into()),
        ("person", "UPDATE person SET gone = 1 - gone".into()),
        ("person", "DELETE FROM person".into()),
        ("stream", format!("UPDATE cursor SET stream_hash = {other}")),
        ("stream", "UPDATE cursor SET position = position - 1".into()),
        ("stream", "DELETE FROM cursor".into()),
        ("stream", format!("UPDATE mark SET header_hash = {other}")),
        ("stream", "DELETE FROM mark".into()),
        ("stream", "UPDATE mark SET received_at = '2026-03-02T12:00:00.999+08:00'".into()),
        ("stream", "UPDATE entry SET received_at = '2026-03-02T12:00:00.999+08:00' WHERE seq = 4".into()),
        ("columns", "UPDATE entry SET subject = zeroblob(16) WHERE seq = 4".into()),
        ("columns", "UPDATE entry SET id = zeroblob(16) WHERE seq = 4".into()),
        ("columns", "UPDATE entry SET kind = 'case_opened' WHERE seq = 3".into()),
        ("columns", "UPDATE entry SET record = zeroblob(16) WHERE seq = 4".into()),
        ("standing", "UPDATE entry SET standing = 'pending' WHERE seq = 4".into()),
        ("standing", "UPDATE entry SET standing = 'positioned' WHERE standing = 'pending'".into()),
    ];
    let connection = laptop.ledger.entries();
    for (expected, sql) in table {
        connection.execute_batch("SAVEPOINT healthy").unwrap();
        let before = laptop.dump();
        laptop.tamper(&sql);
        assert_ne!(laptop.dump(), before, "changes nothing: {sql}");
        let findings = laptop.findings();
        assert!(kinds(&findings).contains(&expected), "{expected} not in {findings:?}: {sql}");
        connection.execute_batch("ROLLBACK TO healthy; RELEASE healthy").unwrap();
        assert_eq!(laptop.findings(), [], "healthy again after: {sql}");
    }
}

/// Whoever can write to the file may change a header and its hash together; the chains still tell.
#[test]
fn e1_an_entry_written_anew_with_all_its_hashes_breaks_the_chains() {
    let (laptop, _) = lived_in();
    let own = laptop.own();
    let forge = |seq: usize| {
        let entry = &own[seq - 1];
        let mut body = entry.body_bytes.clone().unwrap();
        body[0] ^= 1;
        let mut header = entry.header.clone();
        header.body_digest = Digest::of(&body);
        Entry::from_bytes(serde_json::to_vec(&header).unwrap(), Some(body)).unwrap()
    };
    for (seq, expected) in [(4, ["chain", "stream"]), (5, ["chain", "stream_chain"])] {
        let forged = forge(seq);
        laptop.ledger.entries().execute_batch("SAVEPOINT healthy").unwrap();
        laptop
            .ledger
            .entries()
            .execute(
                "UPDATE entry SET header = ?1, header_hash = ?2, body = ?3 WHERE seq = ?4 AND incarnation = ?5",
                rusqlite::params![
                    forged.header_bytes,
                    forged.header_hash().0,
                    forged.body_bytes,
                    seq as i64,
                    laptop.life().0
                ],
            )
            .unwrap();
        let findings = laptop.findings();
        for what in expected {
            assert!(kinds(&findings).contains(&what), "{what} not in {findings:?}");
        }
        laptop.ledger.entries().execute_batch("ROLLBACK TO healthy; RELEASE healthy").unwrap();
    }
}

#[test]
fn a_head_whose_signature_does_not_hold_is_found() {
    let (laptop, _) = lived_in();
    let findings = laptop.ledger.verify(|_, _, _, _| false).unwrap().findings;
    assert_eq!(kinds(&findings), ["stream_head"]);
    assert!(findings[0].place.starts_with("420703200209/"), "the place names no person");
}

/// The photos' file opens with the same key; the ledger gives no access to it, so the test opens it itself.
#[test]
fn a_changed_or_missing_photo_is_found() {
    let (laptop, _) = lived_in();
    let folder = laptop.folder;
    drop(laptop.ledger);
    for (expected, sql) in [
        ("photo", "UPDATE photo_bytes SET bytes = CAST('b' || substr(bytes, 2) AS BLOB)"),
        ("photo_missing", "DELETE FROM photo_bytes"),
    ] {
        let copy = tempfile::tempdir().unwrap();
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
        }
        let photos = bangban_ledger::database::open(
            &copy.path().join("photos.db"),
            &key(),
            &[bangban_ledger::database::PHOTOS],
        );
        photos.unwrap().execute_batch(sql).unwrap();
        let ledger = Ledger::open(copy.path(), key()).unwrap();
        let findings = ledger.verify(|_, _, _, _| true).unwrap().findings;
        assert_eq!(kinds(&findings), [expected]);
    }
}

#[test]
fn what_verify_finds_names_no_person() {
    let (laptop, case) = lived_in();
    laptop.tamper("UPDATE document SET body = CAST('{}' AS BLOB)");
    let findings = laptop.findings();
    assert!(findings.iter().any(|finding| finding.place == case.to_string()));
    assert!(!format!("{findings:?}").contains("周芷若"));
    assert!(Document::from_bytes(b"{}").is_err());
}

#[test]
fn a_check_tells_how_far_it_is_and_ends_where_it_is_stopped() {
    let (laptop, _) = lived_in();
    let told = std::cell::RefCell::new(Vec::new());
    let watch = |done, total| {
        told.borrow_mut().push((done, total));
        Ok(())
    };
    laptop.ledger.verify_watched(|_, _, _, _| true, &watch).unwrap();
    let steps: Vec<(u64, u64)> = (1..=16).map(|done| (done, 16)).collect();
    assert_eq!(told.into_inner(), steps, "ten entries, five documents, one photo");
    let stop = |done, _| if done < 3 { Ok(()) } else { Err(Code::Cancelled.into()) };
    let stopped = laptop.ledger.verify_watched(|_, _, _, _| true, &stop).unwrap_err();
    assert_eq!(stopped.code(), Code::Cancelled);
}

#[test]
fn x2_what_stands_as_received_is_told_by_a_kept_receipt_that_still_holds() {
    let (mut laptop, mut center) = (laptop(), Center::new());
    let photo = laptop.ledger.put_photo(b"a photo of a booklet", clock()).unwrap();
    let (path, field) = photo_field(photo, 20, None);
    laptop.write(vec![(subject(), opened(subject(), fields([(&path, field)])))]);
    center.take(laptop.own());
    let receipt = ReceiptFacts { photos: vec![photo], ..center.receipt(&laptop, &[]) };
    laptop.ledger.apply_receipt(&receipt, clock()).unwrap();
    laptop.write(vec![(subject(), resident(fields([])))]);
    let found = |told: Option<ReceiptFacts>| laptop.ledger.verify_receipts(|_, _| told.clone()).unwrap();
    assert_eq!(found(Some(receipt.clone())), [], "what still waits needs none");
    let (broken, entry, picture) = ("receipt", "entry_receipt", "photo_receipt");
    assert_eq!(kinds(&found(None)), [broken, entry, picture], "a signature that does not hold tells nothing");
    let without_photo = ReceiptFacts { photos: Vec::new(), ..receipt.clone() };
    assert_eq!(kinds(&found(Some(without_photo))), [picture]);
    let run = &receipt.runs[0];
    let shorter = HeldRun { last: 1, last_hash: laptop.own()[0].header_hash(), ..*run };
    assert_eq!(kinds(&found(Some(ReceiptFacts { runs: vec![shorter], ..receipt.clone() }))), [entry]);
    let of_another = HeldRun { last_hash: Digest::ZERO, ..*run };
    let of_another = ReceiptFacts { runs: vec![of_another], ..receipt.clone() };
    assert_eq!(kinds(&found(Some(of_another))), [broken, entry]);
}
