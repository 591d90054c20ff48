//! What the center keeps, as whole acts: each is one transaction of whatever lies below. SQL stays below this line.

pub mod auditing;
pub mod backing_up;
pub mod embedded;
pub mod forming;
pub mod reading;
pub mod recovering;
pub mod staffing;

use crate::error::CenterError;
use crate::staff::SignIn;
use bangban_keys::{SealingKey, VerifyingKey};
use bangban_model::body::{ErasureReason, Settling};
use bangban_model::document::Document;
use bangban_model::entry::NewEntry;
use bangban_model::ids::StaffId;
use bangban_model::{Actor, Digest, Entry, EntryId, IncarnationId, RecordId, StreamId, SubjectId};
use bangban_sync::{
    AnswerLine, AuditHead, EnrolRequest, HeldRange, LifeBegun, PhotoNote, Reach, RefusalReason, Refused,
    Signed, StreamHead,
};
use chrono::{DateTime, FixedOffset};
use uuid::Uuid;

/// The center's clock, at the moment of an act.
pub type Now = DateTime<FixedOffset>;

/// A laptop that was let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Laptop {
    /// Its id here.
    pub id: Uuid,
    /// The newest life of its ledger.
    pub present_life: IncarnationId,
    /// The villages it is enrolled for, sorted.
    pub villages: Vec<StreamId>,
    /// Since when it is no longer served.
    pub revoked_at: Option<String>,
}

impl Laptop {
    /// Whether it is no longer served: what it hands in is kept in quarantine (rule X8).
    pub fn is_revoked(&self) -> bool {
        self.revoked_at.is_some()
    }
}

/// A life of a laptop's ledger.
#[derive(Clone, Debug)]
pub struct Life {
    /// The incarnation.
    pub id: IncarnationId,
    /// Whose it is.
    pub laptop: Uuid,
    /// Verifies its manifests.
    pub verifying_key: VerifyingKey,
    /// Receipt files are sealed to it.
    pub sealing_key: SealingKey,
}

/// A laptop as staff see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaptopLine {
    /// The laptop.
    pub laptop: Laptop,
    /// When it was enrolled.
    pub enrolled_at: String,
    /// Its latest exchange.
    pub last_seen: Option<String>,
    /// Its clock minus the center's, milliseconds.
    pub skew_ms: Option<i64>,
    /// Name and version of its program.
    pub program: String,
    /// Entries still waiting on it, as it said last.
    pub pending_entries: u64,
    /// Pictures that wait on it: what it said last, but for those that came since; what the center wants where it said nothing.
    pub pending_photos: u64,
    /// Its agents' names.
    pub agents: Vec<String>,
}

/// A one-time code for enrolment.
#[derive(Clone, Debug)]
pub struct NewCode {
    /// SHA-256 of it.
    pub hash: Digest,
    /// For which villages.
    pub villages: Vec<StreamId>,
    /// Who issued it; none for whoever sits at the machine.
    pub by: Option<StaffId>,
    /// From when.
    pub issued_at: Now,
    /// Until when.
    pub expires_at: Now,
}

/// A laptop that comes with a code.
#[derive(Debug)]
pub struct Enrolment<'a> {
    /// What it says.
    pub request: &'a EnrolRequest,
    /// SHA-256 of its code.
    pub code_hash: Digest,
    /// SHA-256 of the token it will get.
    pub token_hash: Digest,
    /// The id it gets if it is new.
    pub laptop: Uuid,
    /// When.
    pub now: Now,
}

/// A life that continues another of the same laptop, its statement verified.
#[derive(Clone, Debug)]
pub struct Continuation {
    /// Whose.
    pub laptop: Uuid,
    /// What the earlier life says of it.
    pub begun: LifeBegun,
    /// When.
    pub now: Now,
}

/// How entries came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Over the network.
    Network,
    /// In a batch file.
    File,
}

impl Channel {
    /// As stored and shown in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Channel::Network => "network",
            Channel::File => "file",
        }
    }
}

