//! Published forms: on a laptop those it was given, at the center those it gives.

use crate::error::LedgerError;
use crate::laptop::Ledger;
use bangban_model::published_form::{FormFiles, PublishedForm};
use chrono::{DateTime, FixedOffset};
use rusqlite::{Connection, TransactionBehavior, params};

/// The number of the newest form; 0 for none.
pub fn newest(connection: &Connection) -> Result<u64, LedgerError> {
    let newest: i64 = connection
        .prepare_cached("SELECT coalesce(max(number), 0) FROM form")?
        .query_row([], |row| row.get(0))?;
    Ok(newest as u64)
}

/// At most so many forms after this number, in their order.
pub fn after(connection: &Connection, number: u64, limit: u32) -> Result<Vec<PublishedForm>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT number, item, card, version, workbook, published_at, scope, local FROM form WHERE number > ?1 ORDER BY number LIMIT ?2",
    )?;
    let rows = statement.query_map([number as i64, i64::from(limit)], |row| {
        Ok(PublishedForm {
            number: row.get::<_, i64>(0)? as u64,
            item: row.get(1)?,
            card: row.get(2)?,
            version: row.get(3)?,
            files: FormFiles::alone(row.get(4)?),
            published_at: row.get(5)?,
            scope: row.get(6)?,
            local: row.get(7)?,
        })
    })?;
    let mut forms = rows.collect::<Result<Vec<_>, _>>()?;
    let mut files = connection.prepare_cached("SELECT name, bytes FROM form_file WHERE number = ?1")?;
    for form in &mut forms {
        let rows = files.query_map([form.number as i64], |row| Ok((row.get(0)?, row.get(1)?)))?;
        form.files.attachments = rows.collect::<Result<_, _>>()?;
    }
    Ok(forms)
}

/// Keeps a form; within the caller's transaction. `by` is the staff member who published it, at the center.
pub fn put(
    connection: &Connection,
    form: &PublishedForm,
    by: Option<&str>,
    taken_at: Option<DateTime<FixedOffset>>,
) -> Result<(), LedgerError> {
    connection
        .prepare_cached(
            "INSERT INTO form (number, item, card, version, digest, workbook, published_at, published_by, taken_at, scope, local)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            form.number as i64,
            form.item,
            form.card,
            form.version,
            form.files.digest().0,
            form.files.workbook,
            form.published_at,
            by,
            taken_at.map(|at| at.to_rfc3339()),
            form.scope,
            form.local
        ])?;
    for (name, bytes) in &form.files.attachments {
        connection
            .prepare_cached("INSERT INTO form_file (number, name, bytes) VALUES (?1, ?2, ?3)")?
            .execute(params![form.number as i64, name, bytes])?;
    }
    Ok(())
}

/// Numbers of forms whose files are not those that were published.
pub fn damaged(connection: &Connection) -> Result<Vec<u64>, LedgerError> {
    let mut digest = connection.prepare("SELECT digest FROM form WHERE number = ?1")?;
    let mut found = Vec::new();
    for form in after(connection, 0, u32::MAX)? {
        let kept: [u8; 32] = digest.query_row([form.number as i64], |row| row.get(0))?;
        if form.files.digest().0 != kept {
            found.push(form.number);
        }
    }
    Ok(found)
}

impl Ledger {
    /// The number of the newest published form that is here; 0 for none.
    pub fn newest_form(&self) -> Result<u64, LedgerError> {
        newest(&self.entries)
    }

    /// The published forms that are here, in the order of their numbers.
    pub fn published_forms(&self) -> Result<Vec<PublishedForm>, LedgerError> {
        after(&self.entries, 0, u32::MAX)
    }

    /// Takes in a published form whose signature was verified; one that is not the next is passed over. Whether it is new.
    pub fn take_form(
        &mut self,
        form: &PublishedForm,
        at: DateTime<FixedOffset>,
    ) -> Result<bool, LedgerError> {
        let work = self.entries.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Numbers may leave some out: those of forms that the center lost in a restore are not given again.
        if form.number <= newest(&work)? {
            return Ok(false);
        }
        put(&work, form, None, Some(at))?;
        work.commit()?;
        Ok(true)
    }
}
