//! SQLite's trees and records as they stand in pages, read without SQLite (its file format, sections 1.6 and 2.1).
//!
//! Total: whatever stands in a page, nothing here panics or goes round for ever.

use crate::error::LedgerError;
use crate::page::{Pages, USABLE_BYTES};
use rusqlite::types::Value;
use std::collections::{BTreeMap, BTreeSet};

/// No record is larger: SQLite's own bound is 1 GB, and nothing here comes near.
const MOST_RECORD_BYTES: usize = 64 * 1024 * 1024;
/// No tree is deeper.
const MOST_DEPTH: u32 = 20;

/// What kind of page it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PageKind {
    /// Leads to pages of a table.
    TableInner,
    /// Rows of a table.
    TableLeaf,
    /// Keys of an index, or rows of a table without row numbers; leads to more.
    IndexInner,
    /// The same, leading nowhere.
    IndexLeaf,
}

/// A record in a page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    /// The row's number, in a table's leaf.
    pub(crate) row: i64,
    /// Its columns, as far as they could be read.
    pub(crate) values: Vec<Value>,
    /// Whether all of it could be read.
    pub(crate) is_whole: bool,
    /// Pages beyond its own that it takes and that are damaged.
    pub(crate) lost_pages: Vec<u32>,
}

/// A page of a tree.
pub(crate) struct TreePage {
    /// What it is.
    pub(crate) kind: PageKind,
    /// Pages that it leads to.
    pub(crate) children: Vec<u32>,
    cells: Vec<usize>,
    bytes: Vec<u8>,
}

impl TreePage {
    /// None where this is no page of a tree.
    pub(crate) fn read(number: u32, bytes: Vec<u8>) -> Option<TreePage> {
        let at = if number == 1 { 100 } else { 0 };
        let (kind, head) = match bytes.get(at)? {
            0x05 => (PageKind::TableInner, 12),
            0x0d => (PageKind::TableLeaf, 8),
            0x02 => (PageKind::IndexInner, 12),
            0x0a => (PageKind::IndexLeaf, 8),
            _ => return None,
        };
        let count = usize::from(half(&bytes, at + 3)?);
        let cells = (0..count)
            .map(|index| half(&bytes, at + head + 2 * index).map(usize::from))
            .collect::<Option<Vec<_>>>()?;
        if cells.iter().any(|cell| *cell >= USABLE_BYTES || *cell < at + head) {
            return None;
        }
        let mut children = Vec::new();
        if head == 12 {
            for cell in &cells {
                children.push(word(&bytes, *cell)?);
            }
            children.push(word(&bytes, at + 8)?);
        }
        Some(TreePage { kind, children, cells, bytes })
    }

    /// The records in it.
    pub(crate) fn records(&self, pages: &mut Pages) -> Result<Vec<Record>, LedgerError> {
        let mut records = Vec::with_capacity(self.cells.len());
        for cell in &self.cells {
            records.extend(self.record(*cell, pages)?);
        }
        Ok(records)
    }

    fn record(&self, cell: usize, pages: &mut Pages) -> Result<Option<Record>, LedgerError> {
        let mut at = match self.kind {
            PageKind::TableInner => return Ok(None),
            PageKind::IndexInner => cell + 4,
            PageKind::TableLeaf | PageKind::IndexLeaf => cell,
        };
        let Some(length) = varint(&self.bytes, &mut at) else { return Ok(None) };
        let is_table = self.kind == PageKind::TableLeaf;
        let row = match is_table {
            true => match varint(&self.bytes, &mut at) {
                Some(row) => row as i64,
                None => return Ok(None),
            },
            false => 0,
        };
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > MOST_RECORD_BYTES {
            return Ok(None);
        }
        let local = local_bytes(length, is_table);
        let Some(part) = self.bytes.get(at..at + local) else { return Ok(None) };
        let mut payload = part.to_vec();
        let mut lost_pages = Vec::new();
        if local < length {
            let Some(first) = word(&self.bytes, at + local) else { return Ok(None) };
            lost_pages = read_overflow(pages, first, length, &mut payload)?;
        }
        let (values, is_whole) = columns(&payload, length);
        Ok(Some(Record { row, values, is_whole, lost_pages }))
    }

