//! The township: staff look at what came, put it on the list, accept one case and return another.

use crate::day::Day;
use crate::day::answers::WANTING;
use crate::day::programs::count;
use crate::day::trouble::{Trouble, require};
use bangban_model::clock::{Clock, SystemClock};
use chrono::Months;
use serde_json::Value;

/// Who works at the center: nobody both accepts and confirms a case.
#[derive(Clone, Default)]
pub struct Staff {
    /// Imports, accepts, returns.
    pub acceptor: String,
    /// Confirms.
    pub confirmer: String,
    /// Keeps laptops and staff; decides nothing.
    pub admin: String,
}

/// The staff of the demo: whom the center has for these roles, added where it has nobody. Nobody is meant.
pub fn have_staff(day: &Day) -> Result<Staff, Trouble> {
    let listed = day.programs.center(&["staff", "list"])?;
    let with_role = |role: &str| {
        let found = listed["staff"].as_array().into_iter().flatten().find(|one| one["role"] == role);
        found.and_then(|one| one["name"].as_str().map(str::to_owned))
    };
    let have = |role: &str, name: &str| match with_role(role) {
        Some(known) => Ok(known),
        None => {
            day.programs.center(&["staff", "add", "--name", name, "--role", role])?;
            Ok::<_, Trouble>(name.to_owned())
        }
    };
    Ok(Staff {
        acceptor: have("acceptor", "李科员")?,
        confirmer: have("confirmer", "王主任")?,
        admin: have("admin", "陈管理员")?,
    })
}

/// Every batch that nobody imported yet is looked at, then imported.
pub fn import_batches(day: &mut Day) -> Result<(), Trouble> {
    let imported = import_waiting(day)?;
    require(imported.cases > 0, || "no case came in".into())?;
    let facts = [imported.batches, imported.cases].map(|number| number.to_string());
    day.teller.tell("done", &[("batches", &facts[0]), ("cases", &facts[1])]);
    Ok(())
}

/// How much was imported.
#[derive(Default)]
pub struct Waiting {
    /// Batches.
    pub batches: u64,
    /// Cases put on the list.
    pub cases: u64,
}

/// Previews and imports whatever waits.
pub fn import_waiting(day: &mut Day) -> Result<Waiting, Trouble> {
    let listed = day.programs.center(&["batch", "list", "--as", &day.staff.acceptor])?;
    let batches = listed["batches"].as_array().cloned().unwrap_or_default();
    let mut waiting = Waiting::default();
    for batch in batches.iter().filter(|batch| batch["imported_at"].is_null()) {
        let id = batch["id"].as_str().unwrap_or_default();
        let preview = day.programs.center(&["batch", "preview", id, "--as", &day.staff.acceptor])?;
        let cases = preview["cases"].as_array().map_or(0, Vec::len);
        let imported = day.programs.center(&["batch", "import", id, "--as", &day.staff.acceptor])?;
        let taken = imported["cases"].as_array().map_or(0, Vec::len) as u64;
        if cases > 0 {
            let entries = count(batch, "entries").to_string();
            let text =
                day.teller.word("import.batch", &[("entries", &entries), ("cases", &cases.to_string())]);
            day.teller.detail(&text);
        }
        waiting.batches += 1;
        waiting.cases += taken;
    }
    Ok(waiting)
}

/// One case is accepted, another goes back with a remark at a field.
pub fn review(day: &mut Day) -> Result<(), Trouble> {
    accept(day, &day.pension)?;
    let staff = day.staff.acceptor.clone();
    day.teller.tell("accepted", &[("staff", &staff)]);
    let text = day.teller.word("review.remark_text", &[]);
    let remark = format!("{WANTING}={text}");
    day.programs.center(&[
        "case",
        "return",
        &day.allowance,
        "--as",
        &day.staff.acceptor,
        "--remark",
        &remark,
    ])?;
    day.teller.tell("returned", &[("staff", &staff), ("remark", &text)]);
    Ok(())
}

/// Accepts a case (受理).
pub fn accept(day: &Day, case: &str) -> Result<Value, Trouble> {
    day.programs.center(&["case", "accept", case, "--as", &day.staff.acceptor])
}

/// Confirms a case (审核确认), by another person; the next due date is the pension office's.
pub fn confirm(day: &Day, case: &str) -> Result<String, Trouble> {
    let due = SystemClock.today().checked_add_months(Months::new(12)).unwrap_or_else(|| SystemClock.today());
    let due = due.to_string();
    day.programs.center(&["case", "confirm", case, "--as", &day.staff.confirmer, "--due", &due])?;
    Ok(due)
}
