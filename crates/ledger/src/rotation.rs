//! A ledger moves to a new data key (rule K2): the slots hold both keys first, then each file moves, then the old key goes.

use crate::database::{self, Migration};
use crate::error::LedgerError;
use crate::laptop::Ledger;
use crate::slots;
use bangban_keys::{DataKey, SlotFile};
use bangban_model::Code;
use rusqlite::Connection;
use std::path::Path;

/// The key that a ledger is opened with; while it moves to another one, also the key before.
pub struct Keys {
    /// The key in force.
    pub data_key: DataKey,
    /// During a rotation, the one before it.
    pub previous: Option<DataKey>,
}

impl Keys {
    /// The same keys once more.
    pub fn copied(&self) -> Keys {
        let copy = |key: &DataKey| DataKey::from_bytes(*key.expose());
        Keys { data_key: copy(&self.data_key), previous: self.previous.as_ref().map(copy) }
    }

    /// Each of them, the one in force first.
    pub fn all(&self) -> Vec<&DataKey> {
        std::iter::once(&self.data_key).chain(&self.previous).collect()
    }
}

impl From<DataKey> for Keys {
    fn from(data_key: DataKey) -> Self {
        Keys { data_key, previous: None }
    }
}

/// Opens a file with whichever key fits, the first ones first; the place of that key. Where none fits, what the first said is
/// told.
pub(crate) fn open_with_any(
    path: &Path,
    keys: &[&DataKey],
    migrations: &[Migration],
) -> Result<(Connection, usize), LedgerError> {
    let mut first = None;
    for (place, key) in keys.iter().enumerate() {
        match database::open(path, key, migrations) {
            Err(problem) if problem.code() == Code::LedgerDamaged => first = first.or(Some(problem)),
            opened => return Ok((opened?, place)),
        }
    }
    Err(first.unwrap_or(LedgerError::Damaged("no data key")))
}

impl Ledger {
    /// Whether a rotation was begun and not finished.
    pub fn is_rotating(&self) -> bool {
        self.keys.previous.is_some()
    }

    /// The key before the one in force, during a rotation.
    pub fn previous_key(&self) -> Option<&DataKey> {
        self.keys.previous.as_ref()
    }

    /// K2: from now on the slots hold a new data key beside the one in force; an agent who leaves has none any more. The files
    /// move with [`Ledger::move_files`].
    pub fn begin_rotation(&mut self, leaving: Option<&str>) -> Result<(), LedgerError> {
        let new = DataKey::random()?;
        let mut file = slots::read(self.folder())?;
        file.begin_rotation(self.data_key(), &new, leaving)?;
        slots::write(self.folder(), &file)?;
        let old = std::mem::replace(&mut self.keys.data_key, new);
        self.keys.previous = Some(old);
        self.behind = [true, true];
        Ok(())
    }

    /// Writes each file that still has the old key anew with the one in force: in one transaction of its own, so that a cut
    /// leaves it with either. Takes as long as reading and writing the whole file.
    pub fn move_files(&mut self) -> Result<(), LedgerError> {
        let [entries, photos] = self.behind;
        if entries {
            rekey(&self.entries, &self.keys.data_key)?;
            self.behind = [false, photos];
        }
        if photos {
            rekey(&self.photos, &self.keys.data_key)?;
            self.behind = [false, false];
        }
        Ok(())
    }

    /// The key that the pictures' file has now.
    pub fn photos_key(&self) -> &DataKey {
        match (self.behind, &self.keys.previous) {
            ([_, true], Some(previous)) => previous,
            _ => &self.keys.data_key,
        }
    }

    /// Whether both files have the key in force.
    pub fn files_have_moved(&self) -> bool {
        self.behind == [false, false]
    }

    /// K2: the old key goes. Refused while a file has it.
    pub fn finish_rotation(&mut self) -> Result<(), LedgerError> {
        if !self.files_have_moved() {
            return Err(Code::Internal.into());
        }
        let mut file: SlotFile = slots::read(self.folder())?;
        file.finish_rotation(self.data_key())?;
        slots::write(self.folder(), &file)?;
        self.keys.previous = None;
        Ok(())
    }
}

fn rekey(connection: &Connection, key: &DataKey) -> Result<(), LedgerError> {
    connection.pragma_update(None, "rekey", format!("x'{}'", key.raw_hex().as_str()))?;
    // The log still holds pages of the old key; they go with it.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}
