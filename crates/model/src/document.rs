//! A document: a subject as it now stands, its entries folded.

use crate::body::{CaseChecked, Outcome, Remark};
use crate::deadline::PauseReason;
use crate::entry::Saw;
use crate::ids::{Actor, EntryId, IncarnationId, RecordId, StreamId, SubjectId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use ts_rs::TS;

/// Rises whenever folding changes: older documents are folded again (rule F5).
pub const FOLD_VERSION: u32 = 12;

/// What a subject is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// A person of the village.
    Resident,
    /// A 户.
    Household,
    /// A visit to a household.
    Visit,
    /// 离岗交接: an agent hands over what she has open.
    Handover,
    /// A case.
    Case,
    /// A line of a register (登记簿).
    Line,
    /// A laptop: its lives and agents.
    Device,
    /// A batch on its way through the center.
    Batch,
}

/// A value, and the entry that wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contender {
    /// What was written.
    pub value: Value,
    /// The entry that wrote it.
    pub entry: EntryId,
    /// Its writer's incarnation.
    pub incarnation: IncarnationId,
    /// Its number there.
    pub seq: u64,
    /// Who wrote it.
    pub by: Actor,
}

/// A field and who holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// What holds, by whom.
    #[serde(flatten)]
    pub held: Contender,
    /// Position of that entry, if it has one.
    pub position: Option<u64>,
    /// The highest `seq` each incarnation has written to this field, at every place of what it wrote (rule F2).
    pub written: BTreeMap<IncarnationId, u64>,
    /// Others who wrote the very same value without being seen by who holds the field: equal values never conflict,
    /// but whoever changes the value without having seen them does (rule F3).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agreeing: Vec<Contender>,
}

/// Edits that did not see each other: all values stay until a person settles them (rule F3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The field.
    pub field: String,
    /// The values, oldest first; the last one holds the field meanwhile.
    pub contenders: Vec<Contender>,
}

/// An edit made without knowing that the case was already accepted: it never wins by itself (rule F4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateChange {
    /// The field.
    pub field: String,
    /// What was written, by whom.
    pub contender: Contender,
}

/// What a person settled: the value that holds since, and those that it was settled between. None of them is lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// The field.
    pub field: String,
    /// The settling entry with its value.
    pub by: Contender,
    /// The values that it named and that were open, or held the field.
    pub others: Vec<Contender>,
    /// Whether a late change was among them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
    /// Why; '' where no reason was given.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// One line of a subject's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryLine {
    /// The entry.
    pub entry: EntryId,
    /// What happened.
    pub kind: String,
    /// Who wrote it.
    pub by: Actor,
    /// The writer's clock, raw.
    pub at: String,
    /// Its position in the stream, once the center gave one.
    pub position: Option<u64>,
    /// When the center received it.
    pub received_at: Option<String>,
}

/// Where a case stands, by its entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Opened, not submitted.
    Open,
    /// Submitted to the township.
    Submitted,
    /// 退回补正
    Returned,
    /// 已受理
    Accepted,
    /// 审核确认
    Confirmed,
    /// 已撤回
    Withdrawn,
    /// 办结: a bundle of which every case is decided.
    Closed,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Stage; 7] = [
        Stage::Open,
        Stage::Submitted,
        Stage::Returned,
        Stage::Accepted,
        Stage::Confirmed,
        Stage::Withdrawn,
        Stage::Closed,
    ];
}

/// A submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// The entry that submitted it: the revision's name.
    pub entry: EntryId,
    /// 1, 2, 3 …
    pub number: u32,
}

/// A return, with everything there was to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Return {
    /// The returning entry.
    pub entry: EntryId,
    /// The revision it returned.
    pub revision: EntryId,
    /// Remarks at fields.
    pub remarks: Vec<Remark>,
    /// A word on the whole.
    pub note: String,
}

/// 撤回: taken back by the applicant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// The entry that took it back.
    pub entry: EntryId,
    /// Why.
    pub reason: String,
}

/// An acceptance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// The accepting entry.
    pub entry: EntryId,
    /// Its position.
    pub position: Option<u64>,
    /// The revision it accepted.
    pub revision: EntryId,
    /// When the legal clock started.
    pub received_at: Option<String>,
}

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The deciding entry.
    pub entry: EntryId,
    /// How.
    pub outcome: Outcome,
    /// Next due date, if the item has a cycle.
    pub due: Option<NaiveDate>,
    /// A word for the village.
    pub note: String,
}

/// 一次性告知: everything that was missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The entry that gave it.
    pub entry: EntryId,
    /// What was missing.
    pub missing: Vec<Remark>,
    /// Until when it is to be completed.
    pub complete_by: Option<NaiveDate>,
    /// Why there was another notice; empty for the first.
    pub reason: String,
}

/// A time in which the clock stands still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// The entry that stopped it.
    pub entry: EntryId,
    /// Why.
    pub reason: PauseReason,
    /// A word on it.
    pub note: String,
    /// The entry with which it went on.
    pub ended: Option<EntryId>,
}

