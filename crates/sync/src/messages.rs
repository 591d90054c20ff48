//! The messages. Shapes are versioned by the path (`/sync/v1/…`) and by [`PROTOCOL_VERSION`] in a manifest.

use crate::form_line::FormLine;
use crate::root::Root;
use crate::signed::{Signed, Statement};
use crate::tls::SpkiPin;
use bangban_keys::{SealingKey, VerifyingKey};
use bangban_model::entry::{Entry, EntryProblem, SALT_BYTES};
use bangban_model::ids::{AgentId, DistrictKey};
use bangban_model::{Code, Digest, IncarnationId, RecordId, StreamId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// This program's version of the protocol.
pub const PROTOCOL_VERSION: u32 = 1;
/// No line of a post or an answer is longer (bytes, unpacked).
pub const MAX_LINE_BYTES: usize = 1024 * 1024;
/// No photo is larger (bytes).
pub const MAX_PHOTO_BYTES: u64 = 16 * 1024 * 1024;
/// No photo frame carries more (bytes).
pub const MAX_FRAME_BYTES: usize = 256 * 1024;

/// An agent, as the laptop names her at enrolment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentName {
    /// The agent.
    pub id: AgentId,
    /// As the screen shows her.
    pub name: String,
}

/// A village, by code and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Village {
    /// 12-digit code: the stream.
    pub code: StreamId,
    /// Its name.
    pub name: String,
}

/// A laptop asks to be enrolled.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EnrolRequest {
    /// [`PROTOCOL_VERSION`].
    pub protocol: u32,
    /// The one-time code.
    pub code: u64,
    /// The ledger's first life.
    pub incarnation: IncarnationId,
    /// Signs its manifests.
    pub verifying_key: VerifyingKey,
    /// Opens batch files from the center.
    pub sealing_key: SealingKey,
    /// Who will work on it.
    pub agents: Vec<AgentName>,
    /// Name and version of the program.
    pub program: String,
}

/// What a laptop must know of its center for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CenterIdentity {
    /// The center, for good.
    pub id: Uuid,
    /// As the screen shows it.
    pub name: String,
    /// Signs receipts and stream heads.
    pub verifying_key: VerifyingKey,
    /// Batch files are sealed to it.
    pub batch_key: SealingKey,
    /// The township's offline key: the laptop's data key is sealed to it.
    pub escrow_key: SealingKey,
    /// The root that certifies its keys (rule K3); centers of before 0.5 had none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<Root>,
}

/// The laptop is enrolled.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EnrolReply {
    /// The laptop's id at the center.
    pub laptop: Uuid,
    /// The revocable token for everything that follows; secret.
    pub token: String,
    /// The center.
    pub center: CenterIdentity,
    /// The villages whose streams it serves.
    pub villages: Vec<Village>,
    /// For deriving ids (rule E5); secret.
    pub district_key: DistrictKey,
}

/// The laptop's data key, sealed to the escrow key (rule K1).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EscrowDeposit {
    /// The life it belongs to.
    pub incarnation: IncarnationId,
    /// The sealed key, base64.
    pub sealed: String,
}

/// The center's word that it holds the escrow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscrowStored {
    /// The life it belongs to.
    pub incarnation: IncarnationId,
    /// Digest of the stored bytes (of the base64 text's decoded form).
    pub digest: Digest,
}

impl Statement for EscrowStored {
    const CONTEXT: &'static str = "bangban/escrow-stored/1";
}

/// A ledger goes on as another life (rule E2): said by the life that it continues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifeBegun {
    /// The center it is for.
    pub center: Uuid,
    /// The new life.
    pub incarnation: IncarnationId,
    /// Signs its manifests.
    pub verifying_key: VerifyingKey,
    /// Opens batch files from the center.
    pub sealing_key: SealingKey,
    /// The life it continues, whose key signs this.
    pub ancestor: IncarnationId,
    /// The last entry both share; 0 for none.
    pub fork_seq: u64,
    /// Hash of that entry's header; zero for none.
    pub fork_hash: Digest,
}

impl Statement for LifeBegun {
    const CONTEXT: &'static str = "bangban/life/1";
}

/// The center's word that it knows the life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifeKept {
    /// The center.
    pub center: Uuid,
    /// The life.
    pub incarnation: IncarnationId,
}

impl Statement for LifeKept {
    const CONTEXT: &'static str = "bangban/life-kept/1";
}

