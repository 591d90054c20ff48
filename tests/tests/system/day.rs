//! A day in the village, end to end, by the real programs: alice, bob, and the township.

use bangban_model::name::search_keys;
use bangban_tests::checks::{DAHU, both_sides_are_whole, center_cases, received_means_held};
use bangban_tests::harness::{ACCEPTOR, CONFIRMER, Center, Laptop, Line, Programs, Village};
use serde_json::{Value, json};
use std::path::PathBuf;

/// The words of a pension case between help and confirmation.
const ASSISTED: &str = "已协助，待社保确认";

struct Day {
    center: Center,
    alice: Laptop,
    bob: Laptop,
    village: Village,
}

impl Day {
    fn begin() -> Self {
        let programs = Programs::normal();
        let center = Center::start(&programs);
        let village = Village::dahu(&programs, 300, 1000);
        let (alice, bob) = (center.let_in("alice", DAHU), center.let_in("bob", DAHU));
        Day { center, alice, bob, village }
    }

    fn standing(&self, laptop: &Laptop, case: &str) -> Value {
        laptop.run(&["case", "show", case])["standing"].clone()
    }
}

#[test]
fn a_whole_day_of_two_laptops_and_the_township() {
    let mut day = Day::begin();
    both_import_the_roster(&day);
    find_people(&day);
    let cases = visit_and_open_cases(&day);
    work_offline(&mut day, &cases);
    go_online_over_a_bad_line(&day, &cases);
    staff_decide(&day, &cases);
    correct_and_come_back(&day, &cases);
    confirm_the_pension(&day, &cases);
    go_by_stick_and_network(&day);
    both_laptops_see_the_same(&day, &cases);
}

fn both_import_the_roster(day: &Day) {
    let preview =
        day.alice.run(&["roster", "import", &day.village.roster().display().to_string(), "--preview"]);
    assert_eq!(preview["people"], 1000);
    assert_eq!(preview["imported"], Value::Null);
    assert_eq!(day.alice.count("people"), 0, "a preview imports nothing");
    let first = day.alice.import_roster(&day.village);
    assert_eq!(first["imported"]["added"], 1000);
    let entries = day.alice.count("entries");
    let again = day.alice.import_roster(&day.village);
    assert_eq!(
        (&again["imported"]["added"], &again["imported"]["changed"]),
        (&json!(0), &json!(0)),
        "{again}"
    );
    assert_eq!(day.alice.count("entries"), entries, "importing again changes nothing");
    day.bob.import_roster(&day.village);
    day.alice.sync();
    day.bob.sync();
    day.alice.sync();
    let people = [day.alice.count("people"), day.bob.count("people"), day.center.count("people")];
    assert!(people.iter().all(|count| *count == people[0]), "{people:?}");
    for person in day.village.people.iter().step_by(100) {
        let found = day.bob.run(&["person", "find", &person.number]);
        assert_eq!(found["people"].as_array().unwrap().len(), 1, "a person was doubled");
    }
}

fn find_people(day: &Day) {
    let elder = &day.village.household.elder;
    let found = |text: &str| {
        let found = day.alice.run(&["person", "find", text]);
        let people = found["people"].as_array().unwrap().clone();
        people.into_iter().find(|person| person["id_number"] == elder.number.as_str())
    };
    let keys = search_keys(&elder.name);
    let number = &elder.number;
    let mut texts = vec![elder.name.clone(), number.clone(), number[6..14].to_owned()];
    texts.extend(keys.full.iter().cloned());
    for text in &texts {
        assert!(found(text).is_some(), "not found by {text}");
    }
    // Initials find many: she is among them when the last digits are typed too.
    for initials in &keys.initials {
        let both = format!("{initials} {}", &number[14..]);
        assert!(found(&both).is_some(), "not found by {both}");
    }
    let person = found(&elder.number).unwrap();
    let phone = person["phone"].as_str().unwrap();
    assert!(phone.is_empty() || found(phone).is_some(), "not found by phone");
}

