//! Everything an agent can do on a laptop, as plain typed functions: the one list of commands for every shell.
//!
//! Commands block, but for [`sync`], which is async. No command reads a clock by itself, and only [`enrol`] and
//! [`sync`] touch the network.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod answering;
pub mod appointment;
pub mod attached;
pub mod bank_visit;
pub mod batch;
#[cfg(test)]
mod bench;
pub mod bundle;
pub mod case;
pub mod case_draft;
pub mod certify;
pub mod command;
pub mod delivery;
pub mod desk;
pub mod doubled;
pub mod due_list;
pub mod enrol;
pub mod error;
pub mod event_figures;
mod expiry;
pub mod figures;
pub mod file;
pub mod fill;
pub mod form_sheet;
pub mod further_need;
pub mod handover;
pub mod hints;
pub mod household;
pub mod job;
pub mod joining;
pub mod keyring;
pub mod keys;
pub mod line;
pub mod link;
pub mod lost_photo;
pub mod notice;
pub mod office;
pub mod person;
pub mod person_edit;
pub mod photo;
mod pins;
mod practice;
pub mod preferences;
pub mod radar;
pub mod reconcile;
pub mod repair;
pub mod reporting;
pub mod roll;
pub mod roster;
pub mod screen;
pub mod second_copy;
pub mod settle;
pub mod sign_in;
pub mod signing;
pub mod status;
pub mod sync;
pub mod thrift;
pub mod visit;
pub mod visit_void;
pub mod watching;
pub mod whereabouts;
pub mod withdraw;

pub use bangban_ledger::memory::keep_to_itself;
pub use desk::Desk;
pub use error::DeskError;
pub use office::Office;
