//! What columns of sheets from above ask for, as she chose it.

use crate::error::LedgerError;
use crate::laptop::Ledger;
use rusqlite::params;
use std::collections::BTreeMap;

impl Ledger {
    /// What was chosen for each heading; '' where a column stays as it is.
    pub fn headings(&self) -> Result<BTreeMap<String, String>, LedgerError> {
        let mut statement = self.entries.prepare_cached("SELECT heading, field FROM heading")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Remembers choices.
    pub fn keep_headings(&mut self, chosen: &BTreeMap<String, String>) -> Result<(), LedgerError> {
        let transaction = self.entries.transaction()?;
        for (heading, field) in chosen {
            transaction
                .prepare_cached(
                    "INSERT INTO heading (heading, field) VALUES (?1, ?2)
                     ON CONFLICT (heading) DO UPDATE SET field = excluded.field",
                )?
                .execute(params![heading, field])?;
        }
        Ok(transaction.commit()?)
    }
}
