//! A center: the real `bangban-center`, serving on a port of its own.

#[cfg(unix)]
use super::FaultyDisk;
use super::{Answer, Laptop, Programs, ShiftedClock};
use serde_json::Value;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
#[cfg(unix)]
use std::sync::Arc;
use tempfile::TempDir;

/// Who accepts and returns in tests; nobody of that name is meant.
pub const ACCEPTOR: &str = "周敏";
/// Who confirms; never the one who accepted.
pub const CONFIRMER: &str = "程刚";

/// A center with its data folder; killed when dropped.
pub struct Center {
    programs: Programs,
    folder: TempDir,
    data: PathBuf,
    serving: Option<Child>,
    address: Option<SocketAddr>,
    console: String,
    clock: Option<ShiftedClock>,
    #[cfg(unix)]
    disk: Option<Arc<FaultyDisk>>,
}

impl Center {
    /// A new center of the demo district that serves on a free port, with two staff.
    pub fn start(programs: &Programs) -> Self {
        let mut center = Center::made(programs);
        center.serve();
        center
    }

    /// A new center that does not serve yet.
    pub fn made(programs: &Programs) -> Self {
        let folder = TempDir::with_prefix("bangban-center-").unwrap();
        let data = folder.path().join("data");
        Center::made_in(programs, folder, data)
    }

    /// A new center whose data lies in this folder.
    pub fn made_at(programs: &Programs, data: PathBuf) -> Self {
        Center::made_in(programs, TempDir::with_prefix("bangban-center-").unwrap(), data)
    }

    fn made_in(programs: &Programs, folder: TempDir, data: PathBuf) -> Self {
        let center = Center {
            programs: programs.clone(),
            folder,
            data,
            serving: None,
            address: None,
            console: String::new(),
            clock: None,
            #[cfg(unix)]
            disk: None,
        };
        center.run(&["init", "--demo"]);
        center.add_staff(ACCEPTOR, "acceptor", "");
        center.add_staff(CONFIRMER, "confirmer", "");
        center
    }

    /// Adds a staff member where there is none of that name; an empty scope is the whole center.
    pub fn add_staff(&self, name: &str, role: &str, scope: &str) {
        let listed = self.run(&["staff", "list"]);
        let known = listed["staff"].as_array().into_iter().flatten().any(|one| one["name"] == name);
        if !known {
            let mut arguments = vec!["staff", "add", "--name", name, "--role", role];
            if !scope.is_empty() {
                arguments.extend(["--scope", scope]);
            }
            self.run(&arguments);
        }
    }

    /// Serves: on a free port the first time, on the same one from then on.
    pub fn serve(&mut self) {
        let listen = self.address.map_or_else(|| "127.0.0.1:0".to_owned(), |address| address.to_string());
        self.serve_at(&listen);
    }

    /// Serves at this address.
    pub fn serve_at(&mut self, listen: &str) {
        assert!(self.serving.is_none(), "it serves already");
        let log = std::fs::File::options().create(true).append(true).open(self.file("serve.log")).unwrap();
        let mut command = self.command(&["serve", "--listen", listen]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::from(log)).spawn().unwrap();
        // The line comes when it serves; a server that dies ends its output, so this never waits for nothing.
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
        self.serving = Some(child);
        let said: Value = serde_json::from_str(&line).unwrap_or_default();
        said["console"].as_str().unwrap_or_default().clone_into(&mut self.console);
        let address = said["address"].as_str().and_then(|address| address.parse().ok());
        self.address =
            Some(address.unwrap_or_else(|| panic!("serve did not say where: {line:?}\n{}", self.log())));
    }

    /// The number of its process.
    pub fn pid(&self) -> u32 {
        self.serving.as_ref().unwrap().id()
    }