/// The cases of the day.
struct Cases {
    pension: String,
    card: String,
    allowance: String,
    draft: String,
}

fn visit_and_open_cases(day: &Day) -> Cases {
    let (alice, household) = (&day.alice, &day.village.household);
    let household_no = household.household_no.as_str();
    let visit = alice.run(&["visit", "start", "--household", household_no, "--note", "测试走访"]);
    let visit = visit["id"].as_str().unwrap().to_owned();
    for member in &household.members {
        let relation = if *member == household.head { "00" } else { member.relation };
        let living =
            ["household", "living", household_no, "--person", &member.number, "--relation", relation];
        alice.run(&living);
    }
    let shown = alice.run(&["household", "show", household_no]);
    let living = shown["living_together"].as_array().unwrap().len();
    assert_eq!(living, household.members.len(), "{shown}");
    let number = |case: Value| case["id"].as_str().unwrap().to_owned();
    let door = day.village.photograph().display().to_string();

    let pension = alice.open_case(
        "PENSION_CERT",
        &household.elder.number,
        &day.village.pension("alice"),
        std::slice::from_ref(&door),
        true,
    );
    let card = alice.open_case("SSC", &household.other.number, &day.village.card(), &[], true);
    // Asking for a visit puts the holder on the bank's list; a card is never activated here.
    let visits = alice.run(&["case", "bank-visits"]);
    assert_eq!(visits["visits"][0]["person"]["id_number"], json!(household.other.number), "{visits}");
    assert_eq!(visits["visits"].as_array().map(Vec::len), Some(1));
    let answers = alice.write("allowance.json", json!(day.village.allowance()).to_string().as_bytes());
    let papers = day.village.papers(1);
    let mut open =
        vec!["case", "open", "--item", "DIBAO", "--person", &household.head.number, "--visit", &visit];
    open.extend(["--answers", &answers]);
    papers.iter().for_each(|paper| open.extend(["--photo", paper.as_str()]));
    open.extend(["--consent", "--submit"]);
    let allowance = alice.run(&open);
    assert_eq!(allowance["photos"], 3);
    // Name and number are filled in from the roster.
    let answers = allowance["answers"].as_object().unwrap();
    let prefilled = |value: &str| answers.values().any(|answer| answer == value);
    assert!(prefilled(&household.head.name) && prefilled(&household.head.number));

    let draft = alice.open_case("SSC", &household.elder.number, &day.village.card(), &[door], false);
    Cases {
        pension: number(pension.good()),
        card: number(card.good()),
        allowance: number(allowance),
        draft: number(draft.good()),
    }
}

fn work_offline(day: &mut Day, cases: &Cases) {
    day.center.kill();
    let before = day.alice.status();
    assert!(before["pending_entries"].as_u64().unwrap() >= 8, "{before}");
    assert_eq!(before["pending_photos"], 4);
    assert_eq!(before["drafts"], 1);
    day.alice.ask(&["sync", "--tries", "1"]).refused("center_unreachable");
    assert_eq!(day.alice.status(), before);
    for case in [&cases.pension, &cases.card, &cases.allowance] {
        assert_eq!(day.standing(&day.alice, case), "pending");
    }
    assert_eq!(day.standing(&day.alice, &cases.draft), "draft");
    day.center.serve();
}

