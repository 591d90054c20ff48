//! The program, run in a folder of its own, without a ledger and without a PIN.

use rust_xlsxwriter::Workbook;
use serde_json::Value;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A folder with workbooks, and the program beside it.
pub struct Desk {
    folder: TempDir,
    language: &'static str,
}

/// What the program said, and whether it was content.
pub struct Said {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Said {
    /// The only object.
    pub fn object(&self) -> Value {
        let objects = self.objects();
        assert_eq!(objects.len(), 1, "one object: {}", self.stdout);
        objects.into_iter().next().unwrap()
    }

    /// The objects, one a line.
    pub fn objects(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Desk {
    pub fn in_language(language: &'static str) -> Self {
        Self { folder: TempDir::new().unwrap(), language }
    }

    pub fn english() -> Self {
        Self::in_language("en")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    /// Writes a workbook of these sheets, each a table of rows.
    pub fn write_form(&self, name: &str, sheets: &[(&str, &[&[&str]])]) {
        let mut book = Workbook::new();
        for (name, rows) in sheets {
            let sheet = book.add_worksheet();
            sheet.set_name(*name).unwrap();
            for (row, cells) in (0_u32..).zip(*rows) {
                for (column, text) in (0_u16..).zip(*cells).filter(|(_, text)| !text.is_empty()) {
                    sheet.write_string(row, column, *text).unwrap();
                }
            }
        }
        self.write(name, &book.save_to_buffer().unwrap());
    }

    pub fn run(&self, arguments: &[&str]) -> Said {
        self.run_with(arguments, b"")
    }

    pub fn run_with(&self, arguments: &[&str], input: &[u8]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bangban"));
        for name in ["BANGBAN_LEDGER", "BANGBAN_PIN", "BANGBAN_LOG", "LANG"] {
            command.env_remove(name);
        }
        command.env("BANGBAN_LANG", self.language).current_dir(self.folder.path()).args(arguments);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // Beside reading: neither pipe may fill up while the other is waited for.
        let writer = std::thread::spawn(move || stdin.write_all(&input));
        let output = child.wait_with_output().unwrap();
        let _ = writer.join().unwrap();
        Said {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
