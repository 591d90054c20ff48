//! Checking a ledger against itself: every hash, chain, head, fold and photo.

use crate::error::LedgerError;
use crate::laptop::Ledger;
use crate::{document_row, erasure, form_row, leaving, person, photo_row};
use bangban_model::chain::stream_hash;
use bangban_model::entry::Entry;
use bangban_model::{Audience, Digest, Header, IncarnationId, StreamId, SubjectId, SubjectKind};
use rusqlite::{Connection, Row, params};
use serde::Serialize;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// One thing that is not as it must be. Names numbers and ids, never a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub what: &'static str,
    /// Where.
    pub place: String,
}

/// What a check looked at, and what it found wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Entries whose bytes, digests and chains were looked at.
    pub entries: u64,
    /// Positions whose stream hash was looked at.
    pub positions: u64,
    /// Documents folded again.
    pub documents: u64,
    /// Photos hashed again.
    pub photos: u64,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// What hears how far a check is, and may end it by an error: done, of how many.
type Watch<'a> = &'a dyn Fn(u64, u64) -> Result<(), LedgerError>;

/// How far a check is.
struct Pace<'a> {
    watch: Watch<'a>,
    done: Cell<u64>,
    total: u64,
}

impl Pace<'_> {
    fn step(&self) -> Result<(), LedgerError> {
        self.done.set(self.done.get() + 1);
        (self.watch)(self.done.get(), self.total)
    }
}

impl Ledger {
    /// Looks at everything. `head_holds` verifies the signed head of a stream at a position with a hash.
    pub fn verify(
        &self,
        head_holds: impl Fn(&StreamId, u64, Digest, &str) -> bool,
    ) -> Result<Verified, LedgerError> {
        self.verify_watched(head_holds, &|_, _| Ok(()))
    }

    /// The same, told to somebody who may stop it.
    pub fn verify_watched(
        &self,
        head_holds: impl Fn(&StreamId, u64, Digest, &str) -> bool,
        watch: Watch<'_>,
    ) -> Result<Verified, LedgerError> {
        let mut verified = Verified::default();
        let pace = Pace { watch, done: Cell::new(0), total: self.things_to_verify()? };
        self.verify_chains(&mut verified, &pace)?;
        self.verify_streams(&mut verified, head_holds)?;
        self.verify_documents(&mut verified, &pace)?;
        self.verify_photos(&mut verified, &pace)?;
        for number in form_row::damaged(&self.entries)? {
            verified.findings.push(Finding { what: "form", place: number.to_string() });
        }
        if !quick_check(&self.entries)? {
            verified.findings.push(Finding { what: "page", place: "ledger.db".into() });
        }
        Ok(verified)
    }

    /// Entries, documents and photos: what takes its time.
    fn things_to_verify(&self) -> Result<u64, LedgerError> {
        let entries: i64 = self.entries.query_row(
            "SELECT (SELECT count(*) FROM entry) + (SELECT count(DISTINCT subject) FROM entry)",
            [],
            |row| row.get(0),
        )?;
        let photos: i64 = self.photos.query_row("SELECT count(*) FROM photo_bytes", [], |row| row.get(0))?;
        Ok((entries + photos) as u64)
    }

    fn verify_chains(&self, verified: &mut Verified, pace: &Pace<'_>) -> Result<(), LedgerError> {
        let own = self.life.as_ref().map(|life| life.id);
        ChainWalk::default().go_on(&self.entries, own, u32::MAX, verified, &|| pace.step())?;
        Ok(())
    }

    fn verify_streams(
        &self,
        verified: &mut Verified,
        head_holds: impl Fn(&StreamId, u64, Digest, &str) -> bool,
    ) -> Result<(), LedgerError> {
        let Some(enrolment) = &self.enrolment else { return Ok(()) };
        for stream in &enrolment.villages {
            let kept = self.kept_cursor(stream)?;
            let (position, hash) =
                kept.as_ref().map_or((0, Digest::ZERO), |(position, hash, _)| (*position, *hash));
            let mut statement = self.entries.prepare(
                "SELECT position, header_hash, received_at FROM entry WHERE stream = ?1 AND position IS NOT NULL
                 UNION ALL SELECT position, header_hash, received_at FROM mark WHERE stream = ?1 ORDER BY 1",
            )?;
            let mut rows = statement.query([stream.as_str()])?;
            let (mut at, mut chained) = (0u64, Digest::ZERO);
            while let Some(row) = rows.next()? {
                at += 1;
                verified.positions += 1;
                let received_at: String = row.get(2)?;
                if row.get::<_, i64>(0)? as u64 != at {
                    break;
                }
                chained = stream_hash(chained, at, Digest(row.get(1)?), &received_at);
            }
            if (at, chained) != (position, hash) {
                verified.findings.push(Finding { what: "stream", place: format!("{stream}/{at}") });
            }
            // After going back to where a restored center agrees there is no head until the next page.
            let is_claimed = |head: &str| !head.is_empty() && !head_holds(stream, position, hash, head);
            if kept.is_some_and(|(_, _, head)| is_claimed(&head)) {
                verified
                    .findings
                    .push(Finding { what: "stream_head", place: format!("{stream}/{position}") });
            }
        }
        Ok(())
    }