/// Entries at the door: whose, in which batch, by which way.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Who brings them.
    pub laptop: Laptop,
    /// Who wrote them.
    pub life: IncarnationId,
    /// The batch.
    pub batch: RecordId,
    /// The way.
    pub channel: Channel,
    /// When.
    pub now: Now,
}

/// What became of entries at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// How many were new.
    pub new_entries: u64,
    /// A chain forked: from there on nothing was taken (what came before was).
    pub history_differs: bool,
}

/// What the center holds of a life, and for its laptop.
#[derive(Clone, Debug)]
pub struct Holding {
    /// Everything up to here.
    pub prefix: Option<Reach>,
    /// What is held beyond a gap.
    pub ranges: Vec<HeldRange>,
    /// What stands in quarantine.
    pub refused: Vec<Refused>,
    /// Photos verified, of those asked about and in the laptop's scope.
    pub photos: Vec<Digest>,
    /// Heads of its streams, in their order: position and stream hash.
    pub heads: Vec<(StreamId, u64, Digest)>,
    /// Heads of the audit chains of its villages and of the whole center.
    pub audit_heads: Vec<AuditHead>,
}

/// Which part of a stream goes into a page.
#[derive(Clone, Debug)]
pub struct PageAsk {
    /// Who asks.
    pub life: IncarnationId,
    /// Of which stream.
    pub stream: StreamId,
    /// What it has.
    pub after: u64,
    /// Not beyond this position.
    pub until: u64,
    /// Whether its own entries come whole too.
    pub whole: bool,
}

/// Some positions of a stream without a gap, and where they end.
#[derive(Clone, Debug)]
pub struct Page {
    /// Entries and marks.
    pub lines: Vec<AnswerLine>,
    /// The last position in it.
    pub position: u64,
    /// The stream hash there.
    pub hash: Digest,
}

/// What an exchange says of a laptop.
#[derive(Clone, Debug)]
pub struct VisitNote {
    /// Whether the laptop itself asked: otherwise only the heads are kept.
    pub asked: bool,
    /// When.
    pub now: Now,
    /// Its clock minus the center's, milliseconds.
    pub skew_ms: Option<i64>,
    /// Name and version of its program.
    pub program: String,
    /// Entries still waiting on it.
    pub pending_entries: u64,
    /// The number of the newest published form that it has.
    pub newest_form: u64,
    /// Pictures still waiting on it; none from an older program.
    pub pending_photos: Option<u64>,
    /// The heads that it is given.
    pub heads: Vec<(StreamHead, Signed<StreamHead>)>,
    /// The heads of audit chains that it is told.
    pub audit_heads: Vec<AuditHead>,
}

/// A photo that is wanted, with the sizes that entries give it. They may differ, and one of them may be wrong: the photo
/// is whole at whichever of them its bytes fit its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedPhoto {
    /// The photo.
    pub digest: Digest,
    /// Bytes; each once, the smallest first.
    pub sizes: Vec<u64>,
}

impl WantedPhoto {
    /// No byte beyond this is taken.
    pub fn largest(&self) -> u64 {
        self.sizes.last().copied().unwrap_or(0)
    }
}

/// How a photo stands for a laptop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhotoStanding {
    /// Nothing in its scope names it.
    NotAsked,
    /// Wanted.
    Wanted(WantedPhoto),
    /// Every byte of it is here and verified.
    Verified,
}

/// The photos of a case, as the list shows them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PhotoCount {
    /// How many its entries name.
    pub named: u64,
    /// How many are verified.
    pub verified: u64,
}

/// A case as it stands, with what the center knows around it.
#[derive(Clone, Debug)]
pub struct CaseLine {
    /// The case.
    pub document: Document,
    /// Its resident's name.
    pub resident_name: String,
    /// Its resident's identity number, unmasked: the shell masks it.
    pub resident_number: String,
    /// Its photos.
    pub photos: PhotoCount,
}

