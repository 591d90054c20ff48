//! The rows of tables `laptop`, `laptop_village`, `enrolment_code` and `escrow`: laptops, and how they came in.

use super::case_row::Reach;
use super::{audit, forming, life_row, recovery};
use crate::error::CenterError;
use crate::staff::SignIn;
use crate::store::auditing::ActNote;
use crate::store::{Enrolment, Laptop, LaptopLine, Life, NewCode, Now, VisitNote};
use bangban_keys::{SealingKey, VerifyingKey};
use bangban_model::{Code, Digest, IncarnationId, StreamId, planted};
use chrono::DateTime;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use uuid::Uuid;

/// Keeps a one-time code; those that nobody can use any more go.
pub(super) fn keep_code(connection: &mut Connection, code: &NewCode) -> Result<(), CenterError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let villages: Vec<&str> = code.villages.iter().map(StreamId::as_str).collect();
    transaction.execute(
        "INSERT INTO enrolment_code (code_hash, villages, issued_at, expires_at) VALUES (?1, ?2, ?3, ?4)",
        params![code.hash.0, villages.join(" "), code.issued_at.to_rfc3339(), code.expires_at.to_rfc3339()],
    )?;
    let act =
        ActNote { streams: &code.villages, staff: code.by, act: "code_issued", about: "", digest: code.hash };
    audit::keep(&transaction, &act, code.issued_at)?;
    transaction.commit()?;
    Ok(())
}

struct CodeRow {
    villages: Vec<StreamId>,
    expires_at: Now,
    used_by: Option<Uuid>,
}

/// Enrols a laptop; see [`crate::store::Store::enrol`].
pub(super) fn enrol(connection: &mut Connection, enrolment: &Enrolment<'_>) -> Result<Laptop, CenterError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let code = find_code(&transaction, enrolment.code_hash)?.ok_or(Code::CodeUnknown)?;
    let used = code.used_by.is_some_and(|life| life != enrolment.request.incarnation.0);
    if used && !planted::out("code_twice") {
        return Err(Code::CodeUsed.into());
    }
    if enrolment.now > code.expires_at {
        return Err(Code::CodeExpired.into());
    }
    let laptop = keep_laptop(&transaction, enrolment)?;
    for village in &code.villages {
        transaction.execute(
            "INSERT OR IGNORE INTO laptop_village (laptop, stream) VALUES (?1, ?2)",
            params![laptop, village.as_str()],
        )?;
    }
    for agent in &enrolment.request.agents {
        life_row::add_agent(&transaction, enrolment.request.incarnation, agent.id, 0, &agent.name)?;
    }
    transaction.execute(
        "UPDATE enrolment_code SET used_at = ?2, used_by = ?3 WHERE code_hash = ?1",
        params![enrolment.code_hash.0, enrolment.now.to_rfc3339(), enrolment.request.incarnation.0],
    )?;
    let laptop = laptop_of(&transaction, laptop)?;
    transaction.commit()?;
    Ok(laptop)
}

fn find_code(connection: &Connection, hash: Digest) -> Result<Option<CodeRow>, CenterError> {
    let found: Option<(String, String, Option<Uuid>)> = connection
        .query_row(
            "SELECT villages, expires_at, used_by FROM enrolment_code WHERE code_hash = ?1",
            [hash.0],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()?;
    let Some((villages, expires_at, used_by)) = found else { return Ok(None) };
    let expires_at =
        DateTime::parse_from_rfc3339(&expires_at).map_err(|_| CenterError::Coded(Code::LedgerDamaged))?;
    let villages = villages.split(' ').filter_map(StreamId::parse).collect();
    Ok(Some(CodeRow { villages, expires_at, used_by }))
}

/// A new laptop; or the known one, when the same life with the same keys asks again.
fn keep_laptop(transaction: &Transaction<'_>, enrolment: &Enrolment<'_>) -> Result<Uuid, CenterError> {
    let request = enrolment.request;
    if let Some((life, laptop)) = life(transaction, request.incarnation)? {
        if life.verifying_key != request.verifying_key {
            return Err(Code::HistoryDiffers.into());
        }
        if laptop.is_revoked() {
            return Err(Code::LaptopRefused.into());
        }
        transaction.execute(
            "UPDATE laptop SET token_hash = ?2, program = ?3 WHERE id = ?1",
            params![laptop.id, enrolment.token_hash.0, request.program],
        )?;
        transaction.execute(
            "UPDATE life SET sealing_key = ?2 WHERE id = ?1",
            params![request.incarnation.0, request.sealing_key.as_str()],
        )?;
        return Ok(laptop.id);
    }
    transaction.execute(
        "INSERT INTO laptop (id, token_hash, enrolled_at, program, pending_entries) VALUES (?1, ?2, ?3, ?4, 0)",
        params![enrolment.laptop, enrolment.token_hash.0, enrolment.now.to_rfc3339(), request.program],
    )?;
    transaction.execute(
        "INSERT INTO life (id, laptop, verifying_key, sealing_key, begun_at, prefix_seq, prefix_hash, gap_released)
         VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, 0)",
        params![
            request.incarnation.0,
            enrolment.laptop,
            request.verifying_key.to_string(),
            request.sealing_key.as_str(),
            enrolment.now.to_rfc3339(),
            Digest::ZERO.0
        ],
    )?;
    recovery::found_again(transaction, request.incarnation)?;
    Ok(enrolment.laptop)
}

