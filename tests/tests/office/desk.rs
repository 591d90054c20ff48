//! A window without a window: an office on a ledger of its own, called by name and JSON.

use bangban_desk::command::{self, Call};
use bangban_desk::link::Link;
use bangban_desk::office::{Derivation, Event, Opening};
use bangban_desk::{DeskError, Office};
use bangban_model::clock::SystemClock;
use bangban_tests::checks::DAHU;
use bangban_tests::harness::{Center, Programs, Village};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use uuid::Uuid;

pub const PIN: &str = "4927516380";

pub struct Window {
    pub office: Arc<Office>,
    pub heard: Mutex<Receiver<Value>>,
    runtime: Arc<Runtime>,
    folder: Arc<TempDir>,
}

impl Window {
    /// A window on a folder without a ledger.
    pub fn new() -> Window {
        let folder = Arc::new(TempDir::with_prefix("bangban-window-").unwrap());
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        Window::on(folder, Arc::new(runtime))
    }

    /// The same, whose office sees this connection and reports by itself.
    pub fn watching(link: Arc<dyn Link>) -> Window {
        let folder = Arc::new(TempDir::with_prefix("bangban-window-").unwrap());
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        Window::with(folder, Arc::new(runtime), Some(link))
    }

    fn on(folder: Arc<TempDir>, runtime: Arc<Runtime>) -> Window {
        Window::with(folder, runtime, None)
    }

    fn with(folder: Arc<TempDir>, runtime: Arc<Runtime>, link: Option<Arc<dyn Link>>) -> Window {
        let (tell, heard) = channel();
        let office = Office::open(Opening {
            folder: folder.path().join("ledger"),
            clock: Arc::new(SystemClock),
            keyring: Arc::new(bangban_desk::keyring::NoKeyring),
            derivation: Derivation::AtItsFloor,
            first_pause: std::time::Duration::from_millis(200),
            runtime: runtime.handle().clone(),
            listener: Arc::new(move |event: Event| {
                let _ = tell.send(serde_json::to_value(event).unwrap());
            }),
            link,
        });
        Window { office, heard: Mutex::new(heard), runtime, folder }
    }

    /// A window whose agent is enrolled with this center for 大湖村, with the village's roster taken in.
    pub fn at_work(center: &Center, village: &Village) -> Window {
        let window = Window::new();
        window.call("make_ledger", json!({"name": "余老师", "pin": PIN}));
        window.call("enrol", json!({"code": center.code(DAHU)}));
        let roster = window.offer(&village.roster());
        window.call("import_roster", json!({"file": roster, "village": null}));
        window
    }

    /// Another program on the same ledger, after this one ended at once, as by a kill.
    pub fn killed_and_opened_again(self) -> Window {
        let (folder, runtime) = (self.folder.clone(), self.runtime.clone());
        drop(self);
        Window::on(folder, runtime)
    }

    pub fn ask(&self, name: &str, arguments: Value) -> Result<Value, DeskError> {
        command::call(&Call { office: &self.office, job: None }, name, arguments)
    }

    pub fn ask_as_job(&self, job: Uuid, name: &str, arguments: Value) -> Result<Value, DeskError> {
        command::call(&Call { office: &self.office, job: Some(job) }, name, arguments)
    }

    #[track_caller]
    pub fn call(&self, name: &str, arguments: Value) -> Value {
        self.ask(name, arguments).unwrap_or_else(|problem| panic!("{name}: {problem}"))
    }

    #[track_caller]
    pub fn refused(&self, name: &str, arguments: Value) -> String {
        let problem = self.ask(name, arguments).expect_err(name);
        problem.code.as_str().to_owned()
    }

    /// A file as if chosen in the system's dialog.
    pub fn offer(&self, path: &Path) -> String {
        self.office.offer_file(path).token.to_string()
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The id of the person with this number.
    pub fn person(&self, number: &str) -> String {
        let found = self.call("find_people", json!({"text": number}));
        found[0]["id"].as_str().unwrap().to_owned()
    }

    /// Reports to the township and waits for the end of the run.
    pub fn report(&self) -> Value {
        self.call("start_sync", json!({}));
        self.await_end_of_run()
    }

    /// Waits for the end of a run, whoever began it.
    pub fn await_end_of_run(&self) -> Value {
        let heard = self.heard.lock().unwrap();
        loop {
            let event = heard.recv_timeout(std::time::Duration::from_secs(60)).expect("the run ends");
            if event["kind"] == "changed" {
                drop(heard);
                return self.call("sync_state", json!({}));
            }
        }
    }
}

pub fn programs() -> Programs {
    Programs::normal()
}
