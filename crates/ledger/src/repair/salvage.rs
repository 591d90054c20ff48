//! The rows that still read of a damaged database: every page that is as it was written is looked at by itself, so that a
//! damaged one takes its own rows alone, also where it led to others.

use crate::btree::{Owners, PageKind, Record, TreePage};
use crate::error::LedgerError;
use crate::page::Pages;
use rusqlite::Connection;
use rusqlite::types::Value;
use std::collections::BTreeMap;

/// A table as the new database has it.
pub(super) struct Shape {
    pub(super) columns: Vec<Column>,
    /// Whether it has no row numbers: its rows stand in pages of an index.
    pub(super) without_rows: bool,
}

/// One of its columns.
pub(super) struct Column {
    pub(super) name: String,
    kind: String,
    /// Whether the row's number is its value.
    pub(super) is_row: bool,
}

impl Shape {
    /// The tables of a database.
    pub(super) fn all(connection: &Connection) -> Result<BTreeMap<String, Shape>, LedgerError> {
        let mut tables = connection
            .prepare("SELECT name, wr FROM pragma_table_list WHERE type = 'table' AND schema = 'main'")?;
        let tables = tables
            .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?)))?
            .collect::<Result<Vec<_>, _>>()?;
        let mut shapes = BTreeMap::new();
        for (table, without_rows) in tables.into_iter().filter(|(name, _)| !name.starts_with("sqlite_")) {
            let mut columns =
                connection.prepare("SELECT name, type, pk FROM pragma_table_info(?1) ORDER BY cid")?;
            let columns = columns
                .query_map([&table], |row| {
                    let kind: String = row.get(1)?;
                    let is_row = !without_rows && row.get::<_, i64>(2)? == 1 && kind == "INTEGER";
                    Ok(Column { name: row.get(0)?, kind, is_row })
                })?
                .collect::<Result<Vec<_>, _>>()?;
            shapes.insert(table, Shape { columns, without_rows });
        }
        Ok(shapes)
    }

    /// Whether a record may be a row of this table. Older rows lack the columns that were added later.
    pub(super) fn fits(&self, values: &[Value]) -> bool {
        let count = values.len();
        let fewest = self.columns.len().saturating_sub(MOST_ADDED_COLUMNS).max(1);
        (fewest..=self.columns.len()).contains(&count)
            && values.iter().zip(&self.columns).all(|(value, column)| {
                matches!(
                    (value, column.kind.as_str()),
                    (Value::Null, _)
                        | (Value::Integer(_), "INTEGER")
                        | (Value::Text(_), "TEXT")
                        | (Value::Blob(_), "BLOB")
                )
            })
            // What begins a row of a table is never nothing, but for the row's own number.
            && values.first().is_some_and(|value| *value != Value::Null || self.columns[0].is_row)
    }
}

/// So many columns were added to a table since it was there.
const MOST_ADDED_COLUMNS: usize = 4;

/// What was found in a page.
pub(super) enum Found<'a> {
    /// A row of this table.
    Row(&'a str, Record),
    /// A key of this index.
    Key(&'a str, Record),
}

/// Rows that could not be given to anybody.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Unclaimed {
    pub(super) rows: u64,
}

/// Reads every page, what was written last first, and hands on what stands in it.
pub(super) fn read(
    pages: &mut Pages,
    owners: &Owners,
    shapes: &BTreeMap<String, Shape>,
    each: &mut dyn FnMut(Found<'_>) -> Result<(), LedgerError>,
) -> Result<Unclaimed, LedgerError> {
    let mut order: Vec<(u64, u32)> = Vec::with_capacity(pages.count as usize);
    for number in 1..=pages.count {
        if let Some((_, place)) = pages.get_newest(number)? {
            order.push((u64::MAX - place, number));
        }
    }
    order.sort_unstable();
    let mut unclaimed = Unclaimed::default();
    for (_, number) in order {
        let Some(page) = pages.get(number)?.and_then(|bytes| TreePage::read(number, bytes)) else { continue };
        if page.kind == PageKind::TableInner {
            continue;
        }
        let owner = owners.of_page.get(&number).map(String::as_str);
        if owner == Some("sqlite_schema") {
            continue;
        }
        let records = page.records(pages)?;
        let is_table = page.kind == PageKind::TableLeaf;
        let claimed = match owner {
            Some(owner) => Some(owner),
            None => by_shape(shapes, is_table, &records),
        };
        let Some(owner) = claimed else {
            unclaimed.rows += if is_table { records.len() as u64 } else { 0 };
            continue;
        };
        for record in records {
            match shapes.get_key_value(owner) {
                Some((table, shape)) if shape.without_rows != is_table => each(Found::Row(table, record))?,
                Some(_) => unclaimed.rows += 1,
                None => each(Found::Key(owner, record))?,
            }
        }
    }
    Ok(unclaimed)
}

/// The one table whose rows these may be: pages to which nothing leads any more.
fn by_shape<'a>(shapes: &'a BTreeMap<String, Shape>, is_table: bool, records: &[Record]) -> Option<&'a str> {
    if records.is_empty() {
        return None;
    }
    if !is_table {
        // Keys of an index look like rows without numbers. One index is known by its look, and that one tells which entries
        // there are; the rows without numbers come again.
        let is_place = |record: &Record| matches!(record.values.as_slice(), [Value::Blob(life), Value::Integer(_), Value::Integer(_)] if life.len() == 16);
        return records.iter().all(is_place).then_some(ENTRY_PLACES);
    }
    let mut fitting = shapes.iter().filter(|(_, shape)| {
        !shape.without_rows
            && records.iter().filter(|record| record.is_whole).all(|record| shape.fits(&record.values))
    });
    let (name, _) = fitting.next()?;
    let is_clear = fitting.next().is_none() && records.iter().any(|record| record.is_whole);
    is_clear.then_some(name)
}

/// The index behind the key of table `entry`: life, place, and the row's number.
pub(super) const ENTRY_PLACES: &str = "sqlite_autoindex_entry_1";
