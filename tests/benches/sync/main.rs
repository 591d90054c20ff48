//! The sync rows of the design's bounds on a shaped link, as ratios to one raw upload over the same link in the same run.
//!
//! Needs root (network namespaces) and the link shaper; `scripts/bench-sync` builds everything and starts it.
#![allow(missing_docs)]

mod behind;
mod link;
mod many;
mod row;
mod side;

use bangban_sync::client::raw_upload;
use bangban_sync::enrolment_code::EnrolmentCode;
use link::{DARK_SECONDS, Link, RTT_MS, SERVER, Shape};
use row::{Row, median, print_rows};
use side::{Load, Sides, answer, inside};
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};
use std::time::{Duration, Instant};

pub type Failure = Box<dyn std::error::Error>;

/// What is asked on the command line.
struct Options {
    quick: bool,
    runs: Option<usize>,
    report: bool,
    /// Which parts: all where none is named.
    only: Option<String>,
    congestion: Option<String>,
    tool: PathBuf,
    bins: PathBuf,
}

/// What one exchange took.
struct Run {
    seconds: f64,
    sent_bytes: u64,
    text_seconds: Option<f64>,
    connections_cut: u64,
    dark_seconds: f64,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let outcome = match arguments.first().map(String::as_str) {
        Some("raw") => raw(&arguments),
        _ => measure_all(&arguments),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("✗ {failure}");
            ExitCode::from(2)
        }
    }
}

/// The other side of the ratio, run inside the laptop's namespace: `raw CODE BYTES` prints seconds.
fn raw(arguments: &[String]) -> Result<bool, Failure> {
    let [_, code, size_bytes] = arguments else { return Err("raw CODE BYTES".into()) };
    let code = EnrolmentCode::parse(code).map_err(|_| "the code")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let took = runtime.block_on(raw_upload(SERVER, &code.pins, size_bytes.parse()?))?;
    println!("{}", took.as_secs_f64());
    Ok(true)
}

fn options(arguments: &[String]) -> Result<Options, Failure> {
    let said = |name: &str| arguments.iter().any(|argument| argument == name);
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
    Ok(Options {
        quick: said("--quick"),
        runs: value("--runs").map(|runs| runs.parse()).transpose()?,
        report: said("--report"),
        only: value("--only"),
        // As on Windows, which most laptops run.
        congestion: Some(value("--congestion").unwrap_or_else(|| "cubic".to_owned())),
        tool: value("--tool").ok_or("--tool FILE: the link shaper")?.into(),
        bins: std::env::var_os("BANGBAN_BIN_DIR").ok_or("BANGBAN_BIN_DIR is not set")?.into(),
    })
}

fn measure_all(arguments: &[String]) -> Result<bool, Failure> {
    let options = options(arguments)?;
    let (usual, load) = if options.quick {
        (1, Load { cases: 14, photos: 28, photo_bytes: 150_000 })
    } else {
        (3, Load { cases: 40, photos: 80, photo_bytes: 150_000 })
    };
    let runs = options.runs.unwrap_or(usual).max(1);
    let folder = tempfile::tempdir()?;
    let bench = Bench { options: &options, folder: folder.path(), runs };
    let mut rows = Vec::new();
    if options.wants("many") {
        rows.extend(many::measure(&options, folder.path())?);
    }
    if options.wants("behind") {
        let most = if options.quick { 10_000 } else { 100_000 };
        rows.extend(behind::measure(&bench, &[1_000, most])?);
    }
    if !options.wants("link") {
        let within = print_rows(&rows);
        return Ok(within || options.report);
    }
    let sides = {
        let link = bench.link(Shape::default())?;
        Sides::prepare(&options.bins, folder.path(), &link, load)?
    };
    println!(
        "{} cases, {} photos of {} bytes, {} entries; as a file {} bytes; {} run(s), medians; congestion control {}",
        load.cases,
        load.photos,
        load.photo_bytes,
        sides.entries,
        sides.payload_bytes,
        runs,
        options.congestion.as_deref().unwrap_or("of the system"),
    );
    rows.extend(bench.rows(&sides)?);
    let within = print_rows(&rows);
    Ok(within || options.report)
}

impl Options {
    fn wants(&self, part: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only.split(',').any(|one| one == part))
    }
}

struct Bench<'a> {
    options: &'a Options,
    folder: &'a Path,
    runs: usize,
}

