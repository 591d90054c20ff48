//! desk at a command line.
