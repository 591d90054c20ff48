//! Judging a record whole (rules S3–S5). Pure: what must be known of the world is passed in.

use bangban_model::benefit::body_decides_benefits;
use bangban_model::body::Body;
use bangban_model::ids::AgentId;
use bangban_model::photo::photos_named;
use bangban_model::{Actor, Entry, EntryId, Header, IncarnationId, StreamId, rights};
use bangban_sync::{MAX_PHOTO_BYTES, RefusalReason};
use std::collections::BTreeSet;

/// From which place of a life to which an agent may write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentSpan {
    /// The agent.
    pub agent: AgentId,
    /// From here on; 0 for an agent named at enrolment.
    pub from_seq: u64,
    /// And up to here, the entry that removes her included.
    pub to_seq: Option<u64>,
}

/// What judging must know of the life that wrote a record.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    /// The villages of its laptop.
    pub villages: Vec<StreamId>,
    /// Its agents.
    pub agents: Vec<AgentSpan>,
    /// The life it continues, and the last place both share, as that life vouched.
    pub fork: Option<(IncarnationId, u64)>,
}

impl Writer {
    /// Whether the agent may write at this place.
    pub fn has_agent_at(&self, agent: AgentId, seq: u64) -> bool {
        self.agents.iter().any(|span| {
            span.agent == agent && span.from_seq <= seq && span.to_seq.is_none_or(|last| seq <= last)
        })
    }

    /// Takes in what a judged entry says of agents.
    pub fn learn(&mut self, header: &Header, body: &Body) {
        match body {
            Body::AgentAdded(added) if !self.has_agent_at(added.agent, header.seq) => {
                self.agents.push(AgentSpan { agent: added.agent, from_seq: header.seq, to_seq: None });
            }
            Body::AgentRemoved(removed) => {
                for span in &mut self.agents {
                    if span.agent == removed.agent && span.to_seq.is_none() {
                        span.to_seq = Some(header.seq);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Whether entries are the parts 0, 1, 2 … of one record, in consecutive places of one life.
pub fn is_whole_record(entries: &[Entry]) -> bool {
    let Some(first) = entries.first().map(|entry| &entry.header) else { return false };
    first.record.count as usize == entries.len()
        && entries.iter().enumerate().all(|(index, entry)| {
            let header = &entry.header;
            header.record.id == first.record.id
                && header.record.count == first.record.count
                && header.record.index as usize == index
                && header.incarnation == first.incarnation
                && header.seq == first.seq + index as u64
        })
}

/// A record that may stand: its bodies, in the entries' order; none for one that was erased.
pub type Bodies = Vec<Option<Body>>;

/// Judges a whole record; the first thing wrong decides. An agent added in a record may write from that entry on. What was
/// erased is judged by its header alone: it says nothing any more.
pub fn judge(
    entries: &[Entry],
    writer: &Writer,
    erased: &BTreeSet<EntryId>,
) -> Result<Bodies, RefusalReason> {
    if !is_whole_record(entries) {
        return Err(RefusalReason::Malformed);
    }
    let mut writer = writer.clone();
    let mut bodies = Vec::with_capacity(entries.len());
    for entry in entries {
        let body = judge_entry(entry, &writer, erased)?;
        if let Some(body) = &body {
            writer.learn(&entry.header, body);
        }
        bodies.push(body);
    }
    Ok(bodies)
}

fn judge_entry(
    entry: &Entry,
    writer: &Writer,
    erased: &BTreeSet<EntryId>,
) -> Result<Option<Body>, RefusalReason> {
    let header = &entry.header;
    if rights::right_of(&header.kind).is_none() {
        return Err(RefusalReason::NewerKind);
    }
    // A laptop speaks for its agents only; staff write at the center, never through a laptop.
    let Actor::Agent(agent) = header.by else { return Err(RefusalReason::NotAllowed) };
    if !rights::may_write(&header.by, &header.kind, header.audience) {
        return Err(RefusalReason::NotAllowed);
    }
    if !writer.villages.contains(&header.stream) {
        return Err(RefusalReason::VillageNotHers);
    }
    let body = match entry.body() {
        Ok(None) if entry.body_bytes.is_none() && erased.contains(&header.id) => return Ok(None),
        Ok(Some(body)) => body,
        Ok(None) | Err(_) => return Err(RefusalReason::Malformed),
    };
    if !writer.has_agent_at(agent, header.seq) {
        return Err(RefusalReason::AgentUnknown);
    }
    if let Body::LedgerBegun(begun) = &body
        && let Some(fork) = &begun.fork
        && Some((fork.ancestor, fork.seq)) != writer.fork
    {
        // Folding compares by it: nobody claims another's life as the own (rule F2).
        return Err(RefusalReason::NotAllowed);
    }
    if body_decides_benefits(&body) {
        return Err(RefusalReason::NotAllowed);
    }
    let photos = body.field_set().map(photos_named).unwrap_or_default();
    if photos.iter().any(|photo| photo.size_bytes == 0 || photo.size_bytes > MAX_PHOTO_BYTES) {
        return Err(RefusalReason::Malformed);
    }
    Ok(Some(body))
}

/// Whether a later entry of the same life on the same subject makes no sense without an earlier one that stands in
/// quarantine (rule S3). What is missing altogether is held by its stream's chain, not by this.
///
/// `subject_stands` says whether anything on the subject is in force at all.
pub fn needs(earlier_kind: &str, later_kind: &str, subject_stands: bool) -> bool {
    match earlier_kind {
        "case_opened" => later_kind != "case_opened",
        // What was recorded first is the subject's birth; everything else on it needs that.
        "resident_recorded" | "household_recorded" | "visit_recorded" | "handover_recorded"
        | "line_recorded" => !subject_stands,
        // A submission speaks for every edit before it.
        "case_recorded" | "conflict_settled" | "photo_lost" => later_kind == "case_submitted",
        known if rights::right_of(known).is_some() => false,
        // Nobody knows what a newer kind means to what follows it.
        _ => true,
    }
}
