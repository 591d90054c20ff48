//! `verify` finds what was changed behind the center's back.

use crate::author::*;
use bangban_center::store::embedded::MIGRATIONS;
use bangban_ledger::database;
use bangban_model::Digest;

async fn town_with_everything() -> (Town, Vec<u8>) {
    let town = Town::new();
    let mut alice = town.author(&[DAHU]).await;
    let photo = vec![3u8; 9_000];
    alice.submitted_case("SSC", &[&photo]);
    alice.send_all(&town).await;
    alice.send_frames(&town, vec![frame(&photo, 0, 9_000)]).await;
    town.assert_sound();
    (town, photo)
}

#[tokio::test]
async fn s1_any_changed_byte_of_an_entry_or_chain_is_found() {
    let changes = [
        "UPDATE entry SET header = cast(replace(cast(header AS TEXT), '08:30:00', '08:30:01') AS BLOB) WHERE seq = 3",
        "UPDATE entry SET body = cast(replace(cast(body AS TEXT), '周大山', '周大河') AS BLOB) WHERE seq = 3",
        "UPDATE entry SET body = zeroblob(20) WHERE seq = 3",
        "UPDATE entry SET body = NULL WHERE seq = 3",
        "UPDATE entry SET header_hash = zeroblob(32) WHERE seq = 3",
        "UPDATE entry SET subject = zeroblob(16) WHERE seq = 3",
        "UPDATE entry SET received_at = '2026-03-02T09:00:00.001+08:00' WHERE seq = 3",
        "UPDATE entry SET standing = 'quarantined' WHERE seq = 3",
        "UPDATE entry SET position = position + 100 WHERE seq = 5",
        "DELETE FROM entry WHERE seq = 5",
        "DELETE FROM entry WHERE seq = 2",
        "UPDATE stream_position SET hash = zeroblob(32) WHERE position = 2",
        "UPDATE stream_head SET position = 4",
        "UPDATE stream_head SET hash = zeroblob(32)",
        "UPDATE stream_head SET given = replace(given, 'position', 'positiom')",
        "UPDATE life SET prefix_seq = 6",
        "UPDATE document SET body = cast(replace(cast(body AS TEXT), 'submitted', 'accepted') AS BLOB) WHERE kind = 'case'",
        "DELETE FROM document WHERE kind = 'case'",
        "UPDATE case_line SET stage = 'accepted'",
        "DELETE FROM case_line",
        "UPDATE case_count SET cases = cases + 1",
    ];
    for change in changes {
        let (town, _) = town_with_everything().await;
        let folder = town.center.folder();
        let connection =
            database::open(&folder.database(), &folder.read_key().unwrap(), &MIGRATIONS).unwrap();
        assert!(connection.execute(change, []).unwrap() > 0, "the change must change something: {change}");
        drop(connection);
        let verified = town.center.verify().unwrap();
        assert!(!verified.findings.is_empty(), "not found: {change}");
    }
}

#[tokio::test]
async fn x4_a_changed_or_missing_photo_is_found() {
    let (town, photo) = town_with_everything().await;
    let place = town.center.photos().place(Digest::of(&photo));
    let mut changed = photo.clone();
    changed[4_000] ^= 1;
    std::fs::write(&place, &changed).unwrap();
    assert_eq!(town.center.verify().unwrap().findings.len(), 1);
    std::fs::remove_file(&place).unwrap();
    assert_eq!(town.center.verify().unwrap().findings.len(), 1);
    std::fs::write(&place, &photo).unwrap();
    town.assert_sound();
}
