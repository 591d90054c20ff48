//! The system's keyring beside the PIN (rule K1): a real Secret Service on a real session bus. Skipped with a word where there
//! is none.

use bangban_tests::checks::DAHU;
use bangban_tests::harness::{Answer, Center, Laptop, Programs, skip};
use serde_json::json;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// Eight digits are enough where a secret stands beside them.
const PIN: &str = "73918462";
const NEXT_PIN: &str = "6180357942";

/// A session of this user: a bus of its own, and the keyring that a person unlocked by signing in to the machine.
struct Session {
    home: TempDir,
}

impl Session {
    fn begin() -> Option<Self> {
        let is_there = |name: &str| Command::new(name).arg("--version").output().is_ok();
        if !is_there("dbus-run-session") || !is_there("gnome-keyring-daemon") {
            skip("the real keyring (missing: dbus-run-session or gnome-keyring-daemon)");
            return None;
        }
        Some(Session { home: TempDir::with_prefix("bangban-session-").unwrap() })
    }

    /// The keyring's files go, as when the machine is set up anew.
    fn lose_keyring(&self) {
        std::fs::remove_dir_all(self.home.path().join(".local")).unwrap();
    }

    fn run(&self, laptop: &Laptop, pin: &str, new: &str, arguments: &[&str]) -> Answer {
        let program = laptop.command(arguments);
        let mut command = Command::new("dbus-run-session");
        let unlock =
            "printf %s secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; \"$@\"";
        command.args(["--", "sh", "-c", unlock, "sh"]).arg(program.get_program()).args(program.get_args());
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let home: &Path = self.home.path();
        command
            .env_remove("BANGBAN_KEYRING")
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env("HOME", home)
            .env("XDG_DATA_HOME", home.join(".local/share"))
            .env("XDG_RUNTIME_DIR", home)
            .env("BANGBAN_PIN", pin)
            .env("BANGBAN_NEW_PIN", new);
        Answer::read(arguments.first().unwrap_or(&""), &command.output().unwrap())
    }
}

#[test]
fn k1_the_pin_alone_opens_nothing_and_a_lost_keyring_loses_nothing() {
    let Some(session) = Session::begin() else { return };
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let alice = Laptop::bare(&programs, "alice");
    session.run(&alice, PIN, "", &["init", "--agent", "周小琴", "--derivation-ms", "1"]).good();
    session.run(&alice, PIN, "", &["enrol", &center.code(DAHU)]).good();
    session.run(&alice, PIN, "", &["fill", "--cases", "3"]).good();
    let before = session.run(&alice, PIN, "", &["status"]).good();
    let state = session.run(&alice, PIN, "", &["agent", "list"]).good();
    assert_eq!((&state["has_keyring"], &state["agents"][0]["has_keyring"]), (&json!(true), &json!(true)));

    // Whoever has the disk has no session of hers: the right PIN opens nothing, and that is no wrong try.
    alice.ask_with_pin(PIN, &["status"]).refused("keyring_lost");
    let wrong = session.run(&alice, "5938271640", "", &["status"]).refused("wrong_pin");
    assert_eq!(wrong["error"]["facts"]["left"], json!(9));

    session.lose_keyring();
    session.run(&alice, PIN, "", &["status"]).refused("keyring_lost");
    let laptop = center.run(&["laptop", "list"])["laptops"][0]["id"].as_str().unwrap().to_owned();
    let file = center.file("escrow.json").display().to_string();
    center.run(&["escrow", "take", &laptop, "--to", &file, "--as", "陈管理员"]);
    let key = center.data().join("offline/escrow.key").display().to_string();
    let found = center.run(&["escrow", "open", &file, "--key", &key]);
    let code: Vec<&str> =
        found["code"].as_array().unwrap().iter().map(|group| group.as_str().unwrap()).collect();
    session.run(&alice, "", NEXT_PIN, &["recover", &code.join(" ")]).good();
    let after = session.run(&alice, NEXT_PIN, "", &["status"]).good();
    assert_eq!((&after["cases"], &after["pending_entries"]), (&before["cases"], &before["pending_entries"]));
    // A new secret stands beside the new PIN.
    alice.ask_with_pin(NEXT_PIN, &["status"]).refused("keyring_lost");
}
