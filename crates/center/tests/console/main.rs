//! The console over real HTTP on this machine, with a real store.
#![allow(clippy::unwrap_used)]

mod bindings;
