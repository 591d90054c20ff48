//! The rows of tables `life` and `agent`: who wrote, how far it is stored, and who could write where.

use crate::error::CenterError;
use crate::judge::{AgentSpan, Writer};
use crate::staff::SignIn;
use crate::store::{Continuation, Laptop, Now};
use bangban_ledger::entry_row;
use bangban_model::body::Body;
use bangban_model::ids::AgentId;
use bangban_model::lineage::MOST_GENERATIONS;
use bangban_model::{Actor, Code, Digest, Entry, IncarnationId};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use std::collections::BTreeMap;
use uuid::Uuid;

/// How far a life is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    /// Everything up to here is stored; 0 for nothing.
    pub(super) prefix_seq: u64,
    /// Hash of the header there.
    pub(super) prefix_hash: Digest,
    /// Up to here entries no longer wait for missing ones.
    pub(super) gap_released: u64,
}

/// How far a life is stored, if it is known.
pub(super) fn extent(connection: &Connection, life: IncarnationId) -> Result<Option<Extent>, CenterError> {
    let found = connection
        .prepare_cached("SELECT prefix_seq, prefix_hash, gap_released FROM life WHERE id = ?1")?
        .query_row([life.0], |row| {
            Ok(Extent {
                prefix_seq: row.get::<_, i64>(0)? as u64,
                prefix_hash: Digest(row.get(1)?),
                gap_released: row.get::<_, i64>(2)? as u64,
            })
        })
        .optional()?;
    Ok(found)
}

/// Keeps how far a life is stored.
pub(super) fn set_prefix(
    connection: &Connection,
    life: IncarnationId,
    seq: u64,
    hash: Digest,
) -> Result<(), CenterError> {
    connection
        .prepare_cached("UPDATE life SET prefix_seq = ?2, prefix_hash = ?3 WHERE id = ?1")?
        .execute(params![life.0, seq as i64, hash.0])?;
    Ok(())
}

/// How far a life is stored without a gap, from a place on up to which it is.
pub(super) fn stored_from(
    connection: &Connection,
    life: IncarnationId,
    from: (u64, Digest),
) -> Result<(u64, Digest), CenterError> {
    let mut prefix = from;
    let mut statement = connection.prepare_cached(
        "SELECT seq, header_hash FROM entry WHERE incarnation = ?1 AND seq > ?2 ORDER BY seq",
    )?;
    let mut rows = statement.query(params![life.0, from.0 as i64])?;
    while let Some(row) = rows.next()? {
        let seq = row.get::<_, i64>(0)? as u64;
        if seq != prefix.0 + 1 {
            break;
        }
        prefix = (seq, Digest(row.get(1)?));
    }
    Ok(prefix)
}

/// Up to this place entries of a life no longer wait for missing ones (rule S4).
pub(super) fn release_gap(
    connection: &Connection,
    life: IncarnationId,
    through: u64,
) -> Result<(), CenterError> {
    connection
        .prepare_cached("UPDATE life SET gap_released = max(gap_released, ?2) WHERE id = ?1")?
        .execute(params![life.0, i64::try_from(through).unwrap_or(i64::MAX)])?;
    Ok(())
}

/// What judging must know of a life.
pub(super) fn writer(
    connection: &Connection,
    laptop: &Laptop,
    life: IncarnationId,
) -> Result<Writer, CenterError> {
    let mut statement = connection.prepare_cached(
        "SELECT agent, from_seq, to_seq FROM agent WHERE life = ?1 ORDER BY agent, from_seq",
    )?;
    let spans = statement.query_map([life.0], |row| {
        Ok(AgentSpan {
            agent: AgentId(row.get(0)?),
            from_seq: row.get::<_, i64>(1)? as u64,
            to_seq: row.get::<_, Option<i64>>(2)?.map(|seq| seq as u64),
        })
    })?;
    let agents = spans.collect::<Result<_, _>>()?;
    let fork: Option<(Option<Uuid>, Option<i64>)> = connection
        .prepare_cached("SELECT ancestor, fork_seq FROM life WHERE id = ?1")?
        .query_row([life.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let fork = fork.and_then(|(ancestor, seq)| Some((IncarnationId(ancestor?), seq? as u64)));
    Ok(Writer { villages: laptop.villages.clone(), agents, fork })
}

/// A laptop begins no more lives than this: each costs a copy that was put back.
const MOST_LIVES: i64 = MOST_GENERATIONS as i64;

/// Keeps a life that continues another; see [`crate::store::Store::continue_life`].
pub(super) fn continue_life(
    connection: &mut Connection,
    continuation: &Continuation,
) -> Result<(), CenterError> {
    let begun = &continuation.begun;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if let Some(known) = continued(&transaction, begun.incarnation)? {
        let same = known.laptop == Some(continuation.laptop)
            && known.verifying_key.as_deref() == Some(begun.verifying_key.to_string().as_str())
            && known.ancestor == Some(begun.ancestor.0)
            && known.fork_seq == Some(begun.fork_seq as i64);
        return if same { Ok(()) } else { Err(Code::HistoryDiffers.into()) };
    }
    let here = match begun.fork_seq {
        0 => Some(Digest::ZERO),
        seq => entry_row::header_hash_at(&transaction, begun.ancestor, seq)?,
    };
    // A center that was put back may not have the fork yet: the key of the life before vouches for it.
    if here.is_some_and(|here| here != begun.fork_hash) {
        return Err(Code::HistoryDiffers.into());
    }
    let lives: i64 = transaction
        .prepare_cached("SELECT count(*) FROM life WHERE laptop = ?1")?
        .query_row([continuation.laptop], |row| row.get(0))?;
    if lives >= MOST_LIVES {
        return Err(Code::LaptopRefused.into());
    }
    transaction.execute(
        "INSERT INTO life (id, laptop, verifying_key, sealing_key, ancestor, fork_seq, begun_at, prefix_seq, prefix_hash,
            gap_released) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, 0)",
        params![
            begun.incarnation.0,
            continuation.laptop,
            begun.verifying_key.to_string(),
            begun.sealing_key.as_str(),
            begun.ancestor.0,
            begun.fork_seq as i64,
            continuation.now.to_rfc3339(),
            Digest::ZERO.0
        ],
    )?;
    transaction.execute(
        "INSERT INTO agent (life, agent, from_seq, name)
         SELECT DISTINCT ?1, agent, 0, name FROM agent
         WHERE life = ?2 AND from_seq <= ?3 AND (to_seq IS NULL OR to_seq > ?3)",
        params![begun.incarnation.0, begun.ancestor.0, begun.fork_seq as i64],
    )?;
    transaction.commit()?;
    Ok(())
}

