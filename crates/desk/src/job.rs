//! Long work: it tells how far it is, and ends when the person stops it.

use crate::error::DeskError;
use bangban_model::Code;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What hears how far long work is: done, of how many.
pub type Listener = Arc<dyn Fn(u64, u64) + Send + Sync>;

/// A piece of long work under way.
#[derive(Clone)]
pub struct Job {
    listener: Listener,
    stopped: Arc<AtomicBool>,
    /// The last told part, in five-hundredths and one more; 0 before the first.
    told: Arc<AtomicU64>,
}

impl Job {
    /// Work that tells this listener, until `stopped` is set.
    pub fn new(listener: Listener, stopped: Arc<AtomicBool>) -> Job {
        Job { listener, stopped, told: Arc::default() }
    }

    /// Work that nobody watches.
    pub fn quiet() -> Job {
        Job::new(Arc::new(|_, _| {}), Arc::default())
    }

    /// Tells how far it is.
    ///
    /// # Errors
    /// `Cancelled` once the person stopped it.
    pub fn step(&self, done: u64, total: u64) -> Result<(), DeskError> {
        if self.stopped.load(Ordering::Relaxed) {
            return Err(Code::Cancelled.into());
        }
        let part = done.saturating_mul(500) / total.max(1) + 1;
        if self.told.swap(part, Ordering::Relaxed) != part {
            (self.listener)(done, total);
        }
        Ok(())
    }
}
