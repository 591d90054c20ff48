//! The evening: the answer reaches her, she corrects, both sides are compared, and the day is summed up.

use crate::day::network::{standing_count, sync};
use crate::day::programs::count;
use crate::day::trouble::{Trouble, require};
use crate::day::{Day, Options, answers, teller, township, window};
use serde_json::Value;

/// What the township decided is on the laptop after the next exchange.
pub fn take_answer(day: &mut Day) -> Result<(), Trouble> {
    let synced = sync(day)?;
    day.teller.tell("came", &[("n", &count(&synced["synced"], "from_others").to_string())]);
    let pension = day.programs.laptop(&["case", "show", &day.pension])?;
    require(pension["standing"] == "accepted", || {
        format!("the accepted case reads {}", pension["standing"])
    })?;
    let words = pension["assisted_words"].as_str().unwrap_or_default();
    day.teller.tell("accepted", &[("words", words)]);
    let returned = day.programs.laptop(&["case", "show", &day.allowance])?;
    require(returned["standing"] == "returned", || {
        format!("the returned case reads {}", returned["standing"])
    })?;
    let remark = &returned["returned"]["remarks"][0];
    let (path, text) =
        (remark["path"].as_str().unwrap_or_default(), remark["text"].as_str().unwrap_or_default());
    day.teller.tell("returned", &[("path", path), ("text", text)]);
    Ok(())
}

/// She corrects whatever the township returned, today's and any older; it comes back as a new revision and is accepted.
pub fn correct(day: &mut Day) -> Result<(), Trouble> {
    let listed = day.programs.laptop(&["case", "list", "--stage", "returned"])?;
    let returned = listed["cases"].as_array().cloned().unwrap_or_default();
    let mut corrected = Vec::new();
    for case in &returned {
        let id = case["id"].as_str().unwrap_or_default().to_owned();
        let revision = correct_case(day, &id, case)?;
        day.teller.tell("corrected", &[("n", &revision.to_string())]);
        corrected.push(id);
    }
    sync(day)?;
    township::import_waiting(day)?;
    for case in &corrected {
        township::accept(day, case)?;
    }
    day.teller.tell("accepted", &[("n", &corrected.len().to_string())]);
    let due = township::confirm(day, &day.pension)?;
    sync(day)?;
    let pension = day.programs.laptop(&["case", "show", &day.pension])?;
    require(pension["standing"] == "confirmed", || {
        format!("the confirmed case reads {}", pension["standing"])
    })?;
    day.teller.tell("confirmed", &[("due", &due)]);
    Ok(())
}

fn correct_case(day: &Day, id: &str, case: &Value) -> Result<u64, Trouble> {
    let remarks = case["returned"]["remarks"].as_array().cloned().unwrap_or_default();
    let paths =
        remarks.iter().filter_map(|remark| remark["path"].as_str()).filter(|path| path.starts_with("/data/"));
    let answers: serde_json::Map<String, Value> = paths.flat_map(answers::of_correction).collect();
    day.folder.write("correction.json", Value::Object(answers).to_string().as_bytes())?;
    let file = day.folder.file("correction.json");
    let shown = file.display().to_string();
    let corrected = day.programs.laptop(&["case", "correct", id, "--answers", &shown, "--submit"])?;
    std::fs::remove_file(&file).map_err(Trouble::io("correction.json"))?;
    let (before, now) = (count(case, "revision"), count(&corrected, "revision"));
    require(now == before + 1, || format!("revision {before} was followed by {now}"))?;
    Ok(now)
}

/// Both sides hold the same, and each is whole: every hash, chain, fold and picture.
pub fn check_both_sides(day: &mut Day) -> Result<(), Trouble> {
    let laptop = day.programs.laptop(&["status"])?;
    let center = day.programs.center(&["status"])?;
    for name in ["people", "cases", "photos"] {
        let (here, there) = (count(&laptop, name), count(&center, name));
        require(here == there, || format!("{name}: {here} on the laptop, {there} at the center"))?;
    }
    require(count(&center, "quarantined") == 0, || "something stands in quarantine".into())?;
    let facts = ["people", "cases", "photos"].map(|name| count(&laptop, name).to_string());
    day.teller.tell("same", &[("people", &facts[0]), ("cases", &facts[1]), ("photos", &facts[2])]);
    for (key, verified) in
        [("laptop", day.programs.laptop(&["verify"])?), ("township", day.programs.center(&["verify"])?)]
    {
        let wrong = verified["findings"].as_array().map_or(0, Vec::len);
        require(wrong == 0, || format!("{wrong} findings on the side of the {key}"))?;
        let facts = ["entries", "documents", "photos"].map(|name| count(&verified, name).to_string());
        day.teller.tell(key, &[("entries", &facts[0]), ("documents", &facts[1]), ("photos", &facts[2])]);
    }
    Ok(())
}

/// The sum of the day; then the center goes on until Ctrl-C, unless it was to end.
pub fn close(day: &mut Day, options: Options) -> Result<(), Trouble> {
    sum_up(day)?;
    if options.once {
        return day.close_center();
    }
    day.teller.say("serving", &[("address", &day.address())]);
    window::say_console(day)?;
    let window = if options.window { window::open(day)? } else { None };
    if let Some(mut window) = window {
        window.wait().map_err(Trouble::io("bangban-desktop"))?;
        day.teller.say("window_closed", &[]);
    }
    // The signal that ends the center ends this program too.
    day.runtime.block_on(std::future::pending())
}

fn sum_up(day: &mut Day) -> Result<(), Trouble> {
    let laptop = day.programs.laptop(&["status"])?;
    let center = day.programs.center(&["status"])?;
    let cases = day.programs.laptop(&["case", "list", "--limit", "10000"])?;
    let say = |name: &str| day.teller.word(&format!("sum.{name}"), &[]);
    day.teller.say("blank", &[]);
    day.teller.say_heading("sum.title", &[]);
    day.teller.say("sum.head", &[]);
    for name in ["people", "cases", "entries", "photos"] {
        let facts = [count(&laptop, name), count(&center, name)].map(|number| format!("{number:>8}"));
        day.teller.say("sum.row", &[("name", &say(name)), ("laptop", &facts[0]), ("center", &facts[1])]);
    }
    for standing in ["received", "accepted", "confirmed", "returned"] {
        let number = standing_count(&cases, standing);
        if number > 0 {
            day.teller.say("sum.standing", &[("name", &say(standing)), ("n", &format!("{number:>8}"))]);
        }
    }
    let parts: [(&str, &[&str]); 3] = [
        ("village", &["laptop", "sign_in", "roster", "find", "visit", "cases", "offline"]),
        ("line", &["online", "answer", "stick"]),
        ("township", &["center", "import", "review", "correct", "check"]),
    ];
    for (name, steps) in parts {
        let took = teller::seconds(day.teller.time_of(steps));
        day.teller.say("sum.time", &[("name", &say(name)), ("n", &format!("{took:>8}"))]);
    }
    let all = teller::seconds(day.teller.time_of_all());
    day.teller.say("sum.time", &[("name", &say("all")), ("n", &format!("{all:>8}"))]);
    Ok(())
}
