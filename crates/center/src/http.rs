//! The center's end of the protocol: `/sync/v1/…` over HTTP/1.1 and TLS, on top of anything that speaks
//! [`SyncProtocol`]. No rule of the trade lives here. Logs name routes and codes, never contents.

mod alive;
mod incoming;
mod routes;
mod serve;

pub use routes::router;
pub use serve::{Limits, may_be_plain, serve, serve_plain, serve_within};
