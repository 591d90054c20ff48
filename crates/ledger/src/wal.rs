//! The log beside a database (`-wal`), read past SQLite: what of it is committed, and whether a part of that is damaged.
//!
//! SQLite reads a log up to the first frame whose checksum does not fit and passes over the rest without a word. After a
//! power cut that is right, for the last transaction was never acknowledged. After damage it would take away what was.

use crate::error::LedgerError;
use crate::page::PAGE_BYTES;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

const HEAD_BYTES: usize = 32;
const FRAME_HEAD_BYTES: usize = 24;
const FRAME_BYTES: usize = FRAME_HEAD_BYTES + PAGE_BYTES;
const MAGIC: u32 = 0x377f_0682;

/// What the log has.
#[derive(Default)]
pub(crate) struct Log {
    path: PathBuf,
    /// Where each version of a page stands, the newest last: the number of its frame (from 1).
    versions: BTreeMap<u32, Vec<u64>>,
    committed_pages: Option<u32>,
    /// Whether something of it that was committed is damaged.
    pub(crate) is_damaged: bool,
}

impl Log {
    /// How many pages the database has after the newest commit; none where the log has no commit.
    pub(crate) fn committed_pages(&self) -> Option<u32> {
        self.committed_pages
    }

    /// The versions of a page, the newest first, each with its place in the log.
    pub(crate) fn versions(&self, page: u32) -> Result<Vec<(u64, Vec<u8>)>, LedgerError> {
        let Some(frames) = self.versions.get(&page) else { return Ok(Vec::new()) };
        let mut file = File::open(&self.path)?;
        let mut versions = Vec::with_capacity(frames.len());
        for frame in frames.iter().rev() {
            let mut bytes = vec![0u8; PAGE_BYTES];
            file.seek(SeekFrom::Start(offset_of(*frame) + FRAME_HEAD_BYTES as u64))?;
            if file.read_exact(&mut bytes).is_ok() {
                versions.push((*frame, bytes));
            }
        }
        Ok(versions)
    }
}

/// Where the log of a database stands.
pub(crate) fn path_of(database: &Path) -> PathBuf {
    beside(database, "-wal")
}

/// The database's path with something at its end.
pub(crate) fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn offset_of(frame: u64) -> u64 {
    HEAD_BYTES as u64 + (frame - 1) * FRAME_BYTES as u64
}

/// Reads the log of the database at this path; an empty one where there is none.
pub(crate) fn read(database: &Path) -> Result<Log, LedgerError> {
    let path = path_of(database);
    let mut log = Log { path: path.clone(), ..Log::default() };
    let mut file = match File::open(&path) {
        Ok(file) => file,
        Err(problem) if problem.kind() == ErrorKind::NotFound => return Ok(log),
        Err(problem) => return Err(problem.into()),
    };
    let (mut head, mut frame) = ([0u8; HEAD_BYTES], vec![0u8; FRAME_BYTES]);
    if file.read_exact(&mut head).is_err() || file.read_exact(&mut frame).is_err() {
        // Not one whole frame: nothing was ever committed in it.
        return Ok(log);
    }
    let Some(mut round) = Round::begin(&head, &frame) else { return Ok(log) };
    log.is_damaged = round.head_is_damaged;
    let mut number = 1;
    loop {
        round.take(&mut log, number, &frame);
        number += 1;
        if file.read_exact(&mut frame).is_err() {
            return Ok(log);
        }
    }
}

/// One round of a log: the frames since it was begun anew, which carry its salts.
struct Round {
    is_big: bool,
    salts: [u8; 8],
    sum: (u32, u32),
    head_is_damaged: bool,
    /// A frame did not fit: what follows is of this round only by its salts.
    is_broken: bool,
    /// It is known that no power cut broke it: what ends behind counts.
    is_no_tear: bool,
    /// Frames of the transaction that is being read: page and number.
    waiting: Vec<(u32, u64)>,
    /// What ended behind the break, until it is known whether a power cut may have torn it.
    doubtful: Vec<(u32, u64)>,
    doubtful_pages: u32,
}

