//! A day in the village, end to end: the real programs do it step by step, and it is told as it happens.
//!
//! Run again, it goes on with yesterday's ledger: another household, new cases, nothing made twice.

pub(crate) mod answers;
mod evening;
mod folder;
mod morning;
mod network;
pub(crate) mod people;
mod pictures;
mod programs;
mod round;
mod serving;
mod stick;
mod teller;
mod township;
pub mod trouble;
mod window;

use folder::{DemoFolder, Notes};
use people::Household;
use programs::Programs;
use serving::{Door, Serving};
use std::process::ExitCode;
use teller::Teller;
use township::Staff;
use trouble::Trouble;

/// The village: 临江乡大湖村.
const VILLAGE: &str = "420703200209";
/// The agent; nobody of that name is meant.
const AGENT: &str = "余秀兰";

/// How the day is run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Ends after the day instead of leaving the center running.
    pub once: bool,
    /// One JSON line a step.
    pub json: bool,
    /// Opens the agent's window on the demo's ledger after the day.
    pub window: bool,
}

/// The day so far.
struct Day {
    teller: Teller,
    programs: Programs,
    folder: DemoFolder,
    notes: Notes,
    runtime: tokio::runtime::Runtime,
    serving: Door,
    staff: Staff,
    /// Where a browser on this machine finds the township's console.
    console: String,
    /// Visits there were before today.
    visits_before: usize,
    household: Option<Household>,
    visit: String,
    /// The case to be confirmed, the case to be returned.
    pension: String,
    allowance: String,
    /// Size of what waits, as the stick told (bytes).
    waiting_bytes: u64,
}

/// A step of the day.
type Step = fn(&mut Day) -> Result<(), Trouble>;

/// The steps, in their order.
const STEPS: [(&str, Step); 15] = [
    ("center", morning::open_center),
    ("laptop", morning::enrol_laptop),
    ("sign_in", morning::sign_in),
    ("roster", morning::import_roster),
    ("find", round::find_people),
    ("visit", round::start_visit),
    ("cases", round::open_cases),
    ("offline", network::work_offline),
    ("online", network::go_online),
    ("import", township::import_batches),
    ("review", township::review),
    ("answer", evening::take_answer),
    ("correct", evening::correct),
    ("stick", stick::go_by_stick),
    ("check", evening::check_both_sides),
];

/// Does the day. Whatever happens, what is on the disk stays there.
pub fn run(options: Options) -> ExitCode {
    let teller = Teller::new(options.json);
    let mut day = match prepare(teller.language()) {
        Ok(prepared) => begin(teller, prepared),
        Err(trouble) => {
            eprintln!("✗ {}", teller.explain(&trouble));
            return ExitCode::FAILURE;
        }
    };
    day.runtime.spawn(serving::end_with_signal(day.serving.clone()));
    for (name, step) in STEPS {
        day.teller.begin(name);
        let outcome = step(&mut day);
        day.teller.end(&outcome);
        if outcome.is_err() {
            let folder = day.folder.shown("");
            day.teller.say("left", &[("folder", &folder)]);
            return ExitCode::FAILURE;
        }
    }
    match evening::close(&mut day, options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("✗ {}", day.teller.explain(&trouble));
            ExitCode::FAILURE
        }
    }
}

/// What the day needs before it begins.
struct Prepared {
    folder: DemoFolder,
    pin: String,
    programs: Programs,
    runtime: tokio::runtime::Runtime,
}

fn prepare(language: &'static str) -> Result<Prepared, Trouble> {
    let folder = DemoFolder::open()?;
    let pin = folder.pin()?;
    let programs = Programs::find(folder.path(), &pin, language)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    Ok(Prepared { folder, pin, programs, runtime: runtime.map_err(Trouble::io("runtime"))? })
}

fn begin(teller: Teller, prepared: Prepared) -> Day {
    let Prepared { folder, pin, programs, runtime } = prepared;
    let notes = folder.notes();
    let shown = folder.shown("");
    teller.say_heading("heading", &[]);
    teller.say("heading_more", &[("folder", &shown), ("pin", &pin)]);
    if programs.has_ledger() {
        teller.say("again", &[]);
    }
    Day {
        teller,
        programs,
        folder,
        notes,
        runtime,
        serving: Door::default(),
        staff: Staff::default(),
        console: String::new(),
        visits_before: 0,
        household: None,
        visit: String::new(),
        pension: String::new(),
        allowance: String::new(),
        waiting_bytes: 0,
    }
}

impl Day {
    /// Today's household.
    fn household(&self) -> Result<&Household, Trouble> {
        self.household.as_ref().ok_or_else(|| Trouble::Unexpected("no household was chosen".into()))
    }

    /// Serves again after a pause or a kill, where it served before.
    fn reopen_center(&mut self) -> Result<(), Trouble> {
        self.serving.open(Serving::start(&self.programs, self.notes.ports())?);
        Ok(())
    }

    /// Ends the center politely.
    fn close_center(&mut self) -> Result<(), Trouble> {
        self.serving.close()
    }

    /// Where the center listens now.
    fn address(&self) -> String {
        format!("127.0.0.1:{}", self.notes.port)
    }
}