impl Bench<'_> {
    fn link(&self, shape: Shape) -> Result<Link, Failure> {
        Link::start(&self.options.tool, self.folder, shape, self.options.congestion.as_deref())
    }

    fn rows(&self, sides: &Sides) -> Result<Vec<Row>, Failure> {
        let clean = Shape::default();
        let raw = median(self.times("raw upload", || self.raw_run(sides))?);
        let exchanges = self.exchanges("exchange", sides, clean)?;
        let seconds = median(exchanges.iter().map(|run| run.seconds).collect());
        let sent = median(exchanges.iter().map(|run| run.sent_bytes as f64).collect());
        let text = median(exchanges.iter().filter_map(|run| run.text_seconds).collect());
        let mut rows = vec![
            Row::new("one raw upload of the same bytes (L)", raw, "s", None),
            Row::new("exchange, clean link", seconds, "s", None),
            Row::new("  ratio to L", seconds / raw, "×", Some(1.02)),
            Row::new("  text durable after the TLS handshake", text, "s", Some(1.0)),
        ];
        let lossy = self.exchanges("2 % loss", sides, Shape { loss_percent: 2, ..clean })?;
        let lossy = median(lossy.iter().map(|run| run.seconds).collect());
        rows.push(Row::new("exchange, 2 % loss", lossy, "s", None));
        rows.push(Row::new("  ratio to L", lossy / raw, "×", Some(1.15)));
        for (silent, name) in [(false, "cut every 20 s, reset"), (true, "cut every 20 s, silent")] {
            let cut = self.exchanges(name, sides, Shape { cut_every_seconds: 20, silent, ..clean })?;
            let ratio = |run: &Run| run.seconds / (raw + run.dark_seconds);
            let resent =
                |run: &Run| (run.sent_bytes as f64 - sent).max(0.0) / run.connections_cut.max(1) as f64;
            rows.push(Row::new(name, median(cut.iter().map(|run| run.seconds).collect()), "s", None));
            rows.push(Row::new(
                "  dark",
                median(cut.iter().map(|run| run.dark_seconds).collect()),
                "s",
                None,
            ));
            rows.push(Row::new(
                "  ratio to L + dark",
                median(cut.iter().map(ratio).collect()),
                "×",
                Some(1.05),
            ));
            let kib = median(cut.iter().map(resent).collect()) / 1024.0;
            rows.push(Row::new("  sent again a connection", kib, "KiB", Some(64.0)));
        }
        let idle = median(self.times("nothing to send", || self.idle_run(sides))?);
        // Two round trips of a cold start are TCP's and TLS's.
        let trips = idle * 1000.0 / RTT_MS as f64 - 2.0;
        rows.push(Row::new("nothing to send, cold", idle, "s", None));
        rows.push(Row::new("  round trips beyond TCP and TLS", trips, "", Some(1.5)));
        Ok(rows)
    }

    fn times(&self, name: &str, run: impl Fn() -> Result<f64, Failure>) -> Result<Vec<f64>, Failure> {
        (0..self.runs)
            .map(|_| {
                let seconds = run()?;
                eprintln!("  {name}: {seconds:.2} s");
                Ok(seconds)
            })
            .collect()
    }

    fn exchanges(&self, name: &str, sides: &Sides, shape: Shape) -> Result<Vec<Run>, Failure> {
        (0..self.runs)
            .map(|_| {
                let run = self.exchange(sides, shape)?;
                eprintln!(
                    "  {name}: {:.2} s, {} cut(s), {} bytes",
                    run.seconds, run.connections_cut, run.sent_bytes
                );
                Ok(run)
            })
            .collect()
    }

    fn raw_run(&self, sides: &Sides) -> Result<f64, Failure> {
        let link = self.link(Shape::default())?;
        let _serving = sides.serve(&link)?;
        let this = std::env::current_exe()?;
        let mut command = inside(Some(&link.laptop), &this);
        let output = command.args(["raw", &sides.code, &sides.payload_bytes.to_string()]).output()?;
        let said = String::from_utf8_lossy(&output.stdout);
        said.trim()
            .parse()
            .map_err(|_| format!("raw: {said} {}", String::from_utf8_lossy(&output.stderr)).into())
    }

    /// One exchange, from a cold start of both sides.
    fn exchange(&self, sides: &Sides, shape: Shape) -> Result<Run, Failure> {
        sides.refresh()?;
        let sign_in = self.sign_in_seconds(sides)?;
        let link = self.link(shape)?;
        let serving = sides.serve(&link)?;
        link.arm()?;
        let begun = Instant::now();
        let mut command = sides.laptop(Some(&link), &["sync", "--tries", "60"]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let text_seconds = if shape == Shape::default() { watch_text(sides, &serving, begun)? } else { None };
        let output = child.wait_with_output()?;
        let seconds = begun.elapsed().as_secs_f64() - sign_in;
        let read: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let left = read["pending_entries"].as_u64().zip(read["pending_photos"].as_u64());
        if left != Some((0, 0)) {
            return Err(format!("the exchange did not end well: {read}").into());
        }
        let cuts = link.cuts()?;
        Ok(Run {
            seconds,
            sent_bytes: read["synced"]["sent_bytes"].as_u64().unwrap_or_default(),
            text_seconds,
            connections_cut: cuts,
            dark_seconds: (cuts * DARK_SECONDS) as f64,
        })
    }

    /// An exchange when everything was sent before.
    fn idle_run(&self, sides: &Sides) -> Result<f64, Failure> {
        let link = self.link(Shape::default())?;
        let _serving = sides.serve(&link)?;
        answer(&mut sides.laptop(Some(&link), &["sync"]))?;
        let sign_in = self.sign_in_seconds(sides)?;
        let begun = Instant::now();
        answer(&mut sides.laptop(Some(&link), &["sync"]))?;
        Ok(begun.elapsed().as_secs_f64() - sign_in)
    }

    /// What a command takes that only signs in and looks: it is no part of an exchange.
    fn sign_in_seconds(&self, sides: &Sides) -> Result<f64, Failure> {
        let mut times = Vec::new();
        for _ in 0..3 {
            let begun = Instant::now();
            answer(&mut sides.laptop(None, &["status"]))?;
            times.push(begun.elapsed().as_secs_f64());
        }
        Ok(median(times))
    }
}

/// When every entry was durable at the center, counted from the end of the TLS handshake: one round trip after the
/// connection stood.
fn watch_text(sides: &Sides, serving: &side::Serving, begun: Instant) -> Result<Option<f64>, Failure> {
    while !serving.is_connected() {
        if begun.elapsed() > Duration::from_secs(20) {
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    let secured = Instant::now() + Duration::from_millis(RTT_MS);
    loop {
        let status = answer(&mut sides.center(None, &["status"]))?;
        if status["entries"].as_u64().unwrap_or_default() >= sides.entries {
            return Ok(Some(Instant::now().saturating_duration_since(secured).as_secs_f64()));
        }
        if begun.elapsed() > Duration::from_secs(600) {
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}
