//! The rows of tables `photo` and `photo_name`: which photos are wanted, and which are here (rule X4).

use super::case_row::Reach;
use super::position::name_photos;
use super::refusal;
use crate::error::CenterError;
use crate::store::{Now, PhotoCount, PhotoStanding, WantedPhoto};
use bangban_ledger::entry_row;
use bangban_model::{Digest, IncarnationId, StreamId, SubjectId};
use bangban_sync::{MAX_PHOTO_BYTES, PhotoNote};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use uuid::Uuid;

/// So many wanted photos are named in one answer; the rest in the next.
const MOST_WANTED: usize = 4000;
/// What gives a laptop (?1) a say in a photo (`n` names it): what is asked for and what is taken are told by the same.
const IN_SCOPE: &str = "n.stream IN (SELECT stream FROM laptop_village WHERE laptop = ?1)";
/// So many sizes of one photo are tried.
const MOST_SIZES: u32 = 16;

/// Of these photos, those that are verified and lie in the laptop's scope.
pub(super) fn verified_of(
    connection: &Connection,
    laptop: Uuid,
    named: &[PhotoNote],
) -> Result<Vec<Digest>, CenterError> {
    let mut verified = Vec::new();
    for note in named {
        if standing(connection, laptop, note.digest)? == PhotoStanding::Verified {
            verified.push(note.digest);
        }
    }
    Ok(verified)
}

