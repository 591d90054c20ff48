//! The laptop's run of an exchange: what waits goes up, text before photos; what comes back is believed only when signed.
//!
//! It holds the ledger only for moments: the agent goes on working meanwhile.

pub use crate::answer::{AnswerReader, kept_receipt};
use crate::heads::KnownHead;
use crate::life;
use crate::messages::{
    Cursor, EntryLine, Manifest, PROTOCOL_VERSION, PhotoNote, PostHead, StreamHead, Wanted,
};
use crate::photo_run::PhotoRun;
use crate::protocol::{Post, SyncError, SyncProtocol, Token};
use crate::recovery::bring_back;
use crate::signed::Signed;
use bangban_keys::VerifyingKey;
use bangban_ledger::outbox::Outgoing;
use bangban_ledger::photo_row::{self, PendingPhoto, UnsentPhotos};
use bangban_ledger::{Ledger, LedgerError};
use bangban_model::clock::Clock;
use bangban_model::{Code, RecordId, StreamId, SubjectId};
use futures_util::StreamExt;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// A ledger that the exchange and the screens share.
pub type SharedLedger = Arc<Mutex<Ledger>>;

/// No post's manifest names more photos; the rest goes with the next.
const MAX_MANIFEST_PHOTOS: usize = 4_000;
/// Name and version of the program, as manifests say it.
pub(crate) const PROGRAM: &str = concat!("bangban ", env!("CARGO_PKG_VERSION"));
/// So many entries are read from the ledger at a time.
const ENTRIES_AT_ONCE: u64 = 256;

/// Who is at the other end, as enrolment told.
#[derive(Clone, Debug)]
pub struct Peer {
    /// The center's id.
    pub center: Uuid,
    /// Verifies receipts and stream heads.
    pub verifying_key: VerifyingKey,
    /// The laptop's token.
    pub token: Token,
}

/// What an exchange tells while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So many entries go up, in this many bytes of photos behind them.
    Begun {
        /// Entries to send.
        entries: u64,
        /// Photos to send.
        photos: u64,
        /// Bytes of those photos.
        photo_bytes: u64,
    },
    /// The center's receipt is here and verified.
    Receipted {
        /// Entries it covers that were pending.
        entries: u64,
    },
    /// So many more bytes of photos were handed to the connection.
    PhotoBytes(u64),
    /// One more photo is verified at the center.
    PhotoReceived,
}

/// What tells a screen how it goes.
pub type Watcher = Arc<dyn Fn(Progress) + Send + Sync>;

/// What an exchange brought about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Entries that are received now and were not before.
    pub entries_received: u64,
    /// Photos that are received now and were not before.
    pub photos_received: u64,
    /// Subjects that others wrote about.
    pub from_others: BTreeSet<SubjectId>,
    /// Published forms that are here now and were not before.
    pub forms: u64,
    /// Whether the center made this laptop responsible for other villages.
    pub assigned: bool,
    /// The center's clock at the receipt.
    pub center_clock: Option<String>,
    /// Since when the center has revoked this laptop, as its receipt says: what was sent is kept there for a person.
    pub revoked_at: Option<String>,
    /// Photos that are in no receipt though all that was asked for was sent.
    pub unsent: UnsentPhotos,
    /// Lines for photos that were cut and dialled again.
    pub cuts: u64,
    /// The ledger went on as a new life: a copy of it had been put back (rule D1).
    pub new_life: bool,
}

impl Outcome {
    pub(crate) fn add(&mut self, other: Outcome) {
        self.entries_received += other.entries_received;
        self.photos_received += other.photos_received;
        self.from_others.extend(other.from_others);
        self.forms += other.forms;
        self.assigned |= other.assigned;
        self.center_clock = other.center_clock.or(self.center_clock.take());
        self.revoked_at = other.revoked_at;
    }
}

