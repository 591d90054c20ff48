//! The console over real HTTP on this machine, with a real store.
#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../rules/author.rs"]
mod author;
mod bindings;
mod browser;
mod gate;
mod scope;
mod sign_in;
