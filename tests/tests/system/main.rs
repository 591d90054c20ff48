//! The whole system under test: the real programs, two laptops, a center, a link broken on purpose.
#![allow(clippy::unwrap_used)]

mod assigned;
mod bad_input;
mod broken_line;
mod canary;
mod catalogue;
mod cheap_kdf;
mod clocks;
mod damaged;
mod day;
mod erasure;
mod files;
mod forms;
mod full_disk;
mod guarded;
mod keyring;
mod keys;
mod kills;
mod large_batch;
mod restored_center;
mod restored_laptop;
mod revoked;
mod second_copy;
mod settling;
mod shell;
mod tls_key;
