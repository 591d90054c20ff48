//! Everything an agent can do on a laptop, as plain typed functions: the one list of commands for every shell.
//!
//! Commands block, but for [`sync`], which is async. No command reads a clock by itself, and only [`enrol`] and
//! [`sync`] touch the network.

pub mod bank_visit;
pub mod batch;
pub mod case;
pub mod case_draft;
pub mod desk;
pub mod enrol;
pub mod error;
pub mod fill;
pub mod household;
pub mod person;
pub mod photo;
pub mod roster;
pub mod sign_in;
pub mod status;
pub mod sync;
pub mod visit;

pub use desk::Desk;
pub use error::DeskError;
