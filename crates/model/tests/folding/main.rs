//! Folding by its rules: tables for F1–F5, generated histories for F6, and changed bytes for the chains.
#![allow(clippy::unwrap_used, missing_docs)]

mod chain;
mod generated;
mod history;
mod settling;
mod stages;
mod table;
mod total;
mod writing;
