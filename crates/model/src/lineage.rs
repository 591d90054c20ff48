//! Lineage: which life of a ledger continues which (rule E2), and what it wrote again (rule X5). Rule F2 compares by it:
//! what a life wrote comes after its ancestors' entries up to the fork, and an entry that was written again stands at
//! both places.
//!
//! Everybody learns it from the same entries of the same stream, so that all who have them fold alike.

use crate::body::LedgerBegun;
use crate::digest::Digest;
use crate::ids::{EntryId, IncarnationId, StreamId, SubjectId};
use std::collections::BTreeMap;
use uuid::Uuid;

/// No line of descent is followed further: a ring that a faulty ledger wrote ends here.
pub const MOST_GENERATIONS: usize = 64;
/// One `ledger_begun` names so many entries that were written again; there are several where there are more.
pub const MOST_AGAIN: usize = 3000;

/// A place in a life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The life.
    pub life: IncarnationId,
    /// The number there.
    pub seq: u64,
}

/// What the `ledger_begun` entries of a stream say of its lives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lineage {
    /// The last place that a life shares with the one it continues.
    forks: BTreeMap<IncarnationId, Place>,
    /// Where entries were written again.
    again: BTreeMap<EntryId, Vec<Place>>,
}

impl Lineage {
    /// Takes in what a life says of its beginning.
    pub fn learn(&mut self, life: IncarnationId, begun: &LedgerBegun) {
        let Some(fork) = &begun.fork else { return };
        self.add_fork(life, Place { life: fork.ancestor, seq: fork.seq });
        for (seq, entry) in &begun.again {
            self.add_again(*entry, Place { life, seq: *seq });
        }
    }

    /// A life continues another after this place. The first word counts.
    pub fn add_fork(&mut self, life: IncarnationId, shared: Place) {
        if life != shared.life {
            self.forks.entry(life).or_insert(shared);
        }
    }

    /// An entry stands at this place too.
    pub fn add_again(&mut self, entry: EntryId, place: Place) {
        let places = self.again.entry(entry).or_default();
        if let Err(at) = places.binary_search(&place) {
            places.insert(at, place);
        }
    }

    /// The first life of the ledger that this one continues, and how many lives lie between: 0 for itself.
    pub fn root(&self, life: IncarnationId) -> (IncarnationId, usize) {
        let mut at = life;
        for generation in 0..MOST_GENERATIONS {
            let Some(shared) = self.forks.get(&at) else { return (at, generation) };
            at = shared.life;
        }
        (at, MOST_GENERATIONS)
    }

    /// Every place of an entry: that of its header, and those where its own ledger wrote it again.
    pub fn places(&self, entry: EntryId, own: Place) -> Vec<Place> {
        let mut places = vec![own];
        if let Some(again) = self.again.get(&entry) {
            let root = self.root(own.life).0;
            places.extend(again.iter().filter(|place| **place != own && self.root(place.life).0 == root));
        }
        places
    }

    /// Whether what stands at one place was written before what stands at the other, in one unbroken line (rule F2).
    pub fn precedes(&self, one: Place, other: Place) -> bool {
        if one.life == other.life {
            return one.seq < other.seq;
        }
        let mut at = other.life;
        for _ in 0..MOST_GENERATIONS {
            let Some(shared) = self.forks.get(&at) else { return false };
            if shared.life == one.life {
                return one.seq <= shared.seq;
            }
            at = shared.life;
        }
        false
    }
}

/// What a `ledger_begun` is about: in the first village the life itself, in others an id of its own, for a subject
/// stays in one village (rule E1).
pub fn subject_of_life(life: IncarnationId, first: &StreamId, stream: &StreamId) -> SubjectId {
    if stream == first {
        return SubjectId(life.0);
    }
    let digest =
        Digest::of_parts(&[b"bangban/life-in-village/1", life.0.as_bytes(), stream.as_str().as_bytes()]);
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&digest.0[..16]);
    SubjectId(Uuid::new_v8(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life(number: u128) -> IncarnationId {
        IncarnationId(Uuid::from_u128(number))
    }

    fn at(number: u128, seq: u64) -> Place {
        Place { life: life(number), seq }
    }

    #[test]
    fn e2_a_life_comes_after_its_ancestors_up_to_the_fork_and_no_further() {
        let mut lineage = Lineage::default();
        lineage.add_fork(life(2), at(1, 10));
        lineage.add_fork(life(3), at(2, 4));
        assert_eq!(lineage.root(life(3)), (life(1), 2));
        assert!(lineage.precedes(at(1, 10), at(2, 1)) && !lineage.precedes(at(1, 11), at(2, 1)));
        assert!(lineage.precedes(at(1, 10), at(3, 1)) && lineage.precedes(at(2, 4), at(3, 1)));
        assert!(
            !lineage.precedes(at(2, 5), at(3, 1)),
            "what the life before wrote after the fork is another line"
        );
        assert!(!lineage.precedes(at(2, 1), at(1, 10)), "never backwards");
        assert!(!lineage.precedes(at(7, 1), at(3, 9)), "a stranger's entry is nobody's");
    }

    #[test]
    fn e2_a_ring_of_lives_ends() {
        let mut lineage = Lineage::default();
        lineage.add_fork(life(1), at(2, 1));
        lineage.add_fork(life(2), at(1, 1));
        lineage.add_fork(life(3), at(3, 1));
        assert!(!lineage.precedes(at(9, 1), at(1, 1)));
        assert_eq!(lineage.root(life(3)), (life(3), 0));
    }

    #[test]
    fn x5_only_a_ledgers_own_lives_write_its_entries_again() {
        let (mut lineage, entry) = (Lineage::default(), EntryId(Uuid::from_u128(77)));
        lineage.add_fork(life(2), at(1, 3));
        lineage.add_again(entry, at(2, 5));
        lineage.add_again(entry, at(9, 1));
        assert_eq!(lineage.places(entry, at(1, 4)), [at(1, 4), at(2, 5)]);
        assert_eq!(lineage.places(entry, at(2, 5)), [at(2, 5)]);
    }

    #[test]
    fn e1_a_life_is_another_subject_in_each_village() {
        let village = |code: &str| StreamId::parse(code);
        let (Some(one), Some(other)) = (village("420703200209"), village("420703200210")) else { return };
        assert_eq!(subject_of_life(life(1), &one, &one), SubjectId(life(1).0));
        let there = subject_of_life(life(1), &one, &other);
        assert_ne!(there, SubjectId(life(1).0));
        assert_eq!(there, subject_of_life(life(1), &one, &other));
        assert_ne!(there, subject_of_life(life(2), &one, &other));
    }
}
