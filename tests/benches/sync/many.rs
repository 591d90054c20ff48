//! Two hundred laptops that report at once, and what the center needs for them.

use crate::row::Row;
use crate::side::answer;
use crate::{Failure, Options};
use bangban_desk::Desk;
use bangban_desk::fill::{Filling, fill};
use bangban_desk::sign_in::make_ledger;
use bangban_desk::sync::{Persistence, sync};
use bangban_keys::KdfCost;
use bangban_model::clock::SystemClock;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

/// Laptops at once.
const LAPTOPS: u64 = 200;
/// What each of them reports.
const CASES: u64 = 2;
const PHOTOS_A_CASE: u64 = 3;
const PHOTO_BYTES: usize = 150_000;
const VILLAGE: &str = "420703200209";

/// Makes them, lets all report at once over this machine's own network, and looks at the center's memory.
pub fn measure(options: &Options, folder: &Path) -> Result<Vec<Row>, Failure> {
    let center = Center { program: options.bins.join("bangban-center"), data: folder.join("many-center") };
    answer(&mut center.command(&["init", "--demo"]))?;
    let serving = center.serve()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build()?;
    let mut desks = Vec::new();
    for at in 0..LAPTOPS {
        let code =
            answer(&mut center.command(&["code", "--village", VILLAGE, "--address", &serving.address]))?;
        let code = code["code"].as_str().unwrap_or_default().to_owned();
        let ledger = folder.join(format!("many-{at}"));
        let desk = make_ledger(&ledger, "试用员", crate::side::PIN, KdfCost::FLOOR, Arc::new(SystemClock))?;
        runtime.block_on(bangban_desk::enrol::enrol(&desk, &code))?;
        let filling = Filling { cases: CASES, photos: PHOTOS_A_CASE, photo_bytes: PHOTO_BYTES, seed: at };
        fill(&desk, filling, |_| {})?;
        desks.push(desk);
    }
    let before = serving.high_water_mib();
    let begun = Instant::now();
    let all = desks.into_iter().map(|desk| std::thread::spawn(move || report(&desk)));
    let mut sent = 0;
    for laptop in all.collect::<Vec<_>>() {
        sent += laptop.join().map_err(|_| "a laptop stopped")??;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let most = serving.high_water_mib();
    eprintln!("  {LAPTOPS} laptops: {seconds:.1} s, {sent} bytes, {before} MiB before");
    Ok(vec![
        Row::new("200 laptops at once, this machine's own network", seconds, "s", None),
        Row::new("  sent by all", sent as f64 / 1e6, "MB", None),
        Row::new("  the center's memory at most", most, "MiB", Some(200.0)),
    ])
}

fn report(desk: &Desk) -> Result<u64, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let synced = runtime
        .block_on(sync(desk, None, Persistence { tries: 20, ..Persistence::default() }, Arc::new(|_| {})))
        .map_err(|problem| problem.cause)?;
    Ok(synced.sent_bytes)
}

struct Center {
    program: std::path::PathBuf,
    data: std::path::PathBuf,
}

impl Center {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--data").arg(&self.data).arg("--json").args(arguments).stdin(Stdio::null());
        command
    }

    fn serve(&self) -> Result<Serving, Failure> {
        let mut child = self.command(&["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().ok_or("no output")?);
        out.read_line(&mut line)?;
        let told: serde_json::Value = serde_json::from_str(&line)?;
        let address = told["address"].as_str().ok_or("no address")?.to_owned();
        Ok(Serving { child, address, _out: out })
    }
}

struct Serving {
    child: Child,
    address: String,
    _out: BufReader<std::process::ChildStdout>,
}

impl Serving {
    fn high_water_mib(&self) -> f64 {
        let kib = bangban_tests::harness::high_water_kib(self.child.id()).unwrap_or_default();
        kib as f64 / 1024.0
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
