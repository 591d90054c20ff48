//! The line between a laptop and its center, broken on purpose.

use crate::cutting_proxy::{Cut, CuttingProxy};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::runtime::Runtime;

/// How often the line is looked at.
const LOOK: Duration = Duration::from_millis(1);

/// A line with a proxy of its own.
pub struct Line {
    proxy: CuttingProxy,
    // Dropped last: the proxy runs on it.
    _runtime: Runtime,
}

impl Line {
    /// A line to this address that holds until it is told otherwise.
    pub fn to(target: SocketAddr) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let proxy = runtime.block_on(CuttingProxy::start(target, Cut::NEVER)).unwrap();
        Line { proxy, _runtime: runtime }
    }

    /// What to give to `sync --address`.
    pub fn address(&self) -> String {
        self.proxy.address().to_string()
    }

    /// How connections from now on are cut.
    pub fn set_cut(&self, cut: Cut) {
        self.proxy.set_cut(cut);
    }

    /// How many bytes a second go up; 0 for as many as come.
    pub fn set_up_pace(&self, bytes_per_second: u64) {
        self.proxy.set_up_pace(bytes_per_second);
    }

    /// How many connections were made.
    pub fn connections(&self) -> u64 {
        self.proxy.connections()
    }

    /// Waits until so many bytes went up, or until this says that it is no use waiting any longer.
    pub fn wait_until_up(&self, bytes: u64, mut over: impl FnMut() -> bool) {
        while self.up_bytes() < bytes && !over() {
            std::thread::sleep(LOOK);
        }
    }

    /// How many bytes went up.
    pub fn up_bytes(&self) -> u64 {
        self.proxy.up_bytes()
    }
}
