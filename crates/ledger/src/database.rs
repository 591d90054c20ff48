//! Opening an encrypted database, and bringing it to the present schema.

use crate::error::LedgerError;
use bangban_keys::DataKey;
use bangban_model::{Code, planted};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, TransactionBehavior};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

/// One numbered step of a schema. Steps are only ever appended.
pub struct Migration {
    /// Its name, kept in the database once it ran.
    pub name: &'static str,
    /// Its SQL.
    pub sql: &'static str,
}

/// Entries, documents and people: on laptop and center alike.
pub const ENTRIES: Migration =
    Migration { name: "ledger/001_entries", sql: include_str!("../../../migrations/ledger/001_entries.sql") };
/// What only a laptop keeps.
pub const LAPTOP: Migration =
    Migration { name: "ledger/002_laptop", sql: include_str!("../../../migrations/ledger/002_laptop.sql") };
/// What lists are sorted and filtered by: on laptop and center alike.
pub const LISTS: Migration =
    Migration { name: "ledger/003_lists", sql: include_str!("../../../migrations/ledger/003_lists.sql") };
/// When a photo was received: on a laptop.
pub const PHOTO_RECEIVED: Migration = Migration {
    name: "ledger/004_photo_received",
    sql: include_str!("../../../migrations/ledger/004_photo_received.sql"),
};
/// Which cases name a photo: on a laptop.
pub const PHOTO_NAME: Migration = Migration {
    name: "ledger/005_photo_name",
    sql: include_str!("../../../migrations/ledger/005_photo_name.sql"),
};
/// Published forms: on laptop and center alike.
pub const FORM: Migration =
    Migration { name: "ledger/006_form", sql: include_str!("../../../migrations/ledger/006_form.sql") };
/// What is published holds where its official's scope reaches.
pub const SCOPE: Migration =
    Migration { name: "ledger/007_scope", sql: include_str!("../../../migrations/ledger/007_scope.sql") };
/// Days on which something runs out.
pub const DUE_DAY: Migration =
    Migration { name: "ledger/008_due_day", sql: include_str!("../../../migrations/ledger/008_due_day.sql") };
/// Erasures: on laptop and center alike.
pub const ERASURE: Migration =
    Migration { name: "ledger/009_erasure", sql: include_str!("../../../migrations/ledger/009_erasure.sql") };
/// What staff decided on quarantine: on laptop and center alike.
pub const SETTLED: Migration =
    Migration { name: "ledger/010_settled", sql: include_str!("../../../migrations/ledger/010_settled.sql") };
/// Heads of the center's audit chains: on a laptop.
pub const AUDIT: Migration =
    Migration { name: "ledger/011_audit", sql: include_str!("../../../migrations/ledger/011_audit.sql") };
/// Which life continues which: on laptop and center alike.
pub const LINEAGE: Migration =
    Migration { name: "ledger/012_lineage", sql: include_str!("../../../migrations/ledger/012_lineage.sql") };
/// Lives that continue another: on a laptop.
pub const LIFE: Migration =
    Migration { name: "ledger/013_life", sql: include_str!("../../../migrations/ledger/013_life.sql") };
/// Subjects on which values wait for a person: on laptop and center alike.
pub const OPEN_VALUES: Migration = Migration {
    name: "ledger/014_open_values",
    sql: include_str!("../../../migrations/ledger/014_open_values.sql"),
};
/// What may leave a laptop once a backup holds it: on a laptop.
pub const BACKUP: Migration =
    Migration { name: "ledger/015_backup", sql: include_str!("../../../migrations/ledger/015_backup.sql") };
/// Villages that a laptop is no longer responsible for: on a laptop.
pub const LEFT_STREAM: Migration = Migration {
    name: "ledger/016_left_stream",
    sql: include_str!("../../../migrations/ledger/016_left_stream.sql"),
};
/// Who left the laptop: on a laptop.
pub const AGENT_LEFT: Migration = Migration {
    name: "ledger/017_agent_left",
    sql: include_str!("../../../migrations/ledger/017_agent_left.sql"),
};
/// Needs of visits that are open: on a laptop.
pub const NEED: Migration =
    Migration { name: "ledger/018_need", sql: include_str!("../../../migrations/ledger/018_need.sql") };
/// Lines of registers, and the days on which things happened: on laptop and center alike.
pub const LINE: Migration =
    Migration { name: "ledger/019_line", sql: include_str!("../../../migrations/ledger/019_line.sql") };
