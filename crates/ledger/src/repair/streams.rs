//! The streams of a ledger that is built anew: what leads without a gap to the cursor stays; what does not comes again from its
//! beginning, the laptop's own entries whole where any of them are gone (rules X3, X8).

use super::entries::Evidence;
use super::lives::{self, OwnLives};
use super::{Repair, RepairReport};
use crate::enrolment;
use crate::error::LedgerError;
use bangban_model::chain::stream_hash;
use bangban_model::{Digest, StreamId};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeSet;

/// The note that stands while a repaired ledger waits for the center; its value is when it was repaired.
pub(crate) const RESTORING: &str = "repair_awaits";

pub(super) fn settle(
    fresh: &Connection,
    work: &Repair<'_>,
    own: &OwnLives,
    evidence: &Evidence,
    report: &mut RepairReport,
) -> Result<(), LedgerError> {
    let enrolment = enrolment::read(fresh)?;
    let mut streams: BTreeSet<StreamId> =
        enrolment.iter().flat_map(|enrolment| enrolment.villages.iter().cloned()).collect();
    streams.extend(streams_here(fresh)?);
    let all_whole = own_rows_are_gone(fresh, own, evidence)?;
    for stream in &streams {
        let lacks_bodies = lacks_own_bodies(fresh, stream)?;
        let is_villages = enrolment.as_ref().is_some_and(|enrolment| enrolment.villages.contains(stream));
        let comes_whole = is_villages && (all_whole || lacks_bodies);
        if !comes_whole && enrolment.is_some() && leads_to_cursor(fresh, stream)? {
            continue;
        }
        begin_again(fresh, stream)?;
        report.awaits_center |= is_villages;
        if comes_whole {
            // As of a village that came back: its cursor says `whole` until all of it is here.
            fresh.execute(
                "INSERT INTO left_stream (stream, erased_at, emptied, returns, stays) VALUES (?1, ?2, 1, 1, 0)
                 ON CONFLICT (stream) DO UPDATE SET erased_at = excluded.erased_at, emptied = 1, returns = 1",
                params![stream.as_str(), work.at.to_rfc3339()],
            )?;
        }
    }
    if report.awaits_center || report.must_enrol {
        fresh.execute(
            "INSERT INTO note (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            params![RESTORING, work.at.to_rfc3339()],
        )?;
    }
    Ok(())
}

fn streams_here(fresh: &Connection) -> Result<Vec<StreamId>, LedgerError> {
    let mut statement = fresh.prepare(
        "SELECT stream FROM cursor UNION SELECT DISTINCT stream FROM entry UNION SELECT stream FROM mark",
    )?;
    let codes = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    Ok(codes.iter().filter_map(|code| StreamId::parse(code)).collect())
}

/// Whether own entries that the center has may be gone with their headers: nobody knows in which stream.
fn own_rows_are_gone(fresh: &Connection, own: &OwnLives, evidence: &Evidence) -> Result<bool, LedgerError> {
    let mut gone = false;
    for life in &own.ids {
        let mut statement =
            fresh.prepare_cached("SELECT seq FROM entry WHERE incarnation = ?1 ORDER BY seq")?;
        let seqs = statement
            .query_map([life.0], |row| row.get::<_, i64>(0).map(|seq| seq as u64))?
            .collect::<Result<Vec<_>, _>>()?;
        let named = evidence.places.keys().filter(|(of, _)| *of == life.0).map(|(_, seq)| *seq).max();
        let until =
            named.unwrap_or(0).max(lives::received_to(fresh, *life)?).max(seqs.last().copied().unwrap_or(0));
        gone |= seqs.len() as u64 != until;
    }
    Ok(gone || (!own.ids.is_empty() && !evidence.is_certain))
}

fn lacks_own_bodies(fresh: &Connection, stream: &StreamId) -> Result<bool, LedgerError> {
    // A body that was erased has its position: one that a repair lacks has none any more.
    Ok(fresh
        .prepare_cached(
            "SELECT 1 FROM entry e JOIN life l ON l.id = e.incarnation
             WHERE e.stream = ?1 AND e.body IS NULL AND e.standing = 'received'",
        )?
        .exists([stream.as_str()])?)
}

/// Whether positions 1, 2, 3 … are here up to the cursor, and hash to what it says.
fn leads_to_cursor(fresh: &Connection, stream: &StreamId) -> Result<bool, LedgerError> {
    let cursor: Option<(i64, [u8; 32])> = fresh
        .prepare_cached("SELECT position, stream_hash FROM cursor WHERE stream = ?1")?
        .query_row([stream.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (until, kept) = cursor.map_or((0, Digest::ZERO), |(position, hash)| (position as u64, Digest(hash)));
    let mut statement = fresh.prepare_cached(
        "SELECT position, header_hash, received_at FROM entry WHERE stream = ?1 AND position IS NOT NULL
         UNION ALL SELECT position, header_hash, received_at FROM mark WHERE stream = ?1 ORDER BY 1",
    )?;
    let mut rows = statement.query([stream.as_str()])?;
    let (mut at, mut hash) = (0u64, Digest::ZERO);
    while let Some(row) = rows.next()? {
        at += 1;
        let received_at: Option<String> = row.get(2)?;
        if row.get::<_, i64>(0)? as u64 != at {
            return Ok(false);
        }
        hash = stream_hash(hash, at, Digest(row.get(1)?), &received_at.unwrap_or_default());
    }
    Ok((at, hash) == (until, kept))
}

/// Positions go, and nothing leaves the screens: others' entries stand in the order of their times until their page comes.
fn begin_again(fresh: &Connection, stream: &StreamId) -> Result<(), LedgerError> {
    fresh.execute(
        "UPDATE entry SET position = NULL, standing = 'received' WHERE stream = ?1 AND standing = 'positioned'",
        [stream.as_str()],
    )?;
    fresh.execute("DELETE FROM mark WHERE stream = ?1", [stream.as_str()])?;
    fresh.execute("DELETE FROM cursor WHERE stream = ?1", [stream.as_str()])?;
    Ok(())
}
