//! The folder of a copy: the slots, and segments that are added to and now and then written anew without what nobody needs.

use super::inventory::Inventory;
use super::place::{self, ENDING, segments, set_aside, slot_files};
use super::record::{Head, Record};
use super::segment::{self, CopyKeys, Read, SegmentWriter};
use crate::error::LedgerError;
use crate::folder as folders;
use bangban_keys::DataKey;
use bangban_model::Code;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// A segment that is longer is not added to (bytes).
const FULL_BYTES: u64 = 8 * 1024 * 1024;
/// No segment is longer: a full one, and the largest record (bytes).
const MOST_SEGMENT_BYTES: u64 = 64 * 1024 * 1024;
/// More segments than this are written anew as few.
const MOST_SEGMENTS: usize = 64;
/// Below this nothing is written anew only to save room (bytes).
const ROOM_BYTES: u64 = 64 * 1024;

/// What is wrong with a copy.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Damage {
    /// Records in the middle that do not open.
    pub lost_records: u64,
    /// Bytes at ends: the stick was pulled out while it was written.
    pub torn_bytes: u64,
    /// Segments that no key opens.
    pub unreadable_segments: u64,
    /// Segments that are gone.
    pub missing_segments: u64,
}

/// A file's bytes, bounded: what is longer is no segment of ours.
fn bytes_of(path: &Path) -> Result<Option<Vec<u8>>, LedgerError> {
    match fs::metadata(path)?.len() {
        length if length > MOST_SEGMENT_BYTES => Ok(None),
        _ => Ok(Some(fs::read(path)?)),
    }
}

/// Reads every record of a copy, the oldest first. What is damaged is left out and said.
///
/// # Errors
/// `NewerFormat` where a newer program wrote some of it, `NoCopy` where there is nothing, and what `each` answers.
pub fn read(
    folder: &Path,
    keys: CopyKeys<'_>,
    each: &mut dyn FnMut(Record) -> Result<(), LedgerError>,
) -> Result<Damage, LedgerError> {
    let mut reader = Reading::default();
    let segments = segments(folder)?;
    if segments.is_empty() {
        return Err(Code::NoCopy.into());
    }
    for (number, path) in segments {
        reader.segment(number, &path, keys, &mut |_, _, record| each(record))?;
    }
    Ok(reader.damage())
}

/// What was read of a copy so far.
#[derive(Default)]
struct Reading {
    damage: Damage,
    here: BTreeSet<Uuid>,
    told: BTreeSet<Uuid>,
}

/// A segment that was read.
struct Known {
    number: u64,
    path: PathBuf,
    bytes: u64,
    read: Read,
}

impl Reading {
    fn segment(
        &mut self,
        number: u64,
        path: &Path,
        keys: CopyKeys<'_>,
        each: &mut dyn FnMut(u64, u64, Record) -> Result<(), LedgerError>,
    ) -> Result<Option<Known>, LedgerError> {
        let bytes = bytes_of(path)?;
        let mut told = None;
        let read = match &bytes {
            None => None,
            Some(bytes) => segment::read(bytes, keys, &mut |at, length, record| {
                if let Record::Head(head) = &record {
                    told = Some(head.beside.clone());
                }
                each(at, length, record)
            })?,
        };
        let Some(read) = read else {
            self.damage.unreadable_segments += 1;
            return Ok(None);
        };
        // The newest head tells which segments are to stand.
        if let Some(told) = told {
            self.told = told.into_iter().collect();
        }
        self.here.insert(read.id);
        self.damage.lost_records += read.lost;
        self.damage.torn_bytes += read.torn_bytes;
        let bytes = bytes.map_or(0, |bytes| bytes.len() as u64);
        Ok(Some(Known { number, path: path.to_owned(), bytes, read }))
    }

    fn damage(&self) -> Damage {
        let missing = self.told.difference(&self.here).count() as u64;
        // One that no key opens stands there under its name, whatever its id was.
        let missing_segments = missing.saturating_sub(self.damage.unreadable_segments);
        Damage { missing_segments, ..self.damage.clone() }
    }
}

