//! What can happen: the body of an entry, one type a kind.

use crate::deadline::PauseReason;
use crate::digest::Digest;
use crate::ids::{AgentId, EntryId, IncarnationId, RecordId, StreamId, SubjectId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Fields by path, and what they are set to. `null` takes a value away.
pub type FieldSet = BTreeMap<String, serde_json::Value>;

/// No body nests deeper: a document wraps its values a few levels more, and must stay readable itself.
pub const MAX_BODY_DEPTH: usize = 32;

/// Why a body cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body of kind {kind} cannot be read")]
pub struct BodyProblem {
    /// The kind that was expected.
    pub kind: &'static str,
}

/// Where a life of a ledger branched off another (rule E2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fork {
    /// The earlier life.
    pub ancestor: IncarnationId,
    /// The last entry both share.
    pub seq: u64,
    /// Hash of that entry's header.
    pub header_hash: Digest,
}

/// First entry of an incarnation; one that continues another writes it in each of its villages, so that whoever has the
/// village knows the lineage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerBegun {
    /// Name and version of the program.
    pub program: String,
    /// The villages it was enrolled for.
    pub villages: Vec<StreamId>,
    /// What it continues, after a restore.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fork: Option<Fork>,
    /// Entries of this village that the life writes again under their ids, each with its place here (rule X5).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub again: Vec<(u64, EntryId)>,
}

/// An agent may write from here on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentAdded {
    /// The agent.
    pub agent: AgentId,
    /// As the screen shows her.
    pub name: String,
}

/// An agent may not write from here on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentRemoved {
    /// The agent.
    pub agent: AgentId,
}

/// Fields of a resident, household, visit, hand-over, register line or case.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Recorded {
    /// The fields set.
    pub set: FieldSet,
}

/// Two subjects are one (duplicates, a corrected number).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SameAs {
    /// The one that stays.
    pub other: SubjectId,
}

/// A case begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseOpened {
    /// Item code, as in the catalogue.
    pub item: String,
    /// Version of the item's form.
    pub form_version: String,
    /// Digest of the form's workbook.
    pub form_digest: Digest,
    /// For whom.
    pub resident: SubjectId,
    /// Their household, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub household: Option<SubjectId>,
    /// The visit at which it was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit: Option<SubjectId>,
    /// The case of the bundle (一件事) that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bundle: Option<SubjectId>,
    /// Number of the newest publication that the laptop had: the item is read as it stood then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalogue: Option<u64>,
    /// Answers (`/data/…`) and photos (`photo/<digest>`) from the start.
    pub set: FieldSet,
}

/// The case goes to the township; this entry's id names the revision.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CaseSubmitted {}

/// The case is taken back by the applicant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseWithdrawn {
    /// Why.
    pub reason: String,
}

/// An open conflict is settled by a person, who names what she saw of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictSettled {
    /// The field.
    pub field: String,
    /// The entries whose values were shown.
    pub among: Vec<EntryId>,
    /// What holds from here on.
    pub value: serde_json::Value,
    /// Why, in that person's words; staff give it where they take over or set aside a late change.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// A photo will never come; the center stops asking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoLost {
    /// The photo.
    pub digest: Digest,
    /// Why, in a person's words.
    pub reason: String,
}

/// Why what is known of a subject is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum ErasureReason {
    /// The person asked for it.
    Requested,
    /// It should never have been recorded: another person's, or a mistake.
    Mistaken,
    /// The time for which it had to be kept is over.
    Expired,
    /// Another reason, which the note tells.
    Other,
}

/// What is known of the subject is erased everywhere (rule S6): the named bodies go, their headers stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectErased {
    /// The entries whose bodies go: all that the center had of the subject.
    pub entries: Vec<EntryId>,
    /// Why.
    pub reason: ErasureReason,
    /// A word on it. It is not erased itself: nothing personal belongs here.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What staff decide on a record in quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Settling {
    /// It comes into force.
    Released,
    /// It is kept and will not come into force.
    SetAside,
    /// Its content is erased.
    Erased,
}

