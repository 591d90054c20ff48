//! Round trips, and every way in which bytes can end early or be wrong.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::messages::{AnswerLine, EntryLine, MAX_FRAME_BYTES, MAX_LINE_BYTES, PhotoLine, PostHead};
use crate::protocol::{PhotoFrame, Post};
use crate::sample::Sample;
use bangban_model::{Code, Digest};
use futures_util::stream::{self, StreamExt};
use futures_util::{FutureExt, Stream, TryStreamExt};
use proptest::prelude::*;
use std::task::{Context, Poll};

/// Nothing here waits for anything but its neighbour.
fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().unwrap()
}

fn in_pieces(bytes: &[u8], size: usize) -> ByteStream {
    let pieces: Vec<_> = bytes.chunks(size).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    stream::iter(pieces).boxed()
}

/// What came before the end or the error, and the error.
fn drained<T>(stream: impl Stream<Item = Result<T, SyncError>>) -> (Vec<T>, Option<SyncError>) {
    let mut good = Vec::new();
    let mut stream = std::pin::pin!(stream);
    loop {
        match now(stream.next()) {
            Some(Ok(item)) => good.push(item),
            Some(Err(error)) => {
                assert!(now(stream.next()).is_none(), "nothing follows an error");
                return (good, Some(error));
            }
            None => return (good, None),
        }
    }
}

fn bytes_of(stream: ByteStream) -> Vec<u8> {
    let pieces: Vec<Bytes> = now(stream.try_collect()).unwrap();
    pieces.concat()
}

fn post_bytes(head: &PostHead, entries: &[EntryLine]) -> Vec<u8> {
    let entries = stream::iter(entries.to_vec()).map(Ok).boxed();
    bytes_of(encode_post(Post { head: head.clone(), entries }).unwrap())
}

fn read_post(bytes: ByteStream) -> Result<(PostHead, Vec<EntryLine>, Option<SyncError>), SyncError> {
    let post = now(decode_post(bytes))?;
    let (entries, error) = drained(post.entries);
    Ok((post.head, entries, error))
}

fn answer_bytes(lines: Vec<AnswerLine>) -> Vec<u8> {
    bytes_of(encode_answer(stream::iter(lines).map(Ok).boxed()).unwrap())
}

fn pack(lines: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.window_log(19).unwrap();
    std::io::Write::write_all(&mut encoder, lines).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_post_and_an_answer_come_back_in_pieces_of_any_size() {
    let sample = Sample::new();
    let (head, lines) = (sample.head(&sample.entries(1, 300)), sample.lines(1, 300));
    let bytes = post_bytes(&head, &lines);
    let answer = answer_bytes(sample.answer());
    for size in [1, 2, 7, 100, 4096, 1 << 20] {
        let (got, entries, error) = read_post(in_pieces(&bytes, size)).unwrap();
        assert!(got == head && entries == lines && error.is_none(), "pieces of {size}");
        let (got, error) = drained(decode_answer(in_pieces(&answer, size)));
        assert!(got == sample.answer() && error.is_none(), "pieces of {size}");
    }
}

#[test]
fn a_post_cut_at_any_byte_gives_a_clean_prefix_and_an_error() {
    let sample = Sample::new();
    let (head, lines) = (sample.head(&sample.entries(1, 4)), sample.lines(1, 4));
    let bytes = post_bytes(&head, &lines);
    for length in 0..bytes.len() {
        for size in [3, 1 << 20] {
            if let Ok((got, entries, error)) = read_post(in_pieces(&bytes[..length], size)) {
                assert_eq!(got, head);
                assert!(lines.starts_with(&entries), "cut at {length}");
                assert!(error.is_some(), "cut at {length} of {}", bytes.len());
            }
        }
    }
}

#[test]
fn an_answer_cut_at_any_byte_gives_a_clean_prefix_and_an_error() {
    let sample = Sample::new();
    let whole = sample.answer();
    let bytes = answer_bytes(whole.clone());
    let mut most = 0;
    for length in 0..bytes.len() {
        let (lines, error) = drained(decode_answer(in_pieces(&bytes[..length], 50)));
        assert!(whole.starts_with(&lines), "cut at {length}");
        assert!(error.is_some(), "cut at {length} of {}", bytes.len());
        assert!(lines.len() >= most, "a longer piece gives no less");
        most = lines.len();
    }
    assert!(most >= whole.len() - 1, "the last page was readable before the end came");
}

#[test]
fn a_changed_byte_never_gives_a_wrong_line() {
    // TLS sees to this on the way; the check in the frame sees to it beside.
    let sample = Sample::new();
    let whole = sample.answer();
    let bytes = answer_bytes(whole.clone());
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        let (lines, error) = drained(decode_answer(in_pieces(&changed, 1 << 20)));
        assert!(error.is_some() || lines == whole, "byte {at}");
    }
}

