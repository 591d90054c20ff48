//! The laptop's part when a center was put back from a copy (rule D2): it brings back what the center lost of a stream,
//! then goes back to where both agree.

use crate::exchange::{Peer, SharedLedger, locked};
use crate::messages::{
    AnswerLine, Brings, EntryLine, Mark, PROTOCOL_VERSION, Positioned, RecoverHead, StreamHead, StreamMark,
};
use crate::protocol::{Recovery, SyncError, SyncProtocol};
use crate::signed::Signed;
use bangban_ledger::receive::{PageContent, PageItem};
use bangban_ledger::rewind::{LostStream, StreamClaim};
use bangban_ledger::{Ledger, LedgerError};
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
    let head = claimed(&claim)?;
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

fn claimed(claim: &StreamClaim) -> Result<RecoverHead, SyncError> {
    // A head that is gone from here proves nothing: between two exchanges of a recovery it may be.
    let head =
        serde_json::from_str(&claim.signed_head).map_err(|_| SyncError::Refused(Code::HistoryDiffers))?;
    let marks = claim.marks.iter().map(|(position, hash)| StreamMark { position: *position, hash: *hash });
    Ok(RecoverHead { protocol: PROTOCOL_VERSION, head, marks: marks.collect() })
}

/// The signed heads that are kept with the cursors.
pub(crate) fn heads_of(ledger: &Ledger) -> Result<Vec<Signed<StreamHead>>, LedgerError> {
    let mut heads = Vec::new();
    for known in ledger.cursors()? {
        let signed = ledger.signed_head(&known.stream)?;
        heads.extend(signed.and_then(|text| serde_json::from_str(&text).ok()));
    }
    Ok(heads)
}

/// What a file for a center that was put back from a copy has to bring: of the streams that it said it lost, what this
/// ledger has behind the last position that both had then.
pub fn brings_of(ledger: &Ledger) -> Result<Vec<Brings>, LedgerError> {
    let mut brings = Vec::new();
    for LostStream { stream, common } in ledger.lost_streams()? {
        let Some(claim) = ledger.claim(&stream)? else { continue };
        // Without a signed head nothing can be proven: the center asks again.
        let Ok(mut claimed) = claimed(&claim) else { continue };
        if common >= claim.position {
            continue;
        }
        // The lines begin behind it: it has to be among the marks, whatever their steps are.
        if let Some(hash) = ledger.stream_hash_at(&stream, common)?.filter(|_| common > 0) {
            claimed.marks.push(StreamMark { position: common, hash });
            claimed.marks.sort_by_key(|mark| std::cmp::Reverse(mark.position));
            claimed.marks.dedup();
        }
        brings.push(Brings { claim: claimed, first: common + 1 });
    }
    Ok(brings)
}

/// The lines of what a file brings back of this stream.
pub fn brought_lines<'a>(
    ledger: impl Fn(u64, u64) -> Result<Vec<PageItem>, LedgerError> + 'a,
    stream: StreamId,
    first: u64,
    last: u64,
) -> impl Iterator<Item = Result<AnswerLine, SyncError>> + 'a {
    let starts = (first..=last).step_by(POSITIONS_AT_ONCE as usize);
    starts.flat_map(move |from| match ledger(from, last.min(from + POSITIONS_AT_ONCE - 1)) {
        Ok(items) => items.into_iter().map(|item| line_of(&stream, item)).collect::<Vec<_>>(),
        Err(problem) => vec![Err(SyncError::Local(problem.code(), problem.to_string()))],
    })
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
