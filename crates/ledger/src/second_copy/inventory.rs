//! What stands in a copy: what each of its records means beside those after it, and which of them are still needed.

use super::record::{Foundation, NamedPhoto, Record};
use crate::draft::{Draft, DraftId};
use crate::entry_row::EntryStanding;
use bangban_model::{Digest, EntryId, IncarnationId};
use std::collections::{BTreeMap, BTreeSet};

/// Where a record stands: the number of its segment, and its own.
pub(super) type At = (u64, u64);

/// The record that holds of a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept<T> {
    pub(super) at: At,
    pub(super) bytes: u64,
    pub(super) what: T,
}

/// An entry in the copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EntryKept {
    pub(super) life: IncarnationId,
    pub(super) seq: u64,
    pub(super) id: EntryId,
    pub(super) standing: EntryStanding,
    /// Whether its body is there.
    pub(super) whole: bool,
    pub(super) covered: bool,
}

/// A photo's name in the copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NamedKept {
    pub(super) named_by: EntryId,
    pub(super) covered: bool,
}

/// A draft in the copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DraftKept {
    pub(super) print: Digest,
    pub(super) photos: Vec<Digest>,
}

/// What stands in a copy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Inventory {
    pub(super) foundation: Option<Kept<Digest>>,
    pub(super) receipts: BTreeMap<IncarnationId, Kept<Digest>>,
    pub(super) entries: BTreeMap<Digest, Kept<EntryKept>>,
    pub(super) named: BTreeMap<Digest, Kept<NamedKept>>,
    pub(super) photos: BTreeMap<Digest, Kept<()>>,
    pub(super) drafts: BTreeMap<DraftId, Kept<DraftKept>>,
}

impl Inventory {
    /// Takes in a record that stands after all those before.
    pub(super) fn note(&mut self, at: At, bytes: u64, record: &Record) {
        match record {
            Record::Head(_) => {}
            Record::Foundation(foundation) => {
                self.foundation = Some(Kept { at, bytes, what: print_of_foundation(foundation) });
            }
            Record::Receipt(receipt) => {
                let what = Digest::of(receipt.signed.as_bytes());
                self.receipts.insert(receipt.life, Kept { at, bytes, what });
            }
            Record::Entry(copied) => {
                let header = &copied.entry.header;
                let what = EntryKept {
                    life: header.incarnation,
                    seq: header.seq,
                    id: header.id,
                    standing: copied.standing,
                    whole: copied.entry.body_bytes.is_some(),
                    covered: false,
                };
                self.entries.insert(copied.entry.header_hash(), Kept { at, bytes, what });
            }
            Record::Named(named) => {
                let what = NamedKept { named_by: named.named_by, covered: false };
                self.named.insert(named.digest, Kept { at, bytes, what });
            }
            Record::Photo(photo) => {
                self.photos.insert(photo.digest, Kept { at, bytes, what: () });
            }
            Record::Draft(draft) => {
                let what = DraftKept { print: print_of_draft(draft), photos: draft.photos.clone() };
                self.drafts.insert(draft.id, Kept { at, bytes, what });
            }
            Record::DraftGone(id) => {
                self.drafts.remove(id);
            }
            Record::Covered(covered) => {
                for hash in &covered.entries {
                    if let Some(entry) = self.entries.get_mut(hash) {
                        entry.what.covered = true;
                    }
                }
                for digest in &covered.photos {
                    if let Some(named) = self.named.get_mut(digest) {
                        named.what.covered = true;
                    }
                }
            }
        }
    }

    /// The records that are still needed, with their length.
    pub(super) fn needed(&self) -> BTreeMap<At, u64> {
        let mut needed = BTreeMap::new();
        let mut keep = |at: At, bytes: u64| {
            needed.insert(at, bytes);
        };
        self.foundation.iter().for_each(|kept| keep(kept.at, kept.bytes));
        self.receipts.values().for_each(|kept| keep(kept.at, kept.bytes));
        self.drafts.values().for_each(|kept| keep(kept.at, kept.bytes));
        self.entries.values().filter(|kept| !kept.what.covered).for_each(|kept| keep(kept.at, kept.bytes));
        self.named.values().filter(|kept| !kept.what.covered).for_each(|kept| keep(kept.at, kept.bytes));
        let photos = self.photos_needed();
        let photos = self.photos.iter().filter(|(digest, _)| photos.contains(digest));
        photos.for_each(|(_, kept)| keep(kept.at, kept.bytes));
        needed
    }

    /// Photos that a draft, or an entry that no receipt covers, names.
    pub(super) fn photos_needed(&self) -> BTreeSet<Digest> {
        let drafted = self.drafts.values().flat_map(|kept| kept.what.photos.iter().copied());
        let named = self.named.iter().filter(|(_, kept)| !kept.what.covered).map(|(digest, _)| *digest);
        drafted.chain(named).collect()
    }
}

/// Tells one version of a draft from another.
pub(super) fn print_of_draft(draft: &Draft) -> Digest {
    let mut photos = draft.photos.clone();
    photos.sort_unstable();
    let photos: Vec<&[u8]> = photos.iter().map(|photo| photo.0.as_slice()).collect();
    Digest::of_parts(&[draft.body.as_bytes(), &[0], draft.updated_at.as_bytes(), &photos.concat()])
}

/// Tells one foundation from another.
pub(super) fn print_of_foundation(foundation: &Foundation) -> Digest {
    Digest::of(&serde_json::to_vec(foundation).unwrap_or_default())
}

/// Whether the copy has this name.
pub(super) fn has_named(inventory: &Inventory, named: &NamedPhoto) -> bool {
    inventory.named.get(&named.digest).is_some_and(|kept| !kept.what.covered)
}