#[test]
fn what_follows_the_end_is_an_error() {
    let sample = Sample::new();
    let mut bytes = answer_bytes(sample.answer());
    bytes.push(0);
    assert!(matches!(drained(decode_answer(in_pieces(&bytes, 10))).1, Some(SyncError::Broken(_))));
    assert!(matches!(drained(decode_answer(in_pieces(&bytes, 1 << 20))).1, Some(SyncError::Broken(_))));
    let twice = answer_bytes([sample.answer(), vec![AnswerLine::End]].concat());
    assert!(matches!(drained(decode_answer(in_pieces(&twice, 10))).1, Some(SyncError::Broken(_))));
}

#[test]
fn x2_an_answer_without_its_receipt_first_or_its_end_last_is_no_answer() {
    let sample = Sample::new();
    let whole = sample.answer();
    let (lines, error) = drained(decode_answer(in_pieces(&answer_bytes(whole[1..].to_vec()), 100)));
    assert!(lines.is_empty() && matches!(error, Some(SyncError::Broken(_))));
    let (lines, error) = drained(decode_answer(in_pieces(&answer_bytes(whole[..3].to_vec()), 100)));
    assert!(lines.len() == 3 && matches!(error, Some(SyncError::Cut(_))));
}

#[test]
fn x2_a_receipt_may_have_several_lines_and_none_comes_later() {
    let sample = Sample::new();
    let whole = sample.answer();
    let receipt = whole[0].clone();
    let several = [vec![receipt.clone(); 3], whole.clone()].concat();
    let (lines, error) = drained(decode_answer(in_pieces(&answer_bytes(several.clone()), 100)));
    assert!(error.is_none(), "{error:?}");
    assert_eq!(lines, several);
    let late = [whole[..2].to_vec(), vec![receipt]].concat();
    let (lines, error) = drained(decode_answer(in_pieces(&answer_bytes(late), 100)));
    assert!(lines.len() == 2 && matches!(error, Some(SyncError::Broken(_))));
}

#[test]
fn an_answer_that_fails_on_its_way_names_the_reason() {
    let sample = Sample::new();
    let mut lines: Vec<_> = sample.answer().into_iter().take(3).map(Ok).collect();
    lines.push(Err(SyncError::Local(Code::DiskFull, "secret".into())));
    let bytes = bytes_of(encode_answer(stream::iter(lines).boxed()).unwrap());
    let (lines, error) = drained(decode_answer(in_pieces(&bytes, 100)));
    assert_eq!(lines.len(), 3);
    assert!(matches!(error, Some(SyncError::CenterFailed(Code::DiskFull))), "a fault, not a no: try again");
}

#[test]
fn a_post_whose_entries_fail_never_looks_complete() {
    let sample = Sample::new();
    let head = sample.head(&[]);
    let entries =
        vec![Ok(sample.lines(1, 1).remove(0)), Err(SyncError::Local(Code::LedgerDamaged, "x".into()))];
    let (pieces, error) =
        drained(encode_post(Post { head, entries: stream::iter(entries).boxed() }).unwrap());
    assert!(matches!(error, Some(SyncError::Local(Code::LedgerDamaged, _))));
    let (_, entries, error) = read_post(in_pieces(&pieces.concat(), 100)).unwrap();
    assert!(entries.len() == 1 && matches!(error, Some(SyncError::Cut(_))));
}

