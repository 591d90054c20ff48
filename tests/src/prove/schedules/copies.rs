//! Copies that are made and put back: of a laptop's ledger, and of everything that the center has.

use super::truth::entries_of;
use super::world::{World, count};
use crate::prove::stores::copy_folder;
use bangban_model::{Digest, EntryId, IncarnationId};
use std::collections::{BTreeMap, BTreeSet};
use tempfile::TempDir;

/// So many copies of one are kept.
const MOST_COPIES: usize = 3;

/// A copy, and how far its laptop knew the center when it was made.
pub struct Copy {
    folder: TempDir,
    told: u64,
}

/// Where an entry stands or stood: it has another place in each life that wrote it.
pub type Places = BTreeMap<EntryId, BTreeSet<(IncarnationId, u64, Digest)>>;

impl World {
    /// Nothing is written meanwhile: what is copied belongs together.
    pub fn copy(&mut self, whose: usize) {
        let folder = TempDir::with_prefix("bangban-copy-").unwrap();
        let (from, told) = match self.town.laptops.get(whose) {
            Some(laptop) => (laptop.folder.clone(), self.told[whose]),
            None => (self.town.center_folder(), 0),
        };
        copy_folder(&from, &folder.path().join("it"));
        let copies = &mut self.copies[whose];
        if copies.len() == MOST_COPIES {
            copies.remove(0);
        }
        copies.push(Copy { folder, told });
    }

    /// What only stood in what is replaced is gone, and nothing else is.
    pub fn put_back(&mut self, whose: usize, which: usize) {
        let copies = &self.copies[whose];
        let Some(copy) = which.checked_rem(copies.len()).and_then(|which| copies.get(which)) else { return };
        let (from, told) = (copy.folder.path().join("it"), copy.told);
        self.learn_places();
        self.restored = true;
        match self.town.laptops.get_mut(whose) {
            Some(laptop) => {
                count("laptops put back");
                laptop.reopen(Some(&from));
                self.told[whose] = told;
            }
            None => {
                count("centers put back");
                self.town.put_center_back(&from);
                self.age += 1;
            }
        }
        self.strike_what_is_gone();
    }

    fn learn_places(&mut self) {
        for laptop in &self.town.laptops {
            let ledger = laptop.ledger();
            let mut statement = ledger
                .entries()
                .prepare_cached("SELECT id, incarnation, seq, header_hash FROM entry")
                .unwrap();
            let rows = statement.query_map([], |row| {
                let place = (IncarnationId(row.get(1)?), row.get::<_, i64>(2)? as u64, Digest(row.get(3)?));
                Ok((EntryId(row.get(0)?), place))
            });
            for row in rows.unwrap() {
                let (entry, place) = row.unwrap();
                self.places.entry(entry).or_default().insert(place);
            }
        }
    }

    fn strike_what_is_gone(&mut self) {
        let center = self.town.center();
        let mut there = BTreeSet::new();
        for subject in self.truth.subjects() {
            if let Some(document) = center.store().subject("", subject).unwrap() {
                there.extend(entries_of(&document));
            }
        }
        for laptop in &self.town.laptops {
            let ledger = laptop.ledger();
            let mut statement =
                ledger.entries().prepare_cached("SELECT id FROM entry WHERE standing <> 'alias'").unwrap();
            let ids = statement.query_map([], |row| Ok(EntryId(row.get(0)?))).unwrap();
            there.extend(ids.map(Result::unwrap));
        }
        for one in self.truth.kept.iter_mut().filter(|one| !one.gone && !there.contains(&one.entry)) {
            // The center may hold it without its being in force: behind a gap, or in quarantine.
            let held =
                self.places.get(&one.entry).into_iter().flatten().any(|(life, seq, hash)| {
                    center.store().header_hash_at(*life, *seq).unwrap() == Some(*hash)
                });
            if !held {
                one.gone = true;
                count("entries gone with what stood there");
            }
        }
    }
}
