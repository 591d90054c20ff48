//! What is saved is saved.

use super::{DAHU, Held, hold, hold_refused};
use crate::harness::{Center, Laptop, Programs, Village};
use serde_json::Map;
use std::net::TcpListener;

/// E3: what was acknowledged is there after the program ended.
pub fn e3_what_was_acknowledged_is_there_after_reopening(programs: &Programs) -> Held {
    let center = Center::start(programs);
    let village = Village::small(programs);
    let alice = center.let_in("alice", DAHU);
    let imported = alice.import_roster(&village);
    let people = alice.count("people");
    hold(imported["people"] == people, || {
        format!("{} people were acknowledged, {people} are there", imported["people"])
    })?;
    let number = &village.household.other.number;
    let opened = alice.open_case("SSC", number, &village.card(), &[], true).good();
    let id = opened["id"].as_str().unwrap();
    let listed = alice.cases();
    hold(listed.get(id).is_some_and(|case| case["standing"] == "pending"), || {
        format!("a submitted case reads {:?}", listed.get(id).map(|case| case["standing"].clone()))
    })
}

/// Two programs never have one ledger open.
pub fn a_ledger_in_use_is_left_alone(programs: &Programs) -> Held {
    let center = Center::start(programs);
    let alice = center.let_in("alice", DAHU);
    let before = alice.status();
    // A center that answers nothing: the ledger stays open for as long as the connection does.
    let silence = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silence.local_addr().unwrap().to_string();
    let waiting = alice.start(&["sync", "--tries", "1", "--address", &address]);
    let connection = silence.accept().unwrap();
    let answer = alice.ask(&["status"]);
    drop(connection);
    waiting.kill();
    hold_refused(&answer, "ledger_in_use")?;
    let after = alice.status();
    hold(before == after, || format!("{before} became {after}"))
}

/// E4: before enrolment there are only drafts; nothing is recorded.
pub fn e4_before_enrolment_nothing_is_recorded(programs: &Programs) -> Held {
    let village = Village::small(programs);
    let laptop = Laptop::named(programs, "alice");
    let roster = village.roster().display().to_string();
    hold_refused(&laptop.ask(&["roster", "import", &roster]), "not_enrolled")?;
    hold_refused(&laptop.ask(&["sync"]), "not_enrolled")?;
    hold_refused(&laptop.ask(&["fill", "--cases", "1"]), "not_enrolled")?;
    let unknown = laptop.open_case("SSC", &village.household.other.number, &Map::new(), &[], true);
    hold(!unknown.is_good(), || "a case of nobody was opened".to_owned())?;
    hold(laptop.count("entries") == 0, || "something was recorded".to_owned())
}