#[test]
fn the_receipt_leaves_before_the_first_page_is_made() {
    let sample = Sample::new();
    let receipt = sample.answer().remove(0);
    for pages in [stream::pending().boxed(), stream::iter(vec![Ok(AnswerLine::End)]).boxed()] {
        let lines = stream::iter(vec![Ok(receipt.clone())]).chain(pages).boxed();
        let mut out = encode_answer(lines).unwrap();
        let first = now(out.next()).unwrap().unwrap();
        let mut answer = decode_answer(stream::iter(vec![Ok(first)]).chain(stream::pending()).boxed());
        assert_eq!(now(answer.next()).unwrap().unwrap(), receipt);
        assert!(answer.next().now_or_never().is_none(), "no more was packed yet");
    }
}

#[test]
fn entries_leave_when_no_more_are_there_yet() {
    let sample = Sample::new();
    let line = sample.lines(1, 1).remove(0);
    let entries = stream::iter(vec![Ok(line.clone())]).chain(stream::pending()).boxed();
    let out = encode_post(Post { head: sample.head(&[]), entries }).unwrap();
    let mut post = now(decode_post(out)).unwrap();
    assert_eq!(now(post.entries.next()).unwrap().unwrap(), line);
}

#[test]
fn an_oversize_line_is_refused_on_both_sides() {
    let long = vec![b'x'; MAX_LINE_BYTES + 1];
    for size in [1000, 1 << 21] {
        let error = now(decode_post(in_pieces(&pack(&long), size))).err().unwrap();
        assert!(matches!(error, SyncError::Broken(text) if text.contains("longer")), "{error}");
    }
    // At the limit it is only not JSON.
    let error = now(decode_post(in_pieces(&pack(&[&long[1..], b"\n"].concat()), 1000))).err().unwrap();
    assert!(matches!(error, SyncError::Broken(text) if text.contains("read")), "{error}");
    let sample = Sample::new();
    let entry = EntryLine { header: "x".repeat(MAX_LINE_BYTES), salt: None, body: None };
    let entries = stream::iter(vec![Ok(entry)]).boxed();
    let out = encode_post(Post { head: sample.head(&[]), entries }).unwrap();
    assert!(matches!(drained(out).1, Some(SyncError::Local(Code::Internal, _))));
}

#[test]
fn a_bomb_is_refused_and_never_unpacked_whole() {
    let sample = Sample::new();
    let mut plain = serde_json::to_vec(&sample.head(&[])).unwrap();
    plain.push(b'\n');
    let line =
        serde_json::to_vec(&EntryLine { header: "0".repeat(100_000), salt: None, body: None }).unwrap();
    for _ in 0..400 {
        plain.extend_from_slice(&line);
        plain.push(b'\n');
    }
    let packed = pack(&plain);
    assert!(packed.len() < plain.len() / 1000);
    let (_, entries, error) = read_post(in_pieces(&packed, 1 << 20)).unwrap();
    assert!(entries.len() < 60, "{}", entries.len());
    assert!(matches!(error, Some(SyncError::Broken(text)) if text.contains("more than allowed")));
}

#[test]
fn a_frame_that_wants_much_memory_is_refused() {
    // One step beyond what writers use is too much already.
    for window_log in [20, 27] {
        let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
        encoder.window_log(window_log).unwrap();
        std::io::Write::write_all(&mut encoder, &vec![b'a'; 100_000]).unwrap();
        let packed = encoder.finish().unwrap();
        let error = now(decode_post(in_pieces(&packed, 100))).err().unwrap();
        assert!(matches!(error, SyncError::Broken(text) if text.contains("unpacked")), "{error}");
    }
}

fn frame(seed: u8, offset: u64, size: usize) -> PhotoFrame {
    let bytes: Vec<u8> = (0..size).map(|at| seed.wrapping_add((at % 251) as u8)).collect();
    PhotoFrame { digest: Digest::of(&[seed]), offset, bytes: bytes.into() }
}

fn frame_bytes(frames: &[PhotoFrame]) -> Vec<u8> {
    bytes_of(encode_frames(stream::iter(frames.to_vec()).map(Ok).boxed()))
}

/// Pieces joined again where one follows the other.
fn joined(pieces: Vec<PhotoFrame>) -> Vec<(Digest, u64, Vec<u8>)> {
    let mut joined: Vec<(Digest, u64, Vec<u8>)> = Vec::new();
    for piece in pieces {
        match joined.last_mut() {
            Some((digest, offset, bytes))
                if *digest == piece.digest && *offset + bytes.len() as u64 == piece.offset =>
            {
                bytes.extend_from_slice(&piece.bytes);
            }
            _ => joined.push((piece.digest, piece.offset, piece.bytes.to_vec())),
        }
    }
    joined
}

