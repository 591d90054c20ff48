//! What becomes of the entries of a copy when a ledger is restored from it. Pure: entries in, entries out.

use super::record::CopiedEntry;
use crate::entry_row::{EntryRow, EntryStanding};
use bangban_model::body::Fork;
use bangban_model::{Actor, Body, Digest, EntryId, IncarnationId, RecordId};
use std::collections::BTreeMap;

/// The entries of the copy by what becomes of them.
pub(super) struct Sorted {
    /// The last of the present life that a receipt covers, where it is there, and what stands in quarantine: as they stood.
    pub(super) settled: Vec<EntryRow>,
    /// What is written again, in the order of writing.
    pub(super) unsent: Vec<EntryRow>,
    /// Entries whose record is not whole.
    pub(super) incomplete: u64,
    /// Where the new life begins.
    pub(super) fork: Fork,
}

impl Sorted {
    pub(super) fn of(entries: BTreeMap<Digest, (CopiedEntry, bool)>, present: IncarnationId) -> Sorted {
        let (mut refused, mut waiting, mut received) = (Vec::new(), Vec::new(), Vec::new());
        for (copied, is_covered) in entries.into_values() {
            let waits =
                matches!(copied.standing, EntryStanding::Pending | EntryStanding::Held) && !is_covered;
            let standing = match copied.standing {
                EntryStanding::Quarantined => EntryStanding::Quarantined,
                _ if waits => EntryStanding::Pending,
                _ => EntryStanding::Received,
            };
            let (entry, reason) = (copied.entry, copied.reason);
            let row = EntryRow { entry, standing, reason, position: None, received_at: None, batch: None };
            match standing {
                EntryStanding::Quarantined => refused.push(row),
                EntryStanding::Pending => waiting.push(row),
                _ if row.entry.header.incarnation == present => received.push((row, is_covered)),
                // The center has it.
                _ => {}
            }
        }
        let fork = fork(present, &waiting, &received);
        let (mut settled, mut unsent) = (refused, waiting);
        for (row, is_covered) in received {
            let header = &row.entry.header;
            if header.seq == fork.seq && row.entry.header_hash() == fork.header_hash {
                settled.push(row);
            } else if header.seq > fork.seq && !is_covered {
                // The center holds it behind a gap: the new life brings it without one.
                unsent.push(row);
            }
        }
        // What speaks of a life alone is not the next one's; what was erased says nothing.
        unsent.retain(|row| {
            let speaks_of_a_life =
                matches!(row.entry.body(), Ok(Some(Body::LedgerBegun(begun))) if begun.fork.is_some());
            row.entry.body_bytes.is_some() && !speaks_of_a_life
        });
        let newest = newest_of_each(unsent, present);
        let all = newest.len();
        let unsent = in_order(whole_records(newest), present);
        Sorted { settled, incomplete: (all - unsent.len()) as u64, unsent, fork }
    }

    /// Who may write at the fork.
    pub(super) fn writer(&self) -> Option<Actor> {
        let at_fork = self.settled.iter().find(|row| row.entry.header_hash() == self.fork.header_hash);
        at_fork.or(self.unsent.first()).map(|row| row.entry.header.by)
    }
}

/// A new life begins at the last place of the present one before anything that waits.
fn fork(present: IncarnationId, waiting: &[EntryRow], received: &[(EntryRow, bool)]) -> Fork {
    let waits = waiting.iter().map(|row| &row.entry.header).filter(|header| header.incarnation == present);
    let (seq, header_hash) = match waits.min_by_key(|header| header.seq) {
        Some(first) => (first.seq - 1, first.prev),
        None => {
            let last = received.iter().max_by_key(|(row, _)| row.entry.header.seq);
            last.map_or((0, Digest::ZERO), |(row, _)| (row.entry.header.seq, row.entry.header_hash()))
        }
    };
    Fork { ancestor: present, seq, header_hash }
}

/// The same entry may stand there under several lives: the newest writing counts.
fn newest_of_each(mut rows: Vec<EntryRow>, present: IncarnationId) -> Vec<EntryRow> {
    rows.sort_by_key(|row| (row.entry.header.incarnation == present, row.entry.header.seq));
    let newest: BTreeMap<EntryId, EntryRow> =
        rows.into_iter().map(|row| (row.entry.header.id, row)).collect();
    newest.into_values().collect()
}

/// Records of which every entry is there: parts alone would wait at the center for ever.
fn whole_records(rows: Vec<EntryRow>) -> Vec<EntryRow> {
    let record = |row: &EntryRow| (row.entry.header.incarnation, row.entry.header.record.id);
    let mut parts: BTreeMap<(IncarnationId, RecordId), u32> = BTreeMap::new();
    for row in &rows {
        *parts.entry(record(row)).or_default() += 1;
    }
    let is_whole = |row: &EntryRow| parts.get(&record(row)) == Some(&row.entry.header.record.count);
    rows.into_iter().filter(is_whole).collect()
}

/// The order of writing. Two that went on from the same copy may have written at the same places: each keeps its records together.
fn in_order(mut rows: Vec<EntryRow>, present: IncarnationId) -> Vec<EntryRow> {
    let mut firsts: BTreeMap<RecordId, u64> = BTreeMap::new();
    for header in rows.iter().map(|row| &row.entry.header) {
        let first = firsts.entry(header.record.id).or_insert(header.seq);
        *first = header.seq.min(*first);
    }
    rows.sort_by_key(|row| {
        let header = &row.entry.header;
        let first = firsts.get(&header.record.id).copied();
        (header.incarnation == present, first, header.record.id, header.record.index)
    });
    rows
}