/// A photo, by digest and size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoNote {
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// In a file: the part of it that the file holds, where that is not the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<PhotoRange>,
}

impl PhotoNote {
    /// A whole photo.
    pub fn whole(digest: Digest, size_bytes: u64) -> Self {
        PhotoNote { digest, size_bytes, range: None }
    }

    /// Where what is sent of it begins, and how long that is (bytes).
    pub fn extent(&self) -> (u64, u64) {
        self.range.map_or((0, self.size_bytes), |range| (range.offset, range.length))
    }
}

/// A part of a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoRange {
    /// Its first byte.
    pub offset: u64,
    /// How many bytes it has.
    pub length: u64,
    /// SHA-256 of these bytes alone: a file is proven without the others.
    pub digest: Digest,
}

/// What a batch holds (rule X1). A post without entries has `last_seq` = `first_seq` − 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`PROTOCOL_VERSION`].
    pub protocol: u32,
    /// The center it is for.
    pub center: Uuid,
    /// The batch's own id.
    pub batch: RecordId,
    /// The writing life.
    pub incarnation: IncarnationId,
    /// First entry.
    pub first_seq: u64,
    /// Last entry.
    pub last_seq: u64,
    /// Hash of the header of the last entry; of the newest receipted one where there is none.
    pub head: Digest,
    /// Photos not yet receipted (network), or contained (file).
    pub photos: Vec<PhotoNote>,
    /// The laptop's raw clock, for showing its skew.
    pub made_at: String,
    /// Name and version of the program.
    pub program: String,
    /// Entries still waiting on the laptop beyond this batch; told so that the console can show it.
    pub pending_entries: u64,
    /// Pictures in no receipt yet, thumbnails not counted; told so that the console can show it. None from an older program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_photos: Option<u64>,
    /// What the laptop has of its streams: in a file, so that the answer can go back by stick. A post says it in its head.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cursors: Vec<Cursor>,
    /// The number of the newest published form that the laptop has; 0 for none.
    #[serde(default)]
    pub newest_form: u64,
    /// In a file: lives of this ledger that the center may not know yet, the oldest first, each vouched for by the one
    /// before. Over the network they are told beforehand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lives: Vec<Signed<LifeBegun>>,
    /// In a file: the signed heads that the laptop keeps with its cursors, by which a center learns that it was put back
    /// from a copy (rule D2).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub heads: Vec<Signed<StreamHead>>,
    /// In a file: streams of which it brings back what the center lost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub brings: Vec<Brings>,
}

impl Statement for Manifest {
    const CONTEXT: &'static str = "bangban/manifest/1";
}

impl Manifest {
    /// How many entries follow.
    pub fn entry_count(&self) -> u64 {
        self.last_seq.saturating_add(1).saturating_sub(self.first_seq)
    }
}

/// How far a laptop knows a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The village.
    pub stream: StreamId,
    /// Its newest position here; 0 for none.
    pub position: u64,
    /// The stream hash there; zero for none.
    pub stream_hash: Digest,
    /// Whether the laptop's own entries shall come whole too: it erased them when the village was another's for a while.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub whole: bool,
}

/// First line of a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostHead {
    /// What follows.
    pub manifest: Signed<Manifest>,
    /// What the laptop has.
    pub cursors: Vec<Cursor>,
}

/// An entry on its way: the header's exact text, the body's salt and exact text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryLine {
    /// The header's exact text.
    #[serde(rename = "h")]
    pub header: String,
    /// The body's salt, base64; absent where the body was erased.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub salt: Option<String>,
    /// The body's exact text after the salt.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

impl EntryLine {
    /// The line of an entry. Header and body are always UTF-8: this program wrote or checked them.
    pub fn of(entry: &Entry) -> Result<Self, EntryProblem> {
        let header = String::from_utf8(entry.header_bytes.clone()).map_err(|_| EntryProblem::BadHeader)?;
        let Some(bytes) = &entry.body_bytes else { return Ok(EntryLine { header, salt: None, body: None }) };
        let (salt, text) = bytes.split_at_checked(SALT_BYTES).ok_or(EntryProblem::BadBody)?;
        let body = String::from_utf8(text.to_vec()).map_err(|_| EntryProblem::BadBody)?;
        Ok(EntryLine { header, salt: Some(data_encoding::BASE64_NOPAD.encode(salt)), body: Some(body) })
    }

