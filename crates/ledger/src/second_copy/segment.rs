//! A segment of the second copy: one file that only grows.
//!
//! ```text
//! header twice: "bangban-copy", version (u32), id (16 bytes), key check (16 bytes)
//! record:       marker of its number (16 bytes), length of what follows (u32), nonce and sealed bytes
//! ```
//!
//! Numbers are little-endian. Marker and seal bind a record to its segment and number: records can be neither swapped, nor left
//! out in the middle, nor taken from another segment unnoticed. Behind damage the reader goes on at the next marker.

use super::record::Record;
use crate::error::LedgerError;
use bangban_keys::{DataKey, RecordKey, random_bytes};
use bangban_model::Code;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Seek, SeekFrom, Write};
use std::path::Path;
use uuid::Uuid;

/// The format's version: raised when an older program could not read it.
pub(super) const VERSION: u32 = 1;
const MAGIC: &[u8; 12] = b"bangban-copy";
const COPY_OF_HEADER_BYTES: usize = 12 + 4 + 16 + 16;
/// The header stands twice: a flipped bit in it must not cost the segment.
const HEADER_BYTES: usize = 2 * COPY_OF_HEADER_BYTES;
const FRAME_BYTES: usize = 16 + 4;
/// No sealed record is longer: the largest photo is 16 MiB.
const MOST_SEALED_BYTES: usize = 20 * 1024 * 1024;
/// Behind damage the next so many markers are looked for.
const LOOKED_FOR: u64 = 4096;
/// What is gathered before it is written (bytes).
const GATHERED_BYTES: usize = 1024 * 1024;

/// What opens a copy: the data key in force, and during a rotation the one before it (rule K2).
#[derive(Clone, Copy)]
pub struct CopyKeys<'a> {
    /// The data key in force.
    pub data_key: &'a DataKey,
    /// The one before it.
    pub previous: Option<&'a DataKey>,
}

/// What was found in a segment beside its records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Read {
    /// Its id.
    pub(super) id: Uuid,
    /// The number of the next record.
    pub(super) next: u64,
    /// Records in the middle that do not open.
    pub(super) lost: u64,
    /// Bytes of a last record that is not whole.
    pub(super) torn_bytes: u64,
    /// Whether it was sealed under the key before the one in force.
    pub(super) under_previous: bool,
}

/// Reads a segment; each record goes to `each` with its number and its length in the file. `None` where no key opens it.
///
/// # Errors
/// `NewerFormat` where a newer program wrote it, and what `each` answers.
pub(super) fn read(
    bytes: &[u8],
    keys: CopyKeys<'_>,
    each: &mut dyn FnMut(u64, u64, Record) -> Result<(), LedgerError>,
) -> Result<Option<Read>, LedgerError> {
    let headers: Vec<&[u8]> = bytes.chunks(COPY_OF_HEADER_BYTES).take(2).collect();
    let versions: Vec<u32> = headers.iter().filter_map(|header| version(header)).collect();
    if !versions.is_empty() && versions.iter().all(|version| *version > VERSION) {
        return Err(Code::NewerFormat.into());
    }
    if bytes.len() < HEADER_BYTES {
        // Cut before its first record: there was nothing in it yet.
        return Ok(Some(Read { torn_bytes: bytes.len() as u64, ..Read::default() }));
    }
    let Some((id, key, under_previous)) = headers.iter().find_map(|header| opens(header, keys)) else {
        return Ok(None);
    };
    let mut found = Read { id, under_previous, ..Read::default() };
    let mut at = HEADER_BYTES;
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        let frame = frame(rest, &key, found.next);
        if let Some(sealed) = frame {
            let record = key.open(found.next, sealed).ok().and_then(|plain| Record::from_bytes(&plain));
            let length = FRAME_BYTES + sealed.len();
            if let Some(record) = record {
                each(found.next, length as u64, record)?;
                (at, found.next) = (at + length, found.next + 1);
                continue;
            }
        }
        if let Some((skipped, number)) = next_marker(rest, &key, found.next) {
            found.lost += number - found.next;
            (at, found.next) = (at + skipped, number);
            continue;
        }
        match frame {
            Some(sealed) if FRAME_BYTES + sealed.len() == rest.len() => {
                (found.lost, found.next) = (found.lost + 1, found.next + 1);
            }
            _ => found.torn_bytes = rest.len() as u64,
        }
        break;
    }
    Ok(Some(found))
}

/// The id that a segment's header names; not proven.
pub(super) fn id(path: &Path) -> Option<Uuid> {
    let mut header = [0; COPY_OF_HEADER_BYTES];
    File::open(path).ok()?.read_exact(&mut header).ok()?;
    let (id, _) = header.get(16..)?.split_first_chunk::<16>()?;
    Some(Uuid::from_bytes(*id))
}

fn version(header: &[u8]) -> Option<u32> {
    let (version, _) = header.strip_prefix(MAGIC)?.split_first_chunk::<4>()?;
    Some(u32::from_le_bytes(*version))
}

