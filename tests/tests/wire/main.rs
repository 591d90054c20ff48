//! The protocol over real connections: the shipped client against the shipped server, with a center of a few lines
//! behind it, and a link broken on purpose between them.
#![allow(clippy::unwrap_used)]

mod cuts;
mod exchange;
mod hostile;
mod small_center;
mod trust;
