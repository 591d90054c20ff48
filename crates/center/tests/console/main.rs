//! The console over real HTTP on this machine, with a real store.
#![allow(clippy::unwrap_used)]

mod acting;
mod audit;
#[allow(dead_code)]
#[path = "../rules/author.rs"]
mod author;
mod batch;
mod bindings;
mod browser;
mod case;
mod clock;
mod command_line;
mod erase;
mod file;
mod gate;
mod guide;
mod laptops;
mod notice;
mod people;
mod roll;
mod scope;
mod settling;
mod sign_in;
mod upload;
