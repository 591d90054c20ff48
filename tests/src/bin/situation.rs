//! `situation`: writes into a real ledger what no command of `bangban` writes yet, so that the screens' tests can show it:
//! a case taken back (`withdraw CASE REASON`), a case in a village that is not the laptop's (`elsewhere PERSON VILLAGE`), an
//! answer that the form refuses, submitted all the same (`blank CASE PATH`).

use bangban_desk::{Desk, sign_in::sign_in};
use bangban_ledger::document_row;
use bangban_ledger::record::Author;
use bangban_model::body::{Body, CaseOpened, CaseSubmitted, CaseWithdrawn, FieldSet, Recorded};
use bangban_model::clock::{Clock, SystemClock};
use bangban_model::entry::NewEntry;
use bangban_model::{Actor, Audience, StreamId, SubjectId};
use serde_json::Value;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use uuid::Uuid;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--json").collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let ["--ledger", ledger, act, about, with] = words.as_slice() else {
        return Err("situation --ledger DIR (withdraw | elsewhere | blank) ABOUT MORE".into());
    };
    let desk = sign_in(Path::new(ledger), &std::env::var("BANGBAN_PIN")?, Arc::new(SystemClock))?;
    let entries = match *act {
        "withdraw" => withdraw(&desk, about.parse()?, with)?,
        "elsewhere" => elsewhere(&desk, about.parse()?, with)?,
        "blank" => blank(&desk, about.parse()?, with)?,
        _ => return Err("withdraw, elsewhere or blank".into()),
    };
    let author = Author { by: Actor::Agent(desk.agent()), at: SystemClock.now() };
    let villages = desk.ledger().enrolment()?.villages.clone();
    // Her own program writes nothing in another village: for this once it takes that for hers.
    assign(&desk, entries.iter().map(|entry| entry.stream.clone()).chain(villages.clone()).collect())?;
    desk.ledger().record(author, entries, None)?;
    assign(&desk, villages)?;
    println!("{{}}");
    Ok(())
}

fn assign(desk: &Desk, villages: Vec<StreamId>) -> Result<(), Box<dyn Error>> {
    let now = SystemClock.now().to_rfc3339();
    desk.ledger().assign(villages, &now, Some)?;
    Ok(())
}

/// The applicant takes a case back.
fn withdraw(desk: &Desk, case: SubjectId, reason: &str) -> Result<Vec<NewEntry>, Box<dyn Error>> {
    let document = document_row::get(desk.ledger().entries(), case)?.ok_or("no such case")?;
    let body = Body::CaseWithdrawn(CaseWithdrawn { reason: reason.to_owned() });
    let saw = document.newest_seen();
    Ok(vec![NewEntry { stream: document.stream, subject: case, audience: Audience::All, saw, body }])
}

/// A submission without an answer that the form asks for, as from a program that does not look.
fn blank(desk: &Desk, case: SubjectId, path: &str) -> Result<Vec<NewEntry>, Box<dyn Error>> {
    let document = document_row::get(desk.ledger().entries(), case)?.ok_or("no such case")?;
    let set = [(path.to_owned(), Value::Null)].into();
    let bodies = [Body::CaseRecorded(Recorded { set }), Body::CaseSubmitted(CaseSubmitted {})];
    let saw = document.newest_seen();
    let entry = |body| NewEntry {
        stream: document.stream.clone(),
        subject: case,
        audience: Audience::All,
        saw,
        body,
    };
    Ok(bodies.map(entry).to_vec())
}

/// A case of a village that the center did not give to this laptop: it will be refused.
fn elsewhere(desk: &Desk, resident: SubjectId, village: &str) -> Result<Vec<NewEntry>, Box<dyn Error>> {
    let stream = StreamId::parse(village).ok_or("no village code")?;
    let item = desk.catalogue().item("SSC")?;
    let opened = Body::CaseOpened(CaseOpened {
        item: item.card.code.clone(),
        form_version: item.form()?.version().to_owned(),
        form_digest: item.newest()?.digest,
        resident,
        household: None,
        visit: None,
        bundle: None,
        catalogue: None,
        set: FieldSet::new(),
    });
    let subject = SubjectId(Uuid::now_v7());
    let entries = [opened, Body::CaseSubmitted(CaseSubmitted {})];
    let entry = |body| NewEntry { stream: stream.clone(), subject, audience: Audience::All, saw: None, body };
    Ok(entries.map(entry).to_vec())
}