#[test]
fn x4_photo_frames_come_back_and_a_cut_wastes_no_byte_that_came_through() {
    let frames = [frame(1, 0, 40), frame(2, 7, 1), frame(3, 1000, 60)];
    let bytes = frame_bytes(&frames);
    assert_eq!(bytes.len(), 3 * FRAME_HEAD_BYTES + 101);
    for length in 0..=bytes.len() {
        for size in [1, 5, 1000] {
            let (got, error) = drained(decode_frames(in_pieces(&bytes[..length], size)));
            let mut left = length;
            let mut want = Vec::new();
            for frame in &frames {
                left = left.saturating_sub(FRAME_HEAD_BYTES);
                let came = left.min(frame.bytes.len());
                left -= came;
                if came > 0 {
                    want.push((frame.digest, frame.offset, frame.bytes[..came].to_vec()));
                }
            }
            assert_eq!(joined(got), want, "cut at {length}");
            let ends = [0, 84, 129, bytes.len()];
            assert_eq!(error.is_none(), ends.contains(&length), "cut at {length}");
        }
    }
}

#[test]
fn a_long_frame_is_handed_on_in_pieces() {
    let long = frame(9, 0, MAX_FRAME_BYTES);
    let (pieces, error) = drained(decode_frames(in_pieces(&frame_bytes(std::slice::from_ref(&long)), 1000)));
    assert!(error.is_none() && pieces.len() == 4, "{}", pieces.len());
    assert_eq!(joined(pieces), vec![(long.digest, 0, long.bytes.to_vec())]);
}

#[test]
fn frames_beyond_the_limits_are_refused_on_both_sides() {
    let beyond =
        [frame(1, 0, MAX_FRAME_BYTES + 1), frame(1, 0, 0), frame(1, u64::MAX, 5), frame(1, 16 << 20, 1)];
    for frame in beyond {
        let good = [Ok(self::frame(2, 0, 3)), Ok(frame.clone())];
        let (pieces, error) = drained(encode_frames(stream::iter(good).boxed()));
        assert!(pieces.len() == 1 && matches!(error, Some(SyncError::Local(Code::Internal, _))));
        let mut raw = pieces.concat();
        raw.extend_from_slice(&frame.digest.0);
        raw.extend_from_slice(&frame.offset.to_be_bytes());
        raw.extend_from_slice(&(frame.bytes.len() as u32).to_be_bytes());
        raw.extend_from_slice(&frame.bytes);
        let (frames, error) = drained(decode_frames(in_pieces(&raw, 1000)));
        assert!(frames.len() == 1 && matches!(error, Some(SyncError::Broken(_))));
    }
}

#[test]
fn photo_receipts_come_back_and_a_cut_gives_a_clean_prefix() {
    let receipt = PhotoLine::Receipt(Sample::new().photo_receipt());
    let sent = vec![Ok(receipt.clone()), Ok(receipt.clone())];
    let bytes = bytes_of(encode_photo_lines(stream::iter(sent).boxed()));
    for length in 0..=bytes.len() {
        let (got, error) = drained(decode_photo_lines(in_pieces(&bytes[..length], 9)));
        assert_eq!(got.len(), length / (bytes.len() / 2));
        assert!(got.iter().all(|one| *one == receipt));
        assert_eq!(error.is_none(), length % (bytes.len() / 2) == 0, "cut at {length}");
    }
    let failing = stream::iter(vec![Ok(receipt), Err(SyncError::Local(Code::DiskFull, "x".into()))]).boxed();
    let (got, error) = drained(decode_photo_lines(in_pieces(&bytes_of(encode_photo_lines(failing)), 9)));
    assert!(got.len() == 1 && matches!(error, Some(SyncError::CenterFailed(Code::DiskFull))));
    let long = in_pieces(&vec![b'x'; MAX_LINE_BYTES + 10], 5000);
    assert!(matches!(drained(decode_photo_lines(long)).1, Some(SyncError::Broken(_))));
}

