//! What a program has in its memory stays there.

/// From now on this process leaves no core dump: keys and people would stand in it. Asked for first of all by every program;
/// whether it could be had.
pub fn leave_no_core_dump() -> bool {
    #[cfg(unix)]
    return rlimit::setrlimit(rlimit::Resource::CORE, 0, 0).is_ok();
    #[cfg(not(unix))]
    true
}
