//! The pages of an encrypted database file, read past SQLite: whether each is as it was written, and what stands in it.
//!
//! SQLCipher 4 keeps in every page of 4096 bytes 16 bytes of an initialisation vector and an HMAC-SHA512 of what stands
//! before it and of the page's number. A page is believed only where that fits. Reading past SQLite finds every damaged
//! page at the speed of the disk, and reads the others when the first page, or one that leads to them, is gone.

use crate::error::LedgerError;
use crate::wal::{self, Log};
use aes::Aes256;
use aes::cipher::{BlockDecrypt, KeyInit};
use bangban_keys::DataKey;
use hmac::{Hmac, Mac};
use sha2::Sha512;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// Every page has so many bytes.
pub(crate) const PAGE_BYTES: usize = 4096;
/// Of these, vector and HMAC at the end.
const RESERVED_BYTES: usize = 80;
/// What of a page SQLite uses.
pub(crate) const USABLE_BYTES: usize = PAGE_BYTES - RESERVED_BYTES;
/// The first page begins with the file's salt.
const SALT_BYTES: usize = 16;
const VECTOR_BYTES: usize = 16;
const HMAC_BYTES: usize = 64;
/// SQLite never uses the page at 1 GiB: it locks bytes of it.
const LOCK_PAGE: u32 = 0x4000_0000 / PAGE_BYTES as u32 + 1;
/// What the salt is mixed with for the key of the HMAC.
const HMAC_SALT_MASK: u8 = 0x3a;
/// By so many pages it is told which key fits.
const SAMPLE_PAGES: usize = 64;
/// So many pages are read at once.
const PAGES_AT_ONCE: usize = 256;

type Sha512Hmac = Hmac<Sha512>;

/// The keys of one file.
#[derive(Clone)]
pub(crate) struct PageKeys {
    cipher: Aes256,
    /// Keyed already: a page's HMAC begins from a copy.
    hmac: Sha512Hmac,
}

impl PageKeys {
    /// The keys of the file that begins with this salt.
    fn new(data_key: &DataKey, salt: [u8; SALT_BYTES]) -> Result<PageKeys, LedgerError> {
        let broken = |_| LedgerError::Damaged("the data key");
        let salt = salt.map(|byte| byte ^ HMAC_SALT_MASK);
        // PBKDF2-HMAC-SHA512 with two rounds, of which the first half of one block is needed.
        let keyed = <Sha512Hmac as Mac>::new_from_slice(data_key.expose()).map_err(broken)?;
        let first = keyed.clone().chain_update(salt).chain_update(1u32.to_be_bytes()).finalize().into_bytes();
        let second = keyed.chain_update(first).finalize().into_bytes();
        let mut hmac_key = [0u8; 32];
        for (byte, (one, two)) in hmac_key.iter_mut().zip(first.iter().zip(second.iter())) {
            *byte = one ^ two;
        }
        Ok(PageKeys {
            cipher: Aes256::new_from_slice(data_key.expose()).map_err(broken)?,
            hmac: <Sha512Hmac as Mac>::new_from_slice(&hmac_key).map_err(broken)?,
        })
    }

    /// Whether a page is as it was written.
    pub(crate) fn fits(&self, number: u32, page: &[u8]) -> bool {
        let (Some(told), Some(kept)) =
            (page.get(start(number)..PAGE_BYTES - HMAC_BYTES), page.get(PAGE_BYTES - HMAC_BYTES..PAGE_BYTES))
        else {
            return false;
        };
        self.hmac.clone().chain_update(told).chain_update(number.to_le_bytes()).verify_slice(kept).is_ok()
    }

    /// What stands in a page that fits.
    fn opened(&self, number: u32, page: &[u8]) -> Vec<u8> {
        let mut open = page.to_vec();
        let mut before: [u8; VECTOR_BYTES] = [0; VECTOR_BYTES];
        before.copy_from_slice(&page[USABLE_BYTES..USABLE_BYTES + VECTOR_BYTES]);
        for block in open[start(number)..USABLE_BYTES].chunks_exact_mut(VECTOR_BYTES) {
            let mut sealed = [0u8; VECTOR_BYTES];
            sealed.copy_from_slice(block);
            self.cipher.decrypt_block(block.into());
            for (byte, mask) in block.iter_mut().zip(before) {
                *byte ^= mask;
            }
            before = sealed;
        }
        if number == 1 {
            open[..SALT_BYTES].copy_from_slice(b"SQLite format 3\0");
        }
        open.truncate(USABLE_BYTES);
        open
    }
}

