//! What staff cannot do, however they ask.

use super::{DAHU, Held, center_cases, hold, hold_refused};
use crate::harness::{ACCEPTOR, CONFIRMER, Center, Laptop, Programs, Village};
use bangban_ledger::document_row;
use bangban_ledger::record::Author;
use bangban_model::body::{Body, CaseSubmitted, Recorded};
use bangban_model::clock::{Clock, SystemClock};
use bangban_model::entry::NewEntry;
use bangban_model::{Actor, Audience, SubjectId};
use serde_json::Value;

/// A center that has one submitted case, not yet imported.
struct Submitted {
    center: Center,
    alice: Laptop,
    case: String,
    village: Village,
}

impl Submitted {
    fn new(programs: &Programs) -> Self {
        let center = Center::start(programs);
        let village = Village::small(programs);
        // What is taken out is the center's; a laptop with cheap keys could not be opened in this process.
        let alice = Laptop::enrolled(&Programs::normal(), "alice", &center, DAHU);
        alice.import_roster(&village);
        let number = &village.household.other.number;
        let opened = alice.open_case("SSC", number, &village.card(), &[], true).good();
        alice.sync();
        Submitted { case: opened["id"].as_str().unwrap().to_owned(), center, alice, village }
    }

    fn standing(&self) -> Value {
        center_cases(&self.center)[&self.case]["stage"].clone()
    }
}

/// F4: a case is taken on only after it was imported.
pub fn f4_nothing_is_accepted_before_it_is_imported(programs: &Programs) -> Held {
    let it = Submitted::new(programs);
    let accepted = it.center.ask(&["case", "accept", &it.case, "--as", ACCEPTOR]);
    hold_refused(&accepted, "case_not_imported")?;
    hold(it.standing() == "submitted", || format!("the case stands {}", it.standing()))?;
    it.center.import_waiting(ACCEPTOR);
    it.center.run(&["case", "accept", &it.case, "--as", ACCEPTOR]);
    Ok(())
}

/// The form's own rules hold at the center too: an answer they refuse, from a laptop whose program lets it through, is named
/// with the reason, and the case is accepted only once it was returned and corrected.
pub fn an_answer_that_the_form_refuses_is_not_accepted(programs: &Programs) -> Held {
    let it = Submitted::new(programs);
    let case: SubjectId = it.case.parse().unwrap();
    let desk = it.alice.desk();
    let document = document_row::get(desk.ledger().entries(), case).unwrap().unwrap();
    let emptied = Body::CaseRecorded(Recorded { set: [("/data/card/bank".to_owned(), Value::Null)].into() });
    let entry = |body| NewEntry {
        stream: document.stream.clone(),
        subject: case,
        audience: Audience::All,
        saw: document.newest_seen(),
        body,
    };
    let author = Author { by: Actor::Agent(desk.agent()), at: SystemClock.now() };
    let entries = vec![entry(emptied), entry(Body::CaseSubmitted(CaseSubmitted {}))];
    desk.ledger().record(author, entries, None).unwrap();
    drop(desk);
    it.alice.sync();
    it.center.import_waiting(ACCEPTOR);
    let shown = it.center.run(&["case", "show", &it.case]);
    let invalid = &shown["check"]["invalid"][0];
    hold(invalid["path"] == "/data/card/bank" && invalid["text"] != "", || {
        format!("the check says {shown}")
    })?;
    let accepted = it.center.ask(&["case", "accept", &it.case, "--as", ACCEPTOR]);
    hold_refused(&accepted, "answers_invalid")?;
    let remark = format!("/data/card/bank={}", invalid["text"].as_str().unwrap());
    it.center.run(&["case", "return", &it.case, "--as", ACCEPTOR, "--remark", &remark]);
    it.alice.sync();
    let answers = it.alice.write("correction.json", "{\"/data/card/bank\": \"湖北银行\"}".as_bytes());
    it.alice.run(&["case", "correct", &it.case, "--answers", &answers, "--submit"]);
    it.alice.sync();
    it.center.import_waiting(ACCEPTOR);
    it.center.run(&["case", "accept", &it.case, "--as", ACCEPTOR]);
    Ok(())
}