/// Runs exchanges until nothing more waits, then sends the photos the center wants.
pub async fn run<P: SyncProtocol>(
    ledger: &SharedLedger,
    protocol: &P,
    peer: &Peer,
    clock: &Arc<dyn Clock>,
    watcher: &Watcher,
) -> Result<Outcome, SyncError> {
    let mut outcome = Outcome::default();
    let (mut brought_back, mut told_again) = (BTreeSet::new(), false);
    loop {
        life::present(ledger, protocol, peer, clock).await?;
        let asks_first = locked(ledger, |ledger| ledger.post_unanswered()).await?;
        let exchanged = exchange_once(ledger, protocol, peer, clock, watcher, asks_first).await;
        match exchanged {
            // Once a run: a center that says so of the new life too is not helped by a third.
            Err(SyncError::OtherHistory) if !outcome.new_life => {
                let clock = clock.clone();
                locked(ledger, move |ledger| life::renew(ledger, clock.as_ref())).await?;
                outcome.new_life = true;
                continue;
            }
            // A center that was put back from a copy may have forgotten the life: it is told once more.
            Err(SyncError::Refused(Code::LaptopRefused)) if !told_again => {
                told_again = true;
                if locked(ledger, |ledger| ledger.present_again()).await? {
                    continue;
                }
            }
            _ => {}
        }
        let (step, wanted, lost) = exchanged?;
        let assigned = step.assigned;
        outcome.add(step);
        if !lost.is_empty() {
            for stream in lost {
                if !brought_back.insert(stream.clone()) {
                    // It was brought back and the center still does not know it.
                    return Err(SyncError::Refused(Code::HistoryDiffers));
                }
                bring_back(ledger, protocol, peer, stream).await?;
            }
            continue;
        }
        let left = locked(ledger, |ledger| ledger.outgoing()).await?;
        if left.last_seq >= left.first_seq || (assigned && comes_whole(ledger).await?) {
            continue;
        }
        if !wanted.is_empty() {
            let photos = PhotoRun::new(ledger, protocol, peer, clock, watcher).await?;
            photos.send(wanted, &mut outcome).await?;
            let left = locked(ledger, |ledger| ledger.outgoing()).await?;
            if left.last_seq >= left.first_seq {
                continue;
            }
        }
        outcome.unsent = locked(ledger, |ledger| ledger.unsent_photos()).await?;
        return Ok(outcome);
    }
}

/// Whether a village came back whose stream this ledger has to ask for anew.
async fn comes_whole(ledger: &SharedLedger) -> Result<bool, SyncError> {
    locked(ledger, |ledger| Ok(ledger.cursors()?.iter().any(|known| known.whole))).await
}

/// One post and its answer. What came about, and the photos that the center wants.
pub(crate) async fn exchange_once<P: SyncProtocol>(
    ledger: &SharedLedger,
    protocol: &P,
    peer: &Peer,
    clock: &Arc<dyn Clock>,
    watcher: &Watcher,
    asks_first: bool,
) -> Result<(Outcome, Vec<Wanted>, Vec<StreamId>), SyncError> {
    let ((head, manifest), known) = {
        let (peer, clock) = (peer.clone(), clock.clone());
        locked(ledger, move |ledger| {
            Ok((prepare_post(ledger, &peer, clock.as_ref(), asks_first)?, known_heads(ledger)?))
        })
        .await?
    };
    let sends = manifest.entry_count();
    watcher(Progress::Begun {
        entries: sends,
        photos: manifest.photos.len() as u64,
        photo_bytes: manifest.photos.iter().map(|photo| photo.size_bytes).sum(),
    });
    // An exchange that only asks first has all that waits in its range, to see what the receipt covers already.
    let (first, last) = (manifest.first_seq, manifest.last_seq.saturating_add(manifest.pending_entries));
    let before = locked(ledger, move |ledger| ledger.pending_in(first, last)).await?;
    if sends > 0 {
        locked(ledger, |ledger| ledger.set_post_unanswered(true)).await?;
    }
    let entries = entry_stream(ledger.clone(), manifest.first_seq, manifest.last_seq);
    let answer = protocol.exchange(&peer.token, Post { head, entries }).await?;
    let mut reader = AnswerReader::new(ledger, peer, clock, manifest.incarnation);
    reader.present = true;
    reader.known = known;
    let wanted = reader.read(answer).await?;
    let lost = std::mem::take(&mut reader.lost);
    let mut outcome = reader.outcome;
    if lost.is_empty() {
        // The answer came to its end, and every page with it.
        locked(ledger, Ledger::end_refill).await?;
    }
    let after = locked(ledger, move |ledger| ledger.pending_in(first, last)).await?;
    outcome.entries_received = before.saturating_sub(after);
    watcher(Progress::Receipted { entries: outcome.entries_received });
    if sends > 0 && after >= before && lost.is_empty() {
        // The center answered and yet nothing became received: trying again at once would go round for ever.
        return Err(SyncError::Broken("a post was answered without a receipt for it"));
    }
    Ok((outcome, wanted, lost))
}

