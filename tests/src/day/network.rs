//! No network, then a bad one: what waits is shown, and goes out over a line that is slow and keeps breaking.

use crate::cutting_proxy::{Cut, CuttingProxy, Manner};
use crate::day::Day;
use crate::day::programs::{count, refused};
use crate::day::trouble::{Trouble, require};
use serde_json::Value;
use std::time::Duration;

/// The line carries so many bytes a second: a village's mobile network on a bad day.
const LINE_BYTES_PER_SECOND: u64 = 200 * 1024;
/// So many connections are cut before the line holds.
const CUTS: u64 = 3;
/// The center is away for so long after it was killed.
const AWAY: Duration = Duration::from_millis(600);
/// How often the line is looked at.
const LOOK: Duration = Duration::from_millis(40);

/// The center is out of reach: everything was saved, the status says what waits, and trying costs nothing.
pub fn work_offline(day: &mut Day) -> Result<(), Trouble> {
    day.close_center()?;
    let status = day.programs.laptop(&["status"])?;
    let [entries, photos] = ["pending_entries", "pending_photos"].map(|name| count(&status, name));
    require(entries > 0 && photos > 0, || "nothing waits after a day's work".into())?;
    day.teller.tell("waiting", &[("entries", &entries.to_string()), ("photos", &photos.to_string())]);
    let said = refused(day.programs.laptop(&["sync", "--tries", "1"]), "center_unreachable")?;
    day.teller.quote("calm", &said);
    let stick = day.folder.file("morning.bangban");
    let exported = day.programs.laptop(&["batch", "export", &stick.display().to_string()])?;
    day.waiting_bytes = count(&exported, "size_bytes");
    let kib = (day.waiting_bytes / 1024).to_string();
    day.teller.tell("stick", &[("kib", &kib)]);
    Ok(())
}

/// The network comes: slow, cut again and again, and the center is killed in the middle. Nothing is lost, nothing doubled.
pub fn go_online(day: &mut Day) -> Result<(), Trouble> {
    day.reopen_center()?;
    let target = day.address().parse().map_err(|_| Trouble::Unexpected("an address".into()))?;
    // Each connection carries a part of what waits; together they do not carry all of it.
    let part = day.waiting_bytes / (CUTS + 2);
    let cut = Cut::up(part, Manner::Reset);
    let proxy = day.runtime.block_on(CuttingProxy::start(target, cut)).map_err(Trouble::io("proxy"))?;
    proxy.set_up_pace(LINE_BYTES_PER_SECOND);
    let synced = send_over(day, &proxy)?;
    let (up, cuts) = (proxy.up_bytes() / 1024, proxy.connections().saturating_sub(1));
    require(cuts >= CUTS, || format!("the line was cut {cuts} times only"))?;
    day.teller.tell("through", &[("cuts", &cuts.to_string()), ("kib", &up.to_string())]);
    let [entries, photos] =
        ["entries_received", "photos_received"].map(|name| count(&synced["synced"], name));
    day.teller.tell("received", &[("entries", &entries.to_string()), ("photos", &photos.to_string())]);
    let status = day.programs.laptop(&["status"])?;
    let left = count(&status, "pending_entries") + count(&status, "pending_photos");
    require(left == 0, || format!("{left} things still wait"))?;
    let cases = day.programs.laptop(&["case", "list"])?;
    let received = standing_count(&cases, "received");
    require(standing_count(&cases, "pending") == 0, || "a case still reads pending".into())?;
    day.teller.tell("cases", &[("n", &received.to_string())]);
    Ok(())
}

/// Syncs through the proxy and shows the bytes go; kills the center once on the way and brings it back.
fn send_over(day: &mut Day, proxy: &CuttingProxy) -> Result<Value, Trouble> {
    let address = proxy.address().to_string();
    let arguments = ["sync", "--address", &address, "--tries", "20"];
    let mut child = day.programs.start_laptop(&arguments)?;
    let bar = day.teller.bar("online.bar");
    bar.set_length(day.waiting_bytes);
    let mut was_killed = false;
    while child.try_wait().map_err(Trouble::io("sync"))?.is_none() {
        let up = proxy.up_bytes();
        bar.set_position(up.min(day.waiting_bytes));
        if proxy.connections() > CUTS {
            proxy.set_cut(Cut::NEVER);
        }
        if !was_killed && up > day.waiting_bytes / 2 {
            was_killed = true;
            bar.suspend(|| day.teller.tell("killed", &[]));
            day.serving.kill()?;
            std::thread::sleep(AWAY);
            day.reopen_center()?;
        }
        std::thread::sleep(LOOK);
    }
    bar.finish_and_clear();
    let synced = day.programs.await_laptop(&arguments, child)?;
    require(was_killed, || "the center was not killed on the way".into())?;
    Ok(synced)
}

/// Syncs over a good line.
pub fn sync(day: &Day) -> Result<Value, Trouble> {
    day.programs.laptop(&["sync", "--address", &day.address()])
}

/// How many cases of a list stand so.
pub fn standing_count(list: &Value, standing: &str) -> usize {
    let cases = list["cases"].as_array().map(Vec::as_slice).unwrap_or_default();
    cases.iter().filter(|case| case["standing"].as_str() == Some(standing)).count()
}
