//! The list of commands that the window calls, through the same door, against a real center.
#![allow(clippy::unwrap_used)]

mod desk;
mod listing;
mod locked;
mod published;
mod reporting;
mod typing;
mod visiting;
