//! The inbox.

use super::{CaseRow, Village};
use bangban_model::certification::Pace;
use bangban_model::{Code, Digest, RecordId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

/// The way a batch came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum BatchChannel {
    /// Over the network.
    Network,
    /// As a file.
    File,
}

/// A batch in the inbox.
#[derive(Clone, Debug, Serialize, TS)]
pub struct BatchLine {
    /// The batch.
    pub id: RecordId,
    /// The way it came.
    pub channel: BatchChannel,
    /// The center's clock.
    pub received_at: String,
    /// When staff last put its cases on the work list.
    pub imported_at: Option<String>,
    /// Agents of the laptop.
    pub agents: Vec<String>,
    /// Its villages within her scope.
    pub villages: Vec<Village>,
    /// Entries within her scope.
    pub entries: u64,
    /// Cases within her scope.
    pub cases: u64,
    /// Entries in quarantine.
    pub quarantined: u64,
    /// Pictures of its cases.
    pub photos: u64,
    /// How many of them are here.
    pub photos_verified: u64,
}

/// A case in a batch's preview.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PreviewRow {
    /// The case.
    #[serde(flatten)]
    pub row: CaseRow,
    /// Whether the import will put it on the work list.
    pub will_import: bool,
}

/// How many entries of a kind.
#[derive(Clone, Debug, Serialize, TS)]
pub struct KindCount {
    /// Entry kind.
    pub kind: String,
    /// How many.
    pub count: u64,
}

/// A batch before its import.
#[derive(Clone, Debug, Serialize, TS)]
pub struct BatchPreview {
    /// The batch.
    pub line: BatchLine,
    /// Its cases.
    pub cases: Vec<PreviewRow>,
    /// What it brought.
    pub kinds: Vec<KindCount>,
    /// Whose certifications at home were written down faster than they can have been seen.
    pub paces: Vec<PaceLine>,
}

/// How many one person met at home on one day, and how fast that was written down: out of the ordinary.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PaceLine {
    /// The village's name.
    pub village: String,
    /// The day.
    pub day: String,
    /// Who met them.
    pub met_by: String,
    /// How many and how fast.
    pub pace: Pace,
}

/// What an uploaded batch file brought.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BroughtByUpload {
    /// The batch; none where nothing in it was new.
    pub batch: Option<RecordId>,
    /// Entries in the file.
    pub entries: u64,
    /// How many were new.
    pub new_entries: u64,
    /// Photos in the file.
    pub photos: u64,
    /// Photos still wanted from this laptop.
    pub wanted: u64,
    /// In a restore the center lost what this laptop had reported: nothing was taken, its next file brings that back first.
    #[serde(default)]
    pub lost: bool,
    /// It brought back what the center had lost.
    #[serde(default)]
    pub brought_back: bool,
    /// GET /api/batch/receipt/<receipt> gives the receipt file.
    pub receipt: String,
}

/// Why an uploaded batch file was not taken.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct UploadFailure {
    /// Why.
    pub code: Code,
    /// The receipt file for what was taken before, if anything was.
    pub receipt: Option<String>,
}

/// Where an upload stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum UploadState {
    /// Some of its bytes are here.
    Coming,
    /// All of them are; nothing was begun with them.
    Whole,
    /// Another file is taken in first.
    Queued,
    /// It is verified; nothing of it was taken yet.
    Checking,
    /// It is taken in.
    Taking,
    /// It was taken in.
    Done,
    /// It was not.
    Failed,
}

/// How far the center is with a file.
#[derive(Clone, Debug, Serialize, TS)]
pub struct UploadWork {
    /// Bytes of the file that were gone through, at this step.
    pub done_bytes: u64,
    /// Of so many.
    pub all_bytes: u64,
    /// Entries taken in.
    pub entries: u64,
    /// Of so many.
    pub all_entries: u64,
    /// Photos taken in.
    pub photos: u64,
    /// Of so many.
    pub all_photos: u64,
}

/// A batch file on its way up, or what came of it.
#[derive(Clone, Debug, Serialize, TS)]
pub struct UploadLine {
    /// The upload.
    pub id: Uuid,
    /// The file's name where it comes from.
    pub name: String,
    /// How large it is.
    pub size_bytes: u64,
    /// By which the browser knows it again.
    pub mark: Digest,
    /// Bytes that are here.
    pub held_bytes: u64,
    /// Where it stands.
    pub state: UploadState,
    /// How far the center is with it, while it is.
    pub work: Option<UploadWork>,
    /// What it brought.
    pub brought: Option<BroughtByUpload>,
    /// Why it was not taken.
    pub failure: Option<UploadFailure>,
}

/// A file that is to be uploaded, or gone on with.
#[derive(Debug, Deserialize, TS)]
pub struct UploadBeginArgs {
    /// Its name.
    pub name: String,
    /// Its size.
    pub size_bytes: u64,
    /// SHA-256 of its size, its beginning and its end.
    pub mark: Digest,
}

/// An upload.
#[derive(Debug, Deserialize, TS)]
pub struct UploadArgs {
    /// The upload.
    pub id: Uuid,
}

/// A batch.
#[derive(Debug, Deserialize, TS)]
pub struct BatchArgs {
    /// The batch.
    pub id: RecordId,
}

/// What an import did.
#[derive(Debug, Serialize, TS)]
pub struct Imported {
    /// Cases put on the work list.
    pub imported: u32,
    /// Cases left as they are.
    pub left: u32,
}

/// What an undo did.
#[derive(Debug, Serialize, TS)]
pub struct Undone {
    /// Cases off the work list again.
    pub taken_off: u32,
    /// Cases that stay, because staff acted on them since.
    pub skipped: Vec<CaseRow>,
}
