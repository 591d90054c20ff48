//! The laptop's ledger on real encrypted files: what it acknowledges, what it refuses, and what it takes from the center.
#![allow(clippy::unwrap_used, missing_docs)]

mod bench;
mod check;
mod erasure;
mod exchange;
mod life;
mod line;
mod open;
mod outgoing;
mod person;
mod photo;
mod record;
mod repair;
mod rotation;
mod second_copy;
mod second_copy_hurt;
mod second_copy_lost;
mod thin;
mod verify;
