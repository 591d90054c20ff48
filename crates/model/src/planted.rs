//! Protections that a test takes out, to show that the test guarding them can fail. In no normal build.

/// Whether the protection of this name is taken out: only with the feature `planted`, and only the one in `BANGBAN_PLANT`.
#[cfg(feature = "planted")]
pub fn out(name: &str) -> bool {
    std::env::var("BANGBAN_PLANT").is_ok_and(|planted| planted == name)
}

/// Never, in a normal build.
#[cfg(not(feature = "planted"))]
pub const fn out(_name: &str) -> bool {
    false
}
