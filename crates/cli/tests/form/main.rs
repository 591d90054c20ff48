//! `bangban form` through the real program: workbooks on disk, JSON Lines through its pipes.
#![allow(clippy::unwrap_used)]

mod check;
mod corpus;
mod eval;
mod play;
mod program;
mod template;
