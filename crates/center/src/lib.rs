//! The township center: what arrives is verified, given positions and receipted without a person; staff import, accept,
//! return and confirm on top of it.
//!
//! [`Center`] implements `SyncProtocol` itself: tests in this process and the HTTP layer stand on the same code.

pub mod backup;
pub mod batch;
pub mod batch_progress;
pub mod benefit;
mod bringing;
mod bundle;
pub mod center;
pub mod console;
pub mod due_list;
mod early;
pub mod enrol;
pub mod erase;
pub mod error;
pub mod escrow;
pub mod form;
pub mod http;
pub mod identity;
pub mod ingest;
pub mod joining;
pub mod judge;
mod life;
pub mod notice;
pub mod page;
pub mod password;
pub mod pause;
pub mod photos;
mod protocol;
pub mod publish;
pub mod receipt;
pub mod recover;
pub mod review;
pub mod session;
pub mod settle;
pub mod staff;
pub mod store;
pub mod tls;
pub mod verify;

pub use center::Center;
pub use error::CenterError;
pub use identity::{DataFolder, Identity, NewCenter};
pub use staff::{Role, SignIn, StaffMember};