    fn kept_cursor(&self, stream: &StreamId) -> Result<Option<(u64, Digest, String)>, LedgerError> {
        use rusqlite::OptionalExtension;
        Ok(self
            .entries
            .query_row(
                "SELECT position, stream_hash, head FROM cursor WHERE stream = ?1",
                params![stream.as_str()],
                |row| Ok((row.get::<_, i64>(0)? as u64, Digest(row.get(1)?), row.get(2)?)),
            )
            .optional()?)
    }

    fn verify_documents(&self, verified: &mut Verified, pace: &Pace<'_>) -> Result<(), LedgerError> {
        let kept: Vec<Uuid> = {
            let mut statement =
                self.entries.prepare("SELECT subject FROM document UNION SELECT subject FROM person")?;
            statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?
        };
        let mut subjects: BTreeSet<SubjectId> = document_row::subjects(&self.entries)?.into_iter().collect();
        verified.documents += subjects.len() as u64;
        subjects.extend(kept.into_iter().map(SubjectId));
        for subject in subjects {
            pace.step()?;
            let (document_fits, person_fits) = match document_row::folded(&self.entries, subject) {
                Ok(Some(folded)) => (
                    document_row::is_kept(&self.entries, &folded)?,
                    match folded.kind {
                        Some(SubjectKind::Resident) => person::is_kept(&self.entries, &folded)?,
                        _ => !self.stands_in("person", subject)?,
                    },
                ),
                // All its entries were refused: then nothing may be left of it.
                Ok(None) => (!self.stands_in("document", subject)?, !self.stands_in("person", subject)?),
                Err(_) => (false, true),
            };
            for (fits, what) in [(document_fits, "document"), (person_fits, "person")] {
                if !fits {
                    verified.findings.push(Finding { what, place: subject.to_string() });
                }
            }
        }
        Ok(())
    }

    fn stands_in(&self, table: &'static str, subject: SubjectId) -> Result<bool, LedgerError> {
        let sql = format!("SELECT count(*) FROM {table} WHERE subject = ?1");
        let count: i64 = self.entries.prepare_cached(&sql)?.query_row([subject.0], |row| row.get(0))?;
        Ok(count > 0)
    }

    fn verify_photos(&self, verified: &mut Verified, pace: &Pace<'_>) -> Result<(), LedgerError> {
        let mut statement = self.photos.prepare("SELECT digest, bytes FROM photo_bytes")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            verified.photos += 1;
            pace.step()?;
            let digest = Digest(row.get(0)?);
            let bytes: Vec<u8> = row.get(1)?;
            if Digest::of(&bytes) != digest {
                verified.findings.push(Finding { what: "photo", place: digest.to_string() });
            }
        }
        let mut pending =
            self.entries.prepare("SELECT digest, subject FROM photo WHERE standing = 'pending'")?;
        let mut rows = pending.query([])?;
        while let Some(row) = rows.next()? {
            let digest = Digest(row.get(0)?);
            if !photo_row::holds(&self.photos, digest)? {
                let subject: Uuid = row.get(1)?;
                verified
                    .findings
                    .push(Finding { what: "photo_missing", place: format!("{subject}/{digest}") });
            }
        }
        Ok(())
    }
}

/// Goes through every entry: its bytes, digests, columns and place in the chain.
#[derive(Default)]
pub(crate) struct ChainWalk {
    before: Option<(IncarnationId, u64, Digest)>,
    stream_tails: BTreeMap<StreamId, Digest>,
    /// The last that was looked at.
    at: Option<(IncarnationId, u64)>,
}

