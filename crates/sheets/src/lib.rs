//! Excel and CSV in, bounded before parsing; Excel and CSV out, safe from formula injection. Pure.
//!
//! A workbook from outside is untrusted bytes: what it is is read from the bytes, how much it would unpack to is known
//! before a parser sees it, and every cell is counted against [`Limits`]. Finding the heading row and what columns mean
//! is the reader's business: rows come out as they stand in the sheet.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod archive;
mod biff;
mod copied;
mod error;
mod kept;
mod ledger;
mod looks;
mod ods;
mod ole;
mod outgoing;
mod rows;
mod separated;
mod table;
mod workbook;
mod xls;
mod xls_looks;
mod xlsx;

pub use copied::copy_as_xlsx;
pub use error::SheetError;
pub use kept::{Change, Insert, Layout, read_layouts, write_kept};
pub use ledger::{HEAD_ROWS, LedgerHead, write_ledger};
pub use outgoing::{Out, write_csv, write_table};
pub use rows::rows_of;
pub use table::{Cell, Limits, Row, Table};
pub use workbook::read_tables;