/// Text goes before photos: a line that is cut in the middle leaves cases received whose photos still wait.
fn go_online_over_a_bad_line(day: &Day, cases: &Cases) {
    let line = Line::to(day.center.address());
    // A line that is cut is dialled again at once; here the laptop itself goes off in the middle.
    line.set_up_pace(200_000);
    let mut running = day.alice.start(&["sync", "--tries", "1", "--address", &line.address()]);
    line.wait_until_up(60_000, || running.has_ended());
    running.kill();
    let after = day.alice.status();
    assert_eq!(after["pending_entries"], 0, "text goes first");
    assert!(after["pending_photos"].as_u64().unwrap() > 0, "the line was cut too late");
    assert_eq!(
        day.standing(&day.alice, &cases.card),
        "received",
        "a case without photos is received by its text"
    );
    assert_eq!(
        day.standing(&day.alice, &cases.allowance),
        "pending",
        "a case reads received only with its photos"
    );
    received_means_held(&day.alice, &day.center).unwrap();
    day.alice.sync();
    let after = day.alice.status();
    assert_eq!((&after["pending_entries"], &after["pending_photos"]), (&json!(0), &json!(0)));
    for case in [&cases.pension, &cases.card, &cases.allowance] {
        assert_eq!(day.standing(&day.alice, case), "received");
    }
    received_means_held(&day.alice, &day.center).unwrap();
}

fn staff_decide(day: &Day, cases: &Cases) {
    let center = &day.center;
    let listed = center.run(&["batch", "list", "--as", ACCEPTOR]);
    let batches = listed["batches"].as_array().unwrap();
    let mut previewed = 0;
    for batch in batches {
        let preview = center.run(&["batch", "preview", batch["id"].as_str().unwrap(), "--as", ACCEPTOR]);
        previewed += preview["cases"].as_array().map_or(0, Vec::len);
    }
    assert_eq!(previewed, 3);
    assert_eq!(center.import_waiting(ACCEPTOR), 3);
    assert_eq!(center.import_waiting(ACCEPTOR), 0, "imported once");
    center.run(&["case", "accept", &cases.pension, "--as", ACCEPTOR]);
    let remark = format!("{}=请写明建筑面积", day.village.wanting());
    center.run(&["case", "return", &cases.allowance, "--as", ACCEPTOR, "--remark", &remark]);
    day.alice.sync();
    let pension = day.alice.run(&["case", "show", &cases.pension]);
    assert_eq!(pension["standing"], "accepted");
    assert_eq!(pension["assisted_words"], ASSISTED);
    let returned = day.alice.run(&["case", "show", &cases.allowance]);
    assert_eq!(returned["standing"], "returned");
    assert_eq!(returned["returned"]["remarks"][0]["path"], day.village.wanting());
    assert_eq!(returned["returned"]["remarks"][0]["text"], "请写明建筑面积");
    assert_eq!(day.alice.count("returned"), 1);
}

fn correct_and_come_back(day: &Day, cases: &Cases) {
    let said = "自建平房 86 平方米";
    let file =
        day.alice.write("correction.json", json!({ day.village.wanting(): said }).to_string().as_bytes());
    let corrected = day.alice.run(&["case", "correct", &cases.allowance, "--answers", &file, "--submit"]);
    assert_eq!(corrected["revision"], 2);
    assert_eq!(corrected["standing"], "pending");
    day.alice.sync();
    assert_eq!(day.standing(&day.alice, &cases.allowance), "received");
    let refused = day.center.ask(&["case", "accept", &cases.allowance, "--as", ACCEPTOR]);
    // It came back: that it was imported once is not enough only if the center asks for it again.
    if !refused.is_good() {
        refused.refused("case_not_imported");
        assert_eq!(day.center.import_waiting(ACCEPTOR), 1);
        day.center.run(&["case", "accept", &cases.allowance, "--as", ACCEPTOR]);
    }
    let there = day.center.run(&["case", "show", &cases.allowance]);
    assert_eq!(there["revision_number"], 2);
    assert_eq!(there["answers"][day.village.wanting()], said);
    day.center.import_waiting(ACCEPTOR);
    assert_eq!(
        center_cases(&day.center)[&cases.allowance]["stage"],
        "accepted",
        "importing again undoes nothing"
    );
    day.alice.sync();
    assert_eq!(day.standing(&day.alice, &cases.allowance), "accepted");
}

