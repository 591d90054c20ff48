//! The whole system under test: two laptops, a center, a link broken on purpose.