impl ChainWalk {
    /// Looks at the next ones, at most so many; whether there may be more.
    pub(crate) fn go_on(
        &mut self,
        entries: &Connection,
        own: Option<IncarnationId>,
        most: u32,
        verified: &mut Verified,
        step: &dyn Fn() -> Result<(), LedgerError>,
    ) -> Result<bool, LedgerError> {
        let mut statement = entries
        .prepare("SELECT incarnation, seq, header, header_hash, body, id, stream, subject, kind, record, record_index,
            record_count, audience = 'center', (position IS NOT NULL) = (standing = 'positioned'), standing = 'alias'
            FROM entry WHERE (incarnation, seq) > (?1, ?2) ORDER BY incarnation, seq LIMIT ?3")?;
        let (life, seq) = self.at.map_or((Vec::new(), 0), |(life, seq)| (life.0.as_bytes().to_vec(), seq));
        let mut looked = 0;
        let mut rows = statement.query(params![life, seq as i64, most])?;
        let erased = erasure::all_erased(entries)?;
        let left = leaving::erased(entries)?;
        while let Some(row) = rows.next()? {
            verified.entries += 1;
            step()?;
            let (life, seq) = (IncarnationId(row.get(0)?), row.get::<_, i64>(1)? as u64);
            self.at = Some((life, seq));
            looked += 1;
            let place = format!("{life}/{seq}");
            let header_bytes: Vec<u8> = row.get(2)?;
            let hash = Digest::of(&header_bytes);
            let kept: [u8; 32] = row.get(3)?;
            let Ok(entry) = Entry::from_bytes(header_bytes, row.get(4)?) else {
                verified.findings.push(Finding { what: "entry", place });
                continue;
            };
            let header = &entry.header;
            if hash.0 != kept || header.seq != seq || header.incarnation != life {
                verified.findings.push(Finding { what: "header", place: place.clone() });
            }
            if !columns_fit(row, header)? {
                verified.findings.push(Finding { what: "columns", place: place.clone() });
            }
            // The body of what stands under another life too is kept there alone.
            let is_alias: bool = row.get(14)?;
            // Others' entries may come as headers, ahead of the erasure that tells why; one's own lose theirs by it alone.
            let went = left.contains(&header.stream) && !leaving::keeps_body(&header.kind);
            if entry.body_bytes.is_some() == erased.contains(&header.id)
                && !went
                && (own == Some(life) && !is_alias || entry.body_bytes.is_some())
            {
                verified.findings.push(Finding { what: "body", place: place.clone() });
            }
            if !row.get::<_, bool>(13)? {
                verified.findings.push(Finding { what: "standing", place: place.clone() });
            }
            let last = self.before.filter(|(other, _, _)| *other == life);
            // After a copy was put back, what was written on it stands beside what the center has of the same life.
            if is_alias && own != Some(life) {
                self.before = None;
                continue;
            }
            let chained = match last {
                Some((_, last_seq, last_hash)) if last_seq + 1 == seq => last_hash == header.prev,
                None if seq == 1 => header.prev == Digest::ZERO,
                // Others' lives are seen only in part; one's own has no gap.
                _ => own != Some(life),
            };
            if !chained {
                verified.findings.push(Finding { what: "chain", place: place.clone() });
            }
            if own == Some(life) {
                let tail = self.stream_tails.insert(header.stream.clone(), hash).unwrap_or(Digest::ZERO);
                if tail != header.stream_prev {
                    verified.findings.push(Finding { what: "stream_chain", place });
                }
            }
            self.before = Some((life, seq, hash));
        }
        Ok(looked == most)
    }
}

/// Whether SQLite itself finds its file in order.
pub(crate) fn quick_check(entries: &Connection) -> Result<bool, LedgerError> {
    let said: String = entries.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    Ok(said == "ok")
}

/// Whether the columns by which entries are found say what the header says.
fn columns_fit(row: &Row<'_>, header: &Header) -> Result<bool, LedgerError> {
    let part = header.record;
    Ok(row.get::<_, Uuid>(5)? == header.id.0
        && row.get::<_, String>(6)? == header.stream.as_str()
        && row.get::<_, Uuid>(7)? == header.subject.0
        && row.get::<_, String>(8)? == header.kind
        && row.get::<_, Uuid>(9)? == part.id.0
        && (row.get::<_, u32>(10)?, row.get::<_, u32>(11)?) == (part.index, part.count)
        && row.get::<_, bool>(12)? == (header.audience == Audience::Center))
}