    /// What it wrote to its log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.file("serve.log")).unwrap_or_default()
    }

    /// Where it listens, or listened last.
    pub fn address(&self) -> SocketAddr {
        self.address.unwrap()
    }

    /// Where browsers of this machine find its console: host and port.
    pub fn console(&self) -> &str {
        self.console.trim_start_matches("http://").trim_end_matches('/')
    }

    /// Kills it in the middle of whatever it does (SIGKILL).
    pub fn kill(&mut self) {
        if let Some(mut child) = self.serving.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// A file beside its data.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// From now on its clock is wrong by so much; where it serves, from the next time on.
    pub fn set_clock(&mut self, clock: ShiftedClock) {
        self.clock = Some(clock);
    }

    /// From now on its disk does what a test says; where it serves, from the next time on.
    #[cfg(unix)]
    pub fn set_disk(&mut self, disk: Option<Arc<FaultyDisk>>) {
        self.disk = disk;
    }

    /// Whether it does not serve any more, whoever killed it.
    pub fn is_down(&mut self) -> bool {
        self.serving.as_mut().is_none_or(|child| child.try_wait().unwrap().is_some())
    }

    /// Its data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// A command, ready to run.
    pub fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = self.programs.center();
        command.arg("--data").arg(&self.data).arg("--json").args(arguments);
        if let Some(clock) = &self.clock {
            clock.set(&mut command);
        }
        #[cfg(unix)]
        if let Some(disk) = &self.disk {
            disk.set(&mut command);
        }
        command
    }

    /// Runs a command, whatever comes of it.
    #[track_caller]
    pub fn ask<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Answer {
        let words: Vec<_> = arguments.iter().take(2).map(|word| word.as_ref().to_string_lossy()).collect();
        let output = self.command(arguments).output().unwrap();
        Answer::read(&format!("center: {}", words.join(" ")), &output)
    }

    /// Runs a command that must succeed.
    #[track_caller]
    pub fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Value {
        self.ask(arguments).good()
    }

    /// A code that lets a laptop in for this village.
    pub fn code(&self, village: &str) -> String {
        let mut arguments = vec!["code".to_owned(), "--village".into(), village.into()];
        if let Some(address) = self.address {
            arguments.extend(["--address".into(), address.to_string()]);
        }
        self.run(&arguments)["code"].as_str().unwrap().to_owned()
    }

    /// How things stand.
    pub fn status(&self) -> Value {
        self.run(&["status"])
    }

    /// A number of the status.
    pub fn count(&self, name: &str) -> u64 {
        let status = self.status();
        status[name].as_u64().unwrap_or_else(|| panic!("no number {name} in {status}"))
    }

    /// The totals that must not change when nothing is taken in.
    pub fn totals(&self) -> [u64; 6] {
        let status = self.status();
        ["laptops", "people", "cases", "photos", "entries", "quarantined"]
            .map(|name| status[name].as_u64().unwrap_or_else(|| panic!("no number {name} in {status}")))
    }

    /// Receives a batch file; the receipt lies where the answer says.
    pub fn receive(&self, batch: &Path, receipt: &Path) -> Answer {
        let arguments =
            [OsStr::new("import"), batch.as_os_str(), OsStr::new("--receipt"), receipt.as_os_str()];
        self.ask(&arguments)
    }

    /// Imports every batch that waits, as this member of staff; how many cases went on the list.
    pub fn import_waiting(&self, staff: &str) -> u64 {
        let listed = self.run(&["batch", "list", "--as", staff]);
        let waiting = listed["batches"].as_array().cloned().unwrap_or_default();
        let mut cases = 0;
        for batch in waiting.iter().filter(|batch| batch["imported_at"].is_null()) {
            let id = batch["id"].as_str().unwrap();
            let imported = self.run(&["batch", "import", id, "--as", staff]);
            cases += imported["cases"].as_array().map_or(0, Vec::len) as u64;
        }
        cases
    }

    /// Verifies everything; what does not hold is given back.
    pub fn findings(&self) -> Vec<Value> {
        let answer = self.ask(&["verify"]);
        assert!(answer.said["findings"].is_array(), "{answer}");
        answer.said["findings"].as_array().cloned().unwrap_or_default()
    }

    /// A laptop that is let in for a village.
    pub fn let_in(&self, name: &'static str, village: &str) -> Laptop {
        Laptop::enrolled(&self.programs, name, self, village)
    }
}

impl Drop for Center {
    fn drop(&mut self) {
        self.kill();
    }
}
