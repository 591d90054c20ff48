//! Positions: where an entry enters its stream, comes into force, and is folded (rule S1).

use super::{erasure, life_row, photo_row};
use crate::error::CenterError;
use crate::store::Now;
use bangban_ledger::entry_row::{self, EntryRow, EntryStanding};
use bangban_ledger::{document_row, settled_row};
use bangban_model::body::Body;
use bangban_model::fold::Standing;
use bangban_model::photo::photos_named;
use bangban_model::{Digest, Entry, RecordId, StreamId, chain};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;

/// Where an entry is before it gets its position.
#[derive(Clone, Copy, Debug)]
pub(super) enum Origin {
    /// Not stored yet.
    Fresh {
        /// The batch that brings it; none for a staff entry.
        batch: Option<RecordId>,
    },
    /// Stored: held, or in quarantine.
    Stored,
}

/// The heads of the streams that one transaction writes to. The transaction is immediate, so they are locked.
pub(super) struct Positions<'a> {
    connection: &'a Connection,
    received_at: String,
    heads: BTreeMap<StreamId, (u64, Digest)>,
    given: u64,
}

impl<'a> Positions<'a> {
    /// Nothing given yet; everything given from here on was received now.
    pub(super) fn new(connection: &'a Connection, now: Now) -> Self {
        Positions { connection, received_at: chain::received_at_text(now), heads: BTreeMap::new(), given: 0 }
    }

    /// When what is given here was received.
    pub(super) fn received_at(&self) -> &str {
        &self.received_at
    }

    /// Gives an entry the next position of its stream: chained, in force, folded, its photos wanted, an erasure carried
    /// out, what staff settled kept. One that was erased itself has no body.
    pub(super) fn give(
        &mut self,
        entry: &Entry,
        body: Option<&Body>,
        origin: Origin,
    ) -> Result<u64, CenterError> {
        let received_at = self.received_at.clone();
        self.give_as_of(entry, body, origin, &received_at)
    }

    /// The same for an entry that was received at another time: one that comes back after a restore.
    pub(super) fn give_as_of(
        &mut self,
        entry: &Entry,
        body: Option<&Body>,
        origin: Origin,
        received_at: &str,
    ) -> Result<u64, CenterError> {
        let header = &entry.header;
        let position = self.step(&header.stream, entry.header_hash(), received_at)?;
        match origin {
            Origin::Fresh { batch } => entry_row::insert(
                self.connection,
                &EntryRow {
                    entry: entry.clone(),
                    standing: EntryStanding::Positioned,
                    reason: None,
                    position: Some(position),
                    received_at: Some(received_at.to_owned()),
                    batch,
                },
            )?,
            Origin::Stored => entry_row::set_position(
                self.connection,
                header.incarnation,
                header.seq,
                position,
                received_at,
            )?,
        }
        let standing = Standing { entry, position: Some(position), received_at: Some(received_at) };
        document_row::append(self.connection, standing)?;
        match body {
            Some(Body::SubjectErased(erased)) => erasure::carry_out(self.connection, header, erased)?,
            Some(Body::RefusalSettled(settled)) => {
                for subject in settled_row::keep(self.connection, header.id, settled)? {
                    photo_row::forget_names(self.connection, subject)?;
                }
            }
            Some(Body::GapReleased(released)) => {
                life_row::release_gap(self.connection, released.incarnation, released.through)?;
            }
            Some(body) => name_photos(self.connection, entry, body, true)?,
            None => {}
        }
        Ok(position)
    }

    /// Goes on over a position whose entry is lost: its hash alone keeps the chain.
    pub(super) fn pass(
        &mut self,
        stream: &StreamId,
        header_hash: Digest,
        received_at: &str,
    ) -> Result<u64, CenterError> {
        self.step(stream, header_hash, received_at)
    }

    /// The newest position of a stream and the stream hash there, with what was given here.
    pub(super) fn head(&self, stream: &StreamId) -> Result<(u64, Digest), CenterError> {
        match self.heads.get(stream) {
            Some(head) => Ok(*head),
            None => head_of(self.connection, stream),
        }
    }

    fn step(
        &mut self,
        stream: &StreamId,
        header_hash: Digest,
        received_at: &str,
    ) -> Result<u64, CenterError> {
        let (last, hash) = self.head(stream)?;
        let position = last + 1;
        let hash = chain::stream_hash(hash, position, header_hash, received_at);
        self.connection
            .prepare_cached("INSERT INTO stream_position (stream, position, hash) VALUES (?1, ?2, ?3)")?
            .execute(params![stream.as_str(), position as i64, hash.0])?;
        self.heads.insert(stream.clone(), (position, hash));
        self.given += 1;
        Ok(position)
    }

    /// Keeps the new heads; how many positions were given.
    pub(super) fn close(self) -> Result<u64, CenterError> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO stream_head (stream, position, hash) VALUES (?1, ?2, ?3)
             ON CONFLICT (stream) DO UPDATE SET position = excluded.position, hash = excluded.hash",
        )?;
        for (stream, (position, hash)) in &self.heads {
            statement.execute(params![stream.as_str(), *position as i64, hash.0])?;
        }
        Ok(self.given)
    }
}

/// The newest position of a stream and the stream hash there; 0 and zero where it is empty.
pub(super) fn head_of(connection: &Connection, stream: &StreamId) -> Result<(u64, Digest), CenterError> {
    let head: Option<(i64, [u8; 32])> = connection
        .prepare_cached("SELECT position, hash FROM stream_head WHERE stream = ?1")?
        .query_row([stream.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(head.map_or((0, Digest::ZERO), |(position, hash)| (position as u64, Digest(hash))))
}

/// What an entry names becomes wanted; what a person declared lost no longer is (rule X4). One that is not `in_force` stands
/// in quarantine: its photos are kept, and show nowhere else.
pub(super) fn name_photos(
    connection: &Connection,
    entry: &Entry,
    body: &Body,
    in_force: bool,
) -> Result<(), CenterError> {
    let header = &entry.header;
    if let Body::PhotoLost(lost) = body
        && in_force
    {
        connection
            .prepare_cached(
                "UPDATE photo SET standing = 'lost' WHERE digest = ?1 AND standing = 'wanted'
                 AND EXISTS (SELECT 1 FROM photo_name WHERE digest = ?1 AND subject = ?2)",
            )?
            .execute(params![lost.digest.0, header.subject.0])?;
    }
    for named in body.field_set().map(photos_named).unwrap_or_default() {
        // One that was declared lost and is named anew is wanted anew.
        connection
            .prepare_cached(
                "INSERT INTO photo (digest, standing) VALUES (?1, 'wanted')
                 ON CONFLICT (digest) DO UPDATE SET standing = 'wanted' WHERE standing = 'lost'",
            )?
            .execute([named.digest.0])?;
        connection
            .prepare_cached(
                "INSERT INTO photo_name (digest, life, subject, stream, size_bytes, thumbnail, waits)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (digest, life, subject) DO UPDATE SET size_bytes = excluded.size_bytes,
                    waits = min(waits, excluded.waits)",
            )?
            .execute(params![
                named.digest.0,
                header.incarnation.0,
                header.subject.0,
                header.stream.as_str(),
                named.size_bytes as i64,
                i64::from(named.thumbnail),
                i64::from(!in_force)
            ])?;
    }
    Ok(())
}
