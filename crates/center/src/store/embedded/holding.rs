//! What is held: for receipts (rule X2), and page by page for those who have not seen it (rule X3).

use super::{audit, life_row, photo_row, position, recovery, refusal};
use crate::error::CenterError;
use crate::store::{Holding, Laptop, Page, PageAsk};
use bangban_ledger::entry_row::{self, COLUMNS};
use bangban_model::{Audience, Code, Digest, IncarnationId, StreamId};
use bangban_sync::{AnswerLine, EntryLine, HeldRange, Mark, PhotoNote, Positioned, Reach};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

/// A page holds at most so many positions.
const PAGE_POSITIONS: usize = 400;
/// And is closed after so many bytes of headers and bodies.
const PAGE_BYTES: usize = 256 * 1024;
/// A receipt names so many runs beyond gaps; the laptop sends again what it does not name.
const MOST_RANGES: usize = 500;

/// What is held of a life, and for its laptop, at one moment.
pub(super) fn of_life(
    connection: &mut Connection,
    laptop: &Laptop,
    life: IncarnationId,
    named: &[PhotoNote],
) -> Result<Holding, CenterError> {
    // One reading transaction: prefix, ranges and heads are of the same moment.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
    let extent = life_row::extent(&transaction, life)?.ok_or(Code::LaptopRefused)?;
    let prefix =
        (extent.prefix_seq > 0).then_some(Reach { seq: extent.prefix_seq, header_hash: extent.prefix_hash });
    let mut heads = Vec::with_capacity(laptop.villages.len());
    for stream in &laptop.villages {
        let (position, hash) = position::head_of(&transaction, stream)?;
        heads.push((stream.clone(), position, hash));
    }
    let refusals = refusal::of_life(&transaction, life)?;
    let mut ranges = ranges_beyond(&transaction, life, extent.prefix_seq)?;
    let mut prefix = prefix;
    if let Some(told_to) = refusals.told_to {
        // What is refused and not told would be read as received: the receipt reaches no further than what it tells.
        if prefix.is_some_and(|reach| reach.seq > told_to) {
            prefix = entry_row::header_hash_at(&transaction, life, told_to)?
                .map(|header_hash| Reach { seq: told_to, header_hash });
        }
        ranges.retain(|range| range.last <= told_to);
    }
    Ok(Holding {
        prefix,
        ranges,
        refused: refusals.records,
        photos: photo_row::verified_of(&transaction, laptop.id, named)?,
        heads,
        audit_heads: audit::heads(&transaction, &laptop.villages)?,
    })
}

fn ranges_beyond(
    connection: &Connection,
    life: IncarnationId,
    prefix: u64,
) -> Result<Vec<HeldRange>, CenterError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, header_hash FROM entry WHERE incarnation = ?1 AND seq > ?2 ORDER BY seq",
    )?;
    let mut rows = statement.query(params![life.0, prefix as i64])?;
    let mut ranges: Vec<HeldRange> = Vec::new();
    while let Some(row) = rows.next()? {
        let seq = row.get::<_, i64>(0)? as u64;
        let last_hash = Digest(row.get(1)?);
        let count = ranges.len();
        match ranges.last_mut() {
            Some(range) if range.last + 1 == seq => {
                range.last = seq;
                range.last_hash = last_hash;
            }
            _ if count == MOST_RANGES => break,
            _ => ranges.push(HeldRange { first: seq, last: seq, last_hash }),
        }
    }
    Ok(ranges)
}

/// The stream hash at a position; zero at 0.
pub(super) fn stream_hash_at(
    connection: &Connection,
    stream: &StreamId,
    position: u64,
) -> Result<Option<Digest>, CenterError> {
    if position == 0 {
        return Ok(Some(Digest::ZERO));
    }
    let position = i64::try_from(position).unwrap_or(i64::MAX);
    let hash: Option<[u8; 32]> = connection
        .prepare_cached("SELECT hash FROM stream_position WHERE stream = ?1 AND position = ?2")?
        .query_row(params![stream.as_str(), position], |row| row.get(0))
        .optional()?;
    Ok(hash.map(Digest))
}

/// The next page of a stream.
pub(super) fn page(connection: &mut Connection, ask: &PageAsk) -> Result<Page, CenterError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
    let ancestors = life_row::ancestors(&transaction, ask.life)?;
    // A restored laptop lost what its earlier life wrote after the fork: that comes to it whole.
    let is_own = |life: IncarnationId, seq: u64| {
        let is_hers = life == ask.life
            || ancestors.iter().any(|(ancestor, fork_seq)| *ancestor == life && seq <= *fork_seq);
        is_hers && !ask.whole
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM entry WHERE stream = ?1 AND position > ?2 AND position <= ?3 ORDER BY position"
    );
    let mut statement = transaction.prepare_cached(&sql)?;
    let mut rows = statement.query(params![ask.stream.as_str(), ask.after as i64, ask.until as i64])?;
    let mut page = Page { lines: Vec::new(), position: ask.after, hash: Digest::ZERO };
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        let row = entry_row::read(row)?;
        let (Some(position), Some(received_at)) = (row.position, row.received_at) else {
            return Err(CenterError::Coded(Code::LedgerDamaged));
        };
        push_lost(&transaction, ask, position - 1, &mut page)?;
        if position != page.position + 1 {
            return Err(CenterError::Coded(Code::LedgerDamaged));
        }
        page.position = position;
        let header = &row.entry.header;
        if header.audience == Audience::Center || is_own(header.incarnation, header.seq) {
            page.lines.push(AnswerLine::Mark(Mark {
                stream: ask.stream.clone(),
                position,
                header_hash: row.entry.header_hash(),
                received_at,
            }));
            bytes += 200;
        } else {
            let entry = EntryLine::of(&row.entry).map_err(|_| CenterError::Coded(Code::LedgerDamaged))?;
            bytes += row.entry.header_bytes.len() + row.entry.body_bytes.as_ref().map_or(0, Vec::len);
            page.lines.push(AnswerLine::Entry(Positioned { position, received_at, entry }));
        }
        if page.lines.len() >= PAGE_POSITIONS || bytes >= PAGE_BYTES {
            break;
        }
    }
    if page.lines.len() < PAGE_POSITIONS && bytes < PAGE_BYTES {
        push_lost(&transaction, ask, ask.until, &mut page)?;
    }
    page.hash = stream_hash_at(&transaction, &ask.stream, page.position)?
        .ok_or(CenterError::Coded(Code::LedgerDamaged))?;
    Ok(page)
}

/// Marks of the positions from where the page ends to `last` whose entries were lost in a restore (rule D2).
fn push_lost(connection: &Connection, ask: &PageAsk, last: u64, page: &mut Page) -> Result<(), CenterError> {
    while page.position < last {
        let position = page.position + 1;
        let Some((header_hash, received_at)) = recovery::lost_at(connection, &ask.stream, position)? else {
            break;
        };
        let stream = ask.stream.clone();
        page.lines.push(AnswerLine::Mark(Mark { stream, position, header_hash, received_at }));
        page.position = position;
    }
    Ok(())
}
