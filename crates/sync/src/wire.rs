//! How messages stand on the wire: posts and answers as JSON Lines in one zstd frame, photos as plain frames,
//! receipts of photos as plain JSON Lines.
//!
//! Every decoder here takes bytes from strangers: it never panics, holds a bounded amount of memory, and where the
//! bytes end early it gives what came whole before, then an error.

mod answer;
mod frames;
mod lines;
mod pack;
mod post;

pub use answer::{decode_answer, encode_answer};
pub use frames::{FRAME_HEAD_BYTES, decode_frames, decode_receipts, encode_frames, encode_receipts};
pub use post::{decode_post, decode_recovery, encode_post, encode_recovery};

use crate::protocol::SyncError;
use bytes::Bytes;
use futures_util::stream::BoxStream;

/// Bytes on their way, in pieces of any size.
pub type ByteStream = BoxStream<'static, Result<Bytes, SyncError>>;

/// No post and no answer unpacks to more (bytes).
pub const MAX_UNPACKED_BYTES: u64 = 1024 * 1024 * 1024;

#[cfg(test)]
mod tests;
