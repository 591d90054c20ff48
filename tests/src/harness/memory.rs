//! How much memory a program had at most.

use super::Answer;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The most memory that a process had so far, in KiB; none where it has ended or the system does not tell.
pub fn high_water_kib(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Runs a command to its end; its answer, and the most memory it had (KiB).
#[track_caller]
pub fn run_measured(verb: &str, mut command: Command) -> (Answer, u64) {
    let child = command.spawn().unwrap();
    let (process, ended) = (child.id(), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let looking = scope.spawn(|| {
            let mut most = 0;
            while !ended.load(Ordering::Acquire) {
                most = high_water_kib(process).unwrap_or_default().max(most);
                std::thread::sleep(Duration::from_millis(5));
            }
            most
        });
        let output = child.wait_with_output().unwrap();
        ended.store(true, Ordering::Release);
        (Answer::read(verb, &output), looking.join().unwrap())
    })
}
