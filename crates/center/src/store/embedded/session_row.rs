//! The rows of tables `staff_session` and `sign_in_try`: who is signed in at the console, and who tried in vain.

use super::audit;
use super::staff_row::{MEMBER_COLUMNS, read_member};
use crate::error::CenterError;
use crate::store::Now;
use crate::store::staffing::{KeptSession, NewSession, TryLimit};
use bangban_model::{Code, Digest, IncarnationId, planted};
use chrono::{DateTime, TimeDelta};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

/// Tries are forgotten after so many minutes without another.
const TRIES_KEPT_MINUTES: i64 = 60;
/// So many names are remembered; after that the ones longest untried go.
const MOST_NAMES: u32 = 10_000;

fn hash_of_name(name: &str) -> Digest {
    Digest::of_parts(&[b"bangban/sign-in-name/1", name.trim().as_bytes()])
}

fn moment(text: &str) -> Result<Now, CenterError> {
    DateTime::parse_from_rfc3339(text).map_err(|_| CenterError::Coded(Code::LedgerDamaged))
}

/// Counts a try before it is looked at, so that many at once are no more than one after the other.
pub(super) fn count_try(
    connection: &mut Connection,
    name: &str,
    limit: TryLimit,
    now: Now,
) -> Result<Option<i64>, CenterError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let hash = hash_of_name(name);
    let kept: Option<(u32, String, Option<String>)> = transaction
        .query_row(
            "SELECT tries, last_at, locked_until FROM sign_in_try WHERE name_hash = ?1",
            [hash.0],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()?;
    let mut tries = 0;
    if let Some((counted, last_at, locked_until)) = kept {
        let locked_until = locked_until.as_deref().map(moment).transpose()?;
        match locked_until {
            Some(until) if now < until && !planted::out("no_lock_out") => {
                return Ok(Some(((until - now).num_seconds() + 59) / 60));
            }
            Some(_) => {}
            None if now - moment(&last_at)? < TimeDelta::minutes(TRIES_KEPT_MINUTES) => tries = counted,
            None => {}
        }
    }
    tries += 1;
    let locked_until = (tries >= limit.tries).then(|| (now + TimeDelta::minutes(limit.minutes)).to_rfc3339());
    transaction.execute(
        "INSERT INTO sign_in_try (name_hash, tries, last_at, locked_until) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (name_hash) DO UPDATE SET tries = excluded.tries, last_at = excluded.last_at,
            locked_until = excluded.locked_until",
        params![hash.0, tries, now.to_rfc3339(), locked_until],
    )?;
    transaction.execute(
        "DELETE FROM sign_in_try WHERE name_hash IN
         (SELECT name_hash FROM sign_in_try ORDER BY last_at DESC LIMIT -1 OFFSET ?1)",
        [MOST_NAMES],
    )?;
    transaction.commit()?;
    Ok(None)
}

/// The tries for this name are forgotten.
pub(super) fn forget_tries(connection: &Connection, name: &str) -> Result<(), CenterError> {
    connection.execute("DELETE FROM sign_in_try WHERE name_hash = ?1", [hash_of_name(name).0])?;
    Ok(())
}

/// Keeps a sign-in; those begun before `oldest` go.
pub(super) fn begin(
    connection: &mut Connection,
    session: &NewSession,
    oldest: Now,
) -> Result<(), CenterError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute("DELETE FROM staff_session WHERE begun_at < ?1", [oldest.to_rfc3339()])?;
    let now = session.now.to_rfc3339();
    transaction.execute(
        "INSERT INTO staff_session (token_hash, staff, life, begun_at, seen_at) VALUES (?1, ?2, ?3, ?4, ?4)",
        params![session.token_hash.0, session.staff.0, session.life.0, now],
    )?;
    transaction.execute("UPDATE staff SET last_seen = ?2 WHERE id = ?1", params![session.staff.0, now])?;
    let act = audit::of_staff(session.staff, &[], "signed_in", "", Digest::ZERO);
    audit::keep(&transaction, &act, session.now)?;
    transaction.commit()?;
    Ok(())
}

/// The sign-in with this token, if its person still works here.
pub(super) fn find(connection: &Connection, token_hash: Digest) -> Result<Option<KeptSession>, CenterError> {
    let sql = format!(
        "SELECT {MEMBER_COLUMNS}, s.must_change, n.life, n.begun_at, n.seen_at
         FROM staff_session n JOIN staff s ON s.id = n.staff WHERE n.token_hash = ?1 AND s.closed_at IS NULL"
    );
    let found = connection
        .prepare_cached(&sql)?
        .query_row([token_hash.0], |row| {
            let (must_change, life): (bool, uuid::Uuid) = (row.get(4)?, row.get(5)?);
            let (begun_at, seen_at): (String, String) = (row.get(6)?, row.get(7)?);
            Ok((read_member(row)?, must_change, life, begun_at, seen_at))
        })
        .optional()?;
    let Some((member, must_change, life, begun_at, seen_at)) = found else { return Ok(None) };
    Ok(Some(KeptSession {
        member: member?,
        life: IncarnationId(life),
        begun_at: moment(&begun_at)?,
        seen_at: moment(&seen_at)?,
        must_change,
    }))
}

/// Keeps that a sign-in was used just now.
pub(super) fn touch(connection: &Connection, token_hash: Digest, now: Now) -> Result<(), CenterError> {
    let now = now.to_rfc3339();
    connection
        .execute("UPDATE staff_session SET seen_at = ?2 WHERE token_hash = ?1", params![token_hash.0, now])?;
    connection.execute(
        "UPDATE staff SET last_seen = ?2 WHERE id = (SELECT staff FROM staff_session WHERE token_hash = ?1)",
        params![token_hash.0, now],
    )?;
    Ok(())
}

/// A sign-in ends.
pub(super) fn end(connection: &Connection, token_hash: Digest) -> Result<(), CenterError> {
    connection.execute("DELETE FROM staff_session WHERE token_hash = ?1", [token_hash.0])?;
    Ok(())
}