    /// The first pages of the chains behind its records.
    fn overflows(&self) -> Vec<u32> {
        let mut firsts = Vec::new();
        for cell in &self.cells {
            let mut at = if self.kind == PageKind::IndexInner { cell + 4 } else { *cell };
            let is_table = self.kind == PageKind::TableLeaf;
            if self.kind == PageKind::TableInner {
                continue;
            }
            let Some(length) = varint(&self.bytes, &mut at) else { continue };
            if is_table && varint(&self.bytes, &mut at).is_none() {
                continue;
            }
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            let local = local_bytes(length.min(MOST_RECORD_BYTES), is_table);
            if local < length {
                firsts.extend(word(&self.bytes, at + local));
            }
        }
        firsts
    }
}

/// How much of a record stands in its own page.
fn local_bytes(length: usize, is_table: bool) -> usize {
    let most = if is_table { USABLE_BYTES - 35 } else { (USABLE_BYTES - 12) * 64 / 255 - 23 };
    if length <= most {
        return length;
    }
    let least = (USABLE_BYTES - 12) * 32 / 255 - 23;
    let fitting = least + (length - least) % (USABLE_BYTES - 4);
    if fitting <= most { fitting } else { least }
}

/// Follows a chain; the pages of it that are damaged (then the rest of it is out of reach).
fn read_overflow(
    pages: &mut Pages,
    first: u32,
    length: usize,
    payload: &mut Vec<u8>,
) -> Result<Vec<u32>, LedgerError> {
    let mut next = first;
    let mut seen = BTreeSet::new();
    while payload.len() < length {
        if next == 0 || next > pages.count || !seen.insert(next) {
            return Ok(vec![next]);
        }
        let Some(page) = pages.get(next)? else { return Ok(vec![next]) };
        let more = (length - payload.len()).min(USABLE_BYTES - 4);
        payload.extend_from_slice(&page[4..4 + more]);
        next = word(&page, 0).unwrap_or(0);
    }
    Ok(Vec::new())
}

/// The columns of a record as far as its bytes are here, and whether that is all.
fn columns(payload: &[u8], length: usize) -> (Vec<Value>, bool) {
    let mut values = Vec::new();
    let mut at = 0;
    let Some(head) = varint(payload, &mut at) else { return (values, false) };
    let head = usize::try_from(head).unwrap_or(usize::MAX);
    let mut data = head;
    while at < head {
        let Some(kind) = varint(payload, &mut at) else { return (values, false) };
        let size = match kind {
            0 | 8 | 9 => 0,
            1..=4 => kind as usize,
            5 => 6,
            6 | 7 => 8,
            10 | 11 => return (values, false),
            _ => usize::try_from((kind - 12) / 2).unwrap_or(usize::MAX),
        };
        let Some(bytes) = data.checked_add(size).and_then(|end| payload.get(data..end)) else {
            return (values, false);
        };
        data += size;
        values.push(match kind {
            0 => Value::Null,
            8 => Value::Integer(0),
            9 => Value::Integer(1),
            7 => Value::Real(f64::from_bits(number(bytes) as u64)),
            1..=6 => Value::Integer(number(bytes)),
            kind if kind % 2 == 0 => Value::Blob(bytes.to_vec()),
            _ => match String::from_utf8(bytes.to_vec()) {
                Ok(text) => Value::Text(text),
                Err(_) => return (values, false),
            },
        });
    }
    (values, payload.len() == length && at == head)
}

/// A number of up to 8 bytes with its sign.
fn number(bytes: &[u8]) -> i64 {
    let sign = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) { -1 } else { 0 };
    bytes.iter().fold(sign, |number, byte| number << 8 | i64::from(*byte))
}