#[test]
fn an_error_of_the_connection_comes_through_as_it_is() {
    let sample = Sample::new();
    let bytes = answer_bytes(sample.answer());
    let cut = || SyncError::Cut("link".into());
    let broken = in_pieces(&bytes[..bytes.len() - 5], 50).chain(stream::iter([Err(cut())])).boxed();
    assert!(matches!(drained(decode_answer(broken)).1, Some(SyncError::Cut(text)) if text == "link"));
    let frames = frame_bytes(&[frame(1, 0, 100)]);
    let broken = in_pieces(&frames[..70], 50).chain(stream::iter([Err(cut())])).boxed();
    let (got, error) = drained(decode_frames(broken));
    assert!(joined(got)[0].2.len() == 26 && matches!(error, Some(SyncError::Cut(text)) if text == "link"));
}

#[test]
fn lines_that_say_the_center_is_at_work_are_read_over_wherever_they_stand() {
    let sample = Sample::new();
    let busy = sample.answer().into_iter().flat_map(|line| [AnswerLine::Working, line]).collect();
    let (got, error) = drained(decode_answer(in_pieces(&answer_bytes(busy), 7)));
    assert!(error.is_none() && got == sample.answer(), "{error:?}");
    let after = [sample.answer(), vec![AnswerLine::Working]].concat();
    assert!(matches!(
        drained(decode_answer(in_pieces(&answer_bytes(after), 7))).1,
        Some(SyncError::Broken(_))
    ));
    let never = answer_bytes(vec![AnswerLine::Working; 3]);
    assert!(matches!(
        drained(decode_answer(in_pieces(&never, 7))).1,
        Some(SyncError::Cut(_) | SyncError::Broken(_))
    ));
}

#[tokio::test(start_paused = true)]
async fn what_came_of_a_frame_is_handed_on_after_a_while_on_a_slow_link() {
    let bytes = frame_bytes(&[frame(1, 0, 100_000)]);
    let drip = stream::iter(bytes.chunks(1_000).map(<[u8]>::to_vec).collect::<Vec<_>>());
    let drip = drip.then(|piece| async {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        Ok(Bytes::from(piece))
    });
    let mut frames = decode_frames(drip.boxed());
    let begun = tokio::time::Instant::now();
    let mut last = begun;
    let mut got = Vec::new();
    while let Some(piece) = frames.next().await {
        got.push(piece.unwrap());
        assert!(last.elapsed() <= std::time::Duration::from_millis(900), "{:?}", last.elapsed());
        last = tokio::time::Instant::now();
    }
    assert!(begun.elapsed() > std::time::Duration::from_secs(19) && got.len() > 20, "{}", got.len());
    assert_eq!(joined(got), vec![(frame(1, 0, 1).digest, 0, frame(1, 0, 100_000).bytes.to_vec())]);
}

#[test]
fn polling_after_the_end_gives_nothing() {
    let mut answer = decode_answer(in_pieces(&answer_bytes(Sample::new().answer()), 100));
    while now(answer.next()).is_some() {}
    let mut cx = Context::from_waker(std::task::Waker::noop());
    assert!(matches!(answer.poll_next_unpin(&mut cx), Poll::Ready(None)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..3000), size in 1usize..500) {
        let _ = read_post(in_pieces(&bytes, size));
        let _ = read_post(in_pieces(&pack(&bytes), size));
        prop_assert!(drained(decode_answer(in_pieces(&bytes, size))).1.is_some());
        prop_assert!(drained(decode_answer(in_pieces(&pack(&bytes), size))).1.is_some());
        drained(decode_photo_lines(in_pieces(&bytes, size)));
        let (frames, _) = drained(decode_frames(in_pieces(&bytes, size)));
        prop_assert!(frames.iter().all(|frame| frame.bytes.len() <= MAX_FRAME_BYTES));
    }

    #[test]
    fn frames_come_back_whatever_their_sizes(sizes in proptest::collection::vec((1usize..90_000, 0u64..1000), 0..6), piece in 1usize..70_000) {
        let frames: Vec<_> = sizes.iter().enumerate().map(|(at, (size, offset))| frame(at as u8, *offset, *size)).collect();
        let (got, error) = drained(decode_frames(in_pieces(&frame_bytes(&frames), piece)));
        prop_assert!(error.is_none());
        let want: Vec<_> = frames.into_iter().map(|frame| (frame.digest, frame.offset, frame.bytes.to_vec())).collect();
        prop_assert_eq!(joined(got), want);
    }
}
