//! The two sides: a center and an enrolled laptop full of cases, made once and copied fresh for every run.

use crate::Failure;
use crate::link::{Link, SERVER};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Any PIN does.
pub const PIN: &str = "7041836259";
/// The village of the demo.
const VILLAGE: &str = "420703200209";

/// How much there is to send.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Cases.
    pub cases: u64,
    /// Photos of all cases together.
    pub photos: u64,
    /// Bytes a photo.
    pub photo_bytes: u64,
}

/// Folders with programs and data.
pub struct Sides {
    bins: PathBuf,
    folder: PathBuf,
    /// The enrolment code: it holds the pins.
    pub code: String,
    /// Entries that wait.
    pub entries: u64,
    /// What the same batch weighs as a file: photos, text, and what binds them (bytes).
    pub payload_bytes: u64,
}

impl Sides {
    /// Makes a center and a laptop that is enrolled over the link, and fills the laptop.
    pub fn prepare(bins: &Path, folder: &Path, link: &Link, load: Load) -> Result<Self, Failure> {
        Self::with_received(bins, folder, link, 0, load)
    }

    /// The same, with so many cases that were received before.
    pub fn with_received(
        bins: &Path,
        folder: &Path,
        link: &Link,
        received: u64,
        load: Load,
    ) -> Result<Self, Failure> {
        let mut sides = Sides {
            bins: bins.into(),
            folder: folder.into(),
            code: String::new(),
            entries: 0,
            payload_bytes: 0,
        };
        answer(&mut sides.center(None, &["init", "--demo"]))?;
        let serving = sides.serve(link)?;
        let code = answer(&mut sides.center(None, &["code", "--village", VILLAGE, "--address", SERVER]))?;
        sides.code = code["code"].as_str().unwrap_or_default().to_owned();
        // The shortest derivation: a sign-in is no part of an exchange.
        answer(&mut sides.laptop(None, &["init", "--agent", "试用员", "--derivation-ms", "1"]))?;
        answer(&mut sides.laptop(Some(link), &["enrol", &sides.code]))?;
        drop(serving);
        if received > 0 {
            sides.fill(Load { cases: received, photos: 0, photo_bytes: 1 }, "3")?;
            sides.by_stick()?;
        }
        sides.fill(load, "7")?;
        let status = answer(&mut sides.laptop(None, &["status"]))?;
        // Where much was received before, looking again and again whether the text has come would be in the way.
        let waits = status["pending_entries"].as_u64().unwrap_or_default();
        sides.entries = if received > 0 { 0 } else { waits };
        sides.payload_bytes = sides.export()?;
        copy(&folder.join("center"), &folder.join("center.fresh"))?;
        copy(&folder.join("laptop"), &folder.join("laptop.fresh"))?;
        Ok(sides)
    }

    fn fill(&self, load: Load, seed: &str) -> Result<(), Failure> {
        let (cases, photos) = (load.cases.to_string(), (load.photos / load.cases.max(1)).to_string());
        let bytes = load.photo_bytes.to_string();
        let fill = ["fill", "--cases", &cases, "--photos", &photos, "--photo-bytes", &bytes, "--seed", seed];
        answer(&mut self.laptop(None, &fill)).map(|_| ())
    }

    fn batch(&self) -> String {
        self.folder.join("weigh.bangban").display().to_string()
    }

    /// What waits as a file; its size.
    fn export(&self) -> Result<u64, Failure> {
        let exported = answer(&mut self.laptop(None, &["batch", "export", &self.batch()]))?;
        Ok(exported["size_bytes"].as_u64().unwrap_or_default())
    }

    /// What waits is received, without the link.
    fn by_stick(&self) -> Result<(), Failure> {
        self.export()?;
        let receipt = self.folder.join("receipt.bangban").display().to_string();
        answer(&mut self.center(None, &["import", &self.batch(), "--receipt", &receipt]))?;
        answer(&mut self.laptop(None, &["receipt", "import", &receipt]))?;
        Ok(())
    }

    /// Puts both sides back to where nothing was sent yet.
    pub fn refresh(&self) -> Result<(), Failure> {
        for side in ["center", "laptop"] {
            let folder = self.folder.join(side);
            std::fs::remove_dir_all(&folder)?;
            copy(&self.folder.join(format!("{side}.fresh")), &folder)?;
        }
        Ok(())
    }

    /// The center at work in its namespace.
    pub fn serve(&self, link: &Link) -> Result<Serving, Failure> {
        let mut command = self.center(Some(link), &["serve", "--listen", SERVER]);
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let mut out = BufReader::new(child.stdout.take().ok_or("no output")?);
        let mut line = String::new();
        out.read_line(&mut line)?;
        let serving = Serving { child, _out: out };
        if line.contains("address") { Ok(serving) } else { Err(format!("the center said: {line}").into()) }
    }

    /// A command of the laptop, in its namespace where a link is given.
    pub fn laptop(&self, link: Option<&Link>, arguments: &[&str]) -> Command {
        let mut command = inside(link.map(|link| link.laptop.as_str()), &self.bins.join("bangban"));
        command.arg("--ledger").arg(self.folder.join("laptop")).arg("--json").args(arguments);
        command.env("BANGBAN_PIN", PIN).stdin(Stdio::null());
        command
    }

    /// A command of the center, in its namespace where a link is given.
    pub fn center(&self, link: Option<&Link>, arguments: &[&str]) -> Command {
        let mut command = inside(link.map(|link| link.center.as_str()), &self.bins.join("bangban-center"));
        command
            .arg("--data")
            .arg(self.folder.join("center"))
            .arg("--json")
            .args(arguments)
            .stdin(Stdio::null());
        command
    }
}

/// A center that serves while this lives.
pub struct Serving {
    child: Child,
    _out: BufReader<std::process::ChildStdout>,
}

impl Serving {
    /// Whether some laptop's connection stands, as the kernel tells of the center's namespace.
    pub fn is_connected(&self) -> bool {
        let table = std::fs::read_to_string(format!("/proc/{}/net/tcp", self.child.id())).unwrap_or_default();
        table.lines().skip(1).any(|line| line.split_whitespace().nth(3) == Some("01"))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A program inside a network namespace.
pub fn inside(namespace: Option<&str>, program: &Path) -> Command {
    match namespace {
        None => Command::new(program),
        Some(name) => {
            let mut command = Command::new("ip");
            command.args(["netns", "exec", name]).arg(program);
            command
        }
    }
}

/// The one JSON object a command prints.
pub fn answer(command: &mut Command) -> Result<Value, Failure> {
    let output = command.stdout(Stdio::piped()).stderr(Stdio::piped()).output()?;
    let read: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    if output.status.success() && read["error"].is_null() {
        return Ok(read);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{command:?}: {} {said}", read["error"]).into())
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    let status = Command::new("cp").arg("-a").arg(from).arg(to).status()?;
    if status.success() { Ok(()) } else { Err("cp failed".into()) }
}
