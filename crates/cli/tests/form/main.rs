//! `bangban form` and `bangban catalogue` through the real program: workbooks on disk, JSON Lines through its pipes.
#![allow(clippy::unwrap_used)]

mod catalogue;
mod check;
mod corpus;
mod eval;
mod play;
mod program;
mod template;
