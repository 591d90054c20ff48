//! The shaped link: two network namespaces joined by a link of given rate, delay, loss and cuts.

use crate::Failure;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Where the server's end is.
pub const SERVER: &str = "10.77.0.2:7443";
/// There and back (ms).
pub const RTT_MS: u64 = 200;
/// How long a cut keeps everything dark (s).
pub const DARK_SECONDS: u64 = 3;

/// What is bad about the link.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shape {
    /// Packets lost, in percent.
    pub loss_percent: u32,
    /// A cut every so many seconds; 0 for none.
    pub cut_every_seconds: u32,
    /// Old connections are told nothing after a cut, instead of being reset.
    pub silent: bool,
}

/// A link that is up while this lives.
pub struct Link {
    shaper: Child,
    stats: PathBuf,
    /// The laptop's namespace.
    pub laptop: String,
    /// The center's namespace.
    pub center: String,
}

impl Link {
    /// Makes the namespaces and the link: 1 Mbit/s up, 4 down, 200 ms there and back.
    pub fn start(
        tool: &Path,
        folder: &Path,
        shape: Shape,
        congestion: Option<&str>,
    ) -> Result<Self, Failure> {
        let id = std::process::id();
        let (laptop, center) = (format!("bb-laptop-{id}"), format!("bb-center-{id}"));
        for name in [&laptop, &center] {
            run("ip", &["netns", "add", name])?;
        }
        let stats = folder.join("link.json");
        let _ = std::fs::remove_file(with_ready(&stats));
        let mut command = Command::new("python3");
        command.arg(tool).args([&laptop, &center]).args(["--up", "1000", "--down", "4000"]);
        command.args(["--rtt", &RTT_MS.to_string(), "--loss", &shape.loss_percent.to_string()]);
        command.args(["--cut-every", &shape.cut_every_seconds.to_string()]);
        command.args(["--cut-down", &DARK_SECONDS.to_string()]);
        if shape.silent {
            command.arg("--silent");
        }
        let shaper = command.arg("--stats").arg(&stats).stdin(Stdio::null()).spawn()?;
        let link = Link { shaper, stats, laptop, center };
        let begun = Instant::now();
        while !with_ready(&link.stats).exists() {
            if begun.elapsed() > Duration::from_secs(10) {
                return Err("the link did not come up".into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        if let Some(congestion) = congestion {
            // By route: as the default of a namespace only what the machine allows everybody can be set.
            let set = format!(
                "ip route show | while read -r route; do ip route change $route congctl {congestion} || exit 1; done"
            );
            for name in [&link.laptop, &link.center] {
                run("ip", &["netns", "exec", name, "sh", "-c", &set])?;
            }
        }
        Ok(link)
    }

    /// Zeroes the counters and starts the clock of the cuts.
    pub fn arm(&self) -> Result<(), Failure> {
        self.signal("USR1")?;
        // The shaper takes the signal between two packets.
        std::thread::sleep(Duration::from_millis(50));
        Ok(())
    }

    /// How often it was cut since it was armed.
    pub fn cuts(&self) -> Result<u64, Failure> {
        let _ = std::fs::remove_file(&self.stats);
        self.signal("USR2")?;
        let begun = Instant::now();
        loop {
            if let Ok(text) = std::fs::read(&self.stats) {
                let read: serde_json::Value = serde_json::from_slice(&text)?;
                return Ok(read["cuts"].as_u64().unwrap_or_default());
            }
            if begun.elapsed() > Duration::from_secs(5) {
                return Err("the link does not say how it fared".into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn signal(&self, name: &str) -> Result<(), Failure> {
        run("sh", &["-c", "kill -\"$1\" \"$2\"", "sh", name, &self.shaper.id().to_string()])
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let _ = self.shaper.kill();
        let _ = self.shaper.wait();
        for name in [&self.laptop, &self.center] {
            let _ = run("ip", &["netns", "del", name]);
        }
    }
}

fn with_ready(stats: &Path) -> PathBuf {
    let mut name = stats.as_os_str().to_owned();
    name.push(".ready");
    name.into()
}

fn run(program: &str, arguments: &[&str]) -> Result<(), Failure> {
    let status = Command::new(program).args(arguments).status()?;
    if status.success() { Ok(()) } else { Err(format!("{program} {} failed", arguments.join(" ")).into()) }
}
