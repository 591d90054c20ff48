//! How messages stand on the wire: posts and answers as JSON Lines in one zstd frame, photos as plain frames,
//! what comes down meanwhile as plain JSON Lines.
//!
//! Every decoder here takes bytes from strangers: it never panics, holds a bounded amount of memory, and where the
//! bytes end early it gives what came whole before, then an error.

mod answer;
mod frames;
mod lines;
mod pack;
mod post;

pub use answer::{decode_answer, encode_answer};
pub use frames::{FRAME_HEAD_BYTES, decode_frames, decode_photo_lines, encode_frames, encode_photo_lines};
pub use post::{decode_post, decode_recovery, encode_post, encode_recovery};

use crate::protocol::SyncError;
use bytes::Bytes;
use futures_util::stream::BoxStream;

/// Names the life that sends photos, in their request.
pub const LIFE_HEADER: &str = "bangban-life";

/// The text of a reply of one piece, or of the refusal in its place where the reply has begun already.
pub fn encode_reply<T: serde::Serialize>(reply: Result<&T, &SyncError>) -> Vec<u8> {
    lines::reply_text(reply)
}

/// Reads a reply of one piece. Blanks before it say that the center is at work.
pub fn decode_reply<T: serde::de::DeserializeOwned>(text: &[u8]) -> Result<T, SyncError> {
    match text.trim_ascii_start() {
        [] => Err(SyncError::Cut("a reply without an end".into())),
        text => lines::parse_line(text),
    }
}

/// Bytes on their way, in pieces of any size.
pub type ByteStream = BoxStream<'static, Result<Bytes, SyncError>>;

/// No post and no answer unpacks to more (bytes).
pub const MAX_UNPACKED_BYTES: u64 = 1024 * 1024 * 1024;

#[cfg(test)]
mod tests;
