//! What passes between laptop and center: the messages, the wire and batch formats, and (a feature) the client.
//!
//! One trait, [`SyncProtocol`], is implemented by the HTTP client and by the center: the compiler keeps both ends the same.

pub mod messages;
pub mod protocol;
pub mod signed;

pub use messages::*;
pub use protocol::{Answer, PhotoFrame, Post, SyncError, SyncProtocol, Token};
pub use signed::{Signed, Statement};
