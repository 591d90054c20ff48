//! Entries and folded documents in SQLite: the laptop's encrypted ledger, and what the center's embedded store shares with it.
//!
//! Nothing here touches the network or reads a clock. Every write to `ledger.db` goes through one transaction.

pub mod audit_row;
mod btree;
pub mod case_list;
pub mod check;
pub mod database;
pub mod document_row;
pub mod draft;
pub mod due_row;
pub mod enrolment;
pub mod entry_row;
pub mod erasure;
pub mod error;
pub mod folder;
pub mod form_row;
mod heading_row;
pub mod household_list;
pub mod laptop;
pub mod leaving;
pub mod life;
pub mod line_list;
mod lineage_row;
pub mod listed;
pub mod memory;
pub mod open_row;
pub mod outbox;
mod page;
pub mod person;
pub mod photo_row;
pub mod receive;
pub mod record;
pub mod repair;
pub mod rewind;
pub mod rotation;
pub mod second_copy;
pub mod settled_row;
pub mod slots;
pub mod thin;
pub mod touched;
pub mod tries;
pub mod verify;
mod verify_receipts;
mod wal;

pub use check::Check;
pub use draft::{Draft, DraftId};
pub use enrolment::Enrolment;
pub use error::LedgerError;
pub use laptop::{Ledger, Life, Opened};
pub use record::Recorded;
