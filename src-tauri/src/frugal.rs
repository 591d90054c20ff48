//! How WebKit is told to be frugal. It hears most of this only from the environment that a process is born with, so the
//! program begins itself once more, in its own place.

use std::os::unix::process::CommandExt;
use std::process::Command;

/// What an office machine gains by each is written in docs/benchmarks.md.
const SETTINGS: [(&str, &str); 4] = [
    // The rules run in Rust; what is left to the screens' own language needs no compiler in memory.
    ("JSC_useJIT", "0"),
    // Pages are painted plainly, so nothing has to be shared with a graphics card.
    ("WEBKIT_DISABLE_DMABUF_RENDERER", "1"),
    // What one thread has given back serves the others, and goes back to the system.
    ("MALLOC_ARENA_MAX", "1"),
    ("MALLOC_TRIM_THRESHOLD_", "131072"),
];

/// Begins the program anew with what is still missing in its environment; what somebody has set himself stands.
pub(crate) fn begin_frugally() {
    let missing: Vec<_> = SETTINGS.into_iter().filter(|(name, _)| std::env::var_os(name).is_none()).collect();
    if missing.is_empty() {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    // Comes back only where it failed; the window opens all the same, with more memory.
    let problem = Command::new(program).args(std::env::args_os().skip(1)).envs(missing).exec();
    tracing::warn!(%problem, "the program could not begin frugally");
}