/// The photos that are here of those that a life named, in the laptop's scope; at most so many, the latest first.
pub(super) fn verified_by_life(
    connection: &Connection,
    laptop: Uuid,
    life: IncarnationId,
    most: usize,
) -> Result<Vec<PhotoNote>, CenterError> {
    let sql = format!(
        "SELECT DISTINCT p.digest, p.size_bytes, p.verified_at FROM photo_name n JOIN photo p ON p.digest = n.digest
         WHERE n.life = ?2 AND p.standing = 'verified' AND {IN_SCOPE} ORDER BY p.verified_at DESC LIMIT ?3"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![laptop, life.0, most as i64], |row| {
        Ok(PhotoNote::whole(Digest(row.get(0)?), row.get::<_, Option<i64>>(1)?.unwrap_or(0) as u64))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The photos that are wanted from this laptop, with their sizes: those first that it says it has, so that others, whose
/// bytes may be gone from it, never keep these back.
pub(super) fn wanted_from(
    connection: &Connection,
    laptop: Uuid,
    named: &[PhotoNote],
) -> Result<Vec<WantedPhoto>, CenterError> {
    let mut wanted: BTreeMap<Digest, WantedPhoto> = BTreeMap::new();
    for note in named {
        if wanted.len() >= MOST_WANTED {
            break;
        }
        if !wanted.contains_key(&note.digest)
            && standing_in_scope(connection, laptop, note.digest)?.as_deref() == Some("wanted")
        {
            wanted.insert(note.digest, with_sizes(connection, laptop, note.digest)?);
        }
    }
    let sql = format!(
        "SELECT DISTINCT p.digest FROM photo p CROSS JOIN photo_name n ON n.digest = p.digest
         WHERE p.standing = 'wanted' AND n.life IN (SELECT id FROM life WHERE laptop = ?1) AND {IN_SCOPE}
         ORDER BY p.digest"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([laptop])?;
    while wanted.len() < MOST_WANTED
        && let Some(row) = rows.next()?
    {
        if let Entry::Vacant(place) = wanted.entry(Digest(row.get(0)?)) {
            let photo = with_sizes(connection, laptop, *place.key())?;
            place.insert(photo);
        }
    }
    Ok(wanted.into_values().collect())
}

/// The sizes that entries give a photo, whoever wrote them: its bytes are kept once for all. Those of the laptop's own
/// lives come first where there are too many.
fn with_sizes(connection: &Connection, laptop: Uuid, digest: Digest) -> Result<WantedPhoto, CenterError> {
    let mut statement = connection.prepare_cached(
        "SELECT size_bytes FROM photo_name WHERE digest = ?1 AND size_bytes BETWEEN 1 AND ?3 GROUP BY size_bytes
         ORDER BY max(life IN (SELECT id FROM life WHERE laptop = ?2)) DESC, size_bytes LIMIT ?4",
    )?;
    let sizes = statement
        .query_map(params![digest.0, laptop, MAX_PHOTO_BYTES as i64, MOST_SIZES], |row| {
            row.get::<_, i64>(0)
        })?;
    let mut sizes = sizes.map(|size| Ok(size? as u64)).collect::<Result<Vec<_>, rusqlite::Error>>()?;
    sizes.sort_unstable();
    Ok(WantedPhoto { digest, sizes })
}

/// How a photo stands for a laptop: only an entry in force in one of its villages gives it a say.
pub(super) fn standing(
    connection: &Connection,
    laptop: Uuid,
    digest: Digest,
) -> Result<PhotoStanding, CenterError> {
    Ok(match standing_in_scope(connection, laptop, digest)? {
        Some(standing) if standing == "verified" => PhotoStanding::Verified,
        // One declared lost that turns up after all is welcome.
        Some(_) => PhotoStanding::Wanted(with_sizes(connection, laptop, digest)?),
        None => PhotoStanding::NotAsked,
    })
}

/// A photo's standing, where an entry in force in one of the laptop's villages names it.
fn standing_in_scope(
    connection: &Connection,
    laptop: Uuid,
    digest: Digest,
) -> Result<Option<String>, CenterError> {
    let sql = format!(
        "SELECT p.standing FROM photo p JOIN photo_name n ON n.digest = p.digest
         WHERE p.digest = ?2 AND {IN_SCOPE} LIMIT 1"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_row(params![laptop, digest.0], |row| row.get(0)).optional()?)
}

/// Whether an entry in force names a photo that is not here.
pub(super) fn is_awaited(connection: &Connection, digest: Digest) -> Result<bool, CenterError> {
    let mut statement =
        connection.prepare_cached("SELECT 1 FROM photo WHERE digest = ?1 AND standing <> 'verified'")?;
    Ok(statement.exists([digest.0])?)
}

/// After an erasure, the photos of a subject: those that nothing names any more are forgotten, their files to be removed.
pub(super) fn forget_names(connection: &Connection, subject: SubjectId) -> Result<(), CenterError> {
    let digests: Vec<Digest> = connection
        .prepare_cached("SELECT DISTINCT digest FROM photo_name WHERE subject = ?1")?
        .query_map([subject.0], |row| row.get(0).map(Digest))?
        .collect::<Result<_, _>>()?;
    connection.prepare_cached("DELETE FROM photo_name WHERE subject = ?1")?.execute([subject.0])?;
    // What came into force later than what is erased still names its photos.
    for row in entry_row::of_subject(connection, subject)? {
        if let Ok(Some(body)) = row.entry.body() {
            name_photos(connection, &row.entry, &body, true)?;
        }
    }
    for row in refusal::of_revoked(connection, subject)? {
        if let Ok(Some(body)) = row.entry.body() {
            name_photos(connection, &row.entry, &body, false)?;
        }
    }
    for digest in digests {
        let named =
            connection.prepare_cached("SELECT 1 FROM photo_name WHERE digest = ?1")?.exists([digest.0])?;
        if !named {
            connection.prepare_cached("DELETE FROM photo WHERE digest = ?1")?.execute([digest.0])?;
            connection
                .prepare_cached("INSERT OR IGNORE INTO photo_gone (digest) VALUES (?1)")?
                .execute([digest.0])?;
        }
    }
    Ok(())
}

/// Keeps that a photo is whole, verified and durable. One whose last name was erased while it came in goes again.
pub(super) fn keep(
    connection: &Connection,
    digest: Digest,
    size_bytes: u64,
    now: Now,
) -> Result<(), CenterError> {
    connection
        .prepare_cached(
            "UPDATE photo SET standing = 'verified', size_bytes = ?2, verified_at = ?3
             WHERE digest = ?1 AND standing <> 'verified'",
        )?
        .execute(params![digest.0, size_bytes as i64, now.to_rfc3339()])?;
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO photo_gone (digest) SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM photo WHERE digest = ?1)",
        )?
        .execute([digest.0])?;
    Ok(())
}

/// The pictures of a case; thumbnails do not count.
pub(super) fn count_of(connection: &Connection, subject: SubjectId) -> Result<PhotoCount, CenterError> {
    let count = connection
        .prepare_cached(
            "SELECT count(*), count(*) FILTER (WHERE standing = 'verified') FROM
             (SELECT DISTINCT p.digest, p.standing FROM photo_name n JOIN photo p ON p.digest = n.digest
              WHERE n.subject = ?1 AND n.thumbnail = 0 AND n.waits = 0)",
        )?
        .query_row([subject.0], |row| {
            Ok(PhotoCount { named: row.get::<_, i64>(0)? as u64, verified: row.get::<_, i64>(1)? as u64 })
        })?;
    Ok(count)
}

/// Every photo that is verified.
pub(super) fn verified(connection: &Connection) -> Result<Vec<PhotoNote>, CenterError> {
    let mut statement = connection
        .prepare_cached("SELECT digest, size_bytes FROM photo WHERE standing = 'verified' ORDER BY digest")?;
    let rows = statement.query_map([], |row| {
        Ok(PhotoNote {
            range: None,
            digest: Digest(row.get(0)?),
            size_bytes: row.get::<_, Option<i64>>(1)?.unwrap_or(0) as u64,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether an entry in force in this scope names a photo that is here.
pub(super) fn is_in(connection: &Connection, scope: &str, digest: Digest) -> Result<bool, CenterError> {
    let reach = Reach::of(scope, None);
    Ok(connection
        .prepare_cached(
            "SELECT 1 FROM photo p JOIN photo_name n ON n.digest = p.digest
             WHERE p.digest = ?1 AND p.standing = 'verified' AND n.waits = 0 AND n.stream >= ?2 AND n.stream < ?3",
        )?
        .exists(params![digest.0, reach.from, reach.below])?)
}

/// The villages of a scope in which an entry in force names a photo.
pub(super) fn villages_of(
    connection: &Connection,
    scope: &str,
    digest: Digest,
) -> Result<Vec<StreamId>, CenterError> {
    let reach = Reach::of(scope, None);
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT stream FROM photo_name
         WHERE digest = ?1 AND waits = 0 AND stream >= ?2 AND stream < ?3 ORDER BY stream",
    )?;
    let codes =
        statement.query_map(params![digest.0, reach.from, reach.below], |row| row.get::<_, String>(0))?;
    let codes = codes.collect::<Result<Vec<_>, _>>()?;
    Ok(codes.iter().filter_map(|code| StreamId::parse(code)).collect())
}

/// Of the photos that a case names, those that are here.
pub(super) fn verified_in(connection: &Connection, case: SubjectId) -> Result<Vec<Digest>, CenterError> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT p.digest FROM photo_name n JOIN photo p ON p.digest = n.digest
         WHERE n.subject = ?1 AND n.waits = 0 AND p.standing = 'verified' ORDER BY p.digest",
    )?;
    let digests = statement.query_map([case.0], |row| row.get(0).map(Digest))?;
    Ok(digests.collect::<Result<_, _>>()?)
}