/// What is kept of a life, for comparing.
struct Kept {
    laptop: Option<Uuid>,
    verifying_key: Option<String>,
    ancestor: Option<Uuid>,
    fork_seq: Option<i64>,
}

fn continued(connection: &Connection, life: IncarnationId) -> Result<Option<Kept>, CenterError> {
    let known = connection
        .prepare_cached("SELECT laptop, verifying_key, ancestor, fork_seq FROM life WHERE id = ?1")?
        .query_row([life.0], |row| {
            Ok(Kept {
                laptop: row.get(0)?,
                verifying_key: row.get(1)?,
                ancestor: row.get(2)?,
                fork_seq: row.get(3)?,
            })
        })
        .optional()?;
    Ok(known)
}

/// Keeps what an entry says of its own life: agents who come and go.
pub(super) fn learn(connection: &Connection, entry: &Entry, body: &Body) -> Result<(), CenterError> {
    let header = &entry.header;
    match body {
        Body::AgentAdded(added) => {
            add_agent(connection, header.incarnation, added.agent, header.seq, &added.name)?;
        }
        Body::AgentRemoved(removed) => {
            connection
                .prepare_cached(
                    "UPDATE agent SET to_seq = ?3 WHERE life = ?1 AND agent = ?2 AND to_seq IS NULL",
                )?
                .execute(params![header.incarnation.0, removed.agent.0, header.seq as i64])?;
        }
        _ => {}
    }
    Ok(())
}

/// An agent may write from this place on; nothing changes where she already may.
pub(super) fn add_agent(
    connection: &Connection,
    life: IncarnationId,
    agent: AgentId,
    from_seq: u64,
    name: &str,
) -> Result<(), CenterError> {
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO agent (life, agent, from_seq, name) SELECT ?1, ?2, ?3, ?4
             WHERE NOT EXISTS (SELECT 1 FROM agent WHERE life = ?1 AND agent = ?2 AND to_seq IS NULL)",
        )?
        .execute(params![life.0, agent.0, from_seq as i64, name])?;
    Ok(())
}

/// A life's ancestors, nearest first, with the last place shared with each. Bounded, so that a ring ends.
pub(super) fn ancestors(
    connection: &Connection,
    life: IncarnationId,
) -> Result<Vec<(IncarnationId, u64)>, CenterError> {
    let mut line = Vec::new();
    let mut at = life;
    while line.len() < MOST_GENERATIONS {
        let up: Option<(Option<Uuid>, Option<i64>)> = connection
            .prepare_cached("SELECT ancestor, fork_seq FROM life WHERE id = ?1")?
            .query_row([at.0], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((Some(ancestor), fork_seq)) = up else { break };
        at = IncarnationId(ancestor);
        line.push((at, fork_seq.unwrap_or(0) as u64));
    }
    Ok(line)
}

/// Whether two lives are of one ledger: one descends from the other, or both from a third.
pub(super) fn related(
    connection: &Connection,
    one: IncarnationId,
    other: IncarnationId,
) -> Result<bool, CenterError> {
    let root = |life: IncarnationId| -> Result<IncarnationId, CenterError> {
        Ok(ancestors(connection, life)?.last().map_or(life, |(first, _)| *first))
    };
    Ok(one == other || root(one)? == root(other)?)
}

/// The incarnation of a sign-in, kept with its first entry.
pub(super) fn begin_sign_in(connection: &Connection, sign_in: &SignIn, now: Now) -> Result<(), CenterError> {
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO life (id, staff, begun_at, prefix_seq, prefix_hash, gap_released)
             VALUES (?1, ?2, ?3, 0, ?4, 0)",
        )?
        .execute(params![sign_in.life.0, sign_in.staff.id.0, now.to_rfc3339(), Digest::ZERO.0])?;
    Ok(())
}

/// Names of agents and staff, as far as they are known; an agent's newest.
pub(super) fn names_of(
    connection: &Connection,
    actors: &[Actor],
) -> Result<BTreeMap<Actor, String>, CenterError> {
    let mut names = BTreeMap::new();
    for actor in actors {
        let (sql, id) = match actor {
            Actor::Agent(agent) => {
                ("SELECT name FROM agent WHERE agent = ?1 ORDER BY from_seq DESC LIMIT 1", agent.0)
            }
            Actor::Staff(staff) => ("SELECT name FROM staff WHERE id = ?1", staff.0),
        };
        let name = connection.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?;
        names.extend(name.map(|name| (*actor, name)));
    }
    Ok(names)
}

/// Names of the agents that a life had and has.
pub(super) fn agents_of(connection: &Connection, life: IncarnationId) -> Result<Vec<String>, CenterError> {
    let mut statement =
        connection.prepare_cached("SELECT DISTINCT name FROM agent WHERE life = ?1 ORDER BY name")?;
    let names = statement.query_map([life.0], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}