fn varint(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut value = 0u64;
    for index in 0..9 {
        let byte = *bytes.get(*at)?;
        *at += 1;
        if index == 8 {
            return Some(value << 8 | u64::from(byte));
        }
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn half(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// The pages on the list of free ones, as far as that can be read.
pub(crate) fn free_pages(pages: &mut Pages) -> Result<BTreeSet<u32>, LedgerError> {
    let mut free = BTreeSet::new();
    let Some(first) = pages.get(1)? else { return Ok(free) };
    let mut trunk = word(&first, 32).unwrap_or(0);
    while trunk != 0 && free.insert(trunk) {
        let Some(page) = pages.get(trunk)? else { break };
        let count = word(&page, 4).unwrap_or(0).min(USABLE_BYTES as u32 / 4 - 2);
        free.extend((0..count).filter_map(|index| word(&page, 8 + 4 * index as usize)));
        trunk = word(&page, 0).unwrap_or(0);
    }
    Ok(free)
}

/// Whose page each is, as far as trees can be followed, and what of each tree is damaged.
#[derive(Default)]
pub(crate) struct Owners {
    /// The tree, by page.
    pub(crate) of_page: BTreeMap<u32, String>,
    /// Damaged pages by tree; a tree whose beginning is not known is not here.
    pub(crate) damaged: BTreeMap<String, Vec<u32>>,
    /// Trees whose beginning is known.
    pub(crate) known: BTreeSet<String>,
}

impl Owners {
    /// Follows every tree that the schema names, the schema's own included.
    pub(crate) fn find(pages: &mut Pages) -> Result<Owners, LedgerError> {
        let mut owners = Owners::default();
        owners.follow(pages, "sqlite_schema", 1)?;
        // Rows of the schema on pages that nothing leads to any more tell of trees as well.
        for number in 1..=pages.count {
            if owners.of_page.get(&number).is_some_and(|owner| owner != "sqlite_schema") {
                continue;
            }
            let Some(page) = pages.get(number)?.and_then(|bytes| TreePage::read(number, bytes)) else {
                continue;
            };
            if page.kind != PageKind::TableLeaf {
                continue;
            }
            for record in page.records(pages)? {
                if let Some((name, root)) = schema_row(&record) {
                    owners.of_page.insert(number, "sqlite_schema".into());
                    owners.follow(pages, &name, root)?;
                }
            }
        }
        Ok(owners)
    }

    /// Whether every page of a tree could be read.
    pub(crate) fn is_whole(&self, tree: &str) -> bool {
        self.known.contains(tree) && !self.damaged.contains_key(tree)
    }

    fn follow(&mut self, pages: &mut Pages, tree: &str, root: u32) -> Result<(), LedgerError> {
        if !self.known.insert(tree.to_owned()) {
            return Ok(());
        }
        let mut next = vec![(root, 0)];
        while let Some((number, depth)) = next.pop() {
            if number == 0 || number > pages.count || depth > MOST_DEPTH {
                self.damaged.entry(tree.to_owned()).or_default().push(number);
                continue;
            }
            if self.of_page.insert(number, tree.to_owned()).is_some() && number != 1 {
                continue;
            }
            match pages.get(number)?.and_then(|bytes| TreePage::read(number, bytes)) {
                Some(page) => {
                    next.extend(page.children.iter().map(|child| (*child, depth + 1)));
                    for first in page.overflows() {
                        self.follow_overflow(pages, tree, first)?;
                    }
                }
                None => self.damaged.entry(tree.to_owned()).or_default().push(number),
            }
        }
        Ok(())
    }

    fn follow_overflow(&mut self, pages: &mut Pages, tree: &str, first: u32) -> Result<(), LedgerError> {
        let mut next = first;
        while next != 0 && next <= pages.count && !self.of_page.contains_key(&next) {
            self.of_page.insert(next, tree.to_owned());
            match pages.get(next)? {
                Some(page) => next = word(&page, 0).unwrap_or(0),
                None => {
                    self.damaged.entry(tree.to_owned()).or_default().push(next);
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// A row of the schema: the tree's name and its first page.
fn schema_row(record: &Record) -> Option<(String, u32)> {
    let [Value::Text(kind), Value::Text(name), Value::Text(_), Value::Integer(root), ..] =
        record.values.as_slice()
    else {
        return None;
    };
    let is_tree = matches!(kind.as_str(), "table" | "index") && *root > 0;
    is_tree.then_some((name.clone(), u32::try_from(*root).ok()?))
}