/// Staff settle records that were refused (rule S3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalSettled {
    /// The life that wrote them.
    pub incarnation: IncarnationId,
    /// The records.
    pub records: Vec<RecordId>,
    /// How.
    pub how: Settling,
    /// A word for their author.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// Staff let what waits behind a gap go on without what is missing (rule S4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapReleased {
    /// The life with the gap.
    pub incarnation: IncarnationId,
    /// Up to this place nothing waits any more.
    pub through: u64,
}

/// 一次性告知: everything that is missing, told once; a second notice gives its reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeGiven {
    /// What is missing or to be corrected: `material/<slot>` or `/data/…`, each with what is asked.
    pub missing: Vec<Remark>,
    /// Until when it is to be completed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complete_by: Option<chrono::NaiveDate>,
    /// Why there is another notice; empty for the first.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// The clock of an accepted case stands still from here on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockPaused {
    /// Why.
    pub reason: PauseReason,
    /// A word on it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// The clock goes on.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClockResumed {}

/// 办结: every case of a bundle is decided.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BundleClosed {}

/// 受理: the township takes the case on; its legal clock starts at this entry's time of receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseAccepted {
    /// The revision on the screen (rule F4).
    pub revision: EntryId,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Remark {
    /// Path of the field: `/data/…`, `photo/<digest>` or `material/<slot>`.
    pub path: String,
    /// What to correct.
    pub text: String,
}

/// 退回补正: back to the village, all remarks at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseReturned {
    /// The revision on the screen (rule F4).
    pub revision: EntryId,
    /// Remarks at fields.
    pub remarks: Vec<Remark>,
    /// A word on the whole.
    #[serde(default)]
    pub note: String,
}

/// How a case was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 予以确认
    Granted,
    /// 不予确认
    Refused,
}

/// 审核确认: decided, by the body that may decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseConfirmed {
    /// The revision on the screen (rule F4).
    pub revision: EntryId,
    /// How.
    pub outcome: Outcome,
    /// Next due date, where the item has a cycle (from the official list, never from a photo).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<chrono::NaiveDate>,
    /// A word for the village.
    #[serde(default)]
    pub note: String,
}

/// Staff put a batch on the work list (center only).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchImported {
    /// The batch.
    pub batch: RecordId,
    /// Its cases that were put on the list.
    pub cases: Vec<SubjectId>,
}

/// A case is on the work list (center only).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseImported {
    /// With which batch it came.
    pub batch: RecordId,
    /// The revision that was previewed.
    pub revision: EntryId,
}

/// A case is off the work list again (center only).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseImportUndone {
    /// With which batch it came.
    pub batch: RecordId,
}

/// What the form itself says of a revision's answers, run through it anew at the center (center only). It changes no
/// answer: what cannot stand is set aside here, for staff to return.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseChecked {
    /// The revision.
    pub revision: EntryId,
    /// Digest of the form it was run through.
    pub form_digest: Digest,
    /// Paths of answers that the form does not ask for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub irrelevant: Vec<String>,
    /// Paths of computed values that come out otherwise, with what comes out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub recomputed: BTreeMap<String, String>,
    /// Answers that cannot stand, each with the form's reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub invalid: Vec<Remark>,
}

/// A remark among staff (center only).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InternalRemark {
    /// The remark.
    pub text: String,
}

