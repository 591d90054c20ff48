//! The center's rules, in one process: hand-made lives post through `SyncProtocol` to a center in a temporary folder.
#![allow(clippy::unwrap_used)]

mod audit;
mod author;
mod backup;
mod batch_file;
mod erasure;
mod exchange;
mod gap;
mod laptop;
mod life;
mod photo;
mod photo_line;
mod pieces;
mod quarantine;
mod real;
mod receipt;
mod recovery;
mod repair;
mod review;
mod revoked;
mod settling;
mod verify;
