//! Sees that something was written to the store, by this process or another, and tells every stream.

use crate::center::Center;
use crate::error::CenterError;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::watch;

/// How often the store is asked. Asking reads one number in shared memory.
const EVERY: Duration = Duration::from_millis(250);

/// A watch over a center's store; it ends when this is dropped.
pub(super) struct Watch {
    changes: watch::Receiver<u64>,
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Begins to watch.
    pub(super) fn begin(center: &Center) -> Result<Self, CenterError> {
        let mut store = center.store().watch()?;
        let mut known = store.version()?;
        let (teller, changes) = watch::channel(0);
        let (end, ended) = channel::<()>();
        let thread = std::thread::Builder::new().name("store-watch".into()).spawn(move || {
            while ended.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                match store.version() {
                    Ok(version) if version == known => {}
                    Ok(version) => {
                        known = version;
                        teller.send_modify(|changes| *changes += 1);
                    }
                    Err(problem) => tracing::warn!(problem = %problem, "the store cannot be watched"),
                }
            }
        })?;
        Ok(Watch { changes, end: Some(end), thread: Some(thread) })
    }

    /// A receiver of its own: changes from now on.
    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        let mut changes = self.changes.clone();
        changes.mark_unchanged();
        changes
    }
}

impl Drop for Watch {
    /// Waits for the thread: its connection must not outlive what the program tears down at its end.
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the watch over the store broke off");
        }
    }
}