/// A batch as the list shows it.
#[derive(Clone, Debug)]
pub struct BatchLine {
    /// The batch.
    pub id: RecordId,
    /// Who wrote it.
    pub life: IncarnationId,
    /// First entry it newly brought.
    pub first_seq: u64,
    /// Last one.
    pub last_seq: u64,
    /// The way it came, as [`Channel::as_str`] writes it.
    pub channel: String,
    /// When its first entries were committed.
    pub received_at: String,
    /// When staff last imported it.
    pub imported_at: Option<String>,
    /// Its villages.
    pub villages: Vec<StreamId>,
    /// How many entries it brought.
    pub entries: u64,
    /// How many of them stand in quarantine.
    pub quarantined: u64,
}

/// A batch with its cases, as the preview shows it.
#[derive(Clone, Debug)]
pub struct BatchFolder {
    /// The batch.
    pub line: BatchLine,
    /// Its cases within scope, by id.
    pub cases: Vec<CaseLine>,
    /// How many entries of each kind it brought.
    pub kinds: Vec<(String, u64)>,
}

/// A record in quarantine.
#[derive(Clone, Debug)]
pub struct QuarantinedRecord {
    /// The record.
    pub record: RecordId,
    /// Who wrote it.
    pub life: IncarnationId,
    /// Which village.
    pub stream: StreamId,
    /// Its entries: number, kind, subject.
    pub entries: Vec<(u64, String, SubjectId)>,
    /// Who is named as its writer.
    pub by: Actor,
    /// Why.
    pub reason: RefusalReason,
}

/// What is to become of a record in quarantine.
#[derive(Clone, Copy, Debug)]
pub struct SettleAsk<'a> {
    /// The record.
    pub record: RecordId,
    /// How: it is set aside, or erased.
    pub how: Settling,
    /// A word for its author.
    pub note: &'a str,
}

/// Entries that wait behind a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Of which life.
    pub life: IncarnationId,
    /// First missing entry.
    pub missing_from: u64,
    /// How many entries wait.
    pub held: u64,
}

/// Totals for `status`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Laptops that are served.
    pub laptops: u64,
    /// People.
    pub people: u64,
    /// Cases.
    pub cases: u64,
    /// Documents of every kind.
    pub documents: u64,
    /// Pictures verified; thumbnails do not count.
    pub photos: u64,
    /// Pictures and thumbnails named but not here.
    pub photos_wanted: u64,
    /// Entries in force.
    pub entries: u64,
    /// Entries waiting behind a gap.
    pub held: u64,
    /// Entries in quarantine.
    pub quarantined: u64,
    /// Batches no staff member has imported.
    pub batches_waiting: u64,
}

/// A plan for one subject: what to write on it as it stands under the lock.
pub type CasePlan<'a> = dyn FnMut(&Document) -> Result<Vec<NewEntry>, CenterError> + 'a;
/// A plan for a batch: what to write on its cases as they stand under the lock.
pub type BatchPlan<'a> = dyn FnMut(&BatchFolder) -> Result<Vec<NewEntry>, CenterError> + 'a;

/// What a staff act wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The entries, in their order.
    pub entries: Vec<EntryId>,
}

/// What is to be erased, and why.
#[derive(Clone, Copy, Debug)]
pub struct ErasureAsk<'a> {
    /// A resident or a case.
    pub subject: SubjectId,
    /// Of a case: whether everything of its person goes with it. A resident always goes whole.
    pub whole_person: bool,
    /// Why.
    pub reason: ErasureReason,
    /// A word on it; nothing personal.
    pub note: &'a str,
}

/// What an erasure takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Whom and what it concerns.
    pub subjects: Vec<SubjectId>,
    /// How many of them are cases.
    pub cases: u64,
    /// Entries whose bodies go.
    pub entries: u64,
    /// Pictures they name; those that somebody else names too stay.
    pub photos: u64,
}

/// One thing that does not verify.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at: an entry's place, a stream's position, a photo, a subject.
    pub place: String,
    /// What is wrong with it, by a fixed word.
    pub problem: &'static str,
}

