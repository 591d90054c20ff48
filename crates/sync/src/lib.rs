//! What passes between laptop and center: the messages, the wire and batch formats, and (a feature) the client.
//!
//! One trait, [`SyncProtocol`], is implemented by the HTTP client and by the center: the compiler keeps both ends the same.

#[cfg(feature = "client")]
mod answer;
pub mod batch_file;
#[cfg(feature = "client")]
pub mod client;
pub mod descent;
pub mod enrolment_code;
#[cfg(feature = "client")]
pub mod exchange;
#[cfg(feature = "client")]
mod flow;
pub mod form_line;
#[cfg(feature = "client")]
pub mod heads;
#[cfg(feature = "client")]
pub mod life;
pub mod link;
pub mod messages;
#[cfg(feature = "client")]
mod photo_run;
#[cfg(feature = "client")]
pub mod pieces;
pub mod protocol;
#[cfg(feature = "client")]
pub mod recovery;
pub mod root;
#[cfg(test)]
mod sample;
pub mod signed;
pub mod tls;
pub mod wire;

pub use form_line::{FormLine, FormNote};
pub use messages::*;
pub use protocol::{Answer, PhotoFrame, Post, Recovery, SyncError, SyncProtocol, Token};
pub use signed::{Signed, Statement};