/// F4: a decision names the revision on the screen and is refused if there is a newer one.
pub fn f4_an_outdated_revision_is_not_accepted(programs: &Programs) -> Held {
    let it = Submitted::new(programs);
    it.center.import_waiting(ACCEPTOR);
    let shown = center_cases(&it.center)[&it.case]["revision"].as_str().unwrap().to_owned();
    let remark = "/data/card/bank=请核对开户银行";
    it.center.run(&["case", "return", &it.case, "--as", ACCEPTOR, "--revision", &shown, "--remark", remark]);
    it.alice.sync();
    let answers = it.alice.write("correction.json", "{\"/data/card/bank\": \"湖北银行\"}".as_bytes());
    it.alice.run(&["case", "correct", &it.case, "--answers", &answers, "--submit"]);
    it.alice.sync();
    it.center.import_waiting(ACCEPTOR);
    let outdated = it.center.ask(&["case", "accept", &it.case, "--as", ACCEPTOR, "--revision", &shown]);
    hold_refused(&outdated, "revision_outdated")?;
    let newest = center_cases(&it.center)[&it.case].clone();
    hold(newest["revision_number"] == 2, || format!("the newest revision is {newest}"))?;
    let newest = newest["revision"].as_str().unwrap();
    it.center.run(&["case", "accept", &it.case, "--as", ACCEPTOR, "--revision", newest]);
    Ok(())
}

/// S5: staff of another township neither see a case nor decide on it.
pub fn s5_staff_of_another_township_see_nothing(programs: &Programs) -> Held {
    let it = Submitted::new(programs);
    it.center.import_waiting(ACCEPTOR);
    let (here, elsewhere) = ("临江陈静", "蒲团陈静");
    it.center.add_staff(here, "acceptor", "420703200");
    it.center.add_staff(elsewhere, "acceptor", "420703201");
    let listed = |staff: &str, what: &str| {
        let listed = it.center.run(&[what, "list", "--as", staff]);
        listed[if what == "case" { "cases" } else { "batches" }].as_array().unwrap().len()
    };
    hold(listed(here, "case") == 1 && listed(here, "batch") > 0, || {
        "her own township's case is not hers".to_owned()
    })?;
    for what in ["case", "batch"] {
        let seen = listed(elsewhere, what);
        hold(seen == 0, || format!("{seen} of another township are seen: {what}"))?;
    }
    hold_refused(&it.center.ask(&["case", "show", &it.case, "--as", elsewhere]), "case_unknown")?;
    hold_refused(&it.center.ask(&["case", "accept", &it.case, "--as", elsewhere]), "case_unknown")?;
    hold(it.standing() == "submitted", || format!("the case stands {}", it.standing()))
}

/// Nobody both accepts and confirms: the one who accepted is refused, another one may.
pub fn one_person_does_not_accept_and_confirm(programs: &Programs) -> Held {
    let it = Submitted::new(programs);
    it.center.import_waiting(ACCEPTOR);
    hold_refused(&it.center.ask(&["case", "accept", &it.case, "--as", CONFIRMER]), "not_allowed")?;
    it.center.run(&["case", "accept", &it.case, "--as", ACCEPTOR]);
    let confirm =
        |staff| it.center.ask(&["case", "confirm", &it.case, "--as", staff, "--outcome", "granted"]);
    hold_refused(&confirm(ACCEPTOR), "not_allowed")?;
    hold(it.standing() == "accepted", || format!("the case stands {}", it.standing()))?;
    confirm(CONFIRMER).good();
    hold(it.standing() == "confirmed", || format!("the case stands {}", it.standing()))?;
    // Her laptop learns it.
    it.alice.sync();
    let shown = it.alice.run(&["case", "show", &it.case]);
    hold(shown["standing"] == "confirmed", || format!("on the laptop it reads {}", shown["standing"]))?;
    hold(it.village.code == DAHU, || "another village".to_owned())
}