/// The laptop with this token.
pub(super) fn by_token(connection: &Connection, token_hash: Digest) -> Result<Option<Laptop>, CenterError> {
    let found: Option<Uuid> = connection
        .prepare_cached("SELECT id FROM laptop WHERE token_hash = ?1")?
        .query_row([token_hash.0], |row| row.get(0))
        .optional()?;
    found.map(|id| laptop_of(connection, id)).transpose()
}

fn laptop_of(connection: &Connection, id: Uuid) -> Result<Laptop, CenterError> {
    let revoked_at = connection
        .prepare_cached("SELECT revoked_at FROM laptop WHERE id = ?1")?
        .query_row([id], |row| row.get(0))?;
    let present_life = connection
        .prepare_cached("SELECT id FROM life WHERE laptop = ?1 ORDER BY rowid DESC LIMIT 1")?
        .query_row([id], |row| row.get(0).map(IncarnationId))?;
    Ok(Laptop { id, present_life, villages: villages_of(connection, id)?, revoked_at })
}

fn villages_of(connection: &Connection, laptop: Uuid) -> Result<Vec<StreamId>, CenterError> {
    let mut statement =
        connection.prepare_cached("SELECT stream FROM laptop_village WHERE laptop = ?1 ORDER BY stream")?;
    let codes =
        statement.query_map([laptop], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    Ok(codes.iter().filter_map(|code| StreamId::parse(code)).collect())
}

/// A life of a laptop, with its laptop.
pub(super) fn life(
    connection: &Connection,
    life: IncarnationId,
) -> Result<Option<(Life, Laptop)>, CenterError> {
    let found: Option<(Uuid, String, String)> = connection
        .prepare_cached(
            "SELECT laptop, verifying_key, sealing_key FROM life WHERE id = ?1 AND laptop IS NOT NULL",
        )?
        .query_row([life.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((laptop, verifying_key, sealing_key)) = found else { return Ok(None) };
    let verifying_key: VerifyingKey = verifying_key.parse()?;
    let sealing_key = SealingKey::parse(&sealing_key)?;
    let of = laptop_of(connection, laptop)?;
    Ok(Some((Life { id: life, laptop, verifying_key, sealing_key }, of)))
}

/// Keeps a sealed data key beside the earlier ones.
pub(super) fn keep_escrow(
    connection: &Connection,
    life: IncarnationId,
    sealed: &[u8],
    now: Now,
) -> Result<Digest, CenterError> {
    let digest = Digest::of(sealed);
    connection.execute(
        "INSERT OR IGNORE INTO escrow (digest, life, sealed, stored_at) VALUES (?1, ?2, ?3, ?4)",
        params![digest.0, life.0, sealed, now.to_rfc3339()],
    )?;
    Ok(digest)
}

/// The newest sealed data key of a laptop, and when it came.
pub(super) fn newest_escrow(
    connection: &Connection,
    laptop: Uuid,
) -> Result<Option<(Vec<u8>, String)>, CenterError> {
    let newest = connection
        .query_row(
            "SELECT escrow.sealed, escrow.stored_at FROM escrow JOIN life ON life.id = escrow.life
             WHERE life.laptop = ?1 ORDER BY escrow.rowid DESC LIMIT 1",
            [laptop],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    Ok(newest)
}

/// Keeps what an exchange said of a laptop, and the heads it is given.
pub(super) fn note_visit(
    connection: &mut Connection,
    laptop: Uuid,
    note: &VisitNote,
) -> Result<(), CenterError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if note.asked {
        transaction
        .prepare_cached(
            "UPDATE laptop SET last_seen = ?2, skew_ms = coalesce(?3, skew_ms), program = ?4, pending_entries = ?5,
                pending_photos = ?6
             WHERE id = ?1",
        )?
        .execute(params![
            laptop,
            note.now.to_rfc3339(),
            note.skew_ms,
            note.program,
            i64::try_from(note.pending_entries).unwrap_or(i64::MAX),
            note.pending_photos.map(|photos| i64::try_from(photos).unwrap_or(i64::MAX))
        ])?;
    }
    forming::note_known(&transaction, note.newest_form)?;
    for (head, signed) in &note.heads {
        let text = serde_json::to_string(signed).map_err(|_| CenterError::Coded(Code::Internal))?;
        transaction
            .prepare_cached("UPDATE stream_head SET given = ?2 WHERE stream = ?1 AND position = ?3")?
            .execute(params![head.stream.as_str(), text, head.position as i64])?;
    }
    audit::keep_given(&transaction, &note.audit_heads)?;
    transaction.commit()?;
    Ok(())
}

/// Laptops with a village in this scope, in the order of enrolment.
pub(super) fn list(connection: &Connection, scope: &str) -> Result<Vec<LaptopLine>, CenterError> {
    let reach = Reach::of(scope, None);
    let mut statement = connection.prepare_cached(
        "SELECT id, enrolled_at, last_seen, skew_ms, program, pending_entries,
            (SELECT count(DISTINCT n.digest) FROM photo_name n JOIN photo p ON p.digest = n.digest
                JOIN life l ON l.id = n.life
                WHERE l.laptop = laptop.id AND p.standing = 'wanted' AND n.thumbnail = 0), pending_photos
         FROM laptop WHERE id IN (SELECT laptop FROM laptop_village WHERE stream >= ?1 AND stream < ?2)
         ORDER BY enrolled_at, id",
    )?;
    let rows = statement
        .query_map(params![reach.from, reach.below], |row| {
            Ok(LaptopLine {
                laptop: Laptop {
                    id: row.get(0)?,
                    present_life: IncarnationId(Uuid::nil()),
                    villages: Vec::new(),
                    revoked_at: None,
                },
                enrolled_at: row.get(1)?,
                last_seen: row.get(2)?,
                skew_ms: row.get(3)?,
                program: row.get(4)?,
                pending_entries: row.get::<_, i64>(5)? as u64,
                // What it said is from before its photos went up; what is wanted knows nothing of entries to come.
                pending_photos: {
                    let (wanted, said): (i64, Option<i64>) = (row.get(6)?, row.get(7)?);
                    match said {
                        Some(said) if row.get::<_, i64>(5)? > 0 => said as u64,
                        Some(said) => said.min(wanted) as u64,
                        None => wanted as u64,
                    }
                },
                agents: Vec::new(),
            })
        })?
        .collect::<Result<Vec<_>, _>>()?;
    rows.into_iter()
        .map(|mut line| {
            line.laptop = laptop_of(connection, line.laptop.id)?;
            line.agents = connection
                .prepare_cached(
                    "SELECT DISTINCT a.name FROM agent a JOIN life l ON l.id = a.life
                     WHERE l.laptop = ?1 AND a.to_seq IS NULL ORDER BY a.name",
                )?
                .query_map([line.laptop.id], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            Ok(line)
        })
        .collect()
}

/// A laptop is responsible for other villages; see [`crate::store::reading::Reading::assign_laptop`].
pub(super) fn assign(
    connection: &mut Connection,
    sign_in: &SignIn,
    laptop: Uuid,
    villages: &[StreamId],
    now: Now,
) -> Result<(), CenterError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let reach = Reach::of(&sign_in.staff.scope, None);
    let in_reach = |code: &StreamId| (reach.from.as_str()..reach.below.as_str()).contains(&code.as_str());
    let present = villages_of(&transaction, laptop)?;
    if !present.iter().any(in_reach) {
        return Err(Code::LaptopUnknown.into());
    }
    let stays = present.iter().any(|village| !in_reach(village));
    if !villages.iter().all(in_reach) || (villages.is_empty() && !stays) {
        return Err(Code::VillageUnknown.into());
    }
    for village in present.iter().filter(|village| in_reach(village) && !villages.contains(village)) {
        transaction.execute(
            "DELETE FROM laptop_village WHERE laptop = ?1 AND stream = ?2",
            params![laptop, village.as_str()],
        )?;
    }
    for village in villages {
        transaction.execute(
            "INSERT OR IGNORE INTO laptop_village (laptop, stream) VALUES (?1, ?2)",
            params![laptop, village.as_str()],
        )?;
    }
    let mut concerned = present.clone();
    concerned.extend(villages.iter().filter(|village| !present.contains(village)).cloned());
    let about = laptop.to_string();
    let act = audit::of_staff(sign_in.staff.id, &concerned, "laptop_assigned", &about, Digest::ZERO);
    audit::keep(&transaction, &act, now)?;
    transaction.commit()?;
    Ok(())
}

/// From now on a laptop is no longer served; see [`crate::store::reading::Reading::revoke_laptop`].
pub(super) fn revoke(
    connection: &mut Connection,
    sign_in: &SignIn,
    laptop: Uuid,
    now: Now,
) -> Result<(), CenterError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let reach = Reach::of(&sign_in.staff.scope, None);
    let villages = villages_of(&transaction, laptop)?;
    let in_reach = |code: &StreamId| (reach.from.as_str()..reach.below.as_str()).contains(&code.as_str());
    if !villages.iter().any(in_reach) {
        return Err(Code::LaptopUnknown.into());
    }
    if !villages.iter().all(in_reach) {
        return Err(Code::NotAllowed.into());
    }
    transaction.execute(
        "UPDATE laptop SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL",
        params![laptop, now.to_rfc3339()],
    )?;
    let about = laptop.to_string();
    let act = audit::of_staff(sign_in.staff.id, &villages, "laptop_revoked", &about, Digest::ZERO);
    audit::keep(&transaction, &act, now)?;
    transaction.commit()?;
    Ok(())
}