/// Where what is sealed begins.
fn start(number: u32) -> usize {
    if number == 1 { SALT_BYTES } else { 0 }
}

/// The pages of a database as its file and its log have them.
pub(crate) struct Pages {
    file: File,
    keys: PageKeys,
    log: Log,
    in_file: u32,
    /// How many pages there are, or should be.
    pub(crate) count: u32,
}

impl Pages {
    /// The pages of the database at this path; nobody may write to it meanwhile. None where there is no file. Of several data keys
    /// (rule K2) the one counts that opens more.
    pub(crate) fn open(path: &Path, data_keys: &[&DataKey]) -> Result<Option<Pages>, LedgerError> {
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(problem) if problem.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(problem) => return Err(problem.into()),
        };
        let size_bytes = file.metadata()?.len();
        let mut salt = [0u8; SALT_BYTES];
        if size_bytes >= SALT_BYTES as u64 {
            file.read_exact(&mut salt)?;
        }
        let log = wal::read(path)?;
        let keys = choose_keys(&mut file, &log, data_keys, salt)?;
        let in_file = u32::try_from(size_bytes.div_ceil(PAGE_BYTES as u64)).unwrap_or(u32::MAX);
        let count = log.committed_pages().unwrap_or(in_file).max(in_file);
        let mut pages = Pages { file, keys, log, in_file, count };
        // A file that was cut short says in its first page how many pages there were.
        if let Some(first) = pages.get(1)? {
            pages.count = pages.count.max(told_count(&first));
        }
        Ok(Some(pages))
    }

    /// The log beside the file.
    pub(crate) fn log(&self) -> &Log {
        &self.log
    }

    /// What stands in a page, the newest that the log or the file has of it; none where it is damaged.
    pub(crate) fn get(&mut self, number: u32) -> Result<Option<Vec<u8>>, LedgerError> {
        Ok(self.get_newest(number)?.map(|(page, _)| page))
    }

    /// The same, with its place in the log: what was written later has the higher one, what stands in the file has 0.
    pub(crate) fn get_newest(&mut self, number: u32) -> Result<Option<(Vec<u8>, u64)>, LedgerError> {
        for (at, page) in self.log.versions(number)? {
            if self.keys.fits(number, &page) {
                return Ok(Some((self.keys.opened(number, &page), at)));
            }
        }
        let page = self.raw(number)?;
        Ok(page.filter(|page| self.keys.fits(number, page)).map(|page| (self.keys.opened(number, &page), 0)))
    }

    fn raw(&mut self, number: u32) -> Result<Option<Vec<u8>>, LedgerError> {
        if number == 0 || number > self.in_file {
            return Ok(None);
        }
        let mut page = vec![0u8; PAGE_BYTES];
        self.file.seek(SeekFrom::Start(u64::from(number - 1) * PAGE_BYTES as u64))?;
        match self.file.read_exact(&mut page) {
            Ok(()) => Ok(Some(page)),
            Err(problem) if problem.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            // A sector that the disk cannot read any more is damage too; the pages around it are read all the same.
            Err(_) => Ok(None),
        }
    }

    /// Every page of the file whose HMAC does not fit and that the log has no newer version of; `threads` share the work.
    pub(crate) fn damaged(&mut self, path: &Path, threads: u32) -> Result<Vec<u32>, LedgerError> {
        let share = self.in_file.div_ceil(threads.max(1)).max(1);
        let keys = &self.keys;
        let parts: Vec<(u32, u32)> = (0..threads.max(1))
            .map(|part| (part * share + 1, ((part + 1) * share).min(self.in_file)))
            .filter(|(first, last)| first <= last)
            .collect();
        let found = std::thread::scope(|scope| {
            let workers: Vec<_> = parts
                .iter()
                .map(|(first, last)| scope.spawn(move || unfit(keys, path, *first, *last)))
                .collect();
            workers.into_iter().map(|worker| worker.join()).collect::<Vec<_>>()
        });
        let mut damaged = Vec::new();
        for part in found {
            damaged.extend(part.map_err(|_| LedgerError::Damaged("a check ended early"))??);
        }
        damaged.extend(self.in_file.saturating_add(1)..=self.count);
        let mut confirmed = Vec::new();
        let mut free = None;
        for number in damaged {
            if self.get(number)?.is_some() {
                // The log has it; or a page that was being written when it was read.
                continue;
            }
            if self.raw(number)?.is_some_and(|page| page.iter().all(|byte| *byte == 0)) {
                // A page that was free from its first day on was never written.
                let free = match &free {
                    Some(free) => free,
                    None => free.insert(crate::btree::free_pages(self)?),
                };
                if free.contains(&number) {
                    continue;
                }
            }
            confirmed.push(number);
        }
        Ok(confirmed)
    }
}