    /// The entry, its sizes and digest checked.
    pub fn into_entry(self) -> Result<Entry, EntryProblem> {
        let body = match (self.salt, self.body) {
            (Some(salt), Some(body)) => {
                let mut bytes =
                    data_encoding::BASE64_NOPAD.decode(salt.as_bytes()).map_err(|_| EntryProblem::BadBody)?;
                if bytes.len() != SALT_BYTES {
                    return Err(EntryProblem::BadBody);
                }
                bytes.extend_from_slice(body.as_bytes());
                Some(bytes)
            }
            (None, None) => None,
            _ => return Err(EntryProblem::BadBody),
        };
        Entry::from_bytes(self.header.into_bytes(), body)
    }
}

/// How far the center holds a life, without a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// The last `seq` without a gap before it.
    pub seq: u64,
    /// Hash of that entry's header.
    pub header_hash: Digest,
}

/// A run of entries held beyond a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldRange {
    /// First `seq`.
    pub first: u64,
    /// Last `seq`.
    pub last: u64,
    /// Hash of the last entry's header.
    pub last_hash: Digest,
}

/// Why a record stands in quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    /// The writer may not write this kind.
    NotAllowed,
    /// The writer is no agent of this laptop at this point.
    AgentUnknown,
    /// The village is none of this laptop's.
    VillageNotHers,
    /// Header or body break the rules of entries.
    Malformed,
    /// Another entry has this id already (rule X5).
    IdTaken,
    /// It needs an earlier entry on the same subject that is itself in quarantine or missing.
    WaitsForEarlier,
    /// A kind from a newer program: waits until the center is upgraded.
    NewerKind,
    /// The laptop is revoked (rule X8).
    Revoked,
    /// What it is about was erased, and its writer did not know that yet (rule S6).
    SubjectErased,
    /// A reason that only a newer program has a word for: the receipt holds all the same.
    #[serde(other)]
    Other,
}

/// A refused record: kept, with its reason, in force only after a person released it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// The record.
    pub record: RecordId,
    /// Its entries' numbers.
    pub seqs: Vec<u64>,
    /// Why.
    pub reason: RefusalReason,
}

/// The head of a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamHead {
    /// The village.
    pub stream: StreamId,
    /// The newest position.
    pub position: u64,
    /// The stream hash there.
    pub hash: Digest,
    /// The center's epoch: rises when a restored center begins anew.
    pub epoch: u64,
}

impl Statement for StreamHead {
    const CONTEXT: &'static str = "bangban/stream-head/1";
}

/// 回执: the center's signed word on what it holds (rule X2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The center.
    pub center: Uuid,
    /// Of which life of which ledger it speaks.
    pub incarnation: IncarnationId,
    /// Everything up to here is held; refused entries count.
    pub prefix: Option<Reach>,
    /// What is held beyond a gap.
    pub ranges: Vec<HeldRange>,
    /// What stands in quarantine.
    pub refused: Vec<Refused>,
    /// Photos verified, of those the manifest named.
    pub photos: Vec<Digest>,
    /// Heads of this laptop's streams.
    pub stream_heads: Vec<StreamHead>,
    /// Newest verified backup of the center, if any.
    pub backup: Option<String>,
    /// The center's clock.
    pub given_at: String,
    /// The villages that the laptop is responsible for now, the first being that of its own entries. Absent from a line that
    /// does not say how far everything is held.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub villages: Vec<Village>,
    /// Keys of the server that the laptop is to trust from now on: the present one and the next. Absent like `villages`, and
    /// from older centers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tls_pins: Vec<SpkiPin>,
    /// In a file: why no pages come behind it, where they could not be had. The receipt itself is true all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages_refused: Option<Code>,
    /// Since when the laptop is revoked: it may hand in what it has, and gets nothing more (rule X8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<String>,
    /// Heads of the audit chains of this laptop's villages and of the whole center (rule X2).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub audit_heads: Vec<AuditHead>,
}

/// The head of a chain of what staff did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditHead {
    /// The village; empty for what concerns the whole center.
    pub stream: String,
    /// How many acts there are.
    pub number: u64,
    /// The chain's hash there.
    pub hash: Digest,
}

impl Statement for Receipt {
    const CONTEXT: &'static str = "bangban/receipt/1";
}

/// The center's signed word on single photos, while more of them move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoReceipt {
    /// The center.
    pub center: Uuid,
    /// To which life of which ledger.
    pub incarnation: IncarnationId,
    /// Photos whose every byte was verified.
    pub photos: Vec<Digest>,
    /// The center's clock.
    pub given_at: String,
}

