//! The round: she finds people, starts a visit, and opens cases at the door.

use crate::day::morning::ROSTER;
use crate::day::people::{household_of_today, read_households};
use crate::day::programs::count;
use crate::day::trouble::{Trouble, require};
use crate::day::{AGENT, Day, answers, pictures};
use bangban_model::mask::mask_identity;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// One box finds people by name, pinyin, initials, and a part of the identity number.
pub fn find_people(day: &mut Day) -> Result<(), Trouble> {
    choose_household(day)?;
    let elder = day.household()?.elder.clone();
    let keys = bangban_model::name::search_keys(&elder.name);
    let [pinyin, initials] = [keys.full, keys.initials].map(|all| all.into_iter().next().unwrap_or_default());
    let part = elder.number.get(6..14).unwrap_or_default().to_owned();
    let queries = [("name", elder.name.clone()), ("pinyin", pinyin), ("initials", initials), ("part", part)];
    for (way, text) in queries {
        let found = day.programs.laptop(&["person", "find", &text])?;
        let found = found["people"].as_array().cloned().unwrap_or_default();
        let there = found.iter().any(|person| person["id_number"].as_str() == Some(elder.number.as_str()));
        require(there, || format!("the person was not found by {way}"))?;
        let shown = format!("{} · {}", elder.name, mask_identity(&elder.number));
        let text = if way == "part" { format!("{}****", text.get(..4).unwrap_or_default()) } else { text };
        day.teller.tell(way, &[("text", &text), ("person", &shown), ("n", &found.len().to_string())]);
    }
    Ok(())
}

/// The first household of the roster that nobody visited yet.
fn choose_household(day: &mut Day) -> Result<(), Trouble> {
    let visits = day.programs.laptop(&["visit", "list"])?;
    let visits = visits["visits"].as_array().cloned().unwrap_or_default();
    day.visits_before = visits.len();
    let visited: BTreeSet<String> =
        visits.iter().filter_map(|visit| visit["household_no"].as_str().map(str::to_owned)).collect();
    let households = read_households(&day.folder.file(ROSTER))?;
    day.household = Some(household_of_today(&households, &visited)?);
    Ok(())
}

/// A visit is recorded the moment it begins.
pub fn start_visit(day: &mut Day) -> Result<(), Trouble> {
    let household_no = day.household()?.household_no.clone();
    let note = day.teller.word("visit.note", &[]);
    let visit = day.programs.laptop(&["visit", "start", "--household", &household_no, "--note", &note])?;
    day.visit = visit["id"].as_str().unwrap_or_default().to_owned();
    require(!day.visit.is_empty(), || "the visit has no id".into())?;
    let shown = day.programs.laptop(&["household", "show", &household_no])?;
    let names: Vec<&str> =
        shown["registered"].as_array().into_iter().flatten().filter_map(|one| one["name"].as_str()).collect();
    let address = shown["address"].as_str().unwrap_or_default();
    day.teller
        .tell("begun", &[("household", &household_no), ("address", address), ("names", &names.join("、"))]);
    for member in day.household()?.members.clone() {
        day.programs.laptop(&[
            "household",
            "living",
            &household_no,
            "--person",
            &member.number,
            "--relation",
            bangban_model::relation::relation_text(member.relation).unwrap_or("其他"),
        ])?;
    }
    let living = day.programs.laptop(&["household", "show", &household_no])?;
    let living = living["living_together"].as_array().map_or(0, Vec::len);
    day.teller.tell("living", &[("n", &living.to_string())]);
    Ok(())
}

/// Three cases at the door: help with the pension, a card for the bank's list, an application with its papers.
pub fn open_cases(day: &mut Day) -> Result<(), Trouble> {
    let household = day.household.take().ok_or_else(|| Trouble::Unexpected("no household".into()))?;
    let door = pictures::at_the_door(&day.folder)?;
    let door = vec![format!("scene={door}")];
    let help = answers::of_pension_help(AGENT);
    day.pension = open_case(day, "PENSION_CERT", &household.elder.number, &help, &door)?;
    day.teller.tell("pension", &[("person", &household.elder.name)]);
    open_case(day, "SSC", &household.other.number, &answers::of_card_visit(), &[])?;
    day.teller.tell("card", &[("person", &household.other.name)]);
    let papers = pictures::papers(&day.folder, day.visits_before as u64 + 1)?;
    let application = answers::of_living_allowance(&household);
    day.allowance = open_case(day, "DIBAO", &household.head.number, &application, &papers)?;
    let members = household.members.len().to_string();
    day.teller.tell("allowance", &[("person", &household.head.name), ("members", &members)]);
    day.household = Some(household);
    Ok(())
}

/// Opens a case at the visit and submits it; its id.
pub fn open_case(
    day: &Day,
    item: &str,
    number: &str,
    answers: &Map<String, Value>,
    photos: &[String],
) -> Result<String, Trouble> {
    let name = format!("answers-{item}.json");
    day.folder.write(&name, Value::Object(answers.clone()).to_string().as_bytes())?;
    let file = day.folder.file(&name).display().to_string();
    let mut arguments = vec!["case", "open", "--item", item, "--person", number, "--visit", &day.visit];
    arguments.extend(["--answers", file.as_str()]);
    for photo in photos {
        arguments.extend(["--photo", photo.as_str()]);
    }
    arguments.extend(["--consent", "--submit"]);
    let opened = day.programs.laptop(&arguments)?;
    // Answers are a person's: none is left lying about unencrypted.
    std::fs::remove_file(&file).map_err(Trouble::io(&name))?;
    require(count(&opened, "photos") == photos.len() as u64, || format!("{item} lost a photo"))?;
    Ok(opened["id"].as_str().unwrap_or_default().to_owned())
}