/// The first line of a post: a manifest of what waits, signed by the present life, and the cursors.
pub fn prepare_post(
    ledger: &mut Ledger,
    peer: &Peer,
    clock: &dyn Clock,
    asks_first: bool,
) -> Result<(PostHead, Manifest), LedgerError> {
    let outgoing = if asks_first { ledger.nothing_outgoing()? } else { ledger.outgoing()? };
    let photos = ledger.sendable_photos(MAX_MANIFEST_PHOTOS)?;
    let manifest = manifest_of(ledger, peer, clock, outgoing, &photos)?;
    let signed = sign_manifest(ledger, &manifest)?;
    Ok((PostHead { manifest: signed, cursors: cursors_of(ledger)? }, manifest))
}

/// How far streams are known, and in which epoch the center signed that.
fn known_heads(ledger: &Ledger) -> Result<Vec<KnownHead>, LedgerError> {
    let known = ledger.cursors()?.into_iter().map(|known| {
        let signed = ledger.signed_head(&known.stream)?;
        let signed = signed.and_then(|text| serde_json::from_str::<Signed<StreamHead>>(&text).ok());
        let epoch = signed.and_then(|signed| signed.unverified().ok()).map(|head| head.epoch);
        Ok(KnownHead { stream: known.stream, position: known.position, hash: known.stream_hash, epoch })
    });
    known.collect()
}

pub(crate) fn sign_manifest(ledger: &Ledger, manifest: &Manifest) -> Result<Signed<Manifest>, LedgerError> {
    Signed::sign(manifest, &ledger.life()?.signing).map_err(|_| LedgerError::Coded(Code::Internal))
}

pub(crate) fn cursors_of(ledger: &Ledger) -> Result<Vec<Cursor>, LedgerError> {
    let known = ledger.cursors()?.into_iter();
    Ok(known
        .map(|known| Cursor {
            stream: known.stream,
            position: known.position,
            stream_hash: known.stream_hash,
            whole: known.whole,
        })
        .collect())
}

fn manifest_of(
    ledger: &Ledger,
    peer: &Peer,
    clock: &dyn Clock,
    outgoing: Outgoing,
    photos: &[PendingPhoto],
) -> Result<Manifest, LedgerError> {
    Ok(Manifest {
        protocol: PROTOCOL_VERSION,
        center: peer.center,
        batch: RecordId(Uuid::now_v7()),
        incarnation: ledger.life()?.id,
        first_seq: outgoing.first_seq,
        last_seq: outgoing.last_seq,
        head: outgoing.head,
        photos: photos.iter().map(|photo| PhotoNote::whole(photo.digest, photo.size_bytes)).collect(),
        made_at: clock.now().to_rfc3339(),
        program: PROGRAM.to_owned(),
        pending_entries: outgoing.left,
        pending_photos: Some(photo_row::count(ledger.entries(), "pending")?),
        cursors: Vec::new(),
        newest_form: ledger.newest_form()?,
        lives: Vec::new(),
        heads: Vec::new(),
        brings: Vec::new(),
    })
}

/// Reads the entries of a range from the ledger as the connection takes them.
pub fn entry_stream(
    ledger: SharedLedger,
    first: u64,
    last: u64,
) -> futures_util::stream::BoxStream<'static, Result<EntryLine, SyncError>> {
    futures_util::stream::unfold((ledger, first), move |(ledger, next)| async move {
        if next > last {
            return None;
        }
        let until = last.min(next + ENTRIES_AT_ONCE - 1);
        let lines = locked(&ledger, move |ledger| {
            let entries = ledger.own_entries(next, until)?;
            if entries.len() as u64 != until + 1 - next {
                return Err(LedgerError::Damaged("a gap among this ledger's own entries"));
            }
            entries
                .iter()
                .map(|entry| {
                    EntryLine::of(entry).map_err(|_| LedgerError::Damaged("an entry cannot be read"))
                })
                .collect::<Result<Vec<_>, _>>()
        })
        .await;
        let (lines, next) = match lines {
            Ok(lines) => (lines.into_iter().map(Ok).collect::<Vec<_>>(), until + 1),
            Err(problem) => (vec![Err(problem)], last + 1),
        };
        Some((futures_util::stream::iter(lines), (ledger, next)))
    })
    .flatten()
    .boxed()
}

/// Does something with the ledger on a thread that may block.
pub async fn locked<T: Send + 'static>(
    ledger: &SharedLedger,
    act: impl FnOnce(&mut Ledger) -> Result<T, LedgerError> + Send + 'static,
) -> Result<T, SyncError> {
    let ledger = ledger.clone();
    let done = tokio::task::spawn_blocking(move || {
        let mut ledger = ledger.lock().unwrap_or_else(PoisonError::into_inner);
        act(&mut ledger)
    })
    .await
    .map_err(|_| SyncError::Local(Code::Internal, "a task ended early".into()))?;
    done.map_err(|problem| SyncError::Local(problem.code(), problem.to_string()))
}