impl Statement for PhotoReceipt {
    const CONTEXT: &'static str = "bangban/photo-receipt/1";
}

/// A line of what comes down while photos go up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhotoLine {
    /// Photos that are whole, verified and durable.
    Receipt(Signed<PhotoReceipt>),
    /// So many bytes of photos of this body were taken in, or passed over as known. It says that the line lives and bounds
    /// what is on its way; it does not say that they are durable. Said again unchanged while the center is at work.
    Got(u64),
}

/// A photo the center still wants, from this byte on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// The photo.
    pub digest: Digest,
    /// So many bytes are durable already.
    pub offset: u64,
}

/// A position whose entry the laptop has itself, or may not see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The village.
    pub stream: StreamId,
    /// Its position.
    pub position: u64,
    /// Hash of the entry's header.
    pub header_hash: Digest,
    /// When the center received it.
    pub received_at: String,
}

/// An entry of somebody else, with its position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Positioned {
    /// Its position in its stream.
    pub position: u64,
    /// When the center received it.
    pub received_at: String,
    /// The entry.
    pub entry: EntryLine,
}

/// A line of an answer. The receipt comes first; pages follow, each ended by its head (rule X3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerLine {
    /// First line.
    Receipt(Signed<Receipt>),
    /// Second line.
    Wanted(Vec<Wanted>),
    /// The laptop's own entry, or one it may not see.
    Mark(Mark),
    /// Somebody else's entry.
    Entry(Positioned),
    /// Ends a page of one stream; everything before it is applied in one transaction.
    Head(Signed<StreamHead>),
    /// The center does not know what the laptop's cursor of this stream names: it was put back from a copy (rule D2).
    Lost(StreamId),
    /// In a file that answers one which brought something back: behind this position the laptop's stream is another than the
    /// center's. It goes back to it; the pages that follow go on from there.
    Common(Common),
    /// A published form that the laptop does not have yet; they come after the pages, in the order of their numbers.
    Form(Box<FormLine>),
    /// The center is still at work, or still reading: silence would look like a dead line. May stand before any other line;
    /// whoever reads from the network does not see it, and no file holds it.
    Working,
    /// Last line: the answer is whole.
    End,
}

/// The stream hash at a position, as a laptop computed it from what it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamMark {
    /// The position.
    pub position: u64,
    /// The stream hash there.
    pub hash: Digest,
}

/// First line of what a laptop brings back to a center that lost it (rule D2). The lines behind it are marks and entries
/// in the order of their old positions, from the one after the highest mark that the center knows, to the head; without
/// any, the laptop only asks which mark that is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoverHead {
    /// [`PROTOCOL_VERSION`].
    pub protocol: u32,
    /// The head that the laptop keeps with its cursor: the center's own word that the stream once stood there.
    pub head: Signed<StreamHead>,
    /// Marks of the laptop's own chain, in falling order; beginning with an empty stream is always agreed.
    pub marks: Vec<StreamMark>,
}

/// A stream of which a file brings back what the center lost, from a position on up to the head of the claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brings {
    /// As over the network.
    pub claim: RecoverHead,
    /// The position of the first line.
    pub first: u64,
}

/// Up to where a laptop's stream and the center's are one, after a file brought back what was lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Common {
    /// The village.
    pub stream: StreamId,
    /// The position.
    pub position: u64,
    /// The stream hash there.
    pub hash: Digest,
}

/// What the center knows now of a laptop's stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovered {
    /// Up to this position the laptop's stream and the center's are one.
    pub common: u64,
    /// The center's epoch.
    pub epoch: u64,
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn x2_a_reason_that_only_a_newer_center_knows_does_not_make_a_receipt_unreadable() {
        let text =
            r#"{"record":"0190a1b2-c3d4-7000-8000-000000000002","seqs":[3],"reason":"from_the_future"}"#;
        let refused: Refused = serde_json::from_str(text).unwrap();
        assert_eq!((refused.seqs, refused.reason), (vec![3], RefusalReason::Other));
        assert_eq!(serde_json::to_value(RefusalReason::Other).unwrap(), "other");
        let known = serde_json::from_str::<RefusalReason>(r#""waits_for_earlier""#).unwrap();
        assert_eq!(known, RefusalReason::WaitsForEarlier);
    }
}
