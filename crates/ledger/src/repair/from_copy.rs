//! The second copy as a source of a repair.

use super::source::{Foundation, SavedEntry, SavedLife, Source};
use crate::draft::Draft;
use crate::draft::DraftId;
use crate::error::LedgerError;
use crate::second_copy::{self, CopyKeys, Record};
use bangban_keys::DataKey;
use bangban_model::{Digest, EntryId};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// So many bytes of photos are kept at hand; what is more is read again when it is asked for.
const AT_HAND_BYTES: usize = 256 * 1024 * 1024;

/// A copy whose records were read once; the newest word on each thing holds.
pub struct CopySource {
    copy: PathBuf,
    keys: (DataKey, Option<DataKey>),
    foundation: Option<Foundation>,
    entries: BTreeMap<EntryId, SavedEntry>,
    drafts: BTreeMap<DraftId, Draft>,
    photos: BTreeMap<Digest, Option<Vec<u8>>>,
}

impl CopySource {
    /// Reads the copy in this folder. What is damaged of it is left out.
    ///
    /// # Errors
    /// `NoCopy`, `NewerFormat`.
    pub fn read(copy: &Path, data_key: DataKey, previous: Option<DataKey>) -> Result<Self, LedgerError> {
        let mut source = CopySource {
            copy: copy.to_owned(),
            keys: (data_key, previous),
            foundation: None,
            entries: BTreeMap::new(),
            drafts: BTreeMap::new(),
            photos: BTreeMap::new(),
        };
        let (data_key, previous) = (&source.keys.0, source.keys.1.as_ref());
        let (mut at_hand, mut foundation) = (0, None);
        let (mut entries, mut drafts, mut photos) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        second_copy::read(copy, CopyKeys { data_key, previous }, &mut |record| {
            match record {
                Record::Foundation(kept) => foundation = Some(foundation_of(*kept)),
                Record::Entry(kept) => {
                    let (entry, standing, reason) = (kept.entry, kept.standing, kept.reason);
                    entries.insert(entry.header.id, SavedEntry { entry, standing, reason });
                }
                Record::Draft(draft) => {
                    drafts.insert(draft.id, draft);
                }
                Record::DraftGone(id) => {
                    drafts.remove(&id);
                }
                Record::Photo(photo) => {
                    let fits = at_hand + photo.bytes.len() <= AT_HAND_BYTES;
                    at_hand += if fits { photo.bytes.len() } else { 0 };
                    photos.insert(photo.digest, fits.then_some(photo.bytes));
                }
                _ => {}
            }
            Ok(())
        })?;
        (source.foundation, source.entries, source.drafts, source.photos) =
            (foundation, entries, drafts, photos);
        Ok(source)
    }

    /// Whether nothing of it opened.
    pub fn is_empty(&self) -> bool {
        self.foundation.is_none() && self.entries.is_empty() && self.drafts.is_empty()
    }

    fn read_photo(&self, digest: Digest) -> Result<Option<Vec<u8>>, LedgerError> {
        let keys = CopyKeys { data_key: &self.keys.0, previous: self.keys.1.as_ref() };
        let mut found = None;
        second_copy::read(&self.copy, keys, &mut |record| {
            if let Record::Photo(photo) = record
                && photo.digest == digest
            {
                found = Some(photo.bytes);
            }
            Ok(())
        })?;
        Ok(found)
    }
}

fn foundation_of(kept: second_copy::Foundation) -> Foundation {
    let lives = kept.lives.into_iter().map(|life| SavedLife {
        id: life.id,
        begun_at: life.begun_at,
        signing: life.signing,
        opening: life.opening,
        ancestor: life.ancestor,
        fork_seq: life.fork_seq,
        presented_at: life.presented_at,
    });
    Foundation { agents: kept.agents, enrolment: kept.enrolment, lives: lives.collect() }
}

impl Source for CopySource {
    fn foundation(&mut self) -> Result<Option<Foundation>, LedgerError> {
        Ok(self.foundation.clone())
    }

    fn entries(&mut self) -> Result<Vec<SavedEntry>, LedgerError> {
        let mut entries: Vec<SavedEntry> = self.entries.values().cloned().collect();
        entries.sort_by_key(|saved| (saved.entry.header.incarnation, saved.entry.header.seq));
        Ok(entries)
    }

    fn drafts(&mut self) -> Result<Vec<Draft>, LedgerError> {
        Ok(self.drafts.values().cloned().collect())
    }

    fn photo(&mut self, digest: Digest) -> Result<Option<Vec<u8>>, LedgerError> {
        match self.photos.get_mut(&digest) {
            None => Ok(None),
            Some(at_hand) => match at_hand.take() {
                Some(bytes) => Ok(Some(bytes)),
                None => self.read_photo(digest),
            },
        }
    }
}
