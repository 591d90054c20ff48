//! The rows of table `staff`.

use super::audit;
use crate::error::CenterError;
use crate::staff::{Role, StaffMember};
use crate::store::Now;
use crate::store::auditing::ActNote;
use crate::store::staffing::{Candidate, KeptPassword, StaffLine};
use bangban_model::ids::StaffId;
use bangban_model::{Code, Digest};
use rusqlite::{Connection, Row, TransactionBehavior, params};
use uuid::Uuid;

/// Adds a staff member.
pub(super) fn add(
    connection: &mut Connection,
    member: &StaffMember,
    password: Option<&KeptPassword>,
    by: Option<StaffId>,
    now: Now,
) -> Result<(), CenterError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute(
        "INSERT INTO staff (id, name, role, scope, added_at, password, must_change) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            member.id.0,
            member.name,
            member.role.as_str(),
            member.scope,
            now.to_rfc3339(),
            password.map(|password| &password.phc),
            password.is_some_and(|password| password.must_change),
        ],
    )?;
    note(&transaction, "staff_added", member.id, by, now)?;
    transaction.commit()?;
    Ok(())
}

/// What was done to a staff member concerns the whole center.
fn note(
    connection: &Connection,
    act: &str,
    staff: StaffId,
    by: Option<StaffId>,
    now: Now,
) -> Result<(), CenterError> {
    let about = staff.to_string();
    let note = ActNote { streams: &[], staff: by, act, about: &about, digest: Digest::ZERO };
    audit::keep(connection, &note, now)
}

/// The columns that [`read_member`] reads, of a table or alias `s`.
pub(super) const MEMBER_COLUMNS: &str = "s.id, s.name, s.role, s.scope";

/// A staff member from the first columns of a row.
pub(super) fn read_member(row: &Row<'_>) -> rusqlite::Result<Result<StaffMember, CenterError>> {
    let (id, name, role, scope): (Uuid, String, String, String) =
        (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
    let role: Result<Role, Code> = role.parse();
    Ok(role
        .map(|role| StaffMember { id: StaffId(id), name, role, scope })
        .map_err(|_| CenterError::Coded(Code::NewerFormat)))
}

/// Every staff member at work, in the order of their coming.
pub(super) fn list(connection: &Connection) -> Result<Vec<StaffMember>, CenterError> {
    let sql = format!(
        "SELECT {MEMBER_COLUMNS} FROM staff s WHERE s.closed_at IS NULL ORDER BY s.added_at, s.rowid"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    statement.query_map([], read_member)?.map(|row| row?).collect()
}

/// Staff whose scope lies in this scope, in the order of their coming.
pub(super) fn lines(connection: &Connection, scope: &str) -> Result<Vec<StaffLine>, CenterError> {
    let sql = format!(
        "SELECT {MEMBER_COLUMNS}, s.added_at, s.closed_at, s.last_seen, s.password IS NOT NULL FROM staff s
         WHERE substr(s.scope, 1, length(?1)) = ?1 ORDER BY s.added_at, s.rowid"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([scope], |row| {
        let member = read_member(row)?;
        let (added_at, closed_at, last_seen) = (row.get(4)?, row.get(5)?, row.get(6)?);
        let has_password = row.get(7)?;
        Ok(member.map(|member| StaffLine { member, added_at, closed_at, last_seen, has_password }))
    })?;
    rows.map(|row| row?).collect()
}

/// Gives a staff member at work a new password; their other sign-ins end, and nothing is held against their name.
pub(super) fn set_password(
    connection: &mut Connection,
    staff: StaffId,
    password: &KeptPassword,
    keep: Option<Digest>,
    (by, now): (Option<StaffId>, Now),
) -> Result<(), CenterError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let changed = transaction.execute(
        "UPDATE staff SET password = ?2, must_change = ?3 WHERE id = ?1 AND closed_at IS NULL",
        params![staff.0, password.phc, password.must_change],
    )?;
    if changed != 1 {
        return Err(Code::StaffUnknown.into());
    }
    transaction.execute(
        "DELETE FROM staff_session WHERE staff = ?1 AND token_hash IS NOT ?2",
        params![staff.0, keep.map(|hash| hash.0)],
    )?;
    let name: String =
        transaction.query_row("SELECT name FROM staff WHERE id = ?1", [staff.0], |row| row.get(0))?;
    for named in [name, staff.to_string()] {
        super::session_row::forget_tries(&transaction, &named)?;
    }
    note(&transaction, "password_given", staff, by, now)?;
    transaction.commit()?;
    Ok(())
}

/// A staff member leaves.
pub(super) fn close(
    connection: &mut Connection,
    staff: StaffId,
    by: Option<StaffId>,
    now: Now,
) -> Result<(), CenterError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let changed = transaction.execute(
        "UPDATE staff SET closed_at = ?2, password = NULL WHERE id = ?1 AND closed_at IS NULL",
        params![staff.0, now.to_rfc3339()],
    )?;
    if changed != 1 {
        return Err(Code::StaffUnknown.into());
    }
    transaction.execute("DELETE FROM staff_session WHERE staff = ?1", [staff.0])?;
    note(&transaction, "staff_closed", staff, by, now)?;
    transaction.commit()?;
    Ok(())
}

/// Whoever at work could mean this, a name or an id.
pub(super) fn candidates(connection: &Connection, named: &str) -> Result<Vec<Candidate>, CenterError> {
    let id: Option<Uuid> = named.trim().parse().ok();
    let sql = format!(
        "SELECT {MEMBER_COLUMNS}, s.password FROM staff s WHERE s.closed_at IS NULL AND (s.name = ?1 OR s.id = ?2) LIMIT 2"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![named.trim(), id], |row| {
        let phc = row.get(4)?;
        Ok(read_member(row)?.map(|member| Candidate { member, phc }))
    })?;
    rows.map(|row| row?).collect()
}