/// What only a case has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFile {
    /// Item code.
    pub item: String,
    /// Version of its form.
    pub form_version: String,
    /// Digest of its form's workbook.
    pub form_digest: crate::Digest,
    /// For whom.
    pub resident: SubjectId,
    /// Their household.
    pub household: Option<SubjectId>,
    /// The visit at which it was opened.
    pub visit: Option<SubjectId>,
    /// The case of the bundle that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bundle: Option<SubjectId>,
    /// Number of the newest publication when it was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalogue: Option<u64>,
    /// Where it stands.
    pub stage: Stage,
    /// Every submission, oldest first.
    pub revisions: Vec<Revision>,
    /// Every return, oldest first.
    pub returns: Vec<Return>,
    /// The acceptance.
    pub acceptance: Option<Acceptance>,
    /// The decision.
    pub decision: Option<Decision>,
    /// Why and by which entry it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Withdrawn>,
    /// Every notice of what was missing, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Notice>,
    /// When staff let the clock stand still, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// Every decision that was in force, oldest first, as [`crate::decided::Decided`] keeps it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decided: Vec<Contender>,
}

impl CaseFile {
    /// The pause that goes on, if there is one.
    pub fn open_pause(&self) -> Option<&Pause> {
        self.pauses.last().filter(|pause| pause.ended.is_none())
    }

    /// The newest submission.
    pub fn latest_revision(&self) -> Option<&Revision> {
        self.revisions.last()
    }

    /// The return that is still to be answered, if the case stands returned.
    pub fn open_return(&self) -> Option<&Return> {
        if self.stage == Stage::Returned { self.returns.last() } else { None }
    }
}

/// What only the center knows of a subject; never on a laptop (rule S2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CenterSide {
    /// The batch whose import put the case on the work list.
    pub imported: Option<RecordId>,
    /// What the form says of the answers, at the latest import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<CaseChecked>,
    /// Remarks among staff.
    pub remarks: Vec<String>,
    /// Its own history.
    pub history: Vec<HistoryLine>,
}

/// A subject as it now stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// See [`FOLD_VERSION`].
    pub fold_version: u32,
    /// The subject.
    pub subject: SubjectId,
    /// Its village.
    pub stream: StreamId,
    /// What it is; unknown while no entry said so.
    pub kind: Option<SubjectKind>,
    /// Its fields by path.
    pub fields: BTreeMap<String, Field>,
    /// Open conflicts, by field.
    pub conflicts: Vec<Conflict>,
    /// Open late changes.
    pub late_changes: Vec<LateChange>,
    /// What was settled, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settled: Vec<Settled>,
    /// The subject that stands for this one, if they are the same.
    pub same_as: Option<SubjectId>,
    /// A case's own state.
    pub case: Option<CaseFile>,
    /// Photos that a person declared lost.
    pub lost_photos: Vec<crate::Digest>,
    /// The entries that erased what was known before them, oldest first (rule S6).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub erasures: Vec<EntryId>,
    /// The first entry after which a visit said something: with it, it was written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<EntryId>,
    /// Every entry of audience all, in folding order.
    pub history: Vec<HistoryLine>,
    /// Entries that did not fit: noted, without effect (rule F1).
    pub noted: Vec<EntryId>,
    /// A kind from a newer program stands here: read-only (rule F5).
    pub newer: bool,
    /// What only the center knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub center: Option<CenterSide>,
}

impl Document {
    /// Nothing yet.
    pub fn new(subject: SubjectId, stream: StreamId) -> Self {
        Document {
            fold_version: FOLD_VERSION,
            subject,
            stream,
            kind: None,
            fields: BTreeMap::new(),
            conflicts: Vec::new(),
            late_changes: Vec::new(),
            settled: Vec::new(),
            same_as: None,
            case: None,
            lost_photos: Vec::new(),
            erasures: Vec::new(),
            said: None,
            history: Vec::new(),
            noted: Vec::new(),
            newer: false,
            center: None,
        }
    }

    /// The text of a field; empty where it is not set or is no text.
    pub fn text(&self, path: &str) -> &str {
        self.fields.get(path).and_then(|field| field.held.value.as_str()).unwrap_or_default()
    }

    /// The value of a field that is set.
    pub fn value(&self, path: &str) -> Option<&Value> {
        self.fields.get(path).map(|field| &field.held.value).filter(|value| !value.is_null())
    }

    /// The fields under a prefix, with the rest of their path, that are set.
    pub fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.fields
            .range(prefix.to_owned()..)
            .map_while(move |(path, field)| path.strip_prefix(prefix).map(|rest| (rest, &field.held.value)))
            .filter(|(_, value)| !value.is_null())
    }

    /// The newest positioned entry of audience all: what a writer of the next entry has seen.
    pub fn newest_seen(&self) -> Option<Saw> {
        self.seen_among(|_| true)
    }

    /// The newest positioned one of these entries.
    pub fn seen_among(&self, mut shown: impl FnMut(&HistoryLine) -> bool) -> Option<Saw> {
        let positioned = self.history.iter().filter(|line| line.position.is_some() && shown(line));
        let newest = positioned.max_by_key(|line| line.position)?;
        Some(Saw { entry: newest.entry, at: newest.position })
    }

    /// Whether whoever saw this had seen another entry too, at this position: the newest that he had folded stands at or
    /// after it, and still where it stood for him. Where a restored center gave it another place (rule D2), others may stand
    /// before it by now that he never saw: then he is known to have seen that one alone.
    pub fn is_seen_with(&self, saw: Saw, other: EntryId, position: u64) -> bool {
        let stands = self.position_of(saw.entry);
        let moved = saw.at.is_some() && stands != saw.at;
        stands >= Some(position) && (!moved || saw.entry == other)
    }

    /// Position of an entry in this subject's history.
    pub fn position_of(&self, entry: EntryId) -> Option<u64> {
        self.history.iter().find(|line| line.entry == entry).and_then(|line| line.position)
    }

    /// The document's one byte form: the same history gives the same bytes (rule F6).
    pub fn to_bytes(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }

    /// Reads a document that [`Document::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(bytes)
    }
}
