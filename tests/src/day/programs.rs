//! The real programs: found, run, and read. Every answer is the one JSON object that a command prints.

use crate::day::trouble::{Refusal, Trouble};
use serde_json::Value;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// The agent's program.
pub const LAPTOP: &str = "bangban";
/// The township's program.
pub const CENTER: &str = "bangban-center";

/// The two programs and the folders they work in.
pub struct Programs {
    bins: PathBuf,
    ledger: PathBuf,
    data: PathBuf,
    pin: String,
    language: &'static str,
}

impl Programs {
    /// Programs of `BANGBAN_BIN_DIR`, else those beside this one.
    pub fn find(demo: &Path, pin: &str, language: &'static str) -> Result<Self, Trouble> {
        let beside = || std::env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_owned));
        let bins = std::env::var_os("BANGBAN_BIN_DIR").map(PathBuf::from).or_else(beside).unwrap_or_default();
        for name in [LAPTOP, CENTER] {
            let program = bins.join(name);
            if !program.is_file() {
                return Err(Trouble::NoProgram(program));
            }
        }
        let (ledger, data) = (demo.join("laptop"), demo.join("center"));
        Ok(Programs { bins, ledger, data, pin: pin.to_owned(), language })
    }

    /// Whether the laptop has a ledger.
    pub fn has_ledger(&self) -> bool {
        self.ledger.join("keys.json").exists()
    }

    /// The center's folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Runs a command of the laptop.
    pub fn laptop<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Result<Value, Trouble> {
        answer(LAPTOP, arguments, self.laptop_command(arguments).output())
    }

    /// What a command of the laptop says to people: its lines.
    pub fn laptop_lines<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Result<Vec<String>, Trouble> {
        let mut command = Command::new(self.bins.join(LAPTOP));
        command.arg("--ledger").arg(&self.ledger).args(arguments).stdin(Stdio::null());
        command.env("BANGBAN_LANG", self.language).env("BANGBAN_PIN", &self.pin);
        let output = command.output().map_err(Trouble::io(LAPTOP))?;
        Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
    }

    /// Runs a command of the laptop with another PIN.
    pub fn laptop_with_pin<S: AsRef<OsStr>>(&self, pin: &str, arguments: &[S]) -> Result<Value, Trouble> {
        answer(LAPTOP, arguments, self.laptop_command(arguments).env("BANGBAN_PIN", pin).output())
    }

    /// Starts a command of the laptop that takes its time; [`Programs::await_laptop`] reads its answer.
    pub fn start_laptop<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Result<Child, Trouble> {
        self.laptop_command(arguments).spawn().map_err(Trouble::io(LAPTOP))
    }

    /// The answer of a command that was started.
    pub fn await_laptop<S: AsRef<OsStr>>(&self, arguments: &[S], child: Child) -> Result<Value, Trouble> {
        answer(LAPTOP, arguments, child.wait_with_output())
    }

    /// Runs a command of the center.
    pub fn center<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Result<Value, Trouble> {
        answer(CENTER, arguments, self.center_command(arguments).output())
    }

    /// The center's command, ready to run.
    pub fn center_command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = self.command(CENTER, "--data", &self.data, arguments);
        // Not for the center: its commands have no business with an agent's PIN.
        command.env_remove("BANGBAN_PIN");
        command
    }

    /// The window on the laptop's ledger, ready to open; none where it was not built. The PIN is typed by a person.
    pub fn window_command(&self, name: &str) -> Option<Command> {
        let program = self.bins.join(name);
        let mut command = program.is_file().then(|| Command::new(program))?;
        command.arg("--ledger").arg(&self.ledger).env_remove("BANGBAN_PIN");
        Some(command)
    }

    fn laptop_command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = self.command(LAPTOP, "--ledger", &self.ledger, arguments);
        command.env("BANGBAN_PIN", &self.pin);
        command
    }

    fn command<S: AsRef<OsStr>>(&self, name: &str, option: &str, folder: &Path, arguments: &[S]) -> Command {
        let mut command = Command::new(self.bins.join(name));
        command.arg(option).arg(folder).arg("--json").args(arguments).env("BANGBAN_LANG", self.language);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

fn answer<S: AsRef<OsStr>>(
    program: &'static str,
    arguments: &[S],
    output: std::io::Result<Output>,
) -> Result<Value, Trouble> {
    let output = output.map_err(Trouble::io(program))?;
    // Only the words of the command: what follows may be a name or a number.
    let verb: Vec<_> = arguments.iter().take(2).map(|word| word.as_ref().to_string_lossy()).collect();
    let verb = verb.join(" ");
    let read = serde_json::from_slice::<Value>(&output.stdout).ok();
    let refusal = read.as_ref().and_then(|answer| answer.get("error"));
    match (refusal, read.as_ref()) {
        (Some(error), _) => {
            let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
            let (code, what, next) = (text("code"), text("what"), text("next"));
            let refusal = Refusal { program, verb, code, at: fields_of(error), what, next };
            Err(Trouble::Refused(Box::new(refusal)))
        }
        (None, Some(answer)) if output.status.success() => Ok(answer.clone()),
        _ => {
            let said = String::from_utf8_lossy(&output.stderr);
            let said = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("no answer");
            Err(Trouble::Mute { program, verb, said: format!("{said} ({})", output.status) })
        }
    }
}

/// The fields that a refusal names.
fn fields_of(error: &Value) -> String {
    let hindrances = error["facts"]["hindrances"].as_array().into_iter().flatten().map(|one| &one["path"]);
    let named = hindrances.chain([&error["facts"]["path"], &error["detail"]]).filter_map(Value::as_str);
    named.filter(|field| !field.is_empty()).map(|field| format!(" {field}")).collect()
}

/// The refusal that was hoped for: what the program said, in its words.
pub fn refused(outcome: Result<Value, Trouble>, wanted: &str) -> Result<String, Trouble> {
    match outcome {
        Err(Trouble::Refused(refusal)) if refusal.code == wanted => Ok(said(&refusal.what, &refusal.next)),
        Err(trouble) => Err(trouble),
        Ok(_) => Err(Trouble::Unexpected(format!("this had to be refused with {wanted}, and was not"))),
    }
}

/// Two sentences, with a blank between them where the language has one.
fn said(what: &str, next: &str) -> String {
    let blank = if what.ends_with('。') { "" } else { " " };
    format!("{what}{blank}{next}")
}

/// A number of an answer.
pub fn count(answer: &Value, name: &str) -> u64 {
    answer[name].as_u64().unwrap_or_default()
}