/// A copy that is written to.
pub(super) struct Folder {
    path: PathBuf,
    /// The id of this very folder: of two sticks each has its own.
    pub(super) instance: Uuid,
    data_key: DataKey,
    segments: Vec<Known>,
    /// The one that grows, last of `segments`.
    writer: Option<SegmentWriter>,
    pub(super) inventory: Inventory,
    next_number: u64,
    /// Where segments are to be written anew whatever their size: they were sealed under an older key.
    pub(super) renew: bool,
}

impl Folder {
    /// Opens the copy in this place, or begins it. What stands there and no key opens is set aside, never removed.
    pub(super) fn open(place: &Path, copy: Uuid, keys: CopyKeys<'_>) -> Result<Folder, LedgerError> {
        let path = place::path(place, copy);
        fs::create_dir_all(&path)?;
        folders::sync(place)?;
        let mut found = segments(&path)?;
        let mut folder = Folder {
            path,
            instance: Uuid::new_v4(),
            data_key: DataKey::from_bytes(*keys.data_key.expose()),
            segments: Vec::new(),
            writer: None,
            inventory: Inventory::default(),
            next_number: 1,
            renew: false,
        };
        let mut reader = Reading::default();
        for (number, path) in &found {
            let (inventory, instance) = (&mut folder.inventory, &mut folder.instance);
            let known = reader.segment(*number, path, keys, &mut |record, bytes, what| {
                if let Record::Head(head) = &what {
                    *instance = head.copy;
                }
                inventory.note((*number, record), bytes, &what);
                Ok(())
            })?;
            folder.renew |= known.as_ref().is_some_and(|known| known.read.under_previous);
            folder.segments.extend(known);
        }
        if folder.segments.is_empty() && !found.is_empty() {
            set_aside(&folder.path)?;
            fs::create_dir_all(&folder.path)?;
            folders::sync(place)?;
            found.clear();
        }
        folder.next_number = found.last().map_or(1, |(number, _)| number + 1);
        folder.go_on()?;
        Ok(folder)
    }

    /// Goes on with the last segment where it is whole and not full.
    fn go_on(&mut self) -> Result<(), LedgerError> {
        let last = self.segments.last().filter(|last| last.number + 1 == self.next_number);
        let Some(last) = last else { return Ok(()) };
        let is_whole = last.read.torn_bytes == 0 && last.read.lost == 0 && !last.read.under_previous;
        if is_whole && last.read.next > 0 && last.bytes < FULL_BYTES {
            self.writer = Some(SegmentWriter::go_on(&last.path, &self.data_key, &last.read, last.bytes)?);
        }
        Ok(())
    }

    /// Whether the folder is still the one that was read: somebody may have put another stick in.
    pub(super) fn is_as_known(&self) -> bool {
        let Ok(found) = segments(&self.path) else { return false };
        let known = self.segments.iter().all(|known| {
            let is_as_long = fs::metadata(&known.path).is_ok_and(|there| there.len() == known.bytes);
            // Another stick may have segments of the same name and length.
            is_as_long && segment::id(&known.path).is_some_and(|id| id == known.read.id)
        });
        known && found.iter().all(|(number, _)| *number < self.next_number)
    }

    /// Keeps the slots beside the segments, twice: whatever opens the ledger opens its copy.
    pub(super) fn keep_slots(&self, slots: &[u8]) -> Result<(), LedgerError> {
        for there in slot_files(&self.path) {
            if fs::read(&there).is_ok_and(|known| known == slots) {
                continue;
            }
            let fresh = there.with_extension("json.new");
            let mut file = File::create(&fresh)?;
            crate::slots::restrict(&file)?;
            file.write_all(slots)?;
            file.sync_all()?;
            fs::rename(&fresh, &there)?;
            folders::sync(&self.path)?;
        }
        Ok(())
    }

    /// Adds records; they are on the disk when this returns.
    pub(super) fn append(&mut self, records: &[Record]) -> Result<(), LedgerError> {
        let added = self.try_append(records);
        if added.is_err()
            && let Some(writer) = self.writer.take()
        {
            writer.take_back();
            // One that never came to be takes no name.
            if let Some(known) = self.segments.last().filter(|known| known.bytes == 0) {
                let _ = fs::remove_file(&known.path);
            }
        }
        added
    }

