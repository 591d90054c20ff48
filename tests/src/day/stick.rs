//! The stick: a case goes to the township as a sealed file, and its receipt comes back as one.

use crate::day::programs::count;
use crate::day::round::open_case;
use crate::day::trouble::{Trouble, require};
use crate::day::{Day, answers, township};

/// One more case by stick; and the stick of the morning, whose content the network brought already, doubles nothing.
pub fn go_by_stick(day: &mut Day) -> Result<(), Trouble> {
    let elder = day.household()?.elder.clone();
    open_case(day, "SSC", &elder.number, &answers::of_card_visit(), &[])?;
    let batch = day.folder.file("evening.bangban").display().to_string();
    let exported = day.programs.laptop(&["batch", "export", &batch])?;
    let facts =
        [count(&exported, "entries"), count(&exported, "size_bytes") / 1024].map(|number| number.to_string());
    day.teller.tell("exported", &[("entries", &facts[0]), ("kib", &facts[1])]);

    let receipt = day.folder.file("receipt.bangban").display().to_string();
    day.programs.center(&["import", &batch, "--receipt", &receipt])?;
    let before = day.programs.center(&["status"])?;
    let old = day.folder.file("morning.bangban").display().to_string();
    day.programs.center(&["import", &old, "--receipt", &receipt])?;
    let after = day.programs.center(&["status"])?;
    for name in ["people", "cases", "entries", "photos"] {
        require(count(&before, name) == count(&after, name), || format!("the old stick changed {name}"))?;
    }
    day.teller.tell("imported", &[]);

    let taken = day.programs.laptop(&["receipt", "import", &receipt])?;
    let entries = count(&taken, "entries_received").to_string();
    let status = day.programs.laptop(&["status"])?;
    require(count(&status, "pending_entries") == 0, || {
        "the receipt of the stick left something pending".into()
    })?;
    day.teller.tell("receipt", &[("entries", &entries)]);
    let imported = township::import_waiting(day)?;
    day.teller.tell("listed", &[("n", &imported.cases.to_string())]);
    Ok(())
}
