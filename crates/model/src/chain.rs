//! The hash of a stream: what binds every entry to its position (rule S1).

use crate::digest::Digest;
use chrono::{DateTime, FixedOffset, SecondsFormat};

/// Stream hash = SHA-256(previous ‖ position ‖ header hash ‖ `received_at`).
///
/// The position is eight bytes, big-endian; `received_at` is its text from [`received_at_text`].
pub fn stream_hash(previous: Digest, position: u64, header_hash: Digest, received_at: &str) -> Digest {
    Digest::of_parts(&[&previous.0, &position.to_be_bytes(), &header_hash.0, received_at.as_bytes()])
}

/// The one text of a time of receipt: RFC 3339 with milliseconds.
pub fn received_at_text(at: DateTime<FixedOffset>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, false)
}
