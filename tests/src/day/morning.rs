//! The morning: the center opens, the laptop is made and enrolled, she signs in, the roster comes in.

use crate::day::programs::{count, refused};
use crate::day::serving::{Serving, free_port};
use crate::day::township;
use crate::day::trouble::{Trouble, require};
use crate::day::{AGENT, Day, VILLAGE};

/// The roster of the demo, as it was written on the first day.
pub const ROSTER: &str = "roster.xlsx";
/// People and households of the demo.
const PEOPLE: u64 = 1_000;
const HOUSEHOLDS: u64 = 300;
/// How long deriving a key takes in the demo (ms): the day signs in some fifty times. A real ledger takes a second.
const DERIVATION_MS: &str = "250";

/// A sheet with headings in another order and rows that are wrong, one of each kind. Nobody of it exists.
const WRONG_ROWS: &str = "身份证号,姓名,户号,与户主关系,备注\n\
    420703195803159122,试样甲,9990001,户主,校验位不对\n\
    420703195802309123,试样乙,9990002,户主,没有这一天\n\
    ,,9990003,户主,缺姓名\n\
    42070319580315,试样丁,9990004,户主,位数不够\n";

/// The center: made the first time, opened every time, with the people who work there.
pub fn open_center(day: &mut Day) -> Result<(), Trouble> {
    let made = day.programs.center(&["init", "--demo"]);
    let is_new = made.is_ok();
    if !is_new {
        refused(made, "center_exists")?;
    }
    day.notes.port = free_port(day.notes.port)?;
    day.notes.console_port = free_port(day.notes.console_port)?;
    let serving = Serving::start(&day.programs, day.notes.ports())?;
    day.notes.port = serving.address().port();
    serving.console().clone_into(&mut day.console);
    day.serving.open(serving);
    day.folder.remember(&day.notes)?;
    day.staff = township::have_staff(day)?;
    day.teller.tell(if is_new { "made" } else { "opened" }, &[("address", &day.address())]);
    let names = format!("{}、{}", day.staff.acceptor, day.staff.confirmer);
    day.teller.tell("staff", &[("names", &names)]);
    Ok(())
}

/// The laptop: a ledger, and a code from the center that enrols it for the village.
pub fn enrol_laptop(day: &mut Day) -> Result<(), Trouble> {
    if !day.programs.has_ledger() {
        day.programs.laptop(&["init", "--agent", AGENT, "--derivation-ms", DERIVATION_MS])?;
        day.teller.tell("made", &[("agent", AGENT)]);
    }
    if day.programs.laptop(&["status"])?["enrolled"].as_bool() == Some(true) {
        day.teller.tell("known", &[("agent", AGENT)]);
        return Ok(());
    }
    let code = day.programs.center(&["code", "--village", VILLAGE, "--address", &day.address()])?;
    let code = code["code"].as_str().unwrap_or_default().to_owned();
    let enrolled = day.programs.laptop(&["enrol", &code])?;
    let center = enrolled["center"].as_str().unwrap_or_default();
    let village = enrolled["villages"][0][1].as_str().unwrap_or_default();
    day.teller.tell("enrolled", &[("center", center), ("village", village), ("code", VILLAGE)]);
    let again = refused(day.programs.laptop(&["enrol", &code]), "already_enrolled")?;
    day.teller.tell("once", &[("said", &again)]);
    Ok(())
}

/// A wrong PIN opens nothing; the right one opens the ledger.
pub fn sign_in(day: &mut Day) -> Result<(), Trouble> {
    let pin = day.folder.pin()?;
    let wrong: String = pin.chars().rev().collect();
    let wrong = if wrong == pin { "90817263".to_owned() } else { wrong };
    let said = refused(day.programs.laptop_with_pin(&wrong, &["status"]), "wrong_pin")?;
    day.teller.tell("wrong", &[("said", &said)]);
    let status = day.programs.laptop(&["status"])?;
    let facts = ["people", "cases", "entries"].map(|name| count(&status, name).to_string());
    day.teller.tell(
        "right",
        &[("agent", AGENT), ("people", &facts[0]), ("cases", &facts[1]), ("entries", &facts[2])],
    );
    Ok(())
}

/// The roster: what is wrong is named row by row before anything comes in; the second import changes nothing.
pub fn import_roster(day: &mut Day) -> Result<(), Trouble> {
    let file = day.folder.file(ROSTER);
    let roster = file.display().to_string();
    if !file.exists() {
        let fresh = day.folder.file("roster.new.xlsx").display().to_string();
        day.programs.laptop(&["roster", "demo", &fresh, "--village", VILLAGE])?;
        std::fs::rename(&fresh, &file).map_err(Trouble::io(ROSTER))?;
        let shown = day.folder.shown(ROSTER);
        day.teller.tell("written", &[("file", &shown)]);
    }
    show_wrong_rows(day)?;
    let preview = day.programs.laptop(&["roster", "import", &roster, "--preview"])?;
    let (people, households) = (count(&preview, "people"), count(&preview, "households"));
    require((people, households) == (PEOPLE, HOUSEHOLDS), || {
        format!("the roster has {people} in {households}")
    })?;
    let facts = [people, households].map(|number| number.to_string());
    day.teller.tell("preview", &[("people", &facts[0]), ("households", &facts[1])]);
    let imported = day.programs.laptop(&["roster", "import", &roster])?;
    let [added, same] = ["added", "unchanged"].map(|name| count(&imported["imported"], name));
    require(added + same == PEOPLE, || format!("{added} were added and {same} were known"))?;
    if added > 0 {
        day.teller.tell("imported", &[("added", &added.to_string())]);
    }
    let entries = count(&day.programs.laptop(&["status"])?, "entries");
    let again = day.programs.laptop(&["roster", "import", &roster])?;
    let entries_after = count(&day.programs.laptop(&["status"])?, "entries");
    require(count(&again["imported"], "unchanged") == PEOPLE, || "importing it again changed people".into())?;
    require(entries == entries_after, || "importing it again wrote entries".into())?;
    day.teller.tell("again", &[("people", &PEOPLE.to_string())]);
    Ok(())
}

/// A preview of rows that are wrong: each is named with its reason. Nothing of it is imported.
fn show_wrong_rows(day: &mut Day) -> Result<(), Trouble> {
    day.folder.write("wrong-rows.csv", WRONG_ROWS.as_bytes())?;
    let file = day.folder.file("wrong-rows.csv").display().to_string();
    let said = day.programs.laptop_lines(&["roster", "import", &file, "--preview"])?;
    let wrong: Vec<&str> = said.iter().filter_map(|line| line.trim().strip_prefix("✗ ")).collect();
    require(wrong.len() >= WRONG_ROWS.lines().count() - 1, || {
        format!("{} wrong rows were named", wrong.len())
    })?;
    day.teller.tell("wrong", &[("n", &wrong.len().to_string())]);
    for line in wrong {
        day.teller.detail(line);
    }
    Ok(())
}
