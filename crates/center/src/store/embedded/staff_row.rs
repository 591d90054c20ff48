//! The rows of table `staff`.

use crate::error::CenterError;
use crate::staff::{Role, StaffMember};
use crate::store::Now;
use bangban_model::Code;
use bangban_model::ids::StaffId;
use rusqlite::{Connection, params};

/// Adds a staff member.
pub(super) fn add(connection: &Connection, member: &StaffMember, now: Now) -> Result<(), CenterError> {
    connection.execute(
        "INSERT INTO staff (id, name, role, scope, added_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![member.id.0, member.name, member.role.as_str(), member.scope, now.to_rfc3339()],
    )?;
    Ok(())
}

/// Every staff member, in the order of their coming.
pub(super) fn list(connection: &Connection) -> Result<Vec<StaffMember>, CenterError> {
    let mut statement =
        connection.prepare_cached("SELECT id, name, role, scope FROM staff ORDER BY added_at, rowid")?;
    let rows = statement.query_map([], |row| {
        Ok((
            StaffId(row.get(0)?),
            row.get::<_, String>(1)?,
            row.get::<_, String>(2)?,
            row.get::<_, String>(3)?,
        ))
    })?;
    rows.map(|row| {
        let (id, name, role, scope) = row?;
        let role: Role = role.parse().map_err(|_| CenterError::Coded(Code::NewerFormat))?;
        Ok(StaffMember { id, name, role, scope })
    })
    .collect()
}