/// Everything the center keeps. Every method is one act and blocks; none keeps anything in memory between two acts, so
/// that other processes may work on the same store.
pub trait Store:
    reading::Reading
    + staffing::Staffing
    + forming::Forming
    + recovering::Recovering
    + backing_up::BackingUp
    + auditing::Auditing
    + Send
    + Sync
    + 'static
{
    /// Keeps a one-time code.
    fn keep_code(&self, code: &NewCode) -> Result<(), CenterError>;
    /// Enrols a laptop by its code; the laptop that used it may ask again until it expires.
    fn enrol(&self, enrolment: &Enrolment<'_>) -> Result<Laptop, CenterError>;
    /// The laptop with this token.
    fn laptop_by_token(&self, token_hash: Digest) -> Result<Option<Laptop>, CenterError>;
    /// A life of a laptop, with its laptop.
    fn life(&self, life: IncarnationId) -> Result<Option<(Life, Laptop)>, CenterError>;
    /// Keeps a life that continues another: who could write in that at the fork may write in it.
    fn continue_life(&self, continuation: &Continuation) -> Result<(), CenterError>;
    /// Keeps a sealed data key.
    fn keep_escrow(&self, life: IncarnationId, sealed: &[u8], now: Now) -> Result<Digest, CenterError>;
    /// The newest sealed data key of a laptop, and when it came.
    fn newest_escrow(&self, laptop: Uuid) -> Result<Option<(Vec<u8>, String)>, CenterError>;
    /// Keeps what an exchange said of a laptop.
    fn note_visit(&self, laptop: Uuid, note: &VisitNote) -> Result<(), CenterError>;

    /// Takes entries of one life in `seq` order: verified, judged, positioned, folded (rules S1, S3, S4, X2, X5).
    fn take(&self, arrival: &Arrival, entries: &[Entry]) -> Result<Taken, CenterError>;
    /// What is held of a life, and of these photos for its laptop.
    fn holding(
        &self,
        laptop: &Laptop,
        life: IncarnationId,
        named: &[PhotoNote],
    ) -> Result<Holding, CenterError>;
    /// The hash of the header at a place of a life, if it is stored.
    fn header_hash_at(&self, life: IncarnationId, seq: u64) -> Result<Option<Digest>, CenterError>;
    /// The stream hash at a position; none where the stream is shorter.
    fn stream_hash_at(&self, stream: &StreamId, position: u64) -> Result<Option<Digest>, CenterError>;
    /// The next page of a stream (rule X3).
    fn page(&self, ask: &PageAsk) -> Result<Page, CenterError>;

    /// Photos that are here of those that a life named, in the laptop's scope; at most so many, the latest first.
    fn verified_photos_by(
        &self,
        laptop: Uuid,
        life: IncarnationId,
        most: usize,
    ) -> Result<Vec<PhotoNote>, CenterError>;

    /// Photos in this laptop's scope that are not here: of those it says it has, then of those its lives named; in no order.
    fn wanted_photos(&self, laptop: Uuid, named: &[PhotoNote]) -> Result<Vec<WantedPhoto>, CenterError>;
    /// How a photo stands for a laptop (rule X4).
    fn photo_standing(&self, laptop: Uuid, digest: Digest) -> Result<PhotoStanding, CenterError>;
    /// Whether an entry in force names a photo that is not here.
    fn is_photo_awaited(&self, digest: Digest) -> Result<bool, CenterError>;
    /// Keeps that a photo is whole, verified and durable.
    fn keep_photo(&self, digest: Digest, size_bytes: u64, now: Now) -> Result<(), CenterError>;

    /// Batches with entries in this scope, newest first.
    fn batches(&self, scope: &str, limit: u32) -> Result<Vec<BatchLine>, CenterError>;
    /// A batch with its cases in this scope.
    fn batch(&self, scope: &str, id: RecordId) -> Result<Option<BatchFolder>, CenterError>;
    /// A case in this scope.
    fn case(&self, scope: &str, id: SubjectId) -> Result<Option<CaseLine>, CenterError>;
    /// Writes a record on a case as it stands under the lock (rule S2); `CaseUnknown` outside the scope.
    fn write_on_case(
        &self,
        sign_in: &SignIn,
        case: SubjectId,
        now: Now,
        plan: &mut CasePlan<'_>,
    ) -> Result<Written, CenterError>;
    /// A resident in this scope.
    fn resident(&self, scope: &str, id: SubjectId) -> Result<Option<Document>, CenterError>;
    /// Writes a record on a resident as they stand under the lock; `PersonUnknown` outside the scope.
    fn write_on_resident(
        &self,
        sign_in: &SignIn,
        resident: SubjectId,
        now: Now,
        plan: &mut CasePlan<'_>,
    ) -> Result<Written, CenterError>;
    /// A resident, household, visit or case in this scope.
    fn subject(&self, scope: &str, id: SubjectId) -> Result<Option<Document>, CenterError>;
    /// Writes a record on one of these as it stands under the lock; `ConflictMoved` outside the scope.
    fn write_on_subject(
        &self,
        sign_in: &SignIn,
        subject: SubjectId,
        now: Now,
        plan: &mut CasePlan<'_>,
    ) -> Result<Written, CenterError>;
    /// Writes on residents, one after the other, a record each, all or none; the plan sees them in this order.
    fn write_on_residents(
        &self,
        sign_in: &SignIn,
        residents: &[SubjectId],
        now: Now,
        plan: &mut CasePlan<'_>,
    ) -> Result<Written, CenterError>;
    /// Writes a record on a batch's cases as they stand under the lock; `imported` is what the batch is from then on.
    fn write_on_batch(
        &self,
        sign_in: &SignIn,
        batch: RecordId,
        now: Now,
        imported: bool,
        plan: &mut BatchPlan<'_>,
    ) -> Result<Written, CenterError>;

    /// What an erasure within this scope would take (rule S6); `PersonUnknown` outside the scope, `CaseStage` while the legal
    /// clock of one of the cases runs.
    fn erasure_of(&self, scope: &str, subject: SubjectId, whole_person: bool) -> Result<Erased, CenterError>;
    /// Erases (rule S6): entries, bodies, documents and the names of photos in one act.
    fn erase(&self, sign_in: &SignIn, ask: &ErasureAsk<'_>, now: Now) -> Result<Erased, CenterError>;
    /// Photos that nothing names any more and whose files are to go, a part of them.
    fn photos_gone(&self) -> Result<Vec<Digest>, CenterError>;
    /// Removes a photo's file while nobody can name it anew, and strikes it off [`Store::photos_gone`].
    fn remove_photo(
        &self,
        digest: Digest,
        remove: &mut dyn FnMut() -> Result<(), CenterError>,
    ) -> Result<(), CenterError>;

    /// Records in quarantine in this scope.
    fn quarantined(&self, scope: &str) -> Result<Vec<QuarantinedRecord>, CenterError>;
    /// Releases a record: it takes positions at the end, then what waited only for it (rule S3). How many entries did.
    /// An entry keeps that somebody did.
    fn release(&self, sign_in: &SignIn, record: RecordId, now: Now) -> Result<u64, CenterError>;
    /// Settles a record that is not to come into force (rule S3): it stays where it is, and an entry says why.
    fn settle(&self, sign_in: &SignIn, ask: &SettleAsk<'_>, now: Now) -> Result<(), CenterError>;
    /// Judges records again whose kinds no earlier program knew (rule F5). How many entries took positions.
    fn judge_again(&self, now: Now) -> Result<u64, CenterError>;
    /// Lives with a gap behind which entries of this scope wait.
    fn gaps(&self, scope: &str) -> Result<Vec<Gap>, CenterError>;
    /// Lets what waits behind a gap go on without what is missing (rule S4); all of it has to lie in this scope. How
    /// many entries took positions; an entry keeps that somebody did.
    fn release_gap(&self, sign_in: &SignIn, life: IncarnationId, now: Now) -> Result<u64, CenterError>;

    /// Totals.
    fn counts(&self) -> Result<Counts, CenterError>;
    /// Every photo that is verified.
    fn verified_photos(&self) -> Result<Vec<PhotoNote>, CenterError>;
    /// Looks at everything again: hashes, chains, positions, documents.
    fn check(&self, key: &VerifyingKey) -> Result<Vec<Finding>, CenterError>;
}
