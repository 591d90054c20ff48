//! The laptop's part when a center was put back from a copy (rule D2): it brings back what the center lost of a stream,
//! then goes back to where both agree.

use crate::exchange::{Peer, SharedLedger, locked};
use crate::messages::{AnswerLine, EntryLine, Mark, PROTOCOL_VERSION, Positioned, RecoverHead, StreamMark};
use crate::protocol::{Recovery, SyncError, SyncProtocol};
use bangban_ledger::receive::{PageContent, PageItem};
use bangban_ledger::rewind::StreamClaim;
use bangban_model::{Code, StreamId, planted};
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};

/// So many positions are read from the ledger at a time.
const POSITIONS_AT_ONCE: u64 = 256;

/// Brings back what the center lost of this stream. The next exchange begins by asking what the center has now.
pub(crate) async fn bring_back<P: SyncProtocol>(
    ledger: &SharedLedger,
    protocol: &P,
    peer: &Peer,
    stream: StreamId,
) -> Result<(), SyncError> {
    let of = stream.clone();
    let Some(claim) = locked(ledger, move |ledger| ledger.claim(&of)).await? else {
        return Err(SyncError::Refused(Code::HistoryDiffers));
    };
    let marks = claim.marks.iter().map(|(position, hash)| StreamMark { position: *position, hash: *hash });
    let head = RecoverHead { protocol: PROTOCOL_VERSION, head: head_of(&claim)?, marks: marks.collect() };
    let asks = Recovery { head: head.clone(), lines: stream::empty().boxed() };
    let mut known = protocol.recover(&peer.token, asks).await?;
    if known.common < claim.position && !planted::out("bring_nothing_back") {
        let lines = lines_of(ledger.clone(), stream.clone(), known.common + 1, claim.position);
        known = protocol.recover(&peer.token, Recovery { head, lines }).await?;
    }
    tracing::warn!(stream = %stream, epoch = known.epoch, "a center that had been put back has again what this laptop has");
    let common = known.common;
    locked(ledger, move |ledger| {
        ledger.set_post_unanswered(true)?;
        if common < claim.position { ledger.rewind(&stream, common) } else { Ok(()) }
    })
    .await
}

fn head_of(claim: &StreamClaim) -> Result<crate::signed::Signed<crate::messages::StreamHead>, SyncError> {
    // A head that is gone from here proves nothing: between two exchanges of a recovery it may be.
    serde_json::from_str(&claim.signed_head).map_err(|_| SyncError::Refused(Code::HistoryDiffers))
}

fn lines_of(
    ledger: SharedLedger,
    stream: StreamId,
    first: u64,
    last: u64,
) -> BoxStream<'static, Result<AnswerLine, SyncError>> {
    stream::unfold((ledger, stream, first), move |(ledger, stream, next)| async move {
        if next > last {
            return None;
        }
        let until = last.min(next + POSITIONS_AT_ONCE - 1);
        let of = stream.clone();
        let items = locked(&ledger, move |ledger| ledger.positions_in(&of, next, until)).await;
        let lines: Vec<Result<AnswerLine, SyncError>> = match items {
            Ok(items) => items.into_iter().map(|item| line_of(&stream, item)).collect(),
            Err(problem) => return Some((vec![Err(problem)], (ledger, stream, last + 1))),
        };
        Some((lines, (ledger, stream, until + 1)))
    })
    .flat_map(stream::iter)
    .boxed()
}

fn line_of(stream: &StreamId, item: PageItem) -> Result<AnswerLine, SyncError> {
    let PageItem { position, received_at, content } = item;
    Ok(match content {
        PageContent::Mark(header_hash) => {
            AnswerLine::Mark(Mark { stream: stream.clone(), position, header_hash, received_at })
        }
        PageContent::Entry(entry) => {
            let entry = EntryLine::of(&entry)
                .map_err(|_| SyncError::Local(Code::LedgerDamaged, "an entry cannot be read".into()))?;
            AnswerLine::Entry(Positioned { position, received_at, entry })
        }
    })
}