/// What people are looked for by, and lists in their order: on laptop and center alike.
pub const SOUGHT: Migration =
    Migration { name: "ledger/020_sought", sql: include_str!("../../../migrations/ledger/020_sought.sql") };
/// What columns of sheets ask for: on a laptop.
pub const HEADING: Migration =
    Migration { name: "ledger/021_heading", sql: include_str!("../../../migrations/ledger/021_heading.sql") };
/// On which day each visit took place: on laptop and center alike.
pub const VISIT_DAY: Migration = Migration {
    name: "ledger/022_visit_day",
    sql: include_str!("../../../migrations/ledger/022_visit_day.sql"),
};
/// Numbers of cases in outside systems, and who follows them: on a laptop.
pub const CASE_NUMBERS: Migration = Migration {
    name: "ledger/023_case_numbers",
    sql: include_str!("../../../migrations/ledger/023_case_numbers.sql"),
};
/// What lists are opened by: whose each case is, who is 户主 and who is gone, the visits of a round. On laptop and center alike.
pub const LISTED: Migration =
    Migration { name: "ledger/024_listed", sql: include_str!("../../../migrations/ledger/024_listed.sql") };
/// The photos' own file.
pub const PHOTOS: Migration =
    Migration { name: "ledger/photos", sql: include_str!("../../../migrations/ledger/photos.sql") };

/// Opens (or makes) an encrypted database and runs the migrations it lacks.
///
/// `synchronous=FULL` always: what is acknowledged was fsynced. A file of a newer program is refused untouched.
pub fn open(path: &Path, key: &DataKey, migrations: &[Migration]) -> Result<Connection, LedgerError> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(20))?;
    if !planted::out("no_cipher") {
        connection.pragma_update(None, "key", format!("x'{}'", key.raw_hex().as_str()))?;
    }
    let readable = connection.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get::<_, i64>(0));
    if let Err(problem) = readable {
        return Err(match problem.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => LedgerError::Damaged("the file does not open with its key"),
            _ => problem.into(),
        });
    }
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA secure_delete = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA trusted_schema = OFF;",
    )?;
    if planted::out("synchronous_normal") {
        connection.execute_batch("PRAGMA synchronous = NORMAL")?;
    }
    connection.set_prepared_statement_cache_capacity(128);
    migrate(&mut connection, migrations)?;
    Ok(connection)
}

/// Opens a database that is open already, to read beside whoever works on it: nothing is brought from its log into it.
///
/// # Errors
/// `Damaged` where the key does not open it.
pub fn open_to_read(path: &Path, key: &DataKey) -> Result<Connection, LedgerError> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(Duration::from_secs(20))?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    if !planted::out("no_cipher") {
        connection.pragma_update(None, "key", format!("x'{}'", key.raw_hex().as_str()))?;
    }
    Ok(connection)
}

/// Whether every step ran here already. Found out by reading alone: a further connection must not wait for whoever writes.
fn is_up_to_date(connection: &Connection, migrations: &[Migration]) -> Result<bool, LedgerError> {
    let begun: i64 = connection.query_row(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'migration'",
        [],
        |row| row.get(0),
    )?;
    if begun == 0 {
        return Ok(false);
    }
    let mut statement = connection.prepare("SELECT name FROM migration")?;
    let ran: BTreeSet<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(ran.len() == migrations.len() && migrations.iter().all(|migration| ran.contains(migration.name)))
}

fn migrate(connection: &mut Connection, migrations: &[Migration]) -> Result<(), LedgerError> {
    if is_up_to_date(connection, migrations)? {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(
        "CREATE TABLE IF NOT EXISTS migration (
            name TEXT PRIMARY KEY -- a step of the schema that ran here
        ) STRICT",
    )?;
    let ran: i64 = transaction.query_row("SELECT count(*) FROM migration", [], |row| row.get(0))?;
    if ran as usize > migrations.len() {
        return Err(Code::NewerFormat.into());
    }
    for migration in migrations {
        let known: Option<i64> = transaction
            .query_row("SELECT 1 FROM migration WHERE name = ?1", [migration.name], |row| row.get(0))
            .optional()?;
        if known.is_none() {
            transaction.execute_batch(migration.sql)?;
            transaction.execute("INSERT INTO migration (name) VALUES (?1)", [migration.name])?;
        }
    }
    transaction.commit()?;
    Ok(())
}
