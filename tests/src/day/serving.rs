//! The center at work: `bangban-center serve` as a process of its own, ended politely, or killed when the day wants it.

use crate::day::programs::Programs;
use crate::day::trouble::{Trouble, require};
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::signal::unix::{SignalKind, signal};

/// So long a center may take to open.
const OPENS_WITHIN: Duration = Duration::from_secs(30);
/// So long it may take to end.
const ENDS_WITHIN: Duration = Duration::from_secs(15);

/// The center's door: open while it serves. Shared with whatever hears the signal to end.
#[derive(Clone, Default)]
pub struct Door(Arc<Mutex<Option<Serving>>>);

impl Door {
    fn inside(&self) -> MutexGuard<'_, Option<Serving>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on this one serves.
    pub fn open(&self, serving: Serving) {
        *self.inside() = Some(serving);
    }

    /// Ends it politely, if it serves.
    pub fn close(&self) -> Result<(), Trouble> {
        self.inside().take().map_or(Ok(()), Serving::end)
    }

    /// Kills it, if it serves.
    pub fn kill(&self) -> Result<(), Trouble> {
        self.inside().take().map_or(Ok(()), Serving::kill)
    }
}

/// Waits for Ctrl-C or SIGTERM, ends the center politely, and then this program: no center is left behind.
pub async fn end_with_signal(door: Door) {
    let Ok(mut terminated) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = terminated.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    let ended = tokio::task::spawn_blocking(move || door.close()).await;
    std::process::exit(if matches!(ended, Ok(Ok(()))) { 0 } else { 1 });
}

/// Where a center serves on the loopback; 0 for any port that is free.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    /// For laptops.
    pub laptops: u16,
    /// For browsers on this machine.
    pub console: u16,
}

/// A center that serves; it ends with this.
pub struct Serving {
    child: Child,
    address: SocketAddr,
    console: String,
}

impl Serving {
    /// Serves on these ports.
    pub fn start(programs: &Programs, ports: Ports) -> Result<Self, Trouble> {
        let log =
            std::fs::File::options().create(true).append(true).open(programs.data().with_extension("log"));
        let log = log.map_err(Trouble::io("center.log"))?;
        let [listen, console] = [ports.laptops, ports.console].map(|port| listen_on(port).to_string());
        let mut command = programs.center_command(&["serve", "--listen", &listen, "--console", &console]);
        let spawned = command.stdout(Stdio::piped()).stderr(Stdio::from(log)).spawn();
        let child = spawned.map_err(Trouble::io("bangban-center"))?;
        let mut serving = Serving { child, address: listen_on(ports.laptops), console: String::new() };
        (serving.address, serving.console) = serving.read_addresses()?;
        Ok(serving)
    }

    /// Where it listens: the one line it prints.
    fn read_addresses(&mut self) -> Result<(SocketAddr, String), Trouble> {
        let out =
            self.child.stdout.take().ok_or_else(|| Trouble::Unexpected("serve has no output".into()))?;
        let (said, heard) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let mut out = BufReader::new(out);
            let _ = out.read_line(&mut line);
            let _ = said.send(line);
            // The pipe stays open for as long as the center lives: what else it says is nobody's business here.
            let _ = std::io::copy(&mut out, &mut std::io::sink());
        });
        let line = heard.recv_timeout(OPENS_WITHIN).unwrap_or_default();
        let read: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
        let refusal = &read["error"];
        require(refusal.is_null(), || {
            format!("bangban-center serve: {} {}", refusal["what"], refusal["next"])
        })?;
        let address = read["address"].as_str().and_then(|address| address.parse().ok());
        let console = read["console"].as_str().map(str::to_owned);
        let said = address.zip(console);
        said.ok_or_else(|| Trouble::Unexpected("bangban-center serve did not say where it listens".into()))
    }

    /// Where a browser finds the console.
    pub fn console(&self) -> &str {
        &self.console
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Kills it in the middle of whatever it does (SIGKILL).
    pub fn kill(mut self) -> Result<(), Trouble> {
        self.child.kill().map_err(Trouble::io("kill"))?;
        self.child.wait().map(drop).map_err(Trouble::io("wait"))
    }

    /// Ends it politely (SIGTERM); whatever is under way comes to its end.
    pub fn end(mut self) -> Result<(), Trouble> {
        let pid = self.child.id().to_string();
        let told = Command::new("sh").args(["-c", "kill -TERM \"$1\"", "sh", &pid]).status();
        told.map_err(Trouble::io("sh"))?;
        let begun = Instant::now();
        while self.child.try_wait().map_err(Trouble::io("wait"))?.is_none() {
            require(begun.elapsed() < ENDS_WITHIN, || {
                "bangban-center does not end when it is told to".into()
            })?;
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn listen_on(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

/// This port if it is free, else any other.
pub fn free_port(wanted: u16) -> Result<u16, Trouble> {
    let bound = TcpListener::bind(listen_on(wanted)).or_else(|_| TcpListener::bind(listen_on(0)));
    let address = bound.and_then(|listener| listener.local_addr()).map_err(Trouble::io("port"))?;
    Ok(address.port())
}
