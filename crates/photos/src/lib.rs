//! A picture from outside in; a small, upright, clean, checked picture out. Pure.
//!
//! Whatever a camera, a phone or a file brings is untrusted bytes. [`prepare`] looks at what the header claims before
//! anything is allocated, refuses pictures that are cut off, turns them upright, and draws them anew, so that nothing of
//! the original's metadata (the GPS position above all) can survive: only pixels pass. [`kind_of`] tells what other files are.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod attached;
mod capture;
mod error;
mod jpeg;
mod outgoing;
mod picture;
mod png;
mod quality;
pub mod specimen;

#[cfg(test)]
mod samples;

pub use attached::{
    Attached, FileKind, MAX_FILM_BYTES, MAX_PAPER_BYTES, Use, fitting_name, fitting_picture_name, kind_of,
};
pub use error::PhotoError;
pub use outgoing::to_jpeg;
pub use picture::{Limits, Prepared, Purpose, prepare};
pub use quality::Quality;