/// Whether JSON nests deeper than [`MAX_BODY_DEPTH`]. Brackets within texts do not count.
fn nests_too_deeply(json: &[u8]) -> bool {
    let (mut depth, mut in_text, mut escaped) = (0usize, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => {
                depth += 1;
                if depth > MAX_BODY_DEPTH {
                    return true;
                }
            }
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

macro_rules! bodies {
    ($($(#[$doc:meta])* $variant:ident($content:ty) = $kind:literal),+ $(,)?) => {
        /// What happened.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Body {
            $($(#[$doc])* $variant($content)),+
        }

        /// Every kind this program knows.
        pub const KINDS: &[&str] = &[$($kind),+];

        impl Body {
            /// The kind, as in the header.
            pub fn kind(&self) -> &'static str {
                match self { $(Body::$variant(_) => $kind),+ }
            }

            /// The body's JSON, without its salt.
            pub fn to_json(&self) -> serde_json::Result<Vec<u8>> {
                match self { $(Body::$variant(content) => serde_json::to_vec(content)),+ }
            }

            /// Reads a body by its kind; `Ok(None)` for a kind from a newer program.
            pub fn parse(kind: &str, json: &[u8]) -> Result<Option<Body>, BodyProblem> {
                match kind {
                    $($kind if nests_too_deeply(json) => Err(BodyProblem { kind: $kind }),
                    $kind => serde_json::from_slice(json)
                        .map(|content| Some(Body::$variant(content)))
                        .map_err(|_| BodyProblem { kind: $kind }),)+
                    _ => Ok(None),
                }
            }
        }
    };
}

bodies! {
    /// See [`LedgerBegun`].
    LedgerBegun(LedgerBegun) = "ledger_begun",
    /// See [`AgentAdded`].
    AgentAdded(AgentAdded) = "agent_added",
    /// See [`AgentRemoved`].
    AgentRemoved(AgentRemoved) = "agent_removed",
    /// A resident's birth in the ledger, or an edit.
    ResidentRecorded(Recorded) = "resident_recorded",
    /// A household's birth in the ledger, or an edit.
    HouseholdRecorded(Recorded) = "household_recorded",
    /// See [`SameAs`].
    SameAs(SameAs) = "same_as",
    /// A visit's beginning, or what was recorded at it.
    VisitRecorded(Recorded) = "visit_recorded",
    /// 离岗交接: see [`crate::handover`].
    HandoverRecorded(Recorded) = "handover_recorded",
    /// A line of a register, or an edit of one: see [`crate::line`].
    LineRecorded(Recorded) = "line_recorded",
    /// See [`CaseOpened`].
    CaseOpened(CaseOpened) = "case_opened",
    /// An edit of a case.
    CaseRecorded(Recorded) = "case_recorded",
    /// See [`CaseSubmitted`].
    CaseSubmitted(CaseSubmitted) = "case_submitted",
    /// See [`CaseWithdrawn`].
    CaseWithdrawn(CaseWithdrawn) = "case_withdrawn",
    /// See [`ConflictSettled`].
    ConflictSettled(ConflictSettled) = "conflict_settled",
    /// See [`PhotoLost`].
    PhotoLost(PhotoLost) = "photo_lost",
    /// See [`SubjectErased`].
    SubjectErased(SubjectErased) = "subject_erased",
    /// See [`RefusalSettled`].
    RefusalSettled(RefusalSettled) = "refusal_settled",
    /// See [`GapReleased`].
    GapReleased(GapReleased) = "gap_released",
    /// See [`NoticeGiven`].
    NoticeGiven(NoticeGiven) = "notice_given",
    /// What a person receives, or no longer: the competent office's word on `benefit/<item>` and `death`.
    BenefitDecided(Recorded) = "benefit_decided",
    /// See [`ClockPaused`].
    ClockPaused(ClockPaused) = "clock_paused",
    /// See [`ClockResumed`].
    ClockResumed(ClockResumed) = "clock_resumed",
    /// See [`BundleClosed`].
    BundleClosed(BundleClosed) = "bundle_closed",
    /// See [`CaseAccepted`].
    CaseAccepted(CaseAccepted) = "case_accepted",
    /// See [`CaseReturned`].
    CaseReturned(CaseReturned) = "case_returned",
    /// See [`CaseConfirmed`].
    CaseConfirmed(CaseConfirmed) = "case_confirmed",
    /// See [`BatchImported`].
    BatchImported(BatchImported) = "batch_imported",
    /// See [`CaseImported`].
    CaseImported(CaseImported) = "case_imported",
    /// See [`CaseChecked`].
    CaseChecked(CaseChecked) = "case_checked",
    /// See [`CaseImportUndone`].
    CaseImportUndone(CaseImportUndone) = "case_import_undone",
    /// See [`InternalRemark`].
    InternalRemark(InternalRemark) = "internal_remark",
}

impl Body {
    /// The fields this body sets, if it sets any.
    pub fn field_set(&self) -> Option<&FieldSet> {
        match self {
            Body::ResidentRecorded(body)
            | Body::HouseholdRecorded(body)
            | Body::VisitRecorded(body)
            | Body::HandoverRecorded(body)
            | Body::LineRecorded(body)
            | Body::BenefitDecided(body)
            | Body::CaseRecorded(body) => Some(&body.set),
            Body::CaseOpened(body) => Some(&body.set),
            _ => None,
        }
    }
}
