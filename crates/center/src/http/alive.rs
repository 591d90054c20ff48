//! Words that say the center lives while it is at work: whoever waits for an answer cannot tell work from a dead line.
//!
//! They are said only while this end is the one that is waited for, or while bytes come in: a line whose way up is dead
//! must look dead.

use super::incoming::Incoming;
use bangban_sync::protocol::PhotoLines;
use bangban_sync::wire::{ByteStream, encode_reply};
use bangban_sync::{Answer, AnswerLine, PhotoLine, SyncError};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::{StreamExt, unfold};
use serde::Serialize;
use std::time::Duration;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

/// How often an exchange hears that the center is at work.
pub(super) const WORD_EVERY: Duration = Duration::from_secs(5);
/// And photos: their watch is a short one.
const PHOTO_WORD_EVERY: Duration = Duration::from_secs(1);

fn ticks(every: Duration) -> Interval {
    let mut ticks = interval_at(Instant::now() + every, every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// An answer that says so while it takes long. What fails is told in it.
pub(super) fn alive_answer(answer: Answer, incoming: Incoming) -> Answer {
    let state = Some((answer, incoming, ticks(WORD_EVERY), 0));
    unfold(state, |state| async move {
        let (mut answer, incoming, mut ticks, mut known) = state?;
        loop {
            tokio::select! {
                biased;
                line = answer.next() => {
                    let line = line?;
                    let goes_on = line.is_ok();
                    ticks.reset();
                    return Some((line, goes_on.then_some((answer, incoming, ticks, known))));
                }
                _ = ticks.tick() => {
                    let (waits, bytes) = incoming.standing();
                    let works = !waits || bytes > known;
                    known = bytes;
                    if works {
                        return Some((Ok(AnswerLine::Working), Some((answer, incoming, ticks, known))));
                    }
                }
            }
        }
    })
    .boxed()
}

/// The lines to photos; while the center works at what has come, the last word is said again.
pub(super) fn alive_photos(lines: PhotoLines, incoming: Incoming) -> PhotoLines {
    let state = Some((lines, incoming, ticks(PHOTO_WORD_EVERY), 0));
    unfold(state, |state| async move {
        let (mut lines, incoming, mut ticks, mut got) = state?;
        loop {
            tokio::select! {
                biased;
                line = lines.next() => {
                    let line = line?;
                    if let Ok(PhotoLine::Got(bytes)) = &line {
                        got = *bytes;
                    }
                    let goes_on = line.is_ok();
                    ticks.reset();
                    return Some((line, goes_on.then_some((lines, incoming, ticks, got))));
                }
                _ = ticks.tick() => {
                    if !incoming.standing().0 {
                        return Some((Ok(PhotoLine::Got(got)), Some((lines, incoming, ticks, got))));
                    }
                }
            }
        }
    })
    .boxed()
}

/// An answer that is not there yet, as one that begins late.
pub(super) fn late_answer(work: impl Future<Output = Result<Answer, SyncError>> + Send + 'static) -> Answer {
    futures_util::stream::once(work)
        .flat_map(|answer| match answer {
            Ok(answer) => answer,
            Err(problem) => futures_util::stream::iter([Err(problem)]).boxed(),
        })
        .boxed()
}

/// A reply of one piece that is not there yet: blanks before it say so, and a refusal may stand in its place.
pub(super) fn late_reply<T: Serialize + Send + Sync + 'static>(
    work: BoxFuture<'static, Result<T, SyncError>>,
    incoming: Incoming,
) -> ByteStream {
    unfold(Some((work, incoming, ticks(WORD_EVERY), 0)), |state| async move {
        let (mut work, incoming, mut ticks, mut known) = state?;
        loop {
            tokio::select! {
                biased;
                reply = &mut work => return Some((Ok(Bytes::from(encode_reply(reply.as_ref()))), None)),
                _ = ticks.tick() => {
                    let (waits, bytes) = incoming.standing();
                    let works = !waits || bytes > known;
                    known = bytes;
                    if works {
                        return Some((Ok(Bytes::from_static(b" ")), Some((work, incoming, ticks, known))));
                    }
                }
            }
        }
    })
    .boxed()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use axum::body::Body;
    use bangban_model::Code;
    use bangban_sync::wire::decode_reply;
    use futures_util::FutureExt;
    use futures_util::stream;
    use tokio::time::sleep;

    const WORK: Duration = Duration::from_secs(150);

    fn late_end() -> Answer {
        late_answer(async {
            sleep(WORK).await;
            Ok(stream::iter([Ok(AnswerLine::End)]).boxed())
        })
    }

    #[tokio::test(start_paused = true)]
    async fn work_that_takes_minutes_says_every_few_seconds_that_it_lives() {
        let mut answer = alive_answer(late_end(), Incoming::new(Body::empty()));
        let (begun, mut last, mut words) = (Instant::now(), Instant::now(), 0);
        while let Some(line) = answer.next().await {
            assert!(last.elapsed() <= WORD_EVERY);
            last = Instant::now();
            match line.unwrap() {
                AnswerLine::Working => words += 1,
                line => assert_eq!(line, AnswerLine::End),
            }
        }
        assert!(begun.elapsed() >= WORK && words >= 29, "{words}");
        let slow = stream::once(async {
            sleep(WORK).await;
            Ok(PhotoLine::Got(7))
        });
        let lines: Vec<_> = alive_photos(slow.boxed(), Incoming::new(Body::empty())).collect().await;
        assert!(lines.len() > 100 && matches!(lines.last(), Some(Ok(PhotoLine::Got(7)))), "{}", lines.len());
    }

    #[tokio::test(start_paused = true)]
    async fn a_late_reply_of_one_piece_is_read_behind_its_blanks_and_a_late_refusal_too() {
        for fails in [false, true] {
            let work = async move {
                sleep(WORK).await;
                if fails { Err(SyncError::Refused(Code::HistoryDiffers)) } else { Ok(7_u64) }
            };
            let pieces: Vec<_> = late_reply(work.boxed(), Incoming::new(Body::empty())).collect().await;
            assert!(pieces.len() >= 29, "{}", pieces.len());
            let text: Vec<u8> = pieces.into_iter().flat_map(|piece| piece.unwrap().to_vec()).collect();
            match decode_reply::<u64>(&text) {
                Ok(read) => assert!(!fails && read == 7),
                Err(problem) => assert!(fails && matches!(problem, SyncError::Refused(Code::HistoryDiffers))),
            }
        }
        assert!(matches!(decode_reply::<u64>(b"  "), Err(SyncError::Cut(_))));
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_said_while_the_other_end_is_the_one_that_is_waited_for() {
        let never: stream::Pending<Result<Bytes, std::io::Error>> = stream::pending();
        let incoming = Incoming::new(Body::from_stream(never));
        let mut bytes = incoming.bytes();
        let reads = late_answer(async move {
            bytes.next().await;
            Err(SyncError::Broken("too slow"))
        });
        let lines: Vec<_> = alive_answer(reads, incoming).collect().await;
        assert!(matches!(lines.as_slice(), [Err(SyncError::Broken(_))]), "{}", lines.len());
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_comes_slowly_is_answered_meanwhile_and_one_that_drips_is_given_up() {
        let pieces = |bytes: usize, every: Duration| {
            stream::unfold((), move |()| async move {
                sleep(every).await;
                Some((Ok::<_, std::io::Error>(Bytes::from(vec![b' '; bytes])), ()))
            })
        };
        let begun = Instant::now();
        let slow = Incoming::new(Body::from_stream(pieces(100, Duration::from_secs(4)).take(100)));
        let mut bytes = slow.bytes();
        let reads = late_answer(async move {
            while bytes.next().await.transpose()?.is_some() {}
            Ok(stream::iter([Ok(AnswerLine::End)]).boxed())
        });
        let lines: Vec<_> = alive_answer(reads, slow).collect().await;
        assert!(matches!(lines.last(), Some(Ok(AnswerLine::End))) && lines.len() > 70, "{}", lines.len());
        assert!(begun.elapsed() >= Duration::from_secs(400));

        let begun = Instant::now();
        let drips = Incoming::new(Body::from_stream(pieces(1, Duration::from_secs(20))));
        let mut bytes = drips.bytes();
        let ended = loop {
            if let Err(problem) = bytes.next().await.unwrap() {
                break problem;
            }
        };
        assert!(matches!(ended, SyncError::Broken(_)) && begun.elapsed() <= LEAST);
    }

    const LEAST: Duration = Duration::from_secs(61);
}
