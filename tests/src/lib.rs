//! The whole system under test: two laptops, a center, a link broken on purpose.

pub mod checks;
pub mod cutting_proxy;
pub mod day;
pub mod harness;
#[cfg(unix)]
pub mod prove;
