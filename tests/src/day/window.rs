//! After the day: the passwords for the township's console, and the agent's window on the demo's ledger.

use crate::day::Day;
use crate::day::programs::CENTER;
use crate::day::trouble::{Trouble, require};
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::process::{Child, Stdio};

/// The agent's window.
const WINDOW: &str = "bangban-desktop";
/// The file that remembers the demo's passwords, readable by its owner alone.
const PASSWORDS: &str = "passwords.json";

/// The password of one staff member of the demo.
#[derive(Clone, Serialize, Deserialize)]
struct Password {
    name: String,
    password: String,
}

/// Gives the demo's staff passwords, made by chance the first time and the same from then on, and says them.
pub fn say_console(day: &Day) -> Result<(), Trouble> {
    let kept: Vec<Password> = std::fs::read(day.folder.file(PASSWORDS))
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default();
    let passwords = if kept.is_empty() { make_passwords(day)? } else { kept };
    day.teller.say("console", &[("console", &day.console)]);
    for one in &passwords {
        day.teller.say("console_staff", &[("name", &one.name), ("password", &one.password)]);
    }
    Ok(())
}

fn make_passwords(day: &Day) -> Result<Vec<Password>, Trouble> {
    let mut passwords = Vec::new();
    for name in [&day.staff.acceptor, &day.staff.confirmer, &day.staff.admin] {
        let password = chance_password()?;
        set_password(day, name, &password)?;
        passwords.push(Password { name: name.clone(), password });
    }
    let text = serde_json::to_vec_pretty(&passwords);
    day.folder.write(PASSWORDS, &text.map_err(|problem| Trouble::Unexpected(problem.to_string()))?)?;
    Ok(passwords)
}

/// By standard input: a password stands in no list of processes.
fn set_password(day: &Day, name: &str, password: &str) -> Result<(), Trouble> {
    let mut command = day.programs.center_command(&["staff", "set-password", name, "--password-stdin"]);
    let mut child = command.stdin(Stdio::piped()).spawn().map_err(Trouble::io(CENTER))?;
    let mut input = child.stdin.take().ok_or_else(|| Trouble::Unexpected("no input".into()))?;
    input.write_all(format!("{password}\n").as_bytes()).map_err(Trouble::io(CENTER))?;
    drop(input);
    let status = child.wait_with_output().map_err(Trouble::io(CENTER))?.status;
    require(status.success(), || format!("the password of a staff member was not taken ({status})"))
}

/// Twelve characters that nobody mistakes for others, in groups of four.
fn chance_password() -> Result<String, Trouble> {
    const LETTERS: &[u8; 32] = b"23456789abcdefghjkmnpqrstuvwxyzT";
    let mut bytes = [0; 12];
    getrandom::fill(&mut bytes).map_err(|problem| Trouble::Unexpected(problem.to_string()))?;
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    Ok(letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-"))
}

/// Opens the window on the demo's ledger; none where it was not built.
pub fn open(day: &Day) -> Result<Option<Child>, Trouble> {
    let Some(mut command) = day.programs.window_command(WINDOW) else { return Ok(None) };
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let child = child.map_err(Trouble::io(WINDOW))?;
    day.teller.say("window", &[("pin", &day.folder.pin()?)]);
    Ok(Some(child))
}