impl Round {
    /// None where the head fits neither by itself nor with the first frame: then it was torn as it was written, and by then
    /// everything before stood in the database.
    fn begin(head: &[u8], first_frame: &[u8]) -> Option<Round> {
        let stored = (word(head, 24), word(head, 28));
        let told_salts = salts(head, 16);
        let is_told_big = word(head, 0) & 1 == 1;
        let round = |is_big, salts, sum, head_is_damaged| Round {
            is_big,
            salts,
            sum,
            head_is_damaged,
            is_broken: false,
            is_no_tear: false,
            waiting: Vec::new(),
            doubtful: Vec::new(),
            doubtful_pages: 0,
        };
        if word(head, 0) & !1 == MAGIC && checksum(is_told_big, &head[..24], (0, 0)) == stored {
            return Some(round(is_told_big, told_salts, stored, false));
        }
        let own_salts = salts(first_frame, 8);
        [true, false]
            .into_iter()
            .flat_map(|is_big| [(is_big, stored), (is_big, checksum(is_big, &head[..24], (0, 0)))])
            .find(|(is_big, sum)| frame_sum(*is_big, first_frame, *sum) == told_sum(first_frame))
            .map(|(is_big, sum)| round(is_big, own_salts, sum, true))
    }

    fn take(&mut self, log: &mut Log, number: u64, frame: &[u8]) {
        let (page, commit) = (word(frame, 0), word(frame, 4));
        let is_of_round = salts(frame, 8) == self.salts;
        if !self.is_broken {
            let sum = frame_sum(self.is_big, frame, self.sum);
            self.is_broken = !(is_of_round && page > 0 && sum == told_sum(frame));
            self.sum = sum;
        }
        if !is_of_round {
            return;
        }
        self.waiting.push((page, number));
        if commit == 0 {
            return;
        }
        let ended = std::mem::take(&mut self.waiting);
        if !self.is_broken || self.is_no_tear {
            keep(log, ended, commit);
        } else if self.doubtful.is_empty() {
            // The first transaction that ends behind a break may be one that a power cut tore: nobody was told that it is
            // safe.
            (self.doubtful, self.doubtful_pages) = (ended, commit);
        } else {
            // A second one began after the first was on the disk, so that was no tear.
            log.is_damaged = true;
            self.is_no_tear = true;
            keep(log, std::mem::take(&mut self.doubtful), self.doubtful_pages);
            keep(log, ended, commit);
        }
    }
}

fn keep(log: &mut Log, frames: Vec<(u32, u64)>, pages: u32) {
    if frames.is_empty() {
        return;
    }
    for (page, number) in frames {
        log.versions.entry(page).or_default().push(number);
    }
    log.committed_pages = Some(pages);
}

fn frame_sum(is_big: bool, frame: &[u8], before: (u32, u32)) -> (u32, u32) {
    checksum(is_big, &frame[FRAME_HEAD_BYTES..], checksum(is_big, &frame[..8], before))
}

fn told_sum(frame: &[u8]) -> (u32, u32) {
    (word(frame, 16), word(frame, 20))
}

fn salts(bytes: &[u8], at: usize) -> [u8; 8] {
    let mut salts = [0u8; 8];
    salts.copy_from_slice(&bytes[at..at + 8]);
    salts
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// SQLite's sum over words in the order that the log's first word tells.
fn checksum(is_big: bool, bytes: &[u8], (mut one, mut two): (u32, u32)) -> (u32, u32) {
    let read = |word: &[u8]| {
        let word = [word[0], word[1], word[2], word[3]];
        if is_big { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) }
    };
    for pair in bytes.chunks_exact(8) {
        one = one.wrapping_add(read(&pair[..4])).wrapping_add(two);
        two = two.wrapping_add(read(&pair[4..])).wrapping_add(one);
    }
    (one, two)
}
