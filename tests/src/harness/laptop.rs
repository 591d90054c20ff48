//! A laptop: the real `bangban` on a ledger of its own.

#[cfg(unix)]
use super::FaultyDisk;
use super::{Answer, Center, Programs, ShiftedClock, Village};
use bangban_desk::Desk;
use bangban_desk::keyring::NoKeyring;
use bangban_desk::sign_in::Door;
use bangban_model::clock::SystemClock;
use serde_json::{Map, Value};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A PIN that nobody would call weak.
pub const PIN: &str = "4927516380";

/// A laptop with its ledger.
pub struct Laptop {
    /// Whose it is.
    pub name: &'static str,
    programs: Programs,
    folder: TempDir,
    ledger: PathBuf,
    clock: Option<ShiftedClock>,
    #[cfg(unix)]
    disk: Option<Arc<FaultyDisk>>,
}

impl Laptop {
    /// A laptop with a new ledger, enrolled nowhere.
    pub fn named(programs: &Programs, name: &'static str) -> Self {
        let laptop = Laptop::bare(programs, name);
        laptop.make_ledger();
        laptop
    }

    /// A laptop without a ledger.
    pub fn bare(programs: &Programs, name: &'static str) -> Self {
        let folder = TempDir::with_prefix(format!("bangban-{name}-")).unwrap();
        let ledger = folder.path().join("ledger");
        Laptop {
            name,
            programs: programs.clone(),
            folder,
            ledger,
            clock: None,
            #[cfg(unix)]
            disk: None,
        }
    }

    /// A laptop whose ledger lies in this folder.
    pub fn at(programs: &Programs, name: &'static str, ledger: PathBuf) -> Self {
        let mut laptop = Laptop::bare(programs, name);
        laptop.ledger = ledger;
        laptop
    }

    /// Makes the ledger, deriving keys as fast as the floor allows.
    pub fn make_ledger(&self) {
        self.run(&["init", "--agent", self.name, "--derivation-ms", "1"]);
    }

    /// A laptop that is enrolled for a village.
    pub fn enrolled(programs: &Programs, name: &'static str, center: &Center, village: &str) -> Self {
        let laptop = Laptop::named(programs, name);
        laptop.run(&["enrol", &center.code(village)]);
        laptop
    }

    /// From now on its clock is wrong by so much.
    pub fn set_clock(&mut self, clock: ShiftedClock) {
        self.clock = Some(clock);
    }

    /// From now on its disk does what a test says.
    #[cfg(unix)]
    pub fn set_disk(&mut self, disk: Option<Arc<FaultyDisk>>) {
        self.disk = disk;
    }

    /// Its ledger's folder.
    pub fn ledger(&self) -> &Path {
        &self.ledger
    }

    /// A file beside the ledger.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file beside the ledger and tells where.
    pub fn write(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.file(name);
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }

    /// A copy of this laptop as it stands now, such as a backup that is restored elsewhere.
    pub fn copy(&self, name: &'static str) -> Laptop {
        let copy = Laptop::bare(&self.programs, name);
        std::fs::create_dir(&copy.ledger).unwrap();
        for file in std::fs::read_dir(&self.ledger).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), copy.ledger.join(file.file_name())).unwrap();
        }
        copy
    }

    /// A command, ready to run.
    pub fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = self.programs.laptop();
        command.arg("--ledger").arg(&self.ledger).arg("--json").args(arguments).env("BANGBAN_PIN", PIN);
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
        let output = self.command(arguments).output().unwrap();
        Answer::read(&self.verb(arguments), &output)
    }

    /// The ledger opened in this process, to write what no command writes.
    pub fn desk(&self) -> Desk {
        let (folder, keyring) = (self.ledger.clone(), Arc::new(NoKeyring));
        Door { folder, clock: Arc::new(SystemClock), keyring }.sign_in(PIN).unwrap()
    }

    /// Runs a command with another PIN.
    #[track_caller]
    pub fn ask_with_pin<S: AsRef<OsStr>>(&self, pin: &str, arguments: &[S]) -> Answer {
        let output = self.command(arguments).env("BANGBAN_PIN", pin).output().unwrap();
        Answer::read(&self.verb(arguments), &output)
    }

    /// Runs a command that must succeed.
    #[track_caller]
    pub fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Value {
        self.ask(arguments).good()
    }

    /// Starts a command without waiting for its end.
    pub fn start<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Running {
        Running { verb: self.verb(arguments), child: Some(self.command(arguments).spawn().unwrap()) }
    }

    fn verb<S: AsRef<OsStr>>(&self, arguments: &[S]) -> String {
        let words: Vec<_> = arguments.iter().take(2).map(|word| word.as_ref().to_string_lossy()).collect();
        format!("{}: {}", self.name, words.join(" "))
    }

    /// Imports the village's roster.
    pub fn import_roster(&self, village: &Village) -> Value {
        self.run(&[OsStr::new("roster"), OsStr::new("import"), village.roster().as_os_str()])
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

    /// Syncs over a good line.
    #[track_caller]
    pub fn sync(&self) -> Value {
        self.run(&["sync"])
    }

    /// Opens a case with these answers and photos, and submits it if told to.
    #[track_caller]
    pub fn open_case(
        &self,
        item: &str,
        person: &str,
        answers: &Map<String, Value>,
        photos: &[String],
        submit: bool,
    ) -> Answer {
        let answers = self.write("answers.json", Value::Object(answers.clone()).to_string().as_bytes());
        // Tests open many cases of one person: that there is one in this period is tried by itself.
        let mut arguments =
            vec!["case", "open", "--again", "--item", item, "--person", person, "--answers", &answers];
        for photo in photos {
            arguments.extend(["--photo", photo]);
        }
        arguments.push("--consent");
        if submit {
            arguments.push("--submit");
        }
        self.ask(&arguments)
    }

    /// Every case of the list, by id.
    pub fn cases(&self) -> std::collections::BTreeMap<String, Value> {
        let listed = self.run(&["case", "list", "--limit", "100000"]);
        let cases = listed["cases"].as_array().cloned().unwrap_or_default();
        cases.into_iter().map(|case| (case["id"].as_str().unwrap_or_default().to_owned(), case)).collect()
    }

    /// Verifies the ledger; what does not hold is given back.
    pub fn findings(&self) -> Vec<Value> {
        let answer = self.ask(&["verify"]);
        assert!(answer.said["findings"].is_array(), "{answer}");
        answer.said["findings"].as_array().cloned().unwrap_or_default()
    }
}

/// A command under way. Dropped, it is killed.
pub struct Running {
    verb: String,
    child: Option<Child>,
}

impl Running {
    /// Kills it in the middle of whatever it does, unless it has ended already; its answer if it has one whole.
    pub fn kill(mut self) -> Answer {
        let mut child = self.child.take().unwrap();
        let _ = child.kill();
        Answer::read(&self.verb, &child.wait_with_output().unwrap())
    }

    /// Kills it after so long, or takes its answer if it ends before.
    pub fn kill_after(mut self, after: Duration) -> Answer {
        let until = Instant::now() + after;
        while Instant::now() < until && !self.has_ended() {
            std::thread::sleep(Duration::from_micros(500));
        }
        self.kill()
    }

    /// The number of its process.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// Waits for its end.
    pub fn answer(mut self) -> Answer {
        Answer::read(&self.verb, &self.child.take().unwrap().wait_with_output().unwrap())
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        self.child.as_mut().is_none_or(|child| child.try_wait().unwrap().is_some())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