/// The due date moves only by the confirmation of staff, and never without one.
fn confirm_the_pension(day: &Day, cases: &Cases) {
    let before = day.alice.run(&["case", "show", &cases.pension]);
    assert_eq!(before["decision"], Value::Null);
    let confirm = ["case", "confirm", &cases.pension, "--as", CONFIRMER, "--outcome", "granted"];
    day.center.ask(&confirm).refused("bad_input");
    day.alice.sync();
    assert_eq!(day.standing(&day.alice, &cases.pension), "accepted");
    let mut with_date = confirm.to_vec();
    with_date.extend(["--due", "2027-11-30"]);
    day.center.run(&with_date);
    day.alice.sync();
    let after = day.alice.run(&["case", "show", &cases.pension]);
    assert_eq!(after["standing"], "confirmed");
    assert_eq!(after["decision"]["due"], "2027-11-30");
    assert_ne!(after["assisted_words"], ASSISTED);
}

/// X6: by stick and by network in any mix, without a duplicate; the receipt file marks received.
fn go_by_stick_and_network(day: &Day) {
    let alice = &day.alice;
    let people: Vec<_> =
        day.village.people.iter().filter(|one| (20..59).contains(&one.age_years)).take(4).collect();
    let sticks: Vec<PathBuf> = (0..3).map(|number| alice.file(&format!("stick{number}.bangban"))).collect();
    let door = day.village.photograph().display().to_string();
    for (person, stick) in people.iter().zip(&sticks) {
        alice.open_case("SSC", &person.number, &day.village.card(), std::slice::from_ref(&door), true).good();
        alice.run(&["batch", "export", &stick.display().to_string()]);
    }
    let receipt = alice.file("receipt.bangban");
    let import = |stick: &PathBuf| day.center.receive(stick, &receipt).good();
    let receipt_file = receipt.display().to_string();
    let before = day.center.count("cases");
    // The middle one first, then the network, then the others, then all again.
    import(&sticks[1]);
    assert_eq!(day.center.count("cases"), before + 2, "each stick is complete by itself");
    alice.run(&["receipt", "import", &receipt_file]);
    received_means_held(alice, &day.center).unwrap();
    assert!(alice.count("pending_entries") > 0, "what was written after the second stick still waits");
    alice.sync();
    assert_eq!(alice.count("pending_entries"), 0);
    let settled = day.center.totals();
    for stick in [&sticks[2], &sticks[0], &sticks[1], &sticks[2]] {
        import(stick);
        assert_eq!(day.center.totals(), settled, "a stick doubled something");
    }
    alice.run(&["receipt", "import", &receipt_file]);
    // And one that goes by stick alone.
    alice.open_case("SSC", &people[3].number, &day.village.card(), &[door], true).good();
    alice.run(&["batch", "export", &sticks[0].display().to_string()]);
    import(&sticks[0]);
    alice.run(&["receipt", "import", &receipt_file]);
    let after = alice.status();
    assert_eq!((&after["pending_entries"], &after["pending_photos"]), (&json!(0), &json!(0)), "{after}");
    received_means_held(alice, &day.center).unwrap();
}

fn both_laptops_see_the_same(day: &Day, cases: &Cases) {
    day.bob.sync();
    day.alice.sync();
    day.bob.sync();
    for case in [&cases.pension, &cases.card, &cases.allowance] {
        let (hers, his) = (day.alice.run(&["case", "show", case]), day.bob.run(&["case", "show", case]));
        for field in ["standing", "revision", "answers", "decision"] {
            assert_eq!(hers[field], his[field], "{field} of {case}");
        }
    }
    day.bob.ask(&["case", "show", &cases.draft]).refused("case_unknown");
    let (hers, his, there) = (day.alice.status(), day.bob.status(), day.center.status());
    for name in ["people", "cases"] {
        assert_eq!((&hers[name], &his[name]), (&there[name], &there[name]), "{name}");
    }
    assert_eq!(hers["photos"], there["photos"]);
    assert_eq!(there["quarantined"], 0);
    both_sides_are_whole(&[&day.alice, &day.bob], &day.center).unwrap();
}