    fn try_append(&mut self, records: &[Record]) -> Result<(), LedgerError> {
        for record in records {
            if self.writer.as_ref().is_some_and(|writer| writer.bytes() >= FULL_BYTES) {
                self.end_segment()?;
            }
            if self.writer.is_none() {
                let beside = self.segments.iter().map(|known| known.read.id).collect();
                self.begin_segment(beside)?;
            }
            if let (Some(writer), Some(known)) = (self.writer.as_mut(), self.segments.last()) {
                let (number, bytes) = writer.push(record)?;
                self.inventory.note((known.number, number), bytes, record);
            }
        }
        self.sync_segment()
    }

    fn begin_segment(&mut self, beside: Vec<Uuid>) -> Result<(), LedgerError> {
        let number = self.next_number;
        let path = self.path.join(format!("{number:08}.{ENDING}"));
        let mut writer = SegmentWriter::create(&path, &self.data_key)?;
        self.next_number += 1;
        writer.push(&Record::Head(Head { copy: self.instance, number, beside }))?;
        let read = Read { id: writer.id(), ..Read::default() };
        self.segments.push(Known { number, path, bytes: 0, read });
        self.writer = Some(writer);
        Ok(())
    }

    fn sync_segment(&mut self) -> Result<(), LedgerError> {
        let (Some(writer), Some(known)) = (self.writer.as_mut(), self.segments.last_mut()) else {
            return Ok(());
        };
        let is_new = known.bytes == 0;
        writer.sync()?;
        known.bytes = writer.bytes();
        if is_new {
            folders::sync(&self.path)?;
        }
        Ok(())
    }

    fn end_segment(&mut self) -> Result<(), LedgerError> {
        self.sync_segment()?;
        self.writer = None;
        Ok(())
    }

    /// Whether there is anything in it that nobody needs, and that is worth the trouble.
    pub(super) fn has_waste(&self) -> bool {
        let all: u64 = self.segments.iter().map(|known| known.bytes).sum();
        let needed: u64 = self.inventory.needed().values().sum();
        all > needed + ROOM_BYTES / 8
    }

    /// Whether writing it anew would halve it.
    pub(super) fn is_worth_renewing(&self) -> bool {
        let all: u64 = self.segments.iter().map(|known| known.bytes).sum();
        let needed: u64 = self.inventory.needed().values().sum();
        self.renew || self.segments.len() > MOST_SEGMENTS || all > 2 * needed + ROOM_BYTES
    }

    /// Writes what is needed into new segments and removes the old ones once those are durable. A crash at any moment leaves
    /// records twice, which means the same as once: the oldest segments go first, so that no draft outlives its end.
    pub(super) fn renew(&mut self, keys: CopyKeys<'_>) -> Result<(), LedgerError> {
        self.end_segment()?;
        let needed = self.inventory.needed();
        let old = std::mem::take(&mut self.segments);
        let before = std::mem::take(&mut self.inventory);
        let mut reader = Reading::default();
        for known in &old {
            let written =
                reader.segment(known.number, &known.path, keys, &mut |record, _, what| match needed
                    .contains_key(&(known.number, record))
                {
                    true => self.push_renewed(&what),
                    false => Ok(()),
                });
            if let Err(problem) = written {
                self.give_up_renewing(old, before);
                return Err(problem);
            }
        }
        if let Err(problem) = self.end_segment() {
            self.give_up_renewing(old, before);
            return Err(problem);
        }
        self.renew = false;
        for known in &old {
            fs::remove_file(&known.path)?;
        }
        Ok(folders::sync(&self.path)?)
    }

    /// Adds a record to what is written anew.
    fn push_renewed(&mut self, record: &Record) -> Result<(), LedgerError> {
        if self.writer.as_ref().is_some_and(|writer| writer.bytes() >= FULL_BYTES) {
            self.end_segment()?;
        }
        if self.writer.is_none() {
            // Those before are to go.
            let beside = self.segments.iter().map(|known| known.read.id).collect();
            self.begin_segment(beside)?;
        }
        if let (Some(writer), Some(known)) = (self.writer.as_mut(), self.segments.last()) {
            let (number, bytes) = writer.push(record)?;
            self.inventory.note((known.number, number), bytes, record);
        }
        Ok(())
    }

    /// The old segments hold everything: what was begun goes.
    fn give_up_renewing(&mut self, old: Vec<Known>, before: Inventory) {
        self.writer = None;
        for known in std::mem::replace(&mut self.segments, old) {
            let _ = fs::remove_file(&known.path);
        }
        self.inventory = before;
    }
}