/// The keys that open most of the first pages. The log's first page tells the salt too, should that of the file be what is damaged.
fn choose_keys(
    file: &mut File,
    log: &Log,
    data_keys: &[&DataKey],
    salt: [u8; SALT_BYTES],
) -> Result<PageKeys, LedgerError> {
    let mut salts = vec![salt];
    let first = log.versions(1)?.into_iter().next().map(|(_, page)| page);
    salts.extend(
        first.as_ref().and_then(|page| page.first_chunk::<SALT_BYTES>()).filter(|other| **other != salt),
    );
    let mut sample = vec![0u8; SAMPLE_PAGES * PAGE_BYTES];
    file.seek(SeekFrom::Start(0))?;
    let read = read_up_to(file, &mut sample);
    let mut best: Option<(usize, PageKeys)> = None;
    for data_key in data_keys {
        for salt in &salts {
            let keys = PageKeys::new(data_key, *salt)?;
            let in_log = first.as_ref().is_some_and(|page| keys.fits(1, page));
            let pages = sample[..read].chunks_exact(PAGE_BYTES).zip(1..);
            let fitting =
                pages.filter(|(page, number)| keys.fits(*number, page)).count() + usize::from(in_log);
            if best.as_ref().is_none_or(|(most, _)| fitting > *most) {
                best = Some((fitting, keys));
            }
        }
    }
    best.map(|(_, keys)| keys).ok_or(LedgerError::Damaged("no data key"))
}

/// How many pages the first one tells.
fn told_count(first: &[u8]) -> u32 {
    let word = |at: usize| {
        first.get(at..at + 4).map_or(0, |word| u32::from_be_bytes([word[0], word[1], word[2], word[3]]))
    };
    // Only where it was written by the same change as the version number beside it.
    if word(24) == word(92) { word(28) } else { 0 }
}

fn unfit(keys: &PageKeys, path: &Path, first: u32, last: u32) -> Result<Vec<u32>, LedgerError> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(u64::from(first - 1) * PAGE_BYTES as u64))?;
    let mut buffer = vec![0u8; PAGES_AT_ONCE * PAGE_BYTES];
    let mut unfit = Vec::new();
    let mut at = first;
    while at <= last {
        let pages = PAGES_AT_ONCE.min((last - at + 1) as usize);
        let part = &mut buffer[..pages * PAGE_BYTES];
        let read = read_up_to(&mut file, part);
        for page in part.chunks_exact(PAGE_BYTES).enumerate() {
            let (index, page) = page;
            let number = at + index as u32;
            let is_whole = (index + 1) * PAGE_BYTES <= read;
            if number != LOCK_PAGE && !(is_whole && keys.fits(number, page)) {
                unfit.push(number);
            }
        }
        at += pages as u32;
        if read < pages * PAGE_BYTES {
            // Behind what the disk could not read: page by page, by whoever confirms.
            file.seek(SeekFrom::Start(u64::from(at - 1) * PAGE_BYTES as u64))?;
        }
    }
    Ok(unfit)
}

/// Reads as much as there is.
fn read_up_to(file: &mut File, into: &mut [u8]) -> usize {
    let mut read = 0;
    while read < into.len() {
        match file.read(&mut into[read..]) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(problem) if problem.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    read
}