fn opens(header: &[u8], keys: CopyKeys<'_>) -> Option<(Uuid, RecordKey, bool)> {
    let rest = header.get(16..)?;
    let (id, check) = rest.split_first_chunk::<16>()?;
    let fits = |key: &DataKey| Some(RecordKey::of(key, *id)).filter(|key| key.check() == check);
    let id = Uuid::from_bytes(*id);
    match fits(keys.data_key) {
        Some(key) => Some((id, key, false)),
        None => keys.previous.and_then(fits).map(|key| (id, key, true)),
    }
}

/// The sealed bytes of the record of this number, where one stands here with its whole length.
fn frame<'a>(rest: &'a [u8], key: &RecordKey, number: u64) -> Option<&'a [u8]> {
    let (length, sealed) = rest.strip_prefix(&key.marker(number))?.split_first_chunk::<4>()?;
    let length = u32::from_le_bytes(*length) as usize;
    sealed.get(..length).filter(|_| length <= MOST_SEALED_BYTES)
}

/// The nearest marker of a later record: how far it is, and its number.
fn next_marker(rest: &[u8], key: &RecordKey, number: u64) -> Option<(usize, u64)> {
    let markers: BTreeMap<[u8; 16], u64> =
        (number + 1..=number + LOOKED_FOR).map(|number| (key.marker(number), number)).collect();
    // Most places are told apart by two bytes.
    let mut begins = vec![false; 1 << 16];
    for marker in markers.keys() {
        begins[usize::from(u16::from_le_bytes([marker[0], marker[1]]))] = true;
    }
    rest.windows(16).enumerate().skip(1).find_map(|(at, window)| {
        let [first, second, ..] = window else { return None };
        if !begins[usize::from(u16::from_le_bytes([*first, *second]))] {
            return None;
        }
        markers.get(window).map(|number| (at, *number))
    })
}

/// A segment that grows.
pub(super) struct SegmentWriter {
    file: File,
    key: RecordKey,
    id: Uuid,
    next: u64,
    written: u64,
    durable: u64,
    gathered: Vec<u8>,
}

impl SegmentWriter {
    /// Begins a new segment in this file, which must not be there.
    pub(super) fn create(path: &Path, data_key: &DataKey) -> Result<Self, LedgerError> {
        let id: [u8; 16] = random_bytes()?;
        let key = RecordKey::of(data_key, id);
        let file = File::options().write(true).create_new(true).open(path)?;
        crate::slots::restrict(&file)?;
        let header = [MAGIC.as_slice(), &VERSION.to_le_bytes(), &id, &key.check()].concat();
        let gathered = header.repeat(2);
        Ok(Self { file, key, id: Uuid::from_bytes(id), next: 0, written: 0, durable: 0, gathered })
    }

    /// Goes on with one that was read and is whole.
    pub(super) fn go_on(
        path: &Path,
        data_key: &DataKey,
        read: &Read,
        bytes: u64,
    ) -> Result<Self, LedgerError> {
        let mut file = File::options().write(true).open(path)?;
        // Somebody else may have written there meanwhile.
        if file.seek(SeekFrom::End(0))? != bytes {
            return Err(LedgerError::Damaged("a segment of the second copy has another length"));
        }
        let key = RecordKey::of(data_key, *read.id.as_bytes());
        let (written, durable) = (bytes, bytes);
        Ok(Self { file, key, id: read.id, next: read.next, written, durable, gathered: Vec::new() })
    }

    /// Its id.
    pub(super) fn id(&self) -> Uuid {
        self.id
    }

    /// How long it is.
    pub(super) fn bytes(&self) -> u64 {
        self.written + self.gathered.len() as u64
    }

    /// Adds a record: its number and its length in the file. It is there for good after [`SegmentWriter::sync`].
    pub(super) fn push(&mut self, record: &Record) -> Result<(u64, u64), LedgerError> {
        let number = self.next;
        let sealed = self.key.seal(number, &record.to_bytes()?)?;
        if sealed.len() > MOST_SEALED_BYTES {
            return Err(LedgerError::Damaged("a record is too long for the second copy"));
        }
        self.gathered.extend_from_slice(&self.key.marker(number));
        self.gathered.extend_from_slice(&(sealed.len() as u32).to_le_bytes());
        self.gathered.extend_from_slice(&sealed);
        self.next += 1;
        if self.gathered.len() >= GATHERED_BYTES {
            self.write_out()?;
        }
        Ok((number, (FRAME_BYTES + sealed.len()) as u64))
    }

    /// Makes what was added durable.
    pub(super) fn sync(&mut self) -> Result<(), LedgerError> {
        self.write_out()?;
        self.file.sync_all()?;
        self.durable = self.written;
        Ok(())
    }

    fn write_out(&mut self) -> Result<(), LedgerError> {
        self.file.write_all(&self.gathered)?;
        self.written += self.gathered.len() as u64;
        self.gathered.clear();
        Ok(())
    }

    /// After an error: takes back what is not known to be whole, where the place lets it.
    pub(super) fn take_back(self) {
        let _ = self.file.set_len(self.durable).and_then(|()| self.file.sync_all());
    }
}
