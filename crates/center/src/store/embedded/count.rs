//! Totals: of everything, and within a scope.

use super::case_row::{OF_CASES, Reach};
use super::death_row;
use crate::error::CenterError;
use crate::store::Counts;
use crate::store::reading::ScopeCounts;
use bangban_ledger::settled_row::IS_SETTLED;
use rusqlite::{Connection, named_params};

/// Totals of everything.
pub(super) fn everything(connection: &Connection) -> Result<Counts, CenterError> {
    let of = |sql: &str| -> Result<u64, CenterError> {
        Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get::<_, i64>(0))? as u64)
    };
    Ok(Counts {
        laptops: of("SELECT count(*) FROM laptop WHERE revoked_at IS NULL")?,
        people: of("SELECT count(*) FROM person WHERE hidden = 0")?,
        cases: of("SELECT count(*) FROM document WHERE kind = 'case'")?,
        documents: of("SELECT count(*) FROM document")?,
        photos: of("SELECT count(*) FROM photo WHERE standing = 'verified' AND NOT EXISTS
             (SELECT 1 FROM photo_name WHERE digest = photo.digest AND thumbnail = 1)")?,
        photos_wanted: of("SELECT count(*) FROM photo WHERE standing = 'wanted'")?,
        entries: of("SELECT count(*) FROM entry WHERE standing = 'positioned'")?,
        held: of("SELECT count(*) FROM entry WHERE standing = 'held'")?,
        quarantined: of(&format!(
            "SELECT count(*) FROM entry WHERE standing = 'quarantined' AND body IS NOT NULL AND NOT {IS_SETTLED}"
        ))?,
        batches_waiting: of("SELECT count(*) FROM batch WHERE imported_at IS NULL")?,
    })
}

/// How things stand within a scope.
pub(super) fn within(connection: &Connection, scope: &str) -> Result<ScopeCounts, CenterError> {
    let reach = Reach::of(scope, None);
    let of = |sql: &str| -> Result<u64, CenterError> {
        let values = named_params! { ":from": reach.from, ":below": reach.below };
        Ok(connection.prepare_cached(sql)?.query_row(values, |row| row.get::<_, i64>(0))? as u64)
    };
    let cases = |stage: &str| {
        of(&format!(
            "SELECT coalesce(sum(cases), 0) FROM case_count WHERE stream >= :from AND stream < :below {stage}"
        ))
    };
    Ok(ScopeCounts {
        laptops: of("SELECT count(*) FROM laptop WHERE revoked_at IS NULL AND id IN
             (SELECT laptop FROM laptop_village WHERE stream >= :from AND stream < :below)")?,
        people: of("SELECT count(*) FROM person WHERE hidden = 0 AND stream >= :from AND stream < :below")?,
        cases: cases("")?,
        photos: of("SELECT count(DISTINCT n.digest) FROM photo_name n JOIN photo p ON p.digest = n.digest
             WHERE p.standing = 'verified' AND n.thumbnail = 0 AND n.waits = 0 AND n.stream >= :from AND n.stream < :below")?,
        photos_wanted: of("SELECT count(*) FROM photo p WHERE p.standing = 'wanted' AND EXISTS
             (SELECT 1 FROM photo_name n WHERE n.digest = p.digest AND n.stream >= :from AND n.stream < :below)")?,
        // Positions of a stream have no gap: its newest one is how many there are.
        entries: of("SELECT coalesce(sum(position), 0) FROM stream_head WHERE stream >= :from AND stream < :below")?,
        gaps: of("SELECT count(DISTINCT incarnation) FROM entry WHERE standing = 'held' AND standing IN ('pending', 'held')
             AND stream >= :from AND stream < :below")?,
        quarantined: of(&format!("SELECT count(DISTINCT incarnation || record) FROM entry WHERE standing = 'quarantined' AND body IS NOT NULL AND NOT {IS_SETTLED}
             AND stream >= :from AND stream < :below"))?,
        batches_waiting: of(&format!("SELECT count(*) FROM batch b WHERE b.imported_at IS NULL AND EXISTS
             (SELECT 1 FROM entry WHERE batch = b.id AND {OF_CASES} AND standing = 'positioned'
              AND stream >= :from AND stream < :below)"))?,
        cases_to_review: cases("AND stage = 'submitted' AND listed = 1")?,
        cases_accepted: cases("AND stage = 'accepted'")?,
        deaths: death_row::count(connection, &reach)?,
    })
}
