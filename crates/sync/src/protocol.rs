//! What a laptop asks of a center: one trait for both ends.

use crate::messages::{
    AnswerLine, EnrolReply, EnrolRequest, EntryLine, EscrowDeposit, EscrowStored, LifeBegun, LifeKept,
    PhotoLine, PostHead, RecoverHead, Recovered,
};
use crate::signed::Signed;
use bangban_model::{Code, Digest, IncarnationId};
use bytes::Bytes;
use futures_util::stream::BoxStream;
use std::fmt;

/// Why an exchange did not come about, or not to its end. Whatever a receipt named before is safe.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// No connection: no network, nobody listens, the name is unknown.
    #[error("the center cannot be reached: {0}")]
    Unreachable(String),
    /// The certificate is not the pinned one, or a signature does not hold.
    #[error("what answers is not the pinned center")]
    NotTrusted,
    /// The connection was cut on the way.
    #[error("the connection was cut: {0}")]
    Cut(String),
    /// The center says no, with a code.
    #[error("refused: {}", .0.as_str())]
    Refused(Code),
    /// The center failed at its own work (a full disk, a damaged file): nothing is wrong with what was sent.
    #[error("the center failed: {}", .0.as_str())]
    CenterFailed(Code),
    /// The center holds another history of this ledger's life: a copy of the ledger was put back (rule D1).
    #[error("the center holds another history of this life")]
    OtherHistory,
    /// The other end breaks the protocol.
    #[error("protocol broken: {0}")]
    Broken(&'static str),
    /// This end failed.
    #[error("{code}: {1}", code = .0.as_str())]
    Local(Code, String),
}

impl SyncError {
    /// The code for the screen.
    pub fn code(&self) -> Code {
        match self {
            SyncError::Unreachable(_) | SyncError::Cut(_) => Code::CenterUnreachable,
            SyncError::NotTrusted => Code::CenterNotTrusted,
            SyncError::CenterFailed(_) => Code::CenterFailed,
            SyncError::Refused(code) | SyncError::Local(code, _) => *code,
            SyncError::OtherHistory => Code::HistoryDiffers,
            SyncError::Broken(_) => Code::ProtocolBroken,
        }
    }

    /// Whether trying again later may help.
    pub fn is_passing(&self) -> bool {
        matches!(self, SyncError::Unreachable(_) | SyncError::Cut(_) | SyncError::CenterFailed(_))
    }

    /// What a center means by a code that it gives instead of an answer: a no, or that it failed itself.
    pub fn told(code: Code) -> Self {
        if is_failure(code) { SyncError::CenterFailed(code) } else { SyncError::Refused(code) }
    }
}

/// Whether a code tells of a fault of whoever says it, not of what it was asked.
pub fn is_failure(code: Code) -> bool {
    matches!(
        code,
        Code::Internal | Code::DiskFull | Code::LedgerDamaged | Code::FileUnreadable | Code::LedgerInUse
    )
}

/// The laptop's token. It is a secret: nothing prints it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(pub String);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

/// What a laptop posts: the head, then whole records of entries in `seq` order.
pub struct Post {
    /// Manifest and cursors.
    pub head: PostHead,
    /// The entries.
    pub entries: BoxStream<'static, Result<EntryLine, SyncError>>,
}

/// What a laptop brings back of a stream: the head, then marks and entries in the order of their old positions.
pub struct Recovery {
    /// What the center once signed, and where both may still agree.
    pub head: RecoverHead,
    /// [`AnswerLine::Mark`] and [`AnswerLine::Entry`], nothing else.
    pub lines: BoxStream<'static, Result<AnswerLine, SyncError>>,
}

/// What comes back: the receipt first, then pages, then the end.
pub type Answer = BoxStream<'static, Result<AnswerLine, SyncError>>;

/// Some bytes of a photo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoFrame {
    /// The photo.
    pub digest: Digest,
    /// Where in it the bytes stand.
    pub offset: u64,
    /// The bytes.
    pub bytes: Bytes,
}

/// The photos on their way up: frames of many photos as one long body.
pub type PhotoFrames = BoxStream<'static, Result<PhotoFrame, SyncError>>;
/// What comes down while frames still go up: signed receipts, and how much was taken.
pub type PhotoLines = BoxStream<'static, Result<PhotoLine, SyncError>>;

/// What a laptop asks of a center. Implemented by the HTTP client and by the center itself.
pub trait SyncProtocol: Send + Sync {
    /// Enrols a laptop by its one-time code.
    fn enrol(&self, request: EnrolRequest) -> impl Future<Output = Result<EnrolReply, SyncError>> + Send;

    /// Keeps the laptop's sealed data key.
    fn deposit_escrow(
        &self,
        token: &Token,
        deposit: EscrowDeposit,
    ) -> impl Future<Output = Result<Signed<EscrowStored>, SyncError>> + Send;

    /// Whether this laptop is served: asked before anything of what it sends is unpacked. A client cannot know.
    fn admit(&self, _token: &Token) -> impl Future<Output = Result<(), SyncError>> + Send {
        async { Ok(()) }
    }

    /// A ledger goes on as a new life (rules E2, D1). Telling it again changes nothing.
    fn present_life(
        &self,
        token: &Token,
        life: Signed<LifeBegun>,
    ) -> impl Future<Output = Result<Signed<LifeKept>, SyncError>> + Send;

    /// Entries up; receipt, wanted photos and the others' entries down.
    fn exchange(&self, token: &Token, post: Post) -> impl Future<Output = Result<Answer, SyncError>> + Send;

    /// Photos up; receipts for each as it is complete, while others still move. They speak to the life that sends, which
    /// need not be the laptop's newest: an old copy of the ledger may have been put back since. Older programs do not say it.
    fn send_photos(
        &self,
        token: &Token,
        life: Option<IncarnationId>,
        frames: PhotoFrames,
    ) -> impl Future<Output = Result<PhotoLines, SyncError>> + Send;

    /// What a restored center lost of a stream, brought back by a laptop that has it (rule D2).
    fn recover(
        &self,
        token: &Token,
        recovery: Recovery,
    ) -> impl Future<Output = Result<Recovered, SyncError>> + Send;
}
