//! A post on the wire: its head is the first line, an entry each of the others. What is brought back after a restore goes
//! the same way.

use super::ByteStream;
use super::lines::{OnError, Packed, Unpacked, parse_line};
use crate::messages::{AnswerLine, EntryLine, PostHead, RecoverHead};
use crate::protocol::{Post, Recovery, SyncError};
use futures_util::stream::{StreamExt, poll_fn};
use std::future;

/// The bytes of a post. The head leaves at once; entries leave as they come, about 16 KiB packed at a time. Where
/// an entry cannot be had the bytes break off, so that the post never looks complete.
pub fn encode_post(post: Post) -> Result<ByteStream, SyncError> {
    let mut packed = Packed::new(post.entries, |_: &EntryLine| false, OnError::BreakOff)?;
    packed.push_first(&post.head)?;
    Ok(packed.boxed())
}

/// Reads a post: returns when its head is read; the entries follow as they come. An entry stream that ends without
/// an error was sent whole; whether it holds what the manifest says is for the reader to compare.
pub async fn decode_post(bytes: ByteStream) -> Result<Post, SyncError> {
    let mut lines = Unpacked::new(bytes)?;
    let head = future::poll_fn(|cx| lines.poll_line(cx, parse_line::<PostHead>)).await;
    let head = head.ok_or(SyncError::Broken("a post without a head"))??;
    let entries = poll_fn(move |cx| lines.poll_line(cx, parse_line::<EntryLine>)).boxed();
    Ok(Post { head, entries })
}

/// The bytes of what a laptop brings back to a restored center; as [`encode_post`].
pub fn encode_recovery(recovery: Recovery) -> Result<ByteStream, SyncError> {
    let mut packed = Packed::new(recovery.lines, |_: &AnswerLine| false, OnError::BreakOff)?;
    packed.push_first(&recovery.head)?;
    Ok(packed.boxed())
}

/// Reads what is brought back; as [`decode_post`].
pub async fn decode_recovery(bytes: ByteStream) -> Result<Recovery, SyncError> {
    let mut lines = Unpacked::new(bytes)?;
    let head = future::poll_fn(|cx| lines.poll_line(cx, parse_line::<RecoverHead>)).await;
    let head = head.ok_or(SyncError::Broken("a recovery without a head"))??;
    let lines = poll_fn(move |cx| lines.poll_line(cx, parse_line::<AnswerLine>)).boxed();
    Ok(Recovery { head, lines })
}
